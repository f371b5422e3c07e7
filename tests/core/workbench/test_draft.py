"""Drafts: an expression that holds on every headline given and on none that is not wanted, or a reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from bot.core.matching.evaluate import holds
from bot.core.matching.mentions import EntryText
from bot.core.query.parser import parse_query
from bot.core.rulefile.inline_tests import entry_of
from bot.core.text.reading import read_entry
from bot.core.workbench.draft import DraftedRule, draft_rule
from tests.core.workbench.headlines import CORPORA
from tests.core.workbench.made_up import Press

CASES = [
    (
        ["Orbrecht wins 5G contract in Keld", "5G ban hits Orbrecht", "Orbrecht sues over 5G"],
        ["Orbrecht opens a shop"],
        "Orbrecht AND 5G",
    ),
    (["Orbrecht wins contract in Keld", "Velcom ban hits Pell", "Orbrecht sues Velcom"], [], "(orbrecht OR Velcom)"),
    (
        ["Fire in Keld kills three", "Keld fire: two missing", "Blaze in Keld warehouse"],
        ["Keld wins the cup"],
        "Keld AND (fire OR blaze)",
    ),
    (["Keld'de Orbrecht grevi", "Orbrecht'te grev: Keld", "Keld Orbrecht grevini bekliyor"], [], "Keld AND Orbrecht"),
    (["L'Iran accuse Orbrecht", "Orbrecht: Iran nie", "Le patron d'Orbrecht en Iran"], [], "Orbrecht AND Iran"),
    (["והסעודיה חתמה", "הסעודיה נגד קטר", "בסעודיה נעצרו"], [], "סעודיה"),
    (["Black Friday deals on phones", "Best Black Friday offers", "Black Friday begins early"], [], '"Black Friday"'),
    (
        ["US sanctions on Iran widen", "US sanctions hit Iran", "Iran rejects US sanctions"],
        [],
        "Iran AND sanctions",
    ),
    (
        ["Суд взыскал с Аэролан три миллиона", "Аэролан отменила рейсы", "Самолёт Аэролан вернулся"],
        ["Аэролан раздаёт бонусные мили"],
        'Аэролан NOT "раздаёт бонусные мили"',
    ),
    (["华讯在海州建设新工厂", "海州禁止华讯参与网络招标", "华讯起诉海州政府"], ["华讯推出新款手机壳"], "海州 AND 华讯"),
]


def found(when: str, title: str) -> bool:
    entry = entry_of({"title": title})
    return holds(parse_query(when), EntryText(entry, read_entry(entry), frozenset()))


@pytest.mark.parametrize(("given", "unwanted", "when"), CASES, ids=[when for *_, when in CASES])
def test_a_draft_is_names_and_rare_words_that_the_headlines_share(
    given: list[str], unwanted: list[str], when: str
) -> None:
    drafted = draft_rule(given, unwanted)
    assert set(drafted.when.split(" AND ")) == set(when.split(" AND "))
    assert all(found(drafted.when, title) for title in given)
    assert not any(found(drafted.when, title) for title in unwanted)


@pytest.mark.parametrize(
    ("given", "unwanted", "reason"),
    [
        (["The weather is mild", "Bank cuts rates", "Dog bites man"], [], "share no name and no rare phrase"),
        (["It is what it is", "This is it", "What is it"], [], "share no name and no rare phrase"),
        (
            ["Orbrecht wins", "Orbrecht loses", "Orbrecht draws"],
            ["Orbrecht wins", "Velcom wins"],
            "nothing tells “Orbrecht wins” apart",
        ),
    ],
)
def test_headlines_that_make_no_rule_are_refused_with_a_reason(
    given: list[str], unwanted: list[str], reason: str
) -> None:
    drafted = draft_rule(given, unwanted)
    assert drafted.when == ""
    assert reason in drafted.reason


def test_the_archive_says_what_is_rare() -> None:
    given = ["Orbrecht Harbour strike", "Harbour strike at Orbrecht", "Orbrecht: harbour strike ends"]

    def shares(words: Iterable[str]) -> Mapping[str, float]:
        return {word: {"orbrecht": 0.2, "harbour": 0.002}.get(word, 0.03) for word in words}

    assert draft_rule(given, [], shares).when == '"Harbour strike"'


@pytest.mark.parametrize("corpus", CORPORA)
def test_made_up_headlines_of_one_kind_are_told_from_news(corpus: str) -> None:
    drafts: list[DraftedRule] = []
    for seed in range(6):
        for topic in CORPORA[corpus].keys() - {"relevant"}:
            press = Press(seed, corpus)
            lines = press.lines(CORPORA[corpus][topic], 6, False) + press.lines(CORPORA[corpus]["relevant"], 4, True)
            given = list(dict.fromkeys(line["title"] for line in lines if not line["relevant"]))
            unwanted = list(dict.fromkeys(line["title"] for line in lines if line["relevant"]))
            drafted = draft_rule(given, unwanted)
            drafts.append(drafted)
            if drafted.when:
                assert all(found(drafted.when, title) for title in given)
                assert not any(found(drafted.when, title) for title in unwanted)
    assert sum(bool(drafted.when) for drafted in drafts) >= 0.9 * len(drafts)
