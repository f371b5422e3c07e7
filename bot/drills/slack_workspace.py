"""The stand-in's workspace: channels, what was posted in them, and the Web API's methods on them.

The law: at least as strict as Slack, and by the same words: what Slack refuses is refused here, what Slack stores is
kept and can be read back.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.drills import slack_limits
from bot.sinks.slack.check import BOT_SCOPES, INTERACTIVE_SCOPES, PERSON_SCOPES

GRANTED_SCOPES = frozenset((*BOT_SCOPES, *PERSON_SCOPES, *INTERACTIVE_SCOPES))
"""What an installed app has, unless a test takes some of it away."""
_NEEDED = {
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "chat.delete": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "conversations.history": ("channels:history", "groups:history"),
    "conversations.replies": ("channels:history", "groups:history"),
    "conversations.list": ("channels:read", "groups:read"),
    "conversations.open": ("im:write",),
}
_BOT_USER = "U0WIREWATCH"
_Answer = dict[str, Any]


class _Refusal(Exception):
    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


@dataclass(slots=True)
class StandInChannel:
    """A conversation, with what was posted into it, oldest first."""

    id: str
    name: str
    private: bool = False
    person: str = ""
    """Whose conversation with the app it is; nothing: a channel."""
    archived: bool = False
    member: bool = True
    error: str | None = None
    """Slack's word by which every post and edit here is refused (`no_permission`, `restricted_action` …)."""
    is_closed_to_edits: bool = False
    """The workspace lets no message be edited: `edit_window_closed`, of edits alone."""
    messages: list[dict[str, Any]] = field(default_factory=list)
    deleted: set[str] = field(default_factory=set)
    """`ts` of the messages that somebody deleted."""

    def delete(self, ts: str) -> None:
        self.messages[:] = [message for message in self.messages if message["ts"] != ts]
        self.deleted.add(ts)

    def top_level(self) -> list[dict[str, Any]]:
        """Messages that stand in the channel itself, not in a thread."""
        return [message for message in self.messages if "thread_ts" not in message]


