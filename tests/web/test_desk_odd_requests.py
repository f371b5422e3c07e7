"""What people type, programs send and rules files hold, and nobody thought of: names with slashes, hundreds of rules
and channels, forms that are none, pages that are no more."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from bot.reports.search import since_of
from bot.web.marked import in_language
from tests.archives import feeds_of_rules
from tests.web.desks import installation
from tests.web.visits import HTML, ask, served

NAMES = ("a/b", "what? #1 100%", "华为 规则", "x+y&z=1", '<b>"q"</b>')
MANY = 400


@pytest.fixture(scope="module")
def odd_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    channels = "".join(f"  'c/{number}': {{slack: '#c{number}'}}\n" for number in range(MANY))
    rules = "".join(f"  - {{id: '{name}', when: Orbrecht, to: c/{MANY - 1}}}\n" for name in NAMES)
    rules += "".join(f"  - {{id: rule-{number}, when: 'word{number} OR recalls'}}\n" for number in range(MANY))
    folder = installation(tmp_path_factory.mktemp("odd"))
    text = f"{feeds_of_rules()}channels:\n{channels}rules:\n{rules}"
    (folder / "rules.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("password", ["", "geheim"])
async def test_a_rule_whose_id_ends_like_a_feed_has_its_page(tmp_path: Path, password: str) -> None:
    """`/rules/a.atom` is the feed of rule `a`: there was no way to the page of `a.atom`."""
    place = installation(tmp_path)
    names = ("a", "a.atom", "b.atom", ".atom")
    rules = "".join(f"  - {{id: {name}, name: 'Rule {name}', when: Orbrecht}}\n" for name in names)
    (place / "rules.yaml").write_text(f"{feeds_of_rules()}rules:\n{rules}", encoding="utf-8")
    async with served(place, **({"WEB_TOKEN": password} if password else {})) as session:
        headers = {**HTML, **({"Authorization": f"Bearer {password}"} if password else {})}
        _, listed, _ = await ask(session, "/rules", headers=headers)
        links = [html.unescape(link) for link in re.findall(r'class="headline" href="([^"]+)"', listed)]
        assert links == ["/rules/a", "/rules/a.atom/", "/rules/b.atom/", "/rules/.atom/"]
        for name, path in zip(names, links, strict=True):
            code, page, _ = await ask(session, path, headers=headers)
            assert (code, f'<h1 dir="auto">Rule {name}<' in page) == (200, True), path
            (atom,) = (html.unescape(link) for link in re.findall(r'href="([^"]+)">Atom feed', page))
            assert atom.startswith(f"/rules/{name}.atom")
            code, feed, _ = await ask(session, atom)
            assert (code, f"Wirewatch: rule {name}<" in feed) == (200, True), atom
        # Where no rule `b` has such a feed, its address leads to the page.
        code, _, answer = await ask(session, "/rules/b.atom", headers=headers)
        assert (code, answer.headers["Location"]) == (302, "/rules/b.atom/")
        assert (await ask(session, "/rules/c.atom", headers=headers))[0] == 404


async def test_a_rule_is_shown_by_its_name_and_the_id_that_commands_take(tmp_path: Path) -> None:
    place = installation(tmp_path)
    rules = "  - {id: oil, name: Gulf oil prices, when: Orbrecht}\n  - {id: gas, when: recalls}\n  - strike AND quay\n"
    (place / "rules.yaml").write_text(f"{feeds_of_rules()}rules:\n{rules}", encoding="utf-8")
    async with served(place) as session:
        _, listed, _ = await ask(session, "/rules", headers=HTML)
        assert [listed.count(f">{name}<") for name in ("Gulf oil prices", "gas", "strike AND quay")] == [1, 1, 1]
        for rule, name in (("oil", "Gulf oil prices"), ("gas", "recalls")):
            _, page, _ = await ask(session, f"/rules/{rule}", headers=HTML)
            assert f">{name}</h1>" in page
            assert f"id <code>{rule}</code>" in page


async def test_names_with_any_sign_lead_to_their_pages(odd_folder: Path) -> None:
    async with served(odd_folder, WEB_TOKEN="geheim") as session:
        headers = {**HTML, "Authorization": "Bearer geheim"}
        for name in NAMES:
            path = "/rules/" + quote(name, safe="")
            code, page, _ = await ask(session, path, headers=headers)
            assert code == 200, name
            links = [html.unescape(link) for link in re.findall(r'href="([^"]+)"', page)]
            assert f"{path}/suggestion" in links
            (atom,) = (link for link in links if ".atom" in link)
            assert (await ask(session, atom))[0] == 200, "with its key alone"
            assert (await ask(session, f"{path}/suggestion", headers=headers))[0] == 200
        _, page, _ = await ask(session, "/stories/1", headers=headers)
        assert f'href="/rules/{quote(NAMES[0], safe="")}"' in page


@pytest.mark.parametrize(
    ("first", "link"), [("/", r"/channels/c%2F(\d+)\.atom"), ("/stories/1", r"/rules/rule-(\d+)\"")]
)
async def test_pages_of_hundreds_of_rules_and_channels_are_small_and_whole(
    odd_folder: Path, first: str, link: str
) -> None:
    path, seen = first, []
    async with served(odd_folder) as session:
        while path:
            code, page, _ = await ask(session, path, headers=HTML)
            assert (code, len(page.encode()) <= 100_000) == (200, True), path
            seen += re.findall(link, page)
            further = re.findall(r'<a rel="next" href="([^"]+)">Further (?:rules|channels)', page)
            path = html.unescape(further[0]) if further else ""
    assert sorted(map(int, seen)) == list(range(MANY))


async def test_of_hundreds_of_rules_the_one_to_try_is_written(odd_folder: Path, folder: Path) -> None:
    for place, field in ((odd_folder, "<input"), (folder, "<select")):
        async with served(place) as session:
            _, page, _ = await ask(session, "/try", headers=HTML)
            assert f'{field} id="rule"' in page
            assert len(page) < 20_000


@pytest.mark.parametrize("path", ["/rules", "/feeds", "/outbox", "/"])
async def test_a_page_beyond_the_end_is_the_last_one(folder: Path, path: str) -> None:
    async with served(folder) as session:
        _, page, _ = await ask(session, path, headers=HTML)
        assert (await ask(session, f"{path}?page=999", headers=HTML))[1] == page


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/rules/", "/rules"),
        ("/search/?q=a%2Bb", "/search?q=a%2Bb"),
        ("/rules/orbrecht/", "/rules/orbrecht"),
        ("/nowhere/", None),
        ("/rules//", "/rules"),
    ],
)
async def test_a_slash_too_many_leads_to_the_page(folder: Path, path: str, target: str | None) -> None:
    async with served(folder) as session:
        code, _, response = await ask(session, path, headers=HTML)
        assert (code, response.headers.get("Location")) == ((308, target) if target else (404, None))


@pytest.mark.parametrize("path", ["/rules/", "/wire/rules/"])
async def test_behind_a_proxy_too(folder: Path, path: str) -> None:
    async with served(folder, PUBLIC_URL="http://127.0.0.1/wire") as session:
        assert (await ask(session, path, headers=HTML))[2].headers["Location"] == "/wire/rules"


PART = '--x\r\nContent-Disposition: form-data; name="story"\r\n{}\r\n1\r\n--x--\r\n'
NO_FORMS = {
    "a character set of nobody": ("application/x-www-form-urlencoded; charset=nobodys", "story=1"),
    "no boundary": ("multipart/form-data", "story=1"),
    "another boundary": ("multipart/form-data; boundary=x", "story=1"),
    "an encoding of nobody": ("multipart/form-data; boundary=x", PART.format("Content-Transfer-Encoding: nobodys\r\n")),
    "a part without a name": ("multipart/form-data; boundary=x", PART.format("").replace('; name="story"', "")),
    "bytes that are no text": ("application/x-www-form-urlencoded", b"story=%ff&rule=\xff\xfe"),
    "JSON": ("application/json", '{"story": "1"}'),
    "nothing": ("application/x-www-form-urlencoded", ""),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "body"), NO_FORMS.values(), ids=NO_FORMS)
async def test_what_is_no_form_is_refused(folder: Path, kind: str, body: str | bytes) -> None:
    async with served(folder) as session:
        code, text, response = await ask(session, "/review", method="POST", data=body, headers={"Content-Type": kind})
        assert code == 400, text
        assert "Content-Security-Policy" in response.headers


async def test_the_password_may_be_copied_with_white_space(folder: Path) -> None:
    for password, code in ((" geheim\r\n", 303), ("ge heim", 401)):
        async with served(folder, WEB_TOKEN=" geheim\n") as session:
            assert (await ask(session, "/login", method="POST", data={"password": password}))[0] == code


@pytest.mark.parametrize("target", ["/login", "/logout", "/login?next=/rules"])
async def test_logging_in_leads_not_back_to_the_log_in(folder: Path, target: str) -> None:
    async with served(folder, WEB_TOKEN="geheim") as session:
        _, _, response = await ask(session, "/login", method="POST", data={"password": "geheim", "next": target})
        assert response.headers["Location"] == "/"


async def test_what_an_empty_search_hardly_means_is_said(folder: Path) -> None:
    async with served(folder) as session:
        _, page, _ = await ask(session, "/search?q=" + quote('"Got Milk?"'), headers=HTML)
        assert "no question mark" in page


NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-24", "2026-11-23T18:30:00+00:00"),
        ("2026-11-24 10:00", "2026-11-24T04:30:00+00:00"),
        ("2026-11-24T10:00Z", "2026-11-24T10:00:00+00:00"),
        ("2026-11-24T10:00+01:00", "2026-11-24T09:00:00+00:00"),
        ("2026-11-24T10:00:00 01:00", "2026-11-24T09:00:00+00:00"),
        ("2h", "2026-11-24T10:00:00+00:00"),
    ],
)
def test_a_time_without_an_offset_is_one_of_the_file(text: str, at: str) -> None:
    since = since_of(text, NOW, "Asia/Kolkata")
    assert since is not None
    assert since.isoformat() == at


@pytest.mark.parametrize(
    ("tag", "attribute"),
    [
        ("de", ' lang="de"'),
        ("zh_TW", ' lang="zh-TW"'),
        ("xx", ""),
        ('x" onload="1', ""),
        ("english!", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_texts_say_their_language(tag: str | None, attribute: str) -> None:
    assert in_language(tag) == attribute


TIED = """\
rules:
  - {id: one, when: &w recalls AND Orbrecht}
  - {id: two, when: *w, priority: low}
  - id: block
    when: |
      recalls   # what is called back
      OR Orbrecht
"""


async def test_a_patch_changes_one_rule_or_is_refused(tmp_path: Path) -> None:
    folder = installation(tmp_path / "desk")
    (folder / "rules.yaml").write_text(feeds_of_rules() + TIED, encoding="utf-8")
    async with served(folder) as session:
        for rule in ("one", "two"):
            code, text, _ = await ask(session, f"/try.patch?when=Velcom&rule={rule}")
            assert (code, "a name of YAML" in text) == (409, True)
        code, text, _ = await ask(session, "/try.patch?rule=block&when=" + quote("Velcom  # one\r\nOR Quellan"))
    added = [line for line in text.splitlines() if line.startswith("+ ")]
    assert (code, added) == (200, ["+      Velcom  # one", "+      OR Quellan"])
