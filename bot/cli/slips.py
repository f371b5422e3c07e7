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
    "why": "explain",
    "history": "rules log",
    "log": "rules log",
    "precision": "marks",
    "unmark": "mark … --undo",
    "preview": "backtest",
    "simulate": "replay",
    "version": "--version",
    "help": "--help",
}
"""What other tools call a command of ours."""
_FEEDS = {
    "add": "A feed is a line under feeds: in the rules file: - https://…",
    **dict.fromkeys(("remove", "delete", "rm"), "A feed goes with its line under feeds: in the rules file."),
    **dict.fromkeys(("check", "try", "fetch", "discover"), "Did you mean feeds test?"),
    **dict.fromkeys(("ls", "show", "status"), "Did you mean feeds list?"),
}
"""What other tools do to feeds."""
_IN_FORCE = "A worker takes over a saved rules file within five seconds; wirewatch check says whether it will."
DONE_ELSEWHERE = {
    **dict.fromkeys(
        ("mute", "unmute", "snooze", "silence"),
        "In Slack: a button under a story, or /watch mute RULE, /watch snooze RULE 4h.",
    ),
    "review": "On the desk: wirewatch web, and there /review. Here: wirewatch missed, marks, mark.",
    **dict.fromkeys(("reload", "restart"), _IN_FORCE),
    **dict.fromkeys(("init", "new", "setup"), "Write rules.yaml: one feed and one rule are enough (see README)."),
    "stop": "Ctrl-C, or SIGTERM, ends the worker.",
}
"""What is done in another place."""
_RULES = {
    **dict.fromkeys(
        ("list", "ls"), "wirewatch check --explain RULE shows how one is read, /watch list names them in Slack."
    ),
    **dict.fromkeys(("add", "new", "edit"), "A rule is a line under rules: in the rules file: - Huawei AND 5G"),
    **dict.fromkeys(("check", "test", "validate"), "Did you mean check?"),
    **dict.fromkeys(("history", "diff"), "Did you mean rules log?"),
}
"""What other tools do to rules."""
_GLOBAL = ("--config", "--state")


def hint_for(error: click.ClickException, arguments: Sequence[str]) -> str:
    """What to write instead; "": nothing that is known. `arguments`: the command line without the program's name."""
    command = error.ctx.command.name if isinstance(error, click.UsageError) and error.ctx is not None else None
    if isinstance(error, click.NoSuchOption) and error.option_name in _GLOBAL:
        return f"{error.option_name} stands before the command: wirewatch {error.option_name} … {command}"
    if "No such command" in (said := error.format_message()):
        known = {"feeds": _FEEDS, "rules": _RULES}.get(command or "", DONE_ELSEWHERE)
        # Not what stands behind it: `serach new`.
        return next((known[one] for one in arguments if one in known and f"No such command {one!r}" in said), "")
    if isinstance(error, click.NoSuchOption) and error.option_name == "--dry-run":
        return "wirewatch backtest shows what the rules would have posted, replay what stories of a file would."
    if "unexpected extra argument" not in error.format_message():
        return ""
    if command in ("search", "explain"):
        words = " ".join(argument for argument in arguments[arguments.index(command) + 1 :] if argument[:1] != "-")
        what = "expression" if command == "search" else "name"
        return f"An {what} of several words goes in single quotes: wirewatch {command} '{words}'".replace("An n", "A n")
    if command == "check":
        return "The rules file is named before the command: wirewatch --config FILE check"
    return ""
