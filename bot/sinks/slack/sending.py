"""An outbox row that waits → sent, paused, made smaller, or unknown.

The law: whoever sends has first committed `sending`, alone.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.errors import SinkError
from bot.model import Delivery, DeliveryState, MessageKind
from bot.sinks.slack.answers import NotSent, RateLimited, Refused, Unclear, advice_of, error_text, strange
from bot.sinks.slack.attempt import Attempt, Moment
from bot.sinks.slack.channels import Unreadable, is_person
from bot.sinks.slack.queue import destination, method_of
from bot.sinks.slack.split import can_split, smaller, split_rows

_MESSAGES = ("A message to", "messages to")
_KINDS = {
    MessageKind.UPDATE: ("An edit of a message in", "edits of messages in"),
    MessageKind.REPLY: ("A reply to a message in", "replies to messages in"),
}
"""One of them and many, as ops read it: an edit that is refused says nothing of messages."""
_NAMED = 3
"""Headlines that a notice names."""


async def send_row(attempt: Attempt) -> None:
    """pending (or paused) → sending → what came of it."""
    tools = attempt.tools
    target = await _target(attempt)
    if target is None or await _was_posted_before(attempt) or await _has_lost_its_message(attempt, target):
        return
    if await _has_new_form(attempt):
        return
    row = attempt.row
    if tools.holds.is_held(destination(row)):
        return
    method = method_of(row)
    try:
        is_edit = row.kind is MessageKind.UPDATE
        await tools.calls.pacer.turn(method, None if is_edit else row.address)
    except RateLimited as error:
        await _failed(attempt, error)
        return
    if tools.holds.is_closed or tools.holds.is_held(destination(attempt.row)):
        # Refused while this row stood in line.
        return
    began = await _begin(attempt)
    if began is None:
        return
    tools.sent_here.begin(attempt.row)
    try:
        if attempt.moment().since(began) > attempt.pace.timeout:
            # The process was frozen (a suspended machine, SIGSTOP): another worker may have settled the row by now.
            raise Unclear(f"{method}: this process stood still before the call")
        answer = await tools.calls.call_now(method, target | dict(row.payload))
        if not answer.get("ts"):
            # Who says ok to everything (a gateway, a mock) has posted nothing.
            raise strange(method, "ok, but no message")
    except SinkError as error:
        await _failed(attempt, error)
        return
    tools.holds.accept(destination(row))
    await attempt.sent(str(answer["ts"]), str(answer.get("channel") or "") or None)


async def _begin(attempt: Attempt) -> Moment | None:
    """pending → sending, committed: when. Only if the store still says pending (None: it does not): whoever sends,
    sends alone."""
    store = attempt.tools.outbox.store
    began: list[Moment] = []
    sending = replace(
        attempt.row,
        state=DeliveryState.SENDING,
        started_at=await attempt.tools.calls.slack_time(attempt.now()),
        attempts=attempt.row.attempts + 1,
        absent=0,
    )

    def begin() -> Delivery | None:
        stored = store.delivery(sending.key)
        if stored is not None and not stored.state.is_waiting:
            return stored
        began.append(attempt.moment())
        store.save_delivery(sending)
        return None

    attempt.tools.queue.note(sending)
    stored = await attempt.tools.outbox.write(begin)
    attempt.row = sending if stored is None else stored
    attempt.tools.queue.note(attempt.row)
    return began[-1] if stored is None else None


async def _target(attempt: Attempt) -> dict[str, Any] | None:
    """channel, ts and thread_ts of the call; None when the row cannot go out now (its new state is kept)."""
    row, tools = attempt.row, attempt.tools
    if row.thread_of is None and is_person(row.address):
        return await _conversation(attempt)
    if row.thread_of is None:
        # Posting needs no id; only settling an unknown outcome does.
        with contextlib.suppress(SinkError):
            await tools.channel_ids.prepare(row.address, tools.outbox)
        return {"channel": row.address}
    parent = await attempt.parent()
    if parent is not None and parent.is_gone:
        await attempt.save(state=DeliveryState.DEAD, settled_at=attempt.now(), error="its message was deleted in Slack")
        return None
    if parent is not None and parent.ts and parent.slack_channel:
        attempt.row = replace(row, slack_channel=parent.slack_channel)
        tools.queue.note(attempt.row)  # where it goes is known from now on: what is refused there holds it, too
        key = "ts" if row.kind is MessageKind.UPDATE else "thread_ts"
        return {"channel": parent.slack_channel, key: parent.ts}
    if parent is None or parent.state.is_done:
        await attempt.save(state=DeliveryState.DEAD, error="its message was never posted in Slack")
    else:
        await attempt.save(state=DeliveryState.PENDING, not_before_at=attempt.after(attempt.pace.retry))
    return None


async def _conversation(attempt: Attempt) -> dict[str, Any] | None:
    """A person's conversation, opened first; None where that failed (the row's new state is kept)."""
    row, tools = attempt.row, attempt.tools
    try:
        return {"channel": await tools.channel_ids.find(row.address, tools.outbox)}
    except Unclear as error:
        # Nothing was posted yet, whatever became of it.
        await _failed(attempt, NotSent(error_text(error)))
    except SinkError as error:
        await _failed(attempt, error)
    return None


async def _was_posted_before(attempt: Attempt) -> bool:
    """What this process has sent, whatever the store says; after `store restore`, what was posted since the backup is
    in the channel's history."""
    row, tools = attempt.row, attempt.tools
    if await attempt.was_sent_here():
        return True
    if row.attempts or row.kind is MessageKind.UPDATE:
        return False
    try:
        posted = await tools.history.posted_since_backup(row.key, row.address, tools.outbox, await attempt.thread_ts())
    except (Unreadable, Refused):
        # No history, now or later: better posted twice than never.
        return False
    except SinkError as error:
        await _look_later(attempt, error)
        return True
    if posted is None:
        return False
    channel, ts = posted
    await attempt.sent(ts, channel, settled=True)
    return True


