"""One entry → one decision: the item again, an edit, a copy, a report of a known event, or a new story.

Law: a decision depends on nothing but the entries decided before and their order. What changed goes out by `drain`; an
index made from those records by `restore` decides as the one that wrote them. Ties go to the earlier entry.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from bot.core.similarity.duplicates import CONTAINED, Likeness
from bot.core.similarity.headline import wording
from bot.core.similarity.sketch import packed
from bot.core.stories import fit
from bot.core.stories.candidates import Candidate, candidates
from bot.core.stories.clusters import Clusters
from bot.core.stories.features import Features, features_of
from bot.core.stories.identity import Identity
from bot.core.stories.inverted_index import Words
from bot.core.stories.recognition import KnownItem, recognise
from bot.core.stories.records import IndexRecord, Item, Items, Record, lead_tokens, single, units_of_record
from bot.core.stories.updates import changes_between, is_correction, what_is_new
from bot.model import Decision, Entry, EntryId, Reading, StoryId, StorySettings, Verdict

_UNIONS = 3
"""Stories that one entry may try to unite with the one it joins."""
_COLUMN = 12 * 3600.0
"""Seconds after which one outlet's same title over another text is the next issue of a column."""

_COLUMN_TITLE = 95.0
"""rapidfuzz score from which two titles are one column's."""


