"""`feeds`: list them with their health, try one, import and export OPML."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import click

from bot.app import Environment, clock, load_rules, make_fetcher, open_environment_store
from bot.cli.input_text import read_input
from bot.cli.options import Options
from bot.cli.rules_text import replace_rules_text
from bot.core.parse import opml
from bot.core.rulefile import add_feeds
from bot.core.rulefile.addresses import address_problem, bare_address, meant_address
from bot.core.text.plural import counted
from bot.core.text.reading import plain_paragraphs
from bot.core.text.sanitize import short_line
from bot.core.text.secrets import redacted, without_secrets
from bot.core.text.suggest import meant_instead
from bot.core.text.times import span_text
from bot.doctor import store_file
from bot.errors import FetchError, RulesError, UsageError
from bot.fetch import Trial, try_feed
from bot.model import Entry, Feed, RuleSet, Settings
from bot.ports import Store
from bot.reports.archive import rules_in_force
from bot.reports.feeds import feed_rows
from bot.rules_files import read_rules_text

_MAX_OPML = 20_000_000
"""Bytes: some hundred thousand feeds."""
_LONGEST_TITLE = 300
"""Characters that `feeds test` shows of a headline."""


@click.group("feeds")
def feeds_command() -> None:
    """List feeds with their health, try one, import and export them.

    Example: wirewatch feeds test https://www.theguardian.com/technology/rss
    """


# --- list ----------------------------------------------------------------------------------------------------------


@feeds_command.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def list_feeds(options: Options, as_json: bool) -> None:
    """List the feeds of the rules file, with their health.

    Example: wirewatch feeds list --json
    """
    environment = options.environment
    file = store_file(environment)
    with ExitStack() as stack:
        store = None
        if file is None or file.exists():
            store = stack.enter_context(closing(open_environment_store(environment)))
        rows = feed_rows(_rules_or_those_in_force(environment, store), store, clock())
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        click.echo(_feed_table(rows, clock()))


def _rules_or_those_in_force(environment: Environment, store: Store | None) -> RuleSet:
    """The rules file (broken: the rules in force). Raises: UsageError, RulesError."""
    try:
        return load_rules(environment)
    except RulesError:
        in_force = rules_in_force(store, environment) if store is not None else None
        if in_force is None:
            raise
        click.echo("wirewatch: the rules file is broken (`wirewatch check`); these are the feeds in force.", err=True)
        return in_force


def _feed_table(rows: list[dict[str, Any]], now: datetime) -> str:
    """The same for people: one line a feed, what is wrong below it."""
    if not rows:
        return "The rules file has no feeds. Add one under `feeds:`, or import a list: wirewatch feeds import FILE"
    width = min(max(len(str(row["id"])) for row in rows), 40)
    lines = [f"{'feed':<{width}}  {'state':<8} {'entries':>8}  {'last good':>12}  {'next poll':>12}  every"]
    for row in rows:
        every = "–" if row["interval_s"] is None else span_text(timedelta(seconds=row["interval_s"]))
        lines.append(
            f"{row['id']:<{width}}  {row['state']:<8} {row['entries']:>8}  {_ago(row['last_ok'], now):>12}  "
            f"{_ago(row['next_due'], now):>12}  {every}"
        )
        if row["error"]:
            times = f" ({row['failures']} times)" if row["failures"] > 1 else ""
            lines.append(f"{'':<{width}}    {row['error']}{times}")
        if row["moved_to"]:
            lines.append(f"{'':<{width}}    has moved to {row['moved_to']}")
    bad = sum(1 for row in rows if row["state"] not in ("ok", "new"))
    lines.append(f"{counted(len(rows), 'feed', 'feeds')}, {bad} with problems")
    return "\n".join(lines)


def _ago(iso: str | None, now: datetime) -> str:
    if iso is None:
        return "–"
    span = datetime.fromisoformat(iso) - now
    return f"in {span_text(span)}" if span >= timedelta() else f"{span_text(-span)} ago"


# --- test ----------------------------------------------------------------------------------------------------------


@feeds_command.command("test")
@click.argument("url")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def test_feed(options: Options, url: str, as_json: bool) -> None:
    """Fetch a feed once, and show how it is read. Of a web page its feed is found. URL may be a feed's id.

    Example: wirewatch feeds test https://www.theguardian.com/technology
    """
    settings, declared = _declared(options.environment, url)
    variables = declared.variables if declared is not None else {}
    shown = without_secrets(declared.label if declared is not None else url, variables)
    try:
        target = declared.url if declared is not None else _address(url)
        trial = asyncio.run(_try(options.environment, settings, target, declared))
    except FetchError as error:
        words = without_secrets(str(error), variables)
        if as_json:
            failed = {"url": shown, "feed_url": None, "format": None, "title": None, "entries": [], "problems": [words]}
            click.echo(json.dumps(failed, ensure_ascii=False, indent=2))
        else:
            click.echo(words)
        if meant := _meant_id(options.environment, url):
            click.echo(f"No feed of the rules file is called {url}.{meant}", err=True)
        raise click.exceptions.Exit(1) from None
    report = _redacted(_trial_report(shown, trial), variables)
    report["feed_url"] = without_secrets(report["feed_url"], variables)
    report["problems"] = [without_secrets(problem, variables) for problem in report["problems"]]
    click.echo(json.dumps(report, ensure_ascii=False, indent=2) if as_json else _trial_text(report))


def _redacted(value: Any, variables: Mapping[str, str]) -> Any:
    """JSON-able data without what the variables hold."""
    if isinstance(value, str):
        return redacted(value, variables)
    if isinstance(value, list):
        return [_redacted(item, variables) for item in value]
    if isinstance(value, dict):
        return {key: _redacted(item, variables) for key, item in value.items()}
    return value


async def _try(environment: Environment, settings: Settings, url: str, declared: Feed | None) -> Trial:
    fetcher = make_fetcher(environment, settings)
    try:
        return await try_feed(fetcher, url, clock(), declared.headers if declared is not None else None)
    finally:
        await fetcher.close()


def _meant_id(environment: Environment, url: str) -> str:
    """Whether a feed's id was meant, in words, or "": it may be the name of a host."""
    if not environment.config.exists() or set("./:") & set(url):
        return ""
    try:
        return meant_instead(url, [feed.id for feed in load_rules(environment).feeds])
    except RulesError:
        return ""


