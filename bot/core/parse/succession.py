"""A document's entries against those of the last one → which of them are new, and how; what to remember of it.

An entry is known by its form: its guid, and its URL, or its words where one URL leads to several. Whatever does not
stand there in its form has left; whatever has a form that was not there has arrived. What arrives is one that has left
where it says the same (`_returned`), and may be one where it alone has the date that this one alone had (`_remade`).
The dates of those that are known say where the others stand: above and between them (late), or behind them all.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import pairwise, takewhile

from bot.core.parse.fingerprints import (
    NO_SOURCE,
    NO_WORDS,
    Fingerprint,
    Fingerprints,
    is_read_whole,
    letters_of,
    seconds,
)
from bot.model import Entry

_MANY_LETTERS = 100
"""Letters from which an entry without a date is one that we know, and no column that has the same title each week."""
_MANY = 3
"""Entries of a document whose figures alone have changed, or whose dates go with the clock, from which that is its
manner."""
_OF_ONE_READING = 120
"""Seconds by which the newest date that is made when a document is asked for differs from its reading."""
_ALIKE, _IN_STEP = 2, 10
"""Seconds by which such dates move on more or less than one another, and than the reading."""
_SERIES = 240
"""Seconds between two readings up to which alarms may come again in the same places as fast as they are asked for."""
_QUARTER = 900
"""Seconds: a date at a full quarter of an hour may be that of a whole day, in any time zone."""
_BEHIND = 50
"""Entries behind the cut of a document that are remembered, whatever its feed has grown by; more, as far as it reached
before."""

_Form = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A document against the one before."""

    total: int = 0
    """Entries in it."""
    new: int = 0
    """Entries that the document before had under neither guid nor URL."""
    comparable: bool = False
    """There was a document with entries before."""

    @property
    def rolled_over(self) -> bool:
        """Nothing of the document before is left: entries in between may have been missed."""
        return self.comparable and self.total > 0 and self.new == self.total


