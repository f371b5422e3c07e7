"""A rule with mistakes is shown once more as it was meant, where each of them has one mend; else not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.query.mending import whole_rule
from bot.core.query.parser import parse_all, parse_query


def whole(rule: str) -> str:
    return whole_rule(rule, parse_all(rule)[1], {})


MENDED = [
    # (as people bring it from elsewhere, as it was meant)
    ("apple and pie", "apple AND pie"),
    ('"apple pie" -cake', '"apple pie" NOT cake'),
    ("+apple +pie", "apple AND pie"),
    ("apple -site:pie.example", "apple NOT domain:pie.example"),
    ("site:pie.example apple", "domain:pie.example AND apple"),
    ("intitle:apple pie", "title:apple AND pie"),
    ("apple AROUND(5) pie", "apple NEAR/5 pie"),
    ("apple|pie", "apple OR pie"),
    ("apple && !pie", "apple AND NOT pie"),
    ("apple w/5 pie", "apple NEAR/5 pie"),
    ("apple pre/3 pie and not cake", "apple ONEAR/3 pie AND NOT cake"),
    ("apple within 5 words of pie", "apple NEAR/5 pie"),
    ("atleast3 apple", "ATLEAST/3 apple"),
    ("headline(apple) and pie", "title:(apple) AND pie"),
    ('title:"apple" and (pie or cake)', 'title:"apple" AND (pie OR cake)'),
    ("‘apple pie’ AND cake", '"apple pie" AND cake'),
    ("apple UND pie NICHT cake", "apple AND pie NOT cake"),
    ("яблоко КРОМЕ пирог", "яблоко NOT пирог"),
    ("تفاح باستثناء (كعك)", "تفاح NOT (كعك)"),
    ("苹果 和 梨 不包括 (桃)", "苹果 AND 梨 NOT (桃)"),
    ("apple باستثناء pie", "apple NOT pie"),
    ("apple adj pie", "apple ONEAR/0 pie"),
    ("from:PieNews AND apple", "source:PieNews AND apple"),
    ("apple AND NOT pie AND date:2025", "apple AND NOT pie"),
    ("título:apple Y pie", "title:apple AND pie"),
    ('"apple pie"^2 and cake', '"apple pie" AND cake'),
    ("published:[2025-01-01 TO *] AND apple", "apple"),
    ("apple AND after:2025-01-01", "apple"),
    ("apple newer_than:2d", "apple"),
    ("/apple/gi and pie", "/apple/i AND pie"),
    (r"\bapple\b and pie", r"/\bapple\b/i AND pie"),
    ("apple and (pie or cake", "apple AND (pie OR cake)"),
    ("{Apple} and pie", "=Apple AND pie"),
    ("Bank of Pie and cake", "Bank AND Pie AND cake"),
    ("apple and\n  pie", "apple AND pie"),
    ("apple and/or pie", "apple OR pie"),
    ("Apfel ABER NICHT Kuchen", "Apfel AND NOT Kuchen"),
    ("manzana PERO NO tarta", "manzana AND NOT tarta"),
    ("hd=apple and la=en", "title:apple AND lang:en"),
    ("NOT (pie) apple and cake", "NOT (pie) AND apple AND cake"),
    ('"apple pie"/F30/ and cake', 'FIRST/30 "apple pie" AND cake'),
    ("cs(Apple) and pie", "=Apple AND pie"),
    ("ALLCAPS(aids) and pie", "=AIDS AND pie"),
    ("ti(apple) and pie", "title:(apple) AND pie"),
    ("(title = 'apple') and pie", '(title:"apple") AND pie'),
    ("title LIKE '%apple%' and pie", 'title:"apple" AND pie'),
    ('pie and content !~ "apple"', 'pie AND NOT text:"apple"'),
    ("title.contains('apple') or pie", 'title:"apple" OR pie'),
    ("source IN (PieNews, 'Daily Cake') apple", 'source:(PieNews OR "Daily Cake") AND apple'),
    ("apple in:title and pie", "title:apple AND pie"),
    ("NEAR((apple, pie), 5) and cake", "(apple NEAR/5 pie) AND cake"),
    ("apple NEAR(n=5) pie", "apple NEAR/5 pie"),
    ("apple <-> pie", "apple ONEAR/0 pie"),
    ("apple <3> pie", "apple ONEAR/2 pie"),
    ("apple +s pie", "apple ONEAR/s pie"),
    ("appl:* & pie", "appl* AND pie"),
    ("apple(s) and pie", "(apple OR apples) AND pie"),
    ("jane@pie.example or apple", '"jane@pie.example" OR apple'),
    ("apple and pie, but not cake", "apple AND pie AND NOT cake"),
    ("apple, or pie", "apple OR pie"),
    ('""apple pie"" and cake', '"apple pie" AND cake'),
    (r"\"apple pie\" and cake", '"apple pie" AND cake'),
    (r"apple and \(pie or cake\)", "apple AND (pie OR cake)"),
    ("apple and €5 million", 'apple AND "€5 million"'),
    ("apple and 2.5 percent", 'apple AND "2.5 percent"'),
    ("apple and 5 per cent", 'apple AND "5 per cent"'),
    ("more than 5 million and apple", 'more AND than AND "5 million" AND apple'),
    ("5 million-dollar and apple", "5 AND million-dollar AND apple"),
    ("bodytext:apple and languages:en", "body:apple AND lang:en"),
]


@pytest.mark.parametrize(("rule", "meant"), MENDED, ids=[rule for rule, _ in MENDED])
def test_a_rule_of_other_tools_is_shown_as_ours(rule: str, meant: str) -> None:
    assert whole(rule) == meant
    assert parse_all(meant)[1] == ()


LEFT = {
    "the hint has it": "apple pie",
    "AND beside OR": "apple and pie or cake",
    "words behind NOT": "apple NOT trade war and cake",
    "words behind a minus": "apple -trade war",
    "words beside NEAR": "apple near/5 trade war",
    "words behind w/5": "apple w/5 trade war",
    "words behind without": "apple WITHOUT trade war",
    "words beside OR": "apple or trade war",
    "a name with &": "Marks & Spencer",
    "a name in capitals": "BANK OF CHINA",
    "an English no in capitals": "Dr NO film and cake",
    "an authority": "Delhi ED raids and cake",
    "an initial": "John O Pie and cake",
    "a letter": "blood type O negative",
    "a NOT among capitals": "APPLE NON PIE",
    "a NOT of a headline": "Apple Not Pie",
    "a NOT in Arabic": "تفاح ليس كعكة",
    "a NOT in Hindi": "सेब नहीं केक",
    "a without in small letters": "leben ohne Kuchen and apple",
    "a without that begins": "without pie AND apple",
    "a figure below zero": "apple minus 40",
    "an outlet of two words": "outlet:Pie News and apple",
    "an outlet in brackets": "publication(Pie News) and apple",
    "words before what asks for a field": "apple pie in:title",
    "no field of ours": "apple and sourceCountry:de",
    "a language by its name": "apple and la(german)",
    "a regular expression of others": 'title =~ "appl.*s" and pie',
    "a comparison behind OR": 'apple or title != "pie"',
    "a part of a value": "domain LIKE '%pie%' AND apple",
    "a saying": "love, not war AND apple",
    "half a pattern": 'title =~ "appl.*" and pie',
    "a count without its slash": "ATLEAST 3 million",
    "two words or a word and a reach": "NEAR(apple, 5) and pie",
    "a field of others with anything in it": "ti:* and apple",
    "an expression in NEAR": "NEAR(apple OR pie, cake)",
    "an author of two words": "by:Jane Pie and apple",
    "a date behind NOT": "apple NOT published:2025 AND pie",
    "a date behind OR": "(apple OR date:2025 AND pie)",
    "what is no date": "After:hours AND apple",
    "a headline that begins as a field": "LA: fires AND apple",
    "a headline that begins nearly as a field": "Tax:pie AND apple",
    "a field mistyped as two": "lag:pie AND apple",
    "a dash of a sentence": "apple —pie and cake",
    "what begins a text": "^Apple and pie",
    "what a comma joins": "apple, pie and cake",
    "what asks for more": "allintitle:apple pie",
    "an unknown entity": "@apple and pie",
    "an open quote": 'apple and "trade war',
    "a comment": "apple and pie # cake",
    "what only excludes": "-apple -pie",
    "no rule": "apple and " * 80 + "pie",
}


@pytest.mark.parametrize("rule", LEFT.values(), ids=LEFT)
def test_what_may_be_meant_in_two_ways_is_left_to_the_person(rule: str) -> None:
    assert parse_all(rule)[1]
    assert whole(rule) == ""


SPELLED = {
    "AND": ["and", "And", "&&", "UND", "ET", "И", "AND"],
    "OR": ["or", "|", "||", "ODER", "ИЛИ", "OR"],
    "NOT": ["not", "-", "!", "AND NOT", "and not", "NICHT", "SAUF", "BUT NOT", "NOT"],
}


@st.composite
def _spelled(draw: st.DrawFn) -> tuple[str, str]:
    """A rule, and the same with its operators as somebody else spells them."""

    def said(operator: str) -> str:
        return draw(st.sampled_from(SPELLED[operator]))

    def parts() -> tuple[str, str]:
        one, other = draw(st.sampled_from([("apple", "pie"), ("Äpfel", '"red wine"'), ("5G", "title:cake")]))
        operator = draw(st.sampled_from(["", "OR"]))
        if not operator:
            return one, one
        return f"({one} OR {other})", f"({one} {said('OR')} {other})"

    ours, theirs = parts()
    for _ in range(draw(st.integers(0, 2))):
        ours_next, theirs_next = parts()
        ours, theirs = f"{ours} AND {ours_next}", f"{theirs} {said('AND')} {theirs_next}"
    if draw(st.booleans()):
        sign = said("NOT")
        ours, theirs = f"{ours} NOT (beer OR ale)", f"{theirs} {sign}{' ' * sign[0].isalpha()}(beer {said('OR')} ale)"
    return ours, theirs


@given(_spelled())
def test_what_is_shown_means_what_was_written(rules: tuple[str, str]) -> None:
    ours, theirs = rules
    errors = parse_all(theirs)[1]
    assert parse_query(whole(theirs) if errors else theirs) == parse_query(ours)
