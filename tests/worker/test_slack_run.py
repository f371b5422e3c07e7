"""The real worker, real feeds over HTTP and a strict stand-in for Slack: each story once, across restarts and kills."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

import pytest

from bot.drills.publisher import invented_word
from bot.drills.slack_limits import visible_text
from bot.drills.slack_standin import SlackStandIn
from tests.worker.feeds import FeedServer, rss_of
from tests.worker.installation import Installation, until

RULES = """\
settings:
  allow_private_hosts: true
  first_run: alert
  fetch: {{min: 1s, per_host: 0s, timeout: 5s}}
feeds:
  - {{url: "{one}", id: one, outlet: one, every: 1s}}
  - {{url: "{two}", id: two, outlet: two, every: 1s}}
channels:
  desk: {{slack: "#desk", immediate: {{per_hour: 50}}, follow: none}}
rules:
  - {{id: huawei, when: Huawei, to: [desk]}}
"""


def titles(slack: SlackStandIn) -> list[str]:
    """The fallback texts that stand in the channel."""
    return [message["text"] for message in slack.channel("desk").top_level()]


@pytest.mark.parametrize(
    "kill", [pytest.param(False, id="SIGTERM", marks=pytest.mark.slow), pytest.param(True, id="SIGKILL")]
)
def test_each_story_is_posted_once_across_restarts(
    feeds: FeedServer, slack: SlackStandIn, install: Callable[..., Installation], kill: bool
) -> None:
    news = ["Huawei opens research centre in Atlantis", "Court hears Huawei patent case in Velmora"]
    feeds.pages |= {"/one": rss_of(news[0], site="one.example"), "/two": rss_of(news[0], site="two.example")}
    rules = RULES.format(one=feeds.url("/one"), two=feeds.url("/two"))
    installation = install(rules, SLACK_BOT_TOKEN=slack.token, SLACK_API_URL=slack.url)
    for round_ in range(3):
        worker = installation.start()
        worker.wait_for("feed_polled", feed="one")
        worker.wait_for("feed_polled", feed="two")
        if round_ == 1:
            feeds.pages["/one"] = rss_of(*reversed(news), site="one.example")
        if kill:
            worker.kill()
        else:
            assert worker.stop() == 0
    last = installation.start()
    until("both stories are in Slack", lambda: len(titles(slack)) >= 2)
    last.wait_for("feed_polled", feed="one")
    assert last.stop() == 0
    posted = "\n".join(titles(slack))
    assert [posted.count(title) for title in news] == [1, 1]
    assert not slack.problems
    assert slack.token not in last.told() + last.output


MANY_FEEDS = """\
settings: {{allow_private_hosts: true, fetch: {{per_host: 0s}}}}
feeds: [{feeds}]
channels: {{ops: {{slack: "#ops"}}}}
rules: [Huawei]
"""


def test_the_first_start_with_many_feeds_tells_ops_of_them_together(
    feeds: FeedServer, slack: SlackStandIn, install: Callable[..., Installation]
) -> None:
    """Eighty feeds were eighty messages, one a second, and what was said of a feed that fails stood behind them."""
    slack.add_channel("ops", "C0OPS")
    names = [f"f{number:02}" for number in range(30)]
    feeds.pages |= {f"/{name}": rss_of(f"News of {name}", site=f"{name}.example") for name in names}
    listed = ", ".join(f'{{url: "{feeds.url(f"/{name}")}", id: {name}, name: Feed {name}}}' for name in names)
    place = install(MANY_FEEDS.format(feeds=listed), SLACK_BOT_TOKEN=slack.token, SLACK_API_URL=slack.url)
    worker = place.start()

    def told() -> str:
        return "\n".join(message["text"] for message in slack.channel("ops").messages)

    until("ops was told of every feed", lambda: all(f"Feed {name} (" in told() for name in names))
    assert worker.stop() == 0
    assert told().count("Begins with an empty store") == 1
    assert len(slack.channel("ops").messages) <= 6
    assert not slack.problems


TWO_CHANNELS = """\
settings: {{allow_private_hosts: true, first_run: alert, fetch: {{per_host: 0s}}}}
feeds: [{{url: "{one}", id: one}}]
channels:
  desk: {{slack: "#desk", immediate: {{}}, follow: none}}
  gone: {{slack: "#no-such-channel", immediate: {{}}, follow: none}}
