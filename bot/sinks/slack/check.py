"""A token and the channels of a rules file in, findings for a person out: what is missing in Slack, and the mend.

The law: nothing is posted here. Each finding names the variable, scope or channel at fault. No finding holds a token.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.errors import SinkError
from bot.sinks.slack.calls import Refused, SlackCalls

ALWAYS = ("chat:write", "channels:history", "groups:history", "channels:read", "groups:read")
"""Scopes of the bot token: posting, and settling unclear outcomes from the history of public and private channels."""
INTERACTIVE = ("commands",)
"""With an app token: `/watch`."""
WHY = {
    "chat:write": "nothing can be posted",
    "channels:history": "whether an unclear post arrived cannot be settled in public channels",
    "groups:history": "whether an unclear post arrived cannot be settled in private channels",
    "channels:read": "public channels cannot be found by name",
    "groups:read": "private channels cannot be found by name",
    "commands": "/watch does not answer",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`is_good`, or what is wrong and what to do."""

    is_good: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """What the app sees: name and id of each channel, and whether it is a member."""

    ids: Mapping[str, str]
    members: frozenset[str]
    archived: frozenset[str]


async def check(calls: SlackCalls, addresses: Iterable[str], interactive: bool = False) -> list[Finding]:
    """Token, scopes, and every channel (id or #name). Never raises."""
    try:
        about, scopes = await calls.identity()
    except Refused as error:
        return [
            _bad(
                f"SLACK_BOT_TOKEN: Slack refuses the token ({error.word}). Install the app in the workspace and take "
                "the Bot User OAuth Token (xoxb-…) from its page OAuth & Permissions."
            )
        ]
    except SinkError as error:
        return [_bad(f"SLACK_API_URL: Slack does not answer ({error}). Check the network, a proxy, or that address.")]
    found = [Finding(is_good=True, text=f"token: {about.get('user', 'the app')} in {about.get('team', 'Slack')}")]
    found += _scopes(scopes, interactive)
    try:
        channels = await listing(calls)
    except SinkError as error:
        return [*found, _bad(f"channels: they cannot be listed ({error}).")]
    public = "chat:write.public" in scopes
    return found + [_channel(address, channels, public) for address in dict.fromkeys(addresses)]


async def listing(calls: SlackCalls) -> Channels:
    """Every channel that the app can see. Raises SinkError."""
    ids: dict[str, str] = {}
    members: set[str] = set()
    archived: set[str] = set()
    cursor = ""
    for _ in range(50):
        arguments = {"types": "public_channel,private_channel", "limit": "1000"}
        answer = await calls.call("conversations.list", arguments | ({"cursor": cursor} if cursor else {}))
        for channel in answer.get("channels") or ():
            ids[str(channel.get("name", "")).lower()] = str(channel.get("id"))
            if channel.get("is_member"):
                members.add(str(channel.get("id")))
            if channel.get("is_archived"):
                archived.add(str(channel.get("id")))
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            break
    return Channels(ids=ids, members=frozenset(members), archived=frozenset(archived))


def _scopes(scopes: frozenset[str], interactive: bool) -> list[Finding]:
    needed = ALWAYS + (INTERACTIVE if interactive else ())
    missing = [scope for scope in needed if scope not in scopes]
    if not missing:
        return [Finding(is_good=True, text=f"scopes: {', '.join(needed)}")]
    return [
        _bad(
            f"scope {scope} is missing: {WHY[scope]}. Add it under OAuth & Permissions, Bot Token Scopes, and install "
            "the app again (`wirewatch slack manifest` prints a manifest that has them all)."
        )
        for scope in missing
    ]


def _channel(address: str, channels: Channels, public: bool) -> Finding:
    channel = channels.ids.get(address.lstrip("#").lower(), address)
    if channel not in channels.ids.values():
        return _bad(f"channel {address}: not found. Check the name in rules.yaml; invite the app if it is private.")
    if channel in channels.archived:
        return _bad(f"channel {address}: archived. Unarchive it, or name another one in rules.yaml.")
    if channel not in channels.members:
        if public:
            return _bad(
                f"channel {address}: the app can post (chat:write.public), but is no member and cannot read the "
                "history. Invite it: /invite @wirewatch"
            )
        return _bad(f"channel {address}: the app is no member. Invite it: /invite @wirewatch")
    return Finding(is_good=True, text=f"channel {address}: member")


def _bad(text: str) -> Finding:
    return Finding(is_good=False, text=text)
