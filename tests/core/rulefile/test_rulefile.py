"""Rules files: what is read, and every problem with its place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.core.rulefile.problems import problem_text, problems_in_brief, problems_text
from bot.core.rulefile.ruleset import read_ruleset
from bot.model import (
    ChannelId,
    ExpectSettings,
    OutletId,
    Priority,
    Quiet,
    ReviewSettings,
    RuleSet,
    SpikeSettings,
    WeeklySlot,
)
from tests.core.rulefile.files import FEED, RULES, read


def sound(text: str, environ: Mapping[str, str] | None = None) -> RuleSet:
    ruleset, problems = read(text, environ)
    assert ruleset is not None, [problem_text("rules.yaml", problem) for problem in problems]
    return ruleset


WHOLE = """
version: 1
settings:
  timezone: Europe/London
  max_age: 2d
  keep: 30d
  allow_private_hosts: true
  first_run: silent
  contact: desk@news.example
  fetch: {concurrency: 7, per_host: 0s, timeout: 20s, max_bytes: 1MB, min: 0s, max: 6h}
  stories: {window: 48h}
feeds:
  - https://news.example/technology/rss
  - {url: "https://news.example/world?key=${KEY}", id: world, name: World, outlet: news, tags: [general], every: 10m}
  - url: https://other.example/rss
    headers: {Authorization: "Bearer ${TOKEN}"}
entities:
  huawei: [Huawei, HiSilicon]
  us: {names: [US, United States], but_not: [T-Mobile US]}
text:
  promo: ['^from our partners']
channels:
  policy:
    slack: "#policy"
    digest: {at: ["17:00", 8:30], days: mon-fri, max_stories: 5}
    quiet: {from: "19:00", to: "07:30", weekends: true}
  telecom: {slack: C0TELECOM, immediate: {per_hour: 6}}
  plain: {slack: "#plain"}
rules:
  - Huawei AND ZTE            # a comment of YAML
  - Huawei AND ZTE
  - id: full
    name: In full
    when: |
      @huawei AND 5G          # a comment of the rule
      NOT shop
    to: [policy, telecom]
    priority: urgent
    mention: "<!here>"
    feeds: [general]
    tests:
      match: ["Huawei wins 5G contract", {title: Role for Huawei, body: in 5G networks}, {file: story.txt}]
      not: ["Huawei opens a shop for 5G", NO]
"""


def test_the_whole_schema() -> None:
    rules = sound(WHOLE, {"KEY": "k1", "TOKEN": "t1"})
    settings = rules.settings
    assert (settings.timezone, settings.first_run, settings.allow_private_hosts) == ("Europe/London", "silent", True)
    assert settings.contact == "desk@news.example"
    assert settings.fetch.per_host == settings.fetch.min == timedelta(0)
    assert (settings.fetch.concurrency, settings.fetch.max_bytes) == (7, 1_000_000)
    assert settings.stories.window == timedelta(hours=48)
    first, world, other = rules.feeds
    assert (first.id, first.name, first.label) == ("news-example-technology-rss", "news.example", first.url)
    assert world.url.endswith("key=k1")
    assert world.label.endswith("${KEY}")
    assert (world.tags, world.every, world.outlet) == (("general",), timedelta(minutes=10), "news")
    assert other.headers == {"Authorization": "Bearer t1"}
    policy = rules.channels[ChannelId("policy")]
    assert policy.digest is not None
    assert policy.digest.at == (time(8, 30), time(17))
    assert policy.digest.days == frozenset(range(5))
    assert policy.quiet is not None
    assert (policy.quiet.start, policy.quiet.weekends, policy.follow) == (time(19), True, "none")
    telecom = rules.channels[ChannelId("telecom")]
    assert (telecom.digest, telecom.follow) == (None, "update")
    assert telecom.immediate is not None
    assert telecom.immediate.per_hour == 6
    plain = rules.channels[ChannelId("plain")].digest
    assert plain is not None
    assert plain.every == timedelta(minutes=15)
    assert rules.channels[ChannelId("default")].slack == "#news"
    bare, again, full = rules.rules
    assert (bare.id, again.id, bare.name, bare.to) == (
        "huawei-and-zte",
        "huawei-and-zte-2",
        "Huawei AND ZTE",
        ("default",),
    )
    assert (full.priority, full.mention, full.feeds, len(full.tests)) == (Priority.URGENT, "<!here>", {"general"}, 5)
    assert rules.promo == ("^from our partners",)


def test_the_version_is_that_of_text_and_variables() -> None:
    text = 'feeds:\n  - "https://news.example/${KEY}"\nrules:\n  - Huawei\n'
    one = sound(text, {"KEY": "a"}).version
    assert one == sound(text, {"KEY": "a", "OTHER": "x"}).version
    assert one != sound(text, {"KEY": "b"}).version
    assert one != sound(text + "  - ZTE\n", {"KEY": "a"}).version


@pytest.mark.parametrize(
    ("held", "url", "problem"),
    [
        pytest.param("k\u00e9y", "https://news.example/k\u00e9y/rss", "", id="letters beyond ASCII"),
        pytest.param("key\n", "https://news.example/key/rss", "", id="made with echo"),
        pytest.param("key\r\n", "https://news.example/key/rss", "", id="made on Windows"),
        pytest.param("k\udce9y", None, "the variable KEY holds bytes that are no UTF-8", id="bytes of latin-1"),
    ],
)
def test_what_a_variable_may_hold(held: str, url: str | None, problem: str) -> None:
    """With a line's end no worker started; a feed whose URL held half a character was never asked, and nobody told."""
    ruleset, problems = read_ruleset(
        b'feeds:\n  - "https://news.example/${KEY}/rss"\nrules:\n  - Huawei\n', {"KEY": held}
    )
    assert [one.message for one in problems] == ([problem] if problem else [])
    assert (ruleset.feeds[0].url if ruleset is not None else None) == url


