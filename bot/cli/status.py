"""`status`: what the worker, the feeds, the outbox and the rules are doing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any, NoReturn

import click

from bot.app import Environment, clock, open_environment_archive, open_environment_store
from bot.cli.options import Options
from bot.core.heartbeat import Heartbeat
from bot.core.text.plural import counted
from bot.core.text.times import local_time, span_text
from bot.reports.archive import nothing_yet, rules_in_force
from bot.reports.status import status_report, worker_beat
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
        click.echo(f"There is no store: {none_yet}. Is STATE_DIR (or --state) right?", err=True)
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
    click.echo(json.dumps({"worker": row}) if as_json else _worker_line(row, str))
    raise SystemExit(0 if beat.state == "running" else 1)


def _text(report: Mapping[str, Any]) -> str:
    """The report for people, most urgent first."""

    def when(iso: str) -> str:
        return local_time(datetime.fromisoformat(iso), report["timezone"])

    lines = [_worker_line(report["worker"], when)]
    if report["rules"]["rejected"]:
        lines.append(
            "RULES   the last edit was not taken over:\n        "
            + report["rules"]["rejected"].replace("\n", "\n        ")
        )
    lines.append(f"Rules   {report['rules']['count']} in force, version {report['rules']['version'] or '-'}")
    feeds = report["feeds"]
    lines.append(f"Feeds   {feeds['total']}, {feeds['failing']} with a problem")
    lines += [
        f"        {feed['id']}: {feed['state']}, {feed['error'] or feed['status']}"
        f"{' ({} times in a row)'.format(feed['failures']) if feed['failures'] > 1 else ''}"
        f"; next try {when(feed['next_due'])}"
        for feed in feeds["problems"]
    ]
    with_problem = {feed["id"] for feed in feeds["problems"]}  # their line says when they are asked again, and why
    lines += [
        f"        {feed['id']}: not asked until {when(feed['until'])}, {feed['reason']}"
        for feed in feeds["not_asked"]
        if feed["id"] not in with_problem
    ]
    outbox = ", ".join(f"{count} {name}" for name, count in report["outbox"].items())
    lines.append(f"Outbox  {outbox}")
    lines += [
        f"        {row['address']}: {counted(row['messages'], 'message', 'messages')} {row['state']}"
        f" since {when(row['since'])} ({row['reason']})"
        for row in report["held"]
    ]
    if report["held"]:
        lines.append("        `wirewatch slack retry` tries again, `wirewatch slack drop CHANNEL` gives up what waits")
    lines += [
        f"        {row['channel']}: {counted(row['messages'], 'message waits', 'messages wait')} "
        f"for the end of quiet hours, {when(row['until'])}"
        for row in report["held_by_quiet_hours"]
    ]
    lines += [
        f"        {row['address']}: {counted(row['messages'], 'message', 'messages')} late, since {when(row['since'])} "
        f"({row['reason']}); tried again by itself"
        for row in report["late"]
    ]
    if report["socket"]:
        lines.append(f"Buttons not answered since {when(report['socket']['since'])} ({report['socket']['reason']})")
    lines += [
        f"Waits   {row['channel']}: {counted(row['stories'], 'story', 'stories')}"
        f"{', until ' + when(row['until']) if row['until'] else ''}{' (quiet hours)' if row['quiet'] else ''}"
        for row in report["waits"]
    ]
    lines.append(f"Archive {report['archive']['entries']:,} entries in {report['archive']['stories']:,} stories")
    lines += _latency_lines(report["latency"])
    lines += [f"Digest  {row['channel']} at {when(row['at'])}" for row in report["digests"]]
    return "\n".join(lines)


def _latency_lines(latency: Mapping[str, Mapping[str, float | None]]) -> list[str]:
    names = {"published_to_seen": "publication to first sight", "seen_to_posted": "first sight to message"}
    return [
        f"Latency {words}: half within {_span(figures['p50'])}, 95 % within {_span(figures['p95'])} (last day)"
        for name, words in names.items()
        if (figures := latency[name])["p50"] is not None
    ]


def _span(seconds: float | None) -> str:
    return span_text(timedelta(seconds=seconds or 0))


def _worker_line(worker: Mapping[str, Any], when: Callable[[str], str]) -> str:
    if worker["state"] == "never ran":
        return "Worker  has not run on this store yet (start it: wirewatch run)"
    line = f"Worker  {worker['state']}, {worker['process']}, last sign of life {when(worker['beat_at'])}"
    return line + (" - is it still running? Its log says what it waits for" if worker["state"] == "silent" else "")
