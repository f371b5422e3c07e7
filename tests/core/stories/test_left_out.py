"""What a baseline holds from before the story window opened: a story of its own, compared with nothing; it is known,
and its words count, all the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.model import Decision, Entry, EntryId, FeedId, OutletId, Verdict
from tests.core.stories.story_pairs import START, Desk

DAY = timedelta(days=1)
OLD = Entry(
    title="Ferry fares on Pelluna to rise in spring",
    summary="The regulator has let the operator raise fares on all four lines of the archipelago from April on.",
    guid="https://post.example/news/pelluna-fares-2041",
    url="https://post.example/news/pelluna-fares-2041",
    feed=FeedId("post"),
    source=OutletId("post.example"),
    published_at=START - 9 * DAY,
    seen_at=START,
)
LATER = START + timedelta(hours=1)
OTHER = "Comet seen above Kassaby by three observatories"
OTHER_TEXT = "Its tail stretches over a third of the night sky and will be gone by Thursday."


def known(*entries: Entry) -> Desk:
    """A desk that has taken in a baseline."""
    desk = Desk()
    for entry in entries or (OLD,):
        desk.take(entry, silent=True)
    return desk


COPY = replace(OLD, guid="c7", url="https://courier.example/a-7", feed=None, source=OutletId("courier"))


@pytest.mark.parametrize(
    ("changed", "silent", "compared"),
    [
        ({}, True, False),
        ({}, False, True),
        ({"published_at": START - 4.9 * DAY}, True, True),
        ({"published_at": START - 5.1 * DAY}, True, False),
        ({"published_at": None}, True, True),
        ({"is_late": True}, True, True),
        ({"guid": None, "url": None}, True, False),
    ],
    ids=["old", "may alert", "of the window", "just before it", "undated", "its date says nothing", "without marks"],
)
@pytest.mark.parametrize("restarted", [False, True])
def test_only_what_is_silent_and_of_before_the_window_is_not_compared(
    changed: dict[str, Any], *, silent: bool, compared: bool, restarted: bool
) -> None:
    desk = Desk()
    decision = desk.take(replace(OLD, **changed), silent=silent)
    assert (decision.verdict, decision.story) == (Verdict.NEW_STORY, 1)
    assert ("before the story window opened" in decision.reason) == (not compared)
    if restarted:
        desk.restart()
    assert desk.take(COPY).verdict == (Verdict.NEAR_DUPLICATE if compared else Verdict.NEW_STORY)


def test_it_joins_nothing_and_nothing_joins_it() -> None:
    report = replace(OLD, title="Spring rise for ferry fares on Pelluna", source=OutletId("courier"), feed=None)
    open_story = replace(report, guid="c1", url="https://courier.example/a-1", published_at=START - 4 * DAY)
    after = replace(open_story, guid="c2", url="https://courier.example/a-2", seen_at=LATER, source=OutletId("ledger"))
    desk = Desk()
    stories = [desk.take(open_story).story, desk.take(OLD, silent=True).story, desk.take(after).story]
    assert stories == [1, 2, 1]


@pytest.mark.parametrize(
    ("changed", "verdict"),
    {
        "again": ({}, Verdict.SAME_ITEM),
        "under another date": ({"published_at": START}, Verdict.SAME_ITEM),
        "in a second feed": ({"feed": FeedId("post-all"), "guid": "7"}, Verdict.SAME_ITEM),
        "another word": ({"title": "Ferry fares on Pelluna to soar in spring"}, Verdict.EDIT),
        "another word, date bumped": (
            {"title": "Ferry fares on Pelluna to soar in spring", "published_at": LATER},
            Verdict.EDIT,
        ),
        "another text, date bumped": ({"summary": OTHER_TEXT, "published_at": LATER}, Verdict.EDIT),
        "rewritten under its old date": ({"title": OTHER, "summary": OTHER_TEXT}, Verdict.EDIT),
        # Without its text nothing says that it is the old one: told, rather than lost.
        "its marks on what is new": (
            {"title": OTHER, "summary": OTHER_TEXT, "published_at": LATER},
            Verdict.NEW_STORY,
        ),
        "its marks on what has no date": (
            {"title": OTHER, "summary": OTHER_TEXT, "published_at": None},
            Verdict.NEW_STORY,
        ),
        "its marks on what came in late": (
            {"title": OTHER, "summary": OTHER_TEXT, "published_at": LATER, "is_late": True},
            Verdict.NEW_STORY,
        ),
        "another word, undated": (
            {"title": "Ferry fares on Pelluna to soar in spring", "published_at": None},
            Verdict.EDIT,
        ),
        "its address on what is new": (
            {"title": OTHER, "summary": OTHER_TEXT, "published_at": LATER, "guid": None},
            Verdict.NEW_STORY,
        ),
        "another outlet's version": (
            {"feed": FeedId("hub"), "source": OutletId("hub.example"), "guid": "h7", "summary": OTHER_TEXT},
            Verdict.NEAR_DUPLICATE,
        ),
    }.values(),
    ids=lambda value: value.replace("_", " ") if isinstance(value, str) else None,
)
@pytest.mark.parametrize("restarted", [False, True])
def test_it_is_known_all_the_same(changed: dict[str, Any], verdict: Verdict, *, restarted: bool) -> None:
    desk = known()
    if restarted:
        desk.restart()
    decision = desk.take(replace(OLD, seen_at=LATER, **changed))
    assert decision.verdict == verdict, decision.reason
    is_it = verdict is not Verdict.NEW_STORY
    assert (decision.duplicate_of, decision.story) == ((EntryId(1), 1) if is_it else (None, 2))


def test_without_marks_it_is_known_by_what_it_says() -> None:
    bare = replace(OLD, guid=None, url=None)
    desk = known(bare)
    assert desk.take(replace(bare, seen_at=LATER)).verdict == Verdict.SAME_ITEM


def test_edits_of_it_are_compared_from_then_on() -> None:
    """An edit is filed under its story: later reports find that."""
    desk = known()
    desk.take(replace(OLD, title="Ferry fares on Pelluna to soar in spring", seen_at=LATER))
    again = replace(OLD, title="Ferry fares on Pelluna to soar by a third in spring", seen_at=LATER + DAY)
    assert desk.take(again).verdict == Verdict.EDIT
    joined = desk.take(replace(COPY, title="Ferry fares on Pelluna to soar in spring", seen_at=LATER + DAY))
    assert (joined.story, joined.verdict) == (1, Verdict.NEAR_DUPLICATE)


@pytest.mark.parametrize("restarted", [False, True])
def test_its_words_count(*, restarted: bool) -> None:
    """A show's name stands in all its episodes: two new ones are no report of one event."""
    episodes = [
        replace(
            OLD,
            title=f"Year of Beekeeping Episode {number}, {what}",
            summary="",
            guid=f"bees-{number}",
            url=f"https://bees.example/{number}-episode",
            published_at=START - (11 - number) * 4 * DAY,
            seen_at=START + max(0, number - 8) * DAY,
        )
        for number, what in enumerate(
            ["Smokers", "Frames", "Queens", "Foulbrood", "Swarms", "Mites", "Wax", "Drones", "Clover", "Frost", "Sugar"]
        )
    ]
    desk = known(*episodes[:9])
    if restarted:
        desk.restart()
    decisions = [desk.take(replace(one, published_at=one.seen_at)) for one in episodes[9:]]
    assert [one.verdict for one in decisions] == [Verdict.NEW_STORY] * 2, decisions
    desk.take(replace(COPY, seen_at=START + 12 * DAY, published_at=None))
    assert len(desk.index) == 1  # and they leave the window as all do
    desk.restart()
    assert len(desk.index) == 1


def test_a_restart_at_any_point_is_no_restart() -> None:
    places = ["Velmora", "Kassaby", "Pelluna", "Orlan"]
    entries = [
        (
            replace(
                OLD,
                title=f"{place} {what}",
                guid=f"g{number % 11}-{place}",
                url=f"https://post.example/{place}-{number % 11}",
                feed=FeedId(f"feed{number % 3}"),
                published_at=START + timedelta(hours=number) - (number % 3) * 4 * DAY,
                seen_at=START + timedelta(hours=number),
            ),
            number % 2 == 0,
        )
        for number, (place, what) in enumerate(
            (place, what)
            for what in ["harbour strike ends", "harbour closed by storm", "harbour strike enters second week"] * 4
            for place in places
        )
    ]
    whole, stopped = Desk(), Desk()
    decisions: list[tuple[Decision, Decision]] = []
    for entry, silent in entries:
        decisions.append((whole.take(entry, silent=silent), stopped.take(entry, silent=silent)))
        stopped.restart()
    assert [one for one, _ in decisions] == [two for _, two in decisions]
    reasons = [one.reason for one, _ in decisions]
    assert sum("before the story window opened" in reason for reason in reasons) > 5
    assert len({one.verdict for one, _ in decisions}) > 2
