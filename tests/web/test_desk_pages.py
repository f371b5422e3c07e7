"""Bad input, other databases, broken files, sizes: pages of the desk whatever comes."""

from __future__ import annotations

import html
import json
import re
import shutil
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from bot.app import clock
from bot.model import Entry, FeedId, OutletId
from bot.store import SqliteStore, open_store
from bot.store.copies import copy_store
from tests.builders import delivery
from tests.web.desks import installation
from tests.web.visits import HTML, JSON, ask, served

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
"""Of entries, feeds and messages: several pages of each."""
RULES = 40
"""Several pages of them, too: each page tries all rules on all entries."""


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
        f"  - {{id: rule-{number}, when: 'Orbrecht OR word{number}', to: trade}}\n" for number in range(RULES)
    )
    channels = 'channels:\n  trade: {slack: "#trade", digest: {every: 15m}}\n'
    folder = installation(tmp_path / "desk", much_news(), f"{channels}rules:\n{rules}")
    text = (folder / "rules.yaml").read_text("utf-8")
    more = "".join(f"  - {{url: 'https://feed{number}.example/rss', id: feed-{number}}}\n" for number in range(MANY))
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
                assert all(f'/rules/rule-{number}"' in seen for number in range(RULES)), (
                    "every rule is on one of the pages"
                )
            if first == "/feeds":
                assert all(f'/feeds/feed-{number}"' in seen for number in range(MANY))
            if first == "/stories/2":
                ids = re.findall(r'id="entry-(\d+)"', seen)
                assert len(ids) == len(set(ids)) > 20, "every report once"


async def test_pages_ask_no_other_host(folder: Path) -> None:
    async with served(folder) as session:
        paths = ("/", "/search?q=Orbrecht", "/rules", "/rules/orbrecht", "/try?when=recalls", "/feeds", "/feeds/alder")
        for path in (*paths, "/review", "/outbox", "/stories/1"):
            _, page, _ = await ask(session, path, headers=HTML)
            assert not re.findall(r'(?:src|href)="(?:https?:)?//(?!\w+\.example)', page)
