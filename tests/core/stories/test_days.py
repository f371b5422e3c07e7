"""What was published on other days is another event, whenever it comes in: a feed's backlog reaches back for years."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model import Decision, Entry, OutletId, Verdict
from tests.core.stories.story_pairs import START, Desk

SAME_EVENT = {
    "en": ("Quake near Varno kills nine miners", "Nine miners dead after Varno quake"),
    "de": ("Beben bei Varno tötet neun Bergleute", "Neun tote Bergleute nach Beben bei Varno"),
    "fr": ("Un séisme près de Varno tue neuf mineurs", "Neuf mineurs tués après le séisme de Varno"),
    "es": ("Un seísmo cerca de Varno mata a nueve mineros", "Nueve mineros muertos tras el seísmo de Varno"),
    "it": ("Sisma vicino a Varno uccide nove minatori", "Nove minatori morti dopo il sisma di Varno"),
    "ru": ("Землетрясение у Варно убило девять шахтёров", "Девять шахтёров погибли после землетрясения в Варно"),
    "ar": ("زلزال فارنو يقتل تسعة من عمال المنجم", "مقتل تسعة من عمال المنجم في زلزال فارنو"),
    "zh": ("瓦尔诺地震造成九名矿工死亡", "九名矿工在瓦尔诺地震中死亡"),
    "ja": ("バルノ地震で鉱山作業員九人死亡", "鉱山作業員九人がバルノ地震で死亡"),
    "hi": ("वारनो भूकंप में नौ खनिकों की मौत", "वारनो में भूकंप से नौ खनिक मारे गए"),
}
COPY = "Nine miners dead after quake near Varno"
TEXT = (
    "The quake struck the northern slope of the Varno massif shortly before dawn, when the night shift was still below "
    "ground. Rescue teams from three valleys worked through the day to reach the lower galleries of the mine."
)


def two(first: Entry, second: Entry, days: float | None) -> Decision:
    """Decides about two reports that come in ten minutes apart, the first published `days` before (None: undated)."""
    at = START - timedelta(days=days) if days is not None else None
    first = replace(first, published_at=at, source=OutletId("ledger"))
    second = replace(second, published_at=START, source=OutletId("courier"), seen_at=START + timedelta(minutes=10))
    return Desk().take_all([first, second])[1]


@pytest.mark.parametrize(("first", "then"), SAME_EVENT.values(), ids=SAME_EVENT)
@pytest.mark.parametrize(("days", "joins"), {1: True, 4.9: True, 5.1: False, 800: False}.items())
def test_a_story_takes_what_was_published_while_it_is_open(first: str, then: str, days: float, *, joins: bool) -> None:
    decision = two(Entry(title=first, seen_at=START), Entry(title=then, seen_at=START), days)
    assert (decision.story == 1) == joins, decision.reason
    if not joins:
        assert decision.verdict == Verdict.NEW_STORY
        assert f"published {days:.0f} days apart" in decision.reason


def test_the_older_may_come_in_later() -> None:
    new, old = (Entry(title=title, seen_at=START) for title in SAME_EVENT["en"])
    old = replace(old, published_at=START - timedelta(days=400), source=OutletId("courier"))
    _, second = Desk().take_all([replace(new, published_at=START, source=OutletId("ledger")), old])
    assert second.verdict == Verdict.NEW_STORY, second.reason


@pytest.mark.parametrize("is_late", [True, False])
def test_a_date_that_says_nothing_tells_nobody_apart(*, is_late: bool) -> None:
    first, then = (Entry(title=title, seen_at=START) for title in SAME_EVENT["en"])
    assert two(first, then, None).story == 1
    assert (two(replace(first, is_late=is_late), then, 800).story == 1) == is_late


@pytest.mark.parametrize(
    ("text", "days", "verdict"),
    [("", 1, Verdict.NEAR_DUPLICATE), ("", 30, Verdict.NEW_STORY), (TEXT, 30, Verdict.NEAR_DUPLICATE)],
)
def test_a_headline_of_other_days_is_no_original_but_a_text_is(text: str, days: float, verdict: Verdict) -> None:
    """`Quake hits Varno` is true twice in ten years; two hundred words are written once."""
    entry = Entry(title=COPY, summary=text, seen_at=START)
    assert two(entry, replace(entry, title=f"{COPY} | Courier"), days).verdict == verdict


def test_dates_outlive_a_restart() -> None:
    first, then = (Entry(title=title, seen_at=START) for title in SAME_EVENT["en"])
    desk = Desk()
    desk.take(replace(first, published_at=START - timedelta(days=400), source=OutletId("ledger")))
    desk.restart()
    second = desk.take(replace(then, published_at=START, source=OutletId("courier")))
    assert second.verdict == Verdict.NEW_STORY, second.reason
