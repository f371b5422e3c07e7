"""What waits for a channel that the rules file no longer has → where it waits now, and what ops is told.

The law: a channel that was renamed or dropped takes no story with it. What a rule put there waits for the channels that
the rule posts to now, unless they had the story already; so does what is new in a story that the old channel had. Only
stories whose rule is gone as well have no place to go: ops is told which. Mere later reports are let go.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.text.plural import counted
from bot.core.text.sanitize import short_line
from bot.model import ChannelId, Notice, Posted, RuleSet, Story, StoryId, Waiting, WaitingKind

_NAMED = 10
"""Stories without a place that the notice names; the rest is counted."""
_TITLE = 120
"""Characters of a headline in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftChannel:
    """A channel that is gone. `moved`: rows as they wait now; `homeless`: stories whose rule is gone, too."""

    channel: ChannelId
    moved: tuple[Waiting, ...] = ()
    homeless: tuple[StoryId, ...] = ()

    def notice(self, stories: Mapping[StoryId, Story], now: datetime) -> Notice | None:
        """What ops is told; None: nothing of news waited there. `stories`: those of `homeless`."""
        lines = []
        if self.moved:
            stories_moved = counted(len({row.story for row in self.moved}), "story", "stories")
            to = ", ".join(sorted({row.channel for row in self.moved}))
            lines.append(
                f"The rules file no longer has the channel {self.channel}: what waited for it ({stories_moved}) now "
                f"waits for {to}."
            )
        if self.homeless:
            lines.append(
                f"{counted(len(self.homeless), 'story', 'stories')} waited for the channel {self.channel}, which the "
                "rules file no longer has, nor the rules that found them: not posted."
            )
            reports = [stories[story].reports[0] for story in self.homeless[:_NAMED] if story in stories]
            lines += [f"• {short_line(report.headline, _TITLE) or report.url or '(no title)'}" for report in reports]
            if len(self.homeless) > _NAMED:
                lines.append(f"… and {len(self.homeless) - _NAMED:,} more")
        if not lines:
            return None
        rows = " ".join([*(f"{row.channel}/{row.story}" for row in self.moved), *map(str, self.homeless)])
        key = hashlib.sha256(rows.encode()).hexdigest()[:16]
        return Notice(key=f"left:{self.channel}:{key}", text="\n".join(lines), at=now)


def left_channel(
    channel: ChannelId, rows: Sequence[Waiting], ruleset: RuleSet, posted: Iterable[Posted]
) -> LeftChannel:
    """Where the rows of a channel go that `ruleset` does not have. `posted`: of their stories, in any channel."""
    told = {(row.channel, row.story): row.rules for row in posted}
    moved: list[Waiting] = []
    homeless: dict[StoryId, None] = {}
    for row in rows:
        if row.kind is WaitingKind.REPORT:
            continue
        kind = WaitingKind.SPIKE if row.kind is WaitingKind.SPIKE else WaitingKind.NEW
        names = told.get((channel, row.story), ()) if row.rule is None else (row.rule,)
        rules = [rule for name in names if (rule := ruleset.rule(name)) is not None]
        if not rules:
            homeless.setdefault(row.story)
        moved += [
            replace(row, channel=to, rule=rule.id, kind=kind)
            for rule in rules
            for to in rule.to
            if (to, row.story) not in told
        ]
    placed = {row.story for row in moved}
    return LeftChannel(
        channel=channel, moved=tuple(moved), homeless=tuple(story for story in homeless if story not in placed)
    )
