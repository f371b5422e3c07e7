"""A reading in, the entry made ready to be compared out: its form, its telling words and their weights.

Law: what is taken from summary and body is a handful of words, the ones that stand there often and are rare at large.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.similar.background import FUNCTION_STEMS, rate
from bot.core.similar.copies import Side
from bot.core.similar.headlinese import concept
from bot.core.similar.shingles import sketch
from bot.core.similar.stems import stem
from bot.core.similar.wording import fold, tokenize, wording
from bot.core.stories.items import TITLE_UNITS, units
from bot.core.stories.words import Words
from bot.model import Reading

LEAD_TOKENS = 14
LEAD_TEXT = 2_000
"""Characters of summary or body that a story is recognised by."""
FIRST_WORDS = 100
"""Characters of summary or body that stand in for a missing title."""
TELLING = 80
"""Characters from which a summary or body says something of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """An entry made ready. `vector`: weight times units by token; `length`: its Euclidean length. `has_text`: it comes
    with a summary or body worth comparing. `words`: a written form for each token, for reasons."""

    side: Side
    labels: tuple[str, ...]
    lead: str
    units: Mapping[str, int]
    weights: Mapping[str, float]
    vector: Mapping[str, float]
    length: float
    has_text: bool
    words: Mapping[str, str]


def make_query(reading: Reading, words: Words) -> Query:
    """Reads an entry once, for every comparison that follows."""
    text = reading.body if len(reading.body) > len(reading.summary) else reading.summary
    title = reading.title or text[:FIRST_WORDS]
    made = wording(title)
    lead, written = _lead(text) if text else ("", {})
    counted = units(made.form, lead)
    weights = {token: words.weight(token) for token in counted}
    vector = {token: weights[token] * unit / TITLE_UNITS for token, unit in counted.items()}
    side = Side(form=made.form, marks=made.marks, edition=made.edition, cut=made.cut, sketch=sketch(text))
    written.update((concept(token), word) for token, word in zip(made.tokens, made.form.split(), strict=True))
    return Query(
        side=side,
        labels=made.labels,
        lead=lead,
        units=counted,
        weights=weights,
        vector=vector,
        length=math.sqrt(sum(value * value for value in vector.values())) or 1.0,
        has_text=len(text) >= TELLING,
        words=written,
    )


def _lead(text: str) -> tuple[str, dict[str, str]]:
    counts: Counter[str] = Counter()
    written: dict[str, str] = {}
    for word in tokenize(fold(text[:LEAD_TEXT])):
        token = word if word.startswith("#") else stem(word)
        if token not in FUNCTION_STEMS:
            counts[token] += 1
            written.setdefault(token, word)
    worth = {token: (1 + math.log(count)) * -math.log(rate(token)) for token, count in counts.items()}
    best = heapq.nsmallest(LEAD_TOKENS, worth, key=lambda token: -worth[token])
    lead = " ".join(token for token in best for _ in range(min(3, round(1 + math.log(counts[token])))))
    return lead, {concept(token): written[token] for token in best}
