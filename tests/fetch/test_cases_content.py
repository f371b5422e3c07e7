"""docs/polling.md, fault cases 21 to 41, 43 and 44, by number, as far as fetching, parsing and polling decide them.

What ingest decides (an entry known from before is no news, whatever became of its feed) is checked through the whole
pipeline in `test_cases_pipeline.py`.
"""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest

from bot.fetch import ParserPool
from bot.model import FeedHealth, NoticeKind, PollRecord
from tests.builders import rss, rss_item
from tests.fetch.conftest import Poller, kinds_told, poller
from tests.fetch.hostile import FEED, Hostile, answer, not_modified, status, zipped

DAY = timedelta(days=1)


def entries(record: PollRecord) -> list[tuple[str, str | None, str | None]]:
    return [(entry.title, entry.guid, entry.url) for entry in record.entries]


async def test_case_21_rewritten_guids_are_no_gap(server: Hostile, polling: Poller) -> None:
    url = server.serve("/feed", answer(FEED), answer(rss(rss_item(1, guid="new-1"), rss_item(2, guid="new-2"))))
    await polling.poll(url)
    record = await polling.poll(url)
    assert (record.baseline, record.notices) == (0, ())


async def test_case_22_reordered_is_nothing_new(server: Hostile, polling: Poller) -> None:
    url = server.serve("/feed", answer(FEED), answer(rss(rss_item(2), rss_item(1))))
    await polling.poll(url)
    record = await polling.poll(url)
    assert (record.entries, record.baseline, record.notices) == ((), 0, ())


async def test_case_23_vanished_and_returned_keeps_its_guid(server: Hostile, polling: Poller) -> None:
    url = server.serve("/feed", answer(FEED), answer(rss(rss_item(2))), answer(FEED))
    first = await polling.poll(url)
    assert entries(await polling.poll(url)) == []
    assert entries(await polling.poll(url)) == entries(first)[:1]


async def test_case_24_without_a_guid_the_link_stands(server: Hostile, polling: Poller) -> None:
    record = await polling.poll(server.serve("/feed", answer(rss(rss_item(1, guid=None)))))
    assert entries(record) == [("Story 1", None, "https://news.example/1")]


async def test_case_25_one_guid_on_two_links_is_two_entries(server: Hostile, polling: Poller) -> None:
    record = await polling.poll(server.serve("/feed", answer(rss(rss_item(1, guid="same"), rss_item(2, guid="same")))))
    assert entries(record) == [
        ("Story 1", None, "https://news.example/1"),
        ("Story 2", None, "https://news.example/2"),
    ]


async def test_case_28_full_then_empty_then_full(server: Hostile, polling: Poller) -> None:
    url = server.serve("/feed", answer(FEED), answer(rss()), answer(rss()), answer(FEED))
    records = [await polling.poll(url) for _ in range(4)]
    assert [record.state.health for record in records] == [FeedHealth.OK] * 4
    assert [len(record.entries) for record in records] == [2, 0, 0, 0]
    assert [record.baseline for record in records] == [2, 0, 0, 0]
    assert all(record.notices == () for record in records)


async def test_case_28_full_again_of_other_things_is_a_baseline(server: Hostile, polling: Poller) -> None:
    url = server.serve("/feed", answer(FEED), answer(rss()), answer(rss(rss_item(8), rss_item(9))))
    await polling.poll(url)
    await polling.poll(url)
    assert (await polling.poll(url)).baseline == 2


async def test_case_28_a_new_story_among_the_returned_is_news(server: Hostile, polling: Poller) -> None:
    url = server.serve("/feed", answer(FEED), answer(rss()), answer(rss(rss_item(3), rss_item(2), rss_item(1))))
    await polling.poll(url)
    await polling.poll(url)
    assert (await polling.poll(url)).baseline == 0


AFTER = "Tue, 24 Nov 2026 12:30:00 GMT"
BEFORE = "Tue, 24 Nov 2026 11:30:00 GMT"


