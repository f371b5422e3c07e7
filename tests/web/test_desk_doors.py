"""Who may see what on the desk, and who may say something."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.app import Environment
from bot.web.app import make_app
from tests.web.desks import DeskProcess
from tests.web.visits import HTML, JSON, ask, served

TOKEN = "geheim-und-lang"


OPEN = {"/healthz", "/healthz/", "/login", "/static/{filename}"}


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
            "/rules/{id}/",
            "/rules/{id}/suggestion",
            "/rules/{id}.atom",
            "/channels/{id}.atom",
            "/try",
        ),
        *(
            "/try.patch",
            "/review",
            "/feeds",
            "/feeds/{id}",
            "/outbox",
            "/login",
            "/logout",
            "/healthz",
            "/healthz/",
            "/metrics",
        ),
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


async def test_a_window_that_answers_late_is_told_what_stands(folder: Path) -> None:
    """Two windows show one item: the second answer to a sample changes nothing, and its window says so."""
    async with served(folder) as session:
        first, second = json.loads((await ask(session, "/review", headers=JSON))[1])["samples"][:2]
        said = ""
        for item, verdict in ((first, "not_relevant"), (second, "relevant"), (first, "relevant")):
            data = {"story": item["id"], "rule": item["rule"], "verdict": verdict}
            _, _, answer = await ask(session, "/review", method="POST", data=data)
            page = (await ask(session, answer.headers["Location"], headers=HTML))[1]
            said = re.sub(r"<[^>]+>", "", page.partition('role="status">')[2].partition("<input")[0]).strip()
        assert said == f"Said: “{first['title']}” is not relevant for {first['rule']}."
        for item in (first, second):
            undo = {"story": item["id"], "rule": item["rule"], "undo": "1"}
            assert (await ask(session, "/review", method="POST", data=undo))[0] == 303


async def test_what_somebody_else_has_answered_is_said_with_the_name(folder: Path, desk: DeskProcess) -> None:
    async with served(folder) as session:
        item = json.loads((await ask(session, "/review", headers=JSON))[1])["samples"][0]
        place = f"/review?story={item['id']}&rule={item['rule']}"
        desk.command("mark", item["id"], item["rule"], "relevant", "--by", "bo")
        page = (await ask(session, place, headers=HTML))[1]
        desk.command("mark", item["id"], item["rule"], "relevant", "--by", "bo", "--undo")
        assert "Said before, by bo" in page
        assert "Undo <kbd>" not in page


async def test_a_form_that_is_sent_after_the_log_in_has_ended_leads_to_it(folder: Path) -> None:
    """The browser showed a fault of its own, or asked for a name and password."""
    async with served(folder, WEB_TOKEN=TOKEN) as session:
        data = {"story": "1", "rule": "orbrecht", "verdict": "relevant"}
        code, _, response = await ask(session, "/review", method="POST", data=data, headers=HTML)
        assert (code, response.headers["Location"]) == (303, "/login?next=%2Freview&lost=1")
        assert "is not kept" in (await ask(session, response.headers["Location"], headers=HTML))[1]
        assert (await ask(session, "/review", method="POST", data=data))[0] == 401, "programs hear a number"


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
