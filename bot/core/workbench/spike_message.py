"""A burst and the entries that began it → the digest that tells of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.core.text.plural import counted
from bot.core.text.sanitize import short_line, web_address
from bot.core.text.times import local_time, span_text
from bot.core.workbench.bars import bar_line
from bot.core.workbench.spikes import LEARNING
from bot.model import (
    Burst,
    Channel,
    Digest,
    FeedId,
    MessageKind,
    NewEntry,
    Notice,
    ReportLine,
    Rule,
    Spike,
    StoredEntry,
    Waiting,
    WaitingKind,
)

_MAX_TITLE = 300
"""Characters of a headline."""
_NOTHING = "·"
"""In place of a space, which Slack takes away at the ends of a line."""


def spike_digest(
    channel: Channel,
    rule: Rule,
    burst: Burst,
    entries: Sequence[StoredEntry],
    names: Mapping[FeedId, str],
    timezone: str,
    now: datetime,
) -> Digest:
    """`Networks: 14 outlets in 6 h, usually 2`. `entries`: the first reports, as far as the archive has them still."""
    outlets = counted(burst.houses, "outlet", "outlets")
    reports = tuple(_report(stored, names) for stored in entries)
    return Digest(
        channel=channel.id,
        kind=MessageKind.SPIKE,
        at=now,
        title=f"{rule.name}: {outlets} in {span_text(burst.window)}, usually {round(burst.usual)}",
        window=(burst.at - burst.window, burst.at),
        timezone=timezone,
        rule=rule.id,
        spike=Spike(
            reports=reports,
            more=burst.houses - len(reports),
            bar=bar_line(burst.hours, len(burst.hours)).replace(" ", _NOTHING),
            most=max(burst.hours, default=0),
            mentions=(rule.mention,) if rule.mention else (),
        ),
    )


def learning_notice(rule: Rule, at: datetime, timezone: str) -> Notice:
    """What ops hears when a rule with `spike:` begins to learn."""
    until = local_time(at + LEARNING, timezone)
    text = f"Rule {rule.id} is learning until {until} how many outlets are usual; before that it alerts on nothing."
    return Notice.of_rule(rule.id, f"learning {at.isoformat()}", text, at)


def spike_rows(rule: Rule, new: NewEntry) -> list[Waiting]:
    """What waits for a rule's channels when an entry has begun a burst."""
    return [
        Waiting(
            channel=channel,
            story=new.decision.story,
            entry=new.id,
            rule=rule.id,
            priority=rule.priority,
            kind=WaitingKind.SPIKE,
            since_at=new.entry.seen_at,
        )
        for channel in rule.to
    ]


def _report(stored: StoredEntry, names: Mapping[FeedId, str]) -> ReportLine:
    entry = stored.entry
    url = web_address(entry.url)
    source = (entry.feed and names.get(entry.feed)) or entry.source or entry.feed or ""
    return ReportLine(
        entry=stored.id,
        title=short_line(stored.reading.headline, _MAX_TITLE) or url or "(no title)",
        url=url,
        source_name=short_line(source, 80),
        at=entry.published_at or entry.seen_at,
    )
