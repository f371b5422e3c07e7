"""The environment variables that Wirewatch reads, as people set them."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from bot.app import Environment
from bot.errors import MachineShort
from bot.rules_files import read_rules_text


@pytest.mark.parametrize("written", ["xoxb-1", " xoxb-1\n", '"xoxb-1"', "'xoxb-1'", ' " xoxb-1 " '])
def test_quotes_and_spaces_around_a_value_are_none_of_it(written: str) -> None:
    """`docker run --env-file` hands on the quotes that a shell would take away."""
    environment = Environment.read(
        {"SLACK_BOT_TOKEN": written, "DATABASE_URL": written.replace("xoxb-1", "sqlite:///x")}
    )
    assert environment.slack_bot_token == "xoxb-1"
    assert environment.database_url == "sqlite:///x"
    assert ("SLACK_BOT_TOKEN" in environment.trimmed) == (written != "xoxb-1")


@pytest.mark.parametrize("written", ["", " ", '""', "' '"])
def test_an_empty_value_is_absent(written: str) -> None:
    assert Environment.read({"SLACK_BOT_TOKEN": written}).slack_bot_token is None


@pytest.mark.parametrize("written", ["xapp-1\n2", "xapp-1 2", "xäpp-1"])
def test_an_app_token_that_no_request_can_carry_is_not_used(written: str) -> None:
    """It is named at start and by `doctor`; used, it would be tried for ever, and messages would bear dead buttons."""
    environment = Environment.read({"SLACK_APP_TOKEN": written})
    assert environment.slack_app_token is None
    assert environment.variables["SLACK_APP_TOKEN"] == written


def test_rules_see_variables_without_their_quotes() -> None:
    assert Environment.read({"FEED_KEY": '"a b"', "OTHER": " x "}).variables == {"FEED_KEY": "a b", "OTHER": " x "}


def test_quotes_inside_a_value_stay() -> None:
    assert Environment.read({"SLACK_BOT_TOKEN": 'a"b"c'}).slack_bot_token == 'a"b"c'


def test_a_rules_file_is_not_bad_because_the_machine_is_short_of_open_files(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text("rules: [Huawei]")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        with pytest.raises(MachineShort, match="cannot be read just now"):
            read_rules_text(file)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_paths_at_home_and_the_words_of_other_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder named `~` was made, and read from another folder's `~` after the next deploy."""
    monkeypatch.setenv("HOME", "/home/desk")
    environment = Environment.read({"STATE_DIR": "~/state", "WIREWATCH_CONFIG": "~/rules.yaml"})
    assert (environment.state, environment.config) == (Path("/home/desk/state"), Path("/home/desk/rules.yaml"))
    assert Environment.read({}, state=Path("~/x")).state == Path("/home/desk/x")
