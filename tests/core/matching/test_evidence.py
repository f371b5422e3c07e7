"""What a match shows: the words, the sentence that is quoted, and of a rule that missed the part that decided."""

from __future__ import annotations

import pytest

from bot.core.matching.describe import words_in_capitals
from bot.core.matching.evaluate import basis_of
from bot.core.matching.evidence import evidence_of, told_once
from bot.core.matching.matcher import Matcher
from bot.core.matching.mentions import EntryText
from bot.core.query.parser import parse_query
from bot.core.text.reading import read_entry
from bot.model import Entry, OutletId, Rule, RuleId
from bot.model.watch import SpikeSettings
from tests.builders import entry
from tests.core.matching.one_rule import ENTITIES, match

SHOWN = [
    ('"no spy"', entry("A no-spy deal"), [("title", "no-spy")]),
    ("Huawei", entry("x", body="Huawei’s plan"), [("body", "Huawei")]),
    ("US", entry("In the U.S. today"), [("title", "U.S.")]),
    ("stock*", entry("Stocks fall"), [("title", "Stocks")]),
    ("5G", entry("华为5G网络"), [("title", "5G")]),
    ("ファーウェイ", entry("ﾌｧｰｳｪｲの"), [("title", "ﾌｧｰｳｪｲ")]),
    ("Huawei AND 5G", entry("Huawei", body="5G"), [("title", "Huawei"), ("body", "5G")]),
    ("Huawei NEAR/3 deal", entry("Huawei wins a deal"), [("title", "Huawei"), ("title", "deal")]),
    ("Huawei OR ZTE", entry("Huawei and ZTE"), [("title", "Huawei"), ("title", "ZTE")]),
    ("tag:tech AND x", entry("x", tags=("Tech",)), [("title", "x"), ("tag", "Tech")]),
    ("domain:bbc.co.uk", entry("x", url="https://www.bbc.co.uk/1"), [("domain", "www.bbc.co.uk")]),
    (r"/CVE-\d+/", entry("é CVE-1"), [("title", "CVE-1")]),
    ("=AT&T", entry("an AT&T-owned firm"), [("title", "AT&T")]),
    ("5% AND $ORB AND C#", entry("$ORB up 5%, says C# fan"), [("title", "$ORB"), ("title", "5%"), ("title", "C#")]),
    ("CVE-2024-3094", entry("xz-CVE-2024-3094-PoC"), [("title", "CVE-2024-3094")]),
    ('"J.K. Rowling"', entry("By J. K. Rowling"), [("title", "J. K. Rowling")]),
    ("evil.example", entry("at cdn[.]evil[.]example."), [("title", "evil[.]example")]),
    ("US", entry("The U. S. dollar"), [("title", "U. S.")]),
    ("Huawei", entry("Huawei¹ wins"), [("title", "Huawei")]),
    ("السعودية", entry("قال للسعودية"), [("title", "للسعودية")]),
    ("ドナルド・トランプ", entry("前大統領ドナルド・トランプ氏"), [("title", "ドナルド・トランプ")]),
    ("Booking.com", entry("Fees: www.booking.com/fees"), [("title", "booking.com")]),
    ("ישראל", entry("הוא בישראל"), [("title", "ישראל")]),
    ('"תל אביב"', entry("שבְּתֵל אביב"), [("title", "תֵל אביב")]),
    ("war-and-rumor-of-war", entry("www.c.example/b/war-and-rumor-of-war?x"), [("title", "war-and-rumor-of-war")]),
    ("url:if-we-can-keep-it", entry("x", url="https://a.b.example/if-we-can-keep-it"), [("url", "if-we-can-keep-it")]),
]


@pytest.mark.parametrize(("rule", "entry", "shown"), SHOWN, ids=[case[0] for case in SHOWN])
def test_evidence_shows_the_words(rule: str, entry: Entry, shown: list[tuple[str, str]]) -> None:
    found = match(rule, entry)
    assert found is not None
    assert [(part.zone, part.text[start:end]) for part in found.evidence for start, end in part.spans] == shown