async def test_a_date_without_seconds_in_the_minute_of_the_empty_answer_is_news(
    server: Hostile, polling: Poller
) -> None:
    url = server.serve(
        "/feed", answer(rss()), answer(rss(rss_item(1, date="Tue, 24 Nov 2026 12:00:00 GMT"), rss_item(2, date=BEFORE)))
    )
    polling.now += timedelta(seconds=40)
    await polling.poll(url)
    record = await polling.poll(url)
    assert [entry.title for entry in record.entries[record.baseline :]] == ["Story 1"]


@pytest.mark.parametrize("was_full", [False, True], ids=["new feed", "full before"])
async def test_what_an_empty_feed_shows_next_is_news_if_it_is_dated_after(
    server: Hostile, polling: Poller, was_full: bool
) -> None:
    shown = rss(rss_item(7, date=BEFORE), rss_item(8), rss_item(9, date=AFTER))
    url = server.serve("/feed", *[answer(FEED)] * was_full, answer(rss()), answer(rss()), answer(shown))
    for minutes in (0, 0, 10)[not was_full :]:
        polling.now += timedelta(minutes=minutes)
        await polling.poll(url)
    polling.now += timedelta(hours=1)
    record = await polling.poll(url)
    assert ([entry.title for entry in record.entries], record.baseline) == (["Story 7", "Story 8", "Story 9"], 2)
    assert (await polling.poll(url)).entries == ()


async def test_a_full_feed_that_was_empty_alerts_nothing_dated_before_that(server: Hostile, polling: Poller) -> None:
    returned = rss(rss_item(1), rss_item(2), rss_item(3, date=BEFORE), rss_item(4, date=AFTER), rss_item(5))
    url = server.serve("/feed", answer(FEED), answer(rss()), answer(returned))
    await polling.poll(url)
    await polling.poll(url)
    polling.now += timedelta(hours=1)
    record = await polling.poll(url)
    assert [entry.title for entry in record.entries[: record.baseline]] == ["Story 3"]
    assert [entry.title for entry in record.entries[record.baseline :]] == ["Story 4", "Story 5"]


@pytest.mark.parametrize("between", [[], [not_modified()]], ids=["at once", "a 304 that was stuck"])
async def test_what_came_out_between_a_full_answer_and_an_empty_one_is_news(
    server: Hostile, polling: Poller, between: list[bytes]
) -> None:
    """It was in neither, and counted as old: a site that is empty for one poll lost what it had brought since. A 304
    shows nothing, whatever it says."""
    later = rss(
        rss_item(7, date="Tue, 24 Nov 2026 13:10:00 GMT"),
        rss_item(8, date="Tue, 24 Nov 2026 11:55:00 GMT"),
        rss_item(9, date="Tue, 24 Nov 2026 11:40:00 GMT"),
        rss_item(5, date="2026-11-24"),
        rss_item(6, date="2026-11-23"),
    )
    url = server.serve("/feed", answer(FEED, 'ETag: "1"'), *between, *[answer(rss())] * 2, answer(later))
    for hours in (0, *[2] * len(between), 2, 3, 4):
        polling.now += timedelta(hours=hours)
        record = await polling.poll(url)
    assert [entry.title for entry in record.entries[record.baseline :]] == ["Story 7", "Story 8", "Story 5"]


async def test_days_of_another_zone_around_an_empty_answer_are_days(server: Hostile, polling: Poller) -> None:
    """Midnight of Delhi is 18:30 of the day before: what bore it was older than the last full answer."""
    days = [rss_item(day, date=f"{day} Nov 2026 00:00:00 +0530") for day in (24, 22, 23)]
    url = server.serve("/feed", answer(rss(*days[1:])), answer(rss()), answer(rss(*days)))
    for hours in (0, 2, 3):
        polling.now += timedelta(hours=hours)
        record = await polling.poll(url)
    assert [entry.title for entry in record.entries[record.baseline :]] == ["Story 24"]


async def test_a_feed_that_begins_empty_has_its_baseline_later(server: Hostile, polling: Poller) -> None:
    url = server.serve("/feed", answer(rss()), answer(FEED), answer(rss(rss_item(3), rss_item(2))))
    records = [await polling.poll(url) for _ in range(3)]
    assert [record.baseline for record in records] == [0, 2, 0]


