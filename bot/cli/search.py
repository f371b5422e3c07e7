"""`search`: the archive in the rule language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from itertools import islice

import click

from bot.app import clock, open_environment_store
from bot.cli.options import HOW_MANY, Options
from bot.core.rulefile.expressions import hardly_meant, read_expression
from bot.core.text.sanitize import short_line
from bot.core.text.times import full_time
from bot.errors import UsageError
from bot.model import FeedId, Match, RuleId, StoredEntry, outlet_name
from bot.reports.archive import nothing_yet, readable_rules
from bot.reports.search import search_archive, search_row, since_of


@click.command("search")
@click.argument("expr")
@click.option(
    "--since",
    help="Only entries that arrived since: ISO 8601 (settings.timezone without an offset), or a duration such as 7d.",
)
@click.option("--limit", type=HOW_MANY, default=20, show_default=True, help="Most entries to show.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def search_command(options: Options, expr: str, since: str | None, limit: int, as_json: bool) -> None:
    """Search the archive in the rule language, newest first.

    Example: wirewatch search 'Huawei NEAR/5 ban' --since 7d
    """
    environment = options.environment
    ruleset = readable_rules(environment)
    timezone = ruleset.settings.timezone if ruleset is not None else "UTC"
    rule = read_expression(expr, "EXPR", RuleId("search"), ruleset)
    names = ruleset.outlet_names if ruleset is not None else {}
    since_at = _since(since, timezone)
    shown = 0
    none_yet = nothing_yet(environment)
    if not none_yet:
        with closing(open_environment_store(environment)) as store:
            for stored, match in islice(search_archive(store, rule, ruleset, since_at), limit):
                row = json.dumps(search_row(stored), ensure_ascii=False)
                click.echo(row if as_json else _as_text(stored, match, timezone, names))
                shown += 1
    if not shown:
        click.echo(f"Nothing in the archive matches{': ' if none_yet else ''}{none_yet}.", err=True)
        for hint in hardly_meant(rule, ruleset):
            click.echo(hint, err=True)
        raise SystemExit(1)


def _since(text: str | None, timezone: str) -> datetime | None:
    at = since_of(text, clock(), timezone) if text is not None else None
    if text is not None and at is None:
        raise UsageError(f"--since {text!r} is neither ISO 8601 (2026-11-24) nor a duration (90s, 5m, 6h, 3d).")
    return at


def _as_text(stored: StoredEntry, match: Match, timezone: str, names: Mapping[FeedId, str]) -> str:
    entry = stored.entry
    at = full_time(entry.seen_at, timezone)
    lines = [
        f"{stored.id:>8}  {short_line(stored.reading.headline, 200) or '(no title)'}",
        f"          {outlet_name(names, entry.source, entry.feed)}, {at}, {stored.decision.verdict}",
    ]
    if match.quote is not None and match.quote.zone != "title":
        lines.append(f"          “{match.quote.text}”")
    if entry.url:
        lines.append(f"          {entry.url}")
    return "\n".join(lines)
