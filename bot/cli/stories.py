"""`dedup`: stories in order of arrival → what was decided about each. Touches no store."""

from __future__ import annotations

import json

import click

from bot.cli.story_lines import StoryLines
from bot.core.stories import KnownItem, StoryIndex, known_after
from bot.core.stories.identity import identify
from bot.core.text.reading import cut_notice, read_entry
from bot.model import Decision, EntryId, StoryId, StorySettings


@click.command("dedup")
@click.argument("files", nargs=-1, type=click.Path(allow_dash=True))
def dedup_command(files: tuple[str, ...]) -> None:
    """Say of each story what it is to those before it. It is new, the item again, an edit, a copy, a report or an
    update.

    FILES hold one story a line (JSON Lines), oldest first; without any, they are read from stdin.

    Example: wirewatch dedup stories.jsonl
    """
    lines = StoryLines(files)
    index = StoryIndex(StorySettings())
    records: dict[str, bytes] = {}
    names: list[str] = [""]
    merged: dict[StoryId, StoryId] = {}
    for number, line in enumerate(lines, 1):
        reading = read_entry(line.entry)
        if notice := cut_notice(reading):
            click.echo(f"story {line.id}: {notice}", err=True)
        identity = identify(line.entry, reading)
        items = {key: KnownItem.from_bytes(records[key]) for key in identity.keys if key in records}
        decision = index.decide(EntryId(number), line.entry, reading, identity, items)
        for key, item in known_after(identity, reading, items, decision).items():
            records[key] = item.to_bytes()
        names.append(line.id)
        for story in decision.merged:
            merged[story] = decision.story
        click.echo(json.dumps(_row(decision, names, merged), ensure_ascii=False))
    if lines.bad:
        raise SystemExit(2)


def _row(decision: Decision, names: list[str], merged: dict[StoryId, StoryId]) -> dict[str, object]:
    story = decision.story
    while story in merged:  # an item known from before the window: its story may have been merged since
        story = merged[story]
    row: dict[str, object] = {
        "id": names[decision.entry],
        "verdict": decision.verdict.value,
        "duplicate_of": None if decision.duplicate_of is None else names[decision.duplicate_of],
        "story": names[story],
        "score": decision.score,
        "reason": decision.reason,
    }
    if decision.merged:
        row["merged"] = [names[lost] for lost in decision.merged]
    if decision.changes:
        row["changes"] = list(decision.changes)
    return row
