"""The desk over HTTP: who may see what, and that it says what commands say."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from aiohttp import web

from bot.app import Environment, clock
from bot.core.polling import with_poll
from bot.model import Entry, FeedId, Mark, MarkVerdict, OutletId, PolledWeek, RuleId, StoryId, WorkbenchBatch
from bot.store import SqliteStore, open_store
from bot.store.copies import copy_store
from bot.web.app import make_app, make_runner
from tests.builders import delivery, feed_state
from tests.web.desks import DeskProcess, desk_process, installation, recent_news

JSON = {"Accept": "application/json"}
HTML = {"Accept": "text/html"}
TOKEN = "geheim-und-lang"
_PATIENCE = 60.0
"""Seconds: on a busy machine a page that is asked for here comes late, and not with the word that it is on its way."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installation(tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def desk(folder: Path) -> Iterator[DeskProcess]:
    with desk_process(folder) as running:
        yield running


@asynccontextmanager
async def served(folder: Path, **variables: str) -> AsyncIterator[aiohttp.ClientSession]:
    env = Environment.read({"STATE_DIR": str(folder), "WIREWATCH_CONFIG": str(folder / "rules.yaml"), **variables})
    runner = make_runner(env, patience=_PATIENCE)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    jar = aiohttp.CookieJar(unsafe=True)
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{runner.addresses[0][1]}", cookie_jar=jar) as session:
            yield session
    finally:
        await runner.cleanup()


async def ask(session: aiohttp.ClientSession, path: str, **options: Any) -> tuple[int, str, aiohttp.ClientResponse]:
    options.setdefault("allow_redirects", False)
    method = options.pop("method", "GET")
    async with session.request(method, path, **options) as response:
        return response.status, await response.text(), response


# --- the same as the commands -------------------------------------------------------------------------------------


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
            assert '<pre id="mistake"' in page
            assert "^" in page


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


async def test_how_a_feed_was_polled_in_seven_days(tmp_path: Path) -> None:
    folder = installation(tmp_path / "desk", recent_news())
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


# --- doors ----------------------------------------------------------------------------------------------------------

OPEN = {"/healthz", "/login", "/static/{filename}"}


def routes() -> list[tuple[str, str]]:
    app = make_app(Environment.read({"WEB_TOKEN": TOKEN, "PUBLIC_URL": "https://desk.example/wire"}))
    return [
        (route.method, (route.resource.canonical if route.resource else ""))
        for route in app.router.routes()
        if route.method != "HEAD"
    ]


def test_the_list_of_routes_is_whole() -> None:
    paths = {path for _, path in routes()}
    assert {path for path in paths if not path.startswith("/wire")} == {
        *(
            "/",
            "/search",
            "/stories/{id}",
            "/rules",
            "/rules/{id}",
            "/rules/{id}/suggestion",
            "/rules/{id}.atom",
            "/channels/{id}.atom",
            "/try",
        ),
        *("/try.patch", "/review", "/feeds", "/feeds/{id}", "/outbox", "/login", "/logout", "/healthz", "/metrics"),
        "/static",
    }
    assert {f"/wire{path}" for path in paths if not path.startswith("/wire")} <= {*paths, "/wire/"}


async def test_every_route_is_closed_without_the_password(folder: Path) -> None:
    async with served(folder, WEB_TOKEN=TOKEN) as session:
        for method, path in routes():
            if path.startswith("/wire") or path in OPEN or path == "/static":
                continue
            place = path.replace("{id}", "1")
            for headers in ({}, HTML, {"Cookie": "wirewatch=1700000000.ffff"}, {"Authorization": "Bearer x"}):
                code, _, response = await ask(session, place, method=method, headers=headers)
                if code == 303:
                    assert response.headers["Location"].startswith("/login")
                else:
                    assert code in (401, 429), (method, path, code)
        for path in ("/healthz", "/login", "/static/desk.css", "/static/desk.js"):
            assert (await ask(session, path))[0] == 200
        assert (await ask(session, "/channels/trade.atom?key=0"))[0] in (401, 429)


async def log_in(session: aiohttp.ClientSession, password: str = TOKEN, **options: Any) -> tuple[int, Any]:
    code, _, response = await ask(session, "/login", method="POST", data={"password": password, **options})
    return code, response


