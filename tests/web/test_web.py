"""The web page as HTTP clients see it."""

from __future__ import annotations

import asyncio
import json
import socket
from base64 import b64encode
from collections.abc import Mapping
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import psycopg
import pytest
from aiohttp import web

from bot.app import Environment, clock
from bot.core.doctor import is_loopback
from bot.errors import UsageError
from bot.store import SqliteStore, open_store
from bot.web.app import address, make_app
from bot.web.reader import SnapshotReader
from tests import postgres, starts
from tests.builders import batch, delivery, feed_state, new_entry

PATIENCE = 120.0


def environment(folder: Path, **variables: str) -> Environment:
    return Environment.read({"STATE_DIR": str(folder / "state")} | variables)


def fill(folder: Path, state: str = "running", age: timedelta = timedelta(0)) -> None:
    with closing(SqliteStore(folder / "state" / "wirewatch.db")) as store:
        store.migrate()
        store.add_feeds([feed_state("a"), feed_state("b")])
        fresh = new_entry(2, story=1, seen_at=clock(), published_at=clock() - timedelta(seconds=90))
        store.record_ingest(batch(new_entry(1), fresh, counts={"a": 2}))
        store.add_deliveries([delivery("k1")])
        beat = {"state": state, "beat_at": (clock() - age).isoformat()}
        store.save_facts({"worker": json.dumps(beat), "rules:count": "6"})


@asynccontextmanager
async def served(env: Environment, routes: list[web.RouteDef] | None = None) -> Any:
    runner = web.AppRunner(make_app(env, routes or []))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with aiohttp.ClientSession(base) as session:
        yield session
    await runner.cleanup()


async def get(session: aiohttp.ClientSession, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, str]:
    async with session.get(path, headers=headers) as response:
        return response.status, await response.text()


@pytest.mark.parametrize(
    "state, age, status, worker",
    [
        ("running", 0, 200, "running"),
        ("running", 300, 503, "silent"),
        ("stopped", 300, 200, "stopped"),
        (None, 0, 200, "never ran"),
    ],
    ids=["running", "silent", "stopped", "no store yet"],
)
async def test_health(tmp_path: Path, state: str | None, age: int, status: int, worker: str) -> None:
    if state:
        fill(tmp_path, state, timedelta(seconds=age))
    async with served(environment(tmp_path)) as session:
        code, text = await get(session, "/healthz")
    told = json.loads(text)
    assert (code, told["worker"]) == (status, worker)
    assert ("its log" in told.get("help", "")) == (status == 503)
    assert (tmp_path / "state").exists() == bool(state), "looking makes no store"


@pytest.mark.parametrize(("holds_store", "status"), [(True, 200), (False, 503)], ids=["busy", "killed"])
async def test_a_killed_worker_is_told_before_a_minute_is_over(tmp_path: Path, holds_store: bool, status: int) -> None:
    """`/healthz` said that it ran, while `status --check` knew better."""
    fill(tmp_path, age=timedelta(seconds=20))
    with closing(SqliteStore(tmp_path / "state" / "wirewatch.db")) as store:
        assert not holds_store or store.claim_lease("worker", clock(), timedelta(seconds=45))
        async with served(environment(tmp_path)) as session:
            code, text = await get(session, "/healthz")
            _, metrics = await get(session, "/metrics")
    assert (code, json.loads(text)["worker"]) == (status, "running" if holds_store else "silent")
    assert f"wirewatch_worker_up {float(holds_store)}" in metrics


@pytest.mark.parametrize(
    "content, variables",
    [(b"no store", {}), (None, {"DATABASE_URL": "postgres://desk:geheim@127.0.0.1:1/news"})],
    ids=["damaged file", "no server"],
)
async def test_health_without_a_store(tmp_path: Path, content: bytes | None, variables: dict[str, str]) -> None:
    if content is not None:
        (tmp_path / "state").mkdir()
        (tmp_path / "state" / "wirewatch.db").write_bytes(content)
    async with served(environment(tmp_path, **variables)) as session:
        code, text = await get(session, "/healthz")
        _, metrics = await get(session, "/metrics")
    assert code == 503
    told = json.loads(text)
    assert (told["store"], told["worker"]) == ("failing", "unknown"), "it said that the worker never ran"
    assert "wirewatch doctor" in told["help"]
    assert "geheim" not in text + metrics
    assert "127.0.0.1" not in text
    assert "wirewatch_store_up 0.0" in metrics


