"""One item in several forms: headlines tried by turns, counters in a text, guids made anew with each fetch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.model import Entry, FeedId, Verdict
from tests.core.stories.story_pairs import START, Desk

SILENT = {Verdict.SAME_ITEM, Verdict.EDIT, Verdict.NEAR_DUPLICATE}
ITEM = Entry(
    title="Ferry fares on Pelluna to rise in spring",
    summary="The regulator has let the operator raise fares.",
    guid="pelluna-fares",
    url="https://post.example/news/pelluna-fares-2041",
    feed=FeedId("post"),
    published_at=START,
    seen_at=START,
)
LATER = START + timedelta(minutes=57)
HEADLINES = (ITEM.title, "Islanders furious: crossing will cost a third more")


def hours_apart(entries: Sequence[Entry]) -> list[Verdict]:
    """What becomes of entries an hour apart."""
    desk = Desk()
    at = [replace(entry, seen_at=START + timedelta(hours=hour)) for hour, entry in enumerate(entries)]
    return [decision.verdict for decision in desk.take_all(at)]


@pytest.mark.parametrize("guid", ["pelluna-fares", None])
def test_two_headlines_by_turns_are_one_item(guid: str | None) -> None:
    shown = [replace(ITEM, guid=guid, title=HEADLINES[turn % 2]) for turn in range(12)]
    assert set(hours_apart(shown)[1:]) <= SILENT


def test_a_page_that_changes_under_a_new_date_each_time_is_a_place() -> None:
    """`Service down`, `All well`, `Service down`: the third is news, though its words are known."""
    shown = [
        replace(ITEM, title=HEADLINES[turn % 2], published_at=START + timedelta(hours=turn), guid="page", url=None)
        for turn in range(12)
    ]
    assert Verdict.NEW_STORY in hours_apart(shown)[1:]


@pytest.mark.parametrize("counter", ["{} comments", "Points: {}", "vor {} Minuten"])
def test_a_counter_under_new_guids_is_no_news(counter: str) -> None:
    shown = [replace(ITEM, guid=f"made-{turn}", summary=counter.format(3 * turn + 1)) for turn in range(12)]
    assert set(hours_apart(shown)[1:]) <= SILENT


@pytest.mark.parametrize(("days", "silent"), [(6, True), (0, False)])
def test_a_new_guid_for_what_left_the_window_is_told_by_its_date(days: int, *, silent: bool) -> None:
    """Published `days` before it comes in again, six days after it came first."""
    later = START + timedelta(days=6)
    again = replace(ITEM, guid="made-2", summary="4 comments", seen_at=later, published_at=later - timedelta(days=days))
    desk = Desk()
    desk.take_all([ITEM, replace(ITEM, title="Mine on Varno closes", guid="b", url="https://post.example/b-77")])
    assert (desk.take(again).verdict in SILENT) == silent


WARNED = "Snow falls over the north of the island until noon."
COMMON = "Be prepared and follow what the authorities say."
AT_ONE_ADDRESS = {
    "another warning": (("SNOW WARNING, Pelluna", WARNED), ("WIND WARNING, Pelluna", "Gusts tear at roofs."), True),
    "without a text": (("Snow warning, Pelluna", ""), ("Wind warning, Pelluna", ""), True),
    "in a form letter": (
        ("Snow warning, Pelluna", f"Snow is expected. {COMMON}"),
        ("Wind warning, Pelluna", f"Wind is expected. {COMMON}"),
        True,
    ),
    "another place": (("Gale warning: Pelluna", ""), ("Gale warning: Varno", ""), True),
    "another number": (
        ("Avalanche on Pelluna: 3 dead", "Three, 3, died."),
        ("Avalanche on Pelluna: 9 dead", "Rescuers found 9 in all, an official said."),
        True,
    ),
    "a counter": (("Crossing shut (3 comments)", WARNED), ("Crossing shut (9 comments)", WARNED), False),
    "a counter alone": (("Crossing shut (3 comments)", ""), ("Crossing shut (9 comments)", ""), False),
    "over the same text": (("Snow warning, Pelluna", WARNED), ("Snow alert, Pelluna", WARNED), False),
    "a word more": (("Snow warning, Pelluna", WARNED), ("Heavy snow warning, Pelluna", f"{WARNED} Stay in."), False),
    "a slip": (("Snow wraning, Pelluna", "Snow wraning."), ("Snow warning, Pelluna", "Snow warning."), False),
}


@pytest.mark.parametrize(
    ("guid", "tracker"), [("made-2", ""), (f"{ITEM.url}#2", ""), (f"{ITEM.url}#2", "?at_medium=RSS")]
)
@pytest.mark.parametrize("feed", ["post", "another"])
@pytest.mark.parametrize(("before", "after", "is_told"), AT_ONE_ADDRESS.values(), ids=AT_ONE_ADDRESS)
def test_what_comes_under_a_new_guid_at_an_address_is_told_where_it_is_another(
    before: tuple[str, str], after: tuple[str, str], feed: str, guid: str, tracker: str, *, is_told: bool
) -> None:
    """It was a copy of the warning before. A guid that is the address and a number says that it is a version; and what
    another feed has there may be in words of its own."""
    item = replace(ITEM, url=f"{ITEM.url}{tracker}")
    shown = [
        replace(item, title=before[0], summary=before[1], guid="made-1"),
        replace(item, title=after[0], summary=after[1], guid=guid, feed=FeedId(feed), published_at=LATER),
    ]
    is_silent = hours_apart(shown)[1] in SILENT
    assert is_silent is not (is_told and feed == "post" and guid == "made-2")


CORRECTED = {
    "a slip": ("Driver dies in Pelluna carsh", "Driver dies in Pelluna crash"),
    "a word more": ("Driver dies in Pelluna crash", "Driver dies in early Pelluna crash"),
    "de, a slip": ("Fahrer stribt auf Pelluna auf der Ringstraße", "Fahrer stirbt auf Pelluna auf der Ringstraße"),
    "ja, a particle": ("ペルナで車が衝突、運転手死亡", "ペルナで車衝突、運転手が死亡"),
}


@pytest.mark.parametrize("published", [None, LATER], ids=["undated", "a new date"])
@pytest.mark.parametrize(("before", "after"), CORRECTED.values(), ids=CORRECTED)
def test_a_corrected_headline_with_the_address_made_of_it_is_an_edit(
    before: str, after: str, published: datetime | None
) -> None:
    """The item's guid says that it is the same: it was told as another story."""
    shown = [
        replace(ITEM, title=before, summary="", published_at=published and START),
        replace(ITEM, title=after, summary="", published_at=published, url="https://post.example/news/driver-dies"),
    ]
    assert hours_apart(shown)[1] is Verdict.EDIT


