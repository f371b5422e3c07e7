"""Entries that come in → what the store knows of the items that they are (of the stage ingest).

An item is known by its marks, guid and URL. Three look-ups go beyond them, each for entries that give reason for it: an
item of a feed that had another id, one that its document shows under other marks, and one that only the baseline of
another feed had.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.parse.spellings import names_an_item
from bot.core.stories import KnownItem
from bot.core.stories.identity import TITLE_KEY, Identity, date_key, identify
from bot.core.stories.recognition import is_remade, may_be_a_day_s
from bot.model import Decision, Entry, EntryId, FeedId, InboxItem, NewEntry, Reading, RuleSet, StoredEntry, Verdict
from bot.ports import Store

_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """An inbox row, read and identified."""

    item: InboxItem
    reading: Reading
    identity: Identity


def earlier_ids(store: Store, ruleset: RuleSet, feeds: Collection[FeedId]) -> dict[FeedId, tuple[FeedId, ...]]:
    """The ids that some feeds had before (absent: none), but for those that other feeds have now: what stands under
    such a one may be of either."""
    former = store.former_ids(feeds)
    taken = {feed.id for feed in ruleset.feeds} if former else ()
    return {feed: free for feed, ids in former.items() if (free := tuple(one for one in ids if one not in taken))}


def known_items(
    store: Store, arrivals: Sequence[Identified], former: Mapping[FeedId, Sequence[FeedId]]
) -> dict[str, KnownItem]:
    """What is known under the keys of some entries. `former`: ids that their feeds had before."""
    keys = (key for arrival in arrivals for key in (*arrival.identity.keys, arrival.identity.feed_key))
    items = _items(store, keys)
    renamed = [one for one in arrivals if one.item.entry.feed in former and _is_unknown_here(one.identity, items)]
    items = _renamed(store, renamed, former) | items
    remade: dict[FeedId, list[Identified]] = defaultdict(list)
    for arrival in arrivals:
        feed = arrival.item.entry.feed
        if feed is not None and arrival.item.entry.may_be_remade and _bears_other_marks(arrival, items):
            remade[feed].append(arrival)
    for feed, of_feed in remade.items():
        items |= _remade(store, (feed, *former.get(feed, ())), of_feed)
    return items


def _items(store: Store, keys: Iterable[str]) -> dict[str, KnownItem]:
    return {key: KnownItem.from_bytes(data) for key, data in store.identity_records(keys).items()}


def _is_unknown_here(identity: Identity, items: Mapping[str, KnownItem]) -> bool:
    """Whether its feed has not brought an entry under its id of today, as far as its keys say: a URL is any feed's."""
    own = [key for key in (*identity.keys, identity.feed_key) if key != identity.url_key]
    return items.keys().isdisjoint(own)


def _renamed(
    store: Store, arrivals: Sequence[Identified], former: Mapping[FeedId, Sequence[FeedId]]
) -> dict[str, KnownItem]:
    """Items that entries were under another id of their feed, each under its key of today."""
    keys: dict[str, str] = {}
    for arrival in arrivals:
        entry = arrival.item.entry
        for feed in former[entry.feed] if entry.feed is not None else ():
            before = identify(replace(entry, feed=feed), arrival.reading)
            today = (*arrival.identity.keys, arrival.identity.feed_key)
            keys |= zip((*before.keys, before.feed_key), today, strict=True)
    found = _items(store, keys)
    items: dict[str, KnownItem] = {}
    for then, now in keys.items():  # what was known last comes first
        if then in found:
            items.setdefault(now, found[then])
    return items


def _remade(store: Store, feeds: Sequence[FeedId], arrivals: Sequence[Identified]) -> dict[str, KnownItem]:
    """Items of the feed (`feeds`: its ids) that some entries are, by date, headline and text; each under its
    `date_key`."""
    dates = {arrival.item.entry.published_at for arrival in arrivals}
    dated: dict[datetime | None, list[StoredEntry]] = defaultdict(list)
    for feed in feeds:
        for stored in store.entries_dated(feed, filter(None, dates)):
            dated[stored.entry.published_at].append(stored)
    originals: dict[str, Identity] = {}
    for arrival in arrivals:
        entry = arrival.item.entry
        of_date = dated[entry.published_at]
        many = len({stored.item for stored in of_date}) > 1
        for stored in of_date:
            original = identify(stored.entry, stored.reading)
            same = _same_place(arrival.identity, original)
            if is_remade(entry, arrival.reading, stored.reading, has_its_address=same, is_one_of_many=many):
                originals[date_key(entry)] = original
    items = _items(store, (key for identity in originals.values() for key in identity.keys))
    return {
        date: items[known[0]]
        for date, identity in originals.items()
        if (known := [key for key in identity.keys if key in items])
    }


def _bears_other_marks(arrival: Identified, items: Mapping[str, KnownItem]) -> bool:
    """Whether an entry is known under none of its keys, has a guid and is known by its address alone, or has one that
    another headline had (the guid of a place). Title and date are no mark: what else has them may be another notice."""
    identity = arrival.identity
    known = [key for key in identity.keys if key in items and not key.startswith(TITLE_KEY)]
    if not known or (bool(identity.guid_key) and known == [identity.url_key]):
        return True
    return known == [identity.guid_key] and not items[known[0]].has_title(arrival.reading.title)


def _same_place(one: Identity, other: Identity) -> bool:
    return bool(one.place) and one.place == other.place


