"""Reports of a rule as they arrive → a burst, when unusually many houses report in texts of their own.

The law of this file: a copy counts for nothing, and a house counts once, however many outlets it has and however often
it reports. What is usual is the median of the same window on the same weekdays and hours of the last four weeks, and of
days of the same sort with half the weight; how far it varies is the median absolute deviation (Iglewicz and Hoaglin
1993, "How to Detect and Handle Outliers": 3.5 of 1.4826 × MAD), never less than counts vary by chance (the square
root, as of a Poisson count). Times of a burst are left out as long as enough others remain: bursts of last week do not
hide one today, and a new level is usual in the end. A burst is told once; it goes on until half as many report. Before
28 days are known nothing is told.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.workbench.own_texts import TextPrint, text_print
from bot.core.workbench.query_parts import query_hash
from bot.model import Burst, EntryId, HouseReport, LoudTime, NewEntry, Reading, Rule, RuleId, SpikeState, Verdict

SPIKES = "spike"
"""The kind of a rule's state, and what the keys of its hours begin with."""
LEARNING = timedelta(days=28)
"""How long a rule is only listened to: four of each day of the week."""
_KEPT = LEARNING + timedelta(days=8)
"""A window may be a week long."""
_HOUR = timedelta(hours=1)
_DAYS = 28
"""Days before that say what is usual at an hour: four of each day of the week."""
_NEARBY = (-1, 0, 1)
"""Hours beside the same one that are looked at, too."""
_LEAST_KNOWN = timedelta(days=7)
"""From then on bursts are noticed, though not told: what is usual is to be learnt without them."""
_MOST_ALIKE = 0.75
"""Where half as many houses or more reported on more than this share of the days at this hour, bursts are usual."""
_LONGEST_LOUD = timedelta(hours=24)
"""What is loud for longer is a new level."""
_DEVIATIONS = 3.5
"""Above what is usual, in robust standard deviations: the usual bound for outliers (Iglewicz and Hoaglin, 1993)."""
_MAD_TO_SIGMA = 1.4826
"""A median absolute deviation times this is the standard deviation, where chance is normal."""
_LATE = timedelta(hours=1)
"""Published longer than this before its arrival, an entry says nothing of how much is reported now."""
_FIRST_BATCH = timedelta(hours=1)
"""What a feed brings within this time of its first entry may be all that it has."""
_OWN_TEXT = (Verdict.NEW_STORY, Verdict.SAME_STORY, Verdict.UPDATE)
_MOST_TEXTS = 5_000
"""Reports of all rules whose texts are held to find copies."""
_MOST_BURSTS = 5
"""The latest bursts of a rule that are remembered: their messages may still have to be made."""
_FIRST = 5
"""Reports that a message names."""
_BAR_HOURS = 24
"""Columns of the picture in a message."""


def counts_for_spikes(new: NewEntry, feed_began_at: datetime | None) -> bool:
    """Whether an entry says that somebody reports now, in words of their own.

    `feed_began_at`: when the first entry of its feed came in; None: with this one, or it is of no feed.
    """
    entry = new.entry
    if new.silent or new.decision.verdict not in _OWN_TEXT:
        return False
    if entry.published_at is not None and entry.seen_at - entry.published_at > _LATE:
        return False
    if entry.feed is None:
        return True
    return feed_began_at is not None and entry.seen_at - feed_began_at >= _FIRST_BATCH


