"""A range before a scale is two figures, and a scale is one in every case of its language."""

from __future__ import annotations

import pytest

from bot.core.similarity.tokens import FIGURE, read_tokens
from bot.model import Verdict
from tests.core.stories.story_pairs import Desk, hourly

RANGES = {
    "en": ("Zephra aims for 3-4 billion valuation in listing", "Zephra aims for 5-6 billion valuation in listing"),
    "de, other words": (
        "Zephra will 3-4 Milliarden beim Börsengang",
        "Zephra will beim Börsengang jetzt 5-6 Milliarden",
    ),
    "es": ("Zefra busca valer 3-4 millones en bolsa", "Zefra busca valer 5-6 millones en bolsa"),
    "ru, a dash": ("«Зефир» оценили в 3–4 млрд рублей", "«Зефир» оценили в 5–6 млрд рублей"),
    "zh": ("泽弗拉上市估值30-40亿元", "泽弗拉上市估值50-60亿元"),
    "per cent": ("Norline to raise fares by 10-15% in May", "Norline to raise fares by 20-25% in May"),
}
ONE_FIGURE = {
    "uk": ("Кассир Скиба утік з 50 тисячами доларів", "Скиба: утік касир, зникли 50 тисяч доларів"),
    "ru": ("Кассира поймали с 3 миллионами рублей в Корбине", "Кассир в Корбине взял 3 миллиона рублей"),
}
READ = {
    "5-6 billion": ["#5", "#6000000000"],
    "10–15 %": ["#10", "#15"],
    "2-1 million-pound": [],
    "2-1": [],
    "2024-25": [],
    "3-5 years": [],
    "o 3 milionach": ["#3000000"],
    "ve 2 milionech": ["#2000000"],
    "yli 5 miljoonan": ["#5000000"],
    "4 εκατομμυρίων": ["#4000000"],
}
"""Its figures: a score, a season or what counts smaller things is a name."""


@pytest.mark.parametrize(("first", "then"), RANGES.values(), ids=RANGES)
def test_a_range_in_anothers_place_is_told_as_news_of_its_story(first: str, then: str) -> None:
    """`5-6` was a name in the place of `3-4`: another event, or silent."""
    assert Desk().take_all(hourly((first, then)))[1].verdict is Verdict.UPDATE


@pytest.mark.parametrize(("first", "then"), ONE_FIGURE.values(), ids=ONE_FIGURE)
def test_a_figure_is_the_same_in_another_case(first: str, then: str) -> None:
    assert Desk().take_all(hourly((first, then)))[1].verdict is Verdict.SAME_STORY


@pytest.mark.parametrize(("text", "figures"), READ.items(), ids=READ)
def test_a_range_is_read_as_figures_before_a_scale_alone(text: str, figures: list[str]) -> None:
    assert [token.unit for token in read_tokens(text) if token.kind == FIGURE] == figures
