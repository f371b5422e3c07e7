"""An item's address in another spelling with each poll (a session, a tracker, http on one of two nodes) is the same."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime

import pytest

from tests.builders import rss
from tests.fetch.hostile import Hostile, answer
from tests.fetch.room import TITLES, Room, story

SPELLINGS = {
    "one": "https://news.example/2026/11/story-{number}",
    "tracked": "https://news.example/2026/11/story-{number}?utm_source=rss&utm_id={poll}",
    "session": "https://news.example/2026/11/story-{number};jsessionid=8f3a{poll}",
    "http by turns": "{scheme}://news.example/2026/11/story-{number}",
    "www by turns": "https://{www}news.example/2026/11/story-{number}",
}


@pytest.mark.parametrize(
    ("spelling", "guid"),
    [
        *((spelling, guid) for spelling in SPELLINGS for guid in (None, "n-{}")),
        *((spelling, "the link") for spelling in ("one", "http by turns", "www by turns")),
    ],
)
async def test_an_edit_of_an_old_item_is_no_news(room: Room, server: Hostile, spelling: str, guid: str | None) -> None:
    """Its date is that of the edit, and no story of its time is open any more: it was told again, as what had left the
    feed and came anew."""

    def shown(poll: int, text: str) -> bytes:
        items = []
        for number in (0, 1):
            scheme, www = (("http", "www."), ("https", ""))[poll % 2]
            link = SPELLINGS[spelling].format(number=number, poll=poll, scheme=scheme, www=www)
            age = timedelta(minutes=7, seconds=3) if text and number == 0 else timedelta(hours=3)
            mark = link if guid == "the link" else guid and guid.format(number)
            date = format_datetime(room.poller.now - age)
            items.append(story(number, guid=mark, link=link, date=date, text=f"The pilots agree.{text}"))
        return answer(rss(*items))

    url = server.serve("/feed", shown(0, ""))
    assert await room.poll(url) == []
    room.poller.now += timedelta(days=12)
    for poll, text in enumerate(("", " They sign on Friday.", " They sign on Friday. The port opens."), start=1):
        server.serve("/feed", shown(poll, text))
        assert await room.poll(url) == [], text


@pytest.mark.parametrize("guid", [None, "n-{}", "the link"])
@pytest.mark.parametrize("shown", [1, 3], ids=["one item", "a list"])
@pytest.mark.parametrize("page", ["news-detail.php?sid", "press-release?source", "fwlink/?LinkId"])
async def test_a_number_called_as_a_tracker_is_names_items(
    room: Room, server: Hostile, page: str, shown: int, guid: str | None
) -> None:
    """Two words joined were read as one item's own, the number as a tracker: each issue was the first one, edited."""

    def document(issue: int) -> bytes:
        items = []
        for number in range(issue, max(issue - shown, -1), -1):
            link = f"https://news.example/{page}={40 + number}"
            mark = link if guid == "the link" else guid and guid.format(number)
            date = format_datetime(start + timedelta(days=7 * number, minutes=-7, seconds=-3))
            text = f"{TITLES[number]}, our desk hears."
            items.append(story(number, title=f"Port report {40 + number}", guid=mark, link=link, date=date, text=text))
        return answer(rss(*items))

    start = room.poller.now
    url = server.serve("/feed", document(0))
    await room.poll(url)
    for issue in (1, 2, 3):
        room.poller.now = start + timedelta(days=7 * issue)
        server.serve("/feed", document(issue))
        assert await room.poll(url) == [f"Port report {40 + issue}"]
