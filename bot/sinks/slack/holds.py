"""Until when nothing goes out, and why: to a destination, or at all. In seconds of the event loop's clock."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field


@dataclass(slots=True)
class Holds:
    """What Slack refused, and when it is tried again. Destinations are those of `queue.destination`."""

    seconds: float
    """From a refusal to the next try."""
    is_closed: bool = False
    """The sink is closing: nothing begins any more."""
    token_error: str | None = None
    """Why the token is refused; None: it is not."""
    _token_until: float = 0.0
    _destinations: dict[str, tuple[float, str]] = field(default_factory=dict)
    """Until when, and why."""

    def is_held(self, destination: str) -> bool:
        """Whether the token or this destination is refused just now."""
        until, _ = self._destinations.get(destination, (0.0, ""))
        return self.token_error is not None or asyncio.get_running_loop().time() < until

    def reason(self, destination: str) -> str | None:
        """What was said when the token, or else this destination, was refused."""
        return self.token_error or self._destinations.get(destination, (0.0, None))[1]

    @property
    def token_is_due(self) -> bool:
        """Whether it is time to ask if the token is good again."""
        return self.token_error is not None and asyncio.get_running_loop().time() >= self._token_until

    def refuse_token(self, error: str) -> None:
        """Nothing goes out until the token is good; it is asked about each `seconds`."""
        self.token_error = error
        self._token_until = asyncio.get_running_loop().time() + self.seconds

    def accept_token(self) -> None:
        self.token_error = None

    def refuse(self, destination: str, error: str) -> None:
        """One try from now on, each `seconds`."""
        self._destinations[destination] = (asyncio.get_running_loop().time() + self.seconds, error)

    def accept(self, destination: str) -> None:
        """A call went through: token and destination are good."""
        self.token_error = None
        self._destinations.pop(destination, None)

    def release(self) -> None:
        """After `slack retry`: everything is tried at once."""
        self.token_error = None
        self._destinations.clear()
