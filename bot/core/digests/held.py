"""Open deliveries → the destinations that Slack refuses, for `status`: where, how many, why, since when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.model import ChannelId, Delivery, DeliveryState


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
