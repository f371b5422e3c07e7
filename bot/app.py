"""The composition root: environment and rules file → store, fetcher and sink.

The only place that reads the clock, and the only one that knows which adapters there are. Adapters are imported where
they are made, so that `match` or `check` start without them.
"""

from __future__ import annotations

import gc
import os
import signal
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

from bot.core.doctor import is_token
from bot.core.rulefile.problems import problems_text
from bot.core.rulefile.ruleset import read_ruleset
from bot.errors import RulesError, StoreError
from bot.model import Problem, RuleSet, Settings
from bot.rules_files import read_rules_text, read_test_file
from bot.signals import stop_on_signal

if TYPE_CHECKING:
    import asyncio

    from bot.fetch import HttpFetcher
    from bot.ports import Sink, Store

_Result = TypeVar("_Result")
_IDS_KEPT = timedelta(days=400)
"""Ids of seen items outlive the archive by at least this: feeds that bring back last year's items exist."""
SPEAKING_ARCHIVE = 5_000
"""Entries from which on it means something that the archive has never seen a word."""


def clock() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


stopwatch = time.monotonic
"""Seconds for measuring spans, never an instant."""
work_stopwatch = time.process_time
"""Seconds that this process had a processor."""


@cache
def version() -> str:
    """The installed version of Wirewatch, looked up once: its files may be replaced while it runs."""
    from importlib import metadata

    try:
        return metadata.version("wirewatch")
    except metadata.PackageNotFoundError:
        return "0.1.0"


def collect_rarely() -> None:
    """From now on looks for garbage in cycles once in 10,000 new objects instead of 700, and not in what is imported:
    entries make many objects and hardly a cycle, and looking took a tenth of ingest."""
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
    gc.enable()


@contextmanager
def nothing_collected() -> Iterator[None]:
    """Until it ends, nobody looks for garbage in cycles: what a slice of ingest makes lives as long as the slice and
    goes by itself, and walking through it again and again took a twentieth of ingest."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The environment variables that Wirewatch reads, once. `variables` is the whole of it, for `${VAR}` in rules."""

    config: Path = Path("rules.yaml")
    state: Path = Path("state")
    database_url: str | None = field(default=None, repr=False)
    slack_bot_token: str | None = field(default=None, repr=False)
    slack_app_token: str | None = field(default=None, repr=False)
    slack_api_url: str | None = None
    log_format: str = "auto"
    log_level: str = "info"
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    trimmed: frozenset[str] = frozenset()
    """Names of variables that had quotes or spaces around what they hold."""

    @property
    def store_place(self) -> str | Path:
        """Where the store is: DATABASE_URL, else a file in the state folder."""
        return self.database_url or self.state / "wirewatch.db"

    @classmethod
    def read(cls, variables: Mapping[str, str], config: Path | None = None, state: Path | None = None) -> Environment:
        """From the environment; options given on the command line win. Empty variables count as absent."""

        written = variables
        variables = {name: _without_quotes(value) for name, value in written.items()}

        def get(name: str) -> str | None:
            return (variables.get(name) or "").strip() or None

        app_token = get("SLACK_APP_TOKEN")
        return cls(
            config=_at_home(config or get("WIREWATCH_CONFIG") or "rules.yaml"),
            state=_at_home(state or get("STATE_DIR") or "state"),
            # --state on the command line asks for that folder, whatever DATABASE_URL says.
            database_url=None if state else get("DATABASE_URL"),
            slack_bot_token=get("SLACK_BOT_TOKEN"),
            slack_app_token=app_token if is_token(app_token) else None,  # which is named, and posting goes on
            slack_api_url=get("SLACK_API_URL"),
            log_format=(get("LOG_FORMAT") or "auto").lower(),
            log_level=(get("LOG_LEVEL") or "info").lower(),
            variables=variables,
            trimmed=frozenset(name for name, value in written.items() if value != variables[name].strip()),
        )


def _at_home(path: str | Path) -> Path:
    """A path whose `~` nobody has read: a shell does not behind `--state=`, env files and unit files know none."""
    return Path(os.path.expanduser(path))


def _without_quotes(value: str) -> str:
    """A variable's value without the quotes around it, which `docker --env-file` keeps and a shell takes away."""
    inner = value.strip()
    return inner[1:-1] if len(inner) > 1 and inner[0] in "'\"" and inner[-1] == inner[0] else value


def open_environment_store(environment: Environment) -> Store:
    """The store that the environment names, its schema up to date. Raises StoreError."""
    from bot.store import open_store

    store = open_store(environment.store_place)
    try:
        store.migrate()
    except BaseException:
        store.close()
        raise
    return store


