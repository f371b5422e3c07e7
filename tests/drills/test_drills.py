"""The drills, short: nothing lost, nothing doubled. The long ones are slow tests."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot import drills
from bot.drills.stage import START_WITHIN, Outcome, open_stage
from bot.store import open_store
from tests import postgres, starts


def check(outcome: Outcome, deaths: int) -> None:
    """The drill's own verdict; a takeover that takes longer than it may is one of its problems."""
    assert (outcome.lost, outcome.doubled, outcome.problems) == ([], [], [])
    assert sum(outcome.deaths.values()) == deaths
    assert outcome.stories >= deaths
    assert outcome.messages > outcome.stories


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_a_kill_on_sqlite() -> None:
    async with open_stage(seed=1) as place:
        check(await drills.crash(place, 1), 1)


def check_spikes(outcome: Outcome, deaths: int) -> None:
    """Each burst is told once."""
    assert (outcome.lost, outcome.doubled, outcome.problems) == ([], [], [])
    assert sum(outcome.deaths.values()) == outcome.messages == deaths


@pytest.mark.timeout(180)
async def test_a_kill_while_a_burst_builds_up() -> None:
    async with open_stage(seed=7) as place:
        check_spikes(await drills.spikes(place, 1), 1)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_sixty_kills_while_bursts_build_up(request: pytest.FixtureRequest, kind: str) -> None:
    url = request.getfixturevalue("bare_postgres_url") if kind == "postgres" else None
    async with open_stage(seed=8, database_url=url) as place:
        check_spikes(await drills.spikes(place, 60), 60)


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_a_deploy_on_postgres(bare_postgres_url: str) -> None:
    async with open_stage(seed=1, database_url=bare_postgres_url) as place:
        outcome = await drills.deploy(place, 1)
    check(outcome, 1)


@pytest.mark.slow
@pytest.mark.timeout(3600)
async def test_two_hundred_kills_on_sqlite() -> None:
    async with open_stage(seed=2) as place:
        check(await drills.crash(place, 200), 200)


@pytest.mark.slow
@pytest.mark.timeout(3600)
async def test_two_hundred_kills_on_postgres(bare_postgres_url: str) -> None:
    async with open_stage(seed=3, database_url=bare_postgres_url) as place:
        check(await drills.crash(place, 200), 200)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_fifty_deploys(request: pytest.FixtureRequest, kind: str) -> None:
    url = request.getfixturevalue("bare_postgres_url") if kind == "postgres" else None
    async with open_stage(seed=4, database_url=url) as place:
        outcome = await drills.deploy(place, 50)
    check(outcome, 50)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_good_feeds_among_hostile_ones() -> None:
    async with open_stage(seed=5, hostile=True) as place:
        outcome = await drills.hostile(place, 20)
    assert (outcome.lost, outcome.doubled, outcome.problems) == ([], [], [])


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_postgres_stopped_and_started_under_load() -> None:
    with postgres.own_server() as server:
        async with open_stage(seed=6, database_url=server.get_uri()) as place:
            life = await place.start()
            assert await life.hears("worker_started", START_WITHIN)
            for _ in range(3):
                place.publish(6)
                server.stop()
                place.publish(6)
                assert await life.hears("job_failed", START_WITHIN)
                server.start()
                place.publish(6)
                await place.settle()
                assert place.missing() == []
            assert life.process.returncode is None, "the same worker went on"
            await life.end(15)
            outcome = await place.count()
    assert (outcome.lost, outcome.doubled, outcome.problems) == ([], [], [])


def test_a_database_with_something_in_it_is_left_alone(postgres_url: str, tmp_path: Path) -> None:
    command = ("drill", "crash", "--times", "1", "--store")
    store = open_store(postgres_url)
    store.save_facts({"theirs": "1"})
    for address in (postgres_url, "sqlite:///x.db"):
        done = starts.run(*command, address, cwd=tmp_path, env={"PATH": "/usr/bin:/bin"})
        assert done.returncode == 2
        assert "empty" in done.stderr
    assert store.get_fact("theirs") == "1"
    store.close()
    assert json.dumps(list(tmp_path.iterdir())) == "[]"


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("command", "drills_done"),
    [("drill crash --times 1", 1), pytest.param("drill", 2, marks=pytest.mark.slow)],
)
def test_drill_alone_kills_and_lets_slack_fail(tmp_path: Path, command: str, drills_done: int) -> None:
    done = starts.run(*command.split(), cwd=tmp_path, env={"PATH": "/usr/bin:/bin"}, timeout=200)
    assert done.returncode == 0
    counted = [line.split() for line in done.stdout.splitlines()]
    assert counted.count(["lost", "0"]) == counted.count(["doubled", "0"]) == drills_done
