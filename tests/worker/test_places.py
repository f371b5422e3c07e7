"""Places with less than a laptop has: nothing but the state folder can be written, or the user is a mere number."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from bot.store import SqliteStore
from tests.builders import batch, new_entry
from tests.worker.feeds import FeedServer, rss_of
from tests.worker.installation import HUAWEI_AT_ONCE, Installation, until

RULES = """\
settings: {{allow_private_hosts: true, first_run: alert, fetch: {{per_host: 0s}}}}
feeds: [{{url: "{url}", id: wire}}]
rules: [Huawei]
"""
RUN, DOCTOR = ("run", "--once"), ("doctor",)
FEEDS_TEST = pytest.param(("feeds", "test", "wire"), marks=pytest.mark.slow)
READ_ONLY = """\
set -e
mount --bind "$STATE_DIR" /mnt
mount --bind "$WORK" "$WORK"
mount -o remount,bind,ro "$WORK"
for folder in /tmp /var/tmp $ALSO; do mount --bind "$folder" "$folder"; mount -o remount,bind,ro "$folder"; done
cd "$WORK"
export STATE_DIR=/mnt
! touch /tmp/x "$WORK/x" 2>/dev/null
eval "$FIRST"
exec "$@"
"""


@pytest.fixture
def read_only(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a command where nothing but the state folder can be written, as under systemd's ProtectSystem=strict."""
    namespace = ["unshare", "--mount"] if os.getuid() == 0 else ["unshare", "--map-root-user", "--mount"]
    probe = [*namespace, "sh", "-c", "mount --bind /tmp /tmp && mount -o remount,bind,ro /tmp"]
    if shutil.which("unshare") is None or subprocess.run(probe, capture_output=True).returncode != 0:
        pytest.skip("no mount namespace of its own for this user: folders cannot be made read-only")

    def run(place: Installation, *arguments: str, also: str = "", first: str = "") -> subprocess.CompletedProcess[str]:
        state = tmp_path / "state"
        state.mkdir(exist_ok=True)
        return subprocess.run(
            [*namespace, "sh", "-c", READ_ONLY, "sh", sys.executable, "-m", "bot", *arguments],
            env=place.environment | {"STATE_DIR": str(state), "WORK": str(place.folder), "ALSO": also, "FIRST": first},
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run


def test_parsers_work_where_only_the_state_folder_can_be_written(
    feeds: FeedServer,
    install: Callable[..., Installation],
    read_only: Callable[..., subprocess.CompletedProcess[str]],
    tmp_path: Path,
) -> None:
    feeds.pages["/wire"] = rss_of("Huawei wins 5G contract in Velmora")
    place = install(RULES.format(url=feeds.url("/wire")), PYTHONDONTWRITEBYTECODE="1")
    said = read_only(place, "doctor")
    assert "note temporary files: none of the usual folders can be written" in said.stdout
    assert "; /mnt/tmp is used." in said.stdout
    done = read_only(place, "run", "--once")
    assert done.returncode == 0, done.stderr
    assert "Huawei wins 5G contract in Velmora" in done.stdout
    assert list((tmp_path / "state" / "tmp").iterdir()) == []


@pytest.mark.parametrize("rights", [pytest.param("", marks=pytest.mark.slow), "700", "777"])
def test_a_folder_that_somebody_else_may_have_made_is_not_used(
    install: Callable[..., Installation], read_only: Callable[..., subprocess.CompletedProcess[str]], rights: str
) -> None:
    """In shared memory all may write: whoever made the folder first would tell parsers what to do."""
    place = install(RULES.format(url="https://news.example/rss"), PYTHONDONTWRITEBYTECODE="1")
    name = "/dev/shm/wirewatch-$(id -u)"
    first = "mount -t tmpfs none /dev/shm; export STATE_DIR=/mnt/" + "deep" * 20 + '; mkdir "$STATE_DIR"'
    said = read_only(place, "doctor", first=first + (f"; mkdir -m {rights} {name}" if rights else ""))
    assert f"{'/tmp' if rights == '777' else f'wirewatch-{os.getuid()}'} is used." in said.stdout, said.stderr


@pytest.mark.parametrize(
    "all_of_it",
    [pytest.param(False, id="what is in it", marks=pytest.mark.slow), pytest.param(True, id="the folder, too")],
)
def test_parsers_come_back_where_temporary_files_were_cleaned_away(
    feeds: FeedServer, install: Callable[..., Installation], tmp_path: Path, all_of_it: bool
) -> None:
    """A job that tidies /tmp takes the socket of the parsers' server: with the next parser that ended, all feeds failed
    until somebody started the worker again."""
    feeds.pages["/wire"] = rss_of("Huawei wins 5G contract in Velmora")
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    place = install(HUAWEI_AT_ONCE.format(url=feeds.url("/wire")), TMPDIR=str(temporary))
    worker = place.start()
    worker.wait_for("feed_polled", entries=1)
    for folder in [temporary] if all_of_it else list(temporary.iterdir()):
        shutil.rmtree(folder)
    for server in psutil.Process(worker.process.pid).children():
        for parser in server.children():
            parser.kill()
    feeds.pages["/wire"] = rss_of("Court hears Huawei patent case", "Huawei wins 5G contract in Velmora")
    until("the next story is told", lambda: "Court hears Huawei patent case" in worker.output)
    assert worker.saw("feed_polled", ok=False) is None, worker.told()
    assert worker.stop() == 0


def test_a_place_without_local_sockets_says_so(
    feeds: FeedServer, install: Callable[..., Installation], tmp_path: Path
) -> None:
    """`doctor` may know why, it said once a minute, and `doctor` found nothing wrong."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler: local sockets are allowed here")
    library = tmp_path / "no_local_sockets.so"
    source = Path(__file__).with_name("no_local_sockets.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", str(library), str(source), "-ldl"], check=True)
    place = install(RULES.format(url=feeds.url("/wire")), LD_PRELOAD=str(library))
    worker = place.start()
    assert worker.wait() == 2
    assert "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6" in "".join(worker.words)
    assert feeds.requests == []
    said = subprocess.run(
        [sys.executable, "-m", "bot", "doctor"], cwd=place.folder, env=place.environment, capture_output=True, text=True
    )
    assert said.returncode == 1
    assert "BAD  temporary files: Local sockets (AF_UNIX) are not allowed here" in said.stdout


def test_a_place_where_no_parser_starts_is_no_feeds_fault(
    feeds: FeedServer, install: Callable[..., Installation]
) -> None:
    """Nothing is open to a program that may open nothing."""
    feeds.pages["/wire"] = rss_of("Huawei wins 5G contract in Velmora")
    place = install(RULES.format(url=feeds.url("/wire")))
    steps = [
        "mount --bind /dev/shm /mnt",  # the place may lie there: tests/conftest.py
        "mount -t tmpfs none /dev",
        "mkdir /dev/shm",
        "mount --bind /mnt /dev/shm",
        "mknod /dev/urandom c 1 9",
    ]
    own_devices = " && ".join(steps)
    if shutil.which("unshare") is None or subprocess.run(["unshare", "--mount", "sh", "-c", own_devices]).returncode:
        pytest.skip("no folder of devices of its own for this user")
    command = f'{own_devices} && exec "$@"'
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", command, "sh", sys.executable, "-m", "bot", "run", "--once"],
        cwd=place.folder,
        env=place.environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "No parser can be started on this machine ([Errno 2] No such file or directory: '/dev/null')" in done.stderr
    assert '"ok": false' not in done.stderr


def test_parsers_work_where_the_folder_for_temporary_files_has_a_long_name(
    feeds: FeedServer, install: Callable[..., Installation], tmp_path: Path
) -> None:
    """Deep in a build's folders no socket has a name: nothing was read, and nothing said."""
    deep = tmp_path / ("deep" * 25)
    deep.mkdir()
    feeds.pages["/wire"] = rss_of("Huawei wins 5G contract in Velmora")
    place = install(RULES.format(url=feeds.url("/wire")), TMPDIR=str(deep), LD_PRELOAD="")
    worker = place.start("--once")
    assert worker.wait() == 0
    assert "Huawei wins 5G contract in Velmora" in worker.output


@pytest.mark.parametrize("command", [RUN, DOCTOR, FEEDS_TEST], ids=" ".join)
def test_without_shared_memory_the_place_is_named_and_not_the_feed(
    feeds: FeedServer,
    install: Callable[..., Installation],
    read_only: Callable[..., subprocess.CompletedProcess[str]],
    command: tuple[str, ...],
) -> None:
    place = install(RULES.format(url=feeds.url("/wire")), PYTHONDONTWRITEBYTECODE="1")
    done = read_only(place, *command, also="/dev/shm")
    assert done.returncode == (1 if command == ("doctor",) else 2)
    assert "Shared memory (/dev/shm) cannot be used" in done.stdout + done.stderr
    assert feeds.requests == []


@pytest.mark.parametrize("command", [RUN, pytest.param(DOCTOR, marks=pytest.mark.slow), FEEDS_TEST], ids=" ".join)
def test_a_user_that_is_a_mere_number_can_run_it(
    feeds: FeedServer, install: Callable[..., Installation], command: tuple[str, ...]
) -> None:
    """Some platforms run a container under a random user id, which has no name and no home."""
    another_user = ["unshare", "--user", "--map-user=1234567"]
    if shutil.which("unshare") is None or subprocess.run([*another_user, "true"], capture_output=True).returncode != 0:
        pytest.skip("no user namespaces: nobody else can be played")
    feeds.pages["/wire"] = rss_of("Huawei wins 5G contract in Velmora")
    place = install(RULES.format(url=feeds.url("/wire")))
    environment = {name: value for name, value in place.environment.items() if name != "HOME"}
    done = subprocess.run(
        [*another_user, sys.executable, "-m", "bot", *command],
        cwd=place.folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_the_folder_that_a_worker_stands_in_may_be_removed(
    feeds: FeedServer, install: Callable[..., Installation]
) -> None:
    """Deploys remove old releases under running workers; what is named by an absolute path is still there."""
    feeds.pages["/wire"] = rss_of("Huawei wins 5G contract in Velmora")
    place = install(RULES.format(url=feeds.url("/wire")))
    release = place.folder / "release"
    release.mkdir()
    done = subprocess.run(
        ["sh", "-c", 'rmdir "$PWD"; exec "$@"', "sh", sys.executable, "-m", "bot", "run", "--once"],
        cwd=release,
        env=place.environment | {"WIREWATCH_CONFIG": str(place.config), "STATE_DIR": str(place.folder / "state")},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "Huawei wins 5G contract in Velmora" in done.stdout


def test_a_state_folder_that_is_removed_under_the_worker_ends_it(
    feeds: FeedServer, install: Callable[..., Installation]
) -> None:
    """It went on in files that nobody would find again, and a second worker began beside it."""
    feeds.pages["/feed"] = rss_of("Huawei opens research centre in Atlantis")
    place = install(HUAWEI_AT_ONCE.format(url=feeds.url("/feed")))
    worker = place.start()
    until("the first story is told", lambda: "in Atlantis" in worker.output)
    shutil.rmtree(place.folder / "state")
    assert worker.wait() == 2
    assert "was removed or replaced" in "".join(worker.words)


def test_a_log_whose_database_is_gone_begins_no_new_store(
    feeds: FeedServer, install: Callable[..., Installation]
) -> None:
    """SQLite throws such a log away: the new store knew of nothing, and all was posted again."""
    feeds.pages["/feed"] = rss_of("Huawei opens research centre in Atlantis")
    place = install(HUAWEI_AT_ONCE.format(url=feeds.url("/feed")))
    worker = place.start()
    worker.wait_for("delivered")
    worker.kill()
    database, log = (place.folder / "state" / f"wirewatch.db{ending}" for ending in ("", "-wal"))
    held = log.read_bytes()
    kept = database.rename(place.folder / "kept.db")
    for command, code in (("run", 2), ("status", 2), ("doctor", 1)):
        ended = place.command(*command.split())
        assert ended.returncode == code, command
        assert "is gone, but its log wirewatch.db-wal is there" in ended.stdout + ended.stderr
        assert "Atlantis" not in ended.stdout
    assert (log.read_bytes(), database.exists()) == (held, False)
    kept.rename(database)
    assert [row.state for row in place.deliveries()] == ["sent"]


@pytest.mark.slow
def test_a_store_that_is_copied_over_that_of_a_worker_ends_it(
    feeds: FeedServer, install: Callable[..., Installation], tmp_path: Path
) -> None:
    """SQLite mixed the two, in silence."""
    with closing(SqliteStore(tmp_path / "old.db")) as old:
        old.migrate()
        old.record_ingest(batch(*(new_entry(number, body="text " * 500) for number in range(1, 100))))
    feeds.pages["/feed"] = rss_of("Huawei opens research centre in Atlantis")
    place = install(HUAWEI_AT_ONCE.format(url=feeds.url("/feed")))
    worker = place.start()
    worker.wait_for("delivered")
    shutil.copyfile(tmp_path / "old.db", place.folder / "state" / "wirewatch.db")
    assert worker.wait() == 2
    assert "written over in place while a worker had it open" in worker.told()
    feeds.pages["/feed"] = rss_of("Court hears Huawei patent case in Velmora")
    for command, code in (("run --once", 2), ("status", 2), ("doctor", 1)):
        ended = place.command(*command.split())
        assert ended.returncode == code, command
        assert "remove wirewatch.db-wal.overwritten" in ended.stdout + ended.stderr
        assert "Velmora" not in ended.stdout
    (place.folder / "state" / "wirewatch.db-wal.overwritten").unlink()
    with closing(SqliteStore(place.folder / "state" / "wirewatch.db")) as store:
        store.migrate()
        store.database.check_whole()
        assert store.counts().entries == len(range(1, 100))


def test_a_folder_that_does_not_lock_files_is_named(install: Callable[..., Installation], tmp_path: Path) -> None:
    """It said that another worker was running, and waited for ever."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler: every folder here locks files")
    library = tmp_path / "no_locks.so"
    source = Path(__file__).with_name("no_locks.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", str(library), str(source)], check=True)
    worker = install("rules: [Huawei]\nfeeds: ['https://wire.example/rss']\n", LD_PRELOAD=str(library)).start()
    assert worker.wait() == 2
    assert "does not lock files" in "".join(worker.words)


@pytest.mark.slow
@pytest.mark.parametrize("limit", ["ulimit -Sn 40", "ulimit -n 64"], ids=["a default", "a limit"])
def test_few_open_files_are_no_feeds_fault(feeds: FeedServer, install: Callable[..., Installation], limit: str) -> None:
    """Sixty feeds failed because of a document that could not be read, and ops heard of each; then all were put off,
    again and again, until one by chance left a parser the room to start."""
    rules = HUAWEI_AT_ONCE.format(url=feeds.url("/0"))
    for number in range(60):
        feeds.pages[f"/{number}"] = rss_of(f"Huawei wins contract {number} in Velmora", site=f"site{number}.example")
    more = (f'  - {{url: "{feeds.url(f"/{number}")}", id: feed{number}, every: 5s}}\n' for number in range(1, 60))
    place = install(rules.replace("channels:", "".join(more) + "channels:"))
    log = place.folder / "log"
    with log.open("w") as lines:
        command = ["bash", "-c", f"{limit}; exec {sys.executable} -m bot run"]
        worker = subprocess.Popen(command, cwd=place.folder, env=place.environment, stdout=lines, stderr=lines)
    try:
        until("they are read", lambda: log.read_text().count('"entries": 1, "next_due"') >= 60)
    finally:
        worker.terminate()
        worker.wait(60)
    assert "cannot be read" not in log.read_text()
    assert "feed_postponed" not in log.read_text()
