"""Poll records → the same, with one notice where nothing can be reached instead of one a feed.

The law: it is the network that is away, and no feed, where two feeds that worked went out of reach since anybody
answered last (or two are, and nobody ever answered). Then ops hears so once, and once when somebody answers; a feed
that fails on after that is reported by itself. To know who else fails, the first report waits as long as one poll may
take.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.polling import messages
from bot.core.polling.health import feed_name
from bot.core.text.secrets import without_secrets
from bot.model import Feed, FeedHealth, FeedId, FeedState, Notice, NoticeKind, OpenProblem, PollRecord, Settings

_ENOUGH = 2
"""Feeds out of reach, with nobody who answers, that mean the network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unreached:
    """A feed that could not be reached since anybody answered last."""

    since_at: datetime
    has_worked: bool
    """Until then: one that has failed for long says nothing of the network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """A record whose report waits until it is known whether others answer."""

    since_at: datetime
    record: PollRecord
    example: str


class NetworkWatch:
    """What the polls of one process say about the network. `learn` what the store knows; then `judge` each record, and
    `judged` now and then."""

    def __init__(self) -> None:
        self._answered_at: datetime | None = None
        self._unreached: dict[FeedId, _Unreached] = {}
        self._waiting: list[_Waiting] = []
        self._away_since_at: datetime | None = None
        """Set while ops has been notified that nothing answers."""
        self._back_at: datetime | None = None
        self._is_alone = False
        """There is but one feed: nobody else whose answer is worth waiting for."""

    def learn(self, states: Iterable[FeedState]) -> None:
        """All feeds as the store has them, after a start or when the rules have changed."""
        states = list(states)
        self._is_alone = len(states) == 1
        answers = [at for state in states if (at := _answer_of(state)) is not None]
        self._answered_at = max([*answers, *filter(None, [self._answered_at])], default=None)
        self._unreached = {
            state.feed: _Unreached(since_at=state.last_poll_at, has_worked=self._has_worked(state))
            for state in states
            if _is_out_of_reach(state) and state.last_poll_at is not None and not self._has_answered(state.last_poll_at)
        }
        reported = [
            state.problem.since_at for state in states if state.problem and state.problem.kind is NoticeKind.NETWORK
        ]
        since_at = min((at for at in reported if not self._has_answered(at)), default=None)
        self._away_since_at = self._away_since_at or since_at

    def judge(self, feed: Feed, record: PollRecord, now: datetime, settings: Settings) -> list[PollRecord]:
        """The records to keep now: this one, those that waited for it, or none while it waits."""
        state = record.state
        if record.postponed:
            return [record]
        if not _is_out_of_reach(state):
            return self._answered(feed, record, now, settings.timezone)
        self._unreached.setdefault(state.feed, _Unreached(since_at=now, has_worked=self._has_worked(state)))
        if not any(_is_failing(notice, feed) for notice in record.notices):
            return [record]
        if self._away_since_at is not None:
            return [_hushed(record, self._away_since_at)]
        if self._back_at is not None and now - self._back_at < settings.fetch.timeout:
            return [_hushed(record, self._back_at)]  # it was asked before the network came back
        if self._is_alone or (state.failing_since_at is not None and self._has_answered(state.failing_since_at)):
            return [record]
        example = without_secrets(f"{feed_name(feed)}: {state.error}", feed.variables)
        self._waiting.append(_Waiting(since_at=now, record=record, example=example))
        return []

    def judged(self, now: datetime, settings: Settings, *, at_once: bool = False) -> list[PollRecord]:
        """The records that have waited for as long as a poll may take; `at_once`: all of them."""
        if not self._waiting:
            return []
        if not at_once and timedelta() <= now - self._waiting[0].since_at < settings.fetch.timeout:
            return []
        waiting, self._waiting = self._waiting, []
        records = [one.record for one in waiting]
        have_worked = sum(one.has_worked for one in self._unreached.values())
        if have_worked < _ENOUGH and (self._answered_at is not None or len(self._unreached) < _ENOUGH):
            return records
        since_at = self._away_since_at = min(one.since_at for one in self._unreached.values())
        examples = [one.example for one in waiting]
        text = messages.out_of_reach(since_at, len(self._unreached), examples, settings.timezone)
        hushed = [_hushed(record, since_at) for record in records]
        return [_with_notice(hushed[0], since_at, "away", text, now), *hushed[1:]]

    def _answered(self, feed: Feed, record: PollRecord, now: datetime, timezone: str) -> list[PollRecord]:
        """Somebody answers: the network is there, and what waited is each feed's own failure."""
        waited = [one.record for one in self._waiting]
        self._answered_at = now
        self._unreached, self._waiting = {}, []
        if (since_at := self._away_since_at) is not None:
            self._away_since_at, self._back_at = None, now
            text = messages.reachable(feed_name(feed), since_at, now, timezone)
            record = _with_notice(record, since_at, "back", text, now)
        return [record, *waited]

    def _has_worked(self, state: FeedState) -> bool:
        failing_since_at = state.failing_since_at
        return (
            state.last_ok_at is not None and failing_since_at is not None and not self._has_answered(failing_since_at)
        )

    def _has_answered(self, since_at: datetime) -> bool:
        return self._answered_at is not None and self._answered_at > since_at


def _is_out_of_reach(state: FeedState) -> bool:
    """The last poll ended without an answer of any server."""
    return state.health is FeedHealth.FAILING and state.status is None


def _answer_of(state: FeedState) -> datetime | None:
    """When this feed answered last, as far as its state shows: an error page is an answer, too."""
    return state.last_ok_at if _is_out_of_reach(state) else state.last_poll_at


def _is_failing(notice: Notice, feed: Feed) -> bool:
    return notice.key.startswith(f"feed:{feed.id}:{NoticeKind.FAILING}:")


def _hushed(record: PollRecord, since_at: datetime) -> PollRecord:
    """The record without its own report; its feed's problem is that of all."""
    problem = OpenProblem(kind=NoticeKind.NETWORK, since_at=since_at)
    return replace(record, state=replace(record.state, problem=problem), notices=())


def _with_notice(record: PollRecord, since_at: datetime, what: str, text: str, now: datetime) -> PollRecord:
    notice = Notice(key=f"network:{int(since_at.timestamp())}:{what}", text=text, at=now)
    return replace(record, notices=(notice, *record.notices))
