"""The command line: one file per family of commands. Results on stdout, everything else on stderr.

`options`      what every command is handed: the global options and the environment
`input_text`   files that people hand to a command → bytes, and text
`slips`        a command line that is refused → what was most likely meant
`story_lines`  story lines (JSON Lines) → entries, for `match`, `dedup` and `replay`
`run`          the worker
`demo`         a newsroom of invented outlets through the real worker
`terminal`     what is printed → a terminal, which would obey it; how far a long look-up is
`check`        the rules file and its tests
`check_archive`  what its rules did on the archive, and budgets; JUnit
`rules`        `match` and `schema`: rules tried out
`stories`      `dedup`: stories in order of arrival → decisions
`replay`       stories with times → what would be posted, when and where
`explain`      how one entry was read, matched and sent
`search`       the archive, in the rule language
`backtest`     what rules would have found in the archive, and posted
`marks`        what people said of stories
`missed`       near misses
`suggest`      marks → an edit of a rule, as a diff of the rules file
`draft`        headlines → a rule with tests
`rules_text`   the text of the rules file, written anew
`history`      `rules log` and `rules show`: rules texts that were in force
`feeds`        feeds with their health; OPML
`status`       what the worker, the feeds, the outbox and the rules are doing
`doctor`       is this a place where nothing will be lost?
`slack`        Slack tried out, and what waits for it
`store`        migrate, back up, restore, prune, copy
`drill`        crash and fault drills
`web`          the desk, health, metrics, WebSub callback

Exit 0 done, 1 "no", 2 could not run. An error of ours is printed as it stands; nobody sees a traceback.
"""

from __future__ import annotations

import importlib
import os
import sys
from contextlib import suppress
from pathlib import Path

import click

from bot.app import collect_rarely, version
from bot.cli.options import Options
from bot.cli.terminal import guarded
from bot.errors import WirewatchError, machine_short
from bot.logs import configure_logs, flush_logs
from bot.signals import exit_on_signal, interrupt_on_signal

COMMANDS = {
    "run": ("run", "Start the worker: poll, ingest, match, digest, deliver."),
    "demo": ("demo", "See Wirewatch at work, offline, for about a minute."),
    "check": ("check", "Check the rules file and run its inline tests."),
    "match": ("rules", "Match stories against the rules."),
    "schema": ("rules", "Print the JSON Schema of the rules file, for editors."),
    "dedup": ("stories", "Say of each story what it is to those before it."),
    "replay": ("replay", "Show what would be posted, and when."),
    "explain": ("explain", "Explain how one entry was read, judged and sent."),
    "search": ("search", "Search the archive in the rule language, newest first."),
    "backtest": ("backtest", "Show what rules would have found and posted in the archive."),
    "marks": ("marks", "Show what people said of stories, and how often rules are right."),
    "mark": ("marks", "Say whether a story is relevant for a rule."),
    "missed": ("missed", "Show near misses: what rules did not post, and by how little."),
    "suggest": ("suggest", "Suggest an edit of RULE that removes marked noise."),
    "draft": ("draft", "Draft a rule, with tests, from three headlines or more."),
    "rules": ("history", "Show the rules texts that were ever in force."),
    "feeds": ("feeds", "List feeds with their health, try one, import and export them."),
    "status": ("status", "Show what the worker, feeds, outbox and rules are doing."),
    "doctor": ("doctor", "Check that nothing will be lost here."),
    "slack": ("slack", "Slack: try it, set the app up, send again what was held."),
    "store": ("store", "Look after what Wirewatch remembers."),
    "drill": ("drill", "Break the worker, and count what was lost and doubled."),
    "web": ("web", "Serve the desk, /healthz and /metrics on HOST and PORT."),
}
"""Each command with the file of this folder that holds it as `NAME_command`, read when it is called, and what `--help`
says of it, as its docstring begins: to read all files took five times as long as the rest of `--help`."""
SILENT = COMMANDS.keys() - {"run", "demo", "feeds", "status", "doctor", "slack", "store", "drill", "web"}
"""Commands of which nothing logs: they start without the library for logs."""
_LAST_LINES = 0.3
"""Seconds that a slow reader of the log gets for the last lines."""


