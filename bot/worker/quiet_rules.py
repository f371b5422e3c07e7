"""Rules with `expect:` that have become quiet: ops hears once, with the cause, and once when it is over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime

import structlog

from bot.app import Environment, clock, open_environment_archive
from bot.daemon_thread import in_daemon_thread
from bot.model import Rule, RuleId, RuleSet
from bot.ports import Store, Writer
from bot.workbench import expectations
from bot.worker.rules import RulesInForce

log = structlog.get_logger()


class QuietRules:
    """`tick` it now and then."""

    def __init__(self, environment: Environment, store: Store, write: Writer, rules: RulesInForce) -> None:
        self._environment, self._store, self._write, self._rules = environment, store, write, rules

    async def tick(self) -> None:
        """Looks, finds out why, and tells."""
        ruleset, now = self._rules.ruleset, clock()
        looked = await self._write(expectations.look, self._store, ruleset, now)
        if not (looked.changed or looked.quiet or looked.notices):
            return
        why = await in_daemon_thread(self._causes, ruleset, looked.quiet, now) if looked.quiet else {}
        for notice in await self._write(expectations.tell, self._store, ruleset, why, clock()):
            log.info("expectation", rule=notice.rule, text=notice.text)

    def _causes(self, ruleset: RuleSet, rules: Sequence[Rule], now: datetime) -> Mapping[RuleId, str]:
        """In a connection of its own: the writer thread goes on with news."""
        archive = open_environment_archive(self._environment)
        if archive is None:
            return {}
        with closing(archive):
            return expectations.causes(archive, ruleset, rules, now)
