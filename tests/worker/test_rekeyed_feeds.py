"""Feeds that give their items new guids and URLs, polled by the real worker: silent, and what is news is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from xml.sax.saxutils import escape

import pytest

from tests.worker.feeds import FeedServer
from tests.worker.installation import Installation

NAMES = ("Velmora", "Astrandia", "Corvath")
"""What the items of a feed's first document are about, newest first."""
NEWS = "Belvaro"
"""What the item is about that comes with the third document; what it says: `HEADLINES`."""
HEADLINES = {
    "moved": "Huawei sues the fishermen of Belvaro",
    "stamped": "Court in Tessaly frees an engineer of Huawei",
    "in_sessions": "School for welders opens in Ormand with Huawei's money",
    "by_position": "Storm floods Huawei depot at Kessrin",
    "aggregated": "Parliament of Drevia bans antennas made by Huawei",
    "imported": "Forged diploma: chairman of Huawei resigns",
}
DAY = timedelta(days=1)
TEXTS = {
    "Velmora": "Two cranes fell on the quay and the harbour master closed the southern basin until Friday.",
    "Astrandia": "A panel of judges threw the licence out because the tender had been open for one week only.",
    "Corvath": "Engineers dug for the broken cable all night while half of the old town had no light.",
    "Belvaro": "",
}
Item = tuple[str, str | None, str | None, str]
"""About what, guid, URL, description."""


def moved(fetch: int, number: int, name: str) -> Item:
    """The site moves to another host, scheme and path."""
    url = f"http://old.example/{number}.html" if fetch == 1 else f"https://www.new.example/news/{name.lower()}"
    return name, url, url, TEXTS[name]


def stamped(fetch: int, number: int, name: str) -> Item:
    """Guid and URL bear the time of the fetch."""
    return name, f"{number}-{fetch}", f"https://stamped.example/{number}/{fetch}", TEXTS[name]


def in_sessions(fetch: int, number: int, name: str) -> Item:
    """No guid, and a session in every link, in the text too."""
    url = f"https://sessions.example/read/{number}/s{fetch * 7919}"
    return name, None, url, f'{TEXTS[name]} <a href="{url}">Read on</a>'


def by_position(fetch: int, number: int, name: str) -> Item:
    """The guid is the place in the document; no URL."""
    names = [NEWS, *NAMES] if fetch == 3 else list(NAMES)
    return name, str(names.index(name) + 1), None, TEXTS[name]


def aggregated(fetch: int, number: int, name: str) -> Item:
    """An aggregator makes everything anew: guids, redirects, a pixel."""
    key = f"{fetch:04x}{number:04x}"
    pixel = f'<img src="https://agg.example/pixel/{key}.gif" />'
    return name, f"urn:uuid:{key}", f"https://agg.example/r/{key}", f"<p>{TEXTS[name]}</p>{pixel}"


def imported(fetch: int, number: int, name: str) -> Item:
    """Another CMS: other ids, other paths, other markup."""
    if fetch == 1:
        return name, f"https://paper.example/?p={number}", f"https://paper.example/?p={number}", TEXTS[name]
    text = "".join(f"<p><span>{part}</span></p>\n" for part in TEXTS[name].split(" and ", 1))
    text = text.replace("</p>\n<p>", " and ")
    return name, f"node/{88_000 + number}", f"https://paper.example/{name.lower()}-{88_000 + number}", text


KINDS: tuple[Callable[[int, int, str], Item], ...] = (moved, stamped, in_sessions, by_position, aggregated, imported)


def document(items: Iterable[tuple[str, str | None, str | None, str, datetime | None]]) -> bytes:
    rows = []
    for title, guid, url, text, date in items:
        parts = [f"<title>{escape(title)}</title>", f"<description>{escape(text)}</description>"]
        parts += [f'<guid isPermaLink="false">{escape(guid)}</guid>'] if guid else []
        parts += [f"<link>{escape(url)}</link>"] if url else []
        parts += [f"<pubDate>{format_datetime(date)}</pubDate>"] if date else []
        rows.append(f"<item>{''.join(parts)}</item>")
    channel = f"<channel><title>Feed</title><link>https://feed.example/</link>{''.join(rows)}</channel>"
    return f'<rss version="2.0">{channel}</rss>'.encode()