def _declared(environment: Environment, url: str) -> tuple[Settings, Feed | None]:
    """The settings of the rules file, if there is one, and the feed that `url` names there."""
    if not environment.config.exists():
        return Settings(), None
    try:
        ruleset = load_rules(environment)
    except RulesError:
        click.echo("wirewatch: the rules file is broken (`wirewatch check`); trying with default settings.", err=True)
        return Settings(), None
    named = {feed.id: feed for feed in ruleset.feeds} | {feed.url: feed for feed in ruleset.feeds}
    return ruleset.settings, named.get(url)


def _address(url: str) -> str:
    """The address that a person means. Raises: FetchError where it is none."""
    url = bare_address(url)
    url = meant_address(url) or url
    if url.lower().startswith("feed:"):
        rest = url[5:].removeprefix("//")
        url = rest if rest.lower().startswith(("http://", "https://")) else f"https://{rest}"
    if "://" not in url:
        url = f"https://{url}"
    if (problem := address_problem(url, url)) is not None:
        raise FetchError(f"{url}: {problem[0]}: {problem[1]}")
    return url


def _trial_report(url: str, trial: Trial) -> dict[str, Any]:
    """What `feeds test --json` gives: texts are plain, URLs absolute."""
    return {
        "url": url,
        "feed_url": trial.url,
        "format": trial.feed.format,
        "title": trial.feed.title,
        "entries": [_entry_row(entry) for entry in trial.feed.entries],
        "problems": list(trial.problems),
    }


def _entry_row(entry: Entry) -> dict[str, Any]:
    return {
        "guid": entry.guid,
        "url": entry.url,
        "title": entry.title,
        "summary": plain_paragraphs(entry.summary),
        "body": plain_paragraphs(entry.body),
        "published": entry.published_at.isoformat(timespec="seconds") if entry.published_at else None,
        "author": entry.author,
        "tags": list(entry.tags),
        "lang": entry.lang,
    }


