"""Link headers, signatures, and when to subscribe: WebSub (W3C Recommendation, 2018), the pure part.

The law: a push without a right signature is nothing; a subscription is asked for again well before its lease ends, and
its absence costs nothing, for polling goes on as ever.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urljoin

SUBSCRIPTION_FACT = "websub:sub:"
"""Prefix of the facts that hold subscriptions, one a token."""
PUSH_FACT = "websub:push:"
"""Prefix of the facts that hold bodies which hubs sent with a right signature."""
LEASE = timedelta(days=10)
"""Asked for; hubs decide."""
_RENEW_SHARE = 0.8
"""Of a lease: when it is renewed."""
_RETRY_FIRST = timedelta(hours=1)
"""The first wait after a hub's refusal; each later one is twice as long."""
_RETRY_MOST = timedelta(days=1)
"""Between two requests to a hub that does not confirm: from the first to the longest wait."""
_ALGORITHMS = ("sha1", "sha256", "sha384", "sha512")
_LINK = re.compile(r"<([^<>]*)>((?:\s*;\s*[\w*]+\s*=\s*(?:\"[^\"]*\"|[^\s\";,]+))*)")
_REL = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s\";,]+))", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What is kept of one feed's subscription. `token` is the last part of its callback url."""

    token: str
    feed: str
    topic: str
    hub: str
    secret: str
    state: str = "asked"
    """`asked`, `active` or `denied`."""
    asked_at: datetime
    lease_until_at: datetime | None = None
    tries: int = 1


def links_in_header(header: str, base: str) -> Mapping[str, tuple[str, ...]]:
    """The URLs of an HTTP Link header (RFC 8288) by relation."""
    links: dict[str, tuple[str, ...]] = {}
    for match in _LINK.finditer(header[:8_000]):
        rel = _REL.search(match[2])
        for name in (rel[1] or rel[2] or "").lower().split() if rel else ():
            try:
                url = urljoin(base, match[1].strip())
            except ValueError:
                continue
            if url.startswith(("http://", "https://")):
                links[name] = (*links.get(name, ()), url)
    return links


def is_signed(body: bytes, header: str, secret: str) -> bool:
    """Whether X-Hub-Signature (`method=hex`) is that of `body` under `secret`."""
    method, _, signature = header.strip().partition("=")
    method = method.strip().lower()
    if method not in _ALGORITHMS:
        return False
    expected = hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.strip().lower().encode("utf-8", "replace"))


def is_due(subscription: Subscription | None, topic: str, hub: str, now: datetime) -> bool:
    """Whether to ask the hub (again): never asked, another topic, a lease that ends, an answer that never came."""
    if subscription is None or (subscription.topic, subscription.hub) != (topic, hub):
        return True
    if subscription.state == "active" and subscription.lease_until_at is not None:
        if now >= subscription.lease_until_at:
            return True
        granted = subscription.lease_until_at - subscription.asked_at
        return bool(now >= subscription.asked_at + granted * _RENEW_SHARE)
    wait = min(_RETRY_FIRST * 2 ** min(subscription.tries - 1, 10), _RETRY_MOST)
    return bool(now >= subscription.asked_at + wait)
