"""Some months of a made-up press: what outlets report each hour, and what happens to be no burst beside what is one.

Four subjects, each with a rhythm of its own by hour and weekday; outlets write in words of their own, print a wire
report all at once, are added late, or bring back what they published long ago.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.model import Entry, FeedId, OutletId

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
OUTLETS = [f"outlet{number}.example" for number in range(40)]
SUBJECTS = {"orbrecht": 0.12, "velcom": 0.35, "tessaro": 0.7, "quillon": 1.2}
"""Reports an hour, at noon on a weekday."""
HOUR = timedelta(hours=1)
_SYLLABLES = [first + last for first in ("b", "c", "d", "fr", "g", "kl", "m", "pl", "s", "tr") for last in "aeio"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to a subject, from `at` on for a few hours."""

    kind: str
    subject: str
    at: datetime


@dataclass(slots=True, kw_only=True)
class SimulatedPress:
    """Entries in order of arrival, and what happened."""

    seed: int
    days: int = 90
    events_of_a_kind: Mapping[str, int] = field(
        default_factory=lambda: {"burst": 60, "syndicated": 60, "added feed": 20, "backfill": 20}
    )
    entries: list[Entry] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self._background()
        moments = self._moments()
        for kind, count in self.events_of_a_kind.items():
            for _ in range(count):
                subject, at = next(moments)
                self.events.append(Event(kind=kind, subject=subject, at=at))
                {"burst": self._burst, "syndicated": self._syndicated}.get(kind, self._old)(subject, at, kind)
        self.entries.sort(key=lambda entry: entry.seen_at)

    def _moments(self) -> Iterator[tuple[str, datetime]]:
        """Where something happens: each subject has its own, 32 hours apart."""
        places = [
            (subject, BEGIN + timedelta(days=29) + 32 * HOUR * number + HOUR * self.random.uniform(0, 8))
            for number in range((self.days - 31) * 24 // 32)
            for subject in SUBJECTS
        ]
        self.random.shuffle(places)
        return iter(places)

    def _background(self) -> None:
        for subject, rate in SUBJECTS.items():
            at = BEGIN
            while at < BEGIN + timedelta(days=self.days):
                at += timedelta(hours=self.random.expovariate(rate))
                if self.random.random() < _rhythm(at):
                    self._own(subject, at, self.random.choice(OUTLETS))

    def _burst(self, subject: str, at: datetime, _: str) -> None:
        """Twelve to twenty outlets write about one event, within three hours."""
        event = self._words(3)
        for outlet in self.random.sample(OUTLETS, self.random.randint(12, 20)):
            self._own(subject, at + HOUR * self.random.uniform(0, 3), outlet, event)

    def _syndicated(self, subject: str, at: datetime, _: str) -> None:
        """One wire report, printed by many: under its headline or another one, cut or with a line of their own."""
        title, body = f"{subject.title()} {self._words(6)}", self._text(subject, 60)
        for outlet in self.random.sample(OUTLETS, self.random.randint(12, 24)):
            headline = self.random.choice([title, title, f"{title} - {outlet}", f"{subject.title()}: {self._words(5)}"])
            text = body[: self.random.choice([None, 300, 400])] + self.random.choice(["", f" {self._words(6)}."])
            self._add(headline, text, at + HOUR * self.random.uniform(0, 3), outlet)

    def _old(self, subject: str, at: datetime, kind: str) -> None:
        """A feed that was just added brings all it has; one that was away brings what it published meanwhile."""
        for number in range(25):
            outlet = f"new{len(self.events)}-{number % 3}.example" if kind == "added feed" else OUTLETS[number]
            ago = timedelta(minutes=self.random.randint(0, 50)) if kind == "added feed" else timedelta(hours=2 + number)
            self._own(subject, at, outlet, published=at - ago)

    def _own(self, subject: str, at: datetime, outlet: str, event: str = "", published: datetime | None = None) -> None:
        title = f"{subject.title()} {event} {self._words(4)}"
        self._add(title, f"{self._text(subject, 36)} {event}", at, outlet, published)

    def _add(self, title: str, body: str, at: datetime, outlet: str, published: datetime | None = None) -> None:
        self.entries.append(
            Entry(
                title=title,
                body=body,
                url=f"https://{outlet}/{len(self.entries)}",
                source=OutletId(outlet),
                feed=FeedId(outlet),
                published_at=published or at - timedelta(minutes=self.random.randint(0, 20)),
                seen_at=at,
            )
        )

    def _text(self, subject: str, words: int) -> str:
        return ". ".join(f"{subject.title()} {self._words(12)}" for _ in range(words // 12))

    def _words(self, count: int) -> str:
        return " ".join("".join(self.random.choices(_SYLLABLES, k=3)) for _ in range(count))


def _rhythm(at: datetime) -> float:
    """Share of the rate at noon: nights and weekends are quiet."""
    day = 0.15 + 0.85 * max(math.sin((at.hour - 5) / 16 * math.pi), 0.0) if 5 <= at.hour <= 21 else 0.15
    return day * (0.4 if at.weekday() >= 5 else 1.0)
