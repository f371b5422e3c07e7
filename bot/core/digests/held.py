"""Open deliveries → the destinations that Slack refuses, those that it does not answer, and the channels whose messages
wait for the end of quiet hours, for `status`: where, how many, why, since or until when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.digests.quiet_hours import quiet_hours_at
from bot.core.digests.schedule import quiet_until
from bot.model import ChannelId, Delivery, DeliveryState, RuleSet

_LATE = timedelta(minutes=2)
"""Longer than a message takes whose outcome has to be settled (45 s), or that stands behind such a one."""


_HELD = (DeliveryState.PAUSED, DeliveryState.UNSETTLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckDestination:
    """Messages that do not go out to one address: refused, or of which only a person can say whether they did; or late,
    which go out by themselves as soon as Slack takes them."""

    channel: ChannelId
    """The key in rules.yaml of the oldest of them."""
    address: str
    """`#name` or Slack's id."""
    messages: int
    reason: str
    """What Slack said last, or what was met; of late ones else that they wait in line."""
    since_at: datetime
    """When the oldest of them was held; of late ones, made."""
    is_unsettled: bool = False
    """They may have arrived: `wirewatch slack retry` decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietChannel:
    """Messages that were made before their channel's quiet hours and could not go out."""

    channel: ChannelId
    messages: int
    until_at: datetime
    """When the quiet hours end."""


def held_destinations(deliveries: Iterable[Delivery]) -> list[StuckDestination]:
    """One row an address and kind of trouble, the longest held first. `deliveries`: oldest first."""
    held = (delivery for delivery in deliveries if delivery.state in _HELD)
    return _destinations(held, "", lambda one: one.held_since_at or one.started_at or one.created_at)


def late_destinations(deliveries: Iterable[Delivery], now: datetime) -> list[StuckDestination]:
    """One row an address that has waited for minutes, the latest first; nothing that is held. `deliveries`: those that
    wait for no end of quiet hours (`QuietHours.without`), oldest first."""
    late = (one for one in deliveries if one.state not in _HELD and now - one.created_at > _LATE)
    return _destinations(late, "waiting in line", lambda one: one.created_at)


def _destinations(
    deliveries: Iterable[Delivery], otherwise: str, since: Callable[[Delivery], datetime]
) -> list[StuckDestination]:
    groups: dict[tuple[str, bool], list[Delivery]] = {}
    for delivery in deliveries:
        is_unsettled = delivery.state is DeliveryState.UNSETTLED
        groups.setdefault((delivery.address, is_unsettled), []).append(delivery)
    rows = [
        StuckDestination(
            channel=group[0].channel,
            address=address,
            messages=len(group),
            reason=next((delivery.error for delivery in reversed(group) if delivery.error), otherwise),
            since_at=min(map(since, group)),
            is_unsettled=is_unsettled,
        )
        for (address, is_unsettled), group in groups.items()
    ]
    return sorted(rows, key=lambda row: row.since_at)


def quiet_channels(
    deliveries: Sequence[Delivery], ruleset: RuleSet, now: datetime, of: Set[str] | None = None
) -> list[QuietChannel]:
    """One row a channel, in the order of `deliveries`, the open ones. `of`: keys of those that are asked about; None:
    all."""
    held = quiet_hours_at(ruleset, now).held(deliveries)
    held = held if of is None else held & of
    numbers = Counter(row.channel for row in deliveries if row.key in held)
    rows = []
    for channel, number in numbers.items():
        until_at = quiet_until(ruleset.channels[channel].quiet, ruleset.settings.timezone, now)
        if until_at is not None:
            rows.append(QuietChannel(channel=channel, messages=number, until_at=until_at))
    return rows
