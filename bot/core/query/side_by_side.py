"""Two parts of a rule with nothing between them → what is wrong, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.core.query.fields_elsewhere import OF_SPELLING, field_called, field_hint, field_meant
from bot.core.query.mistakes import EXCLUDING, operator_in_another_language
from bot.core.query.operands_elsewhere import SCALED_FIGURE
from bot.model.query import FIELDS, VALUE_FIELDS

_Slip = tuple[str, str, str | None]
"""What is wrong, what to write, and what says the same in the place of the words (None: more has to change)."""
_TWO_PARTS = "two parts side by side, with nothing between them"
_BINDS_ONE = re.compile(r"(?:NOT|NEAR(?:/\w+)?|(?:ATLEAST|FIRST)/\d+|(?:^|\s)[-–—!])\s*\Z")
"""Before words: it speaks of the first of them alone. `a NOT b AND c` asks for c."""
_OF_SEVERAL_WORDS = ("source", "tag", "author")
"""Fields whose value is a name: AND inside of it would look for its second word in the text."""
_NEAR_BEHIND = re.compile(r"\s*(?:O|NOT)?NEAR(?!\w)")
_OR_BEFORE, _OR_BEHIND = re.compile(r"(?<!\w)OR\s*\Z"), re.compile(r"\s*OR(?!\w)")


def side_by_side(text: str, start: int, end: int, pos: int) -> _Slip:
    """For terms of a rule's text that stand side by side: from `start` to `end`, as far as they are words; the second
    of them begins at `pos`, and white space before it belongs to neither."""
    run, first = text[start:end], text[start:pos].rstrip()
    following = text[start + len(first) : start + len(first) + 80]
    if len(first) > 2 and first.endswith("#") and following[:1] in (" ", "\t"):  # 5G# telecom
        return _TWO_PARTS, f"a comment begins with a space and #: {first[:-1]} #{following[:40]}; or write AND", None
    slip = (
        _count_slip(run, first, following)
        or _field_slip(run, first, following)
        or _operator_slip(run, first, following)
        or _words_slip(run, text[:start], text[end:])
        or _value_slip(run, first, following)
    )
    if slip is not None:
        return slip
    is_one = first[0] in '("“„«' and text[:start].rstrip().endswith("NOT")  # NOT (a) b
    apart = following[:1].isspace() and (is_one or _is_plain(text[:start], text[end:]))
    instead = f"{first} AND{run[len(first) :]}" if apart else None
    return _TWO_PARTS, "write AND (or OR) between them", instead


def _is_plain(before: str, behind: str) -> bool:
    """Whether AND between terms means what it says, with this before and behind them."""
    near = (_BINDS_ONE.search(before), _NEAR_BEHIND.match(behind), _OR_BEFORE.search(before), _OR_BEHIND.match(behind))
    return not any(near)


def _count_slip(run: str, first: str, following: str) -> _Slip | None:
    """`atleast3 Huawei`, `atl5(Huawei)`, `FIRST Huawei`."""
    glued = re.fullmatch(r"(?i)(at-?least|atl|first)/?(\d+)", first)
    enclosed = re.match(r"\s*\(\s*(\d+)\s*[),]", following) if re.fullmatch(r"(?i)at-?least|first", first) else None
    if not glued and not enclosed:
        return None
    name = "FIRST" if first[:1] in "fF" else "ATLEAST"
    count = glued[2] if glued else enclosed[1] if enclosed else ""
    instead = f"{name}/{count} {run[len(first) :].lstrip()}" if glued else None
    return f"{name} is written in capitals, with a slash and its number", f"write {name}/{count}", instead


def _field_slip(run: str, first: str, following: str) -> _Slip | None:
    """`hl=Huawei`, `HEADLINE(Huawei)`, `Huawei lang:en`, `=Huawei wins`."""
    called = first.lower().removesuffix("=")
    field = called if called in FIELDS else field_called(called)
    value = re.match(r"\s*=?~?\s*(\"[^\"]*\"|[^\s()=]+)", following) if field else None
    if value and "=" in first + value.group():
        written = f"{first}={value[1]}"
        instead = (
            f"{field}:{value[1]}{run[len(written) :]}" if field_meant(called) and run.startswith(written) else None
        )
        return "a field is followed by a colon", f"write {field}:{value[1]}", instead
    if re.match(r"=?\(", following) and field:
        instead = f"{field}:{run[len(first) :]}" if field_meant(called) else None
        return "a field is followed by a colon", f"write {field}:(…)", instead
    if (value := re.match(r"=(?=[^\s=])(\"[^\"]*\"|[^\s()]+)", following)) is not None:  # rst=tnyt
        return f"there is no field {first}=", field_hint(first, value[1]), None
    if following[:1] == "(" and called in OF_SPELLING:  # ALLCAPS(AIDS)
        return "a field of that kind there is not", "of exactly this spelling write = before the word: =Apple", None
    if re.fullmatch(r"=[\w'’&.-]+(?:\s+[\w'’&.-]+)+", run):
        return "= stands before one word or a phrase", f'write ="{run[1:]}"', f'="{run[1:]}"'
    other = re.match(r"\s*([A-Za-z_]+):(?!//)(\"[^\"]*\"|[^\s()]+)", following)
    if other is None:
        return None
    name = other[1].lower()
    name = field_called(name) or name
    hint = f"write {first} AND {name}:{other[2]}" if name in FIELDS and len(first) <= 60 else "write AND between them"
    return _TWO_PARTS, hint, f"{first} AND{run[len(first) :]}"


def _operator_slip(run: str, first: str, following: str) -> _Slip | None:
    """`Huawei without (ZTE)`, `FIRST Huawei`, `Huawei AFTER/5 ZTE`, `Huawei NEAR 5 ZTE`."""
    words = run.split()
    excluding = re.match(rf"(?i)\s+({'|'.join(EXCLUDING)})(?=\s*[(\"“„@])", following)
    if excluding is not None:
        return f"{excluding[1]} is no operator here", "write AND NOT", None
    if first in ("ATLEAST", "FIRST") and len(words) == 2:
        count = "FIRST/50" if first == "FIRST" else "ATLEAST/3"
        hint = f'write {count} {words[1]}; of a name write "{run}"'
        return f"{first} takes its number behind a slash", hint, None
    if near := next(filter(None, (re.fullmatch(r"[A-Za-z-]+/(?:\d+|[sp])", word) for word in words[1:-1])), None):
        return f"{near.group()} is no operator here", "write NEAR/5, ONEAR/5 (in this order) or NOTNEAR/5", None
    counted = re.match(r"(?i)(at-?least|first|near|onear|notnear)\b", first)
    if counted and len(words) > 1 and words[1].isdigit():
        name = counted[1].upper().replace("-", "")
        return f"{name} takes its number behind a slash", f"write {name}/{words[1]}", None
    return None


_FIGURE_OR_WORD = re.compile(rf"{SCALED_FIGURE}|\S+")


def _words_slip(run: str, before: str, behind: str) -> _Slip | None:
    """Bare words: AND between them where that says what it seems to, else the phrase first."""
    words = run.split()
    if len(words) < 2 or len(run) > 80 or not all(re.fullmatch(r"[\w'’&/.*?-]+", word) for word in words):
        return None
    message = f"{'two' if len(words) == 2 else len(words)} words side by side, with nothing between them"
    phrase = f'"{" ".join(words)}"'
    words = [f'"{piece}"' if " " in piece else piece for piece in _FIGURE_OR_WORD.findall(" ".join(words))]
    joined = _joined_words(words)
    if _BINDS_ONE.search(before) or _NEAR_BEHIND.match(behind):
        either = f"({' OR '.join(words)})" if len(words) == 2 else "( … OR … )"
        return message, f"write {phrase} for the phrase, or {either} for any of them", None
    if _OR_BEFORE.search(before) or _OR_BEHIND.match(behind):
        return message, f"write ({joined}), or quotes for the phrase: {phrase}", None
    if joined == " AND ".join(words) and (names := _of_name(words)):
        joined = " AND ".join(names)
        return message, f"write {phrase} for the phrase, or {joined}", joined
    if len(words) == 2 and (operator_in_another_language(words[0]) == "NOT" or words[0].upper() in EXCLUDING):
        return message, f"write NOT {words[1]}, or quotes for the phrase: {phrase}", None  # without ZTE AND Huawei
    is_sure = joined == " AND ".join(words) or (len(words) == 3 and " NOT " not in joined)  # vivre sans toi
    if (named := re.search(r"(\w+)(?::\s*\(?|\()\s*\Z", before)) and field_called(named[1]) in _OF_SEVERAL_WORDS:
        is_sure = False  # outlet:BBC News, source(BBC News)
    return message, f"write {joined}, or quotes for the phrase: {phrase}", joined if is_sure else None


def _of_name(words: Sequence[str]) -> list[str]:
    """The words in capitals of what looks like a name with small words inside (`Bank of China`); none: it does not."""
    small = [word for word in words if word.islower()]
    is_name = words[0][0].isupper() and words[-1][0].isupper() and all(len(word) < 5 for word in small)
    return [word for word in words if not word.islower()] if small and is_name else []


def _value_slip(run: str, first: str, following: str) -> _Slip | None:
    """`source:Pie News`, `title:apple pie`, `lang:en pie`."""
    value = re.fullmatch(rf"({'|'.join(FIELDS)}):([^\s\"():]+)", first)
    rest = re.match(r"(?:\s+(?!(?:AND|OR|NOT)\b)[\w'’&.-]+(?![\w:]))+", following) if value else None
    if value is None or rest is None:
        return None
    hint = f'write {value[1]}:"{value[2]}{rest.group()}"'
    apart = f"{first} AND{run[len(first) :]}"
    if value[1] in ("lang", "domain"):
        return _TWO_PARTS, f"write {apart}", apart
    if value[1] in VALUE_FIELDS:
        return "a value of several words goes in quotes", f"{hint}, or {apart}", None
    words = [value[2], *rest.group().split()]
    return "a field looks for the one part behind it", f"{hint}, or {value[1]}:({' AND '.join(words)})", None


def _joined_words(words: Sequence[str]) -> str:
    """Words with an operator between each two; `Huawei oder ZTE`: what says it in another language is one."""
    said = ["NOT" if word.upper() in EXCLUDING else operator_in_another_language(word) for word in words]
    joined = words[0]
    for at in range(1, len(words)):
        if said[at - 1 : at + 1] == ["AND", "NOT"] and joined.endswith(" AND") and at < len(words) - 1:
            joined += " NOT"  # und nicht
        elif said[at] and 0 < at < len(words) - 1 and not said[at - 1]:
            joined += f" {said[at]}"
        elif at > 1 and said[at - 1] and joined.endswith(f" {said[at - 1]}"):
            joined += f" {words[at]}"
        else:
            joined += f" AND {words[at]}"
    return joined
