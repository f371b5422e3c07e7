"""A start: it waits for a store that is away, and forgets what the worker before left in it.

The law: a start does not end where waiting helps. Databases start later than what needs them (after a power cut, in a
composition of containers, during a failover), and a platform that saw a process end three times starts it hours later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.core.codec import instant_text
from bot.core.heartbeat import Heartbeat
from bot.core.socket_trouble import SOCKET_TROUBLE
from bot.errors import StoreBusy
from bot.model import Notice
from bot.ports import HEARTBEAT, LOOKED_BACK_AT, RESTORED_FROM, STORE_BEGAN, Store
from bot.worker.jobs import Jobs

_AGAIN = 1.0
"""Seconds between two tries."""
_LONG_PAUSE, _LONG_PAUSE_OF_CRON = timedelta(minutes=10), timedelta(hours=25)
"""A worker beats every 5 s, and a restart or a deploy takes a minute or two; `run --once` may be run once a day."""
_MARGIN = timedelta(days=1)
"""What is older than `max_age` never alerts; clocks and feeds' dates differ by less than this."""

_NEW_STORE = (
    "Begins with an empty store ({}), as a first start does. Where Wirewatch was at work before, this is another store "
    "(see DATABASE_URL, or STATE_DIR), and what came out meanwhile may not be told."
)
"""DATABASE_URL was mistyped, or leads to an empty database since today: only a person knows it from a first start."""

_log = structlog.get_logger()


def waiting_for_store(jobs: Jobs) -> Callable[[StoreBusy], Awaitable[None]]:
    """What a start does while the store is away, between two tries of one call: it says so, once a minute, and waits.
    For `WriterThread.when_busy`, as long as it starts: later the jobs come again by themselves."""

    async def wait(error: StoreBusy) -> None:
        if jobs.is_news("store", str(error)):
            _log.error("job_failed", job="store", error=str(error))
        await asyncio.sleep(_AGAIN)

    return wait


async def started(start: Coroutine[Any, Any, None], stopping: asyncio.Event) -> bool:
    """Whether a start came to its end before a stop, which ends it whatever it waits for. Raises what it raises."""
    starting = asyncio.ensure_future(start)
    stop = asyncio.ensure_future(stopping.wait())
    await asyncio.wait({starting, stop}, return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    if not starting.done():
        starting.cancel()
        return False
    starting.result()
    return True


def forget_last_worker(store: Store, now: datetime, max_age: timedelta, *, has_slack: bool = False) -> None:
    """What the worker before held, and said of itself, ends with it: its claims on feeds, and why nobody answered its
    buttons. This one may have no app token, and then nobody would take that back.

    Where nobody was before, ops is told (`has_slack`; at a first look in the terminal there is nothing to be lost),
    once: a first worker that was killed left no beat.
    """
    store.release_feeds()
    is_new = store.get_fact(HEARTBEAT) is None and store.get_fact(STORE_BEGAN) is None
    began = {STORE_BEGAN: instant_text(now)} if is_new else {}
    if began and has_slack:
        text = _NEW_STORE.format(store.place)
        store.add_notices([Notice(key=f"began:{now.isoformat()}", text=text, at=now)])
    store.save_facts({SOCKET_TROUBLE: None, **began, **_looking_back(store, now, max_age)})


def _looking_back(store: Store, now: datetime, max_age: timedelta) -> Mapping[str, str | None]:
    """Facts by which delivery looks for each message in the channels' history before it is posted.

    A store whose worker fell silent long ago may be a snapshot of a disk or a database that was rolled back, which
    nothing in it can tell: all that was posted since was posted again.
    """
    stop_looking_back(store, now, max_age)
    since, marked = store.get_fact(RESTORED_FROM), store.get_fact(LOOKED_BACK_AT)
    beat = Heartbeat.load(store.get_fact(HEARTBEAT))
    pause = _LONG_PAUSE_OF_CRON if beat.state == "done" else _LONG_PAUSE
    if beat.beat_at is not None and now - beat.beat_at > pause:
        _log.info("looks_back", since=beat.beat_at.isoformat(timespec="seconds"))
        store.forget_attempts()
        # A clock without a battery leaves a beat of 1970: nobody reads fifty years of a channel; nor, on a machine that
        # sleeps each night, all since its first.
        oldest = now - max_age - _MARGIN
        if since is not None and marked is not None:
            since = instant_text(max(datetime.fromisoformat(since), oldest))
        since, marked = min(filter(None, (since, instant_text(max(beat.beat_at, oldest))))), None
    return {RESTORED_FROM: since, LOOKED_BACK_AT: (marked or instant_text(now)) if since is not None else None}


def stop_looking_back(store: Store, now: datetime, max_age: timedelta) -> None:
    """Once all that was posted by the time it began is too old to be told again: else every reply asked Slack first,
    for as long as the worker ran."""
    marked = store.get_fact(LOOKED_BACK_AT)
    if marked is not None and now - datetime.fromisoformat(marked) > max_age + _MARGIN:
        store.save_facts({RESTORED_FROM: None, LOOKED_BACK_AT: None})
