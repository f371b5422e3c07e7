# ruff: noqa: E501 - a pattern's alternatives are best read one a line
"""A slip in a rule → what is wrong, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.core.language.word_lists import word_list
from bot.core.text.combining import COMBINING
from bot.core.text.regex import compile_re2_cached
from bot.errors import QueryError


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
_ALSO_NAMES = frozenset(["OF", "NO", "ED", "U"])
"""The Dutch *or*, the Spanish *not*, the Italian *and*, the Spanish *or*: in small letters, and in a headline's capitals,
mostly something else (`Bank of China`, `singer ed sheeran`, `Delhi ED raids`, `rat u Ukrajini`)."""
_NOTS = "|".join(re.escape(word) for word, kind in _IN_OTHER_LANGUAGES.items() if kind == "NOT")
_BUT = "ABER|PERO|MAS|MAIS|MA|MAAR|MEN|MUTTA|ALE|НО|АЛЕ|AMA|FAKAT"
"""*But* before one of them: `PERO NO fútbol`."""
_OTHERS = "|".join(map(re.escape, _IN_OTHER_LANGUAGES))


def operator_in_another_language(word: str) -> str:
    """AND, OR or NOT, where `word` says it in a language; "": it does in none, is an English word, or one of a name
    (`Comic Sans`)."""
    said = word.upper()
    is_name = len(word) > 1 and word.istitle()
    return "" if is_name or (said in _ALSO_NAMES and word != said) else _IN_OTHER_LANGUAGES.get(said, "")


EXCLUDING = ("WITHOUT", "EXCEPT", "EXCLUDING", "UNLESS", "W/O")
"""English words for AND NOT; in small letters words as well: `life without parole`."""

FOREIGN_OPERATOR = re.compile(
    rf"""
    (?P<case>(?i:and|or|not|near|onear|notnear)(?:/(?:\d+|[sSpP]))?)(?![\w*?&:'’./-])
  | (?P<within>(?i:within)\s+\d+\s+words?(?:\s+of)?(?!\w)|(?i:w|pre|p|n|adj|within|near|onear|notnear|next|same)/?\d+[fF]?|(?i:w|near|onear|notnear|pre)/[sSpP]|(?i:adj)|~\d+)(?![\w*?&:'’./-])
  | (?P<unit>(?i:w|within)?/(?i:sent(?:ence)?|para(?:graph)?|[sp])(?=\s)|SAME|SENTENCE|PARAGRAPH|BEFORE|THEN|FOLLOWED\s+BY|[/+]\d+(?=\s)|\+[sp](?=\s)|<(?:-|\d+)>)(?!\w)
  | (?P<both>(?:(?:{_BUT})\s+(?:{_NOTS})|(?i:andnot|and[-_\s]+not|butnot|but\s+not|minus)|BUT|{"|".join(EXCLUDING)})(?!\w))
  | (?P<other>{_OTHERS})(?![\w{COMBINING}*?&:'’./-])
  | (?P<either>(?:XOR|(?i:and/or))(?!\w))
  | (?P<sign>&&|\|\||&|\||[,;、،؛]|/(?=\s)|[+!](?=[^\s+!)]))
    """,
    re.VERBOSE,
)
"""Where an operator is expected: other spellings of one, and what other search languages write."""


LEADING_NOT = re.compile(
    rf"(?:(?P<case>(?i:not))|(?P<other>{_NOTS}))(?=\s*\(|\s+(?!(?:AND|OR|NOT|(?:O|NOT)?NEAR)(?!\w))[\w\"“”„«@=/])"
)
"""The same where what it excludes begins: `Huawei AND not (ZTE OR 5G)`, `UND NICHT ZTE`. As words with nothing between
them they would get an AND, and find what they should exclude."""


NEAR_SLIP = re.compile(
    r"""
    (NEAR|ONEAR|NOTNEAR|(?i:around|within|adj)(?=\s*[(/]\s*\d)|(?:AROUND|WITHIN|ADJ)(?=\s+\d))
    (?: \s*[({]\s*(?i:n\s*=\s*)?(?P<enclosed>\d+)\s*[)}](?=\s*[\w"“„@=(])(?!\s*(?i:and|or|(?:not|o)?near|not)(?![\w*?&:'’.-]))
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


def near_slip(match: re.Match[str]) -> tuple[str, str, str | None]:
    """For a match of NEAR_SLIP: what is wrong, what to write, what says the same in its place."""
    name = {"AROUND": "NEAR", "WITHIN": "NEAR", "ADJ": "ONEAR"}.get(match[1].upper(), match[1])
    if name == "NEAR" and match.group().lower().endswith("f"):  # Brandwatch's NEAR/5f: the first one first
        name = "ONEAR"
    number = match["enclosed"] or match["apart"] or match["bare"] or match["behind"] or match["glued"]
    if not number and (unit := re.search(r"/([sp])", match.group().lower())):
        number = unit[1]
    hint = f"write {name}/{number}" if number else f"{name} takes a whole number behind its slash: write {name}/5"
    return f"{match.group()} is no operator here", hint, f"{name}/{number}" if number else None


def spelled_operator(match: re.Match[str]) -> tuple[str, str, str, str | None]:
    """For a match of FOREIGN_OPERATOR: the operator that was meant ("": none), what is wrong, what to write, and what
    says the same in its place (None: more than that has to change)."""
    text = match.group()
    message = f"{text} is no operator here"
    if match.lastgroup == "case":
        written = text.upper().replace("/S", "/s").replace("/P", "/p")
        kind = written if written in ("AND", "OR", "NOT") else "AND"
        instead = None if kind == "NOT" and _may_be_said(match) else written
        return kind, f"operators are written in capitals: {text}", f"write {written}", instead
    if match.lastgroup == "other":
        kind = _IN_OTHER_LANGUAGES[text]
        is_letter = len(text) == 1 and text.isascii() and _words_around(match)  # Robert E Lee, blood type O negative
        may_be_said = text in _ALSO_NAMES or is_letter or (kind == "NOT" and _may_be_said(match))
        return kind, message, f"write {kind}", None if may_be_said else kind
    if match.lastgroup == "unit":
        near = _near_for(text.lower())
        return "AND", message, f"write {near}", near.partition(",")[0]
    if match.lastgroup == "either":
        instead = None if text == "XOR" else "OR"
        return "OR", message, "write (a OR b) NOT (a AND b)" if instead is None else "write OR", instead
    if text[0] == "~" and re.search(r"[\"”»]\s+\Z", match.string[max(0, match.start() - 9) : match.start()]):
        return "AND", f"{text} belongs behind a phrase", f"write {text} right behind the quote, without a space", None
    if match.lastgroup == "within":
        number = re.sub(r"\D", "", text) or (text[-1].lower() if "/" in text else "0")  # adj
        ordered = re.match(r"(?i)p|adj|onear|next", text) or re.search(r"\d[fF]\Z", text)
        name = "ONEAR" if ordered else "NEAR"
        return "AND", message, f"write {name}/{number}", f"{name}/{number}"
    if match.lastgroup == "both":
        is_figure = text.lower() == "minus" and re.compile(r"\s+\d").match(
            match.string, match.end()
        )  # minus 40 degrees
        return "NOT", message, "write AND NOT", None if is_figure or _may_be_said(match) else "AND NOT"
    if text == "&":
        before = re.search(r"[\w'’.-]+ \Z", match.string[max(0, match.start() - 40) : match.start()])
        behind = re.compile(r" [\w'’.-]+").match(match.string, match.end())
        if before and behind:
            hint = f'write AND; of a name write "{before.group()}&{behind.group()}"'
            both = before.group()[:1].isupper() and behind.group()[1:2].isupper()
            return "AND", message, hint, None if both else "AND"  # Marks & Spencer
    for kind, signs in (("AND", ("&&", "&", "+")), ("OR", ("||", "|", "/")), ("NOT", ("!",))):
        if text in signs:
            return kind, message, f"write {kind}", kind
    if not match.string[match.end() :].strip(" \t\r\n)") or _OPERATOR.match(match.string, match.end()):
        return "", f"{text} joins nothing", "delete it", ""
    return "AND", f"{text} joins nothing", "write AND or OR between two words, or quotes around a phrase", None


_OPERATOR = re.compile(r"\s+(?:NOT|(?i:and|or|but\s+not))(?=\s)")
"""Behind a comma: `strikes, but not football`; not of a saying: `love, not war`."""


def _words_around(match: re.Match[str]) -> tuple[str, str] | None:
    """The bare words beside an operator; None: on a side of it something else stands."""
    before = re.search(r"(?<![^\s(])[^\s()\"“”„«»:@=]+\s+\Z", match.string[max(0, match.start() - 40) : match.start()])
    behind = re.compile(r"\s+[^\s()\"“”„«»:@=]+(?![^\s)])").match(match.string, match.end())
    return (before.group().strip(), behind.group().strip()) if before and behind else None


def _may_be_said(match: re.Match[str]) -> bool:
    """Whether a NOT may be a word of a sentence, which must not exclude anything: it is written as the words around it
    are (`TRUMP NON MOLLA`, `Huawei Not Guilty`, `ترامب ليس رئيسا`, whose script has no capitals)."""
    around, text = _words_around(match), match.group()
    if around is None:
        return False
    if text.istitle() and len(text) > 1:
        return around[1][0].isupper()
    return text.upper() == text and all(word.upper() == word for word in around)


def _near_for(text: str) -> str:
    """The NEAR for what other tools write in words or signs, in lower case: `/5`, `+5`, `w/sent`, `same`, `before`."""
    if text[0] == "<":  # PostgreSQL counts steps
        return f"ONEAR/{max(int(text[1:-1]) - 1, 0) if text[1:-1].isdigit() else 0}"
    if text[0] == "+" and text[1:].isalpha():
        return f"ONEAR/{text[1:]}"
    if number := re.search(r"\d+", text):
        return f"{'ONEAR' if text[0] == '+' else 'NEAR'}/{number.group()}"
    if text.startswith(("before", "then", "followed")):
        return "ONEAR, or ONEAR/5"
    return "NEAR/s" if re.search(r"/s|sent", text) else "NEAR/p"


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


def instead_of_character(text: str, at: int, glued: str) -> tuple[int, int, str] | None:
    """What says the same in the place of a character with which nothing can begin: the stretch that it takes the place
    of, and its text; None: that is not known. `glued`: as of `misplaced_character`."""
    char, following = text[at], text[at + 1 : at + 60]
    if _excludes(char, following, glued) and char != "—":  # Huawei —ZTE deal
        return at, at + 1, "NOT "
    if _requires(char, following, glued) or (char == "\\" and following[:1] in ("(", ")")):
        return at, at + 1, ""
    if char == "^" and _begun_by(following, glued) is None and (weight := re.compile(r"\^[\d.]*").match(text, at)):
        return at, weight.end(), ""
    if quoted := SINGLE_QUOTED.match(text, at):
        return at, quoted.end(), f'"{quoted[1]}"'
    if braced := re.compile(r"\{\s*([\w.'’&-]+)\s*\}").match(text, at):
        return at, braced.end(), f"={braced[1]}"
    return None


_REGEX_SIGNS = re.compile(r"\A\\b|\\b\Z|\\[dDsSwW][+*?{]|\.[*+]|\[[^\]\s]{2,}\](?=[\w+*?{\\.])")


def regex_meant(run: str) -> str:
    """The regular expression that is written without its slashes; "": the run is none. What it may begin and end with is
    left out: it is looked for anywhere."""
    if _REGEX_SIGNS.search(run) is None or "/" in run:
        return ""
    pattern = re.sub(r"\A(?:\.\*)+|(?:\.\*)+\Z", "", run.rstrip(",;"))
    try:
        compile_re2_cached(pattern, True)
    except QueryError:
        return ""
    return pattern


def _excludes(char: str, following: str, glued: str) -> bool:
    """Whether a sign was to exclude the word behind it: `-ZTE`, and not `-40`."""
    return char in "-–—!" and glued[:1] == char and bool(following[:1].strip()) and not _is_number(following)


def _requires(char: str, following: str, glued: str) -> bool:
    """Whether a sign was to ask for the word behind it: `+Huawei`, and not `+44`."""
    return char == "+" and glued[:1] == char and not _is_number(following)


def _is_number(following: str) -> bool:
    return re.match(r"\d[\d.,]*(?!\w)", following) is not None


def _begun_by(following: str, glued: str) -> re.Match[str] | None:
    """The word with which a text was to begin: `^Huawei`, and not `Huawei^2`."""
    return re.match(r"[^\W\d_]\w*", following) if glued[:1] == "^" else None


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
    if char == "*" and (host := re.search(r"(?:\A|(domain|url):)\*\.?([^\W_][\w.-]*)\*?\Z", glued)) and "." in glued:
        named = f"{host[1]}:{host[2]}" if host[1] else host[2]
        return "* comes too early: at least 2 letters stand before it", f"write {named}"
    if char in "*?":
        return f"{char} comes too early: at least 2 letters stand before it", "write the beginning of the word"
    if _excludes(char, following, glued):
        return f"{char} does not exclude", "write NOT before the word"
    if _requires(char, following, glued):
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
    if char == "^" and (word := _begun_by(following, glued)):
        return "^ begins a text in regular expressions alone", f"write title:/^{word.group()}/, or delete it"
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
