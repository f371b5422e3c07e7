"""Parsing: what publishers write, in every format, and what must come of it."""

from __future__ import annotations

import json
import pickle
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.parse import MAX_ENTRIES, ParsedFeed, parse
from bot.core.parse.dates import believable, read_date
from bot.core.parse.markup import plain_line
from bot.core.parse.mojibake import fix_mojibake
from bot.core.parse.webpage import feeds_of_page, is_challenge
from bot.errors import ParseError

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
URL = "https://news.example/feeds/all.xml"


def read(body: str | bytes, **headers: str) -> ParsedFeed:
    data = body.encode() if isinstance(body, str) else body
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return parse(data, url=URL, headers=named, seen_at=NOON)


def rss(items: str, head: str = "", *, declaration: str = '<?xml version="1.0" encoding="utf-8"?>') -> str:
    return (
        f'{declaration}<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" '
        f'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">'
        f"<channel><title>The Feed</title>{head}{items}</channel></rss>"
    )


def titled(title: str) -> str:
    return read(rss(f"<item><title>{title}</title></item>")).entries[0].title


# --- formats (case 41) -----------------------------------------------------------------------------------------------

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


def test_json_fields_of_wrong_types_count_as_absent() -> None:
    items = [{"id": 7, "title": None, "url": 3, "tags": "x", "authors": "y", "date_published": 5}, "no item", None]
    feed = read(json.dumps({"version": "https://jsonfeed.org/version/1", "items": items}))
    (entry,) = feed.entries
    assert (entry.guid, entry.title, entry.url, entry.tags, entry.author) == ("7", "", None, (), "")


# --- what is no feed (cases 31, 43) ----------------------------------------------------------------------------------


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
        ("\x89PNG\r\n\x1a\n" + "\x00" * 50, "not a feed"),
    ],
    ids=["empty", "page", "page-with-feed", "json-object", "json-list", "words", "opml", "sitemap", "svg", "image"],
)
def test_what_is_no_feed_is_said_with_a_suggestion(body: str, words: str) -> None:
    with pytest.raises(ParseError, match=words):
        read(body.encode("latin-1"))


def test_an_empty_feed_is_a_feed() -> None:
    assert read(rss("")).entries == ()


# --- text (case 38) --------------------------------------------------------------------------------------------------


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


# --- addresses (cases 24, 25, 39) ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "link, address",
    [
        ("https://other.example/a?b=1&amp;c=2", "https://other.example/a?b=1&c=2"),
        ("/story/1", "https://news.example/story/1"),
        ("story/1", "https://news.example/feeds/story/1"),
        ("//cdn.example/1", "https://cdn.example/1"),
        ("?id=1", "https://news.example/feeds/all.xml?id=1"),
        ("  https://other.example/with space ", "https://other.example/with%20space"),
        ("\n/a\n", "https://news.example/a"),
        ("javascript:alert(1)", None),
        ("mailto:a@example.org", None),
        ("http://[broken", None),
    ],
)
def test_links_are_absolute_web_addresses_or_absent(link: str, address: str | None) -> None:
    assert read(rss(f"<item><title>A</title><link>{link}</link></item>")).entries[0].url == address


def test_xml_base_is_what_links_are_relative_to() -> None:
    document = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://base.example/x/"><entry xml:base="y/">'
        "<title>A</title>"
        '<link href="z"/></entry><entry><title>B</title><link href="z"/></entry></feed>'
    )
    assert [entry.url for entry in read(document).entries] == ["https://base.example/x/y/z", "https://base.example/x/z"]


