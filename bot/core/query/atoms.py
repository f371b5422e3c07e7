"""The atoms of a rule (words, phrases, values, entities, regular expressions, counts): a part of `core.query.parser`.

The law of this file: a mistake is noted where it stands, and a method returns a query even behind one, so that reading
goes on; what stands where an atom was expected is stepped over.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import replace

from bot.core.query.mistakes import misplaced_character
from bot.core.text.regex import compile_re2
from bot.core.text.suggest import nearest
from bot.core.text.words import COMBINING
from bot.errors import QueryError
from bot.model.query import VALUE_FIELDS, AtLeast, Entity, First, Not, Phrase, Query, Regex, Word

MAX_DEPTH = 100
MAX_ERRORS = 20
MAX_NEIGHBOURS = 200

LETTER = rf"(?:[^\W_]|[{COMBINING}])"
GLUE = r"['’‘&/‐‑-]"
WORD = re.compile(rf"[^\W_](?:{LETTER}|[*?])*+(?:(?:{GLUE}|\.{GLUE}?)(?:{LETTER}|[*?])++)*+\.?")
VALUE = re.compile(r"[^\s()\"“”]+")
PHRASE_WORD = re.compile(rf"[^\W_](?:{LETTER}|[*?])*+(?:(?:{GLUE}|\.{GLUE}?)(?:{LETTER}|[*?])++)*+")
SPACE = re.compile(r"(?:\s|#[^\n]*)+")
FIELD = re.compile(r"([A-Za-z_]+):(?!//)")
ENTITY = re.compile(r"@([\w.-]*[\w])")
KEYWORD = re.compile(rf"(AND|OR|NOT|NEAR|ONEAR|NOTNEAR)(?!{LETTER}|[*?&:]|[-'’./](?:{LETTER}))")
NEAR = re.compile(rf"(ONEAR|NOTNEAR|NEAR)(?:/(\d+|s|p))?(?!{LETTER}|[*?&:]|[-'’./](?:{LETTER}))")
COUNT = re.compile(rf"(ATLEAST|FIRST)/(\d+)(?!{LETTER})")
QUOTES = {'"': '"', "“": "”", "„": "“”", "”": "”", "«": "»"}
NAME_SYNTAX = re.compile(
    r"[\"“”„«»()@=*?:~#/]|(?:^|\s)(?:AND|OR|NOT|NEAR|ONEAR|NOTNEAR)(?:\s|$|/)|(?:ATLEAST|FIRST)/\d"
)


def phrase_words(text: str) -> list[str]:
    """The words of a phrase as written; what stands between them is ignored."""
    return PHRASE_WORD.findall(text)


class Stop(Exception):
    """Reading cannot go on."""


class Atoms:
    """Where a rule is being read, the mistakes so far, and how its atoms are read."""

    def __init__(self, text: str, entities: Mapping[str, Query]) -> None:
        self.text = text
        self.entities = entities
        self.errors: list[QueryError] = []
        self.pos = 0
        self.depth = 0
        self.neighbours = 0

    # --- places ---

    def error(self, message: str, start: int, end: int, hint: str = "") -> None:
        end = min(max(end, start + 1), max(len(self.text), start + 1))
        self.errors.append(QueryError(message, start, end, hint))
        if len(self.errors) >= MAX_ERRORS:
            raise Stop

    def skip(self) -> None:
        match = SPACE.match(self.text, self.pos)
        if match:
            self.pos = match.end()

    def peek(self) -> str:
        self.skip()
        return self.text[self.pos : self.pos + 1]

    @abstractmethod
    def chain(self, field: str) -> Query:
        """Operands with AND, OR, NOT between them."""

    @abstractmethod
    def scope(self, field: str) -> Query:
        """[ field ":" ] atom."""

    @abstractmethod
    def only_excludes(self, query: Query) -> None:
        """Notes that something only excludes."""

    @abstractmethod
    def check_places(self, operand: Query, operator: str, other: Query | None = None) -> None:
        """Notes an operand that is no mention."""

    # --- atoms ---

    def too_deep(self, start: int) -> None:
        self.error(
            f"nested deeper than {MAX_DEPTH} levels",
            start,
            start + 1,
            "split the rule, or give its parts names under entities",
        )
        raise Stop

    def atom(self, field: str) -> Query:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.too_deep(self.pos)
        try:
            return self._atom(field)
        finally:
            self.depth -= 1

    def _atom(self, field: str) -> Query:
        char = self.peek()
        start = self.pos
        if char == "(":
            return self.group(field)
        if char in QUOTES and char:
            return self.phrase(start, exact=False, values=field in VALUE_FIELDS)
        if char == "@":
            return self.entity(field)
        if char == "/":
            return self.regex()
        if field in VALUE_FIELDS:
            return self.value(field)
        if char == "=":
            self.pos += 1
            following = self.text[self.pos : self.pos + 1]
            if following in QUOTES and following:
                return self.phrase(start, exact=True, values=False)
            return self.word(start, exact=True)
        count = COUNT.match(self.text, start)
        if count:
            self.pos = count.end()
            number = int(count.group(2)[:9])
            operator = f"{count.group(1)}/{count.group(2)}"
            if number < 1:
                self.error(f"{operator} counts from 1", start, count.end(), f"write {count.group(1)}/1 or more")
            operand = self.atom(field)
            self.check_places(operand, operator)
            kind = AtLeast if count.group(1) == "ATLEAST" else First
            return kind(count=max(number, 1), operand=operand, start=start, end=operand.end)
        return self.word(start, exact=False)

    def group(self, field: str) -> Query:
        start = self.pos
        self.pos += 1
        if self.peek() == ")":
            self.pos += 1
            self.error("nothing stands between these parentheses", start, self.pos, "write a rule there or delete them")
            return Word(text="x", start=start, end=self.pos)
        query = self.chain(field)
        if self.peek() != ")":
            self.error("this ( is never closed", start, start + 1, "write a ) where it ends")
            raise Stop
        self.pos += 1
        if isinstance(query, Not):
            self.only_excludes(query)
            return Word(text="x", start=start, end=self.pos)
        return _placed(query, start, self.pos)

    def phrase(self, start: int, *, exact: bool, values: bool) -> Query:
        opening = self.text[self.pos]
        closing = QUOTES[opening]
        if opening != '"':
            closing += '"'
        begin = self.pos + 1
        end = next((index for index in range(begin, len(self.text)) if self.text[index] in closing), -1)
        if end < 0:
            self.error("this quote is never closed", self.pos, len(self.text), f"write a {closing[0]} where it ends")
            raise Stop
        inner = self.text[begin:end]
        self.pos = end + 1
        slop = 0
        match = re.compile(r"~(\d*)").match(self.text, self.pos)
        if match:
            self.pos = match.end()
            if not match.group(1):
                self.error("~ needs a number", match.start(), match.end(), 'such as "Huawei deal"~2')
            else:
                slop = int(match.group(1)[:9])
        words = inner.split() if values else phrase_words(inner)
        if not words:
            self.error("no word stands between these quotes", start, self.pos, "write the words of the phrase there")
            words = ["x"]
        for word in words if not values else ():
            self.check_wildcards(word, begin + inner.find(word))
        return Phrase(words=tuple(words), slop=slop, exact=exact, start=start, end=self.pos)

    def entity(self, field: str) -> Query:
        start = self.pos
        match = ENTITY.match(self.text, start)
        if match is None:
            self.pos += 1
            self.error("@ needs the name of an entity behind it", start, self.pos, self._entities_hint(""))
            return Word(text="x", start=start, end=self.pos)
        self.pos = match.end()
        name = match.group(1)
        known = self.entities.get(name)
        if known is None:
            self.error(f"there is no entity @{name}", start, match.end(), self._entities_hint(name))
            return Word(text="x", start=start, end=match.end())
        if not isinstance(known, Entity):
            known = Entity(name=name, names=(known,))
        return Entity(name=name, names=known.names, but_not=known.but_not, start=start, end=match.end())

    def _entities_hint(self, name: str) -> str:
        near = nearest(name, tuple(self.entities))
        if near:
            return f"did you mean @{near}?"
        if not self.entities:
            return "entities are declared under entities: in the rules file"
        return "entities are " + ", ".join(f"@{known}" for known in sorted(self.entities)[:8])

    def regex(self) -> Query:
        start = self.pos
        end = start + 1
        while end < len(self.text) and self.text[end] != "/":
            end += 2 if self.text[end] == "\\" else 1
        if end >= len(self.text):
            self.error("this regular expression is never closed", start, len(self.text), "write a / where it ends")
            raise Stop
        pattern = re.sub(
            r"\\(.)", lambda m: "/" if m.group(1) == "/" else m.group(), self.text[start + 1 : end], flags=re.S
        )
        flags = re.compile(r"\w*").match(self.text, end + 1)
        assert flags is not None
        self.pos = flags.end()
        if flags.group() not in ("", "i"):
            self.error(
                f"behind a regular expression only i may stand, not {flags.group()}", end + 1, self.pos, "write /…/i"
            )
        if not pattern:
            self.error("an empty regular expression", start, end + 1, "write a pattern between the slashes")
        else:
            try:
                compile_re2(pattern, any_case=False)
            except QueryError as error:
                self.error(str(error), start, self.pos, error.hint)
        return Regex(pattern=pattern, any_case=flags.group() == "i", start=start, end=self.pos)

    def value(self, field: str) -> Query:
        start = self.pos
        match = VALUE.match(self.text, start)
        if match is None or KEYWORD.match(self.text, start):
            return self.nothing(start, f"{field}: needs a value behind it")
        self.pos = match.end()
        self.check_wildcards(match.group(), start)
        return Word(text=match.group(), start=start, end=match.end())

    def word(self, start: int, *, exact: bool) -> Query:
        keyword = KEYWORD.match(self.text, self.pos) or NEAR.match(self.text, self.pos)
        match = WORD.match(self.text, self.pos)
        if keyword is not None or match is None:
            return self.nothing(start, "a word, phrase or ( was expected")
        self.pos = match.end()
        text = match.group()
        self.check_wildcards(text, match.start())
        if self.text[self.pos : self.pos + 1] == "~":
            tail = re.compile(r"~\d*").match(self.text, self.pos)
            assert tail is not None
            self.error("~ belongs behind a phrase", tail.start(), tail.end(), f'put quotes around it: "{text} …"~2')
            self.pos = tail.end()
        return Word(text=text, exact=exact, start=start, end=self.pos)

    def check_wildcards(self, text: str, start: int) -> None:
        match = re.search(r"[*?]", text)
        if match and sum(char.isalnum() for char in text[: match.start()]) < 2:
            self.error(
                f"{match.group()} comes too early in {text}: at least 2 letters stand before it",
                start,
                start + len(text),
                "write more of the word, or several words with OR",
            )

    def nothing(self, start: int, message: str) -> Query:
        """No atom begins here: says so, and steps over what stands in the way."""
        keyword = KEYWORD.match(self.text, self.pos) or NEAR.match(self.text, self.pos)
        if keyword:
            before = self.text[:start].rstrip()
            hint = f'to search the word {keyword.group()}, put it in quotes: "{keyword.group()}"'
            place = (
                f"{keyword.group()} cannot begin a rule" if not before else f"{keyword.group()} has nothing before it"
            )
            if before:
                place = f"{keyword.group()} does not fit here: {message}"
            self.error(place, keyword.start(), keyword.end(), hint)
            self.pos = keyword.end()
            if self.peek() not in ("", ")"):
                return self.atom("")
            return Word(text="x", start=start, end=self.pos)
        if self.pos >= len(self.text) or self.peek() in ("", ")"):
            end = len(self.text[: self.pos].rstrip())
            last = re.search(r"\S+\Z", self.text[:end])
            at = last.start() if last else max(end - 1, 0)
            self.error(
                f"something is missing behind this: {message}", at, max(end, at + 1), "finish the rule or delete it"
            )
            return Word(text="x", start=start, end=max(self.pos, start))
        char = self.text[self.pos]
        problem, hint = misplaced_character(char, self.text[self.pos + 1 : self.pos + 20])
        self.error(problem, self.pos, self.pos + 1, hint)
        self.pos += 1
        if self.peek() in ("", ")"):
            return Word(text="x", start=start, end=self.pos)
        return self.scope("")


def _placed(query: Query, start: int, end: int) -> Query:
    """The same query, standing in its parentheses: that is what a report should point at."""
    return replace(query, start=start, end=end)
