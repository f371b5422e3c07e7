"""Feed, state and answer → the next state, entries and notices: the state machine.

NEW ──good──▶ OK ◀──good── FAILING, BLOCKED, GONE          any ──fault──▶ FAILING
any ──challenge──▶ BLOCKED                                 FAILING ──410 again, 24 h after the first──▶ GONE
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from bot.core.parse import DeltaParse
from bot.core.polling import health, timing
from bot.core.polling.answer import Answer, Fault
from bot.core.polling.polled_week import with_poll
from bot.core.polling.redirects import with_move
from bot.core.polling.websub import links_in_header
from bot.core.text.sanitize import harmless
from bot.core.text.secrets import without_secrets
from bot.model import (
    Entry,
    Feed,
    FeedHealth,
    FeedState,
    FetchSettings,
    HubOffer,
    Notice,
    PollRecord,
    PublisherHints,
    Refusals,
    Rhythm,
    Settings,
    Validators,
)

_GONE_AFTER = timedelta(hours=24)
"""A 410 counts once it has stood so long: servers give it by mistake during a deploy."""
_ARRIVALS = 12
"""Polls with news that are remembered, for the rhythm of a feed without dates."""
_UNCONDITIONAL_EVERY = timedelta(days=1)
"""So often a feed is asked for whole: some servers answer 304 for ever."""
_REFUSALS, _REFUSED_FOR = 3, timedelta(days=7)
"""So many refusals of conditional requests in a row are no chance, and so long none is made."""
_BUSY = (429, 503)
_NO_REFUSALS = Refusals()
_A_DAY = timedelta(days=1)
_LAG = timedelta(minutes=10)
"""So long after its date an item may come into its feed. What it had shown before is known in any case."""
_CLOCK_SLACK = timedelta(minutes=5)
"""A clock set right by less has not gone back."""
_CRON_SLACK = timedelta(seconds=60)
"""How much earlier than due a single run may come at most (a cron job's start varies by seconds)."""


def first_state(feed: Feed, now: datetime, fetch: FetchSettings) -> FeedState:
    """The state of a feed that was never asked: due at once."""
    return FeedState(feed=feed.id, url=feed.url, next_due_at=now, interval=timing.first_interval(feed.every, fetch))


def conditions(state: FeedState, now: datetime) -> Validators | None:
    """What makes the next request conditional, at the URL that gave it. None once a day: a server whose validators got
    stuck answers 304 for ever. None where the server fails when it is asked so (see `Refusals`).
    """
    refusals = state.refusals
    is_refused = refusals.count >= _REFUSALS and refusals.at is not None and now - refusals.at < _REFUSED_FOR
    if refusals.is_open or is_refused:
        return None
    if state.document_at is not None and now - state.document_at >= _UNCONDITIONAL_EVERY:
        return None
    validators = state.validators
    if validators.url is not None or not (validators.etag or validators.last_modified):
        return validators
    return Validators(etag=validators.etag, last_modified=validators.last_modified, url=state.url)


def postponed(state: FeedState, until: datetime) -> PollRecord:
    """Not asked now: its host is busy or wants quiet until then."""
    return PollRecord(state=replace(state, next_due_at=max(until, state.next_due_at)), postponed=True)


def resettled(feed: Feed, state: FeedState, now: datetime, fetch: FetchSettings, jitter: float) -> FeedState:
    """The state under changed settings or after a clock jump: never due later than its interval allows.

    A clock set forward makes feeds due once, as always. One set back, or a shorter `every:`, would leave due times too
    far ahead: they are drawn in, spread over one interval by `jitter` in [0, 1). What a server asked for, back-off and
    skipped hours stay.
    """
    wanted = _interval(feed, state, fetch)
    went_back = state.last_poll_at is not None and state.last_poll_at > now + _CLOCK_SLACK
    due = state.next_due_at
    if went_back:
        due = min(due, now + wanted * jitter)
    elif state.failures == 0 and state.last_poll_at is not None and wanted < state.interval:
        due = min(due, max(now, state.last_poll_at + wanted))
        due = timing.after_skips(due, state.hints.skip_hours, state.hints.skip_days)
    if due == state.next_due_at and wanted == state.interval:
        return state
    return replace(state, next_due_at=min(due, state.next_due_at), interval=wanted)


def due_in_single_run(state: FeedState, now: datetime) -> FeedState:
    """The state for a run that polls once and ends (cron): due now, if a run at the feed's own interval means it.

    Such runs come a little early or late, so a tenth of the interval, at most 60 s, and the jitter of the last due time
    do not count; nor does a poll in the future, which a clock that ran ahead has left.
    """
    due = state.next_due_at
    if state.last_poll_at is not None and state.last_poll_at > now:
        due = now
    elif state.last_poll_at is not None and state.failures == 0:
        unjittered = state.last_poll_at + state.interval
        if due <= state.last_poll_at + 1.1 * state.interval:
            due = min(due, unjittered)
        due -= min(state.interval / 10, _CRON_SLACK)
    return replace(state, next_due_at=now) if due <= now < state.next_due_at else state


def after_poll(
    feed: Feed, state: FeedState, answer: Answer, now: datetime, settings: Settings, jitter: float
) -> PollRecord:
    """What the poll leaves: the next state, the entries to take in, what ops should hear. `jitter` in [0, 1)."""
    if answer.fault is None and answer.status == 304 and not answer.conditional:
        error = "the server says 304 (not modified) to a question nobody asked"
        answer = replace(answer, fault=Fault.STATUS, error=error)
    if answer.fault is not None:
        return _after_fault(feed, state, answer, now, settings, jitter)
    return _after_good(feed, state, answer, now, settings, jitter)


def _after_good(
    feed: Feed, state: FeedState, answer: Answer, now: datetime, settings: Settings, jitter: float
) -> PollRecord:
    before, timezone = state, settings.timezone
    entries: tuple[Entry, ...] = ()
    notices: tuple[Notice, ...] = ()
    baseline = arrived = 0
    has_known: bool | None = None
    state = _with_freshness(state, answer, now)
    if (parsed := answer.parsed) is not None:
        comparison = parsed.comparison
        has_known = comparison.new < comparison.total or not comparison.comparable
        old, new = _parted(state, parsed)
        entries, baseline = (*old, *new), len(old)
        arrived = comparison.new if new else 0
        if comparison.rolled_over and not baseline:
            notices = health.tell_gap(feed, before, now, timezone)
        state = _with_document(state, answer, parsed, now, has_news=arrived > 0)
    state = _with_validators(state, answer)
    state = replace(state, refusals=_refusals_after_good(state.refusals, answer, now))
    state, moved = with_move(feed, state, answer, now, has_known=has_known)
    if parsed is not None and parsed.feed.new_url is not None:
        moved += health.tell_new_url(feed, parsed.feed.new_url, now)
    state, recovered = health.tell_recovery(feed, state, now)
    state, silence = health.tell_silence(feed, state, now, timezone, arrived=arrived, is_baseline=baseline > 0)
    if parsed is not None and parsed.comparison.total > 0:
        state = _begun(before, state, now, is_cut=parsed.feed.cut and answer.whole)
    elif answer.unchanged and answer.body_hash == before.part_hash:  # cut at the same place: there is no more of it
        state = _begun(before, state, now, is_cut=True)
    state = replace(
        _due_again(feed, state, now, settings.fetch, jitter),
        health=FeedHealth.OK,
        failures=0,
        failing_since_at=None,
        status=answer.status,
        error=None,
        last_poll_at=now,
        last_ok_at=now,
        document_at=state.document_at or now if answer.status == 304 else now,
        week=with_poll(state.week, now, is_good=True),
        gone_since_at=None,
    )
    notices += moved + recovered + silence
    problems = (*parsed.feed.problems, *answer.notes) if parsed is not None else ()
    return PollRecord(state=state, entries=entries, baseline=baseline, notices=notices, problems=problems)


def _due_again(feed: Feed, state: FeedState, now: datetime, fetch: FetchSettings, jitter: float) -> FeedState:
    """After a good poll: when the next one is due."""
    wanted = _interval(feed, state, fetch)
    due = now + wanted
    if feed.every is None:  # feeds that began together drift apart
        due = min(now + wanted * (1 + 0.1 * jitter), now + max(fetch.max, fetch.min))
    return replace(
        state, next_due_at=timing.after_skips(due, state.hints.skip_hours, state.hints.skip_days), interval=wanted
    )


def _parted(state: FeedState, parsed: DeltaParse) -> tuple[list[Entry], list[Entry]]:
    """The entries of a document that were there before we looked, and those that are news.

    A feed's first document is its baseline. One that answered well and empty before has shown that nothing was there:
    what is dated after that is news (feeds of warnings are empty by nature). One that was full, then empty, and is full
    of other things has been refilled: there, too, only what is dated after the last full answer is news. One that only
    seems to be what stood in its place (see `declared`) is, where something of that stands in it.
    """
    entries, empty_at = parsed.feed.entries, state.empty_since_at
    if not state.has_baseline and parsed.comparison.rolled_over:  # another feed than what stood in its place
        empty_at = state.full_until_at or state.last_ok_at  # its own first answer, which was empty
    if empty_at is None:
        return ([], list(entries)) if state.has_baseline else (list(entries), [])
    undated_is_old = not state.has_baseline or parsed.comparison.rolled_over
    empty_at = empty_at.replace(second=0, microsecond=0)  # publishers' dates are whole seconds, many whole minutes
    if state.has_baseline:
        empty_at = min(empty_at, state.full_until_at or empty_at) - _LAG
    midnights = _midnights(parsed.dates, are_several=len(parsed.dates) > 1 or len(entries) > 1)
    old: list[Entry] = []
    new: list[Entry] = []
    for entry in entries:
        published_at = entry.published_at
        if published_at is not None and published_at.time() in midnights:
            published_at += _A_DAY  # a day without its hour: any of it
        is_old = undated_is_old if published_at is None else published_at < empty_at
        was_emptied = state.has_baseline and state.full_until_at is not None
        (old if is_old else new).append(replace(entry, is_arrival=True) if was_emptied else entry)
    return old, new


def _begun(before: FeedState, state: FeedState, now: datetime, *, is_cut: bool) -> FeedState:
    """The state after a document with entries. Where the first one is cut, what the cut hides was there as well, but
    for what is dated later: it counts as empty, once."""
    if before.has_baseline or not is_cut:
        return replace(state, has_baseline=True)
    since = before.empty_since_at
    return replace(state, has_baseline=since is not None, empty_since_at=since or now)


def _midnights(dates: Sequence[datetime], *, are_several: bool) -> set[time]:
    """The times at which the days of a document's zone begin, in UTC: that of all its dates, if it is one. A list of
    one day has but one (a gazette's, arXiv's `00:00:00 -0500`): it was taken for an hour, its items for old ones."""
    times = {date.time() for date in dates}
    is_one = are_several and len(times) == 1 and all((at.minute % 15, at.second) == (0, 0) for at in times)
    return {time(), *times} if is_one else {time()}


def _after_fault(
    feed: Feed, state: FeedState, answer: Answer, now: datetime, settings: Settings, jitter: float
) -> PollRecord:
    gone_since_at = (state.gone_since_at or now) if answer.status == 410 else state.gone_since_at
    next_health = FeedHealth.FAILING
    if answer.status == 410 and gone_since_at is not None and now - gone_since_at >= _GONE_AFTER:
        next_health = FeedHealth.GONE
    elif answer.fault is Fault.BLOCKED:
        next_health = FeedHealth.BLOCKED
    wait = timing.GONE_RECHECK
    if next_health is not FeedHealth.GONE:
        wait = _wait(feed, state, answer, now, settings.fetch, jitter)
    # What came whole before the fault is taken all the same: an entry is not lost because the next one was cut.
    old, new = _parted(state, answer.parsed) if answer.parsed is not None else ([], [])
    if answer.parsed is not None and answer.parsed.fingerprints:
        state = replace(state, fingerprints=answer.parsed.fingerprints)
    if answer.parsed is not None and answer.parsed.comparison.total > 0:
        state = _begun(state, state, now, is_cut=True)
    state = replace(
        state,
        health=next_health,
        next_due_at=now + wait,
        failures=state.failures + 1,
        failing_since_at=now if state.failures == 0 else state.failing_since_at,
        status=answer.status,
        error=harmless(without_secrets(answer.error or "no answer", feed.variables)),
        last_poll_at=now,
        week=with_poll(state.week, now, is_good=False),
        gone_since_at=gone_since_at,
        refusals=replace(state.refusals, is_open=_may_be_refused(answer)),
    )
    state, notices = health.tell_failure(feed, state, now, settings.timezone)
    return PollRecord(state=state, entries=(*old, *new), baseline=len(old), notices=notices)


def _refusals_after_good(before: Refusals, answer: Answer, now: datetime) -> Refusals:
    """A conditional request that went well ends them; one without conditions, behind one that failed, is a further."""
    if answer.conditional:
        return _NO_REFUSALS
    return Refusals(count=before.count + 1, at=now) if before.is_open else before


def _may_be_refused(answer: Answer) -> bool:
    """Whether a server may have failed because it was asked conditionally. One that is busy, or asks for a browser, is
    not to be asked for more."""
    return answer.conditional and answer.fault is not Fault.BLOCKED and answer.status not in _BUSY


def _wait(
    feed: Feed, state: FeedState, answer: Answer, now: datetime, fetch: FetchSettings, jitter: float
) -> timedelta:
    """How long to wait after a fault: what the server asks for, else back-off."""
    base = state.interval
    if state.last_ok_at is None:  # its rhythm is not known: somebody waits for its first answer
        base = min(base, max(fetch.min, feed.every or fetch.min))
    wait = timing.backoff(base, state.failures + 1, jitter, feed.every, fetch)
    if answer.status in _BUSY and (asked := timing.retry_after(answer.headers, now)) is not None:
        return max(asked, min(base, wait))
    if answer.status == 429:
        return max(wait, timing.QUIET_DEFAULT)
    return wait


def _interval(feed: Feed, state: FeedState, fetch: FetchSettings) -> timedelta:
    floors = (state.hints.ttl, state.hints.fresh_for)
    return timing.interval(feed.every, state.rhythm.gap, floors, fetch)


def _with_freshness(state: FeedState, answer: Answer, now: datetime) -> FeedState:
    """A 304 that says nothing of freshness leaves what the answer before it said."""
    fresh_for = timing.freshness(answer.headers, now)
    if fresh_for == state.hints.fresh_for or (fresh_for is None and answer.status == 304):
        return state
    return replace(state, hints=replace(state.hints, fresh_for=fresh_for))


def _with_document(state: FeedState, answer: Answer, parsed: DeltaParse, now: datetime, *, has_news: bool) -> FeedState:
    """What the next polls want to know of this document."""
    feed = parsed.feed
    links = links_in_header(answer.headers.get("link", ""), answer.url)
    hub = next(iter(feed.hubs or links.get("hub", ())), None)
    wishes = [wish for wish in (feed.ttl, feed.update_period) if wish is not None]
    state = replace(
        state,
        empty_since_at=None if parsed.comparison.total else state.empty_since_at or now,
        full_until_at=None if parsed.comparison.total else state.full_until_at or state.document_at or state.last_ok_at,
        hints=PublisherHints(
            ttl=max(wishes, default=None),
            fresh_for=state.hints.fresh_for,
            skip_hours=tuple(sorted(feed.skip_hours)),
            skip_days=tuple(sorted(feed.skip_days)),
        ),
        hub=HubOffer(hub=hub, topic=feed.self_url or next(iter(links.get("self", ())), None)) if hub else None,
    )
    if not parsed.fingerprints:
        return state
    arrivals = state.rhythm.arrivals
    if has_news:
        arrivals = (*arrivals[1 - _ARRIVALS :], now)
    dates = parsed.dates if timing.rhythm(parsed.dates) is not None else arrivals
    rhythm = Rhythm(
        gap=timing.rhythm(dates),
        longest_gap=timing.longest_gap(dates),
        arrivals=arrivals,
        news_at=state.rhythm.news_at,
    )
    return replace(state, fingerprints=parsed.fingerprints, rhythm=rhythm)


def _with_validators(state: FeedState, answer: Answer) -> FeedState:
    """New validators with a parsed body, or with a 304 that brings some.

    None with a document that ends before it should: the next answer is to bring all of it. None where entries wait for
    the next poll. What we cut at our own cap will be no longer the next time, so that has its validators.
    """
    etag, last_modified = answer.headers.get("etag"), answer.headers.get("last-modified")
    if answer.status == 304:
        old = state.validators
        if (etag or old.etag, last_modified or old.last_modified) == (old.etag, old.last_modified):
            return state
        new = replace(old, etag=etag or old.etag, last_modified=last_modified or old.last_modified)
        return replace(state, validators=new)
    if answer.parsed is not None and answer.parsed.unread:
        return state
    if answer.parsed is not None and answer.parsed.feed.cut and answer.whole:
        return replace(state, part_hash=answer.body_hash)
    if answer.unchanged and answer.body_hash == state.part_hash:
        return state
    url = answer.url if answer.url != state.url else None
    validators = Validators(etag=etag or None, last_modified=last_modified or None, url=url)
    return replace(state, validators=validators, body_hash=answer.body_hash, part_hash=None)
