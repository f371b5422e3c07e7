"""An archive and rules on trial → what they would have found and posted.

The law: the code that decides in the worker decides here, on the entries as they were read and with the stories as they
were decided; nothing in the store changes, and all that is read is of one moment.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice, tee
from typing import TypeVar

from bot.core.matching.matcher import Matcher
from bot.core.matching.required_terms import required_terms
from bot.core.workbench.backtest import (
    Backtest,
    ChangedStory,
    Covered,
    Hit,
    Posting,
    RuleComparison,
    RuleOnTrial,
    first_hits_of_one,
    messages_by_day,
)
from bot.core.workbench.precision import mark_counts, marks_by_rule
from bot.model import (
    ChannelId,
    DecidedEntry,
    EntryId,
    Mark,
    MarkVerdict,
    Match,
    MessageKind,
    Rule,
    RuleSet,
    StoryId,
)
from bot.ports import Store
from bot.workbench.forecast import Forecast, HeldEntry, needs_texts
from bot.workbench.replay import Arrival, Replay

_Entry = TypeVar("_Entry")

_SLICE = 400
"""Entries that are read at a time."""

Progress = Callable[[str, int, int], None]
"""Called now and then with what is being done, how much of it is done, and how much there is."""


class Backtester:
    """Rules on one archive. `store`: in a snapshot. `days`: only the archive's last days count."""

    def __init__(self, store: Store, days: int | None = None, progress: Progress | None = None) -> None:
        self._store = store
        self._progress = progress or (lambda _what, _done, _all: None)
        span = store.archive_span(None)
        self._since: datetime | None = None
        if days is not None and span.last_at is not None:
            # From the last entry, not from now: the same archive gives the same answer.
            self._since = span.last_at - timedelta(days=days)
            span = store.archive_span(self._since)
        self.covered = Covered(entries=span.entries, first_at=span.first_at, last_at=span.last_at)
        self._marks = marks_by_rule(store.marks())

    def backtests(self, trials: Sequence[RuleOnTrial]) -> list[Backtest]:
        """Each rule by itself, in order."""
        hits = self._hits(trials)
        return [
            Backtest(
                rule=trial.rule.id,
                hits=tuple(of_rule),
                posts=tuple(self._posts(trial, of_rule)),
                marks=mark_counts(self._marks.get(trial.rule.id, ())),
                covered=self.covered,
                timezone=trial.ruleset.settings.timezone,
            )
            for trial, of_rule in zip(trials, hits, strict=True)
        ]

    def comparisons(self, pairs: Sequence[tuple[RuleOnTrial | None, RuleOnTrial | None]]) -> list[RuleComparison]:
        """(as it is, as it would be), None: it stands on the other side only."""
        backtests = iter(self.backtests([trial for pair in pairs for trial in pair if trial is not None]))
        comparisons = []
        for before_trial, after_trial in pairs:
            first = next(backtests)
            before = first if before_trial is not None else first.without_hits()
            after = first.without_hits()
            if after_trial is not None:
                after = next(backtests) if before_trial is not None else first
            comparisons.append(
                RuleComparison(
                    before=before,
                    after=after,
                    is_new=before_trial is None,
                    is_gone=after_trial is None,
                    added=self._changed(after_trial, first_hits_of_one(after, before)),
                    removed=self._changed(before_trial, first_hits_of_one(before, after)),
                )
            )
        return comparisons

    def channel_messages(
        self, ruleset: RuleSet, backtests: Sequence[Backtest]
    ) -> dict[ChannelId, list[tuple[date, int]]]:
        """New messages by day in each channel with a budget, of all rules together.

        `backtests`: of the rules of `ruleset`, in their order.
        """
        messages = {}
        for name, channel in ruleset.channels.items():
            if channel.max_per_day is None:
                continue
            posting = [number for number, rule in enumerate(ruleset.rules) if name in rule.to]
            rules = tuple(replace(ruleset.rules[number], to=(name,)) for number in posting)
            together = replace(ruleset, rules=rules, channels={name: replace(channel, max_per_day=None)})
            posts = self._replayed(together, [backtests[number].hits for number in posting], name)
            messages[name] = messages_by_day(posts, self.covered, ruleset.settings.timezone)
        return messages

    # --- what the rules hold on ---

    def _hits(self, trials: Sequence[RuleOnTrial]) -> list[list[Hit]]:
        hits: list[list[Hit]] = [[] for _ in trials]
        sides = _by_ruleset(trials)
        entries = self._possible(trials)
        for done, archived in enumerate(self._read(entries, self._store.archived_texts), 1):
            entry = archived.entry
            for ruleset, numbers, matcher in sides:
                for number in matcher.select(entry, archived.reading, ruleset.labels_of(entry.feed)):
                    hit = Hit(entry=archived.id, story=archived.story, seen_at=entry.seen_at)
                    hits[numbers[number]].append(hit)
            self._show("entries read", done, len(entries))
        return hits

    def _possible(self, trials: Sequence[RuleOnTrial]) -> list[EntryId]:
        """What the archive's index leaves over for all the rules together: the matcher decides."""
        possible: set[EntryId] = set()
        for terms in {required_terms(trial.rule.query) for trial in trials}:
            if terms is None:
                return self._store.archived_ids(None, self._since)
            possible.update(self._store.archived_ids(terms, self._since))
        return sorted(possible)

    def _read(self, entries: Sequence[EntryId], read: Callable[[Sequence[EntryId]], list[_Entry]]) -> Iterator[_Entry]:
        ids = iter(entries)
        while part := list(islice(ids, _SLICE)):
            yield from read(part)

    def _show(self, what: str, done: int, total: int) -> None:
        if done % _SLICE == 0:
            self._progress(what, done, total)

    # --- what they would post ---

    def _posts(self, trial: RuleOnTrial, hits: Sequence[Hit]) -> Iterator[Posting]:
        alone = replace(trial.ruleset, rules=(trial.rule,), channels=trial.channels)
        return self._replayed(alone, [hits], trial.rule.id)

    def _replayed(self, ruleset: RuleSet, hits: Sequence[Sequence[Hit]], what: str) -> Iterator[Posting]:
        """The stages of the worker on a simulated clock, over the stories that rules hold on.

        `hits`: of each rule, in order.
        """
        ruleset = replace(ruleset, rules=tuple(map(_without_notices, ruleset.rules)))
        stories = {hit.story for of_rule in hits for hit in of_rule}
        has_spikes = any(rule.spike is not None for rule in ruleset.rules)
        if not stories:
            return
        if not has_spikes:
            read = self._held_in_full if needs_texts(ruleset) else self._held
            yield from Forecast(ruleset).posts(read(stories, ruleset, hits, what))
            return
        # When its feeds and the archive began counts, too.
        entries = sorted({*self._store.archived_of(stories), *self._store.first_of_feeds(self._since)})
        for post in Replay(ruleset).posts(self._arrivals(entries, what)):
            if post.delivery.kind is not MessageKind.NOTICE:
                yield Posting(at=post.at, channel=post.delivery.channel, kind=post.delivery.kind)

    def _held(
        self, stories: Collection[StoryId], ruleset: RuleSet, hits: Sequence[Sequence[Hit]], what: str
    ) -> Iterator[HeldEntry]:
        matches: dict[EntryId, list[Match]] = {}
        for rule, of_rule in zip(ruleset.rules, hits, strict=True):
            match = Match(rule=rule.id)
            for hit in of_rule:
                matches.setdefault(hit.entry, []).append(match)
        entries = self._store.decided_of(stories)
        times = self._arrival_times(one.seen_at for one in entries)
        for done, (decided, at) in enumerate(zip(entries, times, strict=True), 1):
            if at is not None:
                yield HeldEntry(decided=decided, seen_at=at, matches=matches.get(decided.decision.entry, ()))
            self._show(f"{what}: entries replayed", done, len(entries))

    def _held_in_full(
        self, stories: Collection[StoryId], ruleset: RuleSet, hits: Sequence[Sequence[Hit]], what: str
    ) -> Iterator[HeldEntry]:
        """With what messages show of them."""
        matcher = Matcher(ruleset.rules)
        entries = {hit.entry for of_rule in hits for hit in of_rule}
        for arrival in self._arrivals(self._store.archived_of(stories), what):
            stored, entry = arrival.archived, arrival.entry
            assert stored is not None, "it is of an archive"
            labels = ruleset.labels_of(entry.feed)
            yield HeldEntry(
                decided=DecidedEntry(decision=stored.decision, seen_at=entry.seen_at, published_at=entry.published_at),
                seen_at=entry.seen_at,
                matches=matcher.match(entry, stored.reading, labels) if stored.id in entries else (),
                entry=entry,
                title=stored.reading.headline,
            )

    def _arrivals(self, entries: Sequence[EntryId], what: str) -> Iterator[Arrival]:
        every, again = tee(self._read(entries, self._store.archived))
        times = self._arrival_times(stored.entry.seen_at for stored in again)
        for done, (stored, at) in enumerate(zip(every, times, strict=True), 1):
            if at is not None:
                entry = stored.entry if stored.entry.seen_at == at else replace(stored.entry, seen_at=at)
                yield Arrival(id=str(stored.id), entry=entry, archived=replace(stored, entry=entry))
            self._show(f"{what}: entries replayed", done, len(entries))

    def _arrival_times(self, seen: Iterable[datetime]) -> Iterator[datetime | None]:
        """When each entry comes in: as in story lines, the clock never runs back. None: before what counts."""
        clock_at = self._since
        for at in seen:
            if self._since is not None and at < self._since:
                yield None
            else:
                clock_at = at if clock_at is None else max(clock_at, at)
                yield clock_at

    # --- what changes ---

    def _changed(self, trial: RuleOnTrial | None, hits: Sequence[Hit]) -> tuple[ChangedStory, ...]:
        if trial is None or not hits:
            return ()
        matcher = Matcher([trial.rule])
        verdicts = _verdicts(self._marks.get(trial.rule.id, ()))
        changed = []
        for stored in self._read([hit.entry for hit in hits], self._store.archived_texts):
            matches = matcher.match(stored.entry, stored.reading, trial.ruleset.labels_of(stored.entry.feed))
            changed.append(
                ChangedStory(
                    story=stored.story,
                    title=stored.reading.headline,
                    url=stored.entry.url,
                    source=stored.entry.source,
                    seen_at=stored.entry.seen_at,
                    evidence=matches[0].evidence,
                    mark=verdicts.get(stored.story),
                    feed=stored.entry.feed,
                )
            )
        return tuple(changed)


def _without_notices(rule: Rule) -> Rule:
    """The rule as far as it posts stories: a budget and `expect:` post notices alone, and cost time."""
    return replace(rule, max_per_day=None, expect=None)


def _by_ruleset(trials: Sequence[RuleOnTrial]) -> list[tuple[RuleSet, list[int], Matcher]]:
    """For each rule set that rules are tried with: the numbers of the trials, and a matcher of their rules."""
    groups: dict[int, tuple[RuleSet, list[int]]] = {}
    for number, trial in enumerate(trials):
        groups.setdefault(id(trial.ruleset), (trial.ruleset, []))[1].append(number)
    return [
        (ruleset, numbers, Matcher([trials[number].rule for number in numbers])) for ruleset, numbers in groups.values()
    ]


def _verdicts(marks: Sequence[Mark]) -> dict[StoryId, MarkVerdict]:
    """What people said of each story; where they disagree it counts as relevant, for nothing relevant may be lost."""
    verdicts: dict[StoryId, MarkVerdict] = {}
    for mark in marks:
        if verdicts.get(mark.story) is not MarkVerdict.RELEVANT:
            verdicts[mark.story] = mark.verdict
    return verdicts
