"""Backups, restores and copies under the real worker: the channel's history settles what the store does not know."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.drills.slack_standin import SlackStandIn
from tests.worker.feeds import FeedServer, rss_of
from tests.worker.installation import HUAWEI_AT_ONCE, Installation, until
from tests.worker.test_slack_run import titles

NEWS = [
    "Huawei opens research centre in Atlantis",
    "Court hears Huawei patent case in Velmora",
    "Lawmakers question Huawei about undersea cables",
    "Striking workers halt Huawei warehouse near Tarsis",
]


def counted(slack: SlackStandIn) -> list[int]:
    posted = "\n".join(titles(slack))
    return [posted.count(title) for title in NEWS]


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def test_after_a_restore_nothing_is_posted_twice_and_nothing_is_lost(
    request: pytest.FixtureRequest,
    feeds: FeedServer,
    slack: SlackStandIn,
    install: Callable[..., Installation],
    kind: str,
) -> None:
    database = {"DATABASE_URL": request.getfixturevalue("postgres_url")} if kind == "postgres" else {}
    feeds.pages["/feed"] = rss_of(NEWS[0])
    rules = HUAWEI_AT_ONCE.format(url=feeds.url("/feed"))
    installation = install(rules, SLACK_BOT_TOKEN=slack.token, SLACK_API_URL=slack.url, **database)
    worker = installation.start()
    until("the first story is posted", lambda: counted(slack)[0])
    backup = installation.command("store", "backup", "news.backup")
    assert (backup.returncode, "1 entries" in backup.stdout) == (0, True)
    # What the backup does not know: stories two and three, in another order than the restored store will read them.
    feeds.pages["/feed"] = rss_of(NEWS[1], NEWS[0])
    until("the second story is posted", lambda: counted(slack)[1])
    feeds.pages["/feed"] = rss_of(NEWS[2], NEWS[1], NEWS[0])
    until("the third story is posted", lambda: counted(slack)[2])
    refused = installation.command("store", "restore", "news.backup")
    assert refused.returncode == 2
    assert "is running" in refused.stderr
    assert worker.stop() == 0
    feeds.pages["/feed"] = rss_of(NEWS[3], NEWS[1], NEWS[2], NEWS[0])
    restored = installation.command("store", "restore", "news.backup")
    assert restored.returncode == 0, restored.stderr
    second = installation.start()
    until("the fourth story is posted", lambda: counted(slack)[3])
    for settled in (False, True):
        second.wait_for("delivered", settled=settled)
    until("two posts were found in the history", lambda: _settled(second.lines) == 2)
    assert second.stop() == 0
    assert counted(slack) == [1, 1, 1, 1]
    assert slack.token not in backup.stdout + restored.stdout + second.told()


def _settled(lines: list[dict[str, object]]) -> int:
    return sum(line.get("event") == "delivered" and bool(line.get("settled")) for line in lines)


@pytest.mark.slow
def test_a_copy_goes_on_where_the_original_stopped(
    feeds: FeedServer, slack: SlackStandIn, install: Callable[..., Installation], postgres_url: str
) -> None:
    feeds.pages["/feed"] = rss_of(NEWS[0])
    rules = HUAWEI_AT_ONCE.format(url=feeds.url("/feed"))
    installation = install(rules, SLACK_BOT_TOKEN=slack.token, SLACK_API_URL=slack.url)
    worker = installation.start()
    until("the first story is posted", lambda: counted(slack)[0])
    assert worker.stop() == 0
    copied = installation.command("store", "copy", postgres_url)
    assert copied.returncode == 0, copied.stderr
    assert "entries                   1          1 ok" in copied.stdout
    assert installation.command("store", "copy", postgres_url).returncode == 2
    feeds.pages["/feed"] = rss_of(NEWS[1], NEWS[0])
    moved = installation.start(DATABASE_URL=postgres_url)
    until("the second story is posted", lambda: counted(slack)[1])
    assert moved.stop() == 0
    assert counted(slack) == [1, 1, 0, 0]
