"""Commands and files that are called otherwise elsewhere: what to type, or to rename, instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_bad_input import wirewatch


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["mute", "huawei"], "/watch mute RULE"),
        (["review"], "/review"),
        (["reload"], "within five seconds"),
        (["stop"], "No such command 'stop'.\nCtrl-C, or SIGTERM, ends the worker."),
        (["why", "12"], "Did you mean explain?"),
        (["rules", "list"], "check --explain RULE"),
        (["run", "--dry-run"], "wirewatch backtest"),
        (["backtest", "huawei"], "--rule ID"),
        (["missed", "huawei"], "wirewatch missed --rule ID"),
        (["suggest", "--rule", "huawei"], "without an option: wirewatch suggest RULE"),
        (["rules", "log", "--rule", "huawei"], "without an option: wirewatch rules log RULE"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_command_of_other_tools_leads_to_ours(tmp_path: Path, arguments: list[str], words: str) -> None:
    done = wirewatch(tmp_path, *arguments)
    assert done.returncode == 2
    assert words in done.stderr


def test_what_stands_behind_a_mistyped_command_is_no_command(tmp_path: Path) -> None:
    """`serach new` was told how a rules file is begun."""
    said = wirewatch(tmp_path, "serach", "new").stderr
    assert said.endswith("No such command 'serach'. Did you mean search?\n")


@pytest.mark.parametrize("name", ["rules.yml", "rules.yaml.txt", "Rules.YAML"])
def test_a_rules_file_under_nearly_its_name_is_found_out(tmp_path: Path, name: str) -> None:
    """Windows shows `rules.yaml.txt` as rules.yaml."""
    (tmp_path / name).write_text("feeds: [https://news.example/rss]\nrules: [Huawei]\n")
    done = wirewatch(tmp_path, "check")
    assert done.returncode == 2
    assert f"There is no rules file rules.yaml. Is it {name}? Give it that name" in done.stderr
    for other in ("rules.yaml~", ".rules.yaml.swp", "rules.yaml.bak", "myrules.yml"):
        (tmp_path / other).write_text("")
    assert f"Is it {name}?" in wirewatch(tmp_path, "check").stderr


def test_a_link_that_leads_nowhere_and_a_folder_are_no_such_file(tmp_path: Path) -> None:
    """`There is no rules file rules.yaml. Is it rules.yaml? Give it that name`, of a mount that had gone."""
    (tmp_path / "rules.yaml").symlink_to("gone")
    (tmp_path / "rules.yml").mkdir()
    assert "There is no rules file rules.yaml. Write one" in wirewatch(tmp_path, "check").stderr
