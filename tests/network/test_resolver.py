"""Look-ups side by side: what hangs holds up nothing else, and what nobody waits for is not looked up."""

from __future__ import annotations

import asyncio
import errno
import socket
import threading
from collections.abc import Iterator

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey

from bot.errors import MachineShort
from bot.fetch.faults import fault_of
from bot.network.resolver import Resolver

HERE = [(int(socket.AF_INET), "127.0.0.1")]


KEY = ConnectionKey("wire.example", 80, False, True, None, None, None)


class Names:
    """A name server that answers for `good…` at once, and for any other name only after `answers`."""

    def __init__(self) -> None:
        self.answers = threading.Event()
        self.asked: list[str] = []

    def look_up(self, host: str, _: int) -> list[tuple[int, str]]:
        self.asked.append(host)
        if not host.startswith("good"):
            self.answers.wait()
        return HERE


@pytest.fixture
def names() -> Iterator[Names]:
    server = Names()
    yield server
    server.answers.set()


async def address(resolver: Resolver, host: str) -> str:
    (found,) = await resolver.resolve(host)
    return found["host"]


async def test_names_that_hang_hold_up_no_other(names: Names) -> None:
    """They did as long as libc asked for them: a good feed behind a hundred dead ones was not read for minutes."""
    resolver = Resolver(names.look_up)
    hanging = [asyncio.create_task(resolver.resolve(f"dead{number}")) for number in range(40)]
    async with asyncio.timeout(60):
        assert await address(resolver, "good") == "127.0.0.1"
    assert not any(task.done() for task in hanging)
    names.answers.set()
    await asyncio.gather(*hanging)


async def test_what_nobody_waits_for_any_more_is_not_looked_up(names: Names) -> None:
    resolver = Resolver(names.look_up)
    hanging = [asyncio.create_task(resolver.resolve(f"dead{number}")) for number in range(32)]
    given_up = asyncio.create_task(resolver.resolve("forgotten"))
    await asyncio.sleep(0)
    given_up.cancel()
    async with asyncio.timeout(60):
        assert await address(resolver, "good") == "127.0.0.1"
    assert "forgotten" not in names.asked
    names.answers.set()
    await asyncio.gather(*hanging)


async def test_what_this_machine_lacks_is_not_remembered_of_a_name() -> None:
    answers = iter([OSError(errno.EMFILE, "Too many open files"), HERE])

    def look_up(host: str, _: int) -> list[tuple[int, str]]:
        answer = next(answers)
        if isinstance(answer, OSError):
            raise answer
        return answer

    resolver = Resolver(look_up)
    with pytest.raises(OSError, match="Too many open files") as raised:
        await resolver.resolve("wire.example")
    with pytest.raises(MachineShort, match="ulimit -n"):
        fault_of(aiohttp.ClientConnectorDNSError(KEY, raised.value), "http://wire.example/")
    assert await address(resolver, "wire.example") == "127.0.0.1"


def test_why_there_is_no_connection_is_told_in_words() -> None:
    of_asyncio = ConnectionRefusedError(errno.ECONNREFUSED, "Connect call failed ('2001:db8::1', 443, 0, 0)")
    fault = fault_of(aiohttp.ClientConnectorError(KEY, of_asyncio), "http://wire.example/")
    assert str(fault) == "cannot connect to wire.example: Connection refused"


class Troubled:
    """A name server that answers, until it is told to say something else, or nothing; and a clock."""

    def __init__(self) -> None:
        self.now = 0.0
        self.says: OSError | None = None
        self.answers = threading.Event()
        self.answers.set()

    def look_up(self, _host: str, _family: int) -> list[tuple[int, str]]:
        self.answers.wait()
        if self.says is not None:
            raise self.says
        return HERE

    def resolver(self) -> Resolver:
        return Resolver(self.look_up, lambda: self.now)


@pytest.mark.parametrize(
    "trouble",
    [
        *(socket.gaierror(code, "trouble") for code in (socket.EAI_AGAIN, socket.EAI_FAIL, socket.EAI_NODATA)),
        PermissionError(errno.EACCES, "trouble"),
    ],
    ids=["again", "fail", "no data", "of the system"],
)
async def test_what_a_name_last_led_to_stands_in_while_its_server_fails(trouble: OSError) -> None:
    """A name server that failed half the time kept each feed from being read every second minute."""
    server = Troubled()
    resolver = server.resolver()
    await resolver.resolve("wire.example")
    server.now, server.says = 61.0, trouble
    assert await address(resolver, "wire.example") == "127.0.0.1"
    with pytest.raises(type(trouble), match="trouble"):
        await resolver.resolve("never-seen.example")
    server.now, server.says = 72.0, None
    assert await address(resolver, "never-seen.example") == "127.0.0.1"


async def test_it_stands_in_while_its_server_says_nothing() -> None:
    server = Troubled()
    resolver = server.resolver()
    await resolver.resolve("wire.example")
    server.now = 61.0
    server.answers.clear()
    try:
        async with asyncio.timeout(60):
            assert await address(resolver, "wire.example") == "127.0.0.1"
    finally:
        server.answers.set()


@pytest.mark.parametrize("is_dead", [False, True], ids=["slow", "dead"])
async def test_who_waits_for_a_turn_hears_of_a_name_server_that_answers_nobody(*, is_dead: bool) -> None:
    """Behind many slow names good ones were given up before anybody had asked for them."""
    answers = threading.Event()

    def look_up(host: str, _family: int) -> list[tuple[int, str]]:
        if is_dead or host.startswith("slow"):
            answers.wait()
        return HERE

    resolver = Resolver(look_up, lambda: 0.0, longest=0.2)  # far less than a turn takes here
    names = ["first.example", *(f"slow{number}.example" for number in range(40)), "wire.example"]
    try:
        async with asyncio.timeout(60):
            first, *slow, last = await asyncio.gather(*map(resolver.resolve, names), return_exceptions=True)
    finally:
        answers.set()
    silence = f"[Errno {socket.EAI_AGAIN}] no name server answers"
    assert {str(error) for error in slow} == {silence}
    assert [isinstance(one, BaseException) for one in (first, last)] == [is_dead, is_dead]


@pytest.mark.parametrize(
    ("code", "seconds"), [(socket.EAI_NONAME, 61.0), (socket.EAI_AGAIN, 3601.0)], ids=["no such name", "too long ago"]
)
async def test_it_stands_in_for_no_name_that_is_gone_nor_for_ever(code: int, seconds: float) -> None:
    server = Troubled()
    resolver = server.resolver()
    await resolver.resolve("wire.example")
    server.now, server.says = seconds, socket.gaierror(code, "trouble")
    with pytest.raises(socket.gaierror, match="trouble"):
        await resolver.resolve("wire.example")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"),
            "the name of wire.example could not be looked up (Temporary failure in name resolution)",
        ),
        (
            socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
            "there is no host wire.example: the name is not known (Name or service not known)",
        ),
    ],
)
def test_a_name_servers_trouble_is_not_told_as_the_hosts(error: OSError, said: str) -> None:
    assert str(fault_of(aiohttp.ClientConnectorDNSError(KEY, error), "http://wire.example/")) == said
