"""Slips of people who know other tools, or little YAML: one problem each, with what to write."""

from __future__ import annotations

import pytest

from bot.core.language.word_lists import said_instead, word_list
from bot.core.rulefile.hints import clock_of, digest_hint, duration_hint, key_hint, quiet_hint
from bot.core.rulefile.ruleset import read_ruleset, rules_schema

FEEDS = "feeds:\n  - https://news.example/rss\n"
TESTED = FEEDS + "rules:\n  - id: a\n    when: Huawei\n    tests:\n"
SLIPS = {
    "a variable in braces": (
        "feeds:\n  - {url: https://news.example/rss?key=${KEY}}\nrules: [Huawei]\n",
        2,
        5,
        "this { is never closed",
        "put the value in double quotes",
    ),
    "an entity declared as rules name it": (
        FEEDS + "entities:\n  @huawei: [Huawei]\nrules: ['@huawei']\n",
        4,
        3,
        "@ stands before the name of an entity in rules",
        "an entity is declared without its @: huawei: [Huawei]",
    ),
    "a person as Slack shows one": (
        FEEDS + "rules:\n  - when: Huawei\n    owner: @anna\n",
        5,
        12,
        "@ cannot begin a value",
        "a person is called by the Slack id: U…",
    ),
    "a handle in braces": (
        FEEDS + "rules:\n  - {when: Huawei, mention: @here}\n",
        4,
        29,
        "@ cannot begin a value",
        "put the text in single quotes: '@here'",
    ),
    "a list beside its key": (
        TESTED + "      not: - ZTE wins\n",
        7,
        12,
        "a list does not begin beside its key",
        "write not: [ZTE wins], or each item in a line of its own",
    ),
    "the quotes of a word processor around an id": (
        FEEDS + "rules:\n  - {id: “a”, when: Huawei}\n",
        4,
        10,
        "these quotes belong to the id",
        "write a",
    ),
    "a list that is numbered": (
        FEEDS + "rules:\n  1. Huawei\n  2. ZTE\n",
        4,
        3,
        "rules is a list",
        "an item of a list begins with - and a space: - Huawei",
    ),
    "one feed, no list": (
        "feeds: https://news.example/rss\nrules: [Huawei]\n",
        1,
        8,
        "feeds is a list",
        "begins with - and a space: - https://news.example/rss",
    ),
    "a comment that sticks to a word": (
        FEEDS + "rules:\n  - Huawei AND 5G# telecom\n",
        4,
        16,
        "side by side",
        "a comment begins with a space and #: 5G # telecom",
    ),
    "a merge left unfinished": (
        FEEDS + "rules:\n<<<<<<< HEAD\n  - Huawei\n=======\n  - ZTE\n>>>>>>> other\n",
        4,
        1,
        "a merge was left unfinished here",
        "keep one side",
    ),
    "an item in another column": (
        FEEDS + "rules:\n    - Huawei\n   - ZTE\n",
        5,
        4,
        "stands in another column",
        "write 4 spaces before the -",
    ),
    "an item in another column, behind a list within one": (
        FEEDS + "rules:\n  - when: Huawei\n    to:\n        - news\n   - when: b\n",
        7,
        4,
        "stands in another column",
        "write 2 spaces before the -",
    ),
    "a quote left open behind a list within an item": (
        'feeds:\n  - url: https://news.example/rss\n    tags:\n      - tech\n  - "https://b.example\nrules: [x1]\n',
        5,
        5,
        "this quote is never closed",
        "write its end",
    ),
    "a channel's name alone": (
        FEEDS + "channels:\n  a: '#news'\nrules: [Huawei]\n",
        4,
        6,
        "takes keys with values",
        'write {slack: "#news"}',
    ),
    "a key too far right": (
        FEEDS + "rules:\n- id: a\n   when: ZTE\n",
        5,
        4,
        "column 4, id: above it in column 3",
        "write 2 spaces",
    ),
    "a key too far left": (
        FEEDS + "rules:\n  - id: a\n   when: ZTE\n",
        5,
        4,
        "column 4, id: above it in column 5",
        "write 4 spaces",
    ),
    "a section too far right": (
        FEEDS + " rules:\n  - Huawei\n",
        3,
        2,
        "column 2, feeds: above it in column 1",
        "write 0 spaces",
    ),
    "a key of a channel": (
        FEEDS + "channels:\n  a:\n    slack: x\n     follow: none\nrules: [Huawei]\n",
        6,
        6,
        "follow: stands in column 6",
        "write 4 spaces",
    ),
    "no space behind a colon": (
        FEEDS + "rules:\n  - id: a\n    when:Huawei and\n",
        5,
        5,
        "a space is missing",
        "when: Huawei and",
    ),
    "no space behind any colon": (
        FEEDS + "rules:\n  - id:a\n    when:Huawei\n",
        4,
        5,
        "a space is missing behind id:",
        "id: a",
    ),
    "no space behind a dash": (FEEDS + "rules:\n  -Huawei\n", 4, 3, "rules is a list", "- Huawei"),
    "a bullet": (FEEDS + "rules:\n  • Huawei\n", 4, 3, "rules is a list", "- Huawei"),
    "a star": (FEEDS + "rules:\n  * Huawei\n", 4, 3, "* begins no item", "- Huawei"),
    "a channel's name in braces": (
        FEEDS + "channels:\n  a: {slack: #desk}\nrules: [Huawei]\n",
        4,
        14,
        "# begins a comment",
        '"#desk"',
    ),
    "a hashtag in a list": (
        FEEDS + "entities:\n  a: [x1, #metoo]\nrules: ['@a']\n",
        4,
        11,
        "# begins a comment",
        '"#metoo"',
    ),
    "a star in a list": (FEEDS + "entities:\n  a: [*Huawei, x1]\nrules: ['@a']\n", 4, 7, "* cannot begin", "'Huawei'"),
    "a name with a colon": (
        FEEDS + "rules:\n  - id: a\n    name: A: b\n    when: x1\n",
        5,
        11,
        "the :",
        "the text in single quotes: 'A: b'",
    ),
    "a name with a sign": (
        FEEDS + "rules:\n  - id: a\n    name: @b\n    when: x1\n",
        5,
        11,
        "@ cannot",
        "the text in single quotes: '@b'",
    ),
    "a test with a colon": (
        TESTED + "      match:\n        - Huawei: a\n",
        8,
        11,
        "the :",
        "single quotes: 'Huawei: a'",
    ),
    "a story with a comma": (TESTED + "      not: [{title: A, b}]\n", 7, 24, "no key b", "in quotes"),
    "a title with a comma": (TESTED + "      match: [Huawei wins, 5G]\n", 7, 28, "failed", "in quotes"),
    "several expressions": (FEEDS + "rules:\n  - {when: [x1, y1 AND z1]}\n", 4, 12, "not a list", "x1 OR (y1 AND z1)"),
    "the name of a channel in Slack": (
        FEEDS + "channels: {a: {slack: '#desk'}}\nrules: [{when: x1, to: '#desk'}]\n",
        4,
        24,
        "no channel #desk",
        "write a:",
    ),
    "a channel with a sign": (
        FEEDS + "channels: {a: {slack: x}}\nrules: [{when: x1, to: '#a'}]\n",
        4,
        24,
        "no channel #a",
        "write a:",
    ),
    "a channel where none is": (
        FEEDS + "rules: [{when: x1, to: policy}]\n",
        3,
        24,
        "no channel policy",
        "declare it under channels:, or delete to:",
    ),
    "a rule put to sleep": (FEEDS + "rules: [{when: x1, muted: true}]\n", 3, 20, "no key muted", "/watch mute"),
    "a feed by its address": (
        FEEDS + "rules: [{when: x1, feeds: 'https://news.example/rss'}]\n",
        3,
        27,
        "no feed",
        "id: news",
    ),
    "a feed with its name": ("feeds: [BBC: 'https://x.example/']\nrules: [x1]\n", 1, 9, "an address", 'name: "BBC"'),
    "a link for an address": ("feeds: [{link: 'https://x.example/'}]\nrules: [x1]\n", 1, 10, "no key link", "url?"),
    "addresses in one feed": (
        "feeds: [{url: ['https://x.example/']}]\nrules: [x1]\n",
        1,
        15,
        "one address",
        "one feed",
    ),
    "another reader's header": (
        "feeds: [{url: 'https://x.example/', user_agent: x}]\nrules: [x1]\n",
        1,
        37,
        "no key user_agent",
        "under headers:",
    ),
    "another tool's expression": (FEEDS + "rules: [{id: a, expr: x1}]\n", 3, 17, "no key expr", "when?"),
    "a rule that is off": (FEEDS + "rules: [{when: x1, enabled: no}]\n", 3, 20, "no key enabled", "put #"),
    "a key in the wrong place": (FEEDS + "max_age: 3d\nrules: [x1]\n", 3, 1, "no key max_age", "settings:"),
    "tests outside of a rule": (FEEDS + "rules: [x1]\ntests: {}\n", 4, 1, "no key tests", "a rule"),
    "another file": (FEEDS + "rules: [x1]\ninclude: x.yaml\n", 4, 1, "no key include", "one file"),
    "another file, by a tag": (FEEDS + "rules: !include x.yaml\n", 3, 8, "unknown YAML tag", "one file"),
    "an entity with its sign": (
        FEEDS + "entities: {'@a': x1}\nrules: [x1]\n",
        3,
        12,
        "no rule can name",
        "in rules only: a",
    ),
}


