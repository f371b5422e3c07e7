"""One outbox row in, one step further out: sent, settled, paused, made smaller, given up; each step is kept first.

States: pending → sending → sent | unknown | paused | dead; unknown → sent | pending. The law: whoever sends has first
committed `sending`, alone; an unknown row is never sent again before the channel's history was read twice, 30 s apart.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.errors import SinkError
from bot.model import Delivery, DeliveryState, MessageKind
from bot.ports import Notice, Store, Writer
from bot.sinks.slack.calls import NotSent, RateLimited, Refused, Unclear, error_text
from bot.sinks.slack.history import Unreadable

if TYPE_CHECKING:
    from bot.sinks.slack.sink import SlackSink

UNSETTLED = "cannot be settled: "
"""Begins the error of an unknown row that only a person can decide."""
DONE = (DeliveryState.SENT, DeliveryState.DEAD)


class Move:
    """One step of one row, with what it needs at hand."""

    def __init__(self, sink: SlackSink, row: Delivery, writer: Writer, store: Store) -> None:
        self.sink, self.row, self.writer, self.store = sink, row, writer, store
        self.started = asyncio.get_running_loop().time()

    async def send(self) -> None:
        """pending (or paused) → sending → what came of it."""
        row = self.row
        target = await self._target()
        if target is None:
            return
        if await self._was_posted_before(target):
            return
        method = method_of(row)
        try:
            is_edit = row.kind is MessageKind.UPDATE
            await self.sink.calls.pacer.turn(method, None if is_edit else row.address)
        except RateLimited as error:
            await self._failed(error)
            return
        if self.sink.closing or not self.sink.may_send(row.address):
            # Refused while this row stood in line.
            return
        if not await self._begin():
            return
        try:
            answer = await self.sink.calls.call_now(method, target | dict(row.payload))
        except SinkError as error:
            await self._failed(error)
            return
        self.sink.accept(row.address)
        await self._sent(str(answer.get("ts") or ""), str(answer.get("channel") or "") or None)

    async def _begin(self) -> bool:
        """pending → sending, committed; only if the store still says pending: whoever sends, sends alone."""
        sending = replace(
            self.row,
            state=DeliveryState.SENDING,
            started_at=self.sink.now(),
            attempts=self.row.attempts + 1,
            absent=0,
        )

        def begin() -> Delivery | None:
            kept = self.store.delivery(self.row.key)
            if kept is not None and not is_waiting(kept):
                return kept
            self.store.save_delivery(sending)
            return None

        self.sink.moved(sending)
        kept = await self.writer(begin)
        self.row = sending if kept is None else kept
        self.sink.moved(self.row)
        return kept is None

    async def settle(self) -> None:
        """A row whose outcome nobody knows: found in the history, or absent long enough to be sent again."""
        row = self.row
        if row.kind is MessageKind.UPDATE:
            # The same edit twice is the same message.
            await self._save(replace(row, state=DeliveryState.PENDING, not_before_at=None))
            return
        now = self.sink.now()
        since = row.started_at or row.created_at
        if row.state is DeliveryState.SENDING:
            row = replace(row, state=DeliveryState.UNKNOWN, error="the worker stopped during the call")
            await self._save(row)
        try:
            channel = row.slack_channel or await self.sink.history.channel_id(row.address, self.writer, self.store)
            thread = await self._thread_ts()
            found = await self.sink.history.find(row.key, channel, since, thread)
        except RateLimited as error:
            await self._save(replace(row, not_before_at=now + timedelta(seconds=error.after)))
            return
        except (Unreadable, Refused) as error:
            if isinstance(error, Refused) and error.stops_all and error.word != "missing_scope":
                self.sink.refuse_token(error_text(error))
                await self._save(replace(row, not_before_at=now + timedelta(seconds=self.sink.pace.token)))
                return
            await self._unsettled(row, error)
            return
        except SinkError as error:
            wait = timedelta(seconds=self.sink.pace.look)
            await self._save(replace(row, not_before_at=now + wait, error=error_text(error)))
            return
        if found is not None:
            self.row = row
            await self._sent(found, channel, settled=True)
            return
        over = since + timedelta(seconds=self.sink.pace.settle)
        absent = row.absent + 1
        if absent >= 2 and now >= over:
            await self._save(replace(row, state=DeliveryState.PENDING, absent=absent, not_before_at=None))
            return
        again = max(over, now + timedelta(seconds=self.sink.pace.look))
        await self._save(replace(row, absent=absent, not_before_at=again))

    # --- where to ---

    async def _target(self) -> dict[str, Any] | None:
        """channel, ts and thread_ts of the call; None when the row cannot go out now (its new state is kept)."""
        row = self.row
        if row.thread_of is None:
            # Posting needs no id; only settling an unknown outcome does.
            with contextlib.suppress(SinkError):
                await self.sink.history.learn_id(row.address, self.writer, self.store)
            return {"channel": row.address}
        parent = await self._parent()
        if parent is not None and parent.ts and parent.slack_channel:
            key = "ts" if row.kind is MessageKind.UPDATE else "thread_ts"
            return {"channel": parent.slack_channel, key: parent.ts}
        if parent is None or parent.state in DONE:
            await self._save(replace(row, state=DeliveryState.DEAD, error="its message was never posted in Slack"))
        else:
            wait = timedelta(seconds=self.sink.pace.retry)
            await self._save(replace(row, state=DeliveryState.PENDING, not_before_at=self.sink.now() + wait))
        return None

    async def _parent(self) -> Delivery | None:
        if self.row.thread_of is None:
            return None
        return await self.writer(self.store.delivery, self.row.thread_of)

    async def _thread_ts(self) -> str | None:
        parent = await self._parent() if self.row.kind is MessageKind.REPLY else None
        return parent.ts if parent is not None else None

    async def _was_posted_before(self, target: Mapping[str, Any]) -> bool:
        """After `store restore`: what was posted since the backup is in the channel's history."""
        row = self.row
        if row.attempts or row.kind is MessageKind.UPDATE:
            return False
        try:
            thread = await self._thread_ts()
            found = await self.sink.history.posted_since_backup(row.key, row.address, self.writer, self.store, thread)
        except (Unreadable, Refused):
            # No history, now or later: better told twice than never.
            return False
        except SinkError as error:
            wait = timedelta(seconds=getattr(error, "after", 0.0) or self.sink.pace.look)
            await self._save(replace(row, not_before_at=self.sink.now() + wait, error=error_text(error)))
            return True
        if found is None:
            return False
        await self._sent(found[1], found[0], settled=True)
        return True

    # --- what came of it ---

    async def _sent(self, ts: str, channel: str | None, settled: bool = False) -> None:
        row = self.row
        done = replace(
            row,
            state=DeliveryState.SENT,
            ts=ts or row.ts,
            slack_channel=channel or row.slack_channel,
            settled_at=self.sink.now(),
            not_before_at=None,
            error=None,
        )
        await self._save(done)
        if channel is not None and not settled:
            await self.sink.history.learnt(row.address, channel, self.writer, self.store)
        self._tell("delivered", settled=settled)

    async def _failed(self, error: SinkError) -> None:
        row = self.row
        now = self.sink.now()
        text = error_text(error)
        pace = self.sink.pace
        if isinstance(error, RateLimited):
            later = now + timedelta(seconds=error.after)
            await self._save(replace(row, state=DeliveryState.PENDING, not_before_at=later, error=text))
        elif isinstance(error, NotSent):
            wait = min(pace.retry * 2 ** min(row.attempts - 1, 10), pace.token)
            await self._save(
                replace(row, state=DeliveryState.PENDING, not_before_at=now + timedelta(seconds=wait), error=text)
            )
        elif isinstance(error, Unclear):
            look = now + timedelta(seconds=pace.look)
            await self._save(replace(row, state=DeliveryState.UNKNOWN, not_before_at=look, error=text))
        elif isinstance(error, Refused) and error.is_gone and row.thread_of is not None:
            await self._save(replace(row, state=DeliveryState.DEAD, settled_at=now, error=text))
        elif isinstance(error, Refused) and error.is_payload:
            await self._thinner(text)
        elif isinstance(error, Refused) and error.stops_all:
            self.sink.refuse_token(text)
            await self._pause(text, [other for other in self.sink.rows() if is_waiting(other)])
        else:
            self.sink.refuse_channel(row.address, text)
            same = [other for other in self.sink.rows() if is_waiting(other) and other.address == row.address]
            await self._pause(text, same)
            await self._notice(
                f"paused:{row.address}:{text}:{row.key}",
                f"Slack refuses messages to {row.address} ({text}). They are kept and tried again once a minute. "
                f"{_mend(error)}",
            )
        self._tell("delivery_failed", error=text)

    async def _thinner(self, text: str) -> None:
        row = self.row
        if row.render >= 2:
            await self._save(replace(row, state=DeliveryState.DEAD, settled_at=self.sink.now(), error=text))
            await self._notice(
                f"dead:{row.key}",
                f"A message to {row.address} could not be posted in any form ({text}): "
                + ", ".join(story.title for story in row.digest.stories[:3]),
            )
            return
        level = row.render + 1
        payload = self.sink.render(row.key, row.digest, level)
        await self._save(replace(row, state=DeliveryState.PENDING, render=level, payload=payload, error=text))

    async def _pause(self, text: str, others: list[Delivery]) -> None:
        await self._save(replace(self.row, state=DeliveryState.PAUSED, error=text, not_before_at=None))
        for other in others:
            if other.key != self.row.key:
                await self._keep(replace(other, state=DeliveryState.PAUSED, error=text, not_before_at=None))

    async def _unsettled(self, row: Delivery, error: SinkError) -> None:
        text = UNSETTLED + error_text(error)
        await self._save(replace(row, state=DeliveryState.UNKNOWN, error=text, not_before_at=None))
        await self._notice(
            f"unknown:{row.key}",
            f"Whether a message reached {row.address} is not known, and the channel's history cannot be read "
            f"({error_text(error)}). It is not sent again by itself: look, then run "
            f"`wirewatch slack retry {row.key[:12]}` to settle it, with --resend to post it again. {_mend(error)}",
        )
        self._tell("delivery_unknown", error=text)

    async def _save(self, row: Delivery) -> None:
        self.row = row
        await self._keep(row)

    async def _keep(self, row: Delivery) -> None:
        self.sink.moved(row)
        await self.writer(self.store.save_delivery, row)

    async def _notice(self, key: str, text: str) -> None:
        if self.row.kind is MessageKind.NOTICE:
            # Words to ops about words to ops would never end.
            return
        await self.writer(self.store.add_notices, [Notice(key=key, text=text, at=self.sink.now())])

    def _tell(self, event: str, **fields: object) -> None:
        self.sink.log.info(
            event,
            channel=self.row.channel,
            kind=str(self.row.kind),
            key=self.row.key[:12],
            state=str(self.row.state),
            stories=len(self.row.digest.stories),
            attempts=self.row.attempts,
            ms=int((asyncio.get_running_loop().time() - self.started) * 1000),
            **fields,
        )


def method_of(row: Delivery) -> str:
    return "chat.update" if row.kind is MessageKind.UPDATE else "chat.postMessage"


def is_waiting(row: Delivery) -> bool:
    return row.state in (DeliveryState.PENDING, DeliveryState.PAUSED)


def is_unsettled(row: Delivery) -> bool:
    return row.state is DeliveryState.UNKNOWN and (row.error or "").startswith(UNSETTLED)


def _mend(error: SinkError) -> str:
    if not isinstance(error, Refused):
        return ""
    if error.needed:
        return f"Add the scope {error.needed} to the app and install it again."
    return {
        "not_in_channel": "Invite the app into the channel (/invite).",
        "channel_not_found": "Check the channel's name in rules.yaml, and invite the app if it is private.",
        "is_archived": "Unarchive the channel, or name another one in rules.yaml.",
    }.get(error.word, "")
