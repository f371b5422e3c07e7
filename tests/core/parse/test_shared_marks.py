"""Two items of one document under one guid and link: two items, or two versions of one."""

from __future__ import annotations

import pytest

from bot.core.parse import parse_delta
from tests.core.parse.odd import NOON, read, rss


def guids(older: str, newer: str) -> list[str | None]:
    items = "</item><item>".join(
        f"<title>{title}</title><guid>https://p.example/?p=5</guid><link>https://p.example/?p=5</link>"
        f"<pubDate>Tue, 24 Nov 2026 0{hour}:00:00 GMT</pubDate>"
        for title, hour in ((newer, 7), (older, 6))
    )
    return [item.guid for item in read(rss(items)).entries]


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("Strike in Varno grows", "Strike in Varno grows, says union"),
        ("Strike in Varno grows", "Strike in Varno grows, Orbrecht says"),
        ("Strike in Varno grows", "Update: Strike in Varno grows"),
        ("Strike in Varno grows", "Strike in Varno spreads"),
        ("Word released", "Word 16.1 released"),
        ("瓦尔诺罢工扩大", "瓦尔诺罢工扩大，工会称"),
    ],
)
def test_versions_of_one_item_keep_its_guid(older: str, newer: str) -> None:
    assert guids(older, newer) == ["https://p.example/?p=5"] * 2


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("Word 16.1", "Word 16.2"),
        ("Word 16 is here", "Word 16.1 is here"),
        ("Word for Mac v16.1", "Word for Mac v16.2"),
        ("Strike in Varno grows", "Strike in Lisk grows"),
        ("Service A 🔴", "Service A 🟢"),
        ("瓦尔诺公司发布版本16.1", "瓦尔诺公司发布版本16.2"),
        ("إضراب في فارنو", "إضراب في ليسك"),
        ("Strike in Varno grows", "Harbour fire put out at last"),
    ],
)
def test_items_that_name_different_things_have_none(older: str, newer: str) -> None:
    assert guids(older, newer) == [None] * 2


PICTURE = '&lt;img src="https://p.example/600x400.jpg" width="600" height="400" class="featured" loading="lazy"&gt;'


@pytest.mark.parametrize(
    ("text", "hour", "is_shared"),
    [
        ("Removed: the paragraph on bulk exports.", "07", True),
        ("Added: a quota of forty calls an hour, and one a day.", "07", False),
        ("Removed.", "07", False),
        ("Removed: the paragraph on bulk exports of old archives.", "06", True),
        ("Added: a ceiling of forty calls within each hour.", "06", False),
        (PICTURE, "06", False),
    ],
    ids=[
        "another change",
        "more of the same",
        "hardly a text",
        "of that day",
        "another teaser of that day",
        "a picture",
    ],
)
def test_what_changed_on_a_watched_page_is_another_item(text: str, hour: str, is_shared: bool) -> None:
    """`Docs changed`, under the page's guid and link each time: all but the first were edits of it, and lost."""
    items = "</item><item>".join(
        f"<title>Docs changed</title><guid>https://p.example/docs-1</guid><link>https://p.example/docs-1</link>"
        f"<description>{say}</description><pubDate>Tue, 24 Nov 2026 {at}:00:00 GMT</pubDate>"
        for say, at in ((text, hour), ("Added: a quota of forty calls an hour for each account.", "06"))
    )
    assert [item.guid is None and item.shares_url for item in read(rss(items)).entries] == [is_shared] * 2


