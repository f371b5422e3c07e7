"""Answers to what people are asked once a week: marks in the store, shown on the message that asks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from bot.core.text.sanitize import short_line
from bot.interact import views
from bot.interact.commands import QuestionPress
from bot.interact.envelopes import Effects
from bot.model import Mark, MarkKind, MarkVerdict, Question, QuestionKind, QuestionLine, RuleId, StoryId
from bot.ports import Store, WorkbenchBatch
from bot.questions import RESTATE_QUESTIONS, find_question, standing_answer

_log = structlog.get_logger()


@dataclass(slots=True)
class _Outcome:
    """What came of a press, as the writer thread found things."""

    question: Question | None = None
    line: QuestionLine | None = None
    before: str = ""
    """How it was answered before, in our words."""
    is_changed: bool = False


class Answering:
    """The two buttons of a question, and Undo."""

    def __init__(self, effects: Effects) -> None:
        self._effects = effects

    async def press(self, envelope: str, answer: QuestionPress) -> None:
        """The first answer counts; whoever answers again is told so."""
        effects, now = self._effects, self._effects.now()
        outcome = _Outcome()
        if not await effects.once_with(envelope, lambda store: self._batch(store, answer, now, outcome)):
            return
        question = outcome.question
        if question is None or outcome.line is None:
            await effects.say(answer.person, "This question is no longer known here.")
            return
        if outcome.is_changed:
            _log.info("answered", kind=answer.kind, story=question.story, rule=answer.rule, action=answer.action)
            await effects.restate_questions(question.delivery)
            if answer.kind is QuestionKind.NEAR_MISS and answer.action == "question_yes":
                await effects.say(answer.person, _offered_test(outcome.line))
        else:
            await effects.say(answer.person, f"It was answered before: {outcome.before or 'taken back already'}.")

    def _batch(self, store: Store, answer: QuestionPress, now: datetime, outcome: _Outcome) -> WorkbenchBatch:
        """What the press changes, on the writer thread."""
        rule = RuleId(answer.rule)
        question = find_question(store, answer.kind, StoryId(answer.story), rule)
        asking = store.delivery(question.delivery) if question is not None else None
        nothing = WorkbenchBatch(at=now)
        if question is None or asking is None:
            return nothing
        lines = (
            one for one in asking.digest.questions if one.rule == rule and store.story_of(one.story) == question.story
        )
        outcome.question, outcome.line = question, next(lines, None)
        if outcome.line is None:
            return nothing
        standing = standing_answer(store, self._effects.ruleset, outcome.line, question)
        outcome.before = standing[0] if standing is not None else ""
        is_undo = answer.action == "question_undo"
        if is_undo is (standing is None):
            return nothing
        outcome.is_changed = True
        facts = {RESTATE_QUESTIONS + question.delivery: "1"}
        by = answer.person.user
        if standing is not None and isinstance(standing[1], Question):
            return WorkbenchBatch(settled=(replace(question, settled_by=None, settled_at=None),), facts=facts, at=now)
        if standing is not None and isinstance(standing[1], Mark):
            return WorkbenchBatch(undone=(standing[1],), by=by, facts=facts, at=now)
        if answer.kind is QuestionKind.NEAR_MISS and answer.action == "question_no":
            return WorkbenchBatch(settled=(replace(question, settled_by=by, settled_at=now),), facts=facts, at=now)
        return WorkbenchBatch(marks=(_mark(question, answer, now),), facts=facts, at=now)


def _mark(question: Question, answer: QuestionPress, now: datetime) -> Mark:
    is_sample = question.kind is QuestionKind.SAMPLE
    return Mark(
        story=question.story,
        rule=question.rule,
        verdict=MarkVerdict.RELEVANT if answer.action == "question_yes" else MarkVerdict.NOT_RELEVANT,
        kind=MarkKind.SAMPLE if is_sample else MarkKind.VOLUNTEERED,
        by=answer.person.user,
        at=now,
    )


def _offered_test(line: QuestionLine) -> str:
    """The inline test that would hold the rule to it, to be copied into rules.yaml."""
    title = views.code(short_line(line.title, 200).replace('"', "'"), 200)
    return (
        f"Noted as relevant for `{views.code(line.rule)}`. A test for the rule, so that it holds from now on: "
        f'`tests: {{match: ["{title}"]}}`. `wirewatch suggest {views.code(line.rule)}` looks for an edit that finds it.'
    )
