"""An outbox row whose outcome nobody knows → the message is in the channel's history, or is sent again.

The law: such a row is never sent again before the channel's history was read twice, the second time 30 s after the call
began or later; where it cannot be read, a person decides.
"""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta

from bot.errors import SinkError
from bot.model import DeliveryState, MessageKind
from bot.sinks.slack.answers import RateLimited, Refused, advice_of, error_text
from bot.sinks.slack.attempt import Attempt
from bot.sinks.slack.channels import Unreadable
from bot.sinks.slack.split import can_split, smaller


async def settle_row(attempt: Attempt) -> None:
    """A row whose outcome nobody knows: there in the history, or absent long enough to be sent again."""
    tools = attempt.tools
    if attempt.row.kind is MessageKind.UPDATE:
        # The same edit twice is the same message.
        await attempt.save(state=DeliveryState.PENDING, not_before_at=None)
        return
    if await attempt.was_sent_here():
        return
    now = attempt.now()
    since = attempt.row.started_at or attempt.row.created_at
    if attempt.row.state is DeliveryState.SENDING:
        await attempt.save(state=DeliveryState.UNKNOWN, error="the worker stopped during the call")
    try:
        channel, ts = await _look(attempt, since)
    except RateLimited as error:
        await attempt.save(not_before_at=now + timedelta(seconds=error.after))
    except (Unreadable, Refused) as error:
        if isinstance(error, Refused) and error.is_gone and attempt.row.kind is MessageKind.REPLY:
            await attempt.give_up("its message was deleted in Slack")
        elif await attempt.is_token_refused(error):
            await attempt.save(not_before_at=now + timedelta(seconds=attempt.pace.token))
        else:
            await _unsettled(attempt, error)
    except SinkError as error:
        # A Slack that has been away for an hour is not asked every two seconds.
        wait = min(max(timedelta(seconds=attempt.pace.look), (now - since) / 8), timedelta(seconds=attempt.pace.token))
        await attempt.save(not_before_at=now + wait, error=error_text(error))
    else:
        if ts is not None:
            await attempt.sent(ts, channel, settled=True)
        else:
            await _absent(attempt, now, await tools.calls.slack_time(now) - since)


async def _look(attempt: Attempt, since: datetime) -> tuple[str, str | None]:
    """(the channel's id, the `ts` of the message there; None: absent). Raises SinkError."""
    row, tools = attempt.row, attempt.tools
    channel = row.slack_channel or await tools.channel_ids.find(row.address, tools.outbox)
    thread = await attempt.thread_ts()
    ts, refused = None, None
    try:
        ts = await tools.history.find(row.key, channel, since, thread)
    except Refused as error:
        if not error.is_of_no_channel:
            raise
        refused = error
    if refused is not None or (ts is None and row.absent and row.thread_of is None):
        # The name may belong to another channel by now, or the channel have another id: look there before "absent" is
        # believed, and before a person is asked.
        with contextlib.suppress(Unreadable):
            channel_now = await tools.channel_ids.find_anew(row.address, tools.outbox)
            if channel_now != channel:
                return channel_now, await tools.history.find(row.key, channel_now, since, thread)
    if refused is not None:
        raise refused
    return channel, ts


async def _absent(attempt: Attempt, now: datetime, since: timedelta) -> None:
    """Not in the history `since` the call began: looked for again, or sent again."""
    left = timedelta(seconds=attempt.pace.settle) - since
    absent = attempt.row.absent + 1
    if absent >= 2 and left <= timedelta(0):
        overtaking = attempt.tools.queue.overtaking
        has_forms = can_split(attempt.row) or smaller(attempt.row) is not None
        is_hopeless = overtaking.is_overtaken(attempt.row.key) and not has_forms
        again = attempt.after(attempt.pace.unsettled) if is_hopeless else None
        await attempt.save(state=DeliveryState.PENDING, absent=absent, not_before_at=again)
        overtaking.note_absent(attempt.row)
    else:
        again = now + max(left, timedelta(seconds=attempt.pace.look))
        await attempt.save(absent=absent, not_before_at=again)


async def _unsettled(attempt: Attempt, error: SinkError) -> None:
    row, text = attempt.row, error_text(error)
    again = attempt.after(attempt.pace.unsettled)
    await attempt.save(state=DeliveryState.UNSETTLED, error=text, not_before_at=again)
    await attempt.notice(
        f"unknown:{row.key}",
        f"Whether a message reached {row.address} is not known, and the channel's history cannot be read "
        f"({text}). It is not sent again by itself: look, then run "
        f"`wirewatch slack retry {row.key[:12]}` to settle it, with --resend to post it again. {advice_of(error)}",
    )
    attempt.report("delivery_unknown", error=text)
