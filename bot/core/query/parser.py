"""A rule's text in, its AST (`bot.model.query`) out, or every mistake in it with its place and what to write instead.

    rule  = or ;
    or    = and , { "OR" , and } ;                  (* AND and OR on one level without () is an error *)
    and   = not , { "AND" , not | "NOT" , near } ;  (* a NOT b  =  a AND NOT b *)
    not   = [ "NOT" ] , near ;
    near  = scope , { op , scope } ;                (* binds tighter than NOT, AND, OR; reads left to right *)
    op    = ("NEAR" | "ONEAR" | "NOTNEAR") , [ "/" , ( int | "s" | "p" ) ] ;
    scope = [ field , ":" ] , atom ;
    atom  = word | phrase | "=" , (word | phrase) | "@" , entity | "/" , re2 , "/" , [ "i" ] | "(" , or , ")"
          | "ATLEAST/" , int , atom | "FIRST/" , int , atom ;

The law of this file: `#` starts a comment to the end of the line; operators are written in capitals; a mistake is
reported where it stands and reading goes on behind it, so that one pass finds them all; what is accepted means exactly
one thing. Nesting ends at 100 levels.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.core.query.atoms import (
    FIELD,
    KEYWORD,
    MAX_DEPTH,
    MAX_ERRORS,
    MAX_NEIGHBOURS,
    NAME_SYNTAX,
    NEAR,
    QUOTES,
    SPACE,
    WORD,
    Atoms,
    Stop,
    phrase_words,
)
from bot.core.query.mistakes import (
    FOREIGN_OPERATOR,
    bare_words_hint,
    join_both_ways,
    misplaced_character,
    spelled_operator,
)
from bot.core.text.suggest import nearest
from bot.errors import QueryError
from bot.model.query import (
    FIELDS,
    VALUE_FIELDS,
    And,
    Entity,
    In,
    Near,
    Not,
    Or,
    Phrase,
    Query,
    Word,
)


def parse(text: str, entities: Mapping[str, Query] | None = None) -> Query:
    """The meaning of a rule. `entities`: what `@name` stands for.

    Raises: QueryError, the first mistake of the text. `parse_all` gives all of them.
    """
    query, errors = parse_all(text, entities)
    if errors:
        raise errors[0]
    assert query is not None
    return query


def parse_all(text: str, entities: Mapping[str, Query] | None = None) -> tuple[Query | None, tuple[QueryError, ...]]:
    """The meaning of a rule, or None with every mistake in it, in order of place."""
    reader = _Reader(text, {} if entities is None else entities)
    query = reader.rule()
    if reader.errors:
        return None, tuple(sorted(reader.errors[:MAX_ERRORS], key=lambda error: error.start))
    return query, ()


def parse_name(text: str, entities: Mapping[str, Query] | None = None) -> tuple[Query | None, tuple[QueryError, ...]]:
    """One name of an entity: several words without operators are a phrase; anything else is a rule expression."""
    if NAME_SYNTAX.search(text) is None:
        words = tuple(phrase_words(text))
        if words:
            start = len(text) - len(text.lstrip())
            if len(words) == 1 and WORD.fullmatch(text.strip()):
                return Word(text=text.strip(), start=start, end=start + len(text.strip())), ()
            return Phrase(words=words, start=start, end=len(text.rstrip())), ()
    return parse_all(text, entities)


class _Reader(Atoms):
    """Reads one rule. `errors` grows; methods return a query even behind a mistake, so that reading goes on."""

    # --- rule, or, and, not ---

    def rule(self) -> Query | None:
        try:
            if not self.peek():
                self.error("the rule is empty", 0, len(self.text), self._why_empty())
                return None
            query = self.chain("")
            while self.peek() == ")":
                self.error("this ) closes nothing", self.pos, self.pos + 1, "delete it, or open a ( before")
                self.pos += 1
                if self.peek():
                    self.chain("")
            if isinstance(query, Not):
                self.only_excludes(query)
            return query
        except Stop:
            return None

    def _why_empty(self) -> str:
        if "#" in self.text:
            return "# starts a comment; a hashtag is searched without its #"
        return "write what to look for, such as Huawei AND 5G"

    def only_excludes(self, query: Query) -> None:
        self.error(
            "this only excludes: NOT needs something positive beside it",
            query.start,
            query.end,
            "say what to look for as well: something AND NOT …",
        )

    def chain(self, field: str) -> Query:
        """Operands with AND, OR, NOT between them, up to `)` or the end."""
        operands = [self.operand(field)]
        kinds: list[str] = []
        mixed = beside = False
        while self.peek() not in ("", ")"):
            start = self.pos
            kind, spelled = self.operator(operands[-1], beside)
            beside = beside or not spelled
            if not kind:
                continue
            if spelled and kind == "NOT":
                self.pos = start  # a NOT b: operand() reads the NOT
                kind = "AND"
            if kinds and kind not in kinds and spelled and not mixed and not beside:
                mixed = True
                mixed_at = (start, self.pos if self.pos > start else start + 3)
            kinds.append(kind)
            operands.append(self.operand(field))
        if mixed:
            texts = [self.text[operand.start : operand.end] for operand in operands]
            self.error("AND and OR stand side by side", *mixed_at, join_both_ways(texts, kinds))
        if len(operands) == 1:
            return operands[0]
        start, end = operands[0].start, operands[-1].end
        if "OR" in kinds:
            for operand in operands:
                if isinstance(operand, Not) and not mixed:
                    self.error(
                        "NOT beside OR would match nearly everything: it needs something positive beside it",
                        operand.start,
                        operand.end,
                        "write a AND NOT b, in parentheses where OR goes on",
                    )
            return Or(operands=tuple(operands), start=start, end=end)
        query = And(operands=tuple(operands), start=start, end=end)
        if all(isinstance(operand, Not) for operand in operands):
            self.only_excludes(query)
        return query

    def operator(self, before: Query, beside: bool) -> tuple[str, bool]:
        """The operator at this place (AND, OR, NOT; "" for something stray), and whether one was written at all."""
        match = KEYWORD.match(self.text, self.pos)
        if match and match.group(1) in ("AND", "OR", "NOT"):
            if match.group(1) != "NOT":
                self.pos = match.end()
            else:
                following = SPACE.match(self.text, match.end())
                self.pos = following.end() if following else match.end()
            return match.group(1), True
        foreign = FOREIGN_OPERATOR.match(self.text, self.pos)
        if foreign:
            kind, message, hint = spelled_operator(foreign)
            self.error(message, foreign.start(), foreign.end(), hint)
            if kind == "NOT":
                self.pos = foreign.end()
                self.skip()
                return "AND", True
            self.pos = foreign.end()
            return ("OR", True) if kind == "OR" else ("AND", True)
        if self.stray():
            return "", False
        self.neighbours += 1
        if self.neighbours > MAX_NEIGHBOURS:
            raise Stop
        if not beside:
            if isinstance(before, Not):
                before = before.operand
            start = before.start
            end = self._end_of_term()
            message, hint = bare_words_hint(self.text[start:end], self.text[before.start : before.end])
            self.error(message, start, end, hint)
        return "AND", False

    def stray(self) -> bool:
        """Reports characters with which nothing can begin, and steps over them."""
        char = self.text[self.pos]
        if char in '("@=/' or char in QUOTES or WORD.match(self.text, self.pos):
            return False
        word = re.compile(r"[\w.-]*\Z").search(self.text, max(0, self.pos - 40), self.pos)
        rest = re.compile(r":[^\s()\"]*").match(self.text, self.pos)
        if char == ":" and word and rest:
            whole = word.group() + rest.group()
            hint = f'put it in quotes: "{whole}"'
            if "//" in whole:
                hint = f'to search addresses write url:"{whole.partition("//")[2]}"'
            self.error(f"there is no field {word.group()}:", word.start(), rest.end(), hint)
            self.pos = rest.end()
            return True
        problem, hint = misplaced_character(char, self.text[self.pos + 1 : self.pos + 20])
        self.error(problem, self.pos, self.pos + 1, hint)
        self.pos += 1
        return True

    def _end_of_term(self) -> int:
        """Where the run of bare words that begins here ends, a few words on at most."""
        end = self.pos
        for _ in range(6):
            if KEYWORD.match(self.text, end) or FOREIGN_OPERATOR.match(self.text, end):
                break
            match = WORD.match(self.text, end)
            if match is None:
                break
            stop = match.end()
            gap = SPACE.match(self.text, stop)
            end = stop
            if gap is None:
                return end
            following = gap.end()
            if not WORD.match(self.text, following) or KEYWORD.match(self.text, following):
                return end
            end = following
        if end == self.pos:
            phrase = re.compile(r'"[^"]*"|[^\s()]+').match(self.text, end)
            return phrase.end() if phrase else end + 1
        return max(len(self.text[:end].rstrip()), self.pos + 1)

    def operand(self, field: str) -> Query:
        """[ "NOT" ] near."""
        self.skip()
        start = self.pos
        match = KEYWORD.match(self.text, start)
        if match and match.group(1) == "NOT":
            self.pos = match.end()
            self.skip()
            again = KEYWORD.match(self.text, self.pos)
            if again and again.group(1) == "NOT":
                self.error("NOT twice", start, again.end(), "one NOT is enough; two say nothing")
                self.pos = again.end()
                return self.near(field)
            query = self.near(field)
            return Not(operand=query, start=start, end=query.end)
        foreign = FOREIGN_OPERATOR.match(self.text, start)
        if foreign and foreign.group().lower() == "not":
            following = SPACE.match(self.text, foreign.end())
            if following and WORD.match(self.text, following.end()) and not KEYWORD.match(self.text, following.end()):
                self.error(f"operators are written in capitals: {foreign.group()}", start, foreign.end(), "write NOT")
                self.pos = foreign.end()
        return self.near(field)

    # --- near, scope ---

    def near(self, field: str) -> Query:
        left = self.scope(field)
        links = 0
        while True:
            self.skip()
            match = NEAR.match(self.text, self.pos)
            if match is None:
                return left
            links += 1
            if links + self.depth >= MAX_DEPTH:
                self.too_deep(match.start())
            self.pos = match.end()
            right = self.scope(field)
            self.check_places(left, match.group(), right)
            self.check_places(right, match.group(), left)
            reach: int | str = 10
            if match.group(2):
                reach = int(match.group(2)[:9]) if match.group(2).isdigit() else match.group(2)
            left = Near(
                left=left,
                right=right,
                reach=reach,
                ordered=match.group(1) == "ONEAR",
                apart=match.group(1) == "NOTNEAR",
                start=left.start,
                end=right.end,
            )

    def check_places(self, operand: Query, operator: str, other: Query | None = None) -> None:
        """Operands of NEAR, ATLEAST and FIRST must be mentions: words at places."""
        bad = without_place(operand)
        if bad is None:
            return
        inside = f" (through @{operand.name})" if isinstance(operand, Entity) else ""
        if isinstance(bad, In):
            self.error(
                f"{operator} works on words in text; {bad.field}: compares a whole value{inside}",
                operand.start,
                operand.end,
                f"join it with AND: {bad.field}:… AND …",
            )
            return
        what = "NOT" if isinstance(bad, Not) else "AND"
        self.error(
            f"{operator} takes words, phrases, entities or ( … OR … ) of them; here it gets {what}{inside}",
            operand.start,
            operand.end,
            self._instead(
                bad, operator, other, textual=not inside and operand.start <= bad.start < bad.end <= operand.end
            ),
        )

    def _instead(self, bad: Query, operator: str, other: Query | None, *, textual: bool) -> str:
        if isinstance(bad, Not):
            return "NOTNEAR excludes what is close; or put AND NOT beside the whole"
        assert isinstance(bad, And)
        parts = [self.text[part.start : part.end] for part in bad.operands if not isinstance(part, Not)]
        if not textual or sum(map(len, parts)) > 80:
            parts = ["a", "b"]
        far = "" if other is None else self.text[other.start : other.end]
        if other is None:
            return f"write {' AND '.join(f'{operator} {part}' for part in parts)}, or ( … OR … )"
        return f"write {' AND '.join(f'({part} {operator} {far})' for part in parts)}, or ( … OR … )"

    def scope(self, field: str) -> Query:
        self.skip()
        start = self.pos
        match = FIELD.match(self.text, start)
        if match is None:
            return self.atom(field)
        name = match.group(1).lower()
        self.pos = match.end()
        if name not in FIELDS:
            near = nearest(name, FIELDS)
            hint = f"did you mean {near}:?" if near else "fields are " + ", ".join(FIELDS)
            self.error(f"there is no field {match.group(1)}:", start, match.end(1), hint)
            return self.atom("")
        if field:
            self.error(
                f"a field inside a field: {name}: stands inside {field}:",
                start,
                match.end(),
                f"join them with AND: {field}:… AND {name}:…",
            )
        operand = self.atom(name)
        return In(field=name, operand=operand, start=start, end=operand.end)


def without_place(query: Query) -> Query | None:
    """The first part of an operand that is no mention (AND, NOT, a whole-value field), or None."""
    if isinstance(query, And | Not):
        return query
    if isinstance(query, In):
        return query if query.field in VALUE_FIELDS else without_place(query.operand)
    parts: tuple[Query, ...] = ()
    if isinstance(query, Or):
        parts = query.operands
    elif isinstance(query, Entity):
        parts = query.names
    for part in parts:
        bad = without_place(part)
        if bad is not None:
            return bad
    return None


__all__ = ["MAX_DEPTH", "parse", "parse_all", "parse_name", "phrase_words", "without_place"]