async def _has_lost_its_message(attempt: Attempt, target: Mapping[str, Any]) -> bool:
    """A reply to a message that somebody deleted: Slack would post it into the channel."""
    if attempt.row.kind is not MessageKind.REPLY:
        return False
    try:
        is_there = await attempt.tools.history.is_there(target["channel"], target["thread_ts"])
    except Refused:
        # Without the scope nobody can say.
        return False
    except SinkError as error:
        await _look_later(attempt, error)
        return True
    if not is_there:
        await attempt.give_up("its message was deleted in Slack")
    return not is_there


async def _look_later(attempt: Attempt, error: SinkError) -> None:
    wait = error.after if isinstance(error, RateLimited) else attempt.pace.look
    await attempt.save(not_before_at=attempt.after(wait), error=error_text(error))


async def _failed(attempt: Attempt, error: SinkError) -> None:
    row, pace, text = attempt.row, attempt.pace, error_text(error)
    if not isinstance(error, Unclear):
        attempt.tools.sent_here.forget(row.key)
    match error:
        case RateLimited():
            await attempt.save(state=DeliveryState.PENDING, not_before_at=attempt.after(error.after), error=text)
        case NotSent():
            wait = min(pace.retry * 2 ** min(row.attempts - 1, 10), pace.token)
            await attempt.save(state=DeliveryState.PENDING, not_before_at=attempt.after(wait), error=text)
        case Unclear():
            # Tries that surely did not arrive count, too; there must be time for two looks until `settle` is over.
            wait = min(pace.look * 2 ** min(row.attempts - 1, 10), pace.settle / 2)
            await attempt.save(state=DeliveryState.UNKNOWN, not_before_at=attempt.after(wait), error=text)
        case Refused() if error.is_gone and row.thread_of is not None:
            if error.word in ("message_not_found", "thread_not_found"):
                await attempt.give_up(text)
            else:
                # An edit says what all before it said, a reply only its own.
                about = row.key if row.kind is MessageKind.REPLY else row.thread_of
                await _give_up_form(attempt, error, f"dead:{error.word}:{about}", "is refused for good")
        case Refused() if error.is_payload:
            if error.is_too_long and can_split(row):
                await _split(attempt, text)
            elif not await _is_smaller(attempt, text):
                await _give_up_form(attempt, error, f"dead:{row.key}", "could not be posted in any form")
        case Refused() if error.is_of_no_channel and row.thread_of is not None and await _has_moved(attempt):
            await attempt.save(state=DeliveryState.PENDING, not_before_at=None, error=text)
        case _ if await attempt.is_token_refused(error):
            await attempt.hold(text, None)
        case _:
            attempt.tools.holds.refuse(destination(row), text)
            await attempt.hold(text, destination(row))
            since = attempt.told(attempt.now())
            await attempt.notice(
                f"paused:{row.address}:{text}:{row.key}",
                f"Slack refuses {_KINDS.get(row.kind, _MESSAGES)[1]} {row.address} since {since} ({text}). They are "
                f"kept and tried again once a minute; all others go on. {advice_of(error)}",
            )
    attempt.report("delivery_failed", error=text)


