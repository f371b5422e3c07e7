"""Inbox rows → entries, on the writer thread, whatever one of them does to us.

Law: a fault of ours costs one entry, never the news behind it. A slice that fails is taken again entry by entry; the
one that fails alone is set aside in the inbox, ops are notified, and the next release tries it again.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import structlog

from bot import pipeline
from bot.app import nothing_collected
from bot.core.text.sanitize import short_line
from bot.errors import is_own_fault
from bot.logs import report_fault
from bot.model import Notice, RuleSet
from bot.pipeline import Ingested, IngestState
from bot.ports import Store

_TRIED_BY = "set_aside:tried_by"
"""The fact that names the release that has tried what is set aside."""

_SLICE_SECONDS, _SLICE_SECONDS_ONCE = 0.1, 1.0
"""What one ingest on the writer thread should take: each commit costs 4 ms, but deliveries and people wait behind it;
not with `run --once`, which delivers when all is taken in."""

log = structlog.get_logger()


def next_slice(size: int, taken: int, seconds: float, *, once: bool = False) -> int:
    """How many entries the next ingest takes, after one of `taken` took `seconds`: towards _SLICE_SECONDS; 10–500."""
    wanted = _SLICE_SECONDS_ONCE if once else _SLICE_SECONDS
    if taken < size and seconds < wanted:
        return size
    fit = taken * wanted / max(seconds, 0.001)
    return round(min(max(fit, size / 2, 10), size * 2, 500))


class Ingesting:
    """The state in memory and its way back to what the store has: `load` makes one from the store alone."""

    def __init__(
        self, store: Store, ruleset: RuleSet, load: Callable[[Store, RuleSet], IngestState] = IngestState.load
    ) -> None:
        self._store = store
        self._load = load
        self._is_ahead = False
        """An ingest began whose commit nobody has seen: the index in memory may know what the store does not."""
        self._one_by_one = 0
        """Entries that are still to be taken singly, after a slice that failed."""
        self.state = load(store, ruleset)
        self._next_entry = store.next_entry_id()
        """What the store's next entry is by what this process knows."""
        if self.state.index.converted:
            log.info("story_index_converted", reports=self.state.index.converted)

    def take_back(self, release: str) -> None:
        """Puts what an earlier release set aside back into the inbox; the same release would fail on it again."""
        if self._store.get_fact(_TRIED_BY) != release:
            self._store.take_back()
            self._store.save_facts({_TRIED_BY: release})

    def take(self, now: datetime, limit: int) -> Ingested:
        """Ingests up to `limit` inbox rows in one transaction. Raises WirewatchError where the store cannot be used."""
        next_entry = self._store.next_entry_id()
        # A server that was behind at a failover has lost entries which the index knows, and gives their numbers away.
        if self._is_ahead or next_entry != self._next_entry:
            self.state = self._load(self._store, self.state.ruleset)
            self._next_entry = next_entry
        self._is_ahead = True
        alone = self._one_by_one > 0 or limit == 1
        first = self._store.first_in_inbox() if alone else None
        try:
            with nothing_collected():
                done = pipeline.ingest(self._store, self.state, now, 1 if alone else limit)
        except Exception as fault:
            if not is_own_fault(fault):
                raise  # no entry's fault: the job says so and tries again
            report_fault(fault)
            log.debug("ingest_failed", exc_info=True)
            if not alone:
                log.warning("ingest_failed", entries=limit, error=f"{type(fault).__name__}: {fault}")
                self._one_by_one = limit
                return self.take(now, limit)
            # A poller beside us may have brought an earlier row meanwhile: then it is not known which one failed.
            if first is not None and first == self._store.first_in_inbox():
                log.error("entry_set_aside", row=first, error=f"{type(fault).__name__}: {fault}")
                _set_aside(self._store, first, fault, now)
            self._one_by_one = max(self._one_by_one - 1, 0)
            return Ingested(taken=1)
        self._is_ahead = False
        if done.taken:
            self._next_entry = self._store.next_entry_id()
        self._one_by_one = max(self._one_by_one - 1, 0) if done.taken else 0
        return done


def _set_aside(store: Store, row: int, fault: Exception, now: datetime) -> None:
    """Sets an inbox row aside: `fault` came up when it was ingested alone. Ops hear of it, once a feed and day."""
    subject, feed, url = "An entry", "", ""
    with suppress(Exception):  # the row itself may be what cannot be read
        entry = next(item.entry for item in store.inbox(1) if item.id == row)
        title = short_line(entry.title or entry.guid or "without a title", 120)
        feed, url = entry.feed or "", entry.url or ""
        subject = f"The entry “{title}”{f' of the feed {feed}' if feed else ''}"
    notice = Notice(
        key=f"aside:{feed}:{now:%Y-%m-%d}",
        text=f"{subject} could not be taken in ({type(fault).__name__}: {str(fault)[:200]}). This is a fault of "
        f"Wirewatch's: please report it{f' with the URL {url}' if url else ''}. The entry is kept and tried again "
        "by the next release; all others go on.",
        at=now,
    )
    store.set_aside(row, notice)