def test_the_default_channel_goes_where_the_environment_says() -> None:
    rules = sound(FEED + "rules: [Huawei]\n", {"SLACK_CHANNEL": "C0DESK"})
    assert rules.channels[ChannelId("default")].slack == "C0DESK"


@pytest.mark.parametrize(
    "text", ["\ufeff" + FEED + "rules: [Huawei]\n", (FEED + "rules: [Huawei]\n").replace("\n", "\r\n")]
)
def test_a_byte_order_mark_and_crlf_are_fine(text: str) -> None:
    assert sound(text).rules[0].when == "Huawei"


# ruff: noqa: E501 - one case a line
PROBLEMS = {
    "lower-case operator": (RULES + "  - Huawei and 5G\n", 4, 12, "write AND"),
    "two words": (RULES + "  - Huawei 5G\n", 4, 5, "Huawei AND 5G"),
    "unknown field, far right": (RULES + "  - id: a\n    when: ZTE AND titel:x\n", 5, 19, "title:"),
    "unknown entity in quotes": ("entities: {zte: [ZTE]}\n" + RULES + "  - '@zet'\n", 5, 6, "@zte"),
    "in a literal block": (RULES + "  - id: a\n    when: |\n      Huawei\n      and 5G\n", 7, 7, "write AND"),
    "in a folded block": (RULES + "  - id: a\n    when: >\n      Huawei\n      and 5G\n", 7, 7, "write AND"),
    "behind a doubled quote": (RULES + "  - 'O''Neill and 5G'\n", 4, 15, "write AND"),
    "behind an escape": (RULES + '  - "\\"no spy\\" and 5G"\n', 4, 17, "write AND"),
    "on a plain second line": (RULES + "  - Huawei\n    and 5G\n", 5, 5, "write AND"),
    "behind wide characters": (RULES + "  - '华为 and 5G'\n", 4, 9, "write AND"),
    "rule id twice": (RULES + "  - {id: a, when: x1}\n  - {id: a, when: x2}\n", 5, 10, "line 4"),
    "feed id twice": ("feeds:\n  - {url: 'https://a.example', id: a}\n  - {url: 'https://b.example', id: a}\n", 3, 36, "line 2"),
    "key twice": (RULES + "  - id: a\n    when: x1\n    when: x2\n", 6, 5, "twice"),
    "unknown key at the top": ("ruls: []\n" + RULES, 1, 1, "rules"),
    "unknown key of a rule": (RULES + "  - id: a\n    wen: x1\n", 5, 5, "when"),
    "unknown key of settings": ("settings:\n  timezon: UTC\n" + RULES, 2, 3, "timezone"),
    "unknown channel": ("channels: {policy: {slack: '#p'}}\n" + RULES + "  - {when: x1, to: polcy}\n", 5, 20, "policy"),
    "unknown feed": (RULES + "  - {when: x1, feeds: [news-exmple-rss]}\n", 4, 24, "news-example-rss"),
    "bad priority": (RULES + "  - {when: x1, priority: urgnt}\n", 4, 26, "urgent"),
    "bad timezone": ("settings: {timezone: Europe/Londn}\n" + RULES, 1, 22, "Europe/London"),
    "bad duration": ("settings: {max_age: 3 days}\n" + RULES, 1, 21, "3d"),
    "bad size": ("settings: {fetch: {max_bytes: lots}}\n" + RULES, 1, 31, "5MB"),
    "bad clock time": ("channels: {p: {slack: '#p', digest: {at: ['25:00']}}}\n" + RULES, 1, 43, "08:30"),
    "bad days": ("channels: {p: {slack: '#p', digest: {days: mon-fry}}}\n" + RULES, 1, 44, "mon-fri"),
    "every and at": ("channels: {p: {slack: '#p', digest: {every: 5m, at: ['08:00']}}}\n" + RULES, 1, 49, "delete one"),
    "quiet without to": ("channels: {p: {slack: '#p', quiet: {from: '08:00'}}}\n" + RULES, 1, 36, "to"),
    "channel without slack": ("channels:\n  p: {digest: {every: 5m}}\n" + RULES, 2, 3, "slack"),
    "slack name taken for a comment": ("channels:\n  p:\n    slack: #p\n" + RULES, 3, 5, "comment"),
    "no address": ("feeds:\n  - news.example/rss\n", 2, 5, "https://"),
    "no host": ("feeds:\n  - https:///rss\n", 2, 5, "host"),
    "unset variable": ("feeds:\n  - 'https://news.example/${KEY}'\n", 2, 27, "KEY"),
    "entity in itself": ("entities:\n  a: ['@b']\n  b: ['@a', x1]\n" + RULES, 2, 3, "@a → @b → @a"),
    "mistake in a name": ("entities:\n  a: [Huawei, '@bb']\n" + RULES, 2, 16, "@bb"),
    "bad promo pattern": ("text:\n  promo: ['^(x']\n" + RULES, 2, 12, "RE2"),
    "promo pattern for everything": ("text:\n  promo: ['x*']\n" + RULES, 2, 11, "every line"),
    "failing test": (RULES + "  - id: a\n    when: Huawei AND 5G\n    tests: {match: [Huawei]}\n", 6, 21, "5G is not in"),
    "test that should not match": (RULES + "  - {when: Huawei, tests: {not: [Huawei]}}\n", 4, 34, "“Huawei” stands in title"),
    "a word for a name": (RULES + "  - {when: Target, tests: {not: [Their target]}}\n", 4, 34, "write =Target"),
    "failing test, only in a caption": (
        RULES + "  - id: a\n    when: Huawei\n    tests:\n      match:\n        - {title: x, body: '<p>Text.</p><p>FILE PHOTO: Huawei</p>'}\n",
        8, 11, "caption",
    ),
    "no when": (RULES + "  - id: a\n    name: x\n", 4, 5, "when:"),
    "empty when": (RULES + "  - id: a\n    when:\n", 5, 10, "empty"),
    "unknown tag": (RULES + "  - !x Huawei\n", 4, 5, "single quotes"),
    "nested too deep": (RULES + "  - " + "[" * 500 + "]" * 500 + "\n", 4, 103, "100 levels"),
    "version": ("version: 2\n" + RULES, 1, 10, "version: 1"),
    "owner by name": (RULES + "  - {when: x1, owner: '@anna'}\n", 4, 23, "U…"),
    "a channel that is a person's name": ("channels: {p: {slack: '@anna'}}\n" + RULES, 1, 23, "U…"),
    "a budget of nothing": (RULES + "  - {when: x1, max_per_day: 0}\n", 4, 29, "from 1 to"),
    "a slip in max_per_day": (RULES + "  - {when: x1, max_perday: 5}\n", 4, 16, "max_per_day"),
    "a spike over a fortnight": (RULES + "  - {when: x1, spike: {window: 14d}}\n", 4, 32, "at most 7d"),
    "a spike of half as many": (RULES + "  - {when: x1, spike: {times: 0.5}}\n", 4, 31, "from 1 to 1000"),
    "a slip in spike": (RULES + "  - {when: x1, spike: {atleast: 5}}\n", 4, 24, "at_least"),
    "a spike in one word": (RULES + "  - {when: x1, spike: 3}\n", 4, 23, "window, times, at_least"),
    "expect without per": (RULES + "  - {when: x1, expect: {at_least: 2}}\n", 4, 24, "per: 14d"),
    "review on two days": ("settings: {review: {day: mon-tue}}\n" + RULES, 1, 26, "one weekday"),
    "missed at no time": ("settings: {missed: {at: noon}}\n" + RULES, 1, 25, "08:30"),
    "an outlet of two houses": ("owners: {a: [x.example], b: [X.example]}\n" + RULES, 1, 30, "belongs to a"),
    "an outlet as a URL": ("owners: {a: ['https://x.example/']}\n" + RULES, 1, 14, "domain"),
    "a quote that goes on": (RULES + '  - "Huawei" AND 5G\n', 4, 5, "'\"Huawei\" AND 5G'"),
    "a single quote that goes on": (RULES + "  - 'no spy' AND 5G\n", 4, 5, "'\"no spy\" AND 5G'"),
    "a quote that goes on, in when": (RULES + '  - id: a\n    when: "no spy" AND 5G\n', 5, 11, "single quotes"),
    "an at sign": (RULES + "  - @huawei AND 5G\n", 4, 5, "'@huawei AND 5G'"),
    "an at sign in a list": ("entities:\n  a: [x1, @b]\n" + RULES, 2, 11, "single quotes"),
    "a mapping by accident": (RULES + "  - /CVE: \\d+/\n", 4, 5, "single quotes"),
    "a field by accident": (RULES + "  - title: Huawei\n", 4, 5, "'title: Huawei'"),
    "a field in when by accident": (RULES + "  - id: a\n    when: title: Huawei\n", 5, 11, "single quotes"),
    "a list by accident": (RULES + "  - [Huawei OR ZTE] AND 5G\n", 4, 5, "single quotes"),
    "an alias by accident": (RULES + "  - *awei AND 5G\n", 4, 5, "single quotes"),
    "a backslash in double quotes": (RULES + '  - "/CVE-\\d+/ AND x1"\n', 4, 11, "single quotes"),
    "# in a folded block": (RULES + "  - id: a\n    when: >\n      Huawei # firm\n      AND 5G\n", 6, 14, "when: |"),
    "# in quotes over lines": (RULES + "  - 'Huawei # firm\n    AND 5G'\n", 4, 13, "when: |"),
    "# in plain text over lines": (RULES + "  - Huawei # firm\n    AND 5G\n", 4, 12, "when: |"),
    "# for a hashtag": (RULES + "  - Huawei AND #5G\n", 4, 12, "comment"),
    "quotes that YAML takes": (RULES + '  - "no spy"\n', 4, 6, "'\"no spy\"'"),
    "a tab": (RULES + "  - id: a\n\twhen: x1\n", 5, 1, "spaces"),
    "a quote never closed": (RULES + '  - "Huawei AND 5G\n', 4, 5, "never closed"),
    "two documents": (RULES + "  - x1\n---\nfeeds: []\n", 5, 1, "---"),
    "latin-1": ((RULES + "  - Citro").encode() + b"\xebn\n", 4, 10, "UTF-8"),
    "UTF-16": (RULES.encode("utf-16"), 1, 1, "UTF-8"),
    "binary": (b"\x89PNG\r\n\x00\x00", 2, 1, "right file"),
    "a control character": (RULES + "  - Hua\x07wei\n", 4, 8, "U+0007"),
    "empty": ("", 1, 1, "empty"),
    "only a text": ("Huawei AND 5G", 1, 1, "keys"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "column", "says"), PROBLEMS.values(), ids=PROBLEMS)
