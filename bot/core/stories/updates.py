"""A report and what its story said before → what is new in it, in words a person can follow.

Law: only what changes the news counts (a figure, a correction, a reversed claim, much that was never said); another
wording does not.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.language.antonyms import NEGATIONS, opposites
from bot.core.language.background import FUNCTION, RATES, rate
from bot.core.similarity.figures import figure_text, is_figure, is_period
from bot.core.similarity.headline import tokens_of
from bot.core.stories.clusters import Cluster
from bot.core.stories.features import Features

_NOVEL = 0.62
"""Share of a report's weight that its story never said, from which it is news in the story."""
_ESTABLISHED = 3
"""Reports that a story must have before what it never said can be told."""


def changes_between(before: str, after: str, labels: Iterable[str]) -> tuple[str, ...]:
    """What is new between two forms: `("9 dead → 112 dead",)`. `labels`: those of the later title."""
    changes: list[str] = []
    old_words, new_words = before.split(), after.split()
    old_tokens, new_tokens = tokens_of(before), tokens_of(after)
    corrected = is_correction(labels)
    old = [at for at, token in enumerate(old_tokens) if token not in new_tokens and _counts(token)]
    new = [at for at, token in enumerate(new_tokens) if token not in old_tokens and _counts(token)]
    if old and new:
        said = f"{_with_noun(old_words, old[0])} → {_with_noun(new_words, new[0])}"
        changes.append(f"corrected: {said}" if corrected else said)
    elif corrected:
        changes.append("corrected")
    only_old, only_new = set(old_tokens) - set(new_tokens), set(new_tokens) - set(old_tokens)
    against = opposites(only_old, only_new)
    if against:
        changes.append(f"{_written(against[0], old_words, old_tokens)} → {_written(against[1], new_words, new_tokens)}")
    elif only_new & NEGATIONS and not set(old_tokens) & NEGATIONS:
        denied = min(only_new & NEGATIONS)
        changes.append(f"now: {_written(denied, new_words, new_tokens)}")
    return tuple(changes)


def is_correction(labels: Iterable[str]) -> bool:
    """Whether the labels of a title say that it corrects an earlier report."""
    return any(label.startswith(("correct", "clarif")) for label in labels)


def what_is_new(features: Features, story: Cluster) -> tuple[str, ...]:
    """The words of a report that its story never said, where they are most of what it says; else empty."""
    if story.size < _ESTABLISHED:
        return ()
    unsaid = [number for number in features.vector if number not in story.counts]
    weight = sum(features.vector[number] for number in unsaid)
    rare = [number for number in unsaid if rate(features.tokens[number]) <= RATES[2]]
    if len(rare) < 3 or weight < _NOVEL * sum(features.vector.values()):
        return ()
    return (f"new: {', '.join(features.heaviest(rare, 3))}",)


def _counts(token: str) -> bool:
    return is_figure(token) and not is_period(token) and not token.startswith("#~")


def _with_noun(words: list[str], at: int) -> str:
    figure = figure_text(words[at])
    after = words[at + 1] if at + 1 < len(words) else ""
    return f"{figure} {after}" if after and not after.startswith("#") and after not in FUNCTION else figure


def _written(token: str, words: list[str], tokens: tuple[str, ...]) -> str:
    return words[tokens.index(token)]
