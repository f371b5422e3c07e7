"""Rules and the entries of an archive → what they did not post, and by how little: near misses.

The law: the matcher that decides in the worker decides here, on rules with one demand relaxed (`relaxations`). What a
rule holds on is a near miss only if it was held back. A story counts once for a rule, by its strongest reason; what was
told is none. Ranked by how rare the matched rest is, the rarest first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.core.digests.mutes import Overlay, ReactionKind
from bot.core.matching.matcher import Matcher
from bot.core.query.format import format_excerpt, format_query
from bot.core.text.times import span_text
from bot.core.workbench.misspellings import Misspellings
from bot.core.workbench.related_names import RelatedName, exchanged
from bot.core.workbench.relaxations import MissReason, Relaxation, relaxations, respelt, spelt_names
from bot.model import ArchivedText, FeedId, OutletId, Rule, RuleId, RuleSet, StoredEntry, StoryId
from bot.model import query as ast

_RARE_SHARE = 0.1
"""What stands in more entries than one of ten means nothing by itself."""
_RARE_COUNT = 200
"""Up to so many entries the rest counts as rare whatever its share: a small archive says little of that."""
_KEPT = 2_000
"""Entries that are kept of one relaxation: what is that common ranks last in any case."""
_LONGEST_WAIT = timedelta(days=7)
"""A story waits at most so long for a digest: what was muted later than that did not keep it back."""
_ORDER = tuple(MissReason)
_MAX_SPELLINGS = 5_000
"""Rules with another spelling that are tried at most: a guard against an archive in a strange state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """A story that a rule did not post. `title` and what follows: of the entry that came nearest, the first of its
    story to do so."""

    story: StoryId
    rule: RuleId
    reason: MissReason
    detail: str
    would_match: str
    """The relaxed expression; of what was held back, the rule's own."""
    rarity: int
    """In how many entries the relaxed expression holds: the fewer, the more it means."""
    title: str
    url: str | None
    source: OutletId | None
    seen_at: datetime
    feed: FeedId | None = None

    def to_json(self) -> dict[str, object]:
        """As `missed --json` prints it."""
        return {
            "id": str(self.story),
            "title": self.title,
            "url": self.url,
            "source": self.source,
            "seen": self.seen_at.isoformat(),
            "rule": self.rule,
            "reason": self.reason,
            "detail": self.detail,
            "would_match": self.would_match,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class StoriesSent:
    """What became of stories, as the store has it."""

    told: Mapping[StoryId, frozenset[RuleId]] = field(default_factory=dict)
    """Stories that stand in a message, and for which rules."""
    counted: Mapping[StoryId, frozenset[RuleId]] = field(default_factory=dict)
    """Stories above a digest's `max_stories`."""
    waiting: frozenset[StoryId] = frozenset()
    matched: Mapping[StoryId, Mapping[RuleId, bool]] = field(default_factory=dict)
    """Rules that held on a story when its entries came in; True: silently."""
    overlay: Overlay = field(default_factory=Overlay)
    """Mutes and snoozes."""
    right_so: Collection[tuple[StoryId, RuleId]] = frozenset()
    """Near misses of which somebody said that they are right so."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is kept of an entry."""

    story: StoryId
    title: str
    url: str | None
    source: OutletId | None
    feed: FeedId | None
    seen_at: datetime
    published_at: datetime | None


@dataclass(slots=True)
class _Trial:
    """A rule, as it stands (`relaxation` None) or relaxed, and where it holds."""

    rule: Rule
    relaxation: Relaxation | None
    count: int = 0
    seen: list[_Seen] = field(default_factory=list)

    @property
    def is_zone(self) -> bool:
        """Whether it asks for words in zones that rules do not search."""
        zones = (MissReason.PROMO_ZONE, MissReason.CAPTION_ZONE)
        return self.relaxation is not None and self.relaxation.reason in zones

    def hold(self, seen: _Seen) -> None:
        """It holds there."""
        self.count += 1
        if len(self.seen) < _KEPT:
            self.seen.append(seen)


class NearMissScan:
    """Looks at entries one by one (`look`, in any order), then says what was missed (`near_misses`)."""

    def __init__(
        self, ruleset: RuleSet, rules: Sequence[Rule], related: Mapping[RuleId, Sequence[RelatedName]] | None = None
    ) -> None:
        """`related`: names by rule, as the archive knows them."""
        self._ruleset = ruleset
        self._exact = [_Trial(rule, None) for rule in rules]
        relaxed = [
            _Trial(rule, relaxation)
            for rule in rules
            for relaxation in (*relaxations(rule), *_by_related(rule, (related or {}).get(rule.id, ())))
        ]
        self._shorter = [trial for trial in relaxed if not trial.is_zone]
        self._wider = [trial for trial in relaxed if trial.is_zone]
        self._tried = self._exact + self._shorter
        self._matcher = Matcher([_as_rule(trial) for trial in self._tried])
        self._zone_matcher = Matcher([_as_rule(trial) for trial in self._wider])
        self._by_name: dict[str, list[Rule]] = {}
        for rule in rules:
            for name in dict.fromkeys(spelt_names(rule.query)):
                self._by_name.setdefault(name, []).append(rule)
        self._misspellings = Misspellings(self._by_name)
        self._spelt: dict[tuple[RuleId, str, str], tuple[_Trial, Matcher]] = {}
        self._entries = 0

    def look(self, stored: ArchivedText | StoredEntry) -> None:
        """Takes one entry into account."""
        self._entries += 1
        entry, labels = stored.entry, self._ruleset.labels_of(stored.entry.feed)
        seen = _Seen(
            *(stored.story, stored.reading.headline, entry.url, entry.source, entry.feed),
            *(entry.seen_at, entry.published_at),
        )
        for number in self._matcher.select(entry, stored.reading, labels):
            self._tried[number].hold(seen)
        if stored.reading.caption or stored.reading.promo:
            for number in self._zone_matcher.select(entry, stored.reading, labels):
                self._wider[number].hold(seen)
        for name, spelling in self._misspellings.of(stored.reading, stored.story):
            for rule in self._by_name[name]:
                trial, matcher = self._respelt(rule, name, spelling)
                if matcher.select(entry, stored.reading, labels):
                    trial.hold(seen)

    def _respelt(self, rule: Rule, name: str, spelling: str) -> tuple[_Trial, Matcher]:
        key = (rule.id, name, spelling)
        if key not in self._spelt:
            if len(self._spelt) >= _MAX_SPELLINGS:
                return _Trial(rule, None), Matcher([])
            detail = f"{spelling}: one letter from {name}"
            query = respelt(rule.query, name, spelling)
            trial = _Trial(rule, Relaxation(reason=MissReason.SPELLING, detail=detail, query=query))
            self._spelt[key] = trial, Matcher([_as_rule(trial)])
        return self._spelt[key]

    # --- what came of it ---

    def stories(self) -> set[StoryId]:
        """Stories of which `near_misses` wants to know what became."""
        return {seen.story for trial in self._exact + self._plausible() for seen in trial.seen}

    def near_misses(self, sent: StoriesSent) -> list[NearMiss]:
        """All of them, rarest rest first, then the newest."""
        matched = {(seen.story, trial.rule.id) for trial in self._exact for seen in trial.seen}
        best: dict[tuple[StoryId, RuleId], NearMiss] = {}
        for trial in self._exact:
            for seen in trial.seen:
                held_back = self._held_back(trial.rule, seen, sent)
                if held_back is not None:
                    _keep(best, _near_miss(trial, seen, *held_back))
        for trial in self._plausible():
            assert trial.relaxation is not None
            for seen in trial.seen:
                if (seen.story, trial.rule.id) not in matched and seen.story not in sent.told:
                    _keep(best, _near_miss(trial, seen, trial.relaxation.reason, trial.relaxation.detail))
        misses = [miss for key, miss in best.items() if key not in sent.right_so]
        return sorted(misses, key=lambda miss: (miss.rarity, -miss.seen_at.timestamp(), miss.rule, miss.story))

    def _plausible(self) -> list[_Trial]:
        """Relaxed rules whose rest is rare enough to mean something."""
        most = max(_RARE_COUNT, _RARE_SHARE * self._entries)
        slips = [trial for (_, name, word), (trial, _) in self._spelt.items() if self._misspellings.is_slip(name, word)]
        return [trial for trial in self._shorter + self._wider + slips if trial.count <= most]

    def _held_back(self, rule: Rule, seen: _Seen, sent: StoriesSent) -> tuple[MissReason, str] | None:
        """Why a story that the rule holds on was not posted for it; None: it was, or will be, or nobody knows."""
        posted_for = sent.told.get(seen.story)
        is_silent = sent.matched.get(seen.story, {}).get(rule.id)
        if is_silent is None or seen.story in sent.waiting or (posted_for is not None and rule.id in posted_for):
            return None
        if is_silent:
            return self._too_old(seen) if posted_for is None else None
        if rule.id in sent.counted.get(seen.story, ()):
            return MissReason.CAPPED, "above the digest's max_stories: counted, not shown"
        hushed = _hushed(rule, seen, sent.overlay)
        if hushed is None and posted_for is not None:
            return (
                MissReason.IN_TOLD_STORY,
                f"the story was posted for {', '.join(sorted(posted_for)) or 'another rule'}",
            )
        return hushed

    def _too_old(self, seen: _Seen) -> tuple[MissReason, str] | None:
        age = seen.seen_at - seen.published_at if seen.published_at is not None else timedelta()
        if age <= self._ruleset.settings.max_age:
            return None  # a new feed's first entries
        return MissReason.TOO_OLD, f"published {span_text(age)} before it was seen, more than settings.max_age"


def _by_related(rule: Rule, related: Sequence[RelatedName]) -> Iterator[Relaxation]:
    """The rule with a related name in place of the names that it stands with."""
    for one in related:
        group = format_excerpt(one.group)
        yield Relaxation(
            reason=MissReason.ONE_TERM_SHORT,
            detail=f"lacks {group}; {one.written} stands with it in {one.together} of {one.entries} entries",
            query=exchanged(rule.query, one.group, one.name),
            shown=exchanged(rule.query, one.group, ast.Or(operands=(one.group, one.name))),
        )


def _as_rule(trial: _Trial) -> Rule:
    relaxation = trial.relaxation
    if relaxation is None:
        return trial.rule
    return replace(trial.rule, query=relaxation.query, feeds=None if relaxation.any_feed else trial.rule.feeds)


def _near_miss(trial: _Trial, seen: _Seen, reason: MissReason, detail: str) -> NearMiss:
    return NearMiss(
        story=seen.story,
        rule=trial.rule.id,
        reason=reason,
        detail=detail,
        would_match=_would_match(trial),
        rarity=trial.count,
        title=seen.title,
        url=seen.url,
        source=seen.source,
        seen_at=seen.seen_at,
        feed=seen.feed,
    )


def _would_match(trial: _Trial) -> str:
    relaxation = trial.relaxation
    if relaxation is None or relaxation.any_feed:
        return trial.rule.when
    return format_query(relaxation.shown or relaxation.query)


def _keep(best: dict[tuple[StoryId, RuleId], NearMiss], miss: NearMiss) -> None:
    """The strongest reason of a story and rule; of the same, the rarer rest, then the first entry."""

    def strength(one: NearMiss) -> tuple[object, ...]:
        is_short = one.reason is MissReason.ONE_TERM_SHORT
        return is_short, one.rarity, _ORDER.index(one.reason), one.seen_at

    key = (miss.story, miss.rule)
    if key not in best or strength(miss) < strength(best[key]):
        best[key] = miss


def _hushed(rule: Rule, seen: _Seen, overlay: Overlay) -> tuple[MissReason, str] | None:
    """The mute or snooze that held when the entry came in, or later, before it could be posted."""
    for reaction in overlay.reactions:
        if not reaction.holds_after(seen.seen_at) or reaction.at - seen.seen_at > _LONGEST_WAIT:
            continue
        if reaction.channel is not None and reaction.channel not in rule.to:
            continue
        if reaction.kind is ReactionKind.MUTE_STORY and reaction.story == seen.story:
            return MissReason.MUTED, "somebody muted the story"
        if reaction.rule == rule.id and reaction.kind is ReactionKind.MUTE_RULE:
            return MissReason.MUTED, "the rule was muted"
        if reaction.rule == rule.id and reaction.kind is ReactionKind.SNOOZE_RULE:
            return MissReason.SNOOZED, "the rule was snoozed"
    return None
