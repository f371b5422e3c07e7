"""Bytes in, entries out: RSS 0.9x–2.0, RDF, Atom 0.3/1.0, JSON Feed 1.x. Pure, and safe to run in a process of its own.

`document`  the way from bytes to a `ParsedFeed`: which kind of document, and what is wrong with it
`charset`   bytes to text when headers, declaration and bytes contradict each other (`guess`: what they read like)
`double`    text that was encoded twice, mended
`xml`       feedparser, driven lean: no sanitizer, stops at the entry limit, keeps whole entries only
`entries`   feedparser's dictionaries to `Entry`
`jsonfeed`  JSON Feed to `Entry`
`dates`     the dates that publishers write
`markup`    titles and names without markup
`reread`    a document against the one before: only what is new in it (`memory`, `chunks`)
`article`   the article of a web page
`page`      what a web page says about its feeds

The law: an entry is whole or it is not there; nothing is guessed that the document does not say; every fault of the
document that was mended or worked around is named in `problems`.
"""

from bot.core.parse.delta import Reading, reread
from bot.core.parse.document import MAX_ENTRIES, ParsedFeed, parse

__all__ = ["MAX_ENTRIES", "ParsedFeed", "Reading", "parse", "reread"]
