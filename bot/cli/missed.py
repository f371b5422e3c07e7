"""`missed`: near misses: what was not sent, and by how little."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import timedelta

import click

from bot.cli.options import DAYS_BACK, HOW_MANY, Options
from bot.cli.terminal import ProgressLine
from bot.core.rulefile.named_rules import rules_named
from bot.core.text.sanitize import short_line
from bot.core.text.times import local_time
from bot.core.workbench.near_misses import NearMiss
from bot.model import FeedId, outlet_name
from bot.reports.archive import open_archive_of, rules_with_added
from bot.workbench.missed import find_near_misses


@click.command("missed")
@click.option("--rule", "only", multiple=True, metavar="ID", help="Only this rule; may be given several times.")
@click.option("--days", type=DAYS_BACK, help="Only the archive's last N days (default: all of it).")
@click.option("--limit", type=HOW_MANY, default=500, show_default=True, help="Most stories to show.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def missed_command(options: Options, only: Sequence[str], days: int | None, limit: int, as_json: bool) -> None:
    """Show near misses: what rules did not post, and by how little. Those that mean most come first.

    One word was missing, words stood in a caption, a name was misspelt, the feed was another, or the story was held
    back: too old, above max_stories, muted, snoozed, told already for another rule.

    Example: wirewatch missed --rule huawei-5g --days 7
    """
    with closing(open_archive_of(options.environment)) as store, ProgressLine() as progress:
        ruleset = rules_with_added(options.environment, store)
        rules = rules_named(ruleset, only)
        last_at = store.archive_span(None).last_at
        # From the last entry, not from now: the same archive gives the same answer.
        since = last_at - timedelta(days=days) if days is not None and last_at is not None else None
        misses = find_near_misses(store, ruleset, rules, since, progress.show)
    names = ruleset.outlet_names
    for miss in misses[:limit]:
        timezone = ruleset.settings.timezone
        click.echo(json.dumps(miss.to_json(), ensure_ascii=False) if as_json else _text(miss, timezone, names))
    if len(misses) > limit:
        click.echo(f"{len(misses) - limit} more: --limit {len(misses)} shows them all.", err=True)
    if not misses:
        click.echo("No near misses.", err=True)
        raise SystemExit(1)


def _text(miss: NearMiss, timezone: str, names: Mapping[FeedId, str]) -> str:
    outlet = outlet_name(names, miss.source, miss.feed)
    lines = [
        f"{miss.story:>8}  {short_line(miss.title, 200) or '(no title)'}",
        f"          {miss.rule}: {miss.reason}: {miss.detail}",
        f"          {outlet}, {local_time(miss.seen_at, timezone)}; would match: {miss.would_match}",
    ]
    return "\n".join([*lines, *([f"          {miss.url}"] if miss.url else [])])
