"""`/stories/ID`: one story: every report in order, what changed between them, why each joined, what was sent where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from bot.core.text.sanitize import short_line
from bot.model import EntryId, FeedId, StoredEntry, Verdict, outlet_name
from bot.ports import Store
from bot.reports.entries import entry_report
from bot.web.desk.desk import DESK, Desk, PageContent

_BYTES = 14_000
"""Of what the reports of one page say, in UTF-8: each is shown up to three times (as it reads, and what went and came),
so that a page stays below 100 KB in every script."""
_MOST_REPORTS = 60
_MOST_RULES = 60
"""Rules of a story's page."""
_TITLE, _TEXT = 300, 400
"""Characters of a report's headline and text that are shown and compared."""


async def story(request: web.Request) -> web.Response:
    desk = request.app[DESK]
    number = request.match_info["id"]
    page = None
    start, first_rule = (_number(request.query.get(name, "0")) for name in ("from", "rules"))
    if number.isdecimal() and len(number) < 19:
        page = await desk.archive.ask(lambda store: _story(desk, store, EntryId(int(number)), start, first_rule))
    if page is None:
        return desk.gone(request, f"story {number}")
    return desk.show(request, "story.html", page)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 7 else 0


def _story(desk: Desk, store: Store, entry: EntryId, start: int, first_rule: int) -> PageContent | None:
    """As `explain` has it; None: there is no such story. `start`, `first_rule`: the numbers (from 0) of the first
    report and of the first rule that are shown, each with as many behind it as a page holds."""
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
    report = entry_report(store, ruleset, stored)
    rules = sorted(report["rules"], key=lambda row: not row["match"])  # the rules that hold come first
    next_report, next_rule = start + shown, first_rule + _MOST_RULES
    context = {
        "report": report,
        "reports": rows[:shown],
        "count": len(report["story"]["reports"]),
        "further": next_report if next_report < len(ids) else None,
        "start": start,
        "rules": rules[first_rule:next_rule],
        "further_rules": next_rule if next_rule < len(rules) else None,
    }
    return PageContent(data=report, context=context, ruleset=ruleset)


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
                "source": outlet_name(names, stored.entry.source, feed),
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
