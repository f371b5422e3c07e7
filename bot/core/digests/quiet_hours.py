"""Rules and a moment → which messages of the outbox wait for the end of quiet hours.

The law: quiet hours hold what could not go out before they began, too: after hours in which Slack was away, nobody is
woken by the afternoon's digests. What was made in them was meant for them. Edits ring no bell, and `urgent` passes: so
does the message that something urgent edits or answers, which cannot go out before it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.digests.schedule import quiet_since
from bot.model import ChannelId, Delivery, MessageKind, Priority, RuleId, RuleSet

_PASSING = (MessageKind.UPDATE, MessageKind.NOTICE)
"""Kinds that quiet hours never hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """Those of one moment."""

    since: Mapping[ChannelId, datetime] = field(default_factory=dict)
    """Channels that are quiet, and since when."""
    urgent: frozenset[RuleId] = frozenset()

    def held(self, rows: Collection[Delivery]) -> frozenset[str]:
        """Keys of those of the open rows that go out only when their channel's quiet hours are over."""
        if not self.since:
            return frozenset()
        woken = {row.thread_of for row in rows if row.thread_of is not None and self._is_urgent(row)}
        return frozenset(row.key for row in rows if row.key not in woken and self._holds(row))

    def without(self, rows: Sequence[Delivery]) -> list[Delivery]:
        """The open rows that wait for no end of quiet hours: neither held, nor belonging to what is."""
        held = self.held(rows)
        return [row for row in rows if row.key not in held and row.thread_of not in held]

    def _holds(self, row: Delivery) -> bool:
        since = self.since.get(row.channel)
        if since is None or row.created_at >= since or not row.state.is_waiting or row.kind in _PASSING:
            return False
        return not self._is_urgent(row)

    def _is_urgent(self, row: Delivery) -> bool:
        return row.digest.rule in self.urgent or any(story.priority is Priority.URGENT for story in row.digest.stories)


def quiet_hours_at(ruleset: RuleSet, now: datetime) -> QuietHours:
    """Who is quiet now."""
    since = {
        channel.id: began
        for channel in ruleset.channels.values()
        if (began := quiet_since(channel.quiet, ruleset.settings.timezone, now)) is not None
    }
    if not since:
        return QuietHours()
    return QuietHours(
        since=since, urgent=frozenset(rule.id for rule in ruleset.rules if rule.priority is Priority.URGENT)
    )
