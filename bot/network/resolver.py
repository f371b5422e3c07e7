"""Host names → addresses, for feeds and for Slack: each name looked up once for all feeds of its host, dead names too.

The law: a look-up runs in a daemon thread of its own, so a name server that hangs holds up neither the end of the
program nor, for more than moments, other look-ups: one that is late gives its turn to others, a name that failed or was
late stands in a line of its own the next time, and what nobody waits for any more is not looked up. Failures are
remembered as well as answers. A name server's trouble says nothing of a name: what it last led to stands in meanwhile
(RFC 8767): feeds are read on and messages posted, and people are told of the name server, not that there is no host.
"""

from __future__ import annotations

import asyncio
import errno
import math
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

_ANSWERS_LAST = 60.0
"""Seconds that an answer is kept. getaddrinfo does not say how long DNS answers live."""
_FAILURES_LAST = 60.0
"""Seconds that a name counts as unknown."""
_TROUBLE_LASTS = 10.0
"""The same where the name server failed, and not the name."""
_STANDS_IN = 3600.0
"""Seconds for which the last answer stands in for one that does not come."""
_LONGEST = 15.0
"""Seconds that a name without one is waited for, once it is its turn. Where the first two of three name servers are
dead, libc needs 10."""
_LOOKUPS_AT_ONCE = 32
"""In either line: of names that nothing is known against, and of those that failed or were late the last time."""
_LATE = 1.0
"""Seconds after which a look-up no longer keeps others waiting. Name servers answer in a tenth of that, and libc asks
those that do not for 10 to 30 s."""
_LATE_AT_ONCE = 96
"""Threads that may wait for name servers that hang; small dynos have 256 in all."""

_Key = tuple[str, int]
_Addresses = list[tuple[int, str]]


@dataclass(slots=True, eq=False)
class _Pending:
    """A look-up under way, and how many wait for it."""

    answer: asyncio.Future[_Addresses]
    turn: asyncio.Future[None]
    waiting: int = 0


