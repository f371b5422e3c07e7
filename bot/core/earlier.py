"""What earlier versions wrote → the same as this version writes it: where a field of a noun used to stand.

`codec` reads every JSON object of a noun named here through its function. A function stays as long as a store can hold
what it reads: a row of a feed or channel until its next step, one of the outbox until it is pruned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.model import ChannelState, Delivery, DeliveryState, FeedState

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


def _feed_state(fields: Fields) -> Fields:
    """Until version 2, what polling had learnt lay flat in `extra`: instants and spans in seconds."""
    if "extra" not in fields:
        return fields
    extra: Fields = fields["extra"] or {}
    move = None
    if fields.get("moved_to"):
        move = {
            "to": fields["moved_to"],
            "since_at": fields.get("moved_since_at") or fields["next_due_at"],
            "polls": extra.get("moved_polls", 1),
            "is_kept": bool(extra.get("moved_kept")),
            "checked_at": extra.get("moved_checked", 0),
            "is_same_feed": extra.get("moved_known") is not False,
        }
    hubs = extra.get("hubs")
    return {
        "validators": {
            "etag": fields.get("etag"),
            "last_modified": fields.get("last_modified"),
            "url": extra.get("validators_url"),
        },
        "part_hash": extra.get("part_hash"),
        "fingerprints": extra.get("memory"),
        "failing_since_at": extra.get("failing_since"),
        "move": move,
        "empty_since_at": fields.get("last_poll_at") if extra.get("was_empty") else None,
        "rhythm": {
            "gap": extra.get("rhythm_s"),
            "longest_gap": extra.get("longest_s"),
            "arrivals": extra.get("arrivals") or (),
            "news_at": extra.get("news_at"),
        },
        "hints": {
            "ttl": extra.get("ttl_s"),
            "fresh_for": extra.get("fresh_s"),
            "skip_hours": extra.get("skip_hours") or (),
            "skip_days": extra.get("skip_days") or (),
        },
        "hub": {"hub": hubs[0], "topic": extra.get("self")} if hubs else None,
        "problem": {"kind": extra["told"], "since_at": extra.get("since", 0)} if extra.get("told") else None,
        **fields,
    }


def _delivery(fields: Fields) -> Fields:
    """Until version 2, a message that only a person could settle was `unknown`, and its error began so."""
    begin = "cannot be settled: "
    error = fields.get("error") or ""
    if fields.get("state") != DeliveryState.UNKNOWN or not error.startswith(begin):
        return fields
    return {**fields, "state": DeliveryState.UNSETTLED, "error": error.removeprefix(begin)}


UPGRADES: Mapping[type, Callable[[Fields], Fields]] = {
    ChannelState: _channel_state,
    Delivery: _delivery,
    FeedState: _feed_state,
}
"""Noun -> the function that gives its fields as this version names them. It takes what this version wrote as well."""
