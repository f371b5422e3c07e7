"""`drill`: the user's own proof that nothing gets lost or doubled, on a temporary store and a built-in Slack."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from statistics import fmean
from typing import Any, NoReturn

import click

from bot import drills
from bot.cli.terminal import ProgressLine
from bot.drills import Outcome, Stage
from bot.drills.slack import SlackDrill
from bot.drills.stage import open_stage
from bot.errors import UsageError

_Drill = Callable[[Stage, int, Callable[[int], None]], Awaitable[Outcome]]
_FEW_KILLS, _FEW_RUNS = 5, 20
"""What `drill` alone does of `crash` and of `slack`."""
_NAMED = 10
"""Lost or doubled stories that are named; the figures count all."""


@click.group("drill", invoke_without_command=True)
@click.pass_context
def drill_command(context: click.Context) -> None:
    """Break the worker, and count what was lost and doubled. Your own store and Slack are not touched.

    Without a command: a few kills, then a Slack that fails; two minutes.

    Example: wirewatch drill crash --times 10
    """
    if context.invoked_subcommand is None:
        click.echo(f"{_FEW_KILLS} kills, then {_FEW_RUNS} runs on a Slack that fails: two minutes.", err=True)
        _end(_drill("kills", drills.crash, _FEW_KILLS, 0, None, False) & _slack_drill(_FEW_RUNS, 0, False))


def _end(is_good: bool) -> NoReturn:
    raise SystemExit(0 if is_good else 1)


def _options(times: int, what: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    def add(command: Callable[..., None]) -> Callable[..., None]:
        for option in (
            click.option("--json", "as_json", is_flag=True, help="The result as one JSON object."),
            click.option("--seed", type=int, default=0, show_default=True, help="Another seed, other dice."),
            click.option("--times", type=click.IntRange(1), default=times, show_default=True, help=what),
        ):
            command = option(command)
        return command

    return add


def _add_drill(name: str, drill: _Drill, what: str, times: int, many: str, told: str, example: str) -> None:
    """A command that runs a drill on a stage. `what`: what is counted; `many`: what `--times` says."""

    @drill_command.command(name, help=f"{told}\n\nExample: wirewatch drill {example}")
    @_options(times, many)
    @click.option(
        "--store", "url", metavar="URL", help="Drill on this empty PostgreSQL database (default: a SQLite file)."
    )
    def command(times: int, seed: int, as_json: bool, url: str | None) -> None:
        _end(_drill(what, drill, times, seed, url, as_json, hostile=drill is drills.hostile))


for _row in (
    ("crash", drills.crash, "kills", 20, "How many times the worker is killed.",
     "Kill the worker at random moments of ingest and delivery.", "crash --times 10"),
    ("spikes", drills.spikes, "kills", 20, "How many times the worker is killed.",
     "Kill the worker while bursts of `spike:` rules build up.", "spikes --times 10"),
    ("deploy", drills.deploy, "deploys", 10, "How many deploys.",
     "Start a new worker beside the old one, then stop the old one.", "deploy --times 5"),
    ("feeds", drills.hostile, "seconds", 20, "How many seconds of news.",
     "Let good feeds stand among endless, huge, silent and broken ones.", "feeds"),
):  # fmt: skip
    _add_drill(*_row)


@drill_command.command("slack")
@_options(50, "How many runs of five messages.")
def slack_drill(times: int, seed: int, as_json: bool) -> None:
    """Let Slack fail around storing a message, and the worker die.

    Example: wirewatch drill slack --times 20
    """
    _end(_slack_drill(times, seed, as_json))


def _slack_drill(times: int, seed: int, as_json: bool) -> bool:
    with ProgressLine() as progress:
        result = SlackDrill(seed, lambda so_far: progress.show("runs", so_far.runs, times)).run(times)
    return _report(
        {
            "runs": result.runs,
            "messages": result.messages,
            "deaths": {"SIGKILL": result.deaths},
            "faults": result.faults,
            "lost": result.lost,
            "doubled": result.doubled,
            "problems": [*(f"out of order: {one}" for one in result.disordered), *result.refused],
        },
        result.is_good,
        as_json,
    )


def _drill(
    what: str, drill: _Drill, times: int, seed: int, url: str | None, as_json: bool, *, hostile: bool = False
) -> bool:
    """Prints what came of it, and answers whether it is good."""
    if url is not None and not url.startswith(("postgres://", "postgresql://")):
        raise UsageError("--store takes the URL of an empty PostgreSQL database; without it, a SQLite file is used.")

    async def on_stage(progress: Callable[[int], None]) -> Outcome:
        async with open_stage(seed, url, hostile) as place:
            return await drill(place, times, progress)

    with ProgressLine() as progress:
        outcome = asyncio.run(on_stage(lambda done: progress.show(what, done, times)))
    report = asdict(outcome)
    if takeovers := report.pop("takeovers"):
        report["takeover_s"] = {"longest": round(max(takeovers), 2), "mean": round(fmean(takeovers), 2)}
    return _report(report, outcome.is_good, as_json)


def _report(report: dict[str, Any], is_good: bool, as_json: bool) -> bool:
    if as_json:
        click.echo(json.dumps({"good": is_good} | report, ensure_ascii=False))
        return is_good
    for name, value in report.items():
        if name == "deaths":
            click.echo(f"{name:30} {sum(value.values()):>6}")
            for moment, count in sorted(value.items()):
                click.echo(f"  {moment:28} {count:>6}")
        elif isinstance(value, dict):
            click.echo(f"{name:30} {', '.join(f'{key} {one}' for key, one in value.items())}")
        elif isinstance(value, list):
            click.echo(f"{name:30} {len(value):>6}")
            for one in value[:_NAMED]:
                click.echo(f"  {one}")
        else:
            click.echo(f"{name:30} {value:>6}")
    click.echo("Nothing lost, nothing doubled." if is_good else "NOT GOOD: see above.")
    return is_good
