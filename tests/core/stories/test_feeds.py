"""An outlet does not repeat itself: what a feed brings under a new guid and a new URL is told, whatever it repeats."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model import Decision, Entry, FeedId, OutletId, Verdict
from tests.core.stories.story_pairs import START, Desk, hourly

TOLD = {Verdict.NEW_STORY, Verdict.UPDATE}
ROLES = ("Senior Software Engineer", "Data Engineer", "Warehouse Clerk")
STREAMS: dict[str, tuple[list[str], str]] = {
    "jobs": (
        [f"{role} (m/f/d) in {city}" for role in ROLES for city in ("Berlin", "Lille", "Turin")],
        "We are an equal opportunity employer. Join our growing team in a friendly office and apply now with your CV.",
    ),
    "the same job again": (["Software Engineer"] * 5, "Join our growing team in a friendly office and apply now."),
    "tenders": (
        [f"Supply of office furniture - 2026/{1500 + number}" for number in range(8)],
        "Contract notice. The contracting authority invites tenders. Deadline for receipt 30 days.",
    ),
    "status page": (
        [
            f"{stage}: elevated {what} errors"
            for what in ("API", "webhook")
            for stage in ("Investigating", "Identified", "Monitoring", "Resolved")
        ],
        "We are looking into it and will post updates here.",
    ),
    "releases": (
        [f"v2.{minor}.{patch}" for minor in range(3) for patch in range(3)],
        "Bug fixes and performance improvements.",
    ),
    "vulnerabilities": (
        [f"CVE-2026-{1000 + n} in libfoo allows remote attackers to cause a denial of service" for n in range(8)],
        "A vulnerability was found in libfoo. The manipulation leads to denial of service.",
    ),
    "advisories": (
        [f"USN-{7000 + number}-1: Linux kernel vulnerabilities" for number in range(8)],
        "Several security issues were fixed in the Linux kernel.",
    ),
    "earthquakes": (
        [
            f"M 4.{n} - {20 + n} km SSW of {place}, Chile"
            for n, place in enumerate(("Ovalle", "Calama", "Ovalle", "Arica"))
        ],
        "Depth 10 km.",
    ),
    "videos": (
        ["How we built a boat", "Why bridges fail", "Inside a power plant", "How we built a second boat"],
        "Subscribe to our channel! Follow us everywhere. Buy our merch at our shop. Music by Kevin and his friends.",
    ),
    "episodes": (
        [
            f"Episode {n}: {what}"
            for n, what in enumerate(("The budget", "Mailbag", "The budget, part two", "Mailbag"), 41)
        ],
        "Your weekly show about politics with Anna and Ben.",
    ),
    "court": (
        [f"Judgment of the Court in Case C-{number}/26" for number in range(101, 109)],
        "Reference for a preliminary ruling. Failure of a Member State to fulfil obligations.",
    ),
    "weather": (
        [f"Weather warning for the {where}: strong winds" for where in ("North", "South", "North", "East")],
        "Yellow warning issued by the met office.",
    ),
    "market line": (["Stocks close higher"] * 3 + ["Stocks close lower"] * 2, ""),
    "Chinese tenders": (
        [
            f"关于{what}采购项目的公告（2026-{n}号）"
            for n, what in enumerate(("办公家具", "电脑设备", "办公家具", "保洁服务"), 31)
        ],
        "采购人现就该项目进行公开招标，欢迎合格供应商参加投标。",
    ),
    "Russian vacancies": (
        [f"Требуется {who} в Москве" for who in ("водитель", "повар", "водитель", "бухгалтер")],
        "Официальное оформление, дружный коллектив, звоните сейчас.",
    ),
    "Hindi vacancies": (
        [f"{who} भर्ती 2026: आवेदन शुरू" for who in ("रेलवे", "पुलिस", "बैंक", "रेलवे")],
        "योग्य उम्मीदवार आधिकारिक वेबसाइट पर आवेदन कर सकते हैं।",
    ),
}


def take(
    titles: list[str], summary: str, *, apart: timedelta, moves: str = "", restart: bool = False
) -> list[Decision]:
    """`moves`: with its fourth item the feed's items stand at another host, or the feed has another id."""
    desk = Desk()
    decisions = []
    for number, title in enumerate(titles):
        site = "new.example" if moves == "new host" and number >= 3 else "site.example"
        feed = "renamed" if moves == "new id" and number >= 3 else "feed"
        item = Entry(
            title=title,
            summary=summary,
            guid=f"g{number}",
            url=f"https://{site}/item/{number}",
            feed=FeedId(feed),
            source=OutletId(site),
            published_at=START + number * apart,
            seen_at=START + number * apart,
        )
        decisions.append(desk.take(item, former=(FeedId("feed"),) if feed == "renamed" else ()))
        if restart:
            desk.restart()
    return decisions


