"""One entry as the story index keeps it, and the record that it is stored as.

Law: a record holds all that deciding needs of an entry, and reads back to exactly the same; nothing is recomputed from
words that change their weight.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

_HEAD = struct.Struct("<QQdfHHB")
# story, root, seen (s), norm, length of source, of form in bytes, flags


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexRecord:
    """One row of the index's table. `kind` and `key` name it; `data` None deletes it."""

    kind: str
    key: str
    data: bytes | None


class Item:
    """One indexed entry. Mutable only while it is made; 100,000 of them live in memory, hence plain slots.

    `form`: tokens of the title in order, a space between. `marks`: bit n says that token n is a name. `lead`: further
    rare tokens of summary and body. `norm`: length of its weighted vector when it was taken in. `root`: the entry that
    it is a copy of, else itself.
    """

    __slots__ = ("cut", "form", "lead", "marks", "norm", "root", "seen", "sketch", "source", "story")

    def __init__(
        self,
        *,
        story: int,
        root: int,
        seen: float,
        norm: float,
        source: str,
        form: str,
        marks: int,
        lead: str,
        sketch: bytes,
        cut: bool,
    ) -> None:
        self.story = story
        self.root = root
        self.seen = seen
        self.norm = norm
        self.source = source
        self.form = form
        self.marks = marks
        self.lead = lead
        self.sketch = sketch
        self.cut = cut

    def names(self) -> frozenset[str]:
        """Tokens of the form that were written as names."""
        return frozenset(token for at, token in enumerate(self.form.split()) if self.marks >> at & 1)

    def to_bytes(self) -> bytes:
        """The stored form: a fixed head, then source, form, name marks, lead and sketch."""
        source, form, lead = (text.encode("utf-8", "surrogatepass") for text in (self.source, self.form, self.lead))
        head = _HEAD.pack(self.story, self.root, self.seen, self.norm, len(source), len(form), self.cut)
        marks = self.marks.to_bytes(8, "little")
        return b"".join((head, marks, len(lead).to_bytes(2, "little"), source, form, lead, self.sketch))

    @classmethod
    def from_bytes(cls, data: bytes) -> Item:
        """Reads `to_bytes` back."""
        story, root, seen, norm, source_length, form_length, cut = _HEAD.unpack_from(data)
        at = _HEAD.size
        marks = int.from_bytes(data[at : at + 8], "little")
        lead_length = int.from_bytes(data[at + 8 : at + 10], "little")
        at += 10
        source = data[at : at + source_length].decode("utf-8", "surrogatepass")
        at += source_length
        form = data[at : at + form_length].decode("utf-8", "surrogatepass")
        at += form_length
        lead = data[at : at + lead_length].decode("utf-8", "surrogatepass")
        return cls(
            story=story,
            root=root,
            seen=seen,
            norm=norm,
            source=source,
            form=form,
            marks=marks,
            lead=lead,
            sketch=data[at + lead_length :],
            cut=bool(cut),
        )


def single(value: float) -> float:
    """A float as its four stored bytes hold it, so that before and after a restart are one number."""
    rounded: float = struct.unpack("<f", struct.pack("<f", value))[0]
    return rounded
