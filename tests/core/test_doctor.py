"""Facts in, findings out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import PurePath

import pytest

from bot.core import doctor
from bot.core.doctor import Finding, Level

NOW = datetime(2026, 3, 4, tzinfo=UTC)
PASSWORD = "correct horse battery"


def levels(found: list[Finding]) -> list[str]:
    return [finding.level.value for finding in found]


@pytest.mark.parametrize(
    "variables, file, expected, fatal",
    [
        ({}, "state/wirewatch.db", [], False),
        ({"DYNO": "worker.1"}, "state/wirewatch.db", ["bad"], True),
        ({"DYNO": "worker.1"}, None, [], False),
        ({"DYNO": "worker.1", "ALLOW_EPHEMERAL": "1"}, "state/wirewatch.db", ["note"], False),
        ({"DYNO": "worker.1", "ALLOW_EPHEMERAL": "True"}, "state/wirewatch.db", ["note"], False),
        ({"DYNO": "worker.1", "ALLOW_EPHEMERAL": "0"}, "state/wirewatch.db", ["bad"], True),
        ({"DYNO": ""}, "state/wirewatch.db", [], False),
    ],
    ids=["no dyno", "dyno", "dyno with PostgreSQL", "allowed", "allowed in a word", "not allowed", "empty"],
)
def test_sqlite_on_a_dyno(variables: dict[str, str], file: str | None, expected: list[str], fatal: bool) -> None:
    found = doctor.judge_ephemeral(variables, file)
    assert levels(found) == expected
    assert any(finding.is_fatal for finding in found) == fatal
    assert all("DATABASE_URL" in finding.text or "ALLOW_EPHEMERAL" in finding.text for finding in found)


@pytest.mark.parametrize(
    "variables, expected",
    [
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}, []),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, []),
        ({}, ["note"]),
        ({"SLACK_BOT_TOKEN": "xapp-geheim"}, ["bad"]),
        ({"SLACK_BOT_TOKEN": "geheim"}, ["note"]),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xoxb-geheim"}, ["bad"]),
        ({"SLACK_BOT_TOKEN": "xoxe.xoxb-1-geheim"}, ["note"]),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, dict) else "",
)
def test_tokens_are_told_apart_and_never_shown(variables: dict[str, str], expected: list[str]) -> None:
    found = doctor.judge_tokens(variables)
    assert levels(found) == expected
    assert not any("geheim" in finding.text for finding in found)


@pytest.mark.parametrize(
    "value, words",
    [
        ("Bearer {}", "something before {}"),
        ("SLACK_TOKEN={}", "something before {}"),
        ("\u201c{}\u201d", "something before {}"),
        ("{}\n{}", "something before {}"),
        ("{}\n1", "a line break"),
        ("{}\r\n1", "a line break"),
        ("{} 1", "a space"),
        ("{}\t1", "a space"),
        ("{}\u00a01", "a space"),
        ("{}\u2026", "the character U+2026"),
        ("{}1\"'", "the character U+0022"),
        ("<{}1>", "something before {}"),
    ],
)
@pytest.mark.parametrize(("name", "prefix"), [("SLACK_BOT_TOKEN", "xoxb-"), ("SLACK_APP_TOKEN", "xapp-")])
def test_what_no_token_can_be_is_named_with_what_to_write(name: str, prefix: str, value: str, words: str) -> None:
    variables = {"SLACK_BOT_TOKEN": "xoxb-1", name: value.replace("{}", f"{prefix}geheim")}
    (found,) = doctor.judge_tokens(variables)
    assert (found.level, found.is_fatal) == ("bad", name == "SLACK_BOT_TOKEN")
    assert found.text.startswith(f"{name} has {words.replace('{}', prefix)}")
    assert f"{name}={prefix}…" in found.text
    assert "geheim" not in found.text


def test_what_stands_around_a_token_is_left_out_and_told() -> None:
    (found,) = doctor.judge_tokens({"SLACK_BOT_TOKEN": "xoxb-geheim"}, {"SLACK_BOT_TOKEN"})
    assert found.level == "note"
    assert "around it; they are left out" in found.text
    assert "geheim" not in found.text


@pytest.mark.parametrize("seconds, level", [(0, "ok"), (29, "ok"), (-30, "ok"), (31, "bad"), (-7200, "bad")])
def test_clocks(seconds: int, level: str) -> None:
    finding = doctor.judge_clock(NOW + timedelta(seconds=seconds), NOW, "Slack")
    assert finding.level == level
    if level == "bad":
        assert ("ahead of Slack" if seconds > 0 else "behind Slack") in finding.text


@pytest.mark.parametrize(
    "names, expected",
    [
        (["requirements.txt", "pyproject.toml"], []),
        (["requirements.txt", "poetry.lock"], ["bad"]),
        (["Pipfile", "Pipfile.lock"], []),
        (["requirements.txt", "Pipfile", "uv.lock"], ["bad"]),
        ([], []),
    ],
    ids=lambda value: " ".join(value) or "none",
)
def test_two_package_managers(names: list[str], expected: list[str]) -> None:
    assert levels(doctor.judge_package_files(names)) == expected


@pytest.mark.parametrize(
    "variables, expected",
    [
        ({}, []),
        ({"HOST": "127.0.0.1"}, []),
        ({"HOST": "0.0.0.0"}, ["note"]),
        ({"HOST": "0.0.0.0", "WEB_TOKEN": PASSWORD}, []),
        ({"HOST": "0.0.0.0", "WEB_TOKEN": "changeme"}, ["note"]),
        ({"WEB_TOKEN": f"{PASSWORD}\nx"}, ["bad"]),
        ({"WEB_TOKEN": f"{PASSWORD}\u00fc"}, ["note"]),
        ({"PUBLIC_URL": "https://desk.example/news", "WEB_TOKEN": PASSWORD}, []),
        ({"PUBLIC_URL": "https://desk.example"}, ["note"]),
        ({"PUBLIC_URL": "desk.example", "WEB_TOKEN": PASSWORD}, ["bad"]),
        ({"PUBLIC_URL": "https://desk.example:port", "WEB_TOKEN": PASSWORD}, ["bad"]),
        ({"PUBLIC_URL": "https://desk.example/?a=b", "WEB_TOKEN": PASSWORD}, ["bad"]),
        ({"PUBLIC_URL": "https://me:geheim@desk.example", "WEB_TOKEN": PASSWORD}, ["bad"]),
        ({"PUBLIC_URL": "http://localhost:8080", "WEB_TOKEN": PASSWORD}, ["note"]),
    ],
)
def test_the_web_page(variables: dict[str, str], expected: list[str]) -> None:
    found = doctor.judge_web(variables)
    assert levels(found) == expected
    assert not any(PASSWORD in finding.text or "geheim" in finding.text for finding in found)


@pytest.mark.parametrize(
    "variables, expected",
    [
        ({}, []),
        ({"LOG_LEVEL": "Debug", "LOG_FORMAT": "json"}, []),
        ({"LOG_LEVEL": "WARN"}, []),
        ({"LOG_LEVEL": "fatal"}, []),
        ({"LOG_LEVEL": "loud", "LOG_FORMAT": "xml"}, ["note", "note"]),
    ],
)
def test_values_for_the_log(variables: dict[str, str], expected: list[str]) -> None:
    assert levels(doctor.judge_logs(variables)) == expected


def test_room_and_sentry() -> None:
    assert doctor.judge_room("state", 10**9) == []
    assert levels(doctor.judge_room("state", 10**6)) == ["bad"]
    assert doctor.judge_sentry({}, is_installed=False) == []
    assert levels(doctor.judge_sentry({"SENTRY_DSN": "x"}, is_installed=False)) == ["bad"]
    assert doctor.judge_sentry({"SENTRY_DSN": "x"}, is_installed=True) == []
    assert Level.BAD.value == "bad"


MOUNTS = """\
22 27 0:21 / /proc rw,relatime - proc proc rw
30 1 252:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
31 30 0:40 / /mnt/news\\040room rw,relatime - nfs4 nas:/news rw,vers=4.2
32 30 0:41 / /mnt/c rw,noatime - 9p C: rw
"""


@pytest.mark.parametrize(
    "folder, kind, level",
    [
        ("/var/lib/wirewatch", "ext4", []),
        ("/mnt/news room/state", "nfs4", ["bad"]),
        ("/mnt/news room", "nfs4", ["bad"]),
        ("/mnt/news roommate", "ext4", []),
        ("/mnt/c/state", "9p", ["note"]),
    ],
)
def test_sqlite_on_a_drive_of_another_machine(folder: str, kind: str, level: list[str]) -> None:
    assert doctor.file_system(MOUNTS, folder) == kind
    found = doctor.judge_file_system(folder, kind)
    assert levels(found) == level
    assert all("STATE_DIR" in finding.text and "PostgreSQL" in finding.text for finding in found)


def test_where_nothing_is_said_of_mounts_nothing_is_judged() -> None:
    assert doctor.judge_file_system("/state", doctor.file_system("", "/state")) == []


@pytest.mark.parametrize(
    "name, value, said, is_fatal",
    [
        ("SLACK_CHANNEL", "#news  # where it goes", "comment", False),
        ("STATE_DIR", "/state # the volume", "comment", True),
        ("DATABASE_URL", "sqlite:///x.db\t# store", "comment", True),
        ("STATE_DIR", "$HOME/state", "$HOME", True),
        ("WIREWATCH_CONFIG", "${CONFIG}/rules.yaml", "${CONFIG}", True),
        ("DATABASE_URL", "sqlite:///$HOME/x.db", "holds a variable", True),
        ("HOST", "{{ host }}", "{{", False),
        ("STATE_DIR", "%APPDATA%/wirewatch", "%APPDATA%", True),
        ("SLACK_API_URL", "slack.com/api", "no whole address", True),
        ("SLACK_API_URL", "ftp://slack.com/api/", "no whole address", True),
        ("SLACK_API_URL", "https://slack.com:api/", "no whole address", True),
        ("SLACK_API_URL", "https://me:geheim@slack.example/api/", "has a login in it", True),
        ("SLACK_API_URL", "https://slack.example/api/?key=geheim", "ends with ?", True),
        ("SLACK_API_URL", "https://slack.example/api/#geheim", "ends with #", True),
    ],
)
def test_what_nobody_read_in_an_env_file_is_named(name: str, value: str, said: str, is_fatal: bool) -> None:
    (found,) = doctor.judge_variables({name: value})
    assert (found.level, found.is_fatal) == (Level.BAD, is_fatal)
    assert name in found.text
    assert said in found.text
    assert "geheim" not in found.text


@pytest.mark.parametrize(
    "variables, said",
    [
        ({"SLACK_BOT_TOKEN_FILE": "/run/secrets/slack"}, ["SLACK_BOT_TOKEN_FILE"]),
        ({"WIREWATCH_STATE_DIR": "/state"}, ["WIREWATCH_STATE_DIR"]),
        ({"STATE_DIRECTORY": "/var/lib/wirewatch"}, ["STATE_DIRECTORY"]),
        ({"slack_bot_token": "xoxb-geheim"}, ["slack_bot_token"]),
        ({"SLACK_TOKEN": "xoxb-geheim", "SLACK_APP": "xapp-geheim"}, ["SLACK_TOKEN", "SLACK_APP"]),
        ({"BOT_USER_OAUTH_TOKEN": "xoxe.xoxb-geheim"}, ["BOT_USER_OAUTH_TOKEN"]),
        ({"POSTGRES_URL": "postgres://desk:geheim@db.example/news"}, ["POSTGRES_URL"]),
        ({"HEROKU_POSTGRESQL_RED_URL": "postgresql://desk:geheim@db.example/news"}, ["HEROKU_POSTGRESQL_RED_URL"]),
        ({"POSTGRES_URL": "postgres://db.example/a", "DATABASE_URL": "sqlite:///x.db"}, []),
        ({"SLACK_WEBHOOK": "https://hooks.slack.com/x", "CI_TOKEN": "ghp-xoxb-1", "MYSQL_URL": "mysql://x"}, []),
        ({"SLACK_APP_TOKEN": "xoxb-swapped"}, []),
        ({"CURL_CA_BUNDLE": "/ca.pem", "REQUESTS_CA_BUNDLE": "/ca.pem"}, ["REQUESTS_CA_BUNDLE"]),
        ({"NODE_EXTRA_CA_CERTS": "/ca.pem", "SSL_CERT_FILE": "/ca.pem"}, []),
        ({"PIP_CERT": "/ca.pem", "SSL_CERT_DIR": "/etc/ssl/certs"}, []),
        ({"STATE_DIRECTORY": "/var/lib/wirewatch", "STATE_DIR": "/state"}, []),
        ({"NEWS_DATABASE_URL": "", "DATABASE_HOST": "db.example"}, []),
    ],
)
def test_a_variable_that_nobody_reads_beside_one_that_is_not_set(variables: dict[str, str], said: list[str]) -> None:
    """Docker's secrets are files; a store of that name was one in the worker's folder, lost with the container."""
    found = doctor.judge_variables(variables)
    assert levels(found) == ["note"] * len(said)
    assert all(
        f"{name} is, which is not read for it" in finding.text for name, finding in zip(said, found, strict=True)
    )
    assert not any("geheim" in finding.text for finding in found)


@pytest.mark.parametrize(
    "path, expected",
    [("~/state", ["bad"]), ("~desk/state", ["bad"]), ("/srv/~/state", []), ("state", []), ("", [])],
)
def test_a_home_that_nobody_knows(path: str, expected: list[str]) -> None:
    """Under a user id without a name and without HOME the store was made in a folder `~`, where the worker stood."""
    found = doctor.judge_homes({"STATE_DIR": PurePath(path)})
    assert levels(found) == expected
    assert all(finding.is_fatal for finding in found)


def test_no_half_of_a_password_is_shown() -> None:
    (found,) = doctor.judge_variables({"DATABASE_URL": "host=db.example password=ge$heim"})
    assert "heim" not in found.text


@pytest.mark.parametrize(
    "name, value",
    [
        ("SLACK_CHANNEL", "#news"),
        ("STATE_DIR", "/srv/c#/50%"),
        ("DATABASE_URL", "postgres://desk:ge$heim@db.example/news"),
        ("PORT", "8080"),
        ("SLACK_API_URL", "http://127.0.0.1:9"),
        ("FEED_KEY", "$HOME # as it is"),
    ],
)
def test_what_a_variable_may_hold(name: str, value: str) -> None:
    assert doctor.judge_variables({name: value}) == []


def test_a_token_that_ends_by_itself() -> None:
    (found,) = doctor.judge_tokens({"SLACK_BOT_TOKEN": "xoxe.xoxb-1-geheim"})
    assert "ends after 12 hours" in found.text
    assert "geheim" not in found.text
