"""Fixtures for every test: where data lie; a real PostgreSQL. And the law of skips: on a laptop what is missing skips
with a message; in CI (`CI=true`) a skip is a failure, unless ALLOWED_SKIPS gives its reason."""

from __future__ import annotations

import gc
import os
import shutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import structlog
from _pytest.runner import runtestprotocol  # as other plugins do: there is no public name
from hypothesis import HealthCheck, settings
from structlog.dev import plain_traceback

from bot.store import SqliteStore
from tests import postgres
from tests.examples import Meeting, superfluous

# Time is measured in bench/: on a machine that is busy a slow example is no fault of what is tested.
_UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("all", _UNTIMED, max_examples=100)
settings.register_profile("some", _UNTIMED, max_examples=30)
settings.load_profile("some")  # `make test-slow` loads the other one (tests/examples.py)
# What is logged in a test's own process: without this structlog draws each traceback with all its variables, where
# rich is installed, for half a second each.
structlog.configure(processors=[structlog.dev.ConsoleRenderer(colors=False, exception_formatter=plain_traceback)])

_MEMORY = Path("/dev/shm")
_ROOM = 4 * 1024**3
"""Bytes that must be free there; a run needs a tenth of it."""
# Where there is such a folder, tests write into memory: stores that are made anew for each test are on the disk before
# they go on, and half of what such a test took was waiting for that.
if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))

REPOSITORY = Path(__file__).resolve().parent.parent
SAMPLE_DATA = REPOSITORY / "tests" / "data"
SHARED_DATA = REPOSITORY.parent / "shared" / "data"
NO_SHARED_DATA = "the measuring data (../shared/data) is not here"

_LEAST_SHOWN = 0.005
"""Seconds that a test's set-up must take to be shown by `--durations`, as pytest has it."""
WAITING = ("cli", "demo", "drills", "fetch", "interact", "sinks", "store", "web", "worker")
"""Rooms whose tests wait for processes, servers and databases most of the time."""

ALLOWED_SKIPS = {
    NO_SHARED_DATA: "it is larger than the repository and partly its publishers'; tests/data/ is read in any case",
    "no PgBouncer here": "it is no wheel: it comes from the system's packages",
    "root may write everywhere": "containers of CI often run as root",
    "no mount namespace": "containers of CI may forbid namespaces",
    "no user namespaces": "containers of CI may forbid namespaces",
    "no C compiler": "slim images have none",
    "apt-get brought no Chromium": "then only .ci/run could not install it",
}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Half of the tests wait for processes and servers of theirs: twice as many at once as there are cores."""
    return 2 * (os.cpu_count() or 1)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What is collected stays to the end: nobody looks for garbage in it, now or later; nor so often in what tests
    make, of which most is gone with its last name."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(20_000, 20, 50)
        gc.enable()


@pytest.hookimpl(specname="pytest_collection_modifyitems", tryfirst=True)
def pytest_leave_rows(items: list[pytest.Item]) -> None:
    """Of a test that crosses three tables or more, `make test` has the rows in which each two values meet."""
    crossed: dict[tuple[Path, str], list[tuple[pytest.Item, set[Meeting]]]] = defaultdict(list)
    for item in items:
        if isinstance(item, pytest.Function) and hasattr(item, "callspec") and not item.get_closest_marker("slow"):
            tables = [mark.args[0] for mark in item.own_markers if mark.name == "parametrize"]
            names = [table.split(",") if isinstance(table, str) else table for table in tables]
            values = [tuple((name.strip(), id(item.callspec.params[name.strip()])) for name in row) for row in names]
            if len(values) > 2:
                crossed[item.path, item.originalname].append((item, set(combinations(values, 2))))
    for rows in crossed.values():
        for item in superfluous(rows):
            item.add_marker(pytest.mark.slow)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of several processes each gets a stretch of the tests: of those that wait and those that reckon an equal share,
    file by file. In the order of names all that wait come last, and the machine is idle. What looks at the whole tree
    is first, so that one process does and reads it once: the last stretches are those that are divided again."""
    if not hasattr(config, "workerinput"):
        return
    waits = [item.path.relative_to(REPOSITORY / "tests").parts[0] in WAITING for item in items]
    places: dict[Path, float] = {}
    for of_kind in (True, False):
        alike = [item for item, one in zip(items, waits, strict=True) if one is of_kind]
        for at, item in enumerate(alike):
            places.setdefault(item.path, at / len(alike))
    items.sort(key=lambda item: (item.path.parent != REPOSITORY / "tests", places[item.path]))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Of several processes each tells the first one what a test came to, and no more than is shown: to tell seven
    things of each test, and to hear them, took longer than most tests."""
    if not hasattr(item.config, "workerinput"):
        return None
    for report in runtestprotocol(item, log=False, nextitem=nextitem):
        if report.when == "call" or not report.passed or report.duration >= _LEAST_SHOWN:
            item.ihook.pytest_runtest_logreport(report=report)
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Makes of a skip in CI a failure."""
    report: Any = yield
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        _, _, reason = report.longrepr
        if not any(allowed in reason for allowed in ALLOWED_SKIPS):
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid}: skipped in CI for a reason that ALLOWED_SKIPS does not have: {reason}"
    return report


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of measuring data beside the checkout. Tests that need it are skipped where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip(NO_SHARED_DATA)
    return SHARED_DATA


@pytest.fixture(scope="session", params=["sample", "shared"])
def data(request: pytest.FixtureRequest) -> Path:
    """A folder of data: once the sample that ships, once the measuring data, which has more of the same."""
    return SAMPLE_DATA if request.param == "sample" else request.getfixturevalue("shared_data")


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store's file, empty, to copy from: its tables take four times as long to make."""
    path = tmp_path_factory.mktemp("migrated") / "wirewatch.db"
    with closing(SqliteStore(path)) as store:
        store.migrate()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Any:
    """One PostgreSQL for the whole run, and the name of a database with our schema to copy from."""
    postgres.end_orphans()
    server = postgres.start(postgres.shared_folder())
    return server, postgres.make_template(server)


@pytest.fixture
def postgres_url(postgres_server: Any) -> Iterator[str]:
    """The address of a database of this test's own: migrated, empty."""
    with postgres.database(*postgres_server) as url:
        yield url


@pytest.fixture
def bare_postgres_url(postgres_server: Any) -> Iterator[str]:
    """The same without any table."""
    with postgres.database(postgres_server[0]) as url:
        yield url
