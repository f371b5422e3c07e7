"""News as it comes in: feeds, entries, the text as an editor reads it, and what stories make of it.

Declared (`Feed`), learnt (`Story`, `polling.FeedState`) and taken in (`Entry`) are different types. Instants are aware
UTC and their names end in `_at`; spans of time are `timedelta`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

FeedId = NewType("FeedId", str)
EntryId = NewType("EntryId", int)
"""The arrival number of an entry in its store: later entries have larger ids."""
StoryId = NewType("StoryId", int)
"""The id of the entry that began the story."""
OutletId = NewType("OutletId", str)
"""What counts as one source: a feed's `outlet:`, else the registrable domain of the entry's URL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed as declared in rules.yaml."""

    id: FeedId
    url: str
    name: str
    is_named: bool = True
    """Whether the rules file gives it that name: digests show no other (one host serves the feeds of many outlets)."""
    outlet: str | None = None
    tags: tuple[str, ...] = ()
    every: timedelta | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    """Request headers; may hold secrets: never logged, never stored."""
    full_text: bool = False
    label: str = ""
    """The URL as the rules file has it, `${VAR}` unexpanded: what may be shown where `url` may hold a secret."""
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What the `${VAR}` of its URL and headers stand for: never logged, never stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item of one feed (or one story line), as parsed: text may still be HTML."""

    title: str
    guid: str | None = None
    url: str | None = None
    summary: str = ""
    body: str = ""
    author: str = ""
    tags: tuple[str, ...] = ()
    lang: str | None = None
    """A language tag as declared by the entry or its feed, never guessed."""
    published_at: datetime | None = None
    """None: the feed gave no date that could be believed."""
    feed: FeedId | None = None
    source: OutletId | None = None
    source_url: str | None = None
    """Whose item it is, where the feed carries it for somebody else (RSS `<source>`)."""
    shares_url: bool = False
    """Unlike items of one document have this URL: it leads to them, and identifies none."""
    is_late: bool = False
    """It came in at a place that the document before had shown without it: its date does not say how old it is."""
    may_be_remade: bool = False
    """It alone has the date that an item of the document before alone had: it may be that one under another guid and
    another URL, which it bears since now or since it came."""
    is_arrival: bool = False
    """The document before, or an empty one, did not have it: where it is an item that was known, it had ended."""
    stood_before: bool = False
    """The document before had it, under its guid or its URL. Once it is decided: it has no guid, and its feed had it
    before, now or some time ago, at a URL that names it; what it says now, and did not say, is an edit."""
    is_from_behind: bool = False
    """It stands behind all that the document before had, and is dated before that."""
    is_recounted: bool = False
    """In figures alone it differs from an item of the document before, as most of its document do."""
    is_alone: bool = False
    """The document before had it, too, and neither has another one: a page of one message."""
    seen_at: datetime
    """Arrival. Set once, by whoever took the entry in."""

    @property
    def dated_at(self) -> datetime | None:
        """When it was published, if its date says how old it is."""
        return None if self.is_late else self.published_at


BEGINNING = 300
"""Characters of a text that stand for a headline where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The text of an entry as people read it: plain, HTML gone, each line in the zone where it belongs.

    Paragraphs are separated by one blank line. Offsets in evidence count code points of these strings.
    """

    title: str
    summary: str = ""
    body: str = ""
    caption: str = ""
    promo: str = ""

    @property
    def beginning(self) -> str:
        """How the text begins, for what has no headline (a post on a microblog)."""
        return " ".join((self.summary or self.body)[:BEGINNING].split())

    @property
    def headline(self) -> str:
        """What people call it by: its title, else how its text begins."""
        return self.title or self.beginning

    def zone(self, name: str) -> str:
        """The text of the zone `title`, `summary`, `body`, `caption` or `promo`."""
        text: str = getattr(self, name)
        return text


ZONES = ("title", "summary", "body", "caption", "promo")


class Verdict(StrEnum):
    """What an arriving entry is to what came before."""

    NEW_STORY = "new_story"
    SAME_ITEM = "same_item"
    EDIT = "edit"
    NEAR_DUPLICATE = "near_duplicate"
    SAME_STORY = "same_story"
    UPDATE = "update"

    @property
    def is_same_item(self) -> bool:
        """The same item once more, as it was or edited: no further report."""
        return self in (Verdict.SAME_ITEM, Verdict.EDIT)

    @property
    def is_own_text(self) -> bool:
        """A text of its own: neither an item once more nor a copy."""
        return not (self.is_same_item or self is Verdict.NEAR_DUPLICATE)


PERHAPS_ANOTHER = "perhaps another event"
"""The change that an update tells which hardly resembles its story."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided about one entry, and why.

    `reason` is a sentence a person can follow. `changes` (verdict `update`) names what is new, e.g.
    ("9 → 112 dead",). `merged` are stories that this entry joined into `story`.
    """

    entry: EntryId
    verdict: Verdict
    story: StoryId
    duplicate_of: EntryId | None = None
    merged: tuple[StoryId, ...] = ()
    score: float = 0.0
    reason: str = ""
    changes: tuple[str, ...] = ()

    @property
    def is_in_doubt(self) -> bool:
        """It may be another event: news for those who ask for what it says itself."""
        return PERHAPS_ANOTHER in self.changes


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEntry:
    """An entry in the archive: what came in, how it was read, and what was decided about it on arrival."""

    id: EntryId
    entry: Entry
    reading: Reading
    decision: Decision
    story: StoryId
    """The story as it stands now (merges followed); `decision.story` is the one on arrival."""

    @property
    def item(self) -> EntryId:
        """The item's first entry: an item that its publisher edits has several."""
        first = self.decision.duplicate_of if self.decision.verdict is Verdict.EDIT else None
        return self.id if first is None else first


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedText:
    """An entry in the archive as rules see it: what came in, and how it was read."""

    id: EntryId
    entry: Entry
    reading: Reading
    story: StoryId
    """As it stands now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedEntry:
    """An entry in the archive without its texts: what was decided about it on arrival."""

    decision: Decision
    seen_at: datetime
    published_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """One entry that the ingest transaction adds to the archive."""

    id: EntryId
    entry: Entry
    reading: Reading
    decision: Decision
    terms: tuple[str, ...] = ()
    """Words for the archive search, made by `core.text.terms.index_terms`."""
    silent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One entry's place in its story, as digests and `explain` show it."""

    entry: EntryId
    title: str
    url: str | None
    source: OutletId | None
    feed: FeedId | None
    published_at: datetime | None
    seen_at: datetime
    verdict: Verdict
    duplicate_of: EntryId | None
    changes: tuple[str, ...] = ()
    beginning: str = ""
    """As of a `Reading`, where it has no headline, brings news, or edits what did; else empty."""

    @property
    def headline(self) -> str:
        """As of a `Reading`."""
        return self.title or " ".join(self.beginning.split())

    @property
    def is_in_doubt(self) -> bool:
        """As of a `Decision`."""
        return PERHAPS_ANOTHER in self.changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A story with its reports in order of arrival."""

    id: StoryId
    reports: tuple[Report, ...]

    @property
    def outlets(self) -> tuple[OutletId, ...]:
        """Distinct outlets, first to report first."""
        return tuple(dict.fromkeys(report.source for report in self.reports if report.source is not None))

    @property
    def independent_texts(self) -> int:
        """How many reports are texts of their own: no copies, no edits."""
        return sum(report.verdict.is_own_text for report in self.reports)
