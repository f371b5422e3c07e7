"""One entry as the story index keeps it, and the record that it is stored as.

Law: a record holds all that deciding needs of an entry, and reads back to exactly the same; nothing is recomputed from
words that change their weight.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from bot.core.similar.background import FUNCTION_STEMS
from bot.core.similar.headlinese import concept
from bot.core.similar.wording import tokens_of

TITLE_UNITS = 10
LEAD_UNITS = 3
"""What a token of the title, and one of the lead each time it stands there, count."""
UNPACKED = 8_192
"""Entries kept ready to be compared."""

_HEAD = struct.Struct("<QQdfHHHBBQ")
# story, root, seen (s), norm, bytes of source, form and lead, edition, flags, name marks


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexRecord:
    """One row of the index's table. `kind` and `key` name it; `data` None deletes it."""

    kind: str
    key: str
    data: bytes | None


@dataclass(slots=True, kw_only=True, eq=False)
class Item:
    """One indexed entry.

    `form`, `marks`, `edition`, `cut`: of the title, as in `wording.Wording`. `lead`: the telling tokens of summary or
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

    def units(self) -> Mapping[str, int]:
        """How much each of its tokens counts."""
        return units(self.form, self.lead)

    def to_bytes(self) -> bytes:
        """The stored form: a fixed head, then source, form, lead and sketch."""
        texts = [text.encode("utf-8", "surrogatepass") for text in (self.source, self.form, self.lead)]
        lengths = [len(text) for text in texts]
        head = _HEAD.pack(self.story, self.root, self.seen, self.norm, *lengths, self.edition, self.cut, self.marks)
        return b"".join((head, *texts, self.sketch))

    @classmethod
    def from_bytes(cls, data: bytes) -> Item:
        """Reads `to_bytes` back."""
        story, root, seen, norm, source, form, lead, edition, cut, marks = _HEAD.unpack_from(data)
        at, texts = _HEAD.size, []
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


class Items(Mapping[int, Item]):
    """The entries of the window in order of arrival. Each is kept as its record (a third of the memory of an object);
    those looked at lately are kept unpacked."""

    def __init__(self) -> None:
        self._records: dict[int, bytes] = {}
        self._unpacked: dict[int, Item] = {}

    def __getitem__(self, entry: int) -> Item:
        item = self._unpacked.get(entry)
        if item is None:
            if len(self._unpacked) >= UNPACKED:
                self._unpacked.clear()
            item = self._unpacked[entry] = Item.from_bytes(self._records[entry])
        return item

    def __iter__(self) -> Iterator[int]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)

    def add(self, entry: int, record: bytes) -> None:
        """Takes in an entry newer than all before it."""
        self._records[entry] = record

    def drop(self, entry: int) -> None:
        """Forgets an entry."""
        del self._records[entry]
        self._unpacked.pop(entry, None)


@lru_cache(maxsize=UNPACKED)
def units(form: str, lead: str) -> Mapping[str, int]:
    """How much each token of an entry counts. A title of function words only is one token: it can only be met whole."""
    tokens = tokens_of(form)
    found = {concept(token): TITLE_UNITS for token in tokens if token not in FUNCTION_STEMS}
    if not found and tokens:
        found = {".".join(tokens)[:80]: TITLE_UNITS}
    for token in map(concept, lead.split()):
        found[token] = found.get(token, 0) + LEAD_UNITS
    return MappingProxyType(found)


def single(value: float) -> float:
    """A float as its four stored bytes hold it, so that before and after a restart are one number."""
    rounded: float = struct.unpack("<f", struct.pack("<f", value))[0]
    return rounded
