"""`rules log` and `rules show`: every rules text that was in force: when, by whom, what changed; its bytes again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing

import click

from bot.cli.options import Options
from bot.core.text.plural import counted
from bot.core.text.suggest import meant_instead
from bot.core.workbench.rules_history import RulesChange, rules_changes, text_in_force
from bot.reports.archive import open_archive_of

_NAMED = 8
"""Rules that a line names; of more it says how many there are."""


@click.group("rules")
def rules_command() -> None:
    """Show the rules texts that were ever in force. Those changed in Slack are among them.

    Example: wirewatch rules log
    """


@rules_command.command("log")
@click.argument("rule", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, each with a unified diff.")
@click.pass_obj
def log_command(options: Options, rule: str | None, as_json: bool) -> None:
    """Show when the rules changed, by whom, and which of them. With RULE only its own changes, each with its diff.

    A text that was restored is a new line, a restart is none.

    Example: wirewatch rules log huawei-5g
    """
    with closing(open_archive_of(options.environment)) as store:
        texts = store.rules_history()
    shown, rules = 0, set[str]()
    for change in rules_changes(texts, options.environment.variables):
        rules |= {*change.added, *change.changed}
        if rule is not None and not change.concerns(rule):
            continue
        shown += 1
        if as_json:
            click.echo(json.dumps(_row(change), ensure_ascii=False))
        else:
            click.echo(_line(change))
            if rule is not None:
                click.echo(change.diff)
    if not shown:
        of_rule = f"No text that was in force has a rule {rule}.{meant_instead(rule or '', rules)}" if texts else ""
        click.echo(of_rule or "No rules were in force on this store yet: start a worker.", err=True)
        raise SystemExit(1)


def _row(change: RulesChange) -> Mapping[str, object]:
    return {
        "version": change.text.version,
        "at": change.text.at.isoformat(),
        "by": change.text.by,
        "rules_added": list(change.added),
        "rules_removed": list(change.removed),
        "rules_changed": list(change.changed),
        "diff": change.diff,
    }


def _line(change: RulesChange) -> str:
    parts = [
        f"{word} {', '.join(rules) if len(rules) <= _NAMED else counted(len(rules), 'rule', 'rules')}"
        for word, rules in (("added", change.added), ("removed", change.removed), ("changed", change.changed))
        if rules
    ]
    text = change.text
    return f"{text.at:%Y-%m-%d %H:%M} UTC  {text.version:<12}  {text.by}: {'; '.join(parts) or 'no rule changed'}"


@rules_command.command("show")
@click.argument("version")
@click.pass_obj
def show_command(options: Options, version: str) -> None:
    """Print the rules text of VERSION, byte by byte. To restore it, save it as the rules file.

    Example: wirewatch rules show 3fa9c81e22d0 > rules.yaml
    """
    with closing(open_archive_of(options.environment)) as store:
        text = store.rules_text(version)
    if text is None:
        click.echo(f"No rules of version {version} were in force here: `wirewatch rules log` lists them.", err=True)
        raise SystemExit(1)
    click.echo(text_in_force(text, options.environment.variables), nl=False)
