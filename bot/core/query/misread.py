"""A part of a rule that is read otherwise than it was meant → warnings.

The law of this file: each part is judged alone, and a warning says what it finds and what to write.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bot.core.language.tables import code_of_name
from bot.core.query.values import normal_value
from bot.core.query.walk import children, parts, words_of
from bot.core.text.regex import compile_re2_cached, has_edge_inside
from bot.model import query as ast
from bot.model.query import FIELDS, VALUE_FIELDS

_OPERATORS = frozenset(["AND", "OR", "NOT", "NEAR", "ONEAR", "NOTNEAR"])


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleWarning:
    """Something odd in a rule. `start`, `end`: offsets in its text."""

    message: str
    start: int
    end: int
    hint: str = ""


def misread_parts(query: ast.Query, outlets: frozenset[str] | None) -> Iterator[RuleWarning]:
    """Parts that find something else than they say. `outlets`: those that feeds name; None: nobody knows."""
    yield from _rows_of_values(query)
    yield from _language_names(query)
    yield from _edges_inside(query)
    yield from _misread_phrases(query)
    yield from _lookalikes(query)
    yield from _odd_regexes(query)
    yield from _hosts_with_more(query)
    if outlets is not None:
        yield from _no_outlets(query, outlets)


def signs_for_nothing(query: ast.Query, text: str, entities: Collection[str]) -> Iterator[RuleWarning]:
    """Signs that ask for nothing where they stand: `“@huawei”`, as a word processor quotes a rule, looks for the word
    huawei alone, and `recycl!`, elsewhere all words that begin so, for *recycl*. `text`: what the query was read from.
    `entities`: the names declared; any other `"@name"` is a handle."""
    if isinstance(query, ast.Phrase) and (found := _SYNTAX.match(text, query.start, query.end)) is not None:
        sign, rest = found["sign"], found["rest"].rstrip()
        if sign != "@" or found["name"] in entities:
            hint = f"take the quotes away: @{rest}" if sign == "@" else f'write {sign}"{rest}"'
            yield warning_at(query, f"{sign} inside quotes asks for nothing: what they hold is words", hint)
    if isinstance(query, ast.Word) and ".*" in query.text:
        words = re.split(r"(?:\.\*)+", query.text)
        plain = " ONEAR ".join(words) if all(words) else f"{words[0]}*"
        message = f"{query.text} is one word: its . is a full stop, its * stands for letters"
        yield warning_at(query, message, f"write {plain}; a regular expression stands between slashes: /{query.text}/i")
    beginning = _BEGINNING.match(text, query.start) if isinstance(query, ast.Word) else None
    if beginning is not None and (word := beginning[1]).islower():
        hint = f"write {word}* for all words that begin so, {word} for this one"
        yield warning_at(query, f"the ! stands for no letters: {word}! finds {word} and no longer word", hint)
    of_hosts = isinstance(query, ast.In) and query.field in ("url", "domain", "source")  # news.*
    if not isinstance(query, ast.Entity) and not of_hosts:  # what an entity stands for is written elsewhere
        for child in children(query):
            yield from signs_for_nothing(child, text, entities)


def warning_at(query: ast.Query, message: str, hint: str) -> RuleWarning:
    """A warning at a part of a rule."""
    return RuleWarning(message=message, start=query.start, end=query.end, hint=hint)


_SYNTAX = re.compile(rf"[\"“”„«»](?P<sign>(?:{'|'.join(FIELDS)}):|=|@)(?P<rest>(?P<name>[\w.-]*\w)[^\"“”„«»]*)")
_BEGINNING = re.compile(r"([^\W\d_]{3,})!(?![\w!])")
"""The `!` of a name is no such sign (`Yahoo!`): names begin with a capital."""
_ANY_TEXTS = ("", "x", "0 ?", "一")
_ESCAPED_TWICE = re.compile(r"(?<!\\)(?:\\\\[dDsSwW](?=[+*?{])|\A\\\\b|\\\\b\Z)")
"""`\\\\d+`, as JSON and double quotes want it; not `C:\\\\Windows`, nor a backslash and a digit, `\\\\\\d+`."""
_LATIN = "aeopcyxijskhdqwABEKMHOPCTYXIJSABEZHIKMNOPTYXovpk"
_OTHERS = "аеорсухіјѕкһԁԛԝАВЕКМНОРСТУХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧονρκ"
_TO_LATIN = dict(zip(_OTHERS, _LATIN, strict=True))
"""The wrong keyboard, or a word copied from a page that hides from filters: `Huаwei` with a Cyrillic а finds no Huawei,
and nobody sees why. Only letters that cannot be told apart: `µTorrent` and `αSyn` are written as they are meant."""
_LETTERS = re.compile(r"[^\W\d_]+")
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_]\w+)*|.*[*?].*|und")


def _values(query: ast.Query, field: str) -> Iterator[tuple[ast.Word | ast.Phrase, str]]:
    """What a rule asks of a field of whole values, each value with where it stands."""
    scopes = (part.operand for part in parts(query) if isinstance(part, ast.In) and part.field == field)
    for leaf in (leaf for scope in scopes for leaf in parts(scope) if isinstance(leaf, ast.Word | ast.Phrase)):
        yield leaf, " ".join(words_of(leaf))


def _rows_of_values(query: ast.Query) -> Iterator[RuleWarning]:
    """`lang:en,de`: a value ends at a space, and no language is called so."""
    for field in VALUE_FIELDS:
        for leaf, value in _values(query, field):
            if isinstance(leaf, ast.Word) and (values := _row(value)):
                message = f"{value} is one value, with its comma: nothing is called so"
                named = [(field == "lang" and code_of_name(one)) or one for one in values]
                yield warning_at(leaf, message, f"write {field}:({' OR '.join(named)})")


def _row(value: str) -> list[str]:
    values = re.split(r"(?<!\d),|,(?!\d)", value)  # not 2,4-D
    return values if len(values) > 1 and all(values) else []


def _language_names(query: ast.Query) -> Iterator[RuleWarning]:
    """`lang:english`: the field holds tags, as `en`."""
    for leaf, value in _values(query, "lang"):
        for word in value.split():
            if _TAG.fullmatch(word) is None and not _row(word):
                code = code_of_name(word)
                hint = f"write lang:{code}" if code else "write its code, as lang:en"
                yield warning_at(leaf, f"{word} is no language tag: entries say en, de, pt-BR", hint)


def _edges_inside(query: ast.Query) -> Iterator[RuleWarning]:
    """A `\\b` in the middle of a regular expression, where RE2 knows the letters A to Z only."""
    for part in parts(query):
        if isinstance(part, ast.Regex) and has_edge_inside(part.pattern):
            yield warning_at(
                part,
                "\\b inside this regular expression knows the letters A to Z only: é or я beside it count as an edge",
                "write (?:^|[^\\w]) before a word and (?:[^\\w]|$) behind it; at its edges \\b knows all letters",
            )


def _odd_regexes(query: ast.Query) -> Iterator[RuleWarning]:
    """`/spam|/` holds on whatever text; `(i?)` is meant as `(?i)`."""
    for part in parts(query):
        if not isinstance(part, ast.Regex):
            continue
        if "(i?)" in part.pattern:
            message = "(i?) is a letter i that may be missing; it does not ignore case"
            yield warning_at(part, message, f"write /{part.pattern.replace('(i?)', '')}/i")
        if escaped := _ESCAPED_TWICE.search(part.pattern):
            meant = escaped.group()[1:3]
            message = f"\\\\ asks for a backslash: no text holds {meant} as it stands"
            yield warning_at(part, message, f"write {meant}, with one backslash")
        compiled = compile_re2_cached(part.pattern, part.any_case)
        if all(compiled.search(text) is not None for text in _ANY_TEXTS):
            message = "this regular expression holds on every text: it is content with no letter at all"
            yield warning_at(part, message, "look for a | at an end, and for * where + was meant")


def _hosts_with_more(query: ast.Query) -> Iterator[RuleWarning]:
    """`domain:https://news.example/uk`: no host is called so."""
    for leaf, value in _values(query, "domain"):
        for word in value.split():
            if "/" in word:
                host, _, path = re.sub(r"\A\w*:?//", "", word).partition("/")
                more = f' AND url:"{host}/{path}"' if path else ""
                yield warning_at(
                    leaf, f"domain: compares hosts, and none is called {word}", f"write domain:{host}{more}"
                )


def _no_outlets(query: ast.Query, outlets: frozenset[str]) -> Iterator[RuleWarning]:
    """`source:"BBC News"`: where no feed names its outlet so, an outlet is called by its domain."""
    known = {normal_value("source", outlet) for outlet in outlets} | {"localhost"}
    for leaf, value in _values(query, "source"):
        if "*" in value or "?" in value or normal_value("source", value) in known:
            continue
        if "/" in value or value.startswith("www."):
            host = re.sub(r"\A(?:(?:\w+:)?//)?(?:www\.)?", "", value).partition("/")[0]
            yield warning_at(leaf, f"source: compares outlets, and none is called {value}", f"write domain:{host}")
        elif not re.search(r"\w\.\w", value):
            message = f"no feed has the outlet {value}: without outlet: one is called by its domain"
            hint = f'write the domain, as source:news.example, or outlet: "{value}" on its feed'
            yield warning_at(leaf, message, hint)


def _misread_phrases(query: ast.Query) -> Iterator[RuleWarning]:
    """`"Got Milk?"`: meant as written, and read as one letter more. `"Huawei AND 5G"`: AND is a word in quotes."""
    for part in parts(query):
        if isinstance(part, ast.Phrase) and not _OPERATORS.isdisjoint(part.words[1:-1]):
            word = next(word for word in part.words[1:-1] if word in _OPERATORS)
            yield warning_at(
                part,
                f"{word} stands inside quotes: it is a word of the phrase, and found in capitals only",
                f"take the quotes away where it is an operator, or write {word.lower()}",
            )
        if isinstance(part, ast.Phrase) and any(re.search(r"[^\W\d_]\?\Z", word) for word in part.words):
            plain = " ".join(word.removesuffix("?") for word in part.words)
            end = " at the end of this phrase" if part.words[-1].endswith("?") else ""
            yield warning_at(
                part,
                f'the ?{end} is one more letter, no question mark: it does not find "{plain}"',
                f'write "{plain}": it finds the words with or without a question mark',
            )


def _lookalikes(query: ast.Query) -> Iterator[RuleWarning]:
    for leaf in (part for part in parts(query) if isinstance(part, ast.Word | ast.Phrase)):
        for word, meant in ((word, _word_meant(word)) for word in words_of(leaf)):
            if meant is not None:
                message = f"{word} is written with letters of two alphabets ({meant[1]}): it finds no {meant[0]}"
                yield warning_at(leaf, message, f"write {meant[0]}, typed anew")


def _word_meant(word: str) -> tuple[str, str] | None:
    """(the word in one alphabet, what it has of another: `а is Cyrillic`); None: it is in one, or meant as it is."""
    found: list[str] = []

    def in_one(run: re.Match[str]) -> str:
        text = run[0]
        others = [char for char in text if _alphabet(char) in ("CYRILLIC", "GREEK")]
        latin = [char for char in text if _alphabet(char) == "LATIN"]
        if not others or not latin:
            return text
        if all(char in _TO_LATIN for char in others):
            found.append(others[0])
            return "".join(_TO_LATIN.get(char, char) for char in text)
        alphabet = _alphabet(others[0])
        back = {known: char for char, known in _TO_LATIN.items() if _alphabet(char) == alphabet}
        if all(char in back for char in latin):
            found.append(latin[0])
            return "".join(back.get(char, char) for char in text)
        return text

    meant = _LETTERS.sub(in_one, word)
    return (meant, f"{found[0]} is {_alphabet(found[0]).capitalize()}") if found else None


def _alphabet(char: str) -> str:
    return unicodedata.name(char, "").partition(" ")[0]
