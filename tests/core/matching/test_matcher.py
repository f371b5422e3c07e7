"""The matcher: the meaning of every kind of rule, evidence, fields, labels, and what it must survive."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.core.matching.evaluate import basis_of
from bot.core.matching.evidence import evidence_of, told_once
from bot.core.matching.matcher import Matcher
from bot.core.matching.mentions import EntryText
from bot.core.matching.required_terms import required_terms
from bot.core.matching.rule_index import RuleIndex
from bot.core.query.parser import parse_query
from bot.core.rulefile.inline_tests import entry_of
from bot.core.rulefile.ruleset import read_ruleset
from bot.core.text.reading import read_entry
from bot.core.text.terms import index_terms
from bot.model import Entry, FeedId, Match, OutletId, Rule, RuleId
from bot.model.query import Entity, Query, Word
from tests.builders import entry, rule

ENTITIES: dict[str, Query] = {
    "us": Entity(
        name="us",
        names=(Word(text="US"), parse_query('"United States"')),
        but_not=(parse_query('"T-Mobile US"'), parse_query('"American Airlines"')),
    ),
    "huawei": Entity(name="huawei", names=(Word(text="Huawei"), Word(text="HiSilicon"), Word(text="华为"))),
}


def match(rule: str, entry: Entry, labels: frozenset[str] = frozenset()) -> Match | None:
    matcher = Matcher([Rule(id=RuleId("r"), name=rule, when=rule, query=parse_query(rule, ENTITIES))])
    found = matcher.match(entry, read_entry(entry), labels)
    return found[0] if found else None


WORDS = " ".join(f"w{number}" for number in range(100))
CASES: list[tuple[str, Entry, bool]] = [
    ("Huawei", entry("HUAWEI wins"), True),
    ("Huawei", entry("x", summary="Huawei"), True),
    ("Huawei", entry("x", url="https://huawei.example", tags=("huawei",), source=OutletId("huawei")), False),
    ("Huawei AND 5G", entry("Huawei", body="in 5G networks"), True),
    ("Huawei NOT (5G AND shop)", entry("Huawei opens a shop"), True),
    # smart case
    ("US", entry("TELL US MORE"), True),
    ("US", entry("HUAWEI OPENS A SHOP", body="They told us so."), False),
    ("Huawei NOT US", entry("Huawei told us so"), True),
    ('"US sales"', entry("He helped us sales people"), False),
    ("U.S.", entry("They told us so"), False),
    ("WHO", entry("The man who sold it"), False),
    # exact
    ("=Apple", entry("APPLE OPENS A SHOP"), False),
    ("=Apple", entry("Apple’s phone"), True),
    ("=résumé", entry("A resume"), False),
    ("=U.S.", entry("The US votes"), True),
    ("=Appl*", entry("Apples fall"), True),
    ("=Appl*", entry("apples fall"), False),
    # phrases
    ('"no spy"', entry("No-spy deal"), True),
    ('"no spy"', entry("x", body="<p>They said no</p><p>Spy found</p>"), False),
    ('"no spy"', entry("x", summary="They said no", body="Spy found"), False),
    ('"wins contract"~2', entry("Huawei wins a big contract"), True),
    ('"wins contract"~1', entry("Huawei wins a big contract"), False),
    ('"stock* fall"', entry("Stocks fall"), True),
    ('"5-G network"', entry("A 5G network"), True),
    ('"U.S. officials"', entry("Some US officials left"), True),
    # near
    ("alpha NEAR/1 omega", entry("omega one alpha"), True),
    ("alpha NEAR/1 omega", entry("omega", body="alpha"), False),
    ("alpha NEAR/0 omega", entry("x", body="<p>alpha</p><p>omega</p>"), True),
    ("Huawei NEAR/5 Huawei", entry("Huawei wins"), False),
    ("Huawei NEAR/5 Huawei", entry("Huawei sues Huawei"), True),
    ('"no spy" NEAR/2 spy', entry("no spy"), False),
    ("no-spy NEAR/1 deal", entry("no-spy big deal"), True),
    ("alpha NEAR/1 omega", entry("alpha co-op omega"), False),
    ("alpha ONEAR/s omega", entry("x", body="Omega left alpha."), False),
    ("alpha NEAR/p omega", entry("x", body="<p>Alpha. Omega.</p>"), True),
    ("alpha NEAR/p omega", entry("x", body="<p>Alpha.</p><p>Omega.</p>"), False),
    ("alpha NOTNEAR/1 omega", entry("alpha omega and later alpha"), True),
    ("alpha NOTNEAR/1 omega", entry("alpha omega"), False),
    ('US NOTNEAR/0 "T-Mobile US"', entry("T-Mobile US"), False),
    ("alpha NEAR/1 beta NEAR/1 gamma", entry("gamma x alpha beta"), True),
    ("title:alpha NEAR/1 omega", entry("x", body="alpha omega"), False),
    ("/a.pha/ NEAR/1 omega", entry("alpha omega"), True),
    # counts and places
    ("ATLEAST/2 Huawei", entry("Huawei", body="<h1>Huawei</h1><p>Shares rose.</p>"), False),
    ("ATLEAST/3 (Huawei OR ZTE)", entry("Huawei, ZTE", body="Huawei"), True),
    ('ATLEAST/2 (US OR "T-Mobile US")', entry("T-Mobile US"), False),
    ("ATLEAST/2 华为", entry("华为和华为"), True),
    ("ATLEAST/2 (Huawei NEAR/2 deal)", entry("Huawei deal, then a Huawei deal"), True),
    ("FIRST/3 w1", entry("x", body=WORDS), True),
    ("FIRST/2 w1", entry("x", body=WORDS), False),
    ('FIRST/3 "w1 w2"', entry("x", body=WORDS), False),
    ("FIRST/2 omega", entry("x", body="More news: y z\n\nomega"), True),
    ("body:FIRST/1 omega", entry("x y z", body="omega"), True),
    ("ATLEAST/2 FIRST/4 omega", entry("omega omega", body=WORDS + " omega"), True),
    ("ATLEAST/2 Huawei", entry("x", summary="Huawei won a deal …", body="Huawei won a deal on Friday."), False),
    ("ATLEAST/2 Huawei", entry("x", summary="Huawei won a deal [...]", body="Huawei won a deal with Huawei."), True),
    # signs in names
    ("Canal+", entry("Canal+ buys"), True),
    ("Canal+", entry("The canal floods"), False),
    ("C+", entry("C++ is out"), False),
    ("A$AP", entry("a$ap Rocky sings"), True),
    ("P!nk", entry("P!NK tours"), True),
    ('"E*TRADE"', entry("E*Trade is down"), True),
    ('"E*TRADE"', entry("Trade is down"), False),
    ("ג'ורג'", entry("ג׳ורג׳ אמר"), True),
    # runs, numbers, scripts
    ("2024-25", entry("The 2024–25 season"), True),
    ("3,5", entry("14,5 Prozent"), False),
    ("AB", entry("AB'ye üyelik"), True),
    ("istanbul", entry("İSTANBUL'DA YAĞMUR"), True),
    ("AT&T", entry("ATT"), False),
    ("525", entry("5.25"), False),
    ("15", entry("10-15%"), True),
    ("COVID-19", entry("post-COVID-19 life"), True),
    ("华为5G", entry("华为的5G"), True),
    ("华为 AND 5G", entry("华为5G网络"), True),
    ('"华为 网络"', entry("华为网络"), True),
    ("华为?网", entry("华为网络"), False),
    ("华为?络", entry("华为网络"), True),
    ("삼성", entry("삼성전자가"), True),
    ("путин", entry("Президент Путин"), True),
    ("ёлка", entry("елка"), True),
    ("йод", entry("иод"), False),
    # fields
    ("promo:Trump", entry("x", body="Text.\n\nMore news: Trump"), True),
    ("Trump", entry("x", body="Text.\n\nMore news: Trump"), False),
    ("Trump", entry("x", body="More news: Trump"), True),  # the zone's only line is the story
    ("caption:Shanghai", entry("x", body="FILE PHOTO: Shanghai\n\nText."), True),
    ("author:smith", entry("x", author="Jane Smith"), True),
    ("url:technology", entry("x", url="https://x.example/technology-1"), True),
    ("url:US", entry("x", url="https://x.example/us/1"), True),
    ("source:BBC", entry("x", source=OutletId("bbc")), True),
    ("source:bbc*", entry("x", source=OutletId("bbc-world")), True),
    ('tag:"climate change"', entry("x", tags=("Climate  Change",)), True),
    ("tag:climate", entry("x", tags=("climate change",)), False),
    ("tag:(a AND b)", entry("x", tags=("a", "b")), True),
    ("lang:EN", entry("x", lang="en-GB"), True),
    ("lang:en-GB", entry("x", lang="en"), False),
    ("lang:en", entry("x"), False),
    ("domain:bbc.co.uk", entry("x", url="https://user@news.BBC.co.uk:443/a"), True),
    ("domain:bbc.co.uk", entry("x", url="https://notbbc.co.uk/a"), False),
    ("domain:bbc.co.uk", entry("x", url="http://[broken"), False),
    ("x NOT domain:bbc.co.uk", entry("x"), True),
    # entities
    ("@us", entry("T-Mobile US sues"), False),
    ("@us", entry("T-Mobile US sues the US"), True),
    ("@us NEAR/2 reports", entry("T-Mobile US reports"), False),
    ("Nokia NOT @us", entry("Nokia beats T-Mobile US"), True),
    ("ATLEAST/2 @huawei", entry("Huawei unit HiSilicon"), True),
    ("title:@huawei", entry("x", body="Huawei"), False),
    # regular expressions
    (r"/CVE-\d+/", entry("see CVE-2019"), True),
    ("/^Huawei/", entry("x", summary="Huawei wins"), True),
    ("title:/wins$/", entry("Huawei wins"), True),
    (r"/a\/b/", entry("a/b"), True),
    ("/uaw/", entry("Huawei"), True),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "entry", "expected"), CASES, ids=[f"{n} {c[0]}" for n, c in enumerate(CASES)])
def test_a_rule_holds_or_not(rule: str, entry: Entry, expected: bool) -> None:
    assert (match(rule, entry) is not None) == expected


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


def test_feeds_and_tags_of_feeds() -> None:
    rules = [
        rule("all", "x1"),
        rule("some", "x1", feeds=frozenset({"tech"})),
        rule("tag", "tag:tech"),
    ]
    matcher = Matcher(rules)
    item = entry("x1", feed=FeedId("news"))
    labels = frozenset({"news", "tech"})
    assert [found.rule for found in matcher.match(item, read_entry(item), labels)] == ["all", "some", "tag"]
    assert [found.rule for found in matcher.match(item, read_entry(item), frozenset({"news"}))] == ["all"]
    alone = entry("x1")
    assert [found.rule for found in matcher.match(alone, read_entry(alone))] == ["all"]
    why = {verdict.rule: verdict.why for verdict in matcher.explain(alone, read_entry(alone))}
    assert "feeds" in why[RuleId("some")]


WHY = {
    "Huawei AND 5G": "5G is not in title, summary or body",
    "Huawei AND Trump": "Trump stands only in a promo line",
    "Huawei NOT shop": "NOT shop: “shop” stands in title",
    "US": "US is found in capitals only, and stands here in another case",
    "ATLEAST/2 Huawei": "Huawei is there 1 times, not 2",
    "Huawei NEAR/1 shop": "Huawei and shop are there, but not within 1 words",
    "FIRST/1 shop": "shop is there, but not among the first 1 words",
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


def test_matches_come_in_the_order_of_the_rules_however_crowded() -> None:
    rules = [rule(str(number), f"alpha AND w{number % 7} NOT z{number}") for number in range(200)]
    item = entry("alpha w3 w5 z3")
    matched = [int(found.rule) for found in Matcher(rules).match(item, read_entry(item))]
    assert matched == [number for number in range(200) if number % 7 in (3, 5) and number != 3]


def test_document_frequencies_choose_the_anchor_and_change_nothing() -> None:
    rules = [rule("r", "zyx AND government")]
    item = entry("zyx government")
    assert Matcher(rules, {"zyx": 10_000, "government": 1}).match(item, read_entry(item))


@pytest.mark.parametrize(
    ("when", "keys"),
    [
        ('("trade zyx" OR "deal qux" OR vux) AND year', {"zyx": {"trade"}, "qux": {"deal"}, "vux": {"year"}}),
        ('"zyx trade" OR "zyx deal"', {"zyx": {"trade", "deal"}}),
        ('"zyx trade" OR zyx', {"zyx": set()}),
        ("zyx OR vux", {"zyx": set(), "vux": set()}),
        ('"zyx trade" AND year', {"zyx": {"trade"}}),
        ("/x/ OR zyx", {}),
    ],
)
def test_each_key_of_a_rule_stands_with_what_its_branch_requires_beside(when: str, keys: dict[str, set[str]]) -> None:
    assert RuleIndex([]).index_keys(parse_query(when)).keys == keys


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("trade war", [0, 1]),
        ("war trade", []),
        ("trade qatar deal", [0]),
        ("trade deal", [1, 2]),
        ("war zyx oil", [2]),
        ("trade oil war deal qatar", [0, 2]),
    ],
)
def test_each_branch_of_a_rule_is_found_and_no_other(title: str, expected: list[int]) -> None:
    rules = [
        rule("0", '"trade war" OR Qatar'),
        rule("1", '"trade war" OR "trade deal"'),
        rule("2", '("trade deal" OR "war zyx" OR oil) AND (zyx OR deal) NOT "trade war zyx"'),
    ]
    item = entry(title)
    for copies in (1, 5):  # few rules under one key, and many
        crowd = [part for part in rules for _ in range(copies)]
        numbers = [number * copies + copy for number in expected for copy in range(copies)]
        assert Matcher(crowd).select(item, read_entry(item)) == numbers
        assert [number for number, _ in Matcher(crowd).shown(item, read_entry(item))] == numbers


def test_what_the_archive_is_narrowed_by() -> None:
    assert required_terms(parse_query("Huawei AND (5G OR ZTE) NOT shop")) == (
        frozenset({"huawei"}),
        frozenset({"5g", "zte"}),
    )
    groups = required_terms(parse_query("stock* AND 华为公司"))
    assert groups is not None
    assert {*groups} == {frozenset({"华为"}), frozenset({"为公"}), frozenset({"公司"}), frozenset({"stock*"})}
    assert required_terms(parse_query("/x/")) is None
    assert required_terms(parse_query("source:bbc")) is None
    assert index_terms(read_entry(entry("AT&T in 华为网"))) == ["at", "at&t", "in", "t", "为网", "华为"]


HOSTILE = [
    entry("x", body="alpha beta " * 200_000),
    entry("x", body="alpha" * 400_000),
    entry("x", body="alpha-" * 300_000),
    entry("x", body="华为" * 500_000),
    entry("\x00\ud800\u202e alpha", body="\x00" * 1_000_000, url="\ud800", author="\ud800", tags=("\ud800",)),
    entry("x" * 1_000_000),
]


@pytest.mark.parametrize("entry", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_stories_are_matched(entry: Entry) -> None:
    expressions = [
        "alpha", "al* NEAR/1000000 be*", "alpha NEAR/s beta NEAR/p alpha", "ATLEAST/999999 alpha",
        '"alpha beta"~999999', "alpha NOTNEAR/3 beta", "/a+b?/", "author:x OR tag:y OR url:z", "华为 NEAR/3 为华",
        "FIRST/999999999 beta", "title:/x*y/",
    ]  # fmt: skip
    rules = [rule(str(n), text) for n, text in enumerate(expressions)]
    for found in Matcher(rules).match(entry, read_entry(entry)):
        for part in found.evidence:
            assert len(part.spans) <= 200


def test_cases(data: Path) -> None:
    wrong = []
    (file,) = (data / "rules").glob("cases*.jsonl")
    for line in file.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        rules = {
            "feeds": ["https://news.example/rss"],
            "entities": case.get("entities", {}),
            "rules": [{"id": "r", "when": case["when"]}],
        }
        ruleset, problems = read_ruleset(json.dumps(rules, ensure_ascii=False).encode(), {})
        assert ruleset is not None, (case["when"], problems)
        if case["story"] == "article":
            title, _, body = (data / "article.txt").read_text(encoding="utf-8").partition("\n")
            case["story"] = {"title": title, "body": body}
        entry = entry_of(case["story"])
        found = Matcher(ruleset).match(entry, read_entry(entry))
        shown = [[part.zone, part.text[start:end]] for m in found for part in m.evidence for start, end in part.spans]
        if bool(found) != case["match"] or any(pair not in shown for pair in case.get("shows", [])):
            wrong.append((case["when"], case["why"]))
    assert not wrong


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
        ("Veyra", TEASER, "Veyra and Orbrecht win a contract in Veyra.", {"summary": [0], "body": [37]}),
    ],
    ids=[
        "said again",
        "only repeated",
        "the body alone",
        "only alike",
        "a teaser that breaks off",
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
