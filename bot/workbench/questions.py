"""What people are asked once a week → messages in the outbox, each once; and messages that show the answers.

The law: the questions, their messages and the fact that the week is dealt with are one transaction, so a kill asks
nobody twice and forgets nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.digests.deliveries import delivery_of, notice_key, rest_key
from bot.core.text.sanitize import short_line, web_address
from bot.core.workbench.near_misses import NearMiss
from bot.core.workbench.review import (
    LOOKED_BACK,
    answer_of,
    choose_near_misses,
    draw_samples,
    questions_digest,
    with_answers,
)
from bot.model import (
    Channel,
    ChannelId,
    Delivery,
    EntryId,
    Mark,
    Question,
    QuestionKind,
    QuestionLine,
    Report,
    Rule,
    RuleId,
    RuleSet,
    Story,
    StoryId,
    WorkbenchBatch,
    outlet_name,
)
from bot.ports import Sink, Store

REVIEWED = "weekly:review"
LISTED = "weekly:missed"
"""Facts: the slot of the last weekly review, and of the last list of near misses."""
RESTATE_QUESTIONS = "watch:restate-questions:"
"""`…KEY`: a message with questions that does not show an answer yet (settled at the next start)."""
_MAX_TITLE = 200
"""Characters of a headline in a question."""


def ask_samples(
    store: Store, ruleset: RuleSet, sink: Sink, now: datetime, slot_at: datetime, buttons: bool
) -> list[Delivery]:
    """The weekly review: who is asked about which stories that were told."""
    posted = store.posted_since(slot_at - LOOKED_BACK)
    shown = store.shown_stories({one.story for one in posted})
    asked = {(one.story, one.rule) for one in store.questions(QuestionKind.SAMPLE)}
    drawn = draw_samples(ruleset, [one for one in posted if one.story in shown], store.marks(), asked, slot_at)
    ids = {one.story for one in drawn}
    stories, entries = store.stories(ids), _entries_shown(store, ids)
    lines: list[tuple[Channel, QuestionLine]] = []
    for one in drawn:
        report = _report(stories.get(one.story), entries.get((one.story, one.rule.id)))
        if report is not None:
            lines.append((one.to, _line(QuestionKind.SAMPLE, one.story, one.rule, report, ruleset)))
    return _ask(store, ruleset, sink, now, lines, buttons, (REVIEWED, slot_at))


def list_near_misses(
    store: Store,
    ruleset: RuleSet,
    sink: Sink,
    now: datetime,
    slot_at: datetime,
    misses: Sequence[NearMiss],
    buttons: bool,
) -> list[Delivery]:
    """The weekly list of what was not sent."""
    asked = {(one.story, one.rule) for one in store.questions(QuestionKind.NEAR_MISS)}
    rules = {rule.id: rule for rule in ruleset.rules}
    lines = [
        (
            to,
            replace(_line(QuestionKind.NEAR_MISS, miss.story, rules[miss.rule], miss, ruleset), detail=miss.detail),
        )
        for to, miss in choose_near_misses(ruleset, misses, asked)
    ]
    return _ask(store, ruleset, sink, now, lines, buttons, (LISTED, slot_at))


def _ask(
    store: Store,
    ruleset: RuleSet,
    sink: Sink,
    now: datetime,
    lines: Sequence[tuple[Channel, QuestionLine]],
    buttons: bool,
    done: tuple[str, datetime],
) -> list[Delivery]:
    """One message for each who is asked; that the week is dealt with, even if nobody is."""
    fact, slot_at = done
    by_recipient: dict[ChannelId, tuple[Channel, list[QuestionLine]]] = {}
    for to, line in lines:
        by_recipient.setdefault(to.id, (to, []))[1].append(line)
    deliveries, questions = [], []
    for to, of_one in by_recipient.values():
        key = notice_key(to, f"{fact}:{slot_at.isoformat()}")
        digest = questions_digest(to, of_one, now, ruleset.settings.timezone, buttons)
        deliveries.append(delivery_of(to, key, digest, sink.render))
        questions += [
            Question(kind=line.kind, story=line.story, rule=line.rule, asked_at=now, delivery=key) for line in of_one
        ]
    store.record_workbench(
        WorkbenchBatch(
            questions=tuple(questions), deliveries=tuple(deliveries), facts={fact: slot_at.isoformat()}, at=now
        )
    )
    return deliveries


def _entries_shown(store: Store, stories: set[StoryId]) -> Mapping[tuple[StoryId, RuleId], EntryId]:
    """By story and rule, the entry in which the rule first held."""
    return {(match.story, match.rule): match.entry for match in store.story_matches(stories)}


def _report(story: Story | None, entry: EntryId | None) -> Report | None:
    if story is None or not story.reports:
        return None
    return next((report for report in story.reports if report.entry == entry), story.reports[0])


def _line(kind: QuestionKind, story: StoryId, rule: Rule, shown: Report | NearMiss, ruleset: RuleSet) -> QuestionLine:
    name = outlet_name(ruleset.outlet_names, shown.source, shown.feed)
    return QuestionLine(
        kind=kind,
        story=story,
        rule=rule.id,
        rule_name=rule.name,
        title=short_line(shown.headline if isinstance(shown, Report) else shown.title, _MAX_TITLE),
        url=web_address(shown.url),
        source_name=short_line(name, 60),
        seen_at=shown.seen_at,
    )


# --- answers ---


def find_question(store: Store, kind: QuestionKind, story: StoryId, rule: RuleId) -> Question | None:
    """What people were asked about a story, which may be part of another by now."""
    now = store.story_of(story)
    return next((one for one in store.questions(kind) if (one.story, one.rule) == (now, rule)), None)


def standing_answer(
    store: Store, ruleset: RuleSet, line: QuestionLine, question: Question | None
) -> tuple[str, Mark | Question] | None:
    """How a question was answered, in our words, and by what; None: not yet."""
    story = store.story_of(line.story)
    marks = store.marks([story])
    if question is not None and line.kind is QuestionKind.NEAR_MISS:
        marks = [mark for mark in marks if mark.at >= question.asked_at]
    return answer_of(line, marks, question, ruleset.settings.timezone)


def to_restate(store: Store, story: StoryId, rule: RuleId) -> dict[str, str | None]:
    """Facts by which the worker has the messages restated that ask about a story: what was said of it changed."""
    asked = (find_question(store, kind, story, rule) for kind in QuestionKind)
    return {RESTATE_QUESTIONS + question.delivery: "1" for question in asked if question is not None}


def restate_questions(store: Store, ruleset: RuleSet, sink: Sink, now: datetime, key: str) -> tuple[str, ...]:
    """Edits the message `key`, so that it shows how its questions were answered. Returns the key of the edit; none:
    there is no such message."""
    row = store.delivery(key)
    if row is None:
        store.save_facts({RESTATE_QUESTIONS + key: None})
        return ()
    answers = []
    for line in row.digest.questions:
        question = find_question(store, line.kind, line.story, line.rule)
        answer = standing_answer(store, ruleset, line, question)
        answers.append(answer[0] if answer is not None else "")
    digest = with_answers(row.digest, answers, now, key)
    edit_key = rest_key("\0".join([key, *answers]), digest.revision)
    edit = Delivery(
        key=edit_key,
        channel=row.channel,
        address=row.address,
        kind=digest.kind,
        digest=digest,
        payload=sink.render(edit_key, digest),
        thread_of=key,
        created_at=now,
    )
    store.record_workbench(WorkbenchBatch(deliveries=(edit,), facts={RESTATE_QUESTIONS + key: None}, at=now))
    return (edit_key,)
