"""Permanent redirects: which address to ask, and when a move is believed.

The law: where a permanent redirect leads is shown at once and asked first once it is stable: three good polls in a row
through the same redirects, each with entries known from before, so a maintenance page cannot capture a feed. The
declared address is looked at again once a day, and as soon as the new one fails.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.polling import messages
from bot.core.polling.health import name_of, notice
from bot.core.polling.json_values import instant, number, second
from bot.core.polling.outcome import Answer, FeedNotice, NoticeKind
from bot.model import Feed, FeedState

STABLE_POLLS = 3
RECHECK = timedelta(days=1)


def ask_url(feed: Feed, state: FeedState, now: datetime) -> str:
    """The address to ask now: the declared one, or where it has moved for good."""
    if not state.moved_to or not state.extra.get("moved_kept") or state.failures >= 2:
        return feed.url
    checked = instant(state.extra.get("moved_checked"))
    if checked is None or abs(now - checked) >= RECHECK:
        return feed.url
    return state.moved_to


def with_move(
    feed: Feed, state: FeedState, answer: Answer, extra: dict[str, object], now: datetime, *, has_known: bool | None
) -> tuple[FeedState, list[FeedNotice]]:
    """The state after a good answer. `has_known`: it holds entries of the last document; None: it is that document."""
    target = answer.permanent_url
    if answer.asked != feed.url:  # asked at the new place already; it may have moved on from there
        return (replace(state, moved_to=target) if target else state), []
    if target is None:
        for key in ("moved_polls", "moved_kept", "moved_checked", "moved_known"):
            extra.pop(key, None)
        return replace(state, moved_to=None, moved_since_at=None), []
    extra["moved_checked"] = second(now)
    is_same_feed = has_known if has_known is not None else extra.get("moved_known") is not False
    extra["moved_known"] = is_same_feed
    if target != state.moved_to:
        extra["moved_polls"] = 1
        extra.pop("moved_kept", None)
        return replace(state, moved_to=target, moved_since_at=now), []
    polls = number(extra.get("moved_polls")) + 1 if is_same_feed else 1
    extra["moved_polls"] = min(polls, STABLE_POLLS)
    if polls < STABLE_POLLS or extra.get("moved_kept"):
        return state, []
    extra["moved_kept"] = True
    text = messages.moved(name_of(feed), target)
    return state, [notice(NoticeKind.MOVED, feed, state.moved_since_at or now, text, now)]
