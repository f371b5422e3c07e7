"""A made-up press about firms, people and places that go by several names: what is lost when a rule lacks one.

Everything is fictional and follows from a seed. A story is about one or two subjects; each of its reports calls them by
one of their names, or by two, among words of the subject's field and words of any text.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.text.terms import index_terms
from bot.model import Decision, Entry, EntryId, FeedId, NewEntry, OutletId, Reading, StoryId, Verdict
from tests.builders import AT

SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er", "is", "or", "un")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Somebody or something. `words`: those of its field."""

    id: str
    names: tuple[str, ...]
    words: tuple[str, ...]


class NamedPress:
    """`both`: in what share of reports a subject is called by two of its names."""

    def __init__(self, seed: int, both: float, subjects: int = 24) -> None:
        self.both = both
        self.entries: list[NewEntry] = []
        self._dice = random.Random(seed)
        self._words = list(dict.fromkeys(self._word() for _ in range(4_000)))
        self._weights = [1 / (rank + 25) for rank in range(len(self._words))]
        fields = [tuple(self._dice.sample(self._words[400:], 12)) for _ in range(12)]
        self.subjects = [
            Subject(id=f"s{number}", names=self._names(), words=self._dice.choice(fields)) for number in range(subjects)
        ]

    def write(self, count: int, days: float = 60.0) -> None:
        """`count` entries."""
        dice = self._dice
        while len(self.entries) < count:
            at = AT + timedelta(days=days) * len(self.entries) / count
            about = dice.sample(self.subjects, dice.choice((0, 1, 1, 1, 2)))
            story = len(self.entries) + 1
            for _ in range(dice.choice((1, 1, 1, 2, 4))):
                self._report(about, story, at)
                at += timedelta(minutes=7)

    def _report(self, about: list[Subject], story: int, at: datetime) -> None:
        dice, number = self._dice, len(self.entries) + 1
        words = dice.choices(self._words, weights=self._weights, k=30)
        names: list[str] = []
        for subject in about:
            weights = [3, 2, 1, 1][: len(subject.names)]
            first = dice.choices(subject.names, weights=weights)[0]
            names.append(first)
            words += dice.sample(subject.words, 2)
            if dice.random() < self.both:
                words += [dice.choice([one for one in subject.names if one != first])]
        dice.shuffle(words)
        title = words[:7]
        for name in names:
            title.insert(dice.randrange(len(title)), name)
        feed = f"outlet{dice.randrange(30)}"
        text = " ".join(title)
        reading = Reading(title=text[:1].upper() + text[1:], summary=" ".join(words[7:]))
        entry = Entry(
            title=reading.title,
            summary=reading.summary,
            url=f"https://{feed}.example/{number}",
            feed=FeedId(feed),
            source=OutletId(f"{feed}.example"),
            published_at=at,
            seen_at=at,
        )
        verdict = Verdict.NEW_STORY if number == story else Verdict.SAME_STORY
        decision = Decision(entry=EntryId(number), verdict=verdict, story=StoryId(story))
        self.entries.append(
            NewEntry(
                id=EntryId(number), entry=entry, reading=reading, decision=decision, terms=tuple(index_terms(reading))
            )
        )

    def _names(self) -> tuple[str, ...]:
        first, last, other, third = (self._word().capitalize() for _ in range(4))
        return self._dice.choice(
            (
                (first, other, f"{third} {last}"),
                (f"{first} {last}", last, other),
                (f"{first} {other} {third}", "".join(word[0] for word in (first, other, third)) + "Q"),
                (first, f"{first}s {last}", other, third),
            )
        )

    def _word(self) -> str:
        return "".join(self._dice.choices(SYLLABLES, k=self._dice.randint(2, 4)))
