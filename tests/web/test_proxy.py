"""The desk where it is put in earnest: below a path of a reverse proxy, several processes at once, and on a dyno."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import aiohttp
import pytest
from playwright.sync_api import Page, sync_playwright

from bot.app import Environment
from bot.errors import UsageError
from bot.web.app import make_app
from tests.conftest import REPOSITORY
from tests.web.desks import BROWSER_PATIENCE, CHROMIUM_ARGUMENTS, chromium, desk_process, installation
from tests.web.proxy import NOT_OURS, reverse_proxy

HTML = {"Accept": "text/html"}
TOKEN = "geheim-und-lang"
SITE = "http://desk.example"
BELOW = {"WEB_TOKEN": TOKEN, "PUBLIC_URL": f"{SITE}/news/"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installation(tmp_path_factory.mktemp("desk"))


@asynccontextmanager
async def reader(port: int, **headers: str) -> AsyncIterator[aiohttp.ClientSession]:
    """Somebody who asks that port of loopback under the desk's public name."""
    async with aiohttp.ClientSession(
        f"http://127.0.0.1:{port}", headers={"Host": "desk.example", **HTML, **headers}
    ) as session:
        yield session


def links_of(page: str) -> set[str]:
    found = re.findall(r'(?:href|src|action)="([^"#]+)"', page)
    return {html.unescape(link) for link in found if not link.startswith(("http:", "https:"))}


@pytest.mark.parametrize("paths", ["strip", "keep"])
async def test_every_link_leads_below_the_path(folder: Path, paths: str) -> None:
    with desk_process(folder, BELOW) as desk, reverse_proxy("/news", paths, urlsplit(desk.url).port or 0) as port:
        seen: set[str] = set()
        waiting = ["/news/", "/news/search?q=Orbrecht", "/news/try?when=recalls&rule=strikes", "/news/feeds/alder"]
        async with reader(port, Authorization=f"Bearer {TOKEN}") as session:
            assert await (await session.get("/feeds")).text() == NOT_OURS
            while waiting and len(seen) < 60:
                place = waiting.pop(0)
                async with session.get(place, allow_redirects=False) as answer:
                    text = await answer.text()
                    assert answer.status in (200, 405), place
                    assert NOT_OURS not in text
                if answer.content_type == "text/html":
                    # Of each kind of page a few.
                    fresh = {urljoin(place, link) for link in links_of(text)} - seen - {*waiting}
                    kinds = [re.sub(r"/\d+|key=\w+|q=.*", "", link) for link in (*seen, *waiting)]
                    waiting += [link for link in sorted(fresh) if kinds.count(re.sub(r"/\d+|q=.*", "", link)) < 3]
                seen.add(place)
        assert {"/news/static/desk.css", "/news/static/desk.js", "/news/review", "/news/outbox"} <= seen
        assert any(place.startswith("/news/channels/trade.atom?key=") for place in seen)


async def test_feeds_name_the_address_that_readers_use(folder: Path) -> None:
    with desk_process(folder, BELOW) as desk, reverse_proxy("/news", "strip", urlsplit(desk.url).port or 0) as port:
        async with reader(port, Authorization=f"Bearer {TOKEN}") as session:
            feed = await (await session.get("/news/channels/trade.atom")).text()
    related = re.findall(r'<link rel="related" href="([^"]+)"', feed)
    assert len(related) == 12
    assert all(link.startswith(f"{SITE}/news/stories/") for link in related)


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "Via", "X-Real-IP"])
async def test_without_a_password_a_proxy_opens_nothing(folder: Path, header: str) -> None:
    with desk_process(folder) as desk:
        async with aiohttp.ClientSession(desk.url, headers=HTML) as session:
            assert (await session.get("/")).status == 200
            assert (await session.get("/", headers={header: "192.0.2.7"})).status == 403


@contextmanager
def below_the_path(port: int) -> Iterator[tuple[Page, list[str]]]:
    """A browser that finds the proxy under the desk's public name, and trusts it as one behind TLS; and what it says
    against pages."""
    complaints: list[str] = []
    name = f"--host-resolver-rules=MAP desk.example:80 127.0.0.1:{port}"
    arguments = [*CHROMIUM_ARGUMENTS, name, f"--unsafely-treat-insecure-origin-as-secure={SITE}"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=arguments, timeout=BROWSER_PATIENCE)
        page = browser.new_page()
        page.set_default_timeout(BROWSER_PATIENCE)
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page, complaints
        browser.close()


