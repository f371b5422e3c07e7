"""`/rules` and `/rules/ID`: how much each rule brings, how right it is, and what it brought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from aiohttp import web

from bot.core.matching.describe import how_read
from bot.core.workbench.backtest import Backtest, trials_of
from bot.core.workbench.precision import precision_text
from bot.core.workbench.rules_history import rules_changes
from bot.model import Mark, Rule, RuleSet
from bot.ports import Store
from bot.web.desk.desk import DESK, Desk, page_of
from bot.web.desk.slow_answers import AnswerProgress, StillReading
from bot.web.pictures import bars
from bot.workbench.backtest import Backtester

DAYS = 30
"""Days of the archive that a rule's history is made of."""
_STORIES = 50
"""Stories that a rule's page lists."""
_RULES = 12
"""Rules of one page, each with a picture and its table."""
_CHANGES = 20
"""Changes of the rules file that a page lists."""


async def rules_page(request: web.Request) -> web.Response:
    desk = request.app[DESK]
    ruleset = await desk.archive.ask(desk.rules)
    backtests: list[Backtest] = []
    progress = None
    try:
        backtests = await desk.slow_answer(
            request, ("rules",), lambda store, progress: _backtests(store, ruleset, ruleset.rules, progress)
        )
    except StillReading as still:
        progress = still.progress  # the rules come without their counts
    by_rule = {one.rule: one for one in backtests}
    shown, further = page_of(request, ruleset.rules, _RULES)
    rows = [_row(rule, by_rule.get(rule.id)) for rule in shown]
    data = [one.to_json() for one in backtests]
    return desk.respond(
        request,
        "rules.html",
        data,
        {"rules": rows, "count": len(ruleset.rules), "further": further, "progress": progress},
        ruleset=ruleset,
    )


async def rule_page(request: web.Request) -> web.Response:
    desk = request.app[DESK]
    name = request.match_info["id"]
    ruleset = await desk.archive.ask(desk.rules)
    rule = ruleset.rule(name)
    if rule is None:
        return desk.gone(request, f"rule {name}")
    one, context = await desk.slow_answer(
        request, ("rule", name), lambda store, progress: _rule(desk, store, ruleset, rule, progress)
    )
    path = f"/rules/{name}.atom"
    context["atom"] = desk.link("/rules", name, ending=".atom", key=desk.access.feed_key(path))
    return desk.respond(request, "rule.html", one.to_json(), context, ruleset=ruleset)


def _backtests(store: Store, ruleset: RuleSet, rules: Sequence[Rule], progress: AnswerProgress) -> list[Backtest]:
    return Backtester(store, DAYS, progress.show).backtests(trials_of(ruleset, rules))


def _row(rule: Rule, one: Backtest | None) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.name,
        "is_named": rule.name != rule.id and not rule.when.startswith(rule.name.removesuffix("…")),
        "when": rule.when,
        "owner": rule.owner,
        "tests": len(rule.tests),
        "to": list(rule.to),
        "stories": None if one is None else len(one.stories),
        "posts_per_day": None if one is None else one.posts_per_day,
        "precision": "" if one is None else precision_text(one.marks.precision),
        "last": None if one is None or not one.hits else max(hit.seen_at for hit in one.hits),
        "picture": None if one is None else day_bars(rule.id, one.stories_by_day()),
    }


def day_bars(name: str, days: Sequence[tuple[date, int]]) -> Any:
    """Stories a day as bars, with their table."""
    return bars(f"Stories a day of {name}", [(f"{day.day} {day:%b}", count) for day, count in days], "Day", "Stories")


def _rule(
    desk: Desk, store: Store, ruleset: RuleSet, rule: Rule, progress: AnswerProgress
) -> tuple[Backtest, dict[str, Any]]:
    (one,) = _backtests(store, ruleset, [rule], progress)
    newest = list(reversed(list(one.stories.values())))[:_STORIES]
    entries = {stored.id: stored for stored in store.archived([hit.entry for hit in newest])}
    marks = [mark for mark in store.marks() if mark.rule == rule.id]
    said = _by_story(marks)
    context = {
        "rule": _row(rule, one),
        "read": how_read(rule)[1:],
        "tests": [("must match" if test.expected else "must not match", _test_text(test.story)) for test in rule.tests],
        "stories": [
            {
                "id": str(hit.story),
                "title": entries[hit.entry].reading.headline,
                "source": entries[hit.entry].entry.source,
                "feed": entries[hit.entry].entry.feed,
                "seen": hit.seen_at,
                "marks": said.get(str(hit.story), ""),
            }
            for hit in newest
            if hit.entry in entries
        ],
        "marks": one.marks,
        "history": _history(desk, store, rule.id),
        "covered": one.covered,
    }
    return one, context


def _by_story(marks: Sequence[Mark]) -> dict[str, str]:
    words: dict[str, str] = {}
    for mark in marks:
        said = f"{mark.verdict.replace('_', ' ')} ({mark.by})"
        words[str(mark.story)] = f"{words[str(mark.story)]}, {said}" if str(mark.story) in words else said
    return words


def _history(desk: Desk, store: Store, name: str) -> list[dict[str, Any]]:
    """Versions of the rules in which this one came, went or changed, newest first."""
    rows = []
    for change in rules_changes(store.rules_history(), desk.environment.variables):
        for word, ids in (("added", change.added), ("removed", change.removed), ("changed", change.changed)):
            if name in ids:
                rows.append({"version": change.text.version, "at": change.text.at, "by": change.text.by, "what": word})
    return rows[::-1][:_CHANGES]


def _test_text(story: Mapping[str, object]) -> str:
    return " · ".join(str(story[key]) for key in ("title", "summary", "body") if story.get(key)) or str(dict(story))