async def test_a_store_that_is_gone_is_no_new_place(tmp_path: Path) -> None:
    """A disk that was unmounted: `/healthz` said ok, since no worker had ever run there."""
    reader = SnapshotReader(environment(tmp_path), fresh=0.0)
    assert (await reader.snapshot()).is_healthy
    fill(tmp_path)
    assert (await reader.snapshot()).is_healthy
    (tmp_path / "state").rename(tmp_path / "elsewhere")
    gone = await reader.snapshot()
    assert not gone.is_healthy
    assert "is gone" in (gone.problem or "")
    (tmp_path / "elsewhere").rename(tmp_path / "state")
    assert (await reader.snapshot()).is_healthy


async def test_metrics(tmp_path: Path) -> None:
    fill(tmp_path)
    async with served(environment(tmp_path)) as session:
        code, text = await get(session, "/metrics")
    assert code == 200
    for line in (
        "wirewatch_worker_up 1.0",
        "wirewatch_archive_entries 2.0",
        "wirewatch_archive_stories 1.0",
        'wirewatch_outbox_messages{state="pending"} 1.0',
        'wirewatch_outbox_messages{state="dead"} 0.0',
        'wirewatch_feeds{state="new"} 2.0',
        "wirewatch_entries_taken_total 2.0",
        "wirewatch_rules 6.0",
        'wirewatch_published_to_seen_seconds_bucket{le="+Inf"} 1.0',
        'wirewatch_published_to_seen_seconds_bucket{le="60.0"} 0.0',
        'wirewatch_published_to_seen_seconds_bucket{le="120.0"} 1.0',
        "wirewatch_seen_to_posted_seconds_count 0.0",
    ):
        assert line in text.splitlines()
    assert "process_cpu_seconds_total" in text


async def test_metrics_of_postgres(postgres_url: str, tmp_path: Path) -> None:
    async with served(environment(tmp_path, DATABASE_URL=postgres_url)) as session:
        code, text = await get(session, "/metrics")
    assert code == 200
    assert "wirewatch_store_up 1.0" in text


@pytest.mark.slow
async def test_a_store_that_is_away_is_asked_once_for_all_who_wait(tmp_path: Path) -> None:
    """It is waited for longer than an answer is good for: each in line asked anew, and waited for all before it."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgres://desk@127.0.0.1:{silent.getsockname()[1]}/news"
        reader = SnapshotReader(environment(tmp_path, DATABASE_URL=url), patience=PATIENCE)
        first, *others = await asyncio.gather(*(reader.snapshot() for _ in range(3)))
        reader.close()
    assert first.problem is not None
    assert "cannot be reached" in first.problem
    assert all(other is first for other in others)


async def test_who_asks_a_silent_server_is_not_kept_waiting(tmp_path: Path) -> None:
    """A probe gives up after a few seconds, and takes that for what it likes."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgres://desk@127.0.0.1:{silent.getsockname()[1]}/news"
        reader = SnapshotReader(environment(tmp_path, DATABASE_URL=url), patience=0.0)
        assert (await reader.snapshot()).problem == "The store has not answered for some time."
        reader.close()


async def test_while_a_store_is_slow_its_last_answer_is_given(postgres_url: str, tmp_path: Path) -> None:
    reader = SnapshotReader(environment(tmp_path, DATABASE_URL=postgres_url), fresh=-1.0, patience=0.05)
    while (last := await reader.snapshot()).problem is not None:
        pass  # the first reading takes its time
    with psycopg.connect(postgres_url) as other:
        other.execute("LOCK TABLE facts IN ACCESS EXCLUSIVE MODE")
        while (slow := await reader.snapshot()) is not last:
            last = slow  # one that was under way
        other.rollback()
    while await reader.snapshot() is last:
        pass
    reader.close()


@pytest.mark.slow
async def test_a_probe_hears_at_once_of_a_server_that_refuses(tmp_path: Path) -> None:
    """It was told after 8 s, when probes have long given up."""
    with postgres.own_server() as server:
        env = environment(tmp_path, DATABASE_URL=server.get_uri())
        with closing(open_store(server.get_uri())) as store:
            store.migrate()
        async with served(env) as session:
            assert (await get(session, "/healthz"))[0] == 200
            server.stop()
            patience = aiohttp.ClientTimeout(total=6.0)
            while True:
                async with session.get("/healthz", timeout=patience) as response:
                    if response.status == 503:
                        break
                await asyncio.sleep(0.1)  # for as long as the answer of before is good
            server.start()