OF_ONE_MOMENT = {
    "an edit": ("Полиция задержала лихача на Пеллуне", "Полиция поймала лихача на Пеллуне", False),
    "a change": ("Pilot of Pelluna ferry charged", "Pilot of Pelluna ferry cleared", True),
}


@pytest.mark.parametrize(("before", "after", "is_told"), OF_ONE_MOMENT.values(), ids=OF_ONE_MOMENT)
def test_an_edit_under_a_guid_made_anew_and_the_same_date_is_another_item_where_it_tells_a_change(
    before: str, after: str, *, is_told: bool
) -> None:
    published = START + timedelta(seconds=7)
    shown = [
        replace(ITEM, title=title, summary="", guid=guid, published_at=published)
        for title, guid in ((before, "made-1"), (after, "made-2"))
    ]
    assert (hours_apart(shown)[1] in SILENT) is not is_told


@pytest.mark.parametrize(("seconds", "is_told"), [(0, True), (7, False)], ids=["of a day", "of a moment"])
def test_one_date_makes_two_warnings_at_an_address_one_where_it_is_that_of_a_moment(
    seconds: int, *, is_told: bool
) -> None:
    published = START + timedelta(seconds=seconds)
    shown = [
        replace(ITEM, title="Warning for Pelluna", summary=text, guid=guid, published_at=published)
        for text, guid in ((WARNED, "made-1"), ("Gusts tear at roofs along the coast tonight.", "made-2"))
    ]
    assert (hours_apart(shown)[1] in SILENT) is not is_told


@pytest.mark.parametrize(
    ("before", "after", "is_told"),
    [
        ("Force 9 in the Sound from noon.", "Storm is likely off Torvo tonight.", True),
        ("", "The council shut the harbour crossing.", False),  # the title's change stood for a text that it lacked
        ("The council shut the harbour crossing.", "", False),
        ("4 comments", "7 comments", False),  # a list of what is read most shows an item again and again
        ("Updated 2 hours ago", "Updated 5 hours ago", False),
    ],
)
def test_an_item_that_comes_back_without_a_date_is_told_for_another_line(
    before: str, after: str, *, is_told: bool
) -> None:
    desk = Desk()
    item = replace(ITEM, title="Council shuts crossing", summary=before, published_at=None)
    desk.take(item)
    back = desk.take(replace(item, summary=after, seen_at=START + timedelta(hours=30), is_arrival=True))
    assert (back.verdict not in SILENT) == is_told, back.reason
