"""Event loops of two processes that share one simulated time, which starvation cannot outrun.

The law: time moves only while both processes wait, and then at once to whatever comes next. A call that is made is
heard before anybody's patience for it ends, however busy the machine is: on the machine's own clock, a starved stand-in
for Slack stored a message later than any Slack would, and the drill counted it as doubled. And nobody has to wait.

The leader holds the time. Whenever it has nothing to do, it says what time it is; the follower, once it has nothing to
do either, answers how long it can wait. Both go over one more connection on loopback. What the follower wrote to the
leader before its answer is there when the answer is, so the leader looks for it before it moves the time.
"""

from __future__ import annotations

import asyncio
import math
import selectors
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.app import stopwatch

_MESSAGE = struct.Struct("<d")
"""Seconds of simulated time: of the leader, what time it is; of the follower, until when it can wait."""
_LOOPBACK = "127.0.0.1"
_Events = list[tuple[selectors.SelectorKey, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Between:
    """Marks a connection between the two, which asyncio does not know of: `hear` takes in what comes."""

    hear: Callable[[], None]


class _Waiting(selectors.DefaultSelector):
    """Files are waited for as ever; time passes as the other process lets it."""

    now = 0.0

    def _poll(self, timeout: float | None) -> _Events:
        """What asyncio waits for and is ready; what the other process says is taken in. `timeout`: real seconds."""
        events = super().select(timeout)
        for key, _ in events:
            if isinstance(key.data, _Between):
                key.data.hear()
        return [event for event in events if not isinstance(event[0].data, _Between)]

    def _until(self, timeout: float | None) -> float:
        return math.inf if timeout is None else self.now + max(timeout, 0.0)


class _Leader(_Waiting):
    """Lets one follower in at a time. While there is none, time passes as it really does."""

    def __init__(self) -> None:
        super().__init__()
        self._door = socket.create_server((_LOOPBACK, 0))
        self.port: int = self._door.getsockname()[1]
        self.register(self._door, selectors.EVENT_READ, _Between(hear=self._let_in))
        self._follower: socket.socket | None = None
        self._is_asked = False
        self._is_current = False
        """Whether nothing was done here since the follower was asked."""
        self._answer: float | None = None
        """Until when the follower can wait, if nothing was done here since."""

    def select(self, timeout: float | None = None) -> _Events:
        until = self._until(timeout)
        self._forget_answer()
        while True:
            events = self._poll(0)
            if events or until <= self.now:
                return events
            if self._follower is None:
                began = stopwatch()
                events = self._poll(None if until == math.inf else until - self.now)
                self.now = min(until, self.now + stopwatch() - began)
            elif self._answer is None or min(until, self._answer) == math.inf:
                self._ask()
                events = self._poll(None)
            else:
                self.now = min(until, self._answer)
                self._forget_answer()
                # Also where it is our turn: what we write then may be read before the next question.
                self._ask()
            if events:
                return events

    def close(self) -> None:
        self._door.close()
        if self._follower is not None:
            self._follower.close()
        super().close()

    def _ask(self) -> None:
        if self._follower is not None and not self._is_asked and self._answer is None:
            self._is_asked = self._is_current = True
            _send(self._follower, self.now)

    def _forget_answer(self) -> None:
        self._answer, self._is_current = None, False

    def _let_in(self) -> None:
        if self._follower is not None:
            self._let_go()
        self._follower, _ = self._door.accept()
        self.register(self._follower, selectors.EVENT_READ, _Between(hear=partial(self._hear_answer, self._follower)))

    def _hear_answer(self, follower: socket.socket) -> None:
        if follower is not self._follower:
            return  # let go a moment ago, for the next one
        self._is_asked = False
        answer = _receive(follower)
        if answer is None:
            self._let_go()
        elif self._is_current:
            self._answer = answer

    def _let_go(self) -> None:
        """The follower was killed, or is done."""
        assert self._follower is not None
        self.unregister(self._follower)
        self._follower.close()
        self._follower, self._answer, self._is_asked = None, None, False


class _Follower(_Waiting):
    """Raises ConnectionError when the leader is gone."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._leader = socket.create_connection((_LOOPBACK, port))
        self.register(self._leader, selectors.EVENT_READ, _Between(hear=self._hear_time))
        self._is_asked = False
        self._poll(None)

    def select(self, timeout: float | None = None) -> _Events:
        until = self._until(timeout)
        while True:
            events = self._poll(0)
            if events or until <= self.now:
                return events
            if self._is_asked:
                self._is_asked = False
                _send(self._leader, until)
            events = self._poll(None)
            if events:
                return events

    def close(self) -> None:
        self._leader.close()
        super().close()

    def _hear_time(self) -> None:
        now = _receive(self._leader)
        if now is None:
            raise ConnectionError("who holds the simulated time is gone")
        self.now, self._is_asked = now, True


def _send(to: socket.socket, seconds: float) -> None:
    try:
        to.sendall(_MESSAGE.pack(seconds))
    except OSError:
        # Killed meanwhile: reading from it says so.
        return


def _receive(sender: socket.socket) -> float | None:
    """What it says; None: it is gone."""
    try:
        data = sender.recv(_MESSAGE.size, socket.MSG_WAITALL)
    except OSError:
        return None
    return float(_MESSAGE.unpack(data)[0]) if len(data) == _MESSAGE.size else None


class SimulatedLoop(asyncio.SelectorEventLoop):
    """asyncio as ever, on simulated time; begins at `begins_at`.

    Args:
        leader: the `port` of the loop that holds the time; None: this one does.
    """

    def __init__(self, begins_at: datetime, leader: int | None = None) -> None:
        self._waiting = _Leader() if leader is None else _Follower(leader)
        self.begins_at = begins_at
        super().__init__(self._waiting)

    @property
    def port(self) -> int:
        """Where a follower joins. Only of the loop that holds the time."""
        assert isinstance(self._waiting, _Leader)
        return self._waiting.port

    def time(self) -> float:
        return self._waiting.now

    def clock(self) -> datetime:
        """Now, aware, in UTC."""
        return self.begins_at + timedelta(seconds=self._waiting.now)
