"""The JSON Schema of rules.yaml: it takes what `check` takes, and refuses slips of structure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.core.rulefile.ruleset import read_ruleset, rules_schema
from tests.conftest import REPOSITORY
from tests.json_schema import from_yaml, slips
from tests.test_docs import rules_files

SCHEMA = rules_schema()
UNDERSTOOD = {
    # what a story line has, and what its neighbours explain
    "id", "guid", "url", "title", "summary", "body", "source", "feed", "author", "tags", "lang", "published", "seen",
    "file", "version", "from", "to", "match", "not",
}  # fmt: skip
MADE = REPOSITORY / "docs" / "rules.schema.json"


def test_the_shipped_schema_is_todays() -> None:
    again = "make it anew: wirewatch schema > docs/rules.schema.json"
    assert json.loads(MADE.read_text(encoding="utf-8")) == SCHEMA, again


def test_the_shipped_rules_file_points_to_it() -> None:
    text = (REPOSITORY / "rules.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=docs/rules.schema.json\n")
    assert slips(from_yaml(text), SCHEMA) == []


@pytest.mark.parametrize("text", [text for _, text in rules_files()], ids=[place for place, _ in rules_files()])
def test_every_rules_file_of_the_docs_is_taken(text: str) -> None:
    assert slips(from_yaml(text), SCHEMA) == []


def test_shared_rules_files_are_taken(shared_data: Path) -> None:
    sound = 0
    for path in sorted((shared_data / "rules").rglob("*.yaml")):
        ruleset, _ = read_ruleset(path.read_bytes(), {}, lambda name: "")
        if ruleset is not None:
            sound += 1
            assert slips(from_yaml(path.read_text(encoding="utf-8")), SCHEMA) == [], path
    assert sound


SLIPS = {
    "an unknown section": "rule: [Huawei]\n",
    "an unknown setting": "settings: {time_zone: Europe/London}\n",
    "a list of settings": "settings: [timezone]\n",
    "a duration without a unit": "settings: {max_age: 3}\n",
    "a duration of two": "settings: {keep: 1d12h}\n",
    "a word that is none of the choices": "settings: {first_run: loud}\n",
    "a number out of bounds": "settings: {fetch: {concurrency: 0}}\n",
    "a size that is none": "settings: {fetch: {max_bytes: large}}\n",
    "a flag that is none": "settings: {allow_private_hosts: perhaps}\n",
    "a feed without url": "feeds: [{id: a}]\n",
    "feeds by name": "feeds: {a: https://a.example/rss}\n",
    "an unknown key of a feed": "feeds: [{url: https://a.example/rss, outlets: a}]\n",
    "headers in a list": "feeds: [{url: https://a.example/rss, headers: [A]}]\n",
    "an entity without names": "entities: {a: {but_not: [x]}}\n",
    "a channel without slack": "channels: {a: {digest: {every: 5m}}}\n",
    "a clock time that is none": "channels: {a: {slack: C1, digest: {at: noon}}}\n",
    "an unknown key of a digest": "channels: {a: {slack: C1, digest: {daily: '08:30'}}}\n",
    "an immediate word": "channels: {a: {slack: C1, immediate: always}}\n",
    "rules by name": "rules: {a: Huawei}\n",
    "a rule without when": "rules: [{id: a}]\n",
    "an unknown key of a rule": "rules: [{when: Huawei, channel: a}]\n",
    "a priority that is none": "rules: [{when: Huawei, priority: high}]\n",
    "a list as when": "rules: [{when: [Huawei, ZTE]}]\n",
    "an unknown key of a test": "rules: [{when: Huawei, tests: {match: [{headline: Huawei}]}}]\n",
    "another version": "version: 2\n",
    "a spike in one word": "rules: [{when: Huawei, spike: 3}]\n",
    "an unknown key of a spike": "rules: [{when: Huawei, spike: {hours: 6}}]\n",
    "a spike of less than usual": "rules: [{when: Huawei, spike: {times: 0.5}}]\n",
    "a budget of nothing": "rules: [{when: Huawei, max_per_day: 0}]\n",
    "a review without a clock time": "settings: {review: {at: noon}}\n",
    "owners in a list": "owners: [a.example]\n",
}


@pytest.mark.parametrize("text", SLIPS.values(), ids=SLIPS)
def test_slips_of_structure_are_refused(text: str) -> None:
    assert slips(from_yaml(text), SCHEMA)
    ruleset, problems = read_ruleset(text.encode(), {})
    assert ruleset is None, problems


def test_every_key_says_what_it_is_for() -> None:
    """An editor shows it."""

    def mute(schema: Any) -> list[str]:
        if isinstance(schema, list):
            return [key for one in schema for key in mute(one)]
        if not isinstance(schema, Mapping):
            return []
        silent = [key for key, known in schema.get("properties", {}).items() if "description" not in known]
        return silent + [key for one in schema.values() for key in mute(one)]

    assert set(mute(SCHEMA)) <= UNDERSTOOD