@pytest.mark.parametrize(
    "rule",
    [
        "Huawei AND deal",
        "Huaw* OR 5G",
        "@huawei AND (deal OR 5G) NOT shop",
        "U.S. AND AT&T AND obrien",
        '"Huawei deal" AND obrien',
        '"deal Huawei" OR "huawei huawei" OR "AT T"',
        '"led deal" NOT "no spy"',
    ],
)
@pytest.mark.parametrize(
    "body",
    [
        "Huawei’s deal, Huawei. 5-G",
        "“Huawei” O’Brien U.S. AT&T-led deal",
        "HUAWEI huawei\n\ndeal 5G 5g.",
        "İstanbul Huawei deal",
    ],
)
def test_the_quick_look_gives_the_evidence_of_the_long_way(rule: str, body: str) -> None:
    item = entry("Huawei deal", summary=body, body=body)
    reading = read_entry(item)
    query = parse_query(rule, ENTITIES)
    quick = Matcher([Rule(id=RuleId("r"), name="", when=rule, query=query)]).shown(item, reading)
    text = EntryText(item, reading, frozenset())
    basis = basis_of(query, text)
    assert quick == ([] if basis is None else [(0, told_once(evidence_of(basis, text), text))])


PERSIAN = "می\u200cخواهم برویم"
HINDI = "क्\u200dष यहाँ"


@pytest.mark.parametrize(
    ("rule", "text", "word"),
    [
        pytest.param("میخواهم", PERSIAN, "می\u200cخواهم", id="non-joiner in the text"),
        pytest.param("می\u200cخواهم", PERSIAN.replace("\u200c", ""), "میخواهم", id="non-joiner in the rule"),
        pytest.param('"می\u200cخواهم برویم"', PERSIAN, PERSIAN, id="phrase"),
        pytest.param("क्ष", HINDI, "क्\u200dष", id="joiner"),
        pytest.param("love", "I ❤\ufe0f love 👨\u200d👩\u200d👧", "love", id="emoji beside"),
    ],
)
def test_signs_that_shape_letters_are_read_and_do_not_count(rule: str, text: str, word: str) -> None:
    for item in (entry(text), entry("x", body=text)):
        result = match(rule, item)
        assert result is not None
        (evidence,) = result.evidence
        assert evidence.text == text
        assert " ".join(evidence.text[start:end] for start, end in evidence.spans) == word


def test_a_quote_is_the_sentence_that_shows_most() -> None:
    item = entry("Huawei", body="Shares rose. Huawei builds 5G in Rome. It rained. Nokia is out. " + "X " * 300)
    found = match("Huawei AND 5G AND Nokia", item)
    assert found is not None
    assert found.quote is not None
    assert found.quote.text == "Huawei builds 5G in Rome. … Nokia is out."
    assert [found.quote.text[start:end] for start, end in found.quote.spans] == ["Huawei", "5G", "Nokia"]
    only_title = match("Huawei", entry("Huawei"))
    assert only_title is not None
    assert only_title.quote is None


@pytest.mark.parametrize(
    ("body", "quoted"),
    [
        ("Orbrecht.\n\nSubscribe now.\n\nOrbrecht recalls two million cars.", "Orbrecht recalls two million cars."),
        ("Zetrix\n\n+1%\n\nOrbrecht\n\n-8%", "Orbrecht -8%"),
        ("All is well.\n\nOrbrecht", "Orbrecht"),
    ],
    ids=["a word alone", "a cell of a table", "nothing more"],
)
def test_a_quote_says_more_than_the_word_where_it_can(body: str, quoted: str) -> None:
    found = match("Orbrecht", entry("A headline", body=body))
    assert found is not None
    assert found.quote is not None
    assert found.quote.text == quoted
    assert [found.quote.text[start:end] for start, end in found.quote.spans] == ["Orbrecht"]


TWICE = "Orbrecht wins a contract in Veyra."
TEASER = "Veyra and Orbrecht win a con…"


