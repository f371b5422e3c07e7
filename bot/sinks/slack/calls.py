"""A Web API call → its answer, or a classed refusal; paced so that Slack need not say 429.

The law: nothing is retried here. A call ends in exactly one of: an answer, `NotSent` (surely did not happen), `Unclear`
(may have happened), `RateLimited`, `Refused` (Slack said no, with its word for it); `answers` says which.

Paces: https://docs.slack.dev/apis/web-api/rate-limits.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

import aiohttp
from aiohttp.connector import Connection
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from bot.errors import SinkError, machine_short
from bot.network.authorities import tls_context
from bot.network.proxies import ProxyRefused, proxy_of
from bot.network.resolver import Resolver
from bot.sinks.slack.answers import (
    NotSent,
    RateLimited,
    Redirected,
    Refused,
    StoodStill,
    Unclear,
    failure_of,
    header_of,
    refusal_of,
    strange,
)

_SLACK_API = "https://slack.com/api/"
_LIBRARY_ERRORS = (
    *(aiohttp.ClientError, TimeoutError, OSError, SlackClientError),
    *(AttributeError, KeyError, TypeError, ValueError, RecursionError),
)
"""The last five: slack_sdk trips over answers that are not Slack's."""
_ASKED_AT: ContextVar[datetime | None] = ContextVar("asked_at", default=None)
"""When the call of this task began, by the clock that goes on while a machine is suspended."""
_READING_KEPT = 3600.0
"""Seconds for which pages that were read stand for what a new look would show."""
_NO_PLACE = "invalid_cursor"
"""Slack's word for a cursor that is no longer valid: no refusal of the reading."""
_Page = TypeVar("_Page")
_SAME_TIME = timedelta(seconds=5)
"""A `Date` has whole seconds and was on its way for a while: clocks that differ by less show the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Shortest times between calls, in seconds, and how an unclear outcome is settled."""

    channel: float = 1.1
    """Between two posts into one channel (Slack: about one a second)."""
    post: float = 1 / 4.5
    """Between two posts of the workspace."""
    update: float = 1.25
    """chat.update is tier 3: 50 a minute."""
    history: float = 1.25
    listing: float = 3.1
    """conversations.list is tier 2: 20 a minute."""
    look: float = 2.0
    """After an unclear outcome the history is read first after this."""
    settle: float = 30.0
    """Absent twice, and this long over: send again."""
    token: float = 60.0
    """A refused token or channel is tried again at most this often."""
    unsettled: float = 600.0
    """A message of which nobody could say whether it arrived is looked for again this often: the app may be invited,
    the scope given, the workspace moved by then. Rows that were overlooked are looked for as often."""
    retry: float = 2.0
    """First pause after no connection came about; doubles up to `token`."""
    timeout: float = 9.0
    """For one call; the contract allows 10."""

    def gap(self, method: str) -> float:
        """Seconds between two calls of `method` in the workspace."""
        return {
            "chat.postMessage": self.post,
            "chat.update": self.update,
            "chat.delete": self.update,
            "conversations.history": self.history,
            "conversations.replies": self.history,
            "conversations.list": self.listing,
        }.get(method, 0.05)


@dataclass(slots=True)
class Pacer:
    """Hands out turns: each caller sleeps until its own."""

    pace: Pace
    _next: dict[str, float] = field(default_factory=dict)
    holds: dict[str, float] = field(default_factory=dict)
    """Until when a method is not called after a 429, in seconds of the event loop's clock."""

    async def turn(self, method: str, channel: str | None = None) -> None:
        """Returns when a call of `method` (into `channel`) is due. Raises RateLimited when Slack asked for patience."""
        now = asyncio.get_running_loop().time()
        at = max(now, self._next.get(method, 0.0))
        if channel is not None:
            at = max(at, self._next.get(f"#{channel}", 0.0))
            self._next[f"#{channel}"] = at + self.pace.channel
        # Turns are given in advance, so that a thousand callers line up instead of waking together.
        self._next[method] = at + self.pace.gap(method)
        if at > now:
            await asyncio.sleep(at - now)
        after = self.held_for(method)
        if after > 0:
            raise RateLimited(method, after)

    def hold(self, method: str, seconds: float) -> None:
        """Retry-After: nobody calls `method` before."""
        until = asyncio.get_running_loop().time() + seconds
        self.holds[method] = max(self.holds.get(method, 0.0), until)

    def held_for(self, method: str) -> float:
        """Seconds until `method` may be called again after a 429; 0: now."""
        return max(self.holds.get(method, 0.0) - asyncio.get_running_loop().time(), 0.0)


