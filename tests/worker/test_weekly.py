"""The weekly messages through the real worker: once each, whatever is killed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import clock
from bot.core.rulefile.ruleset import read_ruleset
from bot.errors import StoreError
from bot.model import QuestionKind, RuleId, RuleSet, StoryId, WorkbenchBatch
from bot.sinks.console import ConsoleSink
from bot.store import SqliteStore
from bot.workbench.questions import RESTATE_QUESTIONS, REVIEWED, ask_samples, restate_questions, to_restate
from tests.builders import mark
from tests.store.faults import refusing
from tests.worker.archive import told_stories
from tests.worker.feeds import FeedServer, rss_of
from tests.worker.installation import Installation, until

RULES = """\
settings:
  allow_private_hosts: true
  fetch: {{min: 1s, per_host: 0s}}
  review: {{day: {day}, at: "{at}"}}
  missed: {{day: {day}, at: "{at}"}}
feeds: [{{url: "{url}", id: one, every: 1s}}]
channels:
  ops: {{slack: "#ops", digest: {{every: 1h}}}}
rules:
  - {{id: r1, when: Huawei AND 5G}}
"""


def rules_text(url: str) -> str:
    """A review and a list that fell due two minutes ago."""
    slot = clock() - timedelta(minutes=2)
    return RULES.format(url=url, day=f"{slot:%a}".lower(), at=f"{slot:%H:%M}")


def test_what_was_not_sent_is_listed_once_over_a_kill(feeds: FeedServer, install: Callable[..., Installation]) -> None:
    feeds.pages["/feed"] = rss_of("Quiet day in Velmora")
    installation = install(rules_text(feeds.url("/feed")))
    path = installation.folder / "state" / "wirewatch.db"
    told_stories(path, 0)
    worker = installation.start()
    until("the list is printed", lambda: "Not sent this week: 1 near miss" in worker.output)
    worker.kill()
    again = installation.start()
    again.wait_for("feed_polled")
    assert again.stop() == 0
    assert "Not sent this week" not in again.output
    with closing(SqliteStore(path)) as store:
        (asked,) = store.questions(QuestionKind.NEAR_MISS)
        assert (asked.story, asked.rule) == (100, "r1")
        listed = store.delivery(asked.delivery)
        assert listed is not None
        assert [line.detail for line in listed.digest.questions] == ["lacks 5G"]
        assert store.get_fact(REVIEWED) is not None, "without buttons nobody is asked, and that is dealt with"
        assert store.questions(QuestionKind.SAMPLE) == []


@pytest.fixture
def ruleset() -> RuleSet:
    read, problems = read_ruleset(rules_text("http://127.0.0.1/feed").encode(), {})
    assert read is not None, problems
    return read


@pytest.mark.parametrize("what", ["INSERT ON questions", "INSERT ON outbox", "INSERT ON facts"])
def test_a_commit_that_fails_asks_nobody_and_the_next_asks_once(tmp_path: Path, ruleset: RuleSet, what: str) -> None:
    path = tmp_path / "wirewatch.db"
    told_stories(path, 8)
    slot = clock()
    with (tmp_path / "out").open("w") as out, closing(SqliteStore(path)) as store:
        sink = ConsoleSink(out, clock=clock, environ={})
        store.migrate()
        with refusing(store, what), pytest.raises(StoreError):
            ask_samples(store, ruleset, sink, slot, slot, True)
        assert (store.questions(QuestionKind.SAMPLE), store.get_fact(REVIEWED)) == ([], None)
        assert [row.key for row in store.open_deliveries()] == []
        (asked,) = ask_samples(store, ruleset, sink, slot, slot, True)
        assert len(asked.digest.questions) == 5
        assert {line.rule for line in asked.digest.questions} == {RuleId("r1")}
        assert {line.story for line in asked.digest.questions} <= {StoryId(number) for number in range(1, 9)}
        ask_samples(store, ruleset, sink, slot, slot, True)
        assert len(store.open_deliveries()) == 1


def test_what_is_said_elsewhere_shows_on_the_message(tmp_path: Path, ruleset: RuleSet) -> None:
    path = tmp_path / "wirewatch.db"
    told_stories(path, 8)
    slot = clock()
    with (tmp_path / "out").open("w") as out, closing(SqliteStore(path)) as store:
        sink = ConsoleSink(out, clock=clock, environ={})
        (asked,) = ask_samples(store, ruleset, sink, slot, slot, True)
        line = asked.digest.questions[0]
        facts = to_restate(store, line.story, line.rule)
        assert facts == {RESTATE_QUESTIONS + asked.key: "1"}
        assert to_restate(store, StoryId(100), line.rule) == {}
        said = mark(line.story, line.rule, kind="sample", by="desk", at=slot)
        store.record_workbench(WorkbenchBatch(marks=(said,), facts=facts, at=slot))
        assert restate_questions(store, ruleset, sink, clock(), asked.key)
        _, edit = store.open_deliveries()
        assert [bool(one.answer) for one in edit.digest.questions] == [True, False, False, False, False]
        assert edit.digest.questions[0].answer.startswith("Relevant, says desk, ")
        assert store.facts(RESTATE_QUESTIONS) == {}
        assert not restate_questions(store, ruleset, sink, clock(), "pruned")
