"""`store`: migrate, back up, restore, prune, copy."""

from __future__ import annotations

import math
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import click

from bot.app import Environment, clock, load_rules, prune_store
from bot.cli.options import FileToWrite, Options
from bot.cli.terminal import ProgressLine
from bot.core.text.plural import counted
from bot.doctor import refuse_lossy, store_file
from bot.errors import UsageError, WirewatchError
from bot.model import Settings
from bot.store import SqlStore, backups, open_store
from bot.store.copies import copy_store, row_counts


@click.group("store")
def store_command() -> None:
    """Look after what Wirewatch remembers.

    Example: wirewatch store backup news.backup
    """


@store_command.command()
@click.pass_obj
def migrate(options: Options) -> None:
    """Bring the store's schema up to date. The worker does so at start, too.

    Example: wirewatch store migrate
    """
    refuse_lossy(options.environment)  # the release phase of a deploy is the time to say so
    with closing(_opened(options.environment)) as opened:
        click.echo(f"The store {opened.place} is of version {opened.migrate()}.")


@store_command.command()
@click.argument("file", type=FileToWrite())
@click.pass_obj
def backup(options: Options, file: Path) -> None:
    """Write the whole store into FILE, with a checksum. The worker may go on meanwhile.

    Example: wirewatch store backup news-2026-03-04.backup
    """
    with closing(_opened(options.environment, must_exist=True)) as opened:
        opened.migrate()
        with ProgressLine() as progress:
            written = backups.back_up(opened, file, clock(), progress.counter("Backing up"))
        rows = row_counts(opened)["entries"]
    entries = counted(rows, "entry", "entries")
    click.echo(f"Wrote {file}: {written.size:,} bytes, {entries}, state of {written.at:%Y-%m-%d %H:%M:%S} UTC.")


@store_command.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def restore_store(options: Options, file: Path) -> None:
    """Make the store what it was when FILE was written. Stop the worker first.

    What was posted since then is looked up in the channels' history, so that nothing is posted twice.

    Example: wirewatch store restore news-2026-03-04.backup
    """
    environment = options.environment
    with ProgressLine() as progress:
        target = _restore_target(environment)
        backup = backups.restore(target, file, clock(), progress.counter("Checking"))
    place = target if isinstance(target, Path) else target.place
    click.echo(f"The store {place} is again as it was on {backup.at:%Y-%m-%d %H:%M:%S} UTC.")
    if isinstance(target, Path) and target.with_name(target.name + ".before-restore").exists():
        click.echo(f"What was there before is kept as {target.name}.before-restore.", err=True)


@store_command.command()
@click.option(
    "--days", type=click.FloatRange(min=0, max=10_000), help="Keep this many days (default: keep in the rules file)."
)
@click.pass_obj
def prune(options: Options, days: float | None) -> None:
    """Delete entries older than `settings.keep`. Ids of seen items are kept longer.

    Example: wirewatch store prune --days 30
    """
    if days is not None and math.isnan(days):
        raise click.BadParameter("nan is no number of days.", param_hint="'--days'")
    keep = timedelta(days=days) if days is not None else _settings(options.environment).keep
    total = 0
    with closing(_opened(options.environment, must_exist=True)) as opened, ProgressLine() as progress:
        opened.migrate()
        while deleted := prune_store(opened, keep, clock(), 2000):
            total += deleted
            progress.show("Pruning", total)
    click.echo(f"Deleted {total:,} rows older than {keep.total_seconds() / 86400:g} days.")


@store_command.command()
@click.argument("url")
@click.pass_obj
def copy(options: Options, url: str) -> None:
    """Copy the store in use into an empty one at URL. That is postgres://… or sqlite:////absolute/file.db.

    Example: wirewatch store copy postgres://user:password@host/news
    """
    with closing(_opened(options.environment, must_exist=True)) as source:
        source.migrate()
        holder = source.lease_holder()
        with closing(open_store(url)) as target, ProgressLine() as progress:
            target.migrate()
            started = clock()
            copied = copy_store(source, target, started if holder else None, progress.counter("Copying"))
            arrived = row_counts(target)
    for table, rows in copied.items():
        click.echo(f"{table:16} {rows:>10,} {arrived[table]:>10,} {'ok' if rows == arrived[table] else 'DIFFERS'}")
    click.echo(f"Copied {source.place} to {target.place}; the source is as it was.", err=True)
    if holder:
        click.echo(
            f"A worker ({holder}) is running on the source: what it does from now on is not in the copy. Stop it "
            "before you start one on the copy; what it posted until then is looked up in the channels' history.",
            err=True,
        )


def _opened(environment: Environment, must_exist: bool = False) -> SqlStore:
    """The store of the environment, not migrated yet."""
    path = store_file(environment)
    if must_exist and path is not None and not path.exists():
        raise UsageError(f"There is no store {path}. Is STATE_DIR (or --state) right?")
    return open_store(environment.store_place)


def _restore_target(environment: Environment) -> Path | SqlStore:
    """A SQLite store is not opened: it may be damaged, which is why it is restored."""
    return store_file(environment) or _opened(environment)


def _settings(environment: Environment) -> Settings:
    """Those of the rules file."""
    try:
        return load_rules(environment).settings
    except WirewatchError as error:
        raise UsageError(f"{error}\nHow long to keep entries is not known: give --days N.") from None
