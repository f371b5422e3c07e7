"""The feeds that a page names, and pages that are none."""

from __future__ import annotations

import pytest

from bot.core.parse.markup import plain_line
from bot.core.parse.webpage import feeds_of_page, is_challenge
from tests.core.parse.documents import URL


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
        '<link rel="self" type="application/rss+xml" href="/f">',
        '<link rel="service.feed" type="application/atom+xml" href="/f">',
        '<link rel="alternate" type="application/rss+xml" href="#"><link rel="feed" href="/f">',
        '<a href="/f"><i class="fa fa-rss"></i></a>',
        '<a href="/f" class="feed-icon"></a>',
        '<a href="/f"><img src="/img/rss.gif"></a>',
        '<a href="/f"><svg><use xlink:href="/icons.svg#rss"></use></svg></a>',
    ],
)
def test_a_feed_is_found_however_it_is_linked(page: str) -> None:
    assert feeds_of_page(f"<html>{page}</html>", URL) == ("https://news.example/f",)


@pytest.mark.parametrize(
    "content", ["0; url=/new/feed.xml", "0;URL='https://news.example/new/feed.xml'", "0, url = /new/feed.xml "]
)
def test_a_page_that_leads_on_names_the_feed_it_leads_to(content: str) -> None:
    """What a host without redirects serves where a feed stood."""
    page = f'<html><meta http-equiv="refresh" content="{content}"><a href="/rss">RSS</a></html>'
    assert feeds_of_page(page, URL) == ("https://news.example/new/feed.xml", "https://news.example/rss")
    assert feeds_of_page('<meta http-equiv=refresh content="0;url=/login"><meta name=x>', URL) == ()


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


CAPTCHA = '<div class="h-captcha" data-sitekey="x"></div><script src="https://js.hcaptcha.com/1/api.js"></script>'
LINKS = '<a href="/news">News</a> ' * 8


@pytest.mark.parametrize(
    ("page", "asks"),
    [
        ("error code: 1020", True),
        ("error code: 1015", False),
        ("<p>Our API gives error code: 1020 where …</p>", False),
        (f"<html><title>Security check</title>{CAPTCHA}", True),
        (
            '<html><div class="cf-turnstile"></div><script src="https://challenges.cloudflare.com/turnstile/v0/api.js">',
            True,
        ),
        (f"<html><title>News of the day</title>{LINKS}{CAPTCHA}", False),
        ('<html><div id="root"></div><script src="https://www.google.com/recaptcha/api.js?render=x"></script>', False),
        (f'<html><form>{CAPTCHA}<input name=p type="password"></form>', False),
        (f"<html><style>.g-recaptcha {{ margin: 0 }}</style><p>{'News. ' * 40}", False),
        ("<html><script>document.querySelector('.h-captcha')</script><div id=app></div>", False),
        (f'<html><link rel="alternate" type="application/rss+xml" href="/feed"><form>{CAPTCHA}</form>', False),
        (f"<html><h1>Not found</h1><form>{CAPTCHA}<textarea name=message></textarea></form>", False),
        ("<html><form><div class='center g-recaptcha' data-sitekey=1></div></form>", True),
        (f'<html>{LINKS}<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>', False),
        (f'<html>{LINKS}<script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1?ray=8"></script>', True),
        (f'<html>{LINKS}<script src="/_Incapsula_Resource?SWJIYLWA=719d"></script>', False),
        ('<html><script src="/_Incapsula_Resource?SWJIYLWA=719d"></script><body></body>', True),
        ("<h1>whoa there, pardner!</h1><p>Your request has been blocked due to a network policy.</p>", True),
        ("<h1>Your Request Originates from an Undeclared Automated Tool</h1>", True),
        ('<script src="/.bunny-shield/assets/x.js"></script>', True),
    ],
)
def test_a_page_that_asks_for_a_person_has_little_else(page: str, *, asks: bool) -> None:
    """Walls with a captcha counted as pages or refusals; any page behind Cloudflare or Imperva as a wall."""
    assert is_challenge(page) is asks


def test_plain_text_of_names() -> None:
    assert plain_line(" <a href='x'>Ann&nbsp;Lee</a>\n") == "Ann Lee"


@pytest.mark.parametrize("name", ["script", "style", "template", "textarea"])
def test_a_link_that_is_not_on_the_page_is_none(name: str) -> None:
    hidden = f'<{name}><link rel="alternate" type="application/rss+xml" href="/{{{{old}}}}"></{name} >'
    shown = '<link rel="alternate" type="application/rss+xml" href="/f">'
    assert feeds_of_page(hidden + shown, URL) == ("https://news.example/f",)
    assert feeds_of_page(f"<{name}><!--{shown}", URL) == ("https://news.example/f",), "left open, it hides nothing"


def test_a_page_that_leaves_everything_open_is_read_in_time() -> None:
    page = "<script><!--<textarea>" * 20_000 + '<link rel="alternate" type="application/rss+xml" href="/f">'
    assert feeds_of_page(page, URL) == ("https://news.example/f",)


@pytest.mark.parametrize("kind", ["application/atom+xml;type=entry", 'application/atom+xml; type="entry"'])
def test_the_page_as_one_entry_is_no_feed(kind: str) -> None:
    assert feeds_of_page(f"<link rel='alternate' type='{kind}' href='/this.atom'>", URL) == ()


@pytest.mark.parametrize(
    "link",
    [
        '<a href="/export.php?id=3">RSS</a>',
        '<a class=x href="/export.php?id=3"><b>News</b> by <i>RSS</i></a>',
        '<a href="/export.php?id=3"><img src="/i.png" alt="RSS Feed"></a>',
        '<a href="/export.php?id=3" title="Subscribe by RSS"><svg></svg></a>',
        '<a href="/export.php?id=3" aria-label="Atom"><svg></svg></a>',
    ],
)
def test_a_link_that_is_called_rss_may_lead_to_a_feed(link: str) -> None:
    """What people are told to look for."""
    assert feeds_of_page(f"<a href='/'>Home</a>{link}", URL) == ("https://news.example/export.php?id=3",)
    assert feeds_of_page("<a href='/a'>Why we have given up RSS, and what has come of it since</a>", URL) == ()


@pytest.mark.parametrize(
    "title",
    ["Kommentar-Feed", "Flux des commentaires", "Feed de los comentarios", "RSS komentářů", "コメントフィード", "评论"],
)
def test_a_feed_of_comments_comes_last_in_any_language(title: str) -> None:
    link = '<link rel="alternate" type="application/rss+xml" title="{}" href="/{}">'
    page = link.format(f"Blog » {title}", "c") + link.format("Blog » Feed", "f")
    assert feeds_of_page(page, URL) == ("https://news.example/f", "https://news.example/c")


@pytest.mark.parametrize(
    "href",
    [
        "https://feedly.com/i/subscription/feed/https://news.example/rss",
        "https://www.inoreader.com/feed/https%3A%2F%2Fnews.example%2Frss",
        "https://reader.example/add?url=https://news.example/rss&from=button",
    ],
)
def test_a_reader_s_page_for_a_feed_leads_to_the_feed(href: str) -> None:
    assert feeds_of_page(f'<a href="{href}">Follow</a>', URL) == ("https://news.example/rss",)
    assert feeds_of_page('<a href="/share?u=https://news.example/2026/1">Share</a>', URL) == ()
