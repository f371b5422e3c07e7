"""The sample of documents in tests/data/feeds: each format, and the commonest faults."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.core.parse import parse
from bot.errors import ParseError
from tests.builders import AT
from tests.conftest import SAMPLE_DATA

FEEDS = SAMPLE_DATA / "feeds"
EXPECTED: dict[str, Any] = json.loads((FEEDS / "expected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", [name for name, expected in EXPECTED.items() if expected])
def test_a_document_is_read(name: str) -> None:
    body, expected = (FEEDS / name).read_bytes(), EXPECTED[name]
    feed = parse(body, url="https://feeds.example/", headers={}, seen_at=AT)
    dates = [entry.published_at and entry.published_at.isoformat() for entry in feed.entries]
    entries = [[entry.title, entry.url, entry.guid] for entry in feed.entries]
    assert feed.title == expected["title"]
    assert [[*entry, date] for entry, date in zip(entries, dates, strict=True)] == expected["entries"]


@pytest.mark.parametrize("name", [name for name, expected in EXPECTED.items() if not expected])
def test_what_is_no_feed_is_refused(name: str) -> None:
    with pytest.raises(ParseError, match="is not a feed"):
        parse((FEEDS / name).read_bytes(), url="https://feeds.example/", headers={}, seen_at=AT)


def test_every_document_has_its_row() -> None:
    assert {path.name for path in FEEDS.iterdir()} == {*EXPECTED, "expected.json"}
