"""Names in rules: capitals ask for capitals in the text, and signs for signs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.core.matching.matcher import Matcher
from bot.core.query.parser import parse_query
from bot.core.query.word_patterns import word_patterns
from bot.core.rulefile.inline_tests import entry_of
from bot.core.text.reading import read_entry
from bot.errors import QueryError
from bot.model import Rule, RuleId
from tests.builders import entry

READ = {
    "UN": "capitals",
    "AI": "capitals",
    "U.S.": "capitals",
    "МИД": "capitals",
    "START": "capitals",
    "POUR": "capitals",
    "META": "initial",
    "HUAWEI": "initial",
    "ΑΘΗΝΑ": "",
    "5G": "",
    "AT&T": "",
    "S&P": "",
    "un": "",
    "Meta": "",
    "华为": "",
}


@pytest.mark.parametrize(("word", "how"), READ.items())
def test_how_a_word_is_read(word: str, how: str) -> None:
    (pattern,) = word_patterns(word)
    assert (pattern.capitals, pattern.initial) == (how == "capitals", how == "initial")


FINDS = [
    ("UN", "The UN meets", True),
    ("UN", "Un homme arrêté", False),
    ("UN", "un homme arrêté", False),
    ("UN", "UN HOMME ARRÊTÉ", True),
    ("META", "Meta opens a shop", True),
    ("META", "A meta study", False),
    ("META", "a meta study", True),
    ("AIDS", "Aids for hearing", False),
    ("AIDS", "aids for hearing", True),
    ("AIDS", "New AIDS drug", True),
    ('"META PLATFORMS"', "Meta Platforms falls", True),
    ('"META PLATFORMS"', "A meta platforms study", False),
    ("META NEAR/3 shop", "Meta opens a shop", True),
    ("META NEAR/3 shop", "The meta shop", False),
]


@pytest.mark.parametrize(("rule", "title", "found"), FINDS)
def test_what_it_finds(rule: str, title: str, found: bool) -> None:
    item = entry(title)
    matcher = Matcher([Rule(id=RuleId("r"), name="", when=rule, query=parse_query(rule))])
    assert bool(matcher.match(item, read_entry(item))) is found


SIGNS = [
    ("C++", "C++ gets a standard", True),
    ("C++", "Vitamin C gets cheaper", False),
    ('"C#"', "Microsoft updates C# language", True),
    ('"C#"', "Vitamin C gets cheaper", False),
    ("C", "C++ gets a standard", True),
    (".NET", "Microsoft .NET 10 is out", True),
    (".NET", "A net gain", False),
    ("$ORB", "$ORB falls", True),
    ("$ORB", "Orb of light", False),
    ("$ORB AND falls", "Orb falls", False),
    ("Yahoo!", "Yahoo is sold", True),
    ("1,200", "Firm cuts 1,200 jobs", True),
    ("1,200", "Firm cuts 1 200 jobs", True),
    ("1,200", "Firm cuts 200 jobs", False),
    ('"E*TRADE"', "E*TRADE is down", True),
    ("C++23", "The C++23 standard is out", True),
    ("C++23", "The C23 standard", False),
    ("C++23", "C++ is 23 years old", False),
    ("C# OR C#12", "C#12 is out", True),
    ("C#/F#", "C#/F# code", True),
    ("50%", "Rates up 50%.", True),
    ("50%", "Il prend 50\u202f% des parts", True),
    ("50%", "faiz %50 arttı", True),
    ("50%", "ارتفع 50٪", True),
    ("50%", "Up 50 points", False),
    ("50%", "Of 5% 50 people", False),
    ('"up 50%"', "up 50% in May", True),
    ("%50", "faiz %50 arttı", True),
    ("3,5%", "Um 3,5 % gestiegen", True),
    ("5%-10%", "a cut of 5%-10%", True),
    ("5%-10%", "a score of 5-10", False),
    ("10-15%", "up 10-15%", True),
    ("$5-$10", "a fee of $5-$10", True),
    ("€50m", "pays €50m", True),
    ("€50m", "betaalt € 50m", True),
    ("€50m", "50m people", False),
    ("€100", "Strafe von 100 € verhängt", True),
    ("€100", "Strafe von 100 €", True),
    ("100€", "a fine of € 100", True),
    ("€1,5", "1,5 € mehr", True),
    ("1,5€", "€1,5 meer", True),
    ("%2,5", "um 2,5 % mehr", True),
    ("€100", "100 €50 notes", False),
    ("100€", "50 € 100 times", False),
    ("€100", "5100 €", False),
    ("€100", "100.5 €", False),
    ("50€", "kostet 50 €", True),
    ("50€", "costs €50", True),
    ("₹500", "costs ₹500", True),
    ("¥100", "￥100の", True),
    ("US$5m", "a US$5m deal", True),
    ("40°C", "heat of 40 °C", True),
    ("40°C", "heat of 40°F", False),
    ("40°C", "calor de 40 ºC", True),
    ("40ºC", "40ºC en Molm", True),
    ("40ºC", "calor de 40 °C", True),
    ('"40 ºC"', "calor de 40 ºC", True),
    ("40℃", "气温40℃", True),
    ("40℃", "气温40 °C", True),
    ("40℃", "气温140°C", False),
    ("40℃", "40°CET", False),
    ("§219a", "§ 219a wird gestrichen", True),
    ("№5", "Завод №5", True),
    ("LGBTQ+", "LGBTQ+ rights", True),
    ("LGBTQ+", "LGBTQ rights", False),
    ("Orbrecht™", "Orbrecht falls", True),
    ('"M & A"', "M&A boom", True),
    ('"M & A"', "An M & A boom", True),
    ("$T", "$T falls", True),
    ("$T", "The T falls", False),
]


@pytest.mark.parametrize(("rule", "title", "found"), SIGNS)
def test_signs_of_names(rule: str, title: str, found: bool) -> None:
    item = entry(title)
    matcher = Matcher([Rule(id=RuleId("r"), name="", when=rule, query=parse_query(rule))])
    assert bool(matcher.match(item, read_entry(item))) is found


@pytest.mark.parametrize(
    ("summary", "body", "found"),
    [
        ("Orbrecht won a deal.", "<p>Orbrecht won a deal.</p><p>Shares rose.</p>", False),
        ("Orbrecht won a deal.", "Orbrecht won a large deal.", True),
        ("Orbrecht won. Orbrecht grew.", "Orbrecht won.", True),
        ("", "Orbrecht won a deal. Orbrecht grew.", True),
    ],
)
def test_a_sentence_that_summary_and_body_share_counts_once(summary: str, body: str, found: bool) -> None:
    item = entry("Maker wins", summary=summary, body=body)
    matcher = Matcher([Rule(id=RuleId("r"), name="", when="", query=parse_query("ATLEAST/2 Orbrecht"))])
    assert bool(matcher.match(item, read_entry(item))) is found


def test_the_shared_cases_of_public_reports(shared_data: Path) -> None:
    lines = (shared_data / "wild" / "rules.dev.jsonl").read_text(encoding="utf-8").splitlines()
    wrong = []
    for case in map(json.loads, lines):
        item = entry_of(case["story"])
        try:
            rule = Rule(id=RuleId("r"), name="", when="", query=parse_query(case["when"]))
            found = bool(Matcher([rule]).match(item, read_entry(item)))
        except QueryError as error:
            wrong.append((case["when"], str(error)))
            continue
        if found is not case["match"]:
            wrong.append((case["when"], case["story"]))
    assert len(wrong) <= 0.03 * len(lines), wrong