async def test_logging_in_and_out(folder: Path) -> None:
    async with served(folder, WEB_TOKEN=TOKEN) as session:
        code, response = await log_in(session, next="/feeds?x=1")
        assert (code, response.headers["Location"]) == (303, "/feeds?x=1")
        cookie = response.headers["Set-Cookie"]
        assert all(word in cookie for word in ("HttpOnly", "SameSite=Lax", "Max-Age=2592000", "Path=/"))
        assert TOKEN not in cookie
        assert (await ask(session, "/feeds"))[0] == 200
        value = cookie.partition("=")[2].partition(";")[0]
        assert (await ask(session, "/logout", method="POST", headers={"Sec-Fetch-Site": "same-origin"}))[0] == 303
        assert (await ask(session, "/feeds"))[0] == 401
    async with served(folder, WEB_TOKEN=TOKEN + "2") as session:
        assert (await ask(session, "/feeds", headers={"Cookie": f"wirewatch={value}"}))[0] == 401, "void with the token"


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "/\nx", "javascript:1"]
)
async def test_logging_in_leads_to_pages_of_ours(folder: Path, target: str) -> None:
    async with served(folder, WEB_TOKEN=TOKEN) as session:
        assert (await log_in(session, next=target))[1].headers["Location"] == "/"


async def test_behind_https_the_cookie_is_bound_to_the_host(folder: Path) -> None:
    async with served(folder, WEB_TOKEN=TOKEN, PUBLIC_URL="https://desk.example/wire") as session:
        headers = {"Host": "desk.example", "X-Forwarded-Proto": "https"}
        _, _, response = await ask(session, "/wire/login", method="POST", data={"password": TOKEN}, headers=headers)
        cookie = response.headers["Set-Cookie"]
        assert cookie.startswith("__Host-wirewatch=")
        assert "Secure" in cookie
        assert response.headers["Location"] == "/wire/"
        sent = {**headers, "Cookie": cookie.partition(";")[0]}
        for prefix in ("", "/wire"):
            code, page, _ = await ask(session, f"{prefix}/", headers={**HTML, **sent})
            assert code == 200
            links = re.findall(r'(?:href|src|action)="(/[^"]*)"', page)
            assert links
            assert all(link.startswith("/wire/") for link in links), "PUBLIC_URL's path stands before every link"
        code, _, response = await ask(session, "/feeds", headers={**HTML, **headers})
        assert (code, response.headers["Location"]) == (303, "/wire/login?next=%2Ffeeds")


async def test_ten_wrong_passwords_a_minute_and_no_more(folder: Path) -> None:
    async with served(folder, WEB_TOKEN=TOKEN) as session:
        for number in range(10):
            headers = {"X-Forwarded-For": f"10.0.0.{number}"}
            assert (await ask(session, "/login", method="POST", data={"password": "x"}, headers=headers))[0] == 401
        assert (await log_in(session))[0] == 429, "not even the right one"


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({}, 303),
    ],
)
async def test_only_our_own_pages_can_say_something(folder: Path, headers: dict[str, str], code: int) -> None:
    async with served(folder) as session:
        page = json.loads((await ask(session, "/review", headers=JSON))[1])
        item = page["samples"][0]
        data = {"story": item["id"], "rule": item["rule"], "verdict": "relevant"}
        assert (await ask(session, "/review", method="POST", data=data, headers=headers))[0] == code
        if code == 303:
            undo = {"story": item["id"], "rule": item["rule"], "undo": "1"}
            assert (await ask(session, "/review", method="POST", data=undo))[0] == 303


async def test_what_is_said_is_a_mark_and_a_sample_where_it_was_asked(folder: Path, desk: DeskProcess) -> None:
    async with served(folder) as session:
        page = json.loads((await ask(session, "/review", headers=JSON))[1])
        asked, missed = page["samples"][0], page["missed"][0]
        for item, kind in ((asked, "sample"), (missed, "volunteered")):
            data = {"story": item["id"], "rule": item["rule"], "verdict": "not_relevant"}
            for _ in range(2):
                assert (await ask(session, "/review", method="POST", data=data))[0] == 303
            marks = [row for row in desk.rows("marks", "--json") if row["by"] == "desk"]
            assert [(row["id"], row["rule"], row["verdict"], row["kind"]) for row in marks] == [
                (item["id"], item["rule"], "not_relevant", kind)
            ]
            undo = {"story": item["id"], "rule": item["rule"], "undo": "1"}
            assert (await ask(session, "/review", method="POST", data=undo))[0] == 303
            assert all(row["by"] != "desk" for row in desk.rows("marks", "--json"))


async def test_read_only_means_nothing_can_be_said(folder: Path) -> None:
    async with served(folder, READ_ONLY="1") as session:
        data = {"story": "1", "rule": "orbrecht", "verdict": "relevant"}
        assert (await ask(session, "/review", method="POST", data=data))[0] == 403
        assert 'name="verdict"' not in (await ask(session, "/review", headers=HTML))[1]


