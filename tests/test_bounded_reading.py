"""Pipes and devices in the place of files."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Thread

import pytest

from bot.bounded_reading import read_bounded


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    os.mkfifo(tmp_path / "pipe")
    return tmp_path / "pipe"


def test_a_pipe_is_read_to_its_end(pipe: Path) -> None:
    writer = Thread(target=pipe.write_bytes, args=(b"x" * 200_000,))
    writer.start()
    assert read_bounded(pipe, 10**6) == b"x" * 200_000
    writer.join()


def test_a_pipe_that_nobody_writes_to(pipe: Path) -> None:
    with pytest.raises(OSError, match="nobody writes to"):
        read_bounded(pipe, 10, nobody=0.0)


@pytest.mark.parametrize("begun", [b"", b"feeds:"])
def test_a_writer_that_does_not_come_to_an_end(pipe: Path, begun: bytes) -> None:
    writer = os.open(pipe, os.O_RDWR)
    os.write(writer, begun)
    with pytest.raises(OSError, match="does not come to an end"):
        read_bounded(pipe, 10, nobody=0.0, in_all=0.0)
    os.close(writer)


@pytest.mark.parametrize("most", [10, 100_000])
def test_never_more_than_one_byte_beyond(pipe: Path, most: int) -> None:
    assert len(read_bounded(Path("/dev/zero"), most)) == most + 1
    writer = os.open(pipe, os.O_RDWR)
    os.write(writer, b"x" * 60_000)
    assert len(read_bounded(pipe, 10)) == 11
    os.close(writer)
