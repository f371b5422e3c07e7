"""What came back from one poll, as plain facts: the middle of `Response → Answer → PollRecord`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.core.parse import DeltaParse


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
    """The facts of one poll. Exactly one of these holds: `fault` is set; `status` is 304; `unchanged`; `parsed` is
    set.
    """

    asked: str
    """The URL asked first."""
    url: str
    """The URL that answered in the end."""
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
    """False: the body was cut at our own cap; what came first could be read."""
    notes: tuple[str, ...] = ()
    """What should be known of the answer, though the poll is a good one."""
    parsed: DeltaParse | None = None
