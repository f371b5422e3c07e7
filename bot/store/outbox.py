"""What goes out: the *digest* transaction (waiting items become frozen messages), and each step of a delivery."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from bot.model import (
    ChannelId,
    ChannelState,
    Delivery,
    DeliveryState,
    Digest,
    EntryId,
    Priority,
    RuleId,
    StoryId,
    Waiting,
    WaitingKind,
)
from bot.ports import DigestBatch
from bot.store.base import Sql, bounded, chunks, marks
from bot.store.rows import dumps, instant_text, loads


class Outbox(Sql):
    """Waiting items, deliveries, and notices to ops."""

    # --- digest ---

    def channel_state(self, channel: ChannelId) -> ChannelState:
        rows = self.query("SELECT state FROM channels WHERE channel = ?", (channel,))
        return loads(ChannelState, rows[0][0]) if rows else ChannelState(channel=channel)

    def waiting(self, channel: ChannelId) -> list[Waiting]:
        return self._waiting("channel = ?", (channel,))

    def _waiting(self, where: str, values: Sequence[object]) -> list[Waiting]:
        rows = self.query(
            "SELECT channel, story, entry, rule, priority, kind, since_at, changes FROM waiting"  # noqa: S608  # fixed texts
            f" WHERE {where} ORDER BY since_at, entry, rule",
            values,
        )
        return [
            Waiting(
                channel=ChannelId(row[0]),
                story=StoryId(row[1]),
                entry=EntryId(row[2]),
                rule=RuleId(row[3]) if row[3] else None,
                priority=Priority(row[4]),
                kind=WaitingKind(row[5]),
                since_at=datetime.fromisoformat(row[6]),
                changes=tuple(json.loads(row[7])),
            )
            for row in rows
        ]

    def waiting_channels(self) -> list[ChannelId]:
        return [ChannelId(row[0]) for row in self.query("SELECT DISTINCT channel FROM waiting ORDER BY channel")]

    def record_digest(self, batch: DigestBatch) -> None:
        with self.transaction():
            self.insert(
                "channels",
                ("channel", "state"),
                [(batch.channel, dumps(batch.state))],
                "ON CONFLICT (channel) DO UPDATE SET state = excluded.state",
            )
            self._add_deliveries(batch.deliveries)
            self.insert(
                "posted",
                ("channel", "story", "posted", "posted_at"),
                [(p.channel, p.story, dumps(p), instant_text(p.posted_at)) for p in batch.posted],
                "ON CONFLICT (channel, story) DO UPDATE SET posted = excluded.posted, posted_at = excluded.posted_at",
            )
            for row in batch.settled:
                self.run(
                    "DELETE FROM waiting WHERE channel = ? AND story = ? AND entry = ? AND rule = ?",
                    (row.channel, row.story, row.entry, row.rule or ""),
                )

    # --- deliver ---

    def add_deliveries(self, deliveries: Iterable[Delivery]) -> list[str]:
        with self.transaction():
            return self._add_deliveries(deliveries)

    def _add_deliveries(self, deliveries: Iterable[Delivery]) -> list[str]:
        new = []
        for delivery in deliveries:
            changed = self.run(
                "INSERT INTO outbox (key, channel, state, created_at, delivery, digest, payload)"
                " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
                (
                    delivery.key,
                    delivery.channel,
                    delivery.state,
                    instant_text(delivery.created_at),
                    _delivery_text(delivery),
                    dumps(delivery.digest),
                    dumps(delivery.payload),
                ),
            )
            if changed:
                new.append(delivery.key)
                stories = [(delivery.key, story.story) for story in delivery.digest.stories]
                self.insert("outbox_stories", ("key", "story"), stories, "ON CONFLICT DO NOTHING")
        return new

    def open_deliveries(self, after: int = 0, limit: int | None = None) -> list[Delivery]:
        done = [state for state in DeliveryState if state.is_done]
        return self._deliveries("state NOT IN (?, ?) AND id > ?", (*done, after), limit)

    def delivery(self, key: str) -> Delivery | None:
        found = self._deliveries("key = ?", (key,))
        return found[0] if found else None

    def deliveries_of(self, story: StoryId) -> list[Delivery]:
        return self._deliveries("key IN (SELECT key FROM outbox_stories WHERE story = ?)", (story,))

    def _deliveries(self, where: str, values: Sequence[object], limit: int | None = None) -> list[Delivery]:
        sql = f"SELECT id, delivery, digest, payload FROM outbox WHERE {where} ORDER BY id"  # noqa: S608  # fixed texts
        if limit is not None:
            sql, values = sql + " LIMIT ?", (*values, limit)
        rows = self.query(sql, values)
        return [
            replace(
                loads(Delivery, _with(row[1], digest=row[2], payload=row[3])),
                id=row[0],
            )
            for row in rows
        ]

    def save_delivery(self, delivery: Delivery) -> None:
        with self.transaction():
            self.run(
                "UPDATE outbox SET state = ?, delivery = ?, payload = ? WHERE key = ?",
                (delivery.state, _delivery_text(delivery), dumps(delivery.payload), delivery.key),
            )

    def forget_attempts(self) -> None:
        """Rows that wait count as never tried: after a restore they may have gone out without our knowing."""
        with self.transaction():
            for row in self.open_deliveries():
                if row.state.is_waiting and row.attempts:
                    self.save_delivery(replace(row, attempts=0))

    def settle_notices(self, keys: Iterable[str], deliveries: Iterable[Delivery]) -> None:
        with self.transaction():
            self._add_deliveries(deliveries)
            for part in chunks(map(bounded, keys)):
                self.run(f"UPDATE notices SET settled = 1 WHERE key IN ({marks(part)})", part)  # noqa: S608  # marks


def _with(delivery: str, *, digest: str, payload: str) -> str:
    """The JSON of a delivery with its frozen parts put back."""
    return delivery[:-1] + ',"digest":' + digest + ',"payload":' + payload + "}"


def _delivery_text(delivery: Delivery) -> str:
    bare = replace(delivery, digest=cast(Digest, None), payload=cast("Mapping[str, object]", None))
    fields = json.loads(dumps(bare))
    return json.dumps({key: value for key, value in fields.items() if key not in ("digest", "payload", "id")})
