"""What came back from one poll, and what the state machine makes of it. Nouns only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.core.parse import Reading
from bot.model import Entry, FeedId, FeedState


class Fault(StrEnum):
    """Why a poll gave nothing, as far as it changes what to do next."""

    NETWORK = "network"
    """No answer, or none that came to an end in time and size; a refused address."""
    STATUS = "status"
    """An HTTP status that is no success."""
    BLOCKED = "blocked"
    """A bot challenge."""
    CONTENT = "content"
    """An answer without a feed in it: empty, cut, a web page, hostile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The facts of one poll. Exactly one of these holds: `fault` is set; `status` is 304; `unchanged`; `reading` is
    set.
    """

    asked: str
    """The address asked first."""
    url: str
    """The address that answered in the end."""
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    """Of the last answer, names in lower case, values as latin-1 text, byte for byte."""
    permanent_url: str | None = None
    """Where permanent redirects alone lead, if anywhere: never from https to http."""
    fault: Fault | None = None
    error: str | None = None
    """What went wrong, for a person; set with `fault`."""
    conditional: bool = False
    """Validators were sent: a 304 is an answer."""
    unchanged: bool = False
    """A body like the last one, byte for byte."""
    body_hash: str | None = None
    whole: bool = True
    """The body came in full. False with `reading`: what came first could be read."""
    reading: Reading | None = None
    size: int = 0
    """Bytes on the wire."""


class NoticeKind(StrEnum):
    """What ops is told about a feed."""

    FAILING = "failing"
    BLOCKED = "blocked"
    GONE = "gone"
    SILENT = "silent"
    MOVED = "moved"
    HEALED = "healed"
    GAP = "gap"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedNotice:
    """One message to ops. `key` is the same for one problem of one feed, however often it is found."""

    kind: NoticeKind
    feed: FeedId
    key: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What a poll leaves: the next state, entries to ingest, words for ops."""

    state: FeedState
    entries: tuple[Entry, ...] = ()
    baseline: bool = False
    """These entries were there before we looked: they never alert (unless `first_run: alert`)."""
    notices: tuple[FeedNotice, ...] = ()
    rewritten: bool = False
    """The entries are those of the last document under new guids."""