def test_a_problem_has_its_place_and_its_mend(text: str | bytes, line: int, column: int, says: str) -> None:
    ruleset, problems = read(text)
    assert ruleset is None
    assert [(problem.line, problem.column) for problem in problems if problem.severity == "error"] == [(line, column)]
    printed = problem_text("rules.yaml", problems[0])
    assert printed.startswith(f"rules.yaml:{line}:{column}: error: ")
    assert says in printed


def test_all_problems_of_a_file_at_once() -> None:
    text = (
        "entities:\n  a: [x1]\n"
        + RULES
        + "  - \"Huawei\" AND 5G\n  - Huawei or ZTE\n  - '@b'\n  - @c\n  - x1 AND x2 OR x3\n"
    )
    _, problems = read(text)
    assert [problem.line for problem in problems] == [6, 7, 8, 9, 10]


def test_warnings_are_looked_for_where_they_are_wanted_or_something_is_wrong() -> None:
    rules = "feeds: [https://x.example/rss]\nrules:\n  - alpha OR (alpha AND beta)\n  - id: one\n    when: "
    sound_file, faulty_file = (rules + when for when in ("gamma", "gamma AND"))
    for text, severities in ((sound_file, ["warning"]), (faulty_file, ["warning", "error"])):
        ruleset, problems = read_ruleset(text.encode(), {})
        assert [problem.severity for problem in problems] == severities
        again, remaining = read_ruleset(text.encode(), {}, lint=False)
        assert again == ruleset
        assert remaining == (() if ruleset is not None else problems)


