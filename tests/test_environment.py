"""The environment variables that Wirewatch reads, as people set them."""

from __future__ import annotations

import pytest

from bot.app import Environment


@pytest.mark.parametrize("written", ["xoxb-1", " xoxb-1\n", '"xoxb-1"', "'xoxb-1'", ' " xoxb-1 " '])
def test_quotes_and_spaces_around_a_value_are_none_of_it(written: str) -> None:
    """`docker run --env-file` hands on the quotes that a shell would take away."""
    environment = Environment.read(
        {"SLACK_BOT_TOKEN": written, "DATABASE_URL": written.replace("xoxb-1", "sqlite:///x")}
    )
    assert environment.slack_bot_token == "xoxb-1"
    assert environment.database_url == "sqlite:///x"


@pytest.mark.parametrize("written", ["", " ", '""', "' '"])
def test_an_empty_value_is_absent(written: str) -> None:
    assert Environment.read({"SLACK_BOT_TOKEN": written}).slack_bot_token is None


def test_rules_see_variables_without_their_quotes() -> None:
    assert Environment.read({"FEED_KEY": '"a b"', "OTHER": " x "}).variables == {"FEED_KEY": "a b", "OTHER": " x "}


def test_quotes_inside_a_value_stay() -> None:
    assert Environment.read({"SLACK_BOT_TOKEN": 'a"b"c'}).slack_bot_token == 'a"b"c'
