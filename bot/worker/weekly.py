"""Once a week: people are asked about a sample of what was told, and shown what was not sent by little."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta

import structlog

from bot.app import Environment, clock, open_environment_archive
from bot.core.workbench.near_misses import NearMiss
from bot.core.workbench.review import due_slot
from bot.daemon_thread import in_daemon_thread
from bot.model import Delivery, RuleSet, WeeklySlot
from bot.ports import Sink, Store, Writer
from bot.workbench.missed import find_near_misses
from bot.workbench.questions import (
    LISTED,
    RESTATE_QUESTIONS,
    REVIEWED,
    ask_samples,
    list_near_misses,
    restate_questions,
)
from bot.worker.rules import RulesInForce

_WEEK = timedelta(days=7)
log = structlog.get_logger()


class WeeklyQuestions:
    """Ticks; what is due is done once, whatever is killed meanwhile."""

    def __init__(
        self,
        environment: Environment,
        store: Store,
        write: Writer,
        rules: RulesInForce,
        sink: Sink,
        nudge: Callable[[str], None],
    ) -> None:
        self._environment, self._store, self._write, self._rules = environment, store, write, rules
        self._sink, self._nudge = sink, nudge
        self._buttons = environment.slack_app_token is not None

    async def tick(self) -> None:
        """Asks, and lists, if their hour has come; shows answers that were given elsewhere (`mark`, the desk)."""
        settings = self._rules.ruleset.settings
        if settings.review is not None:
            await self._review(settings.review.slot)
        if settings.missed is not None:
            await self._list(settings.missed)
        for fact in await self._write(self._store.facts, RESTATE_QUESTIONS):
            key = fact.removeprefix(RESTATE_QUESTIONS)
            if await self._write(restate_questions, self._store, self._rules.ruleset, self._sink, clock(), key):
                self._nudge("deliver")

    async def _review(self, slot: WeeklySlot) -> None:
        slot_at = await self._due(REVIEWED, slot)
        if slot_at is None:
            return
        if not self._buttons:
            log.warning("review_skipped", why="answers need buttons: set SLACK_APP_TOKEN")
            await self._write(self._store.save_facts, {REVIEWED: slot_at.isoformat()})
            return
        ruleset, now = self._rules.ruleset, clock()
        asked = await self._write(ask_samples, self._store, ruleset, self._sink, now, slot_at, self._buttons)
        self._report("sample", asked)

    async def _list(self, slot: WeeklySlot) -> None:
        slot_at = await self._due(LISTED, slot)
        if slot_at is None:
            return
        ruleset = self._rules.ruleset
        misses = await in_daemon_thread(self._near_misses, ruleset, slot_at - _WEEK)
        listed = await self._write(
            list_near_misses, self._store, ruleset, self._sink, clock(), slot_at, misses, self._buttons
        )
        self._report("near_miss", listed)

    async def _due(self, fact: str, slot: WeeklySlot) -> datetime | None:
        done = await self._write(self._store.get_fact, fact)
        done_at = datetime.fromisoformat(done) if done is not None else None
        return due_slot(slot, self._rules.ruleset.settings.timezone, done_at, clock())

    def _near_misses(self, ruleset: RuleSet, since: datetime) -> list[NearMiss]:
        """In a connection of its own: the writer thread goes on with news."""
        archive = open_environment_archive(self._environment)
        if archive is None:
            return []
        with closing(archive):
            return find_near_misses(archive, ruleset, ruleset.rules, since)

    def _report(self, kind: str, deliveries: list[Delivery]) -> None:
        questions = sum(len(delivery.digest.questions) for delivery in deliveries)
        log.info("questions_asked", kind=kind, messages=len(deliveries), questions=questions)
        if deliveries:
            self._nudge("deliver")
