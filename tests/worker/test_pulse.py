"""Once a day the channel named ops hears that the worker is well."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta

import pytest

from bot.app import clock
from bot.store import SqliteStore
from tests.worker.feeds import FeedServer, rss_of
from tests.worker.installation import Installation, until

RULES = """\
settings: {{timezone: Asia/Dubai, allow_private_hosts: true, fetch: {{per_host: 0s}}}}
feeds: [{{url: "{url}", id: one}}]
channels:
  ops: {{slack: "#ops", digest: {{every: 1h}}}}
rules: [Huawei]
"""


@pytest.mark.parametrize(
    "hours, told", [(None, False), (23, False), (25, True)], ids=["first day", "a day not over", "next day"]
)
def test_ops_hear_once_a_day(
    feeds: FeedServer, install: Callable[..., Installation], hours: int | None, told: bool
) -> None:
    feeds.pages["/feed"] = rss_of("Quiet day in Velmora")
    installation = install(RULES.format(url=feeds.url("/feed")))
    if hours is not None:
        with closing(SqliteStore(installation.folder / "state" / "wirewatch.db")) as store:
            store.migrate()
            store.save_facts({"pulse_at": (clock() - timedelta(hours=hours)).isoformat()})
    worker = installation.start()
    worker.wait_for("entries_ingested")
    if told:
        until("the day's words are printed", lambda: "At work since" in worker.output)
    assert worker.stop() == 0
    assert worker.output.count("At work since") == worker.output.count(" +04: 1 feed, 0 with a problem; ") == told
    with closing(SqliteStore(installation.folder / "state" / "wirewatch.db")) as store:
        assert (store.get_fact("pulse_at") or "") > (clock() - timedelta(hours=24)).isoformat()