def test_the_keys_of_the_workbench() -> None:
    ruleset = sound(
        "settings: {review: {sample: 3, at: '8:00'}, missed: {day: Thursday}}\n"
        "channels: {anna: {slack: <@U0ANNA|anna>, max_per_day: 40}, bo: {slack: W0BO}, news: {slack: U}}\n"
        "owners: {big: [One.example, two.example], small: tiny}\n" + RULES + "  - {when: x1, owner: <@U0ANNA>, "
        "max_per_day: 20, spike: {window: 3h, times: 2.5, at_least: 4}, expect: {at_least: 2, per: 14d}}\n"
        "  - {when: x2, spike: {}, expect: {per: 1d}}\n  - x3\n"
    )
    assert ruleset.settings.review == ReviewSettings(sample=3, slot=WeeklySlot(day=0, at=time(8)))
    assert ruleset.settings.missed == WeeklySlot(day=3, at=time(15))
    anna, bo, news = (ruleset.channels[ChannelId(name)] for name in ("anna", "bo", "news"))
    assert (anna.slack, anna.person, anna.max_per_day) == ("U0ANNA", "U0ANNA", 40)
    assert (bo.person, bo.max_per_day, news.person) == ("W0BO", None, None)
    assert [ruleset.house_of(OutletId(outlet)) for outlet in ("one.example", "Two.example", "tiny", "other")] == [
        "big", "big", "small", "other",
    ]  # fmt: skip
    first, second, third = ruleset.rules
    assert (first.owner, first.max_per_day) == ("U0ANNA", 20)
    assert first.spike == SpikeSettings(window=timedelta(hours=3), times=2.5, at_least=4)
    assert first.expect == ExpectSettings(at_least=2, per=timedelta(days=14))
    assert second.spike == SpikeSettings(window=timedelta(hours=6), times=3, at_least=5)
    assert second.expect == ExpectSettings(at_least=1, per=timedelta(days=1))
    assert (third.owner, third.max_per_day, third.spike, third.expect) == (None, None, None, None)


