"""What publishers, files and people's slips bring, printed on a real terminal: nothing there is obeyed."""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
from pathlib import Path

import click
import pytest

from bot.cli.terminal import TerminalStream
from tests import starts
from tests.fetch.hostile import answer, hostile, status

_ORDERS = "\x1b[2J\x1b]52;c;ZXZpbA==\x07\x9b31m\x85\u2028\u202e"
_HEARD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_OURS = re.compile(r"\x1b\[(?:[01]|36)m|\r\x1b\[K")


def on_terminal(folder: Path, *arguments: str) -> str:
    """What a terminal hears of `wirewatch` in `folder`, LF for its ends of lines."""
    terminal, end = os.openpty()
    variables = os.environ | {"NO_COLOR": "1", "LOG_FORMAT": "console"}
    process = starts.Process(arguments, cwd=folder, env=variables, stdin=end, stdout=end, stderr=end)
    os.close(end)
    heard = bytearray()
    try:
        while piece := os.read(terminal, 65_536):
            heard += piece
    except OSError:  # the other end is closed: Linux says EIO
        pass
    os.close(terminal)
    process.wait(60)
    return heard.decode().replace("\r\n", "\n")


def obeyed(text: str) -> list[str]:
    return _HEARD.findall(_OURS.sub("", text))


async def test_nothing_of_a_publisher_is_obeyed(tmp_path: Path) -> None:
    async with hostile() as server:
        page = f"<html><head><title>{_ORDERS} a page</title></head></html>"
        feeds = [
            server.serve("/page", answer(page, kind="text/html")),
            server.serve("/none", answer(f"{_ORDERS} no feed")),
            server.serve("/wall", status(403, f"cf-mitigated: challenge{_ORDERS[:4]}\x9b31m")),
        ]
        rules = "settings: {allow_private_hosts: true, fetch: {per_host: 0s}}\nrules: [Huawei]\nfeeds:\n"
        (tmp_path / "rules.yaml").write_text(rules + "".join(f"  - {url}\n" for url in feeds))
        for arguments in (["run", "--once"], ["feeds", "list"], ["status", "--json"]):
            heard = await asyncio.to_thread(on_terminal, tmp_path, *arguments)
            assert "a page" in heard
            assert obeyed(heard) == [], arguments
        for url in feeds:
            heard = await asyncio.to_thread(on_terminal, tmp_path, "feeds", "test", url)
            assert "127.0.0.1" in heard or "feed" in heard
            assert obeyed(heard) == [], url


def test_json_has_the_same_value(tmp_path: Path) -> None:
    (tmp_path / "stories.jsonl").write_text(
        json.dumps({"title": f"Huawei {_ORDERS}", "summary": "says \x9b31m"}) + "\n"
    )
    heard = on_terminal(tmp_path, "match", "--when", "says", "stories.jsonl")
    assert obeyed(heard) == []
    assert json.loads(heard)["evidence"][0]["text"] == "says \x9b31m"


@pytest.mark.parametrize("sign", ["\x9b", "\x1b", "\u202e"])
def test_the_line_of_a_mistake_is_shown_with_its_caret(tmp_path: Path, sign: str) -> None:
    (tmp_path / "rules.yaml").write_text(
        f'rules:\n  - "Huawei {json.dumps(sign)[1:-1]} ANDD 5G"\n  # {sign}\n  - a AND\n'
    )
    heard = on_terminal(tmp_path, "check")
    assert "error" in heard
    assert obeyed(heard) == []


def test_lines_that_end_as_on_windows_end_like_all(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_bytes(b"rules:\r\n  - id: orb\r\n    when: Huawei\r\n")
    assert "rules_loaded" in on_terminal(tmp_path, "run", "--once")
    heard = on_terminal(tmp_path, "rules", "log", "orb")
    assert "+    when: Huawei\r\n" in heard
    assert "\\u000d" not in heard


def test_our_own_words_have_their_colour() -> None:
    """`demo` says what happens in cyan."""
    terminal, said = io.BytesIO(), click.style("A story breaks", fg="cyan")
    stream = TerminalStream(terminal, encoding="utf-8")
    stream.write(f"{said} \x1b[31m")
    stream.flush()
    assert terminal.getvalue().decode() == f"{said} \\u001b[31m"


def test_titles_read_as_they_were_written(tmp_path: Path) -> None:
    """Joiners of real scripts, emoji, and markup of other places."""
    title = "AT&T <b> *5G* _x_ @here \u05e9\u05dc\u05d5\u05dd 👩\u200d🔬 می\u200cخواهد"
    (tmp_path / "stories.jsonl").write_text(json.dumps({"title": title}) + "\n")
    heard = on_terminal(tmp_path, "match", "--when", "5G", "stories.jsonl")
    assert json.loads(heard)["evidence"][0]["text"] == title
