"""Two headlines of one story in, what is new in the later one out, in words a person can follow.

Law: only what changes the news counts (a figure, a correction, a reversed claim); another wording does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.core.similar.numbers import is_figure, is_period, shown
from bot.core.similar.vetoes import opposites


def changes_between(before: Sequence[str], after: Sequence[str], labels: Iterable[str]) -> tuple[str, ...]:
    """What is new: `("9 die → 112 die",)`. `before` and `after` are tokens in order; `labels` those of the later title."""
    changes: list[str] = []
    only_before, only_after = [t for t in before if t not in after], [t for t in after if t not in before]
    old = [t for t in only_before if is_figure(t) and not is_period(t)]
    new = [t for t in only_after if is_figure(t) and not is_period(t)]
    corrected = any(label.startswith(("correct", "clarif")) for label in labels)
    if old and new:
        changes.append(f"{'corrected: ' if corrected else ''}{shown(old[0])} → {shown(new[0])}")
    elif corrected:
        changes.append("corrected")
    against = opposites(set(only_before), set(only_after))
    if against:
        changes.append(f"{against[0]} → {against[1]}")
    return tuple(changes)
