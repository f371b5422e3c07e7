"""A store with stories that a worker told an hour ago."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

from bot.app import clock
from bot.model import ChannelId, ChannelState, DeliveryState, DigestBatch
from bot.store import SqliteStore
from tests.builders import batch, delivery, new_entry, posted


def told_stories(path: Path, stories: int) -> None:
    """So many stories about Huawei and 5G that the rule r1 told, and story 100, which is about Huawei alone."""
    now = clock() - timedelta(hours=1)
    with closing(SqliteStore(path)) as store:
        store.migrate()
        told = range(1, stories + 1)
        entries = [new_entry(number, title=f"Huawei wins 5G contract {number}", seen_at=now) for number in told]
        store.record_ingest(batch(*entries, new_entry(100, title="Huawei opens a shop", seen_at=now), at=now))
        store.record_digest(
            DigestBatch(
                channel=ChannelId("default"),
                state=ChannelState(channel=ChannelId("default")),
                deliveries=(delivery("k1", "default", *told, created_at=now, state=DeliveryState.SENT),),
                posted=tuple(posted("default", number, posted_at=now) for number in told),
            )
        )