rules:
  - {{id: huawei, when: Huawei, to: [{channels}]}}
"""


@pytest.mark.parametrize(
    ("channels", "token", "code"),
    [
        pytest.param("desk", None, 0, id="all is delivered"),
        pytest.param("desk, gone", None, 0, id="one channel of two"),
        pytest.param("gone", None, 1, id="the only channel does not exist"),
        pytest.param("desk", "xoxb-revoked", 1, id="the token is refused"),
    ],
)
def test_the_exit_code_of_once_says_whether_anything_was_delivered(
    feeds: FeedServer,
    slack: SlackStandIn,
    install: Callable[..., Installation],
    channels: str,
    token: str | None,
    code: int,
) -> None:
    feeds.pages["/one"] = rss_of("Huawei opens research centre in Atlantis")
    rules = TWO_CHANNELS.format(one=feeds.url("/one"), channels=channels)
    place = install(rules, SLACK_BOT_TOKEN=token or slack.token, SLACK_API_URL=slack.url)
    ended = place.command("run", "--once")
    assert ended.returncode == code, ended.stdout + ended.stderr
    assert len(titles(slack)) == (0 if code else 1)
    assert ("messages_left" in ended.stdout) == ("gone" in channels or code == 1)


@pytest.mark.parametrize("command", ["run --once", "run", "doctor", "slack test", "store migrate"])
def test_a_token_that_no_request_can_carry_is_told_at_once(
    slack: SlackStandIn, install: Callable[..., Installation], command: str
) -> None:
    """Slack was asked for a minute, and nobody heard why."""
    rules = TWO_CHANNELS.format(one="http://127.0.0.1:9/one", channels="desk")
    place = install(rules, SLACK_BOT_TOKEN=f"{slack.token}\ngeheim", SLACK_API_URL=slack.url)
    ended = place.command(*command.split())
    assert ended.returncode == (1 if command in ("doctor", "slack test") else 2)
    told = ended.stdout + ended.stderr
    assert "SLACK_BOT_TOKEN has a line break in it, which no token has. Write the token alone" in told
    assert "geheim" not in told
    assert slack.token not in told


def test_a_fixed_channel_name_frees_what_waited(
    feeds: FeedServer, slack: SlackStandIn, install: Callable[..., Installation]
) -> None:
    """One mistyped name among others: the others post, `status` says what is held, and the fix is taken over."""
    feeds.pages |= {
        "/one": rss_of("Huawei opens research centre in Atlantis", site="one.example"),
        "/two": rss_of("Ferry sinks off the coast of Velmora", site="two.example"),
    }
    rules = (
        RULES.format(one=feeds.url("/one"), two=feeds.url("/two")).replace(
            "rules:\n", '  typo: {slack: "#telecm", immediate: {per_hour: 50}}\nrules:\n'
        )
        + "  - {id: ferries, when: ferry, to: [typo]}\n"
    )
    slack.add_channel("telecom", "C0TELECOM")
    installation = install(rules, SLACK_BOT_TOKEN=slack.token, SLACK_API_URL=slack.url)
    worker = installation.start()
    until("the good channel has its story", lambda: len(titles(slack)) == 1)
    held = until("the other is held", lambda: json.loads(installation.command("status", "--json").stdout)["held"])
    assert [(row["address"], row["messages"], "channel_not_found" in row["reason"]) for row in held] == [
        ("#telecm", 1, True)
    ]
    installation.config.write_text(rules.replace("#telecm", "#telecom"), encoding="utf-8")
    until("the story is where the rules say", lambda: slack.channel("telecom").messages)
    assert worker.stop() == 0
    assert json.loads(installation.command("status", "--json").stdout)["held"] == []


def test_a_digest_of_51_stories_arrives_whole_at_a_stricter_slack(
    feeds: FeedServer, slack: SlackStandIn, install: Callable[..., Installation]
) -> None:
    """What Slack takes at most is not documented: here it is less than the estimate."""
    dice = random.Random(51)
    news = [f"Huawei {' '.join(invented_word(dice) for _ in range(4))}" for _ in range(51)]
    feeds.pages["/one"] = rss_of(*news, site="one.example")
    slack.limit = 9_000
    rules = TWO_CHANNELS.format(one=feeds.url("/one"), channels="desk").replace(
        "immediate: {}, follow: none", "digest: {every: 1s, max_stories: 100}"
    )
    worker = install(rules, SLACK_BOT_TOKEN=slack.token, SLACK_API_URL=slack.url).start()

    def shown() -> list[str]:
        return [visible_text(message.get("blocks")) or message["text"] for message in slack.channel("desk").messages]

    until("all stories are there", lambda: all(title in "\n".join(shown()) for title in news), 60)
    assert worker.stop() == 0
    assert ["\n".join(shown()).count(title) for title in news] == [1] * 51
    assert slack.too_long
    assert not slack.problems


def test_an_update_comes_back_under_the_entry_that_brings_it(
    feeds: FeedServer, slack: SlackStandIn, install: Callable[..., Installation]
) -> None:
    """Across a restart, beside other news: never a second message for that story alone."""
    first, later = "Velmora ferry sinks off Atlantis, 9 dead", "Velmora ferry: death toll rises to 112"
    other = "Court hears Velmora patent case on antennas"
    feeds.pages |= {"/one": rss_of(first, site="one.example"), "/two": rss_of("Bakery wins", site="two.example")}
    rules = RULES.format(one=feeds.url("/one"), two=feeds.url("/two"))
    rules = rules.replace("immediate: {per_hour: 50}", "digest: {every: 1s}").replace("Huawei", "Velmora")
    installation = install(rules, SLACK_BOT_TOKEN=slack.token, SLACK_API_URL=slack.url)

    def digests() -> list[str]:
        return [visible_text(message.get("blocks")) for message in slack.channel("desk").top_level()]

    def run() -> list[str]:
        assert installation.run_when_due().returncode == 0
        return digests()

    until("the story is posted", run)
    feeds.pages["/one"] = rss_of(other, first, site="one.example")
    feeds.pages["/two"] = rss_of(later, "Bakery wins", site="two.example")
    until("the update is posted with the other news", lambda: len(run()) == 2)
    before, after = digests()
    assert (before.count(first), before.count(later)) == (1, 0)
    assert [after.count(title) for title in (first, later, other)] == [1, 1, 1]
    assert after.index("UPDATED: ") < after.index(later) < after.index("9 dead → 112") < after.index("First report: ")
    story = json.dumps(
        [block for block in slack.channel("desk").top_level()[1]["blocks"] if later in json.dumps(block)]
    )
    lead, beneath = story.split("First report: ")
    assert ("https://two.example/" in lead, "https://one.example/" in lead) == (True, False)
    assert "https://one.example/" in beneath
    assert not slack.problems


@pytest.mark.parametrize("said", ["xoxb-1-geheim", "https://hooks.slack.com/services/T0/B0/geheim", "#news,#ops"])
def test_a_variable_that_names_no_channel_is_told_at_once(
    slack: SlackStandIn, install: Callable[..., Installation], said: str
) -> None:
    """It was asked for in vain, and stood in logs, in `status` and in `doctor`, whatever it held."""
    rules = "feeds: ['https://wire.example/rss']\nrules: [Huawei]\n"
    place = install(rules, SLACK_BOT_TOKEN=slack.token, SLACK_API_URL=slack.url, SLACK_CHANNEL=said)
    looked, started = place.command("doctor"), place.command("run", "--once")
    assert (looked.returncode, started.returncode) == (1, 2)
    for told in (looked.stdout + looked.stderr, started.stdout + started.stderr):
        assert "SLACK_CHANNEL" in told
        assert "geheim" not in told
