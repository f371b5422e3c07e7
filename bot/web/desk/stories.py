"""`/stories/ID`: one story: every report in order, what changed between them, why each joined, what was sent where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aiohttp import web

from bot.model import EntryId, RuleSet, StoredEntry, Verdict
from bot.ports import Store
from bot.reports.entries import entry_report
from bot.web.desk.desk import DESK, Desk

_MOST_REPORTS = 100
"""Reports of a story that are shown with their words; a page stays below 100 KB."""
_TEXT = 400
"""Characters of a report's text that are shown and compared."""


async def story(request: web.Request) -> web.Response:
    desk = request.app[DESK]
    number = request.match_info["id"]
    answer = None
    if number.isdecimal() and len(number) < 19:
        answer = await desk.archive.ask(lambda store: _story(desk, store, EntryId(int(number))))
    if answer is None:
        return desk.respond(
            request, "gone.html", {"error": f"There is no story {number}."}, {"what": f"no story {number}"}, status=404
        )
    report, reports, ruleset = answer
    context = {"report": report, "reports": reports, "more": max(0, len(report["story"]["reports"]) - len(reports))}
    return desk.respond(request, "story.html", report, context, ruleset=ruleset)


def _story(desk: Desk, store: Store, entry: EntryId) -> tuple[dict[str, Any], list[dict[str, Any]], RuleSet] | None:
    stored = store.entry(entry)
    if stored is None:
        return None
    ruleset = desk.rules(store)
    entries = store.archived(store.archived_of([stored.story])[:_MOST_REPORTS])
    return entry_report(store, ruleset, stored), list(_rows(entries)), ruleset


def _rows(entries: Sequence[StoredEntry]) -> list[dict[str, Any]]:
    """Each report beside the one before it, an edit beside what it edits."""
    by_id = {stored.id: stored for stored in entries}
    rows = []
    for at, stored in enumerate(entries):
        decision = stored.decision
        before = by_id.get(decision.duplicate_of) if decision.duplicate_of is not None else None
        if before is None and at:
            before = entries[at - 1]
        rows.append(
            {
                "id": str(stored.id),
                "title": stored.reading.zone("title"),
                "text": _text(stored),
                "url": stored.entry.url,
                "source": stored.entry.source or stored.entry.feed or "-",
                "feed": stored.entry.feed,
                "seen": stored.entry.seen_at,
                "verdict": decision.verdict,
                "is_copy": decision.verdict in (Verdict.NEAR_DUPLICATE, Verdict.SAME_ITEM),
                "reason": decision.reason,
                "changes": decision.changes,
                "lang": stored.entry.lang,
                "before": None if before is None else {"title": before.reading.zone("title"), "text": _text(before)},
            }
        )
    return rows


def _text(stored: StoredEntry) -> str:
    text = " ".join((stored.reading.zone("summary") or stored.reading.zone("body")).split())
    return text if len(text) <= _TEXT else text[:_TEXT].rsplit(" ", 1)[0] + " …"