class Workspace:
    """What Slack keeps, and says about it."""

    def __init__(self, *, clock: Callable[[], datetime], scopes: frozenset[str], rate: float, limit: int) -> None:
        self.channels: dict[str, StandInChannel] = {}
        self.scopes = scopes
        self.rate = rate
        """Seconds: a post that follows the last one in its channel sooner is refused (429)."""
        self.limit = limit
        """What a message's blocks may weigh together (see `slack_limits.weight`)."""
        self.token_error: str | None = None
        """Set to `token_revoked` and the like: every call is refused so."""
        self.problems: list[str] = []
        """Everything that was refused as malformed."""
        self.pages: list[str] = []
        """Everybody who was called by a message."""
        self.too_long = 0
        """How often a message was refused for its weight."""
        self.locks_threads = False
        """Nobody may answer in threads: replies are refused, new messages are not."""
        self.of_organisation = False
        """Whether the token is that of an organisation of several workspaces."""
        self.page_size = 1000
        """Slack puts no more on a page, whatever was asked for, and often fewer."""
        self.pages_by_time = False
        """Messages come in pages without a cursor: only `has_more` says that there are others."""
        self.forgets_cursors = False
        """A cursor is no longer valid when it is used."""
        self.limited = 0
        """How often 429 was said because a post came too soon."""
        self.metadata_shown: Callable[[Any], Any] = lambda metadata: metadata
        """What the history shows of a message's metadata."""
        self.persons: set[str] = {"U0ANA", "U0BO"}
        """Who can be written to directly, once the conversation is open."""
        self.views: list[dict[str, Any]] = []
        """Every view opened, updated or published, in order."""
        self.ephemerals: list[dict[str, Any]] = []
        self._clock = clock
        self._numbers = itertools.count(1)
        self._last_post: dict[str, float] = {}
        self._methods: Mapping[str, Callable[[Mapping[str, Any]], _Answer]] = {
            "auth.test": self._auth_test,
            "chat.postMessage": self._post_message,
            "chat.update": self._update,
            "chat.delete": self._delete,
            "chat.postEphemeral": self._post_ephemeral,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "conversations.list": self._list,
            "conversations.open": self._open,
            "views.open": lambda arguments: self._view(arguments, "open"),
            "views.update": lambda arguments: self._view(arguments, "update"),
            "views.publish": lambda arguments: self._view(arguments, "publish"),
        }

    def add_channel(self, name: str, channel_id: str, **more: Any) -> StandInChannel:
        """`name` without #."""
        channel = StandInChannel(id=channel_id, name=name.lstrip("#"), **more)
        self.channels[channel_id] = channel
        return channel

    def channel(self, name: str) -> StandInChannel:
        """By name (with or without #) or id. Raises KeyError."""
        channel = self._by_id_or_name(name)
        if channel is None:
            raise KeyError(name)
        return channel

    def call(self, method: str, arguments: Mapping[str, Any]) -> _Answer:
        """What Slack answers to a call with the bot's token."""
        needed = _NEEDED.get(method, ())
        if needed and not self.scopes.intersection(needed):
            return refused_answer("missing_scope") | {"needed": needed[0], "provided": ",".join(sorted(self.scopes))}
        if method not in self._methods:
            return refused_answer("unknown_method")
        try:
            return self._methods[method](arguments)
        except _Refusal as refusal:
            return refused_answer(refusal.word)

    def _auth_test(self, arguments: Mapping[str, Any]) -> _Answer:
        user = {"user": "wirewatch", "user_id": _BOT_USER, "bot_id": "B0"}
        return {"ok": True, "team": "Stand-in", "team_id": "T0STANDIN", **user}

    # --- messages ---

    def _post_message(self, arguments: Mapping[str, Any]) -> _Answer:
        channel = self._target(arguments)
        self._check_content(arguments)
        thread = arguments.get("thread_ts")
        if thread in channel.deleted:
            # Slack posts a reply to a message that was deleted into the channel.
            thread = None
        if thread and not any(message["ts"] == thread for message in channel.messages):
            raise _Refusal("thread_not_found")
        if thread and self.locks_threads:
            raise _Refusal("restricted_action_thread_locked")
        now = asyncio.get_running_loop().time()
        if self.rate and now - self._last_post.get(channel.id, -1e9) < self.rate:
            self.limited += 1
            raise _Refusal("ratelimited")
        self._last_post[channel.id] = now
        message = {
            "type": "message",
            "user": _BOT_USER,
            "ts": self._new_ts(),
            **{key: arguments[key] for key in ("text", "blocks", "metadata") if arguments.get(key)},
            **({"thread_ts": thread} if thread else {}),
        }
        channel.messages.append(message)
        self.pages += slack_limits.called_people(arguments.get("text"), arguments.get("blocks"))
        return {"ok": True, "channel": channel.id, "ts": message["ts"], "message": message}

    def _update(self, arguments: Mapping[str, Any]) -> _Answer:
        channel = self._target(arguments, by_id=True)
        self._check_content(arguments)
        if channel.is_closed_to_edits:
            raise _Refusal("edit_window_closed")
        for message in channel.messages:
            if message["ts"] == arguments.get("ts"):
                message |= {key: arguments[key] for key in ("text", "blocks", "metadata") if key in arguments}
                message["edited"] = {"user": _BOT_USER, "ts": self._new_ts()}
                return {"ok": True, "channel": channel.id, "ts": message["ts"], "text": message.get("text", "")}
        raise _Refusal("message_not_found")

    def _delete(self, arguments: Mapping[str, Any]) -> _Answer:
        channel = self._target(arguments, by_id=True)
        ts = str(arguments.get("ts"))
        if all(message["ts"] != ts for message in channel.messages):
            raise _Refusal("message_not_found")
        channel.delete(ts)
        return {"ok": True, "channel": channel.id, "ts": ts}

    def _post_ephemeral(self, arguments: Mapping[str, Any]) -> _Answer:
        self._target(arguments)
        self._check_content(arguments)
        self.ephemerals.append(dict(arguments))
        return {"ok": True, "message_ts": self._new_ts()}

    # --- conversations ---

    def _history(self, arguments: Mapping[str, Any]) -> _Answer:
        channel = self._target(arguments, by_id=True, posting=False)
        if channel.person and "im:history" not in self.scopes:
            raise _Refusal("missing_scope")
        return self._message_page(list(reversed(channel.top_level())), arguments)

    def _replies(self, arguments: Mapping[str, Any]) -> _Answer:
        channel = self._target(arguments, by_id=True, posting=False)
        thread = arguments.get("ts")
        parent = [message for message in channel.messages if message["ts"] == thread]
        if not parent:
            raise _Refusal("thread_not_found")
        replies = [message for message in channel.messages if message.get("thread_ts") == thread]
        answer = self._message_page(replies, arguments)
        return answer | {"messages": parent + answer["messages"]}

    def _list(self, arguments: Mapping[str, Any]) -> _Answer:
        if self.of_organisation and "team_id" not in arguments:
            raise _Refusal("missing_argument")
        kinds = str(arguments.get("types") or "public_channel").split(",")
        channels = [
            {
                "id": channel.id,
                "name": channel.name,
                "is_private": channel.private,
                "is_archived": channel.archived,
                "is_member": channel.member,
            }
            for channel in self.channels.values()
            if not channel.person
            and ("private_channel" if channel.private else "public_channel") in kinds
            and (channel.member or not channel.private)
            and not (channel.archived and str(arguments.get("exclude_archived")) == "true")
        ]
        page, following = self._page(channels, arguments)
        return {"ok": True, "channels": page, "response_metadata": {"next_cursor": following}}

    def _open(self, arguments: Mapping[str, Any]) -> _Answer:
        person = str(arguments.get("users") or "")
        if person not in self.persons:
            raise _Refusal("user_not_found")
        channel_id = "D" + person.removeprefix("U")
        if channel_id not in self.channels:
            self.add_channel(f"@{person}", channel_id, person=person, private=True)
        return {"ok": True, "channel": {"id": channel_id}}

    # --- views ---

    def _view(self, arguments: Mapping[str, Any], how: str) -> _Answer:
        view = arguments.get("view")
        if not isinstance(view, Mapping):
            return refused_answer("invalid_arguments")
        problems = slack_limits.block_problems(view.get("blocks"), view=True)
        if view.get("type") == "modal" and len(str(dict(view.get("title") or {}).get("text", ""))) not in range(1, 25):
            problems.append("a modal's title has 1 to 24 characters")
        if problems:
            self.problems += problems
            return refused_answer("invalid_blocks") | {"response_metadata": {"messages": problems}}
        view_id = str(arguments.get("view_id") or f"V{next(self._numbers):09d}")
        self.views.append({"how": how, "id": view_id, "user": arguments.get("user_id"), "view": dict(view)})
        return {"ok": True, "view": {"id": view_id, "hash": str(len(self.views)), **view}}

    # --- what calls have in common ---

    def _by_id_or_name(self, name: str) -> StandInChannel | None:
        of_name = name.lstrip("#")
        named = (channel for channel in self.channels.values() if channel.name == of_name and not channel.person)
        return self.channels.get(name) or next(named, None)

    def _target(self, arguments: Mapping[str, Any], by_id: bool = False, posting: bool = True) -> StandInChannel:
        """The channel of a call. Raises _Refusal."""
        name = str(arguments.get("channel") or "")
        if name in self.persons and posting and not by_id:
            name = self._open({"users": name})["channel"]["id"]  # Slack opens the app's conversation with the person
        channel = self.channels.get(name) if by_id else self._by_id_or_name(name)
        if channel is None or (channel.private and not channel.member):
            raise _Refusal("channel_not_found")
        if channel.archived and posting:
            raise _Refusal("is_archived")
        if channel.error is not None and posting:
            raise _Refusal(channel.error)
        if not channel.member and not (posting and "chat:write.public" in self.scopes):
            raise _Refusal("not_in_channel")
        return channel

    def _check_content(self, arguments: Mapping[str, Any]) -> None:
        """Raises _Refusal for a message that Slack would not take."""
        word, problems = slack_limits.content_problem(arguments, self.limit)
        self.problems += problems
        self.too_long += word == "msg_blocks_too_long"
        if word is not None:
            raise _Refusal(word)

    def _message_page(self, messages: list[dict[str, Any]], arguments: Mapping[str, Any]) -> _Answer:
        oldest, latest = float(arguments.get("oldest") or 0), float(arguments.get("latest") or "inf")
        chosen = [message for message in messages if oldest <= float(message["ts"]) <= latest]
        if str(arguments.get("include_all_metadata", "")).lower() not in ("true", "1"):
            chosen = [{key: value for key, value in message.items() if key != "metadata"} for message in chosen]
        chosen = [
            message | {"metadata": self.metadata_shown(message["metadata"])} if "metadata" in message else message
            for message in chosen
        ]
        page, following = self._page(chosen, arguments)
        place = {} if self.pages_by_time else {"response_metadata": {"next_cursor": following}}
        return {"ok": True, "messages": page, "has_more": bool(following), **place}

    def _page(self, rows: list[dict[str, Any]], arguments: Mapping[str, Any]) -> tuple[list[dict[str, Any]], str]:
        """(the rows that the call asked for, the cursor of the next page or nothing)."""
        if self.forgets_cursors and "cursor" in arguments:
            raise _Refusal("invalid_cursor")
        start = int(arguments.get("cursor") or 0)
        end = start + min(int(arguments.get("limit") or 100), self.page_size)
        return rows[start:end], str(end) if end < len(rows) else ""

    def _new_ts(self) -> str:
        """Unique and rising; near the real time, as `oldest` is compared with it."""
        return f"{self._clock().timestamp():.3f}{next(self._numbers) % 1000:03d}"


def refused_answer(word: str) -> _Answer:
    """Slack's no, with its word for why."""
    return {"ok": False, "error": word}
