"""The worker on real feeds over HTTP, as a real process: what it prints, what it keeps, how it stops."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable

import pytest

from tests import builders
from tests.worker.feeds import FeedServer, rss_of
from tests.worker.installation import HUAWEI_AT_ONCE, Installation, until

RULES = """\
settings:
  allow_private_hosts: true
  first_run: {first_run}
  fetch: {{min: 1s, per_host: 0s, timeout: 5s}}
feeds:
  - {{url: "{url}", id: wire, name: The Wire, every: 1s}}
channels:
  desk: {{slack: "#desk", immediate: {{per_hour: 50}}, follow: none}}
  ops: {{slack: "#ops"}}
rules:
  - {{id: huawei-5g, when: Huawei AND 5G, to: [desk]}}
"""


def rules(feeds: FeedServer, first_run: str = "silent") -> str:
    return RULES.format(url=feeds.url("/wire"), first_run=first_run)


def test_a_new_entry_reaches_the_terminal_once(feeds: FeedServer, install: Callable[..., Installation]) -> None:
    feeds.pages["/wire"] = rss_of("Old news of Huawei and 5G in Atlantis")
    installation = install(rules(feeds))
    worker = installation.start()
    worker.wait_for("feed_polled", feed="wire", entries=1)
    feeds.pages["/wire"] = rss_of("Huawei wins 5G contract in Velmora", "Old news of Huawei and 5G in Atlantis")
    worker.wait_for("delivered", kind="immediate")
    until("the digest is on stdout", lambda: "Huawei wins 5G contract in Velmora" in worker.output)
    assert worker.stop() == 0
    assert worker.output.count("Huawei wins 5G contract in Velmora") == 1
    assert "Atlantis" not in worker.output, "the baseline of a new feed never alerts"
    again = installation.start()
    again.wait_for("feed_polled", feed="wire")
    assert again.stop() == 0
    assert "Velmora" not in again.output


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_it_stops_cleanly_while_a_feed_is_slow(
    feeds: FeedServer, install: Callable[..., Installation], signum: int
) -> None:
    feeds.pages["/wire"] = rss_of("Quiet day")
    feeds.held.add("/wire")
    worker = install(rules(feeds)).start()
    until("the feed answers half", lambda: feeds.requests)
    assert worker.stop(signum) == 0
    assert worker.saw("worker_stopped")
    assert not worker.saw("feed_polled")


def test_once_polls_and_posts_what_is_due(feeds: FeedServer, install: Callable[..., Installation]) -> None:
    feeds.pages["/wire"] = rss_of("Huawei wins 5G contract in Velmora")
    installation = install(rules(feeds, "alert"))
    worker = installation.start("--once")
    assert worker.wait() == 0
    assert worker.output.count("Huawei wins 5G contract in Velmora") == 1


def test_a_text_that_was_cut_is_told_in_the_log(feeds: FeedServer, install: Callable[..., Installation]) -> None:
    feeds.pages["/wire"] = builders.rss(builders.rss_item(1, text="word " * 100_001)).encode()
    worker = install(rules(feeds, "alert")).start("--once")
    worker.wait_for("text_cut", feed="wire", zones=["summary"], read=500_000)
    assert worker.wait() == 0


def test_once_polls_a_feed_once_though_it_is_due_again_at_once(
    feeds: FeedServer, install: Callable[..., Installation]
) -> None:
    feeds.pages["/wire"] = rss_of("Quiet day")
    installation = install(rules(feeds).replace("min: 1s", "min: 0s").replace(", every: 1s", ""))
    assert installation.command("run", "--once").returncode == 0
    assert feeds.requests == ["/wire"]


def test_the_first_warning_of_an_empty_feed_is_news(feeds: FeedServer, install: Callable[..., Installation]) -> None:
    feeds.pages["/wire"] = rss_of()
    installation = install(rules(feeds, "announce"))
    assert installation.command("run", "--once").returncode == 0
    feeds.pages["/wire"] = rss_of("Huawei 5G masts down in Velmora")
    output = ""
    while len(feeds.requests) < 2:  # due a second after the first poll
        output = installation.command("run", "--once").stdout
    assert output.count("Huawei 5G masts down in Velmora") == 1


def test_killed_after_a_poll_nothing_is_lost_or_doubled(
    feeds: FeedServer, install: Callable[..., Installation]
) -> None:
    feeds.pages["/wire"] = rss_of("Huawei wins 5G contract in Velmora")
    installation = install(rules(feeds, "alert"))
    worker = installation.start()
    worker.wait_for("feed_polled", feed="wire", entries=1)
    worker.kill()
    again = installation.start()
    again.wait_for("worker_started")
    until("the story was delivered", lambda: any(d.state == "sent" for d in installation.deliveries()))
    assert again.stop() == 0
    stories = [s.title for d in installation.deliveries() for s in d.digest.stories]
    assert stories == ["Huawei wins 5G contract in Velmora"]


SEVERAL = """\
settings:
  allow_private_hosts: true
  first_run: alert
  fetch: {{per_host: 0s, timeout: 20s}}
