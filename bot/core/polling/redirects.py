"""Feed, state and answer → which URL to ask, and when a permanent redirect is believed.

The law: where a permanent redirect leads is shown at once and asked first once it is stable: three good polls in a row
through the same redirects, each with entries known from before, so a maintenance page cannot capture a feed. The
declared URL is looked at again once a day, and as soon as the new one fails.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.polling import messages
from bot.core.polling.answer import Answer
from bot.core.polling.health import feed_name, feed_notice
from bot.model import Feed, FeedState, Move, Notice, NoticeKind

_STABLE_POLLS = 3
"""Good polls in a row at the new URL before it is asked first: a maintenance page must not capture a feed."""
_RECHECK = timedelta(days=1)
"""How often the declared URL is looked at all the same."""


def ask_url(feed: Feed, state: FeedState, now: datetime) -> str:
    """The URL to ask now: the declared one, or where it has moved for good."""
    move = state.move
    if move is None or not move.is_kept or state.failures >= 2 or abs(now - move.checked_at) >= _RECHECK:
        return feed.url
    return move.to


def with_move(
    feed: Feed, state: FeedState, answer: Answer, now: datetime, *, has_known: bool | None
) -> tuple[FeedState, tuple[Notice, ...]]:
    """The state after a good answer. `has_known`: it holds entries of the last document; None: it is that document."""
    target, move = answer.permanent_url, state.move
    if answer.asked != feed.url:  # asked at the new URL already; it may have moved on from there
        return (replace(state, move=replace(move, to=target)) if target and move else state), ()
    if target is None:
        return (state if move is None else replace(state, move=None)), ()
    is_same_feed = has_known if has_known is not None else move is None or move.is_same_feed
    if move is None or move.to != target:
        move = Move(to=target, since_at=now, checked_at=now, is_same_feed=is_same_feed)
        return replace(state, move=move), ()
    polls = min(move.polls + 1, _STABLE_POLLS) if is_same_feed else 1
    is_new = polls == _STABLE_POLLS and not move.is_kept
    move = replace(move, polls=polls, checked_at=now, is_same_feed=is_same_feed, is_kept=move.is_kept or is_new)
    notice = feed_notice(NoticeKind.MOVED, feed, move.since_at, messages.moved(feed_name(feed), target), now)
    return replace(state, move=move), (notice,) if is_new else ()