@pytest.mark.parametrize(
    "date",
    ["Thu, 24 Nov 2066 10:00:00 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", "nonsense", "", "Thu, 26 Nov 2026 10:00:00 GMT"],
    ids=["2066", "0001", "nonsense", "empty", "two-days-ahead"],
)
async def test_case_30_a_date_that_cannot_be_is_none(server: Hostile, polling: Poller, date: str) -> None:
    record = await polling.poll(server.serve("/feed", answer(rss(rss_item(1, date=date)))))
    assert [entry.published_at for entry in record.entries] == [None]
    assert [entry.seen_at for entry in record.entries] == [polling.now]


async def test_case_31_a_web_page_is_not_a_feed_and_names_one(server: Hostile, polling: Poller) -> None:
    page = '<!doctype html><html><head><link rel="alternate" type="application/rss+xml" href="/rss.xml"></head></html>'
    record = await polling.poll(server.serve("/feed", answer(page, kind="text/html")))
    assert record.state.health is FeedHealth.FAILING
    assert "not a feed" in (record.state.error or "")
    assert server.url("/rss.xml") in (record.state.error or "")


CHALLENGE = "<!doctype html><html><head><title>Just a moment...</title></head><body>Enable JavaScript</body></html>"


@pytest.mark.parametrize(
    "reply",
    [
        answer(CHALLENGE, "cf-mitigated: challenge", code=403, kind="text/html"),
        answer(FEED, "CF-Mitigated: challenge", code=403),
        answer(CHALLENGE, code=503, kind="text/html"),
        answer(CHALLENGE, code=200, kind="text/html"),
    ],
    ids=["cloudflare", "header-alone", "503", "200"],
)
async def test_case_32_a_challenge_page_is_blocked_and_told_once(
    server: Hostile, polling: Poller, reply: bytes
) -> None:
    url = server.serve("/feed", answer(FEED), reply, reply, answer(FEED))
    await polling.poll(url)
    first = await polling.poll(url)
    assert first.state.health is FeedHealth.BLOCKED
    assert kinds_told(first.notices) == [NoticeKind.BLOCKED]
    assert (await polling.poll(url)).notices == ()
    assert kinds_told((await polling.poll(url)).notices) == [NoticeKind.HEALED]


async def test_case_32_a_feed_about_challenges_is_a_feed(server: Hostile, polling: Poller) -> None:
    reply = answer(rss(rss_item(1, title="Just a moment... how Cloudflare checks your browser")))
    assert (await polling.poll(server.serve("/feed", reply))).state.health is FeedHealth.OK


ENTITIES = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))


