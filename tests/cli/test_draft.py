"""`draft`: a file of headlines → an item for the list under `rules:`, or a clear word."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import wirewatch
from bot.core.rulefile.ruleset import read_ruleset
from bot.store import SqliteStore
from tests.archives import feeds_of_rules, made_up_news, rule_set, take_in

HEADLINES = """\
Orbrecht wins 5G contract in Keld
5G ban hits Orbrecht

Orbrecht's “5G”: it's over
- Orbrecht opens a shop
"""


def run(place: Path, *arguments: str, text: str | None = None) -> Result:
    options = ["--config", str(place / "rules.yaml"), "--state", str(place)]
    return CliRunner().invoke(wirewatch, [*options, "draft", *arguments], input=text)


def test_the_item_is_a_rule_whose_tests_pass(tmp_path: Path) -> None:
    done = run(tmp_path, text=HEADLINES)
    assert done.exit_code == 0
    ruleset, problems = read_ruleset(f"feeds: []\nrules:\n  - Velcom\n{done.stdout}".encode(), {})
    assert ruleset is not None, problems
    rule = ruleset.rules[1]
    assert rule.when == "Orbrecht AND 5G"
    assert [test.story["title"] for test in rule.tests if not test.expected] == ["Orbrecht opens a shop"]
    assert len(rule.tests) == 4
    assert "There is no archive yet" in done.stderr


def test_json_has_the_same(tmp_path: Path) -> None:
    file = tmp_path / "headlines.txt"
    file.write_text("\ufeff" + HEADLINES, encoding="utf-8")
    line = json.loads(run(tmp_path, str(file), "--json").stdout)
    assert (line["when"], line["backtest"]) == ("Orbrecht AND 5G", None)
    assert line["tests"]["match"][0] == "Orbrecht wins 5G contract in Keld"
    assert line["tests"]["not"] == ["Orbrecht opens a shop"]


def test_an_id_in_use_is_not_used_again(tmp_path: Path) -> None:
    name = json.loads(run(tmp_path, "--json", text=HEADLINES).stdout)["rule"]
    (tmp_path / "rules.yaml").write_text(f"feeds: []\nrules:\n  - {{id: {name}, when: x}}\n", encoding="utf-8")
    assert json.loads(run(tmp_path, "--json", text=HEADLINES).stdout)["rule"] == f"{name}-2"


@pytest.mark.parametrize(
    ("text", "said", "code"),
    [
        ("", "0 headlines to match", 2),
        ("One\nTwo\n- Three\n", "2 headlines to match: a rule is drafted from 3 headlines or more", 2),
        ("One\nOne\nOne\n", "1 headline to match", 2),
        ("Orbrecht one\nOrbrecht two\nOrbrecht three\n- Orbrecht two\n", "stands there twice", 2),
        ("Dog bites man\nBank cuts rates\nThe weather is mild\n", "No rule: these headlines share no name", 1),
        ("x\n" * 1001, "at most 1000 headlines", 2),
    ],
    ids=["empty", "two", "one thrice", "both ways", "nothing shared", "too many"],
)
def test_what_makes_no_rule_gets_a_clear_word(tmp_path: Path, text: str, said: str, code: int) -> None:
    done = run(tmp_path, text=text)
    assert said in (done.stderr or "") + str(done.exception)
    assert done.exit_code == code or getattr(done.exception, "exit_code", None) == code
    assert done.stdout == ""


def test_the_archive_says_how_often_it_would_have_posted(tmp_path: Path) -> None:
    text = "rules:\n  - Velmora\n"
    (tmp_path / "rules.yaml").write_text(feeds_of_rules() + text, encoding="utf-8")
    with closing(SqliteStore(tmp_path / "wirewatch.db")) as store:
        store.migrate()
        take_in(store, rule_set(text), made_up_news(seed=3, count=150))
    before = (tmp_path / "wirewatch.db").read_bytes()
    headlines = "Velmora recalls 40 units of its ferry\nStrike at Velmora\nVelmora names a new head\n"
    done = run(tmp_path, "--json", text=headlines)
    line = json.loads(done.stdout)
    assert line["when"] == "Velmora"
    assert line["backtest"]["stories"] > 3
    assert f"On the archive: {line['backtest']['stories']} stories, " in done.stderr
    assert " messages a day." in done.stderr
    assert (tmp_path / "wirewatch.db").read_bytes() == before
