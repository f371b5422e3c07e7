"""Feed and state → notices to ops: one when a problem is found, one when it is over.

The law: `state.problem` names what was reported last and is not over; the same problem is never reported twice, a
blocked or gone feed is not reported as failing too. A feed that worked is reported after three failed polls in a row;
one that never did at once, because somebody has just written its URL.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zlib import crc32

from bot.core.parse.spellings import canonical_url
from bot.core.polling import messages
from bot.core.text.secrets import without_secrets
from bot.model import Entry, Feed, FeedHealth, FeedState, Notice, NoticeKind, OpenProblem, PollRecord, Settings

_TELL_AFTER = 3
"""Failed polls in a row before ops hears of a feed that worked."""
_SILENT_FACTOR = 3
"""Silent: nothing new for so many times the longest gap it ever left …"""
_SILENT_LEAST = timedelta(days=1)
"""… and for a day at least."""


def tell_failure(feed: Feed, state: FeedState, now: datetime, timezone: str) -> tuple[FeedState, tuple[Notice, ...]]:
    """`state` after a failed poll, with its problem and the notice that reports it."""
    reported = state.problem.kind if state.problem is not None else None
    error = state.error or ""
    if state.health is FeedHealth.GONE:
        kind, text = NoticeKind.GONE, messages.gone(feed_name(feed), feed.label or feed.url)
    elif state.health is FeedHealth.BLOCKED:
        kind, text = NoticeKind.BLOCKED, messages.blocked(feed_name(feed), error)
    else:
        kind = NoticeKind.FAILING
        text = messages.failing(feed_name(feed), error, state.failures, state.next_due_at, timezone)
        worked = state.last_ok_at is not None
        if reported in (NoticeKind.BLOCKED, NoticeKind.GONE) or (worked and state.failures < _TELL_AFTER):
            return state, ()
    if reported is kind:
        return state, ()
    since = state.failing_since_at or now
    return replace(state, problem=OpenProblem(kind=kind, since_at=since)), (feed_notice(kind, feed, since, text, now),)


def tell_recovery(feed: Feed, state: FeedState, now: datetime) -> tuple[FeedState, tuple[Notice, ...]]:
    """After a good poll: the end of a failure that ops was notified of."""
    if state.problem is None or state.problem.kind is NoticeKind.SILENT:
        return state, ()
    if state.problem.kind is NoticeKind.NETWORK:  # one notice for all feeds says that they answer again
        return replace(state, problem=None), ()
    return _healed(feed, state, state.problem, now)


def tell_silence(
    feed: Feed, state: FeedState, now: datetime, timezone: str, *, arrived: int, is_baseline: bool
) -> tuple[FeedState, tuple[Notice, ...]]:
    """After a good poll: nothing new beyond the feed's own rhythm, or the end of that."""
    news_at, longest = state.rhythm.news_at, state.rhythm.longest_gap
    if is_baseline or arrived or news_at is None:
        state = replace(state, rhythm=replace(state.rhythm, news_at=now))
        if state.problem is None or state.problem.kind is not NoticeKind.SILENT or not arrived:
            return state, ()
        return _healed(feed, state, state.problem, now)
    if longest is None or state.problem is not None or now - news_at <= max(_SILENT_FACTOR * longest, _SILENT_LEAST):
        return state, ()
    text = messages.silent(feed_name(feed), news_at, longest, now, timezone)
    problem = OpenProblem(kind=NoticeKind.SILENT, since_at=news_at)
    return replace(state, problem=problem), (feed_notice(problem.kind, feed, news_at, text, now),)


def _healed(feed: Feed, state: FeedState, problem: OpenProblem, now: datetime) -> tuple[FeedState, tuple[Notice, ...]]:
    text = messages.healed(feed_name(feed), problem.kind, problem.since_at, now)
    return replace(state, problem=None), (feed_notice(NoticeKind.HEALED, feed, now, text, now),)


def tell_gap(feed: Feed, state: FeedState, now: datetime, timezone: str) -> tuple[Notice, ...]:
    """A feed that rolled over while it was not read (we were down, or its server was). `state`: before the poll."""
    if state.last_ok_at is None or not _is_outage(state, state.last_ok_at, now):
        return ()
    text = messages.gap(feed_name(feed), state.last_ok_at, now, timezone)
    return (feed_notice(NoticeKind.GAP, feed, state.last_ok_at, text, now),)


def _is_outage(state: FeedState, last_ok_at: datetime, now: datetime) -> bool:
    return now - last_ok_at > 1.5 * state.interval


def tell_baseline(feed: Feed, record: PollRecord, now: datetime) -> tuple[Notice, ...]:
    """What a new feed's first good answer held, none of which alerts."""
    if not record.baseline:
        return ()
    text = messages.baseline(feed.name, record.baseline)
    return (Notice(key=f"baseline:{feed.id}:{feed.label or feed.url}", text=text, at=now),)


def is_older_than(max_age: timedelta, entry: Entry) -> bool:
    """Whether an entry came out so long before it came in that it never alerts."""
    return entry.dated_at is not None and entry.seen_at - entry.dated_at > max_age


def tell_too_old(
    feed: Feed, state: FeedState, record: PollRecord, settings: Settings, now: datetime
) -> tuple[Notice, ...]:
    """What came out since a feed was read last (`state`: before the poll), and is too old to alert by now: we were
    down, or its server was, for longer than `max_age`; or the feed is asked less often than that, which is told once.
    Older entries are no fault of the gap."""
    last_ok_at, max_age = state.last_ok_at, settings.max_age
    if last_ok_at is None or now - last_ok_at <= max_age:
        return ()
    fresh = record.entries[record.baseline :]
    missed = [
        entry for entry in fresh if is_older_than(max_age, entry) and entry.dated_at and entry.dated_at > last_ok_at
    ]
    if not missed:
        return ()
    is_outage = _is_outage(state, last_ok_at, now)
    interval = None if is_outage else state.interval
    text = messages.too_old(feed_name(feed), len(missed), last_ok_at, max_age, interval, settings.timezone)
    return (feed_notice(NoticeKind.TOO_OLD, feed, last_ok_at if is_outage else 0, text, now),)


def tell_new_url(feed: Feed, url: str, now: datetime) -> tuple[Notice, ...]:
    """After a good poll: the document names another URL as the feed's from now on. Followed is a redirect alone: what
    stands there may be another feed. The same with each poll, told once."""
    if canonical_url(url) == canonical_url(feed.url):
        return ()
    place = canonical_url(url).partition("?")[0]  # a token there may be another with each poll
    text = messages.says_it_moved(feed_name(feed), url)
    return (feed_notice(NoticeKind.MOVED, feed, crc32(place.encode()), text, now),)


def feed_notice(kind: NoticeKind, feed: Feed, since: datetime | int, text: str, now: datetime) -> Notice:
    """A message to ops, without the secrets of the feed's URL. Its key is that of one problem of one feed: by when it
    began, or by a number of its own."""
    number = since if isinstance(since, int) else int(since.timestamp())
    return Notice(
        key=f"feed:{feed.id}:{kind}:{number}",
        text=without_secrets(text, feed.variables),
        at=now,
    )


def feed_name(feed: Feed) -> str:
    """How people call the feed: its name, and its id, for several feeds of a host may bear the host's name."""
    return f"{feed.name} ({feed.id})" if feed.name and feed.name != feed.id else str(feed.id)
