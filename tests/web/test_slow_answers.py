"""What reads much of the archive: nobody waits without a word, and nothing is read twice for the same answer."""

from __future__ import annotations

import asyncio
import html
import re
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from playwright.sync_api import sync_playwright

from bot.app import Environment
from bot.errors import StoreError
from bot.ports import Store
from bot.web.app import make_runner
from bot.web.archive_reader import ArchiveReader, NobodyWaits
from bot.web.desk.slow_answers import AnswerProgress, SlowAnswers, StillReading
from tests.web.desks import BROWSER_PATIENCE, CHROMIUM_ARGUMENTS, chromium, installation

HTML = {"Accept": "text/html"}
SOON = 240.0
FIRST_HEADING = """addEventListener("DOMContentLoaded", () => {
  sessionStorage.firstHeading ??= document.querySelector("h1").textContent;
});"""
"""Keeps the heading of the tab's first page: the answer may replace that page before a slow test looks at it."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installation(tmp_path_factory.mktemp("desk"))


def environment(folder: Path) -> Environment:
    return Environment.read({"STATE_DIR": str(folder), "WIREWATCH_CONFIG": str(folder / "rules.yaml")})


@dataclass(slots=True)
class Question:
    """Is answered when `go` is set; shows on the way that it has read one of ten entries."""

    answers: list[str]
    begun: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)
    ended: list[str] = field(default_factory=list)

    def find(self, _: Store, progress: AnswerProgress) -> str:
        progress.show("entries read", 1, 10)
        self.begun.set()
        try:
            while not self.go.wait(0.01):
                progress.show("entries read", 2, 10)
        except NobodyWaits:
            self.ended.append("nobody waits")
            raise
        if not self.answers:
            raise StoreError("The store is away.")
        return self.answers.pop(0)


@asynccontextmanager
async def asked(folder: Path) -> AsyncIterator[tuple[SlowAnswers, list[float]]]:
    """Slow answers of readers without any patience; their clock stands at the last number of the list."""
    times = [0.0]
    archive = ArchiveReader(environment(folder))
    try:
        yield SlowAnswers(archive=archive, patience=0.0, clock=lambda: times[-1]), times
    finally:
        archive.close()


async def test_a_reader_hears_how_far_it_has_come_and_then_the_answer(folder: Path) -> None:
    question = Question(["yes"])
    async with asked(folder) as (slow, times):
        with pytest.raises(StillReading):
            await slow.of("q", question.find)
        await asyncio.to_thread(question.begun.wait, SOON)
        with pytest.raises(StillReading) as still:
            await slow.of("q", question.find)
        assert (still.value.progress.what, still.value.progress.total) == ("entries read", 10)
        times.append(3.0)
        question.go.set()
        program, person = await asyncio.gather(*(slow.of("q", question.find, waits=True) for _ in range(2)))
        assert program == person == "yes", "both wait for the same answer"
        assert await slow.of("q", question.find) == "yes", "a slow answer is good for a while"


async def test_an_old_answer_is_shown_until_the_new_one_is_there(folder: Path) -> None:
    question = Question(["old", "new"])
    async with asked(folder) as (slow, times):
        asking = asyncio.ensure_future(slow.of("q", question.find, waits=True))
        await asyncio.to_thread(question.begun.wait, SOON)
        times.append(3.0)
        question.go.set()
        assert await asking == "old"
        question.go.clear()
        times.append(150.0)
        assert await slow.of("q", question.find) == "old"
        question.go.set()
        assert await slow.of("q", question.find, waits=True) == "new"


async def test_what_was_quick_is_asked_anew(folder: Path) -> None:
    question = Question(["first", "second"])
    question.go.set()
    async with asked(folder) as (slow, _):
        assert [await slow.of("q", question.find, waits=True) for _ in range(2)] == ["first", "second"]


async def test_who_goes_away_leaves_no_question_behind(folder: Path) -> None:
    question, other = Question([]), Question([])
    async with asked(folder) as (slow, times):
        asking = asyncio.ensure_future(slow.of("typed a letter", question.find, waits=True))
        await asyncio.to_thread(question.begun.wait, SOON)
        asking.cancel()
        with pytest.raises(StillReading):
            await slow.of("closed the page", other.find)
        await asyncio.to_thread(other.begun.wait, SOON)
        times.append(60.0)
        with pytest.raises(StillReading):
            await slow.of("another", Question([]).find)
    assert question.ended == other.ended == ["nobody waits"]


async def test_a_failure_is_told_and_not_kept(folder: Path) -> None:
    question = Question([])
    question.go.set()
    async with asked(folder) as (slow, _):
        with pytest.raises(StoreError, match="away"):
            await slow.of("q", question.find, waits=True)
        question.answers.append("back")
        assert await slow.of("q", question.find, waits=True) == "back"


# --- pages ----------------------------------------------------------------------------------------------------------


@contextmanager
def impatient_desk(folder: Path) -> Iterator[str]:
    """A desk in a thread of its own whose pages never wait; its address."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def start() -> web.AppRunner:
        runner = make_runner(environment(folder), patience=0.0)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return runner

    runner = asyncio.run_coroutine_threadsafe(start(), loop).result(SOON)
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(SOON)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


