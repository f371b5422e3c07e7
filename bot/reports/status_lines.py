"""What `status` knows → its lines, most urgent first, in the same words for the terminal, `/watch status` and the home
tab."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.core.text.plural import counted
from bot.core.text.times import span_text, zoned_time


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusLine:
    """Plain text of ours, of feeds and of Slack's answers."""

    label: str
    text: str
    details: tuple[str, ...] = ()
    """Lines of their own below it."""
    excerpt: str = ""
    """Lines of the rules file with a caret below: they stand one below the other."""
    is_wrong: bool = False
    """Somebody may have to do something."""


def status_lines(report: Mapping[str, Any]) -> list[StatusLine]:
    """`report`: of `status_report`."""

    def when(iso: str) -> str:
        at = datetime.fromisoformat(iso)
        return zoned_time(at, report["timezone"])

    lines = [worker_line(report["worker"], when)]
    rules, feeds = report["rules"], report["feeds"]
    if rules["rejected"]:
        lines.append(
            StatusLine(
                label="RULES", text="the last edit was not taken over:", excerpt=rules["rejected"], is_wrong=True
            )
        )
    lines += [
        StatusLine(label="Rules", text=f"{rules['count']} in force, version {rules['version'] or '-'}"),
        StatusLine(
            label="Feeds",
            text=f"{feeds['total']}, {feeds['failing']} with a problem",
            details=_feeds(feeds, when),
            is_wrong=bool(feeds["failing"]),
        ),
        StatusLine(
            label="Outbox",
            text=", ".join(f"{count} {name}" for name, count in report["outbox"].items()),
            details=_outbox(report, when),
            is_wrong=bool(report["held"] or report["late"]),
        ),
    ]
    if trouble := report["socket"]:
        text = f"not answered since {when(trouble['since'])} ({trouble['reason']})"
        lines.append(StatusLine(label="Buttons", text=text, is_wrong=True))
    lines += [
        StatusLine(
            label="Waits",
            text=f"{row['channel']}: {counted(row['stories'], 'story', 'stories')}"
            f"{', until ' + when(row['until']) if row['until'] else ''}{' (quiet hours)' if row['quiet'] else ''}",
        )
        for row in report["waits"]
    ]
    archive = report["archive"]
    entries, stories = counted(archive["entries"], "entry", "entries"), counted(archive["stories"], "story", "stories")
    lines.append(StatusLine(label="Archive", text=f"{entries} in {stories}"))
    lines += _latencies(report["latency"])
    return lines + [
        StatusLine(label="Digest", text=f"{row['channel']} at {when(row['at'])}") for row in report["digests"]
    ]


def worker_line(worker: Mapping[str, Any], when: Callable[[str], str]) -> StatusLine:
    """`when`: an ISO time as it is shown."""
    if worker["state"] == "never ran":
        text = "has not run on this store yet (start it: wirewatch run)"
        return StatusLine(label="Worker", text=text, is_wrong=True)
    is_silent = worker["state"] == "silent"
    text = f"{worker['state']}, {worker['process']}, last sign of life {when(worker['beat_at'])}"
    text += " - is it still running? Its log says what it waits for" if is_silent else ""
    return StatusLine(label="Worker", text=text, is_wrong=is_silent)


def _feeds(feeds: Mapping[str, Any], when: Callable[[str], str]) -> tuple[str, ...]:
    lines = [
        f"{feed['id']}: {feed['state']}, {feed['error'] or feed['status']}"
        f"{' ({} times in a row)'.format(feed['failures']) if feed['failures'] > 1 else ''}"
        f"; next try {when(feed['next_due'])}"
        for feed in feeds["problems"]
    ]
    with_problem = {feed["id"] for feed in feeds["problems"]}  # their line says when they are asked again, and why
    lines += [
        f"{feed['id']}: not asked until {when(feed['until'])}, {feed['reason']}"
        for feed in feeds["not_asked"]
        if feed["id"] not in with_problem
    ]
    return tuple(lines)


def _outbox(report: Mapping[str, Any], when: Callable[[str], str]) -> tuple[str, ...]:
    lines = [
        f"{row['address']}: {counted(row['messages'], 'message', 'messages')} {row['state']}"
        f" since {when(row['since'])} ({row['reason']})"
        for row in report["held"]
    ]
    if report["held"]:
        lines.append(
            "`wirewatch slack test` says what to mend, `wirewatch slack retry` tries again, `wirewatch slack drop "
            "CHANNEL` gives up what waits"
        )
    lines += [
        f"{row['channel']}: {counted(row['messages'], 'message waits', 'messages wait')} "
        f"for the end of quiet hours, {when(row['until'])}"
        for row in report["held_by_quiet_hours"]
    ]
    lines += [
        f"{row['address']}: {counted(row['messages'], 'message', 'messages')} late, since {when(row['since'])} "
        f"({row['reason']}); tried again by itself"
        for row in report["late"]
    ]
    return tuple(lines)


def _latencies(latency: Mapping[str, Mapping[str, float | None]]) -> list[StatusLine]:
    names = {"published_to_seen": "publication to first sight", "seen_to_posted": "first sight to message"}
    return [
        StatusLine(
            label="Latency",
            text=f"{words}: half within {_span(figures['p50'])}, 95 % within {_span(figures['p95'])} (last day)",
        )
        for name, words in names.items()
        if (figures := latency[name])["p50"] is not None
    ]


def _span(seconds: float | None) -> str:
    return span_text(timedelta(seconds=seconds or 0))
