"""Items without guid and URL that signs tell apart, on both stores, with a restart before every poll."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import replace

import pytest

from bot import pipeline
from bot.model import FeedId, Immediate, OutletId, PollRecord
from bot.store import open_store
from bot.store.sqlite import SqliteStore
from tests.builders import channel, entry, feed_state, rule
from tests.newsroom import NOW, NOWHERE, Newsroom, PlainSink, rules

TOLD = [
    # No word at all: what is written is all there is.
    ("🔴", "🟢", 2),
    ("▲ 3", "▼ 3", 2),
    ("▲ 4", "4", 2),
    ("✅", "❌", 2),
    ("…", "!", 2),
    ("+5", "-5", 2),
    ("🟣", "🟣\ufe0f", 1),
    # A sign in another one's place.
    ("Service A 🔴", "Service A 🟢", 2),
    ("Market ▲", "Market ▼", 2),
    ("✅ Build 41", "❌ Build 41", 2),
    ("Gold −3 %", "Gold +3 %", 2),
    ("Silver 3 %", "Silver -3 %", 2),
    ("Arrears: $3 million", "Arrears: €3 million", 2),
    ("Kitchen of the port ★★★", "Kitchen of the port ★★★★", 2),
    ("Line 1 🔴 Line 2 🟢", "Line 1 🟢 Line 2 🔴", 2),
    # … below the headline.
    ("Service B / 🔴", "Service B / 🟢", 2),
    ("Search / 🔴 Eastern data centre", "Search / 🟢 Eastern data centre", 2),
    (f"Mail / {'Letters are watched. ' * 30} 🔴", f"Mail / {'Letters are watched. ' * 30} 🟢", 2),
    # Decoration that comes and goes, the colour of a hand, a dash.
    ("Harbour opens at nine", "🔥 Harbour opens at nine", 1),
    ("🔥 Museum shuts ⚡", "Museum shuts ⚡", 1),
    ("Theatre plays 👍🏻", "Theatre plays 👍🏿", 1),
    ("Cinema - two films", "Cinema – two films", 1),
    ("Swimming pool / Open until ten. 👍", "Swimming pool / Open until ten.", 1),
]


@pytest.mark.parametrize(
    ("kind", "date"),
    [("SQLite", "none"), ("SQLite", "of the day"), ("SQLite", "of the poll"), ("PostgreSQL", "of the poll")],
)
def test_what_signs_say_is_told_and_told_once(kind: str, date: str, request: pytest.FixtureRequest) -> None:
    """The same words counted as the same item: a service that failed and came back was told once."""
    store = open_store(request.getfixturevalue("postgres_url")) if kind == "PostgreSQL" else SqliteStore(None)
    with closing(store):
        ruleset = rules(replace(rule("all", r"/\S/"), to=(NOWHERE,)))
        busy = channel(NOWHERE, immediate=Immediate(per_hour=1_000), follow="none")
        room = Newsroom(replace(ruleset, channels={**ruleset.channels, NOWHERE: busy}), store)
        feeds = [FeedId(f"feed-{number}") for number in range(len(TOLD))]
        room.store.add_feeds([feed_state(feed) for feed in feeds])
        told: Counter[str] = Counter()
        for turn in (0, 1, 0, 1):
            for feed, case in zip(feeds, TOLD, strict=True):
                title, _, summary = str(case[turn]).partition(" / ")
                published = {"none": None, "of the day": NOW, "of the poll": room.now}[date]
                item = entry(title, guid=None, url=None, summary=summary, feed=feed, source=OutletId(feed))
                item = replace(item, seen_at=room.now, published_at=published)
                room.store.record_polls([PollRecord(state=feed_state(feed), entries=(item,))])
            room.ingest_state = pipeline.IngestState.load(room.store, room.ruleset)
            room.ingest()
            made = pipeline.digest(room.store, room.ruleset, PlainSink(), room.now).deliveries
            told.update(story.sources[0].outlet for row in made for story in row.digest.stories)
            room.later(minutes=30)
    assert [(case[0], told[feed]) for feed, case in zip(feeds, TOLD, strict=True)] == [
        (one, count) for one, _, count in TOLD
    ]
