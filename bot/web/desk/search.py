"""`/search`: the archive in the rule language, what was found marked, fifty a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from aiohttp import web

from bot.app import clock, stopwatch
from bot.core.rulefile.expressions import expression_rule, hardly_meant
from bot.core.rulefile.problems import problems_text
from bot.model import EntryId, Match, Problem, Rule, RuleId, RuleSet, StoredEntry
from bot.ports import Store
from bot.reports.search import search_pages, search_row, since_of
from bot.web.desk.desk import DESK, PageContent, wants_json

_PAGE = 50
"""Hits of a page."""
_PATIENCE_OF_PROGRAMS = 10.0
"""Seconds until a program gets a page that is not full."""
MAX_EXPRESSION = 20_000
"""Characters of an expression: more than any rule needs, and less than a browser sends in an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A page of results. `older`: the cursor of the next page ("": there is none)."""

    rows: Sequence[tuple[StoredEntry, Match]] = ()
    older: str = ""
    reached: datetime | None = None
    """How far the archive was read, where the page ends before it is full."""


async def search(request: web.Request) -> web.Response:
    desk = request.app[DESK]
    text, since_text, before_text = (request.query.get(name, "").strip() for name in ("q", "since", "before"))
    ruleset = await desk.archive.ask(desk.rules)
    since, before = since_of(since_text, clock(), ruleset.settings.timezone), _cursor(before_text)
    empty, wrong = _context(text, since_text), _wrong_options(since_text, since, before_text, before)
    if len(text) > MAX_EXPRESSION:
        wrong.append(f"The expression is {len(text):,} characters long; at most {MAX_EXPRESSION:,} are read.")
    if wrong:
        mistake = " ".join(wrong)
        refused = PageContent(
            data={"error": mistake}, context=empty | {"mistake": mistake}, ruleset=ruleset, status=400
        )
        return desk.show(request, "search.html", refused)
    rule, problems = expression_rule(text, RuleId("search"), ruleset) if text else (None, ())
    if problems:
        context = empty | {"mistake": problems_text("q", problems)}
        refused = PageContent(data=problem_object(problems), context=context, ruleset=ruleset, status=400)
        return desk.show(request, "search.html", refused)
    page = _Found()
    if rule is not None:
        patience = _PATIENCE_OF_PROGRAMS if wants_json(request) else desk.patience
        page = await desk.archive.ask(lambda store: _find(store, rule, ruleset, since, before, patience))
    data = [search_row(stored) for stored, _ in page.rows]
    older = page.older
    context = empty | {
        "results": [{**search_row(stored), **_shown(match, stored)} for stored, match in page.rows],
        "reached": page.reached,
        "older": desk.link("/search", q=text, since=since_text, before=older) if older else None,
        "is_first": not before_text,
        "hints": hardly_meant(rule, ruleset) if rule is not None and not page.rows and not before_text else [],
    }
    response = desk.respond(request, "search.html", data, context, ruleset=ruleset)
    if older:
        response.headers["Link"] = f'<{context["older"]}>; rel="next"'
    return response


def _find(
    store: Store, rule: Rule, ruleset: RuleSet, since: datetime | None, before: EntryId | None, patience: float
) -> _Found:
    """A page of results; fewer, where it takes long: an expression without a plain word is read entry by entry."""
    end = stopwatch() + patience
    rows: list[tuple[StoredEntry, Match]] = []
    for hits, last in search_pages(store, rule, ruleset, since, before):
        rows += islice(hits, _PAGE + 1 - len(rows))
        if len(rows) > _PAGE:
            return _Found(rows=rows[:_PAGE], older=str(rows[_PAGE - 1][0].id))
        if last is not None and stopwatch() > end:
            reached = store.archived([last])
            return _Found(rows=rows, older=str(last), reached=reached[0].entry.seen_at if reached else None)
    return _Found(rows=rows)


def problem_object(problems: tuple[Problem, ...]) -> dict[str, Any]:
    """The mistakes of an expression: the first one's place, and all of them."""
    rows = [problem.to_json() for problem in problems]
    return {**rows[0], "problems": rows}


def _context(text: str, since: str) -> dict[str, Any]:
    """The page before anything is looked for."""
    empty: dict[str, Any] = {"mistake": None, "results": [], "reached": None, "older": None, "is_first": True}
    return {"q": text, "since": since, "hints": [], **empty}


def _shown(match: Match, stored: StoredEntry) -> dict[str, Any]:
    """Headline and the sentence worth showing, each with what was found in it."""
    title = next((part for part in match.evidence if part.zone == "title"), None)
    quote = match.quote if match.quote is not None and match.quote.zone != "title" else None
    headline, spans = stored.reading.headline, title.spans if title else ()
    if quote is not None and not stored.reading.title:  # of a post without a title what was found is the best headline
        headline, spans, quote = quote.text, quote.spans, None
    return {"lang": stored.entry.lang, "title_text": headline, "title_spans": spans, "quote": quote}


def _cursor(text: str) -> EntryId | None:
    return EntryId(int(text)) if text.isdecimal() and len(text) < 19 else None


def _wrong_options(since_text: str, since: datetime | None, before_text: str, before: EntryId | None) -> list[str]:
    wrong = []
    if since_text and since is None:
        wrong.append(f"“since” is {since_text[:40]!r}: write a date (2026-11-24) or a span (90s, 5m, 6h, 3d).")
    if before_text and before is None:
        wrong.append("“before” is no entry of ours: begin again without it.")
    return wrong
