"""A zone's text → the offsets at which its sentences and paragraphs begin.

The law of this file: a sentence ends at `.`, `!`, `?` or `…` (with closing quotes or brackets) before white space and
something that can begin one (no lower-case letter), at the full stops of other scripts, and at the end of a paragraph.
`Mr.`, `Jan. 5`, initials and the like end none; `U.S.`, `Inc.` and their kind only before a word that often begins one.
"""

from __future__ import annotations

import re

# ruff: noqa: SIM905 - lists of words read better as text

_END = re.compile(
    r"(?P<paragraph>\n\n)"
    r"|(?P<mark>[.!?…]+)[\"'”’»)\]]*(?:[^\S\n]|\n(?!\n))+(?=(?P<next>[\"'“‘«(\[¿¡—–-]*\s*\S))"
    r"|[。！？｡]+[」』”’)）]*|[؟۔।॥]+\s*",
)
_BEFORE = re.compile(r"[^\s(\[\"'“‘«]+\Z")
_NEVER = frozenset(
    """adm art atty ave bros brig capt cf col comdr cmdr cpl dr eq esp est et fig figs fr gen gov hon insp lt maj
    mme mlle mr mrs ms mt mx no nos nr op pfc pl pp pres prof pvt rep reps rev ref sec sen sens sgt sr st ste supt
    vol vs v viz jan feb mar apr jun jul aug sep sept oct nov dec approx ca al""".split(),
)
_NUMBERED = frozenset({"no", "nos", "nr", "art", "fig", "figs", "sec", "vol", "pp", "p", "para", "ch", "eq", "op"})
_SELDOM = frozenset(
    """inc ltd corp co plc llc llp gmbh bv nv ag sa spa cos bros jr sr phd md ba ma mba esq dept univ assn intl
    natl am pm etc ft oz lb lbs km cm mm mph""".split(),
)
_BEGINNERS = frozenset(
    """a after all also although an and another as at because before both but by during each even for from he her
    here his however i if in instead it its last many meanwhile more most my no not now on one other our she since
    so some still such that the their then there these they this those though to under until we what when where
    while who why with yet you""".split(),
)
_WORD = re.compile(r"[^\W_]+")


def sentence_starts(text: str) -> list[int]:
    """The offsets at which the sentences of a zone begin, the first of them 0."""
    starts = [0]
    for match in _END.finditer(text):
        if match.group("mark") and not _ends(text, match):
            continue
        if match.end() < len(text) and match.end() > starts[-1]:
            starts.append(match.end())
    return starts


def _ends(text: str, match: re.Match[str]) -> bool:
    following = match.group("next").lstrip("\"'“‘«([¿¡—–- \t\n")
    if following[:1].islower():
        return False
    mark = match.group("mark")
    if mark != ".":
        return True
    before = _BEFORE.search(text, max(0, match.start() - 40), match.start())
    if before is None:
        return True
    token = before.group()
    word = token.rpartition("-")[2].casefold()
    digit = following[:1].isdigit()
    if word in _NUMBERED and not digit:
        return True
    if word in _NEVER:
        return False
    if len(token) == 1 and token.isalpha() and token.isupper() and not digit:
        return False
    if word in _SELDOM or (len(token) > 2 and token[-2] == "." and token[-1].isalpha()):
        beginner = _WORD.match(text, match.end() + len(match.group("next")) - 1)
        return beginner is not None and beginner.group()[:1].isupper() and beginner.group().casefold() in _BEGINNERS
    return True


def paragraph_starts(text: str) -> list[int]:
    """The offsets at which the paragraphs of a zone begin."""
    starts = [0]
    at = text.find("\n\n")
    while at >= 0:
        starts.append(at + 2)
        at = text.find("\n\n", at + 2)
    return starts
