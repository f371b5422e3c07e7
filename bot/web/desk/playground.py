"""`/try`: an expression, live: what it would find in the last days, what it adds to a rule and removes, on a text of
one's own, and the patch to take away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.app import check_rules, clock
from bot.core.matching.matcher import Matcher
from bot.core.rulefile.change_rule import Insertion, RuleChange
from bot.core.rulefile.expressions import expression_rule
from bot.core.rulefile.problems import problems_text
from bot.core.text.reading import read_entry
from bot.core.text.zones import compile_promo
from bot.core.workbench.backtest import Backtest, RuleComparison, RuleOnTrial
from bot.errors import RulesError, UsageError
from bot.model import Entry, Evidence, Rule, RuleId, RuleSet
from bot.ports import Store
from bot.reports.suggestion import RuleInFile
from bot.web.desk.desk import DESK, Desk, PageContent, wants_json
from bot.web.desk.rules import day_bars
from bot.web.desk.search import MAX_EXPRESSION, problem_object
from bot.web.desk.slow_answers import StillReading
from bot.workbench.backtest import Backtester

_DAYS = 7
"""Days of the archive that a page shows, unless it is asked for others."""
_LISTED = 25
"""Stories that a trial lists."""
_MOST_RULES = 300
"""Rules to choose from; of more, the id is written."""
_MAX_TEXT = 20_000
"""Characters of a text of one's own."""
_ZONES = ("title", "summary", "body")


async def playground(request: web.Request) -> web.Response:
    desk = request.app[DESK]
    when, name, text = (_field(request, key) for key in ("when", "rule", "text"))
    # A program that names no days asks what the command answers without `--days`: the whole archive.
    days = request.query.get("days", "").strip() or ("" if wants_json(request) else str(_DAYS))
    wrong = ""
    if len(when) > MAX_EXPRESSION or len(text) > _MAX_TEXT:
        wrong = f"Too long: an expression has at most {MAX_EXPRESSION:,} characters, a text {_MAX_TEXT:,}."
    elif days and (not days.isdecimal() or not 0 < int(days[:5]) <= 3_650 or len(days) > 4):
        wrong = "“days” is a number from 1 to 3650."
    if wrong:
        context = _empty(when, name, days, text) | {"mistake": wrong}
        return desk.respond(request, "try.html", {"error": wrong}, context, status=400)
    # While somebody types, the text of their own comes first: it needs no look at the archive.
    with_archive = request.query.get("part") != "text"
    page, trial = await desk.archive.ask(lambda store: _read(desk, store, when, name, days, text))
    data, context = page.data, page.context
    if trial is not None and with_archive:
        span = int(days) if days else None
        try:
            result = await desk.slow_answer(
                request,
                ("try", trial.edited.when, name, days),
                lambda store, progress: _result(desk, Backtester(store, span, progress.show), page.ruleset, trial),
            )
        except StillReading as still:
            context |= {"progress": still.progress}
        else:
            data = result.to_json()
            context |= _shown(result)
        if trial.former is not None and trial.former.when != trial.edited.when:
            context |= {"patch": desk.link("/try.patch", when=trial.edited.when, rule=name)}
    return desk.respond(request, "try.html", data, context, status=page.status, ruleset=page.ruleset)


def _field(request: web.Request, name: str) -> str:
    """A field of the form, its lines ended as those of a file: browsers send CR LF."""
    return request.query.get(name, "").replace("\r\n", "\n").strip()


