"""What hubs ask and send → answers (WebSub §5.3, §7). Mounted below `/websub/`, open to everybody.

The law: only a subscription that the worker asked for is confirmed; a push with a wrong signature gets the same answer
as a right one and is dropped; a right one is handed to the worker through the store.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from base64 import b64encode
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import structlog
from aiohttp import web

from bot.app import Environment, clock, open_environment_store
from bot.core.codec import dumps, loads
from bot.core.polling.websub import LEASE, PUSH_FACT, SUBSCRIPTION_FACT, Subscription, is_signed
from bot.errors import StoreError

_MAX_BODY = 5_000_000
"""Bytes that a hub may push; larger documents are fetched."""
_MAX_WAITING = 200
"""Pushes that may wait for the worker; polling brings what is refused."""

log = structlog.get_logger()


def routes(environment: Environment) -> list[web.AbstractRouteDef]:
    """The callback's routes, for `make_app`."""

    async def verify(request: web.Request) -> web.Response:
        status, text = await asyncio.to_thread(_verify, environment, request.match_info["token"], request.query)
        return web.Response(status=status, text=text, content_type="text/plain")

    async def receive(request: web.Request) -> web.Response:
        body = bytearray()
        try:
            async for chunk in request.content.iter_chunked(65_536):
                body += chunk
                if len(body) > _MAX_BODY:
                    return web.Response(status=413)
        except web.RequestPayloadError:  # anybody may ask here: what is packed wrongly is no fault of ours
            return web.Response(status=400)
        status = await asyncio.to_thread(
            _receive,
            environment,
            request.match_info["token"],
            bytes(body),
            request.headers.get("X-Hub-Signature", ""),
            request.headers.get("Content-Type", ""),
        )
        return web.Response(status=status)

    return [web.get("/websub/{token}", verify, allow_head=False), web.post("/websub/{token}", receive)]


def _verify(environment: Environment, token: str, query: Mapping[str, str]) -> tuple[int, str]:
    """The answer to a hub that asks whether we meant it."""
    try:
        with closing(open_environment_store(environment)) as store:
            text = store.get_fact(SUBSCRIPTION_FACT + token)
            subscription = loads(Subscription, text) if text else None
            if subscription is None or query.get("hub.topic", "") != subscription.topic:
                return 404, "no such subscription\n"
            now = clock()
            if query.get("hub.mode") == "denied":
                store.save_facts({SUBSCRIPTION_FACT + token: dumps(replace(subscription, state="denied"))})
                log.warning("subscription_denied", feed=subscription.feed, hub=subscription.hub)
                return 200, ""
            if query.get("hub.mode") != "subscribe" or not query.get("hub.challenge"):
                return 404, "not asked for\n"
            digits = query.get("hub.lease_seconds", "")
            lease = timedelta(seconds=min(int(digits), 10**8)) if digits.isdecimal() and len(digits) < 12 else LEASE
            active = replace(subscription, state="active", asked_at=now, lease_until_at=now + lease, tries=1)
            store.save_facts({SUBSCRIPTION_FACT + token: dumps(active)})
            log.info("subscription_active", feed=subscription.feed, until=(now + lease).isoformat(timespec="seconds"))
            return 200, query["hub.challenge"]
    except StoreError as error:
        log.error("subscription_unkept", error=str(error))
        return 503, ""


def _receive(environment: Environment, token: str, body: bytes, signature: str, kind: str) -> int:
    """The status for a push."""
    try:
        with closing(open_environment_store(environment)) as store:
            text = store.get_fact(SUBSCRIPTION_FACT + token)
            if text is None:
                return 410
            subscription = loads(Subscription, text)
            if not is_signed(body, signature, subscription.secret):
                log.warning("push_ignored", feed=subscription.feed, why="its signature is not ours")
                return 202
            if len(store.facts(PUSH_FACT)) >= _MAX_WAITING:
                return 503
            push = {"feed": subscription.feed, "type": kind[:200], "body": b64encode(body).decode("ascii")}
            key = f"{PUSH_FACT}{clock().isoformat(timespec='microseconds')}:{secrets.token_hex(4)}"
            store.save_facts({key: json.dumps(push)})
            return 202
    except StoreError as error:
        log.error("push_unkept", error=str(error))
        return 503
