"""What the tests themselves start."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.starts import REPOSITORY

_FORKS_WHILE_A_THREAD_WRITES = """
import io, os, select, sys, threading
from tests import starts

has_lock, never = threading.Event(), threading.Event()

class Full(io.RawIOBase):
    def writable(self):
        return True

    def write(self, data):
        has_lock.set()
        never.wait()

sys.stdout = sys.__stdout__ = io.TextIOWrapper(io.BufferedWriter(Full()))
buffer = sys.stdout.buffer
threading.Thread(target=lambda: (buffer.write(b"line"), buffer.flush()), daemon=True).start()
has_lock.wait()
arrived, there = os.pipe()
child = starts._fork_python("python", [f"import os; os.write({there}, b'there')"], [there])
is_there = bool(select.select([arrived], [], [], 10)[0])
if not is_there:
    os.kill(child, 9)
os.waitpid(child, 0)
os._exit(0 if is_there else 1)
"""


@pytest.mark.slow
def test_a_thread_that_writes_does_not_hold_up_what_is_forked() -> None:
    """The child let go of the stream, which waits for the lock of a thread that it does not have."""
    process = subprocess.run([sys.executable, "-c", _FORKS_WHILE_A_THREAD_WRITES], cwd=REPOSITORY, timeout=60)
    assert process.returncode == 0
