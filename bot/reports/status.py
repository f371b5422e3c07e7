"""A store → what worker, feeds, outbox and rules are doing: JSON-able."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.core.digests import schedule
from bot.core.digests.held import (
    QuietChannel,
    StuckDestination,
    held_destinations,
    late_destinations,
    quiet_channels,
)
from bot.core.digests.quiet_hours import quiet_hours_at
from bot.core.heartbeat import Heartbeat
from bot.core.latency import LATENCY_WINDOW, percentiles
from bot.core.socket_trouble import SOCKET_TROUBLE, SocketTrouble
from bot.core.text.plural import counted
from bot.core.text.times import iso_seconds
from bot.errors import StoreError
from bot.model import FeedHealth, FeedState, Latency, RuleSet
from bot.ports import HEARTBEAT, Store
from bot.reports.outbox import outbox_counts
from bot.reports.today import waiting_report

_USUAL = timedelta(minutes=10)
"""A wait of no more than that is nothing to report, whatever the feed's interval."""
_MISSED = timedelta(seconds=12)
"""A worker beats every 5 s, later where the machine is busy: then it holds the store all the same."""


def worker_beat(store: Store, now: datetime) -> Heartbeat:
    """The worker's last sign of life. One that missed a beat or two and holds the store no longer was killed: on SQLite
    that shows at once, on PostgreSQL once its lease has run out."""
    beat = Heartbeat.load(store.get_fact(HEARTBEAT)).as_of(now)
    if beat.state == "running" and beat.beat_at is not None and now - beat.beat_at > _MISSED:
        with suppress(StoreError):
            if store.lease_holder() is None:
                return replace(beat, state="silent")
    return beat


def status_report(store: Store, ruleset: RuleSet | None, now: datetime, *, of_archive: bool = True) -> dict[str, Any]:
    """Everything `status` knows, JSON-able. `ruleset`: the rules in force.

    `of_archive`: whether it says how much is archived and how long news took, for which the archive is read.
    """
    counts = store.counts(of_archive=of_archive)
    latency = store.latency(now - LATENCY_WINDOW) if of_archive else Latency()
    states = store.feed_states()
    open_rows = store.open_deliveries()
    movable = quiet_hours_at(ruleset, now).without(open_rows) if ruleset else open_rows
    declared = {feed.id for feed in ruleset.feeds} if ruleset else set(states)
    polled = [states[feed] for feed in declared if feed in states]
    failing = [state for state in polled if state.health.is_bad]
    return {
        "timezone": ruleset.settings.timezone if ruleset else "UTC",
        "worker": worker_beat(store, now).row(),
        "feeds": {
            "total": len(declared),
            "failing": len(failing),
            "problems": [_feed_problem(state) for state in failing],
            "not_asked": [row for state in polled if (row := _not_asked(state, now)) is not None],
        },
        "outbox": outbox_counts(counts),
        "held": [_held(row) for row in held_destinations(open_rows)],
        "late": [_late(row) for row in late_destinations(movable, now)],
        "held_by_quiet_hours": [_quiet(row) for row in quiet_channels(open_rows, ruleset, now)] if ruleset else [],
        "socket": _socket(store),
        "inbox": counts.inbox,
        "set_aside": counts.aside,
        "waiting": counts.waiting,
        "waits": _waits(store, ruleset, now) if ruleset and counts.waiting else [],
        "archive": {"entries": counts.entries, "stories": counts.stories},
        "latency": {
            "published_to_seen": percentiles(latency.published_to_seen),
            "seen_to_posted": percentiles(latency.seen_to_posted),
        },
        "digests": _next_digests(ruleset, now) if ruleset else [],
        "rules": {
            "count": len(ruleset.rules) if ruleset else 0,
            "version": store.get_fact("rules:version"),
            "rejected": store.get_fact("rules:rejected"),
        },
    }


def _socket(store: Store) -> dict[str, str] | None:
    """Why and since when buttons are not answered; None: they are, or there are none."""
    trouble = SocketTrouble.load(store.get_fact(SOCKET_TROUBLE))
    if trouble is None:
        return None
    return {"reason": trouble.why, "since": trouble.since_at.isoformat(timespec="seconds")}


def _feed_problem(state: FeedState) -> dict[str, Any]:
    return {
        "id": state.feed,
        "state": state.health,
        "status": state.status,
        "error": state.error,
        "failures": state.failures,
        "next_due": state.next_due_at.isoformat(timespec="seconds"),
    }


def _not_asked(state: FeedState, now: datetime) -> dict[str, str] | None:
    """A feed that is left alone for longer than its interval, and why; None: it is asked as usual."""
    usual = max(state.interval * 1.5, _USUAL)
    if state.health is FeedHealth.GONE:
        reason = "gone: it said so twice, a day apart (HTTP 410)"
    elif state.next_due_at - now <= usual:
        return None
    elif state.status in (429, 503):
        reason = f"its host asked to wait (HTTP {state.status})"
    elif state.failures:
        reason = f"{counted(state.failures, 'failure', 'failures')} in a row: {state.error or state.status}"
    else:
        reason = "the feed names hours or days at which not to ask, or how long it stays as it is"
    return {"id": state.feed, "reason": reason, "until": state.next_due_at.isoformat(timespec="seconds")}


def _held(row: StuckDestination) -> dict[str, Any]:
    return {
        "channel": row.channel,
        "address": row.address,
        "messages": row.messages,
        "state": "unknown" if row.is_unsettled else "paused",
        "reason": row.reason,
        "since": row.since_at.isoformat(timespec="seconds"),
    }


def _waits(store: Store, ruleset: RuleSet, now: datetime) -> list[dict[str, Any]]:
    """Channels for which stories wait: how many, when they go out, and whether quiet hours hold them."""
    rows = []
    for channel in ruleset.channels.values():
        waiting = waiting_report(store, ruleset, channel, now)
        if waiting["stories"]:
            quiet = schedule.quiet_until(channel.quiet, ruleset.settings.timezone, now) is not None
            rows.append({"channel": channel.id, **waiting, "quiet": quiet})
    return rows


def _late(row: StuckDestination) -> dict[str, Any]:
    return {
        "address": row.address,
        "messages": row.messages,
        "reason": row.reason,
        "since": iso_seconds(row.since_at),
    }


def _quiet(row: QuietChannel) -> dict[str, Any]:
    return {"channel": row.channel, "messages": row.messages, "until": iso_seconds(row.until_at)}


def _next_digests(ruleset: RuleSet, now: datetime) -> list[dict[str, str]]:
    rows = []
    for channel in ruleset.channels.values():
        if channel.digest is None:
            continue
        slot = schedule.next_slot(channel.digest, ruleset.settings.timezone, now)
        if slot is not None:
            rows.append({"channel": channel.id, "at": slot.isoformat(timespec="seconds")})
    return sorted(rows, key=lambda row: row["at"])
