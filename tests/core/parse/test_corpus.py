"""The 616 documents of the measuring data: none crashes, no entry is lost; where we differ, feedparser errs."""

from __future__ import annotations

import io
import json
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import feedparser
import pytest

from bot.core.parse import ParsedFeed, parse
from bot.core.parse.dates import read_date
from bot.core.parse.markup import plain_line
from bot.core.parse.mojibake import fix_mojibake
from bot.errors import ParseError

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
BASE = "https://news.example/feeds/all.xml"
CUT = {
    "91824c0d": "ends in the middle of its eighth entry, which waits until it is whole",
    "fbd06deb": "ends in the CDATA of its only entry",
}
LEAKS = "56fd3d3d"
"""feedparser without a base lets one item's xml:base leak into the next."""


@pytest.fixture(scope="module")
def corpus(shared_data: Path) -> list[tuple[dict[str, Any], bytes, ParsedFeed | ParseError]]:
    folder = shared_data / "feeds"
    rows = []
    for line in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        body = (folder / row["file"]).read_bytes()
        try:
            feed: ParsedFeed | ParseError = parse(body, url=BASE, headers={}, seen_at=NOON, max_entries=100_000)
        except ParseError as error:
            feed = error
        rows.append((row, body, feed))
    return rows


def test_no_entry_is_lost(corpus: list[tuple[dict[str, Any], bytes, ParsedFeed | ParseError]]) -> None:
    assert len(corpus) > 600
    lost = {}
    for row, _, feed in corpus:
        expected = row["entries_feedparser"]
        if isinstance(expected, str):  # feedparser could not read it: what the plain XML or JSON holds counts
            expected = row["entries_lxml_min"] if isinstance(row["entries_lxml_min"], int) else 1
        found = len(feed.entries) if isinstance(feed, ParsedFeed) else 0
        if found != expected and row["file"].split("_")[0] not in CUT:
            lost[row["file"]] = (expected, found)
    assert not lost


@pytest.mark.slow
def test_titles_links_and_dates_are_feedparsers_where_it_is_right(
    corpus: list[tuple[dict[str, Any], bytes, ParsedFeed | ParseError]],
) -> None:
    different = []
    for row, body, feed in corpus:
        if isinstance(feed, ParseError) or isinstance(row["entries_feedparser"], str):
            continue
        if row["file"].startswith(LEAKS):
            continue
        if any("character set" in problem or "not UTF-8" in problem or "twice" in problem for problem in feed.problems):
            continue  # feedparser reads these as mojibake (the charset tests of test_parse.py)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            theirs = feedparser.parse(io.BytesIO(body)).entries
        for ours, other in zip(feed.entries, theirs, strict=False):
            title = plain_line(fix_mojibake(dict.get(other, "title") or ""))
            if ours.title != title and "<" not in title and "title>" not in ours.title:
                different.append((row["file"], ours.title, title))
            link = (
                dict.get(other, "feedburner_origlink") or dict.get(other, "pheedo_origlink") or dict.get(other, "link")
            )
            if row["file"].startswith(FILES):
                continue
            if link and link.startswith(("https://www.google.com/url?", "http://www.bing.com/news/apiclick.aspx?")):
                continue  # ours is where these lead
            if link and link.startswith(("http:", "https:")) and ours.url != " ".join(link.split()).replace(" ", "%20"):
                different.append((row["file"], ours.url, urljoin(BASE, link)))
            text = dict.get(other, "published") or dict.get(other, "created") or dict.get(other, "updated")
            parsed = dict.get(other, "published_parsed") or dict.get(other, "created_parsed")
            parsed = parsed or dict.get(other, "updated_parsed")
            stamp = datetime(*parsed[:6], tzinfo=UTC) if parsed else None
            if stamp is not None and stamp != read_date(text) and not any(zone in text for zone in KNOWN_FAULTS):
                different.append((row["file"], text, stamp))
    assert not different


FILES = "34d9b725_"
"""`<link rel="enclosure">URL</link>`: feedparser takes the picture for the page."""
KNOWN_FAULTS = ("/", " am ", " CET", " BST", "T00:00:00-")
"""What feedparser misreads: 2020/1/10 as November 1st, a 12-hour clock, zones it takes for UTC."""
