"""Log lines behind a pipe that is not read: they wait, are dropped and counted, and nothing is cut."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from bot.app import Environment
from bot.log_stream import LogStream
from bot.logs import configure_logs, flush_logs

LINE = json.dumps({"event": "feed_polled", "text": "é" * 2000}, ensure_ascii=False) + "\n"


@pytest.fixture
def pipe() -> Iterator[tuple[int, LogStream]]:
    reader, writer = os.pipe()
    with os.fdopen(writer, "w", encoding="utf-8") as stream:
        yield reader, LogStream(stream, as_json=True)
    os.close(reader)


def lines_in(reader: int, log: LogStream) -> list[dict[str, object]]:
    """Everything that comes out while the pipe is read again."""
    os.set_blocking(reader, False)
    data = bytearray()
    while True:
        log.flush()
        try:
            data += os.read(reader, 1 << 20)
        except BlockingIOError:
            return [json.loads(line) for line in data.splitlines()]


def test_a_burst_waits_and_comes_whole(pipe: tuple[int, LogStream]) -> None:
    reader, log = pipe
    for _ in range(100):
        log.write(LINE)
    assert lines_in(reader, log) == [json.loads(LINE)] * 100


def test_what_was_dropped_is_counted(pipe: tuple[int, LogStream]) -> None:
    reader, log = pipe
    for _ in range(2000):
        log.write(LINE)
    lines = lines_in(reader, log)
    (dropped,) = [line["count"] for line in lines if line["event"] == "log_lines_dropped"]
    assert isinstance(dropped, int)
    assert dropped > 1000
    assert len(lines) - 1 + dropped == 2000
    log.write(LINE)
    assert lines_in(reader, log) == [json.loads(LINE)]


def test_a_reader_that_has_gone_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as stream:
        log = LogStream(stream, as_json=False)
        log.write(LINE)
        log.flush()


def test_a_traceback_names_the_fault_and_no_variable(tmp_path: Path) -> None:
    before = structlog.get_config()
    with (tmp_path / "log").open("w", encoding="utf-8") as stream:
        try:
            configure_logs(Environment(log_format="console"), stream)
            post_with("xoxb-a-secret")
            flush_logs()
        finally:
            structlog.configure(**before)
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert "ZeroDivisionError" in log
    assert "in post_with" in log
    assert "xoxb-a-secret" not in log


def post_with(token: str) -> None:
    try:
        1 / len(token[:0])
    except ZeroDivisionError:
        structlog.get_logger().exception("post_failed")


def test_what_is_for_a_person_is_a_log_line_too(pipe: tuple[int, LogStream]) -> None:
    """`No SLACK_BOT_TOKEN: …` stood bare among lines of JSON, and `jq` ended there."""
    reader, log = pipe
    log.write_note("No SLACK_BOT_TOKEN: digests are printed here.")
    (line,) = lines_in(reader, log)
    assert (line["event"], line["text"]) == ("note", "No SLACK_BOT_TOKEN: digests are printed here.")
