"""Steps and what each takes away, as bit masks → those to take together, and whether to believe them.

The law: nothing here knows a word. Choices are made by greedy set cover, tried on what was left out of them
(cross-validation: Stone 1974, "Cross-Validatory Choice and Assessment of Statistical Predictions") and compared with
what chance would do (a permutation test: Fisher 1935, "The Design of Experiments").
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_

from bot.core.workbench.edits import SUPPORT, EditStep

_FOLDS = 20
"""Into so many parts the marks are divided, each left out once."""
_DEALS = 200
"""Times that the marks are dealt out anew."""
_CHANCE = ((5, 0.1), (10, 0.02))
"""Share of those in which chance may do as much, below so many stories of either sort: of nine stories even a perfect
word cannot reach less than a hundredth."""
_CHANCE_OF_MANY = 0.005
"""The share above the last step of `_CHANCE`."""


def cover(steps: Sequence[EditStep], noise: int, relevant: int, most: int) -> list[EditStep]:
    """Greedy set cover: each time the step that takes most of what is left, among those that lose nothing relevant."""
    usable = [step for step in steps if not step.loses & relevant and (step.removes & noise).bit_count() >= SUPPORT]
    chosen: list[EditStep] = []
    left = noise
    while usable and len(chosen) < most:
        best = max(usable, key=lambda step: (step.removes & left).bit_count() * step.weight)
        gain = (best.removes & left).bit_count()
        if gain < min(SUPPORT, left.bit_count()) or not gain:
            break
        chosen.append(best)
        left &= ~best.removes
        usable = [step for step in usable if (step.entity, step.kind) == (best.entity, best.kind)]
        if best.insertions:  # a place in the rule changes once
            usable = [step for step in usable if slot_of(step) == slot_of(best)]
    return chosen


def slot_of(step: EditStep) -> tuple[int, int]:
    """Where in the rule's expression a step begins to change it: [start, end)."""
    return step.insertions[0].start, step.insertions[0].end


def left_out(steps: Sequence[EditStep], noise: int, relevant: int, most: int) -> tuple[int, int]:
    """Of the stories left out, each once: how many noisy ones go, and how many relevant ones."""
    folds = min(_FOLDS, max(noise, relevant))
    removed = lost = 0
    for fold in range(folds):
        tested_noise = sum(1 << number for number in range(fold, noise, folds))
        tested_relevant = sum(1 << number for number in range(fold, relevant, folds))
        chosen = cover(steps, all_of(noise) & ~tested_noise, all_of(relevant) & ~tested_relevant, most)
        removed += (union_of(step.removes for step in chosen) & tested_noise).bit_count()
        lost += sum(1 for number in range(fold, relevant, folds) if any(step.loses >> number & 1 for step in chosen))
    return removed, lost


def is_by_chance(steps: Sequence[EditStep], noise: int, relevant: int, chosen: Sequence[EditStep]) -> bool:
    """Whether as much could be removed if the marks meant nothing: dealt out anew among the same stories, by a
    permutation test (Fisher 1935, "The Design of Experiments")."""
    count = noise + relevant
    masks = [(step.removes | step.loses << noise, step.weight) for step in steps]
    masks = [(holders, weight) for holders, weight in masks if holders.bit_count() >= SUPPORT]
    reached = union_of(step.removes for step in chosen).bit_count()
    fewest = min(noise, relevant)
    share = next((share for stories, share in _CHANCE if fewest < stories), _CHANCE_OF_MANY)
    if math.comb(noise + relevant, noise) * share < 1:
        return False  # of so few stories even a perfect word could be an accident: nothing can be said
    allowed = _DEALS * share
    as_good = 0
    state = count
    for _ in range(_DEALS):
        order = []
        for number in range(count):
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64  # Knuth, MMIX
            order.append((state >> 11, number))
        dealt = sum(1 << number for _, number in sorted(order)[:noise])
        as_good += _reach(masks, dealt, len(chosen)) >= reached
        if as_good > allowed:
            break
    return as_good > allowed


def _reach(masks: Sequence[tuple[int, float]], noise: int, most: int) -> int:
    """How many of the noisy stories `most` steps take that take no other one."""
    usable = [(holders, weight) for holders, weight in masks if not holders & ~noise]
    left = noise
    for _ in range(most):
        best = max(usable, key=lambda one: (one[0] & left).bit_count() * one[1], default=(0, 0.0))[0]
        left &= ~best
    return noise.bit_count() - left.bit_count()


def all_of(count: int) -> int:
    """The mask of `count` stories."""
    return (1 << count) - 1


def union_of(masks: Iterable[int]) -> int:
    """The mask of the stories that stand in any of `masks`."""
    return reduce(or_, masks, 0)
