"""The matcher: the meaning of every kind of rule, fields, labels, and what it must survive."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.core.matching.matcher import Matcher
from bot.core.rulefile.inline_tests import entry_of
from bot.core.rulefile.ruleset import read_ruleset
from bot.core.text.reading import read_entry
from bot.model import Entry, FeedId, OutletId, RuleId
from tests.builders import entry, rule
from tests.core.matching.one_rule import match

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
    # figures with a sign
    ("5%", entry("Up 5.5%"), False),
    ("5.5%", entry("Up 5.5%"), True),
    ("$5", entry("It costs $5.50"), False),
    ("$5", entry("It costs $5."), True),
    ("5.000€", entry("Es kostet 5.000 €"), True),
    ("צה\"ל", entry("צה''ל תקף"), True),
    ("צה”ל", entry("בצה\"ל"), True),
    ("צה\"ל", entry("צה”ל תקף"), True),
    ("הארץ", entry("ב„הארץ” נכתב"), True),
    # a phrase that begins with a short word, behind a particle
    ('"תל אביב"', entry("מתל אביב ועד חיפה"), True),
    ('title:"תל אביב" NEAR/2 רקטה', entry("רקטה בתל אביב"), True),
    ('רקטה NOT "תל אביב"', entry("רקטה בתל אביב"), False),
    ('"בנק ישראל"', entry("שבנק ישראל העלה"), True),
    ('"بن سلمان"', entry("وبن سلمان"), True),
    ('"تل أبيب"', entry("لتل ابيب"), True),
    ('"تل أبيب"', entry("قتل أبيب"), False),
    ('"בן גביר"', entry("אבן גביר"), False),
    ('="תל אביב"', entry("בתל אביב"), False),
    ("תל", entry("בתל אביב"), False),
    # words that a non-joiner parts, letters that a joiner cuts short
    ("بانک", entry("بانک\u200cهای کشور"), True),
    ('"آیت الله خامنه ای"', entry("آیت\u200cالله خامنه\u200cای گفت"), True),
    ("هسته\u200cای", entry("برنامه هستهای"), True),
    ("بانک", entry("بانکداری"), False),
    ("హైదరాబాద్", entry("హైదరాబాద్\u200cలో"), True),
    ("ఫేస్\u200cబుక్", entry("ఫేస్బుక్ సంస్థ"), True),
    ("राष्ट्र", entry("राष्\u200cट्र"), True),
    ("സർക്കാർ", entry("സര്\u200dക്കാര്\u200d പറഞ്ഞു"), True),
    ("അവന്\u200d", entry("അവന"), False),
    ("উৎসব", entry("উত্\u200dসব"), True),
    ("\u202bإيران\u202c", entry("إيران ترد"), True),
    # initials
    ('"J.K. Rowling"', entry("Author J. K. Rowling wins"), True),
    ('"J. K. Rowling"', entry("Author J.K. Rowling wins"), True),
    ('"J. K. Rowling"', entry("JK Rowling wins"), True),
    ('"JK Rowling"', entry("J. K. Rowling wins"), True),
    ('"J. K. Rowling"', entry("J K ROWLING WINS"), True),
    ('"M K Stalin"', entry("CM M.K. Stalin speaks"), True),
    ('"MK Stalin"', entry("CM M K Stalin speaks"), True),
    ('"George R.R. Martin"', entry("George R. R. Martin’s book"), True),
    ('"А.С. Иванов"', entry("Ушёл А.\u00a0С.\u00a0Иванов"), True),
    ("US", entry("The U. S. dollar falls"), True),
    ("AI", entry("The story of plan A. I think it fails"), False),
    ('"CM M K Stalin"', entry("CM M K Stalin speaks"), True),
    ('"Series A B Shares"', entry("Series A B shares fall"), True),
    ('"J.K. Rowling"', entry("J. P. Rowling wins"), False),
    ("author NEAR/1 Rowling", entry("Author J. K. Rowling wins"), False),
    # addresses that nobody is to follow
    ("evil.example", entry("C2 at hxxps://evil[.]example/a"), True),
    ("evil.example", entry("C2 at cdn[.]evil[.]example"), True),
    ("evil.example", entry("C2 at evil[dot]example, Cité"), True),
    ("8.8.4.4", entry("from 8.8.4[.]4 and 8(.)8(.)4(.)5"), True),
    ("8.8.4.4", entry("from 8.8.44[.]4"), False),
    ("evil.example", entry("That is evil [.] example"), False),
    # signs that are typed for an apostrophe, figures of footnotes
    ("O'Brien", entry("O`Brien’s plan"), True),
    ("O`Brien", entry("O'Brien’s plan"), True),
    ("\"Côte d'Ivoire\"", entry("La Cote d´Ivoire vote"), True),
    ("Huawei", entry("Huawei¹ and ZTE² win"), True),
    ("COVID-19", entry("COVID-19¹ is back"), True),
    ("m2", entry("A flat of 5 m²"), True),
    ("10", entry("Some 10⁶ of them"), False),
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
    # A body's own headline, in other quotes and dashes.
    ("body:alpha", entry("“Alpha’s” plan – over", body="<h1>\"Alpha's\" plan - over</h1><p>Omega left.</p>"), False),
    ("ATLEAST/2 alpha", entry("x", "“Alpha’s” plan is over", "\"Alpha's\" plan is over.<p>It rains.</p>"), False),
    # A letter and its sign as two characters, in the text or in the rule.
    ("/^Caf\u00e9$/", entry("Cafe\u0301"), True),
    ("/Cafe\u0301/", entry("x", body="<p>Caf\u00e9</p>"), True),
    ("/\ud55c\uad6d/", entry("x", body="<p>\u1112\u1161\u11ab\u1100\u116e\u11a8</p>"), True),
    # The declared language's abbreviations, in a text too short to tell its language by.
    ("alpha NEAR/s omega", entry("x", body="Alpha ul. Omega 5.", lang="pl"), True),
    ("alpha NEAR/s omega", entry("x", body="Alpha ul. Omega 5."), False),
    ("alpha NEAR/s omega", entry("x", body="Alpha t.ex. Omega.", lang="sv-SE"), True),
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
    # a sign apart from its figure, in quotes
    ('"5 %"', entry("Up 5% now"), True),
    ('"5 %"', entry("5 mehr"), False),
    ('"up 5 %"', entry("Up 5 % now"), True),
    ('"€ 50m"', entry("A crowd of 50m"), False),
    ('"Team # 5"', entry("Team 5 wins"), True),
    # full-width letters and signs
    ("NATO ＯＲ Orbrecht", entry("Orbrecht wins"), True),
    ("title：NATO", entry("x", body="NATO"), False),
    ("alpha NEAR／2 omega", entry("alpha and omega"), True),
    ("＠us", entry("The US votes"), True),
    ("＂trade war＂～2", entry("trade and war"), True),
    ("/（完）/", entry("完了しました"), False),
    ("/（完）/", entry("速報（完）"), True),
    ("／（完）／", entry("速報（完）"), True),
    # fields
    ("promo:Trump", entry("x", body="Text.\n\nMore news: Trump"), True),
    ("Trump", entry("x", body="Text.\n\nMore news: Trump"), False),
    ("Trump", entry("x", body="More news: Trump"), True),  # the zone's only line is the story
    ("caption:Shanghai", entry("x", body="FILE PHOTO: Shanghai\n\nText."), True),
    ("author:smith", entry("x", author="Jane Smith"), True),
    ("url:technology", entry("x", url="https://x.example/technology-1"), True),
    ("url:US", entry("x", url="https://x.example/us/1"), True),
    ("url:Москва", entry("x", url="https://x.example/%D0%9C%D0%BE%D1%81%D0%BA%D0%B2%D0%B0"), True),
    ("url:budget", entry("x", url="https://x.example/uk%20budget"), True),
    ("url:budget", entry("x", url="https://x.example/%FFbudget"), False),
    ("url:/%20budget/", entry("x", url="https://x.example/uk%20budget"), True),
    ("url:/uk budget/", entry("x", url="https://x.example/uk%20budget"), True),
    ("url:münchen", entry("x", url="https://www.xn--mnchen-3ya.example/1"), True),
    ("source:BBC", entry("x", source=OutletId("bbc")), True),
    ("source:bbc*", entry("x", source=OutletId("bbc-world")), True),
    ('tag:"climate change"', entry("x", tags=("Climate  Change",)), True),
    ("tag:climate", entry("x", tags=("climate change",)), False),
    ("tag:climate", entry("x", tags=("#Climate",)), True),
    ("tag:#climate", entry("x", tags=("Climate",)), True),
    ('tag:"（独家）"', entry("x", tags=("(独家)",)), True),
    ('tag:"(独家)"', entry("x", tags=("（独家）",)), True),
    ("tag:istanbul", entry("x", tags=("İSTANBUL",)), True),
    ("tag:(a AND b)", entry("x", tags=("a", "b")), True),
    ("lang:EN", entry("x", lang="en-GB"), True),
    ("lang:en-GB", entry("x", lang="en"), False),
    ("lang:en", entry("x"), False),
    ("domain:bbc.co.uk", entry("x", url="https://user@news.BBC.co.uk:443/a"), True),
    ("domain:bbc.co.uk", entry("x", url="https://notbbc.co.uk/a"), False),
    ("domain:bbc.co.uk", entry("x", url="http://[broken"), False),
    ("domain:münchen.example", entry("x", url="https://www.xn--mnchen-3ya.example/1"), True),
    ("domain:xn--mnchen-3ya.example", entry("x", url="https://MÜNCHEN.example/1"), True),
    ("domain:xn--nothing.example", entry("x", url="https://xn--nothing.example/1"), True),
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


def test_matches_come_in_the_order_of_the_rules_however_crowded() -> None:
    rules = [rule(str(number), f"alpha AND w{number % 7} NOT z{number}") for number in range(200)]
    item = entry("alpha w3 w5 z3")
    matched = [int(found.rule) for found in Matcher(rules).match(item, read_entry(item))]
    assert matched == [number for number in range(200) if number % 7 in (3, 5) and number != 3]


HOSTILE = [
    entry("x", body="alpha beta " * 200_000),
    entry("x", body="alpha" * 400_000),
    entry("x", body="alpha-" * 300_000),
    entry("x", body="华为" * 500_000),
    entry("\x00\ud800\u202e alpha", body="\x00" * 1_000_000, url="\ud800", author="\ud800", tags=("\ud800",)),
    entry("x" * 1_000_000),
    entry("x", body="'a" * 250_000),
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
