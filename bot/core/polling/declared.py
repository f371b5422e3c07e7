"""The feeds of the rules file, and the states that are kept → a state for each feed that has none yet.

The law: whoever mends a URL or renames a feed loses no news by it. A feed under another `id` goes on where it was, also
where another feed has its old one now, and its items are known by the guids that they had under that. One at another
URL begins anew, but for this: what is dated after the old URL's last good answer with entries is news there, as where a
feed has shown that it was empty. Where `id` and URL are both others, the host alone says that it is the same feed: what
the old one held must bear it out (`transitions`), else it is a feed of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from urllib.parse import urlsplit

from bot.core.polling.transitions import first_state
from bot.model import Feed, FeedId, FeedState, FetchSettings

_One = TypeVar("_One")
_LATEST = timedelta(hours=1)
"""So long after its date an item may come into its feed. What the old URL had is known in any case."""
_FORMER = 4
"""Ids that a feed had before and that are remembered."""
_JUST_LEFT = timedelta(days=1)
"""A feed that was asked within so long, and is declared no more, may be the one that stands there at another URL."""


def declared(
    feeds: Mapping[FeedId, Feed], states: Mapping[FeedId, FeedState], now: datetime, fetch: FetchSettings
) -> list[FeedState]:
    """The state to begin with, for each feed that has none at its URL, or whose URL went on under another `id`."""
    by_url: dict[str, FeedState] = {}
    """Of URLs that a feed has left, the state that was learnt last."""
    for state in states.values():
        has_left = state.feed not in feeds or feeds[state.feed].url != state.url
        if has_left and (state.url not in by_url or _polled_at(state) > _polled_at(by_url[state.url])):
            by_url[state.url] = state
    left = [state for state in by_url.values() if state.feed not in feeds]
    just_left = _alone_on_their_hosts(
        (state.url, state) for state in left if state.last_poll_at is not None and now - state.last_poll_at < _JUST_LEFT
    )
    unknown = [feed for feed in feeds.values() if feed.id not in states and feed.url not in by_url]
    came_alone = _alone_on_their_hosts((feed.url, feed.id) for feed in unknown)
    began: list[FeedState] = []
    for feed in feeds.values():
        before, went_on = states.get(feed.id), by_url.get(feed.url)
        if before is None or (went_on is not None and _goes_on(before, went_on, feed)):
            before = went_on
        state = first_state(feed, now, fetch)
        if before is None and came_alone.get(_host(feed.url)) == feed.id:
            before = just_left.get(_host(feed.url))
            state = replace(state, fingerprints=before.fingerprints if before is not None else None)
        if before is None or before.url != feed.url:
            former = before.former if before is not None and before.feed == feed.id else ()
            began.append(_at_another_url(replace(state, former=former), before, now))
        elif before.feed != feed.id:
            ids = dict.fromkeys((before.feed, *before.former))
            ids.pop(feed.id, None)
            began.append(replace(before, feed=feed.id, former=tuple(ids)[:_FORMER]))
    return began


def _polled_at(state: FeedState) -> datetime:
    return state.last_poll_at or datetime.min.replace(tzinfo=UTC)


def _goes_on(state: FeedState, went_on: FeedState, feed: Feed) -> bool:
    """Whether a feed goes on where another `id` was at its URL, not where its own was. It has its old `id` again: while
    the other went on, it was not asked when it was due (of two feeds at one URL, each was). Or its `id` stood for
    another URL until now: two feeds have changed places."""
    if state.url == feed.url:
        return state.next_due_at < _polled_at(went_on)
    return _polled_at(state) - _polled_at(went_on) < _JUST_LEFT


def _at_another_url(state: FeedState, before: FeedState | None, now: datetime) -> FeedState:
    known_until = None if before is None else _known_until(before)
    return state if known_until is None else replace(state, empty_since_at=min(known_until, now))


def _known_until(state: FeedState) -> datetime | None:
    """Until when what came out is known: a URL that never brought anything (a slip of whoever mended it) counts from
    the one before it, one that went on empty from when it was full."""
    if not state.has_baseline:
        return state.empty_since_at
    good = [at for at in (state.full_until_at, state.empty_since_at, state.last_ok_at) if at is not None]
    return min(good) - _LATEST if good else None


def _alone_on_their_hosts(urls: Iterable[tuple[str, _One]]) -> dict[str, _One]:
    by_host: dict[str, list[_One]] = defaultdict(list)
    for url, one in urls:
        by_host[_host(url)].append(one)
    return {host: ones[0] for host, ones in by_host.items() if len(ones) == 1}


def _host(url: str) -> str:
    """With its port, if it has one of its own."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
        return host if parts.port in (None, 80, 443) else f"{host}:{parts.port}"
    except ValueError:
        return ""
