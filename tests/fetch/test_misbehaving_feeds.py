"""Feeds that misbehave in every way at once, by chance, poll after poll: each item that comes in is told once, and none
that was there before."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from email.utils import format_datetime
from html import escape

import pytest

from bot import pipeline
from tests.builders import rss, rss_item
from tests.examples import seeds
from tests.fetch.conftest import NOON
from tests.fetch.hostile import Hostile, answer
from tests.fetch.room import Room

NEWS = (
    (
        "Port of Varno reopens after the storm",
        "Cranes were inspected overnight; vessels are expected from noon onwards.",
    ),
    ("Pilots end their strike in Hamburg", "Talks brokered by a former judge brought two extra days of leave for all."),
    (
        "Ferry line to Bornholm gets a second ship",
        "She was built in Turku, carries ninety cars and sails four times daily.",
    ),
    ("Mayor of Kessrin quits over dock deals", "Prosecutors searched the town hall in October; a deputy takes over."),
    ("Orbrecht sells its harbour cranes", "The buyer pays forty million crowns and keeps all three hundred workers."),
    (
        "Central bank moves its vault to the port",
        "Governor Ilse Brandt named rising rents in the old town as the reason.",
    ),
    (
        "Tunnel under the Lisk replaces the ferry",
        "Two tubes of nine kilometres each; trucks pay twelve crowns, cars five.",
    ),
    ("Reactor strike at Tessaly averted", "The operator raises wages by six percent in two steps, says the union."),
    ("Glacier feeds a harbour of mud", "Researchers drilled forty holes and compared them with maps of soldiers."),
    (
        "Comet seen from every dock of the bay",
        "It comes back in six thousand years; binoculars help shortly after sunset.",
    ),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """An item as its feed shows it."""

    number: int
    title: str
    text: str
    link: str
    guid: str | None
    date: str


STYLES: dict[str, Callable[[Shown, int, int], Shown]] = {
    "as it is": lambda one, poll, place: one,
    "guid: http": lambda one, poll, place: replace(one, guid=one.link.replace("https", "http")),
    "guid: link": lambda one, poll, place: replace(one, guid=one.link),
    "guid: none": lambda one, poll, place: replace(one, guid=None),
    "guid: of the fetch": lambda one, poll, place: replace(one, guid=f"uuid-{poll}-{one.number}-9f3e"),
    "guid: of the place": lambda one, poll, place: replace(one, guid=f"item-{place}"),
    "link: tracked": lambda one, poll, place: replace(one, link=f"{one.link}?utm_source=s{poll}"),
    "link: session": lambda one, poll, place: replace(one, link=f"{one.link}?PHPSESSID={poll * 7919:032d}"),
    "link: other host": lambda one, poll, place: replace(one, link=one.link.replace("news.", "www2.news.")),
    "moved": lambda one, poll, place: replace(
        one, guid=f"n{poll}-{one.number}", link=f"https://moved{poll}.example/{one.number}-{poll}7"
    ),
    "title: suffix": lambda one, poll, place: replace(one, title=f"{one.title} | News"),
    "text: more": lambda one, poll, place: replace(one, text=f"{one.text} Read on at our site, with all pictures."),
    "text: teaser": lambda one, poll, place: replace(one, text=f"{one.text[:50]}…"),
    "text: none": lambda one, poll, place: replace(one, text=""),
    "text: picture": lambda one, poll, place: replace(one, text=f'<img src="/{poll}.png"> {one.text}'),
}


def shown(number: int, poll: int) -> Shown:
    """An item that came in with a poll (0: it was there)."""
    title, text = NEWS[number]
    at = (
        NOON + timedelta(hours=poll, minutes=-31, seconds=-17)
        if poll
        else NOON - timedelta(hours=3 * number, minutes=7)
    )
    link = f"https://news.example/2026/11/{title.lower().replace(' ', '-')}"
    return Shown(number, title, text, link, f"tag:news.example,2026:{1000 + number}", format_datetime(at))


def document(items: list[Shown], what: str) -> str:
    text = rss(
        *(
            rss_item(one.number, title=one.title, link=one.link, guid=one.guid, text=escape(one.text), date=one.date)
            for one in (reversed(items) if what == "reversed" else items)
        )
    )
    if what == "cut":
        return text[: text.rindex("<item>") + 30]
    return {"an error": "<html><body>Bad gateway</body></html>", "empty": rss()}.get(what, text)


@pytest.mark.parametrize("seed", seeds(8, 24))
async def test_each_item_is_told_once(room: Room, server: Hostile, seed: int) -> None:
    chance = random.Random(seed)
    came = dict.fromkeys(range(4), 0)
    style, is_behind = "as it is", bool(seed % 3 == 0)
    documents, hidden = [], set[int]()
    for poll in range(9):
        if poll and len(came) < len(NEWS) and chance.random() < 0.6:
            came[len(came)] = poll
        if chance.random() < 0.5:
            style = chance.choice(list(STYLES))
        newest = sorted(came, reverse=True)[:7]
        items = [STYLES[style](shown(number, came[number]), poll, place) for place, number in enumerate(newest)]
        what = chance.choice(["reversed", "cut", "an error", "empty"]) if poll and chance.random() < 0.4 else "whole"
        hidden = hidden | {newest[0]} if what in ("an error", "empty") else set()
        documents.append(document(items, what))
    url = server.serve("/feed", *map(answer, documents))
    told: list[str] = []
    for poll in range(9):  # every third feed is read by a worker that is behind
        told += await room.poll(url, ingest=not is_behind or poll in (2, 5, 8))
    while pipeline.ingest(room.store, room.ingest_state, room.poller.now).taken:
        pass
    counts = {number: sum(title.startswith(NEWS[number][0]) for title in told) for number in came}
    assert counts == {number: int(came[number] > 0 and number not in hidden) for number in came}
