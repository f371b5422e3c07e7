"""Takes the pictures of the desk: `python docs/pictures/desk.py [FOLDER]`, one PNG a page into FOLDER (else here).

Runs `wirewatch demo` and looks at its desk in the system's Chromium (playwright, of the development requirements) when
the newsroom has published its stories. Look at them before they are committed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

PAGES = {
    "desk-today": "/",
    "desk-story": "/stories/8",
    "desk-try": "/try?when=Huawei AND (5G OR core) NOT analysis&rule=huawei-5g"
    "&text=Velmora regulator moves to bar Huawei from 5G core",
}
READY_AFTER = 55
"""Seconds into the demo, when both stories and the correction are told."""


def main(folder: Path) -> None:
    """Writes the pictures."""
    demo = subprocess.Popen([sys.executable, "-m", "bot", "demo"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        assert demo.stderr is not None
        address = None
        while address is None:
            address = re.search(rb"The desk: (http\S+)/", demo.stderr.readline())
        time.sleep(READY_AFTER)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
                args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            )
            context = browser.new_context(viewport={"width": 960, "height": 600}, timezone_id="UTC")
            page = context.new_page()
            for name, path in PAGES.items():
                page.goto(address[1].decode() + path)
                page.screenshot(path=folder / f"{name}.png", full_page=True)
            browser.close()
    finally:
        demo.terminate()
        demo.wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