def test_without_a_key_nobody_is_asked_and_an_empty_one_asks_as_usual() -> None:
    silent = sound(RULES + "  - x1\n").settings
    assert (silent.review, silent.missed) == (None, None)
    usual = sound("settings:\n  review:\n  missed: {}\n" + RULES + "  - x1\n").settings
    assert usual.review == ReviewSettings(sample=5, slot=WeeklySlot(day=0, at=time(9)))
    assert usual.missed == WeeklySlot(day=4, at=time(15))


def test_words_of_yaml_stay_text() -> None:
    rules = sound(RULES + "  - NO\n  - on\n  - 08:30\n  - 1e3\n".replace("08:30", "'\"08:30\"'"))
    assert [rule.when for rule in rules.rules] == ["NO", "on", '"08:30"', "1e3"]


def test_a_rule_is_tested_whatever_its_feeds() -> None:
    text = "feeds:\n  - {url: 'https://news.example/rss', id: news, tags: [general]}\nrules:\n  - id: a\n    when: Huawei\n"
    sound(text + "    feeds: [general]\n    tests: {match: [Huawei, {title: Huawei, feed: news}]}\n")
    ruleset, _ = read(text + "    feeds: [general]\n    tests: {match: [{title: Huawei, feed: other}]}\n")
    assert ruleset is None


