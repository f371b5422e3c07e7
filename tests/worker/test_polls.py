"""Many feeds due at once: worked off feed by feed, kept in few commits, and one that is refused costs no other."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from bot.app import Environment, clock
from bot.core.parse import DeltaParse, parse_delta
from bot.core.polling import ShortageWatch
from bot.errors import MachineShort, StoreError
from bot.fetch import HttpFetcher
from bot.model import FeedId
from bot.store import SqliteStore
from bot.worker.polls import PollRunner
from bot.worker.rules import RulesInForce
from tests.store.faults import refusing

T = TypeVar("T")
FEEDS = 45
CONCURRENCY = 10
BODY = b"<rss version='2.0'><channel><title>News</title><item><title>One</title><guid>1</guid></item></channel></rss>"


async def write(call: Callable[..., T], /, *args: object, **kwargs: object) -> T:
    return call(*args, **kwargs)


class ParserHere:
    """Parses in this process, and counts the documents."""

    def __init__(self) -> None:
        self.documents = 0
        self.is_short = False

    async def read(
        self, body: bytes, *, url: str, headers: Mapping[str, str], seen_at: datetime, before: str | None = None
    ) -> DeltaParse:
        self.documents += 1
        if self.is_short:
            raise MachineShort("No parser can be started on this machine (no /dev/null).")
        return parse_delta(body, url=url, headers=headers, seen_at=seen_at, before=before)

    async def article(self, body: bytes, content_type: str, url: str) -> str:
        raise AssertionError("no feed here asks for full texts")

    def close(self) -> None:
        return


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A runner on feeds of this machine, with a store of its own."""

    polls: PollRunner
    store: SqliteStore
    asked: Counter[str]
    nudges: list[str]
    writes: Counter[str]
    """Calls that the writer was given, by name."""
    gate: asyncio.Event
    """While it is closed, the writer does not come to the polls that it is given."""
    parser: ParserHere

    async def poll_all(self) -> None:
        await self.polls.tick()
        await asyncio.gather(*self.polls.running)

    def kept(self) -> Counter[str]:
        """Entries in the inbox, by feed."""
        return Counter(item.entry.feed or "" for item in self.store.inbox(1_000))

    def claimed(self) -> list[str]:
        return [row[0] for row in self.store.database.query("SELECT id FROM feeds WHERE leased_until_at IS NOT NULL")]


@asynccontextmanager
async def stage(
    folder: Path, feeds: int, silent: int = 0, shortage: ShortageWatch | None = None
) -> AsyncIterator[Stage]:
    """`silent`: how many of the feeds are taken connections of, and never answered."""
    asked: Counter[str] = Counter()
    writes: Counter[str] = Counter()
    gate = asyncio.Event()
    gate.set()

    async def write(call: Callable[..., T], /, *args: object, **kwargs: object) -> T:
        writes[call.__name__] += 1
        if call.__name__ == "record_polls":
            await gate.wait()
        return call(*args, **kwargs)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        path = head.split()[1].decode()
        asked[path] += 1
        if int(path[1:]) < silent:
            await reader.read()  # until the other end has enough
            writer.close()
            return
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        config = folder / "rules.yaml"
        lines = "".join(f"  - {{id: f{number}, url: 'http://127.0.0.1:{port}/{number}'}}\n" for number in range(feeds))
        fetch = f"{{per_host: 0s, min: 0s, concurrency: {CONCURRENCY}}}"
        config.write_text(f"settings: {{allow_private_hosts: true, fetch: {fetch}}}\nfeeds:\n{lines}rules: [Huawei]\n")
        with closing(SqliteStore(folder / "wirewatch.db")) as store:
            store.migrate()
            rules = RulesInForce(Environment(config=config), store, write)
            await rules.load()
            nudges: list[str] = []
            parser = ParserHere()
            fetcher = HttpFetcher(rules.ruleset.settings, clock=clock, parser=parser)
            polls = PollRunner(store, write, rules, fetcher, nudges.append, shortage=shortage)
            await polls.declare()
            try:
                yield Stage(
                    polls=polls, store=store, asked=asked, nudges=nudges, writes=writes, gate=gate, parser=parser
                )
            finally:
                await fetcher.close()


