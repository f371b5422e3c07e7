"""Feed → `PollRecord`: feeds asked politely, answers taken carefully. An `HttpFetcher` polls many feeds at once.

`fetcher`    one poll, from question to new state
`http`       one request with its redirects, within its limits
`faults`     what went wrong, in words
`heads`      the head of a response, as the parser takes it
`chunk_lines`  the lines around the chunks of a body, as the parser takes them
`body`       a body as it streams in, decoded within caps
`guard`      which IP addresses may be connected to
`hosts`      whose turn it is, and how many at once
`open_files`  how many connections there may be
`pool`       parsers in processes that can be killed
`seed`       what the server imports that parsers are forked from
`child`      what a parser process does first
`temp_folder`  where parsers may put temporary files
`articles`   full texts of articles, as robots.txt allows
`websub`     subscriptions at hubs, and what they push
`discovery`  the feeds of a web page
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.fetch.discovery import Trial, try_feed
    from bot.fetch.fetcher import HttpFetcher
    from bot.fetch.pool import Parser, ParserPool

__all__ = ["HttpFetcher", "Parser", "ParserPool", "Trial", "try_feed"]
_HOMES = {
    "HttpFetcher": "fetcher",
    "Parser": "pool",
    "ParserPool": "pool",
    "Trial": "discovery",
    "try_feed": "discovery",
}


def __getattr__(name: str) -> object:
    """Imports a name when it is first used: parser processes import this package and need none of them (12 MB each)."""
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"bot.fetch.{_HOMES[name]}"), name)
