"""A query → what it would have matched in the last seven days: the archive in slices, for two seconds at most."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.core.matching.matcher import Matcher
from bot.core.matching.required_terms import required_terms
from bot.core.query.mending import whole_rule
from bot.core.query.parser import parse_all, parse_query
from bot.core.text.sanitize import short_line
from bot.core.text.times import local_time
from bot.errors import QueryError
from bot.interact.views import Preview
from bot.model import EntryId, Rule, RuleId, StoredEntry, StoryId
from bot.model.query import Query
from bot.ports import Workplace

_WEEK = timedelta(days=7)
_YOUNG = timedelta(days=1)
"""A week of which more than this is missing at its beginning is no whole week: less is how news comes."""
_SLICE = 200
"""Candidates read in one call on the writer thread: some 20 ms."""
_PATIENCE = 2.0
"""Seconds."""
_SHOWN = 5
"""Stories that are named."""


async def preview(place: Workplace, query: str, now: datetime) -> Preview:
    """Counts matches and stories; a query that does not read is a preview with its problem."""
    ruleset = place.ruleset()
    try:
        parsed = parse_query(query, ruleset.entities)
    except QueryError as error:
        return Preview(problem=query_problem(query, error, ruleset.entities))
    matcher = Matcher([Rule(id=RuleId("preview"), name="preview", when=query, query=parsed)])
    terms = required_terms(parsed)
    loop = asyncio.get_running_loop()
    end = loop.time() + _PATIENCE
    matches = 0
    stories: set[StoryId] = set()
    latest: list[tuple[str, str | None]] = []
    before: EntryId | None = None

    def holds(stored: StoredEntry) -> bool:
        return bool(matcher.match(stored.entry, stored.reading, ruleset.labels_of(stored.entry.feed)))

    while True:
        page = await place.write(place.store.search, terms, now - _WEEK, before, _SLICE)
        for stored in page:
            if not holds(stored):
                continue
            matches += 1
            if stored.story not in stories and len(latest) < _SHOWN:
                latest.append((short_line(stored.reading.headline, 150), stored.entry.url))
            stories.add(stored.story)
        is_cut = len(page) == _SLICE and loop.time() > end
        if is_cut or len(page) < _SLICE:
            begin = (await place.write(place.store.archive_span, now - _WEEK)).first_at
            since = local_time(begin, ruleset.settings.timezone) if begin and begin > now - _WEEK + _YOUNG else ""
            return Preview(matches=matches, stories=len(stories), latest=tuple(latest), is_cut=is_cut, since=since)
        before = page[-1].id


def query_problem(query: str, error: QueryError, entities: Mapping[str, Query]) -> str:
    """What is wrong with a query first, naming the word at fault, and the query as it was meant."""
    word = query[error.start : error.end].strip()
    at = f"{word[:60]} – " if word and word not in str(error) else ""
    whole = whole_rule(query, parse_all(query, entities)[1], entities)
    hint = f". {error.hint[0].upper()}{error.hint[1:]}" if error.hint else ""
    return f"{at}{error}{hint}" + (f". The whole rule: {whole}" if whole else "")
