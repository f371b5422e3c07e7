"""Signs that are drawn as letters, in texts and in rules."""

from __future__ import annotations

import pytest

from bot.core.matching.evaluate import holds
from bot.core.matching.mentions import EntryText
from bot.core.query.parser import parse_query
from bot.core.text.drawn_letters import as_letters
from bot.core.text.reading import read_entry
from tests.builders import entry


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("⾦融⼤⼿が⽇本で", "金融大手が日本で"),
        ("⻄⽇本の⺠主党、⻑野", "西日本の民主党、長野"),
        ("Ⓞⓡⓑⓡⓔⓒⓗⓣ sues", "Orbrecht sues"),
        ("🅱🆁🅴🅰🅺🅸🅽🅶 news", "BREAKING news"),
        ("🅰️🅱️🅾️", "A️B️O️"),
        ("🄽🄴🅆🅂 🅝🅔🅦🅢", "NEWS NEWS"),
        ("ⓒ 2026, blood of 🅰, 🅿️ and Ⓐ", "ⓒ 2026, blood of 🅰, 🅿️ and Ⓐ"),
        ("🆗 🆘 🇺🇸 ①②③ ⼈?", "🆗 🆘 🇺🇸 ①②③ 人?"),
        ("⺅ and ⺡ are parts of characters", "⺅ and ⺡ are parts of characters"),
        ("plain text", "plain text"),
    ],
)
def test_a_sign_is_the_letter_that_it_is_drawn_as(written: str, read: str) -> None:
    assert as_letters(written) == read
    assert len(written) == len(read)


@pytest.mark.parametrize(
    ("when", "text", "found"),
    [
        ("金融", "⾦融⼤⼿が", True),
        ("⾦融", "金融大手が", True),
        ("長野", "⻑野で", True),
        ("Orbrecht", "&#9412;&#9441;&#9425;&#9441;&#9428;&#9426;&#9431;&#9443; sues", True),
        ("Orbrecht", "ᴏʀʙʀᴇᴄʜᴛ sues", True),
        ("US", "ᴛʜᴇ ᴜꜱ sues", True),
        ("NATO", "𝗡𝗔𝗧𝗢 and ɴᴀᴛᴏ", True),
        ('"col·legi"', "un coŀlegi nou", True),
        ("coŀlegi", "un col·legi nou", True),
        ("COVID-19", "COVID﹣19 spreads", True),
        ("葛城市", "葛\U000e0100城市で", True),
        ("Orbrecht", "Or\U000e0062\U000e0072brecht, Or\U000e0101brecht", True),
        ("C", "ⓒ Orbrecht", False),
        ("Orbrecht", "ᴏʀʙʀ", False),
    ],
)
def test_rules_find_what_people_read(when: str, text: str, *, found: bool) -> None:
    story = entry("Zelm", body=f"<p>{text}</p>")
    assert holds(parse_query(when), EntryText(story, read_entry(story), frozenset())) is found
