"""Entry → its text as people read it, in zones.

The law of this file: a title only decodes entities; summary and body go through `html` and `zones`. Whatever
the entry holds, reading it takes time linear in its length and never fails.
"""

from __future__ import annotations

import unicodedata

from bot.core.text.html import is_clean_line, one_line, paragraphs
from bot.core.text.words import normal_line
from bot.core.text.zones import NO_PATTERNS, HiddenLine, PromoPatterns, only_line, sort_lines
from bot.model.news import ZONES, Entry, Reading

MAX_ZONE = 500_000
"""Characters of a zone that are read: a long novel. What a hostile feed puts behind them must not hold the worker up
(2 MB against eleven rules took 1.8 s; a story is to be decided within a second)."""
_MAX_BOILERPLATE = 240
"""Characters of a line that may be learnt as promo; longer ones are text of the article."""


def read_entry(entry: Entry, promo: PromoPatterns = NO_PATTERNS, learnt: frozenset[str] = frozenset()) -> Reading:
    """The zones of an entry (docs/rules.md, "Zones").

    `promo`: the rules file's own promo patterns. `learnt`: boilerplate of the feed, as `boilerplate_lines` gives it.
    """
    reading, _ = read_lines(entry, promo, learnt)
    return reading


def read_lines(
    entry: Entry, promo: PromoPatterns = NO_PATTERNS, learnt: frozenset[str] = frozenset()
) -> tuple[Reading, list[HiddenLine]]:
    """The same, with each line that was hidden and why (for `explain`)."""
    title = one_line(entry.title)
    summary = body = ""
    hidden: list[HiddenLine] = []
    # One line as people read it is most of what comes: it need not be taken apart.
    if _is_plain(entry.summary):
        summary = entry.summary
    elif entry.summary:
        summary, hidden = sort_lines(paragraphs(entry.summary), promo, learnt, declared=entry.lang)
    if _is_plain(entry.body):
        body = only_line(entry.body, title)
    elif entry.body:
        body, of_body = sort_lines(paragraphs(entry.body), promo, learnt, declared=entry.lang, headline=title)
        hidden = hidden + of_body
    reading = Reading(
        title=_zone(title),
        summary=_zone(summary),
        body=_zone(body),
        caption=_hidden_text(hidden, "caption"),
        promo=_hidden_text(hidden, "promo"),
    )
    return reading, hidden


def _is_plain(text: str) -> bool:
    return "/" not in text and '="' not in text and "\\" not in text and is_clean_line(text)


def _hidden_text(hidden: list[HiddenLine], zone: str) -> str:
    return _zone("\n\n".join([line.text for line in hidden if line.zone == zone])) if hidden else ""


def _zone(text: str) -> str:
    """A zone as it is kept: a letter and its sign as one character where there is one (`é`, `한`), so that a regular
    expression, which sees characters, finds what macOS and some feeds write as two; as far as a zone is read."""
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return text if len(text) <= MAX_ZONE else f"{text[: MAX_ZONE - 1]}…"


def cut_zones(reading: Reading) -> tuple[str, ...]:
    """The zones of which only the beginning was read."""
    if (
        max(len(reading.title), len(reading.summary), len(reading.body))
        < MAX_ZONE
        > len(reading.caption + reading.promo)
    ):
        return ()
    return tuple([zone for zone in ZONES if len(text := reading.zone(zone)) == MAX_ZONE and text[-1] == "…"])


def cut_notice(reading: Reading) -> str:
    """What to say of an entry that was too long; "": nothing."""
    zones = cut_zones(reading)
    return f"{' and '.join(zones)} longer than {MAX_ZONE:,} characters: the rest was not read" if zones else ""


def plain_paragraphs(html: str) -> str:
    """HTML (or plain text) as plain paragraphs, apart by a blank line; nothing is moved out."""
    return "\n\n".join("\n".join(line.text for line in paragraph) for paragraph in paragraphs(html))


def boilerplate_lines(reading: Reading) -> tuple[str, ...]:
    """The lines of summary and body, normalised, each once: candidates for learning what recurs in a feed."""
    lines: dict[str, None] = {}
    for zone in (reading.summary, reading.body):
        for line in zone.split("\n"):
            if 0 < len(line) <= _MAX_BOILERPLATE:
                normal = normal_line(line)
                if normal:
                    lines.setdefault(normal)
    return tuple(lines)
