"""Marks that name a place, through poll and ingest on a real store: `current`, `item-1`, a ticker's page, the page of a
town's warnings. What stands there next is another item."""

from __future__ import annotations

import pytest

from bot.model import ChannelId
from tests.builders import rss, rss_item
from tests.fetch.hostile import Hostile, answer
from tests.fetch.room import TITLES, Room, story
from tests.fetch.test_remade_items import LATER, MORNING, TEXT


@pytest.mark.parametrize(
    ("mark", "after", "is_told"),
    [
        ("https://port.example/prices.pdf", "Port prices of 24 November", True),
        ("current", "Port prices of 24 November", True),
        ("https://port.example/prices.pdf", "Port prices on 23 November", False),
        ("https://port.example/prices-2026.pdf", "Port prices of 24 November", False),
    ],
    ids=["another day", "another day, no URL", "another word", "a mark of its own"],
)
async def test_today_s_under_the_guid_that_yesterday_s_had(
    room: Room, server: Hostile, mark: str, after: str, is_told: bool
) -> None:
    """A page or file that is replaced counted as edited until it had been three times."""
    link = mark if mark.startswith("https:") else None
    documents = [
        rss(rss_item(7, title=title, guid=mark, link=link, text=None, date=date))
        for title, date in (("Port prices of 23 November", MORNING), (after, LATER))
    ]
    url = server.serve("/feed", *map(answer, documents))
    assert [await room.poll(url) for _ in documents] == [[], [after] if is_told else []]


@pytest.mark.parametrize("at_once", [True, False])
async def test_each_of_several_notices_of_one_day_under_one_guid_is_told(
    room: Room, server: Hostile, *, at_once: bool
) -> None:
    """`Update`, dated with its day, at the page of all updates: all but one were edits of it, and lost."""
    texts = (
        "Ferry moorings at quay four were renewed overnight.",
        "Dock gates close earlier from Friday, says Captain Brandt.",
        "Strike pickets left both southern entrances this morning.",
    )
    notices = [
        rss_item(1, title="Update", guid="updates", link="https://news.example/updates", date=MORNING, text=text)
        for text in texts
    ]
    polls = [3] if at_once else [1, 2, 3]
    documents = [rss(story(0)), *(rss(*notices[:count][::-1], story(0)) for count in polls)]
    url = server.serve("/feed", *map(answer, documents), answer(documents[-1] + " "))
    for _ in range(len(documents) + 1):
        await room.poll(url)
    told = [room.store.entry(row.entry) for row in room.store.waiting(ChannelId("default"))]
    assert sorted(stored.entry.summary for stored in told if stored is not None) == sorted(texts)


@pytest.mark.parametrize(
    ("before", "after"),
    [("Port client 2.4.1", "Port client 2.4.2"), ("Port prices 2026-11-23", "Port prices 2026-11-24")],
)
async def test_the_next_version_under_the_guid_latest_is_told(
    room: Room, server: Hostile, before: str, after: str
) -> None:
    """It counted as an edit: `2.4.2` is no figure, but a name with figures."""
    documents = [
        rss(rss_item(7, title=title, guid="latest", link="https://app.example/download", date=date))
        for title, date in ((before, MORNING), (after, LATER))
    ]
    url = server.serve("/feed", *map(answer, documents))
    assert [await room.poll(url) for _ in documents] == [[], [after]]


async def test_items_without_a_date_whose_guid_is_their_place_are_told_once(room: Room, server: Hostile) -> None:
    """The second was the third with the next poll, and told once more."""

    def document(*numbers: int) -> str:
        return rss(*[story(number, guid=f"item{place}", link=None) for place, number in enumerate(numbers)])

    documents = [document(1, 0), document(2, 1), document(3, 2), document(3, 2)]
    url = server.serve("/feed", *map(answer, documents))
    assert [await room.poll(url) for _ in documents] == [[], [TITLES[2]], [TITLES[3]], []]