class StoryIndex:
    """The stories of the last days. See the module's law."""

    def __init__(self, settings: StorySettings) -> None:
        self._settings = settings
        self._window = settings.window.total_seconds()
        self._copies = settings.copies.total_seconds()
        self._copies_same = settings.copies_same_source.total_seconds()
        self._words = Words()
        self._items = Items()
        self._clusters = Clusters(self._words, self._items)
        self._clock = -math.inf
        self._changed: dict[tuple[str, str], bytes | None] = {}

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
        for story, into in sorted(parents.items(), reverse=True):  # a story is merged into an older one: leaves first
            index._clusters.adopt(story, into)
        for entry, data in sorted(items):
            stored = Record.from_bytes(data)
            units = units_of_record(stored)
            numbers = index._words.numbers(units)
            held = dict(zip(numbers, units.values(), strict=True))
            index._take_in(entry, stored, held, packed(stored.sketch))
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

    def decide(
        self, entry_id: EntryId, entry: Entry, reading: Reading, identity: Identity, known: Mapping[str, KnownItem]
    ) -> Decision:
        """Decides about one entry and takes it in. `known`: what `known_after` gave earlier for any of its keys.

        `entry_id` is larger than all before it.
        """
        self._advance(entry.seen_at.timestamp())
        recognised = recognise(entry, identity, wording(reading.title).form, known)
        if recognised is not None and recognised.verdict == Verdict.SAME_ITEM:
            return Decision(
                entry=entry_id,
                verdict=Verdict.SAME_ITEM,
                story=self.story_of(recognised.known.story),
                duplicate_of=recognised.known.entry,
                score=1.0,
                reason=f"The item again: {recognised.reason}.",
            )
        features = features_of(reading, self._words)
        if recognised is not None:
            item = recognised.known
            story = self._clusters.find(item.story)
            self._file(entry_id, entry, features, story, item.entry)
            edit = recognised.verdict == Verdict.EDIT
            return Decision(
                entry=entry_id,
                verdict=recognised.verdict,
                story=StoryId(story),
                duplicate_of=item.entry,
                score=1.0,
                reason=f"{'An edit of the item' if edit else 'A copy'}: {recognised.reason}.",
                changes=changes_between(item.title, features.side.form, features.labels),
            )
        found = [
            candidate
            for candidate in candidates(features, self._words, self._items)
            if not self._is_next_issue(entry, features, candidate)
        ]
        copied = self._copied(entry, found)
        if copied is not None:
            like, original = copied
            story = self._clusters.find(original.story)
            if is_correction(features.labels) and (original.form != features.side.form or 0 < like.share < 1):
                changes = changes_between(original.form, features.side.form, features.labels)
                self._file(entry_id, entry, features, story, entry_id)
                return Decision(
                    entry=entry_id,
                    verdict=Verdict.UPDATE,
                    story=StoryId(story),
                    score=round(like.score, 3),
                    reason=f"A correction of a known report: {like.why}.",
                    changes=changes,
                )
            self._file(entry_id, entry, features, story, original.root)
            return Decision(
                entry=entry_id,
                verdict=Verdict.NEAR_DUPLICATE,
                story=StoryId(story),
                duplicate_of=EntryId(original.root),
                score=round(like.score, 3),
                reason=f"A copy: {like.why}.",
            )
        return self._place(entry_id, entry, features, found)

    def _place(
        self,
        entry_id: EntryId,
        entry: Entry,
        features: Features,
        found: Sequence[Candidate],
    ) -> Decision:
        """Joins the story that the entry fits best, or begins one."""
        bound = fit.WITH_TEXT if features.has_text else 1.0
        ranked = fit.stories_by_fit(features, found, self._words, self._clusters)
        if not ranked or ranked[0].score < fit.JOINS * bound:
            self._file(entry_id, entry, features, entry_id, entry_id)
            return Decision(
                entry=entry_id,
                verdict=Verdict.NEW_STORY,
                story=StoryId(entry_id),
                score=round(ranked[0].score, 3) if ranked else 0.0,
                reason=self._why_new(features, found, ranked, fit.JOINS * bound),
            )
        best = ranked[0]
        story, merged = self._unite(features, best.story, ranked[1:], bound)
        shared = self._shared(features, story)
        nearest = self._items[best.nearest]
        changes = changes_between(nearest.form, features.side.form, features.labels) or what_is_new(
            features, self._clusters.get(story)
        )
        self._file(entry_id, entry, features, story, entry_id)
        about = f"shares {', '.join(shared)} (fit {best.score:.2f}, joins from {fit.JOINS * bound:.2f})"
        return Decision(
            entry=entry_id,
            verdict=Verdict.UPDATE if changes else Verdict.SAME_STORY,
            story=StoryId(story),
            merged=tuple(StoryId(lost) for lost in merged),
            score=round(best.score, 3),
            reason=f"News in a known story, {'; '.join(changes)}: {about}." if changes else f"Same story: {about}.",
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
            entry = self._items.oldest()
            item = self._items[entry]
            if item.seen >= oldest:
                break
            self._changed["item", str(entry)] = None
            for gone in self._clusters.drop(self._clusters.find(item.story), entry):
                self._changed["merge", str(gone)] = None
            for token in item.tokens:
                self._words.drop(token, entry)
            self._items.drop_oldest()

    def _copied(self, entry: Entry, found: Sequence[Candidate]) -> tuple[Likeness, Item] | None:
        """The best original among the candidates; ties to the earliest."""
        best: tuple[float, int, Likeness, Item] | None = None
        source = _source(entry)
        for candidate in found:
            item, like = candidate.item, candidate.like
            if like is None or not like.copy:
                continue
            age = self._clock - item.seen
            same_source = bool(source) and source == item.source
            if age > (self._copies_same if same_source else self._copies):
                continue
            if best is None or (-like.score, candidate.entry) < best[:2]:
                best = (-like.score, candidate.entry, like, item)
        return best[2:] if best is not None else None

    def _is_next_issue(self, entry: Entry, features: Features, candidate: Candidate) -> bool:
        """Whether an entry is the next issue of a column or market line: same outlet and title, later, other text."""
        item, like = candidate.item, candidate.like
        age = self._clock - item.seen
        if (
            like is None
            or like.title < _COLUMN_TITLE
            or age <= _COLUMN
            or _source(entry) != item.source
            or not item.source
        ):
            return False
        return age > self._copies_same or (
            like.share < CONTAINED and _other_text(lead_tokens(features.units.items()), lead_tokens(item.counted()))
        )

    def _unite(self, features: Features, story: int, others: Sequence[fit.Fit], bound: float) -> tuple[int, list[int]]:
        """Unites the story that an entry joins with others that it fits too. Returns (the story now, those merged)."""
        joined = self._clusters.get(story)
        rated = [
            (
                -fit.fit_to(features, other.cosine, self._clusters.get(other.story), self._words, joined) - other.bonus,
                other.story,
            )
            for other in others
            if other.bonus or not self._both_told(features, story, other.story)
        ]
        merged: list[int] = []
        for score, other in sorted(rated)[:_UNIONS]:
            if -score < fit.UNITES * bound:
                break
            if fit.agree(self._clusters.get(story), self._clusters.get(other), self._words):
                kept, lost = min(story, other), max(story, other)
                self._clusters.merge(lost, kept)
                self._changed["merge", str(lost)] = str(kept).encode()
                merged.append(lost)
                story = kept
        return story, merged

    def _both_told(self, features: Features, one: int, other: int) -> bool:
        """Whether two stories are told at length by now, so that an entry with a text must quote both to unite them."""
        small = min(self._clusters.get(one).size, self._clusters.get(other).size)
        return features.has_text and small >= fit.ESTABLISHED

    def _why_new(
        self,
        features: Features,
        found: Sequence[Candidate],
        ranked: Sequence[fit.Fit],
        bound: float,
    ) -> str:
        alike = [
            (candidate.like.title, candidate.like.veto)
            for candidate in found
            if candidate.like is not None and candidate.like.veto is not None and candidate.like.title >= fit.TEMPLATE
        ]
        if alike:
            title, veto = max(alike, key=lambda row: row[0])
            return f"A new story: a headline alike by {title:.0f} of 100 tells of {veto.why}."
        if not features.units:
            return "A new story: it has no words to compare."
        if not ranked:
            return "A new story: nothing in the window shares its rare words."
        shared = ", ".join(self._shared(features, ranked[0].story))
        return f"A new story: the closest shares {shared} (fit {ranked[0].score:.2f}, joins from {bound:.2f})."

    def _shared(self, features: Features, story: int) -> list[str]:
        counts = self._clusters.get(story).counts
        return features.heaviest((token for token in features.tokens if token in counts), 4)

    def _file(self, entry_id: int, entry: Entry, features: Features, story: int, root: int) -> None:
        """Takes a decided entry into the index and notes its record."""
        side = features.side
        record = Record(
            story=story,
            root=root,
            seen=self._clock,
            norm=single(features.length),
            source=_source(entry),
            form=side.form,
            marks=side.marks,
            edition=side.edition,
            cut=side.cut,
            lead=features.lead,
            sketch=features.sketch,
        )
        self._changed["item", str(entry_id)] = record.to_bytes()
        self._take_in(entry_id, record, features.units, side.sketch)

    def _take_in(self, entry: int, record: Record, units: Mapping[int, int], sketch: bytes) -> None:
        self._items.add(entry, record, units, sketch)
        for token in units:
            self._words.add(token, entry)
        self._clusters.add(self._clusters.find(record.story), entry, units)


def _other_text(one: set[int], other: set[int]) -> bool:
    """Whether two texts, by their telling words, say other things. Without a text on either side: not known, so no."""
    return bool(one and other) and 2 * len(one & other) <= min(len(one), len(other))


def _source(entry: Entry) -> str:
    return entry.source or entry.feed or ""