SLOW_PAGES = {
    "/rules": (200, "orbrecht", "posts a day"),
    "/rules/orbrecht": (202, "being read", "Its stories"),
    "/review": (200, "This story was posted", "term short"),
    "/try?when=recalls": (200, "In place of rule", "posts a day"),
    "/rules/orbrecht/suggestion": (202, "being read", "A suggestion for"),
}


async def test_a_page_comes_at_once_and_whole_when_it_can(folder: Path) -> None:
    with impatient_desk(folder) as url:
        async with aiohttp.ClientSession(url, headers=HTML) as session:
            for path, (status, at_once, later) in SLOW_PAGES.items():
                answer = await session.get(path)
                page = await answer.text()
                assert (answer.status, at_once in page, "data-wait" in page) == (status, True, True), path
                while "data-wait" in page:
                    await asyncio.sleep(0.05)
                    page = await (await session.get(path)).text()
                assert later in page, path


async def test_a_search_without_a_plain_word_says_how_far_it_came(folder: Path) -> None:
    with impatient_desk(folder) as url:
        async with aiohttp.ClientSession(url, headers=HTML) as session:
            seen: list[str] = []
            path, pages = "/search?q=/recall[s]/", 0
            while path:
                page = await (await session.get(path)).text()
                pages += 1
                seen += re.findall(r'class="headline"[^>]* href="([^"]+)"', page)
                link = re.search(r'<a rel="next" href="([^"]+)">Read on', page)
                assert (link is not None) == ("was read back to" in page)
                path = html.unescape(link[1]) if link else ""
        assert pages > 1
        async with aiohttp.ClientSession(url, headers={"Accept": "application/json"}) as session:
            rows = await (await session.get("/search?q=/recall[s]/")).json()
    assert seen == [f"/stories/{row['story']}" for row in rows]
    assert rows


def test_the_answer_comes_by_itself(folder: Path) -> None:
    path = chromium()
    with impatient_desk(folder) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS, timeout=BROWSER_PATIENCE)
        page = browser.new_page()
        page.set_default_timeout(BROWSER_PATIENCE)
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.add_init_script(FIRST_HEADING)
        page.goto(f"{url}/rules/recalls")
        page.locator("h2", has_text="Its stories").wait_for()
        assert page.evaluate("sessionStorage.firstHeading") == "The archive is being read"
        assert page.title().startswith("recalls")
        page.goto(f"{url}/rules")
        page.locator("svg.bars").first.wait_for()
        page.goto(f"{url}/try")
        page.locator("#when").press_sequentially("recalls")
        page.locator("#results-words", has_text="stories").wait_for()
        page.goto(f"{url}/review")
        page.locator("li", has_text="term short").first.wait_for()
        assert page.locator("[data-wait]").count() == 0
        assert complaints == []
        browser.close()
