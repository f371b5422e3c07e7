"""`backtest`: what rules would have found in the archive, and posted; what an edit would add and remove."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click

from bot.app import Environment, check_rules
from bot.cli.options import DAYS_BACK, Options
from bot.cli.terminal import ProgressLine
from bot.core.rulefile.expressions import read_expression
from bot.core.rulefile.named_rules import no_such_rule, rules_named
from bot.core.rulefile.problems import problems_text
from bot.core.text.plural import counted
from bot.core.text.sanitize import short_line
from bot.core.text.times import local_time, span_text
from bot.core.workbench.backtest import Backtest, ChangedStory, Covered, RuleComparison, RuleOnTrial, trials_of
from bot.core.workbench.bars import bar_line
from bot.core.workbench.precision import precision_text
from bot.core.workbench.spikes import LEARNING
from bot.errors import RulesError, UsageError
from bot.model import MarkVerdict, RuleId, RuleSet, outlet_name
from bot.ports import Store
from bot.reports.archive import open_archive_of, rules_with_added, with_rules_from_slack
from bot.rules_files import read_rules_text
from bot.workbench.backtest import Backtester

_LISTED = 20
"""Stories that are named for people; `--json` has all."""
_DAY = timedelta(days=1)
_MARKS = {MarkVerdict.RELEVANT: ", marked relevant", MarkVerdict.NOT_RELEVANT: ", marked not relevant", None: ""}


@click.command("backtest")
@click.option("--when", "expression", metavar="EXPR", help="An ad-hoc rule; with --rule, in place of what that says.")
@click.option("--rule", "only", metavar="ID", multiple=True, help="Only this rule (repeatable).")
@click.option("--against", metavar="FILE", help="Another rules file (- is stdin): what it would change.")
@click.option("--days", type=DAYS_BACK, help="Only the archive's last N days.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def backtest_command(
    options: Options, expression: str | None, only: Sequence[str], against: str | None, days: int | None, as_json: bool
) -> None:
    """Show what rules would have found and posted in the archive.

    Stories count on the day of their first matching entry. Posts are what `replay` of the archive posts for the rule
    alone. Nothing in the store changes.

    Example: wirewatch backtest --rule huawei-5g --when 'Huawei NEAR/5 5G'
    """
    environment = options.environment
    if expression is not None and (against is not None or len(only) > 1):
        raise UsageError(
            "--when takes the place of one rule: give it with one --rule, or alone, and without --against."
        )
    with closing(open_archive_of(environment)) as store, store.snapshot(), ProgressLine() as progress:
        ruleset = _rules_in_force(environment, store, needed=expression is None or bool(only))
        backtester = Backtester(store, days, progress.show)
        results: Sequence[Backtest | RuleComparison]
        if against is not None:
            other = _other_rules(against, environment, store)
            results = backtester.comparisons(_pairs(ruleset, other, only))
        elif expression is not None and only:
            (rule,) = rules_named(ruleset, only)
            trial = RuleOnTrial(rule=rule, ruleset=ruleset)
            edited = trial.edited(read_expression(expression, "--when", rule.id, ruleset))
            results = backtester.comparisons([(trial, edited)])
        elif expression is not None:
            rule = read_expression(expression, "--when", RuleId("when"), ruleset)
            results = backtester.backtests([RuleOnTrial.ad_hoc(rule, ruleset, environment.variables)])
        else:
            results = backtester.backtests(trials_of(ruleset, rules_named(ruleset, only)))
    for notice in _notices(backtester.covered, days, ruleset, results):
        click.echo(notice, err=True)
    if against is not None and not results:
        click.echo(f"No rule of {against} differs in what it finds or posts.", err=True)
    if as_json:
        for result in results:
            click.echo(json.dumps(result.to_json(), ensure_ascii=False))
    elif results:
        click.echo("\n".join(_text(backtester.covered, results, ruleset)))
    if not backtester.covered.entries:
        raise SystemExit(1)


# --- the rules on trial ---


def _rules_in_force(environment: Environment, store: Store, *, needed: bool) -> RuleSet:
    """Those of the file and those from Slack; where no rule of them is asked for, as far as they can be read."""
    try:
        return rules_with_added(environment, store)
    except (UsageError, RulesError):
        if needed:
            raise
        if environment.config.is_file():
            click.echo(f"{environment.config} has errors and is left out: no entities, no channels.", err=True)
        return RuleSet(version="")


def _other_rules(name: str, environment: Environment, store: Store) -> RuleSet:
    """Another rules file, and the rules from Slack beside it, too. Raises UsageError with all its problems.

    Tests that fail are named, and the file is compared all the same: what an edit does is asked before it is right.
    """
    if name == "-":  # git show main:rules.yaml | …: files that its tests name lie beside the rules in force
        text, other = sys.stdin.buffer.read(), environment
    else:
        text, other = read_rules_text(Path(name)), replace(environment, config=Path(name))
    ruleset, problems = check_rules(text, other)
    if ruleset is None:
        report = problems_text(name, problems)
        ruleset, _ = check_rules(text, other, tests=False)
        if ruleset is None:
            raise UsageError(f"{name} has errors; nothing was compared.\n{report}")
        click.echo(report, err=True)
    return with_rules_from_slack(ruleset, store, environment)


def _pairs(before: RuleSet, after: RuleSet, only: Sequence[str]) -> list[tuple[RuleOnTrial | None, RuleOnTrial | None]]:
    """The rules that differ: in the order of the new file, then those that only the old one has."""
    if before.promo != after.promo:
        click.echo("text.promo differs: what is archived stays as it was read, only new entries will differ.", err=True)
    sides = [
        {rule.id: RuleOnTrial(rule=rule, ruleset=ruleset) for rule in ruleset.rules} for ruleset in (before, after)
    ]
    ids = dict.fromkeys([*sides[1], *sides[0]])
    if unknown := [name for name in only if RuleId(name) not in ids]:
        raise no_such_rule(unknown[0], list(ids))
    pairs = [(sides[0].get(rule), sides[1].get(rule)) for rule in ids if not only or rule in only]
    return [(old, new) for old, new in pairs if old is None or new is None or new.differs_from(old)]


# --- what is said ---


def _notices(
    covered: Covered, days: int | None, ruleset: RuleSet, results: Sequence[Backtest | RuleComparison]
) -> Iterator[str]:
    """What the figures cannot say."""
    keep = ruleset.settings.keep
    shown = [ruleset.rule((one.after if isinstance(one, RuleComparison) else one).rule) for one in results]
    bursts = [rule.id for rule in shown if rule is not None and rule.spike is not None]
    if bursts and covered.entries and covered.span < LEARNING:
        yield f"{', '.join(bursts)}: with `spike:` a rule posts nothing for {LEARNING.days} days, while it learns."
    if not covered.entries:
        yield "The archive is empty: there is nothing to try rules on yet."
    elif covered.span < _DAY:
        yield "The archive covers less than a day: there is no rate a day."
    if days is not None and covered.entries and covered.span < (days - 1) * _DAY:
        yield f"Only {_days(covered)} of the {days} days are archived."
    elif covered.span > keep - _DAY:
        yield f"The archive is cut: entries older than settings.keep ({keep.days}d) are deleted."


def _text(covered: Covered, results: Sequence[Backtest | RuleComparison], ruleset: RuleSet) -> Iterator[str]:
    timezone = ruleset.settings.timezone
    if covered.first_at is not None and covered.last_at is not None:
        span = f"{local_time(covered.first_at, timezone)} to {local_time(covered.last_at, timezone)}"
        yield f"Archive: {counted(covered.entries, 'entry', 'entries')} in {_days(covered)}, {span}"
    for result in results:
        yield ""
        yield from _comparison(result, ruleset) if isinstance(result, RuleComparison) else _backtest(result)


def _days(covered: Covered) -> str:
    return f"{covered.span / _DAY:.1f} days" if covered.span >= _DAY else span_text(covered.span)


def _backtest(one: Backtest) -> Iterator[str]:
    yield f"{one.rule}: {_figures(one)}"
    marks = one.marks
    said = f"; marked {marks.relevant} relevant, {marks.not_relevant} not relevant"
    yield f"  precision {precision_text(marks.precision)}" + (said if marks.relevant or marks.not_relevant else "")
    yield from _bars(one)


def _figures(one: Backtest) -> str:
    rate = one.covered.per_day(len(one.stories))
    stories = counted(len(one.stories), "story", "stories") + (f" ({rate:g} a day)" if rate is not None else "")
    posts = counted(len(one.posts), "post", "posts")
    return f"{stories}, {posts}" + (f" ({one.posts_per_day:g} a day)" if one.posts_per_day is not None else "")


def _bars(one: Backtest) -> Iterator[str]:
    """Stories a day, over the width of the terminal."""
    days = one.stories_by_day()
    if not one.stories or len(days) < 2:
        return
    line = bar_line([count for _, count in days], max(shutil.get_terminal_size().columns - 2, 10))
    (first, _), (last, _) = days[0], days[-1]
    most = max(count for _, count in days)
    begin, end = f"{first.day} {first:%b}", f"{last.day} {last:%b}"
    middle = f"most in a day: {most}"
    gap = max(len(line) - len(begin) - len(end) - len(middle), 4)
    yield f"  {line}".rstrip()
    yield f"  {begin}{' ' * (gap // 2)}{middle}{' ' * (gap - gap // 2)}{end}"


def _comparison(one: RuleComparison, ruleset: RuleSet) -> Iterator[str]:
    kind = " (new)" if one.is_new else " (gone)" if one.is_gone else ""
    yield f"{one.after.rule}{kind}: {_change(one.before, one.after)}"
    yield from _bars(one.after)
    for sign, word, stories in (("+", "added", one.added), ("-", "removed", one.removed)):
        yield f"  {counted(len(stories), 'story', 'stories')} {word}"
        for story in stories[:_LISTED]:
            yield f"  {sign} {_story(story, ruleset)}"
        if len(stories) > _LISTED:
            yield f"    and {len(stories) - _LISTED} more: --json lists them all"


def _change(before: Backtest, after: Backtest) -> str:
    stories = f"{len(before.stories)} → {counted(len(after.stories), 'story', 'stories')}"
    posts = f"{len(before.posts)} → {counted(len(after.posts), 'post', 'posts')}"
    if before.posts_per_day is None or after.posts_per_day is None:
        return f"{stories}, {posts}"
    return f"{stories}, {posts} ({before.posts_per_day:g} → {after.posts_per_day:g} a day)"


def _story(story: ChangedStory, ruleset: RuleSet) -> str:
    title = short_line(story.title, 100) or "(no title)"
    outlet = short_line(outlet_name(ruleset.outlet_names, story.source, story.feed), 40)
    when = local_time(story.seen_at, ruleset.settings.timezone)
    return f"{story.story}  {title}  ({when}{f', {outlet}' if outlet != '-' else ''}{_MARKS[story.mark]})"
