"""A URL as a person gives it → the feed found there, or behind the page that stands there.

The law: what the person gave is tried first and as it is; a page's own links next, in its order; well-known paths only
where a page names no feed; never more than a few requests, each in its host's turn and within the usual limits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from bot.core.parse import ParsedFeed
from bot.core.parse.charset import decode_body
from bot.core.parse.spellings import canonical_url
from bot.core.parse.webpage import WELL_KNOWN, feeds_of_page
from bot.core.text.secrets import base_without_secrets
from bot.errors import FetchError, ParseError
from bot.fetch.faults import FetchFault
from bot.fetch.fetcher import HttpFetcher, challenge_words, is_success, status_words
from bot.fetch.hosts import HostBusy
from bot.fetch.http import Response

_LINKS_TRIED = 3
"""Feeds that a page names which are asked."""
_PATHS_TRIED = 8
"""Usual places that are asked where a page names no feed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What was found: the feed, and what is worth knowing about the way to it."""

    url: str
    """The feed's own address, after redirects."""
    feed: ParsedFeed
    problems: tuple[str, ...] = ()


async def try_feed(fetcher: HttpFetcher, url: str, now: datetime, headers: Mapping[str, str] | None = None) -> Trial:
    """Fetches a feed, through a web page if need be. Raises: FetchError (ParseError) with what stands there instead."""
    response = await _get(fetcher, url, headers)
    try:
        return await _read(fetcher, url, response, now, _redirect_problems(url, response))
    except ParseError as error:
        text, _ = decode_body(response.body, response.headers.get("content-type", ""))
        named = feeds_of_page(text, response.url, response.headers.get("link", ""))
        links = [link for link in named if link not in (url, response.url)]
        trial = await _first_feed(fetcher, links[:_LINKS_TRIED], now)
        how = "its page names this feed"
        if trial is None and not links and text.lstrip()[:1] == "<" and "<rss" not in text[:2_000]:
            parts = urlsplit(response.url)
            site = f"{parts.scheme}://{parts.netloc}"
            candidates = [urljoin(site, path) for path in WELL_KNOWN[:_PATHS_TRIED]]
            trial = await _first_feed(fetcher, [one for one in candidates if one != response.url], now)
            how = "its page names no feed; this was found at a usual place"
        if trial is None:
            raise ParseError(f"{url}: {error}") from None
        others = [link for link in links if link != trial.url]
        more = (f"other feeds of the page: {', '.join(others[:5])}",) if others else ()
        problems = (f"{url} is a web page, not a feed: {how}", *trial.problems, *more)
        return Trial(url=trial.url, feed=trial.feed, problems=problems)


async def _first_feed(fetcher: HttpFetcher, urls: list[str], now: datetime) -> Trial | None:
    for url in urls:
        try:
            response = await _get(fetcher, url, None)
            return await _read(fetcher, url, response, now, ())
        except FetchError:
            continue
    return None


async def _get(fetcher: HttpFetcher, url: str, headers: Mapping[str, str] | None) -> Response:
    try:
        response = await fetcher.client.get(url, headers=headers)
    except FetchFault as fault:
        raise FetchError(f"{url}: {fault}") from None
    except HostBusy as busy:
        raise FetchError(f"{url}: the host wants to be left alone for {busy.wait.total_seconds():.0f} s") from None
    if (words := challenge_words(response)) is not None:
        raise FetchError(f"{url} is blocked: {words}")
    if not is_success(response):
        raise FetchError(f"{url}: {status_words(response.status)}")
    return response


async def _read(fetcher: HttpFetcher, url: str, response: Response, now: datetime, problems: tuple[str, ...]) -> Trial:
    base = base_without_secrets(response.url, {})
    parsed = await fetcher.parser.read(response.body, url=base, headers=response.headers, seen_at=now)
    feed = parsed.feed
    if not response.whole:
        problems = (*problems, "the answer is larger than the limit: only its beginning was read")
    if feed.new_url is not None and canonical_url(feed.new_url) != canonical_url(url):  # not that it was asked at
        problems = (*problems, f"the feed says that it has moved to {feed.new_url}: use that address")
    return Trial(url=response.url, feed=feed, problems=(*problems, *feed.problems))


def _redirect_problems(url: str, response: Response) -> tuple[str, ...]:
    if response.permanent_url and response.permanent_url == response.url:
        return (f"the feed has moved for good to {response.url}: use that address",)
    if url.startswith("https:") and response.url.startswith("http:"):
        return ("the feed redirects from https to http",)
    return ()
