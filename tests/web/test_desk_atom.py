"""The desk's own feeds, as feed readers take them: by ids, by dates, and only where something is new."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import clock
from bot.model import ChannelId, DigestBatch
from bot.ports import STORE_BEGAN
from bot.store.sqlite import SqliteStore
from bot.worker.opening import forget_last_worker
from tests.web.desks import installation, recent_news
from tests.web.visits import ask, served

FEED = "/channels/trade.atom"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installation(tmp_path_factory.mktemp("atom"))


def tell_again(folder: Path) -> None:
    """All that the channel was told is told anew, as an update would be."""
    channel, now = ChannelId("trade"), clock()
    with closing(SqliteStore(folder / "wirewatch.db")) as store:
        posted = tuple(replace(row, last_told_at=now) for row in store.posted_since(now - timedelta(days=1)))
        state = store.channel_state(channel)
        store.record_digest(DigestBatch(channel=channel, state=state, deliveries=(), posted=posted, settled=()))


async def ids_of(folder: Path) -> list[str]:
    async with served(folder) as session:
        return re.findall("<entry><id>([^<]*)</id>", (await ask(session, FEED))[1])


async def test_a_store_that_is_made_anew_tells_its_stories_under_ids_of_their_own(folder: Path, tmp_path: Path) -> None:
    """A reader shows nothing under an id that it knows, and the numbers of stories begin at 1 again."""
    ids, others = await ids_of(folder), await ids_of(installation(tmp_path, recent_news()))
    numbers = [{one.split(":")[3] for one in of} for of in (ids, others)]
    assert numbers[0] & numbers[1]
    assert len({*ids, *others}) == len(ids) + len(others) > 0
    assert await ids_of(folder) == ids


async def test_an_update_of_wirewatch_tells_readers_nothing_anew(tmp_path: Path) -> None:
    """A store of a build before keeps its ids, whatever worker runs on it: readers would show all of them once more."""
    folder = installation(tmp_path)
    with closing(SqliteStore(folder / "wirewatch.db")) as store:
        store.save_facts({STORE_BEGAN: None})
        forget_last_worker(store, clock(), timedelta(days=30))
    ids = await ids_of(folder)
    assert all(re.fullmatch(r"urn:wirewatch:story:\d+", one) for one in ids)
    assert ids


async def test_a_reader_that_has_the_feed_as_it_is_gets_no_second_one(tmp_path: Path) -> None:
    folder = installation(tmp_path)
    async with served(folder) as session:
        code, feed, answer = await ask(session, FEED)
        etag = answer.headers["ETag"]
        assert code == 200
        for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
            code, body, answer = await ask(session, FEED, headers={"If-None-Match": known})
            assert (code, body, answer.headers["ETag"]) == (304, "", etag)
        assert (await ask(session, FEED, headers={"If-None-Match": '"other"'}))[:2] == (200, feed)
        tell_again(folder)
        assert (await ask(session, FEED, headers={"If-None-Match": etag}))[0] == 200


async def test_an_update_says_what_is_new(tmp_path: Path) -> None:
    """Its date was a later one, and nothing told a reader why."""
    folder = installation(tmp_path)
    async with served(folder) as session:
        before = (await ask(session, FEED))[1]
        tell_again(folder)
        after = (await ask(session, FEED))[1]
    assert "Updated:" not in before
    assert 0 < after.count("Updated: ") <= after.count("<summary>")