async def test_a_backlog_is_worked_off_feed_by_feed(tmp_path: Path) -> None:
    async with stage(tmp_path, FEEDS) as at:
        for round_of_ticks in (20, 40, FEEDS):  # with `min: 0s` a feed is due again as soon as it was asked
            at.nudges.clear()
            await at.poll_all()
            assert len(at.asked) == sum(at.asked.values()) == round_of_ticks
            assert ("poll" in at.nudges) is (round_of_ticks < FEEDS)
        await at.poll_all()
        assert max(at.asked.values()) == 2


async def test_hosts_that_never_answer_keep_no_healthy_feed_waiting(tmp_path: Path) -> None:
    """They took all the room there was: with three hundred of them no other feed was asked for half a minute."""
    silent = 40
    async with stage(tmp_path, FEEDS, silent) as at, asyncio.timeout(60):
        while not all(at.asked[f"/{number}"] for number in range(silent, FEEDS)):
            await at.polls.tick()
            await asyncio.sleep(0.02)
        running = at.polls.running
        assert len(running) >= silent, "none of the silent ones was given up meanwhile"
        at.polls.cancel()
        await asyncio.wait(running)


async def test_what_ends_while_the_store_writes_is_kept_in_one_commit(tmp_path: Path) -> None:
    async with stage(tmp_path, 20) as at:
        at.gate.clear()
        await at.polls.tick()
        while at.parser.documents < 20:
            await asyncio.sleep(0)
        assert not at.kept()
        at.gate.set()
        await asyncio.gather(*at.polls.running)
        assert at.kept() == Counter(f"f{number}" for number in range(20))
        assert at.claimed() == []
        assert at.writes["record_polls"] == 2


async def test_a_poll_that_is_cancelled_takes_no_other_out_of_the_writers_hand(tmp_path: Path) -> None:
    async with stage(tmp_path, 10) as at:
        at.gate.clear()
        await at.polls.tick()
        while at.parser.documents < 5:
            await asyncio.sleep(0)
        running = at.polls.running
        at.polls.cancel()
        await asyncio.wait(running)
        at.gate.set()
        await at.polls.flush()
        assert len(at.kept()) == at.parser.documents
        assert len(at.claimed()) == 10 - at.parser.documents


async def test_a_poll_that_the_store_refuses_costs_no_other_one(tmp_path: Path) -> None:
    async with stage(tmp_path, 20) as at:
        with refusing(at.store, "INSERT ON inbox WHEN json_extract(NEW.entry, '$.feed') = 'f7'"):
            await at.poll_all()
            assert at.kept() == Counter(f"f{number}" for number in range(20) if number != 7)
            assert at.claimed() == ["f7"]  # it is asked again when the claim runs out
            refused = [notice.text for notice in at.store.notices() if notice.key.startswith("refused:")]
            assert ["f7" in text for text in refused] == [True]
            assert at.store.feed_states()[FeedId("f7")].last_poll_at is None


async def test_while_the_store_is_away_what_is_done_waits(tmp_path: Path) -> None:
    async with stage(tmp_path, 20) as at:
        at.gate.clear()
        await at.polls.tick()
        at.store.database.run("PRAGMA query_only = ON")  # as a PostgreSQL that has become a read-only standby
        at.gate.set()
        await asyncio.gather(*at.polls.running)
        assert not at.kept()
        with pytest.raises(StoreError):
            await at.polls.flush()
        at.store.database.run("PRAGMA query_only = OFF")
        await at.polls.flush()
        assert at.kept() == Counter(f"f{number}" for number in range(20))
        assert at.claimed() == []


@pytest.mark.parametrize(("patience", "told"), [(timedelta(), 1), (timedelta(minutes=10), 0)], ids=["long", "at once"])
async def test_ops_hear_of_a_machine_on_which_nothing_can_be_read(
    tmp_path: Path, patience: timedelta, told: int
) -> None:
    """It stood in the log alone, once a minute."""
    async with stage(tmp_path, 3, shortage=ShortageWatch(patience)) as at:
        at.parser.is_short = True
        await at.poll_all()
        notices = [notice.text for notice in at.store.notices()]
        assert len(notices) == told
        assert all("cannot be read on the machine" in text and "no /dev/null" in text for text in notices)
