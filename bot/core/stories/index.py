"""One entry in, one decision out: the item again, an edit, a copy, a report of a known event, or a new story.

Law: a decision depends on nothing but the entries decided before and their order. What changed goes out by `drain`; an
index made from those records by `restore` decides as the one that wrote them. Ties go to the earlier entry.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.core.similar.background import FUNCTION_STEMS
from bot.core.similar.copies import Likeness, Side, likeness
from bot.core.similar.shingles import sketch
from bot.core.similar.wording import fold, tokenize, wording
from bot.core.stories.changes import changes_between
from bot.core.stories.clusters import LEAD_UNITS, TITLE_UNITS, Clusters
from bot.core.stories.items import IndexRecord, Item, single
from bot.core.stories.known import Known, recognise
from bot.core.stories.words import BUDGET, NEWEST, Words
from bot.model import Decision, Entry, EntryId, Reading, StoryId, StorySettings, Verdict

COMPARED = 48
"""Candidates that are compared in full."""
JOINS = 0.33
UNITES = 0.40
LEAD_TOKENS = 16
LEAD_TEXT = 700
"""Characters of summary or body that a story is recognised by."""


@dataclass(slots=True)
class _Query:
    """An entry made ready to be compared."""

    side: Side
    units: dict[str, int]
    vector: dict[str, float]
    weights: dict[str, float]
    length: float
    lead: str


class StoryIndex:
    """The stories of the last days. See the module's law."""

    def __init__(self, settings: StorySettings) -> None:
        self._settings = settings
        self._window = settings.window.total_seconds()
        self._copies = settings.copies.total_seconds()
        self._copies_same = settings.copies_same_source.total_seconds()
        self._words = Words()
        self._clusters = Clusters(self._words)
        self._items: dict[int, Item] = {}
        self._clock = -math.inf
        self._changed: dict[tuple[str, str], bytes | None] = {}
        self._sources: dict[str, str] = {}

    # --- the store -----------------------------------------------------------------------------------------------

    @classmethod
    def restore(cls, settings: StorySettings, records: Iterable[IndexRecord]) -> StoryIndex:
        """An index that decides as the one did whose `drain` gave `records` (in any order, deleted ones left out)."""
        index = cls(settings)
        items: list[tuple[int, bytes]] = []
        parents: dict[int, int] = {}
        for record in records:
            if record.data is None:
                continue
            if record.kind == "item":
                items.append((int(record.key), record.data))
            elif record.kind == "merge":
                parents[int(record.key)] = int(record.data)
            elif record.kind == "clock":
                index._clock = float(record.data)
        for story, into in parents.items():
            index._clusters.adopt(story, into)
        for entry, data in sorted(items):
            index._take_in(entry, Item.from_bytes(data))
        index._changed.clear()
        return index

    def drain(self) -> tuple[IndexRecord, ...]:
        """What changed since the last drain, to be stored in the transaction that stores the entries."""
        drained = tuple(IndexRecord(kind=kind, key=key, data=data) for (kind, key), data in self._changed.items())
        self._changed.clear()
        return drained

    def __len__(self) -> int:
        return len(self._items)

    def story_of(self, story: StoryId) -> StoryId:
        """The story as it stands now, as far as the window reaches (merges followed)."""
        return StoryId(self._clusters.find(story))

    # --- deciding ------------------------------------------------------------------------------------------------

    def decide(self, entry_id: EntryId, entry: Entry, reading: Reading, known: Mapping[str, Known]) -> Decision:
        """Decides about one entry and takes it in. `known`: what `known_after` gave earlier for any of its keys.

        `entry_id` is larger than all before it.
        """
        self._advance(entry.seen_at.timestamp())
        recognised = recognise(entry, reading, known)
        if recognised is not None and recognised.verdict == Verdict.SAME_ITEM:
            return Decision(
                entry=entry_id,
                verdict=Verdict.SAME_ITEM,
                story=self.story_of(recognised.known.story),
                duplicate_of=recognised.known.entry,
                score=1.0,
                reason=f"The item again: {recognised.reason}.",
            )
        query = self._query(reading)
        if recognised is not None:
            item = recognised.known
            story = self._clusters.find(item.story)
            self._file(entry_id, entry, query, story, item.entry)
            what = "An edit of the item" if recognised.verdict == Verdict.EDIT else "A copy"
            return Decision(
                entry=entry_id,
                verdict=recognised.verdict,
                story=StoryId(story),
                duplicate_of=item.entry,
                score=1.0,
                reason=f"{what}: {recognised.reason}.",
                changes=changes_between(item.title.split(), query.side.form.split(), ()),
            )
        return self._compare(entry_id, entry, reading, query)

    def _compare(self, entry_id: EntryId, entry: Entry, reading: Reading, query: _Query) -> Decision:
        candidates = self._candidates(query)
        copy = self._copy_among(query, entry, candidates)
        if copy is not None:
            original, found, like = copy
            story = self._clusters.find(found.story)
            self._file(entry_id, entry, query, story, found.root)
            return Decision(
                entry=entry_id,
                verdict=Verdict.NEAR_DUPLICATE,
                story=StoryId(story),
                duplicate_of=EntryId(found.root),
                score=round(like.score, 3),
                reason=f"A copy of {original}: {like.why}.",
            )
        ranked = self._stories_among(query, candidates)
        if not ranked or ranked[0][0] < JOINS:
            self._file(entry_id, entry, query, entry_id, entry_id)
            score = ranked[0][0] if ranked else 0.0
            reason = (
                f"A new story: nothing in the window is closer than {score:.2f} (joins from {JOINS:.2f})."
                if ranked
                else "A new story: nothing in the window shares its rare words."
            )
            return Decision(
                entry=entry_id, verdict=Verdict.NEW_STORY, story=StoryId(entry_id), score=round(score, 3), reason=reason
            )
        score, story, best = ranked[0]
        merged: list[int] = []
        for other_score, other, _ in ranked[1:]:
            if other_score < UNITES:
                break
            if self._unite(story, other):
                kept, lost = min(story, other), max(story, other)
                self._clusters.merge(lost, kept)
                self._changed["merge", str(lost)] = str(kept).encode()
                merged.append(lost)
                story = kept
        shared = self._shared(query, story)
        nearest = self._items[best]
        changes = changes_between(nearest.form.split(), query.side.form.split(), wording(reading.title).labels)
        self._file(entry_id, entry, query, story, entry_id)
        verdict = Verdict.UPDATE if changes else Verdict.SAME_STORY
        reason = f"Same story as {best}: shares {', '.join(shared)} ({score:.2f}, joins from {JOINS:.2f})."
        if changes:
            reason = f"News in story {story}: {'; '.join(changes)}; shares {', '.join(shared)}."
        return Decision(
            entry=entry_id,
            verdict=verdict,
            story=StoryId(story),
            merged=tuple(StoryId(item) for item in merged),
            score=round(score, 3),
            reason=reason,
            changes=changes,
        )

    # --- the parts of a decision ---------------------------------------------------------------------------------

    def _advance(self, now: float) -> None:
        """Moves the clock on and forgets what has left the window."""
        if now <= self._clock:
            return
        self._clock = now
        self._changed["clock", ""] = repr(now).encode()
        oldest = now - self._window
        while self._items:
            entry, item = next(iter(self._items.items()))
            if item.seen >= oldest:
                break
            del self._items[entry]
            self._changed["item", str(entry)] = None
            units = _units(item.form, item.lead)
            for token in units:
                self._words.drop(token, entry)
            for gone in self._clusters.drop(self._clusters.find(item.story), units):
                self._changed["merge", str(gone)] = None

    def _query(self, reading: Reading) -> _Query:
        words = wording(reading.title)
        text = reading.summary if len(reading.summary) >= len(reading.body) else reading.body
        lead = ""
        if text:
            found = dict.fromkeys(
                token
                for token, _ in tokenize(fold(text[:LEAD_TEXT]))
                if token not in FUNCTION_STEMS and token not in words.tokens and " " not in token
            )
            rarest = heapq.nsmallest(LEAD_TOKENS, found, key=lambda token: -self._words.weight(token))
            lead = " ".join(rarest)
        form = " ".join(words.tokens)
        units = _units(form, lead)
        weights = {token: self._words.weight(token) for token in units}
        vector = {token: weights[token] * unit / TITLE_UNITS for token, unit in units.items()}
        length = math.sqrt(sum(value * value for value in vector.values())) or 1.0
        side = Side(form=form, names=words.names, cut=words.cut, sketch=sketch(text))
        return _Query(side=side, units=units, vector=vector, weights=weights, length=length, lead=lead)

    def _candidates(self, query: _Query) -> list[int]:
        """Entries that share the rarest tokens, most promising first."""
        votes: dict[int, float] = {}
        budget = BUDGET
        for token in sorted(query.vector, key=lambda token: (-query.weights[token], token)):
            if budget <= 0:
                break
            weight = query.weights[token] * query.vector[token]
            newest = self._words.newest(token, budget if budget < NEWEST else NEWEST)
            budget -= len(newest)
            for entry in newest:
                votes[entry] = votes.get(entry, 0.0) + weight
        return heapq.nsmallest(COMPARED, votes, key=lambda entry: (-votes[entry], entry))

    def _copy_among(self, query: _Query, entry: Entry, candidates: list[int]) -> tuple[int, Item, Likeness] | None:
        best: tuple[int, Item, Likeness] | None = None
        source = _source(entry)
        for candidate in candidates:
            item = self._items[candidate]
            age = self._clock - item.seen
            if age > self._copies or (source and source == item.source and age > self._copies_same):
                continue
            like = likeness(query.side, Side(form=item.form, names=item.names(), cut=item.cut, sketch=item.sketch))
            if like.copy and (best is None or (-like.score, candidate) < (-best[2].score, best[0])):
                best = (candidate, item, like)
        return best

    def _stories_among(self, query: _Query, candidates: list[int]) -> list[tuple[float, int, int]]:
        """(score, story, its nearest entry), best first; ties to the earlier story."""
        nearest: dict[int, tuple[float, int]] = {}
        for candidate in candidates:
            item = self._items[candidate]
            dot = 0.0
            for token, unit in _units(item.form, item.lead).items():
                value = query.vector.get(token)
                if value is not None:
                    dot += value * query.weights[token] * unit / TITLE_UNITS
            cosine = min(1.0, dot / (query.length * item.norm))
            story = self._clusters.find(item.story)
            if story not in nearest or cosine > nearest[story][0]:
                nearest[story] = (cosine, candidate)
        square = query.length * query.length
        ranked = []
        for story, (cosine, candidate) in nearest.items():
            cluster = self._clusters.get(story)
            if cluster.size == 1:
                covered = cosine
            else:
                covered = (
                    sum(
                        value * value * math.sqrt(min(1.0, cluster.share(token)))
                        for token, value in query.vector.items()
                    )
                    / square
                )
            ranked.append((0.5 * cosine + 0.5 * covered, story, candidate))
        ranked.sort(key=lambda row: (-row[0], row[1]))
        return ranked

    def _unite(self, one: int, other: int) -> bool:
        """Whether two stories that one entry bridges are one: their words agree."""
        first, second = self._clusters.get(one), self._clusters.get(other)
        if len(first.counts) > len(second.counts):
            first, second = second, first
        dot = left = right = 0.0
        for token, count in first.counts.items():
            weight = self._words.weight(token)
            share = math.sqrt(count / (TITLE_UNITS * first.size)) * weight
            left += share * share
            if token in second.counts:
                dot += share * math.sqrt(second.share(token)) * weight
        for token in second.counts:
            share = math.sqrt(second.share(token)) * self._words.weight(token)
            right += share * share
        return dot >= 0.35 * math.sqrt(left * right)

    def _shared(self, query: _Query, story: int) -> list[str]:
        counts = self._clusters.get(story).counts
        shared = [token for token in query.units if token in counts]
        return heapq.nsmallest(4, shared, key=lambda token: (-query.weights[token], token))

    def _file(self, entry_id: int, entry: Entry, query: _Query, story: int, root: int) -> None:
        """Takes a decided entry into the index and notes its record."""
        side = query.side
        marks = sum(1 << at for at, token in enumerate(side.form.split()) if token in side.names)
        source = _source(entry)
        item = Item(
            story=story,
            root=root,
            seen=self._clock,
            norm=single(query.length),
            source=self._sources.setdefault(source, source),
            form=side.form,
            marks=marks,
            lead=query.lead,
            sketch=side.sketch,
            cut=side.cut,
        )
        self._changed["item", str(entry_id)] = item.to_bytes()
        self._take_in(entry_id, item)

    def _take_in(self, entry: int, item: Item) -> None:
        self._items[entry] = item
        units = _units(item.form, item.lead)
        for token in units:
            self._words.add(token, entry)
        self._clusters.add(self._clusters.find(item.story), units)


def _source(entry: Entry) -> str:
    return entry.source or entry.feed or ""


def _units(form: str, lead: str) -> dict[str, int]:
    units = {token: TITLE_UNITS for token in form.split() if token not in FUNCTION_STEMS}
    for token in lead.split():
        units.setdefault(token, LEAD_UNITS)
    return units
