"""What earlier versions wrote → the same as this version writes it: where a field of a noun used to stand.

`rows` reads every JSON object of a noun named here through its function. A function stays as long as a store can hold
what it reads: a row of a feed or channel until its next step, one of the outbox until it is pruned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.model import ChannelState, Delivery, DeliveryState

Fields = Mapping[str, Any]
"""One noun's fields as JSON has them."""


def _channel_state(fields: Fields) -> Fields:
    """Until version 2, what the planner remembered stood in `extra`, a reply as a list of its four parts."""
    extra: Fields = fields.get("extra") or {}
    if not extra:
        return fields
    names = ("thread", "story", "changes", "entries")
    return {
        "overflow": extra.get("overflow", ()),
        "shown_updates": extra.get("edited", {}),
        "edited_at": extra.get("edits", {}),
        "held_replies": [dict(zip(names, reply, strict=True)) for reply in extra.get("replies", ())],
        **fields,
    }


def _delivery(fields: Fields) -> Fields:
    """Until version 2, a message that only a person could settle was `unknown`, and its error began so."""
    begin = "cannot be settled: "
    error = fields.get("error") or ""
    if fields.get("state") != DeliveryState.UNKNOWN or not error.startswith(begin):
        return fields
    return {**fields, "state": DeliveryState.UNSETTLED, "error": error.removeprefix(begin)}


UPGRADES: Mapping[type, Callable[[Fields], Fields]] = {ChannelState: _channel_state, Delivery: _delivery}
"""Noun -> the function that gives its fields as this version names them. It takes what this version wrote as well."""
