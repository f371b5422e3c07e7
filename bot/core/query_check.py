"""A rule that reads well but cannot be meant: a query in, warnings out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.core.zones import PromoPatterns
from bot.model.query import Query


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleWarning:
    """Something odd in a rule. `start`, `end`: offsets in its text."""

    message: str
    start: int
    end: int
    hint: str = ""


def warnings_of(
    query: Query,
    promo: PromoPatterns,
    known_term: Callable[[str], bool] | None = None,
) -> list[RuleWarning]:
    """The warnings of docs/rules.md."""
    return []
