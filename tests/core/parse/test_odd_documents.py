"""Documents as publishers really write them: one small fault each, and what must be read all the same."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.core.parse import ParsedFeed, parse
from bot.core.parse.dates import read_date
from bot.core.parse.markup import plain_line
from bot.model import Entry

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SPACES = (
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:fb="http://rssnamespace.org/feedburner/ext/1.0" '
    'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:svg="http://www.w3.org/2000/svg" '
    'xmlns:googleplay="http://www.google.com/schemas/play-podcasts/1.0"'
)


def read(body: str | bytes, kind: str = "application/xml", url: str = "https://feeds.example/x.xml") -> ParsedFeed:
    data = body.encode() if isinstance(body, str) else body
    return parse(data, url=url, headers={"content-type": kind}, seen_at=NOON)


def rss(item: str, head: str = "<link>https://news.example/</link>", declaration: str = "") -> str:
    return (
        f'{declaration}<rss version="2.0" {SPACES}><channel><title>T</title>{head}<item>{item}</item></channel></rss>'
    )


def atom(entry: str, space: str = "http://www.w3.org/2005/Atom") -> str:
    return f'<feed xmlns="{space}"><title>T</title><id>f</id><entry><id>e</id>{entry}</entry></feed>'


def entry(item: str, **more: str) -> Entry:
    (only,) = read(rss(item, **more)).entries
    return only


@pytest.mark.parametrize(
    "title, expected",
    [
        ("Party &#55356;&#57225; now", "Party \U0001f389 now"),
        ("Party &#xD83C;&#xDF89; now", "Party \U0001f389 now"),
        ("Half &#55356; now", "Half \ufffd now"),
        ("Too far &#x110000;!", "Too far \ufffd!"),
        ("Nothing &#0;!", "Nothing \ufffd!"),
        ("Huge &#99999999999999999999;!", "Huge \ufffd!"),
        ("Bell \x07 rings", "Bell rings"),
        ("<![CDATA[Party &#55356;&#57225; now]]>", "Party \U0001f389 now"),
        ("Fish &amp; chips &#8211; &eacute;", "Fish & chips – é"),
    ],
)
def test_an_impossible_character_costs_one_character(title: str, expected: str) -> None:
    assert entry(f"<title>{title}</title>").title == expected


@pytest.mark.parametrize(
    "title, expected",
    [
        ("Why Vec<T> wins", "Why Vec<T> wins"),
        ("On The <dl>", "On The <dl>"),
        ("&lt;![CDATA[Escaped with its brackets]]&gt;", "Escaped with its brackets"),
        ("A guide to &lt;head&gt; elements", "A guide to <head> elements"),
        ("Use <b>bold</b> sparingly", "Use bold sparingly"),
        ("Use <b> sparingly", "Use <b> sparingly"),
        ("<p>A paragraph", "A paragraph"),
        ("<html> at 30", "<html> at 30"),
        ("Why you need </body>", "Why you need </body>"),
        ("One<br>two<br/>three", "One two three"),
        ('See <a href="/x">here', "See here"),
        ("<script>alert(1)</script>News", "News"),
        ("The <script> tag at 30", "The <script> tag at 30"),
        ("&lt;i&gt;Nature&lt;/i&gt; retracts", "Nature retracts"),
        ("x < 5 and y > 3", "x < 5 and y > 3"),
    ],
)
def test_angle_brackets_in_titles(title: str, expected: str) -> None:
    assert plain_line(title) == expected


@pytest.mark.parametrize(
    "item",
    [
        "<media:title>Caption</media:title><title>Own</title>",
        "<title>Own</title><media:title>Caption</media:title>",
        "<dc:title>Other</dc:title><title>Own</title>",
        '<a:title xmlns:a="http://www.w3.org/2005/Atom">Other</a:title><title>Own</title>',
        "<itunes:title>Other</itunes:title><title>Own</title>",
        "<image><title>Logo</title></image><title>Own</title>",
        "<title>Own</title><related><title>Nested</title></related>",
    ],
)
def test_an_items_own_title_wins(item: str) -> None:
    assert entry(item).title == "Own"


@pytest.mark.parametrize(
    "item",
    [
        "<media:description>Caption</media:description><description>Own</description>",
        "<description>Own</description><media:content><media:description>Caption</media:description></media:content>",
        "<itunes:summary>Other</itunes:summary><description>Own</description>",
        "<dc:description>Other</dc:description><description>Own</description>",
        "<related><description>Nested</description></related><description>Own</description>",
    ],
)
def test_an_items_own_description_wins(item: str) -> None:
    assert entry(f"<title>A</title>{item}").summary == "Own"


@pytest.mark.parametrize("name", ["media:title", "dc:title", "itunes:title", "dcterms:title"])
def test_without_its_own_title_another_serves(name: str) -> None:
    assert entry(f"<{name}>Other</{name}>").title == "Other"


@pytest.mark.parametrize(
    "name",
    ["media:description", "dc:description", "itunes:summary", "dcterms:abstract", "googleplay:description"],
)
def test_without_its_own_description_another_serves(name: str) -> None:
    assert entry(f"<title>A</title><{name}>Other</{name}>").summary == "Other"


@pytest.mark.parametrize(
    "item, url",
    [
        ("<link>/1</link>", "https://news.example/1"),
        ("<guid>10423</guid>", None),
        ("<guid>7b1f2c1e-9d51-4a0b</guid><enclosure url='/a.mp3' type='audio/mpeg'/>", "https://news.example/a.mp3"),
        ("<guid>https://news.example/g</guid>", "https://news.example/g"),
        (
            "<link>https://proxy.example/1</link><fb:origLink>https://news.example/1</fb:origLink>",
            "https://news.example/1",
        ),
        (
            "<link>https://www.google.com/url?rct=j&amp;url=https://paper.example/a%3Fb=1&amp;ct=ga</link>",
            "https://paper.example/a?b=1",
        ),
        ("<link>https://news.example/a b.html</link>", "https://news.example/a%20b.html"),
        ("<link>www.news.example/1</link>", "http://www.news.example/1"),
        ('<link>/1</link><a:link xmlns:a="http://www.w3.org/2005/Atom" href="/2"/>', "https://news.example/1"),
        ("<related><link>https://other.example/</link></related><link>/1</link>", "https://news.example/1"),
    ],
)
def test_the_link_of_an_item(item: str, url: str | None) -> None:
    assert entry(f"<title>A</title>{item}").url == url


def test_content_location_is_no_base() -> None:
    headers = {"content-type": "application/xml", "content-location": "/cache/17.xml"}
    body = rss("<title>A</title><link>1</link>", head="").encode()
    feed = parse(body, url="https://news.example/rss/x.xml", headers=headers, seen_at=NOON)
    assert feed.entries[0].url == "https://news.example/rss/1"


def test_the_source_of_an_item_is_whose_it_is() -> None:
    item = (
        '<title>A</title><link>https://carrier.example/1</link><source url="https://paper.example">The Paper</source>'
    )
    assert entry(item).source_url == "https://paper.example"


@pytest.mark.parametrize(
    "space", ["https://www.w3.org/2005/Atom", "http://www.w3.org/2005/Atom/", "HTTP://www.w3.org/2005/atom"]
)
def test_a_namespace_written_a_little_wrong_is_the_same(space: str) -> None:
    feed = read(atom("<title>A</title><link href='/1'/>", space))
    assert [(one.title, one.url) for one in feed.entries] == [("A", "https://feeds.example/1")]


@pytest.mark.parametrize("kind", ["application/xml", "text/xml", "image/svg+xml", "xhtml"])
def test_atom_content_of_an_xml_type_is_text(kind: str) -> None:
    content = f'<content type="{kind}"><doc><title>Inner</title><p>Spectrum words</p></doc></content>'
    (one,) = read(atom(f"<title>Own</title>{content}")).entries
    assert (one.title, "Spectrum words" in one.body) == ("Own", True)


def test_a_comment_with_html_is_no_web_page() -> None:
    for aside in ("<!-- <html> is for browsers -->", "<?note <html> ?>"):
        assert len(read(f"<?xml version='1.0'?>{aside}" + rss("<title>A</title>")).entries) == 1


@pytest.mark.parametrize("declared", ["utf-16", "UTF-16LE", "utf-32"])
@pytest.mark.parametrize("text", ["Café", "Naïve café", "Costs 5 €", "A\u2013B", "A\u00a0B"])
def test_utf_16_declared_over_utf_8_is_utf_8(declared: str, text: str) -> None:
    document = rss(f"<title>{text}</title>", declaration=f'<?xml version="1.0" encoding="{declared}"?>')
    assert read(document).entries[0].title == " ".join(text.split())
    assert read(rss(f"<title>{text}</title>"), f"text/xml; charset={declared}").entries[0].title == " ".join(
        text.split()
    )


@pytest.mark.parametrize("declared", ["gb2312", "euc-kr", "big5", "koi8-r", "windows-1251", "shift_jis", "iso-8859-1"])
@pytest.mark.parametrize("text", ["Café", "Naïve café", "It’s here", "5 €", "Party \U0001f389", "A – B", "5°", "Über"])
def test_a_few_western_characters_in_utf_8_are_that_whatever_is_declared(declared: str, text: str) -> None:
    document = rss(f"<title>{text}</title>", declaration=f'<?xml version="1.0" encoding="{declared}"?>')
    assert read(document).entries[0].title == text


@pytest.mark.parametrize(
    "body, expected",
    [(b"\xed\xa0\xbd\xed\xb8\x81", "\U0001f601"), (b"\xed\xa0\xbd", "\ufffd")],
    ids=["pair", "half"],
)
def test_surrogates_encoded_by_themselves_are_one_character(body: bytes, expected: str) -> None:
    document = rss("<title>Right @ ok</title>", declaration='<?xml version="1.0" encoding="utf-8"?>').encode()
    assert read(document.replace(b"@", body)).entries[0].title == f"Right {expected} ok"


def test_an_entity_that_a_document_declares_is_read_and_a_bomb_is_not() -> None:
    doctype = '<!DOCTYPE rss [<!ENTITY co "Acme"><!ENTITY a "&co;&co;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    assert entry("<title>&co; wins</title>", declaration=doctype).title == "Acme wins"
    assert "AcmeAcme" not in entry("<title>A &a; B</title>", declaration=doctype).title


@pytest.mark.parametrize(
    "text, expected",
    [
        ("11/27/2026 10:00:00 AM", (2026, 11, 27, 10)),
        ("27/11/2026 22:00", (2026, 11, 27, 22)),
        ("27.11.2026", (2026, 11, 27, 0)),
        ("5.11.2026 10:00", (2026, 11, 5, 10)),
        ("27-11-2026 10:00:00", (2026, 11, 27, 10)),
        ("11/11/2026", (2026, 11, 11, 0)),
        ("\u200eFri, 27 Nov 2026 10:00:00 GMT", (2026, 11, 27, 10)),
        ("Cum, 27 Kas 2026 10:00:00 +0300", (2026, 11, 27, 7)),
        ("27 kasım 2026 10:00", (2026, 11, 27, 10)),
        ("2026. november 27. 10:00", (2026, 11, 27, 10)),
        ("pe, 27 marraskuuta 2026", (2026, 11, 27, 0)),
        ("27 noiembrie 2026", (2026, 11, 27, 0)),
        ("noviembre 27, 2026", (2026, 11, 27, 0)),
        ("sexta-feira, 27 de novembro de 2026 10:00", (2026, 11, 27, 10)),
        ("den 27 november 2026 kl. 10.00", (2026, 11, 27, 10)),
        ("27 Νοεμβρίου 2026", (2026, 11, 27, 0)),
        ("27 lapkričio 2026", (2026, 11, 27, 0)),
        ("27.11.2026 klo 10.00", (2026, 11, 27, 10)),
        ("10:00 27.11.2026", (2026, 11, 27, 10)),
        ("Fri,27 Nov 2026 10:00:00 GMT", (2026, 11, 27, 10)),
        ("Fri, 27 Nov 2026 10:00:00 Europe/Berlin", (2026, 11, 27, 9)),
        ("2026-11-27T10:00:00[Europe/Berlin]", (2026, 11, 27, 9)),
        ("2026-11-27 10:00:00 PM", (2026, 11, 27, 22)),
        ("20261127100000", (2026, 11, 27, 10)),
        ("27/11/2026 - 10:00", (2026, 11, 27, 10)),
        ("Vendredi, 27 novembre 2026 - 10:00", (2026, 11, 27, 10)),
        ("27th of November 2026, 10:00", (2026, 11, 27, 10)),
        ("Fri, 2026-11-27 10:00:00", (2026, 11, 27, 10)),
        ("2026. november 27., péntek 10:00", (2026, 11, 27, 10)),
        ("27 d’octubre de 2026", (2026, 10, 27, 0)),
        ("27. marec 2026", (2026, 3, 27, 0)),
        ("27 листопада 2026", (2026, 11, 27, 0)),
        ("27 октября 2026", (2026, 10, 27, 0)),
        ("27 října 2026", (2026, 10, 27, 0)),
        ("27 października 2026", (2026, 10, 27, 0)),
        ("27 Desember 2026", (2026, 12, 27, 0)),
        ("27 नवंबर 2026", (2026, 11, 27, 0)),
        ("ngày 27 tháng 11 năm 2026", (2026, 11, 27, 0)),
    ],
)
def test_dates_of_one_possible_order(text: str, expected: tuple[int, int, int, int]) -> None:
    year, month, day, hour = expected
    assert read_date(text) == datetime(year, month, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    "dates",
    [
        "<pubDate>soon</pubDate><pubDate>Tue, 24 Feb 2026 10:00:00 GMT</pubDate>",
        "<pubDate>Tue, 24 Feb 2026 10:00:00 GMT</pubDate><pubDate>soon</pubDate>",
        "<pubDate>Tue, 24 Feb 2099 10:00:00 GMT</pubDate><pubDate>Tue, 24 Feb\n 2026 10:00:00 GMT</pubDate>",
    ],
)
def test_of_several_dates_the_first_that_can_be_believed_counts(dates: str) -> None:
    assert entry(f"<title>A</title>{dates}").published_at == datetime(2026, 2, 24, 10, tzinfo=UTC)


@pytest.mark.parametrize("text", ["11/12/2026", "3-4-2026", "27/27/2026", "11/27/26"])
def test_dates_of_several_possible_orders_are_none(text: str) -> None:
    assert read_date(text) is None


def test_a_date_under_no_known_name_is_one() -> None:
    assert entry("<title>A</title><date>2026-02-24T10:00:00Z</date>").published_at == datetime(
        2026, 2, 24, 10, tzinfo=UTC
    )


def test_a_stray_byte_does_not_turn_utf_8_into_another_script() -> None:
    body = rss(
        "<title>Caf\xe9 opens</title>".replace("\xe9", "@"), declaration='<?xml version="1.0" encoding="utf-8"?>'
    )
    for stray in (b"\xe9", b"\xf0\x9f\x8e", b"\xff"):
        (one,) = read(body.encode().replace(b"@", stray)).entries
        assert one.title.startswith("Caf")
        assert one.title.endswith(" opens")
        assert not any("\u0370" <= character <= "\ud7ff" for character in one.title), one.title


@pytest.mark.parametrize(
    "declared, title",
    [("gb2312", "论坛新帖子@ 今日发布了"), ("big5", "台北市長@宣布新政策"), ("shift_jis", "首相が新しい@政策を発表")],
)
def test_a_stray_byte_does_not_turn_what_is_declared_into_another_script(declared: str, title: str) -> None:
    body = rss(f"<title>{title}</title>", declaration=f'<?xml version="1.0" encoding="{declared}"?>')
    (one,) = read(body.encode(declared).replace(b"@", b"\x81")).entries
    assert one.title[:4] == title[:4]
    assert one.title[-3:] == title[-3:]


@pytest.mark.parametrize(
    "item, title, summary, url",
    [
        ("<title>R&D of AT&T & Co</title><x>", "R&D of AT&T & Co", "", None),
        ("<title><![CDATA[R&D]]></title><summary><![CDATA[Q&A &amp; X]]></summary><x>", "R&D", "Q&A &amp; X", None),
        (
            "<title>T</title><link>https://n.example/?a=1&copy=2&lt=5</link><x>",
            "T",
            "",
            "https://n.example/?a=1&copy=2&lt=5",
        ),
    ],
)
def test_a_bare_ampersand_in_a_document_that_is_no_xml_is_one(
    item: str, title: str, summary: str, url: str | None
) -> None:
    one = entry(item)
    assert (one.title, one.summary, one.url) == (title, summary, url)


@pytest.mark.parametrize(
    "links",
    [
        "<link>https://n.example/1</link><link>https://ads.example/2</link>",
        "<guid>https://n.example/?p=1</guid><link>https://n.example/1</link><link>https://ads.example/2</link>",
        "<link></link><link>https://n.example/1</link>",
        "<link>https://n.exa\n      mple/1</link>",
    ],
)
def test_an_item_s_first_link_is_its_own(links: str) -> None:
    assert entry(f"<title>T</title>{links}").url == "https://n.example/1"


def test_how_a_word_is_read_is_no_part_of_a_title() -> None:
    assert plain_line("<ruby>東<rp>(</rp><rt>とう</rt><rp>)</rp>京<rt>きょう</rt></ruby>で") == "東京で"


@pytest.mark.parametrize(
    ("escaped", "title"),
    [
        ("He said &#x26;amp;#34;no&#x26;amp;#34;", 'He said "no"'),
        ("R&amp;amp;amp;D", "R&D"),
        ("Use &amp;amp;nbsp; and &amp;amp;lt;b&amp;amp;gt;", "Use &nbsp; and &lt;b&gt;"),
    ],
)
def test_a_title_that_was_escaped_three_times_is_read(escaped: str, title: str) -> None:
    assert entry(f"<title>{escaped}</title>").title == title


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("&amp;lt;p&amp;gt;Words &amp;amp;amp; more&amp;lt;/p&amp;gt;", "<p>Words &amp; more</p>"),
        ("<![CDATA[&lt;p&gt;Words&lt;/p&gt;]]>", "<p>Words</p>"),
        ("<![CDATA[<p>Use &lt;p&gt;x&lt;/p&gt;</p>]]>", "<p>Use &lt;p&gt;x&lt;/p&gt;</p>"),
        ("<![CDATA[Vec&lt;T&gt; wins]]>", "Vec&lt;T&gt; wins"),
    ],
)
def test_html_that_was_escaped_twice_is_html(text: str, summary: str) -> None:
    assert entry(f"<title>T</title><description>{text}</description>").summary == summary


@pytest.mark.parametrize("name", ["yandex:full-text", "rambler:fulltext", "full-text", "turbo:content"])
def test_an_article_beside_its_lead_is_the_body(name: str) -> None:
    one = entry(f"<title>T</title><description>Lead</description><{name}>Whole article</{name}>")
    assert (one.summary, one.body) == ("Lead", "Whole article")


def test_a_stray_byte_among_other_letters_is_no_western_one() -> None:
    body = rss("<title>Москва @ слезам не верит</title>", declaration='<?xml version="1.0" encoding="utf-8"?>')
    (one,) = read(body.encode().replace(b"@", b"\xe9")).entries
    assert one.title == "Москва \ufffd слезам не верит"


def test_a_prefix_for_svg_does_not_swallow_the_title_behind_it() -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg"><title>Drawing</title></svg>'
    content = f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{drawing}</div></content>'
    (one,) = read(
        atom(f"{content}<title>Own</title>").replace("<feed", '<feed xmlns:svg="http://www.w3.org/2000/svg"')
    ).entries
    assert one.title == "Own"


def test_the_source_of_an_atom_entry_is_whose_it_is() -> None:
    source = '<source><title>The Paper</title><link href="https://paper.example/"/></source>'
    (one,) = read(atom(f"<title>A</title><link href='/1'/>{source}")).entries
    assert (one.url, one.source_url) == ("https://feeds.example/1", "https://paper.example/")


@pytest.mark.parametrize(
    "author",
    ["ada@paper.london (Ada Byron)", "ada.b+news@mail.paper.example (Ada Byron)", "Ada Byron &lt;ada@paper.agency&gt;"],
)
def test_an_authors_name_is_told_from_an_address_of_any_domain(author: str) -> None:
    assert entry(f"<title>A</title><author>{author}</author>").author == "Ada Byron"


@pytest.mark.parametrize("title", ["Why Vec<T> wins", "On The <dl>", "Use <link> well", "Fish & <T>"])
def test_bare_angle_brackets_in_the_title_of_a_document_that_is_no_xml(title: str) -> None:
    assert (one := entry(f"<title>{title}</title><link>/1</link>")).title == title
    assert one.url == "https://news.example/1"


def test_a_title_within_content_that_is_no_xml_ends_nothing() -> None:
    content = '<content type="xhtml"><div><title>Inner</title><p>Words & more</p></div></content>'
    (one,) = read(atom(f"<title>Own</title>{content}")).entries
    assert (one.title, "Words" in one.body, "more" in one.body) == ("Own", True, True)


def test_bare_control_characters_of_json() -> None:
    items = '[{"id": "1", "title": "A\x0bB", "content_text": "one\n\ttwo"}, {"id": "2", "title": "C"}]'
    feed = read(f'{{"version": "https://jsonfeed.org/version/1.1", "items": {items}}}', "application/json")
    assert [(one.title, one.body) for one in feed.entries] == [("AB", "one\n\ttwo"), ("C", "")]


@pytest.mark.parametrize(
    "written, title", [("Go \\ud83d\\ude00", "Go \U0001f600"), ("Half \\ud83d now", "Half \ufffd now")]
)
def test_surrogates_of_json(written: str, title: str) -> None:
    items = f'[{{"id": "\\ud83d", "title": "{written}", "content_text": "{written}"}}]'
    (one,) = read(f'{{"version": "https://jsonfeed.org/version/1.1", "items": {items}}}', "application/json").entries
    assert (one.title, one.body, one.guid) == (title, title, "\ufffd")


@pytest.mark.parametrize(
    "inner",
    [
        "<div>one</div><p>two</p>",
        "<p>one</p><title>Inner</title><p>two</p>",
        "<details><summary>one</summary></details><p>two</p>",
        "<div><link href='/x'/>one<br/>two</div>",
    ],
)
def test_markup_inside_a_description_ends_nothing(inner: str) -> None:
    item = f"<description>{inner}</description><link>/1</link><title>Own</title>"
    one = entry(item)
    assert (one.title, one.url) == ("Own", "https://news.example/1")
    assert "one" in one.summary
    assert "two" in one.summary
