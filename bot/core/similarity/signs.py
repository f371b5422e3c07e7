"""Two texts of the same words → whether a sign tells one from the other: `Service A 🔴`, `Service A 🟢`; `▲ 3`, `▼ 3`.

Law: beside words a sign says something by standing in another one's place; one that only comes or goes is decoration
(`🔥 headline`). A minus before a figure belongs to the figure. Where there are no words, nothing else speaks: every
character counts but spaces.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from rapidfuzz.distance import Indel

_CLASS = (
    "$+<=>\u00a2-\u00a5\u00b1\u00d7\u00f7\u20a0-\u20cf\u2190-\u24ff\u2580-\u2bff"
    "\U0001f000-\U0001f3fa\U0001f400-\U0001faff"
)
"""Currencies, arithmetic, and Unicode's blocks of arrows, shapes, dingbats and pictures; no bullets of punctuation, no
frames, no shades of skin."""
_UNSEEN = re.compile("[\u200b-\u200f\u2060-\u2069\ufe00-\ufe0f\ufeff\U0001f3fb-\U0001f3ff]")
"""What joins signs, or gives one a colour of skin or another drawing."""
_MINUS = r"(?<![^\s([$€£¥])[-\u2012\u2013\u2212](?=[.,]?\d)"
_MOST = 400
"""Characters of signs that are kept as they are; what follows is kept as a hash."""
_SIGN, _PLAIN_SIGNS = re.compile(f"[{_CLASS}]|{_MINUS}"), frozenset("$+<=>-")
_PART = re.compile(rf"(?P<word>[^\W_]+)|(?P<minus>{_MINUS})|(?P<sign>[{_CLASS}])(?:\s*(?P=sign))*")


def signs_among_words(text: str) -> tuple[str, ...]:
    """The words and signs of a text, in order; a sign is marked by a space before it, and counts as often as it stands
    in a row. Empty where there is no sign."""
    if (text.isascii() and _PLAIN_SIGNS.isdisjoint(text)) or _SIGN.search(text) is None:  # as most titles
        return ()
    parts = []
    for found in _PART.finditer(_UNSEEN.sub("", text)):
        kind = found.lastgroup
        if kind == "word":
            parts.append(found.group().casefold())
        elif kind == "minus":
            parts.append(" -")
        else:
            parts.append(f" {''.join(found.group().split())}")
    return tuple(parts)


def tells_apart(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether a sign stands in another one's place, or elsewhere, in the later of two texts; both as
    `signs_among_words` or `kept_signs` has them."""
    if old == new:
        return False
    gone = come = False
    for change in Indel.editops(old, new):
        part = old[change.src_pos] if change.tag == "delete" else new[change.dest_pos]
        if part[0] != " ":
            continue
        if part.startswith(" -"):
            return True
        gone, come = gone or change.tag == "delete", come or change.tag == "insert"
    return gone and come


def kept_signs(text: str) -> str:
    """The signs of a text as they are kept, to be compared with those of a text of the same words: one a line, each
    with the number of words before it; of more than `_MOST` characters the rest as a hash."""
    lines, words = [], 0
    for part in signs_among_words(text):
        if part[0] == " ":
            lines.append(f"{part} {words}")
        words += part[0] != " "
    kept = "\n".join(lines)
    return kept if len(kept) <= _MOST else f"{kept[:_MOST]}\n {_hash(kept)}"


def all_written(text: str) -> str:
    """What a text without words says, in one word; empty where it is blank."""
    written = "".join(_UNSEEN.sub("", text).split())
    return written if len(written) <= _MOST else _hash(written)


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()
