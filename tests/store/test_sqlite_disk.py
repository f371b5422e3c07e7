"""A disk that takes nothing: each reason is told by its own name, with what to do, and work goes on when it is gone."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.core.disk_trouble import disk_trouble

WRITES = """
import sys
from pathlib import Path
from bot.errors import StoreError
from bot.store import SqliteStore
state, fault = Path(sys.argv[1]), Path(sys.argv[2])
store = SqliteStore(state / "wirewatch.db")
store.migrate()
store.save_facts({"told": "1"})
for number in sys.argv[3:]:
    fault.write_text(number)
    try:
        store.save_facts({"told": "2"})
    except StoreError as error:
        print(number, error)
    fault.unlink()
    assert store.get_fact("told") == "1"
    store.save_facts({"told": "1"})
"""

WORDS = {
    errno.EIO: ("The disk of {} fails", "dmesg"),
    errno.EROFS: ("The disk of {} is mounted read-only", "Mount it for writing"),
    errno.ENOSPC: ("The disk of {} is full", "Make room"),
    errno.EDQUOT: ("The user that runs Wirewatch has used up what it may keep on the disk of {}", "quota"),
    errno.EFBIG: ("{} may not become larger here", "ulimit -f"),
    errno.EACCES: (
        "{} cannot be written: the user that runs Wirewatch has not the right to",
        "Give that user the right",
    ),
    errno.ENOTDIR: ("{} cannot be used", "STATE_DIR"),
}
ASK_FOR_ROOM = (errno.ENOSPC,)


@pytest.mark.parametrize("number", WORDS, ids=errno.errorcode.get)
def test_each_reason_has_its_own_sentence(number: int) -> None:
    begins, mend = WORDS[number]
    told = disk_trouble(number, "the folder /srv/state")
    expected = begins.format("the folder /srv/state")
    assert told.startswith(expected[0].upper() + expected[1:])
    assert os.strerror(number) in told
    assert mend in told
    assert ("Make room" in told) == (number in ASK_FOR_ROOM)


def test_the_store_says_which_it_is_and_goes_on_afterwards(tmp_path: Path) -> None:
    """All but a full disk is "disk I/O error" to SQLite: people were told to make room on a disk that had failed."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler: a disk that fails cannot be played")
    library = tmp_path / "failing_disk.so"
    source = Path(__file__).with_name("failing_disk.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    numbers = [errno.EIO, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EACCES]
    state, fault = tmp_path / "state", tmp_path / "fault"
    played = {"LD_PRELOAD": str(library), "FAILING": str(state), "FAULT": str(fault)}
    done = subprocess.run(
        [sys.executable, "-c", WRITES, state, fault, *map(str, numbers)],
        capture_output=True,
        text=True,
        env=os.environ | played,
    )
    assert done.returncode == 0, done.stderr
    told = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    assert {number: told[str(number)] for number in numbers} == {
        number: disk_trouble(number, f"the store {state / 'wirewatch.db'}") for number in numbers
    }


@pytest.mark.parametrize("kilobytes", [10, 60, 200])
def test_a_file_that_may_not_become_larger_is_no_failing_disk(tmp_path: Path, kilobytes: int) -> None:
    """`ulimit -f`: what is tried to find out is small, and was written. People looked for a broken disk."""
    limited = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop()), -1))\n"
    fills = f"{limited}{WRITES}for n in range(10_000): store.save_facts({{str(n): 'x' * 1000}})"
    done = subprocess.run(
        [sys.executable, "-c", fills, tmp_path / "state", tmp_path / "fault", str(kilobytes * 1024)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert disk_trouble(errno.EFBIG, f"the store {tmp_path / 'state' / 'wirewatch.db'}") in done.stderr


REWRITES = """
import resource, sys
from pathlib import Path
from bot.errors import StoreError
from bot.store import SqliteStore
store = SqliteStore(Path(sys.argv[1]) / "wirewatch.db")
store.migrate()
resource.setrlimit(resource.RLIMIT_FSIZE, (700_000, -1))
failed = 0
for number in range(500):
    for attempt in range(2):
        try:
            store.save_facts({"told": f"{number} {'x' * 3000}"})
            break
        except StoreError as error:
            failed += 1
    assert store.get_fact("told").startswith(f"{number} "), failed
store.database.check_whole()
print(failed)
"""


def test_a_store_that_does_not_grow_goes_on_where_there_is_no_room(tmp_path: Path) -> None:
    """Its log filled what was left of the disk, and was never written back."""
    done = subprocess.run([sys.executable, "-c", REWRITES, tmp_path], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert 0 < int(done.stdout) < 50
