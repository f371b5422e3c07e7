"""What `feeds list`, `search` and `explain` say of items that two feeds bring and a publisher edits."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from tests.builders import rss, rss_item
from tests.worker.feeds import FeedServer
from tests.worker.installation import Installation

RULES = """\
settings: {{allow_private_hosts: true, first_run: alert, fetch: {{min: 0s, per_host: 0s}}}}
feeds:
  - {{url: "{first}", id: first, outlet: wire, every: 1s}}
  - {{url: "{second}", id: second, outlet: wire, every: 1s}}
rules: [{{id: ferry, when: ferry}}]
"""


def rows(installation: Installation, *arguments: str) -> list[Any]:
    shown = installation.command(*arguments)
    assert shown.returncode == 0, shown.stderr
    whole = shown.stdout.strip()
    return json.loads(whole) if whole.startswith("[") else [json.loads(line) for line in whole.splitlines()]


def test_counts_and_wordings(feeds: FeedServer, install: Callable[..., Installation]) -> None:
    installation = install(RULES.format(first=feeds.url("/first"), second=feeds.url("/second")))
    before, after = "Ferry sinks off Kassaby", "Ferry sinks off Kassaby, nine dead"
    other = rss_item(2, title="Bakery in Velmora wins a prize")
    feeds.pages["/first"] = rss(rss_item(1, title=before), other).encode()
    feeds.pages["/second"] = rss().encode()
    assert installation.run_when_due().returncode == 0
    # The second feed brings the same two items without guids, and one of its own; then the same again, moved about.
    again = [
        rss_item(2, title="Bakery in Velmora wins a prize", guid=None),
        rss_item(1, title=before, guid=None),
        rss_item(3, title="Court bars the merger of two banks", guid=None),
    ]
    feeds.pages["/second"] = rss(*again).encode()
    assert installation.run_when_due().returncode == 0
    feeds.pages["/second"] = rss(*reversed(again)).encode()
    feeds.pages["/first"] = rss(rss_item(1, title=after), other).encode()
    assert installation.run_when_due().returncode == 0
    counts = {row["id"]: row["entries"] for row in rows(installation, "feeds", "list", "--json")}
    assert counts == {"first": 2, "second": 3}

    (hit,) = rows(installation, "search", "ferry", "--json")
    assert (hit["title"], hit["verdict"]) == (after, "edit")
    (undated,) = rows(installation, "search", "merger", "--json")
    assert undated["published"] == undated["seen"]
    explained = installation.command("explain", "https://news.example/1", "--json")
    report = json.loads(explained.stdout)
    assert report["entry"]["zones"]["title"] == after
    assert [wording["zones"]["title"] for wording in report["wordings"]] == [before]
    said = installation.command("explain", "https://news.example/1").stdout
    assert said.count(f"Entry {hit['id']}: {after}") == 1
    assert f": {before}" in said.split("Other wordings")[1].split("Story")[0]


def test_explain_says_why_nothing_was_sent(feeds: FeedServer, install: Callable[..., Installation]) -> None:
    rules = """\
settings: {{allow_private_hosts: true, first_run: {first_run}, fetch: {{min: 0s, per_host: 0s}}}}
feeds: [{{url: "{url}", id: one, every: 1s}}]
channels: {{default: {{slack: "#news", digest: {{at: ["09:00"]}}}}}}
rules: [{{id: ferry, when: {word}}}]
"""
    old = rss_item(1, title="Ferry sinks off Kassaby", date="Tue, 03 Nov 2015 10:00:00 GMT")
    feeds.pages["/old"] = rss(old).encode()
    feeds.pages["/new"] = rss(rss_item(2, title="Ferry raised off Kassaby")).encode()

    def said(path: str, first_run: str) -> str:
        installation = install(rules.format(first_run=first_run, url=feeds.url(path), word="ferry"))
        assert installation.run_when_due().returncode == 0
        return installation.command("explain", "1").stdout.split("\nSent\n")[1]

    assert "ferry: silent; the entry was there when its feed was first read" in said("/new", "silent")
    assert re.search(
        r"ferry: silent; published \d+ days before it was seen, more than settings.max_age", said("/old", "alert")
    )
    assert "default: waits since" in said("/new", "alert")

    installation = install(rules.format(first_run="alert", url=feeds.url("/new"), word="bakery"))
    assert installation.run_when_due().returncode == 0
    installation.config.write_text(
        rules.format(first_run="alert", url=feeds.url("/new"), word="ferry"), encoding="utf-8"
    )
    explained = installation.command("explain", "1").stdout
    assert "ferry: did not hold when the entry came in" in explained
