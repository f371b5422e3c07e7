"""WebSub, cases 49 and 50: a hub's stand-in, the real callback, a real store."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qs

import aiohttp
import pytest
from aiohttp import web

from bot import pipeline
from bot.app import Environment, clock
from bot.core.codec import loads
from bot.core.polling import first_state
from bot.core.polling.websub import Subscription, is_due, is_signed, links_in_header
from bot.fetch import ParserPool
from bot.fetch.websub import WebSub
from bot.model import Feed, PollRecord
from bot.store import SqlStore, open_store
from bot.web import make_app
from bot.web.websub import routes
from tests.builders import rss, rss_item
from tests.fetch.conftest import NOON, Poller, poller
from tests.fetch.hostile import Hostile, answer, status

T = TypeVar("T")


async def write(call: Callable[..., T], /, *args: object, **kwargs: object) -> T:
    return call(*args, **kwargs)


class Subscriber:
    """A store, a feed that has been polled once, the callback's server, and the worker's side."""

    def __init__(self, store: SqlStore, poller: Poller, feed: Feed, base: str) -> None:
        self.store, self.poller, self.feed, self.base = store, poller, feed, base
        self.websub = WebSub(store, write, public_url=base, clock=lambda: poller.now, with_outlet=pipeline.with_outlet)

    async def tick(self) -> int:
        return await self.websub.tick(self.poller.fetcher, {self.feed.id: self.feed})

    def subscription(self) -> Subscription:
        (text,) = self.store.facts("websub:sub:").values()
        return loads(Subscription, text)

    def inbox(self) -> list[str]:
        return [row.entry.title for row in self.store.inbox(100)]


@pytest.fixture
async def subscriber(tmp_path: Path, parsers: ParserPool, server: Hostile) -> AsyncIterator[Subscriber]:
    head = f'<title>News</title><link xmlns="http://www.w3.org/2005/Atom" rel="hub" href="{server.url("/hub")}"/>'
    url = server.serve("/feed", answer(rss(rss_item(1), head=head), f'Link: <{server.url("/feed")}>; rel="self"'))
    server.serve("/hub", status(202))
    store = open_store(tmp_path / "wirewatch.db")
    store.migrate()
    async with poller(parsers) as polls:
        feed = polls.feed(url)
        record = await polls.fetcher.poll(feed, first_state(feed, polls.now, polls.fetcher.settings.fetch), polls.now)
        store.add_feeds([record.state])
        store.record_polls([PollRecord(state=record.state)])
        environment = Environment.read({"STATE_DIR": str(tmp_path)})
        runner = web.AppRunner(make_app(environment, routes(environment)))
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        yield Subscriber(store, polls, feed, f"http://127.0.0.1:{port}")
        await runner.cleanup()
    store.close()


async def confirm(subscriber: Subscriber, server: Hostile, lease: int = 3_600) -> str:
    """The hub's part: asks back as it was asked. Returns the callback."""
    form = {name: values[0] for name, values in parse_qs(server.requests("/hub")[-1].body.decode()).items()}
    query = {
        "hub.mode": "subscribe",
        "hub.topic": form["hub.topic"],
        "hub.challenge": "c-123",
        "hub.lease_seconds": str(lease),
    }
    async with aiohttp.ClientSession() as session, session.get(form["hub.callback"], params=query) as reply:
        assert (reply.status, await reply.text()) == (200, "c-123")
    return form["hub.callback"]


async def push(callback: str, body: str, signature: str) -> int:
    headers = {"X-Hub-Signature": signature, "Content-Type": "application/rss+xml"}
    async with aiohttp.ClientSession() as session, session.post(callback, data=body.encode(), headers=headers) as reply:
        return reply.status


def signed(body: str, secret: str, method: str = "sha256") -> str:
    return f"{method}={hmac.new(secret.encode(), body.encode(), getattr(hashlib, method)).hexdigest()}"


async def test_subscribe_confirm_push(subscriber: Subscriber, server: Hostile) -> None:
    await subscriber.tick()
    form = parse_qs(server.requests("/hub")[0].body.decode())
    assert form["hub.mode"] == ["subscribe"]
    assert form["hub.topic"] == [server.url("/feed")]
    assert subscriber.subscription().state == "asked"
    callback = await confirm(subscriber, server)
    assert subscriber.subscription().state == "active"
    before = subscriber.store.feed_states()[subscriber.feed.id]
    body = rss(rss_item(7), rss_item(1))
    assert await push(callback, body, signed(body, form["hub.secret"][0])) == 202
    assert await subscriber.tick() == 1
    assert subscriber.inbox() == ["Story 7"]
    assert subscriber.store.feed_states()[subscriber.feed.id] == before
    assert await subscriber.tick() == 0
    assert len(server.requests("/hub")) == 1