@pytest.mark.parametrize(("text", "line", "column", "message", "hint"), SLIPS.values(), ids=SLIPS)
def test_a_slip_is_one_problem_with_its_mend(text: str, line: int, column: int, message: str, hint: str) -> None:
    problem = read_ruleset(text.encode(), {})[1][-1]
    assert (problem.line, problem.column) == (line, column)
    assert message in problem.message
    assert hint in problem.hint


@pytest.mark.parametrize("name", [name for name in SLIPS if name != "a title with a comma"])
def test_nothing_else_is_said(name: str) -> None:
    assert len(read_ruleset(SLIPS[name][0].encode(), {})[1]) == 1


def test_what_stands_behind_a_slip_is_read() -> None:
    text = FEEDS + "channels:\n  a: {slack: #desk}\nrules:\n- id: a\n   when: x1\n- Huawei and\n- id: b\n  when:x1\n"
    assert [problem.line for problem in read_ruleset(text.encode(), {})[1]] == [4, 7, 8, 8, 10]


SOUND = (
    "channels:\n  a: {slack: '#desk'}   # a remark\nrules: [{when: x1, to: a}] # another\n",
    "rules:\n  - id: a\n    when: |\n      x1\n       AND title:y1\n",
    "rules:\n  - id: a\n    when: x1\n      AND title:y1\n",
    "rules:\n- id: a\n  when: x1\n",
    "rules: [x1, {id: x1#2, when: y1}]\n",
)


