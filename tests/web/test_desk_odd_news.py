"""The desk over news that nobody would write: each page that leads from the first one is shown, and a fault is told.

The story page failed on every post without a headline, in silence: no test had one.
"""

from __future__ import annotations

import html
import json
import os
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urljoin

import aiohttp
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.app import Environment, clock
from bot.model import Entry, FeedId, OutletId
from bot.web.app import make_runner
from tests.conftest import REPOSITORY
from tests.core.stories.test_odd_texts import odd_entries
from tests.starts import run
from tests.web.desks import installation
from tests.web.visits import HTML, JSON, ask, served

RULES = """\
channels:
  trade: {slack: "#trade", digest: {every: 15m}}
rules:
  - {id: orbrecht, when: 'Varno OR Huawei OR "not" OR dead OR 北京 OR /[0-9]%/', to: trade}
  - {id: recalls, when: '(killed NEAR/5 Müller) OR 5G', to: trade}
  - {id: strikes, when: C++ OR שלום, to: trade}
"""


def odd_news(seed: int, many: int) -> list[Entry]:
    """Odd entries of the last hours, of two feeds."""
    at = clock() - timedelta(hours=12)
    return [
        replace(
            entry,
            feed=FeedId(("alder", "birch")[number % 2]),
            url=f"https://{number % 3}.example/{number}" if number % 4 else None,
            seen_at=at + timedelta(minutes=number),
            published_at=at + timedelta(minutes=number),
        )
        for number, entry in enumerate(odd_entries(seed, many))
    ]


@pytest.mark.parametrize(("seed", "many"), [(11, 90), pytest.param(12, 600, marks=pytest.mark.slow)])
async def test_every_page_of_odd_news_is_shown(tmp_path: Path, seed: int, many: int) -> None:
    folder = installation(tmp_path / "desk", odd_news(seed, many), RULES)
    async with served(folder) as session:
        ahead, seen = (
            ["/", "/search?q=dead", "/search?q=dea*", *(f"/stories/{number}" for number in range(1, many))],
            set(),
        )
        while ahead:
            path = ahead.pop()
            if path in seen or path.startswith("/static/"):
                continue
            seen.add(path)
            code, page, answer = await ask(session, path, headers=HTML)
            assert code == 200, (path, page)
            if answer.content_type == "text/html":
                links = (
                    urljoin(path, html.unescape(link).partition("#")[0]) for link in re.findall('href="([^"]*)"', page)
                )
                ahead += [link for link in links if link.startswith("/") and link not in seen]
    assert len(seen) > many


POST = "Orbrecht opens a 5G plant near Karsholm, says its chief. More at noon, when the ministry speaks."


@pytest.mark.parametrize(
    "path", ["/", "/search?q=Orbrecht", "/rules/orbrecht", "/stories/1", "/try?when=Orbrecht&rule=strikes"]
)
async def test_a_post_without_a_headline_is_called_by_its_text(tmp_path: Path, path: str) -> None:
    at = clock() - timedelta(hours=1)
    feed, outlet = FeedId("alder"), OutletId("alder.example")
    post = Entry(
        title="", summary=POST, url="https://alder.example/1", feed=feed, source=outlet, seen_at=at, published_at=at
    )
    rules = RULES.replace("'Varno OR", "'Orbrecht OR")
    folder = installation(tmp_path / "desk", [post], rules)
    async with served(folder) as session:
        _, page, _ = await ask(session, path, headers=HTML)
    text = re.sub(r"\s+", " ", re.sub("<[^>]+>", "", html.unescape(page)))
    assert "Orbrecht opens a 5G plant near Karsholm" in text
    assert "(no title)" not in text
    place = ("--config", folder / "rules.yaml", "--state", folder)
    shown = "".join(
        run(*place, *words, cwd=REPOSITORY, env=os.environ).stdout
        for words in (("search", "Orbrecht"), ("explain", "1"))
    )
    assert "Orbrecht opens" in shown.splitlines()[0]
    assert "(no title)" not in shown


@pytest.mark.parametrize("headers", [HTML, JSON], ids=["page", "JSON"])
async def test_a_fault_of_ours_is_a_page_and_a_line_in_the_log(tmp_path: Path, headers: dict[str, str]) -> None:
    async def faulty(request: web.Request) -> web.Response:
        raise KeyError(request.path)

    folder = installation(tmp_path / "desk", odd_news(1, 3), RULES)
    environment = Environment.read({"STATE_DIR": str(folder), "WIREWATCH_CONFIG": str(folder / "rules.yaml")})
    runner = make_runner(environment, [web.get("/faulty", faulty)])
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{runner.addresses[0][1]}") as session:
            with capture_logs() as logs:
                code, text, _ = await ask(session, "/faulty", headers=headers)
            assert code == 500
            assert "KeyError at test_desk_odd_news.py:" in html.unescape(text)
            assert [line["event"] for line in logs if line["log_level"] == "error"] == ["desk_failed"]
            code, _, _ = await ask(session, "/", headers=headers)
            assert code == 200
    finally:
        await runner.cleanup()


async def test_the_rules_that_hold_on_a_story_stand_first(tmp_path: Path) -> None:
    """Whoever asks why a story was told had to look for the one `yes` among all that do not hold."""
    folder = installation(tmp_path / "desk")
    async with served(folder) as session:
        (channel, *_) = json.loads((await ask(session, "/", headers=JSON))[1])["channels"]
        pages = [(await ask(session, f"/stories/{story['id']}", headers=HTML))[1] for story in channel["stories"]]
        answers = [re.findall(r"<td>(yes|no)</td>", page) for page in pages]
        firsts = {re.findall(r'<th scope="row"><a href="/rules/(\w+)"', page)[0] for page in pages}
        assert [holds for holds in answers if holds != sorted(holds, reverse=True)] == []
        assert len(firsts) > 1, "else the order of the file would do"


async def test_a_page_without_times_names_no_time_zone(tmp_path: Path) -> None:
    """`Times are those of UTC` stood under a page that is not there, whatever the rules file says."""
    async with served(installation(tmp_path / "desk")) as session:
        assert "UTC" not in (await ask(session, "/nothing", headers=HTML))[1]
        assert "Europe/London" in (await ask(session, "/", headers=HTML))[1]
