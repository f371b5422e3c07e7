"""What the window holds of its entries, and the scope that says whose each is."""

from __future__ import annotations

import pytest

from bot.core.stories.inverted_index import Words
from bot.core.stories.records import Items, Record, feed_and_outlet, scope_key, scope_of
from bot.model import Entry, FeedId, OutletId
from tests.core.stories.story_pairs import START


def record(entry: int) -> Record:
    return Record(
        story=entry,
        root=entry,
        seen=START.timestamp(),
        scope="",
        title=f"Ferry {entry}",
        title_units=(),
        lead_units=(),
        sketch=b"",
        has_text=False,
    )


@pytest.mark.parametrize("wanted", [1, 3, 5, 8], ids=["it left", "before all", "between two", "behind all"])
def test_what_is_not_in_the_window_is_no_other_entry(wanted: int) -> None:
    items = Items(Words())
    for entry in (1, 4, 6):
        items.add(entry, record(entry), {})
    items.drop_oldest()
    assert wanted not in items
    with pytest.raises(KeyError):
        items[wanted]
    assert [items[entry].title for entry in (4, 6)] == ["Ferry 4", "Ferry 6"]


@pytest.mark.parametrize(
    ("feed", "source", "before"),
    [
        ("bbc", "news.example", "bbc news.example"),
        ("BBC News", None, "BBC News"),
        ("BBC News", "The Herald", "BBC News The Herald"),
        (None, "The Herald", "The Herald"),
        (None, None, ""),
    ],
    ids=["feed and outlet", "a feed alone", "names of two words", "an outlet alone", "neither"],
)
def test_a_scope_keeps_feed_and_outlet_apart_under_the_key_that_it_had(
    feed: str | None, source: str | None, before: str
) -> None:
    entry = Entry(
        title="Ferry aground",
        feed=FeedId(feed) if feed else None,
        source=OutletId(source) if source else None,
        seen_at=START,
    )
    assert feed_and_outlet(scope_of(entry)) == (feed or "", source or "")
    assert scope_key(scope_of(entry)) == scope_key(before)
