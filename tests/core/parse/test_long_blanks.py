"""What is as long as a document may be is read in time that grows with it: a parser that is killed loses the feed."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from bot.core.parse.dates import read_date
from bot.errors import ParseError
from tests.core.parse.odd import read, rss

ITEM = "<title>A</title><link>/1</link>"
JSON = '{"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [{"id": "1", "title": "A"}]}'


@pytest.fixture(autouse=True)
def in_a_second() -> Iterator[None]:
    """Of this thread's CPU, so that a busy machine fails nothing."""
    before = time.thread_time()
    yield
    assert time.thread_time() - before < 1


@pytest.mark.parametrize(
    "document",
    [
        "\r\n" * 8_000 + rss(ITEM, declaration='<?xml version="1.0"?>'),
        "/**/" + " " * 20_000 + f"cb({JSON});" + "\n" * 20_000,
        "//\n" + " " * 20_000 + JSON,
        f"cb({JSON})" + " " * 20_000 + "x",
        rss("<title>A" + " " * 40_000 + "<link>/1</link>"),
    ],
    ids=["before a feed", "around a script", "behind a comment", "before a script's rest", "in an open title"],
)
def test_blanks(document: str) -> None:
    assert [item.title for item in read(document).entries] == ["A"]


def test_blanks_in_what_is_no_feed() -> None:
    with pytest.raises(ParseError):
        read("//\n" + " " * 20_000 + "x")


@pytest.mark.parametrize("text", ["я" * 16_000, "яяя" + " " * 16_000 + "x", "<time" + " datetime" * 5_000])
def test_what_is_no_date(text: str) -> None:
    assert read_date(text) is None


def test_a_date_behind_blanks() -> None:
    assert str(read_date("\n " * 5_000 + "28 ноября 2026 10:00")) == "2026-11-28 10:00:00+00:00"
