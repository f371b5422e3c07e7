"""Feed and state → `PollRecord`, by way of `Response` and `Answer`: one poll of one feed.

The law: everything that can go wrong with one feed ends in its own state; what is kept and when it is due next is
decided in `bot.core.polling`, here are only the facts. Never raises for a bad feed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import blake2b

from bot.core.parse import DeltaParse
from bot.core.parse.charset import decode_body
from bot.core.parse.webpage import is_challenge
from bot.core.polling import (
    Answer,
    Fault,
    after_poll,
    ask_url,
    conditions,
    host_quiet_for,
    postponed,
)
from bot.core.text.secrets import base_without_secrets
from bot.errors import MachineShort, ParseError, machine_short
from bot.fetch.articles import Articles
from bot.fetch.faults import FetchFault
from bot.fetch.hosts import HostBusy
from bot.fetch.http import Client, Response
from bot.fetch.pool import Parser, ParserPool
from bot.model import Feed, FeedState, PollRecord, Settings

_DEFAULT_CONTACT = "https://wirewatch.example/bot"
_PATIENCE = timedelta(seconds=5)
"""How long a poll may wait for its host's turn before it is put off."""
_STATUS_WORDS = {
    401: "a password is asked for: give `headers:` with an Authorization, or the feed's private address",
    403: "access is refused",
    404: "there is nothing at this address (any more)",
    406: "the server wants to be asked for another kind of document: `headers: {Accept: text/html}` may help",
    407: "a proxy asks for a name and password: `HTTP_PROXY` may hold them",
    410: "the publisher says it is gone for good",
    429: "too many requests",
    451: "unavailable for legal reasons",
    500: "the server has a fault",
    502: "the server behind the server does not answer",
    503: "the server is overloaded or under maintenance",
    504: "the server behind the server takes too long",
    304: "the server says that nothing has changed, to a question nobody asked",
    **dict.fromkeys((520, 521, 522, 523, 524, 527, 530), "Cloudflare does not reach the site's own server"),
    **dict.fromkeys((525, 526), "Cloudflare does not trust the certificate of the site's own server"),
    999: "access is refused (as LinkedIn says it)",
}


