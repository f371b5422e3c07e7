"""Feed documents: every format, what is no feed, text, length, what a feed says of itself."""

from __future__ import annotations

import json
import pickle
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.parse import MAX_ENTRIES
from bot.errors import ParseError
from tests.core.parse.documents import NOON, read, rss, titled
from tests.examples import examples

RSS = rss(
    "<item><title>Ports reopen</title><link>https://news.example/a</link><guid isPermaLink='false'>a-1</guid>"
    "<pubDate>Tue, 24 Nov 2026 10:00:00 GMT</pubDate><dc:creator>Ann Lee</dc:creator><category>Trade</category>"
    "<description>Short &lt;b&gt;text&lt;/b&gt;</description><content:encoded><![CDATA[<p>Long text</p>]]>"
    "</content:encoded></item>",
    "<link>https://news.example/</link><language>en-gb</language>",
)
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB"><title>The Feed</title>
<link rel="self" href="https://news.example/atom"/><link rel="hub" href="https://hub.example/"/>
<entry><title type="html">Ports &lt;i&gt;reopen&lt;/i&gt;</title><link href="/a"/><id>a-1</id>
<published>2026-11-24T11:00:00+01:00</published><author><name>Ann Lee</name></author><category term="Trade"/>
<summary>Short &lt; text</summary>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Long text</p></div></content></entry></feed>"""
ATOM03 = """<?xml version="1.0"?><feed version="0.3" xmlns="http://purl.org/atom/ns#" xml:lang="en-GB">
<title>The Feed</title><entry><title>Ports reopen</title><link rel="alternate" type="text/html" href="https://news.example/a"/><id>a-1</id>
<issued>2026-11-24T10:00:00Z</issued><author><name>Ann Lee</name></author>
<content type="text/html" mode="escaped">&lt;p&gt;Long text&lt;/p&gt;</content></entry></feed>"""
RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://news.example/"><title>The Feed</title>
<dc:language>en-GB</dc:language></channel><item rdf:about="a-1"><title>Ports reopen</title><link>https://news.example/a</link>
<dc:date>2026-11-24T10:00:00Z</dc:date><dc:creator>Ann Lee</dc:creator></item></rdf:RDF>"""
JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "The Feed",
        "language": "en-GB",
        "hubs": [{"type": "WebSub", "url": "https://hub.example/"}],
        "items": [
            {
                "id": "a-1",
                "url": "/a",
                "title": "Ports reopen",
                "summary": "Short",
                "content_html": "<p>Long text</p>",
                "date_published": "2026-11-24T10:00:00Z",
                "authors": [{"name": "Ann Lee"}],
                "tags": ["Trade"],
            }
        ],
    }
)


@pytest.mark.parametrize(
    "document, form",
    [(RSS, "rss20"), (ATOM, "atom10"), (ATOM03, "atom03"), (RDF, "rss10"), (JSON, "json11")],
    ids=["rss", "atom", "atom03", "rdf", "json"],
)
def test_the_same_entry_in_every_format(document: str, form: str) -> None:
    feed = read(document)
    assert (feed.format, feed.title) == (form, "The Feed")
    (entry,) = feed.entries
    assert (entry.title, entry.guid, entry.url) == ("Ports reopen", "a-1", "https://news.example/a")
    assert entry.published_at == datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    assert entry.author == "Ann Lee"
    assert (entry.lang or "").lower() == "en-gb"
    assert entry.seen_at == NOON
    if form in ("rss20", "atom10", "json11"):
        assert entry.tags == ("Trade",)
    if form != "rss10":
        assert "<p>Long text</p>" in entry.body
    if form in ("atom10", "json11"):
        assert feed.hubs == ("https://hub.example/",)
    pickle.loads(pickle.dumps(feed))


def test_a_podcast_without_links_has_its_file_as_address() -> None:
    feed = read(
        rss(
            '<item><title>Episode 1</title><enclosure url="https://cdn.example/1.mp3" type="audio/mpeg" length="1"/>'
            "<itunes:summary>What it is about</itunes:summary></item>"
        )
    )
    assert (feed.entries[0].url, feed.entries[0].summary) == ("https://cdn.example/1.mp3", "What it is about")


@pytest.mark.parametrize("version", ["0.91", "0.92", "0.93", "0.94", "2.0", "9.9"])
def test_every_version_of_rss(version: str) -> None:
    document = f'<rss version="{version}"><channel><title>T</title><item><title>A</title></item></channel></rss>'
    assert [entry.title for entry in read(document).entries] == ["A"]


def test_text_before_the_feed_is_left_out_and_named() -> None:
    feed = read("Warning: something in line 3\n" + rss("<item><title>A</title></item>"))
    assert (len(feed.entries), "before the feed" in feed.problems[0]) == (1, True)


