"""The desk in a real browser: with and without JavaScript, by keys alone, for screen readers, against hostile news."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from urllib.parse import urlencode

import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from bot.app import clock
from bot.model import Entry, FeedId, OutletId
from tests.web.attacks import BY_HAND, PAYLOADS
from tests.web.desks import BROWSER_PATIENCE, DeskProcess, chromium, desk_process, installation

pytestmark = pytest.mark.timeout(1800)
"""Seconds: on a starved machine a page takes some, and a test looks at dozens."""
PAGES = (
    *(
        "/",
        "/search",
        "/search?q=Orbrecht",
        "/search?q=Orbrecht+UND",
        "/stories/1",
        "/rules",
        "/rules/orbrecht",
        "/rules/orbrecht/suggestion",
        "/try",
    ),
    *("/try?when=recalls+OR+chip&rule=recalls&text=recalls+it", "/try?when=%28", "/review", "/feeds", "/feeds/alder"),
    *("/outbox", "/stories/99999", "/login"),
)
COLOURFUL = ("/", "/search?q=Orbrecht", "/search?q=Orbrecht+UND", "/rules/orbrecht", "/try?when=%28", "/review")
"""Pages that have, together, every colour."""
COLOURS: dict[str, object] = {"runOnly": ["color-contrast"]}
"""Most of what a look costs."""
BUT_COLOURS: dict[str, object] = {"rules": {"color-contrast": {"enabled": False}}}
OF_WIDTH: dict[str, object] = {"runOnly": ["scrollable-region-focusable", "target-size", "meta-viewport"]}
"""What may hold on a wide screen and not on a narrow one."""
Look = tuple[str, int, Mapping[str, object]]
"""Colours, width of the screen, what is looked for."""


def few_looks(path: str) -> Iterator[Look]:
    """Colours do not depend on the width, nor much besides widths on it: what can go wrong, at one visit."""
    yield "light", 1280, {} if path in COLOURFUL else BUT_COLOURS
    if path in COLOURFUL:
        yield "dark", 1280, COLOURS
    yield "light", 320, OF_WIDTH


def all_looks(path: str) -> Iterator[Look]:
    for scheme in ("light", "dark"):
        for width in (320, 1280):
            yield scheme, width, {}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskProcess]:
    chromium()
    with desk_process(installation(tmp_path_factory.mktemp("desk"))) as running:
        yield running


@contextmanager
def opened(
    browser: Browser, complaints: list[str] | None = None, **options: object
) -> Iterator[tuple[BrowserContext, Page]]:
    """A window; `complaints` takes what the browser says against a page."""
    context = browser.new_context(**options)  # type: ignore[arg-type]  # options of the browser, by name
    page = context.new_page()
    page.set_default_timeout(BROWSER_PATIENCE)

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            (complaints if complaints is not None else []).append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: (complaints if complaints is not None else []).append(str(error)))
    try:
        yield context, page
    finally:
        context.close()


@pytest.mark.parametrize("looks", [few_looks, pytest.param(all_looks, marks=pytest.mark.slow)])
def test_every_page_is_for_everybody(
    browser: Browser, desk: DeskProcess, looks: Callable[[str], Iterable[Look]]
) -> None:
    complaints: list[str] = []
    script = Axe().axe_script
    with opened(browser, complaints, bypass_csp=True) as (_, page):
        for path in PAGES:
            page.goto(desk.url + path)
            page.evaluate(script)
            for scheme, width, rules in looks(path):
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of its words
                page.set_viewport_size({"width": width, "height": 800})
                where = f"{path}, {scheme}, {width} pixels"
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{where}: wider than that"
                # A list of all that is right would take long.
                response = page.evaluate("options => axe.run(options)", {"resultTypes": ["violations"], **rules})
                found = AxeResults(response)
                assert found.violations_count == 0, f"{where}: {found.generate_report()}"
    assert complaints == []


def test_every_page_works_without_javascript(browser: Browser, desk: DeskProcess) -> None:
    complaints: list[str] = []
    with opened(browser, complaints, java_script_enabled=False) as (_, page):
        for path in PAGES:
            page.goto(desk.url + path)
            assert page.locator("h1").count() == 1, path
        page.goto(f"{desk.url}/search")
        page.fill("#q", "Orbrecht")
        page.press("#q", "Enter")
        assert page.locator("mark").count() > 3
        page.goto(f"{desk.url}/try")
        page.fill("#when", "recalls")
        page.select_option("#rule", "strikes")
        page.click("text=Try >> nth=-1")
        assert page.locator("a.patch").count() == 1
        page.goto(f"{desk.url}/review")
        title = page.locator("article h2").inner_text()
        page.click("button[value=relevant]")
        assert title in page.locator("[role=status]").inner_text()
        page.click("button[name=undo]")
        assert page.locator("article h2").inner_text() == title
    assert complaints == []


def test_results_follow_the_typing(browser: Browser, desk: DeskProcess) -> None:
    complaints: list[str] = []
    with opened(browser, complaints) as (_, page):
        page.goto(f"{desk.url}/try")
        page.locator("#when").press_sequentially("recalls", delay=5)
        page.locator("#results-words", has_text="stories").wait_for()
        page.select_option("#rule", "strikes")
        page.locator("#results-words", has_text="added").wait_for()
        assert "when=recalls" in page.url
        assert "rule=strikes" in page.url
        assert page.locator("#said").text_content() == page.locator("#results-words").text_content()
        page.fill("#when", "recalls AND (")
        page.locator("pre#mistake").wait_for()
        assert page.locator("#when").input_value() == "recalls AND ("
        page.wait_for_url(lambda url: "AND" in url)
        page.goto(page.url)  # the link is all a colleague needs
        assert page.locator("#when").input_value() == "recalls AND ("
    assert complaints == []


def test_who_types_on_after_the_log_in_has_ended_is_asked_for_the_password(browser: Browser, desk: DeskProcess) -> None:
    """The results of the expression before stood there, with no word that they were old."""
    with desk_process(desk.folder, {"WEB_TOKEN": "secret"}) as closed, opened(browser) as (context, page):
        page.goto(f"{closed.url}/try")
        page.fill("#password", "secret")
        page.press("#password", "Enter")
        page.fill("#when", "recalls")
        page.locator("#results-words", has_text="stories").wait_for()
        context.clear_cookies()
        page.fill("#when", "recalls OR chip")
        page.locator("#password").wait_for()
        page.fill("#password", "secret")
        page.press("#password", "Enter")
        page.locator("#results-words", has_text="stories").wait_for()
        assert page.locator("#when").input_value() == "recalls OR chip"


@pytest.mark.parametrize("count", [4, pytest.param(20, marks=pytest.mark.slow)])
def test_items_are_reviewed_by_keys_alone(browser: Browser, desk: DeskProcess, count: int) -> None:
    before = sum(row["by"] == "desk" for row in desk.rows("marks", "--json"))
    with opened(browser) as (_, page):
        page.goto(f"{desk.url}/review")
        keys = cycle("rn")
        seen = []
        for _ in range(count):
            link = page.locator("article h2 a").get_attribute("href")
            seen.append((link, page.locator("article .about a").inner_text()))
            with page.expect_navigation():
                page.keyboard.press(next(keys))
        assert len(set(seen)) == count
        last = page.locator("[role=status]").inner_text()
        with page.expect_navigation():
            page.keyboard.press("u")
        assert page.locator("[role=status]").inner_text() != last
    said = [row for row in desk.rows("marks", "--json") if row["by"] == "desk"]
    assert len(said) == before + count - 1
    assert {row["verdict"] for row in said} == {"relevant", "not_relevant"}


def test_keys_lead_through_a_page(browser: Browser, desk: DeskProcess) -> None:
    with opened(browser) as (_, page):
        page.goto(f"{desk.url}/search?q=Orbrecht")
        items = page.locator("[data-item] a.headline")
        for expected in (0, 1, 2, 1):
            page.keyboard.press(
                "k" if expected == 1 and items.nth(2).evaluate("e => e === document.activeElement") else "j"
            )
            assert items.nth(expected).evaluate("e => e === document.activeElement")
        page.keyboard.press("?")
        assert page.locator("dialog#keys").is_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("/")
        assert page.locator("#q").evaluate("e => e === document.activeElement")
        page.keyboard.press("j")  # a letter of the expression now
        assert page.locator("#q").input_value() == "Orbrechtj"


def test_times_are_the_readers_with_the_files_beside(browser: Browser, desk: DeskProcess) -> None:
    with opened(browser, timezone_id="Asia/Tokyo") as (_, page):
        page.goto(f"{desk.url}/search?q=Orbrecht")
        for text in page.locator("time").all_inner_texts():
            # 1 Dec 03:10 (30 Nov 18:10 Europe/London), or 30 Nov 19:10 (10:10 Europe/London): a day is said once
            own, files = re.fullmatch(r"(\d+ \w+) \d\d:\d\d \((?:(\d+ \w+) )?\d\d:\d\d Europe/London\)", text).groups()
            assert own != files
    with opened(browser, timezone_id="Europe/London") as (_, page):
        page.goto(f"{desk.url}/search?q=Orbrecht")
        assert "Europe/London" not in page.locator("time").first.inner_text()


# --- hostile news ---------------------------------------------------------------------------------------------------


def hostile_news() -> list[Entry]:
    """300 titles, and every payload in every field."""
    at = clock() - timedelta(hours=8)
    entries = []
    for number in range(300):
        payload = PAYLOADS[number % len(PAYLOADS)]
        entries.append(
            Entry(
                title=f"{payload} Orbrecht {number}",
                summary=f"recalls {payload} {number}",
                body=f"<p>{payload}</p><p>Orbrecht chip {number}</p>",
                author=payload,
                tags=(payload,),
                lang="ar" if number % 7 == 0 else payload[:20],
                guid=f"{payload[:100]}{number}",
                url=f"https://alder.example/{number}?{payload[:200]}" if number % 3 else f"{payload[:200]}{number}",
                feed=FeedId("alder"),
                source=OutletId(payload[:100] or "x"),
                seen_at=at + timedelta(minutes=number),
            )
        )
    return entries


HOSTILE_RULES = """\
channels:
  trade: {slack: "#trade", digest: {every: 15m}}
