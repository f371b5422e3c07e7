"""`settings:`, `text:` and `owners:` of a rules file: checked nodes → what they declare."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from bot.core.rulefile.kinds import (
    CLOCK,
    DURATION,
    DURATION_OR_ZERO,
    FLAG,
    ONE_TEXT,
    SIZE,
    TEXT_SCHEMA,
    TEXTS,
    WEEKDAY,
    Keys,
    Kind,
    choice,
    mapping_schema,
    read_mapping,
    read_values,
    whole_number,
)
from bot.core.rulefile.nodes import Node, NodeReader
from bot.core.rulefile.timezones import nearest_timezone
from bot.core.text.regex import compile_re2
from bot.errors import QueryError
from bot.model.news import OutletId
from bot.model.watch import (
    MISSED_SLOT,
    REVIEW_SLOT,
    FetchSettings,
    ReviewSettings,
    Settings,
    StorySettings,
    WeeklySlot,
)


def read_settings(reader: NodeReader, node: Node | None) -> Settings:
    """`settings:`; what is faulty keeps its default."""
    return Settings(**read_mapping(reader, node, "settings", _SETTINGS))


def _read_timezone(reader: NodeReader, node: Node, what: str) -> str | None:
    text = reader.text(node, what)
    if text is None:
        return None
    name = text.strip()
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        near = nearest_timezone(name)
        hint = f"did you mean {near}?" if near else "write it like Europe/London or America/New_York"
        reader.error(node, f"there is no timezone {node.value.strip()}", hint)
        return None
    return name


def _read_fetch(reader: NodeReader, node: Node, what: str) -> FetchSettings:
    pairs = reader.mapping(node, what, _FETCH)
    fetch = FetchSettings(**read_values(reader, pairs, _FETCH))
    if fetch.min > fetch.max:
        pair = pairs.get("min") or pairs["max"]
        reader.error(pair.value, "fetch.min is longer than fetch.max", "min is the shortest gap between two polls")
    return fetch


_FETCH: Keys = {
    "concurrency": whole_number(1, 1_000).about("How many feeds are fetched at once."),
    "per_host": DURATION_OR_ZERO.about("The gap between two requests to one host."),
    "timeout": DURATION.about("How long one fetch may take."),
    "max_bytes": SIZE.about("A larger document is read as far as this."),
    "min": DURATION_OR_ZERO.about("The shortest gap between two polls of a feed."),
    "max": DURATION.about("The longest gap between two polls of a feed."),
}


def _read_review(reader: NodeReader, node: Node, what: str) -> ReviewSettings:
    values = read_mapping(reader, node, what, _REVIEW)
    sample = {"sample": values["sample"]} if "sample" in values else {}
    return ReviewSettings(slot=_slot(REVIEW_SLOT, values), **sample)


def _slot(default: WeeklySlot, values: Mapping[str, Any]) -> WeeklySlot:
    return WeeklySlot(day=values.get("day", default.day), at=values.get("at", default.at))


_MISSED: Keys = {"day": WEEKDAY.about("A weekday: mon."), "at": CLOCK.about('A clock time: "09:00".')}
_REVIEW: Keys = {"sample": whole_number(1, 100).about("How many stories of each rule, at most."), **_MISSED}
_STORIES: Keys = {
    "window": DURATION.about("A story takes reports until this long after its last one, by arrival and by date."),
    "copies": DURATION.about("A text counts as a copy of another outlet's for this long."),
    "copies_same_source": DURATION.about("The same within one outlet."),
}
_SETTINGS: Keys = {
    "timezone": Kind(schema=TEXT_SCHEMA, read=_read_timezone).about("Of every clock time in this file: Europe/London."),
    "max_age": DURATION.about("Older news never alerts."),
    "keep": DURATION.about("How long the archive reaches back."),
    "allow_private_hosts": FLAG.about("Whether feeds may live on loopback or private addresses."),
    "first_run": choice("announce", "silent", "alert").about("What a new feed's old entries do."),
    "contact": ONE_TEXT.about("Whom publishers may write to; sent along with every request."),
    "fetch": Kind(schema=mapping_schema(_FETCH), read=_read_fetch).about("How hard feeds are polled."),
    "stories": Kind(
        schema=mapping_schema(_STORIES),
        read=lambda reader, node, what: StorySettings(**read_mapping(reader, node, what, _STORIES)),
    ).about("How long stories stay open."),
    "review": Kind(schema=mapping_schema(_REVIEW), read=_read_review).about(
        "Once a week, owners are asked whether stories were relevant; absent: nobody is."
    ),
    "missed": Kind(
        schema=mapping_schema(_MISSED),
        read=lambda reader, node, what: _slot(MISSED_SLOT, read_mapping(reader, node, what, _MISSED)),
    ).about("Once a week, near misses are listed; absent: never."),
}
SETTINGS_SECTION = Kind(schema=mapping_schema(_SETTINGS)).about("Times, limits and habits of the whole bot.")


# --- text ---


def read_promo(reader: NodeReader, node: Node | None) -> tuple[str, ...]:
    """`text.promo`: RE2 patterns of lines that are moved out of the text."""
    return tuple(read_mapping(reader, node, "text", _TEXT).get("promo", ()))


def _read_patterns(reader: NodeReader, node: Node, what: str) -> tuple[str, ...]:
    patterns: list[str] = []
    for item in reader.items(node, what, "- '^more news'"):
        pattern = reader.text(item, "a promo pattern", expand=False)
        if pattern is None:
            continue
        try:
            compiled = compile_re2(pattern, any_case=True)
        except QueryError as error:
            reader.source.in_scalar("error", item, 0, len(pattern), str(error), error.hint)
            continue
        if compiled.search("") is not None:
            reader.error(item, "this pattern matches every line: nothing would be left", "say what the line holds")
            continue
        patterns.append(pattern)
    return tuple(patterns)


_TEXT: Keys = {
    "promo": Kind(schema={"type": ["array", "null"], "items": TEXT_SCHEMA}, read=_read_patterns).about(
        "Patterns (RE2) of lines that are moved out of the text, beside the built-in ones."
    ),
}
TEXT_SECTION = Kind(schema=mapping_schema(_TEXT)).about("How entries are read.")


# --- owners ---


def read_owners(reader: NodeReader, node: Node | None) -> dict[OutletId, str]:
    """`owners:`: the house of each outlet, written as it counts: a feed's `outlet:`, or a domain, in any case."""
    houses: dict[OutletId, str] = {}
    for house, _, value in reader.named(node, "owners"):
        for text, item in reader.one_or_more(value, f"an outlet of {house}"):
            if "/" in text:
                reader.error(item, f"an outlet is no URL: {item.value.strip()}", "write its domain: news.example")
                continue
            other = houses.setdefault(OutletId(text.strip().lower()), house)
            if other != house:
                reader.error(item, f"the outlet {item.value.strip()} belongs to {other}, too", "name it once")
    return houses


OWNERS_SECTION = Kind(schema={"type": ["object", "null"], "additionalProperties": TEXTS.schema}).about(
    "Outlets of one house, by its name: a spike counts them once."
)
