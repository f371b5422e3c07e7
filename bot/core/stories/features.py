"""A reading → the entry made ready to be compared: its form, its telling words and their weights.

Law: what is taken from summary and body is a handful of words, the ones that stand there often and are rare at large.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import repeat
from operator import mul

from bot.core.language.background import FUNCTION_STEMS, rarities
from bot.core.language.stems import stem
from bot.core.language.synonyms import concept
from bot.core.similarity.duplicates import Side
from bot.core.similarity.figures import figure_text, is_figure
from bot.core.similarity.headline import fold_headline, tokenize, wording
from bot.core.similarity.sketch import Opened, opened, packed, sketch
from bot.core.stories.inverted_index import Words
from bot.core.stories.records import TITLE_UNITS, units_of
from bot.model import Reading

_LEAD_TOKENS = 14
_LEAD_TEXT = 2_000
"""Characters of summary or body that a story is recognised by."""
_FIRST_WORDS = 100
"""Characters of summary or body that stand in for a missing title."""
_TELLING = 80
"""Characters from which a summary or body says something of its own."""
_LOGS = [0.0, *(1 + math.log(count) for count in range(1, _LEAD_TEXT + 1))]
"""What a word counts by how often it stands in the text …"""
_TIMES = [min(3, round(count)) for count in _LOGS]
"""… and how often it then stands in the lead."""


@dataclass(slots=True, kw_only=True)
class Features:
    """An entry made ready. By a token's number: `tokens`, their `units` and `weights`, and `vector`, weight times
    units, with its Euclidean `length`. `has_text`: it comes with a summary or body worth comparing. `words`: a written
    form for each token, for reasons. `sketch`: of summary or body, as it is stored; `opened`: ready to be compared."""

    side: Side
    sketch: bytes
    opened: Opened
    labels: tuple[str, ...]
    lead: str
    tokens: Mapping[int, str]
    units: Mapping[int, int]
    weights: Mapping[int, float]
    vector: Mapping[int, float]
    length: float
    has_text: bool
    words: Mapping[str, str]

    def heaviest(self, numbers: Iterable[int], most: int) -> list[str]:
        """The rarest of some tokens as they were written."""
        best = sorted(numbers, key=lambda number: (-self.weights[number], self.tokens[number]))[:most]
        return [
            figure_text(token) if is_figure(token) else self.words.get(token, token)
            for token in (self.tokens[number] for number in best)
        ]


def features_of(reading: Reading, words: Words) -> Features:
    """Reads an entry once, for every comparison that follows."""
    text = reading.body if len(reading.body) > len(reading.summary) else reading.summary
    title = reading.title or text[:_FIRST_WORDS]
    made = wording(title)
    lead, written = _lead(text) if text else ("", {})
    counted = units_of(made.tokens, lead)
    numbers = words.numbers(counted)
    units = dict(zip(numbers, counted.values(), strict=True))
    weights = words.weights(numbers)
    values = [weight * unit / TITLE_UNITS for weight, unit in zip(weights, counted.values(), strict=True)]
    held = sketch(text)
    side = Side(form=made.form, marks=made.marks, edition=made.edition, cut=made.cut, sketch=packed(held))
    written.update((concept(token), word) for token, word in zip(made.tokens, made.form.split(), strict=True))
    return Features(
        side=side,
        sketch=held,
        opened=opened(side.sketch),
        labels=made.labels,
        lead=lead,
        tokens=dict(zip(numbers, counted, strict=True)),
        units=units,
        weights=dict(zip(numbers, weights, strict=True)),
        vector=dict(zip(numbers, values, strict=True)),
        length=math.hypot(*values) or 1.0,
        has_text=len(text) >= _TELLING,
        words=written,
    )


def _lead(text: str) -> tuple[str, dict[str, str]]:
    counts: dict[str, int] = {}
    written: dict[str, str] = {}
    for word, times in Counter(tokenize(fold_headline(text[:_LEAD_TEXT]))).items():
        token = word if word[0] == "#" else stem(word)
        if token in counts:
            counts[token] += times
        elif token not in FUNCTION_STEMS:
            counts[token] = times
            written[token] = word
    worth = dict(zip(counts, map(mul, map(_LOGS.__getitem__, counts.values()), rarities(counts)), strict=True))
    best = sorted(worth, key=worth.__getitem__, reverse=True)[:_LEAD_TOKENS]
    lead = " ".join([again for token in best for again in repeat(token, _TIMES[counts[token]])])
    return lead, {concept(token): written[token] for token in best}
