"""The demo's outlets and their formats: articles in, feed documents out. Every outlet is invented."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article as its outlet has it. `paragraphs` are plain text; the format decides about markup."""

    slug: str
    headline: str
    paragraphs: tuple[str, ...]
    published_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A publisher: `render` turns its articles, newest first, into a feed document of its format."""

    id: str
    name: str
    content_type: str
    render: Callable[[Outlet, Sequence[Article]], bytes]

    @property
    def domain(self) -> str:
        """Reserved for examples: it leads nowhere."""
        return f"{self.id}.example"

    def link(self, article: Article) -> str:
        """The article's URL."""
        return f"https://{self.domain}/{article.slug}"


def _html(article: Article) -> str:
    return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in article.paragraphs)


def rss(outlet: Outlet, articles: Sequence[Article]) -> bytes:
    """RSS 2.0, the whole text in content:encoded."""
    items = "".join(
        f"<item><title>{escape(a.headline)}</title><link>{outlet.link(a)}</link><guid>{outlet.link(a)}</guid>"
        f"<description>{escape(a.paragraphs[0])}</description><pubDate>{format_datetime(a.published_at)}</pubDate>"
        f"<content:encoded><![CDATA[{_html(a)}]]></content:encoded></item>"
        for a in articles
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{escape(outlet.name)}</title><link>https://{outlet.domain}/</link><language>en</language>"
        f"<description>{escape(outlet.name)}</description>{items}</channel></rss>"
    ).encode()


def _rss_latin(outlet: Outlet, articles: Sequence[Article]) -> bytes:
    """RSS 2.0 as an old content system writes it: windows-1252, headlines and a teaser only, no guids."""
    items = "".join(
        f"<item><title>{escape(a.headline)}</title><link>{outlet.link(a)}?utm_source=rss</link>"
        f"<description>{escape(_html(a))}</description><pubDate>{format_datetime(a.published_at)}</pubDate></item>"
        for a in articles
    )
    return (
        f'<?xml version="1.0" encoding="windows-1252"?><rss version="2.0"><channel><title>{escape(outlet.name)}</title>'
        f"<link>https://{outlet.domain}/</link><description>News</description>{items}</channel></rss>"
    ).encode("cp1252", "xmlcharrefreplace")


def rdf(outlet: Outlet, articles: Sequence[Article]) -> bytes:
    """RSS 1.0, on RDF."""
    seq = "".join(f'<rdf:li rdf:resource="{outlet.link(a)}"/>' for a in articles)
    items = "".join(
        f'<item rdf:about="{outlet.link(a)}"><title>{escape(a.headline)}</title><link>{outlet.link(a)}</link>'
        f"<description>{escape(_html(a))}</description>"
        f"<dc:date>{a.published_at.isoformat()}</dc:date></item>"
        for a in articles
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<channel rdf:about="https://{outlet.domain}/"><title>{escape(outlet.name)}</title>'
        f"<link>https://{outlet.domain}/</link><description>News</description>"
        f"<items><rdf:Seq>{seq}</rdf:Seq></items></channel>{items}</rdf:RDF>"
    ).encode()


def atom(outlet: Outlet, articles: Sequence[Article]) -> bytes:
    """Atom 1.0, the text as XHTML."""
    entries = "".join(
        f"<entry><id>tag:{outlet.domain},2026:{a.slug}</id><title>{escape(a.headline)}</title>"
        f'<link rel="alternate" href="{outlet.link(a)}"/><updated>{a.published_at.isoformat()}</updated>'
        f"<published>{a.published_at.isoformat()}</published>"
        f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{_html(a)}</div></content></entry>'
        for a in articles
    )
    newest = articles[0].published_at.isoformat() if articles else "2026-01-01T00:00:00+00:00"
    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">'
        f"<id>tag:{outlet.domain},2026:feed</id><title>{escape(outlet.name)}</title><updated>{newest}</updated>{entries}</feed>"
    ).encode()


def json_feed(outlet: Outlet, articles: Sequence[Article]) -> bytes:
    """JSON Feed 1.1."""
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": outlet.name,
            "home_page_url": f"https://{outlet.domain}/",
            "language": "en",
            "items": [
                {
                    "id": a.slug,
                    "url": outlet.link(a),
                    "title": a.headline,
                    "content_html": _html(a),
                    "date_published": a.published_at.isoformat(),
                    "authors": [],
                }
                for a in articles
            ],
        },
        ensure_ascii=False,
    ).encode()


OUTLETS = (
    Outlet(id="herald", name="Northgate Herald", content_type="application/rss+xml", render=rss),
    Outlet(id="tidewater", name="Tidewater Wire", content_type="application/atom+xml", render=atom),
    Outlet(id="spectrum", name="Signal & Spectrum", content_type="application/feed+json", render=json_feed),
    Outlet(id="gazette", name="Porto Alvo Gazette", content_type="text/xml; charset=windows-1252", render=_rss_latin),
    Outlet(id="lakeland", name="Lakeland Observer", content_type="application/rdf+xml", render=rdf),
    Outlet(id="statehouse", name="Statehouse Report", content_type="application/atom+xml", render=atom),
    Outlet(id="newsloop", name="Newsloop", content_type="application/rss+xml", render=rss),
)