class SpikeWatch:
    """What all rules with `spike:` remember. `drain` gives what changed since the last time, for the store."""

    def __init__(self) -> None:
        self._states: dict[RuleId, SpikeState] = {}
        self._hours: dict[RuleId, dict[datetime, dict[str, HouseReport]]] = {}
        self._texts: dict[EntryId, tuple[datetime, TextPrint]] = {}
        self._changed_states: set[RuleId] = set()
        self._changed_hours: set[tuple[RuleId, datetime]] = set()

    @classmethod
    def read(cls, states: Mapping[RuleId, SpikeState], facts: Mapping[str, str]) -> SpikeWatch:
        """From `rule_states(SPIKES, …)` and `facts(SPIKES)`."""
        watch = cls()
        watch._states.update(states)
        for key, text in facts.items():
            _, hour, rule = key.split("|", 2)
            at = datetime.fromisoformat(hour)
            watch._hours.setdefault(RuleId(rule), {})[at] = dict(_read_hour(at, text))
        return watch

    def recent(self) -> list[EntryId]:
        """Entries whose texts later ones may be copies of: give them to `remember`."""
        return [
            report.entry
            for hours in self._hours.values()
            for hour in sorted(hours)[-_BAR_HOURS:]
            for report in hours[hour].values()
        ]

    def remember(self, entry: EntryId, at: datetime, reading: Reading) -> None:
        """The text of a report, for as long as copies of it may come."""
        self._texts[entry] = at, text_print(reading)
        if len(self._texts) > _MOST_TEXTS:
            self._texts = dict(sorted(self._texts.items(), key=lambda item: item[1][0])[_MOST_TEXTS // 2 :])

    def forget_others(self, rules: Collection[RuleId]) -> None:
        """Only these rules are watched: what another one does meanwhile nobody counts."""
        for rule in self._states.keys() - set(rules):
            del self._states[rule]
            self._changed_states.add(rule)
            self._changed_hours |= {(rule, hour) for hour in self._hours.pop(rule, {})}

    def begin(self, rule: Rule, at: datetime) -> bool:
        """Begins to learn where a rule is new, or looks for something else than before; whether it does."""
        query = query_hash(rule)
        state = self._states.get(rule.id)
        if state is not None and state.query == query:
            return False
        self._states[rule.id] = SpikeState(query=query, since_at=at)
        self._changed_states.add(rule.id)
        self._changed_hours |= {(rule.id, hour) for hour in self._hours.pop(rule.id, {})}
        return True

    def add(self, rule: Rule, new: NewEntry, house: str, timezone: str) -> Burst | None:
        """A report that counts for a rule with `spike:`. The burst that it begins, if it does."""
        settings = rule.spike
        assert settings is not None
        hours = self._hours.setdefault(rule.id, {})
        at = _on_time(new.entry.seen_at, hours)
        if self._is_copy(rule.id, house, new, at - settings.window):
            return None
        state = self._states[rule.id]
        before = self._houses(hours, at, settings.window)
        if state.quiet_below is not None and len(before) < state.quiet_below:
            state = self._save(rule.id, replace(state, quiet_below=None))
        self._note(rule.id, hours, HouseReport(house=house, entry=new.id, first_at=at, last_at=at))
        self.remember(new.id, at, new.reading)
        houses = self._houses(hours, at, settings.window)
        if state.quiet_below is not None:
            self._follow(rule.id, state, at, len(houses))
            return None
        if len(houses) < settings.at_least or at - state.since_at < _LEAST_KNOWN:
            return None
        usual, deviation = _usual(self._samples(hours, state, at, settings.window, ZoneInfo(timezone)))
        needed = max(settings.at_least, settings.times * usual, usual + _DEVIATIONS * deviation)
        if len(houses) < needed:
            return None
        first = sorted(houses.values(), key=lambda report: (report.first_at, report.entry))
        burst = Burst(
            entry=new.id,
            at=at,
            houses=len(houses),
            usual=usual,
            window=settings.window,
            first=tuple(report.entry for report in first[:_FIRST]),
            hours=tuple(len(hours.get(hour, {})) for hour in _last_hours(at)),
        )
        # What was there before it began is background.
        begin_at = first[min(round(usual), len(first) - 1)].first_at
        loud = [one for one in state.loud if at - one.end_at < _KEPT]
        state = replace(
            state,
            quiet_below=needed / 2,
            loud=(*loud, LoudTime(begin_at=begin_at, end_at=at, houses=len(houses))),
        )
        is_learning = at - state.since_at < LEARNING
        if not is_learning:
            state = replace(state, bursts=(*state.bursts, burst)[-_MOST_BURSTS:])
        self._save(rule.id, state)
        return None if is_learning else burst

    def drain(self) -> tuple[list[tuple[str, RuleId, object | None]], dict[str, str | None]]:
        """Rule states and facts that have changed: what `IngestBatch` keeps."""
        states: list[tuple[str, RuleId, object | None]] = [
            (SPIKES, rule, self._states.get(rule)) for rule in sorted(self._changed_states)
        ]
        facts: dict[str, str | None] = {}
        for rule, hour in sorted(self._changed_hours):
            reports = self._hours.get(rule, {}).get(hour)
            facts[f"{SPIKES}|{hour.isoformat()}|{rule}"] = _hour_text(hour, reports.values()) if reports else None
        self._changed_states.clear()
        self._changed_hours.clear()
        return states, facts

    # --- what is known ---

    def _note(self, rule: RuleId, hours: dict[datetime, dict[str, HouseReport]], report: HouseReport) -> None:
        hour = report.first_at.replace(minute=0, second=0, microsecond=0)
        if hour not in hours:
            for old in [one for one in hours if hour - one > _KEPT]:
                del hours[old]
                self._changed_hours.add((rule, old))
        reports = hours.setdefault(hour, {})
        before = reports.get(report.house, report)
        reports[report.house] = HouseReport(
            house=report.house,
            entry=before.entry,
            first_at=min(before.first_at, report.first_at),
            last_at=max(before.last_at, report.last_at),
        )
        self._changed_hours.add((rule, hour))

    def _is_copy(self, rule: RuleId, house: str, new: NewEntry, since: datetime) -> bool:
        """Whether another house has published this text within the window."""
        text = text_print(new.reading)
        return any(
            report.house != house
            and report.last_at > since
            and report.entry in self._texts
            and text.copies(self._texts[report.entry][1])
            for hour, reports in self._hours[rule].items()
            if hour > since - _HOUR
            for report in reports.values()
        )

    @staticmethod
    def _houses(
        hours: Mapping[datetime, Mapping[str, HouseReport]], at: datetime, window: timedelta
    ) -> dict[str, HouseReport]:
        """The houses that reported in (at − window, at], each with the first report there."""
        houses: dict[str, HouseReport] = {}
        hour = (at - window).replace(minute=0, second=0, microsecond=0)
        while hour <= at:
            for house, report in hours.get(hour, {}).items():
                if report.first_at <= at and report.last_at > at - window:
                    houses.setdefault(house, report)
            hour += _HOUR
        return houses

    def _samples(
        self,
        hours: Mapping[datetime, Mapping[str, HouseReport]],
        state: SpikeState,
        at: datetime,
        window: timedelta,
        zone: ZoneInfo,
    ) -> list[tuple[int, int]]:
        """(houses, weight) of the same window on earlier days; without those in which a burst was, if enough remain."""
        is_weekend = at.astimezone(zone).weekday() >= 5
        samples: list[tuple[int, int]] = []
        calm: list[tuple[int, int]] = []
        now = len(self._houses(hours, at, window))
        at_this_hour = as_many = 0
        for day in range(1, _DAYS + 1):
            then = at - timedelta(days=day)
            weight = 2 if day % 7 == 0 else int((then.astimezone(zone).weekday() >= 5) == is_weekend)
            for nearby in _NEARBY if weight else ():
                end_at = then + nearby * _HOUR
                if end_at - window < state.since_at:
                    continue
                houses = len(self._houses(hours, end_at, window))
                samples.append((houses, weight))
                if not any(one.begin_at <= end_at and one.end_at > end_at - window for one in state.loud):
                    calm.append((houses, weight))
                if not nearby:
                    at_this_hour += weight
                    as_many += weight * (2 * houses >= now)
        return calm if as_many <= _MOST_ALIKE * at_this_hour else samples

    def _follow(self, rule: RuleId, state: SpikeState, at: datetime, houses: int) -> None:
        """A burst goes on: until when, as long as it grows."""
        latest = state.loud[-1]
        if houses > latest.houses and at - latest.begin_at < _LONGEST_LOUD:
            grown = replace(latest, end_at=at, houses=houses)
            self._save(rule, replace(state, loud=(*state.loud[:-1], grown)))

    def _save(self, rule: RuleId, state: SpikeState) -> SpikeState:
        self._states[rule] = state
        self._changed_states.add(rule)
        return state


def _on_time(at: datetime, hours: Mapping[datetime, Mapping[str, HouseReport]]) -> datetime:
    """When a report counts: the clock never runs back. Feeds that are polled at the same time come in as they were
    done, not in order of their instants: of eight reports within a millisecond each counted four, and none was told.
    """
    latest = max((report.last_at for report in hours[max(hours)].values()), default=at) if hours else at
    # Further ahead than that it was written while the system clock was wrong.
    return latest if at < latest <= at + _HOUR else at


def _usual(samples: Iterable[tuple[int, int]]) -> tuple[float, float]:
    """The weighted median of counts, and how far they vary around it.

    The median is that of grouped data: a count stands for half a count on both sides, so that it tells a rule with one
    house and a half from one with hardly any. The least variation is a Poisson count's, of one more than is usual: the
    median itself is known from few samples.
    """
    weights: dict[int, int] = {}
    for count, weight in samples:
        weights[count] = weights.get(count, 0) + weight
    usual = _median(weights)
    deviations: dict[int, int] = {}
    for count, weight in weights.items():
        far = round(abs(count - usual))
        deviations[far] = deviations.get(far, 0) + weight
    return usual, max(_MAD_TO_SIGMA * _median(deviations), math.sqrt(usual + 1))


def _median(weights: Mapping[int, int]) -> float:
    """The median of grouped data: of numbers with their weights; 0 where there is none."""
    half = sum(weights.values()) / 2
    below = 0
    for value, weight in sorted(weights.items()):
        if below + weight >= half:
            return max(value - 0.5 + (half - below) / weight, 0.0)
        below += weight
    return 0.0


def _last_hours(at: datetime) -> list[datetime]:
    last = at.replace(minute=0, second=0, microsecond=0)
    return [last - back * _HOUR for back in reversed(range(_BAR_HOURS))]


def _hour_text(hour: datetime, reports: Iterable[HouseReport]) -> str:
    """`{house: [entry, seconds of the first, of the last report]}`."""
    return json.dumps(
        {
            report.house: [
                report.entry,
                (report.first_at - hour).total_seconds(),
                (report.last_at - hour).total_seconds(),
            ]
            for report in reports
        },
        ensure_ascii=False,
    )


def _read_hour(hour: datetime, text: str) -> Iterator[tuple[str, HouseReport]]:
    for house, (entry, first, last) in json.loads(text).items():
        yield (
            house,
            HouseReport(
                house=house,
                entry=EntryId(entry),
                first_at=hour + timedelta(seconds=first),
                last_at=hour + timedelta(seconds=last),
            ),
        )
