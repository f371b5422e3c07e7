"""`run`: the worker."""

from __future__ import annotations

import asyncio
import sys

import click

from bot.app import configure_logs
from bot.cli.options import Options
from bot.worker import Worker


@click.command()
@click.option("--once", is_flag=True, help="Do everything that is due now, once, then exit.")
@click.option(
    "--role",
    type=click.Choice(["full", "poll"]),
    default="full",
    help="`poll`: an extra poller beside a full worker on the same PostgreSQL.",
)
@click.pass_obj
def run(options: Options, once: bool, role: str) -> None:
    """Start the worker: poll, ingest, match, digest, deliver.

    Example: SLACK_BOT_TOKEN=xoxb-… wirewatch run
    """
    environment = options.environment
    # With a token stdout is the log, as platforms expect; without one the digests have it.
    configure_logs(environment, sys.stderr if environment.slack_bot_token is None else sys.stdout)
    if environment.slack_bot_token is None:
        click.echo("No SLACK_BOT_TOKEN: digests are printed here. Stop with Ctrl-C.", err=True)
    worker = Worker(environment, once=once, role=role)
    raise SystemExit(asyncio.run(worker.run()))
