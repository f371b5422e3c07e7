"""A hostile server and a fetcher on a clock that tests turn; parsers are real processes, shared by all tests."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.parse import DeltaParse
from bot.core.polling import first_state
from bot.core.rulefile.ruleset import read_ruleset
from bot.fetch import HttpFetcher, Parser, ParserPool
from bot.model import Feed, FeedId, FeedState, FetchSettings, Notice, NoticeKind, PollRecord, Settings
from bot.store import open_store
from tests.fetch.hostile import Hostile, hostile
from tests.fetch.room import RULES, Room

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def parsers() -> Iterator[ParserPool]:
    pool = ParserPool(workers=1, deadline=8)
    yield pool
    pool.close()


class Counted:
    """A parser that counts what it is given."""

    def __init__(self, parser: Parser) -> None:
        self.count = 0
        self._parser = parser

    async def read(
        self, body: bytes, *, url: str, headers: Mapping[str, str], seen_at: datetime, before: str | None = None
    ) -> DeltaParse:
        self.count += 1
        return await self._parser.read(body, url=url, headers=headers, seen_at=seen_at, before=before)

    async def article(self, body: bytes, content_type: str, url: str) -> str:
        return await self._parser.article(body, content_type, url)

    def close(self) -> None:
        pass


def kinds_told(notices: tuple[Notice, ...]) -> list[NoticeKind]:
    """What the notices of a poll tell, by their keys (`feed:ID:KIND:SECOND`)."""
    return [NoticeKind(notice.key.split(":")[-2]) for notice in notices]


class Poller:
    """Polls feeds as the worker would, and remembers their states."""

    def __init__(self, settings: Settings, parser: Counted, patience: timedelta | None, jitter: float = 0.5) -> None:
        self.now = NOON
        self.states: dict[FeedId, FeedState] = {}
        self.parser = parser
        self.jitter = jitter
        self.fetcher = HttpFetcher(
            settings, clock=lambda: self.now, parser=parser, jitter=lambda: self.jitter, patience=patience
        )

    def feed(self, url: str, **fields: object) -> Feed:
        feed = Feed(id=FeedId(url.rpartition("/")[2] or "feed"), url=url, name="The Feed", label=url)
        return replace(feed, **fields)  # type: ignore[arg-type]  # fields of Feed

    async def poll(self, url: str, **fields: object) -> PollRecord:
        """One poll now, due or not."""
        feed = self.feed(url, **fields)
        state = self.states.get(feed.id) or first_state(feed, self.now, self.fetcher.settings.fetch)
        outcome = await self.fetcher.poll(feed, state, self.now)
        self.states[feed.id] = outcome.state
        return outcome

    async def poll_when_due(self, url: str, **fields: object) -> PollRecord:
        """Turns the clock to the due time, then polls."""
        state = self.states.get(self.feed(url, **fields).id)
        if state is not None:
            self.now = max(self.now, state.next_due_at)
        return await self.poll(url, **fields)

    def validators(self, url: str) -> tuple[str | None, str | None]:
        validators = self.states[self.feed(url).id].validators
        return validators.etag, validators.last_modified


QUICK = FetchSettings(per_host=timedelta(0), timeout=timedelta(seconds=1.5), max_bytes=1_000_000)


@contextlib.asynccontextmanager
async def poller(
    parsers: Parser, *, allow_private_hosts: bool = True, patience: timedelta | None = None, **fetch: object
) -> AsyncIterator[Poller]:
    settings = Settings(
        allow_private_hosts=allow_private_hosts,
        timezone="Europe/Berlin",
        fetch=replace(QUICK, **fetch),  # type: ignore[arg-type]  # fields of FetchSettings
    )
    polling = Poller(settings, Counted(parsers), patience)
    yield polling
    await polling.fetcher.close()


@pytest.fixture
async def server() -> AsyncIterator[Hostile]:
    async with hostile() as running:
        yield running


@pytest.fixture
async def polling(parsers: ParserPool) -> AsyncIterator[Poller]:
    async with poller(parsers) as running:
        yield running


@pytest.fixture
async def room(tmp_path: Path, migrated_file: Path, parsers: ParserPool) -> AsyncIterator[Room]:
    ruleset, problems = read_ruleset(RULES.encode(), {})
    assert ruleset is not None, problems
    store = open_store(Path(shutil.copyfile(migrated_file, tmp_path / "wirewatch.db")))
    store.migrate()
    async with poller(parsers) as polling:
        yield Room(store, polling, ruleset)
    store.close()
