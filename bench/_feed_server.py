"""The server of the polling benchmark, a process of its own: `python -m bench._feed_server DELAY` prints its port.

`/f/N` is feed N (about 27 KB): an even N answers 304 to its validator, an odd one has one new entry on every request.
`/s/N` is the same body on every request, validators ignored. `/d/N` drips one byte a second. `/w/N` is a feed with
words of its own, as 5,000 real ones would have, undated, and answers 304; `/o/N` is the same with dates, twelve of its
25 entries older than the story window, as in real feeds.
"""

from __future__ import annotations

import asyncio
import random
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from itertools import accumulate

WORDS = [
    "port",
    "harbour",
    "strike",
    "ferry",
    "dock",
    "pilot",
    "contract",
    "storm",
    "damage",
    "reopens",
    "second",
    "rejects",
    "minister",
    "budget",
    "council",
    "court",
    "ruling",
    "market",
    "shares",
    "growth",
    "quarter",
    "exports",
    "factory",
    "engine",
    "satellite",
    "mission",
    "research",
    "vaccine",
    "trial",
    "hospital",
    "school",
    "teachers",
]


def entry(feed: int, number: int) -> str:
    """One entry of about a kilobyte."""
    seed = feed * 7919 + number * 104729
    words = [WORDS[(seed >> (step % 13)) * (step + 3) % len(WORDS)] for step in range(110)]
    title = " ".join(words[:9]).capitalize()
    link = f"https://site{feed}.example/2026/11/{number}"
    minute = number % 60
    return (
        f'<item><title>{title} {number}</title><link>{link}</link><guid isPermaLink="true">{link}</guid>'
        f"<pubDate>Tue, 24 Nov 2026 {number // 60 % 24:02}:{minute:02}:00 GMT</pubDate><category>News</category>"
        f"<description>&lt;p&gt;{' '.join(words)}.&lt;/p&gt;"
        f'&lt;p&gt;&lt;a href="{link}"&gt;Read more&lt;/a&gt;&lt;/p&gt;'
        "</description></item>"
    )


class Language:
    """40,000 invented words, used as often as words are (Zipf; 25 shifts the curve as stop words do)."""

    def __init__(self) -> None:
        dice = random.Random(7)
        syllables = [first + last for first in "bdfgklmnprstvz" for last in ("a", "e", "i", "o", "u", "an", "er", "is")]
        self._words = ["".join(dice.choices(syllables, k=dice.randint(2, 4))) for _ in range(40_000)]
        self._weights = list(accumulate(1 / (rank + 25) for rank in range(1, 40_001)))

    def entry(self, feed: int, number: int, newest: datetime | None = None) -> str:
        """One entry of about a kilobyte: nine words of title, a hundred of text. `newest`: the date of entry 25; the
        twelve before it are of the last four days, those before these nine days older."""
        words = random.Random(feed * 1_000 + number).choices(self._words, cum_weights=self._weights, k=109)
        link = f"https://site{feed}.example/2026/11/{number}"
        title = " ".join(words[:9]).title()
        age = timedelta(hours=8 * (25 - number), days=9 if number <= 12 else 0)
        date = f"<pubDate>{format_datetime(newest - age)}</pubDate>" if newest is not None else ""
        return (
            f'<item><title>{title}</title><link>{link}</link><guid isPermaLink="true">{link}</guid>{date}'
            f"<description>&lt;p&gt;{' '.join(words[9:])}.&lt;/p&gt;</description></item>"
        )


def document(feed: int, newest: int, entry: Callable[[int, int], str] = entry) -> bytes:
    """25 entries, newest first."""
    items = "".join(entry(feed, number) for number in range(newest, newest - 25, -1))
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Site {feed}</title>'
        f"<link>https://site{feed}.example/</link><description>News</description>{items}</channel></rss>"
    ).encode()


async def serve(delay: float) -> None:
    """Answers until killed."""
    asked: Counter[str] = Counter()
    bodies: dict[tuple[int, int], bytes] = {}
    language = Language()

    def body_of(feed: int, newest: int) -> bytes:
        key = (feed % 50, newest)
        if key not in bodies:
            bodies[key] = document(*key)
        return bodies[key]

    async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                path = head.split(b" ", 2)[1].decode()
                _, kind, number = path.split("/")
                if kind == "d":
                    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 9999\r\n\r\n")
                    while True:
                        writer.write(b"<")
                        await writer.drain()
                        await asyncio.sleep(1)
                await asyncio.sleep(delay)
                count = asked[path]
                asked[path] += 1
                feed = int(number)
                known = b"if-none-match" in head.lower()
                if known and (kind in "wo" or (kind == "f" and feed % 2 == 0)):
                    writer.write(b'HTTP/1.1 304 Not Modified\r\nETag: "e"\r\n\r\n')
                    continue
                if kind in "wo":
                    newest = datetime.now(UTC) if kind == "o" else None
                    body = document(feed, 25, partial(language.entry, newest=newest))
                else:
                    body = body_of(feed, 100 + (count if kind == "f" else 0))
                writer.write(
                    b'HTTP/1.1 200 OK\r\nETag: "e"\r\nContent-Type: application/rss+xml\r\nContent-Length: %d\r\n\r\n'
                    % len(body)
                )
                writer.write(body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(connection, "127.0.0.1", 0, backlog=2_000)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1])))
