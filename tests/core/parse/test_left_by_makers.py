"""What makers of feeds leave of how they work: titles of nothing, titles as a mail or an address had them, links of a
site that a script did not know, another maker's JSON, documents of two character sets."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from bot.errors import ParseError
from tests.core.parse.odd import read, rss


@pytest.mark.parametrize(
    "title", ["null", "undefined", "[object Object]", "(null)", "NaN", "NULL", "{{ post.title }}", "${title}"]
)
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
        ("Port%20votes%20%26%20shuts", "Port votes & shuts"),
        ("100%20off", "100%20off"),
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


@pytest.mark.parametrize(
    "link",
    [
        "N/A",
        "n/a",
        "-",
        "--",
        "None",
        "false",
        "undefined",
        "TBD",
        "about:blank",
        "{{ post.url }}",
        "${link}",
        "https://undefined/posts/1",
    ],
)
def test_what_people_write_of_a_link_that_is_not_there_leads_nowhere(link: str) -> None:
    """It was a page of the site's: `https://news.example/N/A`."""
    assert read(rss(f"<title>A</title><link>{link}</link>")).entries[0].url is None
    item = f"<title>A</title><link>{link}</link><guid>https://news.example/1</guid>"
    assert read(rss(item)).entries[0].url == "https://news.example/1"


@pytest.mark.parametrize("link", ["http://localhost:3000/1", "http://127.0.0.1/1", "http://0.0.0.0:8080/1"])
def test_a_link_to_the_machine_that_a_feed_was_tried_on_gives_way_to_the_guid(link: str) -> None:
    item = f"<title>A</title><link>{link}</link>"
    assert read(rss(f"{item}<guid>https://news.example/1</guid>")).entries[0].url == "https://news.example/1"
    assert read(rss(f"{item}<guid>{link}</guid>")).entries[0].url == link


@pytest.mark.parametrize("space", [" ", "\n"])
def test_of_several_addresses_in_a_link_the_first_is_the_item_s(space: str) -> None:
    item = f"<title>A</title><link>https://news.example/1{space}https://ads.example/2</link>"
    assert read(rss(item)).entries[0].url == "https://news.example/1"


@pytest.mark.parametrize("title", ["\u200b\ufeff", "\u2060", "\u00ad", "&amp;nbsp;"])
def test_a_title_that_nobody_sees_is_none(title: str) -> None:
    assert read(rss(f"<title>{title}</title>")).entries[0].title == ""


def test_the_end_of_a_cdata_without_its_beginning_is_no_part_of_a_title() -> None:
    assert read(rss("<title>One]]&gt;</title>")).entries[0].title == "One"


@pytest.mark.parametrize(
    "around",
    [
        lambda item: {"feed": {"title": "T", "items": [item]}},
        lambda item: {"rss": {"channel": {"title": "T", "item": [item]}}},
        lambda item: {"data": {"items": [item]}},
        lambda item: {"entries": [item]},
    ],
    ids=["feed", "rss", "data", "entries"],
)
def test_a_feed_in_json_is_found_where_what_made_it_put_it(around: Callable[[dict[str, str]], object]) -> None:
    item = {"title": "Fish", "link": "https://news.example/1"}
    (only,) = read(json.dumps(around(item)), "application/json").entries
    assert (only.title, only.url) == ("Fish", "https://news.example/1")


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("<Error><Code>AccessDenied</Code><Message>No such blob</Message></Error>", "AccessDenied No such blob"),
        ('<response status="fail" message="key expired"/>', "key expired"),
        ('{"error": {"code": 403, "message": "API key missing"}}', "API key missing"),
        ('{"detail": "rate limited"}', "rate limited"),
    ],
)
def test_what_an_api_says_in_place_of_a_feed_is_told(answer: str, says: str) -> None:
    with pytest.raises(ParseError, match=says):
        read(answer)


@pytest.mark.parametrize("name", ["excerpt", "intro", "lead", "teaser", "article", "text", "html", "media:text"])
def test_without_a_description_what_is_called_a_text_serves(name: str) -> None:
    """All that such an item said was lost."""
    item = f"<title>A</title><{name}>Storm shuts the port</{name}>"
    assert read(rss(item)).entries[0].summary == "Storm shuts the port"
    assert read(rss(f"{item}<description>Own</description>")).entries[0].summary == "Own"


@pytest.mark.parametrize("relation", ["related", "via"])
def test_an_entry_without_a_page_leads_to_what_it_tells_of(relation: str) -> None:
    links = f'<link rel="{relation}" href="https://other.example/1"/>'
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><id>{}</id><title>A</title>{}</entry></feed>'
    )
    assert read(feed.format("urn:1", links)).entries[0].url == "https://other.example/1"
    assert read(feed.format("https://news.example/1", links)).entries[0].url == "https://news.example/1"
