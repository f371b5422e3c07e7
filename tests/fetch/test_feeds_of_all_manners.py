"""Feeds of all manners of dates, guids, links, orders and texts, made up by chance, poll after poll: nothing that is
new is lost, and what can be known is told once.

What cannot be known: an item whose guid is its place or is made with each fetch, under a link that is not its own, with
no moment for its date; one whose only mark would be a date that each fetch makes anew; one without marks of its own in
another text, once it had left.
"""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest

from bot import pipeline
from bot.core.polling import first_state
from bot.core.rulefile.ruleset import read_ruleset
from bot.model import Feed, FeedId, FetchSettings, StoryId, Verdict
from bot.store import open_store
from tests.examples import seeds
from tests.fetch.conftest import NOON
from tests.fetch.publisher import EVENTS, PaperFetcher, Publisher
from tests.fetch.room import RULES

FEED = Feed(id=FeedId("feed"), url="https://news.example/feed", name="The Feed", label="https://news.example/feed")


@pytest.mark.parametrize("seed", seeds(6, 600))
async def test_nothing_new_is_lost_and_what_can_be_known_is_told_once(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    publisher, paper = Publisher(chance, NOON), PaperFetcher()
    ruleset, problems = read_ruleset(RULES.encode(), {})
    assert ruleset is not None, problems
    store = open_store(tmp_path / "wirewatch.db")
    store.migrate()
    store.add_feeds([first_state(FEED, NOON, FetchSettings())])
    state = pipeline.IngestState.load(store, ruleset)
    told: dict[int, set[StoryId]] = {}
    seen, unsure = set[int](), set[int]()
    numbers: dict[str, int] = {}
    read_at = None
    is_behind, is_in_order = chance.random() < 0.15, True
    for poll in range(9):
        now = NOON + timedelta(hours=poll)
        event = chance.choice(EVENTS) if poll else chance.choice(["nothing"] * 8 + ["cut", "empty"])
        if poll:
            publisher.next_hour(now)
            publisher.happens(event)
        numbers |= {item.title: item.number for item in publisher.items}
        paper.status = {"304": 304, "an error": 502}.get(event, 200)
        text, items = publisher.document(event, poll, now) if paper.status == 200 else ("", [])
        paper.body = text.encode()
        before = store.feed_states()[FEED.id]
        if before.empty_since_at is not None or not before.has_baseline:  # what has no date then may have been there
            unsure |= {item.number for item in items} - seen
        seen |= {item.number for item in items}
        read_at = read_at or (now if items else None)
        is_in_order &= publisher.manner["order"] in ("newest first", "oldest first") and event != "deleted"
        is_in_order &= publisher.manner["dates"] == "moment"
        store.record_polls([await pipeline.poll(paper, FEED, before, ruleset, now)])
        if is_behind and poll not in (2, 5, 8):  # a worker that is behind
            continue
        while (ingested := pipeline.ingest(store, state, now)).taken:
            for new in ingested.entries:
                if not new.silent and new.decision.verdict is not Verdict.EDIT:
                    told.setdefault(numbers[new.entry.title], set()).add(new.decision.story)
    store.close()
    fresh = {item.number for item in publisher.items if read_at is not None and item.born_at >= read_at}
    assert not (fresh & seen) - unsure - told.keys(), "lost"
    if publisher.can_be_known:
        assert not {number: stories for number, stories in told.items() if len(stories) > 1}, "told twice"
    if is_in_order and publisher.has_own_marks and publisher.manner["guid"] != "of the place":
        assert not told.keys() - fresh - unsure, "told, though it was there before"
