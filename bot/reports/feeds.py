"""A feed and what is known of it → its row in `feeds list` and on the desk."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.core.text.secrets import without_secrets
from bot.core.text.times import iso_seconds
from bot.model import Feed, FeedHealth, FeedState, RuleSet
from bot.ports import Store

_LAG_WINDOW = timedelta(days=1)
"""The time over which the lag of a feed is told."""


def feed_rows(ruleset: RuleSet, store: Store | None, now: datetime) -> list[dict[str, Any]]:
    """The feeds of a rules file, in its order; without a store nothing is known of them yet."""
    if store is None:
        return [_feed_row(feed, None, 0, None) for feed in ruleset.feeds]
    states, counts, lag = store.feed_states(), store.feed_counts(), store.latency(now - _LAG_WINDOW).lag
    return [_feed_row(feed, states.get(feed.id), counts.get(feed.id, 0), lag.get(feed.id)) for feed in ruleset.feeds]


def _feed_row(feed: Feed, state: FeedState | None, entries: int, lag: float | None) -> dict[str, Any]:
    """One feed as `feeds list --json` gives it. A state learnt at another URL is none."""
    if state is not None and state.url != feed.url:
        state = None
    moved = state.move.to if state is not None and state.move is not None else None
    return {
        "id": feed.id,
        "url": without_secrets(feed.label or feed.url, feed.variables),
        "name": feed.name,
        "state": (state.health if state is not None else FeedHealth.NEW).value,
        "status": state.status if state is not None else None,
        "error": state.error if state is not None else None,
        "entries": entries,
        "last_ok": iso_seconds(state.last_ok_at) if state is not None else None,
        "next_due": iso_seconds(state.next_due_at) if state is not None else None,
        "failures": state.failures if state is not None else 0,
        "interval_s": state.interval.total_seconds() if state is not None else None,
        "lag_s": None if lag is None else round(lag, 1),
        "moved_to": without_secrets(moved, feed.variables) if moved else None,
    }
