"""News in Arabic and Hebrew among words of ours: each text keeps its direction to itself."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.model import Evidence, MessageKind, OutletId, SourceLine, Spike
from tests.builders import digest
from tests.sinks.slack.test_blocks import check, line, rich


def test_news_from_right_to_left_keeps_its_direction_to_itself() -> None:
    """Drawn was `G لتطوير شبكات 5`, the 5G of a headline torn apart, and the hour before the outlet."""
    title, said = "السعودية توقع اتفاقا مع Huawei لتطوير شبكات 5G", "قالت الوزارة إن الاتفاق يشمل شبكات 5G."
    arabic = rich(
        1,
        title=title,
        source_name="الحياة",
        quote=Evidence(zone="summary", text=said, spans=((35, 37),)),
        updated=True,
        changes=("9 → 112 قتيلا",),
        first=replace(line(2, title, 3), source_name="القدس"),
        rule_names=("مراقبة",),
    )
    blocks = {block.get("block_id", ""): block for block in check(digest(arabic))[0]["blocks"]}
    shown, why = blocks["story:1:r0"], blocks["why:1:r0"]
    headline, quoted, before = (part["elements"] for part in shown["elements"])
    texts = [part["text"] for part in (*headline, *quoted, *before)]
    for apart in (title, "الحياة", "9 → 112 قتيلا", "القدس"):
        assert f"\u2068{apart}\u2069" in texts
    assert "".join(part["text"] for part in quoted) == f"\u2068{said}\u2069"
    assert "Why: *\u2068مراقبة\u2069*" in json.dumps(why, ensure_ascii=False)
    (latin,) = check(digest(rich(1)))
    assert "\u2068" not in json.dumps(latin, ensure_ascii=False)


@pytest.mark.parametrize(
    ("title", "opening"),
    [
        ("Huawei توقع اتفاقا مع الرياض", "\u2067"),
        ("الرياض: Huawei wins the contract", "\u2068"),
        ("Orbrecht buys الحياة", "\u2068"),
    ],
    ids=["a Latin name first", "an Arabic name first", "an Arabic name in Latin"],
)
def test_a_headline_goes_the_way_most_of_it_goes(title: str, opening: str) -> None:
    (message,) = check(digest(rich(1, title=title)))
    assert f"{opening}{title}\u2069" in json.dumps(message["blocks"], ensure_ascii=False)


def test_what_a_reply_and_a_burst_tell_keeps_its_direction_to_itself() -> None:
    (reply,) = check(digest(rich(1, changes=("9 → 112 قتيلا",)), kind=MessageKind.REPLY))
    assert '"text": "\u20689 → 112 قتيلا\u2069"' in json.dumps(reply["blocks"], ensure_ascii=False)
    burst = Spike(reports=(replace(line(2, "Dam breaks", 3), source_name="القدس"),), more=2, bar="▁█", most=3)
    (message,) = check(digest(kind=MessageKind.SPIKE, title="Dam: 3 outlets", spike=burst))
    assert '"text": "\u2068القدس\u2069"' in json.dumps(message["blocks"], ensure_ascii=False)


def test_names_from_right_to_left_stay_in_their_order() -> None:
    """Drawn was `then 2+ الحياة ,القدس العربي`: the two changed places, and the count came first."""
    names = ("Courier", "القدس العربي", "الحياة")
    sources = tuple(SourceLine(outlet=OutletId(name), name=name, url=None) for name in names)
    (message,) = check(digest(rich(1, sources=sources)))
    assert "first: Courier, then \u2068القدس العربي\u2069, \u2068الحياة\u2069" in json.dumps(
        message, ensure_ascii=False
    )
