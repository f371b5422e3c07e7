"""A desk for the tests of this folder: an installation, and `wirewatch web` on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.web.desks import BROWSER_PATIENCE, CHROMIUM_ARGUMENTS, DeskProcess, chromium, desk_process, installation


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installation(tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's browser, for modules without async tests: while it runs, this thread has an event loop."""
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS, timeout=BROWSER_PATIENCE)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def desk(folder: Path) -> Iterator[DeskProcess]:
    with desk_process(folder) as running:
        yield running
