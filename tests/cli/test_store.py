"""`store` and `doctor` as a person meets them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.app import clock
from bot.cli.doctor import doctor_command
from bot.cli.options import Options
from bot.cli.store import store_command
from bot.drills.slack_standin import SlackStandIn
from bot.store import SqliteStore, open_store
from tests.builders import NOW, batch, new_entry

RULES = """\
channels:
  default: {slack: "#news", digest: {every: 1h}}
feeds: ["https://news.example/rss"]
rules: [Huawei]
"""


def run(folder: Path, *arguments: str, **environment: str) -> Result:
    """One command with an environment of its own; what it raises is in `exception`."""
    options = Options(
        variables={"STATE_DIR": str(folder / "state"), "WIREWATCH_CONFIG": str(folder / "rules.yaml"), **environment}
    )
    command = doctor_command if arguments[0] == "doctor" else store_command
    rest = arguments[1:] if arguments[0] in ("doctor", "store") else arguments
    return CliRunner().invoke(command, rest, obj=options)


def fill(folder: Path) -> None:
    with closing(SqliteStore(folder / "state" / "wirewatch.db")) as store:
        store.migrate()
        store.record_ingest(batch(new_entry(1), new_entry(2, seen_at=clock())))


def words(result: Result) -> str:
    """What a person sees of it: output, and the message of an error of ours."""
    return result.output + str(result.exception or "")


def test_migrate_makes_a_store(tmp_path: Path) -> None:
    done = run(tmp_path, "store", "migrate")
    assert done.exit_code == 0
    assert "is of version" in done.output
    assert (tmp_path / "state" / "wirewatch.db").is_file()


def test_a_release_onto_a_disk_that_forgets_is_refused(tmp_path: Path) -> None:
    done = run(tmp_path, "store", "migrate", DYNO="release.1")
    assert done.exit_code != 0
    assert "DATABASE_URL" in words(done)
    assert not (tmp_path / "state").exists()


def test_there_and_back(tmp_path: Path) -> None:
    fill(tmp_path)
    file = tmp_path / "news.backup"
    made = run(tmp_path, "store", "backup", str(file))
    assert made.exit_code == 0
    assert "2 entries" in made.output
    with closing(SqliteStore(tmp_path / "state" / "wirewatch.db")) as store:
        store.record_ingest(batch(new_entry(3)))
    again = run(tmp_path, "store", "restore", str(file))
    assert again.exit_code == 0
    with closing(SqliteStore(tmp_path / "state" / "wirewatch.db")) as store:
        assert store.counts().entries == 2


@pytest.mark.parametrize("arguments", [("backup", "b"), ("prune", "--days", "1"), ("copy", "sqlite:////tmp/never.db")])
def test_no_store_is_no_reason_to_make_one(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = run(tmp_path, "store", *arguments)
    assert done.exit_code != 0
    assert "There is no store" in words(done)
    assert not (tmp_path / "state").exists()


def test_a_backup_that_cannot_be_written_is_named_as_it_was_given(tmp_path: Path) -> None:
    fill(tmp_path)
    done = run(tmp_path, "backup", str(tmp_path / "nowhere" / "news.backup"))
    assert f"{tmp_path}/nowhere/news.backup cannot be read or written: No such file" in str(done.exception)


def test_prune(tmp_path: Path) -> None:
    fill(tmp_path)
    done = run(tmp_path, "store", "prune", "--days", "2")
    assert "Deleted 1 rows older than 2 days" in done.output
    assert "How long to keep" in words(run(tmp_path, "store", "prune"))
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    assert "older than 90 days" in run(tmp_path, "store", "prune").output


def test_copy_to_a_new_file_and_to_postgres(tmp_path: Path, postgres_url: str) -> None:
    fill(tmp_path)
    for url in (f"sqlite:///{tmp_path}/other.db", postgres_url):
        done = run(tmp_path, "store", "copy", url)
        assert done.exit_code == 0, words(done)
        lines = dict(line.split(maxsplit=1) for line in done.output.splitlines() if line.endswith(" ok"))
        assert lines["entries"].split() == ["2", "2", "ok"]
        assert "not empty" in words(run(tmp_path, "store", "copy", url))
        with closing(open_store(url)) as store:
            assert store.counts().entries == 2


def test_a_copy_under_a_running_worker_says_so(tmp_path: Path) -> None:
    fill(tmp_path)
    with closing(SqliteStore(tmp_path / "state" / "wirewatch.db")) as worker:
        assert worker.claim_lease("host:42", NOW, timedelta(seconds=45))
        done = run(tmp_path, "store", "copy", f"sqlite:///{tmp_path}/other.db")
    assert done.exit_code == 0
    assert "A worker (host:42) is running" in done.output


# --- doctor ---


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = SlackStandIn({"news": "C0NEWS0001"}, clock=clock)
    asyncio.run_coroutine_threadsafe(server.start(), loop).result(10)
    yield server
    asyncio.run_coroutine_threadsafe(server.stop(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def test_all_is_well(tmp_path: Path, slack: SlackStandIn, postgres_url: str) -> None:
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    done = run(
        tmp_path,
        "doctor",
        SLACK_BOT_TOKEN=slack.token,
        SLACK_API_URL=slack.url,
        DATABASE_URL=postgres_url,
        DYNO="worker.1",
    )
    assert done.exit_code == 0, done.output
    assert "clock: within" in done.output
    assert "channel #news: member" in done.output
    assert not slack.channel("news").messages, "doctor posts nothing"


@pytest.mark.parametrize(
    "spoil, environment, named",
    [
        ("token", {}, "SLACK_BOT_TOKEN"),
        ("scope", {}, "channels:history"),
        ("channel", {}, "#elsewhere"),
        ("member", {}, "channel #news"),
        ("dyno", {"DYNO": "worker.1"}, "DATABASE_URL"),
        ("database", {"DATABASE_URL": "postgres://desk:geheim@127.0.0.1:1/news"}, "127.0.0.1/news"),
        ("kind", {"DATABASE_URL": "mysql://desk:geheim@h/news"}, "DATABASE_URL"),
        ("store", {}, "no Wirewatch store"),
        ("folder", {}, "STATE_DIR"),
        ("rules", {}, "rules.yaml"),
    ],
)
def test_what_is_wrong_is_named_with_its_mend(
    tmp_path: Path, slack: SlackStandIn, spoil: str, environment: dict[str, str], named: str
) -> None:
    text = RULES
    token = slack.token
    if spoil == "token":
        slack.token_error = "token_revoked"
    elif spoil == "scope":
        slack.scopes = slack.scopes - {"channels:history"}
    elif spoil == "channel":
        text = RULES.replace("#news", "#elsewhere")
    elif spoil == "member":
        slack.channel("news").member = False
    elif spoil == "store":
        (tmp_path / "state").mkdir()
        (tmp_path / "state" / "wirewatch.db").write_bytes(b"no store, " * 1000)
    elif spoil == "folder":
        (tmp_path / "state").write_text("a file")
    elif spoil == "rules":
        text = "rules: [Huawei 5G]\n"
    (tmp_path / "rules.yaml").write_text(text, encoding="utf-8")
    done = run(tmp_path, "doctor", SLACK_BOT_TOKEN=token, SLACK_API_URL=slack.url, **environment)
    assert done.exit_code == 1, done.output
    bad = [line for line in done.output.splitlines() if line.startswith("BAD")]
    assert any(named in line or (spoil == "store" and "wirewatch.db" in line) for line in bad), done.output
    assert "geheim" not in done.output
    assert token not in done.output
    assert not slack.channel("news").messages
