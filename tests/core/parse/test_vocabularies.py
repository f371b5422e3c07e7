"""No element of any vocabulary, whatever stands in it, costs a feed its entries."""

from __future__ import annotations

import pytest

from bot.core.parse import parse
from bot.core.parse.feedparsers import StrictParser
from tests.builders import NOW, rss, rss_item

SPACES = {
    "admin": "http://webns.net/mvcb/",
    "cc": "http://web.resource.org/cc/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "creativeCommons": "http://backend.userland.com/creativeCommonsRssModule",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "georss": "http://www.georss.org/georss",
    "gml": "http://www.opengis.net/gml",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "psc": "http://podlove.org/simple-chapters",
}
STRUCTURE = {"item", "entry", "rss", "feed", "channel"}
FORMS = (
    "<{0}/>",
    "<{0}>x 1 y</{0}>",
    '<{0} url="" href="%%" type="?" start="x" length="-" rel="" scheme="" domain=""><{0}>2</{0}></{0}>',
)


def handled() -> list[str]:
    """The elements that a parser does something of its own about, and words that its methods are named by."""
    names = {
        name.split("_", 2)[2]
        for name in dir(StrictParser)
        if name.startswith(("_start_", "_end_", "unknown_", "handle_")) and name.count("_") > 1
    }
    return [*sorted(names - STRUCTURE), "lean", "of", "begin", "tag", "apart", "data"]


@pytest.mark.parametrize("broken", ["", "<br>"], ids=["strict", "loose"])
@pytest.mark.parametrize("name", handled())
def test_an_element_costs_at_most_itself(name: str, broken: str) -> None:
    prefix, _, local = name.partition("_")
    tag = f"{prefix}:{local}" if prefix in SPACES and local else name
    spaces = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in SPACES.items())
    for form in FORMS:
        element = form.format(tag)
        one = rss_item(1, title="One").replace("</item>", f"{element}</item>")
        document = rss(one, rss_item(2, title="Two"), head=f"{element}<title>News</title>")
        body = document.replace("<rss ", f"<rss {spaces} ", 1).replace("</channel>", f"{broken}</channel>").encode()
        feed = parse(body, url="https://news.example/feed", headers={}, seen_at=NOW)
        assert [entry.title for entry in feed.entries] == ["One", "Two"], form


READ = {
    "dcterms:title": "title",
    "headline": "title",
    "excerpt": "summary",
    "dcterms:abstract": "summary",
    "full-text": "body",
    "comments": "url",
    "feedburner:origLink": "url",
}
"""Elements that no parser knows and that speak for an entry without its own."""


@pytest.mark.parametrize("broken", ["", "<br>"], ids=["strict", "loose"])
@pytest.mark.parametrize("attribute", ['xml:lang="en"', 'type="text"', 'xmlns:q="urn:q"'])
@pytest.mark.parametrize("name", READ)
def test_an_attribute_costs_no_text_and_no_feed(name: str, attribute: str, broken: str) -> None:
    """`<comments xml:lang="en">` cost the feed all of its entries."""
    element = f"<{name} {attribute}>https://news.example/1</{name}>"
    spaces = f'xmlns:dcterms="{SPACES["dcterms"]}" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
    document = rss(f"<item>{element}</item>", rss_item(2, title="Two"))
    body = document.replace("<rss ", f"<rss {spaces} ", 1).replace("</channel>", f"{broken}</channel>").encode()
    one, two = parse(body, url="https://news.example/feed", headers={}, seen_at=NOW).entries
    assert two.title == "Two"
    if not broken:
        assert getattr(one, READ[name]) == "https://news.example/1"


@pytest.mark.parametrize("broken", ["", "<br>"], ids=["strict", "loose"])
@pytest.mark.parametrize(
    "element",
    [
        "<textInput><title>Search</title><name>q</name></textInput>",
        '<psc:chapters><psc:chapter title="Opening"/></psc:chapters>',
        "<image><media:player><b>x</b></media:player></image>",
        "<width>20</width><height/>",
        "</media:player>",
        "</height></creativeCommons:license>",
        '<media:content xml:base="http://[" url="a.mp3"/>',
    ],
)
def test_what_feedparser_trips_over_in_an_entry_costs_no_feed(element: str, broken: str) -> None:
    item = rss_item(1, title="One").replace("</item>", f"{element}</item>")
    spaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in SPACES.items())
    body = rss(item, rss_item(2, title="Two")).replace("</channel>", f"{broken}</channel>")
    body = body.replace("<rss ", f"<rss {spaces} ", 1).encode()
    feed = parse(body, url="https://news.example/feed", headers={}, seen_at=NOW)
    assert [entry.title for entry in feed.entries] == ["One", "Two"]


def test_a_lead_behind_its_article_is_the_lead() -> None:
    """It was lost."""
    item = "<item><title>A</title><body><p>All of the article.</p></body><description>The lead.</description></item>"
    (only,) = parse(rss(item).encode(), url="https://news.example/feed", headers={}, seen_at=NOW).entries
    assert (only.summary, only.body) == ("The lead.", "<p>All of the article.</p>")
