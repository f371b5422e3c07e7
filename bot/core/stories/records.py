"""One entry as the story index keeps it, and the record that it is stored as.

Law: a record holds all that deciding needs of an entry, and reads back to exactly the same; nothing is recomputed from
words that change their weight. In memory an entry is one string of bytes with its tokens as numbers: a tenth of the
objects it would be, and ready to be compared.
"""

from __future__ import annotations

import struct
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.core.language.background import FUNCTION_STEMS
from bot.core.language.synonyms import concept
from bot.core.similarity.headline import tokens_of

TITLE_UNITS = 10
_LEAD_UNITS = 3
_MOST_LEAD_UNITS = 9
"""What a token of the title, and one of the lead each time it stands there (but no more than that), count: so the
number of units says where a token stands."""

_BLOCK = 512
"""Entries that are kept as one string of bytes."""
_AT_HAND = 512
"""Entries kept unpacked."""

_RECORD = struct.Struct("<QQdfHHHBBQ")
# story, root, seen (s), norm, bytes of source, form and lead, edition, flags, name marks
_HELD = struct.Struct("<IIdfIHHB?Q")
# story, root, seen (s), norm, number of the source, bytes of form, tokens, edition, flags, name marks


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexRecord:
    """One row of the index's table. `kind` and `key` name it; `data` None deletes it."""

    kind: str
    key: str
    data: bytes | None


@dataclass(slots=True, kw_only=True)
class Record:
    """One indexed entry as it is stored.

    `form`, `marks`, `edition`, `cut`: of the title, as in `headline.Wording`. `lead`: the telling tokens of summary or
    body, one as often as it weighs. `norm`: the length of its weighted vector when it was taken in. `root`: the entry
    that it is a copy of, else itself.
    """

    story: int
    root: int
    seen: float
    norm: float
    source: str
    form: str
    marks: int
    edition: int
    cut: bool
    lead: str
    sketch: bytes

    def to_bytes(self) -> bytes:
        """The stored form: a fixed head, then source, form, lead and sketch."""
        texts = [text.encode("utf-8", "surrogatepass") for text in (self.source, self.form, self.lead)]
        lengths = [len(text) for text in texts]
        head = _RECORD.pack(self.story, self.root, self.seen, self.norm, *lengths, self.edition, self.cut, self.marks)
        return b"".join((head, *texts, self.sketch))

    @classmethod
    def from_bytes(cls, data: bytes) -> Record:
        """Reads `to_bytes` back."""
        story, root, seen, norm, source, form, lead, edition, cut, marks = _RECORD.unpack_from(data)
        at, texts = _RECORD.size, []
        for length in (source, form, lead):
            texts.append(data[at : at + length].decode("utf-8", "surrogatepass"))
            at += length
        return cls(
            story=story,
            root=root,
            seen=seen,
            norm=norm,
            source=texts[0],
            form=texts[1],
            marks=marks,
            edition=edition,
            cut=bool(cut),
            lead=texts[2],
            sketch=data[at:],
        )


class Item:
    """One indexed entry at hand. As `Record`, but for `tokens`, how many `units` each counts, and `sketch`, packed."""

    __slots__ = (
        "_form",
        "cut",
        "edition",
        "marks",
        "norm",
        "root",
        "seen",
        "sketch",
        "source",
        "story",
        "tokens",
        "units",
    )

    def __init__(self, data: bytes, start: int, end: int, outlets: Sequence[str]) -> None:
        """Reads what `Items.add` wrote between `start` and `end`."""
        (
            self.story,
            self.root,
            self.seen,
            self.norm,
            source,
            form,
            tokens,
            self.edition,
            self.cut,
            self.marks,
        ) = _HELD.unpack_from(data, start)
        self.source = outlets[source]
        begin = start + _HELD.size
        units = begin + 4 * tokens
        title = units + tokens
        text = title + form
        self.tokens = array("I", data[begin:units])
        self.units = data[units:title]
        self._form = data[title:text]
        self.sketch = data[text:end]

    @property
    def form(self) -> str:
        """The title's words."""
        return self._form.decode("utf-8", "surrogatepass")

    def counted(self) -> Iterator[tuple[int, int]]:
        """Its tokens, each with its units."""
        return zip(self.tokens, self.units, strict=True)


def title_tokens(counted: Iterable[tuple[int, int]]) -> set[int]:
    """Of tokens with their units, those that stand in the title."""
    return {token for token, unit in counted if unit >= TITLE_UNITS}


def lead_tokens(counted: Iterable[tuple[int, int]]) -> set[int]:
    """Of tokens with their units, those that stand in summary or body."""
    return {token for token, unit in counted if unit != TITLE_UNITS}


