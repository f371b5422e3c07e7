"""The matcher and the parser against a simple reference, on random rules and random texts."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.core.matching.evaluate import basis_of
from bot.core.matching.evidence import evidence_of, told_once
from bot.core.matching.matcher import Matcher
from bot.core.matching.mentions import EntryText
from bot.core.matching.required_terms import required_terms
from bot.core.query.format import format_query
from bot.core.query.parser import parse_all, parse_query
from bot.core.query.walk import parts
from bot.core.text.terms import index_terms
from bot.model import Entry, Reading, Rule, RuleId
from bot.model.query import Entity, Query
from tests.core.matching.rules_reference import Reference
from tests.core.matching.rules_strategies import (
    SEEN,
    entries,
    printable,
    queries,
    readings,
    tangled_phrases,
    tangled_readings,
    tangled_words,
)
from tests.examples import examples

SLOW = settings(max_examples=examples(120), deadline=None, suppress_health_check=list(HealthCheck))


def rules_of(wanted: list[Query]) -> list[Rule]:
    return [
        Rule(id=RuleId(str(number)), name="", when=format_query(query), query=query)
        for number, query in enumerate(wanted)
    ]


@SLOW
@given(st.lists(queries, min_size=1, max_size=4), entries, readings)
def test_the_matcher_finds_what_the_reference_finds(wanted: list[Query], entry: Entry, reading: Reading) -> None:
    reference = Reference(entry, reading)
    expected = [str(number) for number, query in enumerate(wanted) if reference.holds(query)]
    matcher = Matcher(rules_of(wanted))
    matches = matcher.match(entry, reading)
    assert [match.rule for match in matches] == expected
    for match in matches:
        for part in match.evidence:
            if part.zone in ("title", "summary", "body", "caption", "promo"):
                assert part.text == reading.zone(part.zone)
            ends = [0, *(place for span in part.spans for place in span)]
            assert ends == sorted(ends)
            assert ends[-1] <= len(part.text)
        if match.quote is not None:
            assert match.quote.zone in ("summary", "body")
            assert all(0 <= start < end <= len(match.quote.text) for start, end in match.quote.spans)
    assert [verdict.rule for verdict in matcher.explain(entry, reading) if verdict.match] == expected


@SLOW
@given(st.lists(queries, min_size=1, max_size=4), entries, readings)
def test_evidence_is_the_same_by_the_short_way_as_by_the_long(
    wanted: list[Query], entry: Entry, reading: Reading
) -> None:
    text = EntryText(entry, reading, frozenset())
    bases = [basis_of(query, text) for query in wanted]
    matcher = Matcher(rules_of(wanted))
    expected = [told_once(evidence_of(basis, text), text) for basis in bases if basis is not None]
    assert [shown for _, shown in matcher.shown(entry, reading)] == expected
    assert [
        tuple((part.zone, part.text, part.spans) for part in match.evidence) for match in matcher.match(entry, reading)
    ] == expected


@settings(SLOW, max_examples=examples(400))
@given(st.lists(st.one_of(tangled_words, tangled_phrases), min_size=1, max_size=8), tangled_readings)
def test_words_among_signs_are_placed_the_same_by_the_short_way_as_by_the_long(
    wanted: list[Query], reading: Reading
) -> None:
    entry = Entry(title="", seen_at=SEEN)
    text = EntryText(entry, reading, frozenset())
    bases = [basis_of(query, text) for query in wanted]
    matcher = Matcher(rules_of(wanted))
    expected = [
        (number, told_once(evidence_of(basis, text), text)) for number, basis in enumerate(bases) if basis is not None
    ]
    assert matcher.select(entry, reading) == [number for number, _ in expected]
    assert matcher.shown(entry, reading) == expected


@SLOW
@given(queries, entries, readings)
def test_what_the_archive_narrows_by_loses_nothing(query: Query, entry: Entry, reading: Reading) -> None:
    assume(Reference(entry, reading).holds(query))
    terms = index_terms(reading)
    for group in required_terms(query) or ():
        assert any(
            term == wanted or (wanted.endswith("*") and term.startswith(wanted[:-1]))
            for term in terms
            for wanted in group
        )


@SLOW
@given(printable)
def test_a_rule_that_is_written_down_reads_the_same(query: Query) -> None:
    entities: dict[str, Query] = {part.name: part for part in parts(query) if isinstance(part, Entity)}
    assume(all(not isinstance(part, Entity) or entities[part.name] == part for part in parts(query)))
    assert parse_query(format_query(query), entities) == query


PIECES = st.sampled_from(
    ["Huawei", " ", " AND ", " OR ", " NOT ", "(", ")", '"', "title:", "titel:", "@",
     "@x", "/", "=", "*", "~2", " NEAR/3 ",
     "ATLEAST/2 ", "FIRST/0 ", "#AND", "#ATLEAST/2",
     "#", "\n", "and", "华为", ":", "-", "\x00", "\ud800", "“", "5.25", "source:", "é", "w/5"]
)  # fmt: skip


@SLOW
@given(st.one_of(st.lists(PIECES, max_size=12).map("".join), st.text(max_size=30)))
def test_every_mistake_is_pointed_at_inside_the_text(text: str) -> None:
    query, errors = parse_all(text)
    assert (query is None) == bool(errors)
    for error in errors:
        assert 0 <= error.start < error.end <= max(len(text), 1)
        assert str(error)
    if query is not None:
        assert parse_query(format_query(query)) == query
