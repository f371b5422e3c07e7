"""`replay`: a simulated clock, the real stages; the measured cases, and what the command promises."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli.replay import _json
from bot.cli.story_lines import StoryLines
from bot.core.rulefile.ruleset import read_ruleset
from bot.workbench.replay import Arrival, Replay
from tests import starts
from tests.conftest import NO_SHARED_DATA, SAMPLE_DATA, SHARED_DATA

SAMPLE = SAMPLE_DATA / "schedules.yaml"
SHARED = SHARED_DATA / "schedules" / "cases.dev.json"


def cases() -> list[Any]:
    """The sample's and the measuring data's (JSON is YAML)."""
    files = [file for file in (SAMPLE, SHARED) if file.is_file()]
    cases = [case for file in files for case in yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)["cases"]]
    absent = [] if SHARED in files else [pytest.param(None, marks=pytest.mark.skip(NO_SHARED_DATA))]
    return [pytest.param(case, id=case["name"]) for case in cases] + absent


def moment(text: str) -> datetime:
    """Of the cases, which name their zone."""
    return datetime.fromisoformat(text).astimezone(UTC)


def write(path: Path, stories: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(story) + "\n" for story in stories), encoding="utf-8")
    return path


@pytest.mark.parametrize("case", cases())
def test_schedule_case(case: dict[str, Any], tmp_path: Path) -> None:
    ruleset, problems = read_ruleset(case["rules"].encode(), {}, lambda name: "")
    assert ruleset is not None, problems
    lines = StoryLines([str(write(tmp_path / "stories.jsonl", case["stories"]))])
    run = Replay(ruleset)
    arrivals = (Arrival(id=line.id, entry=line.entry) for line in lines)
    got = [json.loads(_json(post, run, post.at)) for post in run.posts(arrivals, moment(case["to"]))]
    unused = [line for line in got if line["kind"] != "notice"]
    for expected in case["expect"]:
        mine = [line for line in unused if belongs(line, expected)]
        told = [story["id"] for line in mine for story in line["stories"]]
        assert mine, f"nothing meets {expected}, left: {unused}"
        assert expected["posts"] in (None, len(mine))
        if "any_of_story" not in expected:
            assert len(told) == len(set(told))
            assert len(told) == expected.get("n", len(expected["ids"]))
        if "text_has_number" in expected:
            assert any(str(expected["text_has_number"]) in line["text"] for line in mine)
        for line in mine:
            for story in line["stories"]:
                assert set(story["rules"]) == set(expected.get("rules", {}).get(story["id"], story["rules"]))
                assert story["sources"] == expected.get("sources", {}).get(story["id"], story["sources"])
            unused.remove(line)
    assert unused == []


def belongs(line: dict[str, Any], expected: dict[str, Any]) -> bool:
    return (
        line["channel"] == expected["channel"].lstrip("#")
        and line["kind"] in expected["kind"]
        and moment(expected["after"]) <= moment(line["at"]) <= moment(expected["before"])
        and {story["id"] for story in line["stories"]} <= set(expected.get("any_of_story") or expected["ids"])
    )


RULES = """\
feeds: ["https://example.org/feed.xml"]
settings: {timezone: Europe/Paris}
channels:
  desk: {slack: "#desk", digest: {at: ["09:00"]}}
rules:
  - {id: dam, when: dam OR bridge, to: [desk]}
"""
STORIES: list[dict[str, Any]] = [
    {"title": "Old dam repaired", "source": "a", "published": "2026-06-01T05:00:00Z"},
    {"title": "Harvest festival draws crowds", "source": "b"},
    {"title": "Railway bridge closes for tests", "source": "b", "published": "2026-06-01T08:00:00Z"},
]


def replay(folder: Path, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    (folder / "rules.yaml").write_text(RULES, encoding="utf-8")
    environment = {**os.environ, "STATE_DIR": str(folder / "state")}
    command = ("--config", folder / "rules.yaml", "replay", *arguments)
    return starts.run(*command, cwd=folder, env=environment, stdin=text)


def test_the_command_prints_what_would_be_posted(tmp_path: Path) -> None:
    file = str(write(tmp_path / "stories.jsonl", STORIES))
    first = replay(tmp_path, file, "--json")
    posts = [json.loads(line) for line in first.stdout.splitlines()]
    assert [(post["at"], post["channel"], post["kind"]) for post in posts] == [
        ("2026-06-01T09:00:00+02:00", "desk", "digest"),
        ("2026-06-02T09:00:00+02:00", "desk", "digest"),
    ]
    assert posts[1]["stories"] == [
        {"id": "3", "title": "Railway bridge closes for tests", "rules": ["dam"], "sources": 1},
    ]
    assert first.returncode == 0
    assert replay(tmp_path, file, "--json").stdout == first.stdout
    assert not (tmp_path / "state").exists()
    bounded = replay(tmp_path, file, "--json", "--from", "2026-06-01T08:00Z", "--to", "2026-06-01T23:00Z")
    assert (bounded.stdout, bounded.returncode) == ("", 0)


def test_an_update_stands_under_the_entry_that_brings_it(tmp_path: Path) -> None:
    told = [("a", "breaks, 9 dead", 5), ("b", "toll rises to 112 dead", 9), ("c", "mayor arrested", 10)]
    stories: list[dict[str, Any]] = [
        {
            "title": f"Varno dam: {title}",
            "source": outlet,
            "url": f"https://{outlet}.example/{hour}",
            "seen": f"2026-06-01T{hour:02}:00Z",
        }
        for outlet, title, hour in told
    ]
    file = str(write(tmp_path / "stories.jsonl", stories))
    posts = [json.loads(line) for line in replay(tmp_path, file, "--json").stdout.splitlines()]
    titles = [story["title"] for story in stories]
    assert [[(story["id"], story["title"]) for story in post["stories"]] for post in posts] == [
        [("1", titles[0])],
        [("1", titles[2])],
    ]
    text = posts[1]["text"]
    assert [text.count(title) for title in titles] == [1, 1, 1]
    places = [
        text.index(part)
        for part in (
            "UPDATED: " + titles[2],
            stories[2]["url"],
            titles[1],
            stories[1]["url"],
            titles[0],
            stories[0]["url"],
        )
    ]
    assert places == sorted(places)
    assert ("arrested" in text.partition("Now: ")[2], "9 → 112 dead" in text or "9 dead → 112 dead" in text) == (
        True,
        True,
    )
    assert text.strip() in replay(tmp_path, file).stdout


def test_a_bad_line_is_told_and_left_out(tmp_path: Path) -> None:
    text = 'nonsense\n{"summary": "no title"}\n{"title": "A dam", "seen": "yesterday"}\n' + json.dumps(STORIES[0])
    done = replay(tmp_path, "-", text=text)
    assert done.returncode == 2
    assert "-:1:" in done.stderr
    assert "-:3:" in done.stderr
    assert done.stdout.count("Old dam repaired") == 1
    assert "Traceback" not in done.stderr
