"""The store and the rules → how things stand, in a few lines: for `/watch status` and the home tab."""

from __future__ import annotations

from datetime import datetime

from bot.core.digests import schedule
from bot.core.digests.held import held_destinations, late_destinations, quiet_channels
from bot.core.digests.quiet_hours import quiet_hours_at
from bot.core.text.plural import counted
from bot.core.text.times import local_time
from bot.model import FeedHealth, RuleSet
from bot.ports import Store
from bot.sinks.slack.elements import escape

_LOOKED_AT = 100
"""Open messages that are read to say what is held: some 50 ms of the writer thread."""


def status_lines(store: Store, ruleset: RuleSet, now: datetime) -> list[str]:
    """mrkdwn lines: feeds, messages under way, rejected rules, next digests."""
    timezone = ruleset.settings.timezone
    states = store.feed_states()
    declared = {feed.id for feed in ruleset.feeds}
    ill = [
        state.feed
        for state in states.values()
        if state.feed in declared and state.health in (FeedHealth.FAILING, FeedHealth.BLOCKED, FeedHealth.GONE)
    ]
    counts = store.counts()
    unsettled = counts.outbox.get("unsettled", 0)
    open_messages = dict(counts.outbox) | {"unknown": counts.outbox.get("unknown", 0) + unsettled, "unsettled": 0}
    open_ones = [f"{number} {state}" for state, number in open_messages.items() if state != "sent" and number]
    lines = [
        f"*Feeds* {len(declared)}"
        + (f", {len(ill)} failing: {escape(', '.join(sorted(ill)[:8]))}" if ill else ", all well"),
        f"*Archive* {counts.entries} entries, {counts.stories} stories",
        f"*Messages* {counts.outbox.get('sent', 0)} sent" + (f", {', '.join(open_ones)}" if open_ones else ""),
        f"*Rules* {len(ruleset.rules)}, version {escape(ruleset.version)}",
    ]
    open_rows = store.open_deliveries(limit=_LOOKED_AT)
    lines += [
        f":warning: {escape(held.address)}: {counted(held.messages, 'message', 'messages')} held since "
        f"{local_time(held.since_at, timezone)} ({escape(held.reason)})"
        for held in held_destinations(open_rows)
    ]
    lines += [
        f":hourglass: {escape(late.address)}: {counted(late.messages, 'message', 'messages')} late, since "
        f"{local_time(late.since_at, timezone)} ({escape(late.reason)})"
        for late in late_destinations(quiet_hours_at(ruleset, now).without(open_rows), now)
    ]
    lines += [
        f":crescent_moon: {escape(quiet.channel)}: {counted(quiet.messages, 'message waits', 'messages wait')} for "
        f"the end of quiet hours, {local_time(quiet.until_at, timezone)}"
        for quiet in quiet_channels(open_rows, ruleset, now)
    ]
    if store.get_fact("rules:rejected"):
        lines.append(":warning: The last edit of rules.yaml was not taken over: `wirewatch check` says why.")
    coming = []
    for channel in list(ruleset.channels.values())[:20]:
        if channel.digest is None:
            continue
        slot = schedule.next_slot(channel.digest, timezone, now)
        waits = len({row.story for row in store.waiting(channel.id)})
        if slot is not None:
            coming.append(f"{escape(channel.id)} {local_time(slot, timezone)} ({waits} waiting)")
        elif waits:
            coming.append(f"{escape(channel.id)} soon ({waits} waiting)")
    if coming:
        lines.append("*Next digests* " + ", ".join(coming))
    return lines
