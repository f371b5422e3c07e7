"""A rule with `expect:` through the real worker: ops hears once that it is quiet, with the cause, and once that it is
heard again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

from bot.core.workbench.expectations import EXPECT
from bot.model import Expectation, RuleId, WorkbenchBatch
from bot.store import SqliteStore
from tests.worker.feeds import FeedServer, rss_of
from tests.worker.installation import Installation

RULES = """\
settings: {{allow_private_hosts: true, first_run: alert, fetch: {{min: 0s, per_host: 0s}}}}
feeds: [{{url: "{url}", id: one, every: 1s}}]
channels:
  ops: {{slack: "#ops", immediate: {{}}}}
rules:
  - {{id: watched, when: Huawei AND 5G, expect: {{per: 14d}}}}
"""


def age(installation: Installation) -> None:
    """As if the rule had been watched for 15 days."""
    with closing(SqliteStore(installation.folder / "state" / "wirewatch.db")) as store:
        state = store.rule_states(EXPECT, Expectation)[RuleId("watched")]
        older = replace(state, since_at=state.since_at - timedelta(days=15))
        store.record_workbench(WorkbenchBatch(rule_states=((EXPECT, RuleId("watched"), older),), at=state.since_at))


def test_quiet_and_heard_again_are_told_once_each(feeds: FeedServer, install: Callable[..., Installation]) -> None:
    feeds.pages["/feed"] = rss_of("Huawei opens a shop")
    installation = install(RULES.format(url=feeds.url("/feed")))
    assert "quiet" not in installation.run_when_due().stdout
    age(installation)
    told = installation.run_when_due().stdout
    assert told.count("Rule watched is quiet: fewer than 1 story in 14 days, none so far.") == 1
    assert "Cause: 1 entry came in from its feeds, none matched. Nearest:" in told
    assert "Huawei opens a shop" in told
    assert "quiet" not in installation.run_when_due().stdout
    feeds.pages["/feed"] = rss_of("Huawei opens a shop", "Huawei wins a 5G contract")
    heard = installation.run_when_due().stdout + installation.run_when_due().stdout
    assert heard.count("Rule watched is heard again") == 1