class Items:
    """The entries of the window in order of arrival."""

    def __init__(self) -> None:
        self._entries = array("Q")
        self._starts = array("I")
        """Where each begins in its block."""
        self._blocks: list[bytes] = []
        """`_BLOCK` entries each: an object for every entry would take a tenth more memory …"""
        self._open: list[bytes] = []
        """… and the newest ones, until they fill a block."""
        self._gone = 0
        """Places at the beginning that have left the window."""
        self._at_hand: dict[int, Item] = {}
        """Entries that a decision has looked at: it looks several times."""
        self._sources: dict[str, int] = {}
        self._outlets: list[str] = []
        self._uses = array("I")
        """By an outlet's number, how many entries are its …"""
        self._free: list[int] = []
        """… and the numbers of outlets that have none left."""

    def __len__(self) -> int:
        return len(self._entries) - self._gone

    def __contains__(self, entry: int) -> bool:
        return self._find(entry) >= 0

    def _find(self, entry: int) -> int:
        """An entry's place; -1 where it is none of the window's. Entries are numbered without gaps, mostly."""
        entries = self._entries
        if len(entries) == self._gone or entry < entries[self._gone]:
            return -1
        at = entry - entries[0]
        if at < len(entries) and entries[at] == entry:
            return at
        at = bisect_left(entries, entry, self._gone)
        return at if at < len(entries) and entries[at] == entry else -1

    def __getitem__(self, entry: int) -> Item:
        item = self._at_hand.get(entry)
        if item is not None:
            return item
        at = self._find(entry)
        if at < 0:
            raise KeyError(entry)
        block, place = divmod(at, _BLOCK)
        if block < len(self._blocks):
            data, start = self._blocks[block], self._starts[at]
            end = self._starts[at + 1] if place + 1 < _BLOCK else len(data)
        else:
            data, start = self._open[place], 0
            end = len(data)
        item = Item(data, start, end, self._outlets)
        if len(self._at_hand) >= _AT_HAND:
            self._at_hand.clear()
        self._at_hand[entry] = item
        return item

    def add(self, entry: int, record: Record, units: Mapping[int, int], sketch: bytes) -> None:
        """Takes in an entry newer than all before it, with its tokens' numbers and units and its sketch, packed."""
        source = self._number(record.source)
        form = record.form.encode("utf-8", "surrogatepass")
        head = _HELD.pack(
            record.story,
            record.root,
            record.seen,
            record.norm,
            source,
            len(form),
            len(units),
            record.edition,
            record.cut,
            record.marks,
        )
        start = self._starts[-1] + len(self._open[-1]) if self._open else 0
        self._entries.append(entry)
        self._starts.append(start)
        self._open.append(b"".join((head, array("I", units).tobytes(), bytes(units.values()), form, sketch)))
        if len(self._open) == _BLOCK:
            self._blocks.append(b"".join(self._open))
            self._open.clear()

    def _number(self, source: str) -> int:
        number = self._sources.get(source)
        if number is None:
            if self._free:
                number = self._free.pop()
                self._outlets[number] = source
            else:
                number = len(self._outlets)
                self._outlets.append(source)
                self._uses.append(0)
            self._sources[source] = number
        self._uses[number] += 1
        return number

    def oldest(self) -> int:
        """The entry that came first of those in the window."""
        return self._entries[self._gone]

    def drop_oldest(self) -> None:
        """Forgets the entry that came first."""
        entry = self.oldest()
        number = self._sources[self[entry].source]
        self._uses[number] -= 1
        if not self._uses[number]:
            del self._sources[self._outlets[number]]
            self._outlets[number] = ""
            self._free.append(number)
        del self._at_hand[entry]
        self._gone += 1
        if self._gone == _BLOCK:
            del self._entries[:_BLOCK], self._starts[:_BLOCK], self._blocks[0]
            self._gone = 0


def units_of(title: Sequence[str], lead: str) -> dict[str, int]:
    """How much each token of an entry counts: `title` and `lead` in tokens. A title of function words only is one
    token: it can only be met whole."""
    found = {concept(token): TITLE_UNITS for token in title if token not in FUNCTION_STEMS}
    if not found and title:
        found = {".".join(title)[:80]: TITLE_UNITS}
    if lead:
        counts: dict[str, int] = {}
        for token in map(concept, lead.split()):
            counts[token] = min(_MOST_LEAD_UNITS, counts.get(token, 0) + _LEAD_UNITS)
        for token, unit in counts.items():
            found[token] = found.get(token, 0) + unit
    return found


def units_of_record(record: Record) -> dict[str, int]:
    """The same, of a stored entry."""
    return units_of(tokens_of(record.form), record.lead)


def single(value: float) -> float:
    """A float as its four stored bytes hold it, so that before and after a restart are one number."""
    rounded: float = struct.unpack("<f", struct.pack("<f", value))[0]
    return rounded
