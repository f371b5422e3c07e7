"""Open deliveries → the destinations that Slack refuses, and those that it does not answer, for `status`: where, how
many, why, since when."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model import ChannelId, Delivery, DeliveryState

_LATE = timedelta(minutes=2)
"""Longer than a message takes whose outcome has to be settled (45 s), or that stands behind such a one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LateDestination:
    """Messages that go out by themselves, as soon as Slack takes them."""

    address: str
    messages: int
    reason: str
    """What was met last; empty: nothing, they stand in line."""
    since_at: datetime
    """When the oldest of them was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldDestination:
    """Messages that cannot go out to one address, or of which only a person can say whether they did."""

    channel: ChannelId
    """The key in rules.yaml of the oldest of them."""
    address: str
    """`#name` or Slack's id."""
    messages: int
    reason: str
    """What Slack said last."""
    since_at: datetime
    is_unsettled: bool = False
    """They may have arrived: `wirewatch slack retry` decides."""


def held_destinations(deliveries: Iterable[Delivery]) -> list[HeldDestination]:
    """One row an address and kind of trouble, the longest held first. `deliveries`: oldest first."""
    groups: dict[tuple[str, DeliveryState], list[Delivery]] = {}
    for delivery in deliveries:
        if delivery.state in (DeliveryState.PAUSED, DeliveryState.UNSETTLED):
            groups.setdefault((delivery.address, delivery.state), []).append(delivery)
    rows = [
        HeldDestination(
            channel=group[0].channel,
            address=address,
            messages=len(group),
            reason=next((delivery.error for delivery in reversed(group) if delivery.error), ""),
            since_at=min(delivery.held_since_at or delivery.started_at or delivery.created_at for delivery in group),
            is_unsettled=state is DeliveryState.UNSETTLED,
        )
        for (address, state), group in groups.items()
    ]
    return sorted(rows, key=lambda row: row.since_at)


def late_destinations(
    deliveries: Iterable[Delivery], now: datetime, is_hushed: Callable[[Delivery], bool]
) -> list[LateDestination]:
    """One row an address that has waited for minutes, the latest first; nothing that is held, or waits for the end of
    quiet hours. `deliveries`: oldest first."""
    groups: dict[str, list[Delivery]] = {}
    for delivery in deliveries:
        if delivery.state in (DeliveryState.PAUSED, DeliveryState.UNSETTLED) or is_hushed(delivery):
            continue
        if now - delivery.created_at > _LATE:
            groups.setdefault(delivery.address, []).append(delivery)
    rows = [
        LateDestination(
            address=address,
            messages=len(group),
            reason=next((delivery.error for delivery in reversed(group) if delivery.error), ""),
            since_at=min(delivery.created_at for delivery in group),
        )
        for address, group in groups.items()
    ]
    return sorted(rows, key=lambda row: row.since_at)