async def test_a_get_changes_nothing(folder: Path) -> None:
    async with served(folder) as session:
        for path in ("/logout", "/review?story=1&rule=orbrecht&verdict=relevant"):
            assert (await ask(session, path))[0] in (200, 405)
        assert (await ask(session, "/logout"))[0] == 405


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "desk.example.evil.example"])
async def test_a_foreign_host_name_is_refused(folder: Path, host: str) -> None:
    for variables in ({}, {"WEB_TOKEN": TOKEN}, {"WEB_TOKEN": TOKEN, "PUBLIC_URL": "https://desk.example"}):
        async with served(folder, **variables) as session:
            headers = {"Host": host, "Authorization": f"Bearer {TOKEN}"}
            assert (await ask(session, "/", headers=headers))[0] == 403


async def test_an_atom_key_opens_its_own_feed_alone(folder: Path) -> None:
    async with served(folder, WEB_TOKEN=TOKEN) as session:
        _, page, _ = await ask(session, "/", headers={**HTML, "Authorization": f"Bearer {TOKEN}"})
        (link,) = re.findall(r'href="(/channels/trade\.atom\?key=\w+)"', page)
        code, feed, response = await ask(session, link)
        assert code == 200
        assert response.content_type == "application/atom+xml"
        assert feed.count("<entry>") == 12
        key = link.partition("?")[2]
        for other in ("/", "/rules/orbrecht.atom", "/channels/ops.atom", "/outbox"):
            assert (await ask(session, f"{other}?{key}"))[0] == 401
        assert TOKEN not in page


async def test_pages_bear_the_headers_that_guard_them(folder: Path) -> None:
    async with served(folder) as session:
        for path in ("/", "/search?q=(", "/stories/0", "/nowhere", "/static/desk.js"):
            _, _, response = await ask(session, path, headers=HTML)
            policy = response.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'")
            assert "unsafe" not in policy
            assert "require-trusted-types-for 'script'" in policy
            assert response.headers["Referrer-Policy"] == "same-origin"
            assert response.headers["X-Content-Type-Options"] == "nosniff"


# --- bad input ------------------------------------------------------------------------------------------------------

BAD = {
    "an expression of 7 KB": ("/search?q=" + "a" * 7_000, 200),
    "an expression of 100 KB": ("/search?q=" + "a" * 100_000, 400),
    "an article in Russian": ("/try?when=a&text=" + quote("Совет порта собрался. " * 800), 200),
    "a text without end": ("/try?when=a&text=" + "a" * 100_000, 400),
    "a page beyond the end": ("/search?q=Orbrecht&before=0", 200),
    "a cursor of nobody": ("/search?q=Orbrecht&before=x", 400),
    "a cursor without end": ("/search?q=Orbrecht&before=" + "9" * 60, 400),
    "no date": ("/search?q=Orbrecht&since=gestern", 400),
    "no such story": ("/stories/99999999", 404),
    "no number": ("/stories/abc", 404),
    "a number without end": ("/stories/" + "9" * 60, 404),
    "no such rule": ("/rules/nobody", 404),
    "no such feed": ("/feeds/nobody", 404),
    "no such channel": ("/channels/nobody.atom", 404),
    "days that are none": ("/try?when=a&days=-1", 400),
    "days without end": ("/try?when=a&days=99999999999999", 400),
    "a rule of nobody": ("/try?when=a&rule=nobody", 400),
    "a patch of nothing": ("/try.patch?when=%28&rule=recalls", 400),
    "a patch of no rule": ("/try.patch?when=a&rule=nobody", 404),
    "half a character": ("/search?q=%ff%fe", 400),
}


@pytest.mark.parametrize(("path", "code"), BAD.values(), ids=BAD)
async def test_bad_input_gets_a_clear_word(folder: Path, path: str, code: int) -> None:
    async with served(folder) as session:
        for headers in (HTML, JSON):
            status, text, _ = await ask(session, path, headers=headers)
            assert status == code, text
            assert "Traceback" not in text


async def test_both_databases_say_the_same(folder: Path, postgres_url: str) -> None:
    with closing(SqliteStore(folder / "wirewatch.db")) as store, closing(open_store(postgres_url)) as other:
        other.migrate()
        copy_store(store, other)
    paths = (
        "/",
        "/search?q=Orbrecht+NOT+chip",
        "/stories/1",
        "/rules",
        "/rules/recalls",
        "/try?when=recalls&rule=strikes",
    )
    async with served(folder) as session, served(folder, DATABASE_URL=postgres_url) as of_postgres:
        for path in (*paths, "/review", "/feeds", "/feeds/alder", "/outbox", "/channels/trade.atom"):
            (code, here, _), (other_code, there, _) = [
                await ask(one, path, headers=JSON) for one in (session, of_postgres)
            ]
            assert (code, other_code) == (200, 200), path
            rows, other_rows = json.loads(here), json.loads(there)
            if path == "/":
                del rows["since"], other_rows["since"]
            assert rows == other_rows, path