def test_a_comma_too_many_costs_nothing_in_json() -> None:
    item = '{"id": "1", "title": "Ports, [a, ] and {b, }", "tags": ["ports", ],}'
    feed = read(f'{{"version": "https://jsonfeed.org/version/1", "items": [{item}, ], }}')
    assert [(entry.title, entry.tags) for entry in feed.entries] == [("Ports, [a, ] and {b, }", ("ports",))]
    assert not feed.cut


@pytest.mark.parametrize("items", ["", ', "items": null', ', "items": []'])
def test_a_json_feed_without_items_is_an_empty_feed(items: str) -> None:
    """What Go writes of none: it failed, and the first warning after it was taken for the baseline."""
    feed = read(f'{{"version": "https://jsonfeed.org/version/1.1", "title": "Warnings"{items}}}')
    assert (feed.title, feed.entries, feed.cut) == ("Warnings", (), False)


@pytest.mark.parametrize(
    ("broken", "titles"),
    [
        ('{"id": "1", "title": "It\\\'s",, "n": 1}', ["It's", "B"]),
        ('{"id": "1", "title": A, "authors": [{"name": "x"}, {"name": "y"}]}', ["B"]),
        ('{"id": "1", "title": "C:\\\\x \\u00e9 \\q"}', ["C:\\x é q", "B"]),
    ],
    ids=["slips", "a broken item", "escapes"],
)
def test_a_slip_in_one_item_of_json_costs_no_other(broken: str, titles: list[str]) -> None:
    feed = read(f'{{"version": "https://jsonfeed.org/version/1.1", "items": [{broken}, {{"id": "2", "title": "B"}}]}}')
    assert [entry.title for entry in feed.entries] == titles
    assert feed.cut is (len(titles) == 1)


@pytest.mark.parametrize("rubbish", ["\x00", "// c", "<!-- x -->", "\\", '"', "'", "["])
def test_rubbish_between_two_items_of_json_costs_no_item(rubbish: str) -> None:
    items = [f'{{"id": "{number}", "title": "T{number}"}}' for number in range(4)]
    items[1] += rubbish
    feed = read(f'{{"version": "https://jsonfeed.org/version/1.1", "items": [{", ".join(items)}]}}')
    assert [entry.title for entry in feed.entries] == ["T0", "T1", "T2", "T3"]


def test_json_fields_of_wrong_types_count_as_absent() -> None:
    items = [{"id": 7, "title": None, "url": 3, "tags": "x", "authors": "y", "date_published": 5}, "no item", None]
    feed = read(json.dumps({"version": "https://jsonfeed.org/version/1", "items": items}))
    (entry,) = feed.entries
    assert (entry.guid, entry.title, entry.url, entry.tags, entry.author) == ("7", "", None, (), "")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"link": "https://news.example/1"}, ("https://news.example/1", "", "")),
        ({"url": "https://news.example/1", "link": "https://other.example/"}, ("https://news.example/1", "", "")),
        ({"content": "<p>Words</p>"}, (None, "<p>Words</p>", "")),
        ({"content_text": "Words & more", "content": {"rendered": "no"}}, (None, "Words &amp; more", "")),
        ({"author": [{"name": "Ann"}, {"name": "Bo"}]}, (None, "", "Ann, Bo")),
        ({"author": "Ann"}, (None, "", "Ann")),
        ({"authors": {"name": "Ann"}}, (None, "", "Ann")),
    ],
)
def test_json_with_names_of_other_formats(fields: dict[str, object], expected: tuple[str | None, str, str]) -> None:
    item = {"id": "1", "title": "A", "pubDate": "Tue, 24 Nov 2026 10:00:00 GMT", **fields}
    (entry,) = read(json.dumps({"version": "https://jsonfeed.org/version/1", "items": [item]})).entries
    assert (entry.url, entry.body, entry.author) == expected
    assert entry.published_at == datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "body, words",
    [
        ("", "empty"),
        ("<!DOCTYPE html><html><body>Hi</body></html>", "not a feed"),
        ('<html><head><link rel="alternate" type="application/atom+xml" href="/a.xml"></head></html>', "/a.xml"),
        ('{"error": "no such key"}', "not a feed"),
        ("[1, 2]", "not a feed"),
        ("plain words", "not a feed"),
        ('<opml version="2.0"><body/></opml>', "OPML"),
        ('<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url/></urlset>', "sitemap"),
        ("<svg xmlns='http://www.w3.org/2000/svg'/>", "<svg>"),
        ("\x89PNG\r\n\x1a\n" + "\x00" * 50, r"a picture \(PNG\) is not a feed"),
        ("%PDF-1.7\n", "a PDF file is not a feed"),
    ],
    ids=[
        "empty",
        "page",
        "page-with-feed",
        "json-object",
        "json-list",
        "words",
        "opml",
        "sitemap",
        "svg",
        "image",
        "pdf",
    ],
)
def test_what_is_no_feed_is_said_with_a_suggestion(body: str, words: str) -> None:
    with pytest.raises(ParseError, match=words):
        read(body.encode("latin-1"))