@pytest.mark.parametrize(
    "doctype, use",
    [
        (f"<!DOCTYPE rss [{ENTITIES}]>", "&l9;"),
        ('<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;"),
        ('<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd"> %p;]>', ""),
        ('<!DOCTYPE rss [<!ENTITY big "' + "a" * 50_000 + '">]>', "&big;" * 2_000),
    ],
    ids=["billion-laughs", "xxe", "parameter-entity", "quadratic"],
)
async def test_case_33_entities_are_not_expanded(server: Hostile, polling: Poller, doctype: str, use: str) -> None:
    body = rss(rss_item(1, title="Safe " + use), rss_item(2)).replace("<rss", doctype + "<rss", 1)
    record = await polling.poll(server.serve("/feed", answer(body)))
    for entry in record.entries:
        assert "root:" not in entry.title
        assert "lollol" not in entry.title
        assert len(entry.title) <= 2_000


async def test_case_34_a_hundred_thousand_attributes_cost_one_feed_a_failure(server: Hostile, polling: Poller) -> None:
    attributes = " ".join(f'a{number}="1"' for number in range(50_000))
    hostile_url = server.serve("/hostile", zipped(rss(rss_item(1)).replace("<item", f"<item {attributes}", 1)))
    good_url = server.serve("/good", answer(FEED))
    hostile, good = await asyncio.gather(polling.poll(hostile_url), polling.poll(good_url))
    assert (hostile.state.health, good.state.health) == (FeedHealth.FAILING, FeedHealth.OK)
    assert "attributes" in (hostile.state.error or "")


async def test_case_34_a_document_that_stalls_its_parser_has_it_killed(server: Hostile) -> None:
    """feedparser compares each category of an item with all before it, which keeps it busy for minutes here."""
    pool = ParserPool(workers=1, deadline=1)
    try:
        async with poller(pool) as polling:
            good_url = server.serve("/good", answer(FEED))
            await polling.poll(good_url)
            categories = "".join(f"<category>{number}</category>" for number in range(200_000))
            stalled_url = server.serve("/stalling", zipped(rss(f"<item>{categories}</item>")))
            stalled, good = await asyncio.gather(
                polling.poll(stalled_url), polling.poll(server.serve("/also", answer(FEED)))
            )
    finally:
        pool.close()
    assert (stalled.state.health, good.state.health) == (FeedHealth.FAILING, FeedHealth.OK)
    assert "given up" in (stalled.state.error or "")


def many(*numbers: int) -> list[str]:
    return [f"<item><guid>{number}</guid></item>" for number in numbers]


@pytest.mark.parametrize(
    "at",
    [
        pytest.param(0, id="first"),
        pytest.param(12_000, id="in the middle", marks=pytest.mark.slow),
        pytest.param(24_000, id="last"),
    ],
)
async def test_case_35_of_a_long_feed_a_new_entry_is_found_wherever_it_stands(
    server: Hostile, polling: Poller, at: int
) -> None:
    items = many(*range(24_000))
    changed = rss(*items[:at], *many(99_999), *items[at:])
    url = server.serve("/feed", answer(rss(*items), 'ETag: "1"'), answer(changed, 'ETag: "2"'))
    record = await polling.poll(url)
    assert (len(record.entries), record.state.health, record.baseline) == (5_000, FeedHealth.OK, 5_000)
    assert any("first 5,000" in problem for problem in record.problems)
    assert polling.validators(url)[0] == '"1"'
    record = await polling.poll(url)
    assert ([entry.guid for entry in record.entries], record.baseline) == (["99999"], 0)
    assert polling.validators(url)[0] == '"2"'


async def test_case_35_more_news_than_are_taken_at_once_comes_with_the_next_polls(
    server: Hostile, polling: Poller
) -> None:
    long = rss(*many(*range(12_001)))
    url = server.serve("/feed", answer(rss(*many(0)), 'ETag: "1"'), answer(long, 'ETag: "2"'))
    await polling.poll(url)
    taken: list[str | None] = []
    for _ in range(3):
        record = await polling.poll(url)
        taken += [entry.guid for entry in record.entries]
        assert (record.state.health, record.baseline) == (FeedHealth.OK, 0)
    assert taken == [str(number) for number in range(1, 12_001)]
    assert polling.validators(url)[0] == '"2"'
    assert (await polling.poll(url)).entries == ()


async def test_case_35_a_hundred_thousand_items_are_read(server: Hostile, polling: Poller) -> None:
    record = await polling.poll(server.serve("/feed", answer(rss(*many(*range(100_000))))))
    assert (len(record.entries), record.state.health) == (5_000, FeedHealth.OK)


@pytest.mark.parametrize("count", [201, 300, 5_000])
async def test_a_feed_that_appends_loses_nothing(server: Hostile, polling: Poller, count: int) -> None:
    url = server.serve("/feed", answer(rss(*many(*range(count)))), answer(rss(*many(*range(count + 3)))))
    await polling.poll(url)
    record = await polling.poll(url)
    assert [entry.guid for entry in record.entries] == [str(number) for number in range(count, count + 3)]


async def test_what_is_longer_than_our_own_cap_is_a_note_and_no_failure(server: Hostile, polling: Poller) -> None:
    long = rss(*(rss_item(number, title="word " * 300) for number in range(900)))
    url = server.serve("/feed", answer(long, 'ETag: "1"'), answer(long.replace("Story", "Other"), 'ETag: "1"'))
    record = await polling.poll(url)
    assert (record.state.health, record.state.error, record.baseline) == (FeedHealth.OK, None, len(record.entries))
    assert 500 < len(record.entries) < 900
    assert any("larger than the limit (1 MB)" in problem for problem in record.problems)
    assert polling.validators(url)[0] == '"1"'
    assert record.state.next_due_at - polling.now <= 1.1 * record.state.interval
    await polling.poll(url)
    assert server.requests("/feed")[1].headers["if-none-match"] == '"1"'


async def test_case_40_an_entry_cut_by_the_end_waits_until_it_is_whole(server: Hostile, polling: Poller) -> None:
    whole = rss(rss_item(1), rss_item(2), rss_item(3))
    cut = whole[: whole.index("About story 2")]
    url = server.serve("/feed", answer(cut, 'ETag: "cut"'), answer(cut, 'ETag: "cut"'), answer(whole, 'ETag: "whole"'))
    first = await polling.poll(url)
    assert [entry.title for entry in first.entries] == ["Story 1"]
    assert polling.validators(url) == (None, None)
    assert (await polling.poll(url)).entries == ()
    assert "if-none-match" not in server.requests("/feed")[-1].headers
    last = await polling.poll(url)
    assert [entry.title for entry in last.entries] == ["Story 2", "Story 3"]
    assert polling.validators(url) == ('"whole"', None)


async def test_case_40_a_document_cut_before_its_first_entry_fails(server: Hostile, polling: Poller) -> None:
    cut = rss(rss_item(1))[:-70]
    assert (await polling.poll(server.serve("/feed", answer(cut)))).state.health is FeedHealth.FAILING


async def test_case_41_a_json_feed_cut_in_an_item_gives_its_whole_items(server: Hostile, polling: Poller) -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "J",
        "items": [{"id": str(number), "content_text": "x" * 50, "title": f"T{number}"} for number in range(3)],
    }
    record = await polling.poll(server.serve("/feed", answer(json.dumps(feed)[:-40], kind="application/feed+json")))
    assert [entry.title for entry in record.entries] == ["T0", "T1"]


