"""What is opened a hundred thousand times and never closed is read in one go, not once from each beginning."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.parse import parse
from bot.core.parse.slices import slice_entries
from bot.errors import ParseError

AT = datetime(2026, 5, 4, tzinfo=UTC)
CHARACTERS = 150_000
OPENED = ("<!--", "<?", "<![CDATA[", "<script ", "<script>", "<title>", "<skipHours>", "<base ", "<a href=", "<link ")
OPENED += ("<!doctype ", "a", '\\"', "- ")
AROUND = {
    "alone": "{}",
    "a page": "<html><body>{}</body></html>",
    "a page's head": "<html><head>{}</head></html>",
    "an author": "<rss version='2.0'><channel><item><author><![CDATA[{}]]></author></item></channel></rss>",
    "a link": "<rss version='2.0'><channel><item><title>A</title><link>a{}b</link></item></channel></rss>",
    "a page's link": "<html><head><link {}></head></html>",
    "a string of JSON": '{{"version": "https://jsonfeed.org/version/1.1", "items": [{{"id": "1", "content_html": "x{}',
    "a title": "<rss version='2.0'><channel><item><title>{}</title></item></channel></rss>",
}


@pytest.mark.slow
@pytest.mark.timeout(30)  # each took a minute or more
@pytest.mark.parametrize("opened", OPENED)
@pytest.mark.parametrize("around", AROUND.values(), ids=AROUND)
def test_what_is_never_closed_ends(around: str, opened: str) -> None:
    document = around.format(opened * (CHARACTERS // len(opened)))
    with suppress(ParseError):
        assert len(parse(document.encode(), url="https://x.example/", headers={}, seen_at=AT).entries) <= 1


@pytest.mark.parametrize("tag", ["link", "category", "textInput", "enclosure", "title", "guid"])
def test_an_end_behind_its_items_end_costs_no_other_item(tag: str) -> None:
    broken = f"<item><title>a</title><{tag}></item></{tag}>"
    whole = "<item><title>b</title><link>https://x.example/b</link></item>"
    document = f"<rss version='2.0'><channel>{broken}{whole}</channel></rss>"
    entries = parse(document.encode(), url="https://x.example/", headers={}, seen_at=AT).entries
    assert ("b", "https://x.example/b") in {(entry.title, entry.url) for entry in entries}


def test_a_comment_left_open_between_items_hides_none_from_the_next_poll() -> None:
    items = "".join(f"<item><guid>{n}</guid></item>{'<!-- ' if n == 1 else ''}" for n in range(3))
    assert slice_entries(f"<rss><channel>{items}</channel></rss>") is None


@pytest.mark.parametrize("left_open", ["<svg>", "<?php", "<? if", "<math>", "<!--", "<![CDATA["])
def test_what_a_text_leaves_open_ends_with_it(left_open: str) -> None:
    """A picture swallowed all items that followed, an instruction the next one."""
    items = "".join(
        f"<item><title>{n}</title><link>https://x.example/{n}</link>"
        f"<description>{left_open * (n == 2)} Words</description></item>"
        for n in range(1, 5)
    )
    document = f"<rss version='2.0'><channel>{items}</channel></rss>"
    entries = parse(document.encode(), url="https://x.example/", headers={}, seen_at=AT).entries
    assert {"1", "3", "4"} <= {entry.title for entry in entries}


OPEN = {
    "a file": '<enclosure url="https://x.example/a.mp3" type="audio/mpeg">',
    "a source": '<source url="https://other.example/feed">',
    "a source with a name": '<source url="https://other.example/feed">Other',
    "a picture": "<media:thumbnail url='https://x.example/a.jpg' >",
    "a label": '<category domain="x" term="y">',
    "a link": '<atom:link rel="self" href="https://x.example/self">',
}
"""What says all in its attributes, as pages write it: without an end."""


@pytest.mark.parametrize("left_open", OPEN.values(), ids=OPEN)
@pytest.mark.parametrize("form", ["{0}<title>1</title>{1}", "<title>1</title>{0}{1}", "<title>1</title>{1}{0}"])
def test_an_element_without_end_holds_nothing_of_its_entry_nor_of_others(left_open: str, form: str) -> None:
    """A `<source>` took titles, links and texts of all items that followed, and none of them was ever told."""
    before = form.format(left_open, "<link>https://x.example/1</link><description>Words 1</description>")
    other = "<item><title>2</title><link>https://x.example/2</link><description>Words 2</description></item>"
    document = f"<rss version='2.0'><channel><item>{before}</item>{other}</channel></rss>"
    entries = parse(document.encode(), url="https://x.example/", headers={}, seen_at=AT).entries
    expected = [(f"{n}", f"https://x.example/{n}", f"Words {n}") for n in (1, 2)]
    if left_open.endswith("Other"):  # as far as can be known, the rest of its item may be the source's
        assert [(entry.title, entry.url, entry.summary) for entry in entries][1:] == expected[1:]
    else:
        assert [(entry.title, entry.url, entry.summary) for entry in entries] == expected


def test_what_has_its_end_elsewhere_keeps_its_text() -> None:
    item = '<item><title>R&D</title><guid isPermaLink="false">\n<![CDATA[a1]]></guid><media:content url="x"></item>'
    (entry,) = parse(
        f"<rss><channel>{item}</channel></rss>".encode(), url="https://x.example/", headers={}, seen_at=AT
    ).entries
    assert (entry.title, entry.guid) == ("R&D", "a1")


@pytest.mark.parametrize("tag", ["title", "link", "description", "guid", "pubDate", "author"])
@pytest.mark.parametrize("text", ["{}", "<![CDATA[{}]]>"], ids=["plain", "CDATA"])
def test_an_end_without_its_slash_is_an_end(tag: str, text: str) -> None:
    fields = {
        "title": "One",
        "link": "https://x.example/1",
        "description": "Words",
        "guid": "g1",
        "pubDate": "Sun, 03 May 2026 10:00:00 GMT",
        "author": "Ann",
    }
    item = "".join(f"<{name}>{text.format(value)}</{name}>" for name, value in fields.items())
    item = item.replace(f"</{tag}>", f"<{tag}>")
    document = f"<rss version='2.0'><channel><item>{item}</item><item><title>Two</title></item></channel></rss>"
    entry, other = parse(document.encode(), url="https://x.example/", headers={}, seen_at=AT).entries
    assert (entry.title, entry.url, entry.guid, other.title) == ("One", "https://x.example/1", "g1", "Two")
    assert (entry.summary, entry.author) == ("Words", "Ann")
    assert entry.published_at == AT - timedelta(hours=14)
