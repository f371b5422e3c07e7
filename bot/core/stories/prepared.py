"""An entry's text → the entry made ready to be compared with stories and with single reports.

Law: a text is read once. What stands in the title counts most; of summary and body the beginning counts, and the rest
is kept only as a sketch and as a vocabulary.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, compress, filterfalse, islice, repeat

from bot.core.similarity.changes import Change, changes_in, languages_of, mark, told_in
from bot.core.similarity.headlines import Headline, read_headline
from bot.core.similarity.names import names_of
from bot.core.similarity.outlook import outlook_in
from bot.core.similarity.signs import all_written, kept_signs
from bot.core.similarity.sketch import OpenSketch, opened, sketch, unit_key, unit_keys, vocabulary
from bot.core.similarity.tokens import (
    KEY,
    MAX_TITLE,
    PLAIN_WORD,
    UNIT,
    UNSAID,
    TextToken,
    is_common,
    is_figure,
    is_pair,
    read_tokens,
    text_tokens,
    units,
)
from bot.core.stories.inverted_index import MOST_LEAD, TITLE_COUNT, Words
from bot.core.stories.records import Record, counted_units
from bot.model import Reading

_LEAD = 300
"""Characters of summary or body that a story is recognised by."""
_MOST_LEAD_UNITS = 64
_TEXT = 1_500
"""Characters of summary and body whose words are remembered."""
_MOST_WORDS = 240
_TELLING = 100
"""Characters from which a summary or body says something of its own, and that stand in for a missing title."""
_STRADDLING = 0.5
"""In scripts without spaces half of the pairs of characters straddle two words, and are found nowhere."""
_SENTENCE = re.compile(r".{10,240}?(?:[.!?…]\s|[。！？।؟]|\n|$)|.{1,240}", re.DOTALL)
_DATELINE = re.compile(
    r"\s{0,3}(?:[^()\n]{0,60}\([^()\n\d]{2,40}\)\.?\s?"
    r"|([^\s\d][^(),\n\d]{2,30}?)(?:,[^()\n]{1,30}?)?(?:\s|\.?(?=[-–—])))[-–—]{1,3}\s"
)
"""What stands before a first sentence: an agency in brackets (`RALEIGH, N.C. (AP) — `, `Lima, 3 jun (EFE).- `), or a
place in capitals (`МОСКВА, 3 июн — `)."""


@dataclass(kw_only=True)
class Prepared:
    """An entry made ready. `title_numbers`: the title's units in order; by a unit's number `counts` and `weights`, and
    `vector`, weight times count, with its Euclidean `length`, to which what tells a change adds nothing: its story
    lacks it. `unmatched`: what a unit counts that is not found elsewhere. `text`: summary and body, `beginning`: its
    first tokens. `languages`: those in Latin letters that may speak; `changes`: what the headline tells. `kept`: what
    is kept of it, once it is decided. `index`: what gave its units their numbers."""

    kept: Record
    index: Words
    headline: Headline
    title_numbers: tuple[int, ...]
    counts: Mapping[int, int]
    weights: Mapping[int, float]
    vector: Mapping[int, float]
    length: float
    unmatched: float
    text: str
    languages: frozenset[str]
    changes: Sequence[Change]
    opened: OpenSketch
    beginning: Sequence[TextToken]

    @cached_property
    def names(self) -> tuple[int, ...]:
        """The numbers of the title's units that are of words that may be names."""
        number_of = dict(zip(self.kept.title_units, self.title_numbers, strict=True))
        names = names_of(self.headline.whole)
        return tuple(dict.fromkeys([number_of[name.unit] for name in names if name.kind == PLAIN_WORD]))

    @cached_property
    def lead(self) -> tuple[TextToken, ...]:
        """The tokens of the first sentence below the headline."""
        return read_tokens(self._first_sentence)

    @cached_property
    def lead_sketch(self) -> OpenSketch:
        """The sketch of the first sentence below the headline."""
        return opened(sketch(self._first_sentence))

    @cached_property
    def _first_sentence(self) -> str:
        first = _SENTENCE.match(self.text, _begins_at(self.text))
        return first.group() if first is not None else ""

    def heaviest(self, numbers: Iterable[int], most: int) -> list[str]:
        """The rarest of some units as they were written."""
        texts = ((number, self.index.text(number)) for number in numbers)
        rarest = sorted([(-self.weights[number], unit) for number, unit in texts if not is_common(unit)])
        return [self.written(unit) for _, unit in rarest[:most]]

    def written(self, unit: str) -> str:
        """A unit as it is written where it stands first."""
        for tokens in (self.headline.whole, self.beginning):
            for token in compress(tokens, map(unit.__eq__, map(UNIT, tokens))):
                return token.raw
        return unit


