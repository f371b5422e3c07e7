"""What this process has sent lately, whatever the store says by now.

The law: a database that fails over to a server which is a second behind has lost that second: a message that was
posted, or a call that was begun, looks as if it were still to be made.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime

from bot.model import Delivery

_MOST = 10_000
"""Messages, about two megabytes."""
_SECONDS = 86_400.0
"""No server that is failed over to is further behind; and what has its key again after months is another message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A call: how many it was for its row, when it began; and where the message is, once Slack has said so."""

    attempts: int
    started_at: datetime | None
    channel: str = ""
    ts: str = ""
    noted: float
    """When it was noted, in seconds of the event loop's clock."""

    def is_unknown_to(self, row: Delivery) -> bool:
        """Whether the store has lost that the call began."""
        return not self.ts and self.attempts > row.attempts


class SentHere:
    def __init__(self) -> None:
        self._sent: dict[str, Sent] = {}

    def get(self, key: str) -> Sent | None:
        """The last call for the row of this key that may have posted something."""
        sent = self._sent.get(key)
        return sent if sent is not None and asyncio.get_running_loop().time() - sent.noted < _SECONDS else None

    def begin(self, row: Delivery) -> None:
        """The row is sent now."""
        noted = asyncio.get_running_loop().time()
        self._sent[row.key] = Sent(attempts=row.attempts, started_at=row.started_at, noted=noted)
        if len(self._sent) > _MOST:
            del self._sent[next(iter(self._sent))]

    def post(self, key: str, channel: str, ts: str) -> None:
        """Slack has posted it."""
        if (sent := self._sent.get(key)) is not None:
            self._sent[key] = replace(sent, channel=channel, ts=ts)

    def forget(self, key: str) -> None:
        """Surely nothing was posted, or the same may be sent again."""
        self._sent.pop(key, None)