@pytest.mark.parametrize("apart", [timedelta(), timedelta(hours=1)], ids=["one poll", "hourly"])
@pytest.mark.parametrize(("titles", "summary"), STREAMS.values(), ids=STREAMS)
def test_every_entry_of_one_feed_is_told(titles: list[str], summary: str, apart: timedelta) -> None:
    decisions = take(titles, summary, apart=apart)
    assert {decision.verdict for decision in decisions} <= TOLD
    assert all(decision.changes for decision in decisions if decision.verdict is Verdict.UPDATE)


@pytest.mark.parametrize("moves", ["new host", "new id"])
@pytest.mark.parametrize(("titles", "summary"), STREAMS.values(), ids=STREAMS)
def test_a_feed_that_moves_does_not_repeat_itself_either(titles: list[str], summary: str, moves: str) -> None:
    """As another outlet's, a fifth of the items at the new place were silent copies and reports."""
    decisions, restarted = (
        take(titles, summary, apart=timedelta(hours=1), moves=moves, restart=restart) for restart in (False, True)
    )
    assert {decision.verdict for decision in decisions} <= TOLD
    assert restarted == decisions


GATHERED: dict[str, tuple[list[str], Verdict]] = {
    "three outlets before": (["a", "b", "c", "d"], Verdict.NEAR_DUPLICATE),
    "two before": (["a", "b", "a", "c"], Verdict.NEAR_DUPLICATE),
    "two in all": (["a", "b", "a", "b"], Verdict.NEW_STORY),
    "hardly known": (["a", "b"], Verdict.NEAR_DUPLICATE),
}


@pytest.mark.parametrize(("outlets", "verdict"), GATHERED.values(), ids=GATHERED)
def test_what_gathers_three_outlets_has_copies(outlets: list[str], verdict: Verdict) -> None:
    said = [
        "Ferry service to Lisk suspended until further notice",
        "Ormand opens a school for welders",
        "Storm floods depot at Kessrin",
    ][: len(outlets) - 1]
    decisions = Desk().take_all(
        Entry(
            title=title,
            guid=f"g{number}",
            url=f"https://{outlet}.example/{number}",
            feed=FeedId("gathered"),
            source=OutletId(f"{outlet}.example"),
            seen_at=START + timedelta(hours=number),
        )
        for number, (title, outlet) in enumerate(zip([*said, said[-1]], outlets, strict=True))
    )
    assert decisions[-1].verdict is verdict


OF_LISK = {
    "another feed, whose id is the beginning of the first's": ("Lisk", "lisk.example", Verdict.NEAR_DUPLICATE),
    "another feed, whose id goes on as the first's": ("Lisk News Extra", "lisk.example", Verdict.NEAR_DUPLICATE),
    "the same feed at another host": ("Lisk News", "news.example", Verdict.NEW_STORY),
}


@pytest.mark.parametrize("restart", [False, True], ids=["as it runs", "started again"])
@pytest.mark.parametrize(("feed", "outlet", "verdict"), OF_LISK.values(), ids=OF_LISK)
def test_a_feeds_id_may_have_spaces(feed: str, outlet: str, verdict: Verdict, *, restart: bool) -> None:
    said = ["Ferry service to Lisk suspended", "Ormand opens a school for welders", "Storm floods depot at Kessrin"]
    desk, decisions = Desk(), []
    for number, (title, of_feed, host) in enumerate(
        [*((title, "Lisk News", "lisk.example") for title in said), (said[1], feed, outlet)]
    ):
        item = Entry(
            title=title,
            guid=f"g{number}",
            url=f"https://{host}/{number}",
            feed=FeedId(of_feed),
            source=OutletId(host),
            seen_at=START + timedelta(hours=number),
        )
        decisions.append(desk.take(item))
        if restart:
            desk.restart()
    assert decisions[-1].verdict is verdict