class HttpFetcher:
    """The `Fetcher` of real feeds. One per event loop; `close` it.

    `clock` gives now, aware; `jitter` a number in [0, 1); `patience`: how long a poll waits for its host before it is
    put off (None: as long as it takes, for `run --once`).
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], datetime],
        version: str = "0.1.0",
        patience: timedelta | None = _PATIENCE,
        parser: Parser | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._clock = clock
        self._version = version
        self._jitter = jitter
        self.patience = patience
        self.parser = parser or ParserPool()
        self._owns_parser = parser is None
        self._closed = False
        self.client = Client(settings, user_agent=f"wirewatch/{version} (+{settings.contact or _DEFAULT_CONTACT})")
        self._articles = Articles(self.client, self.parser)

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.client.settings

    def adopt(self, settings: Settings) -> None:
        """New settings, from the next poll on; polls under way end under the old ones."""
        self.client.adopt(settings, user_agent=f"wirewatch/{self._version} (+{settings.contact or _DEFAULT_CONTACT})")

    def remember(self, states: Iterable[FeedState], now: datetime) -> None:
        """After a restart: hosts that answered 429 go on being left alone."""
        for state in states:
            if state.status == 429 and state.next_due_at > now:
                self.client.hosts.quiet(state.url, min(state.next_due_at - now, timedelta(hours=24)))

    async def poll(self, feed: Feed, state: FeedState, now: datetime) -> PollRecord:
        """One poll. Waits for the host's turn, at most `patience`. Never raises for a bad feed.

        Raises: MachineShort.
        """
        url = ask_url(feed, state, now)
        try:
            answer = await self._answer(feed, state, url)
        except HostBusy as busy:
            return postponed(state, self._clock() + busy.wait * (1 + 0.1 * self._jitter()))
        except MachineShort:
            raise
        except Exception as error:  # noqa: BLE001  # the edge of one feed: a fault of ours or a library's is its failure
            if self._closed:  # new settings or a stop: not the feed's fault, it is due again at once
                return postponed(state, self._clock())
            ours = f"could not be polled ({type(error).__name__}: {error}); please report this"
            words = str(machine_short(error) or ours)  # memory, for this document: as long as it is so large
            answer = Answer(asked=url, url=url, fault=Fault.NETWORK, error=words)
        record = after_poll(feed, state, answer, max(now, self._clock()), self.settings, self._jitter())
        if feed.full_text and len(record.entries) > record.baseline:
            old, new = record.entries[: record.baseline], record.entries[record.baseline :]
            record = replace(record, entries=old + await self._articles.filled(new))
        return record

    async def _answer(self, feed: Feed, state: FeedState, url: str) -> Answer:
        """Raises: HostBusy."""
        try:
            response = await self.client.get(
                url,
                headers=feed.headers,
                home=feed.url,
                validators=conditions(state, self._clock()),
                patience=self.patience,
                suspect=state.failures > 0,
            )
        except FetchFault as fault:
            if fault.status == 429:
                self.client.hosts.quiet(url, host_quiet_for(fault.headers, self._clock()))
            return Answer(
                asked=url, url=url, status=fault.status, headers=fault.headers, fault=fault.fault, error=str(fault)
            )
        now = self._clock()
        if response.status == 429:
            self.client.hosts.quiet(response.url, host_quiet_for(response.headers, now))
        answer = Answer(
            asked=url,
            url=response.url,
            status=response.status,
            headers=response.headers,
            permanent_url=response.permanent_url,
            conditional=response.conditional,
            whole=response.whole,
        )
        if response.status == 304:
            return answer
        if (blocked := challenge_words(response)) is not None:
            return replace(answer, fault=Fault.BLOCKED, error=blocked)
        if not is_success(response):
            return replace(answer, fault=Fault.STATUS, error=status_words(response.status))
        body_hash = blake2b(response.body, digest_size=16).hexdigest()
        answer = replace(answer, body_hash=body_hash)
        if response.body and body_hash in (state.body_hash, state.part_hash):
            return replace(answer, unchanged=True)
        try:
            parsed = await self.parser.read(
                response.body,
                url=base_without_secrets(response.url, feed.variables),
                headers=response.headers,
                seen_at=now,
                before=state.fingerprints,
            )
        except ParseError as error:
            if response.status != 200 and not response.body:
                return replace(answer, fault=Fault.STATUS, error=status_words(response.status))
            return _without_feed(answer, response, str(error))
        return _judged(replace(answer, parsed=parsed), response, parsed, self.settings.fetch.max_bytes)

    async def close(self) -> None:
        """Closes connections and ends its parsers (one that was given goes on)."""
        self._closed = True
        if self._owns_parser:
            self.parser.close()
        await self.client.close()


def _without_feed(answer: Answer, response: Response, error: str) -> Answer:
    """A body that could not be read: a challenge page in disguise, one cut at the cap, or simply no feed."""
    if is_challenge(decode_body(response.body[:60_000], response.headers.get("content-type", ""))[0]):
        return replace(answer, fault=Fault.BLOCKED, error="a page that asks for a browser stands in the feed's place")
    if not response.whole:
        error = f"the answer is larger than the limit, and what came of it cannot be read: {error}"
    return replace(answer, fault=Fault.CONTENT, error=error)


def _judged(answer: Answer, response: Response, parsed: DeltaParse, max_bytes: int) -> Answer:
    """Whether a feed that could be read came whole.

    One that its server cut off has failed; what we cut at our own cap has not: its beginning is taken, and a note made.
    """
    feed, total = parsed.feed, parsed.comparison.total
    if not response.whole:
        cut = f"the answer is larger than the limit ({max_bytes / 1e6:g} MB)"
        if not total:
            return replace(answer, parsed=None, fault=Fault.CONTENT, error=f"{cut}: cut before its first entry ends")
        note = f"{cut}: only the {total:,} entries of its beginning are seen (settings.fetch.max_bytes raises it)"
        return replace(answer, notes=(note,))
    if feed.cut and (not response.delimited or response.status == 206):
        error = "the answer is cut off: whole entries were taken, the rest is awaited"
        return replace(answer, fault=Fault.CONTENT, error=error)
    if feed.cut and not total:
        error = "the document is cut off before its first entry ends"
        return replace(answer, parsed=None, fault=Fault.CONTENT, error=error)
    return answer


_MITIGATED = {
    "cf-mitigated": "Cloudflare",
    "x-amzn-waf-action": "AWS WAF",
    "x-vercel-mitigated": "Vercel",
    "x-sucuri-block": "Sucuri",
    "sg-captcha": "SiteGround",
}
"""Headers by which bot walls say that they answer in a publisher's place."""


def challenge_words(response: Response) -> str | None:
    """Words for a bot challenge, or None."""
    for header, wall in _MITIGATED.items():
        if value := response.headers.get(header, "").strip().lower():
            return f"HTTP {response.status}, {wall} asks for a browser ({header}: {value[:40]})"
    if response.status != 304 and (not is_success(response) or (response.status != 200 and _is_page(response.headers))):
        text, _ = decode_body(response.body[:60_000], response.headers.get("content-type", ""))
        if is_challenge(text) and "<rss" not in text and "<feed" not in text:
            return f"HTTP {response.status} with a page that asks for a browser"
    return None


def is_success(response: Response) -> bool:
    """Whether a feed may stand in the body: any 2xx (203, 226), but a part only where it is the whole (206)."""
    if response.status == 206:
        said = response.headers.get("content-range", "")
        part = re.match(r"\s*bytes[\s=]+0-(\d+)/(?:(\d+)|\*)", said, re.IGNORECASE)
        return not part[2] or int(part[1]) + 1 == int(part[2]) if part else not said
    return response.status // 100 == 2


def _is_page(headers: Mapping[str, str]) -> bool:
    return "html" in headers.get("content-type", "html").lower()


def status_words(status: int) -> str:
    """What an HTTP status that is no success means for a feed."""
    words = _STATUS_WORDS.get(status)
    if words is None:
        words = {2: "an answer without a feed", 3: "a redirect that leads nowhere", 4: "the request is refused"}.get(
            status // 100, "the server has a fault"
        )
    return f"HTTP {status}: {words}"