@pytest.mark.parametrize(
    "guid, expected",
    [
        ("<guid>https://news.example/p</guid>", ("https://news.example/p", "https://news.example/p")),
        (
            '<guid isPermaLink="false">https://news.example/p</guid>',
            ("https://news.example/p", "https://news.example/p"),
        ),
        ('<guid isPermaLink="false">tag:x</guid>', ("tag:x", None)),
        ("<guid>just-a-name</guid>", ("just-a-name", None)),
        ("<guid></guid>", (None, None)),
        ("", (None, None)),
    ],
    ids=["permalink", "address-but-false", "tag", "name", "empty", "absent"],
)
def test_a_guid_is_kept_as_written_and_may_serve_as_address(guid: str, expected: tuple[str | None, str | None]) -> None:
    entry = read(rss(f"<item><title>A</title>{guid}</item>")).entries[0]
    assert (entry.guid, entry.url) == expected


@pytest.mark.parametrize(
    ("items", "guids", "shares"),
    [
        (("<title>Storm</title><guid>1</guid>", "<title>Flood</title><guid>2</guid>"), ["1", "2"], True),
        (("<title>Storm</title>", "<title>Flood</title>"), [None, None], True),
        (("<title>Re: x</title><description>a</description>", "<title>Re: x</title>"), [None, None], True),
        (("<title>Storm</title><guid>x</guid>", "<title>Flood</title><guid>x</guid>"), [None, None], True),
        (("<title>Storm</title><guid>1</guid>", "<title>Storm</title><guid>2</guid>"), ["1", "2"], False),
        (("<title>A storm</title><guid>1</guid>", "<title>The storm</title><guid>1</guid>"), ["1", "1"], False),
        (
            ("<title>北部地震12人遇难</title><guid>1</guid>", "<title>北部地震15人遇难</title><guid>1</guid>"),
            ["1", "1"],
            False,
        ),
        (
            ("<title>แผ่นดินไหวสิบสองคน</title><guid>1</guid>", "<title>แผ่นดินไหวสิบห้าคน</title><guid>1</guid>"),
            ["1", "1"],
            False,
        ),
        (
            ("<title>首都机场航班取消</title><guid>1</guid>", "<title>央行上调利率</title><guid>1</guid>"),
            [None, None],
            True,
        ),
    ],
)
def test_a_link_that_leads_to_unlike_items_is_known_for_it(
    items: tuple[str, str], guids: list[str | None], shares: bool
) -> None:
    entries = read(rss("".join(f"<item>{one}<link>/now</link></item>" for one in items))).entries
    assert [entry.guid for entry in entries] == guids
    assert [entry.shares_url for entry in entries] == [shares, shares]
    assert [entry.url for entry in entries] == ["https://news.example/now"] * 2


def test_a_guid_on_items_with_different_links_names_none_of_them() -> None:
    items = "".join(
        f"<item><title>{n}</title><link>/{n}</link><guid>{'x' if n < 3 else 'y'}</guid></item>" for n in range(4)
    )
    assert [entry.guid for entry in read(rss(items)).entries] == [None, None, None, "y"]


