"""A store → what is on its way to people, and why not further."""

from __future__ import annotations

from typing import Any

from bot.model import Delivery, StoreCounts
from bot.ports import Store

_OUTBOX_STATES = ("pending", "unknown", "paused", "dead", "sent")
_SHOWN = {"sending": "pending", "unsettled": "unknown"}
"""States that people need not tell from another."""
_MOST_ROWS = 500
"""Messages of each kind that a report lists."""


def outbox_counts(counts: StoreCounts) -> dict[str, int]:
    """Messages by state, as `status` has them."""
    outbox = {name: counts.outbox.get(name, 0) for name in _OUTBOX_STATES}
    for state, shown in _SHOWN.items():
        outbox[shown] += counts.outbox.get(state, 0)
    return outbox


def outbox_report(store: Store) -> dict[str, Any]:
    """The counts, with the rows that are neither sent nor given up, oldest first; then those given up."""
    rows = [*store.open_deliveries(limit=_MOST_ROWS), *store.dead_deliveries(_MOST_ROWS)]
    return {**outbox_counts(store.counts(of_archive=False)), "rows": [_row(row) for row in rows]}


def _row(delivery: Delivery) -> dict[str, Any]:
    return {
        "key": delivery.key,
        "channel": delivery.channel,
        "address": delivery.address,
        "kind": delivery.kind,
        "state": _SHOWN.get(delivery.state, delivery.state),
        "created": delivery.created_at.isoformat(timespec="seconds"),
        "attempts": delivery.attempts,
        "not_before": delivery.not_before_at.isoformat(timespec="seconds") if delivery.not_before_at else None,
        "reason": delivery.error,
        "stories": [story.title for story in delivery.digest.stories],
    }
