"""Rules with `expect:`: ops hears once that one is quiet, with the cause, and once that it is over."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot import pipeline
from bot.cli import wirewatch
from bot.core.codec import dumps
from bot.core.digests.mutes import REACTIONS, Reaction, ReactionKind
from bot.core.rulefile.ruleset import read_ruleset
from bot.core.workbench.expectations import EXPECT
from bot.model import (
    BY_FILE,
    Expectation,
    FeedHealth,
    FeedId,
    Notice,
    OutletId,
    PollRecord,
    RuleId,
    RuleSet,
    RulesText,
)
from bot.store import SqliteStore
from bot.workbench import expectations
from tests.builders import entry, feed_state

BEGIN = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
WATCHED = """
feeds:
  - {url: https://wire.example/rss, id: wire}
  - {url: https://post.example/rss, id: post}
rules:
  - {id: watched, when: Orbrecht AND contract, expect: {at_least: 1, per: 7d}}
"""


def rules_of(text: str) -> RuleSet:
    ruleset, problems = read_ruleset(text.encode(), {})
    assert ruleset is not None, problems
    return ruleset


class Watching:
    """A store with entries, a clock, and one rule that is expected to be heard."""

    def __init__(self, text: str = WATCHED) -> None:
        self.store = SqliteStore(None)
        self.store.migrate()
        self.ruleset = rules_of(text)
        self.now = BEGIN
        self.number = 0
        self.store.add_rules_text(_text(text, BEGIN))
        self.look()

    def arrive(self, title: str, feed: str = "wire") -> None:
        self.number += 1
        one = entry(
            title,
            guid=str(self.number),
            url=f"https://{feed}.example/{self.number}",
            feed=FeedId(feed),
            source=OutletId(f"{feed}.example"),
            seen_at=self.now,
            published_at=self.now,
        )
        self.store.record_polls([PollRecord(state=feed_state(feed), entries=(one,))])
        pipeline.ingest(self.store, pipeline.IngestState.load(self.store, self.ruleset), self.now)

    def look(self, days: float = 0.0) -> list[str]:
        """What is told after so many days."""
        self.now += days * DAY
        looked = expectations.look(self.store, self.ruleset, self.now)
        why = expectations.causes(self.store, self.ruleset, looked.quiet, self.now)
        return [notice.text for notice in expectations.tell(self.store, self.ruleset, why, self.now)]

    def edit(self, text: str) -> None:
        self.ruleset = rules_of(text)
        self.store.add_rules_text(_text(text, self.now))


def _text(text: str, at: datetime) -> RulesText:
    return RulesText(version=rules_of(text).version, at=at, by=BY_FILE, content=text.encode())


def test_a_quiet_rule_is_told_once_and_its_end_once() -> None:
    room = Watching()
    room.arrive("Orbrecht wins a contract")
    assert room.look(6.9) == []
    (quiet,) = room.look(0.2)
    assert quiet.startswith("Rule watched is quiet: fewer than 1 story in 7 days, the last came 2 Nov 09:00. Cause: ")
    assert room.look() == []
    assert room.look(30) == []
    room.arrive("Orbrecht loses a contract in Keld")
    assert room.look() == ["Rule watched is heard again; it was quiet since 9 Nov 09:00."]
    assert room.look(1) == []
    assert len(room.look(7)) == 1


def test_what_is_told_is_told_once_whatever_is_done_again() -> None:
    room = Watching()
    room.now += 8 * DAY
    why = {RuleId("watched"): "Cause: a test."}
    before = dict(room.store.rule_states(EXPECT, Expectation))
    assert len(expectations.tell(room.store, room.ruleset, why, room.now)) == 1
    assert expectations.tell(room.store, room.ruleset, why, room.now) == ()
    assert len(room.store.notices()) == 1
    assert before["watched"].quiet_since_at is None


def test_a_rule_that_was_heard_while_the_cause_was_looked_for_is_not_called_quiet() -> None:
    room = Watching()
    room.now += 8 * DAY
    looked = expectations.look(room.store, room.ruleset, room.now)
    why = expectations.causes(room.store, room.ruleset, looked.quiet, room.now)
    room.arrive("Orbrecht wins a contract")
    assert expectations.tell(room.store, room.ruleset, why, room.now) == ()


def test_two_in_a_week_are_two() -> None:
    room = Watching(WATCHED.replace("at_least: 1", "at_least: 2"))
    for headline in (
        "Orbrecht wins a contract in Keld",
        "Contract dispute: strike halts the oldest plant of Orbrecht",
        "Court finds fault with how Orbrecht got its ferry contract",
    ):
        room.arrive(headline)
        assert room.look(3) == []
    assert room.look(0.9) == []
    (quiet,) = room.look(0.2)
    assert "fewer than 2 stories in 7 days, the last came 8 Nov 09:00" in quiet


def test_more_is_expected_from_now_on_only() -> None:
    room = Watching()
    room.arrive("Orbrecht wins a contract")
    room.look(5)
    room.ruleset = rules_of(WATCHED.replace("at_least: 1", "at_least: 3"))
    assert room.look(3) == []
    assert room.look(6) == []
    assert len(room.look(2)) == 1


def test_a_rule_without_it_any_more_is_forgotten() -> None:
    room = Watching()
    room.ruleset = rules_of(WATCHED.replace(", expect: {at_least: 1, per: 7d}", ""))
    assert room.look(20) == []
    assert room.store.rule_states(EXPECT, Expectation) == {}


# --- causes ---


def test_somebody_muted_it() -> None:
    room = Watching()
    muted = Reaction(id="1", kind=ReactionKind.MUTE_RULE, by="U1", at=BEGIN + DAY, rule=RuleId("watched"))
    room.store.save_facts({f"{REACTIONS}1": dumps(muted)})
    room.now += 2 * DAY
    room.arrive("Orbrecht wins a contract")
    (quiet,) = room.look(6)
    assert quiet.endswith("none so far. Cause: <@U1> muted it 3 Nov 09:00.")


def test_its_feeds_fail() -> None:
    room = Watching()
    states = [feed_state("wire", health=FeedHealth.FAILING, error="HTTP 500"), feed_state("post", health=FeedHealth.OK)]
    room.store.add_feeds(states)
    (quiet,) = room.look(8)
    assert quiet.endswith("Cause: 1 of its 2 feeds fail (wire: HTTP 500).")


def test_nothing_came_in() -> None:
    (quiet,) = Watching().look(8)
    assert quiet.endswith("Cause: nothing at all came in from its feeds.")


def test_an_edit_stopped_it() -> None:
    room = Watching()
    room.arrive("Orbrecht wins a contract")
    room.look(1)
    room.edit(WATCHED.replace("Orbrecht AND contract", "Orbrecht AND contracts"))
    room.look(1)
    for place in ("Keld", "Pell"):
        room.arrive(f"Orbrecht contract in {place} {place * 3}")
    (quiet,) = room.look(7)
    version = room.ruleset.version
    cause = f"Cause: the edit of 3 Nov 09:00 stopped it (the rules file, version {version}): before, 2 stories since"
    assert cause in quiet


def test_an_edit_that_changed_nothing_is_not_blamed() -> None:
    room = Watching()
    room.edit(WATCHED.replace("Orbrecht AND contract", "Orbrecht AND contracts"))
    room.look(1)
    room.arrive("Velcom opens a mine")
    (quiet,) = room.look(8)
    assert "Cause: 1 entry came in from its feeds, none matched." in quiet


def test_entries_came_and_what_came_nearest_is_named() -> None:
    room = Watching()
    room.arrive("Rain in Keld")
    room.arrive("Orbrecht opens a mine in Pell")
    (quiet,) = room.look(8)
    assert "Cause: 2 entries came in from its feeds, none matched. Nearest:\n" in quiet
    assert "• Orbrecht opens a mine in Pell (wire.example, 2 Nov 09:00): " in quiet
    assert "Rain" not in quiet


def test_only_its_own_feeds_count() -> None:
    room = Watching(WATCHED.replace("expect:", "feeds: post, expect:"))
    room.arrive("Rain in Keld", feed="wire")
    (quiet,) = room.look(8)
    assert quiet.endswith("Cause: nothing at all came in from its feeds.")


# --- replay ---


def replayed(tmp_path: Path, lines: list[dict[str, Any]], *more: str) -> list[dict[str, Any]]:
    (tmp_path / "rules.yaml").write_text(WATCHED, encoding="utf-8")
    (tmp_path / "stories.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    arguments = ["--config", str(tmp_path / "rules.yaml"), "replay", str(tmp_path / "stories.jsonl"), "--json", *more]
    done = CliRunner().invoke(wirewatch, arguments)
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def line(day: float, title: str) -> dict[str, Any]:
    return {"title": title, "source": "wire.example", "seen": (BEGIN + day * DAY).isoformat()}


def test_replay_shows_the_notice_when_it_is_due(tmp_path: Path) -> None:
    lines = [
        line(0, "Orbrecht wins a contract"),
        *(line(day, f"Number {day} {'xyz'[day % 3] * day}") for day in range(1, 20)),
        line(20, "Orbrecht loses that contract in court"),
    ]
    notices = [post for post in replayed(tmp_path, lines) if post["kind"] == "notice"]
    assert [(post["at"], post["rule"], post["channel"]) for post in notices] == [
        ("2026-11-09T09:00:00+00:00", "watched", "ops"),
        ("2026-11-22T09:00:00+00:00", "watched", "ops"),
    ]
    assert "is quiet" in notices[0]["text"]
    assert "is heard again" in notices[1]["text"]


@pytest.mark.parametrize(("more", "count"), [((), 0), (("--to", "2026-11-20T00:00Z"), 1)])
def test_the_end_of_the_input_is_no_silence_unless_the_clock_goes_on(
    tmp_path: Path, more: tuple[str, ...], count: int
) -> None:
    posts = replayed(tmp_path, [line(0, "Orbrecht wins a contract")], *more)
    assert sum(post["kind"] == "notice" for post in posts) == count


def test_the_rule_of_a_notice_comes_back_from_the_store() -> None:
    store = SqliteStore(None)
    store.migrate()
    of_rule = Notice.of_rule(RuleId("odd|id: x"), "quiet 1", "text", BEGIN)
    store.add_notices([of_rule, Notice(key="x", text="", at=BEGIN)])
    assert [notice.rule for notice in store.notices()] == ["odd|id: x", None]
