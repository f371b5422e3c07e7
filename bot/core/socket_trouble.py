"""Why nobody's button is answered, as it is kept in the store's facts while Socket Mode has no connection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.core.codec import loads

SOCKET_TROUBLE = "socket_trouble"
"""The fact; absent: Socket Mode is connected, or not wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketTrouble:
    """What Slack, or the way there, said last."""

    why: str
    since_at: datetime

    @classmethod
    def load(cls, text: str | None) -> SocketTrouble | None:
        """From the fact."""
        return loads(cls, text) if text else None
