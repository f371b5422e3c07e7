"""The desk's script in a real browser, where keyboards and browsers are not those it was written on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.web.desks import BROWSER_PATIENCE, DeskProcess, chromium, desk_process, installation

pytestmark = pytest.mark.timeout(1800)
PRESS = """([key, code, repeat]) => document.activeElement.dispatchEvent(
  new KeyboardEvent("keydown", {key, code, repeat, bubbles: true, cancelable: true}))"""
NO_SUCH_ZONE = """const known = Intl.DateTimeFormat;
Intl.DateTimeFormat = function (locale, options = {}) {
  if (options.timeZone === "Europe/London") throw new RangeError("Invalid time zone specified: Europe/London");
  return new known(locale, options);
};"""
"""A browser that is older than a zone's name, as many are than Europe/Kyiv."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskProcess]:
    chromium()
    with desk_process(installation(tmp_path_factory.mktemp("desk"))) as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(timezone_id="Asia/Tokyo")
    page.set_default_timeout(BROWSER_PATIENCE)
    yield page
    page.context.close()


def test_keys_are_found_on_any_keyboard(page: Page, desk: DeskProcess) -> None:
    page.goto(f"{desk.url}/search?q=Orbrecht")
    items = page.locator("[data-item] a.headline")
    for key, code, expected in (("о", "KeyJ", 0), ("ㅓ", "KeyJ", 1), ("л", "KeyK", 0), ("é", "Digit2", 0)):
        page.evaluate(PRESS, [key, code, False])
        assert items.nth(expected).evaluate("e => e === document.activeElement"), key


def test_a_key_that_is_held_says_one_thing(page: Page, desk: DeskProcess) -> None:
    page.goto(f"{desk.url}/review")
    first = page.locator("article h2 a").get_attribute("href")
    page.evaluate("document.querySelector('form.buttons').addEventListener('submit', () => { window.sent = true })")
    page.evaluate(PRESS, ["r", "KeyR", True])
    assert page.evaluate("window.sent") is None
    with page.expect_navigation():
        page.evaluate(PRESS, ["r", "KeyR", False])
    assert page.locator("article h2 a").get_attribute("href") != first


def test_keys_work_where_the_browser_does_not_know_the_zone(page: Page, desk: DeskProcess) -> None:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.add_init_script(NO_SUCH_ZONE)
    page.goto(f"{desk.url}/search?q=Orbrecht")
    assert "Tokyo" not in page.locator("footer").inner_text()
    page.keyboard.press("j")
    assert page.locator("[data-item] a.headline").first.evaluate("e => e === document.activeElement")
    assert complaints == []


def test_what_is_typed_behind_the_search_key_is_the_search(page: Page, desk: DeskProcess) -> None:
    """The field of the other page had no focus: the letters were keys (`j` the next item)."""
    page.goto(desk.url)
    with page.expect_navigation():
        page.keyboard.press("/")
    page.locator("#q:focus").wait_for()
    page.keyboard.type("Jarl")
    assert page.locator("#q").input_value() == "Jarl"


def test_an_answer_that_does_not_come_leaves_no_old_one_for_it(page: Page, desk: DeskProcess) -> None:
    """Without a network `recalls` had its stories below what was typed since, as if they were found by that."""
    page.goto(f"{desk.url}/try?when=recalls")
    page.context.set_offline(True)
    page.fill("#when", "recalls OR chip")
    stale = page.locator("#results [data-stale]")
    stale.wait_for()
    assert page.locator("#said").text_content() == stale.text_content()
    page.context.set_offline(False)
    page.get_by_role("button", name="Try").click()
    stale.wait_for(state="detached")
    assert page.locator("#results-words").text_content()
