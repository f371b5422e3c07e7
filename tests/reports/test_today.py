"""What the page of the last day is made of."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import clock
from bot.model import DeliveryState
from bot.reports.today import channels_report
from bot.store import SqliteStore
from tests.archives import rule_set
from tests.web.desks import RULES, installation


@pytest.mark.parametrize("state", DeliveryState)
def test_what_never_arrived_is_not_called_told(tmp_path: Path, state: DeliveryState) -> None:
    """A channel that Slack refuses showed all its stories as told, and that nothing waits."""
    with closing(SqliteStore(installation(tmp_path) / "wirewatch.db")) as store:
        message = store.delivery("k1")
        assert message is not None
        store.save_delivery(replace(message, state=state))
        report, *_ = channels_report(store, rule_set(RULES), clock() - timedelta(days=1), clock())
    assert {story["sent"] for story in report["stories"]} == {state is DeliveryState.SENT}
