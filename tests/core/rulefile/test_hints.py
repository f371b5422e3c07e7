"""Hints that work: what a hint says to write is written, and the file is sound."""

from __future__ import annotations

import pytest

from bot.core.rulefile.problems import problem_text
from bot.core.rulefile.ruleset import read_ruleset

HEAD = "feeds:\n  - https://news.example/rss\nrules:\n  - "

HINTS = {
    "a phrase in single quotes": ("'Let's Dance'", "'\"Let''s Dance\"'"),
    "a phrase in single quotes, and more": ("'no spy' AND Huawei", "'\"no spy\" AND Huawei'"),
    "apostrophes inside single quotes": ("'Rock 'n' Roll'", "'\"Rock ''n'' Roll\"'"),
    "an apostrophe inside, and more": ("'Let's Dance' AND Huawei", "'\"Let''s Dance\" AND Huawei'"),
    "an anchor with a sign": ("&AT&T", "'AT&T'"),
    "a tag": ("%Huawei", "'Huawei'"),
    "a percentage as Turkish writes it": ("%50", "'%50'"),
    "digits with a colon": ("3:0 AND Huawei", "'\"3:0\" AND Huawei'"),
    "digits with a colon, in double quotes": ('"3:0"', "'\"3:0\"'"),
    "a name with parentheses": ("401(k) OR Huawei", "'\"401(k)\" OR Huawei'"),
    "a mail address": ("jane@example.com", "'\"jane@example.com\"'"),
    "a number below zero, in double quotes": ('"-40"', "'\"-40\"'"),
    "a sign of punctuation": ("¡Hola!", "'\"¡Hola!\"'"),
    "a rating": ("AA- AND Huawei", "'\"AA-\" AND Huawei'"),
    "a name with signs": ("c++utilities", "'\"c++utilities\"'"),
    "a name with & and spaces": ("rock & roll", "'\"rock & roll\"'"),
    "a sign apart from its figure": ("50 € AND Huawei", "50€"),
    "a section": ("§ 219a", "§219a"),
    "a sign alone": ("Huawei AND €", "/€/"),
    "a picture": ("😀 AND Huawei", "/😀/"),
    "a slash between words": ("Huawei / ZTE", "OR"),
    "a reach without its operator": ("Huawei ~5 5G", "NEAR/5"),
    "a minus": ("Huawei AND -5G", "NOT"),
    "a plural's apostrophe": ("Huaweis' AND x1", "delete it"),
    "a wildcard in a script without spaces": ("华*", "write it without"),
    "back-ticks": ("`Huawei`", "'Huawei'"),
    "a place that begins as NOT does": ("PAS de Calais", "'\"PAS de Calais\"'"),
    "a place with a NOT in it": ("Nord PAS Calais", "'\"Nord PAS Calais\"'"),
    "a firm that begins as NOT does": ("Belfast OR NIE Networks", '"NIE Networks"'),
    "a NOT before several words": ("Lille AND PAS de Calais", 'NOT "de Calais"'),
    "a name with OR in it": ("Frankfurt ODER Spree", "'\"Frankfurt ODER Spree\"'"),
    "a name with and in it": ("Trinidad and Tobago OR Haiti", "'\"Trinidad and Tobago\" OR Haiti'"),
    "an operator between two NOTs": ("Lille ET PAS Calais", "write AND\n"),
    "AND and OR in double quotes": ('"Huawei AND ZTE OR Nokia"', "(Huawei AND ZTE) OR Nokia"),
    "AND and OR the other way": ('"Huawei AND ZTE OR Nokia"', "Huawei AND (ZTE OR Nokia)"),
    "two words in double quotes": ('"Huawei 5G"', "'\"Huawei 5G\"'"),
    "two words": ("Huawei 5G", "Huawei AND 5G"),
    "an anchor": ("&Huawei AND 5G", "'Huawei AND 5G'"),
    "an anchor alone": ("&x1", "'x1'"),
    "a hashtag": ("#Orbrecht", "'#Orbrecht'"),
    "a hashtag and more": ("#Orbrecht AND 5G", "'#Orbrecht AND 5G'"),
    "a quoted word and more": ('"Huawei" AND 5G', "'\"Huawei\" AND 5G'"),
    "an entity": ("@huawei AND 5G", "'@huawei AND 5G'"),
    "a colon": ("title: Huawei", "'title: Huawei'"),
    "a regular expression": ("/a: b/ AND x1", "'/a: b/ AND x1'"),
}

