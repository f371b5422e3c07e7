"""The outbox towards Slack, against the strict stand-in: each message once, whatever happens on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from bot.drills.slack_standin import FAULTS, SlackStandIn
from bot.drills.slack_workspace import GRANTED_SCOPES
from bot.errors import StoreError
from bot.model import ChannelId, Delivery, DeliveryState, Digest, MessageKind
from bot.sinks.slack.sink import RETRY_FACT, SlackSink
from bot.store.sqlite import SqliteStore
from tests.builders import digest, story
from tests.sinks.conftest import FAST, clock, delivery, writer
from tests.store.faults import refusing

T = TypeVar("T")


async def settle(sink: SlackSink, store: SqliteStore, done: Callable[[], bool] | None = None) -> None:
    """Delivers until `done()`; without it, until nothing is left that moves by itself."""

    def at_rest() -> bool:
        return all(row.state in ("unsettled", "paused") for row in store.open_deliveries())

    async with asyncio.timeout(30):
        await sink.deliver(writer, store)
        while not (done or at_rest)():
            await asyncio.sleep(0.02)
            await sink.deliver(writer, store)


def keys(slack: SlackStandIn, channel: str = "desk") -> list[str]:
    return [m["metadata"]["event_payload"]["delivery_key"] for m in slack.channel(channel).messages]


async def test_a_digest_arrives_once_with_its_key(slack: SlackStandIn, sink: SlackSink, store: SqliteStore) -> None:
    row = delivery(sink, "a", digest(story(1), story(2)))
    store.add_deliveries([row])
    await sink.deliver(writer, store)
    await sink.deliver(writer, store)
    (message,) = slack.channel("desk").messages
    kept = store.delivery(row.key)
    assert kept is not None
    assert (kept.state, kept.ts, kept.slack_channel) == (DeliveryState.SENT, message["ts"], "C0DESK0001")
    assert keys(slack) == [row.key]
    assert slack.problems == []
    assert store.facts("slack_channel:") == {"slack_channel:#desk": "C0DESK0001"}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_neither_loses_nor_doubles(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore, fault: str
) -> None:
    faults = iter([fault])
    slack.fault = lambda method, _: next(faults, None) if method == "chat.postMessage" else None
    slack.slow, slack.retry_after = 0.1, 1
    rows = [delivery(sink, name, digest(story(number))) for number, name in enumerate("abc")]
    store.add_deliveries(rows)
    await settle(sink, store)
    assert keys(slack) == [row.key for row in rows]


async def test_a_store_that_forgets_what_was_just_posted_posts_it_once(slack: SlackStandIn, store: SqliteStore) -> None:
    """A database failed over to a server that was a second behind: the message was made again, and posted again; and
    what got a number that was read before waited for a restart."""
    sink = SlackSink(token=slack.token, api_url=slack.url, clock=clock, pace=replace(FAST, unsettled=0.0))
    row, next_row = (delivery(sink, name, digest(story(1))) for name in "ab")
    store.add_deliveries([row])
    await sink.deliver(writer, store)
    with closing(SqliteStore(None)) as behind:
        behind.migrate()
        behind.add_deliveries([row, next_row])
        await sink.deliver(writer, behind)
        await sink.deliver(writer, behind)
        kept = rows_of(behind, row, next_row)
    await sink.close()
    assert keys(slack) == [row.key, next_row.key]
    assert [(one.state, one.ts) for one in kept] == [("sent", m["ts"]) for m in slack.channel("desk").messages]


@pytest.mark.parametrize("lost", ["the answer", "what the answer said"])
async def test_a_store_that_fails_over_during_a_call_posts_once(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore, lost: str
) -> None:
    """One cable leads to both: the answer comes to nothing, or is not kept; and the server that is there then was a
    second behind, and knows of no call."""
    faults = iter(["reset_after"] if lost == "the answer" else [])
    slack.fault = lambda method, _: next(faults, None) if method == "chat.postMessage" else None
    row = delivery(sink, "a", digest(story(1)))
    store.add_deliveries([row])
    states = "'unknown', 'pending'" if lost == "the answer" else "'sent'"
    with refusing(store, f"UPDATE ON outbox WHEN NEW.state IN ({states})"), pytest.raises(StoreError):
        await sink.deliver(writer, store)
    with closing(SqliteStore(None)) as behind:
        behind.migrate()
        behind.add_deliveries([row])
        await settle(sink, behind)
        (kept,) = rows_of(behind, row)
    assert keys(slack) == [row.key]
    assert kept.state is DeliveryState.SENT


async def test_what_is_sent_while_the_outbox_is_read_is_known_to_be(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    """The rows come as they were: what was under way then looked as if nobody knew what became of it, and where no
    history can be read, a person was asked."""
    slack.scopes = GRANTED_SCOPES - {"channels:history", "groups:history"}
    slack.slow = 1.2

    def fault(method: str, arguments: Mapping[str, object]) -> str | None:
        if method != "chat.postMessage":
            return None
        store.save_facts({RETRY_FACT: clock().isoformat()})  # `slack retry`: the outbox is read anew
        return "slow_after"

    slack.fault = fault
    row = delivery(sink, "a", digest(story(1)))
    store.add_deliveries([row])

    async def slow_writer(call: Callable[..., T], /, *args: object, **kwargs: object) -> T:
        done = call(*args, **kwargs)
        if isinstance(done, list) and any(isinstance(one, Delivery) and one.state == "sending" for one in done):
            async with asyncio.timeout(10):
                while rows_of(store, row)[0].state == "sending":
                    await asyncio.sleep(0.02)
        return done

    await sink.deliver(slow_writer, store)
    await settle(sink, store)
    assert [one.state for one in rows_of(store, row)] == ["sent"]
    assert store.notices() == []
    assert keys(slack) == [row.key]


async def test_other_channels_go_on_while_one_is_unknown(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    faults = iter(["reset_after"])

    def fault(method: str, arguments: Mapping[str, object]) -> str | None:
        if "history" in method:
            return "500_before"
        return next(faults, None) if arguments.get("channel") == "#desk" else None

    slack.fault = fault
    rows = [delivery(sink, name, digest(story(1)), address="#desk") for name in "ab"]
    other = delivery(sink, "c", digest(story(1)), address="C0TELECOM1")
    store.add_deliveries([*rows, other])
    await sink.deliver(writer, store)
    assert keys(slack, "telecom") == [other.key]
    assert keys(slack) == [rows[0].key]
    slack.fault = None
    await settle(sink, store)
    assert keys(slack) == [row.key for row in rows]


async def test_a_sending_row_of_a_dead_worker_is_settled(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    posted, lost = (delivery(sink, name, digest(story(1))) for name in "ab")
    await sink.calls.call("chat.postMessage", {"channel": "#desk", **posted.payload})
    for row in (posted, lost):
        store.add_deliveries([row])
        store.save_delivery(replace(row, state=DeliveryState.SENDING, started_at=clock(), attempts=1))
    await settle(sink, store)
    assert keys(slack) == [posted.key, lost.key]
    assert [row.state for row in rows_of(store, posted, lost)] == ["sent", "sent"]


async def test_a_revoked_token_pauses_everything_and_loses_nothing(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    rows = [delivery(sink, f"{c}{n}", digest(story(n)), address=c) for c in ("#desk", "#telecom") for n in range(3)]
    store.add_deliveries(rows)
    slack.token_error = "token_revoked"
    await sink.deliver(writer, store)
    assert store.counts().outbox == {"paused": 6}
    posts = [call for call in slack.calls if call.method == "chat.postMessage"]
    late = delivery(sink, "late", digest(story(9)), address="#ops")
    store.add_deliveries([late])
    await sink.deliver(writer, store)
    assert [call for call in slack.calls if call.method == "chat.postMessage"] == posts
    assert store.counts().outbox == {"paused": 7}
    slack.token_error = None
    await settle(sink, store, lambda: not store.open_deliveries())
    assert keys(slack) == [row.key for row in rows[:3]]
    assert keys(slack, "telecom") == [row.key for row in rows[3:]]


async def test_an_archived_channel_waits_alone_and_tells_ops(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    slack.channel("desk").archived = True
    rows = [delivery(sink, name, digest(story(1))) for name in "ab"]
    other = delivery(sink, "c", digest(story(1)), address="#telecom")
    store.add_deliveries([*rows, other])
    await sink.deliver(writer, store)
    assert [row.state for row in rows_of(store, *rows, other)] == ["paused", "paused", "sent"]
    (notice,) = store.notices()
    assert "#desk" in notice.text
    assert "is_archived" in notice.text
    slack.channel("desk").archived = False
    store.save_facts({RETRY_FACT: clock().isoformat()})
    await settle(sink, store)
    assert keys(slack) == [row.key for row in rows]


async def test_a_refused_form_gets_smaller_then_plain_then_dead(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    row = delivery(sink, "a", digest(story(1)))
    store.add_deliveries([replace(row, payload={**row.payload, "blocks": [{"type": "nonsense"}]})])
    await settle(sink, store)
    assert (store.delivery(row.key) or row).render == 1
    assert keys(slack) == [row.key]
    hopeless = delivery(sink, "b", digest(story(1)))
    store.add_deliveries([replace(hopeless, payload={**hopeless.payload, "text": "", "blocks": []}, render=2)])
    await settle(sink, store)
    assert [r.state for r in rows_of(store, hopeless)] == ["dead"]
    assert any(hopeless.digest.stories[0].title in notice.text for notice in store.notices())


async def test_retry_after_holds_the_method_everywhere(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    faults = iter(["429"])
    slack.fault = lambda method, _: next(faults, None) if method == "chat.postMessage" else None
    slack.retry_after = 1
    rows = [delivery(sink, c, digest(story(1)), address=c) for c in ("#desk", "#telecom", "#ops")]
    store.add_deliveries(rows)
    await settle(sink, store)
    at = [call.at for call in slack.calls if call.method == "chat.postMessage"]
    # Those under way when 429 was said may still land; nobody begins one while it holds.
    later = [moment for moment in at if moment - at[0] > 0.2]
    assert later
    assert all(moment - at[0] >= 1.0 for moment in later)
    assert all(row.state == "sent" for row in rows_of(store, *rows))


@pytest.mark.parametrize(("seconds", "is_kept"), [(120, True), (3, False)])
async def test_a_long_retry_after_outlives_a_restart(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore, seconds: int, is_kept: bool
) -> None:
    """The row that was refused was kept back; all others asked at once, and Slack became angrier with each restart."""
    slack.fault = lambda method, _: "429" if method == "chat.postMessage" else None
    slack.retry_after = seconds
    rows = [delivery(sink, name, digest(story(1)), address=to) for name, to in (("a", "#desk"), ("b", "#telecom"))]
    store.add_deliveries(rows[:1])
    await sink.deliver(writer, store)
    slack.fault = lambda *_: None
    store.add_deliveries(rows[1:])
    restarted = SlackSink(token=slack.token, api_url=slack.url, clock=clock, pace=FAST)
    await restarted.deliver(writer, store)
    await restarted.close()
    assert [row.state for row in rows_of(store, *rows)] == ["pending", "pending" if is_kept else "sent"]
    assert len([call for call in slack.calls if call.method == "chat.postMessage"]) == (1 if is_kept else 2)


async def test_without_a_history_scope_an_unknown_row_waits_for_a_person(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    slack.scopes = frozenset({"chat:write", "channels:read"})
    faults = iter(["reset_after"])
    slack.fault = lambda method, _: next(faults, None) if method == "chat.postMessage" else None
    rows = [delivery(sink, name, digest(story(1))) for name in "ab"]
    reply = delivery(sink, "c", digest(story(1), kind=MessageKind.REPLY, thread_of=rows[0].key))
    store.add_deliveries([rows[0], reply, rows[1]])
    await settle(sink, store, lambda: store.counts().outbox == {"unsettled": 1, "sent": 1, "pending": 1})
    assert keys(slack) == [row.key for row in rows]
    assert [row.state for row in rows_of(store, *rows, reply)] == ["unsettled", "sent", "pending"]
    (notice,) = store.notices()
    assert "slack retry" in notice.text
    assert "channels:history" in notice.text
    # A worker that starts when the scope is there settles it.
    slack.scopes = GRANTED_SCOPES
    second = SlackSink(token=slack.token, api_url=slack.url, clock=clock, pace=FAST)
    await settle(second, store)
    await second.close()
    assert [row.state for row in rows_of(store, *rows, reply)] == ["sent", "sent", "sent"]
    assert keys(slack) == [row.key for row in (*rows, reply)]


async def test_an_unsettled_row_of_the_build_before_is_settled(
    slack: SlackStandIn, sink: SlackSink, store: SqliteStore
) -> None:
    """It was `unknown`, and its error began so."""
    row = delivery(sink, "a", digest(story(1)))
    store.add_deliveries([row])
    error = "cannot be settled: conversations.history: missing_scope"
    store.save_delivery(replace(row, state=DeliveryState.UNKNOWN, started_at=clock(), attempts=1, error=error))
    await settle(sink, store)
    assert keys(slack) == [row.key]
    assert [row.state for row in rows_of(store, row)] == ["sent"]


async def test_edits_and_replies_find_their_message(slack: SlackStandIn, sink: SlackSink, store: SqliteStore) -> None:
    first = delivery(sink, "a", digest(story(1), kind=MessageKind.IMMEDIATE))
    edit = delivery(sink, "b", digest(story(1, "Twelve"), kind=MessageKind.UPDATE, thread_of=first.key, revision=2))
    reply = delivery(sink, "c", digest(story(1), kind=MessageKind.REPLY, thread_of=first.key))
    store.add_deliveries([first, edit, reply])
    faults = iter([None, "reset_after"])
    slack.fault = lambda method, _: next(faults, None) if method == "chat.postMessage" else None
    await settle(sink, store)
    top, threaded = slack.channel("desk").messages
    assert "Twelve" in str(top["blocks"])
    assert threaded["thread_ts"] == top["ts"]
    assert [row.state for row in rows_of(store, first, edit, reply)] == ["sent", "sent", "sent"]
    assert slack.problems == []


async def test_a_line_of_messages_longer_than_a_reading_of_the_outbox(slack: SlackStandIn, store: SqliteStore) -> None:
    """Rows stood in line while the outbox was read anew, and went out twice."""
    names = [f"c{number}" for number in range(25)]
    for number, name in enumerate(names):
        slack.add_channel(name, f"CLINE{number:05d}")
    paced = SlackSink(token=slack.token, api_url=slack.url, clock=clock, pace=replace(FAST, post=0.06, channel=0.1))
    rows = [delivery(paced, f"{name}{n}", digest(story(n)), address=f"#{name}") for name in names for n in range(2)]
    store.add_deliveries(rows)
    await paced.deliver(writer, store)
    await paced.close()
    assert sorted(key for name in names for key in keys(slack, name)) == sorted(row.key for row in rows)
    assert [call.method for call in slack.calls].count("chat.postMessage") == len(rows)


async def test_trouble_with_ops_is_not_told_to_ops(slack: SlackStandIn, sink: SlackSink, store: SqliteStore) -> None:
    slack.channel("ops").archived = True
    notice = Digest(channel=ChannelId("ops"), kind=MessageKind.NOTICE, at=clock(), title="A feed is failing.")
    store.add_deliveries([delivery(sink, "n", notice, address="#ops")])
    await sink.deliver(writer, store)
    assert store.notices() == []
    assert store.counts().outbox == {"paused": 1}


async def test_what_the_store_did_not_keep_is_settled(slack: SlackStandIn, sink: SlackSink, tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "wirewatch.db")
    store.migrate()
    rows = [delivery(sink, name, digest(story(1))) for name in "ab"]
    store.add_deliveries(rows)
    with refusing(store, "UPDATE ON outbox WHEN NEW.state = 'sent'"), pytest.raises(StoreError):
        await sink.deliver(writer, store)
    await settle(sink, store)
    store.close()
    assert keys(slack) == [row.key for row in rows]


async def test_no_connection_is_no_unknown(sink: SlackSink, store: SqliteStore, slack: SlackStandIn) -> None:
    await slack.stop()
    row = delivery(sink, "a", digest(story(1)), address="C0DESK0001")
    store.add_deliveries([row])
    await sink.deliver(writer, store)
    assert [r.state for r in rows_of(store, row)] == ["pending"]


async def test_no_token_in_what_is_kept(slack: SlackStandIn, sink: SlackSink, store: SqliteStore) -> None:
    slack.token_error = "invalid_auth"
    row = delivery(sink, "a", digest(story(1)))
    store.add_deliveries([row])
    await sink.deliver(writer, store)
    assert slack.token not in repr(store.open_deliveries())


def rows_of(store: SqliteStore, *rows: Delivery) -> list[Delivery]:
    return [store.delivery(row.key) or row for row in rows]
