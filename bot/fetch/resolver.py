"""Host names → addresses, each name looked up once for all feeds of its host, dead names too.

The law: a look-up runs in a daemon thread of its own, so a name server that hangs holds up neither the end of the
program nor, for more than moments, other look-ups: one that is late gives its turn to others, a name that failed or was
late stands in a line of its own the next time, and what nobody waits for any more is not looked up. Failures are
remembered as well as answers.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

_ANSWERS_LAST = 60.0
"""Seconds that an answer is kept. getaddrinfo does not say how long DNS answers live."""
_FAILURES_LAST = 60.0
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
    waiting: int = 0


class Resolver(AbstractResolver):
    """getaddrinfo (`look_up`) in daemon threads, with a memory for answers and failures."""

    def __init__(self, look_up: Callable[[str, int], _Addresses] | None = None) -> None:
        self._ask = look_up or _addresses_of
        self._cache: dict[_Key, tuple[float, _Addresses | OSError]] = {}
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
        loop = asyncio.get_running_loop()
        until, result = self._cache.get(key, (0.0, []))
        if until > loop.time():
            if isinstance(result, OSError):
                raise _again(result)
            return result
        pending = self._pending.get(key)
        if pending is None:
            pending = self._pending[key] = _Pending(loop.create_future())
            task = loop.create_task(self._look_up(key, pending))
            pending.answer.add_done_callback(lambda _done: task)  # keeps the task alive until it is done
        pending.waiting += 1
        try:
            return await asyncio.shield(pending.answer)
        finally:
            pending.waiting -= 1

    async def _look_up(self, key: _Key, pending: _Pending) -> None:
        loop = asyncio.get_running_loop()
        answer = pending.answer
        try:
            addresses = await self._looked_up(key, pending)
        except OSError as error:
            if isinstance(error, socket.gaierror):  # else it says nothing of the name: no file, no thread for it
                self._suspects.add(key)
                self._cache[key] = (loop.time() + _FAILURES_LAST, error)
            if not answer.done():
                answer.set_exception(_again(error))
                answer.exception()  # somebody may have stopped waiting
        except BaseException:
            answer.cancel()
            raise
        else:
            if addresses is None:
                answer.cancel()
                return
            self._cache[key] = (loop.time() + _ANSWERS_LAST, addresses)
            if not answer.done():
                answer.set_result(addresses)
        finally:
            self._pending.pop(key, None)
            if len(self._cache) > 20_000:
                self._cache.clear()
                self._suspects.clear()

    async def _looked_up(self, key: _Key, pending: _Pending) -> _Addresses | None:
        """What libc says, in its turn; None: nobody waits for it any more. Raises OSError."""
        line = self._lines[key in self._suspects]
        await line.acquire()
        try:
            if not pending.waiting:
                return None
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