REWRITTEN = {
    "50 € AND Huawei": "50€ AND Huawei",
    "Huawei AND €": "Huawei AND /€/",
    "😀 AND Huawei": "/😀/ AND Huawei",
    "Huawei / ZTE": "Huawei OR ZTE",
    "Huawei ~5 5G": "Huawei NEAR/5 5G",
    "Huawei AND -5G": "Huawei AND NOT 5G",
    "Huaweis' AND x1": "Huaweis AND x1",
    "华*": "华",
    "Belfast OR NIE Networks": 'Belfast OR "NIE Networks"',
    "Lille AND PAS de Calais": 'Lille AND NOT "de Calais"',
    "Lille ET PAS Calais": "Lille AND NOT Calais",
}
"""Rules whose hint is followed in a part of them."""


@pytest.mark.parametrize(("written", "instead"), HINTS.values(), ids=HINTS)
def test_a_hint_that_is_followed_leads_to_a_sound_rule(written: str, instead: str) -> None:
    entities = "entities: {huawei: [Huawei]}\n"
    ruleset, problems = read_ruleset(f"{entities}{HEAD}{written}\n".encode(), {})
    assert ruleset is None
    assert instead in "\n".join(problem_text("rules.yaml", problem) for problem in problems)
    again, problems = read_ruleset(f"{entities}{HEAD}{REWRITTEN.get(written, instead)}\n".encode(), {})
    assert again is not None, problems
    assert problems == ()


LINKS = {
    "an address copied in Slack": "https://acme.slack.com/archives/C0123ABCD",
    "with a message": "https://acme.slack.com/archives/C0123ABCD/p1795000000000000",
    "of the browser": "https://app.slack.com/client/T0123ABCD/C0123ABCD",
    "a mention": "<#C0123ABCD|policy>",
}


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
def test_a_link_to_a_channel_names_its_id(link: str) -> None:
    """Posts to it would be refused, and held, for ever."""
    file = "channels:\n  desk: {slack: '%s'}\n" + HEAD + "Huawei\n"
    _, (problem,) = read_ruleset((file % link).encode(), {})
    assert problem.hint == "write C0123ABCD"
    assert read_ruleset((file % "C0123ABCD").encode(), {})[1] == ()


def test_an_address_that_begins_twice_is_told() -> None:
    _, (problem,) = read_ruleset(b"feeds: ['https://https://x.example/rss']\nrules: [Huawei]\n", {})
    assert (problem.message, problem.hint) == (
        "this address begins twice: https://https://x.example/rss",
        "delete https://",
    )


def test_what_yaml_takes_for_an_alias_wants_quotes() -> None:
    _, problems = read_ruleset(f"{HEAD}*Huawei AND 5G\n".encode(), {})
    assert "in single quotes" in "\n".join(problem_text("rules.yaml", problem) for problem in problems)


OPERATORS = {"EN": "AND", "VE": "AND", "ΚΑΙ": "AND", "و": "AND", "和": "AND", "OF": "OR", "VEYA": "OR", "АБО": "OR"}
OPERATORS |= {"หรือ": "OR", "IKKE": "NOT", "DEĞİL": "NOT"}
OPERATORS |= {"UND": "AND", "ET": "AND", "Y": "AND", "ODER": "OR", "OU": "OR", "NICHT": "NOT", "И": "AND", "ИЛИ": "OR"}


