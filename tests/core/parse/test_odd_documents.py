"""Documents as publishers really write them: one small fault each, and what must be read all the same."""

from __future__ import annotations

import html

import pytest

from bot.core.parse import parse
from bot.core.parse.markup import plain_line
from tests.core.parse.odd import NOON, entry, read, rss


def atom(entry: str, space: str = "http://www.w3.org/2005/Atom") -> str:
    return f'<feed xmlns="{space}"><title>T</title><id>f</id><entry><id>e</id>{entry}</entry></feed>'


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
        ("<em>New</em>: the &lt;b&gt;word&lt;/b&gt; element", "New: the <b>word</b> element"),
        ('<img src="/s.png" alt="Storm warning"/>', "Storm warning"),
        ("<a href='/x'><img alt='Fog' src='/f.png'></a>", "Fog"),
        ('Fire <img src="/1f525.png" alt="\U0001f525" class="wp-smiley"> in town', "Fire \U0001f525 in town"),
        ('Flood <img src="/p.jpg" alt="A photo of water"> in town', "Flood in town"),
        ('<img src="/s.png">', ""),
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
        ("<link>null</link><guid>https://news.example/1</guid>", "https://news.example/1"),
        ("<link>#</link><guid>https://news.example/1</guid>", "https://news.example/1"),
        ("<link>#v1.2</link><guid>https://news.example/1</guid>", "https://news.example/#v1.2"),
        ("<link>10423</link>", "https://news.example/10423"),
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
        (
            "<link>https://l.facebook.com/l.php?u=https%3A%2F%2Fpaper.example%2Fa&amp;h=AT</link>",
            "https://paper.example/a",
        ),
        (
            "<link>https://r.search.yahoo.com/_ylt=A/RV=2/RO=10/RU=https%3a%2f%2fpaper.example%2fa/RK=2/RS=x-</link>",
            "https://paper.example/a",
        ),
        (
            "<link>https://r.search.yahoo.com/RU=javascript%3a1/RK=2</link>",
            "https://r.search.yahoo.com/RU=javascript%3a1/RK=2",
        ),
        ("<link>https://news.example/a b.html</link>", "https://news.example/a%20b.html"),
        ("<link>www.news.example/1</link>", "http://www.news.example/1"),
        ("<link/>https://news.example/1<guid>7</guid>", "https://news.example/1"),
        ('<link>/1</link><a:link xmlns:a="http://www.w3.org/2005/Atom" href="/2"/>', "https://news.example/1"),
        ("<related><link>https://other.example/</link></related><link>/1</link>", "https://news.example/1"),
    ],
)
def test_the_link_of_an_item(item: str, url: str | None) -> None:
    assert entry(f"<title>A</title>{item}").url == url


@pytest.mark.parametrize(
    "inside",
    [
        '<link rel="http://www.iana.org/assignments/relation/alternate" href="/1"/>',
        '<link rel="SELF" href="/1.atom"/><link rel="Alternate" href="/1"/>',
        '<content type="text/html" src="/1"/><link rel="self" href="/1.atom"/>',
    ],
)
def test_the_page_of_an_atom_entry(inside: str) -> None:
    (one,) = read(atom(f"<title>A</title>{inside}")).entries
    assert one.url == "https://feeds.example/1"


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


def test_an_entity_that_a_document_declares_is_read_and_a_bomb_is_not() -> None:
    doctype = '<!DOCTYPE rss [<!ENTITY co "Acme"><!ENTITY a "&co;&co;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    assert entry("<title>&co; wins</title>", declaration=doctype).title == "Acme wins"
    assert "AcmeAcme" not in entry("<title>A &a; B</title>", declaration=doctype).title


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
        ("&lt;![CDATA[&lt;p&gt;Words&lt;/p&gt;]]&gt;", "<p>Words</p>"),
        ("<![CDATA[<p>Use &lt;p&gt;x&lt;/p&gt;</p>]]>", "<p>Use &lt;p&gt;x&lt;/p&gt;</p>"),
        ("<![CDATA[Vec&lt;T&gt; wins]]>", "Vec&lt;T&gt; wins"),
    ],
)
def test_html_that_was_escaped_twice_is_html(text: str, summary: str) -> None:
    assert entry(f"<title>T</title><description>{text}</description>").summary == summary


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        (
            "&lt;p&gt;One &lt;em&gt;two&lt;/em&gt; <b>three</b> four&lt;/p&gt;",
            "<p>One <em>two</em> <b>three</b> four</p>",
        ),
        ("<p>One</p>&lt;p&gt;Q&amp;amp;A&lt;/p&gt;", "<p>One</p><p>Q&amp;A</p>"),
        ("<p>One</p> a &lt; b, AT&amp;T", "<p>One</p> a &lt; b, AT&amp;T"),
        ("<p>The &lt;dl&gt; element</p>", "<p>The &lt;dl&gt; element</p>"),
        ("<p>One</p> &lt;iframe&gt;&lt;/iframe&gt; two", "<p>One</p> <iframe></iframe> two"),
        # As tags they would take the rest of the text with them.
        (
            "<p>One</p> The &lt;script&gt; and &lt;b&gt;two&lt;/b&gt;",
            "<p>One</p> The &lt;script&gt; and &lt;b&gt;two&lt;/b&gt;",
        ),
        (
            "<p>One</p> &lt;/script&gt;, &lt;!-- and two&lt;/b&gt;",
            "<p>One</p> &lt;/script&gt;, &lt;!-- and two&lt;/b&gt;",
        ),
    ],
)
def test_escaped_tags_beside_real_ones_are_tags_both(text: str, summary: str) -> None:
    (one,) = read(atom(f"<title>T</title><summary type='html'>{text}</summary>")).entries
    assert one.summary == summary
    assert entry(f"<title>T</title><description>{text}</description>").summary == summary


