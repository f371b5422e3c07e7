"""A command line that click refuses → what was most likely meant."""

from __future__ import annotations

from collections.abc import Sequence

import click

ELSEWHERE = {
    "lint": "check",
    "validate": "check",
    "verify": "check",
    "test": "check",
    "find": "search",
    "grep": "search",
    "query": "search",
    "start": "run",
    "worker": "run",
    "daemon": "run",
    "serve": "web",
    "server": "web",
    "desk": "web",
    "import": "feeds import",
    "export": "feeds export",
    "health": "status",
    "migrate": "store migrate",
    "backup": "store backup",
    "restore": "store restore",
}
"""What other tools call a command of ours."""
_FEEDS = {
    "add": "A feed is a line under feeds: in the rules file: - https://…",
    **dict.fromkeys(("remove", "delete", "rm"), "A feed goes with its line under feeds: in the rules file."),
    **dict.fromkeys(("check", "try", "fetch", "discover"), "Did you mean feeds test?"),
    **dict.fromkeys(("ls", "show", "status"), "Did you mean feeds list?"),
}
"""What other tools do to feeds."""
_GLOBAL = ("--config", "--state")


def hint_for(error: click.ClickException, arguments: Sequence[str]) -> str:
    """What to write instead; "": nothing that is known. `arguments`: the command line without the program's name."""
    command = error.ctx.command.name if isinstance(error, click.UsageError) and error.ctx is not None else None
    if isinstance(error, click.NoSuchOption) and error.option_name in _GLOBAL:
        return f"{error.option_name} stands before the command: wirewatch {error.option_name} … {command}"
    if command == "feeds" and "No such command" in error.format_message():
        return next((_FEEDS[argument] for argument in arguments if argument in _FEEDS), "")
    if "unexpected extra argument" not in error.format_message():
        return ""
    if command in ("search", "explain"):
        words = " ".join(argument for argument in arguments[arguments.index(command) + 1 :] if argument[:1] != "-")
        what = "expression" if command == "search" else "name"
        return f"An {what} of several words goes in single quotes: wirewatch {command} '{words}'".replace("An n", "A n")
    if command == "check":
        return "The rules file is named before the command: wirewatch --config FILE check"
    return ""
