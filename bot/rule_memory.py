"""Entries that came in → what rules with `spike:` and `expect:` remember of them, and the bursts that begin.

Ingest asks once a slice, and keeps the answer in its own transaction: killed between any two lines, a rule remembers
exactly what is in the archive.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.digests.mutes import REACTIONS, Overlay
from bot.core.digests.waiting import Alerts
from bot.core.workbench.expectations import EXPECT, expectation_of, heard
from bot.core.workbench.spike_message import learning_notice, spike_rows
from bot.core.workbench.spikes import SPIKES, SpikeWatch, counts_for_spikes
from bot.model import (
    Entry,
    Expectation,
    FeedId,
    Match,
    NewEntry,
    Notice,
    OutletId,
    Rule,
    RuleId,
    RuleSet,
    SpikeState,
    Waiting,
)
from bot.ports import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What rules remember of one slice of entries, and what follows from it."""

    rule_states: tuple[tuple[str, RuleId, object | None], ...]
    facts: Mapping[str, str | None]
    waiting: tuple[Waiting, ...]
    """Bursts that begin: what waits for their rules' channels."""
    notices: tuple[Notice, ...]


@dataclass(slots=True, kw_only=True)
class RuleMemory:
    """What the rules of one rule set remember, in memory; it can be made anew from the store."""

    ruleset: RuleSet
    rules: Mapping[RuleId, Rule]
    spikes: SpikeWatch = field(default_factory=SpikeWatch)
    feeds_began: dict[FeedId, datetime] = field(default_factory=dict)
    """When the first entry of a feed came in; read when it matters."""
    has_begun: bool = False
    """An ingest has been under these rules."""

    @classmethod
    def of(cls, ruleset: RuleSet, spikes: SpikeWatch | None = None) -> RuleMemory:
        """Of a new rule set; `spikes`: what the rules before it remember."""
        return cls(ruleset=ruleset, rules={rule.id: rule for rule in ruleset.rules}, spikes=spikes or SpikeWatch())

    @classmethod
    def load(cls, store: Store, ruleset: RuleSet) -> RuleMemory:
        """As the store has it."""
        spikes = SpikeWatch.read(store.rule_states(SPIKES, SpikeState), store.facts(SPIKES))
        for stored in store.archived(spikes.recent()):
            spikes.remember(stored.id, stored.entry.seen_at, stored.reading)
        return cls.of(ruleset, spikes)

    def remember(
        self,
        store: Store,
        entries: Sequence[NewEntry],
        matches: Sequence[Sequence[Match]],
        alerts: Alerts,
        now: datetime,
    ) -> Remembered:
        """Takes in one slice: its entries in order of arrival, the matches of each, and whom they alert."""
        notices = self._begin(entries)
        bursts = self._bursts(store, entries, matches)
        rule_states, facts = self.spikes.drain()
        rule_states += self._heard(store, entries, alerts, now)
        return Remembered(rule_states=tuple(rule_states), facts=facts, waiting=tuple(bursts), notices=notices)

    def _begin(self, entries: Sequence[NewEntry]) -> tuple[Notice, ...]:
        """With the first entries under these rules, those with `spike:` that are new begin to learn, and say so."""
        if self.has_begun or not entries:
            return ()
        self.has_begun = True
        at = entries[0].entry.seen_at
        rules = [rule for rule in self.ruleset.rules if rule.spike is not None]
        self.spikes.forget_others({rule.id for rule in rules})
        timezone = self.ruleset.settings.timezone
        return tuple(learning_notice(rule, at, timezone) for rule in rules if self.spikes.begin(rule, at))

    def _heard(
        self, store: Store, entries: Sequence[NewEntry], alerts: Alerts, now: datetime
    ) -> list[tuple[str, RuleId, object | None]]:
        """What rules with `expect:` remember of stories that may alert; those of a mute or a snooze do not count."""
        seen_at = {new.id: new.entry.seen_at for new in entries}
        stories: dict[RuleId, list[datetime]] = {}
        for one in alerts.matches:
            if self.rules[one.rule].expect is not None:
                stories.setdefault(one.rule, []).append(seen_at[one.entry])
        if not stories:
            return []
        before = store.rule_states(EXPECT, Expectation)
        overlay = Overlay.read(store.facts(REACTIONS))
        hushed = overlay.hushed(self.ruleset.channels, now, self.ruleset.settings.timezone).rules
        states: list[tuple[str, RuleId, object | None]] = []
        for name, times in stories.items():
            rule = self.rules[name]
            if not all(name in hushed.get(channel, ()) for channel in rule.to):
                states.append((EXPECT, name, heard(expectation_of(rule, before.get(name), now), times)))
        return states

    def _bursts(self, store: Store, entries: Sequence[NewEntry], matches: Sequence[Sequence[Match]]) -> list[Waiting]:
        """Which entries begin a burst of a rule with `spike:`: what waits for its channels."""
        waiting: list[Waiting] = []
        timezone = self.ruleset.settings.timezone
        for new, of_entry in zip(entries, matches, strict=True):
            entry = new.entry
            rules = [rule for one in of_entry if (rule := self.rules[one.rule]).spike is not None]
            if rules and counts_for_spikes(new, self._began_at(store, entry)):
                house = self.ruleset.house_of(entry.source or OutletId(entry.feed or ""))
                begun = [rule for rule in rules if self.spikes.add(rule, new, house, timezone) is not None]
                waiting += (row for rule in begun for row in spike_rows(rule, new))
        return waiting

    def _began_at(self, store: Store, entry: Entry) -> datetime | None:
        """When the first entry of an entry's feed came in; None: it is of no feed."""
        if entry.feed is None:
            return None
        if entry.feed not in self.feeds_began:
            self.feeds_began.update(store.feeds_began([entry.feed]))
        return self.feeds_began.setdefault(entry.feed, entry.seen_at)