def _trial_text(report: Mapping[str, Any]) -> str:
    """The same for people."""
    entries = report["entries"]
    lines = [
        short_line(report["title"] or "", _LONGEST_TITLE) or "(no title)",
        f"  {report['format']} at {report['feed_url']}",
    ]
    dated = sum(1 for entry in entries if entry["published"])
    full = sum(1 for entry in entries if entry["body"])
    lines.append(f"  {counted(len(entries), 'entry', 'entries')}, {dated} with a date, {full} with a full text")
    lines += [f"  note: {problem}" for problem in report["problems"]]
    lines += [line for entry in entries[:5] for line in _entry_lines(entry)]
    if len(entries) > 5:
        lines += ["", f"  … and {len(entries) - 5} more"]
    return "\n".join(lines)


def _entry_lines(entry: Mapping[str, Any]) -> tuple[str, ...]:
    title = entry["title"] or entry["summary"][:100] or entry["url"] or "(nothing)"
    return (
        "",
        f"  {short_line(title, _LONGEST_TITLE)}",
        f"    {entry['published'] or 'no date'}  {entry['url'] or 'no address'}",
    )


# --- import, export ------------------------------------------------------------------------------------------------


@feeds_command.command("import")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def import_feeds(options: Options, file: Path, as_json: bool) -> None:
    """Add the feeds of an OPML FILE to the rules file. Every line that is there stays as it is.

    Example: wirewatch feeds import subscriptions.opml
    """
    listed = opml.read_opml(_read(file))
    config = options.environment.config
    before = _rules_text(config)
    taken = {opml.url_key(_expanded(url, options.environment)) for url in add_feeds.urls_in(before)}
    new, skipped, refused = [], 0, []
    for feed in map(add_feeds.as_asked, listed):
        if feed.url is None:
            refused.append(feed)
        elif (key := opml.url_key(feed.url)) in taken:
            skipped += 1
        else:
            taken.add(key)
            new.append(feed)
    if new:
        replace_rules_text(config, add_feeds.with_feeds(before, new))
    for feed in refused[:20]:
        click.echo(f"refused: {_why_refused(feed)}", err=True)
    counts = {"added": len(new), "skipped": skipped, "refused": len(refused)}
    if as_json:
        click.echo(json.dumps(counts))
    else:
        click.echo(f"{len(new)} added to {config}, {skipped} skipped (known already), {len(refused)} refused.")


def _why_refused(feed: opml.OpmlFeed) -> str:
    if not feed.written:
        return f"{feed.name!r} has no address"
    if "${" in feed.written:
        return f"{feed.written[:200]!r} names a variable, which no list may: add it by hand, below `feeds:`"
    return f"{feed.written[:200]!r} is no http or https address"


@feeds_command.command("export")
@click.pass_obj
def export_feeds(options: Options) -> None:
    """Print the feeds of the rules file as OPML.

    Example: wirewatch feeds export > feeds.opml
    """
    ruleset = load_rules(options.environment)
    click.echo(opml.write_opml(ruleset.feeds, "Wirewatch feeds", format_datetime(clock())), nl=False)


def _read(file: Path) -> bytes:
    data = read_input(str(file), _MAX_OPML)
    if len(data) > _MAX_OPML:
        raise UsageError(f"{file} is larger than {_MAX_OPML // 1_000_000} MB: is it a list of feeds?")
    return data


def _rules_text(config: Path) -> str:
    """The rules file byte for byte as text; empty where there is none yet. Raises: UsageError."""
    try:
        return read_rules_text(config).decode("utf-8") if config.exists() else ""
    except UnicodeDecodeError:
        raise UsageError(f"{config} is not UTF-8: run `wirewatch check` and fix it first.") from None


def _expanded(url: str, environment: Environment) -> str:
    for name, value in environment.variables.items():
        url = url.replace(f"${{{name}}}", value) if "${" in url else url
    return url