def page(kind: Callable[[int, int, str], Item], fetch: int, dates: dict[str, datetime]) -> bytes:
    names = [NEWS, *NAMES] if fetch == 3 else list(NAMES)
    items = []
    for name in names:
        _, guid, url, text = kind(fetch, 1_000 + len(name), name)
        title = HEADLINES[kind.__name__] if name == NEWS else f"Huawei closes its {kind.__name__} plant in {name}"
        items.append((title, guid, url, text, dates.get(name)))
    return document(items)


def rules(feeds: FeedServer, names: Iterable[str]) -> str:
    rows = "".join(f"  - {{url: '{feeds.url('/' + name)}', id: {name}, every: 1s}}\n" for name in names)
    return (
        "settings: {allow_private_hosts: true, fetch: {min: 1s, per_host: 0s, timeout: 10s}}\n"
        f"feeds:\n{rows}"
        "channels:\n  desk: {slack: '#desk', immediate: {per_hour: 500}, follow: none}\n"
        "rules:\n  - {id: huawei, when: Huawei, to: [desk]}\n"
    )


def posted(installation: Installation) -> str:
    done = installation.run_when_due()
    assert done.returncode == 0, done.stderr
    assert all(json.loads(line).get("level") != "error" for line in done.stderr.splitlines() if line.startswith("{"))
    return done.stdout


@pytest.mark.parametrize("dated", [True, False], ids=["dated", "without dates"])
def test_six_kinds_of_new_guids_stay_silent(
    feeds: FeedServer, install: Callable[..., Installation], dated: bool
) -> None:
    now = datetime.now(UTC)
    dates = {name: now - (number + 1) * DAY / 4 for number, name in enumerate(NAMES)} if dated else {}
    installation = install(rules(feeds, [kind.__name__ for kind in KINDS]))
    outputs = []
    for fetch in (1, 2, 3):
        if dated and fetch == 3:
            dates[NEWS] = datetime.now(UTC)
        for kind in KINDS:
            feeds.pages[f"/{kind.__name__}"] = page(kind, fetch, dates)
        outputs.append(posted(installation))
    assert outputs[:2] == ["", ""]
    for kind in KINDS:
        assert outputs[2].count(HEADLINES[kind.__name__]) == 1, kind.__name__
        assert all(f"{kind.__name__} plant in {name}" not in outputs[2] for name in NAMES), kind.__name__


def test_what_is_another_item_is_told(feeds: FeedServer, install: Callable[..., Installation]) -> None:
    now = datetime.now(UTC)
    old = now - DAY
    pages = {
        "both-stand": ([("a", old)], [("b", old), ("a", old)]),
        "newer-date": ([("a", old)], [("b", now + timedelta(seconds=1))]),
        "weekly": ([("a", None)], [("b", None)]),
    }
    installation = install(rules(feeds, pages))
    outputs = []
    for fetch in (0, 1):
        for name, documents in pages.items():
            title = f"Letters to Huawei, {name}"
            rows = [(title, key, f"https://{name}.example/{key}", "", date) for key, date in documents[fetch]]
            feeds.pages[f"/{name}"] = document(rows)
        outputs.append(posted(installation))
    assert outputs[0] == ""
    for name in pages:
        assert outputs[1].count(f"Letters to Huawei, {name}") == 1, name


@pytest.mark.parametrize("answers", [True, False], ids=["the old one answers", "the old one is gone"])
def test_a_url_that_is_mended_in_the_rules_brings_what_came_out_meanwhile(
    feeds: FeedServer, install: Callable[..., Installation], answers: bool
) -> None:
    old = ("Huawei leaves Corvath", "1", "https://paper.example/1", "", datetime.now(UTC) - DAY)
    feeds.pages["/one"] = document([old])
    installation = install(rules(feeds, ["one"]))
    assert posted(installation) == ""
    news = ("Huawei returns to Belvaro", "2", "https://paper.example/2", "", datetime.now(UTC))
    feeds.pages["/two"] = document([news, old])
    feeds.pages["/one"] = feeds.pages["/one"] if answers else 404
    installation.config.write_text(rules(feeds, ["one"]).replace("/one'", "/two'"), encoding="utf-8")
    told = posted(installation)
    assert (told.count("Belvaro"), told.count("Corvath")) == (1, 0)
    assert posted(installation) == ""


