"""A token and the channels of a rules file → findings for a person: what is missing in Slack, and how to fix it.

The law: nothing is posted here. Each finding names the variable, scope or channel at fault. No finding holds a token.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from bot.core.doctor import Finding, bad, note, ok
from bot.errors import SinkError
from bot.sinks.slack.answers import Refused, advice_of, token_fix_of
from bot.sinks.slack.calls import SlackCalls
from bot.sinks.slack.channels import SlackChannel, is_person, list_channels, open_conversation

BOT_SCOPES = ("chat:write", "channels:history", "groups:history", "channels:read", "groups:read")
"""Scopes of the bot token: posting, and settling unclear outcomes from the history of public and private channels."""
PERSON_SCOPES = ("im:write", "im:history")
"""Where messages go to persons: opening the conversation, and settling unclear outcomes there."""
INTERACTIVE_SCOPES = ("commands",)
"""With an app token: `/watch`."""
_CONVERSATION = re.compile(r"D[A-Z0-9]{7,}")
"""The id of a direct message."""
_WITHOUT = {
    "chat:write": "nothing can be posted",
    "channels:history": "whether an unclear post arrived cannot be settled in public channels",
    "groups:history": "whether an unclear post arrived cannot be settled in private channels",
    "channels:read": "public channels cannot be found by name",
    "groups:read": "private channels cannot be found by name",
    "im:write": "nothing can be sent to a person directly",
    "im:history": "whether an unclear message to a person arrived cannot be settled",
    "commands": "/watch does not answer",
}


async def check_slack(calls: SlackCalls, addresses: Iterable[str], interactive: bool = False) -> list[Finding]:
    """Token, scopes, and every channel (id or #name) or person. Never raises."""
    try:
        about, scopes = await calls.identity()
    except Refused as error:
        return [bad(f"SLACK_BOT_TOKEN: Slack refuses the token ({error.word}). " + token_fix_of(error))]
    except SinkError as error:
        return [bad(f"Slack does not answer ({error}). Check the network, a proxy, and SLACK_API_URL, if that is set.")]
    findings = [ok(f"token: {about.get('user', 'the app')} in {about.get('team', 'Slack')}")]
    wanted = list(dict.fromkeys(addresses))
    persons = [address for address in wanted if is_person(address)]
    findings += _scopes(scopes, interactive, bool(persons))
    try:
        channels = await list_channels(calls)
    except SinkError as error:
        return [*findings, bad(f"channels: they cannot be listed ({error}). {advice_of(error)}".rstrip())]
    public = "chat:write.public" in scopes
    findings += [_channel(address, channels, public) for address in wanted if not is_person(address)]
    return findings + [await _person(address, calls) for address in persons]


async def _person(address: str, calls: SlackCalls) -> Finding:
    try:
        await open_conversation(calls, address)
    except SinkError as error:
        return bad(f"person {address}: {error}. Check the id: it is in the person's profile, under Copy member ID.")
    return ok(f"person {address}: can be written to")


def _scopes(scopes: frozenset[str], interactive: bool, persons: bool) -> list[Finding]:
    needed = BOT_SCOPES + (PERSON_SCOPES if persons else ()) + (INTERACTIVE_SCOPES if interactive else ())
    missing = [scope for scope in needed if scope not in scopes]
    if not missing:
        return [ok(f"scopes: {', '.join(needed)}")]
    return [
        bad(
            f"scope {scope} is missing: {_WITHOUT[scope]}. Add it under OAuth & Permissions, Bot Token Scopes, and "
            "install the app again (`wirewatch slack manifest` prints a manifest that has them all)."
        )
        for scope in missing
    ]


def _channel(address: str, channels: Mapping[str, SlackChannel], public: bool) -> Finding:
    of_id = (channel for channel in channels.values() if channel.id == address)
    channel = channels.get(address.lstrip("#").lower()) or next(of_id, None)
    if channel is None and _CONVERSATION.fullmatch(address):
        return note(
            f"channel {address}: a conversation with a person, which no list shows. The person's id (U…) is surer."
        )
    if channel is None:
        return bad(f"channel {address}: not found. Check the name in rules.yaml; invite the app if it is private.")
    if channel.is_archived:
        return bad(f"channel {address}: archived. Unarchive it, or name another one in rules.yaml.")
    if channel.is_member:
        return ok(f"channel {address}: member")
    if public:
        return bad(
            f"channel {address}: the app can post (chat:write.public), but is no member and cannot read the "
            "history. Invite it: /invite @wirewatch"
        )
    return bad(f"channel {address}: the app is no member. Invite it: /invite @wirewatch")
