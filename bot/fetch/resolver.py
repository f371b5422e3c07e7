"""Host names → addresses, each name looked up once for all feeds of its host, dead names too.

The law: a look-up runs in a daemon thread of its own, so a name server that hangs holds neither other look-ups nor the
end of the program; failures are remembered as well as answers.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

_ANSWERS_LAST = 60.0
"""Seconds that an answer is kept. getaddrinfo does not say how long DNS answers live."""
_FAILURES_LAST = 60.0
_LOOKUPS_AT_ONCE = 32


class Resolver(AbstractResolver):
    """getaddrinfo in daemon threads, with a memory for answers and failures."""

    def __init__(self) -> None:
        self._cache: dict[tuple[str, int], tuple[float, list[tuple[int, str]] | OSError]] = {}
        self._pending: dict[tuple[str, int], asyncio.Future[list[tuple[int, str]]]] = {}
        self._slots = asyncio.Semaphore(_LOOKUPS_AT_ONCE)

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

    async def _addresses(self, key: tuple[str, int]) -> list[tuple[int, str]]:
        loop = asyncio.get_running_loop()
        until, result = self._cache.get(key, (0.0, []))
        if until > loop.time():
            if isinstance(result, OSError):
                raise _again(result)
            return result
        pending = self._pending.get(key)
        if pending is None:
            pending = loop.create_future()
            self._pending[key] = pending
            task = loop.create_task(self._look_up(key, pending))
            pending.add_done_callback(lambda _done: task)  # keeps the task alive until it is done
        return await asyncio.shield(pending)

    async def _look_up(self, key: tuple[str, int], pending: asyncio.Future[list[tuple[int, str]]]) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with self._slots:
                addresses = await _in_thread(key)
        except OSError as error:
            self._cache[key] = (loop.time() + _FAILURES_LAST, error)
            if not pending.done():
                pending.set_exception(_again(error))
                pending.exception()  # somebody may have stopped waiting
        except BaseException:
            pending.cancel()
            raise
        else:
            self._cache[key] = (loop.time() + _ANSWERS_LAST, addresses)
            if not pending.done():
                pending.set_result(addresses)
        finally:
            self._pending.pop(key, None)
            if len(self._cache) > 20_000:
                self._cache.clear()

    async def close(self) -> None:
        """Nothing to close: threads are daemons."""


def _again(error: OSError) -> OSError:
    """A fresh exception of the same kind, so that many waiters do not share one traceback."""
    return type(error)(*error.args)


async def _in_thread(key: tuple[str, int]) -> list[tuple[int, str]]:
    host, family = key
    loop = asyncio.get_running_loop()
    done: asyncio.Future[list[tuple[int, str]]] = loop.create_future()

    def settle(result: list[tuple[int, str]] | OSError) -> None:
        if done.done():
            return
        if isinstance(result, OSError):
            done.set_exception(result)
        else:
            done.set_result(result)

    def work() -> None:
        result: list[tuple[int, str]] | OSError
        try:
            infos = socket.getaddrinfo(host, None, family, socket.SOCK_STREAM, 0, socket.AI_ADDRCONFIG)
            result = list(dict.fromkeys((int(info[0]), _numeric(info[4])) for info in infos))
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

    threading.Thread(target=work, name=f"look-up {host}", daemon=True).start()
    return await done


def _numeric(address: tuple[Any, ...]) -> str:
    """The address with its scope, as connect wants it."""
    if len(address) == 4 and address[3] and "%" not in str(address[0]):
        return f"{address[0]}%{address[3]}"
    return str(address[0])