LIBRARY = {
    "Japanese": "市立図書館は設備の故障により月曜日は終日休館いたします。",
    "Chinese": "市图书馆因锅炉故障，周一全天闭馆，给您带来不便敬请谅解。",
    "Thai": "ห้องสมุดประชาชนปิดให้บริการในวันจันทร์เนื่องจากหม้อต้มน้ำชำรุด",
    "Korean": "시립도서관은 보일러 고장으로 월요일 하루 종일 휴관합니다. 이용에 불편을 드려 죄송합니다.",
    "Russian": "Библиотека на улице Мира в понедельник закрыта из-за поломки котла отопления.",
}
WATER = {
    "Japanese": "東部地区では午前九時から水道工事のため水圧が低下する見込みです。ご了承ください。",
    "Chinese": "东区自上午九时起因管道施工水压降低，请居民提前储水。",
    "Thai": "เขตตะวันออกแรงดันน้ำจะลดลงตั้งแต่เวลาเก้าโมงเช้าเนื่องจากซ่อมท่อ",
    "Korean": "동부 지역은 오전 아홉 시부터 수도 공사로 수압이 낮아질 예정이니 미리 물을 받아 두시기 바랍니다.",
    "Russian": "В восточных районах с девяти утра снизится давление воды из-за ремонта трубы.",
}
OPEN_AGAIN = {
    "Japanese": "市立図書館は設備の故障により月曜日は終日休館いたします。火曜日は開館します。",
    "Chinese": "市图书馆因锅炉故障，周一全天闭馆，周二恢复开放。",
    "Thai": "ห้องสมุดประชาชนปิดให้บริการในวันจันทร์เนื่องจากหม้อต้มน้ำชำรุด เปิดอีกครั้งวันอังคาร",
    "Korean": "시립도서관은 보일러 고장으로 월요일 하루 종일 휴관합니다. 화요일에는 다시 문을 엽니다.",
    "Russian": "Библиотека на улице Мира в понедельник закрыта из-за поломки котла, во вторник откроется.",
}


@pytest.mark.parametrize("hour", ["06", "07"], ids=["one date", "another date"])
@pytest.mark.parametrize("language", LIBRARY)
def test_notices_under_one_mark_are_told_apart_in_any_script(language: str, hour: str) -> None:
    """Where no spaces stand a text was one word, or few, and all notices but one were lost."""
    for text, is_shared in ((WATER[language], True), (OPEN_AGAIN[language], False)):
        items = "</item><item>".join(
            f"<title>№ 1</title><guid>https://p.example/now</guid><link>https://p.example/now</link>"
            f"<description>{say}</description><pubDate>Tue, 24 Nov 2026 {at}:00:00 GMT</pubDate>"
            for say, at in ((text, hour), (LIBRARY[language], "06"))
        )
        assert [item.guid is None and item.shares_url for item in read(rss(items)).entries] == [is_shared] * 2


@pytest.mark.parametrize(
    ("page", "guid", "hour", "is_shared"),
    [
        ("https://status.example/", "s2", "07", True),
        ("https://status.example/", "s1", "07", False),
        ("https://status.example/", "s2", "06", False),
        ("https://status.example/incidents/1", "s2", "07", False),
    ],
    ids=["once more", "one guid", "one date", "a page of its own"],
)
def test_what_a_site_says_once_more_at_its_own_page_is_another_item(
    page: str, guid: str, hour: str, is_shared: bool
) -> None:
    """`Service degraded`, in one form of words: the second was the first again, and lost."""
    items = "</item><item>".join(
        f"<title>Service degraded</title><guid>{mark}</guid><link>{page}</link>"
        f"<description>We look into it.</description><pubDate>Tue, 24 Nov 2026 {at}:00:00 GMT</pubDate>"
        for mark, at in ((guid, hour), ("s1", "06"))
    )
    assert [item.shares_url for item in read(rss(items)).entries] == [is_shared] * 2


def test_what_is_new_where_one_url_leads_to_all_is_counted() -> None:
    """Nothing of such a feed ever was: its rhythm stayed unknown, and ops heard that it had fallen silent."""

    def document(*numbers: int) -> bytes:
        items = [f"<title>T{n}</title><guid>n{n}</guid><link>https://news.example/</link>" for n in numbers]
        return rss("</item><item>".join(items)).encode()

    before: str | None = None
    new = []
    for numbers in ((2, 1), (3, 2), (5, 4)):
        parsed = parse_delta(document(*numbers), url="https://news.example/f", headers={}, seen_at=NOON, before=before)
        before = parsed.fingerprints
        new.append((parsed.comparison.new, parsed.comparison.rolled_over))
    assert new == [(2, False), (1, False), (2, True)]
