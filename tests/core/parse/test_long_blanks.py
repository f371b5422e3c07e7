"""What is as long as a document may be is read in time that grows with it: a parser that is killed loses the feed.

No clock is asked: with a million blanks what grows with their square takes hours, what grows with them an instant.
"""

from __future__ import annotations

import pytest

from bot.core.parse.dates import read_date
from bot.errors import ParseError
from tests.core.parse.odd import read, rss

ITEM = "<title>A</title><link>/1</link>"
JSON = '{"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [{"id": "1", "title": "A"}]}'

MANY = 1_000_000
pytestmark = pytest.mark.timeout(60)


@pytest.mark.parametrize(
    "document",
    [
        "\r\n" * MANY + rss(ITEM, declaration='<?xml version="1.0"?>'),
        "/**/" + " " * MANY + f"cb({JSON});" + "\n" * MANY,
        "//\n" + " " * MANY + JSON,
        f"cb({JSON})" + " " * MANY + "x",
        rss("<title>A" + " " * MANY + "<link>/1</link>"),
    ],
    ids=["before a feed", "around a script", "behind a comment", "before a script's rest", "in an open title"],
)
def test_blanks(document: str) -> None:
    assert [item.title for item in read(document).entries] == ["A"]


@pytest.mark.parametrize("before", ["//\n", "<redirect><newLocation>"])
def test_blanks_in_what_is_no_feed(before: str) -> None:
    with pytest.raises(ParseError):
        read(before + " " * MANY + "x")


@pytest.mark.parametrize("text", ["я" * MANY, "яяя" + " " * MANY + "x", "<time" + " datetime" * MANY])
def test_what_is_no_date(text: str) -> None:
    assert read_date(text) is None


def test_a_date_behind_blanks() -> None:
    assert str(read_date("\n " * MANY + "28 ноября 2026 10:00")) == "2026-11-28 10:00:00+00:00"
