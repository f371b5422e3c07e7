"""Until when nothing goes out, and why: to a channel, or at all. In seconds of the event loop's clock."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field


@dataclass(slots=True)
class Holds:
    """What Slack refused, and when it is tried again."""

    seconds: float
    """From a refusal to the next try."""
    is_closed: bool = False
    """The sink is closing: nothing begins any more."""
    token_error: str | None = None
    """Why the token is refused; None: it is not."""
    _token_until: float = 0.0
    _channels: dict[str, tuple[float, str]] = field(default_factory=dict)
    """Until when, and why."""

    def is_held(self, address: str) -> bool:
        """Whether the token or this channel is refused just now."""
        until, _ = self._channels.get(address, (0.0, ""))
        return asyncio.get_running_loop().time() < max(self._token_until, until)

    def reason(self, address: str) -> str | None:
        """What was said when the token, or else this channel, was refused."""
        return self.token_error or self._channels.get(address, (0.0, None))[1]

    def refuse_token(self, error: str) -> None:
        """The token was refused: one try from now on, each `seconds`."""
        self.token_error = error
        self._token_until = asyncio.get_running_loop().time() + self.seconds

    def refuse_channel(self, address: str, error: str) -> None:
        """The channel was refused: the same for it alone."""
        self._channels[address] = (asyncio.get_running_loop().time() + self.seconds, error)

    def accept(self, address: str) -> None:
        """A call went through: token and channel are good."""
        self.token_error = None
        self._token_until = 0.0
        self._channels.pop(address, None)

    def release(self) -> None:
        """After `slack retry`: everything is tried at once."""
        self.token_error = None
        self._token_until = 0.0
        self._channels.clear()
