"""Ingest on the writer thread: inbox rows in, what became of them out, whatever one of them does to us.

Law: a fault of ours costs one entry, never the news behind it. A slice that fails is taken again entry by entry; the
one that fails alone is set aside in the inbox, ops are told, and the next release tries it again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog

from bot import pipeline
from bot.app import report_fault
from bot.errors import StoreRefused, WirewatchError
from bot.model import RuleSet
from bot.pipeline import Desk, Ingested
from bot.ports import Store

TRIED_BY = "set_aside:tried_by"
"""The fact that names the release that has tried what is set aside."""

log = structlog.get_logger()


class Ingesting:
    """The desk in memory and its way back to what the store has: `reopen` makes one from the store alone."""

    def __init__(self, store: Store, ruleset: RuleSet, reopen: Callable[[Store, RuleSet], Desk]) -> None:
        self._store = store
        self._reopen = reopen
        self._is_ahead = False
        """An ingest began whose commit nobody has seen: the index in memory may know what the store does not."""
        self._one_by_one = 0
        """Entries that are still to be taken singly, after a slice that failed."""
        self.desk = reopen(store, ruleset)

    def take_back(self, release: str) -> None:
        """Puts what an earlier release set aside back into the inbox; the same release would fail on it again."""
        if self._store.get_fact(TRIED_BY) != release:
            self._store.take_back()
            self._store.save_facts({TRIED_BY: release})

    def take(self, now: datetime, limit: int) -> Ingested:
        """Ingests up to `limit` inbox rows in one transaction. Raises WirewatchError where the store cannot be used."""
        if self._is_ahead:
            self.desk = self._reopen(self._store, self.desk.ruleset)
        self._is_ahead = True
        alone = self._one_by_one > 0 or limit == 1
        first = self._store.first_in_inbox() if alone else None
        try:
            done = pipeline.ingest(self._store, self.desk, now, 1 if alone else limit)
        except Exception as fault:
            is_ours = isinstance(fault, StoreRefused) or not isinstance(fault, WirewatchError | MemoryError | OSError)
            if not is_ours:
                raise  # no entry's fault: the job says so and tries again
            report_fault(fault)
            log.debug("ingest_failed", exc_info=True)
            if not alone:
                log.warning("ingest_failed", entries=limit, error=f"{type(fault).__name__}: {fault}")
                self._one_by_one = limit
                return self.take(now, limit)
            # A poller beside us may have brought an earlier row meanwhile: then it is not told which one failed.
            if first is not None and first == self._store.first_in_inbox():
                log.error("entry_set_aside", row=first, error=f"{type(fault).__name__}: {fault}")
                pipeline.set_aside(self._store, first, fault, now)
            self._one_by_one = max(self._one_by_one - 1, 0)
            return Ingested(taken=1)
        self._is_ahead = False
        self._one_by_one = max(self._one_by_one - 1, 0) if done.taken else 0
        return done
