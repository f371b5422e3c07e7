"""The bundled newsroom: its feeds read as any other's, its script tempts and corrects, the demo prints a digest."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.core.parse import parse
from bot.core.rulefile.ruleset import read_ruleset
from bot.core.text.reading import read_entry
from bot.demo.outlets import OUTLETS, Outlet
from bot.demo.rules import demo_rules
from bot.demo.script import BACKGROUND, ENDS_AFTER, SCRIPT
from tests.conftest import REPOSITORY

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("outlet", OUTLETS, ids=lambda outlet: outlet.id)
def test_every_format_is_read_whole(outlet: Outlet) -> None:
    articles = [event.article(NOW) for event in SCRIPT if event.headline]
    body = outlet.render(outlet, articles)
    feed = parse(body, url=f"https://{outlet.domain}/feed", headers={"content-type": outlet.content_type}, seen_at=NOW)
    readings = [read_entry(entry) for entry in feed.entries]
    assert [reading.title for reading in readings] == [article.headline for article in articles]
    for reading, article in zip(readings, articles, strict=True):
        assert article.paragraphs[0] in reading.summary + reading.body
    assert [entry.published_at for entry in feed.entries] == [article.published_at for article in articles]


def test_the_script_is_in_order_and_every_outlet_has_a_baseline() -> None:
    assert [event.after for event in SCRIPT] == sorted(event.after for event in SCRIPT)
    assert SCRIPT[-1].after < ENDS_AFTER.total_seconds() <= 130
    assert {event.outlet for event in BACKGROUND} == {outlet.id for outlet in OUTLETS}
    assert len(OUTLETS) >= 6


def test_the_demos_rules_are_sound() -> None:
    text = demo_rules(lambda outlet: f"http://127.0.0.1:9/{outlet}/feed")
    ruleset, problems = read_ruleset(text.encode(), {})
    assert ruleset is not None, problems
    assert not problems


def test_the_demo_prints_a_digest_and_ends(tmp_path: Path) -> None:
    demo = subprocess.Popen(
        [sys.executable, "-m", "bot", "demo", "--once"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY), "HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert demo.stderr is not None
    said = ""
    while not (address := re.search(r"The desk: (http://127\.0\.0\.1:\d+/)", said)):
        line = demo.stderr.readline()
        assert line, said
        said += line
    with urllib.request.urlopen(address[1] + "static/desk.css") as answer:
        assert answer.status == 200
    stdout, stderr = demo.communicate(timeout=240)
    assert demo.returncode == 0, stderr
    messages = [message for message in stdout.split("─" * 72) if message.strip()]
    assert messages[0].startswith("\n#telecom\nVelmora regulator moves to bar Huawei from 5G core\n")
    assert "https://herald.example/velmora-5g-core" in messages[0]
    digest = messages[-1]
    assert "\n#policy\n" in digest
    assert ": 2 stories, " in digest
    _, _, rest = digest.partition("\n1. UPDATED: CORRECTED-Velmora regulator moves to bar Huawei from 5G core, ")
    lead, _, beneath = rest.partition(
        "First report: Velmora regulator moves to bar Huawei from 5G core (Northgate Herald"
    )
    assert "https://herald.example/velmora-5g-core-corrected\n" in lead
    assert "\n   New: corrected: 31 January → 31 March\n" in lead
    assert beneath.splitlines()[0].endswith("https://herald.example/velmora-5g-core")
    assert re.search(r"\d outlets, \d independent texts, first: Northgate Herald, then ", digest)
    assert "\n2. Assembly agrees 1.2 billion crowns for semiconductor plants" in digest
    assert "Lakeside bakery" not in stdout, "a promo line is no news"
    assert "Traceback" not in stderr
    assert list(tmp_path.iterdir()) == [], "the demo leaves nothing behind"