@pytest.mark.parametrize("date", [MORNING, ""], ids=["dated", "undated"])
async def test_items_at_one_page_whose_guid_is_their_place_are_told_once(
    room: Room, server: Hostile, date: str
) -> None:
    """Each poll told all of them: all had the guid of another one, and none an address of its own."""

    def document(*numbers: int) -> str:
        dates = [date and date.replace("09", f"0{number + 2}") for number in numbers]
        items = enumerate(zip(numbers, dates, strict=True))
        page = "https://news.example/"
        return rss(*[story(number, guid=f"item{place}", link=page, date=at) for place, (number, at) in items])

    second = document(2, 1, 0) if date else document(2, 1)  # where they have dates, the feed may grow meanwhile
    documents = [document(1, 0), second, document(3, 2), document(3, 2), document(3, 2, 1)]
    url = server.serve("/feed", *map(answer, documents if date else documents[:-1]))
    told = [await room.poll(url) for _ in documents]
    assert told == [[], [TITLES[2]], [TITLES[3]], [], []]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (("Port open", "Ferry strike"), ("Ferry strike", "Port open"), ["Ferry strike", "Port open"]),
        (("Port shut", "Port calm", "Port calm"), ("Port calm", "Port shut", "Port calm"), ["Port calm", "Port shut"]),
    ],
    ids=["two that change places", "one of which several say the other"],
)
async def test_what_a_part_of_one_page_says_that_another_said_is_told(
    room: Room, server: Hostile, before: tuple[str, ...], after: tuple[str, ...], told: list[str]
) -> None:
    def document(texts: tuple[str, ...]) -> str:
        page = "https://port.example/"
        return rss(
            *[story(0, title=text, guid=f"pier{place}", link=page, text=None) for place, text in enumerate(texts)]
        )

    url = server.serve("/feed", answer(document(before)), answer(document(after)))
    assert [await room.poll(url) for _ in range(2)] == [[], told]


@pytest.mark.parametrize(
    ("title", "text", "is_told"),
    [
        (f"{TITLES[0][:24]}…", TEXT, False),
        (f"{TITLES[0][:24]}…", "", False),
        (f"{TITLES[0][:24]}…", "Talks brokered by a former judge brought two extra days of leave.", True),
        (TITLES[0][:24], TEXT, True),
    ],
    ids=["cut", "cut, no text", "cut, another text", "not cut"],
)
async def test_a_headline_that_is_cut_beside_another_guid_is_the_same(
    room: Room, server: Hostile, title: str, text: str, *, is_told: bool
) -> None:
    """Without dates a feed that came to cut its headlines, and to make its guids anew, told all that it held."""
    documents = [rss(story(0, text=TEXT)), rss(story(0, guid="node/7", title=title, text=text or None))]
    url = server.serve("/feed", *map(answer, documents))
    assert [await room.poll(url) for _ in documents] == [[], [title] if is_told else []]


@pytest.mark.parametrize(
    ("date", "text", "is_told"),
    [
        (LATER, TEXT, False),
        (LATER, f"{TEXT} Insurers speak of forty million crowns.", False),
        (LATER, "Talks brokered by a former judge brought two extra days of leave.", True),
        ("Tue, 24 Nov 2026 12:44:01 GMT", TEXT, True),
    ],
    ids=["its text", "more of it", "another text", "another date"],
)
async def test_a_headline_that_is_written_anew_with_its_address_is_an_edit(
    room: Room, server: Hostile, date: str, text: str, *, is_told: bool
) -> None:
    """Under the same guid: the same article was told twice, whenever an editor had second thoughts."""
    anew = {"title": "Storm over, pilots board at Dock 9 again", "link": "https://news.example/2026/11/dock-9-again"}
    documents = [rss(story(1)), rss(story(0, date=LATER, text=TEXT)), rss(story(0, date=date, text=text, **anew))]
    url = server.serve("/feed", *map(answer, documents))
    told = [await room.poll(url) for _ in documents]
    assert [bool(titles) for titles in told] == [False, True, is_told]


async def test_what_a_site_says_once_more_at_its_own_page_is_told(room: Room, server: Hostile) -> None:
    def notice(guid: str, date: str) -> str:
        return story(0, title="Port API degraded", guid=guid, link="https://status.example/", date=date)

    first, second = notice("s1", MORNING), notice("s2", LATER)
    url = server.serve("/feed", *map(answer, (rss(first), rss(second, first), rss(second, first))))
    assert [await room.poll(url) for _ in range(3)] == [[], ["Port API degraded"], []]


