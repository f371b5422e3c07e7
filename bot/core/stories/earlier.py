"""Records of the build before → records of this one.

Law: what an entry was decided to be stays; only how it is compared is read anew. Entries of that build are met by their
titles and leads; their texts' vocabularies were not kept, so for one window a report whose words stand deep in an old
text may be called news. Once every store has been opened by this build, this file goes.
"""

from __future__ import annotations

import re
import struct

from bot.core.similarity.folding import stem
from bot.core.similarity.tokens import read_tokens, units
from bot.core.stories.inverted_index import MOST_LEAD
from bot.core.stories.records import Record

KIND = "item"
"""What the build before called its records."""
_STORED = struct.Struct("<QQdfHHHBBQ")
# story, root, seen (s), norm, bytes of source, form and lead, edition, flags, name marks
_SIGNS = re.compile(r"#[~:$]?(?=\S)")
"""What stood before a figure of a form: `#$4100000000`, `#~3`, `#:2-1`."""


def from_earlier(data: bytes) -> Record:
    """Reads a record that the build before wrote."""
    story, root, seen, _, *lengths, _, _, _ = _STORED.unpack_from(data)
    at, texts = _STORED.size, []
    for length in lengths:
        texts.append(data[at : at + length].decode("utf-8", "surrogatepass"))
        at += length
    source, form, lead = texts
    title = _SIGNS.sub("", form)
    counted: dict[str, int] = {}
    for word in lead.split():
        unit = word if word.startswith("#") else stem(word)
        counted[unit] = min(MOST_LEAD, counted.get(unit, 0) + 1)
    return Record(
        story=story,
        root=root,
        seen=seen,
        scope=source,
        title=title,
        title_units=tuple(dict.fromkeys(units(read_tokens(title)))),
        lead_units=tuple(unit for unit, times in counted.items() for _ in range(times)),
        sketch=data[at:],
        has_text=bool(lead),
    )
