# ruff: noqa: E501 - a pattern's alternatives are best read one a line
"""A slip in a rule → what is wrong, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.core.language.word_lists import word_list
from bot.core.text.combining import COMBINING
from bot.core.text.suggest import nearest
from bot.model.query import FIELDS, VALUE_FIELDS


def _operators() -> Mapping[str, str]:
    """What AND, OR and NOT are called where an analyst may write them in capitals, or there are none → which it is."""
    operators = {}
    for words in word_list("operators").values():
        kinds = iter(("AND", "OR", "NOT"))
        kind = next(kinds)
        for word in words:
            if word == "/":
                kind = next(kinds)
            else:
                operators[word] = kind
    return operators


_IN_OTHER_LANGUAGES = _operators()
_OTHERS = "|".join(map(re.escape, _IN_OTHER_LANGUAGES))
_EXCLUDING = ("WITHOUT", "EXCEPT", "EXCLUDING", "UNLESS", "W/O")
"""English words for AND NOT; in small letters words as well: `life without parole`."""

FOREIGN_OPERATOR = re.compile(
    rf"""
    (?P<case>(?i:and|or|not|near|onear|notnear)(?:/(?:\d+|[sSpP]))?)(?![\w*?&:'’./-])
  | (?P<within>(?i:w|pre|p|n|adj|within|near|onear|notnear|next|same)/?\d+[fF]?|(?i:w|near|onear|notnear|pre)/[sSpP]|(?i:adj)|~\d+)(?![\w*?&:'’./-])
  | (?P<unit>(?i:w|within)?/(?i:sent(?:ence)?|para(?:graph)?|[sp])(?=\s)|SAME|SENTENCE|PARAGRAPH|BEFORE|THEN|FOLLOWED\s+BY|[/+]\d+(?=\s))(?!\w)
  | (?P<other>{_OTHERS})(?![\w{COMBINING}*?&:'’./-])
  | (?P<both>(?:(?i:andnot|and[-_\s]+not|butnot|but\s+not|minus)|BUT|{"|".join(_EXCLUDING)})(?!\w))
  | (?P<either>XOR(?!\w))
  | (?P<sign>&&|\|\||&|\||[,;、،؛]|/(?=\s)|[+!](?=[^\s+!)]))
    """,
    re.VERBOSE,
)
"""Where an operator is expected: other spellings of one, and what other search languages write."""


_NOTS = "|".join(re.escape(word) for word, kind in _IN_OTHER_LANGUAGES.items() if kind == "NOT")
LEADING_NOT = re.compile(
    rf"(?:(?P<case>(?i:not))|(?P<other>{_NOTS}))(?=\s*\(|\s+(?!(?:AND|OR|NOT|(?:O|NOT)?NEAR)(?!\w))[\w\"“”„«@=/])"
)
"""The same where what it excludes begins: `Huawei AND not (ZTE OR 5G)`, `UND NICHT ZTE`. As words with nothing between
them they would get an AND, and find what they should exclude."""


NEAR_SLIP = re.compile(
    r"""
    (NEAR|ONEAR|NOTNEAR|(?i:around|within|adj)(?=\s*[(/]\s*\d)|(?:AROUND|WITHIN|ADJ)(?=\s+\d))
    (?: \s*[({]\s*(?P<enclosed>\d+)\s*[)}](?=\s*[\w"“„@=(])(?!\s*(?i:and|or|(?:not|o)?near|not)(?![\w*?&:'’.-]))
      | \s+/(?P<apart>\d+)(?=\s[^/\n]*(?:\n|\Z))
      | \s+(?P<bare>\d+)(?=\s+[\w"“„@=(])(?!\s+(?i:and|or|(?:not|o)?near|not)(?![\w*?&:'’.-]))
      | /(?:\s+(?=\d)|-)?(?P<behind>\d*)\w*(?:[.,]\d+)?
      | [:~,-](?P<glued>\d+)\w*
    )(?![\w/])
    """,
    re.VERBOSE,
)
"""NEAR with a reach that is not written `/5`: `NEAR(5) x`, `NEAR /5 x`, `NEAR 5 x`, `NEAR/5w`, `AROUND(5)`. `NEAR/5` matches, too;
`NEAR (737)` with another operator, a bracket or nothing behind it is a figure in brackets, and none."""


def near_slip(match: re.Match[str]) -> tuple[str, str]:
    """For a match of NEAR_SLIP: what is wrong, what to write."""
    name = {"AROUND": "NEAR", "WITHIN": "NEAR", "ADJ": "ONEAR"}.get(match[1].upper(), match[1])
    if name == "NEAR" and match.group().lower().endswith("f"):  # Brandwatch's NEAR/5f: the first one first
        name = "ONEAR"
    number = match["enclosed"] or match["apart"] or match["bare"] or match["behind"] or match["glued"]
    if not number and (unit := re.search(r"/([sp])", match.group().lower())):
        number = unit[1]
    hint = f"write {name}/{number}" if number else f"{name} takes a whole number behind its slash: write {name}/5"
    return f"{match.group()} is no operator here", hint


def spelled_operator(match: re.Match[str]) -> tuple[str, str, str]:
    """For a match of FOREIGN_OPERATOR: the operator that was meant ("": none), what is wrong, what to write."""
    text = match.group()
    if match.lastgroup == "case":
        capitals = text.upper().replace("/S", "/s").replace("/P", "/p")
        kind = capitals if capitals in ("AND", "OR", "NOT") else "AND"
        return kind, f"operators are written in capitals: {text}", f"write {capitals}"
    if match.lastgroup == "other":
        kind = _IN_OTHER_LANGUAGES[text]
        return kind, f"{text} is no operator here", f"write {kind}"
    if match.lastgroup == "unit":
        return "AND", f"{text} is no operator here", f"write {_near_for(text.lower())}"
    if match.lastgroup == "either":
        return "OR", "XOR is no operator here", "write (a OR b) NOT (a AND b)"
    if text[0] == "~" and re.search(r"[\"”»]\s+\Z", match.string[max(0, match.start() - 9) : match.start()]):
        return "AND", f"{text} belongs behind a phrase", f"write {text} right behind the quote, without a space"
    if match.lastgroup == "within":
        number = re.sub(r"\D", "", text) or re.sub(r".*/", "", text).lower() or "10"
        ordered = text.lower().startswith(("pre", "p", "adj", "onear", "next")) or text[-1] in "fF"
        name = "ONEAR" if ordered else "NEAR"
        if number == "10" and text.lower() == "adj":
            number = "0"
        return "AND", f"{text} is no operator here", f"write {name}/{number}"
    if match.lastgroup == "both":
        return "NOT", f"{text} is no operator here", "write AND NOT"
    if text == "&":
        before = re.search(r"[\w'’.-]+ \Z", match.string[max(0, match.start() - 40) : match.start()])
        behind = re.compile(r" [\w'’.-]+").match(match.string, match.end())
        if before and behind:
            hint = f'write AND; of a name write "{before.group()}&{behind.group()}"'
            return "AND", "& is no operator here", hint
    if text in ("&&", "&", "+"):
        return "AND", f"{text} is no operator here", "write AND"
    if text in ("||", "|", "/"):
        return "OR", f"{text} is no operator here", "write OR"
    if text == "!":
        return "NOT", "! is no operator here", "write NOT"
    if not match.string[match.end() :].strip(" \t\r\n)"):
        return "", f"{text} joins nothing", "delete it"
    return "AND", f"{text} joins nothing", "write AND or OR between two words, or quotes around a phrase"


def _near_for(text: str) -> str:
    """The NEAR for what other tools write in words or signs, in lower case: `/5`, `+5`, `w/sent`, `same`, `before`."""
    if number := re.search(r"\d+", text):
        return f"{'ONEAR' if text[0] == '+' else 'NEAR'}/{number.group()}"
    if text.startswith(("before", "then", "followed")):
        return "ONEAR, or ONEAR/5"
    return "NEAR/s" if re.search(r"/s|sent", text) else "NEAR/p"


def bare_words_hint(text: str, first: str, following: str) -> tuple[str, str]:
    """Two terms side by side: what is wrong, what to write. `first`, `following`: the first, and what follows it."""
    words = text.split()
    glued = re.fullmatch(r"(?i)(at-?least|first)/?(\d+)", first)
    enclosed = re.match(r"\s*\(\s*(\d+)\s*[),]", following) if re.fullmatch(r"(?i)at-?least|first", first) else None
    if glued or enclosed:
        name = (glued[1] if glued else first).upper().replace("-", "")
        count = glued[2] if glued else enclosed[1] if enclosed else ""
        return f"{name} is written in capitals, with a slash and its number", f"write {name}/{count}"
    if (excluding := re.match(rf"(?i)\s+({'|'.join(_EXCLUDING)})(?=\s*[(\"“„@])", following)) is not None:
        return f"{excluding[1]} is no operator here", "write AND NOT"
    called = first.lower().removesuffix("=")
    field_meant = called if called in FIELDS else _field_called(called)
    if (
        field_meant
        and (value := re.match(r"\s*=?~?\s*(\"[^\"]*\"|[^\s()]+)", following))
        and "=" in first + value.group()
    ):
        return "a field is followed by a colon", f"write {field_meant}:{value[1]}"
    if following[:1] == "(" and field_meant:  # HEADLINE(Huawei)
        return "a field is followed by a colon", f"write {field_meant}:(…)"
    if following[:1] == "(" and called in _OF_SPELLING:  # ALLCAPS(AIDS)
        return "a field of that kind there is not", "of exactly this spelling write = before the word: =Apple"
    if re.fullmatch(r"=[\w'’&.-]+(?:\s+[\w'’&.-]+)+", text):
        return "= stands before one word or a phrase", f'write ="{text[1:]}"'
    if first in ("ATLEAST", "FIRST") and len(words) == 2:
        count = "FIRST/50" if first == "FIRST" else "ATLEAST/3"
        return f"{first} takes its number behind a slash", f'write {count} {words[1]}; of a name write "{text}"'
    field = re.match(r"\s*([A-Za-z_]+):(?!//)(\"[^\"]*\"|[^\s()]+)", following)
    if field is not None:  # Huawei lang:en
        name = field[1].lower()
        name = _field_called(name) or name
        hint = (
            f"write {first} AND {name}:{field[2]}" if name in FIELDS and len(first) <= 60 else "write AND between them"
        )
        return "two parts side by side, with nothing between them", hint
    if any(near := re.fullmatch(r"[A-Za-z-]+/(?:\d+|[sp])", word) for word in words[1:-1]):
        assert near is not None
        return f"{near.group()} is no operator here", "write NEAR/5, ONEAR/5 (in this order) or NOTNEAR/5"
    if len(words) >= 2 and all(re.fullmatch(r"[\w'’&/.*?-]+", word) for word in words) and len(text) <= 80:
        counted = re.match(r"(?i)(at-?least|first|near|onear|notnear)\b", first)
        if counted and words[1].isdigit():
            name = counted.group(1).upper().replace("-", "")
            return f"{name} takes its number behind a slash", f"write {name}/{words[1]}"
        count = "two" if len(words) == 2 else str(len(words))
        hint = f'write {_joined_words(words)}, or quotes for the phrase: "{" ".join(words)}"'
        return f"{count} words side by side, with nothing between them", hint
    if (value := re.fullmatch(rf"({'|'.join(FIELDS)}):([^\s\"():]+)", first)) and (
        rest := re.match(r"(?:\s+(?!(?:AND|OR|NOT)\b)[\w'’&.-]+(?![\w:]))+", following)
    ):
        hint = f'write {value[1]}:"{value[2]}{rest.group()}"'
        if value[1] in VALUE_FIELDS:
            return "a value of several words goes in quotes", hint
        words = [value[2], *rest.group().split()]
        return "a field looks for the one part behind it", f"{hint}, or {value[1]}:({' AND '.join(words)})"
    return "two parts side by side, with nothing between them", "write AND (or OR) between them"


def _joined_words(words: Sequence[str]) -> str:
    """Words with an operator between each two; `Huawei oder ZTE`: what says it in another language is one."""
    said = ["NOT" if (sign := word.upper()) in _EXCLUDING else _IN_OTHER_LANGUAGES.get(sign, "") for word in words]
    joined = words[0]
    for at in range(1, len(words)):
        if said[at] and 0 < at < len(words) - 1 and not said[at - 1]:
            joined += f" {said[at]}"
        elif at > 1 and said[at - 1] and joined.endswith(f" {said[at - 1]}"):
            joined += f" {words[at]}"
        else:
            joined += f" AND {words[at]}"
    return joined


def join_both_ways(texts: Sequence[str], kinds: Sequence[str]) -> str:
    """How AND and OR on one level may be meant."""
    if len(texts) > 6 or sum(map(len, texts)) > 160:
        return "put parentheses around what belongs together: (a AND b) OR c, or a AND (b OR c)"

    readings = [reading for kind in ("AND", "OR") if (reading := _grouped(texts, kinds, kind))]
    return f"write {', or '.join(readings)}" if readings else "NOT is no part of an OR: write (a OR b) AND NOT c"


def _grouped(texts: Sequence[str], kinds: Sequence[str], kind: str) -> str:
    """Parts in parentheses, those by one operator; "" where NOT would stand beside OR."""
    groups = [[texts[0]]]
    for operator, text in zip(kinds, texts[1:], strict=True):
        if operator == kind:
            groups[-1].append(text)
        else:
            groups.append([text])
    parts = []
    for group in groups:
        excluded = [_NOT.match(text) for text in group]
        if all(excluded) if kind == "AND" else any(excluded[1:]):
            return ""
        whole = f"({f' {kind} '.join(group)})" if len(group) > 1 else group[0]
        if len(group) > 1 and kind == "OR" and excluded[0]:  # Huawei AND NOT 5G OR ZTE: not (NOT 5G OR ZTE)
            whole = f"NOT ({_NOT.sub('', whole[1:], count=1)}"
        parts.append(whole)
    if all(map(_NOT.match, parts)):
        return ""
    return f" {'OR' if kind == 'AND' else 'AND'} ".join(parts)


_NOT = re.compile(r"NOT(?!\w)\s*")


_FIELDS_ELSEWHERE = {
    "domain": ["site", "host", "hostname", "website"],
    "title": [
        *("intitle", "allintitle", "headline", "subject", "titel", "titre", "titulo", "título", "titolo"),
        *("hl", "hd", "hlp", "hlead", "heading"),
    ],
    "text": ["intext", "content", "contents", "any"],
    "url": ["inurl", "link"],
    "source": ["publisher", "outlet", "from"],
    "summary": ["description", "desc", "excerpt", "lead", "lede", "intro"],
    "lang": ["language", "langue", "sprache", "idioma"],
    "tag": ["category", "categories", "label", "topic", "keyword"],
    "author": ["byline", "by", "autor", "auteur"],
}
_OF_SPELLING = frozenset(["case", "exact", "raw", "cs", "caps", "allcaps", "nocaps", "casesensitive"])
"""What other tools call an exact spelling."""
_DATES = frozenset(["date", "pubdate", "published", "after", "before", "since", "until", "time", "age"])
"""Fields of archives: a rule judges what comes in."""


_NAME_BEHIND_A_COLON = re.compile(r" ?\w+(?: (?!(?:AND|OR|NOT|O?NEAR|NOTNEAR)\b)\w+)*")


def _field_called(name: str) -> str:
    """Our name of a field of another tool; "": there is none."""
    return next((field for field, names in _FIELDS_ELSEWHERE.items() if name in names), "")


def field_hint(name: str, following: str) -> str:
    """What to write instead of a field that there is not. `following`: what stands behind its colon."""
    name_with_colon = f'"{name}:{words.group()}"' if (words := _NAME_BEHIND_A_COLON.match(following)) else ""
    near = _field_called(name.lower()) or nearest(name.lower(), FIELDS)
    if following[:1].isspace() and name_with_colon and not near:
        return f"a name with a colon goes in quotes: {name_with_colon}"
    if name.lower() in _DATES:
        return "a rule judges only what comes in, settings.max_age how old it may be; `search` has --since"
    if name.lower() in ("feed", "feeds"):
        return "feeds: is a key of the rule, beside when:; source: compares outlets, domain: hosts"
    if name.lower() in _OF_SPELLING:
        return "of exactly this spelling write = before the word: =Apple"
    if name.lower() in ("re", "regex", "regexp"):
        return "a regular expression stands between slashes: /…/"
    hint = f"did you mean {near}:?" if near else "fields are " + ", ".join(FIELDS)
    return hint if near or not name_with_colon else f"{hint}; a name with a colon goes in quotes: {name_with_colon}"


def misplaced_operator_hint(operator: str, before: str) -> str:
    """What to write instead of an operator where a word was expected. `before`: the rule as far as it."""
    hint = f'to search the word {operator}, put it in quotes: "{operator}"'
    if operator == "NOT" and (field := re.search(r"([A-Za-z]+):\Z", before)):
        return f"write NOT {field[1]}:…"
    if operator == "NOT" and re.search(r"NEAR(?:/\w+)?\Z", before):
        return "write NOTNEAR: it asks for what is not that close"
    if "NEAR" in operator and before.endswith("NOT"):
        return f"write NOT{operator}, without a space"
    if "NEAR" in operator or (operator != "NOT" and not before.strip()):
        return f"it stands between two words: a {operator} b; {hint}"
    if operator in ("AND", "OR") and re.search(r"\b(?:AND|OR)\Z", before):
        return f"delete one of the two; {hint}"
    return hint


def words_ending_in(ending: str, *, anywhere: bool) -> str:
    """The regular expression for what is `*ending` elsewhere, or, `anywhere`, `*part*`."""
    return f"/{ending}/i" if anywhere else f"/\\w*{ending}\\b/i"


BRACED = re.compile(r"\{[^{}\"“”]*\}")
"""What asks for exactly this spelling in other tools: `{BT}`."""
SINGLE_QUOTED = re.compile(r"['‘’‚‹›`]([^\"“”'‘’‚‹›`]*?[^\s\"“”])['’‘›‹`](?!\w)")
"""What was meant as a phrase: `'no spy'`, but for what has an apostrophe inside."""


def misplaced_character(char: str, following: str, glued: str) -> tuple[str, str]:
    """A character with which nothing can begin: what is wrong, what to write. `glued`: it with what it sticks to."""
    holds_word = re.search(r"[^\W_]", glued) is not None
    if char == "?" and re.match(r"[a-z]+\)", following):
        return "(? begins nothing here", "a regular expression stands between slashes: /(?i)…/"
    if char == "*" and (ending := re.match(r"\*([^\W_]{2,})(\*?)", glued)):
        return (
            f"* comes too early: no word begins with it ({ending.group()})",
            f"write {words_ending_in(ending[1], anywhere=bool(ending[2]))}",
        )
    if char in "*?":
        return f"{char} comes too early: at least 2 letters stand before it", "write the beginning of the word"
    number = re.match(r"\d[\d.,]*(?!\w)", following) is not None  # -40, +44
    if char in "-–—!" and glued[:1] == char and following[:1].strip() and not number:
        return f"{char} does not exclude", "write NOT before the word"
    if char == "+" and glued[:1] == char and not number:
        return "+ is no operator here", "a word is required anyway; join words with AND"
    if char == ":":
        return "this : belongs to no field", "put text with a : in quotes"
    if char == "\\":
        plain = re.sub(r"\\(.?)", r"\1", glued)
        written = f'"{plain}"' if re.search(r"[^\w&'+#.-]", plain) else plain
        return (
            "\\ is no letter or digit: no sign needs one before it",
            f"write {written}" if holds_word else "delete it",
        )
    if char == "@" and glued[:1] == "=":
        return "= asks for one spelling, @ for all names of an entity", "leave one of the two out"
    if char == "=":
        return (
            "= stands right before its word or phrase, and once",
            'write =Apple, or ="Apple Inc"; in a field title:=Apple',
        )
    if char == "^":
        weight = re.match(r"[\d.]*", following)
        message = "^ weighs words in other tools; here a rule holds or does not"
        return message, f"delete ^{weight.group() if weight else ''}"
    if char in "'‘’‚‹›`":
        phrase = re.match(r"([^\"“”]*?[^\s\"“”])['’‘›‹`](?!\w)", following)
        if phrase is None and glued[-1] == char and holds_word:  # Orbrechts'
            return f"{char} behind a word says nothing", "delete it"
        hint = f'"{phrase[1] if phrase else glued.lstrip(char) or "…"}"'
        return "a single quote does not make a phrase", f"write double quotes: {hint}"
    if char == "{" and (braced := re.match(r"([^{}\"“”]*?[^\s{}\"“”])\}", following)):
        exact = braced[1].strip() if re.fullmatch(r"\s*[\w.'’&-]+\s*", braced[1]) else f'"{braced[1].strip()}"'
        return "{ } mean nothing in a rule", f"of exactly this spelling write ={exact}; group with ( )"
    if char == "[" and "[.]" in glued:
        return "[.] is a full stop in texts alone", f"write {glued.replace('[.]', '.')}, which finds both"
    if char in "[]{}":
        return f"{char} means nothing in a rule", "group with ( )"
    if "\ud800" <= char <= "\udfff":
        return "half a character (a lone surrogate) stands here", "delete it"
    if char == "_":
        words = " ".join(re.findall(r"[^\W_]+", glued))
        return "_ is no letter or digit", f'write "{words}"' if words else "delete it"
    if not char.isprintable():
        return f"an invisible character (U+{ord(char):04X}) stands here", "delete it"
    message = f"{char} is no letter or digit: nothing can be searched with it"
    if holds_word:
        hint = f'delete it, or put the words in quotes: "{glued}"'
        if char in "$%" and re.fullmatch(r"\w{2,}[$%]", glued):
            hint += f"; for other endings write {glued[:-1]}*"
        return message, hint
    pattern = re.escape(glued).replace("/", "\\/")
    return message, f"delete it; to search for the sign itself write /{pattern}/"