# --- dates (case 30) -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written, iso",
    [
        ("Tue, 24 Nov 2026 10:00:00 GMT", "2026-11-24T10:00"),
        ("Tue, 24 Nov 2026 10:00:00 +0530", "2026-11-24T04:30"),
        ("Tue, 24 Nov 2026 10:00:00 EST", "2026-11-24T15:00"),
        ("Tue, 24 Nov 2026 10:00 CET", "2026-11-24T09:00"),
        ("24 Nov 26 10:00:00 Z", "2026-11-24T10:00"),
        ("Tue, 24 November 2026 10:00:00 +0000", "2026-11-24T10:00"),
        ("Tue, 24 Nov 2026", "2026-11-24T00:00"),
        ("2026-11-24 10:00:00 +0000 UTC", "2026-11-24T10:00"),
        ("2026-11-24T10:00:00+02:00 (EET)", "2026-11-24T08:00"),
        ("Tue, 24 Nov 2026 10:00:00 GMT+2", "2026-11-24T08:00"),
        ("Tue, 24 Nov 2026 24:00:00 GMT", "2026-11-25T00:00"),
        ("Tue Nov 24 10:00:00 2026", "2026-11-24T10:00"),
        ("Tue Nov 24 10:00:00 EST 2026", "2026-11-24T15:00"),
        ("Nov 24, 2026 10:00 PM", "2026-11-24T22:00"),
        ("2026-11-24T10:00:00Z", "2026-11-24T10:00"),
        ("2026-11-24T10:00:00.123456+01:00", "2026-11-24T09:00"),
        ("2026-11-24T10:00+0100", "2026-11-24T09:00"),
        ("2026-11-24 10:00:00", "2026-11-24T10:00"),
        ("2026-11-24", "2026-11-24T00:00"),
        ("2026-11", "2026-11-01T00:00"),
        ("20261124", "2026-11-24T00:00"),
        ("20261124T100000Z", "2026-11-24T10:00"),
        ("2026/11/24 10:00:00", "2026-11-24T10:00"),
        ("1795500000", "2026-11-24T06:00"),
        ("1795500000000", "2026-11-24T06:00"),
        ("1795500000.5", "2026-11-24T06:00"),
        ("2026年11月24日", "2026-11-24T00:00"),
        ("2026年11月24日 10:30", "2026-11-24T10:30"),
        ("2026年11月24日（火）18時05分 JST", "2026-11-24T09:05"),
        ("2026年11月24日 下午3:20:00 +0800", "2026-11-24T07:20"),
        ("2026년 11월 24일 오후 3시 20분 KST", "2026-11-24T06:20"),
        ("24 novembre 2026 10:00:00 +0100", "2026-11-24T09:00"),
        ("24. November 2026 10:00", "2026-11-24T10:00"),
        ("вт, 24 ноября 2026 10:00:00 +0300", "2026-11-24T07:00"),
        ("24 de noviembre de 2026", "2026-11-24T00:00"),
        ("31 Feb 2026 10:00:00 GMT", None),
        ("yesterday", None),
        ("", None),
        ("10:00", None),
        ("0000-00-00 00:00:00", None),
        ("12345678901234567890123", None),
    ],
)
def test_dates_as_publishers_write_them(written: str, iso: str | None) -> None:
    instant = read_date(written)
    assert (instant and instant.strftime("%Y-%m-%dT%H:%M")) == iso
    assert instant is None or instant.tzinfo is UTC


@pytest.mark.parametrize(
    "iso, is_believed",
    [("1989-12-31", False), ("1990-01-01", True), ("2026-11-25T11:59:00Z", True), ("2026-11-25T12:01:00Z", False)],
)
def test_only_dates_between_1990_and_tomorrow_are_believed(iso: str, is_believed: bool) -> None:
    assert (believable(read_date(iso), NOON) is not None) is is_believed


def test_an_unreadable_published_date_leaves_the_updated_one() -> None:
    feed = read(
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>A</title><published>soon</published>'
        "<updated>2026-11-24T10:00:00Z</updated></entry></feed>"
    )
    assert feed.entries[0].published_at == datetime(2026, 11, 24, 10, tzinfo=UTC)


@given(st.text(max_size=60))
def test_any_text_is_a_date_or_none(text: str) -> None:
    instant = read_date(text)
    assert instant is None or instant.tzinfo is UTC


# --- character sets (cases 36, 37) -----------------------------------------------------------------------------------

CHINESE = "华为发布新一代手机，市场反应热烈，分析人士认为销量将大幅增长"
TAIWAN = "華為發布新一代手機，市場反應熱烈，分析人士認為銷量將大幅增長"
JAPANESE = "新しい携帯電話が発表され、市場の反応は良好です"
KOREAN = "새로운 휴대전화가 발표되어 시장의 반응이 뜨겁습니다"
RUSSIAN = "Новый телефон представлен сегодня, рынок ждёт продаж"
FRENCH = "L’été s’achève : les élèves déjà à l’école, où ça coûte cher"
THAI = "ข่าวด่วนวันนี้ที่กรุงเทพ"
POLISH = "Zażółć gęślą jaźń, świąteczne zakupy już się zaczęły"