HOSTILE = {
    "aliases in aliases": ("a: &a [x, x]\nb: &b [*a, *a]\nrules: [*b, *b]\n", None, "the rules file has no key a"),
    "an alias in itself": ("&a [*a]", None, "the rules file takes keys with values, not a list"),
    "two thousand dashes": ("rules: " + "- " * 2_000, None, "YAML cannot read this"),
    "five thousand braces": ("{" * 5_000, None, "nested deeper than 100 levels"),
    "two thousand rules": ("rules:\n" + "".join(f"  - x1 AND y{n}\n" for n in range(2_000)), 2_000, ""),
    "one word of 3 MB": ("x" * 3_000_000, None, "the rules file takes keys with values"),
    "one OR of 20,000": (RULES + "  - '" + "x OR " * 20_000 + "x'\n", 1, "x stands here twice"),
    "five thousand parentheses": (RULES + "  - '" + "(" * 5_000 + "'\n", None, "nested deeper than 100 levels"),
    "signs nobody sees": (RULES + "  - '\\ud800 \u202e'\n", None, "\\ is no letter or digit"),
    "a line separator": ("\u2028".join(["rules:", "- x"]), 1, ""),
}


@pytest.mark.parametrize(("text", "rules", "says"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_get_an_answer(text: str, rules: int | None, says: str) -> None:
    ruleset, problems = read(text)
    assert (ruleset and len(ruleset.rules)) == rules
    assert bool(problems) == bool(says)
    for problem in problems[:1]:
        assert problem.message.startswith(says)
        assert len(problem_text("rules.yaml", problem)) < 1_000


def broken(folder: Path) -> dict[str, dict[str, list[dict[str, object]]]]:
    expected: dict[str, dict[str, list[dict[str, object]]]] = json.loads((folder / "expected.json").read_text())
    return expected


def test_broken_files(data: Path) -> None:
    (folder,) = (data / "rules").glob("broken*")
    for name, case in broken(folder).items():
        _, problems = read((folder / name).read_bytes())
        left = list(problems)
        for wanted in case["problems"]:
            first, last = wanted["col"]  # type: ignore[misc]  # JSON
            hits = [
                problem
                for problem in left
                if (problem.line, problem.severity) == (wanted["line"], wanted["severity"])
                and first <= problem.column <= last
                and str(wanted.get("suggest", "")) in problem_text(name, problem)
            ]
            assert hits, (name, wanted, problems)
            left.remove(hits[0])
        assert not left, (name, left)


def test_quiet_weekends_alone_are_enough() -> None:
    ruleset = sound(f"channels: {{a: {{slack: C1, quiet: {{weekends: true}}}}}}\n{RULES}  - x1\n")
    assert ruleset.channels[ChannelId("a")].quiet == Quiet(weekends=True)
    _, problems = read(f"channels: {{a: {{slack: C1, quiet: {{weekends: false}}}}}}\n{RULES}  - x1\n")
    assert [problem.message for problem in problems] == ["quiet hours have no from", "quiet hours have no to"]


def test_problems_in_brief_are_the_first_ten_errors_and_a_count() -> None:
    _, problems = read(RULES + "  - Huawei OR (Huawei AND 5G)\n" + "  - Huawei and 5G\n" * 25)
    brief = problems_in_brief("rules.yaml", problems)
    assert brief.count("error: ") == 10
    assert "warning: " not in brief
    assert brief.endswith("\n… and 16 more problems: `wirewatch check` prints them all")
    assert problems_in_brief("rules.yaml", problems[:2]) == problems_text("rules.yaml", problems[1:2]) + (
        "\n… and 1 more problem: `wirewatch check` prints them all"
    )
