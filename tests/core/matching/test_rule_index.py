"""Which rules are looked at for an entry, and by which terms the archive is narrowed."""

from __future__ import annotations

import pytest

from bot.core.matching.matcher import Matcher
from bot.core.matching.required_terms import required_terms
from bot.core.matching.rule_index import RuleIndex
from bot.core.query.parser import parse_query
from bot.core.text.reading import read_entry
from bot.core.text.terms import index_terms
from tests.builders import entry, rule


def test_document_frequencies_choose_the_anchor_and_change_nothing() -> None:
    rules = [rule("r", "zyx AND government")]
    item = entry("zyx government")
    assert Matcher(rules, {"zyx": 10_000, "government": 1}).match(item, read_entry(item))


@pytest.mark.parametrize(
    ("when", "keys"),
    [
        ('("trade zyx" OR "deal qux" OR vux) AND year', {"zyx": {"trade"}, "qux": {"deal"}, "vux": {"year"}}),
        ('"zyx trade" OR "zyx deal"', {"zyx": {"trade", "deal"}}),
        ('"zyx trade" OR zyx', {"zyx": set()}),
        ("zyx OR vux", {"zyx": set(), "vux": set()}),
        ('"zyx trade" AND year', {"zyx": {"trade"}}),
        ("/x/ OR zyx", {}),
    ],
)
def test_each_key_of_a_rule_stands_with_what_its_branch_requires_beside(when: str, keys: dict[str, set[str]]) -> None:
    assert RuleIndex([]).index_keys(parse_query(when)).keys == keys


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("trade war", [0, 1]),
        ("war trade", []),
        ("trade qatar deal", [0]),
        ("trade deal", [1, 2]),
        ("war zyx oil", [2]),
        ("trade oil war deal qatar", [0, 2]),
    ],
)
def test_each_branch_of_a_rule_is_found_and_no_other(title: str, expected: list[int]) -> None:
    rules = [
        rule("0", '"trade war" OR Qatar'),
        rule("1", '"trade war" OR "trade deal"'),
        rule("2", '("trade deal" OR "war zyx" OR oil) AND (zyx OR deal) NOT "trade war zyx"'),
    ]
    item = entry(title)
    for copies in (1, 5):  # few rules under one key, and many
        crowd = [part for part in rules for _ in range(copies)]
        numbers = [number * copies + copy for number in expected for copy in range(copies)]
        assert Matcher(crowd).select(item, read_entry(item)) == numbers
        assert [number for number, _ in Matcher(crowd).shown(item, read_entry(item))] == numbers


def test_what_the_archive_is_narrowed_by() -> None:
    assert required_terms(parse_query("Huawei AND (5G OR ZTE) NOT shop")) == (
        frozenset({"huawei"}),
        frozenset({"5g", "zte"}),
    )
    groups = required_terms(parse_query("stock* AND 华为公司"))
    assert groups is not None
    assert {*groups} == {frozenset({"华为"}), frozenset({"为公"}), frozenset({"公司"}), frozenset({"stock*"})}
    assert required_terms(parse_query("/x/")) is None
    assert required_terms(parse_query("source:bbc")) is None
    assert index_terms(read_entry(entry("AT&T in 华为网"))) == ["at", "at&t", "in", "t", "为网", "华为"]
