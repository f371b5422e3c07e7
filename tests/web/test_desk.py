"""The desk over HTTP says what commands say."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from bot.app import clock
from bot.core.polling import with_poll
from bot.model import Mark, MarkVerdict, PolledWeek, RuleId, StoryId, WorkbenchBatch
from bot.store import SqliteStore
from tests.builders import feed_state
from tests.web.desks import DeskProcess, installation, recent_news
from tests.web.visits import HTML, JSON, ask, served


async def json_of(desk: DeskProcess, path: str, status: int = 200) -> Any:
    async with aiohttp.ClientSession(desk.url) as session:
        code, text, _ = await ask(session, path, headers=JSON)
    assert code == status, text
    return json.loads(text)


async def test_search_is_search_page_by_page(desk: DeskProcess) -> None:
    expected = desk.rows("search", "--json", "--limit", "500", "Orbrecht OR Velmora OR Tandrix")
    assert len(expected) > 50
    rows: list[Any] = []
    path = "/search?q=Orbrecht+OR+Velmora+OR+Tandrix"
    async with aiohttp.ClientSession(desk.url) as session:
        while path:
            _, text, response = await ask(session, path, headers=JSON)
            rows += json.loads(text)
            link = re.match(r'<(.+)>; rel="next"', response.headers.get("Link", ""))
            path = link[1] if link else ""
    assert rows == expected


@pytest.mark.parametrize(
    ("command", "path"),
    [
        (["backtest", "--json", "--days", "30", "--rule", "orbrecht"], "/rules/orbrecht"),
        (["backtest", "--json", "--when", "recalls OR chip"], "/try?when=recalls+OR+chip"),
        (
            ["backtest", "--json", "--days", "3", "--rule", "recalls", "--when", "recalls NOT chip"],
            "/try?when=recalls+NOT+chip&rule=recalls&days=3",
        ),
    ],
    ids=["a rule", "an expression", "an edit"],
)
async def test_a_page_is_its_command(desk: DeskProcess, command: list[str], path: str) -> None:
    (expected,) = desk.rows(*command)
    assert expected.get("stories", True)
    assert await json_of(desk, path) == expected


async def test_rules_feeds_stories_review_and_outbox_are_their_commands(desk: DeskProcess) -> None:
    assert await json_of(desk, "/rules") == desk.rows("backtest", "--json", "--days", "30")
    assert await json_of(desk, "/feeds") == json.loads(desk.command("feeds", "list", "--json").stdout)
    hit = desk.rows("search", "--json", "--limit", "1", "Orbrecht")[0]
    assert await json_of(desk, f"/stories/{hit['id']}") == json.loads(
        desk.command("explain", hit["id"], "--json").stdout
    )
    review = await json_of(desk, "/review")
    assert len(review["samples"]) == 5
    missed = desk.rows("missed", "--json", "--days", "7")
    assert missed
    assert review["missed"] == missed[:100]
    outbox = await json_of(desk, "/outbox")
    assert {key: value for key, value in outbox.items() if key != "rows"} == json.loads(
        desk.command("status", "--json").stdout
    )["outbox"]
    assert [row["state"] for row in outbox["rows"]] == ["pending"]


@pytest.mark.parametrize("expression", ["Orbrecht UND chip", "Orbrecht AND (", "title:", "a AND\nb OR c"])
async def test_a_mistake_stands_where_check_has_it(desk: DeskProcess, expression: str) -> None:
    async with aiohttp.ClientSession(desk.url) as session:
        for path in ("/search?q=", "/try?when="):
            code, text, _ = await ask(session, path + expression.replace("\n", "%0A"), headers=JSON)
            assert code == 400
            mistake = json.loads(text)
            said = desk.command("backtest", "--when", expression).stderr
            assert f":{mistake['line']}:{mistake['column']}: error: {mistake['message']}" in said
            code, page, _ = await ask(session, path + expression.replace("\n", "%0A"), headers=HTML)
            assert code == 400
            shown = re.search(r'<pre id="mistake"[^>]*>(.*?)</pre>', page, re.DOTALL)
            assert shown is not None
            where, *excerpt, mend = shown[1].removesuffix("\n</span>").split("\n")
            assert where.startswith('<span class="said">'), "wraps on a narrow screen"
            assert '<span class="said">' in mend
            assert any(set(line) == {" ", "^"} for line in excerpt), "stands below its place"


async def test_marks_in_a_text_are_the_spans_of_match(desk: DeskProcess, tmp_path: Path) -> None:
    texts = [
        "Orbrecht’s 5G-Netz: L'Iran <b>5 & 6</b>",
        "华为5G网络 in Karsholm 5G",
        "إيران 5G و‎Orbrecht",
        "ÖRBRECHT 5g",
    ]
    async with aiohttp.ClientSession(desk.url) as session:
        for text in texts:
            line = tmp_path / "line.jsonl"
            line.write_text(json.dumps({"title": text}), encoding="utf-8")
            matches = desk.rows("match", "--when", "Orbrecht OR 5G OR 华为 OR إيران", str(line))
            query = {"when": "Orbrecht OR 5G OR 华为 OR إيران", "text": text}
            _, page, _ = await ask(session, "/try", params=query, headers=HTML)
            own = page.split('id="own-text"')[1].split("</section>")[0]
            spans = [span for part in matches[0]["evidence"] for span in part["spans"]]
            assert own.count("<mark>") == len(spans), text


@pytest.mark.parametrize("rule", ["orbrecht", "recalls", "strikes"])
async def test_a_patch_applies_and_passes_check(desk: DeskProcess, tmp_path: Path, rule: str) -> None:
    if shutil.which("patch") is None and shutil.which("git") is None:
        pytest.fail("neither patch nor git is there")
    async with aiohttp.ClientSession(desk.url) as session:
        query = {"when": "recalls NEAR/5 (chip OR 'ferry')".replace("'", ""), "rule": rule}
        _, page, _ = await ask(session, "/try", params=query, headers=HTML)
        (link,) = re.findall(r'<a class="patch" href="([^"]+)" download', page)
        _, patch, response = await ask(session, link.replace("&amp;", "&"))
    assert "attachment" in response.headers["Content-Disposition"]
    shutil.copy(desk.folder / "rules.yaml", tmp_path / "rules.yaml")
    (tmp_path / "p").write_text(patch, encoding="utf-8")
    subprocess.run(["git", "apply", "p"], cwd=tmp_path, check=True)
    checked = desk.command("--config", str(tmp_path / "rules.yaml"), "check", "--json")
    changed = (tmp_path / "rules.yaml").read_text("utf-8")
    assert "recalls NEAR/5 (chip OR ferry)" in changed
    assert checked.returncode == (1 if rule == "orbrecht" else 0), "the rule's own test fails, as it should"


async def test_what_a_digest_only_counted_is_not_shown_as_told(desk: DeskProcess) -> None:
    """Above `max_stories` nobody read it: of 129 stories that the page called told, 12 had been."""
    (trade, *_) = (await json_of(desk, "/"))["channels"]
    assert (len(trade["stories"]), trade["counted_only"]) == (10, 2)
    async with aiohttp.ClientSession(desk.url) as session:
        _, page, _ = await ask(session, "/", headers=HTML)
    assert "2 more stories were counted" in page
    assert "10 stories have not arrived there" in page
    assert page.count(">not sent<") == 10


async def test_a_suggestion_is_that_of_the_command(tmp_path: Path) -> None:
    copy = DeskProcess(url="", folder=installation(tmp_path / "copy", recent_news(count=600)))
    with closing(SqliteStore(copy.folder / "wirewatch.db")) as store:
        marks = [
            Mark(
                story=StoryId(int(hit["story"])),
                rule=RuleId("recalls"),
                verdict=MarkVerdict.NOT_RELEVANT if "turbine" in hit["title"] else MarkVerdict.RELEVANT,
                by="U0EDITOR",
                at=clock(),
            )
            for hit in copy.rows("search", "--json", "--limit", "200", "recalls")
        ]
        store.record_workbench(WorkbenchBatch(marks=tuple(marks), at=clock()))
    (expected,) = copy.rows("suggest", "recalls", "--json")
    assert expected["kind"] == "phrase"
    async with served(copy.folder) as session:
        assert json.loads((await ask(session, "/rules/recalls/suggestion", headers=JSON))[1]) == expected
        code, page, _ = await ask(session, "/rules/recalls/suggestion", headers=HTML)
        assert (code, "Take the patch" in page) == (200, True)
        _, patch, _ = await ask(session, "/rules/recalls/suggestion?patch=1")
        assert patch.splitlines()[2:] == copy.command("suggest", "recalls").stdout.splitlines()[2:]
        (copy.folder / "p").write_text(patch, encoding="utf-8")
        subprocess.run(["git", "apply", "p"], cwd=copy.folder, check=True)
        assert copy.command("check").returncode == 0
        (copy.folder / "rules.yaml").write_text("rules: [", encoding="utf-8")
        for path in ("/rules/recalls/suggestion", "/try.patch?when=a&rule=recalls"):
            assert (await ask(session, path, headers=HTML))[0] == 409, "a broken file takes no patch"
        assert (await ask(session, "/rules/nobody/suggestion"))[0] == 404


async def test_an_outlet_is_called_as_digests_call_it(tmp_path: Path) -> None:
    """`first: herald` stood there, the id, where the digest had the name that people gave the feed."""
    folder = installation(tmp_path / "desk")
    feeds, settings, rest = (folder / "rules.yaml").read_text("utf-8").partition("settings:")
    named = re.sub(r"id: (\w+)", r"id: \1, name: \1 Herald", feeds)
    (folder / "rules.yaml").write_text(named + settings + rest, "utf-8")
    async with served(folder) as session:
        (channel, *_) = json.loads((await ask(session, "/", headers=JSON))[1])["channels"]
        assert channel["stories"]
        for story in channel["stories"]:
            assert story["sources"].endswith(" Herald")
            report = json.loads((await ask(session, f"/stories/{story['id']}", headers=JSON))[1])
            assert report["story"]["sources"] == story["sources"]
        # On the pages report by report, too: there stood the id.
        added = "/try?when=Orbrecht+OR+recalls+OR+chip&rule=orbrecht"
        for path in (
            f"/stories/{channel['stories'][0]['id']}",
            "/search?q=Orbrecht",
            "/rules/orbrecht",
            added,
            "/review",
        ):
            page = (await ask(session, path, headers=HTML))[1]
            outlets = re.findall(r"</time> · ([^<·]+?)(?: · |</p>)", page)
            assert outlets
            assert [name for name in outlets if not name.endswith(" Herald")] == []


async def test_how_a_feed_was_polled_in_seven_days(tmp_path: Path) -> None:
    folder = installation(tmp_path / "desk")
    now = clock().replace(minute=30)
    week = PolledWeek()
    for back, is_good in ((30, True), (29, False), (29, True), (3, False), (2, True), (1, True)):
        week = with_poll(week, now - timedelta(hours=back), is_good=is_good)
    with closing(SqliteStore(folder / "wirewatch.db")) as store:
        store.add_feeds([feed_state("alder", week=week)])
    async with served(folder) as session:
        feed = json.loads((await ask(session, "/feeds/alder", headers=JSON))[1])
        assert sum(day["asked"] for day in feed["days"]) == 5
        assert sum(len(day["failed"]) for day in feed["days"]) == 2
        london = ZoneInfo("Europe/London")
        bad = [(now - timedelta(hours=back)).astimezone(london) for back in (29, 3)]
        failed = {(f"{at:%a %d %b}", at.hour) for at in bad}
        assert {(day["day"], hour) for day in feed["days"] for hour in day["failed"]} == failed
        _, page, _ = await ask(session, "/feeds/alder", headers=HTML)
        assert "some failed at" in page
        assert "all failed at" in page
        _, page, _ = await ask(session, "/feeds", headers=HTML)
        assert page.count("failed in 2 hours") == 1