class _Commands(click.Group):
    """Loads a command's file when it is wanted."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, told) for name, (_, told) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Raises click.UsageError that names the command that was most likely meant."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from bot.cli.slips import meant_command  # read where something is wrong: the lists cost a tenth of a start

            meant = meant_command(args[0], tuple(COMMANDS))
            ctx.fail(f"No such command {args[0]!r}." + (f" Did you mean {meant}?" if meant else ""))
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"bot.cli.{COMMANDS[cmd_name][0]}")
        collect_rarely()
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    # Not click.version_option(version()): reading the installed version takes longer than many a command.
    if wanted:
        click.echo(f"wirewatch, version {version()}")
        ctx.exit()


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", type=click.Path(path_type=Path), help="The rules file (default: rules.yaml).")
@click.option("--state", type=click.Path(path_type=Path), help="The folder of the store (default: state).")
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version and exit.",
)
@click.pass_context
def wirewatch(ctx: click.Context, config: Path | None, state: Path | None) -> None:
    """News alerts for Slack: feeds in, stories matched against watch rules, digests out.

    Example: wirewatch match --when 'Huawei AND 5G' stories.jsonl
    """
    ctx.obj = Options(config=config, state=state)
    if ctx.invoked_subcommand not in SILENT:
        configure_logs(ctx.obj.environment)


def _read_as_utf_8() -> None:
    """Starts the command anew where the locale made something else of its arguments and of the names of files."""
    if sys.getfilesystemencoding() != "utf-8" and os.environ.get("PYTHONUTF8") != "1":
        os.environ["PYTHONUTF8"] = "1"
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606  # ourselves, no shell


def main() -> None:
    """The command `wirewatch`. Input and output are UTF-8 in any locale."""
    _read_as_utf_8()
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="surrogateescape" if stream is sys.stdin else "replace")
    sys.stdout, sys.stderr = guarded(sys.stdout), guarded(sys.stderr)
    if os.environ.get("LOG_LEVEL", "").lower() != "debug":
        sys.unraisablehook = tell_unraisable
    try:
        interrupt_on_signal(sys.argv[1:])
        # Not `wirewatch.main()`: it makes an exit 1 of a reader that has gone, which is no error.
        with wirewatch.make_context("wirewatch", sys.argv[1:]) as context:
            code = wirewatch.invoke(context)
        sys.stdout.flush()
    except SystemExit as stop:
        code = stop.code
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = 130
    except click.ClickException as error:
        from bot.cli.slips import hint_for

        error.show()
        if hint := hint_for(error, sys.argv[1:]):
            click.echo(hint, err=True)
        code = 2
    except WirewatchError as error:
        code = error.exit_code
        _say(str(error))
    except BrokenPipeError:
        code = 0
    except OSError as error:
        code = 2
        # Libraries read variables of their own: SSLKEYLOGFILE, left from a look at the network, ended a worker.
        by = next((f" (which {name} names)" for name, value in os.environ.items() if value == error.filename), "")
        _say(
            str(machine_short(error) or error.strerror or error) + (f": {error.filename}{by}" if error.filename else "")
        )
    except Exception as error:  # the last resort: nobody is shown a traceback
        if os.environ.get("LOG_LEVEL", "").lower() == "debug":
            raise
        code = 2
        ours = (
            f"this is a fault of Wirewatch itself ({type(error).__name__}: {error}). Please report it, with what "
            "LOG_LEVEL=debug prints for the same command."
        )
        _say(str(machine_short(error) or ours))
    _leave(code if isinstance(code, int) else 0)


def tell_unraisable(fault: sys.UnraisableHookArgs) -> None:
    """What goes wrong in a finaliser, in a line where Python prints a traceback. Of multiprocessing's nothing: its
    helper was killed, or this machine has no process to give for it, and whoever asked for a parser says so."""
    module = getattr(fault.object, "__module__", None) or ""
    if module.partition(".")[0] != "multiprocessing":
        _say(f"a fault in something that ended ({fault.exc_type.__name__}: {fault.exc_value})")


def _say(text: str) -> None:
    try:
        click.echo(f"wirewatch: {text}", err=True)
    except OSError:
        return


def _leave(code: int) -> None:
    """Exits without a second error from a stdout that was closed (no error) or is full (exit 1)."""
    exit_on_signal(code)
    flush_logs(_LAST_LINES)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        pass
    except OSError:
        code = code or 1
    with suppress(OSError):
        sys.stderr.flush()
    if (temp_folder := sys.modules.get("bot.fetch.temp_folder")) is not None:
        temp_folder.remove_temp_folder()
    # Threads and pool processes must not hold the exit.
    os._exit(code)