def test_an_empty_feed_is_a_feed() -> None:
    assert read(rss("")).entries == ()


@pytest.mark.parametrize(
    "written, title",
    [
        ("AT&amp;T wins", "AT&T wins"),
        ("AT&amp;amp;T wins", "AT&T wins"),
        ("&lt;b&gt;Bold&lt;/b&gt; move", "Bold move"),
        ("<![CDATA[<b>Bold</b> move]]>", "Bold move"),
        ("&lt;!channel&gt; all", "<!channel> all"),
        ("<![CDATA[<!channel> all]]>", "<!channel> all"),
        ("3 &lt; 5 &amp; 7 &gt; 5", "3 < 5 & 7 > 5"),
        ("List&lt;String&gt; in Java", "List<String> in Java"),
        ("Two\n\n   lines\tof it", "Two lines of it"),
        ("It&amp;#8217;s here&amp;nbsp;now", "It’s here now"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;News", "News"),
        ("A&lt;br/&gt;B", "A B"),
        ("caf&#233;", "café"),
        ("cafe&#769;", "café"),
        ("zero&#8203;width stays for the text room", "zero\u200bwidth stays for the text room"),
    ],
)
def test_titles_are_one_line_of_plain_text(written: str, title: str) -> None:
    assert titled(written) == title


def test_plain_text_summaries_become_html() -> None:
    feed = read(ATOM)
    assert feed.entries[0].summary == "Short &lt; text"


def test_a_copy_of_the_content_is_no_summary() -> None:
    feed = read(rss("<item><title>A</title><content:encoded>&lt;p&gt;Body&lt;/p&gt;</content:encoded></item>"))
    assert (feed.entries[0].summary, feed.entries[0].body) == ("", "<p>Body</p>")


def test_a_description_stays_a_summary_beside_content() -> None:
    entry = read(RSS).entries[0]
    assert (entry.summary, entry.body) == ("Short <b>text</b>", "<p>Long text</p>")


def many(count: int, *, rising: bool) -> str:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    dates = [start + timedelta(hours=n if rising else -n) for n in range(count)]
    return "".join(
        f"<item><title>{n}</title><guid>{n}</guid><pubDate>{date:%a, %d %b %Y %H:%M:%S GMT}</pubDate></item>"
        for n, date in enumerate(dates)
    )


@pytest.mark.parametrize("rising", [False, True], ids=["newest-first", "oldest-first"])
def test_of_a_long_feed_the_first_are_taken(rising: bool) -> None:
    feed = read(rss(many(MAX_ENTRIES + 1, rising=rising)))
    assert [entry.title for entry in feed.entries] == [str(n) for n in range(MAX_ENTRIES)]
    assert feed.problems == ("more than 5,000 entries: the first 5,000 are taken",)


def test_exactly_the_limit_is_not_long() -> None:
    feed = read(rss(many(MAX_ENTRIES, rising=False)))
    assert (len(feed.entries), feed.problems) == (MAX_ENTRIES, ())


@pytest.mark.parametrize("document", [RSS, ATOM, RDF, JSON], ids=["rss", "atom", "rdf", "json"])
def test_cut_anywhere_no_entry_is_halved(document: str) -> None:
    whole = read(document).entries
    for end in range(20, len(document) - 1, 7):
        try:
            feed = read(document[:end])
        except ParseError:
            continue
        assert feed.entries in ((), whole)


@settings(max_examples=examples(60), deadline=None)
@given(st.data())
def test_rubbish_in_a_feed_raises_nothing_but_parse_errors(data: st.DataObject) -> None:
    document = data.draw(st.sampled_from([RSS, ATOM, RDF, JSON])).encode()
    start = data.draw(st.integers(0, len(document)))
    junk = data.draw(st.binary(max_size=12))
    with suppress(ParseError):
        feed = read(document[:start] + junk + document[start + len(junk) :])
        assert len(feed.entries) <= 2
        assert all(entry.seen_at == NOON for entry in feed.entries)


@pytest.mark.parametrize("skip", ["skip", "Skip", "SKIP", "sKip"])
def test_hints_of_a_channel(skip: str) -> None:
    feed = read(
        rss(
            "",
            "<ttl>90</ttl><sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>"
            f"<{skip}Hours><hour>0</hour><hour>24</hour><hour>99</hour><hour>7</hour></{skip}Hours>"
            f"<{skip}Days><day>Sunday</day></{skip}Days>"
            '<atom:link rel="hub" href="https://hub.example/"/><atom:link rel="self" href="/self"/>',
        )
    )
    assert (feed.ttl, feed.update_period) == (timedelta(minutes=90), timedelta(hours=6))
    assert (feed.skip_hours, feed.skip_days) == (frozenset({0, 7}), frozenset({6}))
    assert (feed.hubs, feed.self_url) == (("https://hub.example/",), "https://news.example/self")
