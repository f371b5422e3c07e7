"""Small facts (key → text), and notices that wait to be sent to ops."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.core.codec import instant_text
from bot.model import Notice
from bot.store.tables import Table
from bot.store.values import bounded


class FactsTable(Table):
    """Key → text."""

    def get(self, key: str) -> str | None:
        rows = self._database.query("SELECT value FROM facts WHERE key = ?", (key,))
        return rows[0][0] if rows else None

    def save(self, facts: Mapping[str, str | None]) -> None:
        with self._database.transaction():
            gone = [(key,) for key, value in facts.items() if value is None]
            self._database.run_each("DELETE FROM facts WHERE key = ?", gone)
            self._database.insert(
                "facts",
                ("key", "value"),
                [(key, value) for key, value in facts.items() if value is not None],
                "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            )

    def with_prefix(self, prefix: str) -> Mapping[str, str]:
        sql = "SELECT key, value FROM facts WHERE key >= ? AND key < ? ORDER BY key"
        return dict(self._database.query(sql, (prefix, prefix + "\U0010ffff")))


class NoticesTable(Table):
    """Messages of our own to ops, each key once ever; settled ones stay until they are pruned."""

    def add(self, notices: Iterable[Notice]) -> list[Notice]:
        sql = "INSERT INTO notices (key, text, at) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING"
        with self._database.transaction():
            return [
                notice
                for notice in notices
                if self._database.run(sql, (bounded(notice.key), notice.text, instant_text(notice.at)))
            ]

    def open(self) -> list[Notice]:
        rows = self._database.query("SELECT key, text, at FROM notices WHERE settled = 0 ORDER BY at, key")
        return [Notice(key=row[0], text=row[1], at=datetime.fromisoformat(row[2])) for row in rows]

    def settle(self, keys: Iterable[str]) -> None:
        """Inside a transaction."""
        self._run_in("UPDATE notices SET settled = 1 WHERE key IN (…)", map(bounded, keys))
