"""Entries of a document → 38 bytes each, to be compared with the next document of the feed.

The law: this never decides what is news (the store does, from every id ever seen); see `succession`.
"""

from __future__ import annotations

import html
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from struct import Struct

from bot.core.parse.spellings import canonical_url
from bot.model import Entry

_HEAD = 8
"""Bytes of the checksum of all that stands around a document's items."""
_TIME = 5
"""Bytes of an instant, in seconds."""
_VERSION, _AS_WRITTEN = b"\x05", b"\x04"
_ITEMS = dict.fromkeys((_VERSION, _AS_WRITTEN), Struct(">4s4s8s8s6sI4s")) | {b"\x03": Struct(">4s4s8s8s6sI")}
_ITEMS |= dict.fromkeys((b"\x02", b"\x01"), Struct("4s4s8s8s"))
"""One entry, as `Fingerprint` has it, and in the forms before: with addresses as they were written, without its frame,
without words and date."""
_SEEN = 6
"""Bytes of the hash of an entry that was seen and not read: beside 100,000, one new one in 10⁹ would look known."""
NO_SOURCE = bytes(8)
NO_WORDS = bytes(6)
_NO_FRAME = bytes(4)
_MAX_TEXT = 1_000
"""Characters of an entry's text whose words are compared."""
_TAG = re.compile(r"<[^<>]*>")
_URL = re.compile(r"https?://\S+")
_NO_LETTERS = re.compile(r"[\u00a0-\u00a9\u00ab-\u00b1\u00b4-\u00b8\u00bb\u00bf\u2000-\u206f\u3000-\u303f]+")
"""Signs and spaces beyond ASCII; the vowel signs of Indic scripts are letters."""
_NO_ASCII_LETTERS = bytes(code for code in range(128) if not (chr(code).isalnum() or chr(code) == "_"))
_FIGURES = b"0123456789"


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Hashes of one entry, and its date."""

    guid: bytes
    """Of its guid, else its URL, else its title; of one form of an address."""
    url: bytes
    """Of its URL, else its title."""
    content: bytes
    """Of all that it says."""
    source: bytes = NO_SOURCE
    """Of its very text in the document, where that can be cut out."""
    words: bytes = NO_WORDS
    """Of its words alone, without markup and URLs."""
    published: int = 0
    """Its date in seconds; 0 without one, or with one that was not believed (see `Succession`)."""
    frame: bytes = _NO_FRAME
    """Of its words without their figures."""


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """Those of a document's entries, in its order. `head`: a hash of what stands around them."""

    items: tuple[Fingerprint, ...] = ()
    head: bytes = bytes(_HEAD)
    seen: frozenset[bytes] = frozenset()
    """Beginnings of the source hashes of entries that were there, beyond the number that is read of one document."""
    at: datetime | None = None
    """When the document was read; None in the forms before, which hold no words either."""
    as_written: bool = False
    """Whether they are of the forms before, which held addresses in the spelling of the document."""

    @classmethod
    def load(cls, text: str | None) -> Fingerprints:
        """From `dump`; anything else is none."""
        try:
            raw = b64decode(text or "")
        except ValueError:
            return cls()
        start, end, at = 1 + _HEAD, len(raw), None
        if (item := _ITEMS.get(raw[:1])) is None:
            return cls()
        if raw[:1] > b"\x02":
            at = datetime.fromtimestamp(int.from_bytes(raw[start : start + _TIME], "big"), UTC)
            start += _TIME
        if raw[:1] > b"\x01":  # the first form: without `seen`
            start += 4
            end = start + item.size * int.from_bytes(raw[start - 4 : start], "big")
        if end > len(raw) or (end - start) % item.size or (len(raw) - end) % _SEEN:
            return cls()
        items = tuple(Fingerprint(*fields) for fields in item.iter_unpack(raw[start:end]))
        seen = frozenset(raw[place : place + _SEEN] for place in range(end, len(raw), _SEEN))
        return cls(items, raw[1 : 1 + _HEAD], seen, at, as_written=raw[:1] != _VERSION)

    def dump(self) -> str:
        """As text, for the state."""
        parts = [
            _ITEMS[_VERSION].pack(
                item.guid, item.url, item.content, item.source, item.words, item.published, item.frame
            )
            for item in self.items
        ]
        at = (0 if self.at is None else int(self.at.timestamp())).to_bytes(_TIME, "big")
        count = len(parts).to_bytes(4, "big")
        version = _AS_WRITTEN if self.as_written else _VERSION
        return b64encode(b"".join((version, self.head, at, count, *parts, *sorted(self.seen)))).decode("ascii")

    def by_source(self) -> dict[bytes, Fingerprint]:
        """Those whose text could be cut out."""
        return {item.source: item for item in self.items if item.source != NO_SOURCE}


def seen_hash(source: bytes) -> bytes:
    """What is remembered of an entry that was seen and not read; `source`: the hash of its text."""
    return source[:_SEEN]


def fingerprint_of(entry: Entry, source: bytes = NO_SOURCE, *, as_written: bool = False) -> Fingerprint:
    """The hashes of an entry; `source`: of its text; `as_written`: of its addresses as they are spelled."""
    content = "\x00".join(
        (entry.guid or "", entry.url or "", entry.title, entry.summary, entry.body, entry.author, *entry.tags)
    )
    words = letters_of(entry)
    frame = words.translate(None, _FIGURES)
    marks = (entry.guid or entry.url or entry.title, entry.url or entry.title)
    guid, url = marks if as_written else map(_one_form, marks)
    return Fingerprint(
        _hash(guid, 4),
        _hash(url, 4),
        _hash(content, 8),
        source,
        blake2b(words, digest_size=6).digest() if words else NO_WORDS,
        seconds(entry.published_at),
        blake2b(frame, digest_size=4).digest() if frame else _NO_FRAME,
    )


def letters_of(entry: Entry) -> bytes:
    """The letters and digits of what an entry says, in one case."""
    text = f"{entry.title}\n{entry.summary[:_MAX_TEXT]}\n{entry.body[:_MAX_TEXT]}"
    text = html.unescape(_TAG.sub(" ", text))
    text = (_URL.sub(" ", text) if "://" in text else text).casefold()
    if not text.isascii():
        text = _NO_LETTERS.sub("", text)
    return text.encode("utf-8", "replace").translate(None, _NO_ASCII_LETTERS)


def is_read_whole(entry: Entry) -> bool:
    """Whether `letters_of` has all that it says."""
    return max(len(entry.summary), len(entry.body)) <= _MAX_TEXT


def seconds(date: datetime | None) -> int:
    """Since 1970, as four bytes hold them; 0: none, or before."""
    return 0 if date is None else min(max(0, int(date.timestamp())), 0xFFFF_FFFF)


def text_hash(text: str) -> bytes:
    """Of an entry's text in its document."""
    return _hash(text, 8)


def _one_form(mark: str) -> str:
    """Of an address its one form: with a session, a tracker, `http:` by turns, it was another with each poll."""
    return canonical_url(mark, fragment=True) if _URL.match(mark) else mark


def _hash(text: str, size: int) -> bytes:
    return blake2b(text.encode("utf-8", "replace"), digest_size=size).digest()
