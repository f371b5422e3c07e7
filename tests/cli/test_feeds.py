"""`feeds list|test|import|export`: the real command, against a hostile server on loopback."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from click.testing import CliRunner

from bot.cli import wirewatch as command_line
from bot.core.parse.opml import read_opml
from bot.errors import WirewatchError
from tests import starts
from tests.builders import rss, rss_item
from tests.fetch.hostile import FEED, Hostile, answer, hostile, not_modified, redirect, status

RULES = "settings:\n  allow_private_hosts: true\n  fetch: {{per_host: 0s}}\nfeeds:\n{feeds}rules:\n  - Story\n"


async def wirewatch(folder: Path, *arguments: str, environ: dict[str, str] | None = None) -> tuple[int, str, str]:
    """Runs the command on `folder`; exit code, stdout, stderr. `run` needs a process of its own for its signals."""
    variables = {
        name: value for name, value in os.environ.items() if not name.startswith(("SLACK", "WIRE", "DATABASE"))
    }
    variables |= environ or {}
    arguments = ("--config", str(folder / "rules.yaml"), "--state", str(folder / "state"), *arguments)
    if "run" in arguments:
        done = await asyncio.to_thread(partial(starts.run, *arguments, cwd=folder, env=variables))
        return done.returncode, done.stdout, done.stderr
    result = await asyncio.to_thread(CliRunner(env=variables).invoke, command_line, arguments)
    if isinstance(result.exception, WirewatchError):
        return result.exception.exit_code, result.stdout, str(result.exception)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def write_rules(folder: Path, *feeds: str) -> None:
    feeds = feeds or ("https://news.example/feed",)
    (folder / "rules.yaml").write_text(RULES.format(feeds="".join(f"  - {feed}\n" for feed in feeds)))


@pytest.fixture
async def server() -> AsyncIterator[Hostile]:
    async with hostile() as running:
        yield running


async def test_secrets_written_into_an_address_are_not_told(tmp_path: Path, server: Hostile) -> None:
    """By the list, its errors, and where it says that it has moved: others than who wrote the file read them, too."""
    server.serve("/old?api_key=LITERAL3", redirect("/new?token=LITERAL1"))
    server.serve("/new?token=LITERAL1", answer(FEED))
    secret = server.url("/old").replace("://", "://me:LITERAL2@") + "?api_key=LITERAL3"
    write_rules(tmp_path, secret)
    for arguments in (["run", "--once"], ["run", "--once"], ["feeds", "list", "--json"], ["feeds", "test", secret]):
        code, out, err = await wirewatch(tmp_path, *arguments)
        assert code == 0, err
        assert "LITERAL" not in out + err, arguments
    (row,) = json.loads((await wirewatch(tmp_path, "feeds", "list", "--json"))[1])
    assert row["url"].endswith("/old?api_key=***")
    assert row["state"] == "ok"


async def test_list_before_and_after_a_run(tmp_path: Path, server: Hostile) -> None:
    good = server.serve("/good", answer(FEED, 'ETag: "1"'), not_modified())
    moved = server.serve("/old", redirect("/good2"))
    server.serve("/good2", answer(rss(rss_item(3), rss_item(4))))
    bad = server.serve("/bad", status(503))
    page = server.serve("/page", answer("<html><body>hello</body></html>", kind="text/html"))
    blocked = server.serve("/blocked", status(403, "cf-mitigated: challenge"))
    write_rules(tmp_path, f'{{url: "{good}", id: good, every: 10m}}', moved, bad, page, blocked)
    code, out, _ = await wirewatch(tmp_path, "feeds", "list", "--json")
    assert (code, [row["state"] for row in json.loads(out)]) == (0, ["new"] * 5)
    assert not (tmp_path / "state").exists()
    assert (await wirewatch(tmp_path, "run", "--once"))[0] == 0
    code, out, _ = await wirewatch(tmp_path, "feeds", "list", "--json")
    rows = json.loads(out)
    assert code == 0
    assert set(rows[0]) == {
        *("id", "url", "name", "state", "status", "error", "entries"),
        *("last_ok", "next_due", "failures", "interval_s", "moved_to", "lag_s"),
    }
    assert [row["state"] for row in rows] == ["ok", "ok", "failing", "failing", "blocked"]
    assert [row["status"] for row in rows] == [200, 200, 503, 200, 403]
    assert [row["failures"] for row in rows] == [0, 0, 1, 1, 1]
    assert (rows[0]["id"], rows[0]["interval_s"], rows[0]["entries"]) == ("good", 600, 2)
    assert rows[1]["moved_to"] == server.url("/good2")
    assert "not a feed" in rows[3]["error"]
    code, out, _ = await wirewatch(tmp_path, "feeds", "list")
    assert code == 0
    assert "5 feeds, 3 with problems" in out


async def test_a_feed_is_tried(tmp_path: Path, server: Hostile) -> None:
    write_rules(tmp_path)
    item = rss_item(1, title="Bold &lt;b&gt;move&lt;/b&gt;", link="/a", date="Tue, 24 Nov 2026 10:00:00 GMT")
    body = rss(item, rss_item(2, title="Déjà vu à São Tomé"))
    url = server.serve("/feed", answer(body, kind="text/xml; charset=iso-8859-1"))
    code, out, _ = await wirewatch(tmp_path, "feeds", "test", url, "--json")
    report = json.loads(out)
    assert code == 0
    assert {"url", "feed_url", "format", "title", "entries", "problems"} <= set(report)
    assert (report["url"], report["feed_url"], report["format"], report["title"]) == (url, url, "rss20", "News")
    entry, other = report["entries"]
    assert other["title"] == "Déjà vu à São Tomé"
    assert (entry["guid"], entry["url"], entry["title"]) == ("id-1", server.url("/a"), "Bold move")
    assert (entry["summary"], entry["published"]) == ("About story 1.", "2026-11-24T10:00:00+00:00")
    assert report["problems"] == [
        "contradicting character sets: the header says iso-8859-1, the document utf-8; read as utf-8"
    ]


async def test_the_feed_of_a_page_is_found(tmp_path: Path, server: Hostile) -> None:
    write_rules(tmp_path)
    page = '<html><head><link rel="alternate" type="application/rss+xml" href="/rss"></head></html>'
    url = server.serve("/", answer(page, kind="text/html"))
    server.serve("/rss", answer(FEED))
    code, out, _ = await wirewatch(tmp_path, "feeds", "test", url, "--json")
    report = json.loads(out)
    assert (code, report["url"], report["feed_url"], len(report["entries"])) == (0, url, server.url("/rss"), 2)
    assert "not a feed" in report["problems"][0]


async def test_a_usual_place_is_tried_where_a_page_names_no_feed(tmp_path: Path, server: Hostile) -> None:
    write_rules(tmp_path)
    url = server.serve("/news", answer("<html><body>News</body></html>", kind="text/html"))
    server.serve("/atom.xml", answer(FEED))
    code, out, _ = await wirewatch(tmp_path, "feeds", "test", url)
    assert code == 0
    assert server.url("/atom.xml") in out


@pytest.mark.parametrize("path", ["/page", "/absent", "/empty"])
async def test_no_feed_is_a_no(tmp_path: Path, server: Hostile, path: str) -> None:
    write_rules(tmp_path)
    server.serve("/page", answer("<html><body>News</body></html>", kind="text/html"))
    server.serve("/empty", answer(""))
    code, out, _ = await wirewatch(tmp_path, "feeds", "test", server.url(path), "--json")
    report = json.loads(out)
    assert (code, report["entries"], report["feed_url"]) == (1, [], None)
    assert report["problems"]


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\u009b31m"], ids=["right to left", "isolated", "a colour"])
async def test_a_title_writes_over_nothing_on_the_terminal(tmp_path: Path, server: Hostile, sign: str) -> None:
    write_rules(tmp_path)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"News {sign}",
        "items": [{"id": "1", "title": sign + "Port"}],
    }
    url = server.serve("/feed", answer(json.dumps(feed), kind="application/feed+json"))
    code, out, _ = await wirewatch(tmp_path, "feeds", "test", url)
    assert (code, sign[0] in out) == (0, False)
    assert "Port" in out


async def test_a_private_address_is_refused_by_default(tmp_path: Path, server: Hostile) -> None:
    url = server.serve("/feed", answer(FEED))
    (tmp_path / "rules.yaml").unlink(missing_ok=True)
    code, out, _ = await wirewatch(tmp_path, "feeds", "test", url)
    assert (code, server.asked) == (1, [])
    assert "allow_private_hosts" in out


async def test_import_and_export(tmp_path: Path) -> None:
    write_rules(tmp_path, "https://a.example/x  # mine")
    before = (tmp_path / "rules.yaml").read_text()
    opml = (
        '<opml version="1.0"><body><outline text="Tech"><outline text="C" xmlUrl="https://c.example/z"/>'
        '<outline text="A" xmlUrl="HTTPS://A.example/x"/></outline><outline text="bad" xmlUrl="ftp://x"/></body></opml>'
    )
    (tmp_path / "list.opml").write_text(opml)
    code, out, _ = await wirewatch(tmp_path, "feeds", "import", str(tmp_path / "list.opml"), "--json")
    assert (code, json.loads(out)) == (0, {"added": 1, "skipped": 1, "refused": 1})
    after = (tmp_path / "rules.yaml").read_text()
    assert [line for line in after.splitlines() if "c.example" not in line] == before.splitlines()
    assert (await wirewatch(tmp_path, "check"))[0] == 0
    code, out, _ = await wirewatch(tmp_path, "feeds", "import", str(tmp_path / "list.opml"))
    assert (code, (tmp_path / "rules.yaml").read_text()) == (0, after)
    assert "0 added" in out
    code, out, _ = await wirewatch(tmp_path, "feeds", "export")
    assert code == 0
    assert [(feed.name, feed.url) for feed in read_opml(out.encode())] == [
        ("a.example", "https://a.example/x"),
        ("C", "https://c.example/z"),
    ]


async def test_what_is_refused_is_told_why(tmp_path: Path) -> None:
    """Who moves with an export of ours loses the feeds with variables, and heard that they were no http addresses."""
    write_rules(tmp_path, "https://a.example/x")
    written = ("https://b.example/?key=${KEY}", "ftp://c.example/", "")
    lines = "".join(f'<outline type="rss" text="N" xmlUrl="{one}"/>' for one in written)
    (tmp_path / "list.opml").write_text(f'<opml version="1.0"><body>{lines}</body></opml>')
    code, _, err = await wirewatch(tmp_path, "feeds", "import", str(tmp_path / "list.opml"))
    assert code == 0
    assert [line.partition("refused: ")[2] for line in err.splitlines() if "refused: " in line] == [
        "'https://b.example/?key=${KEY}' names a variable, which no list may: add it by hand, below `feeds:`",
        "'ftp://c.example/' is no http or https address",
        "'N' has no address",
    ]


@pytest.mark.parametrize("data", ["no opml", '<!DOCTYPE opml [<!ENTITY a "b">]><opml/>', "<html/>"])
async def test_what_is_no_opml_leaves_the_rules_file_alone(tmp_path: Path, data: str) -> None:
    write_rules(tmp_path, "https://a.example/x")
    before = (tmp_path / "rules.yaml").read_bytes()
    (tmp_path / "list.opml").write_text(data)
    code, out, err = await wirewatch(tmp_path, "feeds", "import", str(tmp_path / "list.opml"))
    assert (code, out) == (2, "")
    assert "OPML" in err
    assert (tmp_path / "rules.yaml").read_bytes() == before


SECRET, ENCODED = "hush-hush9", "hush%2Fhush%20%C3%A9"


async def test_no_secret_of_a_feed_is_shown_anywhere(tmp_path: Path, server: Hostile) -> None:
    """A key in the query, the path, the login, the host or a header; followed, moved, refused, echoed, not a feed."""
    relative = rss("<item><title>Story of today</title><link>rel</link><guid>a</guid></item>")
    page = f"<html><title>no such key: {ENCODED} Bearer {SECRET}</title></html>"
    key = f"?key={ENCODED}"
    paths = {
        "query": server.serve(f"/feed{key}", answer(relative)),
        "path": server.serve(f"/{ENCODED}/feed", answer(relative)),
        "login": server.serve("/feed", answer(relative)).replace("//", f"//me:{ENCODED}@"),
        "moved": server.serve(f"/old{key}", redirect(f"/feed{key}")),
        "round": server.serve(f"/round{key}", redirect(f"/round{key}")),
        "page": server.serve(f"/page{key}", answer(page, "Content-Type: text/html")),
        "refused": server.serve(f"/no{key}", status(404)),
        "cut": server.serve(f"/cut{key}", answer("<rss><channel>")),
        "nowhere": f"http://127.0.0.1:1/feed{key}",
        "host": f"http://{SECRET}.invalid/feed",
    }
    written = {id: url.replace(ENCODED, "${KEY}").replace(SECRET, "${HOST}") for id, url in paths.items()}
    header = 'headers: {Authorization: "Bearer ${HOST}"}'
    feeds = [f'{{id: {id}, url: "{url}"{f", {header}" if id == "page" else ""}}}' for id, url in written.items()]
    write_rules(tmp_path, *feeds, '"${WHOLE}"')
    environ = {"KEY": ENCODED, "HOST": SECRET, "WHOLE": f"http://127.0.0.1:1/{SECRET}/feed"}
    commands = [
        ("check",),
        ("run", "--once"),
        ("status",),
        ("status", "--json"),
        ("feeds", "list"),
        ("feeds", "list", "--json"),
        ("feeds", "export"),
        ("search", "Story"),
        ("search", "Story", "--json"),
        *(("feeds", "test", id, *more) for id in (*paths, "whole") for more in ((), ("--json",))),
    ]
    printed = {}
    for command in commands:
        _, out, err = await wirewatch(tmp_path, *command, environ=environ)
        printed[" ".join(command)] = out + err
    assert [command for command, text in printed.items() if "hush" in text] == []
    assert "${KEY}" in printed["feeds test page"]
    assert f"http://127.0.0.1:{server.port}/rel" in printed["feeds test login --json"]


async def test_import_counts_every_entry_that_it_refuses(tmp_path: Path) -> None:
    write_rules(tmp_path, "https://a.example/x")
    bad = ["ftp://x.example/", "file:///etc/passwd", "https://", "javascript:1", "https://a b/", "${HOME}", "", None]
    outlines = "".join(
        f'<outline text="bad {number}"' + ("" if url is None else f' xmlUrl="{url}"') + "/>"
        for number, url in enumerate(bad)
    )
    (tmp_path / "list.opml").write_text(f"<opml><body>{outlines}</body></opml>")
    code, out, err = await wirewatch(tmp_path, "feeds", "import", str(tmp_path / "list.opml"), "--json")
    assert (code, json.loads(out)) == (0, {"added": 0, "skipped": 0, "refused": 8})
    assert len(err.splitlines()) == 8
    assert "refused: 'bad 7' has no address" in err


async def test_what_import_adds_the_rules_file_takes(tmp_path: Path) -> None:
    """An address that it did not take stood there after an import, and no edit of the file came into force any more."""
    meant = {
        r"https://x.example\feeds\a": "https://x.example/feeds/a",
        "https:/y.example/b": "https://y.example/b",
        "https://v.example/e\u202e": "https://v.example/e",
    }
    none = ["https://https:/x.example/f", "https://http/x", "<https://${HOME}.example/f>"]
    outlines = "".join(f"<outline text='t' xmlUrl={quoteattr(url)}/>" for url in (*meant, *none))
    write_rules(tmp_path, "https://a.example/x")
    (tmp_path / "list.opml").write_text(f"<opml><body>{outlines}</body></opml>")
    code, out, err = await wirewatch(tmp_path, "feeds", "import", str(tmp_path / "list.opml"), "--json")
    assert (code, json.loads(out)) == (0, {"added": len(meant), "skipped": 0, "refused": len(none)})
    assert all(repr(url) in err for url in none)
    assert (await wirewatch(tmp_path, "check"))[0] == 0
    code, out, _ = await wirewatch(tmp_path, "feeds", "export")
    assert [feed.url for feed in read_opml(out.encode())] == ["https://a.example/x", *meant.values()]


async def test_a_value_at_fault_is_shown_as_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(
        """
