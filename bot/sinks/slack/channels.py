"""A channel as rules.yaml names it (`#name`, an id, a person's id) → Slack's id of it.

A person stands for the conversation of the app with that person alone, which Slack opens when it is asked to. What was
learnt is kept in the store as facts (`slack_channel:#name`), so that a restart can settle at once.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.errors import SinkError
from bot.sinks.slack.answers import Refused, fix_of, strange
from bot.sinks.slack.calls import SlackCalls
from bot.sinks.slack.outbox import Outbox

_FACT = "slack_channel:"
_ASK_AGAIN = 600.0
"""Seconds. Listing channels is slow (tier 2), and a post needs no id: a name that is not there is not asked for before
each post."""
_ID = re.compile(r"^[CGD][A-Z0-9]{2,}$")
_PERSON = re.compile(r"^[UW][A-Z0-9]{2,}$")


class Unreadable(SinkError):
    """The history cannot be read as things are: a scope, a membership or the channel's id is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackChannel:
    """A channel that the app can see."""

    id: str
    is_member: bool
    is_archived: bool


async def list_channels(calls: SlackCalls) -> Mapping[str, SlackChannel]:
    """Every channel that the app can see, by its name in lower case. Raises SinkError."""
    channels: dict[str, SlackChannel] = {}
    arguments = {"types": "public_channel,private_channel", "limit": "1000"}
    async for page in calls.pages("conversations.list", arguments, _listed):
        for name, channel in page:
            if name not in channels or channels[name].is_archived:
                channels[name] = channel
    return channels


def _listed(answer: Mapping[str, Any]) -> list[tuple[str, SlackChannel]]:
    """Raises Unclear."""
    listing = answer.get("channels")
    if not isinstance(listing, list) or not all(isinstance(listed, Mapping) for listed in listing):
        raise strange("conversations.list", "no channels, not even none")
    return [
        (
            str(listed.get("name", "")).lower(),
            SlackChannel(
                id=str(listed.get("id", "")),
                is_member=bool(listed.get("is_member")),
                is_archived=bool(listed.get("is_archived")),
            ),
        )
        for listed in listing
    ]


def is_person(address: str) -> bool:
    """Whether messages to `address` go to one person directly."""
    return _PERSON.match(address) is not None


async def open_conversation(calls: SlackCalls, person: str) -> str:
    """The id of the app's conversation with a person; nothing is posted. Raises SinkError."""
    answer = await calls.call("conversations.open", {"users": person})
    channel = answer.get("channel")
    channel_id = str(channel.get("id") or "") if isinstance(channel, Mapping) else ""
    if not _ID.match(channel_id):
        raise Unreadable(f"Slack opened no conversation with {person}")
    return channel_id


class ChannelIds:
    """Ids of channels, as far as they are known."""

    def __init__(self, calls: SlackCalls) -> None:
        self._calls = calls
        self._ids: dict[str, str] = {}
        self._listing = asyncio.Lock()
        self._listed: Mapping[str, SlackChannel] = {}
        self._listed_at = 0.0
        self._missing_until: dict[str, float] = {}

    async def prepare(self, address: str, outbox: Outbox) -> None:
        """Makes sure that the id of `address` is known before the first post there. Raises SinkError."""
        now = asyncio.get_running_loop().time()
        if _ID.match(address) or address in self._ids or now < self._missing_until.get(address, 0.0):
            return
        try:
            await self.find(address, outbox)
        except Unreadable:
            self._missing_until[address] = now + _ASK_AGAIN
            raise

    async def find(self, address: str, outbox: Outbox) -> str:
        """The id of `#name`, or of the conversation with a person. Raises Unreadable, or what Slack's answer raised."""
        if _ID.match(address):
            return address
        if address in self._ids:
            return self._ids[address]
        learnt = await outbox.write(outbox.store.get_fact, _FACT + address)
        if learnt is not None:
            self._ids[address] = learnt
            return learnt
        return await self.find_anew(address, outbox, float("inf"))

    async def find_anew(self, address: str, outbox: Outbox, max_age: float | None = None) -> str:
        """The id that `#name` has now, whatever it had before. Raises as `find`.

        Args:
            max_age: of the listing of channels, in seconds; None: whoever asks has waited until an unclear call is
                settled, so a listing that is younger than that serves all who ask now.
        """
        if _ID.match(address):
            return address
        if is_person(address):
            channel_id = await open_conversation(self._calls, address)
            await self.learn(address, channel_id, outbox)
            return channel_id
        return await self._look_up(address, self._calls.pacer.pace.settle if max_age is None else max_age, outbox)

    async def _look_up(self, address: str, max_age: float, outbox: Outbox) -> str:
        name = address.lstrip("#").lower()
        loop = asyncio.get_running_loop()
        async with self._listing:
            if name not in self._listed or loop.time() - self._listed_at > max_age:
                try:
                    self._listed = await list_channels(self._calls)
                except Refused as error:
                    raise Unreadable(
                        f"the id of {address} is not known: {error}. {fix_of(error)}".strip(" .")
                    ) from None
                self._listed_at = loop.time()
        channel = self._listed.get(name)
        if channel is None or channel.is_archived:
            raise Unreadable(f"there is no channel {address} that the app can see")
        await self.learn(address, channel.id, outbox)
        return channel.id

    async def learn(self, address: str, channel_id: str, outbox: Outbox) -> None:
        """Slack named the channel of a post by its id."""
        if not _ID.match(address) and _ID.match(channel_id) and self._ids.get(address) != channel_id:
            self._ids[address] = channel_id
            await outbox.write(outbox.store.save_facts, {_FACT + address: channel_id})