@pytest.mark.parametrize("is_same", [True, False], ids=["the same feed", "another feed"])
def test_a_feed_of_the_host_in_its_place_brings_news_only_with_what_that_held(
    feeds: FeedServer, install: Callable[..., Installation], is_same: bool
) -> None:
    """Another feed that took a feed's place in the rules alerted what its first answer held."""
    old = ("Huawei leaves Corvath", "1", "https://paper.example/1", "", None)
    feeds.pages["/one"] = document([old])
    installation = install(rules(feeds, ["one"]))
    assert posted(installation) == ""
    news = ("Huawei sponsors Belvaro", "2", "https://paper.example/2", "", datetime.now(UTC))
    feeds.pages["/two"] = document([news, old] if is_same else [news])
    installation.config.write_text(rules(feeds, ["two"]), encoding="utf-8")
    told = posted(installation)
    assert (told.count("Belvaro"), told.count("Corvath")) == (int(is_same), 0)


@pytest.mark.parametrize(
    "ids",
    [
        pytest.param(("two",), id="renamed", marks=pytest.mark.slow),
        pytest.param(("two", "three"), id="twice", marks=pytest.mark.slow),
        pytest.param(("two", "one"), id="and back"),
    ],
)
def test_a_feed_of_guids_without_links_knows_its_items_under_another_id(
    feeds: FeedServer, install: Callable[..., Installation], ids: tuple[str, ...]
) -> None:
    """An edit was told as new: a guid counts within its feed."""
    yesterday = datetime.now(UTC) - DAY
    old = ("Huawei leaves Corvath", "1", None, TEXTS["Corvath"], yesterday)
    still = ("Huawei bids in Astrandia", "0", None, TEXTS["Astrandia"], yesterday - timedelta(seconds=4007))
    feeds.pages["/one"] = document([old, still])
    installation = install(rules(feeds, ["one"]))
    assert posted(installation) == ""
    news = ("Huawei sponsors Belvaro", "2", None, TEXTS["Velmora"], datetime.now(UTC))
    feeds.pages["/one"] = document([news, old, still])
    assert posted(installation).count("Belvaro") == 1
    for number, name in enumerate(ids):
        edited = [(f"{title}, {'again ' * number}", *rest) for title, *rest in (news, old)]
        feeds.pages["/one"] = document([*edited, still])  # type: ignore[list-item]  # as long as they were
        installation.config.write_text(rules(feeds, ["one"]).replace("id: one", f"id: {name}"), encoding="utf-8")
        assert posted(installation) == "", name
    made_anew = (f"{still[0]} too", "b-77", None, f"{still[3]} More soon.", still[4])  # another guid, in its place
    feeds.pages["/one"] = document([news, old, made_anew])
    assert posted(installation) == ""
    last = ("Court frees an engineer of Huawei", "3", None, "", datetime.now(UTC))
    feeds.pages["/one"] = document([last, news, old, made_anew])
    assert posted(installation).count("engineer") == 1


def test_feeds_whose_ids_change_places_go_on_where_they_were(
    feeds: FeedServer, install: Callable[..., Installation]
) -> None:
    """What came since the last poll was the baseline of a feed begun anew: it has no date, and nobody heard of it."""
    for name, number in (("one", 1), ("two", 2)):
        feeds.pages[f"/{name}"] = document([(f"Huawei leaves {name}", f"{number}", None, TEXTS["Corvath"], None)])
    installation = install(rules(feeds, ["one", "two"]))
    assert posted(installation) == ""
    for name, what in (("one", "an engineer of Huawei walks free"), ("two", "storm floods Huawei depot")):
        old = (f"Huawei leaves {name}", "1" if name == "one" else "2", None, TEXTS["Corvath"], None)
        feeds.pages[f"/{name}"] = document([(what.capitalize(), "9", None, "", None), old])
    text = rules(feeds, ["one", "two"])
    text = text.replace("id: one", "id: new").replace("id: two", "id: one").replace("id: new", "id: two")
    installation.config.write_text(text, encoding="utf-8")
    told = posted(installation)
    assert (told.count("walks free"), told.count("depot"), told.count("leaves")) == (1, 1, 0)
    assert posted(installation) == ""
