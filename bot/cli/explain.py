"""`explain`: how an entry was read, which story it joined and why, each rule's verdict, and what was sent where."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from bot.app import clock, load_rules, open_environment_store
from bot.cli.input_text import decode_input, read_input
from bot.cli.options import Options
from bot.cli.story_lines import StoryLines
from bot.core.text.plural import counted
from bot.core.text.sanitize import short_line
from bot.core.text.times import full_time
from bot.errors import UsageError
from bot.model import Entry, FeedId, outlet_name
from bot.reports.archive import entries_named, nothing_yet, with_rules_from_slack
from bot.reports.entries import entry_report, text_report

_MOST_BYTES = 20_000_000
"""Of a file: far above what is read of a text."""
_NO_QUOTES = str.maketrans({'"': None, "'": "’"})
_SHOWN = 300
"""Characters of a zone that are shown on a terminal."""


@click.command("explain")
@click.argument("what", metavar="ID_OR_URL_OR_FILE")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def explain_command(options: Options, what: str, as_json: bool) -> None:
    """Explain how one entry was read, judged and sent. Name it by its id, its URL, or a file (plain text with the
    title first, or a story line; - is stdin).

    Example: wirewatch explain https://news.example/huawei-5g
    """
    environment = options.environment
    ruleset = load_rules(environment)
    if what == "-" or (Path(what).exists() and not Path(what).is_dir()):  # a pipe is one, too: <(pbpaste)
        entry = _entry_of_file(what)
        report = text_report(ruleset, entry)
        click.echo(json.dumps(report, ensure_ascii=False, indent=2) if as_json else _text(report, ruleset.outlet_names))
        return
    none_yet = nothing_yet(environment)
    reports = []
    if not none_yet:
        with closing(open_environment_store(environment)) as store:
            ruleset = with_rules_from_slack(ruleset, store, environment)
            reports = [entry_report(store, ruleset, stored) for stored in entries_named(store, what)]
    if not reports:
        why = f" ({none_yet})" if none_yet else ""
        words = what.translate(_NO_QUOTES)
        found = f"\nBy its words it is found so: wirewatch search '\"{words}\"'" if " " in what and not none_yet else ""
        click.echo(f"There is no entry {what} in the archive{why}, and no file of that name.{found}", err=True)
        raise SystemExit(1)
    if as_json:
        click.echo(json.dumps(reports[-1], ensure_ascii=False, indent=2))
    else:
        click.echo("\n\n".join(_text(report, ruleset.outlet_names) for report in reports))


def _entry_of_file(name: str) -> Entry:
    data = read_input(name, _MOST_BYTES)
    if data.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{"):
        lines = list(StoryLines([name], data=data))
        if not lines:
            raise UsageError(f"{name} begins like a story line, but holds none that can be read.")
        return lines[0].entry
    text = decode_input(data, name)
    if not text.strip():
        raise UsageError(f"{name} is empty; its first line is the headline.")
    title, _, body = text.partition("\n")
    return Entry(title=title.strip(), body=body, seen_at=clock())


def _text(report: dict[str, Any], names: Mapping[FeedId, str]) -> str:
    """The report for people, its times in the zone of the rules file."""
    entry, story = report["entry"], report["story"]

    def when(at: str) -> str:
        return full_time(datetime.fromisoformat(at), report["timezone"])

    zones = entry["zones"]
    number = f"Entry {entry['id']}: " if entry["id"] else ""
    beginning = short_line(zones.get("summary") or zones.get("body") or "", 80)
    lines = [f"{number}{zones.get('title') or beginning or entry['url'] or '(no title)'}"]
    published = f"published {when(entry['published'])}" if entry["published"] else ""
    outlet = outlet_name(names, entry["source"], entry["feed"])
    about = [entry["url"], outlet if outlet != "-" else "", published, f"seen {when(entry['seen'])}"]
    lines += ["  " + ", ".join(part for part in about if part), "", "Read as"]
    shown = ((zone, text) for zone, text in zones.items() if zone not in ("caption", "promo"))
    lines += [f"  {zone:<8} {short_line(text, _SHOWN)}" for zone, text in shown]
    lines += [f"  {row['zone']:<8} {short_line(row['text'], 80)} ({row['reason']})" for row in entry["hidden"]]
    if entry["cut"]:
        lines.append(f"  cut      {entry['cut']}")
    if wordings := report.get("wordings"):
        lines += ["", "Other wordings", *(f"  {_wording_line(wording, when)}" for wording in wordings)]
    if story is not None:
        lines += ["", f"Story {story['id']}", *_story_lines(story, when, names)]
    lines += ["", "Rules"]
    lines += [f"  {'yes' if row['match'] else 'no ':<4} {row['rule']}: {row['why']}" for row in report["rules"]]
    if report.get("hushed"):
        lines += ["", "Muted in Slack", *(f"  {words}" for words in report["hushed"])]
    if story is not None:
        lines += ["", "Sent"]
        lines += [f"  {row['kind']} to {row['address']} at {when(row['at'])}: {row['state']}" for row in report["sent"]]
        lines += [] if report["sent"] else ["  nothing"]
        lines += [f"  {reason}" for reason in report["held_back"]]
    return "\n".join(lines)


def _story_lines(story: dict[str, Any], when: Callable[[str], str], names: Mapping[FeedId, str]) -> Iterable[str]:
    of = f" of {story['duplicate_of']}" if story["duplicate_of"] else ""
    yield f"  {story['verdict']}{of}: {story['reason']}"
    if story["changes"]:
        yield "  new: " + "; ".join(story["changes"])
    if story["merged"]:
        yield "  joined stories " + ", ".join(story["merged"])
    if reports := story.get("reports"):
        yield f"  {counted(len(reports), 'report', 'reports')}: {story['sources']}"
        for row in reports:
            verdict = ", ".join([row["verdict"], *row["changes"]])
            outlet = outlet_name(names, row["source"], row["feed"])
            yield f"    {when(row['seen'])} {outlet}: {short_line(row['title'], 80)} ({verdict})"


def _wording_line(entry: dict[str, Any], when: Callable[[str], str]) -> str:
    zones = entry["zones"]
    text = " — ".join(zones[zone] for zone in ("title", "summary") if zone in zones)
    return f"{entry['id']} seen {when(entry['seen'])}: {short_line(text or '(no text)', _SHOWN)}"