def encoded(text: str, charset: str, declared: str | None = None, head: str = "") -> bytes:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else '<?xml version="1.0"?>'
    return rss(
        f"<item><title>{text}</title><description>{text}</description></item>" * 3, head, declaration=declaration
    ).encode(charset)


@pytest.mark.parametrize(
    "body, header, text, is_flagged",
    [
        (encoded(FRENCH, "utf-8", "utf-8"), "", FRENCH, False),
        (encoded(FRENCH, "utf-8"), "text/xml", FRENCH, False),
        (encoded(FRENCH, "utf-8", "iso-8859-1"), "", FRENCH, True),
        (encoded(FRENCH, "utf-8", "utf-8"), "text/xml; charset=iso-8859-1", FRENCH, True),
        (encoded(FRENCH, "windows-1252", "utf-8"), "", FRENCH, True),
        (encoded(FRENCH, "windows-1252", "iso-8859-1"), "text/xml; charset=utf-8", FRENCH, True),
        (encoded(FRENCH, "windows-1252", "iso-8859-1"), "", FRENCH, False),
        (encoded(FRENCH, "windows-1252"), "text/xml; charset=us-ascii", FRENCH, False),
        (encoded(CHINESE, "gb18030", "gb2312"), "", CHINESE, False),
        (encoded(CHINESE, "gb18030"), "", CHINESE, True),
        (encoded(CHINESE, "gb18030", "utf-8"), "text/xml; charset=utf-8", CHINESE, True),
        (encoded(CHINESE, "utf-8", "gb2312"), "", CHINESE, True),
        (encoded(CHINESE, "gb18030", "iso-8859-1"), "", CHINESE, True),
        (encoded(TAIWAN, "big5", "big5"), "", TAIWAN, False),
        (encoded(TAIWAN, "big5"), "", TAIWAN, True),
        (encoded(JAPANESE, "shift_jis", "Shift_JIS"), "", JAPANESE, False),
        (encoded(JAPANESE, "shift_jis"), "", JAPANESE, True),
        (encoded(JAPANESE, "euc-jp"), "", JAPANESE, True),
        (encoded(JAPANESE, "iso-2022-jp", "iso-2022-jp"), "", JAPANESE, False),
        (encoded(KOREAN, "euc-kr", "euc-kr"), "", KOREAN, False),
        (encoded(KOREAN, "euc-kr"), "", KOREAN, True),
        (encoded(RUSSIAN, "windows-1251", "windows-1251"), "", RUSSIAN, False),
        (encoded(RUSSIAN, "windows-1251"), "", RUSSIAN, True),
        (encoded(RUSSIAN, "koi8-r", "utf-8"), "", RUSSIAN, True),
        (encoded(RUSSIAN, "windows-1251", "utf-8"), "application/rss+xml; charset=utf-8", RUSSIAN, True),
        (encoded(POLISH, "iso-8859-2", "iso-8859-2"), "", POLISH, False),
        (encoded(POLISH, "iso-8859-2", "utf-8", "<language>pl</language>"), "", POLISH, True),
        (encoded(THAI, "tis-620", "tis-620"), "", THAI, False),
        (encoded(FRENCH, "utf-16", "utf-16"), "", FRENCH, False),
        (encoded(FRENCH, "utf-16-le", "utf-16"), "", FRENCH, False),
        (encoded(FRENCH, "utf-8-sig", "utf-8"), "", FRENCH, False),
        (encoded(FRENCH, "utf-32", "utf-32"), "", FRENCH, False),
        (encoded(FRENCH, "utf-8", "no-such-charset"), "", FRENCH, False),
    ],
)
def test_text_is_right_and_contradictions_are_flagged(body: bytes, header: str, text: str, is_flagged: bool) -> None:
    feed = read(body, content_type=header)
    assert feed.entries[0].title == text
    assert any("character set" in problem for problem in feed.problems) is is_flagged


