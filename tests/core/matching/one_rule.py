"""One rule against one entry."""

from __future__ import annotations

from bot.core.matching.matcher import Matcher
from bot.core.query.parser import parse_query
from bot.core.text.reading import read_entry
from bot.model import Entry, Match, Rule, RuleId
from bot.model.query import Entity, Query, Word

ENTITIES: dict[str, Query] = {
    "us": Entity(
        name="us",
        names=(Word(text="US"), parse_query('"United States"')),
        but_not=(parse_query('"T-Mobile US"'), parse_query('"American Airlines"')),
    ),
    "huawei": Entity(name="huawei", names=(Word(text="Huawei"), Word(text="HiSilicon"), Word(text="华为"))),
}


def match(rule: str, entry: Entry, labels: frozenset[str] = frozenset()) -> Match | None:
    matcher = Matcher([Rule(id=RuleId("r"), name=rule, when=rule, query=parse_query(rule, ENTITIES))])
    found = matcher.match(entry, read_entry(entry), labels)
    return found[0] if found else None
