"""`/review`: samples that nobody has answered and near misses, one at a time; POST `/review` says what they are."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import timedelta
from typing import Any

from aiohttp import web

from bot.app import clock, open_environment_store
from bot.core.workbench.near_misses import NearMiss
from bot.model import Mark, MarkKind, MarkVerdict, Question, QuestionKind, RuleId, RuleSet, StoryId, WorkbenchBatch
from bot.ports import Store
from bot.web.desk.desk import DESK, Desk, form_of, json_response, wants_json
from bot.web.desk.slow_answers import AnswerProgress, StillReading
from bot.workbench.missed import find_near_misses
from bot.workbench.questions import find_question, to_restate

_DAYS = 7
"""Days of the archive in which near misses are looked for."""
_MOST = 100
"""Of each kind of question on a page."""
_BY = "desk"
"""Who says it: the desk has one password, and knows nobody by name."""


async def review(request: web.Request) -> web.Response:
    desk = request.app[DESK]
    samples, answered, ruleset = await desk.archive.ask(lambda store: _open(desk, store))
    misses: list[NearMiss] = []
    progress = None
    try:
        misses = await desk.slow_answer(
            request, ("review",), lambda store, progress: _near_misses(store, ruleset, progress), of_one_moment=False
        )
    except StillReading as still:
        progress = still.progress  # the samples come first in any case
    data = {"samples": samples, "missed": [miss.to_json() for miss in misses[:_MOST]]}
    open_misses = (miss for miss in misses if (str(miss.story), miss.rule) not in answered)
    items = [*samples, *({**miss.to_json(), "feed": miss.feed} for miss in open_misses)]
    context = {"items": items, "read_only": desk.is_read_only, "said": await _said(desk, request), "progress": progress}
    return desk.respond(request, "review.html", data, context, ruleset=ruleset)


async def post_mark(request: web.Request) -> web.Response:
    desk = request.app[DESK]
    if desk.is_read_only:
        return web.Response(status=403, text="READ_ONLY is set: nothing can be said here.\n")
    form = await form_of(request)
    story, rule, verdict, undo = (form.get(key, "") for key in ("story", "rule", "verdict", "undo"))
    if not story.isdecimal() or len(story) > 18 or (verdict not in set(MarkVerdict) and not undo):
        return web.Response(status=400, text="Named are: story (an id), rule, and verdict or undo.\n")
    said = await asyncio.to_thread(_say, desk, StoryId(int(story)), RuleId(rule), verdict, bool(undo))
    if said is None:
        return web.Response(status=404, text="There is no such story or rule.\n")
    if wants_json(request):
        return json_response({"id": story, "rule": rule, "verdict": said})
    answered = {} if undo else {"story": story, "rule": rule}
    return web.Response(status=303, headers={"Location": desk.link("/review", **answered)})


def _say(desk: Desk, story: StoryId, rule: RuleId, verdict: str, undo: bool) -> str | None:
    """What stands afterwards ("": nothing); None: there is nothing to say it of."""
    now = clock()
    with closing(open_environment_store(desk.environment)) as store:
        story = store.story_of(story)
        if not store.stories([story]) or all(one.id != rule for one in desk.rules(store).rules):
            return None
        facts = to_restate(store, story, rule)
        mine = [mark for mark in store.marks([story]) if (mark.rule, mark.by) == (rule, _BY)]
        if undo:
            store.record_workbench(WorkbenchBatch(undone=tuple(mine), by=_BY, facts=facts, at=now))
            return ""
        asked = find_question(store, QuestionKind.SAMPLE, story, rule)
        kind = MarkKind.SAMPLE if asked is not None else MarkKind.VOLUNTEERED
        mark = Mark(story=story, rule=rule, verdict=MarkVerdict(verdict), kind=kind, by=_BY, at=now)
        store.record_workbench(WorkbenchBatch(marks=(mark,), facts=facts, at=now))
        return verdict


async def _said(desk: Desk, request: web.Request) -> dict[str, Any] | None:
    """What stands of the item that was just answered, which another window or somebody in Slack may have answered
    before; else the last thing said here in the last hour. What was said here can be taken back."""
    answered = (request.query.get("story"), request.query.get("rule"))

    def said(store: Store) -> dict[str, Any] | None:
        marks = [
            mark
            for mark in store.marks()
            if (str(mark.story), mark.rule) == answered or (mark.by == _BY and clock() - mark.at < timedelta(hours=1))
        ]
        if not marks:
            return None
        mark = max(marks, key=lambda one: ((str(one.story), one.rule) == answered, one.by == _BY, one.at))
        story = store.stories([mark.story]).get(mark.story)
        title = story.reports[0].headline if story is not None else ""
        by = "" if mark.by == _BY else mark.by
        return {"story": str(mark.story), "rule": mark.rule, "verdict": mark.verdict, "title": title, "by": by}

    return await desk.archive.ask(said)


def _open(desk: Desk, store: Store) -> tuple[list[dict[str, Any]], set[tuple[str, RuleId]], RuleSet]:
    """Samples that nobody answered; (story, rule) of what somebody did; the rules."""
    ruleset = desk.rules(store)
    answered = {(mark.story, mark.rule) for mark in store.marks()}
    asked = [one for one in store.questions(QuestionKind.SAMPLE) if (one.story, one.rule) not in answered]
    return _samples(store, asked[-_MOST:]), {(str(story), rule) for story, rule in answered}, ruleset


def _near_misses(store: Store, ruleset: RuleSet, progress: AnswerProgress) -> list[NearMiss]:
    last_at = store.archive_span(None).last_at
    since = last_at - timedelta(days=_DAYS) if last_at is not None else None
    return list(find_near_misses(store, ruleset, ruleset.rules, since, progress.show))


def _samples(store: Store, questions: list[Question]) -> list[dict[str, Any]]:
    stories = store.stories({one.story for one in questions})
    return [
        {
            "id": str(one.story),
            "title": first.headline,
            "url": first.url,
            "source": first.source,
            "feed": first.feed,
            "seen": first.seen_at.isoformat(),
            "rule": one.rule,
            "reason": "sample",
            "detail": "posted; drawn at random",
            "would_match": None,
        }
        for one in questions
        if one.story in stories
        for first in (stories[one.story].reports[0],)
    ]
