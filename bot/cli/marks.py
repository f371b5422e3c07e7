"""`marks` and `mark`: what people said of stories, and saying it from here."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import closing

import click

from bot.app import clock
from bot.cli.options import Options
from bot.core.rulefile.named_rules import no_such_rule
from bot.core.text.plural import counted
from bot.core.text.sanitize import short_line
from bot.core.text.suggest import meant_instead
from bot.core.workbench.precision import mark_counts, marks_by_rule, precision_text
from bot.errors import RulesError, UsageError
from bot.model import Mark, MarkVerdict, RuleId, Story, StoryId, WorkbenchBatch
from bot.ports import Store
from bot.reports.archive import entries_named, open_archive_of, open_store_of, rules_with_added
from bot.workbench.questions import to_restate

_VERDICTS = [verdict.value for verdict in MarkVerdict]
_WORDS = {MarkVerdict.RELEVANT: "relevant", MarkVerdict.NOT_RELEVANT: "not relevant"}


@click.command("marks")
@click.option("--rule", "only", help="Only the marks of this rule.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def marks_command(options: Options, only: str | None, as_json: bool) -> None:
    """Show what people said of stories, and how often rules are right.

    Precision is measured on samples alone: stories that somebody was asked about at random (settings.review).

    Example: wirewatch marks --rule huawei-5g
    """
    with closing(open_archive_of(options.environment)) as store:
        all_marks = store.marks()
        marks = [mark for mark in all_marks if only in (None, mark.rule)]
        stories = {} if as_json else store.stories({mark.story for mark in marks})
        rules = {mark.rule for mark in all_marks} | _rules_there_are(store, options)
    if not marks:
        of_rule = f" of rule {only}.{meant_instead(only, rules)}" if only else "."
        click.echo(f"Nobody has marked a story{of_rule}", err=True)
        raise SystemExit(1)
    if as_json:
        for mark in marks:
            click.echo(json.dumps(_row(mark), ensure_ascii=False))
    else:
        click.echo("\n".join(_text(marks, stories)))


def _row(mark: Mark) -> Mapping[str, str]:
    return {
        "id": str(mark.story),
        "rule": mark.rule,
        "verdict": mark.verdict,
        "kind": mark.kind,
        "by": mark.by,
        "at": mark.at.isoformat(),
    }


def _text(marks: Iterable[Mark], stories: Mapping[StoryId, Story]) -> list[str]:
    lines: list[str] = []
    for rule, of_rule in marks_by_rule(marks).items():
        counts, width = mark_counts(of_rule), max(len(mark.by) for mark in of_rule)
        lines.append(
            f"{rule}: {counts.relevant} relevant, {counts.not_relevant} not relevant"
            f" ({counted(counts.sampled, 'sample', 'samples')}); precision {precision_text(counts.precision)}"
        )
        for mark in of_rule:
            title = short_line(_title(stories.get(mark.story)), 90)
            lines.append(f"{mark.story:>8}  {_WORDS[mark.verdict]:<12}  {mark.kind:<11}  {mark.by:<{width}}  {title}")
    return lines


def _title(story: Story | None) -> str:
    return story.reports[0].headline if story is not None else "(no longer in the archive)"


@click.command("mark")
@click.argument("entry")
@click.argument("rule")
@click.argument("verdict", type=click.Choice(_VERDICTS, case_sensitive=False), required=False)
@click.option("--undo", is_flag=True, help="Take it back; without a verdict, whatever was said.")
@click.option("--by", "name", metavar="NAME", help="Who says so (default: the name of the system's user).")
@click.pass_obj
def mark_command(options: Options, entry: str, rule: str, verdict: str | None, undo: bool, name: str | None) -> None:
    """Say whether a story is relevant for a rule. ENTRY is the id or the URL of one of its entries.

    Example: wirewatch mark https://news.example/huawei-shop huawei-5g not_relevant
    """
    if verdict is None and not undo:
        raise click.UsageError(f"Say which: {' or '.join(_VERDICTS)}.")
    by = name or os.environ.get("USER") or "terminal"
    with closing(open_store_of(options.environment)) as store:
        entries = entries_named(store, entry)
        if not entries:
            click.echo(f"There is no entry {entry} in the archive.", err=True)
            raise SystemExit(1)
        story = entries[-1].story
        _check_rule(store, options, story, rule)
        said_before = (one.verdict for one in store.marks([story]) if (one.rule, one.by) == (rule, by))
        meant = verdict or next(said_before, None)
        if meant is None:
            click.echo(f"story {story}, {rule}: {by} has said nothing; there is nothing to take back.", err=True)
            raise SystemExit(1)
        mark = Mark(story=story, rule=RuleId(rule), verdict=MarkVerdict(meant), by=by, at=clock())
        is_changed = _take_back(store, mark) if undo else _say(store, mark)
    said = f"story {story}, {rule}: {_WORDS[mark.verdict]}"
    if undo and not is_changed:
        click.echo(f"{said}: {mark.by} has not said so; there is nothing to take back.", err=True)
        raise SystemExit(1)
    click.echo(f"{said}{', taken back' if undo else ''} ({mark.by})" + ("" if is_changed else ", as it was"))


def _say(store: Store, mark: Mark) -> bool:
    facts = to_restate(store, mark.story, mark.rule)
    return bool(store.record_workbench(WorkbenchBatch(marks=(mark,), facts=facts, at=mark.at)))


def _take_back(store: Store, mark: Mark) -> bool:
    standing = [
        one
        for one in store.marks([mark.story])
        if (one.rule, one.verdict, one.by) == (mark.rule, mark.verdict, mark.by)
    ]
    facts = to_restate(store, mark.story, mark.rule)
    store.record_workbench(WorkbenchBatch(undone=tuple(standing), by=mark.by, facts=facts, at=mark.at))
    return bool(standing)


def _check_rule(store: Store, options: Options, story: StoryId, rule: str) -> None:
    """Raises UsageError for a rule that there is not, and never was for this story."""
    names: set[str] = set(store.matched_rules([story]).get(story, {}))
    if rule in names:
        return
    there_are = _rules_there_are(store, options)
    if there_are and rule not in there_are:
        raise no_such_rule(rule, sorted(names | there_are))


def _rules_there_are(store: Store, options: Options) -> set[str]:
    """Their ids; none without a rules file that can be read."""
    try:
        return {one.id for one in rules_with_added(options.environment, store).rules}
    except (UsageError, RulesError):
        return set()
