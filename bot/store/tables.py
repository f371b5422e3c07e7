"""What every table has: a database, and lists of any length in its statements; and the names of them all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.store.database import Database, Row
from bot.store.values import chunks, placeholders

TABLES = (
    "facts", "feeds", "inbox", "entries", "known", "story_index", "merges", "matches", "waiting", "posted",
    "channels", "outbox", "outbox_stories", "notices", "boilerplate", "learnt_lines", "marks", "questions",
    "rules_history", "rule_states",
)  # fmt: skip
"""Every table that holds what Wirewatch remembers; beside them only the lease and the archive-search words."""


class Table:
    """Statements about one table (or two that belong together). A method whose docstring says so wants a transaction
    to be open."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def _query_in(self, sql: str, values: Iterable[object]) -> Iterator[Row]:
        """Rows of a SELECT with `IN (…)` for `values` without repeats, however many: a statement for each chunk."""
        for part in chunks(values):
            yield from self._database.query_in(sql, part)

    def _run_in(self, sql: str, values: Iterable[object]) -> None:
        """The same for a statement that changes rows."""
        for part in chunks(values):
            self._database.run(sql.replace("…", placeholders(part)), part)
