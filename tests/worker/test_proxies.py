"""Proxies by the usual variables: what is asked through one, what directly, and what is said when one does not work."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable

import pytest

from bot.drills.slack_standin import SlackStandIn
from bot.fetch.guard import literal_refusal
from bot.network.proxies import ProxyRefused, proxy_of
from bot.sinks.slack.answers import NotSent
from bot.sinks.slack.calls import SlackCalls
from tests.worker.feeds import FeedServer, rss_of
from tests.worker.installation import Installation

P = "http://proxy.example:3128"
RULES = """\
settings: {first_run: alert}
feeds: [{url: "URL", id: wire}]
rules: [{id: huawei, when: Huawei}]
"""


@pytest.mark.parametrize(
    ("url", "variables", "proxy"),
    [
        ("https://news.example/feed", {}, None),
        ("https://news.example/feed", {"HTTPS_PROXY": P}, P),
        ("https://news.example/feed", {"HTTP_PROXY": P}, None),
        ("http://news.example/feed", {"HTTP_PROXY": P}, P),
        ("http://news.example/feed", {"http_proxy": "", "HTTP_PROXY": P}, P),
        ("http://news.example/feed", {"http_proxy": "http://lower.example", "HTTP_PROXY": P}, "http://lower.example"),
        ("http://news.example/feed", {"HTTP_PROXY": "'proxy.example:3128' "}, P),
        ("http://news.example/feed", {"all_proxy": "http://me:secret@proxy.example"}, "http://me:secret@proxy.example"),
        ("wss://wss.slack.example/link", {"HTTPS_PROXY": P}, P),
        ("http://localhost:8080/feed", {"HTTP_PROXY": P}, None),
        ("http://127.0.0.1/feed", {"HTTP_PROXY": P}, None),
        ("http://[::1]/feed", {"HTTP_PROXY": P}, None),
        ("http://10.1.2.3/feed", {"HTTP_PROXY": P}, P),
        ("http://10.1.2.3/feed", {"HTTP_PROXY": P, "NO_PROXY": "10.0.0.0/8"}, None),
        ("http://news.example/feed", {"HTTP_PROXY": P, "NO_PROXY": "*"}, None),
        ("http://news.example/feed", {"HTTP_PROXY": P, "NO_PROXY": "other.example, .example"}, None),
        ("http://news.example/feed", {"HTTP_PROXY": P, "no_proxy": "*.news.example"}, None),
        ("http://news.example/feed", {"HTTP_PROXY": P, "NO_PROXY": "ws.example"}, P),
        ("http://news.example:81/feed", {"HTTP_PROXY": P, "NO_PROXY": "news.example:81"}, None),
        ("http://news.example/feed", {"HTTP_PROXY": P, "NO_PROXY": "news.example:81"}, P),
        ("http://[2001:db8::7]/feed", {"HTTP_PROXY": P, "NO_PROXY": "::1/128,2001:db8::/32"}, None),
        ("http://[2001:db8::7]:81/feed", {"HTTP_PROXY": P, "NO_PROXY": "[2001:db8::7]:81"}, None),
        ("http://[2001:db8::7]/feed", {"HTTP_PROXY": P, "NO_PROXY": "2001:db8::8"}, P),
        ("http://news.example/feed", {"HTTP_PROXY": P, "NO_PROXY": "other.example;*.example|10.0.0.1"}, None),
        ("http://news.example/feed", {"HTTP_PROXY": P, "NO_PROXY": "http://news.example/"}, None),
        ("http://10.1.2.3/feed", {"HTTP_PROXY": P, "NO_PROXY": "10.1.*"}, None),
        ("http://10.11.2.3/feed", {"HTTP_PROXY": P, "NO_PROXY": "10.1.*"}, P),
        ("http://news.example/feed", {"HTTP_PROXY": P, "NO_PROXY": "http://"}, P),
    ],
)
def test_which_proxy_a_url_is_asked_through(url: str, variables: dict[str, str], proxy: str | None) -> None:
    assert proxy_of(url, variables) == proxy


@pytest.mark.parametrize("proxy", ["socks5://me:secret@proxy.example:1080", "http://", "http://me:secret@:x"])
def test_a_variable_that_names_no_proxy_is_named_and_shows_nothing(proxy: str) -> None:
    with pytest.raises(ProxyRefused, match="HTTPS_PROXY names no HTTP proxy") as refused:
        proxy_of("https://news.example/feed", {"HTTPS_PROXY": proxy})
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("host", ["10.1.2.3", "127.1", "2130706433", "0x7f.1", "fd00::1", "169.254.169.254"])
def test_a_private_address_is_refused_behind_a_proxy_too(host: str) -> None:
    assert literal_refusal(host)
    assert literal_refusal("news.example") is None


def test_feeds_are_asked_through_the_proxy(feeds: FeedServer, install: Callable[..., Installation]) -> None:
    """The name of the feed's host is the proxy's to look up, and the proxy may have a private address."""
    url = "http://news.example/feed"
    feeds.pages[url] = rss_of("Huawei wins 5G contract in Velmora")
    login = feeds.url("").replace("://", "://me:s%40cret@")
    done = install(RULES.replace("URL", url), HTTP_PROXY=login).command("run", "--once")
    assert done.stdout.count("Huawei wins 5G contract in Velmora") == 1, done.stderr
    assert feeds.requests == [url]
    assert feeds.heads[url]["Proxy-Authorization"] == f"Basic {base64.b64encode(b'me:s@cret').decode()}"
    assert "cret" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://news.example/gone", "HTTP 407: a proxy asks for a name and password"),
        ("https://news.example/feed", "does not connect to news.example: HTTP 501"),
        ("http://10.1.2.3/feed", "10.1.2.3 is a private address: not fetched"),
    ],
)
def test_what_a_proxy_refuses_is_said_of_it(
    url: str, says: str, feeds: FeedServer, install: Callable[..., Installation]
) -> None:
    feeds.pages["http://news.example/gone"] = 407
    proxy = feeds.url("").replace("://", "://me:secret@")
    done = install(RULES.replace("URL", url), http_proxy=proxy, https_proxy=proxy).command("feeds", "test", url)
    assert says in done.stdout + done.stderr
    assert "secret" not in done.stdout + done.stderr


def test_a_proxy_that_is_away_is_named(install: Callable[..., Installation]) -> None:
    url = "http://news.example/feed"
    done = install(RULES.replace("URL", url), HTTP_PROXY="127.0.0.1:9").command("feeds", "test", url)
    assert "cannot connect to the proxy 127.0.0.1:9" in done.stdout + done.stderr


@pytest.mark.parametrize("url", ["http://news.example/feed", "https://news.example/feed"])
def test_a_proxy_that_speaks_no_tls_is_named(url: str, feeds: FeedServer, install: Callable[..., Installation]) -> None:
    """`https://` before it is a common slip; it was taken for the feed's."""
    proxy = feeds.url("").replace("http://", "https://me:secret@")
    done = install(RULES.replace("URL", url), HTTP_PROXY=proxy, HTTPS_PROXY=proxy).command("feeds", "test", url)
    assert f"to the proxy {proxy.rpartition('@')[2]}: it speaks no TLS at this port" in done.stdout
    assert "secret" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"HTTPS_PROXY": "http://me:geheim@proxy:port"}, "HTTPS_PROXY names no HTTP proxy"),
        ({"SSL_CERT_FILE": "/nonexistent/ca.pem"}, "SSL_CERT_FILE cannot be used (No such file or directory)"),
        ({"SSL_CERT_FILE": "rules.yaml"}, "SSL_CERT_FILE cannot be used (no certificate is in it)"),
    ],
)
def test_doctor_says_which_way_out_is_none(
    install: Callable[..., Installation], variables: dict[str, str], said: str
) -> None:
    looked = install(RULES.replace("URL", "http://news.example/feed"), **variables).command("doctor")
    assert looked.returncode == 1
    assert said in looked.stdout
    assert "geheim" not in looked.stdout


def test_slack_is_asked_through_the_proxy(slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{slack.port}")
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{slack.port}")

    async def ask(url: str) -> str:
        calls = SlackCalls(slack.token, url)
        try:
            return str((await calls.identity())[0]["team"])
        finally:
            await calls.close()

    assert asyncio.run(ask("http://slack.example/api/"))
    with pytest.raises(NotSent, match="the proxy does not connect to Slack"):  # it was never sent: no need to look
        asyncio.run(ask("https://slack.example/api/"))
    monkeypatch.setenv("HTTPS_PROXY", "socks5://proxy.example")
    with pytest.raises(NotSent, match="HTTPS_PROXY names no HTTP proxy"):
        asyncio.run(ask("https://slack.example/api/"))
