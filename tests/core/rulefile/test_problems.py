"""Problems as people read them: the caret stands under what is meant."""

from __future__ import annotations

import pytest

from bot.core.rulefile.problems import problem_text, problems_text
from bot.core.rulefile.ruleset import read_ruleset
from bot.core.text.secrets import line_without_secrets
from bot.model import Problem

HEAD = "feeds:\n  - https://news.example/rss\nrules:\n  - "


def shown(rule: str) -> tuple[str, str]:
    """The line and the caret's line of a rule's only problem."""
    _, (problem,) = read_ruleset(f"{HEAD}{rule}\n".encode(), {})
    lines = problem_text("rules.yaml", problem).split("\n")
    return lines[1], lines[2]


@pytest.mark.parametrize(
    ("rule", "caret"),
    [
        ("Huawei and 5G", "               ^^^"),
        ("\u534e\u4e3a and 5G", "        \u3000\u3000 ^^^"),  # each as wide as two letters
        ("\u0e19\u0e49\u0e33\u0e17\u0e48\u0e27\u0e21 and 5G", "              ^^^"),  # signs above have no width
        ("Zu\u0308rich and 5G", "               ^^^"),
        ("5G AND \u534e\u4e3a \u5c0f\u7c73", "               ^^^^^^^^^"),
    ],
    ids=str,
)
def test_the_caret_stands_under_the_mistake(rule: str, caret: str) -> None:
    assert shown(rule)[1] == caret


@pytest.mark.parametrize("count", [1, 20, 500])
def test_of_a_long_line_the_place_is_shown(count: int) -> None:
    long = " AND ".join(f"word{number}" for number in range(count))
    line, caret = shown(f"{long} AND slip and {long}")
    assert line[caret.index("^") : caret.index("^") + 3] == "and"
    assert len(line) < 210
    assert line.endswith("\u2026") == (count > 10)


SECRET = "geheim7wort"
FEED = "- {{url: 'https://wire.example/rss', {more}}}"
HELD = {
    "a header": FEED.format(more=f"headers: {{X-Key: {SECRET}}}, evry: 5m"),
    "headers behind a variable": FEED.format(more=f'headers: {{A: "${{HOME}}", X-Key: "{SECRET}"}}, evry: 5m'),
    "headers misspelt": FEED.format(more=f"heders: {{Authorization: 'Bearer {SECRET}'}}"),
    "headers on lines of their own": f"- url: https://wire.example/rss\n  headers:\n    X-Key: [{SECRET}]",
    "a password in a URL": f"- {{url: 'https://me:{SECRET}@wire.example/rss', evry: 5m}}",
    "a key in a query": f"- {{url: 'https://wire.example/rss?a=1&k={SECRET}', evry: 5m}}",
    "a header beside the URL": f"- {{url: 'https://wire.example/rss', Authorization: Bearer {SECRET}, evry: 5m}}",
    "a cookie beside the URL": f"- {{url: 'https://wire.example/rss', cookie: 'sid={SECRET}', evry: 5m}}",
    "an address to be mended": f"- feed:https://me:{SECRET}@wire.example/rss",
    "a flow left open": f"- {{url: 'https://wire.example/rss', headers: {{X-Key: '{SECRET}'}}",
    "a token": f"- https://wire.example/rss\nslack_bot_token: xoxb-1-{SECRET}",
    "a webhook": f"- https://wire.example/rss\nchannels: {{a: {{slack: 'https://hooks.slack.com/services/T0/{SECRET}'}}}}",
    "a database": f"- https://wire.example/rss\ndatabase_url: postgres://desk:{SECRET}@db.example/news",
}


@pytest.mark.parametrize("feeds", HELD.values(), ids=HELD)
def test_no_secret_in_a_line_is_shown(feeds: str) -> None:
    """What `check` prints goes to logs and to ops, too, when an edit is rejected."""
    text = f"rules: [Huawei]\nfeeds:\n{feeds}\n"
    _, problems = read_ruleset(text.encode(), {"HOME": "/home/desk"})
    shown = problems_text("rules.yaml", problems)
    assert "error" in shown
    assert SECRET not in shown
    assert "*" in shown


@pytest.mark.parametrize(
    "line",
    [
        "  - token:bitcoin AND (basic income",
        "  - url:'/news?id=3' OR Cookie AND Authorization",
        "  - {url: 'https://wire.example/rss?key=${KEY}', headers: {Authorization: '${TOKEN}'}}",
        "  - {url: 'https://wire.example:8080/rss?f=rss', every: 5m}",
        "  - https://wire.example/search?q=Huawei+5G&keywords=Huawei%20equipment&author=TechCrunch&since=20261124",
        "  - https://wire.example/?s=Министерство2030&hl=en-US&ceid=US:en&page=internationalization-of-trade",
        "    match: ['Authorization: EU lets the vaccine in', 'Cookie: a history']",
    ],
)
def test_what_is_no_secret_is_shown(line: str) -> None:
    assert line_without_secrets([line], 0) == line


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("url: https://wire.example/?token=abc&q=x&a[key]=b", "url: https://wire.example/?token=***&q=x&a[key]=*"),
        ("url: https://wire.example/?u=dQwwWgXcQz", "url: https://wire.example/?u=**********"),
        ("Authorization: Bearer abc # of ours", "Authorization: ********************"),
        ("url: https://wire.example/?u=8f3a9c1e-11", "url: https://wire.example/?u=***********"),
    ],
)
def test_of_a_secret_the_place_is_shown(line: str, shown: str) -> None:
    assert line_without_secrets([line], 0) == shown


@pytest.mark.parametrize("part", ["://a:", "${A}", "a", "Authorization:", "Cookie: x "])
@pytest.mark.parametrize("before", ["", pytest.param("headers: {", marks=pytest.mark.slow), "headers: {a: "])
def test_a_line_of_any_length_is_read_once(before: str, part: str) -> None:
    """What grew with the square of it would take minutes."""
    line = before + part * (400_000 // len(part))
    assert len(line_without_secrets([line], 0)) == len(line)


def test_a_problem_behind_the_end_of_its_line_has_a_caret() -> None:
    problem = Problem(line=1, column=5, severity="error", message="more was expected", excerpt="a: b", width=3)
    assert problem_text("x", problem).split("\n")[2] == "        ^"