rules:
  - {id: orbrecht, when: Orbrecht, name: "<script>window.__executed=1</script>", to: trade}
  - {id: recalls, when: recalls, name: "{{ 7 * 7 }} </title><img src=x onerror=window.__executed=1>", to: trade}
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskProcess]:
    chromium()
    with desk_process(installation(tmp_path_factory.mktemp("hostile"), hostile_news(), HOSTILE_RULES)) as running:
        yield running


LOOK = """() => ({
    executed: window.__executed ?? null,
    headings: document.querySelectorAll("main h1").length,
    foreign: document.querySelectorAll("iframe, base, object, embed, main script, main style, main img").length,
    wider: document.documentElement.scrollWidth > innerWidth,
})"""
"""All in one question to the browser: 860 pages are looked at."""


def assert_harmless(page: Page, path: str, complaints: Sequence[str]) -> None:
    look = page.evaluate(LOOK)
    assert look == {"executed": None, "headings": 1, "foreign": 0, "wider": False}, path
    assert complaints == [], path


@pytest.mark.parametrize(
    "stories",
    [
        pytest.param(len(BY_HAND) // 4, id="few"),
        pytest.param(len(PAYLOADS), id="all", marks=[pytest.mark.slow, pytest.mark.timeout(3600)]),
    ],
)
def test_hostile_news_execute_nothing_and_break_no_page(browser: Browser, hostile: DeskProcess, stories: int) -> None:
    complaints: list[str] = []
    with opened(browser, complaints, viewport={"width": 320, "height": 800}) as (_, page):
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        for path in (
            "/",
            "/search?q=Orbrecht",
            "/rules",
            "/rules/orbrecht",
            "/review",
            "/feeds",
            "/feeds/alder",
            *(f"/stories/{number}" for number in range(1, stories + 1)),
        ):
            page.goto(hostile.url + path)
            assert_harmless(page, path, complaints)
        assert all(url.startswith(hostile.url) for url in requests), "no request leaves the page"


@pytest.mark.parametrize(
    "payloads",
    [
        pytest.param(BY_HAND[::5], id="few"),
        pytest.param(PAYLOADS, id="all", marks=[pytest.mark.slow, pytest.mark.timeout(3600)]),
    ],
)
def test_hostile_words_in_every_field_of_a_form_execute_nothing(
    browser: Browser, hostile: DeskProcess, payloads: list[str]
) -> None:
    complaints: list[str] = []
    with opened(browser, complaints) as (_, page):
        for payload in payloads:
            word = payload.replace("\x00", "")[:1500]
            for place, fields in (("/search", ("q", "since", "before")), ("/try", ("when", "rule", "days", "text"))):
                for query in (
                    dict.fromkeys(fields, word),
                    {fields[0]: word, fields[-1]: "" if place == "/search" else word},
                ):
                    page.goto(page_url(hostile, place, query))
                    assert_harmless(page, f"{place} {word[:30]}", complaints)


def page_url(desk: DeskProcess, place: str, query: dict[str, str]) -> str:
    return f"{desk.url}{place}?{urlencode({key: value for key, value in query.items() if value}, errors='replace')}"


def test_titles_from_right_to_left_and_without_spaces_stay_in_their_place(browser: Browser, tmp_path: Path) -> None:
    entries = [
        Entry(
            title=title,
            feed=FeedId("alder"),
            source=OutletId("alder.example"),
            guid=str(number),
            url=f"https://alder.example/{number}",
            seen_at=clock() - timedelta(hours=2, minutes=-number),
        )
        for number, title in enumerate(
            (
                "هواوي تفوز بعقد Orbrecht في كارشولم",
                "Orbrecht" + "超" * 400,
                "Orbrecht " + "W" * 900,
                "ไทย" * 300 + " Orbrecht",
            )
        )
    ]
    with (
        desk_process(installation(tmp_path / "desk", entries, HOSTILE_RULES)) as running,
        opened(browser, viewport={"width": 320, "height": 800}) as (_, page),
    ):
        page.goto(f"{running.url}/search?q=Orbrecht*")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        arabic = page.locator("a.headline", has_text="هواوي")
        assert arabic.evaluate("e => getComputedStyle(e).direction") == "rtl"