@pytest.mark.parametrize(("word", "operator"), OPERATORS.items())
def test_operators_of_other_languages_name_ours(word: str, operator: str) -> None:
    _, (problem,) = read_ruleset(f"{HEAD}Huawei {word} ZTE\n".encode(), {})
    assert (problem.message, problem.column) == (f"{word} is no operator here", 12)
    assert problem.hint.startswith(f"write {operator};")
    for instead in (f"Huawei {operator} ZTE", f"'Huawei AND \"{word}\" AND ZTE'"):
        ruleset, problems = read_ruleset(f"{HEAD}{instead}\n".encode(), {})
        assert ruleset is not None, problems


@pytest.mark.parametrize(
    ("rule", "hint"),
    [
        ("lang:english", "write lang:en"),
        ("lang:German", "write lang:de"),
        ("lang:elvish", "write its code, as lang:en"),
        ("lang:en", ""),
        ("lang:pt-BR", ""),
        ("lang:zh*", ""),
        ("lang:en,de", "write lang:(en OR de)"),
        ("lang:english,german", "write lang:(en OR de)"),
        ("tag:2,4-D", ""),
        ("tag:sport,chess", "write tag:(sport OR chess)"),
        ('tag:"sport, chess"', ""),
    ],
)
def test_a_language_is_named_by_its_tag(rule: str, hint: str) -> None:
    ruleset, problems = read_ruleset(f"{HEAD}Huawei AND {rule}\n".encode(), {})
    assert ruleset is not None
    assert [problem.hint for problem in problems] == ([hint] if hint else [])


EXCLUDED = ("(ZTE OR Nokia)", '"trade war"', "ZTE", "title:ZTE", "/ZT+E/")


@pytest.mark.parametrize("word", ["not", "Not", "NICHT", "PAS", "NIE", "НЕ", "DEĞİL", "بدون"])
@pytest.mark.parametrize("operand", EXCLUDED)
def test_a_not_of_another_kind_is_told_where_what_it_excludes_begins(word: str, operand: str) -> None:
    """`write AND (or OR) between them` was said of `Huawei AND not (ZTE OR Nokia)`: what was to be left out was asked
    for, and `check` passed."""
    _, (problem,) = read_ruleset(f"{HEAD}Huawei AND {word} {operand}\n".encode(), {})
    assert problem.column == 16
    assert problem.hint == (f'write NOT; of a name write "{word} ZTE"' if operand == "ZTE" else "write NOT")
    ruleset, problems = read_ruleset(f"{HEAD}Huawei AND NOT {operand}\n".encode(), {})
    assert (ruleset is not None, problems) == (True, ())


@pytest.mark.parametrize(
    "rule", ["tariff* and steel", "steel and tariff*", "title:Huawei and 5G", "Huawei and title:5G"]
)
def test_what_is_no_name_is_not_proposed_as_one(rule: str) -> None:
    _, (problem,) = read_ruleset(f"{HEAD}{rule}\n".encode(), {})
    assert problem.hint == "write AND"


@pytest.mark.parametrize("word", ["without", "except", "w/o", "WITHOUT"])
def test_words_for_and_not_lead_to_it(word: str) -> None:
    """`write Huawei AND without AND ZTE`: two words that were asked for, and one of them was to be left out."""
    _, (problem,) = read_ruleset(f"{HEAD}Huawei {word} ZTE\n".encode(), {})
    assert problem.hint.startswith(
        "write AND NOT" if word.isupper() else "write Huawei NOT ZTE, or quotes for the phrase"
    )
    for operand in ("(ZTE OR Nokia)", '"trade war"'):
        _, (problem,) = read_ruleset(f"{HEAD}Huawei {word} {operand}\n".encode(), {})
        assert (problem.message, problem.hint) == (f"{word} is no operator here", "write AND NOT")


@pytest.mark.parametrize("rule", ["Huawei AND not", "not AND Huawei", "Huawei AND (not OR no)", "Huawei AND notes"])
def test_not_as_a_word_stays_one(rule: str) -> None:
    assert read_ruleset(f"{HEAD}{rule}\n".encode(), {})[1] == ()
