"""What all pages share: who may see them, the archive, the rules in force, templates and their words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

import jinja2
from aiohttp import web

from bot.app import Environment, check_rules, clock
from bot.core.digests.shown import news_of
from bot.core.doctor import OFF_WORDS
from bot.core.rulefile.added_rules import ADDED_RULES
from bot.core.text.plural import counted
from bot.core.text.sanitize import web_address
from bot.core.text.times import span_text
from bot.errors import UsageError
from bot.model import FeedId, RuleSet, outlet_name
from bot.ports import Store
from bot.reports.archive import rules_in_force, with_rules_from_slack
from bot.rules_files import read_rules_text
from bot.web.access import Access
from bot.web.archive_reader import ArchiveReader
from bot.web.desk.slow_answers import PATIENCE, AnswerProgress, SlowAnswers
from bot.web.marked import around_marks, changes, in_language, with_marks

_T = TypeVar("_T")
_TEMPLATES = Path(__file__).parent.parent / "templates"
STATIC = Path(__file__).parent.parent / "static"
_NAVIGATION = (
    ("/", "Today"),
    ("/search", "Search"),
    ("/rules", "Rules"),
    ("/try", "Try"),
    ("/review", "Review"),
    ("/feeds", "Feeds"),
    ("/outbox", "Outbox"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContent:
    """What a page says, read from one moment of the archive."""

    data: object
    """What programs get of it."""
    context: dict[str, Any]
    """What its template is filled with."""
    ruleset: RuleSet
    """The rules in force, in whose time zone it is written."""
    status: int = 200


class Desk:
    """One desk of one process."""

    def __init__(self, environment: Environment, access: Access, patience: float = PATIENCE) -> None:
        """`patience`: seconds that people wait for a page before it says how far it has come."""
        self.environment = environment
        self.access = access
        self.archive = ArchiveReader(environment)
        self.patience = patience
        self._slow = SlowAnswers(archive=self.archive, patience=patience)
        self.is_read_only = environment.variables.get("READ_ONLY", "").strip().lower() not in OFF_WORDS
        self._rules: tuple[object, RuleSet] | None = None
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(_TEMPLATES),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=jinja2.StrictUndefined,
        )
        self._templates.filters.update(span=lambda value: span_text(timedelta(seconds=value)), link=web_address)
        self._templates.globals.update(
            counted=counted,
            with_marks=with_marks,
            excerpt=around_marks,
            changes=changes,
            news_of=news_of,
            in_language=in_language,
            navigation=_NAVIGATION,
        )

    def rules(self, store: Store) -> RuleSet:
        """The rules file with the rules from Slack; while the file is broken, the rules that are in force."""
        added = store.facts(ADDED_RULES)
        try:
            text = read_rules_text(self.environment.config)
        except UsageError:
            text = b""
        key = (text, tuple(sorted(added.items())))
        if self._rules is None or self._rules[0] != key:
            ruleset = check_rules(text, self.environment)[0] if text else None
            ruleset = ruleset or rules_in_force(store, self.environment) or RuleSet(version="")
            self._rules = (key, with_rules_from_slack(ruleset, store, self.environment))
        return self._rules[1]

    async def slow_answer(
        self,
        request: web.Request,
        question: tuple[object, ...],
        find: Callable[[Store, AnswerProgress], _T],
        *,
        of_one_moment: bool = True,
    ) -> _T:
        """What reads much of the archive. Raises StillReading when a person has waited long enough; programs wait.

        Args:
            question: what is asked, beside the rules as they stand.
            of_one_moment: as for `ArchiveReader.ask`.
        """
        rules = self._rules[0] if self._rules is not None else None
        return await self._slow.of((*question, rules), find, waits=wants_json(request), of_one_moment=of_one_moment)

    def link(self, path: str, *names: object, ending: str = "", **query: object) -> str:
        """A link of ours, with what PUBLIC_URL puts before it. `names`: parts of the path that hold what people chose,
        a slash included (`a/b` is the id of a rule). The page of a rule `a.atom` has a slash behind it: without one
        that is the feed of rule `a`, whose `ending` is `.atom`."""
        pairs = {name: value for name, value in query.items() if value not in (None, "")}
        rest = "".join(f"/{quote(str(name), safe='')}" for name in names)
        ending = ending or ("/" if (path, len(names)) == ("/rules", 1) and rest.endswith(".atom") else "")
        return self.access.base + quote(path) + rest + ending + (f"?{urlencode(pairs)}" if pairs else "")

    def respond(
        self,
        request: web.Request,
        template: str,
        data: object,
        context: Mapping[str, Any],
        *,
        status: int = 200,
        ruleset: RuleSet | None = None,
    ) -> web.Response:
        """`data` as JSON to programs that ask for it, else the page."""
        if wants_json(request):
            return json_response(data, status)
        timezone = ruleset.settings.timezone if ruleset is not None else None
        text = self._templates.get_template(template).render(
            **context,
            path=self.access.path_of(request),
            href=self.link,
            timezone=timezone,
            outlet_of=partial(_outlet_of, ruleset.outlet_names if ruleset is not None else {}),
            clock=lambda at: _local(at, timezone or "UTC"),
            logged_in=bool(self.access.token),
            now=clock(),
        )
        return web.Response(text=text, content_type="text/html", status=status)

    def show(self, request: web.Request, template: str, page: PageContent) -> web.Response:
        """`respond` with what was read for the page."""
        return self.respond(request, template, page.data, page.context, status=page.status, ruleset=page.ruleset)

    def gone(self, request: web.Request, what: str) -> web.Response:
        """The answer to whoever asks for what there is not. `what`: `rule huawei-5g`."""
        return self.respond(request, "gone.html", {"error": f"There is no {what}."}, {"what": f"no {what}"}, status=404)


def page_of(request: web.Request, rows: Sequence[_T], size: int) -> tuple[Sequence[_T], int | None]:
    """The rows of the page that `?page=N` asks for (from 1), and the number of the page behind it (None: no more)."""
    text = request.query.get("page", "1")
    number = max(int(text), 1) if text.isdecimal() and len(text) < 7 else 1
    number = min(number, max(1, -(-len(rows) // size)))  # a page that is no more shows the last one, not "none"
    return rows[(number - 1) * size : number * size], number + 1 if len(rows) > number * size else None


async def form_of(request: web.Request) -> Mapping[str, str]:
    """The fields of a form. Raises web.HTTPBadRequest for a body that is none, whatever is wrong with it."""
    try:
        fields = await request.post()
    except (ValueError, LookupError, RuntimeError, AssertionError, web.RequestPayloadError):
        raise web.HTTPBadRequest(text="This is no form that can be read.\n") from None
    # Of a field that comes twice the first counts.
    return {name: value for name, value in reversed(list(fields.items())) if isinstance(value, str)}


DESK: web.AppKey[Desk] = web.AppKey("desk", Desk)


def wants_json(request: web.Request) -> bool:
    """Whether a program asks, and no browser."""
    accept = request.headers.get("Accept", "")
    return "application/json" in accept and "text/html" not in accept


def json_response(data: object, status: int = 200) -> web.Response:
    """The same answer for programs."""
    return web.Response(
        text=json.dumps(data, ensure_ascii=False, indent=2), content_type="application/json", status=status
    )


def _outlet_of(names: Mapping[FeedId, str], story: Any) -> str:
    """What an entry's outlet is called, as in messages: a row of a report, or a noun with the same fields."""
    source, feed = (
        (story.get("source"), story.get("feed")) if isinstance(story, Mapping) else (story.source, story.feed)
    )
    return outlet_name(names, source, feed)


def _local(at: datetime | str, timezone: str) -> str:
    """`8 Nov 14:05`, in the file's zone; the year where it is another."""
    instant = datetime.fromisoformat(at) if isinstance(at, str) else at
    local = instant.astimezone(ZoneInfo(timezone))
    return f"{local.day} {local:%b %H:%M}" if local.year == clock().year else f"{local.day} {local:%b %Y %H:%M}"
