"""A story and what a message tells of it → the report that leads, and those that stand beneath.

The law: a story comes into a channel under the first entry that matched. What comes back, and what is edited, stands
under the headline and link of the newest entry that brings news: an update first, else the match by a rule of higher
priority. Every other entry that brings news is named, and so is the first report.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.core.digests.message import Message
from bot.model import DigestStory, EntryId, MessageKind, Report, Story, Verdict, WaitingKind

_NOW = "now: "
"""What a change begins with that is told by a word, not by figures."""


def news_of(changes: Sequence[str]) -> tuple[str, str]:
    """What is new in a story, below its label: (`New`, `9 → 112 dead; now: resigns`), (`Now`, `resigns`)."""
    told = "; ".join(changes)
    return "Now" if told.startswith(_NOW) else "New", told.removeprefix(_NOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownReports:
    """`lead`: whose headline and link are shown. `news`: further reports that bring news, newest first. `start`: the
    first that matched (without matches, the story's first); `first`: the same, where it is to stand beneath."""

    lead: Report
    news: tuple[Report, ...]
    start: Report
    first: Report | None


def shown_reports(story: Story, match: EntryId | None, message: Message, before: DigestStory | None) -> ShownReports:
    """`match`: the first entry that matched. `before`: what the message that is edited shows of the story."""
    by_entry = {report.entry: report for report in story.reports}
    start = by_entry.get(match, story.reports[0]) if match is not None else story.reports[0]
    entries = set(_told(story, message, before))
    told = frozenset(entries)
    is_new = not entries and message.kind in (MessageKind.DIGEST, MessageKind.IMMEDIATE)
    if is_new or message.kind is MessageKind.UPDATE:
        entries |= set(_updates(story, start.entry + 1 if is_new else _since(start, before)))
    news = sorted(
        (report for entry, report in by_entry.items() if entry in entries and report != start),
        key=lambda report: (not _is_doubtful(report, told), report.verdict is Verdict.UPDATE, report.entry),
        reverse=True,
    )
    latest = tuple(_as_it_reads_now(report, story) for report in news)
    if is_new or not latest or _is_doubtful(latest[0], told):
        return ShownReports(lead=start, news=latest, start=start, first=None)
    first = start if message.kind is not MessageKind.REPLY else None
    return ShownReports(lead=latest[0], news=latest[1:], start=start, first=first)


def _is_doubtful(report: Report, told: Collection[EntryId]) -> bool:
    """Whether it may be another event, and is no news of this message: the story keeps its headline."""
    return report.is_in_doubt and report.entry not in told


def _told(story: Story, message: Message, before: DigestStory | None) -> Iterator[EntryId]:
    """The entries whose news the message brings, or has brought."""
    yield from (row.entry for row in message.rows if row.story == story.id and row.kind is WaitingKind.UPDATE)
    if message.kind is MessageKind.REPLY:
        yield from message.entries
    if before is not None and before.first is not None and before.entry is not None:
        yield before.entry


def _updates(story: Story, since: int) -> Iterator[EntryId]:
    return (report.entry for report in story.reports if report.verdict is Verdict.UPDATE and report.entry >= since)


def _since(start: Report, before: DigestStory | None) -> int:
    """The oldest entry whose news an edited message shows: an edit takes the whole message anew, and what was told in
    an earlier message stays there."""
    if before is None or before.first is None or before.entry is None:
        return start.entry + 1
    return min(before.entry, *(line.entry for line in before.news)) if before.news else before.entry


def _as_it_reads_now(report: Report, story: Story) -> Report:
    """A report under its publisher's newest wording."""
    edits = (edit for edit in story.reports if edit.verdict is Verdict.EDIT and edit.duplicate_of == report.entry)
    edit = max(edits, key=lambda one: one.entry, default=None)
    if edit is None:
        return report
    title, url = edit.title or report.title, edit.url or report.url
    return replace(report, title=title, url=url, beginning=edit.beginning)
