"""Tokens → the leaves of a rule: words, phrases, values, entities, regular expressions.

The law of this file: a method returns a leaf even behind a mistake in it, and None where no leaf begins: what stands
there instead is for the parser to report.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from sys import intern

from bot.core.query.lexer import (
    ENTITY,
    FUZZY,
    GERSHAYIM,
    KEYWORD,
    QUOTES,
    SLOP,
    VALUE,
    WORD,
    Lexer,
    Stop,
    phrase_words,
    placeholder,
    word_text,
)
from bot.core.text.regex import compile_re2
from bot.core.text.suggest import nearest
from bot.core.text.words import CJK_STRETCH
from bot.errors import QueryError
from bot.model import query as ast
from bot.model.query import VALUE_FIELDS

_CLOSE_IT = 'write a / where it ends, or quotes around a text that begins with one: "/news"'
_LONE_STAR = re.compile(r"(?<!\S)\*+(?!\S)")


class Atoms:
    """Reads leaves at the place where a lexer stands."""

    def __init__(self, lexer: Lexer, entities: Mapping[str, ast.Query]) -> None:
        self._lexer = lexer
        self._entities = entities

    def leaf(self, field: str) -> ast.Query | None:
        """The leaf that begins here, in the field it is looked for in; None: none does."""
        lexer = self._lexer
        char = lexer.peek()
        start = lexer.pos
        if char in QUOTES:
            return self._phrase(start, exact=False, values=field in VALUE_FIELDS)
        if char == "@":
            return self._entity()
        if char == "/":
            return self._regex()
        if field in VALUE_FIELDS:
            return self._value()
        if char != "=":
            return self._word(start, exact=False)
        lexer.pos += 1
        if lexer.text[lexer.pos : lexer.pos + 1] in QUOTES:
            return self._phrase(start, exact=True, values=False)
        if not lexer.text[lexer.pos : lexer.pos + 1].strip(" \t\n="):
            lexer.pos = start
            return None
        return self._word(start, exact=True)

    def _phrase(self, start: int, *, exact: bool, values: bool) -> ast.Query:
        lexer = self._lexer
        opening = lexer.text[lexer.pos]
        closing = QUOTES[opening]
        if opening != '"':
            closing += '"'
        begin = lexer.pos + 1
        end = begin
        while end < len(lexer.text) and (lexer.text[end] not in closing or GERSHAYIM.match(lexer.text, end)):
            end += 1
        if end == len(lexer.text):
            hint = f"write a {closing[0]} where it ends"
            if lexer.text[max(lexer.pos - 1, 0)].isalnum():
                hint = f"delete it, or write a {opening} where the phrase begins"
            lexer.error("this quote is never closed", lexer.pos, len(lexer.text), hint)
            raise Stop
        inner = lexer.written[begin:end]
        lexer.pos = end + 1
        slop = 0
        tilde = lexer.at(SLOP)
        if tilde:
            lexer.pos = tilde.end()
            if tilde.group(1):
                slop = int(tilde.group(1)[:9])
            else:
                lexer.error("~ needs a number", tilde.start(), tilde.end(), 'such as "Huawei deal"~2')
        words = inner.split() if values else phrase_words(inner)
        if not words:
            lexer.error("no word stands between these quotes", start, lexer.pos, "write the words of the phrase there")
            return placeholder(start, lexer.pos)
        if not values and (stars := _LONE_STAR.findall(inner)):
            at = begin + inner.index(stars[0])
            rest = " ".join(_LONE_STAR.sub(" ", inner).split())
            hint = f'write "{rest}"~{len(stars)}, which allows that many other words in between, or leave it out'
            lexer.error("* alone stands for no word of a phrase", at, at + len(stars[0]), hint)
        for word in words if not values else ():
            self._check_wildcards(word, begin + max(inner.find(word), 0))
        return ast.Phrase(words=tuple(map(intern, words)), slop=slop, exact=exact, start=start, end=lexer.pos)

    def _entity(self) -> ast.Query:
        lexer = self._lexer
        start = lexer.pos
        match = lexer.at(ENTITY)
        if match is None:
            lexer.pos += 1
            lexer.error("@ needs the name of an entity behind it", start, lexer.pos, self._entities_hint(""))
            return placeholder(start, lexer.pos)
        lexer.pos = match.end()
        name = lexer.written[match.start(1) : match.end()]
        if name not in self._entities:
            name = match.group(1)
        entity = self._entities.get(name)
        if entity is None and lexer.text[start - 1 : start].isalnum():
            return placeholder(start, match.end())  # jane@example.com: that nothing stands between them is said already
        if entity is None:
            lexer.error(f"there is no entity @{name}", start, match.end(), self._entities_hint(name))
            return placeholder(start, match.end())
        if not isinstance(entity, ast.Entity):
            entity = ast.Entity(name=name, names=(entity,))
        return ast.Entity(name=name, names=entity.names, but_not=entity.but_not, start=start, end=match.end())

    def _entities_hint(self, name: str) -> str:
        near = nearest(name, tuple(self._entities))
        if near:
            return f"did you mean @{near}?"
        if not self._entities:
            return f'entities are declared under entities: in the rules file; a handle goes in quotes: "@{name or "…"}"'
        return "entities are " + ", ".join(f"@{declared}" for declared in sorted(self._entities)[:8])

    def _regex(self) -> ast.Query:
        lexer = self._lexer
        text = lexer.written
        start = lexer.pos
        end = start + 1
        while end < len(text) and text[end] != text[start]:
            end += 2 if text[end] == "\\" else 1
        if end >= len(text):
            lexer.error("this regular expression is never closed", start, len(text), _CLOSE_IT)
            raise Stop
        pattern = re.sub(r"\\(.)", lambda m: "/" if m.group(1) == "/" else m.group(), text[start + 1 : end], flags=re.S)
        flags = re.compile(r"\w*").match(text, end + 1)
        assert flags is not None
        lexer.pos = flags.end()
        if flags.group() not in ("", "i"):
            message = f"behind a regular expression only i may stand, not {flags.group()}"
            lexer.error(message, end + 1, lexer.pos, "write /…/i", "i" if "i" in flags.group() else "")
        if not pattern:
            lexer.error("an empty regular expression", start, end + 1, "write a pattern between the slashes")
        else:
            try:
                compile_re2(pattern, any_case=False)
            except QueryError as error:
                lexer.error(str(error), start, lexer.pos, error.hint)
        return ast.Regex(pattern=pattern, any_case=flags.group() == "i", start=start, end=lexer.pos)

    def _value(self) -> ast.Query | None:
        lexer = self._lexer
        match = lexer.at(VALUE)
        if match is None or lexer.at(KEYWORD):
            return None
        lexer.pos = match.end()
        self._check_wildcards(match.group(), match.start())
        return ast.Word(text=match.group(), start=match.start(), end=match.end())

    def _word(self, start: int, *, exact: bool) -> ast.Query | None:
        lexer = self._lexer
        match = lexer.at(WORD)
        if match is None or lexer.operator():
            return None
        lexer.pos = match.end()
        text = word_text(match.group())
        self._check_wildcards(text, match.start())
        tilde = lexer.at(FUZZY)
        if tilde:
            hint = f'put quotes around it: "{match.group()} …"~2; for other spellings write * or ?, or OR'
            lexer.error("~ belongs behind a phrase", tilde.start(), tilde.end(), hint)
            lexer.pos = tilde.end()
        return ast.Word(text=intern(text), exact=exact, start=start, end=lexer.pos)

    def _check_wildcards(self, text: str, start: int) -> None:
        match = re.search(r"[*?]", text)
        if match and re.search("[・‧]", text):
            hint = "write it without: words of this script are found inside longer runs"
            self._lexer.error(
                f"{match.group()} finds nothing in a name with a dot inside", start, start + len(text), hint
            )
        elif match and sum(char.isalnum() for char in text[: match.start()]) < 2:
            hint = "write more of the word, or several words with OR"
            if re.fullmatch(r"\*\.[\w.-]+", text):
                hint = f"write {text[2:]}: domain: includes subdomains"
            if re.fullmatch(r"\w(?:\*\w+)+", text):
                hint = f'of a name with * in it write "{text}"; of a word write more, or several with OR'
            if CJK_STRETCH.match(text):
                hint = "write it without: words of this script are found inside longer runs"
            self._lexer.error(
                f"{match.group()} comes too early in {text}: at least 2 letters stand before it",
                start,
                start + len(text),
                hint,
            )
