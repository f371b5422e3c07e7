"""One slip is one mistake: what follows from it is none, and its hint says what was meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.query.parser import parse_all, parse_name

SLIPS = [
    # (rule, what is said, what to write)
    ("apple) AND pie", "this ) closes nothing", "delete it"),
    ("apple) OR (pie)", "this ) closes nothing", "delete it"),
    ("apple OR OR pie", "OR does not fit here", "delete one of the two"),
    ("apple AND OR pie", "OR does not fit here", "delete one of the two"),
    ("title:title:apple", "a field inside a field", "write title: once"),
    ("title:summary:apple", "a field inside a field", "title:… AND summary:…"),
    ("'apple pie' AND cream", "a single quote does not make a phrase", 'write double quotes: "apple pie"'),
    ("cream AND ‘apple pie’", "a single quote does not make a phrase", 'write double quotes: "apple pie"'),
    ("`apple`", "a single quote does not make a phrase", 'write double quotes: "apple"'),
    ("=@apple", "= asks for one spelling", "leave one of the two out"),
    ("domain:*.uk", "* comes too early", "write uk"),
    ("Re: Zero", "there is no field Re:", '"Re: Zero"'),
    ("titel: apple", "there is no field titel:", "title:"),
    ("苹果，梨", ", joins nothing", "write AND or OR"),
    ("苹果、梨", "、 joins nothing", "write AND or OR"),
    ("تفاح، كمثرى", "، joins nothing", "write AND or OR"),
    ("苹果｜梨", "| is no operator here", "write OR"),
    ("标题：内容", "there is no field 标题:", 'put it in quotes: "标题:内容"'),
    ("apple NEAR/5f pie", "NEAR/5f is no operator here", "write ONEAR/5"),
    ("apple near/5f pie", "near/5f is no operator here", "write ONEAR/5"),
    ("apple NEAR{5} pie", "NEAR{5} is no operator here", "write NEAR/5"),
    ("apple OR pie AND", "something is missing behind this", "finish the rule"),
    ("apple AND pie OR", "something is missing behind this", "finish the rule"),
    ("evil[.]example OR pie", "[.] is a full stop in texts alone", "write evil.example, which finds both"),
    ("apple NEAR 5 pie", "NEAR 5 is no operator here", "write NEAR/5"),
    ("apple WITHIN 5 (pie OR cake)", "WITHIN 5 is no operator here", "write NEAR/5"),
    ("apple AND-NOT pie", "AND-NOT is no operator here", "write AND NOT"),
    ("title:NOT apple", "NOT does not fit here", "write NOT title:…"),
    ("=apple pie", "= stands before one word or a phrase", 'write ="apple pie"'),
    ("FIRST apple", "FIRST takes its number behind a slash", 'write FIRST/50 apple; of a name write "FIRST apple"'),
    ("{BT} OR pie", "{ } mean nothing in a rule", "write =BT"),
    ("pie AND {British Telecom}", "{ } mean nothing in a rule", 'write ="British Telecom"'),
    ("raw:BT", "there is no field raw:", "write = before the word: =BT"),
    ("apple lang:en", "two parts side by side", "write apple AND lang:en"),
    ('apple title:"a pie"', "two parts side by side", 'write apple AND title:"a pie"'),
    ("新品？", "？ is no letter or digit", "delete it"),
    ("jane@example.com", "an address of mail goes in quotes", 'write "jane@example.com"'),
    ("ドナルド・トランプ*", "* finds nothing in a name with a dot", "write it without"),
    ("wp_options", "_ is no letter or digit", 'write "wp options"'),
    ("Apfel oder Birne", "3 words side by side", 'write Apfel OR Birne, or quotes for the phrase: "Apfel oder Birne"'),
    ("apple y pie y cream", "5 words side by side", "write apple AND pie AND cream,"),
    ("apple AND source:Pie News", "a value of several words", 'write source:"Pie News"'),
    ("tag:Apple pie AND cream", "a value of several words", 'write tag:"Apple pie"'),
    (
        "LA: pie AND apple",
        "there is no field LA:",
        'did you mean lang:?; a name with a colon goes in quotes: "LA: pie"',
    ),
    ("colour:red AND apple", "there is no field colour:", 'in quotes: "colour:red"'),
    ("apple NEAR/5 pie crust", "two words side by side", 'write "pie crust" for the phrase, or (pie OR crust) for any'),
    ("FIRST/50 pie crust", "two words side by side", 'write "pie crust" for the phrase, or (pie OR crust) for any'),
    ("apple pie NEAR/5 crust", "two words side by side", 'write "apple pie" for the phrase, or (apple OR pie) for any'),
    ("cake NOT apple pie", "two words side by side", 'write "apple pie" for the phrase, or (apple OR pie) for any'),
    ("cake OR apple pie", "two words side by side", 'write (apple AND pie), or quotes for the phrase: "apple pie"'),
    ("Bank of Pie", "3 words side by side", 'write "Bank of Pie" for the phrase, or Bank AND Pie'),
    ("lang:en pie", "two parts side by side", "write lang:en AND pie"),
    ("tag:apple pie", "a value of several words", 'write tag:"apple pie", or tag:apple AND pie'),
    ("published:[2025-01-01 TO *] AND pie", "there is no field published:", "settings.max_age"),
    (".*apple.*", "a regular expression stands between slashes", "write /apple/i"),
    (r"\bapple\b", "a regular expression stands between slashes", r"write /\bapple\b/i"),
    (r"apple\s+pie", "a regular expression stands between slashes", r"write /apple\s+pie/i"),
    ("apple.+pie|cake", "a regular expression stands between slashes", "write /apple.+pie|cake/i"),
    ("[Aa]pple", "a regular expression stands between slashes", "write /[Aa]pple/i"),
    ("url:*pie.example*", "* comes too early", "write url:pie.example"),
    ("title.keyword:pie", "there is no field title.keyword:", "write title:pie"),
    ("Apfel und nicht Kuchen", "4 words side by side", "write Apfel AND NOT Kuchen,"),
    ("Comic Sans font", "3 words side by side", "write Comic AND Sans AND font, or quotes"),
    ("comic sans font", "3 words side by side", "write comic NOT font, or quotes"),
    ("^Apple", "^ begins a text in regular expressions alone", "write title:/^Apple/"),
    ("pie ليس apple", "ليس is no operator here", "write NOT"),
    ("title:apple pie", "a field looks for the one part", 'write title:"apple pie", or title:(apple AND pie)'),
    ("apple AFTER/5 pie", "AFTER/5 is no operator here", "write NEAR/5, ONEAR/5 (in this order) or NOTNEAR/5"),
    ('"apple pie"~x', "~ needs a number", "such as"),
    ("apple AND pie,", ", joins nothing", "delete it"),
    ("apple AND NOT pie OR cake", "side by side", "write (apple AND NOT pie) OR cake, or apple AND NOT (pie OR cake)"),
    ("apple OR NOT pie AND cake", "side by side", "write apple OR (NOT pie AND cake)"),
    ("apple AND pie OR NOT cake", "side by side", "NOT is no part of an OR: write (a OR b) AND NOT c"),
    ("ATLEAST/2 title:apple", "a field stands before ATLEAST/2", "write title:ATLEAST/2 …"),
    ("FIRST/50 lang:en", "a field stands before FIRST/50", "join them with AND: FIRST/50 … AND lang:…"),
    ("feed:pies AND apple", "there is no field feed:", "feeds: is a key of the rule"),
]


@pytest.mark.parametrize(("rule", "message", "hint"), SLIPS, ids=[rule for rule, _, _ in SLIPS])
def test_one_slip_is_one_mistake(rule: str, message: str, hint: str) -> None:
    query, (error,) = parse_all(rule)
    assert query is None
    assert message in str(error)
    assert hint in error.hint


def test_what_is_wrong_behind_a_stray_parenthesis_is_told_too() -> None:
    _, errors = parse_all("apple) AND pie and")
    assert [str(error) for error in errors] == [
        "this ) closes nothing",
        "operators are written in capitals: and",
        "something is missing behind this: a word, phrase or ( was expected",
    ]


@given(st.lists(st.sampled_from(["apple", "NOT pie", "cake"]), min_size=3, max_size=6), st.data())
def test_both_readings_of_and_beside_or_are_rules(parts: list[str], data: st.DataObject) -> None:
    kinds = data.draw(st.lists(st.sampled_from(["AND", "OR"]), min_size=len(parts) - 1, max_size=len(parts) - 1))
    rule = " ".join([parts[0], *(f"{kind} {part}" for kind, part in zip(kinds, parts[1:], strict=True))])
    _, errors = parse_all(rule)
    for error in errors:
        if error.hint.startswith("write ") and "side by side" in str(error):
            for reading in error.hint.removeprefix("write ").split(", or "):
                assert parse_all(reading)[1] == (), rule


@pytest.mark.parametrize("name", ["Huawei (China)", "401(k)", "AC/DC (band)"])
def test_a_name_of_an_entity_with_signs_is_shown_in_quotes(name: str) -> None:
    _, errors = parse_name(name)
    assert f'goes in quotes: "{name}"' in errors[0].hint


def test_an_expression_among_the_names_is_not_taken_for_a_name() -> None:
    _, errors = parse_name("(Huawei OR) AND China")
    assert "goes in quotes" not in errors[0].hint


def test_a_field_of_another_tool_beside_a_word_is_shown_as_ours() -> None:
    _, errors = parse_all("apple intitle:pie")
    assert [error.hint for error in errors] == ["write apple AND title:pie", "did you mean title:?"]
