"""`demo`: a newsroom of invented outlets on loopback goes through the real worker."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import click

from bot.app import Environment, clock, configure_logs, open_environment_store, stopwatch
from bot.cli.options import Options
from bot.newsroom.desk import rules_text
from bot.newsroom.script import ENDS_AFTER, SCRIPT
from bot.newsroom.server import Newsroom
from bot.worker import Worker

FIRST_DIGEST = 60.0
"""Seconds after which `--once` gives up waiting for a digest."""


@click.command()
@click.option("--once", is_flag=True, help="End after the first digest.")
@click.pass_obj
def demo(options: Options, once: bool) -> None:
    """See Wirewatch at work, offline: seven invented outlets, one story, about a minute.

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
            log_level="error",
        )
        configure_logs(environment, sys.stderr)
        code = asyncio.run(_demo(environment, once))
    raise SystemExit(code)


async def _demo(environment: Environment, once: bool) -> int:
    newsroom = Newsroom(clock())
    await newsroom.start()
    environment.config.write_text(rules_text(newsroom.url), encoding="utf-8")
    worker = Worker(environment)
    _say("Seven invented outlets publish on loopback; the real worker polls them every two seconds.")
    narration = asyncio.ensure_future(_narrate(newsroom, environment, once, worker.stop))
    try:
        return await worker.run()
    finally:
        narration.cancel()
        with suppress(asyncio.CancelledError):
            await narration
        await newsroom.stop()


async def _narrate(newsroom: Newsroom, environment: Environment, once: bool, stop: Callable[[], None]) -> None:
    """Lets the script happen, tells of it on stderr, and stops the worker at the end."""
    try:
        started = stopwatch()
        events = list(SCRIPT)
        end = FIRST_DIGEST if once else ENDS_AFTER.total_seconds()
        while stopwatch() - started < end:
            while events and events[0].after <= stopwatch() - started:
                event = events.pop(0)
                newsroom.publish(event)
                _say(f"[{event.after:>4.0f} s] {event.tells}")
            if once and await asyncio.to_thread(_sent, environment):
                break
            await asyncio.sleep(0.2)
        if not once:
            _say("That was the demo. Next: edit rules.yaml, then `make run`.")
    finally:
        stop()


def _sent(environment: Environment) -> bool:
    """Whether a message has reached the terminal."""
    store = open_environment_store(environment)
    try:
        return store.counts().outbox.get("sent", 0) > 0
    finally:
        store.close()


def _say(text: str) -> None:
    click.secho(text, fg="cyan", err=True)
