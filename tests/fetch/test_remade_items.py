"""Items under another guid and another URL, through poll and ingest on a real store: a site that moves and writes its
texts anew, a headline that its URL is made of, a guid that says nothing; and what another feed had first."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime

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
    ("text", "date", "is_told"),
    [("Talks brought two days of leave for all pilots.", LATER, True), (f"{TEXT} More soon.", LATER, False)],
)
async def test_the_next_of_a_series_under_one_guid_and_title_at_a_link_of_its_own_is_told(
    room: Room, server: Hostile, text: str, date: str, *, is_told: bool
) -> None:
    """A guid of the series, or one that begins at 1 again: `Port briefing` of today was an edit of yesterday's."""
    documents = [
        rss(
            story(
                0, title="Port briefing", guid="1", link=f"https://news.example/2026/brief-{number}", date=at, text=say
            )
        )
        for number, (at, say) in enumerate(((MORNING, TEXT), (date, text)))
    ]
    url = server.serve("/feed", *map(answer, documents))
    assert [await room.poll(url) for _ in documents] == [[], ["Port briefing"] if is_told else []]


async def test_an_item_that_is_made_anew_with_each_poll_is_an_edit_each_time(room: Room, server: Hostile) -> None:
    """Once it had been edited there were two of its date, and headline or text alone no longer said that it was it."""
    texts = [f"{TEXT} {count} comments." for count in (3, 8, 21, 34)]
    documents = [rss(story(0, guid=f"u{poll}", link=None, date=MORNING, text=text)) for poll, text in enumerate(texts)]
    url = server.serve("/feed", *map(answer, documents))
    assert [await room.poll(url) for _ in documents] == [[], [], [], []]


async def test_what_had_been_edited_when_its_backlog_is_taken_in_is_one_item(room: Room, server: Hostile) -> None:
    texts = [f"{TEXT} {count} comments." for count in (3, 8, 21, 34)]
    documents = [rss(story(0, guid=f"u{poll}", link=None, date=MORNING, text=text)) for poll, text in enumerate(texts)]
    url = server.serve("/feed", *map(answer, documents))
    for _ in documents[:-1]:
        await room.poll(url, ingest=False)
    assert await room.poll(url) == []


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


@pytest.mark.parametrize("text", ["The same.", None], ids=["the same text", "another text"])
@pytest.mark.parametrize(
    "date",
    ["", "Tue, 24 Nov 2026 00:00:00 GMT", "Tue, 24 Nov 2026 12:00:00 GMT", "Tue, 24 Nov 2026 12:31:55 GMT", "soon"],
    ids=["undated", "of the day", "of the hour", "of the moment", "unreadable"],
)
@pytest.mark.parametrize("is_behind", [False, True], ids=["on top", "of feeds that append"])
async def test_a_new_feeds_baseline_silences_nothing_that_another_feed_shows_late(
    room: Room, server: Hostile, date: str, text: str | None, *, is_behind: bool
) -> None:
    """It came out after the first feed had been read, and before its last document was, which did not have it yet."""

    def feed(*numbers: int, text: str | None = "The same.") -> bytes:
        items = [story(number, date=date if number == 2 else "", text=text) for number in numbers]
        return answer(rss(*(items[::-1] if is_behind else items)))

    one = server.serve("/one", feed(0), feed(1, 0), feed(2, 1, 0, text=text))
    two = server.serve("/two", feed(2, 3))
    assert [await room.poll(url) for url in (one, one, two)] == [[], [TITLES[1]], []]
    assert await room.poll(one) == [TITLES[2]]
    assert [await room.poll(url) for url in (one, two)] == [[], []]


@pytest.mark.parametrize("is_pruned", [False, True], ids=["empty until now", "long ago, and pruned"])
async def test_a_new_feeds_baseline_silences_nothing_of_a_feed_without_entries(
    room: Room, server: Hostile, *, is_pruned: bool
) -> None:
    """A feed of warnings, or of two articles a year: nothing in the archive says since when it has been read."""
    had = [story(0)] if is_pruned else []
    warning = story(2, date="Tue, 24 Nov 2026 12:31:55 GMT")
    one = server.serve("/one", answer(rss(*had)), answer(rss(warning, *had)))
    two = server.serve("/two", answer(rss(warning, story(3))))
    assert await room.poll(one) == []
    if is_pruned:
        room.store.prune(room.poller.now, room.poller.now - timedelta(days=300))
    assert await room.poll(two) == []
    assert [await room.poll(one), await room.poll(two)] == [[TITLES[2]], []]


@pytest.mark.parametrize(
    ("before", "after", "news"),
    [
        pytest.param("The port is open.", "The port is open daily.", [], id="an edit"),
        pytest.param("It is open.", "It is open; a ferry goes there.", ["Opening hours"], id="the rule holds since"),
        pytest.param("The port is open.", "", ["Strike at the port of Kenora"], id="another notice under its guid"),
    ],
)
async def test_an_undated_item_of_the_baseline_that_is_edited_after_it_was_pruned(
    room: Room, server: Hostile, before: str, after: str, news: list[str]
) -> None:
    """Nothing said any more that its rule had held in silence: it was told as new."""

    def page(title: str, text: str) -> bytes:
        return answer(rss(rss_item(1, title=title, text=text), rss_item(2, title="Prices", text="A list.")))

    title = "Opening hours" if after else news[0]
    url = server.serve("/feed", page("Opening hours", before), page(title, after or "Nothing leaves."))
    assert await room.poll(url) == []
    room.poller.now += timedelta(days=120)
    room.store.prune(room.poller.now - timedelta(days=90), room.poller.now - timedelta(days=400))
    assert room.store.counts().entries == 0
    assert await room.poll(url) == news


@pytest.mark.parametrize(
    ("numbers", "shown_ago", "then_ago", "told"),
    [
        pytest.param([0, 1, 2], 1, 1, 0, id="dates of the moment that it is asked"),
        pytest.param([3, 0, 1, 2], 1, 1, 1, id="and one more"),
        pytest.param([0, 1, 2], 50, 1, 3, id="warnings that are issued again"),
        pytest.param([0, 1], 1, 1, 2, id="too few to tell"),
    ],
)
@pytest.mark.parametrize("link", ["https://news.example/", None], ids=["at one link", "without a link"])
async def test_dates_that_go_with_the_clock_are_no_news(
    room: Room, server: Hostile, numbers: list[int], shown_ago: int, then_ago: int, told: int, link: str | None
) -> None:
    """Scripts that make a feed of a page give each line a guid and a date of the moment, each time: all that it held
    was told at the second poll."""

    def document(poll: int, stories: list[int], minutes: int) -> str:
        date = format_datetime(room.poller.now - timedelta(minutes=minutes, seconds=7))
        return rss(*(story(number, guid=f"{poll}-{number}", link=link, date=date) for number in stories))

    url = server.serve("/feed", answer(document(0, [number for number in numbers if number != 3], shown_ago)))
    assert await room.poll(url) == []
    server.serve("/feed", answer(document(1, numbers, then_ago)))
    assert len(await room.poll(url)) == told
    server.serve("/feed", answer(document(2, numbers, then_ago)))
    assert await room.poll(url) == []
