"""One entry → one decision: the item again, an edit, a copy, a report of a known event, news in it, or a new story.

Law: a decision depends on nothing but the entries decided before and their order. What changed goes out by `drain`; an
index made from those records by `restore` decides as the one that wrote them. Ties go to the earlier entry.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence

from bot.core.similarity.changes import happen_again
from bot.core.similarity.duplicates import Copy, copy_of
from bot.core.similarity.headlines import read_headline
from bot.core.stories import earlier
from bot.core.stories.apart import (
    ALIKE,
    change_in_text,
    have_messages,
    is_another,
    is_next,
    is_next_there,
    is_other_event,
    keeps_text,
    lead_of,
    says_the_same,
    seconds_between,
    told_apart,
)
from bot.core.stories.candidates import Candidate, candidates, stories_of
from bot.core.stories.clusters import Clusters
from bot.core.stories.developments import News
from bot.core.stories.far import far_text, is_far
from bot.core.stories.feeds import Feeds
from bot.core.stories.identity import Identity
from bot.core.stories.inverted_index import Words
from bot.core.stories.prepared import Prepared, counted_record, prepare
from bot.core.stories.recognition import KnownItem, Recognition, recognise
from bot.core.stories.records import IndexRecord, Item, Items, Record, counted_units, scope_of
from bot.core.stories.said import StorySaid
from bot.core.stories.score import Fit, Weights, features, weights, what_is_shared, why_new
from bot.core.stories.wordings import changes_between
from bot.model import PERHAPS_ANOTHER, Decision, Entry, EntryId, FeedId, Reading, StoryId, StorySettings, Verdict

_RECENT = 200
"""Newest reports of a story among which one of the same feed is looked for."""
_OVER = "A new story: published before the story window opened, and silent; it is compared with nothing."

_AGAIN = {
    Verdict.SAME_ITEM: "The item again",
    Verdict.EDIT: "An edit of the item",
    Verdict.NEAR_DUPLICATE: "A copy",
}
"""What an entry is that says nothing of its own."""


class StoryIndex:
    """The stories of the last days. See the module's law."""

    def __init__(self, settings: StorySettings, table: Weights | None = None) -> None:
        self._table = table or weights()
        self._window = settings.window.total_seconds()
        self._copies = settings.copies.total_seconds()
        self._copies_same = settings.copies_same_source.total_seconds()
        self._words = Words()
        self._items = Items(self._words)
        self._clusters = Clusters(self._words, self._items)
        self._feeds = Feeds(self._items)
        self._clock = -math.inf
        self._opened = -math.inf
        """When the window opened: what was published before is of no open story."""
        self._changed: dict[tuple[str, str], bytes | None] = {}
        self.converted = 0
        """Records of the build before that were read anew; the next `drain` replaces them."""

    # --- the store -----------------------------------------------------------------------------------------------

    @classmethod
    def restore(cls, settings: StorySettings, records: Iterable[IndexRecord]) -> StoryIndex:
        """An index that decides as the one did whose `drain` gave `records` (in any order, deleted ones left out)."""
        index = cls(settings)
        items: list[tuple[int, Record]] = []
        parents: dict[int, int] = {}
        for record in records:
            if record.data is None:
                continue
            if record.kind == "report":
                items.append((int(record.key), Record.from_bytes(record.data)))
            elif record.kind == earlier.KIND:
                converted = earlier.from_earlier(record.data)
                items.append((int(record.key), converted))
                index._changed[earlier.KIND, record.key] = None
                index._changed["report", record.key] = converted.to_bytes()
                index.converted += 1
            elif record.kind == "merge":
                parents[int(record.key)] = int(record.data)
            elif record.kind == "clock":
                index._set_clock(float(record.data))
        for story, into in sorted(parents.items(), reverse=True):  # a story is merged into an older one: leaves first
            index._clusters.adopt(story, into)
        for entry, stored in sorted(items, key=lambda row: row[0]):
            index._take_in(entry, stored, index._counted(stored))
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
        self,
        entry_id: EntryId,
        entry: Entry,
        reading: Reading,
        identity: Identity,
        known: Mapping[str, KnownItem],
        *,
        silent: bool = False,
        former: Sequence[FeedId] = (),
    ) -> Decision:
        """Decides about one entry and takes it in. `known`: what `known_after` gave earlier for any of its keys.
        `silent`: it may not alert, whatever it says (a baseline's): where it was published before the window opened,
        its words count, and it is compared with nothing. `former`: ids that its feed had before.

        `entry_id` is larger than all before it.
        """
        self._advance(entry.seen_at.timestamp())
        recognised = recognise(entry, identity, reading.title, known)
        if recognised is not None and recognised.verdict == Verdict.SAME_ITEM:
            item = recognised.known
            return self._again(Verdict.SAME_ITEM, entry_id, (item.entry, item.story), recognised.reason)
        marked = bool(entry.guid or entry.url)
        published = entry.dated_at.timestamp() if entry.dated_at is not None else None
        if silent and recognised is None and published is not None and published < self._opened:
            kept = counted_record(reading, published=published)
            over = Decision(entry=entry_id, verdict=Verdict.NEW_STORY, story=StoryId(entry_id), reason=_OVER)
            return self._keep(over, entry, kept, self._counted(kept))
        own = self._feeds.own(entry, former)
        query = prepare(reading, self._words, bare=bool(entry.feed) and not marked, published=published)
        if recognised is not None and not self._is_another(query, recognised, own):
            item = recognised.known
            is_elsewhere = item.entry in self._items and self._items[item.entry].scope not in own
            verdict = Verdict.NEAR_DUPLICATE if recognised.is_version and is_elsewhere else recognised.verdict
            changes = changes_between(read_headline(item.title), query.headline)
            same = self._again(verdict, entry_id, (item.entry, item.story), recognised.reason, changes=changes)
            return self.file(same, entry, query)
        compared = candidates(query, self._items)
        copied = self.copied(query, compared, own, marked=marked, of_feed=bool(entry.feed))
        if copied is not None:
            like, original = copied
            of = original.root, original.story
            copy = self._again(Verdict.NEAR_DUPLICATE, entry_id, of, like.why, score=like.score)
            return self.file(copy, entry, query)
        # An item of a feed is one of its own, marked or not: here it is none that is known.
        own = own if marked or entry.feed else frozenset()
        return self.place(entry_id, entry, query, self.fits(query, compared, own), own)

    def _again(
        self,
        verdict: Verdict,
        entry: EntryId,
        of: tuple[int, int],
        why: str,
        *,
        score: float = 1.0,
        changes: tuple[str, ...] = (),
    ) -> Decision:
        """That an entry is an earlier one again, an edit or a copy of it. `of`: that one and its story."""
        return Decision(
            entry=entry,
            verdict=verdict,
            story=self.story_of(StoryId(of[1])),
            duplicate_of=EntryId(of[0]),
            score=score,
            reason=f"{_AGAIN[verdict]}: {why}.",
            changes=changes,
        )

    def place(
        self, entry_id: EntryId, entry: Entry, query: Prepared, ranked: Sequence[Fit], own: Collection[int]
    ) -> Decision:
        """Joins the story that the entry fits best, or begins one."""
        fits = [fit for fit in ranked if not fit.apart]
        if not fits or fits[0].score < self._table.joins:
            decision = Decision(
                entry=entry_id,
                verdict=Verdict.NEW_STORY,
                story=StoryId(entry_id),
                score=_shown(fits[0].score) if fits else 0.0,
                reason=why_new(query, ranked, self._table.joins),
            )
            return self.file(decision, entry, query)
        best = fits[0]
        news = self.news(query, best)
        changes = news.in_words() if news.is_told(self._table.developments) else ()
        if not changes and (change := change_in_text(query, best.reports[0].item)):
            changes = (change,)
        shared = what_is_shared(query, best, self._table.joins)
        story, merged = self._unite(best.story, fits[1:])
        if not changes and self._clusters.has_newest_of(own, best.story, _RECENT):
            changes = ("the same outlet reports again",)
        elif not changes and is_far(query, best.reports[0], self._words.stories):
            changes = (PERHAPS_ANOTHER,)
        decision = Decision(
            entry=entry_id,
            verdict=Verdict.UPDATE if changes else Verdict.SAME_STORY,
            story=StoryId(story),
            merged=tuple(map(StoryId, merged)),
            score=_shown(best.score),
            reason=f"News in a known story, {'; '.join(changes)}: {shared}." if changes else f"Same story: {shared}.",
            changes=changes,
        )
        return self.file(decision, entry, query)

    # --- the parts of a decision ---------------------------------------------------------------------------------

    def _set_clock(self, now: float) -> None:
        self._clock, self._opened = now, now - self._window

    def _advance(self, now: float) -> None:
        """Moves the clock on and forgets what has left the window."""
        if now <= self._clock:
            return
        self._set_clock(now)
        self._changed["clock", ""] = repr(now).encode()
        while self._items:
            entry = self._items.oldest()
            item = self._items[entry]
            if item.seen >= self._opened:
                break
            self._changed["report", str(entry)] = None
            for gone in self._clusters.drop(self._clusters.find(item.story), entry):
                self._changed["merge", str(gone)] = None
            for unit in item.units:
                self._words.drop(unit, entry)
            self._feeds.drop(item.scope, entry)
            self._items.drop_oldest()

    def copied(
        self, query: Prepared, compared: Sequence[Candidate], own: Collection[int], *, marked: bool, of_feed: bool
    ) -> tuple[Copy, Item] | None:
        """The best original among the candidates; ties to the earliest. `own`: the scopes of its feed. `marked`: the
        entry has a guid or an address of its own, so that no entry of its own feed is its original; of an item of a
        feed (`of_feed`) without them, only one that says the very same."""
        best: tuple[float, int, Copy, Item] | None = None
        for candidate in compared:
            item = candidate.item
            is_own = item.scope in own
            if self._clock - item.seen > (self._copies_same if is_own else self._copies):
                continue
            if is_own and (marked or of_feed):
                if not marked and says_the_same(query, item):
                    return Copy(score=1.0, why="the same words and signs"), item
                continue
            texts = candidate.texts
            if texts.share < ALIKE and (candidate.cosine < ALIKE or seconds_between(query, item) > self._copies):
                continue
            if not is_own and item.root in self._items and self._items[item.root].scope in own:
                continue  # another outlet's copy of this outlet's own report
            if is_other_event(query, item) or (texts.share < ALIKE and self._happens_again(query, item)):
                continue
            like = copy_of(item.headline, query.headline, texts, lead_of(query, item))
            if like is not None and (best is None or (-like.score, candidate.entry) < best[:2]):
                best = (-like.score, candidate.entry, like, item)
        return best[2:] if best is not None else None

    def _happens_again(self, query: Prepared, item: Item) -> bool:
        """Whether an entry tells, in the words of a report, what the last news of its story has undone since."""
        if not query.changes:
            return False
        story, published = StorySaid(self._clusters.find(item.story), (), self._clusters), query.kept.published
        is_late = published is not None and published <= story.last_news
        return not is_late and bool(happen_again(query.changes, story.last_told()))

    def fits(self, query: Prepared, compared: Sequence[Candidate], own: Collection[int]) -> list[Fit]:
        """Stories by score, best first; ties to the earlier. `own`: the scopes of its feed."""
        fits = []
        for story, reports in stories_of(compared, self._clusters):
            of_feed = [report for report in reports if report.item.scope in own]
            hidden = self._feeds.shared(own, query.counts) if len(of_feed) == len(reports) else frozenset()
            cluster = self._clusters.get(story)
            values = features(query, reports, cluster, hidden, own)
            if values is None:
                continue
            judged_by = self._table.judge(values)
            fit = judged_by.score(values)
            apart = ""
            if fit >= self._table.links:  # what does not even link need not be told apart
                shared = [
                    self._words.text(unit) for unit in query.counts if unit in cluster.counts and unit not in hidden
                ]
                nearest, repeated = [report.item for report in reports], of_feed[0].item if of_feed else None
                apart = told_apart(query, nearest, repeated, shared, self._window)
                if not apart and judged_by is self._table.texts:
                    is_own = len(of_feed) == len(reports) and self._clusters.are_newest_of(own, story, _RECENT)
                    apart = far_text(query, reports[0], self._words.stories, is_own=is_own)
            fits.append(Fit(story=story, cluster=cluster, score=fit, features=values, reports=reports, apart=apart))
        return sorted(fits, key=lambda fit: (-fit.score, fit.story))

    def _is_another(self, query: Prepared, recognised: Recognition, own: Collection[int]) -> bool:
        """Whether an entry is none of the item whose marks it bears. Beside a guid of its own, or under another
        headline, an item that has left the window has ended, unless this one was published before the window opened as
        well. So has one that only counts in it; under another headline, or on a page of one message, also where this
        one has no date."""
        first, is_rewritten, is_page = recognised.known.entry, recognised.is_rewritten, recognised.is_page
        may_end = recognised.is_renamed or is_page or is_rewritten
        published = query.kept.published
        is_of_now = published is not None and published >= self._opened
        if first not in self._items:
            may_be_undated = published is None and (is_rewritten or is_page)
            return recognised.asks_text or (may_end and is_of_now) or may_be_undated
        item = self._items[first]
        if recognised.asks_text:
            return not keeps_text(query, item, is_place=is_rewritten)
        if recognised.verdict is Verdict.NEAR_DUPLICATE:
            return recognised.is_renamed and item.scope in own and is_next_there(query, item)
        if item.only_counts:
            return may_end and (is_of_now or published is None)
        is_next_one = recognised.is_state and have_messages(query, item)
        if (is_next_one or recognised.is_place) and is_page and is_next(query, item, is_state=is_next_one):
            return True
        is_renamed = recognised.is_renamed or (is_page and have_messages(query, item))
        return is_another(query, item, is_renamed=is_renamed, is_rewritten=is_rewritten)

    def _unite(self, story: int, others: Sequence[Fit]) -> tuple[int, list[int]]:
        """Unites the story that an entry joins with others that it fits, too, or nearly, where the words of both agree:
        one entry alone may stand between two events. Returns (the story now, those merged)."""
        merged: list[int] = []
        for other in others:
            if other.score < self._table.links:
                break  # the best come first
            agreement = self._clusters.agreement(story, other.story)
            if (other.score >= self._table.joins or agreement.rare >= self._table.rare) and (
                agreement.agreed >= self._table.agreed
                and agreement.cosine >= self._table.judge(other.features).unites_from(agreement.smaller)
            ):
                kept, lost = min(story, other.story), max(story, other.story)
                self._clusters.merge(lost, kept)
                self._changed["merge", str(lost)] = str(kept).encode()
                merged.append(lost)
                story = kept
        return story, merged

    def news(self, query: Prepared, fit: Fit) -> News:
        """What may be new in a report of a story that is known."""
        story = StorySaid(fit.story, [report.item for report in fit.reports], self._clusters)
        return News(query, story, hours=(self._clock - story.last_news) / 3600)

    def file(self, decision: Decision, entry: Entry, query: Prepared) -> Decision:
        """Takes a decided entry into the index. Returns what was decided."""
        return self._keep(decision, entry, query.kept, query.counts)

    def _keep(self, decision: Decision, entry: Entry, kept: Record, counts: Mapping[int, int]) -> Decision:
        number = decision.entry
        kept.story, kept.root, kept.seen = decision.story, decision.duplicate_of or number, self._clock
        kept.scope = scope_of(entry)
        # What may be another event has told nothing of this one: a report that says the same of it may be its news.
        kept.is_update = decision.verdict is Verdict.UPDATE and not decision.is_in_doubt
        self._changed["report", str(number)] = kept.to_bytes()
        self._take_in(number, kept, counts)
        return decision

    def _counted(self, record: Record) -> dict[int, int]:
        """What each of its units counts, by their numbers."""
        counted = counted_units(record.title_units, record.lead_units)
        return dict(zip(self._words.numbers(counted), counted.values(), strict=True))

    def _take_in(self, entry: int, record: Record, counts: Mapping[int, int]) -> None:
        self._items.add(entry, record, counts)
        if not record.only_counts:
            self._words.add(counts, entry)
        self._clusters.add(self._clusters.find(record.story), entry, counts)
        self._feeds.add(record.scope, entry)


def _shown(value: float) -> float:
    """A score as a share of 1, as the outputs give it."""
    return round(1 / (1 + math.exp(-max(-30.0, min(30.0, value)))), 3)
