"""What makers of feeds leave of how they work: titles of nothing, titles as a mail or an address had them, links of a
site that a script did not know, another maker's JSON, documents of two character sets."""

from __future__ import annotations

import json

import pytest

from tests.core.parse.odd import read, rss


@pytest.mark.parametrize("title", ["null", "undefined", "[object Object]", "(null)", "NaN", "NULL"])
def test_a_title_that_a_script_writes_of_none_gives_way_to_the_text(title: str) -> None:
    (only,) = read(rss(f"<title>{title}</title><description>Storm shuts the port</description>")).entries
    assert (only.title, only.summary) == ("", "Storm shuts the port")


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("=?UTF-8?B?WsO8cmljaCB2b3Rlcw==?=", "Zürich votes"),
        ("=?utf-8?Q?Z=C3=BCrich?= =?utf-8?Q?_votes?=", "Zürich votes"),
        ("Re: =?iso-8859-1?Q?Z=FCrich?= votes", "Re: Zürich votes"),
        ("Z=C3=BCrich votes: caf=C3=A9s shut", "Zürich votes: cafés shut"),
        ("Z%C3%BCrich%20votes", "Zürich votes"),
        ("=?no-such-set?B?WsO8?=", "=?no-such-set?B?WsO8?="),
        ("E=MC2, and a=FF", "E=MC2, and a=FF"),
        ("50%25 off", "50%25 off"),
        ("50%AB", "50%AB"),
        ("How to write ü in a URL: %C3%BC", "How to write ü in a URL: %C3%BC"),
    ],
)
def test_a_title_as_a_mail_or_an_address_had_it(written: str, title: str) -> None:
    assert read(rss(f"<title>{written}</title>")).entries[0].title == title


@pytest.mark.parametrize("link", ["undefined/posts/1", "null/posts/1", "null"])
def test_a_link_of_a_site_that_a_script_did_not_know_gives_way_to_the_guid(link: str) -> None:
    item = f"<title>A</title><link>{link}</link><guid>https://news.example/posts/1</guid>"
    assert read(rss(item)).entries[0].url == "https://news.example/posts/1"


def test_relative_links_of_a_json_feed_are_the_site_s_whose_feed_it_is() -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "A", "url": "/1"}]}
    assert read(json.dumps(feed)).entries[0].url == "https://feeds.example/1"
    feed["home_page_url"] = "https://news.example/"
    assert read(json.dumps(feed)).entries[0].url == "https://news.example/1"


def test_a_feed_that_a_service_turned_into_json_is_read() -> None:
    item = {
        "title": "Fish",
        "pubDate": "2026-11-23 10:00:00",
        "link": "https://news.example/1",
        "guid": "g1",
        "description": "<p>Chips</p>",
    }
    (only,) = read(json.dumps({"status": "ok", "feed": {"title": "T"}, "items": [item]}), "application/json").entries
    assert (only.title, only.guid, only.url, only.body) == ("Fish", "g1", "https://news.example/1", "<p>Chips</p>")


def test_a_mark_of_utf_16_before_what_is_none() -> None:
    for mark in (b"\xff\xfe", b"\xfe\xff"):
        assert read(mark + rss("<title>Zürich läßt grüßen</title>").encode()).entries[0].title == "Zürich läßt grüßen"
    assert read(rss("<title>Zürich</title>").encode("utf-16")).entries[0].title == "Zürich"


def test_a_channel_and_its_items_may_be_of_two_character_sets() -> None:
    """A template in windows-1252 around texts in UTF-8: it was all read as Chinese."""
    head = "<description>Nachrichten für Köln über Öl</description>"
    document = rss("<title>Zürich läßt grüßen: Café öffnet</title>", head="{}").encode()
    feed = read(document.replace(b"{}", head.encode("windows-1252")))
    assert feed.entries[0].title == "Zürich läßt grüßen: Café öffnet"