def prepare(reading: Reading, index: Words, *, bare: bool = False, published: float | None = None) -> Prepared:
    """Reads an entry once, for every comparison that follows. `bare`: it has neither guid nor URL, so that what it says
    is all that it is known by; where that is not even a word, all that is written counts as one unit."""
    text = _text(reading)
    title = _title(reading, text)
    headline = read_headline(title)
    lead_tokens = text_tokens(text[:_LEAD])
    title_units, lead_units = _units(headline.whole, lead_tokens)
    whole = f"{reading.title}\n{text}" if bare else ""
    if whole and all(map(is_figure, (*title_units, *lead_units))) and (said := all_written(whole)):
        title_units, lead_units = (said,), ()
    counted = counted_units(title_units, lead_units)
    numbers = index.numbers(counted)
    counts = dict(zip(numbers, counted.values(), strict=True))
    weights = index.weights(numbers)
    values = [weight * count / TITLE_COUNT for weight, count in zip(weights, counts.values(), strict=True)]
    languages = languages_of(headline.whole, lead_tokens)
    changes = changes_in(headline.whole, languages, headline.question.surely, headline.clauses)
    of_change = {unit for change in changes for unit in change.units}
    is_lasting = [unit not in of_change for unit in counted] if of_change else repeat(True)
    length = math.hypot(*compress(values, is_lasting))
    told = told_in(headline.whole, languages, headline.question.words) | told_in(
        lead_tokens, languages, ahead=lambda: outlook_in(text[:_LEAD], lead_tokens, languages)
    )
    kept = Record(
        title=title,
        title_units=title_units,
        lead_units=lead_units,
        sketch=sketch(max(reading.summary, reading.body, key=len)) if text else b"",
        words=vocabulary(_said(lead_tokens, text_tokens(text[_LEAD:_TEXT])).union(map(unit_key, map(mark, told)))),
        has_text=len(text) >= _TELLING,
        signs=kept_signs(whole) if whole else "",
        published=published,
    )
    return Prepared(
        kept=kept,
        index=index,
        headline=headline,
        title_numbers=tuple(numbers[: len(title_units)]),
        counts=counts,
        weights=dict(zip(numbers, weights, strict=True)),
        vector=dict(zip(numbers, values, strict=True)),
        length=length or 1.0,
        unmatched=_STRADDLING if 2 * sum(map(is_pair, title_units)) > len(title_units) else 1.0,
        text=text,
        languages=languages,
        changes=changes,
        opened=opened(kept.sketch),
        beginning=lead_tokens,
    )


def counted_record(reading: Reading, *, published: float) -> Record:
    """What is kept of an entry that is compared with nothing."""
    text = _text(reading)
    title_units, lead_units = _units(read_tokens(_title(reading, text)), text_tokens(text[:_LEAD]))
    return Record(title_units=title_units, lead_units=lead_units, only_counts=True, published=published)


def _text(reading: Reading) -> str:
    """Summary and body, without what both say; none where it is the headline over again (Google News': a copy of it had
    an outlet's name in its text, which then counted as the place where it happened)."""
    summary, body = reading.summary, reading.body
    text = body if body.startswith(summary[:80]) else f"{summary}\n{body}" if body else summary
    may_be_title = 0 < len(text) < 2 * len(reading.title)
    return "" if may_be_title and _letters(text) == _letters(reading.title) != "" else text


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def _title(reading: Reading, text: str) -> str:
    return (reading.title or text[:_TELLING])[:MAX_TITLE]


def _units(title: Sequence[TextToken], lead: Sequence[TextToken]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The title's units, in order, each once, and the lead's, one as often as it counts."""
    lead_units: list[str] = []
    for unit, times in islice(Counter(units(lead)).items(), _MOST_LEAD_UNITS):
        if times == 1:  # as most
            lead_units.append(unit)
        else:
            lead_units += (unit,) * min(times, MOST_LEAD)
    return tuple(dict.fromkeys(units(title))), tuple(lead_units)


def _said(lead: list[TextToken], rest: list[TextToken]) -> set[int]:
    """The keys of what a text says, function words left out; where single tokens do not tell, of its first units."""
    keys = set(map(KEY, chain(lead, rest)))
    if None in keys:
        all_units = chain.from_iterable(dict.fromkeys(units(tokens)) for tokens in (lead, rest))
        return set(unit_keys(islice(filterfalse(is_common, all_units), _MOST_WORDS)))
    keys.discard(UNSAID)
    return keys


def _begins_at(text: str) -> int:
    """The place behind the datelines of a text: each agency writes its own, and none tells of the event."""
    start = 0
    while (line := _DATELINE.match(text, start)) is not None and (line[1] is None or line[1].isupper()):
        start = line.end()
    return start
