"""Reads pairs.txt, and runs entries through a story index as `dedup` does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.core.stories import IndexRecord, KnownItem, StoryIndex, known_after
from bot.core.stories.identity import identify
from bot.core.text.reading import read_entry
from bot.model import Decision, Entry, EntryId, FeedId, OutletId, StoryId, StorySettings, Verdict

PAIRS = Path(__file__).parent / "pairs.txt"
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
ACCEPTED = {
    "item": {Verdict.SAME_ITEM},
    "copy": {Verdict.SAME_ITEM, Verdict.NEAR_DUPLICATE},
    "edit": {Verdict.EDIT},
    "story": {Verdict.SAME_STORY},
    "update": {Verdict.UPDATE},
    "new": {Verdict.NEW_STORY},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two entries and what the second may be."""

    name: str
    kind: str
    domain: str
    a: Entry
    b: Entry
    accepted: frozenset[Verdict]


def pairs() -> list[Pair]:
    """All labelled pairs."""
    blocks = [
        [line for line in block.splitlines() if line and not line.startswith("#")]
        for block in PAIRS.read_text("utf-8").split("\n\n")
    ]
    return [_pair(number, *block) for number, block in enumerate((block for block in blocks if block), 1)]


def _pair(number: int, head: str, first: str, second: str) -> Pair:
    kind, domain, hours, source, accepted = (part.strip() for part in head.split("|"))
    assert source in ("same", "other")
    later = START + timedelta(hours=float(hours))
    return Pair(
        name=f"{number:03}-{kind}",
        kind=kind,
        domain=domain,
        a=_entry(number, first.removeprefix("a "), "one", START),
        b=_entry(number, second.removeprefix("b "), "one" if source == "same" else "other", later),
        accepted=frozenset().union(*(ACCEPTED[word] for word in accepted.split())),
    )


def _entry(number: int, text: str, source: str, at: datetime) -> Entry:
    parts = [part.strip().replace("{}", str(number)) for part in text.split(" //")] + [""] * 3
    return Entry(
        title=parts[0],
        summary=parts[1],
        guid=parts[2] or None,
        url=parts[3] or None,
        source=OutletId(source),
        published_at=at,
        seen_at=at,
    )


class Desk:
    """A story index with the memory that its caller must keep; can be stopped and started anew at any point."""

    def __init__(self, settings: StorySettings | None = None) -> None:
        self.settings = settings or StorySettings()
        self.index = StoryIndex(self.settings)
        self.known: dict[str, bytes] = {}
        self.records: dict[tuple[str, str], IndexRecord] = {}
        self.merged: dict[StoryId, StoryId] = {}
        self.count = 0

    def take(self, entry: Entry, *, silent: bool = False, former: Sequence[FeedId] = ()) -> Decision:
        """Decides about one entry. `silent`: of a baseline. `former`: ids that its feed had."""
        self.count += 1
        reading = read_entry(entry)
        identity = identify(entry, reading)
        held = {key: KnownItem.from_bytes(self.known[key]) for key in identity.keys if key in self.known}
        decision = self.index.decide(EntryId(self.count), entry, reading, identity, held, silent=silent, former=former)
        for key, known in known_after(identity, reading, held, decision).items():
            self.known[key] = known.to_bytes()
        for story in decision.merged:
            self.merged[story] = decision.story
        return decision

    def take_all(self, entries: Iterable[Entry]) -> list[Decision]:
        """Decides about entries in order."""
        return [self.take(entry) for entry in entries]

    def store(self) -> None:
        """Commits what changed, as the store would."""
        for record in self.index.drain():
            if record.data is None:
                self.records.pop((record.kind, record.key), None)
            else:
                self.records[record.kind, record.key] = record

    def restart(self) -> None:
        """Stops after a commit and starts from the store."""
        self.store()
        self.index = StoryIndex.restore(self.settings, reversed(self.records.values()))

    def story(self, decision: Decision) -> StoryId:
        """The decision's story as it stands now."""
        story = decision.story
        while story in self.merged:
            story = self.merged[story]
        return story


def hourly(titles: Iterable[str], *, step: timedelta = timedelta(minutes=10)) -> Iterator[Entry]:
    """Entries with nothing but a title and a source of their own, `step` apart."""
    for number, title in enumerate(titles):
        yield Entry(title=title, source=OutletId(f"outlet{number % 7}"), seen_at=START + number * step)
