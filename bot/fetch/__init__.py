"""Fetching: feeds asked politely, answers taken carefully. A `Fetcher` polls one feed at a time, many at once.

`fetcher`    one poll, from question to new state
`http`       one request with its redirects, within its limits
`faults`     what went wrong, in words
`body`       a body as it streams in, decoded within caps
`guard`      which addresses may be connected to
`hosts`      whose turn it is, and how many at once
`resolver`   names to addresses, each looked up once
`pool`       parsers in processes that can be killed
`discovery`  the feeds of a web page
"""

from bot.fetch.discovery import Trial, try_feed
from bot.fetch.fetcher import Fetcher, HttpFacts, PollOutcome
from bot.fetch.pool import Parser, ParserPool

__all__ = ["Fetcher", "HttpFacts", "Parser", "ParserPool", "PollOutcome", "Trial", "try_feed"]