@pytest.mark.parametrize("date", ["", LATER], ids=["undated", "dated"])
@pytest.mark.parametrize(
    ("text", "is_told"), [("Talks brought two days of leave for all.", True), (f"{TEXT} Soon.", False)]
)
async def test_the_next_message_under_a_headline_that_says_nothing_is_told(
    room: Room, server: Hostile, date: str, text: str, *, is_told: bool
) -> None:
    """`current`, `Dock news`: the message is all that differs."""
    texts = ((TEXT, date and MORNING), (text, date))
    item = {"title": "Dock news", "guid": "current", "link": "https://news.example/live"}
    documents = [rss(story(0, text=say, date=at, **item)) for say, at in texts]
    url = server.serve("/feed", *map(answer, documents))
    assert [await room.poll(url) for _ in documents] == [[], ["Dock news"] if is_told else []]


@pytest.mark.parametrize("guid", [None, "https://news.example/ticker-123"])
@pytest.mark.parametrize(("date", "is_told"), [(LATER, True), (MORNING, False)])
async def test_the_next_message_of_a_ticker_s_page_is_told(
    room: Room, server: Hostile, guid: str | None, date: str, is_told: bool
) -> None:
    """Of an item that has one line of text each message counted as an edit of the first, until there had been three."""
    texts = ("Cranes resumed work at dawn, tankers berthed by nine.", "The shipyard in Gdansk delivers it next summer.")
    documents = [
        rss(story(number, link="https://news.example/ticker-123", guid=guid, date=at, text=text))
        for number, at, text in ((0, MORNING, texts[0]), (2, date, texts[1]))
    ]
    url = server.serve("/feed", *map(answer, documents))
    assert [await room.poll(url) for _ in documents] == [[], [TITLES[2]] if is_told else []]


@pytest.mark.parametrize(
    ("title", "text", "dates", "is_told"),
    [
        ("GALE WARNING, Dock Nine", "Gusts of force 9 from the west until eleven tonight.", (MORNING, LATER), True),
        ("GALE WARNING, Dock Nine", "Gusts of force 9 from the west until eleven tonight.", (MORNING, MORNING), False),
        ("GALE WARNING, Dock Nine", "Gusts of force 9 from the west until eleven tonight.", ("", ""), True),
        ("Dock Nine: all quiet", "Nothing to report today.", (MORNING, LATER), False),
        ("Nothing to report, Dock Nine", "Gusts of force 9 from the west until eleven tonight.", ("", ""), False),
    ],
    ids=["a warning", "of one date", "without dates", "the same again", "a like headline"],
)
async def test_what_a_page_of_one_place_says_next_is_told(
    room: Room, server: Hostile, title: str, text: str, dates: tuple[str, str], *, is_told: bool
) -> None:
    """One guid and link for what holds at a place: the name of the place, in both headlines, made the warning an edit
    of the all-clear. So it did to the messages of a ticker without dates."""
    texts = zip(("No alerts, Dock Nine", title), ("Nothing to report today.", text), dates, strict=True)
    page = "https://met.example/area/7"
    documents = [rss(story(0, title=head, guid=page, link=page, text=say, date=date)) for head, say, date in texts]
    url = server.serve("/feed", *map(answer, documents))
    assert [await room.poll(url) for _ in documents] == [[], [title] if is_told else []]


@pytest.mark.parametrize("between", [rss(), rss(story(1))], ids=["nothing", "another one"])
@pytest.mark.parametrize(
    ("text", "is_told"),
    [("Hail and lightning until eleven tonight.", True), ("Gale of force 9 expected today.", False)],
)
async def test_a_warning_that_had_ended_is_told_once_more_under_its_guid(
    room: Room, server: Hostile, between: str, text: str, is_told: bool
) -> None:
    """One guid and link for all of an area's warnings: each counted as an edit of the first, for ever."""

    def warning(text: str, date: str) -> str:
        area = "https://met.example/area/7"
        return rss(story(0, title="Port gale warning", guid=area, link=area, text=text, date=date))

    first, second = warning("Gale of force 9 expected.", MORNING), warning(text, "Tue, 24 Nov 2026 13:30:00 GMT")
    url = server.serve("/feed", *map(answer, (first, between, second, second)))
    told = [await room.poll(url) for _ in range(4)]
    assert [titles for titles in told if "Port gale warning" in titles] == [["Port gale warning"]] * is_told