def remade_in_slice(
    arrival: Identified, earlier: Sequence[Identified], items: Mapping[str, KnownItem]
) -> Mapping[str, KnownItem]:
    """The same for an original that came in with the same slice, after a backlog: what is known of it by now."""
    entry = arrival.item.entry
    if date_key(entry) in items or not _bears_other_marks(arrival, items):
        return {}
    date = (entry.feed, entry.published_at)
    of_date = [one for one in earlier if (one.item.entry.feed, one.item.entry.published_at) == date]
    known = [next((items[key] for key in one.identity.keys if key in items), None) for one in of_date]
    many = len({item.entry for item in known if item is not None}) > 1
    for one, item in zip(of_date, known, strict=True):
        same = _same_place(arrival.identity, one.identity)
        if is_remade(entry, arrival.reading, one.reading, has_its_address=same, is_one_of_many=many):
            return {date_key(entry): item} if item is not None else {}
    return {}


def needs_record_of_feed(entry: Entry, identity: Identity, items: Mapping[str, KnownItem], *, is_again: bool) -> bool:
    """Whether nothing else than a record under `Identity.feed_key` says that the entry's feed has the item, and what it
    says there: any feed's version stands under its URL. `is_again`: the item was known."""
    own = items.get(identity.feed_key)
    if own is None and is_again:
        return True
    return _is_known_by_url(entry, identity) and (own is None or own.content != identity.content)


def as_its_feed_had_it(entry: Entry, identity: Identity, items: Mapping[str, KnownItem], decision: Decision) -> Entry:
    """The entry, `stood_before` as it is once it is decided: also where it had left its feed's document and has
    returned, and not where it only stands in the place of what was there (the next warning, under the page's URL)."""
    own, at_url = items.get(identity.feed_key), items.get(identity.url_key or "")
    stood = _is_known_by_url(entry, identity) and (entry.stood_before or own is not None)
    if stood:
        is_as_it_was = own is not None and own.content == identity.content
        stood = is_as_it_was or (at_url is not None and at_url.entry == decision.duplicate_of)
    return entry if entry.stood_before == stood else replace(entry, stood_before=stood)


def _is_known_by_url(entry: Entry, identity: Identity) -> bool:
    """Whether an entry has no guid, and a URL that can be made for it alone."""
    return identity.keys[0] == identity.url_key and names_an_item(entry.url)


def there_before(store: Store, arrivals: Sequence[Identified]) -> frozenset[int]:
    """The inbox rows of entries that came from behind (`Entry.is_from_behind`) and were published before their feed was
    first read: a part of its baseline that it did not show then. A date that may be a whole day's may be any of it."""
    behind = [arrival.item for arrival in arrivals if arrival.item.entry.is_from_behind]
    if not behind:
        return frozenset()
    began = dict(store.feeds_began({feed for item in behind if (feed := item.entry.feed) is not None}))
    for arrival in arrivals:  # after a backlog the baseline comes in with the same slice
        if (feed := arrival.item.entry.feed) is not None:
            began.setdefault(feed, arrival.item.entry.seen_at)
    return frozenset(
        item.id
        for item in behind
        if (feed := item.entry.feed) is not None
        and (published := item.entry.published_at) is not None
        and _latest(item.entry, published) < began[feed]
    )


def _latest(entry: Entry, published: datetime) -> datetime:
    """When it came out at the latest: a date that may be a whole day's may be any moment of it."""
    return published + _A_DAY if may_be_a_day_s(entry) else published


def _came_out_since(entry: Entry, read_since: datetime) -> bool:
    """Whether an entry may have come out since its feed was first read. A date that says little of how old it is (a
    late one's) says all the same that it is none of the baseline; an undated entry that did not stand in its feed's
    last document came into it since."""
    if entry.published_at is None:
        return entry.is_arrival
    return _latest(entry, entry.published_at) > read_since


def first_heard_here(
    store: Store,
    again: Sequence[tuple[Identified, Decision]],
    entries: Sequence[NewEntry],
    first_feeds: Mapping[EntryId, FeedId | None],
    former: Mapping[FeedId, Sequence[FeedId]],
    next_id: EntryId,
) -> list[NewEntry]:
    """Of entries that are known items: those that only the baseline of another feed had, and that came out since their
    own feed has been read. There they are news: as copies, they may alert. So are the first ones of a feed that had
    answered empty, and those of one whose last entries have left the archive.

    Args:
        entries: those of the same slice.
        first_feeds: which feed brought an item first.
        former: ids that feeds had before.
    """

    def ids_of(feed: FeedId | None) -> tuple[FeedId, ...]:
        return () if feed is None else (feed, *former.get(feed, ()))

    again = [
        (arrival, decision)
        for arrival, decision in again
        if decision.duplicate_of is not None
        and first_feeds.get(decision.duplicate_of) not in (None, *ids_of(arrival.item.entry.feed))
    ]
    firsts = {decision.duplicate_of for _, decision in again if decision.duplicate_of is not None}
    silent = store.silent_entries(firsts) | {new.id for new in entries if new.silent}
    unheard = [(arrival, decision) for arrival, decision in again if decision.duplicate_of in silent]
    feeds = {feed for arrival, _ in unheard for feed in ids_of(arrival.item.entry.feed)}
    began = store.feeds_began(feeds) if unheard else {}
    news: list[NewEntry] = []
    for arrival, decision in unheard:
        entry = arrival.item.entry
        read_since = min((began[feed] for feed in ids_of(entry.feed) if feed in began), default=None)
        if read_since is not None and not _came_out_since(entry, read_since):
            continue
        number = EntryId(next_id + len(news))
        reason = "A copy of what another feed had when it was first read."
        story = store.story_of(decision.story)
        copy = replace(decision, entry=number, verdict=Verdict.NEAR_DUPLICATE, story=story, reason=reason)
        news.append(NewEntry(id=number, entry=entry, reading=arrival.reading, decision=copy))
    return news
