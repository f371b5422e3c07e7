"""Bytes → entries: RSS 0.9x–2.0, RDF, Atom 0.3/1.0, JSON Feed 1.x. Pure, and safe to run in a process of its own.

`document`       bytes → `ParsedFeed`: which kind of document, and what is wrong with it
`wrappings`      what stands around a feed → the feed
`error_reports`  a feed → the error of its maker that stands in it as its only entry
`machine_words`  a headline → whether it is nothing but what programs say of a failure, in any language
`feed`           what a document reads as: `ParsedFeed`, and `DeltaParse` against the one before
`charset`        bytes → text, when headers, declaration and bytes contradict each other
`charset_score`  how much bytes in a given character set read like text
`mojibake`       text that was encoded twice → the text as it was meant
`xml`            XML → feedparser's dictionaries of whole entries: DOCTYPE, the entry limit, where a document is cut
`feedparsers`    feedparser's two parsers, made lean: no sanitizer, no dates, no links
`feed_elements`  what both do with an entry's elements: its own fields apart from its parts'
`lean_types`     what they keep in place of feedparser's dictionaries and texts
`entries`        feedparser's dictionaries → entries
`shared_marks`   a document's entries → the same without marks that identify none of them
`links`          links as publishers write them → absolute URLs
`spellings`      URLs in all their spellings → one form
`jsonfeed`       JSON Feed → entries
`dates`          the dates that publishers write → instants
`tidy_dates`     dates in an odd order → forms that are read
`calendars`      years and days of other calendars → ours
`offsets`        a time zone as publishers write it → its distance from UTC
`markup`         titles and names without markup
`delta`          a document against the one before → only what is new in it
`succession`     a document's entries against those of the last: new, late, from behind, returned, counted anew
`fingerprints`   what was in a feed's last document, in a few bytes an entry
`slices`         the text of an XML feed → the texts of its entries
`article`        a web page → its article
`webpage`        a web page → the URLs of its feeds, or what kind of page it is
`opml`           OPML → feeds, and back

The law: an entry is whole or it is not there; nothing is guessed that the document does not say; every fault of the
document that was repaired or worked around is named in `problems`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from bot.core.parse.feed import MAX_ENTRIES, DeltaParse, ParsedFeed

if TYPE_CHECKING:
    from bot.core.parse.delta import parse_delta
    from bot.core.parse.document import parse

__all__ = ["MAX_ENTRIES", "DeltaParse", "ParsedFeed", "parse", "parse_delta"]
_HOMES = {"parse": "document", "parse_delta": "delta"}


def __getattr__(name: str) -> object:
    """Imports a parser when it is first used: the worker needs none, its parser processes do (feedparser alone took a
    tenth of a start)."""
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"bot.core.parse.{_HOMES[name]}"), name)
