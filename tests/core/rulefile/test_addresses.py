"""Addresses of feeds as people paste them."""

from __future__ import annotations

import pytest

from bot.core.rulefile.ruleset import read_ruleset
from bot.model import Problem


def problems_of(address: str, settings: str = "{}", environ: dict[str, str] | None = None) -> tuple[Problem, ...]:
    quoted = address.replace("'", "''")
    text = f"settings: {settings}\nfeeds:\n  - '{quoted}'\nrules: [Huawei]\n"
    return read_ruleset(text.encode(), environ or {})[1]


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("news.example/rss", "https://news.example/rss"),
        ("<https://news.example/rss>", "https://news.example/rss"),
        ("[News](https://news.example/rss)", "https://news.example/rss"),
        ('"https://news.example/rss"', "https://news.example/rss"),
        ("https//news.example/rss", "https://news.example/rss"),
        ("https:/news.example/rss", "https://news.example/rss"),
        ("http:news.example/rss", "http://news.example/rss"),
        ("ttps://news.example/rss", "https://news.example/rss"),
        ("https:// news.example/rss", "https://news.example/rss"),
        ("feed://news.example/rss", "https://news.example/rss"),
        ("feed:https://news.example/rss", "https://news.example/rss"),
        ("rss://news.example/rss", "https://news.example/rss"),
        ("webcal://news.example/rss", "https://news.example/rss"),
        ("view-source:https://news.example/rss", "https://news.example/rss"),
        ("about:reader?url=https%3A%2F%2Fnews.example%2Frss", "https://news.example/rss"),
        ("https:\\\\news.example\\rss", "https://news.example/rss"),
        ("rss.news.example/world", "https://rss.news.example/world"),
        ("podcasts.news.example/a.xml", "https://podcasts.news.example/a.xml"),
    ],
)
def test_an_address_is_shown_as_it_should_be(address: str, meant: str) -> None:
    (problem,) = problems_of(address)
    assert (problem.severity, problem.hint) == ("error", f"write {meant}")
    assert problems_of(meant) == ()


@pytest.mark.parametrize(
    "address",
    ["ftp://news.example/rss", "my feed", "https://", "news", "https://x.example/a b", f"https:/{'a.' * 300_000} b"],
    ids=["ftp", "words", "no host", "a word", "a space", "600,000 letters"],
)
def test_what_cannot_be_guessed_is_not(address: str) -> None:
    (problem,) = problems_of(address)
    assert "news.example" not in problem.hint


@pytest.mark.parametrize(
    ("address", "message", "hint"),
    [
        ("https://news.example/?a=1&amp;b=2", "how HTML writes &", "write &"),
        ("https://news.example/?key=$FEED_KEY", "$FEED_KEY is no variable", "${FEED_KEY}"),
        ("http://localhost:8000/rss", "localhost is this machine", "allow_private_hosts: true"),
        ("http://192.168.0.7/rss", "192.168.0.7 is this machine", "allow_private_hosts: true"),
        ("http://[::1]/rss", "::1 is this machine", "allow_private_hosts: true"),
        ("https://news.example/rss,", "ends with a comma", "write https://news.example/rss"),
        ("https://news.example/rss;", "ends with a semicolon", "write https://news.example/rss"),
        ("https://news.example/a/long…", "cut off", "in full"),
        ("https://news.example/\u200brss", "U+200B", "by hand"),
    ],
)
def test_an_odd_address_is_warned_of(address: str, message: str, hint: str) -> None:
    (problem,) = problems_of(address)
    assert problem.severity == "warning"
    assert message in problem.message
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("address", "settings"),
    [
        ("http://localhost:8000/rss", "{allow_private_hosts: true}"),
        ("https://93.184.216.34/rss", "{}"),
        ("https://news.example/?price=$5", "{}"),
        ("https://user:pw@news.example/rss#x", "{}"),
        (r"https://news.example/rss?words=a\d", "{}"),
    ],
)
def test_others_are_not(address: str, settings: str) -> None:
    assert problems_of(address, settings) == ()


@pytest.mark.parametrize("address", ["${HOST}/rss?key=${KEY}", "https//news.example/${KEY}", "feed://x.example/${KEY}"])
def test_what_a_variable_holds_is_not_shown(address: str) -> None:
    problems = problems_of(address, environ={"KEY": "s3cret", "HOST": "s3cret.example"})
    assert problems
    assert "s3cret" not in str(problems)


@pytest.mark.parametrize("around", ["{}\u200b", "\ufeff{}", "{}\u00a0", "\u2060{} "])
def test_what_nobody_sees_around_an_address_is_not_sent(around: str) -> None:
    """Copied from a chat; the answer was a 404 for ever."""
    ruleset, problems = read_ruleset(
        f"feeds: ['{around.format('https://news.example/rss')}']\nrules: [x1]\n".encode(), {}
    )
    assert problems == ()
    assert ruleset is not None
    assert [(feed.url, feed.label) for feed in ruleset.feeds] == [("https://news.example/rss",) * 2]


@pytest.mark.parametrize("between", [" ", ", ", "; ", " - "])
def test_several_addresses_in_one_line_are_told(between: str) -> None:
    (problem,) = problems_of(f"https://a.example/x{between}https://b.example/y")
    assert (problem.severity, problem.hint) == ("error", "write each on a line of its own: - https://a.example/x")
