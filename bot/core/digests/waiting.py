"""New entries with their decisions and matches → what waits for which channel.

The law: a story alerts once for each rule, in each of the rule's channels. A match that may not alert (baseline, older
than `max_age`) is kept as silent; a later entry of the story that may alert, and is not the same item edited, alerts as
if it were the first. A channel in which the story was posted never waits for it as new: a later report, an update or a
rule of higher priority waits as what it is. A rule with `spike:` alerts for no story: bursts do.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.model import (
    ChannelId,
    Match,
    NewEntry,
    Posted,
    Priority,
    Rule,
    RuleId,
    StoryId,
    StoryMatch,
    Verdict,
    Waiting,
    WaitingKind,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerts:
    """What an ingest transaction keeps of matches."""

    matches: tuple[StoryMatch, ...] = ()
    silent: tuple[StoryMatch, ...] = ()
    waiting: tuple[Waiting, ...] = ()


def alerts_of(
    entries: Sequence[NewEntry],
    matches: Sequence[Sequence[Match]],
    rules: Mapping[RuleId, Rule],
    matched: Mapping[StoryId, Mapping[RuleId, bool]],
    posted: Sequence[Posted],
) -> Alerts:
    """What the entries of one batch, in order of arrival, mean for the channels.

    Args:
        matches: of each entry.
        matched: rules that hold on the stories of the batch already; True: silently.
        posted: what was posted of these stories, by channel.
    """
    silence = {story: dict(of_story) for story, of_story in matched.items()}
    told_in: dict[StoryId, dict[ChannelId, Posted]] = {}
    for row in posted:
        told_in.setdefault(row.story, {})[row.channel] = row
    into: dict[StoryId, StoryId] = {}
    loud: list[StoryMatch] = []
    silent: list[StoryMatch] = []
    waiting: list[Waiting] = []
    for new, of_entry in zip(entries, matches, strict=True):
        story = new.decision.story
        for merged in new.decision.merged:
            into[merged] = story
            _merge(silence, told_in, merged, story)
        of_story = silence.setdefault(story, {})
        first: list[RuleId] = []
        for one in of_entry:
            before = of_story.get(one.rule)
            record = StoryMatch(story=story, rule=one.rule, entry=new.id, match=one)
            if new.silent:
                if before is None:
                    of_story[one.rule] = True
                    silent.append(record)
            elif before is None or (before and not _is_edit(new)):
                of_story[one.rule] = False
                loud.append(record)
                first.append(one.rule)
        alerting = [rules[rule] for rule in first if rules[rule].spike is None]
        asking = {channel for one in of_entry for channel in rules[one.rule].to}
        waiting += _waiting(new, alerting, told_in.get(story, {}), asking)
    # A later entry of the batch may have merged the story that an earlier one was filed under.
    return Alerts(
        matches=tuple(replace(one, story=_root(one.story, into)) for one in loud),
        silent=tuple(replace(one, story=_root(one.story, into)) for one in silent),
        waiting=tuple(replace(one, story=_root(one.story, into)) for one in waiting),
    )


def _merge(
    silence: dict[StoryId, dict[RuleId, bool]],
    told_in: dict[StoryId, dict[ChannelId, Posted]],
    merged: StoryId,
    story: StoryId,
) -> None:
    mine = silence.setdefault(story, {})
    for rule, silent in silence.pop(merged, {}).items():
        mine[rule] = silent and mine.get(rule, True)
    for channel, posted in told_in.pop(merged, {}).items():
        told_in.setdefault(story, {}).setdefault(channel, posted)


def _is_edit(new: NewEntry) -> bool:
    """Whether it is an edit of what was known; also, without a guid, of a copy that its feed had already, whose
    original is another feed's: a baseline's article was told where its text changed in one of two feeds."""
    verdict = new.decision.verdict
    return verdict is Verdict.EDIT or (verdict is Verdict.NEAR_DUPLICATE and new.entry.stood_before)


def _root(story: StoryId, into: Mapping[StoryId, StoryId]) -> StoryId:
    while story in into:
        story = into[story]
    return story


def _waiting(
    new: NewEntry, first: Sequence[Rule], posted: Mapping[ChannelId, Posted], asking: Collection[ChannelId]
) -> list[Waiting]:
    """One row a channel and rule for `first` (rules that newly hold on the story); one for each further channel.
    `asking`: channels with a rule that holds on the entry; what may be another event is news to them alone."""
    is_update = new.decision.verdict is Verdict.UPDATE and not new.silent
    is_in_doubt = new.decision.is_in_doubt
    waiting: list[Waiting] = []
    rows_of: set[ChannelId] = set()
    for rule in first:
        for channel in rule.to:
            before = posted.get(channel)
            kind = WaitingKind.NEW
            if before is not None:
                kind = WaitingKind.UPDATE if is_update or rule.priority > before.priority else WaitingKind.REPORT
            rows_of.add(channel)
            waiting.append(_row(new, channel, kind, rule))
    for channel in posted:
        if channel not in rows_of:
            is_news = is_update and (channel in asking or not is_in_doubt)
            waiting.append(_row(new, channel, WaitingKind.UPDATE if is_news else WaitingKind.REPORT, None))
    return waiting


def _row(new: NewEntry, channel: ChannelId, kind: WaitingKind, rule: Rule | None) -> Waiting:
    return Waiting(
        channel=channel,
        story=new.decision.story,
        entry=new.id,
        rule=rule.id if rule else None,
        priority=rule.priority if rule else Priority.LOW,
        kind=kind,
        since_at=new.entry.seen_at,
        changes=new.decision.changes,
    )
