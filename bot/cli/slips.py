"""A command line that click refuses → what was most likely meant."""

from __future__ import annotations

from collections.abc import Sequence

import click

from bot.core.language.word_lists import said_instead
from bot.core.text.suggest import nearest

_GLOBAL = ("--config", "--state")


def meant_command(name: str, commands: Sequence[str]) -> str | None:
    """The command that another tool calls so, or what was mistyped; None: nobody knows, or `hint_for` says more."""
    meant = said_instead("command").get(name.lower())
    return meant if meant is not None or name in said_instead("done") else nearest(name, commands)


def hint_for(error: click.ClickException, arguments: Sequence[str]) -> str:
    """What to write instead; "": nothing that is known. `arguments`: the command line without the program's name."""
    command = error.ctx.command.name if isinstance(error, click.UsageError) and error.ctx is not None else None
    if isinstance(error, click.NoSuchOption) and error.option_name in _GLOBAL:
        return f"{error.option_name} stands before the command: wirewatch {error.option_name} … {command}"
    if "No such command" in (said := error.format_message()):
        known = said_instead(command if command in ("feeds", "rules") else "done")
        # Not what stands behind it: `serach new`.
        return next((known[one] for one in arguments if one in known and f"No such command {one!r}" in said), "")
    if isinstance(error, click.NoSuchOption) and error.option_name == "--dry-run":
        return "wirewatch backtest shows what the rules would have posted, replay what stories of a file would."
    if isinstance(error, click.NoSuchOption) and error.option_name == "--rule" and error.ctx is not None:
        return f"The rule is named without an option: {error.ctx.command_path} RULE"
    if "unexpected extra argument" not in error.format_message():
        return ""
    if command in ("backtest", "missed", "marks"):
        return f"A rule is named by --rule: wirewatch {command} --rule ID"
    if command in ("search", "explain"):
        words = " ".join(argument for argument in arguments[arguments.index(command) + 1 :] if argument[:1] != "-")
        what = "expression" if command == "search" else "name"
        return f"An {what} of several words goes in single quotes: wirewatch {command} '{words}'".replace("An n", "A n")
    if command == "check":
        return "The rules file is named before the command: wirewatch --config FILE check"
    return ""
