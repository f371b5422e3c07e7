"""`status`: what the worker, the feeds, the outbox and the rules are doing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from typing import Any, NoReturn

import click

from bot.app import Environment, clock, open_environment_archive, open_environment_store
from bot.cli.options import Options
from bot.core.heartbeat import Heartbeat
from bot.reports.archive import nothing_yet, rules_in_force
from bot.reports.status import status_report, worker_beat
from bot.reports.status_lines import StatusLine, status_lines, worker_line
from bot.store import SqliteStore


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option(
    "--check", is_flag=True, help="The worker alone: exit 1 unless it is running, and said so within a minute."
)
@click.pass_obj
def status_command(options: Options, as_json: bool, check: bool) -> None:
    """Show what the worker, feeds, outbox and rules are doing.

    Example: wirewatch status --json
    """
    environment = options.environment
    if check:
        _check(environment, as_json)
    if none_yet := nothing_yet(environment):
        click.echo(f"{none_yet[:1].upper()}{none_yet[1:]}. Is STATE_DIR (or --state) right?", err=True)
    with closing(SqliteStore(None) if none_yet else open_environment_store(environment)) as store:
        store.migrate()
        report = status_report(store, rules_in_force(store, environment), clock())
    click.echo(json.dumps(report, ensure_ascii=False, indent=2) if as_json else _text(report))


def _check(environment: Environment, as_json: bool) -> NoReturn:
    """For probes: only the heartbeat is read, nothing is made or migrated. Raises StoreError."""
    store = open_environment_archive(environment)
    beat = Heartbeat()
    if store is not None:
        with closing(store):
            beat = worker_beat(store, clock())
    row = beat.row()
    click.echo(json.dumps({"worker": row}) if as_json else _line_text(worker_line(row, str)))
    raise SystemExit(0 if beat.state == "running" else 1)


def _text(report: Mapping[str, Any]) -> str:
    """The report for people, most urgent first."""
    return "\n".join(map(_line_text, status_lines(report)))


def _line_text(line: StatusLine) -> str:
    below = [*line.details, *line.excerpt.splitlines()]
    return "\n".join([f"{line.label:<7} {line.text}", *(f"        {text}" for text in below)])
