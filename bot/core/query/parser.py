"""A rule's text → its AST (`bot.model.query`), or every mistake in it with its place and what to write instead.

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
from dataclasses import replace

from bot.core.query.atoms import Atoms
from bot.core.query.fields_elsewhere import date_behind, field_hint, field_meant
from bot.core.query.lexer import (
    COUNT,
    FIELD,
    KEYWORD,
    MAX_DEPTH,
    NAME_SYNTAX,
    NEAR,
    WORD,
    Lexer,
    Stop,
    phrase_words,
    placeholder,
    word_text,
)
from bot.core.query.mistakes import (
    FOREIGN_OPERATOR,
    LEADING_NOT,
    NEAR_SLIP,
    join_both_ways,
    misplaced_operator_hint,
    near_slip,
)
from bot.core.query.operands import check_mention, step_over_field
from bot.core.query.side_by_side import side_by_side
from bot.core.query.walk import last_part
from bot.errors import NoOperator, QueryError, UnknownField
from bot.model import query as ast
from bot.model.query import FIELDS, VALUE_FIELDS

_MAX_NEIGHBOURS = 200
"""Words side by side with nothing between them: a text of more is no rule."""
_DEFAULT_REACH = 10
"""Words between two terms of a NEAR without a number."""
_OPERATOR = re.compile(r"\b(?:AND|OR|(?:O|NOT)?NEAR|NOT|ATLEAST|FIRST)\b|[@=*?]|:\S")
"""Found in what is an expression, and no name."""
_NAME_WITH_SIGNS = re.compile(r"[^\s()\"“”]+(?:\([^\s()\"“”]*\)[^\s()\"“”]*)*")
"""What is written without a space: `401(k)`, `jane@example.com`."""


def parse_query(text: str, entities: Mapping[str, ast.Query] | None = None) -> ast.Query:
    """The meaning of a rule. `entities`: what `@name` stands for.

    Raises: QueryError, the first mistake of the text. `parse_all` gives all of them.
    """
    query, errors = parse_all(text, entities)
    if errors:
        raise errors[0]
    assert query is not None
    return query


def parse_all(
    text: str, entities: Mapping[str, ast.Query] | None = None
) -> tuple[ast.Query | None, tuple[QueryError, ...]]:
    """The meaning of a rule, or None with every mistake in it, in order of place."""
    for with_mistakes in (False, True):
        lexer = Lexer(text, with_mistakes)
        query = _Parser(lexer, {} if entities is None else entities).rule()
        if not lexer.errors:
            return query, ()
    return None, tuple(sorted(lexer.errors, key=lambda error: error.start))


def parse_name(
    text: str, entities: Mapping[str, ast.Query] | None = None
) -> tuple[ast.Query | None, tuple[QueryError, ...]]:
    """One name of an entity: several words without operators are a phrase; anything else is a rule expression."""
    if NAME_SYNTAX.search(text) is None:
        words = tuple(phrase_words(text))
        if words:
            start = len(text) - len(text.lstrip())
            if len(words) == 1 and WORD.fullmatch(text.strip()):
                return ast.Word(text=word_text(text.strip()), start=start, end=start + len(text.strip())), ()
            return ast.Phrase(words=words, start=start, end=len(text.rstrip())), ()
    query, errors = parse_all(text, entities)
    if errors and _OPERATOR.search(text) is None and '"' not in text:
        hint = f'{errors[0].hint}; a name with signs in it goes in quotes: "{text.strip()}"'
        errors = (QueryError(str(errors[0]), errors[0].start, errors[0].end, hint), *errors[1:])
    return query, errors


class _Parser:
    """Reads one rule. Methods return a query even behind a mistake, so that reading goes on."""

    def __init__(self, lexer: Lexer, entities: Mapping[str, ast.Query]) -> None:
        self._lexer = lexer
        self._atoms = Atoms(lexer, entities)
        self._depth = 0
        self._neighbours = 0

    # --- rule, or, and, not ---

    def rule(self) -> ast.Query | None:
        """The whole text; None where reading cannot go on."""
        lexer = self._lexer
        try:
            if not lexer.peek():
                hint = "write what to look for, such as Huawei AND 5G"
                if "#" in lexer.text:
                    hint = "# starts a comment; a hashtag is searched without its #"
                lexer.error("the rule is empty", 0, len(lexer.text), hint)
                return None
            query = self._chain("")
            while lexer.peek() == ")":
                lexer.error("this ) closes nothing", lexer.pos, lexer.pos + 1, "delete it, or open a ( before")
                lexer.pos += 1
                lexer.skip()
                if (goes_on := lexer.at(KEYWORD)) and goes_on.group(1) in ("AND", "OR"):
                    lexer.pos = goes_on.end()
                if lexer.peek() or goes_on:
                    self._chain("")
            if isinstance(query, ast.Not):
                self._only_excludes(query)
            return query
        except Stop:
            return None

    def _only_excludes(self, query: ast.Query) -> None:
        self._lexer.error(
            "this only excludes: NOT needs something positive beside it",
            query.start,
            query.end,
            "say what to look for as well: something AND NOT …",
        )

    def _chain(self, field: str) -> ast.Query:
        """Operands with AND, OR, NOT between them, up to `)` or the end."""
        lexer = self._lexer
        operands = [self._operand(field)]
        kinds: list[str] = []
        mixed: tuple[int, int] | None = None
        beside = False
        while not lexer.ended:
            start = lexer.pos
            kind, spelled = self._operator(operands[-1], beside)
            beside = beside or not spelled
            if not kind:
                continue
            if spelled and kind == "NOT":
                lexer.pos = start  # a NOT b: _operand reads the NOT
                kind = "AND"
            if kinds and kind not in kinds and spelled and not mixed and not beside:
                mixed = (start, lexer.pos if lexer.pos > start else start + 3)
            kinds.append(kind)
            operands.append(self._operand(field))
        if mixed and all(texts := [lexer.text[operand.start : operand.end].strip() for operand in operands]):
            lexer.error("AND and OR stand side by side", *mixed, join_both_ways(texts, kinds))
        if len(operands) == 1:
            return operands[0]
        start, end = operands[0].start, operands[-1].end
        if "OR" in kinds:
            for operand in operands:
                if isinstance(operand, ast.Not) and not mixed:
                    lexer.error(
                        "NOT beside OR would match nearly everything: it needs something positive beside it",
                        operand.start,
                        operand.end,
                        "write a AND NOT b, in parentheses where OR goes on",
                    )
            return ast.Or(operands=tuple(operands), start=start, end=end)
        query = ast.And(operands=tuple(operands), start=start, end=end)
        if all(isinstance(operand, ast.Not) for operand in operands):
            self._only_excludes(query)
        return query

    def _operator(self, before: ast.Query, beside: bool) -> tuple[str, bool]:
        """The operator at this place (AND, OR, NOT; "" for something stray), and whether one was written at all."""
        lexer = self._lexer
        keyword = lexer.at(KEYWORD)
        if keyword and keyword.group(1) in ("AND", "OR", "NOT"):
            lexer.pos = keyword.end()
            if keyword.group(1) == "NOT":
                lexer.skip()
            return keyword.group(1), True
        foreign = lexer.at(FOREIGN_OPERATOR)
        if foreign:
            kind = lexer.operator_meant(foreign, last_part(before).start)
            if kind == "NOT":
                lexer.skip()
            return ("AND" if kind == "NOT" else kind), True
        if lexer.stray():
            return "", False
        self._neighbours += 1
        if self._neighbours > _MAX_NEIGHBOURS:
            raise Stop
        if not beside:
            before = last_part(before)
            start, end = before.start, lexer.end_of_words()
            message, hint, instead = side_by_side(lexer.text, start, end, lexer.pos)
            if (name := _NAME_WITH_SIGNS.match(lexer.text, start)) and name.end() > lexer.pos:
                hint = f'{hint}; of a name write "{name.group()}"'  # 401(k), jane@example.com
            lexer.error(message, start, end, hint, instead, NoOperator)
        return "AND", False

    def _operand(self, field: str) -> ast.Query:
        """[ "NOT" ] near."""
        lexer = self._lexer
        lexer.skip()
        start = lexer.pos
        keyword = lexer.at(KEYWORD)
        if keyword and keyword.group(1) == "NOT":
            lexer.pos = keyword.end()
            lexer.skip()
            again = lexer.at(KEYWORD)
            if again and again.group(1) == "NOT":
                lexer.error("NOT twice", start, again.end(), "one NOT is enough; two say nothing")
                lexer.pos = again.end()
                return self._near(field)
            query = self._near(field)
            return ast.Not(operand=query, start=start, end=query.end)
        if leading := lexer.at(LEADING_NOT):
            lexer.operator_meant(leading, start)
            if lexer.pos > leading.end():
                return placeholder(start, lexer.pos)
        return self._near(field)

    # --- near, scope, atom ---

    def _near(self, field: str) -> ast.Query:
        lexer = self._lexer
        left = self._scope(field)
        links = 0
        while True:
            lexer.skip()
            operator = lexer.at(NEAR)
            slip = lexer.at(NEAR_SLIP) if operator is None or operator.group(2) is None else None
            if slip is not None:
                message, hint, instead = near_slip(slip)
                lexer.error(message, slip.start(), slip.end(), hint, instead)
                operator = slip
            if operator is None:
                return left
            links += 1
            if links + self._depth >= MAX_DEPTH:
                self._too_deep(operator.start())
            lexer.pos = operator.end()
            right = self._scope(field)
            check_mention(lexer, left, operator.group(), right)
            check_mention(lexer, right, operator.group(), left)
            name, reach = operator.group(1), None if slip else operator.group(2)
            left = ast.Near(
                left=left,
                right=right,
                reach=_DEFAULT_REACH if reach is None else int(reach[:9]) if reach.isdigit() else reach,
                ordered=name == "ONEAR",
                apart=name == "NOTNEAR",
                start=left.start,
                end=right.end,
            )

    def _scope(self, field: str) -> ast.Query:
        lexer = self._lexer
        lexer.skip()
        start = lexer.pos
        if lexer.elsewhere():
            return placeholder(start, lexer.pos)
        match = lexer.at(FIELD)
        if match is None:
            return self._atom(field)
        name = match.group(1).lower()
        lexer.pos = match.end()
        if name not in FIELDS:
            hint = field_hint(match.group(1), lexer.text[match.end() : match.end() + 40])
            dated = date_behind(name, lexer.text, start, match.end())
            instead = dated[1] if dated else field_meant(match.group(1), lexer.text[match.end() :][:1]) or None
            lexer.error(f"there is no field {match.group(1)}:", start, match.end(1), hint, instead, UnknownField)
            if dated is not None:
                lexer.pos = dated[0]
                return placeholder(start, lexer.pos)
            return self._atom("")
        if field:
            lexer.error(
                f"a field inside a field: {name}: stands inside {field}:",
                start,
                match.end(),
                f"join them with AND: {field}:… AND {name}:…",
            )
        again = lexer.at(FIELD)
        if again is not None and again.group(1).lower() in FIELDS and name not in VALUE_FIELDS:
            inner = again.group(1).lower()
            hint = f"write {name}: once" if inner == name else f"join them with AND: {name}:… AND {inner}:…"
            message = f"a field inside a field: {inner}: stands inside {name}:"
            lexer.error(message, again.start(), again.end(), hint)
            lexer.pos = again.end()
        operand = self._atom(name)
        return ast.In(field=name, operand=operand, start=start, end=operand.end)

    def _atom(self, field: str) -> ast.Query:
        lexer = self._lexer
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._too_deep(lexer.pos)
        try:
            if lexer.peek() == "(":
                return self._group(field)
            count = None if field in VALUE_FIELDS else lexer.at(COUNT)
            return self._count(count, field) if count else self._leaf(field)
        finally:
            self._depth -= 1

    def _too_deep(self, start: int) -> None:
        self._lexer.error(
            f"nested deeper than {MAX_DEPTH} levels",
            start,
            start + 1,
            "split the rule, or give its parts names under entities",
        )
        raise Stop

    def _group(self, field: str) -> ast.Query:
        lexer = self._lexer
        start = lexer.pos
        lexer.pos += 1
        if lexer.peek() == ")":
            lexer.pos += 1
            lexer.error(
                "nothing stands between these parentheses", start, lexer.pos, "write a rule there or delete them"
            )
            return placeholder(start, lexer.pos)
        query = self._chain(field)
        if lexer.peek() != ")":
            at_end = (end := len(lexer.text.rstrip()), end, ")")
            lexer.error("this ( is never closed", start, start + 1, "write a ) where it ends", at_end)
            raise Stop
        lexer.pos += 1
        if isinstance(query, ast.Not):
            self._only_excludes(query)
            return placeholder(start, lexer.pos)
        # With its parentheses: that is what a report should point at.
        return replace(query, start=start, end=lexer.pos)

    def _count(self, token: re.Match[str], field: str) -> ast.Query:
        lexer = self._lexer
        name, number = token.groups()
        lexer.pos = token.end()
        count = int(number[:9])
        if count < 1:
            lexer.error(f"{token.group()} counts from 1", token.start(), token.end(), f"write {name}/1 or more")
        step_over_field(lexer, token.group())
        operand = self._atom(field)
        check_mention(lexer, operand, token.group())
        kind = ast.AtLeast if name == "ATLEAST" else ast.First
        return kind(count=max(count, 1), operand=operand, start=token.start(), end=operand.end)

    def _leaf(self, field: str) -> ast.Query:
        start = self._lexer.pos
        expected = f"{field}: needs a value behind it" if field in VALUE_FIELDS else "a word, phrase or ( was expected"
        return self._atoms.leaf(field) or self._nothing(start, expected)

    def _nothing(self, start: int, expected: str) -> ast.Query:
        """No atom begins here: notes it, and reads on behind what stands in the way."""
        lexer = self._lexer
        keyword = lexer.operator()
        if keyword:
            message = f"{keyword.group()} cannot begin a rule"
            if lexer.text[:start].strip():
                message = f"{keyword.group()} does not fit here: {expected}"
            hint = misplaced_operator_hint(keyword.group(), lexer.text[:start].rstrip())
            lexer.error(message, keyword.start(), keyword.end(), hint)
            lexer.pos = keyword.end()
            return placeholder(start, lexer.pos) if lexer.ended else self._atom("")
        if lexer.ended:
            end = len(lexer.text[: lexer.pos].rstrip())
            last = re.search(r"\S+\Z", lexer.text[:end])
            at = last.start() if last else max(end - 1, 0)
            message = f"something is missing behind this: {expected}"
            count = COUNT.fullmatch(lexer.text, at, end)
            hint = f"it stands before its word: {count.group()} Huawei" if count else "finish the rule or delete it"
            lexer.error(message, at, max(end, at + 1), hint)
            return placeholder(start, max(lexer.pos, start))
        is_phrase = lexer.misplaced()
        return placeholder(start, lexer.pos) if is_phrase or lexer.ended else self._scope("")
