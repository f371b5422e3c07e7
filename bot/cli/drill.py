"""`drill`: crashes and faults on purpose, on a temporary store and a built-in Slack; what got lost or doubled."""

from __future__ import annotations

import asyncio
import json
import sys

import click

from bot.newsroom.slack_drill import Drill, Result


@click.command()
@click.argument("name", type=click.Choice(["slack"]), default="slack")
@click.option("--runs", type=click.IntRange(1, 100_000), default=30, show_default=True, help="How many runs.")
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed: the same faults and deaths.")
@click.option("--json", "as_json", is_flag=True, help="The count as one JSON object.")
def drill(name: str, runs: int, seed: int, as_json: bool) -> None:
    """Crash workers and let Slack fail, on purpose; count what got lost or doubled.

    Nothing of yours is touched: the store is temporary and Slack is a stand-in on this machine. Exit 1 when anything
    was lost, doubled or out of order.

    Example: wirewatch drill slack --runs 100
    """
    result = asyncio.run(Drill(seed, None if as_json else _progress).run(runs))
    if not as_json and sys.stderr.isatty():
        click.echo("", err=True)
    counts = {
        "runs": result.runs,
        "messages": result.messages,
        "faults": result.faults,
        "deaths": result.deaths,
        "lost": len(result.lost),
        "doubled": len(result.doubled),
        "disordered": len(result.disordered),
        "refused": len(result.refused),
    }
    if as_json:
        click.echo(json.dumps(counts))
    else:
        click.echo(
            f"{result.runs} runs, {result.messages} messages, {result.faults} faults of Slack, "
            f"{result.deaths} workers killed: lost {len(result.lost)}, doubled {len(result.doubled)}, "
            f"out of order {len(result.disordered)}."
        )
        for what in [*result.lost, *result.doubled, *result.disordered, *result.refused][:20]:
            click.echo(f"  {what}")
    raise SystemExit(0 if result.is_good else 1)


def _progress(result: Result) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{result.runs} runs, {result.deaths} workers killed …", nl=False, err=True)
