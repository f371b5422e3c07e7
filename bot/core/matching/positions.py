"""The text of a zone → where its words stand.

The law of this file: places are counted in words within one zone, from 0; offsets are code points of the zone's text.
Nothing is worked out before it is asked for.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.core.language.everyday import SHORTEST
from bot.core.query.word_patterns import WordPattern
from bot.core.query.word_signs import has_signs
from bot.core.text.joined import Form
from bot.core.text.sentences import paragraph_starts, sentence_starts
from bot.core.text.words import ASCII_RUN, RUN, ends_in_initial, holds_term, place_behind, read_run, with_plain_joiners

_MAX_POSITIONS = 20_000
"""Of one part of a rule, in one zone: a text of one word a million times must not cost more than that."""

Span = tuple[int, int]


class Position(NamedTuple):
    """One occurrence of a form in a zone: its first and last word, its first offset and the one behind it."""

    first: int
    last: int
    start: int
    end: int
    exact: str


class CjkRun(NamedTuple):
    """A stretch of Chinese, Japanese or Korean: one word."""

    place: int
    form: str
    start: int
    end: int


class Zone:
    """The text of one zone and where its words stand. `index`: which zone of WORD_FIELDS it is; `declared`: the
    language that its entry or feed names."""

    __slots__ = (
        "_all_capitals", "_cjk", "_holders", "_no_capitals", "_occurrences", "_paragraphs", "_positions",
        "_sentences", "_word_starts", "_words", "declared", "index", "text",
    )  # fmt: skip

    def __init__(self, index: int, text: str, declared: str | None = None) -> None:
        self.index = index
        self.text = text
        self.declared = declared
        self._all_capitals, self._no_capitals = text.isupper(), text.islower()
        self._occurrences: dict[str, list[tuple[int, int]]] | None = None
        self._holders: dict[str, list[tuple[str, Form]]] | None = None
        self._positions: dict[str, list[Position]] = {}
        self._cjk: list[CjkRun] = []
        self._word_starts: list[int] | None = None
        self._paragraphs: list[int] | None = None
        self._sentences: list[int] | None = None
        self._words = 0

    @property
    def occurrences(self) -> dict[str, list[tuple[int, int]]]:
        """Of each run: the offset and the number of its first word, for every time it stands there."""
        if self._occurrences is None:
            occurrences: dict[str, list[tuple[int, int]]] = {}
            text = with_plain_joiners(self.text)
            matches = ASCII_RUN.finditer(text) if text.isascii() else RUN.finditer(text.replace("_", " "))
            at = 0
            for match in matches:
                raw = match.group()
                occurrences.setdefault(raw, []).append((match.start(), at))
                at += 1 if raw.isalnum() and raw.isascii() else read_run(raw).width
            self._occurrences, self._words = occurrences, at
        return self._occurrences

    @property
    def words(self) -> int:
        """How many words the zone has."""
        _ = self.occurrences  # counts them, too
        return self._words

    @property
    def holders(self) -> dict[str, list[tuple[str, Form]]]:
        """Of each form of this zone: the runs that hold it, and how."""
        if self._holders is None:
            self._holders = {}
            for raw, places in self.occurrences.items():
                for form in read_run(raw).forms:
                    if form.cjk:
                        self._cjk += [
                            CjkRun(at + form.first, form.form, base + form.start, base + form.end)
                            for base, at in places
                        ]
                    else:
                        self._holders.setdefault(form.form, []).append((raw, form))
            self._cjk.sort()
        return self._holders

    @property
    def word_starts(self) -> list[int]:
        """The offset of every word."""
        if self._word_starts is None:
            self._word_starts = sorted(
                base + form.start
                for raw, occurrences in self.occurrences.items()
                for form in read_run(raw).forms[: read_run(raw).width]
                for base, _ in occurrences
            )
        return self._word_starts

    @property
    def sentences(self) -> list[int]:
        """The offsets at which sentences begin."""
        if self._sentences is None:
            self._sentences = sentence_starts(self.text, self.declared)
        return self._sentences

    def sentence_of(self, offset: int) -> int:
        """The number of the sentence in which an offset lies, from 1."""
        return bisect_right(self.sentences, offset)

    def paragraph_of(self, offset: int) -> int:
        """The number of the paragraph in which an offset lies, from 1."""
        if self._paragraphs is None:
            self._paragraphs = paragraph_starts(self.text)
        return bisect_right(self._paragraphs, offset)

    def positions_of(self, form: str) -> list[Position]:
        """Where a folded form stands, in order."""
        positions = self._positions.get(form)
        if positions is not None:
            return positions
        positions = []
        for raw, part in self.holders.get(form, ())[: _MAX_POSITIONS + 1]:
            _, exact, first, last, start, end, _ = part
            # The last full stop of an acronym belongs to it.
            acronym = end == len(raw) > 2 and ends_in_initial(raw) and len(exact) > 1
            for base, at in self.occurrences[raw][: _MAX_POSITIONS + 1]:
                stop = base + end
                if acronym and self.text[stop : stop + 1] == ".":
                    stop += 1
                positions.append(Position(at + first, at + last, base + start, stop, exact))
        positions.sort()
        self._positions[form] = positions
        return positions

    def find(self, wanted: WordPattern) -> Sequence[Position]:
        """Where a word of a rule stands, in order, at most _MAX_POSITIONS times."""
        if wanted.cjk:
            return self._find_cjk(wanted)
        positions: list[Position]
        if wanted.pattern is not None:
            fullmatch = wanted.pattern.fullmatch
            positions = []
            for form in self.holders:
                if not form.startswith(wanted.form):
                    continue
                if wanted.exact is not None:
                    positions += [position for position in self.positions_of(form) if fullmatch(position.exact)]
                elif fullmatch(form):
                    positions += self.positions_of(form)
            positions.sort()
        else:
            positions = self.positions_of(wanted.form)
            if wanted.attached:
                positions = sorted([*positions, *self._behind_particles(wanted)])
            if wanted.exact is not None:
                positions = [position for position in positions if position.exact == wanted.exact]
            elif (wanted.capitals or wanted.initial) and self._tells_case(wanted.form):
                fits = str.isupper if wanted.capitals else _begins_upper
                positions = [position for position in positions if fits(position.exact)]
        if wanted.before or wanted.after:
            before, after = wanted.before, wanted.after
            text = self.text
            positions = [
                _with_signs(one, text, before, after)
                for one in positions
                if has_signs(text, one.start, one.end, before, after)
            ]
        return positions[:_MAX_POSITIONS] if len(positions) > _MAX_POSITIONS else positions

    def _behind_particles(self, wanted: WordPattern) -> Iterator[Position]:
        for word in wanted.attached:
            for position in self.positions_of(word):
                at = place_behind(wanted.form, word, self.text[position.start : position.end])
                yield position._replace(start=position.start + at, exact=wanted.form)

    def _tells_case(self, form: str) -> bool:
        """Whether there is case to go by; a zone without any capital says nothing of words of four letters or more."""
        return not self._all_capitals and (len(form) < SHORTEST or not self._no_capitals)

    def _find_cjk(self, wanted: WordPattern) -> list[Position]:
        _ = self.holders  # finds the runs, too
        positions: list[Position] = []
        for run in self._cjk:
            at = 0
            while len(positions) < _MAX_POSITIONS:
                if wanted.pattern is not None:
                    match = wanted.pattern.search(run.form, at)
                    if match is None:
                        break
                    start, end = match.span()
                else:
                    start = holds_term(run.form, wanted.form, at)
                    if start < 0:
                        break
                    end = start + len(wanted.form)
                low, high = self._raw_span(run, start, end)
                positions.append(Position(run.place, run.place, low, high, run.form[start:end]))
                at = max(start + 1, at + 1)
        return positions

    def _raw_span(self, run: CjkRun, start: int, end: int) -> Span:
        """Offsets in a run's form as offsets in the zone: NFKC may have changed its length (half-width kana)."""
        if len(run.form) == run.end - run.start:
            return run.start + start, run.start + end
        origin: list[int] = []
        raw = self.text[run.start : run.end]
        index = 0
        while index < len(raw):
            stop = index + 1
            while stop < len(raw) and (raw[stop] in "\uff9e\uff9f" or unicodedata.combining(raw[stop])):
                stop += 1
            origin.extend([index] * len(unicodedata.normalize("NFKC", raw[index:stop])))
            index = stop
        origin.append(len(raw))
        return run.start + origin[min(start, len(origin) - 1)], run.start + origin[min(end, len(origin) - 1)]


def _with_signs(position: Position, text: str, before: str, after: str) -> Position:
    """A place with the signs that a rule asks for, where they stick to it: people read `5%` as what was found."""
    start, end = position.start, position.end
    start -= len(before) if start >= len(before) and text.startswith(before, start - len(before)) else 0
    end += len(after) if text.startswith(after, end) else 0
    return position._replace(start=start, end=end)


def _begins_upper(spelling: str) -> bool:
    return spelling[:1].isupper()
