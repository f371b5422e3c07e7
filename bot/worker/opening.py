"""A store that may be away for a while → the store, open; what the worker before left in it is forgotten.

The law: a start does not end where waiting helps. Databases start later than what needs them (after a power cut, in a
composition of containers, during a failover), and a platform that saw a process end three times starts it hours later.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

import structlog

from bot.app import Environment, open_environment_store
from bot.core.socket_trouble import SOCKET_TROUBLE
from bot.errors import StoreBusy
from bot.ports import Store
from bot.worker.jobs import Jobs
from bot.worker.writer_thread import WriterThread

_AGAIN = 1.0
"""Seconds between two tries."""

_log = structlog.get_logger()


async def open_when_there(
    environment: Environment, write: WriterThread, jobs: Jobs, stopping: asyncio.Event
) -> Store | None:
    """The store, as soon as there is one to be had; None: a stop came before. Raises StoreError where a person has to
    do something first."""
    while not stopping.is_set():
        try:
            return await write(open_environment_store, environment)
        except StoreBusy as error:
            if jobs.is_news("store", str(error)):
                _log.error("job_failed", job="store", error=str(error))
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), _AGAIN)
    return None


def forget_last_worker(store: Store) -> None:
    """What the worker before held, and said of itself, ends with it: its claims on feeds, and why nobody answered its
    buttons. This one may have no app token, and then nobody would take that back."""
    store.release_feeds()
    store.save_facts({SOCKET_TROUBLE: None})