def open_environment_archive(environment: Environment) -> Store | None:
    """The store that the environment names, to read from: nothing in it changes. None: there is none yet.

    Raises StoreError.
    """
    from bot.store import open_archive

    return open_archive(environment.store_place)


def archive_terms(environment: Environment) -> Callable[[str], bool] | None:
    """Whether a folded term was ever seen, asked of the archive; None while there is no archive to speak of."""
    if isinstance(place := environment.store_place, Path) and not place.is_file():
        return None  # without the libraries of a store
    try:
        store = open_environment_archive(environment)
        if store is None:
            return None
        if store.archive_span(None).entries < SPEAKING_ARCHIVE:
            store.close()
            return None
    except StoreError:
        return None

    @cache
    def known(term: str) -> bool:
        return store.document_frequency([term]).get(term, 0) > 0

    return known


def check_rules(
    data: bytes,
    environment: Environment,
    known_term: Callable[[str], bool] | None = None,
    *,
    lint: bool = False,
    tests: bool = True,
    in_force: str | None = None,
) -> tuple[RuleSet | None, tuple[Problem, ...]]:
    """A rules file's content, checked, its inline tests run. `{file: …}` tests are read beside the rules file.

    `known_term`: whether the archive has ever seen a folded term; None: nobody knows. `lint`: whether to look for
    warnings, too, where there is no error. `tests`: whether to run inline tests. `in_force`: the version of rules that
    were taken once; of these, what can be read counts.
    """
    folder = environment.config.parent

    def read_file(name: str) -> str:
        return read_test_file(folder / name)

    return read_ruleset(data, environment.variables, read_file, known_term, lint=lint, tests=tests, in_force=in_force)


def load_rules(environment: Environment) -> RuleSet:
    """The rules file of the environment. Raises UsageError, or RulesError with all its problems."""
    ruleset, problems = check_rules(read_rules_text(environment.config), environment)
    if ruleset is None:
        raise RulesError(problems_text(str(environment.config), problems), problems)
    return ruleset


def prune_store(store: Store, keep: timedelta, now: datetime, limit: int) -> int:
    """Deletes up to `limit` entries older than `keep`; ids of seen items are kept longer. Returns rows deleted, so call
    again until it is 0."""
    return store.prune(now - keep, now - max(keep * 2, _IDS_KEPT), limit)


def make_sink(environment: Environment, out: TextIO) -> Sink:
    """Slack with a token, the terminal without."""
    if environment.slack_bot_token is None:
        from bot.sinks.console import ConsoleSink

        return ConsoleSink(out, clock=clock, environ=environment.variables)
    from bot.sinks.slack.sink import SlackSink

    return SlackSink(
        token=environment.slack_bot_token,
        api_url=environment.slack_api_url,
        clock=clock,
        buttons=environment.slack_app_token is not None,
    )


def make_fetcher(environment: Environment, settings: Settings) -> HttpFetcher:
    """A fetcher with its parser processes, for the settings of a rules file. Close it when done.

    Raises UsageError where parsers cannot start.
    """
    from bot.fetch import HttpFetcher
    from bot.fetch.open_files import allow_open_files
    from bot.fetch.temp_folder import ensure_temp_folder

    ensure_temp_folder(environment.state)
    allow_open_files()
    return HttpFetcher(settings, clock=clock, version=version())


def heed_signals(stop: asyncio.Event) -> None:
    """From now on a signal that asks for an end sets `stop`, and one that means nothing here is a log line."""
    import asyncio

    loop = asyncio.get_running_loop()
    stop_on_signal(
        lambda: loop.call_soon_threadsafe(stop.set),
        lambda number: loop.call_soon_threadsafe(_log_ignored_signal, number),
    )


def run_until_done(work: Coroutine[Any, Any, _Result]) -> _Result:
    """`asyncio.run`, which ends its threads in a thread of its own: where this machine has none left, that is no reason
    for another exit code than the one that the work came to."""
    import asyncio

    results: list[_Result] = []

    async def noted() -> None:
        results.append(await work)

    try:
        asyncio.run(noted())
    except RuntimeError:
        if not results:
            raise
    return results[0]


def _log_ignored_signal(number: int) -> None:
    import structlog

    structlog.get_logger().warning(
        "signal_ignored",
        signal=signal.Signals(number).name,
        why="it means nothing here: an edit of rules.yaml is taken over by itself, and SIGTERM stops",
    )


def process_name() -> str:
    """This process in words, for the lease and `status`: `host:pid`."""
    return f"{os.uname().nodename}:{os.getpid()}"