@pytest.mark.parametrize(
    ("rule", "summary", "body", "expected"),
    [
        ("Orbrecht", TWICE, f"{TWICE} Orbrecht is glad.", {"summary": [0], "body": [35]}),
        ("Veyra", TWICE, f"{TWICE} Orbrecht is glad.", {"summary": [28]}),
        ("body:Veyra", TWICE, TWICE, {"body": [28]}),
        ("Veyra", "Veyra waits.", "It rains. Veyra waits for it.", {"summary": [0], "body": [10]}),
        ("Orbrecht", "Orbrecht wins a con…", TWICE, {"summary": [0]}),
        ("Orbrecht", "“Orbrecht’s win” – it is over", '"Orbrecht\'s win" - it is over. It rains.', {"summary": [1]}),
        ("宣布", "公司宣布裁…", "公司宣布裁员，宣布停产。", {"summary": [2], "body": [7]}),
        ("Veyra", TEASER, "Veyra and Orbrecht win a contract in Veyra.", {"summary": [0], "body": [37]}),
    ],
    ids=[
        "said again",
        "only repeated",
        "the body alone",
        "only alike",
        "a teaser that breaks off",
        "with other quotes and no stop",
        "a teaser that breaks off in a run of Chinese",
        "behind the teaser",
    ],
)
def test_what_the_body_repeats_of_the_summary_is_shown_once(
    rule: str, summary: str, body: str, expected: dict[str, list[int]]
) -> None:
    item = entry("Alpha", summary=summary, body=body)
    query = parse_query(rule, {})
    (match,) = Matcher([Rule(id=RuleId("r"), name="", when=rule, query=query)]).match(item, read_entry(item))
    assert {part.zone: [start for start, _ in part.spans] for part in match.evidence} == expected


WHY = {
    "Huawei AND 5G": "5G is not in title, summary or body",
    "Huawei AND Trump": "Trump stands only in a promo line",
    "body:Huawei": "Huawei stands only in title",
    "url:Trump": "Trump stands only in a promo line",
    "Huawei NOT shop": "NOT shop: “shop” stands in title",
    "US": "US is found in capitals only, and stands here in another case",
    "ATLEAST/2 Huawei": "Huawei is there 1 time, not 2",
    "Huawei NEAR/1 shop": "Huawei and shop are there, but not within 1 word",
    "FIRST/1 shop": "shop is there, but not among the first 1 word",
    "Huawei NEAR/3 Text": "Huawei and Text are there, but in different fields",
    "(ZTE OR shop) NEAR/0 Huawei": "(ZTE OR shop) and Huawei are there, but not within 0 words",
    "Huawei NOT (shop OR ZTE)": "NOT (shop OR ZTE): “shop” stands in title",
    "open": "open is not in title, summary or body, but “opens” is: open* finds it",
    '"us sho"': "sho is not in title, summary or body, but “shop” is: sho* finds it",
    "a-shop": 'a-shop is not in title, summary or body, but “a shop” is: write "a shop", which finds both',
    '"opens a-shop for"': '"opens a-shop for" is not in title, summary or body, but “opens a shop for” is: write '
    '"opens a shop for", which finds both',
    "a1 OR a2 OR a3 OR a4": "none of a1, a2, a3, a4 holds",
    "a1 OR a2 OR a3 OR a4 OR a5 OR a6 OR a7 OR a8": "none of a1, a2, a3, a4, a5, a6 and 2 more holds",
    "shop++": "shop++ is not in title, summary or body, but shop without its sign is",
    '"shop opens"': 'the words of "shop opens" are there, but not as a phrase',
    "source:bbc": "source:bbc: source is cnn",
    "lang:en": "lang:en: the story has no lang",
    "=huawei": "=huawei is there, but not in this spelling",
    "@us": "no name of @us is in title, summary or body",
}


@pytest.mark.parametrize(("rule", "why"), WHY.items(), ids=WHY)
def test_the_part_that_decided(rule: str, why: str) -> None:
    item = entry("Huawei opens a shop for us", body="Text.\n\nMore news: Trump visits", source=OutletId("cnn"))
    (verdict,) = Matcher([Rule(id=RuleId("r"), name="", when=rule, query=parse_query(rule, ENTITIES))]).explain(
        item, read_entry(item)
    )
    assert verdict.match is None
    assert verdict.why == why


def test_values_that_are_compared_whole_ask_for_no_capitals() -> None:
    assert words_in_capitals(parse_query("US AND source:BBC AND NOT lang:EN")) == ["US"]


def test_a_story_of_a_rule_with_a_spike_is_not_posted_alone() -> None:
    rule = Rule(id=RuleId("r"), name="r", when="Huawei", query=parse_query("Huawei"), spike=SpikeSettings())
    item = entry("Huawei wins")
    (verdict,) = Matcher([rule]).explain(item, read_entry(item))
    assert verdict.why == "“Huawei” stands in title; it counts towards a spike, and is not posted alone"
