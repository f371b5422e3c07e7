"""Which rules are in force while the file is edited: half-saved files, long lists of problems."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import pytest
from structlog.testing import capture_logs

from bot.app import Environment
from bot.core.rulefile.added_rules import ADDED_RULES, AddedRule, added_rule_text
from bot.core.workbench.rules_history import rules_changes
from bot.errors import RulesError
from bot.model import RuleId
from bot.reports.archive import rules_in_force
from bot.store import SqliteStore
from bot.worker.rules import RulesInForce
from tests.builders import NOW

T = TypeVar("T")
GOOD = "feeds: [https://news.example/rss]\nrules:\n  - Huawei\n"
EDITED = GOOD + "  - Nokia AND Velmora\n"
HALF = EDITED[:-10]


class Pauses:
    """What happens to the file during the seconds that it should stand still."""

    def __init__(self) -> None:
        self.writes: list[Callable[[], object]] = []
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        if self.writes:
            self.writes.pop(0)()


async def write(call: Callable[..., T], /, *args: object, **kwargs: object) -> T:
    return call(*args, **kwargs)


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
async def rules(tmp_path: Path, pauses: Pauses) -> AsyncIterator[RulesInForce]:
    config = tmp_path / "rules.yaml"
    config.write_text(GOOD)
    store = SqliteStore(tmp_path / "wirewatch.db")
    store.migrate()
    made = RulesInForce(Environment(config=config), store, write, pause=pauses)
    await made.load()
    yield made
    store.close()


async def edit(rules: RulesInForce, config: Path, text: str) -> None:
    """Saves the file and takes it over."""
    config.write_bytes(text.encode())
    changed = await rules.changed()
    assert changed is not None
    await rules.accept(*changed)


async def test_every_text_that_was_in_force_is_kept_with_who_and_when(
    rules: RulesInForce, pauses: Pauses, tmp_path: Path
) -> None:
    config = tmp_path / "rules.yaml"
    crlf = "\ufeff" + EDITED.replace("\n", "\r\n")
    await edit(rules, config, EDITED)
    rule = AddedRule(id=RuleId("ships"), name="Ships", when="ferry", by="U0ANA", at=NOW)
    with closing(SqliteStore(tmp_path / "wirewatch.db")) as store:
        store.save_facts({ADDED_RULES + rule.id: added_rule_text(rule)})
        changed = await rules.changed()
        assert changed is not None
        await rules.accept(*changed)
        await edit(rules, config, crlf)
        await edit(rules, config, GOOD)
        history = store.rules_history()
        again = RulesInForce(Environment(config=config), store, write, pause=pauses)
        await again.load()
        assert store.rules_history() == history, "a restart adds no line"
    assert [(text.content.decode(), text.by) for text in history] == [
        (GOOD, "file"),
        (EDITED, "file"),
        (EDITED, "U0ANA"),
        (crlf, "file"),
        (GOOD, "file"),
    ]
    changes = list(rules_changes(history, {}))
    assert [(change.added, change.removed, change.changed) for change in changes] == [
        (("huawei",), (), ()),
        (("nokia-and-velmora",), (), ()),
        (("ships",), (), ()),
        ((), (), ()),
        ((), ("nokia-and-velmora",), ()),
    ]
    assert len({text.version for text in history}) == 5


TAKEN_ONCE = """\
feeds: [https://news.example/rss]
channels: {ops: {slack: "#ops"}}
rules:
  - Huawei
  - %s
  - id: ships
    when: ferry
"""


async def start_again(config: Path, store: SqliteStore, text: str, **variables: str) -> RulesInForce:
    """A start of this release on a text that an earlier one had in force."""
    config.write_text(text)
    digest = sha256(text.encode())
    for name, value in variables.items():
        digest.update(f"\0{name}\0{value}".encode())
    store.save_facts({"rules:text": text, "rules:version": digest.hexdigest()[:12]})
    made = RulesInForce(Environment(config=config), store, write, pause=Pauses())
    await made.load()
    return made


@pytest.mark.parametrize(
    ("refused", "in_force"),
    [
        ('"\\bUS\\b AND Nokia"', ["huawei", "ships"]),
        ("'#Nokia NEAR/x Velmora'", ["huawei", "ships"]),
        ("{id: nokia, when: Nokia, tests: {match: [Ericsson]}}", ["huawei", "nokia", "ships"]),
        ("{id： nokia, when: Nokia}", ["huawei", "nokia", "ships"]),
    ],
)
async def test_a_release_that_refuses_rules_of_before_starts_on_the_others(
    tmp_path: Path, refused: str, in_force: list[str]
) -> None:
    """A deploy ended all alerts, over one line that had been no error when it was written."""
    with closing(SqliteStore(tmp_path / "wirewatch.db")) as store:
        store.migrate()
        with capture_logs() as logs:
            rules = await start_again(tmp_path / "rules.yaml", store, TAKEN_ONCE % refused)
        assert [rule.id for rule in rules.ruleset.rules] == in_force
        assert await rules.changed() is None
        (notice,) = store.notices()
        told = store.get_fact("rules:rejected") or ""
        assert logs[0]["event"] == "rules_rejected"
        for text in (notice.text, told, logs[0]["problem"]):
            assert "This release of Wirewatch finds errors in the rules that were in force before" in text
            assert "rules.yaml:5:" in text
        again = rules_in_force(store, Environment(config=tmp_path / "rules.yaml"))
        assert again is not None
        assert [rule.id for rule in again.rules] == in_force
        await edit(rules, tmp_path / "rules.yaml", GOOD)
        assert store.get_fact("rules:rejected") is None
        told = [notice.text for notice in store.notices()]
        assert [text for text in told if "again" in text] == ["The rules file is in force again: 1 rule."]
        await edit(rules, tmp_path / "rules.yaml", GOOD.replace("Huawei", "Nokia"))
        assert [notice.text for notice in store.notices()] == told, "an edit that nothing was wrong with is no news"


@pytest.mark.parametrize(
    "text",
    [TAKEN_ONCE.replace("#ops", "${OPS_CHANNEL}") % "Nokia", GOOD.replace("Huawei", "Huawei and 5G")],
    ids=["a variable is gone", "nothing is left"],
)
async def test_what_no_release_can_read_ends_a_start(tmp_path: Path, text: str) -> None:
    with closing(SqliteStore(tmp_path / "wirewatch.db")) as store:
        store.migrate()
        with pytest.raises(RulesError):
            await start_again(tmp_path / "rules.yaml", store, text, OPS_CHANNEL="#ops")


async def test_a_half_saved_file_is_taken_over_once_it_stands_still(
    rules: RulesInForce, pauses: Pauses, tmp_path: Path
) -> None:
    config = tmp_path / "rules.yaml"
    config.write_text(HALF)
    pauses.writes = [lambda: config.write_text(EDITED)]
    with capture_logs() as logs:
        assert await rules.changed() is None
        changed = await rules.changed()
    assert logs == []
    assert changed is not None
    assert [rule.when for rule in changed[0].rules] == ["Huawei", "Nokia AND Velmora"]
    assert pauses.seconds == [1.0, 1.0]


async def test_a_file_that_is_away_for_a_moment_is_no_news(rules: RulesInForce, pauses: Pauses, tmp_path: Path) -> None:
    config = tmp_path / "rules.yaml"
    config.unlink()
    pauses.writes = [lambda: config.write_text(EDITED)]
    with capture_logs() as logs:
        assert await rules.changed() is None
        assert await rules.changed() is not None
    assert logs == []


async def through_a_pipe(pipe: Path, rules: RulesInForce) -> RulesInForce:
    """`GOOD`, written into a pipe that the rules are read from."""
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(GOOD,))
    writer.start()
    piped = RulesInForce(Environment(config=pipe), rules._store, write, pause=Pauses())
    await piped.load()
    writer.join()
    return piped


async def test_what_came_through_a_pipe_stays_in_force(rules: RulesInForce, tmp_path: Path) -> None:
    """`--config <(envsubst < rules.yaml)`: read again it is empty, and ops heard of an edit that nobody had made."""
    piped = await through_a_pipe(tmp_path / "pipe", rules)
    with capture_logs() as logs:
        for _ in range(3):
            assert await piped.changed() is None
    assert logs == []
    assert len(piped.ruleset.rules) == len(rules.ruleset.rules)


async def test_a_file_in_the_place_of_a_pipe_is_read(rules: RulesInForce, tmp_path: Path) -> None:
    """Edits of it were not seen, in silence, until a restart."""
    pipe = tmp_path / "pipe"
    piped = await through_a_pipe(pipe, rules)
    assert await piped.changed() is None
    pipe.unlink()
    pipe.write_text(EDITED)
    found = [await piped.changed() for _ in range(3)]
    read = [ruleset for ruleset, _ in filter(None, found)]
    assert len(read[0].rules) == 2


async def test_a_file_that_nobody_touches_costs_no_waiting(rules: RulesInForce, pauses: Pauses) -> None:
    assert await rules.changed() is None
    assert len(pauses.seconds) == 1, "the first look after the start"
    assert await rules.changed() is None
    assert len(pauses.seconds) == 1


async def test_two_hundred_problems_are_one_line_of_less_than_8_kb(rules: RulesInForce, tmp_path: Path) -> None:
    lines = "".join(f"  - Häuserpreis{number} and “{'Ü' * 150}”\n" for number in range(200))
    (tmp_path / "rules.yaml").write_text(GOOD + lines, encoding="utf-8")
    with capture_logs() as logs:
        assert await rules.changed() is None
    (line,) = logs
    assert line["event"] == "rules_rejected"
    assert len(json.dumps(line, ensure_ascii=False).encode()) < 8_000
    first, *_, last = line["problem"].splitlines()
    assert first.endswith("rules.yaml:4:18: error: operators are written in capitals: and")
    assert last.startswith("… and ")
    assert last.endswith("more problems: `wirewatch check` prints them all")