async def _has_moved(attempt: Attempt) -> bool:
    """Whether the channel of a message that was posted has another id now, which what follows is sent by: Slack gives
    one to a channel that becomes private, is shared, or moves into an organisation, and its messages go with it. Of a
    channel that rules.yaml names by its id a person gives the new one there: then the message must stand there, for
    it may be another channel."""
    tools, parent = attempt.tools, await attempt.parent()
    if parent is None or parent.ts is None:
        return False
    for address in dict.fromkeys((parent.address, tools.queue.address_of(attempt.row))):
        try:
            channel = await tools.channel_ids.find_anew(address, tools.outbox)
            if channel == parent.slack_channel:
                continue
            if address != parent.address and not await tools.history.is_there(channel, parent.ts):
                continue
        except SinkError:
            continue
        tools.holds.accept(destination(attempt.row))
        await tools.outbox.write(tools.outbox.store.save_delivery, replace(parent, slack_channel=channel))
        return True
    return False


async def _has_new_form(attempt: Attempt) -> bool:
    """A message that does not get through, while another of its channel did, is told more briefly from now on: in
    halves, of which one may get through, then smaller, at last as plain text, which is tried now and then for ever."""
    row, overtaking = attempt.row, attempt.tools.queue.overtaking
    if not overtaking.is_overtaken(row.key):
        return False
    error = row.error or ""
    since = attempt.told(row.created_at)
    await attempt.notice(
        f"overtaken:{row.address}:{row.place or row.id}",
        f"{_KINDS.get(row.kind, _MESSAGES)[0]} {row.address} of {since} does not get through ({error}), and others "
        "there do: they go past it. It is tried in parts and in fewer words, and kept until it arrives; the desk "
        "shows it under Outbox. Something between here and Slack may refuse its words or its length.",
    )
    rest = None
    if can_split(row):
        rest = await _split(attempt, error)
    elif not await _is_smaller(attempt, error):
        return False
    overtaking.note_form(row, rest)
    return True


async def _split(attempt: Attempt, text: str) -> str:
    """A digest that is too long goes out in two messages, which may be split again: no story is lost. Returns the key
    of the second one."""
    row, tools = attempt.row, attempt.tools
    changed, rest = split_rows(replace(row, state=DeliveryState.PENDING, error=text), tools.queue.edits_of(row.key))

    def split() -> Delivery | None:
        posted = [
            replace(one, delivery_key=rest.key)
            for one in tools.outbox.store.posted([story.story for story in rest.digest.stories])
            if one.channel == row.channel and one.delivery_key == row.key
        ]
        tools.outbox.store.split_delivery(changed, rest, posted)
        return tools.outbox.store.delivery(rest.key)

    stored = await tools.outbox.write(split)
    attempt.row = changed[0]
    for one in [*changed, *([stored] if stored is not None else [])]:
        tools.queue.note(one)
    return rest.key


async def _is_smaller(attempt: Attempt, text: str) -> bool:
    """Whether there was a form with less in it, which is sent next. `text`: why."""
    row = smaller(attempt.row)
    if row is not None:
        await attempt.save(state=row.state, render=row.render, payload=row.payload, error=text)
    return row is not None


async def _give_up_form(attempt: Attempt, error: SinkError, key: str, why: str) -> None:
    """Nothing that we could send again would be taken; what is lost is told, with every headline or their number."""
    row, text = attempt.row, error_text(error)
    await attempt.save(state=DeliveryState.DEAD, settled_at=attempt.now(), error=text)
    titles = [story.title for story in row.digest.stories]
    more = f" and {len(titles) - _NAMED} more" if len(titles) > _NAMED else ""
    await attempt.notice(
        key,
        f"{_KINDS.get(row.kind, _MESSAGES)[0]} {row.address} {why} ({text}): {', '.join(titles[:_NAMED])}{more}. "
        f"{advice_of(error)}",
    )
