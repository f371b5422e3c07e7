"""One entry as the story index keeps it, and the record that it is stored as.

Law: a record holds all that deciding needs of an entry, and reads back to exactly the same; nothing is recomputed from
words that change their weight. In memory an entry is one string of bytes with its units as numbers: a tenth of the
objects it would be, and ready to be compared.
"""

from __future__ import annotations

import hashlib
import struct
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.core.similarity.headlines import Headline, read_headline
from bot.core.similarity.sketch import says
from bot.core.stories.inverted_index import LEAD_COUNT, TITLE_COUNT, Words
from bot.model import Entry

_OF_LEAD = bytes(range(TITLE_COUNT))
"""Counts of units that the title has not."""
_GONE = 512
"""Entries that are gone before the lists of them are cut: each cut moves all that are left."""
_AT_HAND = 4_096
"""Entries kept unpacked: at most 3 MB of headlines."""

_STORED = struct.Struct("<QQdHHHHHB")
# story, root, seen (s), bytes of scope, title, title's units, lead's units, sketch, flags
_PACKED = struct.Struct("<IIdQHHHB")
# story, root, seen (s), scope, bytes of title, units, bytes of sketch, flags
_HAS_TEXT, _IS_UPDATE, _HAS_SIGNS, _HAS_DATE, _ONLY_COUNTS = 1, 2, 4, 8, 16
_DATE = struct.Struct("<d")
_SIGNS = struct.Struct("<H")
# what not every entry has: bytes of signs and the signs before its words; published (s) behind them, where a build that
# does not know of it takes it for four words more


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexRecord:
    """One row of the index's table. `kind` and `key` name it; `data` None deletes it."""

    kind: str
    key: str
    data: bytes | None


@dataclass(slots=True, kw_only=True)
class Record:
    """One indexed entry as it is stored; before it is decided, without `story`, `root`, `seen` and `scope`.

    `title_units`: of the title, in order, each once. `lead_units`: of the first characters of its text, one as often as
    it counts. `root`: the entry that it is a copy of, else itself. `scope`: its feed and outlet. `words`: the
    vocabulary of its text. `only_counts`: its words count, and it is compared with nothing: title, sketch and
    vocabulary are empty. `signs`: of an item of a feed without guid and URL, see `kept_signs`. `published`: by its
    own date, in seconds since 1970; None: it has none that could be believed.
    """

    story: int = 0
    root: int = 0
    seen: float = 0.0
    scope: str = ""
    title: str = ""
    title_units: tuple[str, ...] = ()
    lead_units: tuple[str, ...] = ()
    sketch: bytes = b""
    words: bytes = b""
    has_text: bool = False
    is_update: bool = False
    only_counts: bool = False
    signs: str = ""
    published: float | None = None

    def to_bytes(self) -> bytes:
        """The stored form: a fixed head, then scope, title, units, sketch and words."""
        texts = [
            text.encode("utf-8", "surrogatepass")
            for text in (self.scope, self.title, " ".join(self.title_units), " ".join(self.lead_units))
        ]
        lengths = [len(text) for text in texts]
        head = _STORED.pack(self.story, self.root, self.seen, *lengths, len(self.sketch), _flags(self))
        return b"".join((head, *texts, self.sketch, _tail(self)))

    @classmethod
    def from_bytes(cls, data: bytes) -> Record:
        """Reads `to_bytes` back."""
        story, root, seen, *lengths, sketch, flags = _STORED.unpack_from(data)
        at, texts = _STORED.size, []
        for length in lengths:
            texts.append(data[at : at + length].decode("utf-8", "surrogatepass"))
            at += length
        signs, words, published = _read_tail(data, at + sketch, flags)
        return cls(
            story=story,
            root=root,
            seen=seen,
            scope=texts[0],
            title=texts[1],
            title_units=tuple(texts[2].split(" ")) if texts[2] else (),
            lead_units=tuple(texts[3].split(" ")) if texts[3] else (),
            sketch=data[at : at + sketch],
            words=words,
            has_text=bool(flags & _HAS_TEXT),
            is_update=bool(flags & _IS_UPDATE),
            only_counts=bool(flags & _ONLY_COUNTS),
            signs=signs,
            published=published,
        )


def _flags(record: Record) -> int:
    return (
        record.has_text * _HAS_TEXT
        | record.is_update * _IS_UPDATE
        | bool(record.signs) * _HAS_SIGNS
        | (record.published is not None) * _HAS_DATE
        | record.only_counts * _ONLY_COUNTS
    )


def _tail(record: Record) -> bytes:
    """Signs, words and publication, each as far as it has them."""
    signs = record.signs.encode("utf-8", "surrogatepass")
    date = _DATE.pack(record.published) if record.published is not None else b""
    return (_SIGNS.pack(len(signs)) + signs if signs else b"") + record.words + date


def _read_tail(data: bytes, at: int, flags: int) -> tuple[str, bytes, float | None]:
    """(Signs, words, publication), which begin at `at`."""
    signs, published, end = "", None, len(data)
    if flags & _HAS_SIGNS:
        begin = at + _SIGNS.size
        at = begin + _SIGNS.unpack_from(data, at)[0]
        signs = data[begin:at].decode("utf-8", "surrogatepass")
    if flags & _HAS_DATE:
        end -= _DATE.size
        published = _DATE.unpack_from(data, end)[0]
    return signs, data[at:end], published


_OUTLET = "\x1f"
"""Stands between feed and outlet in a scope: an id may have spaces. Records of builds before have one there."""


