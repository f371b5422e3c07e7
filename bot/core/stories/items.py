"""One entry as the story index keeps it, and the record that it is stored as.

Law: a record holds all that deciding needs of an entry, and reads back to exactly the same; nothing is recomputed from
words that change their weight.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from bot.core.similar.background import FUNCTION_STEMS
from bot.core.similar.headlinese import concept
from bot.core.similar.wording import tokens_of

TITLE_UNITS = 10
LEAD_UNITS = 3
"""What a token of the title, and one of the lead each time it stands there, count."""

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
    """One indexed entry; 100,000 of them live in memory.

    `form`, `marks`, `edition`, `cut`: of the title, as in `wording.Wording`. `lead`: the telling tokens of summary or body,
    one as often as it weighs. `norm`: the length of its weighted vector when it was taken in. `root`: the entry that it is
    a copy of, else itself.
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


@lru_cache(maxsize=8192)
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
