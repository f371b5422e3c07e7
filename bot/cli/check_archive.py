"""What the rules in force did on the archive, for `check --archive`; and the result as JUnit XML.

Apart from `check` itself, which starts without all that this needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import click

from bot.app import Environment, clock
from bot.cli.terminal import ProgressLine
from bot.core.digests.mutes import REACTIONS, Overlay
from bot.core.workbench.backtest import trials_of
from bot.core.workbench.hygiene import RuleFinding, findings
from bot.core.workbench.junit import junit_xml
from bot.errors import UsageError
from bot.model import ChannelId, Problem, RuleId
from bot.reports.archive import open_archive_of, rules_with_added
from bot.workbench.backtest import Backtester


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveCheck:
    """What was looked at on the archive, and what is wrong there. `text`: of the rules file."""

    findings: tuple[RuleFinding, ...] = ()
    rules: tuple[RuleId, ...] = ()
    channels: tuple[ChannelId, ...] = ()
    """Those with a budget."""
    text: str = ""


def check_on_archive(environment: Environment) -> ArchiveCheck:
    """The rules in force on the archive. Raises UsageError where there is none yet."""
    with closing(open_archive_of(environment)) as store, store.snapshot(), ProgressLine() as progress:
        ruleset = rules_with_added(environment, store)
        backtester = Backtester(store, progress=progress.show)
        backtests = backtester.backtests(trials_of(ruleset))
        channel_messages = backtester.channel_messages(ruleset, backtests)
        overlay = Overlay.read(store.facts(REACTIONS))
        if not backtester.covered.entries:
            click.echo("The archive is empty: what rules do cannot be told yet.", err=True)
        return ArchiveCheck(
            findings=tuple(findings(ruleset, backtests, channel_messages, overlay, clock())),
            rules=tuple(rule.id for rule in ruleset.rules),
            channels=tuple(channel_messages),
            text=ruleset.text,
        )


def write_junit(file: Path, path: Path, problems: Sequence[Problem], check: ArchiveCheck) -> None:
    """Raises UsageError where `file` cannot be written."""
    text = junit_xml(str(path), problems, check.rules, check.channels, check.findings)
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror or error}.") from None