async def test_failing_is_told_at_the_third_failure_and_healed_once(server: Hostile, polling: Poller) -> None:
    url = server.serve("/feed", answer(FEED), *[status(500)] * 5, answer(rss(rss_item(3), rss_item(2))))
    kinds = [kinds_told((await polling.poll_when_due(url)).notices) for _ in range(7)]
    assert kinds == [[], [], [], [NoticeKind.FAILING], [], [], [NoticeKind.HEALED]]


async def test_a_feed_that_never_worked_is_told_at_once(server: Hostile, polling: Poller) -> None:
    record = await polling.poll(server.url("/nothing"))
    assert kinds_told(record.notices) == [NoticeKind.FAILING]
    assert "404" in record.notices[0].text


async def test_a_feed_that_rolled_over_in_a_gap_may_have_missed_entries(server: Hostile, polling: Poller) -> None:
    url = server.serve("/feed", answer(FEED), answer(rss(rss_item(8), rss_item(9))))
    await polling.poll(url)
    polling.now += 2 * DAY
    record = await polling.poll(url)
    assert kinds_told(record.notices) == [NoticeKind.GAP]
    assert record.notices[0].text.startswith(
        "May have missed entries of The Feed (feed) between 24 Nov 13:00 CET and 26 Nov"
    )


async def test_a_gap_in_which_the_feed_did_not_roll_over_missed_nothing(server: Hostile, polling: Poller) -> None:
    url = server.serve("/feed", answer(FEED), answer(rss(rss_item(3), rss_item(2))))
    await polling.poll(url)
    polling.now += 2 * DAY
    assert (await polling.poll(url)).notices == ()


async def test_silence_beyond_its_rhythm_is_told_once_and_its_end(server: Hostile, polling: Poller) -> None:
    dates = ("Mon, 23 Nov 2026 10:00:00 GMT", "Mon, 23 Nov 2026 22:00:00 GMT", "Tue, 24 Nov 2026 09:00:00 GMT")
    body = rss(*(rss_item(number, date=date) for number, date in enumerate(dates)))
    url = server.serve("/feed", answer(body))
    await polling.poll(url)
    kinds = []
    for _ in range(4):
        polling.now += DAY
        kinds += [kinds_told((await polling.poll(url)).notices)]
    assert kinds == [[], [NoticeKind.SILENT], [], []]
    server.serve("/feed", answer(rss(rss_item(9), rss_item(2))))
    assert kinds_told((await polling.poll(url)).notices) == [NoticeKind.HEALED]