async def test_a_store_that_goes_away_and_comes_back(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    file = tmp_path / "copy" / "wirewatch.db"
    async with served(tmp_path / "copy") as session:
        assert (await ask(session, "/", headers=HTML))[0] == 200
        file.rename(tmp_path / "away")
        for path in ("/", "/search?q=a", "/rules"):
            code, page, _ = await ask(session, path, headers=HTML)
            assert (code, "No archive yet" in page) == (503, True)
        (tmp_path / "away").rename(file)
        assert (await ask(session, "/", headers=HTML))[0] == 200


async def test_while_the_rules_file_is_broken_the_rules_in_force_are_shown(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    async with served(tmp_path / "copy") as session:
        (tmp_path / "copy" / "rules.yaml").write_text("rules: [", encoding="utf-8")
        code, page, _ = await ask(session, "/rules", headers=HTML)
        assert code == 200
        assert "orbrecht" in page


MANY = 150


def much_news() -> list[Entry]:
    """One story that everybody has, and many; in Chinese, which takes three bytes a character."""
    at = clock() - timedelta(hours=10)
    story = "Orbrecht 赢得卡斯霍尔姆港口的第五代移动通信合同" + "，工会表示抗议" * 60
    return [
        Entry(
            title=story if number % 3 else f"Orbrecht {number} " + "号工厂在罢工后重新开放" * 80,
            summary="董事会星期一开会讨论。" * 80 + str(number),
            feed=FeedId("alder"),
            source=OutletId(f"outlet{number}.example"),
            guid=str(number),
            url=f"https://outlet{number}.example/{number}",
            seen_at=at + timedelta(minutes=number),
        )
        for number in range(MANY)
    ]


async def test_pages_stay_small_whatever_they_show(tmp_path: Path) -> None:
    rules = "".join(
        f"  - {{id: rule-{number}, when: 'Orbrecht OR word{number}', to: trade}}\n" for number in range(MANY)
    )
    channels = 'channels:\n  trade: {slack: "#trade", digest: {every: 15m}}\n'
    folder = installation(tmp_path / "desk", much_news(), f"{channels}rules:\n{rules}")
    text = (folder / "rules.yaml").read_text("utf-8")
    more = "".join(
        f"  - {{url: 'https://feed{number}.example/rss', id: feed-{number}}}\n" for number in range(3 * MANY)
    )
    (folder / "rules.yaml").write_text(text.replace("feeds:\n", f"feeds:\n{more}"), encoding="utf-8")
    with closing(SqliteStore(folder / "wirewatch.db")) as store:
        store.add_deliveries([delivery(f"row{number}", channel="trade") for number in range(MANY)])
    async with served(folder) as session:
        for first in (
            "/",
            "/search?q=Orbrecht",
            "/rules",
            "/rules/rule-1",
            "/feeds",
            "/outbox",
            "/stories/2",
            "/review",
        ):
            path, pages, seen = first, 0, ""
            while path and pages < 80:
                code, page, _ = await ask(session, path, headers=HTML)
                assert code == 200, path
                assert len(page.encode()) <= 100_000, (path, len(page.encode()))
                further = re.findall(r'<a rel="next" href="([^"]+)"', page)
                path, pages, seen = html.unescape(further[0]) if further else "", pages + 1, seen + page
            if first == "/rules":
                assert all(f'/rules/rule-{number}"' in seen for number in range(MANY)), (
                    "every rule is on one of the pages"
                )
            if first == "/feeds":
                assert all(f'/feeds/feed-{number}"' in seen for number in range(3 * MANY))
            if first == "/stories/2":
                ids = re.findall(r'id="entry-(\d+)"', seen)
                assert len(ids) == len(set(ids)) > 20, "every report once"


async def test_pages_ask_no_other_host(folder: Path) -> None:
    async with served(folder) as session:
        paths = ("/", "/search?q=Orbrecht", "/rules", "/rules/orbrecht", "/try?when=recalls", "/feeds", "/feeds/alder")
        for path in (*paths, "/review", "/outbox", "/stories/1"):
            _, page, _ = await ask(session, path, headers=HTML)
            assert not re.findall(r'(?:src|href)="(?:https?:)?//(?!\w+\.example)', page)