def scope_of(entry: Entry) -> str:
    """What does not repeat itself: an outlet in a feed (a feed of many outlets holds copies); empty without both."""
    return f"{entry.feed or ''}{_OUTLET}{entry.source or ''}" if entry.feed or entry.source else ""


def feed_and_outlet(scope: str) -> tuple[str, str]:
    """A scope's parts, either may be empty; of a record of a build before the outlet is the last word."""
    feed, _, outlet = scope.rpartition(_OUTLET if _OUTLET in scope else " ")
    return feed, outlet


@lru_cache(maxsize=4_096)
def scope_key(scope: str) -> int:
    """A scope as 64 bits, the same in every build; 0: none."""
    scope = scope.replace(_OUTLET, " ").strip()
    text = scope.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big") if scope else 0


class Item:
    """One indexed entry at hand. As `Record`, but for `units` as numbers, what each `counts`, and `scope` as its
    key. The first of its units, `of_title` of them, are of the title."""

    __slots__ = (
        "_index", "_title", "counts", "has_text", "is_update", "of_title", "only_counts", "published", "root",
        "scope", "seen", "signs", "sketch", "story", "units", "words",
    )  # fmt: skip

    def __init__(self, data: bytes, index: Words) -> None:
        """Reads what `Items.add` wrote."""
        self._index = index
        self.story, self.root, self.seen, self.scope, title, units, sketch, flags = _PACKED.unpack_from(data)
        self.has_text = flags & _HAS_TEXT != 0
        self.is_update = flags & _IS_UPDATE != 0
        self.only_counts = flags & _ONLY_COUNTS != 0
        counts = _PACKED.size + 4 * units
        text = counts + units
        of_sketch = text + title
        rest = of_sketch + sketch
        self.units = array("I", data[_PACKED.size : counts])
        self.counts = data[counts:text]
        self.of_title = len(self.counts.rstrip(_OF_LEAD))
        self._title = data[text:of_sketch]
        self.sketch = data[of_sketch:rest]
        self.signs, self.words, self.published = _read_tail(data, rest, flags)

    @property
    def title(self) -> str:
        """The title as it came, cut."""
        return self._title.decode("utf-8", "surrogatepass")

    @property
    def headline(self) -> Headline:
        """The title, read."""
        return read_headline(self.title)

    def says(self, unit: str) -> bool:
        """Whether it says a unit, in its headline or its text."""
        number = self._index.number(unit)
        return (number is not None and number in self.units) or (bool(self.words) and says(self.words, unit))

    def texts(self) -> list[str]:
        """Its units, in order, each once."""
        return list(map(self._index.text, self.units))

    @property
    def has_line(self) -> bool:
        """Whether something stood below the title (`words` says what a title tells, too)."""
        return max(self.counts, default=0) > TITLE_COUNT or self.of_title < len(self.units)

    def counted(self) -> Iterator[tuple[int, int]]:
        """Its units, each with what it counts."""
        return zip(self.units, self.counts, strict=True)

    def title_units(self) -> list[int]:
        """The units of its title, in order."""
        return list(self.units[: self.of_title])


class Items:
    """The entries of the window in order of arrival."""

    def __init__(self, index: Words) -> None:
        self._index = index
        self._entries = array("Q")
        self._packed: list[bytes] = []
        self._gone = 0
        """Places at the beginning that have left the window."""
        self._at_hand: dict[int, Item] = {}
        """Entries that a decision has looked at: it looks several times."""

    def __len__(self) -> int:
        return len(self._entries) - self._gone

    def __contains__(self, entry: int) -> bool:
        return self._place(entry) is not None

    def _place(self, entry: int) -> int | None:
        at = bisect_left(self._entries, entry, self._gone)
        return at if at < len(self._entries) and self._entries[at] == entry else None

    def __getitem__(self, entry: int) -> Item:
        """Raises: KeyError for an entry that is not in the window."""
        item = self._at_hand.get(entry)
        if item is None:
            at = self._place(entry)
            if at is None:
                raise KeyError(entry)
            if len(self._at_hand) >= _AT_HAND:
                self._at_hand.clear()
            item = self._at_hand[entry] = Item(self._packed[at], self._index)
        return item

    def add(self, entry: int, record: Record, counts: Mapping[int, int]) -> None:
        """Takes in an entry newer than all before it, with its units' numbers and counts."""
        title, scope = record.title.encode("utf-8", "surrogatepass"), scope_key(record.scope)
        sizes = len(title), len(counts), len(record.sketch)
        head = _PACKED.pack(record.story, record.root, record.seen, scope, *sizes, _flags(record))
        units = array("I", counts).tobytes(), bytes(counts.values())
        self._entries.append(entry)
        self._packed.append(b"".join((head, *units, title, record.sketch, _tail(record))))

    def oldest(self) -> int:
        """The entry that came first of those in the window."""
        return self._entries[self._gone]

    def drop_oldest(self) -> None:
        """Forgets the entry that came first."""
        self._at_hand.pop(self.oldest(), None)
        self._packed[self._gone] = b""
        self._gone += 1
        if self._gone == _GONE:
            del self._entries[:_GONE], self._packed[:_GONE]
            self._gone = 0


def counted_units(title: Iterable[str], lead: Iterable[str]) -> dict[str, int]:
    """How much each unit of an entry counts; the title's first, in their order."""
    counts = dict.fromkeys(title, TITLE_COUNT)
    for unit in lead:
        counts[unit] = counts.get(unit, 0) + LEAD_COUNT
    return counts
