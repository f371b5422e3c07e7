"""Nothing can be reached: ops hears of the network once, and of single feeds as always."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.polling import Answer, Fault, NetworkWatch, after_poll
from bot.model import Feed, FeedId, FeedState, Notice, NoticeKind, PollRecord, Settings
from tests.builders import MINUTE, NOW, feed_state

SETTINGS = Settings(timezone="Asia/Dubai")
WAIT = timedelta(seconds=30)
DOWN = "there is no host"


class Polls:
    """Polls of feeds one after the other, their states and what ops heard."""

    def __init__(self, *names: str, have_worked: bool = True) -> None:
        ok_at = NOW - MINUTE if have_worked else None
        self.states = {
            name: feed_state(name, last_ok_at=ok_at, last_poll_at=ok_at, status=200 if have_worked else None)
            for name in names
        }
        self.notices: list[Notice] = []
        self.restart()

    def restart(self) -> None:
        self.watch = NetworkWatch()
        self.watch.learn(self.states.values())

    def poll(self, name: str, at: datetime, *, status: int | None = None) -> None:
        """`status`: that of an answer; None: no answer comes."""
        feed = Feed(id=FeedId(name), url=f"https://{name}.example/rss", name=name)
        answer = Answer(asked=feed.url, url=feed.url, fault=Fault.NETWORK, error=DOWN)
        if status is not None:
            fault = None if status == 200 else Fault.STATUS
            answer = Answer(asked=feed.url, url=feed.url, status=status, unchanged=True, fault=fault, error="HTTP")
        record = after_poll(feed, self.states[name], answer, at, SETTINGS, 0.5)
        self._keep(self.watch.judge(feed, record, at, SETTINGS))

    def wait(self, at: datetime) -> None:
        self._keep(self.watch.judged(at, SETTINGS))

    def _keep(self, records: list[PollRecord]) -> None:
        for record in records:
            self.states[record.state.feed] = record.state
            self.notices += record.notices

    def texts(self) -> list[str]:
        """The notices since it was asked last."""
        notices, self.notices = self.notices, []
        return [notice.text for notice in notices]

    def fail(self, *names: str, rounds: int, start: datetime = NOW) -> datetime:
        for turn in range(rounds):
            for name in names:
                self.poll(name, start + turn * MINUTE)
        self.wait(start + rounds * MINUTE)
        return start + rounds * MINUTE


def test_a_network_that_is_away_is_one_notice_and_one_when_it_is_back() -> None:
    polls = Polls(*"abcdefghijkl")
    end = polls.fail(*"abcdefghijkl", rounds=5)
    (away,) = polls.texts()
    assert away.startswith("Nothing answers since 4 Mar 09:06 +04: ")
    assert "none of the 12 feeds" in away
    assert DOWN in away
    polls.poll("c", end + MINUTE, status=200)
    (back,) = polls.texts()
    assert back.startswith("Feeds answer again, after 6 min (since 4 Mar 09:06 +04)")
    assert "c was the first" in back
    for name in "abdefghijkl":
        polls.poll(name, end + 2 * MINUTE, status=200)
    assert polls.texts() == []
    assert all(state.problem is None for state in polls.states.values())


def test_an_error_page_is_an_answer() -> None:
    polls = Polls("a", "b")
    end = polls.fail("a", "b", rounds=3)
    assert len(polls.texts()) == 1
    polls.poll("a", end + MINUTE, status=503)
    assert [text[:19] for text in polls.texts()] == ["Feeds answer again,", "Feed a has failed 4"]


def test_at_the_first_start_nobody_is_known_to_work() -> None:
    polls = Polls(*"abc", have_worked=False)
    polls.fail(*"abc", rounds=1)
    (away,) = polls.texts()
    assert "none of the 3 feeds" in away


def test_a_feed_that_fails_alone_is_reported_as_ever() -> None:
    polls = Polls("a", "b", "c")
    for turn in range(4):
        polls.poll("a", NOW + turn * MINUTE)
        polls.poll("b", NOW + turn * MINUTE + timedelta(seconds=1), status=200)
        polls.wait(NOW + turn * MINUTE + timedelta(seconds=2))
    assert [text[:26] for text in polls.texts()] == ["Feed a has failed 3 times "]
    polls.poll("a", NOW + 5 * MINUTE, status=200)
    assert [text[:21] for text in polls.texts()] == ["Feed a works again af"]


def test_a_report_waits_as_long_as_a_poll_may_take_and_no_longer() -> None:
    polls = Polls("a", "b")
    polls.states["new"] = feed_state("new")
    polls.poll("new", NOW)
    polls.wait(NOW + WAIT - timedelta(seconds=1))
    assert polls.texts() == []
    polls.wait(NOW + WAIT)
    assert [text[:14] for text in polls.texts()] == ["Feed new fails"]


def test_the_only_feed_there_is_waits_for_nobody() -> None:
    polls = Polls("a", have_worked=False)
    polls.poll("a", NOW)
    assert [text[:12] for text in polls.texts()] == ["Feed a fails"]


def test_somebody_who_answers_meanwhile_ends_the_wait() -> None:
    polls = Polls("a", "b", have_worked=False)
    polls.poll("a", NOW)
    polls.poll("b", NOW + timedelta(seconds=1), status=404)
    assert [text[:12] for text in polls.texts()] == ["Feed b fails", "Feed a fails"]


def test_feeds_that_have_failed_for_long_say_nothing_of_the_network() -> None:
    polls = Polls("a", "dead", "gone")
    for turn in range(4):
        for name in ("dead", "gone"):
            polls.poll(name, NOW + turn * MINUTE)
        polls.poll("a", NOW + turn * MINUTE, status=200)
    polls.texts()
    polls.states["typo"] = feed_state("typo")
    for seconds, name in enumerate(("dead", "gone", "typo")):
        polls.poll(name, NOW + 5 * MINUTE + timedelta(seconds=seconds))
    polls.wait(NOW + 6 * MINUTE)
    assert [text[:15] for text in polls.texts()] == ["Feed typo fails"]


def test_a_feed_that_stays_away_when_the_others_are_back_is_reported_then() -> None:
    polls = Polls("a", "b")
    end = polls.fail("a", "b", rounds=3)
    polls.poll("a", end + MINUTE, status=200)
    polls.texts()
    polls.poll("b", end + MINUTE + timedelta(seconds=5))  # asked before the network came back
    assert polls.texts() == []
    polls.poll("b", end + 3 * MINUTE)
    assert [text[:25] for text in polls.texts()] == ["Feed b has failed 5 times"]


def test_a_restart_in_the_middle_says_nothing_twice() -> None:
    polls = Polls("a", "b", "c")
    end = polls.fail("a", "b", "c", rounds=3)
    assert len(polls.texts()) == 1
    assert {state.problem and state.problem.kind for state in polls.states.values()} == {NoticeKind.NETWORK}
    polls.restart()
    end = polls.fail("a", "b", "c", rounds=2, start=end)
    assert polls.texts() == []
    polls.poll("a", end, status=200)
    assert [text[:18] for text in polls.texts()] == ["Feeds answer again"]
    polls.restart()
    polls.poll("b", end + MINUTE, status=200)
    assert polls.texts() == []


def test_a_postponed_poll_says_nothing() -> None:
    polls = Polls("a", "b")
    record = PollRecord(state=replace(polls.states["a"], status=None), postponed=True)
    feed = Feed(id=FeedId("a"), url="https://a.example/", name="a")
    assert polls.watch.judge(feed, record, NOW, SETTINGS) == [record]


def test_what_the_environment_holds_is_not_in_the_notice() -> None:
    watch = NetworkWatch()
    state: FeedState = feed_state("a", url="https://a.example/?key=s3cr3t-key")
    feed = Feed(id=FeedId("a"), url=state.url, name="a", variables={"KEY": "s3cr3t-key"})
    for name in ("a", "b"):
        one = replace(feed, id=FeedId(name))
        answer = Answer(asked=feed.url, url=feed.url, fault=Fault.NETWORK, error=f"no host in {feed.url}")
        record = after_poll(one, replace(state, feed=one.id), answer, NOW, SETTINGS, 0.5)
        assert watch.judge(one, record, NOW, SETTINGS) == []
    notices = [notice.text for record in watch.judged(NOW + WAIT, SETTINGS) for notice in record.notices]
    assert len(notices) == 1
    assert "s3cr3t" not in notices[0]
