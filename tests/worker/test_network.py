"""The network is away: the real worker tells ops once, whatever the number of feeds, and once when it is back."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import ExitStack

from tests.worker.feeds import FeedServer, rss_of
from tests.worker.installation import Installation, until

RULES = """\
settings:
  allow_private_hosts: true
  first_run: silent
  fetch: {{min: 1s, max: 2s, per_host: 0s, timeout: 6s}}
channels: {{ops: {{slack: "#ops"}}}}
feeds:
{feeds}
rules: [Huawei]
"""
FEEDS = 12


def rules(urls: list[str]) -> str:
    return RULES.format(feeds="\n".join(f"  - {{id: f{n}, url: '{url}', every: 1s}}" for n, url in enumerate(urls)))


def silent_ports(stack: ExitStack, count: int) -> list[int]:
    """Ports of this machine that refuse connections: bound, but nobody listens."""
    sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    return [one.getsockname()[1] for one in sockets]


def test_a_single_run_without_a_network_is_one_notice(install: Callable[..., Installation]) -> None:
    with ExitStack() as stack:
        ports = silent_ports(stack, FEEDS)
        place = install(rules([f"http://127.0.0.1:{port}/feed" for port in ports]))
        done = place.command("run", "--once")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Nothing answers since") == 1, done.stdout
    assert f"none of the {FEEDS} feeds" in done.stdout
    assert "fails" not in done.stdout


def test_a_feed_without_its_server_is_reported_by_itself(
    feeds: FeedServer, install: Callable[..., Installation]
) -> None:
    feeds.pages["/feed"] = rss_of("Minister visits port")
    with ExitStack() as stack:
        (port,) = silent_ports(stack, 1)
        place = install(rules([feeds.url("/feed"), f"http://127.0.0.1:{port}/feed"]))
        done = place.command("run", "--once")
    assert done.returncode == 0, done.stderr
    assert "Feed 127.0.0.1 (f1) fails: cannot connect" in done.stdout
    assert "Nothing answers" not in done.stdout


def test_a_worker_tells_when_the_network_goes_and_when_it_comes_back(install: Callable[..., Installation]) -> None:
    pages = {f"/{number}": rss_of(f"Minister visits port {number}") for number in range(FEEDS)}
    with FeedServer(pages) as server:
        base = server.url("")
        place = install(rules([f"{base}/{number}" for number in range(FEEDS)]))
        states = place.feed_states
        worker = place.start()
        until("all feeds have worked", lambda: sum(s.last_ok_at is not None for s in states().values()) == FEEDS)
    until("ops hears that nothing answers", lambda: "Nothing answers since" in worker.output)
    with FeedServer(pages, port=int(base.rpartition(":")[2])):
        until("ops hears that feeds answer", lambda: "Feeds answer again" in worker.output)
        until("all feeds work", lambda: all(s.error is None for s in states().values()))
    assert worker.stop() == 0
    assert worker.output.count("Nothing answers since") == 1
    assert worker.output.count("Feeds answer again") == 1
    assert "fails" not in worker.output
