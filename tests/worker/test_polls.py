"""More feeds due than there is room for: they are worked off at once, and none is asked twice before the others."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from bot.app import Environment, clock
from bot.core.parse import DeltaParse, parse_delta
from bot.fetch import HttpFetcher
from bot.store import SqliteStore
from bot.worker.polls import PollRunner
from bot.worker.rules import RulesInForce

T = TypeVar("T")
FEEDS = 45
CONCURRENCY = 10
BODY = b"<rss version='2.0'><channel><title>News</title><item><title>One</title><guid>1</guid></item></channel></rss>"


async def write(call: Callable[..., T], /, *args: object, **kwargs: object) -> T:
    return call(*args, **kwargs)


class ParserHere:
    """Parses in this process."""

    async def read(
        self, body: bytes, *, url: str, headers: Mapping[str, str], seen_at: datetime, before: str | None = None
    ) -> DeltaParse:
        return parse_delta(body, url=url, headers=headers, seen_at=seen_at, before=before)

    async def article(self, body: bytes, content_type: str, url: str) -> str:
        raise AssertionError("no feed here asks for full texts")

    def close(self) -> None:
        return


async def test_a_backlog_is_worked_off_feed_by_feed(tmp_path: Path) -> None:
    asked: Counter[str] = Counter()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        asked[head.split()[1].decode()] += 1
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        config = tmp_path / "rules.yaml"
        feeds = "".join(f"  - http://127.0.0.1:{port}/{number}\n" for number in range(FEEDS))
        fetch = f"{{per_host: 0s, min: 0s, concurrency: {CONCURRENCY}}}"
        config.write_text(f"settings: {{allow_private_hosts: true, fetch: {fetch}}}\nfeeds:\n{feeds}rules: [Huawei]\n")
        with closing(SqliteStore(tmp_path / "wirewatch.db")) as store:
            store.migrate()
            rules = RulesInForce(Environment(config=config), store, write)
            await rules.load()
            nudges: list[str] = []
            polls = PollRunner(store, write, rules, nudges.append)
            polls.fetcher = HttpFetcher(rules.ruleset.settings, clock=clock, parser=ParserHere())
            await polls.declare()
            for round_of_ticks in (20, 40, FEEDS):  # with `min: 0s` a feed is due again as soon as it was asked
                nudges.clear()
                await polls.tick()
                await asyncio.gather(*polls.running)
                assert len(asked) == sum(asked.values()) == round_of_ticks
                assert ("poll" in nudges) is (round_of_ticks < FEEDS)
            await polls.tick()
            await asyncio.gather(*polls.running)
            assert max(asked.values()) == 2
            await polls.fetcher.close()