@pytest.mark.parametrize(
    ("pasted", "text"),
    [(b" tr\xe8s", " tr\ufffds"), (b" \x96 tr\xe8s", " – très"), (b" \xf0\x9f", " \ufffd")],
    ids=["one byte", "a piece of windows-1252", "a cut emoji"],
)
def test_stray_bytes_in_utf8_do_not_spoil_the_rest(pasted: bytes, text: str) -> None:
    body = encoded(FRENCH, "utf-8", "utf-8").replace(b"cher", b"cher" + pasted, 1)
    assert read(body).entries[0].title == FRENCH + text


@pytest.mark.parametrize(
    "text", [FRENCH, "Côte d’Ivoire", "“Tudo”, diz", "Voilà", POLISH, RUSSIAN, CHINESE, "naïve – “quote”", "20 € only"]
)
def test_text_encoded_twice_is_mended(text: str) -> None:
    raw = text.encode()
    garbled = "".join(
        bytes([byte]).decode("windows-1252") if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(byte)
        for byte in raw
    )
    assert fix_mojibake(garbled) == text
    assert titled(garbled.replace("&", "&amp;")) == " ".join(text.split())


@pytest.mark.parametrize(
    "text", [FRENCH, POLISH, CHINESE, "ASCII", "Ã la carte, déjà vu", "© 2026 Ångström", "É", "¿Qué?"]
)
def test_right_text_is_left_alone(text: str) -> None:
    assert fix_mojibake(text) == text


def test_a_plain_ascii_document_contradicts_nobody() -> None:
    assert read(rss("<item><title>A</title></item>"), content_type="text/xml; charset=iso-8859-1").problems == ()


# --- length (cases 35, 40) -------------------------------------------------------------------------------------------


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
    assert feed.truncated
    assert [entry.title for entry in feed.entries] == [str(n) for n in range(MAX_ENTRIES)]
    assert feed.problems == ("more than 5,000 entries: the first 5,000 are taken",)


def test_exactly_the_limit_is_not_long() -> None:
    feed = read(rss(many(MAX_ENTRIES, rising=False)))
    assert (len(feed.entries), feed.truncated, feed.problems) == (MAX_ENTRIES, False, ())


@pytest.mark.parametrize("document", [RSS, ATOM, RDF, JSON], ids=["rss", "atom", "rdf", "json"])
def test_cut_anywhere_no_entry_is_halved(document: str) -> None:
    whole = read(document).entries
    for end in range(20, len(document) - 1, 7):
        try:
            feed = read(document[:end])
        except ParseError:
            continue
        assert feed.entries in ((), whole)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_rubbish_in_a_feed_raises_nothing_but_parse_errors(data: st.DataObject) -> None:
    document = data.draw(st.sampled_from([RSS, ATOM, RDF, JSON])).encode()
    start = data.draw(st.integers(0, len(document)))
    junk = data.draw(st.binary(max_size=12))
    with suppress(ParseError):
        feed = read(document[:start] + junk + document[start + len(junk) :])
        assert len(feed.entries) <= 2
        assert all(entry.seen_at == NOON for entry in feed.entries)


# --- what the feed says of itself ------------------------------------------------------------------------------------


def test_hints_of_a_channel() -> None:
    feed = read(
        rss(
            "",
            "<ttl>90</ttl><sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>"
            "<skipHours><hour>0</hour><hour>24</hour><hour>7</hour></skipHours><skipDays><day>Sunday</day></skipDays>"
            '<atom:link rel="hub" href="https://hub.example/"/><atom:link rel="self" href="/self"/>',
        )
    )
    assert (feed.ttl, feed.update_period) == (timedelta(minutes=90), timedelta(hours=6))
    assert (feed.skip_hours, feed.skip_days) == (frozenset({0, 7}), frozenset({6}))
    assert (feed.hubs, feed.self_url) == (("https://hub.example/",), "https://news.example/self")


