"""Hubs and feeds → subscriptions asked for, and pushed documents taken in: WebSub, the worker's side.

Both processes meet in the store's facts: `websub:sub:TOKEN` is a subscription, `websub:push:…` a body that a hub sent
with a right signature. The law: a push is read like any document of its feed and never touches what polling knows; a
feed without its baseline takes no pushes; polling goes on whatever hubs do.
"""

from __future__ import annotations

import json
import secrets
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

import structlog

from bot.core.codec import dumps, loads
from bot.core.polling.websub import LEASE, PUSH_FACT, SUBSCRIPTION_FACT, Subscription, is_due
from bot.errors import ParseError
from bot.fetch.faults import FetchFault
from bot.fetch.fetcher import HttpFetcher
from bot.fetch.hosts import HostBusy
from bot.model import Entry, Feed, FeedHealth, FeedId, FeedState, PollRecord
from bot.ports import Store, Writer

_ASKED_AT_ONCE = 5
"""Subscriptions asked for in one turn."""

_log = structlog.get_logger()


class WebSub:
    """`tick` takes pushes in and asks for subscriptions that are due. `public_url`: where hubs reach `web`."""

    def __init__(
        self,
        store: Store,
        write: Writer,
        *,
        public_url: str | None,
        clock: Callable[[], datetime],
        with_outlet: Callable[[Entry, Feed], Entry],
    ) -> None:
        self._store = store
        self._write = write
        self._public_url = (public_url or "").strip().rstrip("/")
        self._clock = clock
        self._with_outlet = with_outlet

    @property
    def is_wanted(self) -> bool:
        """Whether hubs could reach us."""
        return bool(self._public_url)

    async def tick(self, fetcher: HttpFetcher, feeds: Mapping[FeedId, Feed]) -> int:
        """Returns how many entries came in. Raises: StoreError."""
        if not self._public_url:
            return 0
        arrived = 0
        for key, text in (await self._write(self._store.facts, PUSH_FACT)).items():
            arrived += await self._take(fetcher, feeds, key, text)
        await self._subscribe(fetcher, feeds)
        return arrived

    async def _take(self, fetcher: HttpFetcher, feeds: Mapping[FeedId, Feed], key: str, text: str) -> int:
        push = json.loads(text)
        feed = feeds.get(FeedId(push["feed"]))
        state = (await self._write(self._store.feed_states)).get(FeedId(push["feed"]))
        entries: tuple[Entry, ...] = ()
        if feed is not None and state is not None and (state.has_baseline or state.empty_since_at is not None):
            try:
                parsed = await fetcher.parser.read(
                    b64decode(push["body"]),
                    url=feed.url,
                    headers={"content-type": push.get("type", "")},
                    seen_at=self._clock(),
                    before=state.fingerprints,
                )
                entries = tuple(self._with_outlet(entry, feed) for entry in parsed.feed.entries)
            except ParseError as error:
                _log.warning("push_unreadable", feed=feed.id, error=str(error))
        await self._write(self._keep, key, push["feed"], entries)
        _log.info("push_taken", feed=push["feed"], entries=len(entries))
        return len(entries)

    def _keep(self, key: str, feed: str, entries: tuple[Entry, ...]) -> None:
        """On the writer thread: entries into the inbox beside the state as it stands, then the push is done."""
        state = self._store.feed_states().get(FeedId(feed))
        if entries and state is not None:
            self._store.record_polls([PollRecord(state=state, entries=entries)])
        self._store.save_facts({key: None})

    async def _subscribe(self, fetcher: HttpFetcher, feeds: Mapping[FeedId, Feed]) -> None:
        now = self._clock()
        states = await self._write(self._store.feed_states)
        subscriptions = {
            subscription.feed: subscription
            for text in (await self._write(self._store.facts, SUBSCRIPTION_FACT)).values()
            for subscription in (loads(Subscription, text),)
        }
        asked = 0
        for feed in feeds.values():
            offer = _hub_of(feed, states.get(feed.id))
            if offer is None or not is_due(subscriptions.get(str(feed.id)), *offer, now):
                continue
            await self._ask(fetcher, feed, subscriptions.get(str(feed.id)), *offer)
            asked += 1
            if asked == _ASKED_AT_ONCE:
                return

    async def _ask(self, fetcher: HttpFetcher, feed: Feed, old: Subscription | None, topic: str, hub: str) -> None:
        now = self._clock()
        if old is not None and (old.topic, old.hub) == (topic, hub):
            new = replace(old, asked_at=now, tries=old.tries + 1 if old.state != "active" else 1)
        else:
            new = Subscription(
                token=secrets.token_urlsafe(24),
                feed=str(feed.id),
                topic=topic,
                hub=hub,
                secret=secrets.token_urlsafe(32),
                asked_at=now,
            )
        gone = {SUBSCRIPTION_FACT + old.token: None} if old is not None and old.token != new.token else {}
        # Kept before the hub is asked: it may call back before it answers.
        await self._write(self._store.save_facts, {SUBSCRIPTION_FACT + new.token: dumps(new), **gone})
        form = {
            "hub.mode": "subscribe",
            "hub.topic": topic,
            "hub.callback": f"{self._public_url}/websub/{new.token}",
            "hub.secret": new.secret,
            "hub.lease_seconds": str(int(LEASE.total_seconds())),
        }
        try:
            status = await fetcher.client.post(hub, form)
        except (FetchFault, HostBusy) as fault:
            _log.warning("subscription_refused", feed=feed.id, hub=hub, error=str(fault))
            return
        if status // 100 != 2:
            _log.warning("subscription_refused", feed=feed.id, hub=hub, status=status)
        else:
            _log.info("subscription_asked", feed=feed.id, hub=hub)


def _hub_of(feed: Feed, state: FeedState | None) -> tuple[str, str] | None:
    """(topic, hub) that a feed's document names, where it is read and needs no headers of its own."""
    if state is None or state.health is not FeedHealth.OK or feed.headers:
        return None
    return (state.hub.topic or state.url, state.hub.hub) if state.hub is not None else None