version: "${KEY}"
settings: {timezone: "${KEY}", max_age: "${KEY}", first_run: "${KEY}", fetch: {timeout: "${KEY}", max_bytes: "${KEY}"}}
feeds:
  - "${KEY}"
  - {url: "https://a.example/x", id: "${KEY}", every: "${KEY}", full_text: "${KEY}", headers: {A: "${KEY}"}}
  - {url: "https://a.example/y", id: "${KEY}"}
channels:
  a: {slack: "${KEY}", digest: {at: "${KEY}", days: "${KEY}", max_stories: "${KEY}"}, follow: "${KEY}"}
  b: {slack: C1, quiet: {from: "${KEY}", to: "${KEY}", weekends: "${KEY}"}, immediate: {per_hour: "${KEY}"}}
rules:
  - {when: x1, to: "${KEY}", priority: "${KEY}", mention: "${KEY}", feeds: "${KEY}"}
"""
    )
    for command in (("check",), ("check", "--json"), ("run", "--once"), ("feeds", "list")):
        code, out, err = await wirewatch(tmp_path, *command, environ={"KEY": "hush hush"})
        assert code > 0
        assert "${KEY}" in out + err
        assert "hush" not in out + err


@pytest.mark.parametrize("around", ["<{}>", "{}\u200b", "[News]({})", "feed:{}"])
async def test_an_address_to_test_may_be_as_it_was_copied(tmp_path: Path, server: Hostile, around: str) -> None:
    (tmp_path / "rules.yaml").write_text("settings: {allow_private_hosts: true}\nrules: [x1]\n")
    url = server.serve("/feed", answer(FEED))
    code, out, _ = await wirewatch(tmp_path, "feeds", "test", around.format(url), "--json")
    assert (code, json.loads(out)["feed_url"]) == (0, url)


@pytest.mark.parametrize(
    "address", ["http://[::1", "not a url", "", "file:///etc/passwd", "https://http://news.example/"]
)
async def test_what_is_no_address_is_told_so(tmp_path: Path, address: str) -> None:
    """`http://[::1` was a fault of ours."""
    code, out, _ = await wirewatch(tmp_path, "feeds", "test", address)
    assert code == 1
    assert "address" in out


async def test_a_mistyped_id_is_told_beside_what_the_network_says(tmp_path: Path) -> None:
    write_rules(tmp_path, "{url: 'https://courier.example/rss', id: courier}")
    code, _, err = await wirewatch(tmp_path, "feeds", "test", "couriet")
    assert (code, err) == (1, "No feed of the rules file is called couriet. Did you mean courier?\n")