@pytest.mark.parametrize("text", SOUND)
def test_what_is_sound_stays_so(text: str) -> None:
    assert read_ruleset((FEEDS + text).encode(), {})[1] == ()


def test_a_rule_that_says_what_another_says_is_warned_of() -> None:
    rules = "rules:\n  - Huawei\n  - {id: b, when: Huawei, name: B}\n  - {id: c, when: Huawei, priority: low}\n"
    ruleset, (problem,) = read_ruleset((FEEDS + rules).encode(), {})
    assert ruleset is not None
    assert (problem.severity, problem.line) == ("warning", 5)
    assert "huawei in line 4" in problem.message


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        *(("1w", "7d"), ("3 days", "3d"), ("1d12h", "36h"), ("P1DT12H", "36h"), ("1.5h", "90m"), ("1h 30m", "90m")),
        *(("2 weeks and 1 day", "15d"), ("1 month", "30d"), ("90 sec", "90s"), ("PT5M", "5m")),
        *(("3", "like"), ("soon", "like"), ("0.5s", "like"), ("P", "like"), ("", "like"), ("9" * 15 + "d", "10000d")),
    ],
)
def test_a_duration_as_people_write_it(text: str, hint: str) -> None:
    assert hint in duration_hint(text).split()[-1] or hint in duration_hint(text).split()


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        *(("8.30", "08:30"), ("8:30 pm", "20:30"), ("12am", "00:00"), ("12 p.m.", "12:00"), ("0830", "08:30")),
        *(("08:30:00", "08:30"), ("24:00", "00:00"), ("17h30", "17:30"), ("8 Uhr", "08:00"), ("17h", "17:00")),
        *(("25:00", ""), ("13pm", ""), ("noon", ""), ("8", ""), ("8:75", ""), ("", "")),
    ],
)
def test_a_clock_time_as_people_write_it(text: str, clock: str) -> None:
    assert clock_of(text) == clock


def test_a_schedule_in_one_word() -> None:
    assert digest_hint("1h") == "write {every: 1h}"
    assert digest_hint("08:30") == 'write {at: ["08:30"]}'
    assert "every" in digest_hint("0 8 * * *")
    assert quiet_hint("10pm to 7am") == 'write {from: "22:00", to: "07:00"}'
    assert quiet_hint("always") == 'write {from: "19:00", to: "07:30"}'


@pytest.mark.parametrize(
    ("keys", "hint"),
    [
        (("id", "when", "to"), "put # before its lines, or mute it in Slack (/watch mute)"),
        (("url", "outlet", "headers"), "put # before its lines"),
        (("slack", "digest"), "put # before its lines"),
    ],
    ids=["a rule", "a feed", "a channel"],
)
def test_only_a_rule_is_muted_in_slack(keys: tuple[str, ...], hint: str) -> None:
    assert key_hint("paused", keys) == hint


def test_the_keys_of_the_hints_are_those_of_the_file() -> None:
    known = str(rules_schema())
    for key in (*word_list("keys"), *said_instead("place")):
        assert f"'{key}'" in known, key


def test_a_typing_error_is_still_one() -> None:
    assert key_hint("wehn", ("id", "when", "to")) == "did you mean when?"
    assert key_hint("zzz", ("id", "when")) == "keys are id, when"
