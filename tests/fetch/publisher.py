"""A publisher who writes a feed in a manner made up by chance, and changes it; and a fetcher without a network.

Its items say what no other item says, so that nothing but their marks, dates, texts and places makes them one.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from hashlib import blake2b
from typing import Any

from bot.core.parse import parse_delta
from bot.core.polling import Answer, Fault, after_poll
from bot.errors import ParseError
from bot.model import Feed, FeedState, PollRecord, Settings
from tests.builders import rss, rss_item

_SYLLABLES = [
    "ba",
    "be",
    "do",
    "fa",
    "ga",
    "gi",
    "ko",
    "la",
    "lu",
    "ma",
    "me",
    "no",
    "nu",
    "pa",
    "po",
    "ra",
    "ri",
    "ru",
    "sa",
    "se",
    "so",
    "ta",
    "te",
    "ti",
    "va",
    "ve",
    "vo",
    "za",
    "zo",
]
MANNERS: Mapping[str, tuple[str, ...]] = {
    "dates": ("moment", "moment", "moment", "hour", "day", "none", "of the fetch"),
    "guid": ("own", "own", "own", "none", "none", "of the fetch", "the link", "of the place", "one for all", "title"),
    "link": ("own", "own", "own", "tracked", "one for all", "none"),
    "order": ("newest first", "newest first", "newest first", "oldest first", "one on top", "by name", "most read"),
    "text": ("own", "own", "own", "none", "comments", "hours ago", "teaser", "one word"),
}
"""What a feed shows of its items, and how; what is common stands more than once."""
EVENTS = (*["nothing"] * 10, "deleted", "edited", "another title", "stale", "cut", "cut", "304", "empty", "an error")
HOME = "https://news.example/"


@dataclass(slots=True)
class Item:
    number: int
    born_at: datetime
    title: str
    text: str
    name: str
    is_deleted: bool = False


@dataclass(slots=True)
class Publisher:
    """What it shows next is made up by `chance`."""

    chance: random.Random
    began_at: datetime
    manner: dict[str, str] = field(init=False)
    size: int = field(init=False)
    items: list[Item] = field(default_factory=list)
    shown_before: list[tuple[str, list[Item]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.manner = {name: self.chance.choice(manners) for name, manners in MANNERS.items()}
        self.size = self.chance.randint(5, 40)
        for hours in range(self.chance.randint(self.size // 2, self.size + 15), 0, -1):
            self.publish(self.began_at - timedelta(hours=2 * hours, seconds=self.chance.randint(0, 7_000)))

    @property
    def has_own_marks(self) -> bool:
        """Whether an item's guid or link is its own, from one poll to the next."""
        return self.manner["guid"] == "own" or self.manner["link"] in ("own", "tracked")

    @property
    def keeps_its_marks(self) -> bool:
        """Whether none of them changes beside those."""
        return self.has_own_marks and self.manner["guid"] not in ("of the fetch", "of the place", "title")

    @property
    def can_be_known(self) -> bool:
        """Whether an item can be known by its marks, or by the moment of its date, or by what it says."""
        marks = self.manner["guid"]
        if self.has_own_marks or marks == "title":
            return True
        if marks in ("of the fetch", "of the place"):
            return self.manner["dates"] == "moment" and marks == "of the fetch"
        return self.manner["dates"] != "of the fetch"

    def publish(self, at: datetime) -> None:
        title, text, name = (self._words(count) for count in (self.chance.randint(4, 7), 20, 2))
        self.items.append(
            Item(len(self.items), at, title.capitalize(), f"{text.capitalize()}.", name.replace(" ", "-"))
        )

    def next_hour(self, now: datetime) -> None:
        """Up to three new items; at times another size, or another manner that leaves the items' marks to them."""
        for _ in range(self.chance.choice((0, 0, 1, 1, 1, 2, 3))):
            self.publish(now - timedelta(minutes=self.chance.randint(1, 55), seconds=self.chance.randint(1, 59)))
        if self.chance.random() < 0.2:
            name = self.chance.choice(["order", "text", "dates"] if self.keeps_its_marks else ["order"])
            self.manner[name] = self.chance.choice(MANNERS[name])
        if self.chance.random() < 0.08 and self.has_own_marks:
            self.size = max(4, self.size + self.chance.choice((-10, -3, 3, 10, 20)))

    def happens(self, event: str) -> None:
        """To one of the items that are shown."""
        shown = self._shown()
        if event == "deleted":
            self.chance.choice(shown[:3]).is_deleted = True
        item = self.chance.choice(shown)
        if event == "edited" and self.has_own_marks:
            item.text = f"{item.text} {self._words(5).capitalize()}."
        if event == "another title" and self.keeps_its_marks:
            item.title = f"{item.title} {self._words(1)}"

    def document(self, event: str, poll: int, now: datetime) -> tuple[str, list[Item]]:
        """What the feed shows, and whose items stand whole in it."""
        items = self._ordered()
        text = rss(*(self._written(item, place, poll, now) for place, item in enumerate(items)))
        if event == "empty":
            return rss(), []
        if event == "stale" and self.shown_before and self.has_own_marks:
            return self.chance.choice(self.shown_before)
        if event == "cut":
            whole = self.chance.randint(0, len(items) - 1)
            ends = [at for at in range(len(text)) if text.startswith("<item>", at)]
            return text[: ends[whole] + 20], items[:whole]
        self.shown_before.append((text, items))
        return text, items

    def _shown(self) -> list[Item]:
        live = [item for item in self.items if not item.is_deleted]
        return sorted(live, key=lambda item: item.born_at, reverse=True)[: self.size]

    def _ordered(self) -> list[Item]:
        items, order = self._shown(), self.manner["order"]
        if order == "one on top":
            first = next(item for item in self.items if not item.is_deleted)
            return [first, *(item for item in items[: self.size - 1] if item is not first)]
        if order == "most read":
            self.chance.shuffle(items)
        return {"oldest first": items[::-1], "by name": sorted(items, key=lambda item: item.name)}.get(order, items)

    def _written(self, item: Item, place: int, poll: int, now: datetime) -> str:
        own, hours = f"{HOME}2026/{item.name}", (now - item.born_at) // timedelta(hours=1)
        links = {"own": own, "tracked": f"{own}?utm_source=s{poll}", "one for all": HOME, "none": None}
        link, guid = links[self.manner["link"]], f"tag:news.example,2026:{10_000 + 7 * item.number}"
        day = item.born_at.replace(minute=0, second=0)
        dates = {"moment": item.born_at, "hour": day, "day": day.replace(hour=0), "of the fetch": now, "none": None}
        date = dates[self.manner["dates"]]
        fields: dict[str, Any] = {
            "guid": {
                "own": guid,
                "none": None,
                "of the fetch": f"u-{poll}-{item.number}-9f3e",
                "the link": link or guid,
                "of the place": f"item-{place}",
                "one for all": "news-feed",
                "title": item.title,
            }[self.manner["guid"]],
            "text": {
                "own": item.text,
                "none": None,
                "comments": f"{item.text} {3 * place + 5 * poll + item.number} comments",
                "hours ago": f"{item.text} {hours} hours ago",
                "teaser": f"{item.text[:45]}…",
                "one word": item.text.partition(" ")[0],
            }[self.manner["text"]],
        }
        return rss_item(item.number, title=item.title, link=link, date=format_datetime(date) if date else "", **fields)

    def _words(self, count: int) -> str:
        return " ".join(
            "".join(self.chance.choices(_SYLLABLES, k=self.chance.choice((2, 3, 3, 4)))) for _ in range(count)
        )


@dataclass(slots=True)
class PaperFetcher:
    """Answers each poll with what it was given."""

    status: int = 200
    body: bytes = b""

    async def poll(self, feed: Feed, state: FeedState, now: datetime) -> PollRecord:
        answer = Answer(asked=feed.url, url=feed.url, status=self.status, conditional=True)
        return after_poll(feed, state, self._read(answer, state, now), now, Settings(), 0.5)

    def _read(self, answer: Answer, state: FeedState, now: datetime) -> Answer:
        if self.status == 304:
            return answer
        if self.status != 200:
            return replace(answer, fault=Fault.STATUS, error="a fault")
        answer = replace(answer, body_hash=blake2b(self.body, digest_size=16).hexdigest())
        if answer.body_hash in (state.body_hash, state.part_hash):
            return replace(answer, unchanged=True)
        try:
            parsed = parse_delta(self.body, url=answer.url, headers={}, seen_at=now, before=state.fingerprints)
        except ParseError as error:
            return replace(answer, fault=Fault.CONTENT, error=str(error))
        if parsed.feed.cut and not parsed.comparison.total:
            return replace(answer, fault=Fault.CONTENT, error="cut off before its first entry ends")
        return replace(answer, parsed=parsed)
