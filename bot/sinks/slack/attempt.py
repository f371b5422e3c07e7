"""One outbox row → one step further: sent, settled, paused, made smaller, given up. Each step is kept first.

The law: whoever sends has first committed `sending`, alone; an unknown row is never sent again before the channel's
history was read twice, the second time 30 s after the call began or later.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.core.text.times import local_time
from bot.errors import SinkError
from bot.model import Delivery, DeliveryState, MessageKind, Notice
from bot.ports import Store, Writer
from bot.sinks.slack.calls import NotSent, RateLimited, Refused, SlackCalls, Unclear, error_text, fix_of
from bot.sinks.slack.channels import ChannelIds, Unreadable, is_person
from bot.sinks.slack.history import SlackHistory
from bot.sinks.slack.holds import Holds
from bot.sinks.slack.payload import payload
from bot.sinks.slack.queue import Queue, destination, method_of
from bot.sinks.slack.split import split_rows

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What all attempts work with."""

    calls: SlackCalls
    channel_ids: ChannelIds
    history: SlackHistory
    holds: Holds
    queue: Queue
    clock: Callable[[], datetime]
    writer: Writer
    store: Store


class Attempt:
    """One step of one row."""

    def __init__(self, row: Delivery, tools: Tools) -> None:
        self._row = row
        self._tools = tools
        self._pace = tools.calls.pacer.pace
        self._began = asyncio.get_running_loop().time()

    async def make(self) -> None:
        """Sends what waits; settles what nobody knows the outcome of."""
        if self._row.state.is_waiting:
            await self._send()
        else:
            await self._settle()

    async def _send(self) -> None:
        """pending (or paused) → sending → what came of it."""
        tools = self._tools
        target = await self._target()
        if target is None or await self._was_posted_before() or await self._has_lost_its_message(target):
            return
        row = self._row
        method = method_of(row)
        try:
            is_edit = row.kind is MessageKind.UPDATE
            await tools.calls.pacer.turn(method, None if is_edit else row.address)
        except RateLimited as error:
            await self._failed(error)
            return
        if tools.holds.is_closed or tools.holds.is_held(destination(self._row)):
            # Refused while this row stood in line.
            return
        if not await self._begin():
            return
        try:
            answer = await tools.calls.call_now(method, target | dict(row.payload))
        except SinkError as error:
            await self._failed(error)
            return
        tools.holds.accept(destination(row))
        await self._sent(str(answer.get("ts") or ""), str(answer.get("channel") or "") or None)

    async def _begin(self) -> bool:
        """pending → sending, committed; only if the store still says pending: whoever sends, sends alone."""
        store = self._tools.store
        sending = replace(
            self._row,
            state=DeliveryState.SENDING,
            started_at=await self._tools.calls.slack_time(self._now()),
            attempts=self._row.attempts + 1,
            absent=0,
        )

        def begin() -> Delivery | None:
            stored = store.delivery(sending.key)
            if stored is not None and not stored.state.is_waiting:
                return stored
            store.save_delivery(sending)
            return None

        self._tools.queue.note(sending)
        stored = await self._tools.writer(begin)
        self._row = sending if stored is None else stored
        self._tools.queue.note(self._row)
        return stored is None

    async def _settle(self) -> None:
        """A row whose outcome nobody knows: there in the history, or absent long enough to be sent again."""
        tools = self._tools
        if self._row.kind is MessageKind.UPDATE:
            # The same edit twice is the same message.
            await self._save(state=DeliveryState.PENDING, not_before_at=None)
            return
        now = self._now()
        since = self._row.started_at or self._row.created_at
        if self._row.state is DeliveryState.SENDING:
            await self._save(state=DeliveryState.UNKNOWN, error="the worker stopped during the call")
        try:
            channel, ts = await self._look(since)
        except RateLimited as error:
            await self._save(not_before_at=now + timedelta(seconds=error.after))
        except (Unreadable, Refused) as error:
            if isinstance(error, Refused) and error.is_gone and self._row.kind is MessageKind.REPLY:
                await self._give_up("its message was deleted in Slack")
            elif await self._is_token_refused(error):
                await self._save(not_before_at=now + timedelta(seconds=self._pace.token))
            else:
                await self._unsettled(error)
        except SinkError as error:
            await self._save(not_before_at=now + timedelta(seconds=self._pace.look), error=error_text(error))
        else:
            if ts is not None:
                await self._sent(ts, channel, settled=True)
            else:
                await self._absent(now, await tools.calls.slack_time(now) - since)

    async def _look(self, since: datetime) -> tuple[str, str | None]:
        """(the channel's id, the `ts` of the message there; None: absent). Raises SinkError."""
        row, tools = self._row, self._tools
        channel = row.slack_channel or await tools.channel_ids.find(row.address, tools.writer, tools.store)
        ts = await tools.history.find(row.key, channel, since, await self._thread_ts())
        if ts is None and row.absent and row.thread_of is None:
            # The name may belong to another channel by now: look there before "absent" is believed.
            with contextlib.suppress(Unreadable):
                channel_now = await tools.channel_ids.find_anew(row.address, tools.writer, tools.store)
                if channel_now != channel:
                    return channel_now, await tools.history.find(row.key, channel_now, since)
        return channel, ts

    async def _absent(self, now: datetime, since: timedelta) -> None:
        """Not in the history `since` the call began: looked for again, or sent again."""
        left = timedelta(seconds=self._pace.settle) - since
        absent = self._row.absent + 1
        if absent >= 2 and left <= timedelta(0):
            await self._save(state=DeliveryState.PENDING, absent=absent, not_before_at=None)
        else:
            again = now + max(left, timedelta(seconds=self._pace.look))
            await self._save(absent=absent, not_before_at=again)

    # --- where to ---

    async def _target(self) -> dict[str, Any] | None:
        """channel, ts and thread_ts of the call; None when the row cannot go out now (its new state is kept)."""
        row, tools = self._row, self._tools
        if row.thread_of is None and is_person(row.address):
            return await self._conversation()
        if row.thread_of is None:
            # Posting needs no id; only settling an unknown outcome does.
            with contextlib.suppress(SinkError):
                await tools.channel_ids.prepare(row.address, tools.writer, tools.store)
            return {"channel": row.address}
        parent = await self._parent()
        if parent is not None and parent.is_gone:
            await self._save(state=DeliveryState.DEAD, settled_at=self._now(), error="its message was deleted in Slack")
            return None
        if parent is not None and parent.ts and parent.slack_channel:
            self._row = replace(row, slack_channel=parent.slack_channel)
            key = "ts" if row.kind is MessageKind.UPDATE else "thread_ts"
            return {"channel": parent.slack_channel, key: parent.ts}
        if parent is None or parent.state.is_done:
            await self._save(state=DeliveryState.DEAD, error="its message was never posted in Slack")
        else:
            await self._save(state=DeliveryState.PENDING, not_before_at=self._after(self._pace.retry))
        return None

    async def _conversation(self) -> dict[str, Any] | None:
        """A person's conversation, opened first; None where that failed (the row's new state is kept)."""
        row, tools = self._row, self._tools
        try:
            return {"channel": await tools.channel_ids.find(row.address, tools.writer, tools.store)}
        except Unclear as error:
            # Nothing was posted yet, whatever became of it.
            await self._failed(NotSent(error_text(error)))
        except SinkError as error:
            await self._failed(error)
        return None

    async def _parent(self) -> Delivery | None:
        if self._row.thread_of is None:
            return None
        return await self._tools.writer(self._tools.store.delivery, self._row.thread_of)

    async def _thread_ts(self) -> str | None:
        parent = await self._parent() if self._row.kind is MessageKind.REPLY else None
        return parent.ts if parent is not None else None

    async def _was_posted_before(self) -> bool:
        """After `store restore`: what was posted since the backup is in the channel's history."""
        row, tools = self._row, self._tools
        if row.attempts or row.kind is MessageKind.UPDATE:
            return False
        try:
            posted = await tools.history.posted_since_backup(
                row.key, row.address, tools.writer, tools.store, await self._thread_ts()
            )
        except (Unreadable, Refused):
            # No history, now or later: better posted twice than never.
            return False
        except SinkError as error:
            await self._look_later(error)
            return True
        if posted is None:
            return False
        channel, ts = posted
        await self._sent(ts, channel, settled=True)
        return True

    async def _has_lost_its_message(self, target: Mapping[str, Any]) -> bool:
        """A reply to a message that somebody deleted: Slack would post it into the channel."""
        if self._row.kind is not MessageKind.REPLY:
            return False
        try:
            is_there = await self._tools.history.is_there(target["channel"], target["thread_ts"])
        except Refused:
            # Without the scope nobody can say.
            return False
        except SinkError as error:
            await self._look_later(error)
            return True
        if not is_there:
            await self._give_up("its message was deleted in Slack")
        return not is_there

    async def _give_up(self, error: str) -> None:
        """The message that this row belongs to is gone; whatever else belongs to it need not ask Slack any more."""
        tools, key = self._tools, self._row.thread_of

        def note() -> None:
            parent = tools.store.delivery(key) if key is not None else None
            if parent is not None:
                tools.store.save_delivery(replace(parent, is_gone=True))

        await tools.writer(note)
        await self._save(state=DeliveryState.DEAD, settled_at=self._now(), error=error)

    # --- what came of it ---

    async def _sent(self, ts: str, channel: str | None, settled: bool = False) -> None:
        row, tools = self._row, self._tools
        await self._save(
            state=DeliveryState.SENT,
            ts=ts or row.ts,
            slack_channel=channel or row.slack_channel,
            settled_at=self._now(),
            not_before_at=None,
            error=None,
            held_since_at=None,
        )
        if channel is not None and not settled:
            await tools.channel_ids.learn(row.address, channel, tools.writer, tools.store)
        self._report("delivered", settled=settled)

    async def _failed(self, error: SinkError) -> None:
        row, pace, text = self._row, self._pace, error_text(error)
        if isinstance(error, RateLimited):
            await self._save(state=DeliveryState.PENDING, not_before_at=self._after(error.after), error=text)
        elif isinstance(error, NotSent):
            wait = min(pace.retry * 2 ** min(row.attempts - 1, 10), pace.token)
            await self._save(state=DeliveryState.PENDING, not_before_at=self._after(wait), error=text)
        elif isinstance(error, Unclear):
            await self._save(state=DeliveryState.UNKNOWN, not_before_at=self._after(pace.look), error=text)
        elif isinstance(error, Refused) and error.is_gone and row.thread_of is not None:
            if error.word in ("message_not_found", "thread_not_found"):
                await self._give_up(text)
            else:
                await self._save(state=DeliveryState.DEAD, settled_at=self._now(), error=text)
        elif isinstance(error, Refused) and error.is_payload:
            if error.word == "msg_blocks_too_long" and row.kind is MessageKind.DIGEST and len(row.digest.stories) > 1:
                await self._split(text)
            else:
                await self._render_smaller(text)
        elif await self._is_token_refused(error):
            await self._hold(text, None)
        else:
            self._tools.holds.refuse(destination(row), text)
            await self._hold(text, destination(row))
            await self._notice(
                f"paused:{row.address}:{text}:{row.key}",
                f"Slack refuses messages to {row.address} since {local_time(self._now(), 'UTC')} UTC ({text}). They "
                f"are kept and tried again once a minute; all others go on. {fix_of(error)}",
            )
        self._report("delivery_failed", error=text)

    async def _split(self, text: str) -> None:
        """A digest that is too long goes out in two messages, which may be split again: no story is lost."""
        row, tools = self._row, self._tools
        changed, rest = split_rows(replace(row, state=DeliveryState.PENDING, error=text), tools.queue.edits_of(row.key))

        def split() -> Delivery | None:
            posted = [
                replace(one, delivery_key=rest.key)
                for one in tools.store.posted([story.story for story in rest.digest.stories])
                if one.channel == row.channel and one.delivery_key == row.key
            ]
            tools.store.split_delivery(changed, rest, posted)
            return tools.store.delivery(rest.key)

        stored = await tools.writer(split)
        self._row = changed[0]
        for one in [*changed, *([stored] if stored is not None else [])]:
            tools.queue.note(one)

    async def _render_smaller(self, text: str) -> None:
        row = self._row
        if row.render < 2:
            level = row.render + 1
            await self._save(
                state=DeliveryState.PENDING, render=level, payload=payload(row.key, row.digest, level), error=text
            )
            return
        await self._save(state=DeliveryState.DEAD, settled_at=self._now(), error=text)
        await self._notice(
            f"dead:{row.key}",
            f"A message to {row.address} could not be posted in any form ({text}): "
            + ", ".join(story.title for story in row.digest.stories[:3]),
        )

    async def _is_token_refused(self, error: SinkError) -> bool:
        """Whether Slack refuses the token itself, which holds everything: `auth.test` says so, too."""
        if not isinstance(error, Refused) or not error.speaks_of_token:
            return False
        token_error = await self._tools.calls.token_error()
        if token_error is not None:
            self._tools.holds.refuse_token(token_error)
        return token_error is not None

    async def _hold(self, text: str, to: str | None) -> None:
        """Holds this row, and whatever else waits for `to` (None: for any destination)."""
        tools, now = self._tools, self._now()
        since = self._row.held_since_at or now
        await self._save(state=DeliveryState.PAUSED, error=text, not_before_at=None, held_since_at=since)
        await tools.queue.hold(tools.queue.waiting(to), text, now, tools.writer, tools.store)

    async def _unsettled(self, error: SinkError) -> None:
        row, text = self._row, error_text(error)
        await self._save(state=DeliveryState.UNSETTLED, error=text, not_before_at=None)
        await self._notice(
            f"unknown:{row.key}",
            f"Whether a message reached {row.address} is not known, and the channel's history cannot be read "
            f"({text}). It is not sent again by itself: look, then run "
            f"`wirewatch slack retry {row.key[:12]}` to settle it, with --resend to post it again. {fix_of(error)}",
        )
        self._report("delivery_unknown", error=text)

    async def _look_later(self, error: SinkError) -> None:
        wait = error.after if isinstance(error, RateLimited) else self._pace.look
        await self._save(not_before_at=self._after(wait), error=error_text(error))

    # --- what they share ---

    def _now(self) -> datetime:
        return self._tools.clock()

    def _after(self, seconds: float) -> datetime:
        return self._now() + timedelta(seconds=seconds)

    async def _save(self, **changes: Any) -> None:
        self._row = replace(self._row, **changes)
        await self._tools.queue.save(self._row, self._tools.writer, self._tools.store)

    async def _notice(self, key: str, text: str) -> None:
        if self._row.kind is MessageKind.NOTICE:
            # A message to ops about a message to ops would never end.
            return
        await self._tools.writer(self._tools.store.add_notices, [Notice(key=key, text=text, at=self._now())])

    def _report(self, event: str, **fields: object) -> None:
        row = self._row
        _log.info(
            event,
            channel=row.channel,
            kind=str(row.kind),
            key=row.key[:12],
            state=str(row.state),
            stories=len(row.digest.stories),
            attempts=row.attempts,
            ms=int((asyncio.get_running_loop().time() - self._began) * 1000),
            **fields,
        )
