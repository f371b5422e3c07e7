"""A word with an apostrophe → what stands inside it: behind an elision (`l'Iran`), before a suffix (`NATO'ya`).

The law of this file: by mechanism, not by lists of one language. An elision is one to seven letters that end in no
vowel, before a word that begins with one; a suffix is one to five letters behind a name. Case tells them apart, and
both from a name that keeps its apostrophe (`D'Angelo`, `O'Brien`); lower case has it written down before it is lost.
"""

from __future__ import annotations

import re
import unicodedata

from bot.core.late_pattern import late_pattern
from bot.core.text.combining import COMBINING

APOSTROPHES = "'’ʼ‘＇´′‛\ue001\ue002\ue003\ue004"
"""With the accent and the prime that are typed for one. The last four stand for an apostrophe whose kind is known
already (`mark_apostrophes`). The okina is none: it is a letter (`Hawaiʻi`)."""
APOSTROPHE = re.compile(f"[{APOSTROPHES}]")
_KINDS = _ELISION, _SUFFIX, _NAME, _EITHER = "\ue001\ue002\ue003\ue004"
"""Signs for an apostrophe whose kind is known: lower case has lost what tells it."""
_LETTER = rf"[^\W\d_{COMBINING}{APOSTROPHES}]"
_LETTERS = rf"{_LETTER}(?:{_LETTER}|[{COMBINING}])*"
"""İ in lower case is two signs, i and a dot."""
_ONE_INSIDE = late_pattern(rf"(?P<head>{_LETTERS})(?P<sign>[{APOSTROPHES}])(?P<rest>{_LETTERS})")
_WITH_ONE = late_pattern(
    rf"(?<![\w{APOSTROPHES}]){_ONE_INSIDE.pattern}(?P<possessive>[{APOSTROPHES}][sS])?(?![\w{APOSTROPHES}])"
)
"""`Dell'Orto's`: one inside, and a possessive, which is none of the word."""
_INSIDE = re.compile(rf"[{APOSTROPHES}](?![sS](?![\w{APOSTROPHES}]))(?=[^\W\d_])")
"""Where to look closer: most apostrophes are possessive."""
_HEAD = late_pattern(rf"{_LETTERS}\Z")
_LONGEST_HEAD = 60
"""Characters before an apostrophe that are looked at."""
_VOWELS = frozenset("aeiouyœæαεηιουωаеиоуы")
_LONGEST_ELIDED = 7
"""Letters of what is elided before a vowel: `quelqu'`, `jusqu'`, `dell'`."""
_LONGEST_SUFFIX = 5
"""Letters of what hangs on a name: Turkish `'ndan`, `'lerin`."""
_ELIDED_ON_A_VOWEL = frozenset({"qu", "γι", "κι"})
"""`qu’Apple`, `γι’αυτό`: elided words that still end in a vowel."""
_VERBS = frozenset({"ll", "re", "ve", "d", "m"})
_NO_SUFFIX = frozenset({"t", "n", "em", "er", "clock"})


def inner_words(word: str) -> tuple[tuple[int, int], ...]:
    """The offsets of what stands inside a word with one apostrophe; of another word nothing."""
    match = _ONE_INSIDE.fullmatch(word)
    if match is None:
        return ()
    kind = _apostrophe_kind(match)
    behind = (match.span("rest"),) if kind in (_ELISION, _EITHER) else ()
    return (*behind, match.span("head")) if kind in (_SUFFIX, _EITHER) else behind


def _apostrophe_kind(match: re.Match[str]) -> str:
    """What the apostrophe in a word is: the sign that `mark_apostrophes` writes for it."""
    head, sign, rest = match.group("head", "sign", "rest")
    if sign in _KINDS:
        return sign
    vowels = rest[0] in "hH" or unicodedata.normalize("NFD", rest[0])[0].lower() in _VOWELS
    elides = vowels and len(head) <= _LONGEST_ELIDED and _ends_elided(head)
    names = len(head) > 2 or (len(head) == 2 and head.isupper() and rest.islower())  # AB'ye
    # Turkish hangs several on a name: Ankara'dakilerin. Behind what may be elided (Dell'agricoltura), short ones.
    hangs_on = names and (not elides or len(rest) <= _LONGEST_SUFFIX) and rest.lower() not in _NO_SUFFIX
    if head.islower():
        return _ELISION if elides else _SUFFIX if hangs_on and rest.lower() in _VERBS else _NAME
    if head in ("D", "d") and not rest[0].islower():
        return _NAME
    if rest[0].isupper() and not (head.isupper() and len(head) > 2):
        return _ELISION if elides else _NAME
    if elides and hangs_on:
        return _EITHER
    return _ELISION if elides else _SUFFIX if hangs_on else _NAME


def _ends_elided(head: str) -> bool:
    end = unicodedata.normalize("NFD", head[-1])[0].lower()
    return end not in _VOWELS or head[-2:].lower() in _ELIDED_ON_A_VOWEL


def mark_apostrophes(text: str) -> str:
    """A text, as long as it was, whose apostrophes say in lower case, too, what they are."""
    if not any(map(text.__contains__, APOSTROPHES)):
        return text
    parts: list[str] = []
    done = 0
    for sign in _INSIDE.finditer(text):
        end = sign.start()
        begin = max(0, end - _LONGEST_HEAD)  # of 250,000 without a space each read all before it
        if text[max(begin, text.rfind(" ", begin, end) + 1) : end].islower():
            continue  # as it is
        head = _HEAD.search(text, max(done, begin), end)
        match = _WITH_ONE.match(text, head.start()) if head is not None else None
        if match is not None:
            parts += (text[done : match.start()], _marked(match))
            done = match.end()
    return "".join((*parts, text[done:])) if parts else text


def _marked(match: re.Match[str]) -> str:
    head, rest, possessive = match.group("head", "rest", "possessive")
    if head.islower() or (rest in ("s", "S") and not possessive):
        return match.group()
    lower = _ONE_INSIDE.fullmatch(match.string[match.start() : match.end("rest")].lower())
    kind = _apostrophe_kind(match)
    if lower is not None and _apostrophe_kind(lower) == kind:
        return match.group()
    return f"{head}{kind}{rest}{possessive or ''}"
