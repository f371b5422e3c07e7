"""The state machine: a feed, its state and an answer in; the next state, entries and notices out.

NEW ──good──▶ OK ◀──good── FAILING, BLOCKED, GONE          any ──fault──▶ FAILING
any ──challenge──▶ BLOCKED                                 FAILING ──410 again, 24 h after the first──▶ GONE
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.core.polling import memory, timing, words
from bot.core.polling.answer import Answer, Fault, FeedNotice, NoticeKind, Polled
from bot.model import Entry, Feed, FeedHealth, FeedState, FetchSettings

MOVED_POLLS = 3
"""Good polls in a row through the same permanent redirects, with entries known from before, make a move stable."""
MOVED_RECHECK = timedelta(days=1)
"""How often the declared address is asked again after a move."""
GONE_AFTER = timedelta(hours=24)
TELL_AFTER = 3
"""Failed polls in a row before ops hears of a feed that worked; one that never did is told at once."""
SILENT_FACTOR = 3
SILENT_LEAST = timedelta(days=1)
"""Silent: nothing new for three times the longest gap it ever left, and for a day at least."""
ARRIVALS_KEPT = 12
PULL_BACK = timedelta(hours=1)


def first_state(feed: Feed, now: datetime, fetch: FetchSettings) -> FeedState:
    """The state of a feed that was never asked: due at once."""
    return FeedState(feed=feed.id, url=feed.url, next_due_at=now, interval=timing.first_interval(feed.every, fetch))


def ask_url(feed: Feed, state: FeedState, now: datetime) -> str:
    """The address to ask now: the declared one, or where it has moved for good.

    A move is dropped while its target fails, and the declared address is looked at again once a day.
    """
    if not state.moved_to or not state.extra.get("moved_kept") or state.failures >= 2:
        return feed.url
    checked = _instant(state.extra.get("moved_checked"))
    if checked is None or abs(now - checked) >= MOVED_RECHECK:
        return feed.url
    return state.moved_to


def validators(state: FeedState) -> tuple[str | None, str | None, str]:
    """`(etag, last_modified, address that gave them)`: to be sent to that address only, byte for byte."""
    return state.etag, state.last_modified, str(state.extra.get("validators_url") or state.url)


def postponed(state: FeedState, until: datetime) -> FeedState:
    """Not asked now: its host is busy or wants quiet until then."""
    return replace(state, next_due_at=max(until, state.next_due_at))


def resettled(feed: Feed, state: FeedState, now: datetime, fetch: FetchSettings, jitter: float) -> FeedState:
    """The state under changed settings or after a clock jump: never due later than its interval allows.

    A clock set forward makes feeds due once, as always; one set back would leave due times far ahead: those are spread
    over one interval (`jitter` in [0, 1)).
    """
    known = _span(state.extra.get("rhythm_s"))
    wanted = timing.interval(feed.every, known, _floors(state.extra), fetch) if state.last_ok_at else state.interval
    if feed.every is not None or state.last_ok_at is None:
        wanted = timing.interval(feed.every, known, _floors(state.extra), fetch) if known or feed.every else wanted
    ahead = state.next_due_at - now
    limit = max(fetch.max, wanted, timing.RETRY_CAP if state.failures else timedelta())
    if state.health is FeedHealth.GONE:
        limit = timing.GONE_RECHECK
    skips = bool(state.extra.get("skip_hours") or state.extra.get("skip_days"))
    clock_back = state.last_poll_at is not None and state.last_poll_at > now + PULL_BACK
    due = state.next_due_at
    if clock_back or (ahead > limit and not (skips and ahead <= limit + 8 * timing.DAY)):
        due = min(due, now + wanted * jitter)
    elif wanted < state.interval and state.failures == 0 and state.last_poll_at is not None and not skips:
        due = min(due, max(now, state.last_poll_at + wanted))
    if due == state.next_due_at and wanted == state.interval:
        return state
    return replace(state, next_due_at=due, interval=wanted)


def after_poll(
    feed: Feed, state: FeedState, answer: Answer, now: datetime, fetch: FetchSettings, jitter: float
) -> Polled:
    """The next state after `answer`, with the entries to take in and what ops should hear. `jitter` in [0, 1)."""
    if answer.fault is None and answer.status == 304 and not answer.conditional:
        answer = replace(
            answer, fault=Fault.STATUS, error="the server says 304 (not modified) to a question nobody asked"
        )
    if answer.fault is not None:
        return _after_fault(feed, state, answer, now, fetch, jitter)
    return _after_good(feed, state, answer, now, fetch, jitter)


# --- a good answer -------------------------------------------------------------------------------------------------


def _after_good(
    feed: Feed, state: FeedState, answer: Answer, now: datetime, fetch: FetchSettings, jitter: float
) -> Polled:
    extra = dict(state.extra)
    fresh = timing.freshness(answer.headers, now)
    if fresh is not None or answer.status != 304:
        extra["fresh_s"] = _seconds(fresh)
    entries: tuple[Entry, ...] = ()
    baseline = rewritten = False
    overlap = True
    arrived = 0
    notices: list[FeedNotice] = []
    parsed = answer.parsed
    if parsed is not None:
        entries = parsed.entries
        comparison = memory.compare(extra.get("names"), entries)
        overlap = comparison.known > 0 or not comparison.comparable
        rewritten = comparison.rewritten
        arrived = comparison.new
        baseline = bool(entries) and (
            not state.has_baseline or (bool(extra.get("was_empty")) and comparison.rolled_over)
        )
        if entries and not baseline and comparison.rolled_over and (lost := _gap(feed, state, now)) is not None:
            notices.append(lost)
        _remember(extra, answer, entries, now, arrived=arrived if not baseline else 0)
    state = _with_validators(state, answer, extra)
    state, moved = _with_move(feed, state, answer, extra, now, overlap=overlap)
    notices += moved
    wanted = timing.interval(feed.every, _span(extra.get("rhythm_s")), _floors(extra), fetch)
    due = now + wanted
    if feed.every is None:
        due = min(now + wanted * (1 + 0.1 * jitter), now + max(fetch.max, fetch.min))
    due = timing.after_skips(due, _numbers(extra.get("skip_hours")), _numbers(extra.get("skip_days")))
    notices += _heal(feed, state, extra, now)
    notices += _silence(feed, extra, now, arrived=arrived, first=baseline)
    if entries or parsed is None:
        extra.pop("was_empty", None)
    elif state.has_baseline:
        extra["was_empty"] = True
    return Polled(
        state=replace(
            state,
            health=FeedHealth.OK,
            next_due_at=due,
            interval=wanted,
            failures=0,
            status=answer.status,
            error=None,
            last_poll_at=now,
            last_ok_at=now,
            gone_since_at=None,
            has_baseline=state.has_baseline or bool(entries),
            extra=_compact(extra),
        ),
        entries=entries,
        baseline=baseline,
        notices=tuple(notices),
        rewritten=rewritten,
    )


def _remember(
    extra: dict[str, object], answer: Answer, entries: tuple[Entry, ...], now: datetime, arrived: int
) -> None:
    """What the next poll wants to know of this document."""
    parsed = answer.parsed
    assert parsed is not None
    if entries:
        extra["names"] = memory.names(entries)
        dates = [entry.published_at for entry in entries if entry.published_at is not None]
        if arrived:
            extra["arrivals"] = [*_numbers(extra.get("arrivals"))[-ARRIVALS_KEPT + 1 :], int(now.timestamp())]
        rhythm = timing.rhythm(dates)
        longest = timing.longest_gap(dates)
        if rhythm is None:
            arrivals = [datetime.fromtimestamp(second, UTC) for second in _numbers(extra.get("arrivals"))]
            rhythm, longest = timing.rhythm(arrivals), timing.longest_gap(arrivals)
        extra["rhythm_s"] = _seconds(rhythm)
        extra["longest_s"] = _seconds(longest)
    extra["format"] = parsed.format
    extra["title"] = parsed.title[:200] or None
    extra["ttl_s"] = _seconds(
        max((span for span in (parsed.ttl, parsed.update_period) if span is not None), default=None)
    )
    extra["skip_hours"] = sorted(parsed.skip_hours) or None
    extra["skip_days"] = sorted(parsed.skip_days) or None
    extra["hubs"] = list(parsed.hubs[:3]) or None
    extra["self"] = parsed.self_url
    extra["problems"] = list(parsed.problems[:5]) or None


def _with_validators(state: FeedState, answer: Answer, extra: dict[str, object]) -> FeedState:
    """New validators with a whole parsed body, or with a 304 that brings some."""
    etag, last_modified = answer.headers.get("etag"), answer.headers.get("last-modified")
    if answer.status == 304:
        return replace(state, etag=etag or state.etag, last_modified=(last_modified or state.last_modified))
    if answer.parsed is not None and (answer.parsed.cut or not answer.whole):
        extra["part_hash"] = answer.body_hash
        return state
    if answer.unchanged and answer.body_hash == extra.get("part_hash"):
        return state
    extra["part_hash"] = None
    extra["validators_url"] = answer.url if answer.url != state.url else None
    return replace(state, etag=etag or None, last_modified=last_modified or None, body_hash=answer.body_hash)


def _with_move(
    feed: Feed, state: FeedState, answer: Answer, extra: dict[str, object], now: datetime, *, overlap: bool
) -> tuple[FeedState, list[FeedNotice]]:
    """Permanent redirects: shown at once, asked first once stable, dropped when the old address speaks itself."""
    if answer.asked != feed.url:  # asked at the new place already; it may have moved on from there
        if answer.permanent_url:
            return replace(state, moved_to=answer.permanent_url), []
        return state, []
    target = answer.permanent_url
    if target is None:
        for key in ("moved_polls", "moved_kept", "moved_checked"):
            extra.pop(key, None)
        return replace(state, moved_to=None, moved_since_at=None), []
    extra["moved_checked"] = int(now.timestamp())
    if target != state.moved_to:
        extra["moved_polls"] = 1
        extra.pop("moved_kept", None)
        return replace(state, moved_to=target, moved_since_at=now), []
    polls = (_number(extra.get("moved_polls")) + 1) if overlap else 1
    extra["moved_polls"] = min(polls, MOVED_POLLS)
    if polls < MOVED_POLLS or extra.get("moved_kept"):
        return state, []
    extra["moved_kept"] = True
    return state, [_notice(NoticeKind.MOVED, feed, state.moved_since_at or now, words.moved(_name(feed), target), now)]


def _gap(feed: Feed, state: FeedState, now: datetime) -> FeedNotice | None:
    """After an outage (ours or theirs) in which the feed rolled over."""
    if state.last_ok_at is None or now - state.last_ok_at <= 1.5 * state.interval:
        return None
    return _notice(NoticeKind.GAP, feed, state.last_ok_at, words.gap(_name(feed), state.last_ok_at, now), now)


def _heal(feed: Feed, state: FeedState, extra: dict[str, object], now: datetime) -> list[FeedNotice]:
    """The end of a problem that ops was told of."""
    problem, since = extra.pop("told", None), _instant(extra.pop("since", None))
    if not problem or problem == NoticeKind.SILENT:
        if problem:
            extra["told"], extra["since"] = problem, None if since is None else int(since.timestamp())
        return []
    since = since or state.last_ok_at or now
    return [_notice(NoticeKind.HEALED, feed, now, words.healed(_name(feed), str(problem), since, now), now)]


def _silence(feed: Feed, extra: dict[str, object], now: datetime, *, arrived: int, first: bool) -> list[FeedNotice]:
    """Beyond its own rhythm: told once, and once when it speaks again."""
    if first or arrived or "news_at" not in extra:
        was, since = extra.get("told"), _instant(extra.get("since"))
        extra["news_at"] = int(now.timestamp())
        if was != NoticeKind.SILENT or not arrived:
            return []
        extra.pop("told", None)
        extra.pop("since", None)
        return [_notice(NoticeKind.HEALED, feed, now, words.healed(_name(feed), "silent", since or now, now), now)]
    news_at, longest = _instant(extra.get("news_at")), _span(extra.get("longest_s"))
    if news_at is None or longest is None or extra.get("told"):
        return []
    if now - news_at <= max(SILENT_FACTOR * longest, SILENT_LEAST):
        return []
    extra["told"], extra["since"] = NoticeKind.SILENT.value, int(news_at.timestamp())
    return [_notice(NoticeKind.SILENT, feed, news_at, words.silent(_name(feed), news_at, longest, now), now)]


# --- a fault -------------------------------------------------------------------------------------------------------


def _after_fault(
    feed: Feed, state: FeedState, answer: Answer, now: datetime, fetch: FetchSettings, jitter: float
) -> Polled:
    extra = dict(state.extra)
    failures = state.failures + 1
    if state.failures == 0:
        extra["failing_since"] = int(now.timestamp())
    since = _instant(extra.get("failing_since")) or now
    gone_since_at = state.gone_since_at
    if answer.status == 410:
        gone_since_at = gone_since_at or now
    is_gone = answer.status == 410 and gone_since_at is not None and now - gone_since_at >= GONE_AFTER
    base = state.interval if state.last_ok_at else min(state.interval, max(fetch.min, feed.every or fetch.min))
    wait = timing.backoff(base, failures, jitter, feed.every, fetch)
    if is_gone:
        wait = timing.GONE_RECHECK
    elif answer.status in (429, 503) and (asked := timing.retry_after(answer.headers, now)) is not None:
        wait = max(asked, min(base, wait))
    elif answer.status == 429:
        wait = max(wait, timing.QUIET_DEFAULT)
    error = answer.error or "no answer"
    if is_gone:
        health = FeedHealth.GONE
    elif answer.fault is Fault.BLOCKED:
        health = FeedHealth.BLOCKED
    else:
        health = FeedHealth.FAILING
    due = now + wait
    parsed = answer.parsed
    entries = parsed.entries if parsed is not None else ()
    baseline = bool(entries) and not state.has_baseline
    if parsed is not None and entries:
        extra["names"] = memory.names(entries)
    notices: list[FeedNotice] = []
    if (notice := _tell(feed, state, extra, health, error, failures, since, due, now)) is not None:
        notices.append(notice)
    return Polled(
        state=replace(
            state,
            health=health,
            next_due_at=due,
            failures=failures,
            status=answer.status,
            error=error,
            last_poll_at=now,
            gone_since_at=gone_since_at,
            has_baseline=state.has_baseline or bool(entries),
            extra=_compact(extra),
        ),
        entries=entries,
        baseline=baseline,
        notices=tuple(notices),
    )


def _tell(
    feed: Feed,
    state: FeedState,
    extra: dict[str, object],
    health: FeedHealth,
    error: str,
    failures: int,
    since: datetime,
    due: datetime,
    now: datetime,
) -> FeedNotice | None:
    """One message per problem: failing, then perhaps gone or blocked; never the same twice before it is over."""
    told = extra.get("told")
    name = _name(feed)
    if health is FeedHealth.GONE:
        kind, text = NoticeKind.GONE, words.gone(name, _shown(feed))
    elif health is FeedHealth.BLOCKED:
        kind, text = NoticeKind.BLOCKED, words.blocked(name, error)
    else:
        kind, text = NoticeKind.FAILING, words.failing(name, error, failures, due)
        if told in (NoticeKind.BLOCKED, NoticeKind.GONE) or (state.last_ok_at is not None and failures < TELL_AFTER):
            return None
    if told == kind:
        return None
    extra["told"], extra["since"] = kind.value, int(since.timestamp())
    return _notice(kind, feed, since, text, now)


# --- small things --------------------------------------------------------------------------------------------------


def _notice(kind: NoticeKind, feed: Feed, since: datetime, text: str, now: datetime) -> FeedNotice:
    return FeedNotice(kind=kind, feed=feed.id, key=f"feed:{feed.id}:{kind}:{int(since.timestamp())}", text=text, at=now)


def _name(feed: Feed) -> str:
    return feed.name if feed.name and feed.name != feed.id else str(feed.id)


def _shown(feed: Feed) -> str:
    return feed.label or feed.url


def _floors(extra: Mapping[str, object]) -> tuple[timedelta | None, ...]:
    return _span(extra.get("ttl_s")), _span(extra.get("fresh_s"))


def _seconds(length: timedelta | None) -> float | None:
    return None if length is None else length.total_seconds()


def _span(seconds: object) -> timedelta | None:
    return timedelta(seconds=seconds) if isinstance(seconds, int | float) else None


def _instant(second: object) -> datetime | None:
    return datetime.fromtimestamp(second, UTC) if isinstance(second, int | float) else None


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _numbers(values: object) -> list[int]:
    return [value for value in values if isinstance(value, int)] if isinstance(values, list | tuple) else []


def _compact(extra: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in extra.items() if value is not None}
