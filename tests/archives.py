"""Made-up news of some days, and a store that took it in as a worker does: what the workbench is tried on.

Everything is fictional and follows from a seed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot import pipeline
from bot.core.rulefile.ruleset import read_ruleset
from bot.model import Entry, FeedId, FeedState, OutletId, PollRecord, RuleSet
from bot.store import SqlStore

FIRMS = ("Orbrecht", "Velmora", "Tandrix", "Quellan", "Norvik", "Sablefin", "Harrowgate", "Lumenia")
PLACES = ("Karsholm", "Veyra", "Port Ambler", "Dunmere", "Ostrava", "Lindfjord")
DEEDS = (
    "wins a {thing} contract in {place}",
    "recalls {number} units of its {thing}",
    "is fined over a {thing} dispute in {place}",
    "opens a {thing} plant near {place}",
    "shuts its {thing} works in {place} after a strike",
    "names a new head for {thing} sales",
)
THINGS = ("5G", "battery", "ferry", "turbine", "chip", "railway", "cable", "harbour")
FEEDS = {"alder": ("wire",), "birch": ("wire", "local"), "cedar": ("local",), "dogwood": ()}
"""Feeds and their tags."""
START = datetime(2026, 10, 22, 7, 30, tzinfo=UTC)
"""Three days before the clocks of London go back."""


def made_up_news(seed: int, count: int, days: float = 6.0) -> list[Entry]:
    """`count` entries over `days`: events with several reports, copies, corrected items, old dates."""
    dice = random.Random(seed)
    entries: list[Entry] = []
    at = START
    gap = timedelta(days=days) / count
    while len(entries) < count:
        at += gap * dice.choice((0, 0.2, 1, 1.8))
        before = dice.choice(entries[-12:]) if entries and dice.random() < 0.45 else None
        entries.append(_again(dice, before, at) if before is not None else _event(dice, at))
    return entries


def _event(dice: random.Random, at: datetime) -> Entry:
    thing, place, number = dice.choice(THINGS), dice.choice(PLACES), dice.randrange(2, 900)
    firm = dice.choice(FIRMS)
    title = f"{firm} {dice.choice(DEEDS).format(thing=thing, place=place, number=number)}"
    other = dice.choice(FIRMS)
    summary = dice.choice(
        ("", f"The {thing} maker {other} said it was watching {place} closely, {number} people are affected.")
    )
    return _entry(dice, title, summary, at, dice.choice(list(FEEDS)))


def _again(dice: random.Random, before: Entry, at: datetime) -> Entry:
    """A copy elsewhere, a correction of the same item, or a report with news in it."""
    kind = dice.randrange(4)
    if kind == 0:
        return _entry(dice, before.title, before.summary, at, dice.choice(list(FEEDS)))
    if kind == 1:
        title = f"{before.title} (corrected)"
        return _entry(dice, title, before.summary, at, str(before.feed), guid=before.guid, url=before.url)
    if kind == 2:
        title = f"{before.title}, {dice.randrange(2, 99)} injured"
        return _entry(dice, title, before.summary, at, dice.choice(list(FEEDS)))
    summary = f"{before.summary} {dice.choice(FIRMS)} declined to comment on the {dice.choice(THINGS)} deal."
    return _entry(dice, before.title, summary, at, dice.choice(list(FEEDS)))


def _entry(dice: random.Random, title: str, summary: str, at: datetime, feed: str, **same: Any) -> Entry:
    number = dice.randrange(10**9)
    published = at - dice.choice((timedelta(0), timedelta(minutes=7), timedelta(hours=3), timedelta(days=5)))
    fields = {"guid": f"{feed}-{number}", "url": f"https://{feed}.example/{number}"} | same
    return Entry(
        title=title,
        summary=summary,
        feed=FeedId(feed),
        source=OutletId(f"{feed}.example"),
        tags=tuple(dice.sample(("business", "transport"), k=dice.randrange(3))),
        published_at=published if dice.random() < 0.8 else None,
        seen_at=at,
        **fields,
    )


def feeds_of_rules() -> str:
    """`feeds:` of a rules file for them."""
    lines = [
        f"  - {{url: 'https://{feed}.example/rss', id: {feed}, tags: [{', '.join(tags)}]}}"
        for feed, tags in FEEDS.items()
    ]
    return "\n".join(["feeds:", *lines, ""])


def rule_set(text: str) -> RuleSet:
    """Of a rules file without `feeds:`."""
    ruleset, problems = read_ruleset((feeds_of_rules() + text).encode(), {}, None)
    assert ruleset is not None, problems
    return ruleset


def take_in(store: SqlStore, ruleset: RuleSet, entries: Sequence[Entry], seed: int = 1) -> None:
    """The entries polled and ingested, some at a time."""
    dice = random.Random(seed)
    state = pipeline.IngestState.load(store, ruleset)
    for part in _parts(dice, entries):
        poll = FeedState(feed=FeedId("any"), url="https://any.example", next_due_at=START, interval=timedelta(hours=1))
        store.record_polls([PollRecord(state=poll, entries=tuple(part))])
        while pipeline.ingest(store, state, part[-1].seen_at).taken:
            pass


def _parts(dice: random.Random, entries: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    start = 0
    while start < len(entries):
        end = start + dice.randrange(1, 20)
        yield entries[start:end]
        start = end
