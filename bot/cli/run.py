"""`run`: the worker."""

from __future__ import annotations

import sys

import click

from bot.app import Environment, clock, run_until_done
from bot.cli.options import Options
from bot.errors import UsageError
from bot.logs import configure_logs, log_note, start_sentry
from bot.ports import Companion
from bot.worker import Poller, Worker


@click.command("run")
@click.option("--once", is_flag=True, help="Do everything that is due now, once, then exit.")
@click.option(
    "--role",
    type=click.Choice(["full", "poll"]),
    default="full",
    help="`poll`: an extra poller beside a full worker on the same PostgreSQL.",
)
@click.pass_obj
def run_command(options: Options, once: bool, role: str) -> None:
    """Start the worker: poll, ingest, match, digest, deliver.

    Example: SLACK_BOT_TOKEN=xoxb-… wirewatch run
    """
    environment = options.environment
    # With a token stdout is the log, as platforms expect; without one the digests have it.
    configure_logs(environment, sys.stderr if environment.slack_bot_token is None else sys.stdout)
    start_sentry(environment)
    if role == "poll":
        if once:
            raise UsageError("--once and --role poll do not go together: a poller has nothing to end with.")
        raise SystemExit(run_until_done(Poller(environment).run()))
    if environment.slack_bot_token is None:
        log_note("No SLACK_BOT_TOKEN: digests are printed here." + ("" if once else " Stop with Ctrl-C."))
    raise SystemExit(run_until_done(Worker(environment, once=once, companions=companions(environment)).run()))


def companions(environment: Environment) -> list[Companion]:
    """With both tokens: buttons and `/watch`, over Socket Mode."""
    if environment.slack_bot_token is None or environment.slack_app_token is None:
        return []
    from bot.interact import SocketMode  # brings Slack's library along

    return [
        SocketMode(
            token=environment.slack_bot_token,
            app_token=environment.slack_app_token,
            api_url=environment.slack_api_url,
            clock=clock,
        )
    ]
