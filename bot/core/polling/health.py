"""What ops hears of a feed: one message when a problem is found, one when it is over. Facts in, notices out.

The law: `extra["told"]` names the problem that was told last and is not over, `extra["since"]` when it began; the same
problem is never told twice, a blocked or gone feed is not told as failing too. A feed that worked is told after three
failed polls in a row; one that never did at once, because somebody has just written its address.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.polling import messages
from bot.core.polling.json_values import instant, second, span
from bot.core.polling.outcome import FeedNotice, NoticeKind
from bot.model import Feed, FeedHealth, FeedState

TELL_AFTER = 3
"""Failed polls in a row before ops hears of a feed that worked."""
SILENT_FACTOR = 3
SILENT_LEAST = timedelta(days=1)
"""Silent: nothing new for three times the longest gap it ever left, and for a day at least."""


def told_failure(
    feed: Feed,
    state: FeedState,
    extra: dict[str, object],
    health: FeedHealth,
    *,
    error: str,
    since: datetime,
    due: datetime,
    now: datetime,
) -> list[FeedNotice]:
    """After a failed poll. `state`: before it; `since`: when the failures began."""
    failures = state.failures + 1
    told = extra.get("told")
    if health is FeedHealth.GONE:
        kind, text = NoticeKind.GONE, messages.gone(name_of(feed), feed.label or feed.url)
    elif health is FeedHealth.BLOCKED:
        kind, text = NoticeKind.BLOCKED, messages.blocked(name_of(feed), error)
    else:
        kind, text = NoticeKind.FAILING, messages.failing(name_of(feed), error, failures, due)
        if told in (NoticeKind.BLOCKED, NoticeKind.GONE) or (state.last_ok_at is not None and failures < TELL_AFTER):
            return []
    if told == kind:
        return []
    extra["told"], extra["since"] = kind.value, second(since)
    return [notice(kind, feed, since, text, now)]


def told_recovery(feed: Feed, state: FeedState, extra: dict[str, object], now: datetime) -> list[FeedNotice]:
    """After a good poll: the end of a failure that ops was told of."""
    problem = extra.get("told")
    if problem is None or problem == NoticeKind.SILENT:
        return []
    since = instant(extra.get("since")) or state.last_ok_at or now
    extra.pop("told")
    extra.pop("since", None)
    return [notice(NoticeKind.HEALED, feed, now, messages.healed(name_of(feed), str(problem), since, now), now)]


def told_silence(
    feed: Feed, extra: dict[str, object], now: datetime, *, arrived: int, is_baseline: bool
) -> list[FeedNotice]:
    """After a good poll: nothing new beyond the feed's own rhythm, or the end of that."""
    if is_baseline or arrived or "news_at" not in extra:
        extra["news_at"] = second(now)
        if extra.get("told") != NoticeKind.SILENT or not arrived:
            return []
        since = instant(extra.get("since")) or now
        extra.pop("told")
        extra.pop("since", None)
        return [notice(NoticeKind.HEALED, feed, now, messages.healed(name_of(feed), "silent", since, now), now)]
    news_at, longest = instant(extra.get("news_at")), span(extra.get("longest_s"))
    if news_at is None or longest is None or extra.get("told"):
        return []
    if now - news_at <= max(SILENT_FACTOR * longest, SILENT_LEAST):
        return []
    extra["told"], extra["since"] = NoticeKind.SILENT.value, second(news_at)
    return [notice(NoticeKind.SILENT, feed, news_at, messages.silent(name_of(feed), news_at, longest, now), now)]


def told_gap(feed: Feed, state: FeedState, now: datetime) -> list[FeedNotice]:
    """A feed that rolled over while it was not read (we were down, or its server was)."""
    if state.last_ok_at is None or now - state.last_ok_at <= 1.5 * state.interval:
        return []
    text = messages.gap(name_of(feed), state.last_ok_at, now)
    return [notice(NoticeKind.GAP, feed, state.last_ok_at, text, now)]


def notice(kind: NoticeKind, feed: Feed, since: datetime, text: str, now: datetime) -> FeedNotice:
    """A message to ops, without the secrets of the feed's address."""
    return FeedNotice(
        kind=kind,
        feed=feed.id,
        key=f"feed:{feed.id}:{kind}:{second(since)}",
        text=messages.redacted(text, feed.label, feed.url),
        at=now,
    )


def name_of(feed: Feed) -> str:
    """How people call the feed: its name, and its id, for several feeds of a host may bear the host's name."""
    return f"{feed.name} ({feed.id})" if feed.name and feed.name != feed.id else str(feed.id)
