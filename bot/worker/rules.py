"""A rules file that changes → the rules in force; a bad edit is reported, never taken over.

The last accepted text is kept in the store, so a worker starts on it when the file is broken or missing; where a new
release finds errors in that, too, on what can be read of it: a deploy must not end all alerts over one rule. A missing
file is reported every hour: whoever moved it must not learn of it a month later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from hashlib import sha256
from pathlib import Path

import structlog

from bot.app import Environment, check_rules, clock, stopwatch
from bot.core.rulefile.added_rules import ADDED_RULES, read_added_rules, with_added_rules
from bot.core.rulefile.channels import default_channel
from bot.core.rulefile.problems import problems_in_brief, problems_text
from bot.core.text.plural import counted
from bot.errors import RulesError, UsageError
from bot.model import BY_FILE, Feed, FeedId, Notice, Problem, RuleSet, RulesText
from bot.ports import Store, Writer
from bot.rules_files import is_pipe, read_rules_text

_MAX_NOTICE = 2500
"""Characters of a list of problems that ops get; `check` has the whole."""
_BEFORE = "The last accepted rules stay in force."
_IN_PART = (
    "This release of Wirewatch finds errors in the rules that were in force before; what it can read of them is in "
    "force, the rest is not until it is mended."
)
_STANDS_STILL = 1.0
"""Seconds that an edited file must stand as it is: editors and copies write a file in pieces."""

log = structlog.get_logger()


class RulesInForce:
    """`ruleset` is always a good one once `load` has returned."""

    def __init__(
        self,
        environment: Environment,
        store: Store,
        write: Writer,
        *,
        keeps: bool = True,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._environment = environment
        self._pause = pause
        self._keeps = keeps
        """Whether this process says which rules are in force; a poller only follows."""
        self._store = store
        self._write = write
        self._began = stopwatch()
        self._seen: str | None = None
        """Hash of the file's content when it was last looked at, good or bad; None: there was no readable file."""
        self._stamp: tuple[int, ...] | None = None
        """When and how large the file was then; (): there was none. None: not to be relied upon."""
        self._reported_hour = ""
        """When it was last reported that there is no file."""
        self._kept = _BEFORE
        """What a bad file leaves in force, in words."""
        self._piped: bytes | None = None
        """What a pipe in the file's place held: it can be read but once, and was said to be empty ever after."""
        self._added: Mapping[str, str] = {}
        """Rules added in Slack, as facts."""
        self.ruleset: RuleSet
        self.feeds: dict[FeedId, Feed] = {}

    async def load(self) -> None:
        """At start. Raises RulesError or UsageError where there is no earlier file to fall back on either."""
        self._added = await self._write(self._store.facts, ADDED_RULES)
        ruleset, data, problem, problems = await self._read()
        if ruleset is not None:
            self._take(ruleset)
            await self.accept(ruleset, data)
            return
        accepted = await self._write(self._store.get_fact, "rules:text")
        if accepted is not None:
            version = await self._write(self._store.get_fact, "rules:version")
            check = partial(check_rules, accepted.encode(), self._environment, in_force=version)
            earlier, errors = await asyncio.to_thread(check)
            if earlier is not None:
                if any(error.severity == "error" for error in errors):
                    self._kept = _IN_PART
                self._take(self._with_added(earlier))
                await (self._report_missing(problem) if self._seen is None else self._reject(problem, problems))
                return
        if problems:
            raise RulesError(problem, problems)
        raise UsageError(problem)

    async def changed(self) -> tuple[RuleSet, bytes] | None:
        """A new good rule set if the file was edited, or a rule added in Slack; a bad edit is reported here.

        Hand it to `accept`. A file that is still being written is looked at again next time.
        """
        if self._environment.config.is_file():
            self._piped = None  # in the pipe's place stands a file by now
        if self._piped is None and not await self._stands_still():
            return None
        before, added = self._seen, self._added
        self._added = await self._write(self._store.facts, ADDED_RULES)
        ruleset, data, problem, problems = await self._read(before if self._added == added else None)
        if self._piped is None and _stamp(self._environment.config) != self._stamp:  # written to while it was read
            self._seen, self._stamp = before, None
            return None
        if ruleset is None and self._seen is None:
            await self._report_missing(problem)
            return None
        if self._seen == before and self._added == added:
            return None
        if ruleset is None:
            await self._reject(problem, problems)
            return None
        return ruleset, data

    async def _stands_still(self) -> bool:
        """Whether the file is as it was when it was last looked at, or as it was a second ago."""
        before, self._stamp = self._stamp, _stamp(self._environment.config)
        if self._stamp == before:
            return True
        await self._pause(_STANDS_STILL)
        before, self._stamp = self._stamp, _stamp(self._environment.config)
        if self._stamp == before:
            return True
        self._stamp = None
        return False

    async def accept(self, ruleset: RuleSet, data: bytes) -> None:
        """`ruleset` is in force from now on."""
        self._take(ruleset)
        self._reported_hour, self._kept = "", _BEFORE
        facts = {
            "rules:text": data.decode("utf-8-sig"),
            "rules:version": ruleset.version,
            "rules:count": str(len(ruleset.rules)),
            "rules:rejected": None,
        }
        if self._keeps:
            was_rejected = await self._write(self._store.get_fact, "rules:rejected") is not None
            await self._write(self._record, ruleset.version, data)
            await self._write(self._store.save_facts, facts)
            if was_rejected:  # who read of it on Friday evening need not look
                key = f"rules:accepted:{ruleset.version}:{clock():%Y-%m-%dT%H:%M}"
                text = f"The rules file is in force again: {counted(len(ruleset.rules), 'rule', 'rules')}."
                await self._write(self._store.add_notices, [Notice(key=key, text=text, at=clock())])
        log.info(
            "rules_loaded",
            rules=len(ruleset.rules),
            feeds=len(ruleset.feeds),
            channels=len(ruleset.channels),
            version=ruleset.version,
            ms=self._ms(),
        )

    def _record(self, version: str, data: bytes) -> None:
        """A line of the history, unless this text was in force before already."""
        in_force = self._store.get_fact("rules:version")
        before = self._store.rules_text(in_force) if in_force is not None else None
        added = tuple(rule for _, rule in sorted(self._added.items()))
        by = BY_FILE
        if before is not None and before.content == data:
            new = read_added_rules({rule: rule for rule in added if rule not in before.added})
            by = new[-1].by if new else BY_FILE
        same = self._store.rules_text(version)
        if same is not None and same.content != data:
            # Other line ends: the same rules, and other bytes.
            version = f"{version}~{sha256(data).hexdigest()[:4]}"
        self._store.add_rules_text(RulesText(version=version, at=clock(), by=by, content=data, added=added))

    def _take(self, ruleset: RuleSet) -> None:
        self.ruleset = ruleset
        self.feeds = {feed.id: feed for feed in ruleset.feeds}

    async def _read(self, before: str | None = None) -> tuple[RuleSet | None, bytes, str, tuple[Problem, ...]]:
        """(rule set, file content, problem in words, problems); nothing is parsed when the content is as `before`."""
        self._began = stopwatch()
        try:
            data = self._piped
            if data is None:
                data = await asyncio.to_thread(read_rules_text, self._environment.config)
                self._piped = data if is_pipe(self._environment.config) else None
        except UsageError as error:
            self._seen = None
            return None, b"", str(error), ()
        self._seen = sha256(data).hexdigest()
        if self._seen == before:
            return None, data, "", ()
        ruleset, problems = await asyncio.to_thread(check_rules, data, self._environment)
        if ruleset is not None:
            ruleset = self._with_added(ruleset)
        problem = "" if ruleset is not None else problems_text(str(self._environment.config), problems)
        return ruleset, data, problem, problems

    def _with_added(self, ruleset: RuleSet) -> RuleSet:
        """The file's rules and those added in Slack; where ids clash the file wins."""
        added = read_added_rules(self._added)
        both, problems = with_added_rules(ruleset, added, default_channel(self._environment.variables))
        for problem in problems:
            log.warning("added_rule_left_out", problem=problem)
        return both

    def _ms(self) -> int:
        """Milliseconds since the rules began to be read."""
        return round((stopwatch() - self._began) * 1000)

    async def _report_missing(self, problem: str) -> None:
        """There is no file that can be read: said once an hour."""
        hour = f"{clock():%Y-%m-%dT%H}"
        if hour != self._reported_hour:
            self._reported_hour = hour
            text = f"{problem}\n{self._kept}"
            await self._keep_rejection(problem, Notice(key=f"rules:missing:{hour}", text=text, at=clock()))

    async def _reject(self, problem: str, problems: tuple[Problem, ...]) -> None:
        if problems:
            problem = problems_in_brief(str(self._environment.config), problems)
        key = f"rules:{sha256(problem.encode('utf-8', 'replace')).hexdigest()[:16]}:{clock():%Y-%m-%dT%H:%M}"
        text = f"The rules file was not taken over. {self._kept}\n{problem}"
        await self._keep_rejection(problem, Notice(key=key, text=text[:_MAX_NOTICE], at=clock()))

    async def _keep_rejection(self, problem: str, notice: Notice) -> None:
        if self._kept is not _BEFORE:
            problem = f"{self._kept}\n{problem}"
        log.error("rules_rejected", problem=problem, version=self.ruleset.version, ms=self._ms())
        if not self._keeps:
            return
        facts = {
            "rules:rejected": problem,
            "rules:version": self.ruleset.version,
            "rules:count": str(len(self.ruleset.rules)),
        }
        await self._write(self._store.save_facts, facts)
        await self._write(self._store.add_notices, [notice])


def _stamp(path: Path) -> tuple[int, ...]:
    """What changes when a file is written; () without a file."""
    try:
        stat = path.stat()
    except OSError:
        return ()
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
