"""What stands under an address, or a headline, that a feed without guids had before, and is another item: it is news,
also where the baseline of another feed had it."""

from __future__ import annotations

import pytest

from tests.builders import rss, rss_item
from tests.fetch.hostile import Hostile, answer
from tests.fetch.room import Room, story

QUIET = "Nothing is reported from the quays, and all cranes swing as on any other day."
PILOTS = "Pilots lay down their work at six in the evening, and no vessel above ninety metres may enter until Friday."
TUGS = "Tug crews stay ashore from Sunday noon; tankers wait in the roads, and the lock keepers join them at night."
EARLY, LATE = "Tue, 24 Nov 2026 08:31:55 GMT", "Tue, 24 Nov 2026 16:31:55 GMT"
STRIKE = "Harbour strike at Oslo"


@pytest.mark.parametrize("dates", [("", ""), (EARLY, LATE)], ids=["undated", "dated"])
@pytest.mark.parametrize("link", ["https://port.example/warnings/current", "https://port.example/", None])
@pytest.mark.parametrize("first", ["Harbour bulletin", STRIKE])
@pytest.mark.parametrize("is_elsewhere", [False, True], ids=["alone", "in another feed's baseline"])
async def test_the_next_of_a_page_that_shows_one_is_news(
    room: Room, server: Hostile, dates: tuple[str, str], link: str | None, first: str, *, is_elsewhere: bool
) -> None:
    """The page of warnings: it counted as what its feed had had before, or as an edit."""
    page = {"guid": None, "link": link}
    two = server.serve("/two", answer(rss(story(0, title=first, text=QUIET, date=dates[0], **page))))
    assert await room.poll(two) == []
    if is_elsewhere:
        wire = {"guid": "o-1", "link": "https://wire.example/2026/11/oslo-strike"}
        one = server.serve("/one", answer(rss(story(1, title=STRIKE, text=PILOTS, date=dates[1], **wire))))
        assert await room.poll(one) == []
    server.serve("/two", answer(rss(story(0, title=STRIKE, text=PILOTS, date=dates[1], **page))))
    assert await room.poll(two) == [STRIKE]


@pytest.mark.parametrize("link", ["https://port.example/warnings/current", "https://port.example/"])
@pytest.mark.parametrize(
    "text", [f"{PILOTS} Talks go on.", PILOTS.replace("six", "seven"), f"{PILOTS[:40]}…", "Pilots talk.", ""]
)
async def test_what_a_page_says_in_other_words_of_the_same_is_none(
    room: Room, server: Hostile, link: str, text: str
) -> None:
    documents = [rss(story(0, title=STRIKE, text=say, date="", guid=None, link=link)) for say in (PILOTS, text)]
    url = server.serve("/feed", *map(answer, documents))
    assert [await room.poll(url) for _ in documents] == [[], []]


async def test_what_a_live_page_turns_to_is_news_where_another_feeds_baseline_had_it(
    room: Room, server: Hostile
) -> None:
    """Its address is made for it, and has been under so many headlines that it stands for a place."""
    page = {"guid": None, "link": "https://port.example/2026/11/live-ticker", "date": ""}
    headlines = ["Harbour quiet", "Nobel prize to be named", "Elephants born in the zoo", "Snow in the hills", "Opera"]
    documents = [rss(story(0, title=title, text=f"On {title.lower()}: more to come.", **page)) for title in headlines]
    two = server.serve("/two", *map(answer, documents))
    assert [await room.poll(two) for _ in documents] == [[] for _ in documents]
    wire = {"guid": "o-1", "link": "https://wire.example/2026/11/oslo-strike", "date": ""}
    one = server.serve("/one", answer(rss(story(1, title=STRIKE, text=PILOTS, **wire))))
    assert await room.poll(one) == []
    server.serve("/two", answer(rss(story(0, title=STRIKE, text=PILOTS, **page))))
    assert await room.poll(two) == [STRIKE]


@pytest.mark.parametrize("dates", [("", ""), (EARLY, LATE)], ids=["undated", "dated"])
@pytest.mark.parametrize("guids", [(None, "w-{}"), ("w-{}", None), (None, None), ("w-{}", "v-{}")])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("again", [(0,), (0, 1)], ids=["one of them", "both"])
async def test_a_warning_that_returns_with_another_text_is_news(
    room: Room,
    server: Hostile,
    order: tuple[int, int],
    guids: tuple[str | None, str | None],
    dates: tuple[str, str],
    again: tuple[int, ...],
) -> None:
    """Two feeds have it at one address. In the one without guids it was, the second time, what both had before."""

    def document(which: int, date: str, text: str | None) -> bytes:
        guid = guids[which]
        marks = {"guid": guid and guid.format(int(text == TUGS)), "link": "https://port.example/2026/strike-north"}
        items = [story(2, title=STRIKE, date=date, text=text, **marks)] if text else []
        return answer(rss(*items, rss_item(5 + which, title=f"Weather {which} is fair", guid=f"z{which}")))

    urls = [server.serve(f"/{which}", document(which, dates[0], f"{PILOTS} {which}")) for which in (0, 1)]
    assert [await room.poll(urls[which]) for which in order] == [[], []]
    for which in order:
        server.serve(f"/{which}", document(which, dates[0], None))
        assert await room.poll(urls[which]) == []
    for which in again:
        server.serve(f"/{which}", document(which, dates[1], TUGS))
    told = [title for which in order for title in await room.poll(urls[which])]
    assert told == [STRIKE]
