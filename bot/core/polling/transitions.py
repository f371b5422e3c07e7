"""The state machine: a feed, its state and an answer in; the next state, entries and notices out.

NEW ──good──▶ OK ◀──good── FAILING, BLOCKED, GONE          any ──fault──▶ FAILING
any ──challenge──▶ BLOCKED                                 FAILING ──410 again, 24 h after the first──▶ GONE
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.core.parse import Reading
from bot.core.polling import health, messages, timing
from bot.core.polling.json_values import compact, instant, numbers, second, seconds, span
from bot.core.polling.outcome import Answer, Fault, FeedNotice, Polled
from bot.core.polling.redirects import with_move
from bot.core.polling.websub import links_in_header
from bot.model import Entry, Feed, FeedHealth, FeedState, FetchSettings

GONE_AFTER = timedelta(hours=24)
ARRIVALS_KEPT = 12
CLOCK_SLACK = timedelta(minutes=5)


def first_state(feed: Feed, now: datetime, fetch: FetchSettings) -> FeedState:
    """The state of a feed that was never asked: due at once."""
    return FeedState(feed=feed.id, url=feed.url, next_due_at=now, interval=timing.first_interval(feed.every, fetch))


def validators(state: FeedState) -> tuple[str | None, str | None, str]:
    """`(etag, last_modified, address that gave them)`: to be sent to that server only, byte for byte."""
    return state.etag, state.last_modified, str(state.extra.get("validators_url") or state.url)


def postponed(state: FeedState, until: datetime) -> FeedState:
    """Not asked now: its host is busy or wants quiet until then."""
    return replace(state, next_due_at=max(until, state.next_due_at))


def resettled(feed: Feed, state: FeedState, now: datetime, fetch: FetchSettings, jitter: float) -> FeedState:
    """The state under changed settings or after a clock jump: never due later than its interval allows.

    A clock set forward makes feeds due once, as always. One set back, or a shorter `every:`, would leave due times too
    far ahead: they are drawn in, spread over one interval by `jitter` in [0, 1). What a server asked for, back-off and
    skipped hours stay.
    """
    known = span(state.extra.get("rhythm_s"))
    wanted = timing.interval(feed.every, known, _floors(state.extra), fetch)
    went_back = state.last_poll_at is not None and state.last_poll_at > now + CLOCK_SLACK
    due = state.next_due_at
    if went_back:
        due = min(due, now + wanted * jitter)
    elif state.failures == 0 and state.last_poll_at is not None and wanted < state.interval:
        due = min(due, max(now, state.last_poll_at + wanted))
        due = timing.after_skips(due, numbers(state.extra.get("skip_hours")), numbers(state.extra.get("skip_days")))
    if due == state.next_due_at and wanted == state.interval:
        return state
    return replace(state, next_due_at=min(due, state.next_due_at), interval=wanted)


def after_poll(
    feed: Feed, state: FeedState, answer: Answer, now: datetime, fetch: FetchSettings, jitter: float
) -> Polled:
    """The next state after `answer`, with the entries to take in and what ops should hear. `jitter` in [0, 1)."""
    if answer.fault is None and answer.status == 304 and not answer.conditional:
        error = "the server says 304 (not modified) to a question nobody asked"
        answer = replace(answer, fault=Fault.STATUS, error=error)
    if answer.fault is not None:
        return _after_fault(feed, state, answer, now, fetch, jitter)
    return _after_good(feed, state, answer, now, fetch, jitter)


def _after_good(
    feed: Feed, state: FeedState, answer: Answer, now: datetime, fetch: FetchSettings, jitter: float
) -> Polled:
    extra = dict(state.extra)
    fresh = timing.freshness(answer.headers, now)
    if fresh is not None or answer.status != 304:
        extra["fresh_s"] = seconds(fresh)
    entries: tuple[Entry, ...] = ()
    is_baseline = rewritten = has_entries = False
    has_known: bool | None = None
    arrived = 0
    notices: list[FeedNotice] = []
    if (reading := answer.reading) is not None:
        entries = reading.feed.entries
        compared = reading.compared
        has_entries = compared.total > 0
        has_known = compared.new < compared.total or not compared.comparable
        rewritten = compared.rewritten
        arrived = compared.new
        returned = bool(extra.get("was_empty")) and compared.rolled_over
        is_baseline = has_entries and (not state.has_baseline or returned)
        if compared.rolled_over and not is_baseline:
            notices += health.told_gap(feed, state, now)
        _remember(extra, answer, reading, now, arrived=0 if is_baseline else arrived)
        _remember_emptiness(extra, is_empty=not has_entries and state.has_baseline)
    state = _with_validators(state, answer, extra)
    state, moved = with_move(feed, state, answer, extra, now, has_known=has_known)
    notices += moved
    notices += health.told_recovery(feed, state, extra, now)
    notices += health.told_silence(feed, extra, now, arrived=arrived, is_baseline=is_baseline)
    extra.pop("failing_since", None)
    wanted = timing.interval(feed.every, span(extra.get("rhythm_s")), _floors(extra), fetch)
    due = now + wanted
    if feed.every is None:  # feeds that began together drift apart
        due = min(now + wanted * (1 + 0.1 * jitter), now + max(fetch.max, fetch.min))
    due = timing.after_skips(due, numbers(extra.get("skip_hours")), numbers(extra.get("skip_days")))
    next_state = replace(
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
        extra=compact(extra),
    )
    return Polled(state=next_state, entries=entries, baseline=is_baseline, notices=tuple(notices), rewritten=rewritten)


def _after_fault(
    feed: Feed, state: FeedState, answer: Answer, now: datetime, fetch: FetchSettings, jitter: float
) -> Polled:
    extra = dict(state.extra)
    if state.failures == 0:
        extra["failing_since"] = second(now)
    since = instant(extra.get("failing_since")) or now
    gone_since_at = (state.gone_since_at or now) if answer.status == 410 else state.gone_since_at
    is_gone = answer.status == 410 and gone_since_at is not None and now - gone_since_at >= GONE_AFTER
    if is_gone:
        next_health = FeedHealth.GONE
    elif answer.fault is Fault.BLOCKED:
        next_health = FeedHealth.BLOCKED
    else:
        next_health = FeedHealth.FAILING
    error = messages.redacted(answer.error or "no answer", feed.label, feed.url)
    due = now + (timing.GONE_RECHECK if is_gone else _wait(feed, state, answer, now, fetch, jitter))
    # What came whole before the fault is taken all the same: an entry is not lost because the next one was cut.
    entries = answer.reading.feed.entries if answer.reading is not None else ()
    if answer.reading is not None and answer.reading.memory:
        extra["memory"] = answer.reading.memory
    notices = health.told_failure(feed, state, extra, next_health, error=error, since=since, due=due, now=now)
    next_state = replace(
        state,
        health=next_health,
        next_due_at=due,
        failures=state.failures + 1,
        status=answer.status,
        error=error,
        last_poll_at=now,
        gone_since_at=gone_since_at,
        has_baseline=state.has_baseline or bool(entries),
        extra=compact(extra),
    )
    return Polled(
        state=next_state,
        entries=entries,
        baseline=bool(entries) and not state.has_baseline,
        notices=tuple(notices),
    )


def _wait(
    feed: Feed, state: FeedState, answer: Answer, now: datetime, fetch: FetchSettings, jitter: float
) -> timedelta:
    """How long to wait after a fault: what the server asks for, else back-off."""
    base = state.interval
    if state.last_ok_at is None:  # its rhythm is not known: somebody waits for its first answer
        base = min(base, max(fetch.min, feed.every or fetch.min))
    wait = timing.backoff(base, state.failures + 1, jitter, feed.every, fetch)
    if answer.status in (429, 503) and (asked := timing.retry_after(answer.headers, now)) is not None:
        return max(asked, min(base, wait))
    if answer.status == 429:
        return max(wait, timing.QUIET_DEFAULT)
    return wait


def _remember(extra: dict[str, object], answer: Answer, reading: Reading, now: datetime, *, arrived: int) -> None:
    """What the next polls want to know of this document."""
    parsed = reading.feed
    if reading.memory:
        extra["memory"] = reading.memory
        if arrived:
            extra["arrivals"] = [*numbers(extra.get("arrivals"))[1 - ARRIVALS_KEPT :], second(now)]
        dates = reading.dates
        if timing.rhythm(dates) is None:
            dates = tuple(datetime.fromtimestamp(at, UTC) for at in numbers(extra.get("arrivals")))
        extra["rhythm_s"] = seconds(timing.rhythm(dates))
        extra["longest_s"] = seconds(timing.longest_gap(dates))
    wishes = [wish for wish in (parsed.ttl, parsed.update_period) if wish is not None]
    extra["ttl_s"] = seconds(max(wishes, default=None))
    extra["skip_hours"] = sorted(parsed.skip_hours) or None
    extra["skip_days"] = sorted(parsed.skip_days) or None
    extra["format"] = parsed.format
    extra["title"] = parsed.title[:200] or None
    links = links_in_header(answer.headers.get("link", ""), answer.url)
    extra["hubs"] = list((parsed.hubs or links.get("hub", ()))[:3]) or None
    extra["self"] = parsed.self_url or next(iter(links.get("self", ())), None)
    extra["problems"] = list(parsed.problems[:5]) or None


def _remember_emptiness(extra: dict[str, object], *, is_empty: bool) -> None:
    """A feed that was full and is empty now: when it is full again of things never seen, that is no news."""
    if is_empty:
        extra["was_empty"] = True
    else:
        extra.pop("was_empty", None)


def _with_validators(state: FeedState, answer: Answer, extra: dict[str, object]) -> FeedState:
    """New validators with a whole parsed body, or with a 304 that brings some; with a cut document none."""
    etag, last_modified = answer.headers.get("etag"), answer.headers.get("last-modified")
    if answer.status == 304:
        return replace(state, etag=etag or state.etag, last_modified=last_modified or state.last_modified)
    if answer.reading is not None and (answer.reading.feed.cut or not answer.whole):
        extra["part_hash"] = answer.body_hash
        return state
    if answer.unchanged and answer.body_hash == extra.get("part_hash"):
        return state
    extra["part_hash"] = None
    extra["validators_url"] = answer.url if answer.url != state.url else None
    return replace(state, etag=etag or None, last_modified=last_modified or None, body_hash=answer.body_hash)


def _floors(extra: Mapping[str, object]) -> tuple[timedelta | None, ...]:
    return span(extra.get("ttl_s")), span(extra.get("fresh_s"))
