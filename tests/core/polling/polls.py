"""Answers of feeds, and polls on a clock that tests move."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.core.codec import dumps, loads
from bot.core.parse import DeltaParse, ParsedFeed
from bot.core.parse.fingerprints import Fingerprints, fingerprint_of
from bot.core.parse.succession import Succession
from bot.core.polling import (
    Answer,
    Fault,
    after_poll,
    first_state,
)
from bot.model import Entry, Feed, FeedId, FeedState, FetchSettings, PollRecord, Settings

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
"""A Tuesday."""

FEED = Feed(id=FeedId("news"), url="https://news.example/feed", name="News", label="https://news.example/feed")

FETCH = FetchSettings()


def entries(*gaps: timedelta, newest: datetime = NOON) -> tuple[Entry, ...]:
    """Entries from `newest` backwards, `gaps` apart."""
    instants = [newest]
    for gap in gaps:
        instants.append(instants[-1] - gap)
    return tuple(
        Entry(title=f"T{instant}", guid=str(instant), url=None, published_at=instant, seen_at=NOON)
        for instant in instants
    )


def parsed_after(feed: ParsedFeed, before: str | None) -> DeltaParse:
    """What the parsers make of a document after another."""
    fingerprints = [fingerprint_of(entry) for entry in feed.entries]
    after = Succession(Fingerprints.load(before), fingerprints, feed.entries, fingerprints, NOON)
    return DeltaParse(
        feed=replace(feed, entries=after.new),
        comparison=after.comparison,
        fingerprints=Fingerprints(tuple(fingerprints)).dump() if fingerprints else "",
        dates=tuple(entry.published_at for entry in feed.entries if entry.published_at),
    )


def good(*found: Entry, feed: ParsedFeed | None = None, status: int = 200, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    parsed = None if status == 304 else replace(feed or ParsedFeed(format="rss20"), entries=found)
    return Answer(
        asked=FEED.url,
        url=FEED.url,
        status=status,
        headers=named,
        parsed=parsed and parsed_after(parsed, None),
        conditional=True,
        body_hash=str(len(found)),
    )


def failed(status: int | None = 500, fault: Fault = Fault.STATUS, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(asked=FEED.url, url=FEED.url, status=status, headers=named, fault=fault, error="it failed")


def poll(
    state: FeedState | None,
    answer: Answer,
    now: datetime = NOON,
    *,
    feed: Feed = FEED,
    fetch: FetchSettings = FETCH,
    jitter: float = 0.0,
) -> PollRecord:
    state = state or first_state(feed, now, fetch)
    if answer.parsed is not None:
        answer = replace(answer, parsed=parsed_after(answer.parsed.feed, state.fingerprints))
    record = after_poll(feed, state, answer, now, Settings(fetch=fetch), jitter)
    assert loads(FeedState, dumps(record.state)) == record.state
    return record


FOUR_HOURS = tuple(entries(*[2 * timedelta(hours=1)] * 5))