def test_a_session_holds_over_two_processes_and_a_restart(folder: Path, tmp_path: Path) -> None:
    place = shutil.copytree(folder, tmp_path / "desk")
    ports = free_port(), free_port()
    with ExitStack() as stack:
        start = partial(desk_process, place)
        others = [stack.enter_context(ExitStack()) for _ in ports]
        for other, port in zip(others, ports, strict=True):
            other.enter_context(start({**BELOW, "PORT": str(port)}))
        proxy = stack.enter_context(reverse_proxy("/news", "strip", *ports))
        page, complaints = stack.enter_context(below_the_path(proxy))
        page.goto(f"{SITE}/news/feeds")
        assert page.url == f"{SITE}/news/login?next=%2Ffeeds"
        page.fill("#password", TOKEN)
        page.click("main button")
        assert page.url == f"{SITE}/news/feeds"
        (cookie,) = page.context.cookies()
        assert (cookie["name"], cookie["domain"], cookie["path"]) == ("wirewatch", "desk.example", "/")
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
        for _ in range(3):  # the processes take turns
            page.goto(f"{SITE}/news/")
            assert page.locator("h1").inner_text() == "The last day"
        page.keyboard.press("?")
        assert page.locator("dialog#keys").is_visible(), "our script and its policy hold below the path"
        page.goto(f"{SITE}/news/try")
        page.locator("#when").press_sequentially("recalls")
        page.wait_for_url(f"{SITE}/news/try?when=recalls*")  # what is typed half may be answered before
        page.locator("#results-words", has_text="stories").wait_for()
        said = []
        for key in "rn":
            page.goto(f"{SITE}/news/review")
            said.append(page.locator("article h2").inner_text())
            with page.expect_navigation():
                page.keyboard.press(key)
            assert page.url.startswith(f"{SITE}/news/review?story="), "the page says what stands of the one answered"
            assert said[-1] in page.locator("[role=status]").inner_text()
        assert said[0] != said[1], "what one process heard the other knows"
        for other, port in zip(others, ports, strict=True):
            other.close()
            other.enter_context(start({**BELOW, "PORT": str(port)}))
            page.goto(f"{SITE}/news/outbox")
            assert page.locator("h1").inner_text() == "Outbox", "a restart logs nobody out"
        page.click("text=Log out")
        assert page.url == f"{SITE}/news/login"
        assert page.context.cookies() == []
        assert complaints == []


async def test_the_web_line_of_the_procfile_on_a_dyno(folder: Path) -> None:
    line = re.search(r"^web: (.+)$", (REPOSITORY / "Procfile").read_text("utf-8"), re.MULTILINE)
    assert line is not None
    port = free_port()
    dyno = subprocess.Popen(
        ["bash", "-c", line[1]],
        cwd=REPOSITORY,
        env={
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PORT": str(port),
            "WEB_TOKEN": TOKEN,
            "PUBLIC_URL": "https://wire-7.herokuapp.example",
            "STATE_DIR": str(folder),
            "WIREWATCH_CONFIG": str(folder / "rules.yaml"),
            "LOG_FORMAT": "json",
        },
        stderr=subprocess.PIPE,
        text=True,
    )
    assert dyno.stderr is not None
    try:
        started = next(json.loads(line) for line in dyno.stderr if '"web_started"' in line)
        assert (started["host"], started["port"]) == ("0.0.0.0", port)
        router = {"Host": "wire-7.herokuapp.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", headers={**HTML, **router}) as session:
            assert (await (await session.get("/healthz")).json())["store"] == "ok"
            asked = await session.get("/rules", allow_redirects=False)
            assert (asked.status, asked.headers["Location"]) == (303, "/login?next=%2Frules")
            form = {"password": TOKEN, "next": "/rules"}
            inside = await session.post("/login", data=form, allow_redirects=False)
            assert (inside.status, inside.headers["Location"]) == (303, "/rules")
            cookie = inside.headers["Set-Cookie"]
            assert re.match(r"__Host-wirewatch=.+; Secure", cookie)
            assert "Path=/" in cookie
            page = await session.get("/rules", headers={"Cookie": cookie.partition(";")[0]})
            assert (page.status, "orbrecht" in await page.text()) == (200, True)
        dyno.send_signal(signal.SIGTERM)
        assert dyno.wait(10) == 0
    finally:
        dyno.kill()
        dyno.stderr.close()
        dyno.wait()


@pytest.mark.parametrize("url", ["desk.example/news", "ftp://desk.example", "https://", "http://[::1", "/news"])
def test_a_public_url_that_is_none(folder: Path, url: str) -> None:
    with pytest.raises(UsageError, match="PUBLIC_URL"):
        make_app(Environment.read({"STATE_DIR": str(folder), "PUBLIC_URL": url}))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number