def test_feeds_of_a_page() -> None:
    page = """<html><head><base href="https://site.example/x/">
    <!-- <link rel="alternate" type="application/rss+xml" href="/old"> -->
    <link rel="alternate" type="application/rss+xml" title="Comments" href="comments.xml">
    <LINK REL='alternate' TYPE='application/atom+xml; charset=utf-8' HREF='/atom?a=1&amp;b=2'>
    <link rel="alternate" hreflang="de" href="/de"><link rel=alternate type=application/feed+json href=feed.json>
    <link rel="stylesheet" type="text/css" href="/x.css"></head></html>"""
    assert feeds_of_page(page, URL) == (
        "https://site.example/atom?a=1&b=2",
        "https://site.example/x/feed.json",
        "https://site.example/x/comments.xml",
    )


@pytest.mark.parametrize(
    "page",
    [
        '<link title="a > b" rel="alternate" type="application/rss+xml" href="/f">',
        " " * 600_000 + '<link rel="alternate" type="application/rss+xml" href="/f">',
        '<link rel="alternate" type="application/rss" href="/f">',
        '<link rel="alternate" type="text/rss+xml" href="/f">',
        '<link rel="alternate" type="application/x-atom+xml" href="/f">',
        '<link rel="feed" href="/f">',
        '<link rel="ALTERNATE feed" type="text/xml" href="/f">',
        '<link rel="alternate" type="application/rss+xml" href="feed:https://news.example/f">',
        '<link rel="alternate" type="application/rss+xml" href="feed://news.example/f">',
        '<a href="/f" type="application/rss+xml">RSS</a>',
        '<a href="feed:https://news.example/f">RSS</a>',
        '<a href="itpc://news.example/f">Podcast</a>',
        '<link rel="alternate" title="RSS" href="/f">',
        '<link rel="alternate" type="application/rss+xml" href="feed://https://news.example/f">',
        '<link rel="alternative" type="application/json+feed" href="/f">',
    ],
)
def test_a_feed_is_found_however_it_is_linked(page: str) -> None:
    assert feeds_of_page(f"<html>{page}</html>", URL) == ("https://news.example/f",)


@pytest.mark.parametrize(
    "href",
    [
        "/rss",
        "/rss2",
        "/feed/",
        "/rssfeed.xml",
        "/news.rss",
        "/rss.xml",
        "/index.rdf",
        "/?feed=rss2",
        "/?format=feed",
        "/?output=rss",
        "/rss/news.xml",
        "/rss/tech",
        "https://rss.news.example/all",
        "//feeds.news.example/x",
    ],
)
def test_a_plain_link_that_looks_like_a_feed_comes_last(href: str) -> None:
    page = (
        f'<a href="/about">About</a><a href="{href}">RSS</a><link rel="alternate" type="application/rss+xml" href="/f">'
    )
    found = feeds_of_page(page, URL)
    assert (found[0], len(found)) == ("https://news.example/f", 2)


def test_a_page_of_an_api_comes_after_a_feed() -> None:
    api = '<link rel="alternate" title="JSON" type="application/json" href="/wp-json/wp/v2/pages/2">'
    assert feeds_of_page(f'{api}<link rel="alternate" type="application/rss+xml" href="/f">', URL) == (
        "https://news.example/f",
        "https://news.example/wp-json/wp/v2/pages/2",
    )


def test_angle_brackets_and_commas_in_a_link_header() -> None:
    header = '</1,2>; title="a, b > c < d"; rel="alternate"; type="application/rss+xml", </x>; rel=preload'
    assert feeds_of_page("", URL, header) == ("https://news.example/1,2",)


def test_the_link_header_of_a_page_names_feeds_too() -> None:
    feed = '</f>; rel="alternate"; type="application/rss+xml"'
    header = f"</style.css>; rel=preload, {feed}, </de>; rel=alternate; hreflang=de"
    assert feeds_of_page("<html></html>", URL, header) == ("https://news.example/f",)


def test_a_challenge_is_told_from_a_page() -> None:
    assert is_challenge("<html><title>Just a moment...</title>")
    assert not is_challenge("<html><title>News of the day</title>")


def test_plain_text_of_names() -> None:
    assert plain_line(" <a href='x'>Ann&nbsp;Lee</a>\n") == "Ann Lee"