class Resolver(AbstractResolver):
    """getaddrinfo (`look_up`) in daemon threads, with a memory for answers and failures."""

    def __init__(
        self,
        look_up: Callable[[str, int], _Addresses] | None = None,
        stopwatch: Callable[[], float] = time.monotonic,
        longest: float = _LONGEST,
    ) -> None:
        self._ask = look_up or _addresses_of
        self._now = stopwatch
        self._longest = longest
        self._answered_at = -math.inf
        self._cache: dict[_Key, tuple[float, _Addresses | OSError]] = {}
        self._last: dict[_Key, tuple[float, _Addresses]] = {}
        """Answers, and until when each may stand in for another."""
        self._pending: dict[_Key, _Pending] = {}
        self._lines = (asyncio.Semaphore(_LOOKUPS_AT_ONCE), asyncio.Semaphore(_LOOKUPS_AT_ONCE))
        self._suspects: set[_Key] = set()
        self._late = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Raises: OSError (socket.gaierror) for a name without addresses."""
        addresses = await self._addresses((host, int(family)))
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=kind,
                proto=0,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, address in addresses
        ]

    async def _addresses(self, key: _Key) -> _Addresses:
        until, result = self._cache.get(key, (-math.inf, []))
        if until > self._now():
            if isinstance(result, OSError):
                raise _again(result)
            return result
        pending = self._pending.get(key)
        if pending is None:
            loop = asyncio.get_running_loop()
            pending = self._pending[key] = _Pending(loop.create_future(), loop.create_future())
            task = loop.create_task(self._look_up(key, pending))
            pending.answer.add_done_callback(lambda _done: task)  # keeps the task alive until it is done
        pending.waiting += 1
        last = self._stand_in(key)
        try:
            if last is None:
                await self._turn(pending)
            done, _ = await asyncio.wait({pending.answer}, timeout=self._longest if last is None else _LATE)
        finally:
            pending.waiting -= 1
        if done:
            return pending.answer.result()
        if last is None:
            raise _silence()
        return last

    async def _turn(self, pending: _Pending) -> None:
        """Returns once a look-up has begun: that others come first says nothing of the name server, as long as it
        answers them. Raises socket.gaierror."""
        either: set[asyncio.Future[Any]] = {pending.turn, pending.answer}
        while not (await asyncio.wait(either, timeout=self._longest, return_when=asyncio.FIRST_COMPLETED))[0]:
            if self._now() - self._answered_at >= self._longest:
                raise _silence()

    def _stand_in(self, key: _Key) -> _Addresses | None:
        """What the name led to when it was last looked up, if that is not too long ago."""
        until, addresses = self._last.get(key, (-math.inf, []))
        return addresses if until > self._now() else None

    async def _look_up(self, key: _Key, pending: _Pending) -> None:
        answer = pending.answer
        try:
            addresses = await self._looked_up(key, pending)
        except OSError as error:
            last = self._stand_in(key) if is_of_name_server(error) else None
            if isinstance(error, socket.gaierror):  # else it says nothing of the name: no file, no thread for it
                self._suspects.add(key)
                lasts = _TROUBLE_LASTS if is_of_name_server(error) else _FAILURES_LAST
                self._cache[key] = (self._now() + lasts, error if last is None else last)
            if answer.done():
                return
            if last is not None:
                answer.set_result(last)
                return
            answer.set_exception(_again(error))
            answer.exception()  # somebody may have stopped waiting
        except BaseException:
            answer.cancel()
            raise
        else:
            if addresses is None:
                answer.cancel()
                return
            self._answered_at = self._now()
            self._cache[key] = (self._now() + _ANSWERS_LAST, addresses)
            self._last[key] = (self._now() + _STANDS_IN, addresses)
            if not answer.done():
                answer.set_result(addresses)
        finally:
            self._pending.pop(key, None)
            if len(self._cache) > 20_000:
                self._cache.clear()
                self._last.clear()
                self._suspects.clear()

    async def _looked_up(self, key: _Key, pending: _Pending) -> _Addresses | None:
        """What libc says, in its turn; None: nobody waits for it any more. Raises OSError."""
        line = self._lines[key in self._suspects]
        await line.acquire()
        try:
            if not pending.waiting:
                return None
            pending.turn.set_result(None)
            answer = asyncio.ensure_future(_in_thread(self._ask, key))
            done, _ = await asyncio.wait({answer}, timeout=_LATE)
            if done:
                self._suspects.discard(key)
                return answer.result()
            self._suspects.add(key)
            if self._late >= _LATE_AT_ONCE:
                return await answer
        finally:
            line.release()
        self._late += 1
        try:
            return await answer
        finally:
            self._late -= 1

    async def close(self) -> None:
        """Nothing to close: threads are daemons."""


def connector() -> aiohttp.TCPConnector:
    """Connections of a session that asks for names here."""
    return aiohttp.TCPConnector(resolver=Resolver(), use_dns_cache=False)


def is_of_name_server(error: BaseException) -> bool:
    """Whether a look-up failed of a name server, or the way to it, and the name may well be there. Where it fails for
    an IPv4 address and has no IPv6 one, libc says that there is no address, and not that it failed. What the system
    itself refused (EAI_SYSTEM) comes as its own error."""
    return isinstance(error, OSError) and not (isinstance(error, socket.gaierror) and error.errno == socket.EAI_NONAME)


def _silence() -> socket.gaierror:
    return socket.gaierror(socket.EAI_AGAIN, "no name server answers")


def _again(error: OSError) -> OSError:
    """A fresh exception of the same kind, so that many waiters do not share one traceback."""
    return type(error)(*error.args)


def _addresses_of(host: str, family: int) -> _Addresses:
    """What libc says, which may take half a minute. Raises OSError."""
    infos = socket.getaddrinfo(host, None, family, socket.SOCK_STREAM, 0, socket.AI_ADDRCONFIG)
    return list(dict.fromkeys((int(info[0]), _numeric(info[4])) for info in infos))


async def _in_thread(look_up: Callable[[str, int], _Addresses], key: _Key) -> _Addresses:
    host, family = key
    loop = asyncio.get_running_loop()
    done: asyncio.Future[_Addresses] = loop.create_future()

    def settle(result: _Addresses | OSError) -> None:
        if done.done():
            return
        if isinstance(result, OSError):
            done.set_exception(result)
        else:
            done.set_result(result)

    def work() -> None:
        result: _Addresses | OSError
        try:
            result = look_up(host, family)
            if not result:
                result = socket.gaierror(socket.EAI_NONAME, "no address")
        except OSError as error:
            result = error
        except UnicodeError:
            result = socket.gaierror(socket.EAI_NONAME, "not a host name")
        try:
            loop.call_soon_threadsafe(settle, result)
        except RuntimeError:
            return  # the loop is closed: nobody waits any more

    try:
        threading.Thread(target=work, name=f"look-up {host}", daemon=True).start()
    except RuntimeError:  # "can't start new thread"
        raise OSError(errno.EAGAIN, "no thread for another look-up") from None
    return await done


def _numeric(address: tuple[Any, ...]) -> str:
    """The address with its scope, as connect wants it."""
    if len(address) == 4 and address[3] and "%" not in str(address[0]):
        return f"{address[0]}%{address[3]}"
    return str(address[0])