@dataclass(slots=True, kw_only=True)
class _Reading:
    at: float
    """When its first page was asked for."""
    pages: list[Any] = field(default_factory=list)
    cursor: Mapping[str, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)


class SlackCalls:
    """Slack's Web API, as far as Wirewatch uses it."""

    def __init__(
        self,
        token: str,
        api_url: str | None = None,
        pace: Pace | None = None,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self._token = token
        self._clock = clock
        self.base_url = (api_url or _SLACK_API).rstrip("/") + "/"
        self.pacer = Pacer(pace or Pace())
        self._client: AsyncWebClient | None = None
        self._session: aiohttp.ClientSession | None = None
        self._scopes = ""
        self._begun: dict[str, _Reading] = {}
        """What was read of methods that answer in pages, up to where Slack asked for patience."""
        self.server_date: str | None = None
        """The `Date` of the last answer: Slack's clock."""
        self._ahead: timedelta | None = None
        """By how much Slack's clock is ahead of ours; None: not known yet."""

    async def call(self, method: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """One call, in its turn. Raises NotSent, Unclear, RateLimited, Refused."""
        await self.pacer.turn(method)
        return await self.call_now(method, arguments)

    async def call_now(self, method: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """One call by somebody whose turn it is. Raises as `call`."""
        try:
            client = self.client()
        except ProxyRefused as error:
            raise NotSent(f"{method}: {error}") from None
        reads = method.startswith("conversations.") and method != "conversations.open"
        _ASKED_AT.set(self._clock() if self._clock is not None else None)
        try:
            if reads:
                answer = await client.api_call(method, http_verb="GET", params=dict(arguments))
            else:
                answer = await client.api_call(method, json=dict(arguments))
        except SlackApiError as error:
            refusal = refusal_of(method, error)
            if isinstance(refusal, Refused):
                # What is not Slack's own answer (a gateway's page) does not tell Slack's time.
                self._note_date(getattr(error.response, "headers", None) or {})
            if isinstance(refusal, RateLimited):
                self.pacer.hold(method, refusal.after)
            raise refusal from None
        except _LIBRARY_ERRORS as error:
            host = urlsplit(self.base_url).hostname or "Slack"
            raise failure_of(method, error, host, self.pacer.pace.timeout) from None
        except RuntimeError as error:
            if (short := machine_short(error)) is None:
                raise
            raise NotSent(f"{method}: {short}") from None  # names are looked up in threads
        data = answer.data
        if not isinstance(data, Mapping) or data.get("ok") is not True:
            raise strange(method, "it does not say ok")
        self._scopes = answer.headers.get("x-oauth-scopes", "") or self._scopes
        self._note_date(answer.headers)
        return data

    async def pages(
        self, method: str, arguments: Mapping[str, Any], read: Callable[[Mapping[str, Any]], _Page]
    ) -> AsyncIterator[_Page]:
        """What `read` makes of the answers of a method that answers in pages, to the last: what is on none of them is
        believed to be nowhere. Slack may put fewer on a page than were asked for. Raises as `call` and `read`.

        Who was told to wait between two pages, and asks again, is handed what was read already: some apps see 15
        messages of a channel once a minute, and beginning anew at each 429 would never come to the last page.
        """
        reading = f"{method} {json.dumps(arguments, sort_keys=True)}"
        now = asyncio.get_running_loop().time()
        begun = self._begun.pop(reading, None)
        if begun is None or now - begun.at > _READING_KEPT:
            begun = _Reading(at=now)
        for page in begun.pages:
            yield page
        while True:
            try:
                answer = await self.call(method, {**arguments, **begun.cursor})
            except RateLimited:
                if begun.pages:
                    self._begun[reading] = begun
                raise
            except Refused as error:
                if error.word != _NO_PLACE or not begun.cursor:
                    raise
                raise Unclear(f"{method}: Slack no longer knows where reading was to go on; it begins anew") from None
            page = read(answer)
            begun.pages.append(page)
            yield page
            begun.cursor = _following(method, answer)
            if not begun.cursor:
                return
            if (place := "".join(begun.cursor.values())) in begun.seen:
                raise strange(method, "a page that was there before")
            begun.seen.add(place)

    async def identity(self) -> tuple[Mapping[str, Any], frozenset[str]]:
        """Who the token is (`auth.test`), and its scopes as Slack names them. Raises as `call`."""
        answer = await self.call("auth.test", {})
        return answer, frozenset(self._scopes.replace(" ", "").split(",")) - {""}

    async def token_error(self) -> Refused | None:
        """Whether Slack refuses the token itself, and why; None: it is good, or nobody can say now."""
        try:
            await self.call("auth.test", {})
        except SinkError as error:
            # It names no channel and needs no scope: whatever it is refused for holds of every call.
            if isinstance(error, Refused):
                return error
        return None

    async def slack_time(self, at: datetime) -> datetime:
        """What Slack's clock shows when ours shows `at`. Asks Slack, if nothing was heard of its clock yet."""
        if self._ahead is None:
            with contextlib.suppress(SinkError):
                await self.call("auth.test", {})
        return at + (self._ahead or timedelta(0))

    def _is_late(self) -> bool:
        """Whether the time of the call that this task makes is over: a machine that was suspended while it connected.
        The library's time-out goes by the clock that stood still."""
        asked_at = _ASKED_AT.get()
        if asked_at is None or self._clock is None:
            return False
        return (self._clock() - asked_at).total_seconds() > self.pacer.pace.timeout

    def _note_date(self, headers: Mapping[str, str]) -> None:
        date = header_of(headers, "date")
        if date is None or self._clock is None:
            self.server_date = date or self.server_date
            return
        self.server_date = date
        with contextlib.suppress(ValueError, TypeError):
            ahead = parsedate_to_datetime(date) - self._clock()
            if abs(ahead) < _SAME_TIME:
                self._ahead = timedelta(0)
            elif self._ahead is None or abs(ahead - self._ahead) >= _SAME_TIME:
                self._ahead = ahead

    def client(self) -> AsyncWebClient:
        """slack_sdk's client on this loop, without its retries: they would post twice. Raises: ProxyRefused."""
        if self._session is None or self._session.closed:
            watch = aiohttp.TraceConfig()
            watch.on_request_redirect.append(_refuse_redirect)
            self._session = aiohttp.ClientSession(
                connector=_Connector(self._is_late),
                timeout=aiohttp.ClientTimeout(total=self.pacer.pace.timeout),
                trust_env=False,
                trace_configs=[watch],
            )
            self._client = AsyncWebClient(
                token=self._token,
                base_url=self.base_url,
                timeout=max(int(self.pacer.pace.timeout), 1),
                session=self._session,
                retry_handlers=[],
                logger=_silent_logger(),
            )
            self._client.proxy = proxy_of(self.base_url)  # by itself it knows no NO_PROXY
        assert self._client is not None
        self._client.ssl = tls_context()
        return self._client

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


class _Connector(aiohttp.TCPConnector):
    """Hands out no connection that came too late: another worker may have settled the message by then."""

    def __init__(self, is_late: Callable[[], bool]) -> None:
        super().__init__(resolver=Resolver(), use_dns_cache=False)
        self._is_late = is_late

    async def connect(self, *request: Any, **more: Any) -> Connection:
        connection = await super().connect(*request, **more)
        if self._is_late():
            connection.close()
            raise StoodStill
        return connection


def _following(method: str, answer: Mapping[str, Any]) -> Mapping[str, str]:
    """The argument that asks for the next page; none behind the last. Messages are also paged by their time, where
    `has_more` says so and no cursor comes with it: a history begins with the newest, a thread with the oldest.

    Raises: Unclear.
    """
    metadata = answer.get("response_metadata")
    cursor = metadata.get("next_cursor") if isinstance(metadata, Mapping) else None
    if cursor or answer.get("has_more") is not True:
        return {"cursor": str(cursor)} if cursor else {}
    messages = answer.get("messages")
    times = [str(one.get("ts")) for one in messages if isinstance(one, Mapping)] if isinstance(messages, list) else []
    if not times:
        raise strange(method, "more pages, and no way to them")
    return {"latest": min(times)} if method == "conversations.history" else {"oldest": max(times)}


async def _refuse_redirect(session: object, context: object, sent: aiohttp.TraceRequestRedirectParams) -> None:
    """A sign-in page would be sent the message, and whatever it says be taken for Slack's."""
    location = sent.response.headers.get("Location", "")
    with contextlib.suppress(ValueError):
        location = sent.url.join(URL(location)).host or ""
    raise Redirected(location)


def _silent_logger() -> logging.Logger:
    """slack_sdk writes requests to its log; ours says what happened in our own words."""
    logger = logging.getLogger("bot.sinks.slack_sdk")
    logger.setLevel(logging.CRITICAL)
    logger.propagate = False
    return logger
