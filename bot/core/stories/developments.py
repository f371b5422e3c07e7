"""A report and what its story said before → what is new in it, in words a person can follow.

Law: another wording is no news. What counts: a figure that differs, a correction, a denial, a word of change that the
story has not said, a new lead over the old text, much that was never said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.core.similarity.lexicon import lexicon
from bot.core.similarity.titles import Headline, change_words, difference, tells_change
from bot.core.similarity.tokens import CHARACTER, FIGURE, PLAIN_WORD, TextToken, is_common

_ROUNDED = 0.04
"""Difference by which a figure is another one, rounded: `more than 140` where 143 were told."""
_REWORDED = 0.7
"""Share of the shorter headline from which a denial, or a word of change, that only the later one has is its news."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """What a story said, as far as it is asked: whether it `says` a unit, the `headlines` of its nearest reports, and
    how many units of the new report were `restated`: a development of the story was the first to say them."""

    says: Callable[[str], bool]
    headlines: Sequence[Headline]
    restated: int


def what_is_new(new: Headline, story: Background) -> tuple[str, ...]:
    """The changes that a headline brings to its story; empty: none."""
    changes: list[str] = []
    for old in story.headlines:
        if changes := _replaced(old, new, story.says):
            break
    changes = changes or _figures(new, story)
    said = _said_first(new, story)
    # Who reports a development again finds other words for it, but repeats some that it was the first to say.
    if not changes and len(said) > story.restated:
        changes.append(f"now: {said[0]}")
    if new.corrects:
        return tuple(f"corrected: {change}" for change in changes[:1]) or ("corrected",)
    return tuple(dict.fromkeys(changes))


def changes_between(old: Headline, new: Headline) -> tuple[str, ...]:
    """What differs between two wordings of one headline."""
    forms = {token.form for token in old.words}
    changes = _replaced(old, new, lambda unit: False)
    denied = [token.raw for token in new.words if token.form in lexicon().negations and token.form not in forms]
    changes = changes or [f"now: {raw}" for raw in denied[:1]]
    return tuple(f"corrected: {change}" for change in changes) if new.corrects else tuple(changes)


def _replaced(old: Headline, new: Headline, says: Callable[[str], bool]) -> list[str]:
    """Figures and opposites that stand in the place of others and that the story does not say yet."""
    changes = []
    between = difference(old.words, new.words)
    reworded = between.frame >= _REWORDED
    for gone, come in between.replaced:
        before, after = _figure(gone), _figure(come)
        against = _opposites(gone, come)
        if before is not None and after is not None:
            if not says(after.unit) if reworded else _is_new(after, [old], says):
                changes.append(f"{_with_noun(old.words, before)} → {_with_noun(new.words, after)}")
        elif against is not None and not says(against[1].unit):
            changes.append(f"{against[0].raw} → {against[1].raw}")
        elif reworded and _changes(gone, come, says):
            changes.append(f"{' '.join(token.raw for token in gone)} → {' '.join(token.raw for token in come)}")
    denied = [token.raw for token in between.added if token.form in lexicon().negations and not says(token.unit)]
    if not changes and reworded:
        changes += [f"now: {raw}" for raw in denied[:1]]
    return changes


def _changes(gone: Sequence[TextToken], come: Sequence[TextToken], says: Callable[[str], bool]) -> bool:
    """Whether a word of change, or a denial, stands in the place of another word, or another word in its place."""
    if all(says(token.unit) for token in come):
        return False
    return any(tells_change(token.form) or token.form in lexicon().negations for token in (*gone, *come))


def _figure(tokens: Sequence[TextToken]) -> TextToken | None:
    return next((token for token in tokens if token.kind == FIGURE), None)


def _opposites(gone: Sequence[TextToken], come: Sequence[TextToken]) -> tuple[TextToken, TextToken] | None:
    opposites = lexicon().opposites
    for before in gone:
        for after in come:
            if after.form in opposites.get(before.form, ()):
                return before, after
    return None


def _figures(new: Headline, story: Background) -> list[str]:
    """A figure that the story does not say, against one in its headlines: best one that stands beside the same word."""
    for token in new.words:
        if token.kind != FIGURE or not _is_new(token, story.headlines, story.says):
            continue
        nouns = _beside(new.words, token)
        others = [
            (not nouns & _beside(old.words, before), place, f"{_with_noun(old.words, before)}")
            for place, old in enumerate(story.headlines)
            for before in old.words
            if before.kind == FIGURE and before.unit != token.unit
        ]
        if others:
            return [f"{min(others)[2]} → {_with_noun(new.words, token)}"]
    return []


def _is_new(figure: TextToken, headlines: Sequence[Headline], says: Callable[[str], bool]) -> bool:
    """Whether a figure in digits is none that a story says, and none of its headlines' rounded up or down."""
    if says(figure.unit) or not any(map(str.isdigit, figure.raw)):
        return False
    value = _value(figure)
    others = [_value(token) for headline in headlines for token in headline.words if token.kind == FIGURE]
    return not any(abs(value - other) <= _ROUNDED * other for other in others)


def _value(figure: TextToken) -> float:
    try:
        return float(figure.unit[1:])
    except ValueError:
        return 0.0


def _beside(words: Sequence[TextToken], figure: TextToken) -> set[str]:
    """The units of the telling words next to a figure, and at the place after it."""
    at = next(place for place, token in enumerate(words) if token is figure)
    near = [*words[max(0, at - 1) : at], *words[at + 1 : at + 3]]
    return {token.unit for token in near if token.kind in (PLAIN_WORD, CHARACTER) and not is_common(token.unit)}


def _said_first(new: Headline, story: Background) -> list[str]:
    """Words of change that the story has not said."""
    return [raw for raw, parts in change_words(new) if not all(map(story.says, parts))]


def _with_noun(words: Sequence[TextToken], figure: TextToken) -> str:
    at = next(place for place, token in enumerate(words) if token is figure)
    after = words[at + 1] if at + 1 < len(words) else None
    if after is None or after.kind != PLAIN_WORD or is_common(after.unit):
        return figure.raw
    return f"{figure.raw} {after.raw}"
