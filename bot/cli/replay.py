"""`replay`: stories with times through the real stages on a simulated clock; what would be posted, when and where."""

from __future__ import annotations

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from bot.app import load_rules
from bot.cli.options import Options
from bot.cli.story_lines import StoryLines
from bot.core.rulefile.units import instant
from bot.errors import UsageError
from bot.sinks.plain_text import digest_text
from bot.workbench.replay import Arrival, Post, Replay


@click.command("replay")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--from", "start", metavar="TIME", help="Show what is posted from this time on (ISO 8601).")
@click.option("--to", "end", metavar="TIME", help="Stop the clock at this time (ISO 8601).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def replay_command(options: Options, files: tuple[str, ...], start: str | None, end: str | None, as_json: bool) -> None:
    """Show what would be posted, and when. Stories with times go through the whole pipeline on a simulated clock.

    Prints what would be posted, when and where. FILE holds one story a line (JSON); - is stdin.

    Example: wirewatch replay stories.jsonl --from 2026-06-01T00:00Z --to 2026-06-08T00:00Z
    """
    since, until = _bound("--from", start), _bound("--to", end)
    if since is not None and until is not None and since > until:
        raise UsageError(f"--from {start} is after --to {end}: nothing lies between them.")
    ruleset = load_rules(options.environment)
    run = Replay(ruleset)
    lines = StoryLines(files)
    zone = ZoneInfo(ruleset.settings.timezone)
    for post in run.posts((Arrival(id=line.id, entry=line.entry) for line in lines), until):
        if since is not None and post.at < since:
            continue
        at = post.at.astimezone(zone)
        click.echo(_json(post, run, at) if as_json else _text(post, at))
    raise SystemExit(2 if lines.bad else 0)


def _bound(option: str, text: str | None) -> datetime | None:
    at = instant(text) if text is not None else None
    if text is not None and at is None:
        raise UsageError(f"{option} takes an ISO 8601 time such as 2026-06-01T08:00:00Z, not {text!r}.")
    return at


def _json(post: Post, run: Replay, at: datetime) -> str:
    stories = [
        {
            "id": run.name(story.story),
            "title": story.title,
            "rules": list(story.rules),
            "sources": max(len(story.sources), 1),
        }
        for story in post.delivery.digest.stories
        if story.story in post.stories
    ]
    line = {
        "at": at.isoformat(),
        "channel": post.delivery.channel,
        "kind": post.delivery.kind.value,
        "stories": stories,
        "text": digest_text(post.delivery.digest),
    }
    if post.delivery.digest.rule is not None:
        line["rule"] = post.delivery.digest.rule
    return json.dumps(line, ensure_ascii=False)


def _text(post: Post, at: datetime) -> str:
    head = f"── {at:%a} {at.day} {at:%b %Y %H:%M:%S %Z} · {post.delivery.channel} · {post.delivery.kind.value} "
    return f"{head:─<72}\n{digest_text(post.delivery.digest)}\n"