async def patch(request: web.Request) -> web.Response:
    """The change of the rules file as a unified diff (`patch -p1 < wirewatch.patch`, `git apply`)."""
    desk = request.app[DESK]
    when, name = _field(request, "when"), _field(request, "rule")
    ruleset = await desk.archive.ask(desk.rules)
    former = ruleset.rule(name)
    if former is None:
        return web.Response(status=404, text=f"There is no rule {name}.\n")
    rule, problems = expression_rule(when[:MAX_EXPRESSION], former.id, ruleset)
    if rule is None:
        return web.Response(status=400, text=problems_text("when", problems))
    change = RuleChange(when=(Insertion(start=0, end=len(former.when), text=when),))
    try:
        file = RuleInFile.of_environment(desk.environment, ruleset, former)
        # Whether its own tests pass is for `check` to say: who changes a rule may want to change them, too.
        changed = file.changed(change).encode() if file.is_in_file else b""
        if changed and not file.keeps_others(change, check_rules(changed, desk.environment, tests=False)[0]):
            raise UsageError(
                f"The lines of rule {name} cannot be changed alone (a name of YAML, & and *, may tie them to others): "
                "change them by hand."
            )
        return patch_response(file.patch(change, desk.environment.config.name))
    except (UsageError, RulesError) as error:
        return web.Response(status=409, text=f"{error}\n")


def patch_response(text: str) -> web.Response:
    """A patch to take away."""
    headers = {"Content-Disposition": 'attachment; filename="wirewatch.patch"'}
    return web.Response(text=text, content_type="text/x-diff", headers=headers)


def _empty(when: str, name: str, days: str, text: str) -> dict[str, Any]:
    return {
        "when": when,
        "rule": name,
        "days": days,
        "text": text,
        "rules": [],
        "mistake": "",
        "result": None,
        "comparison": None,
        "picture": None,
        "progress": None,
        "zones": [],
        "patch": None,
        "listed": _LISTED,
        "most_rules": _MOST_RULES,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trial:
    """The rule of an expression, and the rule that it is tried in place of (None: it is tried alone)."""

    edited: Rule
    former: Rule | None


def _read(desk: Desk, store: Store, when: str, name: str, days: str, text: str) -> tuple[PageContent, _Trial | None]:
    """What needs no look at the archive, and what is to be tried on it; None: a mistake, or nothing to try."""
    ruleset = desk.rules(store)
    former = ruleset.rule(name)
    when = when or (former.when if former is not None else "")
    context = _empty(when, name, days, text) | {"rules": [rule.id for rule in ruleset.rules]}
    if name and former is None:
        wrong = f"There is no rule {name}."
        context |= {"mistake": wrong}
        return PageContent(data={"error": wrong}, context=context, ruleset=ruleset, status=400), None
    if not when:
        return PageContent(data={}, context=context, ruleset=ruleset), None
    rule, problems = expression_rule(when, RuleId(name or "when"), ruleset)
    if rule is None:
        context |= {"mistake": problems_text("when", problems)}
        return PageContent(data=problem_object(problems), context=context, ruleset=ruleset, status=400), None
    context["zones"] = _marked(ruleset, rule, text) if text else []
    return PageContent(data={}, context=context, ruleset=ruleset), _Trial(edited=rule, former=former)


def _shown(result: Backtest | RuleComparison) -> dict[str, Any]:
    after = result.after if isinstance(result, RuleComparison) else result
    return {
        "result": after,
        "comparison": result if isinstance(result, RuleComparison) else None,
        "picture": day_bars("the expression", after.stories_by_day()),
    }


def _result(desk: Desk, backtester: Backtester, ruleset: RuleSet, trial: _Trial) -> Backtest | RuleComparison:
    if trial.former is not None:
        before = RuleOnTrial(rule=trial.former, ruleset=ruleset)
        return backtester.comparisons([(before, before.edited(trial.edited))])[0]
    return backtester.backtests([RuleOnTrial.ad_hoc(trial.edited, ruleset, desk.environment.variables)])[0]


def _marked(ruleset: RuleSet, rule: Rule, text: str) -> list[Evidence]:
    """Each zone of a text of one's own (the first line is the title), with what the rule found in it."""
    title, _, body = text.partition("\n")
    entry = Entry(title=title.strip(), body=body, seen_at=clock())
    reading = read_entry(entry, compile_promo(ruleset.promo))
    evidence = {
        part.zone: part for match in Matcher([rule]).match(entry, reading, frozenset()) for part in match.evidence
    }
    return [
        evidence.get(zone) or Evidence(zone=zone, text=reading.zone(zone), spans=())
        for zone in (*_ZONES, "caption", "promo")
        if reading.zone(zone)
    ]