@pytest.mark.parametrize(
    ("form", "is_told"),
    [
        ('<a href="https://news.google.com/rss/articles/CBM">{}</a>&nbsp;&nbsp;<font color="#6f6f6f">{}</font>', False),
        ("", False),
        ("Crews from {1} fought the flames all night. The old halls of {1} held grain and sugar for the winter.", True),
    ],
    ids=["Google News", "no text", "a text that says where it is"],
)
def test_a_headline_behind_which_each_outlet_stands_is_told_once(form: str, *, is_told: bool) -> None:
    """The headline over again was taken for a text that says of the outlet where it happened."""
    headline = "Fire destroys three warehouses at the dock"
    decisions = Desk().take_all(
        Entry(
            title=f"{headline} - {outlet}",
            summary=form.format(headline, outlet),
            guid=f"CBM{number}",
            url=f"https://news.google.com/rss/articles/CBM{number}",
            feed=FeedId("search"),
            source=OutletId(f"{outlet}.example"),
            seen_at=START + timedelta(minutes=9 * number),
        )
        for number, outlet in enumerate(("Kervel", "Tamira", "Ormand"))
    )
    told = [decision.verdict in TOLD for decision in decisions]
    assert told == [True, is_told, is_told]


SHARED_TEXTS: dict[str, tuple[list[str], str]] = {
    "a channel's note": (
        [f"{why} {what}" for why in ("Why", "How") for what in ("bridges fail", "boats float", "rivers bend")],
        "Subscribe to our channel! Follow us everywhere. Buy our merch at our shop. Music by Kevin and his friends.",
    ),
    "a press office": (
        [f"{who} visits {where}" for who in ("Minister", "Envoy") for where in ("Arvenia", "Torvo", "Lisk", "Varno")],
        "Statement by the press office. For further information contact the spokesperson of the ministry by mail.",
    ),
    "a columnist": (
        ["Five ideas for a small kitchen", "What the budget means for renters", "The case for slow trains"],
        "Anna Keller writes about cities, money and everyday life. Her latest book is out now with Hartwell Press.",
    ),
    "court notices": (
        [f"{one} v {other} (Ch)" for one in ("Harlow", "Farris", "Osman") for other in ("Kepler", "Ibarra", "Jessop")],
        "Judgment in the Chancery Division of the High Court.",
    ),
}


@pytest.mark.parametrize(("titles", "summary"), SHARED_TEXTS.values(), ids=SHARED_TEXTS)
def test_what_a_feeds_entries_share_makes_them_no_story(titles: list[str], summary: str) -> None:
    decisions = take(titles, summary, apart=timedelta(hours=1))
    assert [decision.verdict for decision in decisions] == [Verdict.NEW_STORY] * len(titles)


def test_a_name_that_a_feeds_titles_share_makes_them_no_story() -> None:
    topics = ("budget", "mailbag", "fares", "mayor", "fishing", "homes", "schools", "bees", "ports", "dams", "ferries")
    titles = [f"Nordwall Weekly Politics Podcast #{number}: {topic}" for number, topic in enumerate(topics, 12)]
    decisions = take(titles, "", apart=timedelta(hours=1))
    assert {decision.verdict for decision in decisions[3:]} == {Verdict.NEW_STORY}


PLACES: dict[str, tuple[str | None, str, tuple[str, str, str]]] = {
    "the warnings page": (None, "https://met.example/current", ("Storm on the coast", "Flood at Lisk", "Ice in Aven")),
    "one list, guids": ("n{}", "https://p.example/list", ("Notice 16: pumps", "Notice 17: valves", "Notice 18: lamps")),
    "one title, guids": ("n{}", "https://p.example/", ("Service disruption",) * 3),
    "one guid, one link": ("latest", "https://p.example/", ("Storm on the coast", "Flood at Lisk", "Ice in Aven")),
    "a script's number": (None, "https://p.example/m.php?name=News&sid={}", ("Daily summary",) * 3),
}