@pytest.mark.parametrize("link", [None, "https://news.example/"], ids=["no link", "one link"])
@pytest.mark.parametrize("date", ["", "Tue, 24 Nov 2026 00:00:00 GMT"], ids=["undated", "a day"])
async def test_items_without_marks_whose_text_counts_are_told_once(
    room: Room, server: Hostile, date: str, link: str | None
) -> None:
    """`12 comments`, `3 hours ago`: each poll told all of them."""

    def document(poll: int, *numbers: int) -> str:
        texts = [f"{TEXT} {poll * 7 + number} comments" for number in range(4)]
        return rss(*[story(n, guid=None, link=link, date=date, text=texts[n]) for n in numbers])

    documents = [document(0, 2, 1, 0), document(1, 3, 2, 1, 0), document(2, 3, 2, 1, 0)]
    url = server.serve("/feed", *map(answer, documents))
    assert [await room.poll(url) for _ in documents] == [[], [TITLES[3]], []]


async def test_two_of_one_headline_and_other_figures_are_told(room: Room, server: Hostile) -> None:
    """`Service disruption`, `3 ferries`: one item that says another number may say something new."""

    def document(ferries: int) -> str:
        text = f"The line is short of {ferries} ferries."
        return rss(story(2, guid=None, link=None, text=text), story(1, guid=None, link=None))

    url = server.serve("/feed", *map(answer, map(document, (3, 5))))
    assert [await room.poll(url) for _ in range(2)] == [[], [TITLES[2]]]


@pytest.mark.parametrize("mark", [(None, None), ("item0", None), ("item0", "https://news.example/")])
@pytest.mark.parametrize(("date", "is_told"), [(MORNING, False), (LATER, True)], ids=["its date", "a later date"])
async def test_what_keeps_headline_and_date_alone_is_an_edit(
    room: Room, server: Hostile, mark: tuple[str | None, str | None], date: str, is_told: bool
) -> None:
    """Without marks, or under the guid of the place where another one stood, it was told once more."""
    guid, link = mark
    second = guid and "item1"
    below = story(1, guid=second, link=link, date="Tue, 24 Nov 2026 08:11:17 GMT")
    other = "Talks brokered by a former judge brought two extra days of leave."
    moved = story(0, guid=second, link=link, date=date, text=other)
    new = story(3, guid=guid, link=link, date=LATER.replace("31", "32"))
    documents = [rss(story(0, guid=guid, link=link, date=MORNING, text=TEXT), below), rss(new, moved)]
    url = server.serve("/feed", *map(answer, documents))
    told = [await room.poll(url) for _ in documents]
    assert told == [[], sorted([TITLES[3], *([TITLES[0]] if is_told else [])])]


async def test_each_change_of_a_watched_page_is_told(room: Room, server: Hostile) -> None:
    def change(text: str, hour: int) -> str:
        page = "https://docs.example/ferry-limits-2"
        date = f"Tue, 24 Nov 2026 {hour:02}:41:07 GMT"
        return rss_item(0, title="Ferry limits: docs changed", guid=page, link=page, date=date, text=text)

    texts = (
        "Added: a quota of forty calls an hour.",
        "Removed: the paragraph on exports.",
        "Changed: sandbox keys expire after nine days.",
    )
    changes = [change(text, hour) for hour, text in zip((9, 12, 13), texts, strict=True)]
    documents = [rss(*changes[:count][::-1]) for count in (1, 2, 3, 3)]
    url = server.serve("/feed", *map(answer, documents))
    told = [await room.poll(url) for _ in documents]
    assert [len(titles) for titles in told] == [0, 1, 0, 0]  # the same title stands once in what waits
    assert len(room.store.waiting(ChannelId("default"))) == 2