async def test_case_49_a_push_with_a_bad_signature_is_ignored(subscriber: Subscriber, server: Hostile) -> None:
    await subscriber.tick()
    callback = await confirm(subscriber, server)
    body = rss(rss_item(7))
    for signature in (
        "",
        "sha256=00",
        signed(body, "guess"),
        signed(body + " ", subscriber.subscription().secret),
        "md5=1",
    ):
        assert await push(callback, body, signature) == 202
    assert await subscriber.tick() == 0
    assert subscriber.inbox() == []


async def test_case_50_a_lease_that_is_lost_is_asked_for_again_and_polling_never_stopped(
    subscriber: Subscriber, server: Hostile
) -> None:
    await subscriber.tick()
    await confirm(subscriber, server, lease=3_600)
    due = subscriber.store.feed_states()[subscriber.feed.id].next_due_at
    subscriber.poller.now = clock() + timedelta(hours=2)
    await subscriber.tick()
    assert len(server.requests("/hub")) == 2
    assert subscriber.store.feed_states()[subscriber.feed.id].next_due_at == due
    server.serve("/feed", answer(rss(rss_item(8), rss_item(1))))
    record = await subscriber.poller.fetcher.poll(
        subscriber.feed, subscriber.store.feed_states()[subscriber.feed.id], subscriber.poller.now
    )
    assert [entry.title for entry in record.entries] == ["Story 8"]


async def test_a_hub_that_refuses_is_asked_again_later(subscriber: Subscriber, server: Hostile) -> None:
    server.serve("/hub", status(500))
    await subscriber.tick()
    await subscriber.tick()
    assert len(server.requests("/hub")) == 1
    subscriber.poller.now += timedelta(hours=2)
    await subscriber.tick()
    assert len(server.requests("/hub")) == 2


@pytest.mark.parametrize(
    "mode, topic, token", [("subscribe", "other", None), ("unsubscribe", None, None), ("subscribe", None, "guessed")]
)
async def test_what_was_not_asked_for_is_not_confirmed(
    subscriber: Subscriber, server: Hostile, mode: str, topic: str | None, token: str | None
) -> None:
    await subscriber.tick()
    query = {"hub.mode": mode, "hub.topic": topic or subscriber.subscription().topic, "hub.challenge": "x"}
    address = f"{subscriber.base}/websub/{token or subscriber.subscription().token}"
    async with aiohttp.ClientSession() as session, session.get(address, params=query) as reply:
        assert reply.status == 404
    assert subscriber.subscription().state == "asked"


async def test_a_push_to_an_unknown_callback_is_gone(subscriber: Subscriber) -> None:
    assert await push(f"{subscriber.base}/websub/guessed", "x", "sha256=00") == 410


async def test_a_push_that_is_packed_wrongly_is_no_fault_of_ours(subscriber: Subscriber) -> None:
    """Anybody may ask there: each such request was a fault in the log, and in Sentry."""
    headers, callback = {"Content-Encoding": "deflate"}, f"{subscriber.base}/websub/guessed"
    async with aiohttp.ClientSession() as session, session.post(callback, data=b"none", headers=headers) as reply:
        assert reply.status == 400


async def test_without_a_public_address_nothing_is_asked(subscriber: Subscriber, server: Hostile) -> None:
    quiet = WebSub(subscriber.store, write, public_url=None, clock=clock, with_outlet=pipeline.with_outlet)
    assert not quiet.is_wanted
    assert await quiet.tick(subscriber.poller.fetcher, {subscriber.feed.id: subscriber.feed}) == 0
    assert not server.requests("/hub")


def test_signatures() -> None:
    assert all(is_signed(b"x", signed("x", "k", method), "k") for method in ("sha1", "sha256", "sha384", "sha512"))
    assert not any(is_signed(b"x", header, "k") for header in ("", "sha256", "sha256=", "md5=abc", "=", "sha256=ü"))


def test_link_headers() -> None:
    header = '<https://hub.example/>; rel="hub", </feed>; rel=self, <x>; title="a,b"; rel="next prefetch"'
    header += ", <ftp://x>; rel=hub"
    links = links_in_header(header, "https://news.example/a/b")
    assert links["hub"] == ("https://hub.example/",)
    assert links["self"] == ("https://news.example/feed",)
    assert links["prefetch"] == ("https://news.example/a/x",)


def test_a_lease_is_renewed_before_it_ends() -> None:
    active = Subscription(
        token="t", feed="f", topic="T", hub="H", secret="s", state="active", asked_at=NOON,
        lease_until_at=NOON + timedelta(days=10),
    )  # fmt: skip
    assert not is_due(active, "T", "H", NOON + timedelta(days=7))
    assert is_due(active, "T", "H", NOON + timedelta(days=8, minutes=1))
    assert is_due(active, "T2", "H", NOON)
    assert is_due(None, "T", "H", NOON)
    asked = replace(active, state="asked", lease_until_at=None, tries=3)
    assert not is_due(asked, "T", "H", NOON + timedelta(hours=3))
    assert is_due(asked, "T", "H", NOON + timedelta(hours=4))
