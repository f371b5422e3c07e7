"""`suggest`: what people marked → an edit of a rule, as a unified diff of the rules file; only `--apply` makes it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import click

from bot.cli.options import Options
from bot.cli.rules_text import replace_rules_text
from bot.cli.story_lines import StoryLines
from bot.core.matching.mentions import EntryText
from bot.core.rulefile.named_rules import rules_named
from bot.core.text.plural import counted
from bot.core.text.reading import read_entry
from bot.core.text.zones import compile_promo
from bot.core.workbench.backtest import RuleComparison
from bot.core.workbench.edits import MarkedStory
from bot.core.workbench.suggest import Suggestion
from bot.errors import UsageError
from bot.model import Rule, RuleSet
from bot.ports import Store
from bot.reports.archive import archive_if_any, rules_with_added
from bot.reports.suggestion import RuleInFile, suggestion_row
from bot.workbench.backtest import Backtester
from bot.workbench.suggestions import Labels, labels_beside, labels_of_marks, verdict_of

_NAMED = 20
"""Ids that one line of ours names."""


@click.command("suggest")
@click.argument("name", metavar="RULE")
@click.option("--labels", metavar="FILE", help='Story lines with "relevant": true or false, instead of the marks.')
@click.option("--apply", "is_applied", is_flag=True, help="Make the edit in the rules file.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def suggest_command(options: Options, name: str, labels: str | None, is_applied: bool, as_json: bool) -> None:
    """Suggest an edit of RULE that removes marked noise. It loses nothing that people marked relevant.

    Prints a unified diff of the rules file, tests included; exit 1 when nothing separates the noise.

    Example: wirewatch suggest huawei-5g
    """
    environment = options.environment
    with archive_if_any(environment) as store:
        ruleset = rules_with_added(environment, store)
        (rule,) = rules_named(ruleset, [name])
        marked = _labels(labels, store, rule, ruleset)
        file = RuleInFile.of_environment(environment, ruleset, rule)
        for notice in _notices(marked):
            click.echo(notice, err=True)
        suggestion, comparison = file.suggestion(marked.stories, Backtester(store) if store is not None else None)
    if as_json:
        click.echo(json.dumps(suggestion_row(rule, suggestion, comparison), ensure_ascii=False))
    if suggestion.kind is None:
        click.echo(_refusal(suggestion), err=True)
        raise SystemExit(2 if marked.bad else 1)
    for line in (*_summary(suggestion), *_backtested(comparison)):
        click.echo(line, err=True)
    if not as_json:
        path = str(environment.config)
        click.echo(file.diff(suggestion.change, path, path), nl=False)
    if is_applied:
        if not file.is_in_file:
            raise UsageError(f"{rule.id} was added in Slack: change it there, with /watch edit {rule.id}.")
        replace_rules_text(environment.config, file.changed(suggestion.change))
        click.echo(f"{environment.config}: {rule.id} is changed.", err=True)
    if marked.bad:
        raise SystemExit(2)


def _labels(file: str | None, store: Store | None, rule: Rule, ruleset: RuleSet) -> Labels:
    """What people marked, or a file says, and what else the rule told. Raises: UsageError."""
    if file is not None:
        labels = _from_file(file, ruleset)
        return labels if store is None else labels_beside(store, labels, rule, ruleset)
    if store is None:
        raise UsageError("There is no store yet, so nobody has marked a story. Give marks with --labels FILE.")
    return labels_of_marks(store, rule, ruleset)


def _from_file(name: str, ruleset: RuleSet) -> Labels:
    """Labels of a file. Lines of one id are the entries of one story."""
    promo = compile_promo(ruleset.promo)
    lines = StoryLines([name], labelled=True)
    texts: dict[str, list[EntryText]] = {}
    verdicts: dict[str, set[bool]] = {}
    for line in lines:
        text = EntryText(line.entry, read_entry(line.entry, promo), ruleset.labels_of(line.entry.feed))
        texts.setdefault(line.id, []).append(text)
        verdicts.setdefault(line.id, set()).update(() if line.relevant is None else (line.relevant,))
    return Labels(
        stories=tuple(
            MarkedStory(id=id, texts=tuple(of_story), relevant=verdict_of(verdicts[id]))
            for id, of_story in texts.items()
        ),
        disputed=tuple(id for id, said in verdicts.items() if len(said) > 1),
        bad=lines.bad,
    )


# --- what is said ---


def _notices(marked: Labels) -> Iterator[str]:
    if marked.disputed:
        yield f"Marked both ways, so counted as relevant: {_ids(marked.disputed)}"
    if marked.pruned:
        yield f"{counted(marked.pruned, 'marked story is', 'marked stories are')} no longer in the archive."


def _refusal(suggestion: Suggestion) -> str:
    text = f"Nothing to suggest: {suggestion.reason}."
    return f"{text} Not separated: {_ids(suggestion.unseparated)}" if suggestion.unseparated else text


def _summary(suggestion: Suggestion) -> Iterator[str]:
    yield suggestion.effect
    if suggestion.lost:
        yield f"Stories without a mark that go, too ({len(suggestion.lost)}): {', '.join(suggestion.lost)}"
    if suggestion.unseparated:
        yield f"Not separated: {_ids(suggestion.unseparated)}"


def _ids(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
    return ", ".join(ids[:_NAMED]) + more


def _backtested(comparison: RuleComparison | None) -> Iterator[str]:
    if comparison is None:
        return
    sides = (comparison.before, comparison.after)
    stories = " → ".join(f"{len(side.stories):,}" for side in sides)
    rates = [f"{side.posts_per_day:.1f}" for side in sides if side.posts_per_day is not None]
    posts = f", messages a day {' → '.join(rates)}" if rates else ""
    yield f"On the archive: stories {stories}{posts}."
