"""A delivery key → the `ts` of the message that carries it, or its absence.

The law: history is the only witness. A message is ours when its metadata, or the id of its first block, carry the very
key.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.ports import RESTORED_FROM
from bot.sinks.slack.answers import Refused, strange
from bot.sinks.slack.calls import SlackCalls
from bot.sinks.slack.channels import ChannelIds, Unreadable
from bot.sinks.slack.outbox import Outbox
from bot.sinks.slack.payload import posted_key

_MARGIN = timedelta(seconds=120)
"""How far before the call history is read: clocks differ. Keys are unique, so reading more harms nothing."""


class SlackHistory:
    def __init__(self, calls: SlackCalls, channel_ids: ChannelIds) -> None:
        self._calls = calls
        self._channel_ids = channel_ids
        self._restored_channels: dict[str, str] = {}
        self._since_backup: dict[tuple[str, str | None], dict[str, str]] = {}

    async def find(self, key: str, channel: str, since: datetime, thread: str | None = None) -> str | None:
        """The `ts` of the message with this key, posted after `since`; None: not there. Raises SinkError."""
        is_whole = True
        async for posted, ts in self._posted(channel, since, thread):
            if posted == key:
                return ts or None
            is_whole = is_whole and posted != ""
        if not is_whole:
            # Absence would be believed, and the message posted again.
            raise Unreadable("Slack holds back what the metadata of the app's messages say")
        return None

    async def is_there(self, channel: str, ts: str) -> bool:
        """Whether a message still stands in the channel: not if somebody deleted it. Raises SinkError."""
        method = "conversations.replies"
        try:
            answer = await self._calls.call(method, {"channel": channel, "ts": ts, "limit": "1"})
        except Refused as error:
            if error.is_gone:
                return False
            raise
        messages = _messages_of(method, answer)
        return any(message.get("ts") == ts and message.get("subtype") != "tombstone" for message in messages)

    async def posted_since_backup(
        self, key: str, address: str, outbox: Outbox, thread: str | None
    ) -> tuple[str, str] | None:
        """(channel id, ts) of a message that was posted between a backup and its restore; `thread`: of a reply there.

        Raises SinkError.
        """
        restored = await outbox.write(outbox.store.get_fact, RESTORED_FROM)
        if restored is None:
            return None
        if address not in self._restored_channels:
            # What the backup knows of names may be old.
            self._restored_channels[address] = await self._channel_ids.find_anew(address, outbox)
        channel = self._restored_channels[address]
        if (channel, thread) not in self._since_backup:
            self._since_backup[channel, thread] = {
                posted: ts
                async for posted, ts in self._posted(channel, datetime.fromisoformat(restored), thread)
                if posted
            }
        ts = self._since_backup[channel, thread].get(key)
        return (channel, ts) if ts is not None else None

    async def _posted(self, channel: str, since: datetime, thread: str | None) -> AsyncIterator[tuple[str | None, str]]:
        """What `posted_key` says of each message, and its `ts`."""
        arguments = {
            "channel": channel,
            "oldest": f"{(since - _MARGIN).timestamp():.6f}",
            "inclusive": "true",
            "limit": "200",
            "include_all_metadata": "true",
        }
        method = "conversations.history"
        if thread is not None:
            method = "conversations.replies"
            arguments["ts"] = thread

        def read(answer: Mapping[str, Any]) -> list[tuple[str | None, str]]:
            return [(posted_key(message), str(message.get("ts") or "")) for message in _messages_of(method, answer)]

        async for page in self._calls.pages(method, arguments, read):
            for posted in page:
                yield posted


def _messages_of(method: str, answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Raises Unclear for an answer that shows no messages, not even none, or what is no message: absence is believed,
    and sent again."""
    messages = answer.get("messages")
    if not isinstance(messages, list):
        raise strange(method, "no messages, not even none")
    if not all(isinstance(message, Mapping) and message.get("ts") for message in messages):
        raise strange(method, "messages that are none")
    return messages
