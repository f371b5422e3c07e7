"""Texts that nobody would write, each like one before: every one is decided about, and after a restart just so.

A headline of signs alone once stopped what reads the feeds; nobody had thought of writing one.
"""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from bot.model import Entry, OutletId
from tests.core.stories.story_pairs import START, Desk

PIECES = (
    *(
        "🔴",
        "🟢",
        "▲",
        "-3",
        "+3",
        "9",
        "31",
        "%",
        "€50m",
        "2-1",
        "v2.3.1",
        "CVE-2026-1001",
        "2,4 Mrd",
        "१२",
        "億",
        "½",
    ),
    *(
        "عاجل",
        "|",
        "【速報】",
        "UPDATE 2-",
        ":",
        "…",
        "...",
        "-",
        "—",
        "//",
        "(",
        ")",
        '"',
        "’",
        "«",
        "RT",
        "!",
        "?",
        "#41",
    ),
    *(
        "Varno",
        "Huawei",
        "5G",
        "not",
        "nicht",
        "ne",
        "не",
        "لا",
        "不",
        "dead",
        "killed",
        "may",
        "resigns",
        "second",
        "ex-",
    ),
    *(
        "l'Iran",
        "d'",
        "Saint-Denis",
        "Müller",
        "straße",
        "İstanbul",
        "ß",
        "Ａ",
        "ｶ",
        "カタカナ",
        "北京",
        "恢复",
        "사임",
    ),
    *(
        "จำคุก",
        "नाडु",
        "की",
        "ال",
        "والدولة",
        "שלום",
        "",
        "\u200b",
        "\u0301",
        "1/2",
        "Ⅳ",
        "10:30",
        "C++",
        "@us",
        "Montag",
    ),
    *("January", "lundi", "половина", "million", "dozen", "three", "and", "the", "a", "A", "of"),
)
GAPS = (" ", " ", " ", "", "\n", "\u00a0", "\t")


def text(dice: Random, pieces: int) -> str:
    """So many pieces with something, or nothing, between them."""
    return "".join(dice.choice(PIECES) + dice.choice(GAPS) for _ in range(pieces))


def another(dice: Random, written: str) -> str:
    """The text with up to two of its words changed, left out or added."""
    words = written.split(" ")
    for _ in range(dice.randint(0, 2)):
        at = dice.randrange(len(words))
        words[at : at + dice.randint(0, 1)] = dice.choice(
            ([], [dice.choice(PIECES)], [words[at].upper()], [words[at][::-1]])
        ) or [""]
    return " ".join(words)


def odd_entries(seed: int, many: int) -> list[Entry]:
    """Entries of a lot, a minute apart, most of them like one before."""
    dice = Random(seed)
    entries: list[Entry] = []
    for number in range(many):
        at = START + timedelta(minutes=number)
        if entries and dice.random() < 0.7:
            like = dice.choice(entries)
            title, summary = another(dice, like.title), another(dice, like.summary)
        else:
            title, summary = text(dice, dice.randint(0, 9)), text(dice, dice.choice((0, 1, 3, 10, 40, 120)))
        source = OutletId(dice.choice("abcde"))
        entries.append(Entry(title=title, summary=summary, source=source, published_at=at, seen_at=at))
    return entries


@pytest.mark.parametrize(
    ("seed", "many"),
    [
        (1, 300),
        pytest.param(2, 300, marks=pytest.mark.slow),
        *(pytest.param(seed, 1_500, marks=pytest.mark.slow) for seed in range(3, 7)),
    ],
)
def test_no_text_stops_a_decision_and_a_restart_changes_none(seed: int, many: int) -> None:
    entries = odd_entries(seed, many)
    through, stopped = Desk(), Desk()
    decided = through.take_all(entries)
    again = stopped.take_all(entries[: many // 2])
    stopped.restart()
    assert [*again, *stopped.take_all(entries[many // 2 :])] == decided
    assert all(decision.story <= decision.entry for decision in decided)
    assert all(decision.duplicate_of < decision.entry for decision in decided if decision.duplicate_of is not None)
