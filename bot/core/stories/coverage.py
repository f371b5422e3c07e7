"""A story → who told it: outlets, texts of their own against copies, and the order in which they came.

Law: counts are of outlets, never of feeds or entries; an edit or a copy is no text of its own.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from bot.model import OutletId, Report, Story, Verdict

_COPIES = frozenset({Verdict.NEAR_DUPLICATE, Verdict.EDIT, Verdict.SAME_ITEM})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Who told a story. `first`: the outlet of the earliest report that names one; `texts`: independent texts."""

    outlets: tuple[OutletId, ...]
    texts: int
    copies: int
    edits: int
    first: OutletId | None
    first_at: datetime | None
    last_at: datetime | None
    independent: tuple[OutletId, ...]
    """Outlets with at least one text of their own: what a spike counts."""


def sources_of(story: Story) -> Sources:
    """Counts a story's reports."""
    reports = story.reports
    first = next((report.source for report in reports if report.source is not None), None)
    own = dict.fromkeys(
        report.source for report in reports if report.source is not None and report.verdict not in _COPIES
    )
    return Sources(
        outlets=story.outlets,
        texts=story.independent_texts,
        copies=sum(report.verdict == Verdict.NEAR_DUPLICATE for report in reports),
        edits=sum(report.verdict == Verdict.EDIT for report in reports),
        first=first,
        first_at=reports[0].seen_at if reports else None,
        last_at=reports[-1].seen_at if reports else None,
        independent=tuple(own),
    )


def coverage_line(story: Story) -> str:
    """One line for people: `7 outlets, 2 independent texts, first: bbc.co.uk`."""
    found = sources_of(story)
    parts = [_count(len(found.outlets), "outlet"), _count(found.texts, "independent text")]
    if found.first is not None:
        parts.append(f"first: {found.first}")
    return ", ".join(parts)


def timeline(story: Story) -> tuple[tuple[datetime, str], ...]:
    """What happened to a story, oldest first: its first report, texts of their own, updates with what changed, edits.

    Copies are told only as a count on the report that they follow.
    """
    copies = Counter(report.duplicate_of for report in story.reports if report.verdict == Verdict.NEAR_DUPLICATE)
    return tuple(
        (report.seen_at, _told(report, copies[report.entry]))
        for report in story.reports
        if report.verdict not in (Verdict.NEAR_DUPLICATE, Verdict.SAME_ITEM)
    )


def _told(report: Report, copies: int) -> str:
    who = report.source or report.feed or "unknown outlet"
    what = {Verdict.NEW_STORY: "first", Verdict.UPDATE: "update", Verdict.EDIT: "edit"}.get(report.verdict, "report")
    copied = _count(copies, "copy")
    changed = f" ({'; '.join(report.changes)})" if report.changes else ""
    return f"{what}, {who}: {report.title}{changed}{f', {copied}' if copies else ''}"


def _count(number: int, noun: str) -> str:
    plural = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{number} {noun if number == 1 else plural}"