@pytest.mark.parametrize(("guid", "url", "titles"), PLACES.values(), ids=PLACES)
def test_what_stands_where_something_else_stood_is_told(
    guid: str | None, url: str, titles: tuple[str, str, str]
) -> None:
    texts = ("Card payments are declined in Arvenia.", "Mail is slow in Lorrain.", "Lifts stand still at Brevik.")
    decisions = Desk().take_all(
        Entry(
            title=title,
            summary=text,
            guid=guid and guid.format(number),
            url=url.format(number),
            feed=FeedId("feed"),
            source=OutletId("site.example"),
            seen_at=START + timedelta(hours=number),
        )
        for number, (title, text) in enumerate(zip(titles, texts, strict=True))
    )
    assert {decision.verdict for decision in decisions} <= TOLD


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("https://met.example/current", "Storm nears the coast at Lisk, says office"),
        ("https://p.example/a-7", "Ice in Aven"),
    ],
)
def test_what_is_rewritten_at_a_url_of_its_own_or_alike_is_an_edit(url: str, title: str) -> None:
    entry = Entry(title="Storm nears the coast at Lisk", url=url, feed=FeedId("feed"), seen_at=START)
    desk = Desk()
    desk.take(entry)
    assert desk.take(replace(entry, title=title)).verdict is Verdict.EDIT
    assert desk.take(replace(entry, title=title)).verdict is Verdict.SAME_ITEM


def test_five_hundred_entries_with_one_description_are_as_many_stories() -> None:
    titles = [f"Notice {chr(65 + n % 26)}{chr(65 + n // 26)}-{n} of the port authority" for n in range(500)]
    decisions = take(titles, STREAMS["videos"][1], apart=timedelta(minutes=1))
    assert {decision.verdict for decision in decisions} <= TOLD
    assert len({decision.story for decision in decisions}) >= 490


def test_another_outlets_copy_of_it_hides_nothing_of_the_feed() -> None:
    """A, its copy in B, and A again under a new guid: the copy's original is of A, so A's second entry is told."""
    desk = Desk()

    def entry(number: int, source: str) -> Entry:
        return Entry(
            title="Ferry service to Lisk suspended until further notice",
            guid=f"g{number}",
            url=f"https://{source}.example/{number}",
            source=OutletId(source),
            seen_at=START + timedelta(hours=number),
        )

    decisions = [desk.take(entry(1, "port")), desk.take(entry(2, "herald")), desk.take(entry(3, "port"))]
    assert [decision.verdict for decision in decisions[:2]] == [Verdict.NEW_STORY, Verdict.NEAR_DUPLICATE]
    assert decisions[2].verdict in TOLD


def test_the_outlets_own_follow_up_is_an_update() -> None:
    desk = Desk()
    titles = ["Orlan recalls 40,000 vans over brake fault", "Orlan widens brake fault recall to 310,000 vans"]
    decisions = [
        desk.take(
            Entry(
                title=title,
                guid=f"g{n}",
                url=f"https://a.example/{n}",
                source=OutletId("a"),
                seen_at=START + n * timedelta(hours=9),
            )
        )
        for n, title in enumerate(titles)
    ]
    assert decisions[1].verdict is Verdict.UPDATE
    assert "40,000 → 310,000 vans" in decisions[1].changes


HEADLINES = (
    "Norlands parlament antar budget med knapp majoritet", "Die Regierung von Arvenien verbietet Plastiktüten",
    "Le tribunal de Kervel annule la vente du port", "El volcán de Tamira entra en erupción de madrugada",
    "La nave cargo Bellona si incaglia presso Torvo", "Presidente de Lurândia visita a fábrica de aviões",
    "Burgemeester van Dremmen stapt op na fraudezaak", "Sąd w Korwinie skazał byłego prezesa banku",
    "Kuopalan tehdas sulkee ovensa keväällä", "V Brnicích začala stavba nové nemocnice",
    "Trenul de noapte spre Zerna a deraiat", "A soroki híd felújítása jövőre kezdődik",
    "Ο δήμος Καλάθου κλείνει τρία σχολεία", "Совет Ольховска утвердил план застройки набережной",
    "Уряд Тернівки підвищив мінімальну зарплату", "Karadere belediyesi su fiyatını düşürdü",
    "بلدية الواحة تفتتح مكتبة عامة جديدة", "עיריית גבעון מקימה פארק חדש", "शहर में नई मेट्रो लाइन का उद्घाटन",
    "南港市将建第二机场", "北浜市で図書館が開館", "서호시 시장 재선 성공", "Thành phố Hòa Lạc mở tuyến xe buýt mới",
)  # fmt: skip


def test_headlines_of_many_languages_are_each_a_story() -> None:
    decisions = Desk().take_all(hourly(HEADLINES))
    assert {decision.verdict for decision in decisions} == {Verdict.NEW_STORY}
