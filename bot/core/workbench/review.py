"""What was told and what was not → what people are asked about it once a week, and how a question stands.

The law: who is asked about what is drawn at random, but the draw of one week comes out the same however often it is
made, so that a restart asks nothing else. A story is asked about once, ever. A question has one answer, the first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.digests.schedule import last_slot
from bot.core.rulefile.added_rules import PERSONAL
from bot.core.rulefile.channels import person_channel
from bot.core.rulefile.units import person
from bot.core.text.plural import counted
from bot.core.text.times import local_time
from bot.core.workbench.near_misses import NearMiss
from bot.core.workbench.precision import LEAST_SAMPLES
from bot.model import (
    Channel,
    ChannelId,
    Digest,
    DigestPlan,
    Mark,
    MarkKind,
    MarkVerdict,
    MessageKind,
    Posted,
    Question,
    QuestionKind,
    QuestionLine,
    Rule,
    RuleId,
    RuleSet,
    StoryId,
    WeeklySlot,
)

MAX_QUESTIONS = 20
"""In one message: more, and their headlines do not fit."""
LOOKED_BACK = timedelta(days=28)
"""Stories told longer ago are not asked about: the rule may have been another then."""
_LATE = timedelta(hours=24)
"""A slot that passed before anybody was ever asked is made up for within this: the key was just written."""
_APART = timedelta(days=4)
"""Two slots are at least so far apart: whoever moves the day from Monday to Tuesday is not asked twice that week."""
_OPS = ChannelId("ops")


def due_slot(slot: WeeklySlot, timezone: str, done_at: datetime | None, now: datetime) -> datetime | None:
    """The latest slot, if it has not been dealt with. `done_at`: the one that was dealt with last; None: none ever."""
    plan = DigestPlan(at=(slot.at,), days=frozenset({slot.day}))
    latest = last_slot(plan, timezone, now)
    if latest is None or (done_at is not None and latest - done_at < _APART):
        return None
    return latest if done_at is not None or now - latest < _LATE else None


def recipient(rule: Rule, channels: Mapping[ChannelId, Channel]) -> Channel | None:
    """Who is asked about a rule: its owner, else the channel named ops; None: nobody."""
    if rule.owner is not None:
        return person_channel(ChannelId(PERSONAL + rule.owner), rule.owner)
    return channels.get(_OPS)


def slack_addresses(ruleset: RuleSet) -> list[str]:
    """Wherever messages may go: the channels, and the owners of rules if anybody is asked anything."""
    addresses = [channel.slack for channel in ruleset.channels.values()]
    if ruleset.settings.review is not None or ruleset.settings.missed is not None:
        addresses += [rule.owner for rule in ruleset.rules if rule.owner is not None]
    return list(dict.fromkeys(addresses))


# --- samples ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One story that is asked about, and who is."""

    story: StoryId
    rule: Rule
    to: Channel


def draw_samples(
    ruleset: RuleSet,
    posted: Iterable[Posted],
    marks: Iterable[Mark],
    asked: Collection[tuple[StoryId, RuleId]],
    slot_at: datetime,
) -> list[Drawn]:
    """Of each rule with LEAST_SAMPLES told stories or more that nobody marked and nobody was asked about, some.

    Args:
        posted: what was posted and stands in a message.
        asked: what people were asked about before.
    """
    if ruleset.settings.review is None:
        return []
    said = list(marks)
    excluded = {(mark.story, mark.rule) for mark in said} | set(asked)
    stories: dict[RuleId, set[StoryId]] = {}
    for one in posted:
        for rule_id in one.rules:
            if (one.story, rule_id) not in excluded:
                stories.setdefault(rule_id, set()).add(one.story)
    by_recipient: dict[ChannelId, list[Sequence[Drawn]]] = {}
    for rule in _least_measured_first(ruleset.rules, said):
        to, of_rule = recipient(rule, ruleset.channels), stories.get(rule.id, set())
        if to is None or len(of_rule) < LEAST_SAMPLES:
            continue
        order = sorted((_lot(slot_at, rule.id, story), story) for story in of_rule)
        drawn = [Drawn(story=story, rule=rule, to=to) for _, story in order[: ruleset.settings.review.sample]]
        by_recipient.setdefault(to.id, []).append(drawn)
    return [one for of_rules in by_recipient.values() for one in _in_turn(of_rules)]