class Succession:
    """A new document after the one before.

    Args:
        before: that one.
        document: the fingerprints of all that stands in the new one, in its order.
        entries: those of its entries that were read.
        read: their fingerprints.
        at: when it was read.
    """

    def __init__(
        self,
        before: Fingerprints,
        document: Sequence[Fingerprint],
        entries: Sequence[Entry],
        read: Sequence[Fingerprint],
        at: datetime,
    ) -> None:
        self._before, self._document = before, document
        self._between = seconds(at) - seconds(before.at)
        """Seconds from that reading to this one."""
        self._entries, self._read = entries, read
        one_url = Counter(item.url for item in before.items)
        self._guids = {item.guid for item in before.items}
        self._urls = {url for url, count in one_url.items() if count == 1}  # a home page names none of those at it
        self._shared = {url for url, count in (one_url | Counter(item.url for item in document)).items() if count > 1}
        self._forms = set(map(self._form, document))
        self._old_forms = set(map(self._form, before.items))

    @cached_property
    def comparison(self) -> Comparison:
        """In numbers."""
        new = sum(not self._is_known(item) for item in self._document)
        return Comparison(total=len(self._document), new=new, comparable=bool(self._before.items))

    @cached_property
    def new(self) -> tuple[Entry, ...]:
        """Entries that do not stand in the document before, word for word, and are none of those that have returned."""
        # An item that has lost its guid since another one bears it, too, stands there as it stood.
        sources = {(item.source, item.url) for item in self._before.items if item.source != NO_SOURCE}
        return tuple(
            self._noted(entry, item)
            for entry, item in zip(self._entries, self._read, strict=True)
            if item not in self._standing and (item.source, item.url) not in sources and item not in self._returned
        )

    def _noted(self, entry: Entry, item: Fingerprint) -> Entry:
        """An entry with what its place in the succession says of it; of a feed's first document, nothing."""
        is_late, may_be_remade = item in self._late, item in self._remade
        is_first, is_known = not self._before.items, self._is_known(item)
        is_from_behind, is_recounted = item in self._behind, item in self._recounted
        if is_first and not (is_late or may_be_remade or is_from_behind or is_recounted):
            return entry
        return replace(
            entry,
            is_late=is_late,
            may_be_remade=may_be_remade,
            is_arrival=not is_first and not is_known,
            stood_before=not is_first and is_known,
            is_from_behind=is_from_behind,
            is_recounted=is_recounted,
            is_alone=is_known and len(self._document) == len(self._before.items) == 1,
        )

    def remembered(self, *, is_cut: bool) -> tuple[Fingerprint, ...]:
        """The fingerprints as they are kept: without dates that were not believed, now or earlier. What stands behind
        the cut of a document has not left it; in one that is cut each time, what came first has."""
        undated = {self._form(item) for item in self._before.items if not item.published}
        undated.update(map(self._form, self._late))
        kept = tuple(replace(item, published=0) if self._form(item) in undated else item for item in self._document)
        if not is_cut:
            return kept
        words, frames = {item.words for item in kept}, {item.frame for item in self._recounted}
        dates = {item.published for item in self._remade}
        hidden = [
            item
            for item in self._gone
            if item.words not in words and item.frame not in frames and item.published not in dates
        ]
        return kept + tuple(hidden[: max(_BEHIND, len(self._before.items) - len(kept))])

    def _form(self, item: Fingerprint) -> _Form:
        return item.guid, item.words if item.url in self._shared else item.url

    def _is_known(self, item: Fingerprint) -> bool:
        return item.guid in self._guids or item.url in self._urls or item in self._returned

    @cached_property
    def _standing(self) -> frozenset[Fingerprint]:
        """Entries that say what one of the document before says, word for word. Beside that one, with a date that none
        had, it is another: `Gale warning`, in the words of yesterday's, where neither has marks."""
        had, has = _dates_of(self._before.items), _dates_of(self._document)
        return frozenset(
            item
            for item in self._document
            if (dates := had.get(item.content)) and (item.published in dates or dates.isdisjoint(has[item.content]))
        )

    @cached_property
    def _gone(self) -> list[Fingerprint]:
        return [item for item in self._before.items if self._form(item) not in self._forms]

    @cached_property
    def _returned(self) -> frozenset[Fingerprint]:
        """Entries that are entries of the document before under another guid and URL: sites that move, aggregators that
        make a new guid with every fetch, guids that number the places.

        The words are the same, no entry of these words stands where it stood, and no date is later than the reading of
        the document before: a column may have one title each week. By the moment of its date, no later than it was, an
        entry is believed; with the date of a day, or none, where it has many words (and no more than are compared). Any
        other where all whose guids have gone to others have moved on together, or where the document as a whole has
        changed its guids; so are those that a script dates at each reading. Where in doubt it is news.
        """
        read_at, places = seconds(self._before.at), self._guids & {item.guid for item in self._document}
        sure: set[Fingerprint] = set()
        likely: set[Fingerprint] = set()
        moved: list[tuple[Fingerprint, Fingerprint]] = []
        later: list[tuple[Fingerprint, Fingerprint]] = []
        for entry, item, old in self._of_the_same_words():
            if item.guid == old.guid or (entry.url and item.url == old.url and item.url not in self._shared):
                continue  # the store knows it by one of them, and is to learn the other
            if item.published > read_at:
                later.append((item, old))
                continue
            if not item.published and not places.isdisjoint((item.guid, old.guid)):
                moved.append((item, old))
            elif item.published <= old.published and (item.published % _QUARTER or _says_much(entry)):
                sure.add(item)
            else:
                likely.add(item)
        if self._go_with_the_clock(later):
            sure.update(item for item, _ in later)
        if self._have_moved_on(moved):
            sure.update(item for item, _ in moved)
        arrived = sum(self._form(item) not in self._old_forms for item in self._document)
        as_a_whole = len(sure) + len(likely) > 1 and 2 * (len(sure) + len(likely)) >= arrived
        return frozenset(sure | likely if as_a_whole else sure)

    def _of_the_same_words(self) -> Iterable[tuple[Entry, Fingerprint, Fingerprint]]:
        """What arrived, and what has left and said the same; by their dates where several did."""
        standing = {item.words for item in self._before.items if self._form(item) in self._forms} | {NO_WORDS}
        gone: dict[bytes, list[Fingerprint]] = defaultdict(list)
        for item in self._gone:
            if item.words not in standing:
                gone[item.words].append(item)
        arrivals: dict[bytes, list[tuple[Entry, Fingerprint]]] = defaultdict(list)
        for entry, item in zip(self._entries, self._read, strict=True):
            if item.words in gone and self._form(item) not in self._old_forms:
                arrivals[item.words].append((entry, item))
        for words, pairs in arrivals.items():
            if len(pairs) > len(gone[words]):
                continue  # there are more of them than there were: one is new
            pairs.sort(key=lambda pair: pair[1].published)
            olds = sorted(gone[words], key=lambda item: item.published)
            yield from ((entry, item, old) for (entry, item), old in zip(pairs, olds, strict=False))

    def _go_with_the_clock(self, later: Sequence[tuple[Fingerprint, Fingerprint]]) -> bool:
        """Whether a script makes guids and dates anew at each reading: nothing stands, the newest dates are those of
        the moment, and all of three or more have moved on by the same, as the reading has. The columns of each day,
        the warnings of each hour and the calls of a fire brigade lack one or the other; what a schedule dates has no
        seconds."""
        if len(later) < _MANY or self._between <= _SERIES or not self._forms.isdisjoint(self._old_forms):
            return False
        steps = [item.published - old.published for item, old in later]
        age = seconds(self._before.at) - max(old.published for _, old in later)
        return (
            max(steps) - min(steps) <= _ALIKE
            and all(abs(self._between - step) <= _IN_STEP for step in steps)
            and age <= _OF_ONE_READING
            and any(item.published % 60 for item, _ in later)
        )

    def _have_moved_on(self, moved: Sequence[tuple[Fingerprint, Fingerprint]]) -> bool:
        """Whether guids number the places, and a new entry came in before some (or one left). All go one way, and none
        behind the first of them stays: two that change places are two notices, and a part of a service may say what
        another said."""
        was, now = (
            {self._form(item): place for place, item in enumerate(items)}
            for items in (self._before.items, self._document)
        )
        ways = {now[self._form(item)] > was[self._form(old)] for item, old in moved}
        first = min((was[self._form(old)] for _, old in moved), default=0)
        return len(ways) == 1 and all(self._form(item) not in self._forms for item in self._before.items[first:])

    @cached_property
    def _remade(self) -> frozenset[Fingerprint]:
        """Entries that may be one of the document before under another guid and another URL, though not word for word:
        they alone have the date that an entry alone had which has left. And those that stand where they stood, with
        their date: they may have returned there, unknown to the archive by what they bear.

        What they say is compared where the archive is.
        """
        had, has = (Counter(item.published for item in items) for items in (self._before.items, self._document))
        forms = {item.published: self._form(item) for item in self._before.items if had[item.published] == 1}
        forms.pop(0, None)
        return frozenset(
            item
            for item in self._document
            if has[item.published] == 1
            and (old := forms.get(item.published)) is not None
            and (old == (form := self._form(item)) or (old not in self._forms and form not in self._old_forms))
        )

    @cached_property
    def _recounted(self) -> frozenset[Fingerprint]:
        """Entries that differ from one of the document before in figures alone, as do most that go on from there:
        comments, views and hours ago that are counted. One or two alone may say something new."""
        contents, old_contents = ({item.content for item in items} for items in (self._document, self._before.items))
        changed = [item for item in self._document if item.content not in old_contents]
        old_changed = [item for item in self._before.items if item.content not in contents]
        has, had = (Counter(item.frame for item in items) for items in (changed, old_changed))
        olds = {item.frame: item.published for item in old_changed if had[item.frame] == 1}
        same = [item for item in changed if has[item.frame] == 1 and olds.get(item.frame) in (0, item.published)]
        stand = len(self._document) - len(changed)
        return frozenset(same if len(same) >= max(_MANY, stand) else ())

    @cached_property
    def _late(self) -> frozenset[Fingerprint]:
        """Entries that are dated before the last document was read, and were not in it where that had them.

        Feeds give one date to all that they hold, a wrong year, the day of the event: what came in between entries that
        we know, or above the newest of them, is published now. Only where the entries we know stand in the order of
        their dates, all but a few: elsewhere (the most read, the last edited) an old one may come up anywhere. An entry
        of a date that one old entry alone had, which left, is that one under other marks.
        """
        order = self._order
        if order is None:
            return frozenset()
        read_at = seconds(self._before.at)
        oldest = order.dates[-1] if order.dates else read_at
        had = Counter(item.published for item in self._before.items)
        left = {item.published for item in self._gone if had[item.published] == 1}
        latecomers: set[Fingerprint] = set()
        earliest = 1  # above the newest that we know, any date
        for item, is_known in order.items:
            if is_known:
                earliest = oldest
            elif earliest <= item.published <= read_at and item.published not in left:
                latecomers.add(item)
        return frozenset(latecomers)

    @cached_property
    def _behind(self) -> frozenset[Fingerprint]:
        """Entries that stand behind all that we know, and are older than those and than all that has left: a publisher
        shows more of them, or took a newer one away. Only of a document in the order of its dates, of two at least; or
        where nothing of the last one is left: a page of older ones, a copy of days ago."""
        order, gone = self._order, [item.published for item in self._gone if item.published]
        if order is not None and len(set(order.dates)) > 1:
            unknown = [item for item, _ in takewhile(lambda pair: not pair[1], reversed(order.items))]
            oldest = min((order.dates[-1], *gone))
        elif len(gone) > 1 and not any(map(self._is_known, self._document)):
            unknown, oldest = [*self._document], min(gone)
        else:
            return frozenset()
        return frozenset(item for item in unknown if 0 < item.published < oldest)

    @cached_property
    def _order(self) -> _Order | None:
        """None: there is no order in what is known of the document, or nothing is known."""
        items = [(item, self._is_known(item)) for item in self._document]
        believed = {self._form(item): item.published for item in self._before.items}
        known_dates = [believed.get(self._form(item), item.published) for item, is_known in items if is_known]
        dates = [*filter(None, known_dates)]
        falls = sum(earlier < later for later, earlier in pairwise(dates))
        rises = sum(earlier < later for earlier, later in pairwise(dates))
        if not known_dates or 4 * min(falls, rises) >= max(len(dates), 2):
            return None
        return _Order(items=items, dates=dates) if rises <= falls else _Order(items=items[::-1], dates=dates[::-1])


def _says_much(entry: Entry) -> bool:
    """Whether it has many words, and no more than are compared: below them, one job in the words of a form may be
    another."""
    return is_read_whole(entry) and len(letters_of(entry)) >= _MANY_LETTERS


def _dates_of(items: Iterable[Fingerprint]) -> Mapping[bytes, set[int]]:
    """The dates of each content."""
    dates: dict[bytes, set[int]] = defaultdict(set)
    for item in items:
        dates[item.content].add(item.published)
    return dates


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """A document that is in the order of its dates, the newest first: its entries, and whether the last one had them;
    the dates of those, as far as they were believed."""

    items: list[tuple[Fingerprint, bool]]
    dates: list[int]
