"""`check`: the rules file and its tests; with `--archive` also what its rules did, and the budgets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.app import archive_terms, check_rules
from bot.cli.options import FileToWrite, Options
from bot.core.matching.describe import how_read, words_in_capitals
from bot.core.rulefile.named_rules import rules_named
from bot.core.rulefile.problems import problem_text
from bot.core.text.plural import counted
from bot.model import Problem, RuleSet
from bot.rules_files import read_rules_text

if TYPE_CHECKING:
    from bot.core.workbench.hygiene import RuleFinding


@click.command("check")
@click.option("--explain", "explained", metavar="RULE", multiple=True, help="Also print how this rule was read.")
@click.option("--archive", "on_archive", is_flag=True, help="Also look at what the rules did, and at budgets.")
@click.option("--junit", metavar="FILE", type=FileToWrite(), help="Also write the result as JUnit XML.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a problem.")
@click.pass_obj
def check_command(
    options: Options, explained: tuple[str, ...], on_archive: bool, junit: Path | None, as_json: bool
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
    elif explained:
        for rule in rules_named(ruleset, explained):
            click.echo("\n".join(how_read(rule)))
    exceeded, findings = 0, len(problems)
    if ruleset is not None:
        capitals = sorted({word for rule in ruleset.rules for word in words_in_capitals(rule.query)})
        if capitals and not as_json:
            click.echo(f"Found in capitals only: {', '.join(capitals)} (lower case in the rule finds any)", err=True)
    if on_archive or junit is not None:
        # Imported where it is asked for: a worker's stages double the time that `check` takes to start.
        from bot.cli.check_archive import ArchiveCheck, check_on_archive, write_junit
        from bot.core.workbench.hygiene import as_read

        check = check_on_archive(environment) if on_archive and ruleset is not None else ArchiveCheck()
        shown = check.findings if as_json else as_read(check.findings)
        for finding in shown:
            problem = finding.problem(check.text)
            click.echo(_as_json(path, problem, finding) if as_json else problem_text(str(path), problem))
        exceeded = sum(finding.severity == "error" for finding in check.findings)
        findings += len(shown)
        if junit is not None:
            write_junit(junit, path, problems, check)
    if ruleset is None:
        raise SystemExit(1)
    if not as_json:
        _summarise(path, ruleset, exceeded, findings - exceeded)
    if exceeded:
        raise SystemExit(3)


def _as_json(path: Path, problem: Problem, finding: RuleFinding | None = None) -> str:
    line = {"file": str(path), **problem.to_json()}
    if finding is not None:
        line |= {"kind": finding.kind, "rule": finding.rule, "channel": finding.channel}
    return json.dumps(line, ensure_ascii=False)


def _summarise(path: Path, ruleset: RuleSet, errors: int, warnings: int) -> None:
    tests = sum(len(rule.tests) for rule in ruleset.rules)
    rules, feeds = counted(len(ruleset.rules), "rule", "rules"), counted(len(ruleset.feeds), "feed", "feeds")
    passed = f"{counted(tests, 'test', 'tests')} passed" if tests else "no tests"
    summary = f"{rules}, {passed}, {feeds}"
    if not ruleset.feeds or not ruleset.rules:
        summary += f" (without {'feeds' if not ruleset.feeds else 'rules'} nothing will be posted)"
    click.echo(f"{path}: {summary}" + (f"; {_counted(errors, warnings)}" if errors or warnings else ""), err=True)


def _counted(errors: int, warnings: int) -> str:
    parts = [counted(errors, "error", "errors")] if errors else []
    return ", ".join([*parts, counted(warnings, "warning", "warnings")] if warnings else parts)
