"""A simple reference for the matcher: the meaning table of docs/rules.md, tried out by brute force.

It shares with the code only how a run of text is taken apart (`text.words`, tested by its own tables); everything else
is written here a second time, slowly.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from bot.core.language.everyday import is_everyday
from bot.core.text.joined import Form
from bot.core.text.sentences import sentence_starts
from bot.core.text.words import RUN, read_run, with_plain_joiners
from bot.model import Entry, Reading
from bot.model.query import (
    And,
    AtLeast,
    Entity,
    First,
    In,
    Near,
    Not,
    Or,
    Phrase,
    Query,
    Regex,
    Word,
)

FIELD_ZONES = {
    "text": ("title", "summary", "body"),
    **{name: (name,) for name in ("title", "summary", "body", "caption", "promo")},
}


@dataclass(frozen=True)
class Hit:
    """Words of a zone, from the first to the last, and the characters that count as its own."""

    zone: str
    first: int
    last: int
    chars: frozenset[int]


@dataclass(frozen=True)
class Piece:
    form: str
    exact: str
    first: int
    last: int
    start: int
    end: int
    cjk: bool


class Reference:
    """Decides one query on one reading."""

    def __init__(self, entry: Entry, reading: Reading) -> None:
        self.entry = entry
        self.reading = reading
        self.pieces: dict[str, list[Piece]] = {}
        self.width: dict[str, int] = {}
        for zone in ("title", "summary", "body", "caption", "promo"):
            self.pieces[zone], self.width[zone] = take_apart(reading.zone(zone))

    def holds(
        self, query: Query, zones: tuple[str, ...] = FIELD_ZONES["text"], but: frozenset[Hit] = frozenset()
    ) -> bool:
        if isinstance(query, And):
            return all(self.holds(operand, zones, but) for operand in query.operands)
        if isinstance(query, Or):
            return any(self.holds(operand, zones, but) for operand in query.operands)
        if isinstance(query, Not):
            return not self.holds(query.operand, zones, but)
        if isinstance(query, In):
            if query.field in FIELD_ZONES:
                return self.holds(query.operand, FIELD_ZONES[query.field], but)
            return self.value(query.field, query.operand)
        if isinstance(query, Entity):
            but = but | frozenset(hit for phrase in query.but_not for hit in self.hits(phrase, zones, frozenset()))
            return any(self.holds(name, zones, but) for name in query.names)
        return bool(self.hits(query, zones, but))

    def value(self, field: str, query: Query) -> bool:
        if isinstance(query, Or):
            return any(self.value(field, operand) for operand in query.operands)
        assert isinstance(query, Word)
        values = {"source": [self.entry.source], "lang": [self.entry.lang], "tag": list(self.entry.tags)}[field]
        wanted = query.text.lower()
        for value in values:
            if value and (value.lower() == wanted or (field == "lang" and value.lower().startswith(wanted + "-"))):
                return True
        return False

    def hits(self, query: Query, zones: tuple[str, ...], but: frozenset[Hit]) -> list[Hit]:
        found: list[Hit] = []
        if isinstance(query, Word | Phrase):
            words = (query.text,) if isinstance(query, Word) else query.words
            slop = 0 if isinstance(query, Word) else query.slop
            for zone in zones:
                found += self.phrase(zone, words, query.exact, slop)
            return [hit for hit in found if not any(inside(hit, other) for other in but)]
        if isinstance(query, Or):
            return list({hit for operand in query.operands for hit in self.hits(operand, zones, but)})
        if isinstance(query, Entity):
            but = but | frozenset(hit for phrase in query.but_not for hit in self.hits(phrase, zones, frozenset()))
            return list({hit for name in query.names for hit in self.hits(name, zones, but)})
        if isinstance(query, In):
            return self.hits(query.operand, FIELD_ZONES[query.field], but)
        if isinstance(query, AtLeast):
            found = self.hits(query.operand, zones, but)
            said = {self.sentence(hit) for hit in found if hit.zone == "summary"}
            found = [hit for hit in found if hit.zone != "body" or self.sentence(hit) not in said]
            return found if most_disjoint(found) >= query.count else []
        if isinstance(query, First):
            before = {zone: sum(self.width[earlier] for earlier in zones[: zones.index(zone)]) for zone in zones}
            hits = self.hits(query.operand, zones, but)
            return [hit for hit in hits if before.get(hit.zone, 0) + hit.last < query.count]
        assert isinstance(query, Near)
        assert not isinstance(query, Regex)
        left, right = self.hits(query.left, zones, but), self.hits(query.right, zones, but)
        if query.apart:
            return [
                one
                for one in left
                if not any(one.chars != other.chars and self.close(one, other, query.reach) for other in right)
            ]
        return list(
            {
                Hit(one.zone, min(one.first, other.first), max(one.last, other.last), one.chars | other.chars)
                for one, other in itertools.product(left, right)
                if not one.chars & other.chars
                and self.close(one, other, query.reach)
                and (not query.ordered or max(one.chars) < min(other.chars))
            }
        )

    def close(self, one: Hit, other: Hit, reach: int | str) -> bool:
        if one.zone != other.zone:
            return False
        if isinstance(reach, int):
            return max(other.first - one.last - 1, one.first - other.last - 1, 0) <= reach
        text = self.reading.zone(one.zone)
        paragraphs = [0, *(m.end() for m in re.finditer("\n\n", text))]
        starts = sentence_starts(text, self.entry.lang) if reach == "s" else paragraphs
        chars = one.chars | other.chars
        units = {sum(start <= char for start in starts) for char in (min(chars), max(chars))}
        return len(units) == 1

    def sentence(self, hit: Hit) -> tuple[str, ...]:
        text = self.reading.zone(hit.zone)
        starts = [*sentence_starts(text, self.entry.lang), len(text)]
        return next(
            tuple(re.findall(r"\w+", text[start:end].casefold()))
            for start, end in itertools.pairwise(starts)
            if start <= min(hit.chars) < end
        )

    def phrase(self, zone: str, words: tuple[str, ...], exact: bool, slop: int) -> list[Hit]:
        text = self.reading.zone(zone)
        columns = [[piece for piece in self.pieces[zone] if fits(word, exact, piece, text)] for word in split(words)]
        found = []
        for chain in itertools.product(*columns):
            between = 0
            for one, other in itertools.pairwise(chain):
                gap = other.first - one.last - 1
                if gap < 0:
                    break
                between += gap
            else:
                start, end = chain[0].start, chain[-1].end
                if between <= slop and "\n\n" not in text[start:end]:
                    chars = frozenset(char for piece in chain for char in range(piece.start, piece.end))
                    found.append(Hit(zone, chain[0].first, chain[-1].last, chars))
        return found


def split(words: tuple[str, ...]) -> list[str]:
    """Words of mixed scripts, apart."""
    apart = []
    for word in words:
        run = read_run(RUN.match(word).group()) if RUN.match(word) else None  # type: ignore[union-attr]  # checked
        if run is not None and any(form.cjk for form in run.forms) and run.width > 1:
            apart += [form.exact for form in run.forms[: run.width]]
        else:
            apart.append(word)
    return apart


def take_apart(text: str) -> tuple[list[Piece], int]:
    pieces: list[Piece] = []
    at = 0
    for match in RUN.finditer(with_plain_joiners(text.replace("_", " "))):
        run = read_run(match.group())
        for form in run.forms:
            pieces += pieces_of(form, at, match.start())
        at += run.width
    return pieces, at


def pieces_of(form: Form, at: int, base: int) -> list[Piece]:
    whole = Piece(form.form, form.exact, at + form.first, at + form.last, base + form.start, base + form.end, form.cjk)
    if not form.cjk:
        return [whole]
    # Every stretch of a run of Chinese is a piece (the tests use no half-width kana: lengths agree).
    return [
        Piece(form.form[low:high], "", whole.first, whole.last, whole.start + low, whole.start + high, True)
        for low in range(len(form.form))
        for high in range(low + 1, len(form.form) + 1)
    ]


def fits(word: str, exact: bool, piece: Piece, text: str) -> bool:
    if "*" in word or "?" in word:
        pattern = re.escape(word.lower()).replace(r"\*", ".*").replace(r"\?", ".")
        return not piece.cjk and re.fullmatch(pattern, piece.form) is not None
    match = RUN.match(word)
    assert match is not None
    run = read_run(match.group())
    form = run.forms[0] if run.width == 1 else next(f for f in run.forms if (f.first, f.last) == (0, run.width - 1))
    if form.form != piece.form:
        return False
    if exact:
        return form.exact == piece.exact
    if not (form.exact.isupper() and form.exact.isalpha()) or text.isupper():
        return True
    if len(form.form) < 4:
        return piece.exact.isupper()
    if text.islower():
        return True
    return piece.exact.isupper() if is_everyday(form.form) else piece.exact[0].isupper() or not form.form.isascii()


def inside(hit: Hit, other: Hit) -> bool:
    return hit.zone == other.zone and min(other.chars) <= min(hit.chars) and max(hit.chars) <= max(other.chars)


def most_disjoint(hits: list[Hit]) -> int:
    count, taken = 0, dict[str, int]()
    for hit in sorted(hits, key=lambda hit: (hit.zone, max(hit.chars))):
        if min(hit.chars) > taken.get(hit.zone, -1):
            count += 1
            taken[hit.zone] = max(hit.chars)
    return count