feeds:
{feeds}
channels:
  desk: {{slack: "#desk", immediate: {{per_hour: 500}}, follow: none}}
  ops: {{slack: "#ops"}}
rules:
  - {{id: ferries, when: ferry, to: [desk]}}
"""
PLACES = ["Velmora", "Kassaby", "Dunhaven", "Torvo", "Pelluna", "Morrowick", "Ashcombe", "Brellin"]
FATES = [
    "sinks at the pier",
    "sold to a bank",
    "wins a design prize",
    "carries its first elephant",
    "strike is over",
    "gets solar panels",
    "captain retires",
    "hits a whale",
]


@pytest.mark.parametrize("held", [1, 4, 8], ids=["one in hand", "half in hand", "all in hand"])
def test_killed_during_polls_nothing_is_lost_doubled_or_polled_early(
    feeds: FeedServer, install: Callable[..., Installation], held: int
) -> None:
    titles = {place: f"{place} ferry {place[::-1]} {what}" for place, what in zip(PLACES, FATES, strict=True)}
    for place, title in titles.items():
        feeds.pages[f"/{place}"] = rss_of(title, site=f"{place}.example")
    feeds.held.update(f"/{place}" for place in PLACES[:held])
    lines = "\n".join(f'  - {{url: "{feeds.url(f"/{place}")}", id: {place}, every: 1h}}' for place in PLACES)
    installation = install(SEVERAL.format(feeds=lines))
    worker = installation.start()

    def kept() -> set[str]:
        return {feed for feed, state in installation.feed_states().items() if state.last_ok_at is not None}

    worker.wait_for("worker_started")
    until("the other polls are in the store", lambda: kept() == set(PLACES[held:]))
    until("all feeds were asked", lambda: len(feeds.requests) == len(PLACES))
    worker.kill()
    feeds.held.clear()
    again = installation.start()

    def told() -> list[str]:
        sent = (delivery for delivery in installation.deliveries() if delivery.state == "sent")
        return sorted(story.title for delivery in sent for story in delivery.digest.stories)

    until("every story was delivered", lambda: len(told()) >= len(PLACES))
    assert again.stop() == 0
    assert told() == sorted(titles.values())
    assert sorted(feeds.requests) == sorted(
        f"/{place}" for number, place in enumerate(PLACES) for _ in range(2 if number < held else 1)
    ), "a poll that was done before the kill is not done again before it is due"


def test_a_broken_edit_keeps_the_last_good_rules(feeds: FeedServer, install: Callable[..., Installation]) -> None:
    feeds.pages["/wire"] = rss_of("Quiet day")
    installation = install(rules(feeds))
    worker = installation.start()
    worker.wait_for("feed_polled", feed="wire")
    installation.config.write_text(rules(feeds).replace("Huawei AND 5G", "Huawei and 5G"), encoding="utf-8")
    rejected = worker.wait_for("rules_rejected")
    assert "AND" in rejected["problem"]
    status = json.loads(installation.command("status", "--json").stdout)
    assert status["rules"]["count"] == 1
    assert "AND" in status["rules"]["rejected"]
    until("ops was told", lambda: "write AND" in worker.output or "Huawei and 5G" in worker.output)
    feeds.pages["/wire"] = rss_of("Huawei wins 5G contract in Velmora", "Quiet day")
    worker.wait_for("delivered", kind="immediate")
    installation.config.write_text(rules(feeds).replace("Huawei AND 5G", "Nokia"), encoding="utf-8")
    until("the mended file is in force", lambda: worker.lines and worker.saw("rules_loaded") != _last(worker))
    status = json.loads(installation.command("status", "--json").stdout)
    assert status["rules"]["rejected"] is None
    assert worker.stop() == 0
    again = installation.start()
    again.wait_for("worker_started")
    assert again.stop() == 0


def _last(worker: object) -> object:
    return [line for line in worker.lines if line.get("event") == "rules_loaded"][-1]  # type: ignore[attr-defined]  # a WorkerProcess


def test_a_broken_file_at_start_falls_back_on_the_last_good_rules(
    feeds: FeedServer, install: Callable[..., Installation]
) -> None:
    feeds.pages["/wire"] = rss_of("Quiet day")
    installation = install(rules(feeds))
    first = installation.start()
    first.wait_for("worker_started")
    assert first.stop() == 0
    installation.config.write_text("rules: [Huawei and 5G", encoding="utf-8")
    second = installation.start()
    second.wait_for("rules_rejected")
    second.wait_for("worker_started", rules=1)
    assert second.stop() == 0


def test_a_broken_file_at_the_first_start_is_told_and_ends_it(install: Callable[..., Installation]) -> None:
    installation = install("feeds: [https://news.example/rss]\nrules:\n  - Huawei and 5G\n")
    ended = installation.command("run")
    assert ended.returncode == 2
    assert "rules.yaml:3:" in ended.stderr + ended.stdout
    assert "AND" in ended.stderr + ended.stdout
    assert "Traceback" not in ended.stderr


def test_a_second_worker_waits_and_takes_over(feeds: FeedServer, install: Callable[..., Installation]) -> None:
    feeds.pages["/wire"] = rss_of("Quiet day")
    installation = install(rules(feeds))
    first = installation.start()
    first.wait_for("worker_started")
    second = installation.start()
    second.wait_for("worker_waiting")
    first.kill()
    second.wait_for("worker_started")
    assert second.stop() == 0


def test_a_missing_file_is_reported_every_hour_and_the_last_good_rules_stay(
    feeds: FeedServer, install: Callable[..., Installation]
) -> None:
    feeds.pages["/wire"] = rss_of("Quiet day")
    place = install(rules(feeds))
    assert place.command("run", "--once").returncode == 0
    place.config.rename(place.folder / "away.yaml")
    worker = place.start()
    assert "There is no rules file" in worker.wait_for("rules_rejected")["problem"]
    worker.wait_for("worker_started", rules=1)
    until("ops was told", lambda: "The last accepted rules stay in force" in worker.output)
    assert "no rules file" in json.loads(place.command("status", "--json").stdout)["rules"]["rejected"]
    (place.folder / "away.yaml").rename(place.config)
    worker.wait_for("rules_loaded")
    assert json.loads(place.command("status", "--json").stdout)["rules"]["rejected"] is None
    assert worker.stop() == 0


def test_without_a_file_and_without_earlier_rules_nothing_starts(install: Callable[..., Installation]) -> None:
    place = install("")
    place.config.unlink()
    ended = place.command("run")
    assert ended.returncode == 2
    assert "There is no rules file" in ended.stderr


def test_a_pipe_in_the_place_of_the_rules_holds_up_no_later_edit(
    feeds: FeedServer, install: Callable[..., Installation]
) -> None:
    """The thread that reads the file waited for somebody to write, for ever."""
    feeds.pages["/wire"] = rss_of("Huawei wins 5G contract in Velmora")
    rules = HUAWEI_AT_ONCE.format(url=feeds.url("/wire"))
    place = install(rules)
    worker = place.start()
    worker.wait_for("feed_polled", entries=1)
    place.config.unlink()
    os.mkfifo(place.config)
    assert "a pipe that nobody writes to" in worker.wait_for("rules_rejected")["problem"]
    place.config.unlink()
    place.config.write_text(rules.replace("when: Huawei", "when: Velmora"), encoding="utf-8")
    until("the edit is in force", lambda: sum(line["event"] == "rules_loaded" for line in worker.lines) == 2)
    assert worker.stop() == 0
