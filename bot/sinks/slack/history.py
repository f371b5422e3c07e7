"""A delivery key in, the `ts` of the message that carries it (or its absence) out; and `#name` to channel id.

The law: history is the only witness. A message is ours when its metadata carries our event type and the very key.
What was learnt of channels is kept in the store as facts (`slack_channel:#name`), so a restart can settle at once.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.errors import SinkError
from bot.ports import Store, Writer
from bot.sinks.slack.blocks import EVENT_TYPE
from bot.sinks.slack.calls import Refused, SlackCalls

FACT = "slack_channel:"
RESTORED_FACT = "restored_from_at"
"""Set by `store restore`: the instant of the backup. What was posted since then is looked for in the history."""
MARGIN = timedelta(seconds=120)
"""How far before the call history is read: clocks differ. Keys are unique, so reading more harms nothing."""
HOPELESS = 600.0
"""Seconds. Listing channels is slow (tier 2), and a post needs no id."""
PAGE = 200
MAX_PAGES = 50
_ID = re.compile(r"^[CGD][A-Z0-9]{2,}$")


class Unreadable(SinkError):
    """The history cannot be read as things are: a scope, a membership or the channel's id is missing."""


class SlackHistory:
    """Looks for what was posted."""

    def __init__(self, calls: SlackCalls) -> None:
        self._calls = calls
        self._ids: dict[str, str] = {}
        self._listing = asyncio.Lock()
        self._listed: dict[str, str] | None = None
        self._hopeless: dict[str, float] = {}
        """Until when a name that was not found is not asked for before each post."""
        self._since_backup: dict[tuple[str, str | None], dict[str, str]] = {}

    # --- channel ids ---

    async def learn_id(self, address: str, writer: Writer, store: Store) -> None:
        """Makes sure that the id of `address` is known before the first post there. Raises SinkError."""
        now = asyncio.get_running_loop().time()
        if _ID.match(address) or address in self._ids or now < self._hopeless.get(address, 0.0):
            return
        try:
            await self.channel_id(address, writer, store)
        except Unreadable:
            self._hopeless[address] = now + HOPELESS
            raise

    async def channel_id(self, address: str, writer: Writer, store: Store) -> str:
        """The id of `#name`. Raises Unreadable, or what the listing raised."""
        if _ID.match(address):
            return address
        if address in self._ids:
            return self._ids[address]
        known = await writer(store.get_fact, FACT + address)
        if known is not None:
            self._ids[address] = known
            return known
        async with self._listing:
            if self._listed is None or address.lstrip("#").lower() not in self._listed:
                try:
                    self._listed = await self._list()
                except Refused as error:
                    self._listed = None
                    raise Unreadable(f"the id of {address} is not known: {error}") from None
        found = self._listed.get(address.lstrip("#").lower())
        if found is None:
            raise Unreadable(f"there is no channel {address} that the app can see")
        await self.learnt(address, found, writer, store)
        return found

    async def learnt(self, address: str, channel: str, writer: Writer, store: Store) -> None:
        """Slack named the channel of a post by its id."""
        if not _ID.match(address) and _ID.match(channel) and self._ids.get(address) != channel:
            self._ids[address] = channel
            await writer(store.save_facts, {FACT + address: channel})

    async def _list(self) -> dict[str, str]:
        found: dict[str, str] = {}
        cursor = ""
        for _ in range(MAX_PAGES):
            arguments = {"types": "public_channel,private_channel", "exclude_archived": "true", "limit": "1000"}
            answer = await self._calls.call("conversations.list", arguments | ({"cursor": cursor} if cursor else {}))
            for channel in answer.get("channels") or ():
                found.setdefault(str(channel.get("name", "")).lower(), str(channel.get("id", "")))
            cursor = _cursor(answer)
            if not cursor:
                break
        return found

    # --- messages ---

    async def find(self, key: str, channel: str, since: datetime, thread: str | None = None) -> str | None:
        """The `ts` of the message with this key, posted after `since`; None: not there. Raises SinkError."""
        async for message in self._messages(channel, since, thread):
            if delivery_key(message) == key:
                return str(message.get("ts") or "") or None
        return None

    async def posted_since_backup(
        self, key: str, address: str, writer: Writer, store: Store, thread: str | None = None
    ) -> tuple[str, str] | None:
        """(channel id, ts) of a message that was posted between a backup and its restore; `thread`: of a reply there.

        Raises SinkError.
        """
        restored = await writer(store.get_fact, RESTORED_FACT)
        if restored is None:
            return None
        channel = await self.channel_id(address, writer, store)
        if (channel, thread) not in self._since_backup:
            found = {}
            async for message in self._messages(channel, datetime.fromisoformat(restored), thread):
                if made := delivery_key(message):
                    found[made] = str(message.get("ts"))
            self._since_backup[channel, thread] = found
        ts = self._since_backup[channel, thread].get(key)
        return (channel, ts) if ts is not None else None

    async def _messages(self, channel: str, since: datetime, thread: str | None) -> Any:
        oldest = f"{(since - MARGIN).timestamp():.6f}"
        arguments: dict[str, str] = {
            "channel": channel,
            "oldest": oldest,
            "inclusive": "true",
            "limit": str(PAGE),
            "include_all_metadata": "true",
        }
        method = "conversations.history"
        if thread is not None:
            method = "conversations.replies"
            arguments |= {"ts": thread}
        cursor = ""
        for _ in range(MAX_PAGES):
            answer = await self._calls.call(method, arguments | ({"cursor": cursor} if cursor else {}))
            for message in _mappings(answer.get("messages")):
                yield message
            cursor = _cursor(answer)
            if not cursor:
                return


def delivery_key(message: Mapping[str, Any]) -> str | None:
    """The key that a message of ours carries."""
    metadata = message.get("metadata")
    if not isinstance(metadata, Mapping) or metadata.get("event_type") != EVENT_TYPE:
        return None
    payload = metadata.get("event_payload")
    return str(payload.get("delivery_key")) if isinstance(payload, Mapping) else None


def _mappings(value: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, Mapping))


def _cursor(answer: Mapping[str, Any]) -> str:
    after = answer.get("response_metadata")
    return str(after.get("next_cursor") or "") if isinstance(after, Mapping) else ""
