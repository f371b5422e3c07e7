"""What stands before or behind a photo: its credit by a label with a comma, by who took it, or nothing but its kind."""

from __future__ import annotations

import pytest

from bot.core.text.reading import read_entry
from tests.core.text.test_zones import between, entry


@pytest.mark.parametrize(
    "line",
    [
        "Image source, Getty Images",
        "Image caption, Workers leave the Quorvex plant",
        "इमेज स्रोत, Getty Images",
        "منبع تصویر، Getty Images",
        "பட மூலாதாரம், Getty Images",
        "Автор фото, Getty Images",
        "Foto: TASR – Ján Quorvex",
        "新华社记者 王勃 摄",
        "＝3日午前、ゼルム、山田太郎撮影",
        "ছবি: রাজু ব্রান্ট/প্রথম আলো",
        "(File photo)",
        "Borítókép: Quorvex János/Telex",
        "ফাইল ছবি",
        "Ola Quorvex / NRK",
    ],
)
def test_what_stands_at_a_photo_is_a_caption(line: str) -> None:
    assert read_entry(entry(between(line))).caption == line