@pytest.mark.parametrize("name", ["yandex:full-text", "rambler:fulltext", "full-text", "turbo:content"])
def test_an_article_beside_its_lead_is_the_body(name: str) -> None:
    one = entry(f"<title>T</title><description>Lead</description><{name}>Whole article</{name}>")
    assert (one.summary, one.body) == ("Lead", "Whole article")


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


@pytest.mark.parametrize("title", ["Why Vec<T> wins", "On The <dl>", "Use <link> well", "Fish & <T>"])
def test_bare_angle_brackets_in_the_title_of_a_document_that_is_no_xml(title: str) -> None:
    assert (one := entry(f"<title>{title}</title><link>/1</link>")).title == title
    assert one.url == "https://news.example/1"


def test_a_title_within_content_that_is_no_xml_ends_nothing() -> None:
    content = '<content type="xhtml"><div><title>Inner</title><p>Words & more</p></div></content>'
    (one,) = read(atom(f"<title>Own</title>{content}")).entries
    assert (one.title, "Words" in one.body, "more" in one.body) == ("Own", True, True)


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


@pytest.mark.parametrize(
    "declared, written, title",
    [
        ('<!ENTITY cafe "Caf&#233; Centr&#225;l">', "At &cafe;", "At Café Centrál"),
        ('<!ENTITY nbsp "&#160;">', "One&nbsp;two &undeclared;", "One two &undeclared;"),
        ('<!ENTITY co "Fish &#38; Sons">', "&co; wins", "Fish & Sons wins"),
    ],
)
def test_entities_that_a_document_declares(declared: str, written: str, title: str) -> None:
    (one,) = read(f"<!DOCTYPE rss [{declared}]>" + rss(f"<title>{written}</title>")).entries
    assert one.title == title


def test_authors_of_json_without_their_list() -> None:
    items = '[{"id": "1", "title": "A"}, {"id": "2", "title": "B", "authors": {"name": "Two"}}]'
    head = '"version": "https://jsonfeed.org/version/1.1", "authors": {"name": "One"}'
    feed = read(f'{{{head}, "items": {items}}}', "application/json")
    assert [one.author for one in feed.entries] == ["One", "Two"]


THREE = (
    "<item><title>One</title><link>/1</link>WHAT<guid>1</guid></item>",
    *(f"<item><title>{n}</title></item>" for n in ("Two", "Three")),
)


@pytest.mark.parametrize(
    "what, summary",
    [
        ("<description>Words", "Words"),
        ("<title>Another<description>Words", "Words"),
        ("<description>Some <b>words</b> &nbsp;", "Some <b>words</b>"),
        ("<description>Words<category>news</category>", "Words"),
        ("<!-- was: <category>news</category>", ""),
        ('<media:content url="https://news.example/a.jpg">', ""),
        ('<enclosure url="https://news.example/a.mp3" type="audio/mpeg">', ""),
    ],
)
def test_an_element_without_its_end_swallows_no_items(what: str, summary: str) -> None:
    entries = read(rss("".join(THREE).replace("WHAT", what).removeprefix("<item>").removesuffix("</item>"))).entries
    assert [one.title for one in entries] == ["One", "Two", "Three"]
    assert (entries[0].url, entries[0].guid) == ("https://news.example/1", "1")
    assert entries[0].summary.replace("&nbsp;", "").replace("\xa0", "").strip() == summary


def test_a_feed_title_without_its_end_swallows_no_items() -> None:
    feed = read(
        "<rss><channel><title>Feed<link>https://news.example/</link><item><title>One</title></item></channel></rss>"
    )
    assert (feed.title, [one.title for one in feed.entries]) == ("Feed", ["One"])


def test_a_document_that_was_escaped_as_a_whole() -> None:
    (one,) = read(html.escape(rss("<title>Fish &amp; chips</title>"))).entries
    assert one.title == "Fish & chips"


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Huawei&lt;sup&gt;TM&lt;/sup&gt; wins", "Huawei TM wins"),
        ("CO&lt;sub&gt;2&lt;/sub&gt; law, M&lt;sup&gt;me&lt;/sup&gt; Lisk", "CO2 law, Mme Lisk"),
        ("Caf\\u00e9 opens \\ud83c\\udf89", "Café opens \U0001f389"),
        ("Don\\'t say \\&quot;never\\&quot;", 'Don\'t say "never"'),
        ("C:\\users and AC\\DC", "C:\\users and AC\\DC"),
    ],
)
def test_what_a_template_has_left_in_a_title(written: str, title: str) -> None:
    assert entry(f"<title>{written}</title>").title == title
