"""Answers to what people are asked once a week: marks in the store, shown on the message that asks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from bot.core.text.sanitize import short_line
from bot.interact import views
from bot.interact.commands import Person, QuestionPress
from bot.interact.envelopes import Effects
from bot.model import Mark, MarkKind, MarkVerdict, Question, QuestionKind, QuestionLine, RuleId, StoryId, WorkbenchBatch
from bot.ports import Store
from bot.workbench.questions import RESTATE_QUESTIONS, find_question, standing_answer

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What came of a press, as the writer thread found things. `question` None: nobody knows it any more."""

    question: Question | None = None
    line: QuestionLine | None = None
    marks: tuple[Mark, ...] = ()
    """What was said."""
    before: str = ""
    """How it was answered before, in our words; nothing was changed then."""


class Answering:
    """The two buttons of a question, and Undo."""

    def __init__(self, effects: Effects, offer: Callable[[Person, tuple[Mark, ...]], Awaitable[None]]) -> None:
        self._effects, self._offer = effects, offer

    async def press(self, envelope: str, press: QuestionPress) -> None:
        """The first answer counts; whoever answers again is told so."""
        effects, now = self._effects, self._effects.now()
        outcome = await effects.once_with(envelope, lambda store: self._decide(store, press, now))
        if outcome is None:
            return
        question, line = outcome.question, outcome.line
        if question is None or line is None:
            await effects.say(press.person, "This question is no longer known here.")
        elif outcome.before:
            await effects.say(press.person, f"It was answered before: {outcome.before}.")
        else:
            _log.info("answered", kind=press.kind, story=question.story, rule=press.rule, action=press.action)
            edits = await effects.restate_questions(question.delivery)
            if press.kind is QuestionKind.NEAR_MISS and press.action == "question_yes":
                await effects.say(press.person, _offered_test(line))
            await self._offer(press.person, outcome.marks)
            if not await effects.arrive(edits):
                await effects.say(press.person, "Taken back." if press.action == "question_undo" else "Noted.")

    def _decide(self, store: Store, press: QuestionPress, now: datetime) -> tuple[WorkbenchBatch, _Outcome]:
        """What the press changes, on the writer thread."""
        nothing = WorkbenchBatch(at=now)
        question = find_question(store, press.kind, StoryId(press.story), RuleId(press.rule))
        line = _line_of(store, question) if question is not None else None
        if question is None or line is None:
            return nothing, _Outcome()
        standing = standing_answer(store, self._effects.ruleset, line, question)
        outcome = _Outcome(question=question, line=line)
        if press.action == "question_undo":
            if standing is None:
                return nothing, replace(outcome, before="taken back already")
            batch = _undone(standing[1], press, now)
        elif standing is not None:
            return nothing, replace(outcome, before=standing[0])
        elif press.kind is QuestionKind.NEAR_MISS and press.action == "question_no":
            settled = replace(question, settled_by=press.person.user, settled_at=now)
            batch = WorkbenchBatch(settled=(settled,), at=now)
        else:
            batch = WorkbenchBatch(marks=(_mark(question, press, now),), at=now)
        facts = {RESTATE_QUESTIONS + question.delivery: "1"}
        return replace(batch, facts=facts), replace(outcome, marks=batch.marks)


def _line_of(store: Store, question: Question) -> QuestionLine | None:
    """The question as its message has it."""
    asking = store.delivery(question.delivery)
    lines = asking.digest.questions if asking is not None else ()
    return next(
        (one for one in lines if one.rule == question.rule and store.story_of(one.story) == question.story), None
    )


def _undone(answer: Mark | Question, press: QuestionPress, now: datetime) -> WorkbenchBatch:
    if isinstance(answer, Mark):
        return WorkbenchBatch(undone=(answer,), by=press.person.user, at=now)
    return WorkbenchBatch(settled=(replace(answer, settled_by=None, settled_at=None),), at=now)


def _mark(question: Question, press: QuestionPress, now: datetime) -> Mark:
    is_sample = question.kind is QuestionKind.SAMPLE
    return Mark(
        story=question.story,
        rule=question.rule,
        verdict=MarkVerdict.RELEVANT if press.action == "question_yes" else MarkVerdict.NOT_RELEVANT,
        kind=MarkKind.SAMPLE if is_sample else MarkKind.VOLUNTEERED,
        by=press.person.user,
        at=now,
    )


def _offered_test(line: QuestionLine) -> str:
    """The inline test that would hold the rule to it, to be copied into rules.yaml."""
    title = views.code(short_line(line.title, 200).replace('"', "'"), 200)
    return (
        f"Noted as relevant for `{views.code(line.rule)}`. A test for the rule, so that it holds from now on: "
        f'`tests: {{match: ["{title}"]}}`. `wirewatch suggest {views.code(line.rule)}` looks for an edit that finds it.'
    )
