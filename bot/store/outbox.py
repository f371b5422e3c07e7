"""What goes out: items that wait for a channel, what was posted in each channel, and the outbox of frozen messages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from bot.core.codec import dumps, instant_text, loads, row_reader, to_columns
from bot.model import (
    ChannelId,
    ChannelState,
    Delivery,
    DeliveryState,
    Digest,
    Posted,
    StoryId,
    Waiting,
)
from bot.store.tables import Table
from bot.store.values import placeholders

_WAITING_COLUMNS = ("channel", "story", "entry", "rule", "priority", "kind", "since_at", "changes")
_OPEN = tuple(state for state in DeliveryState if not state.is_done)
_IS_OPEN = f"state IN ({placeholders(_OPEN)})"
"""By the states that are open, which their index finds: what is done is all that was ever sent."""
_read_waiting = row_reader(Waiting, _WAITING_COLUMNS)


class WaitingTable(Table):
    """Stories that wait to be posted, in order of arrival."""

    def of_channel(self, channel: ChannelId) -> list[Waiting]:
        names = ", ".join(_WAITING_COLUMNS).replace("rule", "NULLIF(rule, '')")
        rows = self._database.query(
            f"SELECT {names} FROM waiting WHERE channel = ? ORDER BY since_at, entry, rule",  # noqa: S608  # names above
            (channel,),
        )
        return [_read_waiting(row) for row in rows]

    def channels(self) -> list[ChannelId]:
        """Those that something waits for, also such as the rules file no longer has."""
        return [ChannelId(name) for (name,) in self._database.query("SELECT DISTINCT channel FROM waiting ORDER BY 1")]

    def add(self, waiting: Iterable[Waiting]) -> None:
        """Inside a transaction."""
        rows = [
            tuple("" if value is None else value for value in to_columns(item, _WAITING_COLUMNS)) for item in waiting
        ]
        conflict = "ON CONFLICT (channel, story, entry, rule) DO NOTHING"
        self._database.insert("waiting", _WAITING_COLUMNS, rows, conflict)

    def settle(self, waiting: Iterable[Waiting]) -> None:
        """They wait no more (inside a transaction)."""
        self._database.run_each(
            "DELETE FROM waiting WHERE channel = ? AND story = ? AND entry = ? AND rule = ?",
            [(item.channel, item.story, item.entry, item.rule or "") for item in waiting],
        )


class ChannelsTable(Table):
    """What the digest stage remembers of each channel, and which stories were posted there."""

    def state(self, channel: ChannelId) -> ChannelState:
        rows = self._database.query("SELECT state FROM channels WHERE channel = ?", (channel,))
        return loads(ChannelState, rows[0][0]) if rows else ChannelState(channel=channel)

    def save_state(self, state: ChannelState) -> None:
        """Inside a transaction."""
        conflict = "ON CONFLICT (channel) DO UPDATE SET state = excluded.state"
        self._database.insert("channels", ("channel", "state"), [(state.channel, dumps(state))], conflict)

    def posted(self, stories: Iterable[StoryId]) -> list[Posted]:
        sql = "SELECT posted FROM posted WHERE story IN (…) ORDER BY channel, story"
        return [loads(Posted, row[0]) for row in self._query_in(sql, stories)]

    def posted_since(self, at: datetime) -> list[Posted]:
        sql = "SELECT posted FROM posted WHERE posted_at >= ? ORDER BY posted_at, channel, story"
        return [loads(Posted, row[0]) for row in self._database.query(sql, (instant_text(at),))]

    def save_posted(self, posted: Iterable[Posted]) -> None:
        """By (channel, story), inside a transaction."""
        self._database.insert(
            "posted",
            ("channel", "story", "posted", "posted_at"),
            [(one.channel, one.story, dumps(one), instant_text(one.posted_at)) for one in posted],
            "ON CONFLICT (channel, story) DO UPDATE SET posted = excluded.posted, posted_at = excluded.posted_at",
        )


class OutboxTable(Table):
    """Frozen messages and how far each got."""

    def add(self, deliveries: Iterable[Delivery]) -> list[str]:
        new = []
        with self._database.transaction():
            for delivery in deliveries:
                is_new = self._database.run(
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
                if is_new:
                    new.append(delivery.key)
                    stories = [(delivery.key, story.story) for story in delivery.digest.stories]
                    self._database.insert("outbox_stories", ("key", "story"), stories, "ON CONFLICT DO NOTHING")
        return new

    def open(self, after: int = 0, limit: int | None = None) -> list[Delivery]:
        return self._select(_in_state(f"{_IS_OPEN} AND id + 0 > ?", limit), (*_OPEN, after))

    def open_keys(self) -> list[str]:
        sql = f"SELECT key FROM outbox WHERE {_in_state(_IS_OPEN)} ORDER BY id"  # noqa: S608  # fixed texts
        return [row[0] for row in self._database.query(sql, _OPEN)]

    def dead(self, limit: int) -> list[Delivery]:
        return self._select(_in_state("state = ?", limit), (DeliveryState.DEAD,))

    def by_key(self, key: str) -> Delivery | None:
        return next(iter(self._select("key = ?", (key,))), None)

    def of_story(self, story: StoryId) -> list[Delivery]:
        return self._select("key IN (SELECT key FROM outbox_stories WHERE story = ?)", (story,))

    def shown_stories(self, stories: Iterable[StoryId]) -> frozenset[StoryId]:
        sql = "SELECT DISTINCT story FROM outbox_stories WHERE story IN (…)"
        return frozenset(StoryId(row[0]) for row in self._query_in(sql, stories))

    def messages_showing(self, stories: Iterable[StoryId]) -> frozenset[tuple[str, StoryId]]:
        sql = "SELECT key, story FROM outbox_stories WHERE story IN (…)"
        return frozenset((row[0], StoryId(row[1])) for row in self._query_in(sql, stories))

    def save(self, delivery: Delivery) -> None:
        with self._database.transaction():
            self._database.run(
                "UPDATE outbox SET state = ?, delivery = ?, payload = ? WHERE key = ?",
                (delivery.state, _delivery_text(delivery), dumps(delivery.payload), delivery.key),
            )

    def save_shortened(self, delivery: Delivery) -> None:
        """A row whose digest shows fewer stories than before, inside a transaction."""
        self.save(delivery)
        self._database.run("UPDATE outbox SET digest = ? WHERE key = ?", (dumps(delivery.digest), delivery.key))
        self._database.run("DELETE FROM outbox_stories WHERE key = ?", (delivery.key,))
        stories = [(delivery.key, story.story) for story in delivery.digest.stories]
        self._database.insert("outbox_stories", ("key", "story"), stories, "ON CONFLICT DO NOTHING")

    def forget_attempts(self) -> None:
        """Rows that wait count as never tried: after a restore they may have gone out without our knowing."""
        with self._database.transaction():
            for row in self.open():
                if row.state.is_waiting and row.attempts:
                    self.save(replace(row, attempts=0))

    def _select(self, where: str, values: Sequence[object]) -> list[Delivery]:
        sql = f"SELECT id, delivery, digest, payload FROM outbox WHERE {where} ORDER BY id"  # noqa: S608  # fixed texts
        return [
            replace(loads(Delivery, _with_frozen_parts(row[1], digest=row[2], payload=row[3])), id=row[0])
            for row in self._database.query(sql, values)
        ]


def _in_state(condition: str, limit: int | None = None) -> str:
    """The rows of a few states, by the index of the states: in the order of ids PostgreSQL walks through all that was
    ever sent until it has met `limit` of them (a second or more, with some held), and so does SQLite once somebody has
    analysed it. A sum is in no other index."""
    first = f" ORDER BY id + 0 LIMIT {limit:d}" if limit is not None else ""
    return f"id IN (SELECT id FROM outbox WHERE {condition}{first})"  # noqa: S608  # fixed texts


def _with_frozen_parts(delivery: str, *, digest: str, payload: str) -> str:
    """The JSON of a delivery with its frozen parts put back."""
    return delivery[:-1] + ',"digest":' + digest + ',"payload":' + payload + "}"


def _delivery_text(delivery: Delivery) -> str:
    """Everything that changes on the way: the frozen parts and the id have columns of their own."""
    bare = replace(delivery, digest=cast(Digest, None), payload=cast("Mapping[str, object]", None))
    fields = json.loads(dumps(bare))
    return json.dumps({key: value for key, value in fields.items() if key not in ("digest", "payload", "id")})
