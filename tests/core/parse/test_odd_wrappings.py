"""Feeds inside something else: a browser's page, a document escaped as a whole."""

from __future__ import annotations

import html
import json
from collections.abc import Callable

import pytest

from bot.errors import ParseError
from tests.core.parse.odd import read, rss


def browser_page(source: str) -> str:
    shown = f'<pre style="white-space: pre-wrap;">{html.escape(source)}</pre>'
    return f"<html><head><title>x</title></head><body>{shown}</body></html>"


def test_a_feed_that_a_browser_shows_is_read_from_its_page() -> None:
    document = rss("<title>Fish &amp; chips</title><link>/1</link>")
    viewer = f'<html><body><div id="webkit-xml-viewer-source-xml">{document}</div><div>No style</div></body></html>'
    items = '[{"id": "1", "title": "Fish & chips", "url": "https://news.example/1"}]'
    for page in (
        browser_page(document),
        browser_page(f'<?xml version="1.0"?>{document}'),
        viewer,
        f"<html><body>{document}</body></html>",
        browser_page(f'{{"version": "https://jsonfeed.org/version/1.1", "items": {items}}}'),
    ):
        feed = read(page, "text/html")
        assert [(one.title, one.url) for one in feed.entries] == [("Fish & chips", "https://news.example/1")]
        assert feed.problems == ("a browser's page around the feed: left out",)


@pytest.mark.parametrize("shown", [browser_page, "<html><body>{}".format])
def test_a_browser_page_that_was_cut_is_read_to_the_cut(shown: Callable[[str], str]) -> None:
    page = shown(rss("<title>Fish</title><link>/1</link>"))
    cut = min(filter(lambda at: at >= 0, map(page.find, ("</channel", "&lt;/channel"))))
    assert [one.title for one in read(page[:cut], "text/html").entries] == ["Fish"]


@pytest.mark.parametrize("sign", ["&lt;", "&#60;", "&#x3C;"])
@pytest.mark.parametrize("start", ["", "\n ", "<?xml version='1.0'?>"])
def test_a_document_escaped_as_a_whole_is_read(sign: str, start: str) -> None:
    document = (start + rss("<title>Fish</title>")).replace("<", sign).replace(">", "&gt;")
    assert [one.title for one in read(document).entries] == ["Fish"]


@pytest.mark.parametrize("before", ["<h1>How RSS looks</h1>", "<p>Example:</p>"])
def test_a_page_about_feeds_is_no_feed(before: str) -> None:
    page = browser_page(rss("<title>An example</title>")).replace("<pre", f"{before}<pre")
    with pytest.raises(ParseError, match="a web page"):
        read(page, "text/html")


@pytest.mark.parametrize(
    "before, behind",
    [
        (")]}',\n", ""),
        ("while(1);", ""),
        ("for(;;);\n", ""),
        ("// news\n// of today\n", ""),
        ("app.show(", ");"),
        ("/**/f(", ")"),
    ],
)
def test_json_that_scripts_are_to_read_is_read(before: str, behind: str) -> None:
    feed = '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "A (b);"}]}'
    assert [one.title for one in read(f"{before}{feed}{behind}", "text/javascript").entries] == ["A (b);"]


ITEM = '<title>Zürich &amp; "Köln"</title><link>/1</link>'
FEED_IN_JSON = '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "Zürich & \\"Köln\\""}]}'


@pytest.mark.parametrize(
    "around",
    [
        lambda feed: f'<?xml version="1.0"?>\n<string xmlns="http://tempuri.org/">{html.escape(feed)}</string>',
        lambda feed: f"<string>\n<![CDATA[{feed}]]></string>",
        lambda feed: f'<s:Envelope xmlns:s="u"><s:Body><R><Get>{html.escape(feed)}</Get></R></s:Body></s:Envelope>',
        lambda feed: f"<string>{html.escape(feed)}",
        lambda feed: json.dumps({"contents": feed, "status": {"http_code": 200}}),
        lambda feed: json.dumps({"statusCode": 200, "headers": {"a": "b"}, "body": f"\n {feed}"}, ensure_ascii=False),
        json.dumps,
        lambda feed: json.dumps(feed).replace("<", "\\u003c"),
        lambda feed: json.dumps(FEED_IN_JSON),
    ],
    ids=["xml", "cdata", "soap", "cut", "field", "last field", "json", "escaped json", "json in json"],
)
def test_a_feed_that_a_service_hands_on_as_a_string_is_read(around: Callable[[str], str]) -> None:
    feed = read(around(rss(ITEM)))
    assert [one.title for one in feed.entries] == ['Zürich & "Köln"']
    assert "the feed is a string in another document: taken out of it" in feed.problems


@pytest.mark.parametrize(
    "around",
    [
        lambda feed: {"contents": feed, "errors": []},
        lambda feed: {"data": {"contents": feed}},
        lambda feed: [{"body": feed}],
        lambda feed: {"contents": f"<!-- made by a script -->{feed}"},
    ],
    ids=["a list beside it", "deeper", "in a list", "behind a comment"],
)
def test_a_feed_somewhere_in_a_service_s_answer_is_read(around: Callable[[str], object]) -> None:
    assert len(read(json.dumps(around(rss(ITEM)))).entries) == 1
    assert len(read(f"cb({json.dumps(around(rss(ITEM)))});").entries) == 1


@pytest.mark.parametrize("name", ["<rss>", "<feed >", "&lt;rss&gt;"])
def test_a_json_feed_that_names_a_feed_s_root_is_one(name: str) -> None:
    """It was taken for XML with something before it, and had no entries."""
    title = f"{name} explained"
    document = json.dumps({"title": title, "items": [{"id": "1", "url": "/1", "title": title}]})
    assert [one.title for one in read(document, "application/feed+json").entries] == [
        f"{html.unescape(name)} explained"
    ]


@pytest.mark.parametrize("title", ["&lt;rss&gt; for beginners", "<![CDATA[<feed> me]]>"])
@pytest.mark.parametrize(
    "document",
    [
        '<?xml version="1.0"?><rss version="2.0"><channel>{}<item><title>Fish</title></item></channel></rss>',
        '<feed xmlns="http://www.w3.org/2005/Atom">{}<entry><id>1</id><title>Fish</title></entry></feed>',
        '<rdf:RDF xmlns:rdf="u" xmlns="http://purl.org/rss/1.0/"><channel>{}</channel><item><title>Fish</title></item></rdf:RDF>',
    ],
    ids=["rss", "atom", "rdf"],
)
def test_a_feed_whose_title_begins_with_a_feed_s_root_is_no_string(document: str, title: str) -> None:
    """Its title was taken for the feed, and it failed with each poll."""
    assert [one.title for one in read(document.format(f"<title>{title}</title>")).entries] == ["Fish"]


def test_a_warning_with_an_inch_sign_before_a_feed_makes_no_json_of_it() -> None:
    warning = '[27-Nov-2026 10:00:00 UTC] PHP Warning: 5" in /app/feed.php on line 5'
    assert [one.title for one in read(f"{warning}\n{rss('<title>Fish</title>')}").entries] == ["Fish"]
