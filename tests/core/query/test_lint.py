"""Warnings: rules that read well but cannot be meant."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.query.lint import warnings_of
from bot.core.query.misread import RuleWarning
from bot.core.query.parser import parse_query
from bot.core.text.zones import NO_PATTERNS, PromoPatterns, compile_promo
from bot.model.query import Entity, Query, Word

ENTITIES: dict[str, Query] = {"huawei": Entity(name="huawei", names=(Word(text="Huawei"), Word(text="HiSilicon")))}

NEVER = {
    "Huawei AND 5G AND NOT Huawei": "NOT Huawei",
    "Huawei NOT @huawei": "NOT @huawei",
    "Huawei NOT Huaw*": "NOT Huaw*",
    "Huawei AND (5G NOT Huawei)": "NOT Huawei",
    '"no spy" NOT spy': "NOT spy",
    "title:Huawei NOT Huawei": "NOT Huawei",
    "Huawei NEAR/3 5G AND NOT 5G": "NOT 5G",
    "ATLEAST/5 Huawei AND NOT ATLEAST/2 Huawei": "NOT ATLEAST/2 Huawei",
    "Huawei AND lang:en AND lang:fr": "lang:fr",
    "Huawei AND source:bbc AND source:(cnn OR npr)": "source:(cnn OR npr)",
    'FIRST/2 "one two three"': 'FIRST/2 "one two three"',
    "(Huawei NOT Huawei) OR (ZTE NOT ZTE)": "NOT Huawei",
    "Huawei NOT (Huawei OR ZTE)": "NOT (Huawei OR ZTE)",
}
NO_MATTER = {
    'אביב OR "תל אביב"': '"תל אביב"',
    "Huawei OR (Huawei AND 5G)": "(Huawei AND 5G)",
    "Huawei AND (Huawei OR ZTE)": "(Huawei OR ZTE)",
    "Huawei OR Huawei*": "Huawei",
    "Huawei OR ZTE OR Huawei": "Huawei",
    "Huawei AND Huawei": "Huawei",
    '"no spy" AND spy': "spy",
    'Huawei OR "Huawei wins"': '"Huawei wins"',
    "US OR us OR Huawei": "US",
    "@huawei OR Huawei": "Huawei",
    "Huawei NOT ZTE NOT ZTE": "NOT ZTE",
    "Huawei NOT (ZTE OR Nokia) NOT ZTE": "NOT ZTE",
    "Huawei AND domain:news.bbc.co.uk AND domain:bbc.co.uk": "domain:bbc.co.uk",
    "Iran AND (Huawei NEAR/3 5G OR Huawei NEAR/5 5G)": "Huawei NEAR/3 5G",
}
EDGES_INSIDE = (r"Huawei AND /\bfive\b.*\bG\b/", r"Huawei AND /a\bb/", r"Huawei AND /\ba\b|c/")
NO_EDGES_INSIDE = (r"Huawei AND /\bŁódź\b/", r"Huawei AND /a\\b/", r"Huawei AND /\w+ \w+/")
NOT_SELECTIVE = (r"/\d+ dead?/", "/Huawei|5G/", "lang:en", "the AND of", '"to be"')
NOT_SELECTIVE += ("source:bbc NOT Huawei", "the OR Huawei")
SOUND = (
    "Huawei AND 5G",
    "US",
    "=The",
    'תל OR "תל אביב"',
    '"תל אביב" AND NOT תל',
    'Huawei AND "תל אביב" AND תל',
    "@huawei NOT Huawei",
    "Huawei NOT title:Huawei",
    "ATLEAST/2 Huawei AND NOT ATLEAST/3 Huawei",
    "Huawei AND tag:a AND tag:b",
    "Huawei AND lang:en-GB NOT source:bbc",
    "Huawei OR huaweis",
    "(Huawei OR ZTE) NEAR/5 (Iran OR Cuba)",
    "Huawei NOT Iran",
    "author:Smith",
    '"wom?n vote"',
    "/CVE-.*/",
    "/(Huawei|ZTE)/",
    r"/\bCVE-\d{4}-\d+/",
    r"/(?i)recall(ed)? of \w+/",
)


def warnings_in(rule: str, promo: PromoPatterns = NO_PATTERNS, **known: Any) -> list[RuleWarning]:
    return warnings_of(parse_query(rule, ENTITIES), rule, ENTITIES, promo, **known)


def warned(rule: str) -> list[tuple[str, str]]:
    return [(warning.message, rule[warning.start : warning.end]) for warning in warnings_in(rule)]


@pytest.mark.parametrize("rule", ['"Got Milk?"', '"What is AI?"', '"Why now? Ask Huawei"'])
def test_a_question_that_is_read_as_a_wildcard(rule: str) -> None:
    """Such a rule was silent for ever: it found only words with one letter more."""
    ((message, where),) = warned(rule)
    assert "no question mark" in message
    assert where == rule


@pytest.mark.parametrize(
    ("rule", "part", "alphabet", "meant"),
    [
        ("Hu\u0430wei AND 5G", "Hu\u0430wei", "\u0430 is Cyrillic", "Huawei"),
        ('Iran AND "chips of Z\u0422E"', '"chips of Z\u0422E"', "\u0422 is Cyrillic", "ZTE"),
        ("title:\u0396TE*", "\u0396TE*", "\u0396 is Greek", "ZTE*"),
        ("M\u043eсква", "M\u043eсква", "M is Latin", "Москва"),
    ],
)
def test_letters_of_two_alphabets_in_a_word_are_told(rule: str, part: str, alphabet: str, meant: str) -> None:
    """It found nothing, in silence, and looked right on every screen."""
    (warning,) = warnings_in(rule)
    assert rule[warning.start : warning.end] == part
    assert f"({alphabet}): it finds no {meant}" in warning.message


@pytest.mark.parametrize("rule", ["\u00b5Torrent", "\u03b1Syn", "IT-компания", "iPhoneом", "Huawei AND Москва"])
def test_words_that_are_meant_in_two_alphabets_are_not(rule: str) -> None:
    assert not warnings_in(rule)


@pytest.mark.parametrize(
    ("rule", "part", "hint"),
    [
        ("Huawei NOT domain:https://news.example", "https://news.example", "write domain:news.example"),
        ("Huawei AND domain:a.example/uk", "a.example/uk", 'domain:a.example AND url:"a.example/uk"'),
        ('"Huawei AND 5G" OR Iran', '"Huawei AND 5G"', "take the quotes away"),
        ("Huawei.*ban AND Iran", "Huawei.*ban", "write Huawei ONEAR ban; a regular expression stands between slashes"),
        ("title:Huawei.*", "Huawei.*", "write Huawei*"),
    ],
)
def test_what_no_story_can_hold_is_told(rule: str, part: str, hint: str) -> None:
    (warning,) = warnings_in(rule)
    assert rule[warning.start : warning.end] == part
    assert hint in warning.hint


@pytest.mark.parametrize("rule", ["Huawei AND domain:news.*", "Huawei AND url:news.*", "/Huawei.*ban/", "ban*"])
def test_a_star_behind_a_stop_is_not_where_it_finds_something(rule: str) -> None:
    assert not warnings_in(rule)


@pytest.mark.parametrize(
    ("rule", "hint"),
    [
        ('Huawei AND source:"Daily Star"', 'or outlet: "Daily Star" on its feed'),
        ("Huawei NOT source:(bbc OR Star)", "the domain, as source:news.example"),
        ("Huawei AND source:www.bbc.co.uk", "write domain:bbc.co.uk"),
        ("Huawei AND source:https://bbc.co.uk/uk", "write domain:bbc.co.uk"),
        ("Huawei AND source:(BBC OR bbc.co.uk OR st* OR localhost)", ""),
    ],
)
def test_a_source_that_is_no_outlet_is_told(rule: str, hint: str) -> None:
    """It matched nothing, in silence: the name of a feed was taken for its outlet."""
    warnings = warnings_in(rule, outlets=frozenset(["bbc"]))
    assert len(warnings) == bool(hint)
    assert all(hint in warning.hint for warning in warnings)


@pytest.mark.parametrize(("rule", "part"), NEVER.items(), ids=NEVER)
def test_a_rule_that_can_never_match(rule: str, part: str) -> None:
    ((message, where),) = warned(rule)
    assert "can never match" in message
    assert where == part


@pytest.mark.parametrize(("rule", "part"), NO_MATTER.items(), ids=NO_MATTER)
def test_a_part_that_never_matters(rule: str, part: str) -> None:
    message, where = warned(rule)[0]
    assert "this part never matters" in message
    assert where == part


def test_a_part_that_can_never_match() -> None:
    assert warned("Huawei OR (ZTE NOT ZTE)") == [("this part can never match: ZTE AND NOT ZTE", "(ZTE NOT ZTE)")]


@pytest.mark.parametrize("rule", NOT_SELECTIVE)
def test_a_rule_without_a_selective_word(rule: str) -> None:
    assert [message for message, _ in warned(rule)] == [
        "no word of this rule is selective: it is evaluated on every story"
    ]


@pytest.mark.parametrize("rule", SOUND)
def test_nothing_to_say(rule: str) -> None:
    assert warned(rule) == []


@pytest.mark.parametrize(
    "rule", ['Huawei NOT "Read more"', "Huawei NOT (shop OR related)", 'Huawei NOT "Related Articles"']
)
def test_a_promo_word_under_not(rule: str) -> None:
    ((message, _),) = warned(rule)
    assert "promo word" in message


def test_a_promo_word_of_the_rules_file_under_not() -> None:
    patterns = compile_promo(("^from our partners",))
    assert warnings_in('Huawei NOT "From our partners"', promo=patterns)
    assert not warnings_in("Huawei NOT partners", promo=patterns)


def test_a_term_the_archive_never_saw() -> None:
    rule = 'Huawei AND (5G OR Huawai OR "תל אביב" OR "דן אביב") AND title:zzyzx*'
    known = {"huawei", "5g", "בתל", "אביב"}
    found = warnings_in(rule, known_term=known.__contains__)
    assert [rule[warning.start : warning.end] for warning in found] == ["Huawai", '"דן אביב"']


def test_many_branches_take_no_time() -> None:
    many = " OR ".join(f"word{number}" for number in range(5_000))
    assert warned(many) == []
    assert "twice" in warned(many + " OR word7")[0][0]


@pytest.mark.parametrize("rule", [*EDGES_INSIDE, *NO_EDGES_INSIDE])
def test_an_edge_of_a_word_that_knows_ascii_only_is_told(rule: str) -> None:
    told = any("A to Z only" in message for message, _ in warned(rule))
    assert told == (rule in EDGES_INSIDE)


@pytest.mark.parametrize(
    "rule", ["Huawei NOT /spam|/", "Huawei AND /x*/", "Huawei NOT /(a|b|)/", "Huawei AND title:/^/"]
)
def test_a_regular_expression_that_holds_on_every_text_is_told(rule: str) -> None:
    (warning,) = warnings_in(rule)
    assert "holds on every text" in warning.message


@pytest.mark.parametrize(
    "rule", ["Huawei NOT summary:/^$/", "Huawei AND /x+/", "Huawei AND /./", "Huawei AND /(?i)x|y/"]
)
def test_one_that_asks_for_something_is_not(rule: str) -> None:
    assert warnings_in(rule) == []


def test_a_flag_that_is_turned_round_is_told() -> None:
    (warning,) = warnings_in(r"Huawei AND /(i?)promo\d/")
    assert "does not ignore case" in warning.message
    assert warning.hint == r"write /promo\d/i"