def _least_measured_first(rules: Iterable[Rule], marks: Iterable[Mark]) -> list[Rule]:
    """Where there is no room for all, those go first of which least is known."""
    samples: dict[RuleId, int] = {}
    for mark in marks:
        if mark.kind is MarkKind.SAMPLE:
            samples[mark.rule] = samples.get(mark.rule, 0) + 1
    return sorted(rules, key=lambda rule: samples.get(rule.id, 0))


def _lot(slot_at: datetime, rule: RuleId, story: StoryId) -> str:
    """A number as random as a hash is, and the same whenever it is asked for."""
    return hashlib.sha256(f"{slot_at.isoformat()}\0{rule}\0{story}".encode()).hexdigest()


def _in_turn(of_rules: Sequence[Sequence[Drawn]]) -> list[Drawn]:
    """At most MAX_QUESTIONS: the first of each rule, then the second; each rule's together in the end."""
    longest = max(map(len, of_rules))
    in_turn = [drawn[number] for number in range(longest) for drawn in of_rules if number < len(drawn)]
    shown = in_turn[:MAX_QUESTIONS]
    return [one for drawn in of_rules for one in drawn if one in shown]


# --- near misses ---


def choose_near_misses(
    ruleset: RuleSet, misses: Iterable[NearMiss], asked: Collection[tuple[StoryId, RuleId]]
) -> list[tuple[Channel, NearMiss]]:
    """At most MAX_QUESTIONS for each who is asked, in their order; what was listed before is not listed again."""
    rules = {rule.id: rule for rule in ruleset.rules}
    room: dict[ChannelId, int] = {}
    chosen = []
    for miss in misses:
        rule = rules.get(miss.rule)
        to = recipient(rule, ruleset.channels) if rule is not None else None
        if to is not None and (miss.story, miss.rule) not in asked and room.setdefault(to.id, MAX_QUESTIONS):
            room[to.id] -= 1
            chosen.append((to, miss))
    return chosen


# --- the message ---


def questions_digest(to: Channel, lines: Sequence[QuestionLine], at: datetime, timezone: str, buttons: bool) -> Digest:
    """The message with these questions, all of one kind."""
    if lines[0].kind is QuestionKind.SAMPLE:
        title = f"Weekly check: {counted(len(lines), 'story', 'stories')}, relevant or not?"
    else:
        title = f"Not sent this week: {counted(len(lines), 'near miss', 'near misses')}"
    return Digest(
        channel=to.id,
        kind=MessageKind.QUESTIONS,
        at=at,
        title=title,
        questions=tuple(lines),
        timezone=timezone,
        buttons=buttons,
    )


def answer_of(
    line: QuestionLine, marks: Iterable[Mark], question: Question | None, timezone: str
) -> tuple[str, Mark | Question] | None:
    """How a question was answered, in our words, and by what; None: not yet.

    Args:
        marks: those of its story that stand.
        question: what was asked, as the store has it.
    """
    if question is not None and question.settled_at is not None and question.settled_by is not None:
        return f"Right so, says {_who(question.settled_by, question.settled_at, timezone)}", question
    kind = MarkKind.SAMPLE if line.kind is QuestionKind.SAMPLE else MarkKind.VOLUNTEERED
    for mark in marks:
        if (mark.rule, mark.kind) != (line.rule, kind):
            continue
        who = _who(mark.by, mark.at, timezone)
        if line.kind is QuestionKind.SAMPLE:
            words = "Relevant" if mark.verdict is MarkVerdict.RELEVANT else "Not relevant"
            return f"{words}, says {who}", mark
        if mark.verdict is MarkVerdict.RELEVANT:
            return f"Should have been sent, says {who}", mark
    return None


def with_answers(digest: Digest, answers: Sequence[str], now: datetime, key: str) -> Digest:
    """The edit of the message `key`, each question with its answer ("": none yet)."""
    lines = tuple(replace(line, answer=answer) for line, answer in zip(digest.questions, answers, strict=True))
    return replace(
        digest,
        kind=MessageKind.UPDATE,
        questions=lines,
        thread_of=key,
        revision=int(now.timestamp() * 1000),
    )


def _who(by: str, at: datetime, timezone: str) -> str:
    who = f"<@{by}>" if person(by) is not None else by
    return f"{who}, {local_time(at, timezone)}"
