"""`check`: the rules file and its tests; with `--archive` also what its rules did, and the budgets."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import click

from bot.app import Environment, archive_terms, check_rules, clock, read_rules_text
from bot.backtest import Backtester
from bot.cli.options import Options
from bot.cli.progress import ProgressLine
from bot.core.digests.mutes import REACTIONS, Overlay
from bot.core.matching.describe import how_read, words_in_capitals
from bot.core.rulefile.problems import problem_text
from bot.core.text.plural import counted
from bot.core.workbench.backtest import RuleOnTrial
from bot.core.workbench.hygiene import RuleFinding, findings
from bot.core.workbench.junit import junit_xml
from bot.errors import UsageError
from bot.model import ChannelId, Problem, RuleId, RuleSet
from bot.reports.archive import open_archive_of, rules_named, rules_with_added


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    """What was looked at on the archive, and what is wrong there. `text`: of the rules file."""

    findings: tuple[RuleFinding, ...] = ()
    rules: tuple[RuleId, ...] = ()
    channels: tuple[ChannelId, ...] = ()
    """Those with a budget."""
    text: str = ""

    @property
    def problems(self) -> list[Problem]:
        return [finding.problem(self.text) for finding in self.findings]


@click.command("check")
@click.option("--explain", "explained", metavar="RULE", multiple=True, help="Also print how this rule was read.")
@click.option("--archive", "on_archive", is_flag=True, help="Also look at what the rules did, and at budgets.")
@click.option("--junit", metavar="FILE", help="Also write the result as JUnit XML.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a problem.")
@click.pass_obj
def check_command(
    options: Options, explained: tuple[str, ...], on_archive: bool, junit: str | None, as_json: bool
) -> None:
    """Check the rules file and run its inline tests.

    Prints every problem with its line and column. Exit 1 if one is an error. With --archive also warns of rules that
    are silent, noisy, without tests or owner, muted for more than a week; exit 3 where a max_per_day is exceeded.

    Example: wirewatch --config rules.yaml check
    """
    environment = options.environment
    path = environment.config
    ruleset, problems = check_rules(read_rules_text(path), environment, archive_terms(environment), lint=True)
    for problem in problems:
        click.echo(_as_json(path, problem) if as_json else problem_text(str(path), problem))
    if ruleset is None:
        errors = sum(problem.severity == "error" for problem in problems)
        click.echo(_counted(errors, len(problems) - errors), err=True)
        _write_junit(junit, path, problems, _Looked())
        raise SystemExit(1)
    for rule in rules_named(ruleset, explained) if explained else ():
        click.echo("\n".join(how_read(rule)))
    capitals = sorted({word for rule in ruleset.rules for word in words_in_capitals(rule.query)})
    if capitals and not as_json:
        click.echo(f"Found in capitals only: {', '.join(capitals)} (lower case in the rule finds any)", err=True)
    looked = _look(environment) if on_archive else _Looked()
    for finding, problem in zip(looked.findings, looked.problems, strict=True):
        click.echo(_as_json(path, problem, finding) if as_json else problem_text(str(path), problem))
    _write_junit(junit, path, problems, looked)
    exceeded = sum(finding.severity == "error" for finding in looked.findings)
    if not as_json:
        _summarise(path, ruleset, exceeded, len(problems) + len(looked.findings) - exceeded)
    if exceeded:
        raise SystemExit(3)


def _look(environment: Environment) -> _Looked:
    """The rules in force on the archive. Raises UsageError where there is none yet."""
    with closing(open_archive_of(environment)) as store, store.snapshot(), ProgressLine() as progress:
        ruleset = rules_with_added(environment, store)
        backtester = Backtester(store, progress=progress.show)
        backtests = backtester.backtests([RuleOnTrial(rule=rule, ruleset=ruleset) for rule in ruleset.rules])
        channel_messages = backtester.channel_messages(ruleset, backtests)
        overlay = Overlay.read(store.facts(REACTIONS))
        if not backtester.covered.entries:
            click.echo("The archive is empty: what rules do cannot be told yet.", err=True)
        return _Looked(
            findings=tuple(findings(ruleset, backtests, channel_messages, overlay, clock())),
            rules=tuple(rule.id for rule in ruleset.rules),
            channels=tuple(channel_messages),
            text=ruleset.text,
        )


def _as_json(path: Path, problem: Problem, finding: RuleFinding | None = None) -> str:
    line: dict[str, object] = {
        "file": str(path),
        "line": problem.line,
        "column": problem.column,
        "severity": problem.severity,
        "message": problem.message,
        "hint": problem.hint,
    }
    if finding is not None:
        line |= {"kind": finding.kind, "rule": finding.rule, "channel": finding.channel}
    return json.dumps(line, ensure_ascii=False)


def _summarise(path: Path, ruleset: RuleSet, errors: int, warnings: int) -> None:
    tests = sum(len(rule.tests) for rule in ruleset.rules)
    summary = f"{len(ruleset.rules)} rules, {tests} tests passed, {len(ruleset.feeds)} feeds"
    click.echo(f"{path}: {summary}" + (f"; {_counted(errors, warnings)}" if errors or warnings else ""), err=True)


def _counted(errors: int, warnings: int) -> str:
    parts = [counted(errors, "error", "errors")] if errors else []
    return ", ".join([*parts, counted(warnings, "warning", "warnings")] if warnings else parts)


def _write_junit(file: str | None, path: Path, problems: Sequence[Problem], looked: _Looked) -> None:
    if file is None:
        return
    text = junit_xml(str(path), problems, looked.rules, looked.channels, looked.findings)
    try:
        Path(file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror or error}.") from None
