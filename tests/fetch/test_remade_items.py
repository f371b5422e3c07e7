"""Items under another guid and another URL, through poll and ingest on a real store: a site that moves and writes its
texts anew, a headline that its URL is made of, a guid that says nothing; and what another feed had first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.model import Verdict
from tests.builders import rss, rss_item
from tests.fetch.hostile import Hostile, answer
from tests.fetch.room import TITLES, Room, story

MORNING, LATER = "Tue, 24 Nov 2026 09:41:07 GMT", "Tue, 24 Nov 2026 12:31:55 GMT"
TEXT = "Cranes were inspected overnight, and vessels are expected from noon, the harbour master said."


def moved(**more: str) -> str:
    """The first story on the site that has moved."""
    fields = {"guid": "node/8812", "link": "https://www.new.example/a/8812", "date": MORNING, "text": TEXT} | more
    return story(0, **fields)


@pytest.mark.parametrize(
    "again",
    [
        moved(title=f"{TITLES[0]} | News"),
        moved(text=f"{TEXT[:50]}…"),
        moved(text=f"<p>{TEXT}</p><p>Insurers speak of forty million crowns.</p>"),
        moved(text=f"By Ann Brandt. {TEXT}"),
        moved(text=""),
        moved(title="Back in business: Harbour of Rotterdam"),
        moved(title=f"{TITLES[0][:28]}…", link="https://news.example/2026/11/story-0"),
    ],
    ids=["a suffix", "a teaser", "a full text", "a name", "no text", "another headline", "a cut one, no other link"],
)
@pytest.mark.parametrize("was_told", [False, True], ids=["of the baseline", "told"])
async def test_an_item_that_is_made_anew_is_an_edit(room: Room, server: Hostile, again: str, was_told: bool) -> None:
    """A site that moved told all that it had once more, unless each word had stayed."""
    date = LATER if was_told else MORNING
    first, again = story(0, date=date, text=TEXT), again.replace(MORNING, date)
    old = "Sun, 22 Nov 2026 08:12:44 GMT"
    documents = [rss(first, story(1, date=old)), rss(again, story(1, date=old))]
    documents = [rss(story(1, date=old)), *documents] if was_told else documents
    url = server.serve("/feed", *map(answer, documents))
    told = [await room.poll(url) for _ in documents]
    assert told == ([[], [TITLES[0]], []] if was_told else [[], []])
    assert room.entries()[-1][1] is Verdict.EDIT


async def test_an_edit_of_an_item_that_came_back_under_other_marks_is_an_edit(room: Room, server: Hostile) -> None:
    """What came back word for word was not taken in, so the archive did not know it by what it bore since then."""
    documents = [rss(story(0, date=MORNING, text=TEXT)), rss(moved()), rss(moved(text=f"{TEXT} More soon."))]
    url = server.serve("/feed", *map(answer, documents))
    assert [await room.poll(url) for _ in documents] == [[], [], []]
    assert [verdict for _, verdict in room.entries()] == [Verdict.EDIT]


@pytest.mark.parametrize(
    ("again", "date"),
    [
        (moved(title=TITLES[3], text="Pickets stood at all gates from dawn, and no lorry got in."), MORNING),
        (moved(date=LATER), MORNING),
        (moved(date="Tue, 24 Nov 2026 09:00:00 GMT", text="Fog."), "Tue, 24 Nov 2026 09:00:00 GMT"),
        (moved(date="Tue, 24 Nov 2026 09:00:00 GMT", title=TITLES[3]), "Tue, 24 Nov 2026 09:00:00 GMT"),
        (moved(date="Tue, 24 Nov 2026 00:00:00 +0530", text="Fog."), "Tue, 24 Nov 2026 00:00:00 +0530"),
        (moved(date="Tue, 24 Nov 2026 00:00:00 +0545", title=TITLES[3]), "Tue, 24 Nov 2026 00:00:00 +0545"),
        (story(0, date=MORNING, text=TEXT) + moved(text=f"{TEXT} More soon."), MORNING),
    ],
    ids=[
        "another one of the same second",
        "a later date",
        "the date of a whole day",
        "that, and a standing text",
        "a whole day in India",
        "that in Nepal, and a standing text",
        "the item still stands",
    ],
)
async def test_what_may_be_another_item_is_told(room: Room, server: Hostile, again: str, date: str) -> None:
    url = server.serve("/feed", answer(rss(story(0, date=date, text=TEXT))), answer(rss(again)))
    assert await room.poll(url) == []
    assert len(await room.poll(url)) == 1


KEPT = {"link": "https://port.example/2026/11/harbour-8812", "date": MORNING}


@pytest.mark.parametrize(
    ("first", "again", "is_new"),
    [
        ({"text": ""}, {"text": TEXT}, False),
        ({"text": TEXT}, {"text": TEXT}, False),
        ({"text": TEXT}, {"text": "Fog lifted, and vessels of all sizes came in."}, False),
        (
            {"text": f"{TEXT} A pilot guides them in."},
            {"text": f"{'Pickets stood at all gates from dawn. ' * 2}No lorry passed, and the union spoke of weeks."},
            True,
        ),
        ({}, {"date": LATER}, True),
        ({"date": "Tue, 24 Nov 2026 09:00:00 GMT"}, {"date": "Tue, 24 Nov 2026 09:00:00 GMT", "text": TEXT}, True),
        ({"link": "https://port.example/current"}, {"link": "https://port.example/current"}, True),
    ],
    ids=["a text comes", "one text", "a word of it", "no word of it", "a later date", "a day's date", "a place"],
)
async def test_what_keeps_address_and_date_under_another_guid_and_headline_is_an_edit(
    room: Room, server: Hostile, first: dict[str, str], again: dict[str, str], is_new: bool
) -> None:
    """A guid is made of the headline: both change, and what moved to another address as well was known all the same."""
    headlines = ("Harbour of Rotterdam open again", "Lamps swing over the quays once more")
    documents = [
        rss(rss_item(7, title=title, guid=title.lower().replace(" ", "_"), **({"text": ""} | KEPT | more)))
        for title, more in zip(headlines, (first, again), strict=True)
    ]
    url = server.serve("/feed", *map(answer, documents))
    for _ in documents:
        await room.poll(url)
    verdict = Verdict.NEW_STORY if is_new else Verdict.EDIT
    assert room.entries()[-1] == (headlines[1], verdict)


@pytest.mark.parametrize("in_one_slice", [False, True])
async def test_what_takes_the_place_of_an_item_made_anew_is_another(
    room: Room, server: Hostile, in_one_slice: bool
) -> None:
    """After a backlog it counted as that item, for it has its date, and nobody had compared what it says."""
    anew = moved(text=f"{TEXT} More soon.")
    other = story(
        2, date=MORNING, guid="b-77", link="https://www.new.example/b/77", text="The yard delivers in spring."
    )
    url = server.serve("/feed", *[answer(rss(item)) for item in (story(0, date=MORNING, text=TEXT), anew, other)])
    for ingest in (True, not in_one_slice, True):
        await room.poll(url, ingest=ingest)
    assert room.entries()[-1] == (TITLES[2], Verdict.NEW_STORY)


@pytest.mark.parametrize("again", [moved(title=TITLES[3]), moved(text="Fog.")], ids=["one form letter", "one headline"])
async def test_another_one_of_a_batch_is_told(room: Room, server: Hostile, again: str) -> None:
    """A list of jobs is dated by the second in which it was put together, and shows one of them at a time."""
    documents = [story(0, date=MORNING, text=TEXT), story(1, date=MORNING, text="Pickets stood at all gates."), again]
    url = server.serve("/feed", *[answer(rss(document)) for document in documents])
    assert [len(await room.poll(url)) for _ in documents] == [0, 1, 1]


async def test_an_item_made_anew_alerts_where_it_says_what_a_rule_looks_for_now(room: Room, server: Hostile) -> None:
    same = {"date": MORNING, "text": "No container was moved since dawn, and lorries queue as far as the old bridge."}
    before = rss_item(7, title="Cranes stand still", guid="7", link="https://old.example/7", **same)
    after = rss_item(7, title="Dock workers walk out", guid="8", link="https://new.example/8", **same)
    url = server.serve("/feed", answer(rss(before)), answer(rss(after)), answer(rss(after) + " "))
    assert [await room.poll(url) for _ in range(3)] == [[], ["Dock workers walk out"], []]


NOTICES = (
    "Bus line 4 does not run on Monday because drivers walk out.",
    "Trams in the old quarter stop from Friday noon until the evening.",
)


def notice(number: int, title: str = "Notice of a strike") -> str:
    link = f"https://city.example/notices/{number}"
    return rss_item(number, title=title, guid=title, link=link, text=NOTICES[number], date=None)


async def test_a_guid_that_is_the_headline_says_no_more_than_that(room: Room, server: Hostile) -> None:
    """The second notice of a title counted as an edit of the first, for ever."""
    documents = [rss(notice(0)), rss(notice(1), notice(0)), rss(notice(1)), rss(notice(1, "Notice of the strike"))]
    url = server.serve("/feed", *map(answer, documents))
    assert [await room.poll(url) for _ in documents] == [[], ["Notice of a strike"], [], []]


@pytest.mark.parametrize("title", [TITLES[2], f"{TITLES[2]} soon"], ids=["the same", "alike"])
async def test_what_another_feed_has_under_its_headline_as_guid_is_a_copy(
    room: Room, server: Hostile, title: str
) -> None:
    """It was an edit, in the place of what the first feed says."""
    texts = {"link": "https://paper.example/2026/11/ferry-1234", "date": MORNING}
    first = story(2, guid="a-1001", text="The yard delivers it in spring.", **texts)
    copy = story(2, title=title, guid=title, text="More cabins for the crossing to the island.", **texts)
    for number, item in enumerate((first, copy)):
        await room.poll(server.serve(f"/{number}", answer(rss(item))))
    assert room.entries() == [(TITLES[2], Verdict.NEW_STORY), (title, Verdict.NEAR_DUPLICATE)]


async def test_an_edit_of_a_copy_is_no_edit_of_what_another_feed_has_under_its_link(
    room: Room, server: Hostile
) -> None:
    marks = {"link": "https://paper.example/2026/11/ferry-1234", "date": MORNING}
    texts = ("The yard delivers it in spring.", "The yard delivers it in summer.")
    first = [story(2, guid="a-1001", text=text, **marks) for text in texts]
    copy = [story(2, guid=None, text=f"More cabins for the crossing. {text}", **marks) for text in texts]
    urls = [server.serve(f"/{n}", *(answer(rss(item)) for item in items)) for n, items in enumerate((first, copy))]
    for url in (*urls, *urls):
        await room.poll(url)
    assert room.entries()[-1][1] is Verdict.NEAR_DUPLICATE


@pytest.mark.parametrize(
    ("date", "is_told"), [("Tue, 24 Nov 2026 12:31:55 GMT", True), ("Tue, 24 Nov 2026 11:31:55 GMT", False)]
)
async def test_what_the_baseline_of_another_feed_had_first_is_news_where_it_came_out_since(
    room: Room, server: Hostile, date: str, is_told: bool
) -> None:
    """A feed that was added later, with the same articles, silenced those that the first was just about to bring."""
    item = story(2, date=date)
    one = server.serve("/one", answer(rss(story(0))), answer(rss(item, story(0))))
    two = server.serve("/two", answer(rss(item, story(1))))
    assert [await room.poll(one), await room.poll(two)] == [[], []]
    assert await room.poll(one) == ([TITLES[2]] if is_told else [])
    room.poller.now += timedelta(hours=1)
    assert [await room.poll(one), await room.poll(two)] == [[], []]


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


async def test_two_notices_of_one_page_that_change_places_are_told(room: Room, server: Hostile) -> None:
    def document(one: str, other: str) -> str:
        texts = enumerate((one, other))
        return rss(*[story(0, title=text, guid=f"pier{place}", link="https://port.example/") for place, text in texts])

    documents = [document("Port open", "Ferry strike"), document("Ferry strike", "Port open")]
    url = server.serve("/feed", *map(answer, documents))
    assert [await room.poll(url) for _ in documents] == [[], ["Ferry strike", "Port open"]]


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