BASIC = "Basic " + b64encode(b"anyone:geheim").decode()


@pytest.mark.parametrize(
    "token, headers, status",
    [
        ("", {}, 200),
        ("", {"Host": "desk.example"}, 403),
        ("", {"Host": "localhost:8080"}, 200),
        ("", {"Host": "[::1]:8080"}, 200),
        ("", {"Host": "127.0.0.1.example"}, 403),
        ("geheim", {}, 401),
        ("geheim", {"Authorization": "Bearer geheim"}, 200),
        ("geheim", {"Authorization": BASIC, "Host": "desk.example"}, 403),
        ("geheim", {"Authorization": "Bearer geheimnis"}, 401),
        ("geheim", {"Authorization": "Basic !!!"}, 401),
        ("geheim", {"Authorization": "Bearer "}, 401),
        ("geheim", {"Authorization": "Basic " + b64encode(b"\xff").decode()}, 401),
        ("geheim", {"Authorization": "Bearer geheím"}, 401),
        ("geheim", {"Authorization": "Basic geheím"}, 401),
        ("geheim", {"Cookie": "wirewatch=1.\u00e9"}, 401),
        ("geheím", {"Authorization": "Bearer geheím"}, 200),
    ],
)
async def test_who_may_see_what(tmp_path: Path, token: str, headers: dict[str, str], status: int) -> None:
    async def callback(_: web.Request) -> web.Response:
        return web.Response(text="heard")

    env = environment(tmp_path, WEB_TOKEN=token)
    async with served(env, [web.get("/websub/{feed}", callback)]) as session:
        assert (await get(session, "/metrics", headers))[0] == status
        assert (await get(session, "/nowhere", headers))[0] == (404 if status == 200 else status)
        assert (await get(session, "/healthz", headers))[0] == 200
        assert await get(session, "/websub/bbc", headers) == (200, "heard")


@pytest.mark.parametrize("key", ["%ff", "%C3%A9", "%ED%B3%BF", "%00", ""])
async def test_a_key_that_is_no_text_opens_nothing(tmp_path: Path, key: str) -> None:
    async with served(environment(tmp_path, WEB_TOKEN="geheim")) as session:
        assert (await get(session, f"/channels/desk.atom?key={key}", {}))[0] == 401


async def test_off_loopback_nothing_answers_without_a_password(tmp_path: Path) -> None:
    async with served(environment(tmp_path, HOST="0.0.0.0")) as session:
        for path in ("/", "/metrics", "/login", "/static/desk.css", "/channels/desk.atom"):
            assert (await get(session, path, {}))[0] == 403
        assert (await get(session, "/healthz", {}))[0] == 200


def test_off_loopback_is_no_loopback() -> None:
    assert [
        is_loopback(host) for host in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "10.0.0.1", "example.org", "")
    ] == [
        True,
        True,
        True,
        False,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize("port", ["eighty", "-1", "65536", "8080.5"])
def test_a_port_that_is_none(tmp_path: Path, port: str) -> None:
    with pytest.raises(UsageError, match="PORT"):
        address(environment(tmp_path, PORT=port))


@pytest.mark.parametrize(
    ("host", "mend"),
    [
        ("no-such-name.invalid", "HOST is an address"),
        ("192.0.2.1", "HOST is an address"),
        ("127.0.0.1", "another PORT"),
    ],
)
def test_a_place_where_nothing_can_listen(tmp_path: Path, host: str, mend: str) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        place = {"HOST": host, "PORT": str(taken.getsockname()[1]), "STATE_DIR": str(tmp_path / "state")}
        done = starts.run("web", cwd=tmp_path, env=place)
    assert (done.returncode, mend in done.stderr) == (2, True), done.stderr


async def test_a_probe_may_write_its_path_with_a_slash(tmp_path: Path) -> None:
    async with served(environment(tmp_path, HOST="0.0.0.0")) as session:
        assert (await get(session, "/healthz/", {"Host": "10.2.3.4:8080"}))[0] == 200


def test_where_it_listens(tmp_path: Path) -> None:
    assert address(environment(tmp_path, HOST="[::]")) == ("::", 8080)
    assert address(environment(tmp_path)) == ("127.0.0.1", 8080)
    assert address(environment(tmp_path, HOST="0.0.0.0", PORT="5000")) == ("0.0.0.0", 5000)
