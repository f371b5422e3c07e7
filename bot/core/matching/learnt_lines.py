"""Lines that a feed's entries have just taught, and matches that rest on them → what ops is told.

The law: from now on such a line is promo, and rules do not find it. One that a rule has matched may be news (`Affected:
Orbrecht Payments` under every report of a status page): whoever owns the rule hears of it once, with the way out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.core.text.sanitize import short_line
from bot.core.text.words import normal_line
from bot.model import Evidence, FeedId, Match, NewEntry, Notice

_SHOWN = 160
"""Characters of a line in a notice."""


def learnt_notices(
    entries: Sequence[NewEntry],
    matches: Sequence[Sequence[Match]],
    learnt: Mapping[FeedId, frozenset[str]],
    now: datetime,
) -> tuple[Notice, ...]:
    """One for each rule and line. `matches`: of each entry; `learnt`: what was learnt just now (see `normal_line`)."""
    notices: dict[str, Notice] = {}
    for new, of_entry in zip(entries, matches, strict=True):
        feed = new.entry.feed
        lines = learnt.get(feed, frozenset()) if feed is not None else frozenset()
        for match in of_entry if lines else ():
            for line, word in _found_in(match.evidence, lines):
                key = f"learnt:{feed}:{match.rule}:{hashlib.sha256(line.encode()).hexdigest()[:12]}"
                shown = short_line(word, _SHOWN)
                text = (
                    f"The line “{short_line(line, _SHOWN)}” stands in most stories of the feed {feed} and is taken for "
                    f"promo from now on. The rule {match.rule} was matched by it; to go on finding it there, write in "
                    f'the rule: ("{shown}" OR promo:"{shown}")'
                )
                notices.setdefault(key, Notice.of_rule(match.rule, key, text, now))
    return tuple(notices.values())


def _found_in(evidence: Sequence[Evidence], lines: frozenset[str]) -> list[tuple[str, str]]:
    """The lines of summary and body among `lines` in which something was found, each with what."""
    found = []
    for item in evidence:
        at = 0
        for line in item.text.split("\n") if item.zone in ("summary", "body") else ():
            spans = [span for span in item.spans if at <= span[0] < at + len(line)]
            if spans and normal_line(line) in lines:
                found.append((line, item.text[spans[0][0] : spans[0][1]]))
            at += len(line) + 1
    return found
