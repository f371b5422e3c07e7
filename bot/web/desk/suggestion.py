"""`/rules/ID/suggestion`: an edit that removes marked noise: a preview and its patch; it is never made here."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.errors import RulesError, UsageError
from bot.ports import Store
from bot.reports.suggestion import RuleInFile, suggestion_row
from bot.web.desk.desk import DESK, Desk, PageContent
from bot.web.desk.playground import patch_response
from bot.web.desk.slow_answers import AnswerProgress
from bot.workbench.backtest import Backtester
from bot.workbench.suggestions import labels_of_marks


async def suggestion_page(request: web.Request) -> web.Response:
    desk, name = request.app[DESK], request.match_info["id"]
    try:
        await desk.archive.ask(desk.rules)
        page = await desk.slow_answer(
            request, ("suggestion", name), lambda store, progress: _suggestion(desk, store, name, progress)
        )
    except (UsageError, RulesError) as error:
        # While the file is broken nothing can be changed in it; the rules in force go on.
        refusal = {"heading": "The rules file cannot be changed", "problem": str(error)}
        return desk.respond(request, "away.html", {"error": str(error)}, refusal, status=409)
    if page is None:
        return desk.gone(request, f"rule {name}")
    if request.query.get("patch") and page.context["diff"]:
        return patch_response(page.context["diff"])
    return desk.show(request, "suggestion.html", page)


def _suggestion(desk: Desk, store: Store, name: str, progress: AnswerProgress) -> PageContent | None:
    """As the command has it, with the diff ("": there is none to make); None: there is no such rule."""
    ruleset = desk.rules(store)
    rule = ruleset.rule(name)
    if rule is None:
        return None
    labels = labels_of_marks(store, rule, ruleset)
    file = RuleInFile.of_environment(desk.environment, ruleset, rule)
    backtester = Backtester(store, progress=progress.show)
    suggestion, comparison = file.suggestion(labels.stories, backtester)
    titles = {story.id: story.texts[0].reading.headline for story in labels.stories}
    diff = file.patch(suggestion.change, desk.environment.config.name) if comparison is not None else ""
    data = suggestion_row(rule, suggestion, comparison)
    context = {
        **data,
        "diff": diff,
        "removed": _named(suggestion.removed, titles),
        "stays": _named(suggestion.unseparated, titles),
        "goes_too": _named(suggestion.lost, titles),
    }
    return PageContent(data=data, context=context, ruleset=ruleset)


def _named(ids: tuple[str, ...], titles: dict[str, str]) -> list[dict[str, Any]]:
    return [{"id": story, "title": titles.get(story, "")} for story in ids]
