"""`/stories/ID`: one story: every report in order, what changed between them, why each joined, what was sent where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from bot.core.text.sanitize import short_line
from bot.model import EntryId, FeedId, RuleSet, StoredEntry, Verdict
from bot.ports import Store
from bot.reports.entries import entry_report
from bot.web.desk.desk import DESK, Desk

_BYTES = 14_000
"""Of what the reports of one page say, in UTF-8: each is shown up to three times (as it reads, and what went and came),
so that a page stays below 100 KB in every script."""
_MOST_REPORTS = 60
_MOST_RULES = 60
_TITLE, _TEXT = 300, 400
"""Characters of a report's headline and text that are shown and compared."""


async def story(request: web.Request) -> web.Response:
    desk = request.app[DESK]
    number = request.match_info["id"]
    answer = None
    text = request.query.get("from", "0")
    start = int(text) if text.isdecimal() and len(text) < 7 else 0
    if number.isdecimal() and len(number) < 19:
        answer = await desk.archive.ask(lambda store: _story(desk, store, EntryId(int(number)), start))
    if answer is None:
        return desk.gone(request, f"story {number}")
    report, reports, further, ruleset = answer
    rules, further_rules = _rules_of_page(report["rules"], request.query.get("rules", "0"))
    context = {
        "report": report,
        "reports": reports,
        "count": len(report["story"]["reports"]),
        "further": further,
        "start": start,
        "rules": rules,
        "further_rules": further_rules,
    }
    return desk.respond(request, "story.html", report, context, ruleset=ruleset)


def _story(
    desk: Desk, store: Store, entry: EntryId, start: int
) -> tuple[dict[str, Any], list[dict[str, Any]], int | None, RuleSet] | None:
    """As `explain` has it; reports from number `start` on (from 0), as many as a page holds; the number of the next."""
    stored = store.entry(entry)
    if stored is None:
        return None
    ruleset = desk.rules(store)
    ids = store.archived_of([stored.story])
    # The report before the first one is what that is compared with.
    before = max(0, start - 1)
    rows = _rows(store.archived(ids[before : start + _MOST_REPORTS]), ruleset.outlet_names)[start - before :]
    shown, size = 0, 0
    while shown < len(rows) and (not shown or size < _BYTES):
        size += len(f"{rows[shown]['title']}{rows[shown]['text']}{rows[shown]['reason']}".encode())
        shown += 1
    further = start + shown if start + shown < len(ids) else None
    return entry_report(store, ruleset, stored), rows[:shown], further, ruleset


def _rules_of_page(rows: Sequence[dict[str, Any]], text: str) -> tuple[Sequence[dict[str, Any]], int | None]:
    """What the rules say of the story, from number `text` on (from 0), and the number of the next."""
    start = int(text) if text.isdecimal() and len(text) < 7 else 0
    rows = sorted(rows, key=lambda row: not row["match"])  # the rules that hold come first
    end = start + _MOST_RULES
    return rows[start:end], end if end < len(rows) else None


def _rows(entries: Sequence[StoredEntry], names: Mapping[FeedId, str]) -> list[dict[str, Any]]:
    """Each report beside the one before it, an edit beside what it edits. `names`: see `RuleSet.outlet_names`."""
    by_id = {stored.id: stored for stored in entries}
    rows = []
    for at, stored in enumerate(entries):
        decision, feed = stored.decision, stored.entry.feed
        before = by_id.get(decision.duplicate_of) if decision.duplicate_of is not None else None
        if before is None and at:
            before = entries[at - 1]
        rows.append(
            {
                "id": str(stored.id),
                "title": _title(stored),
                "text": _text(stored),
                "url": stored.entry.url,
                "source": (feed and names.get(feed)) or stored.entry.source or feed or "-",
                "seen": stored.entry.seen_at,
                "verdict": decision.verdict,
                "is_copy": decision.verdict in (Verdict.NEAR_DUPLICATE, Verdict.SAME_ITEM),
                "reason": decision.reason,
                "changes": decision.changes,
                "lang": stored.entry.lang,
                "before": None if before is None else {"title": _title(before), "text": _text(before)},
            }
        )
    return rows


def _title(stored: StoredEntry) -> str:
    return short_line(stored.reading.zone("title"), _TITLE)


def _text(stored: StoredEntry) -> str:
    return short_line(stored.reading.zone("summary") or stored.reading.zone("body"), _TEXT)
