"""`demo`: a newsroom of invented outlets on loopback goes through the real worker."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import click
from aiohttp import web

from bot.app import Environment, clock, open_environment_store, stopwatch
from bot.cli.options import Options
from bot.demo.outlets import OUTLETS
from bot.demo.rules import demo_rules
from bot.demo.script import ENDS_AFTER, LEAD, SCRIPT, Event
from bot.demo.server import Newsroom
from bot.logs import configure_logs
from bot.model import DeliveryState, Digest, FeedId, MessageKind
from bot.ports import Store
from bot.web import make_runner
from bot.worker import Worker

_DESK_PORT = 8080
"""The port that the README names."""
_NOT_HERE = ("WEB_TOKEN", "PUBLIC_URL", "READ_ONLY")
"""Variables that are meant for the real desk."""
_FIRST_POLLS = 60.0
"""Seconds that the first poll of every outlet gets."""
_ONCE_ENDS_AFTER = 60.0
"""Seconds after which `--once` gives up waiting for its digest."""
_PATIENCE = 10.0
"""Seconds that an event waits for what was published before it to reach the archive."""


@click.command("demo")
@click.option("--once", is_flag=True, help="End after the digest that shows an update.")
@click.pass_obj
def demo_command(options: Options, once: bool) -> None:
    """See Wirewatch at work, offline, for about a minute. Seven invented outlets tell two stories.

    Example: wirewatch demo --once
    """
    with tempfile.TemporaryDirectory(prefix="wirewatch-demo-") as folder:
        environment = replace(
            options.environment,
            config=Path(folder) / "rules.yaml",
            state=Path(folder) / "state",
            database_url=None,
            slack_bot_token=None,
            slack_app_token=None,
            variables={name: value for name, value in options.environment.variables.items() if name not in _NOT_HERE},
            log_level="error",
        )
        configure_logs(environment, sys.stderr)
        code = asyncio.run(_demo(environment, once))
    raise SystemExit(code)


async def _demo(environment: Environment, once: bool) -> int:
    newsroom = Newsroom(clock())
    await newsroom.start()
    environment.config.write_text(demo_rules(newsroom.url), encoding="utf-8")
    worker = Worker(environment)
    desk = make_runner(environment)
    _say("Seven invented outlets publish on loopback; the real worker polls them every two seconds.")
    _say(f"The desk: {await _serve(desk)}")
    narration = asyncio.ensure_future(_narrate(newsroom, environment, once, worker.stop))
    try:
        return await worker.run()
    finally:
        await desk.cleanup()
        narration.cancel()
        with suppress(asyncio.CancelledError):
            await narration
        await newsroom.stop()


async def _serve(desk: web.AppRunner) -> str:
    """The desk's address on loopback: the usual port, or another where that one is taken."""
    await desk.setup()
    try:
        await web.TCPSite(desk, "127.0.0.1", _DESK_PORT).start()
    except OSError:
        await web.TCPSite(desk, "127.0.0.1", 0).start()
    return f"http://127.0.0.1:{desk.addresses[0][1]}/"


async def _narrate(newsroom: Newsroom, environment: Environment, once: bool, stop: Callable[[], None]) -> None:
    """Plays the script, comments on it on stderr, and stops the worker at the end."""
    try:
        # What stands in a feed at its first poll is its baseline and never alerts: nothing may happen before that.
        ready = stopwatch() + _FIRST_POLLS
        while stopwatch() < ready and not await asyncio.to_thread(_asked, environment, _all_read):
            await asyncio.sleep(0.2)
        started = stopwatch()
        events = list(SCRIPT)
        published: dict[str, set[str]] = {}
        end = _ONCE_ENDS_AFTER if once else ENDS_AFTER.total_seconds()
        while stopwatch() - started < end:
            while events and (late := stopwatch() - started - events[0].after) >= 0:
                event = events[0]
                # Wirewatch hears of things in the order in which they happen, on a slow machine too.
                is_ready = partial(_is_ready, event, published)
                if late < _PATIENCE and not await asyncio.to_thread(_asked, environment, is_ready):
                    break
                del events[0]
                newsroom.publish(event)
                if event.slug:
                    published.setdefault(event.outlet, set()).add(event.slug)
                _say(f"[{event.after:>4.0f} s] {event.tells}")
            if once and await asyncio.to_thread(_asked, environment, _is_all_shown):
                break
            await asyncio.sleep(0.2)
        _say("That was the demo. Next: edit rules.yaml, then `make run`.")
    finally:
        stop()


def _asked(environment: Environment, question: Callable[[Store], bool]) -> bool:
    with closing(open_environment_store(environment)) as store:
        return question(store)


def _all_read(store: Store) -> bool:
    """Whether every outlet's feed has been read once."""
    states = store.feed_states().values()
    return len(states) == len(OUTLETS) and all(state.last_ok_at for state in states)


def _is_ready(event: Event, published: Mapping[str, set[str]], store: Store) -> bool:
    """Whether every article that was published is in the archive, beside the one of each outlet's baseline."""
    taken = store.feed_counts()
    is_taken = all(taken.get(FeedId(outlet), 0) > len(slugs) for outlet, slugs in published.items())
    return is_taken and (not event.after_digest or bool(_lead_digests(store)))


def _is_all_shown(store: Store) -> bool:
    """Whether a digest has reached the terminal that brings an update of the story, and another story beside it."""
    return any(len(digest.stories) > 1 and any(s.updated for s in digest.stories) for digest in _lead_digests(store))


def _lead_digests(store: Store) -> list[Digest]:
    """The digests printed so far that hold the breaking story."""
    return [
        delivery.digest
        for entry in store.entries_by_url(f"https://{OUTLETS[0].domain}/{LEAD}")[:1]
        for delivery in store.deliveries_of(entry.story)
        if delivery.kind is MessageKind.DIGEST and delivery.state is DeliveryState.SENT
    ]


def _say(text: str) -> None:
    click.secho(text, fg="cyan", err=True)
