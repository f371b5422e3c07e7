"""Near misses: what a rule did not post by little, and nothing that it did."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.core.digests.mutes import Overlay, Reaction, ReactionKind
from bot.core.matching.matcher import Matcher
from bot.core.query.format import format_query
from bot.core.query.parser import parse_query
from bot.core.workbench.misspellings import Misspellings
from bot.core.workbench.near_misses import NearMiss, NearMissScan, StoriesSent
from bot.core.workbench.relaxations import relaxations, respelt, spelt_names
from bot.model import Entry, EntryId, Feed, FeedId, Query, Reading, Rule, RuleId, RuleSet, StoredEntry, StoryId
from bot.model import query as ast
from tests.builders import MINUTE, NOW, feed, new_entry, rule

ENTITIES: dict[str, Query] = {
    "huawei": ast.Entity(name="huawei", names=(ast.Word(text="Huawei"), ast.Word(text="HiSilicon"))),
    "telekom": ast.Entity(name="telekom", names=(ast.Phrase(words=("Deutsche", "Telekom")),)),
}


def query(text: str) -> Query:
    return parse_query(text, ENTITIES)


def watch(when: str, entities: Mapping[str, Query], **more: Any) -> Rule:
    return Rule(id=RuleId("r1"), name="r1", when=when, query=parse_query(when, entities), **more)


def stored(number: int, title: str = "Nothing of note", story: int | None = None, **zones: str) -> StoredEntry:
    more: dict[str, Any] = {name: zones.pop(name) for name in ("feed", "published_at") if name in zones}
    new = new_entry(number, story, title, **more)
    reading = Reading(title=title, **zones)
    entry: Entry = replace(new.entry, seen_at=NOW + number * MINUTE)
    return StoredEntry(id=new.id, entry=entry, reading=reading, decision=new.decision, story=new.decision.story)


def missed(when: str, *entries: StoredEntry, sent: StoriesSent | None = None, **more: Any) -> list[NearMiss]:
    one = watch(when, ENTITIES, **more)
    feeds: tuple[Feed, ...] = (feed("bbc"), feed("wire"))
    scan = NearMissScan(RuleSet(version="v", feeds=feeds, rules=(one,)), [one])
    for each in entries:
        scan.look(each)
    return scan.near_misses(sent or StoriesSent())


@pytest.mark.parametrize(
    ("when", "relaxed"),
    [
        pytest.param("Huawei", [], id="one-demand"),
        pytest.param("Huawei AND 5G", ["5G", "Huawei"], id="and"),
        pytest.param(
            "Huawei AND 5G AND lang:en NOT shop",
            ["5G AND lang:en AND NOT shop", "Huawei AND lang:en AND NOT shop", "Huawei AND 5G AND NOT shop"],
            id="three",
        ),
        pytest.param("Huawei AND lang:en", ["Huawei"], id="a-language-alone-means-nothing"),
        pytest.param("(Huawei AND 5G) OR ZTE", ["5G", "Huawei"], id="branch"),
        pytest.param("(Huawei OR ZTE) AND (ban OR sanction)", ["ban OR sanction", "Huawei OR ZTE"], id="groups"),
        pytest.param("Huawei NEAR/5 ban", ["Huawei NEAR/10 ban", "Huawei", "ban"], id="near"),
        pytest.param("Huawei NEAR/s ban", ["Huawei", "ban"], id="one-sentence"),
        pytest.param("Huawei NOTNEAR/5 ban", [], id="not-near"),
        pytest.param("title:(Huawei AND 5G)", ["title:5G", "title:Huawei"], id="field"),
        pytest.param(
            "Huawei AND (5G AND (ban NEAR/3 Velmora))",
            ["5G AND ban NEAR/3 Velmora", "Huawei AND ban NEAR/3 Velmora", "Huawei AND 5G AND ban NEAR/6 Velmora"],
            id="nested",
        ),
    ],
)
def test_what_one_demand_fewer_leaves(when: str, relaxed: list[str]) -> None:
    shorter = [one for one in relaxations(rule("r", when)) if "zone" not in one.reason]
    texts = [format_query(one.query) for one in shorter]
    assert [text for text in texts if text in relaxed] == relaxed
    assert all(parse_query(text) for text in texts), "what would match reads as a rule"


def test_a_relaxed_rule_holds_wherever_some_branch_of_the_rule_does() -> None:
    when = "((Huawei NEAR/3 ban) AND 5G AND Velmora) NOT shop"
    texts = [
        f"{a} {b} {c} {d}"
        for a in ("Huawei ban", "Huawei")
        for b in ("5G", "")
        for c in ("Velmora", "")
        for d in ("shop", "")
    ]
    one = rule("r", when)
    for text in texts:
        entry, reading = stored(1, text).entry, Reading(title=text)
        if Matcher([one]).select(entry, reading):
            for relaxation in relaxations(one):
                assert Matcher([replace(one, query=relaxation.query)]).select(entry, reading), relaxation


@pytest.mark.parametrize(
    ("entry", "reason", "detail", "would_match"),
    [
        pytest.param(stored(1, "HiSilicon sues"), "one_term_short", "lacks 5G", "@huawei", id="short"),
        pytest.param(stored(1, "5G for the coast"), "one_term_short", "lacks @huawei", "5G", id="short-entity"),
        pytest.param(
            stored(1, "5G for the coast", caption="A Huawei mast"),
            "caption_zone",
            "the words stand in the caption",
            "(@huawei OR caption:@huawei) AND (5G OR caption:5G)",
            id="caption",
        ),
        pytest.param(
            stored(1, "5G for the coast", promo="More: Huawei"),
            "promo_zone",
            "the words stand in the promo",
            "(@huawei OR promo:@huawei) AND (5G OR promo:5G)",
            id="promo",
        ),
        pytest.param(
            stored(1, "Hauwei wins 5G contract"),
            "spelling",
            "hauwei: one letter from huawei",
            "(@huawei OR hauwei) AND 5G",
            id="swapped",
        ),
        pytest.param(
            stored(1, "Huawey wins 5G contract"),
            "spelling",
            "huawey: one letter from huawei",
            "(@huawei OR huawey) AND 5G",
            id="another-letter",
        ),
    ],
)
def test_why_a_story_was_missed(entry: StoredEntry, reason: str, detail: str, would_match: str) -> None:
    (miss,) = missed("@huawei AND 5G", entry)
    assert (miss.reason, miss.detail, miss.would_match) == (reason, detail, would_match)
    assert (miss.story, miss.title) == (1, entry.entry.title)


def test_near_within_twice_its_distance() -> None:
    entry = stored(1, "Huawei one two three four five six ban")
    (miss,) = missed("Huawei NEAR/3 ban", entry)
    assert (miss.reason, miss.would_match) == ("near_over", "Huawei NEAR/6 ban")
    far = stored(1, "Huawei one two three four five six seven ban")
    assert [one.reason for one in missed("Huawei NEAR/3 ban", far)] == ["one_term_short"]


def test_a_feed_that_the_rule_leaves_out() -> None:
    entry = stored(1, "Huawei wins 5G contract", feed=FeedId("wire"))
    (miss,) = missed("Huawei AND 5G", entry, feeds=frozenset({"bbc"}))
    assert (miss.reason, miss.would_match) == ("other_feed", "Huawei AND 5G")


def test_a_phrase_with_a_slip_in_one_word() -> None:
    (miss,) = missed("@telekom", stored(1, "Deutsche Telekon buys a rival"))
    assert (miss.reason, miss.would_match) == ("spelling", '@telekom OR "Deutsche telekon"')


def test_names_have_six_letters_and_no_wildcards() -> None:
    texts = ["Huawei", "Roma", "Huaw*", "sanctions", "=Huawei", "NOT Huawei AND x", "source:Huawei", "@telekom"]
    assert [list(spelt_names(query(text))) for text in texts if "NOT" not in text] == [
        ["huawei"],
        [],
        [],
        [],
        [],
        [],
        ["deutsche", "telekom"],
    ]
    assert format_query(respelt(query("Huawei AND 5G NOT Huawei"), "huawei", "hauwei")).startswith(
        "(Huawei OR hauwei) AND 5G"
    )


def test_another_name_is_no_slip() -> None:
    """Micron is in the news as often as Macron is."""
    names = Misspellings(["macron"])
    for number in range(20):
        names.of(Reading(title=f"Macron and Micron {number}"), StoryId(number))
        names.of(Reading(title="Maccron speaks, a copy"), StoryId(99))
    assert not names.is_slip("macron", "micron")
    assert names.is_slip("macron", "maccron"), "twenty copies of one report"
    assert names.of(Reading(title="Marconi, Macrons"), StoryId(98)) == [("macron", "macrons")]


def test_what_stands_nearly_everywhere_means_nothing() -> None:
    everywhere = [stored(number, f"Report {number} from the market") for number in range(1, 1001)]
    rare = [stored(number, f"Velmora {number}") for number in range(2001, 2004)]
    misses = missed("market AND Velmora", *everywhere, *rare)
    assert {miss.story for miss in misses} == {2001, 2002, 2003}


def test_the_rarer_the_rest_the_higher_the_rank() -> None:
    common = [stored(number, f"5G number {number}") for number in range(1, 41)]
    rare = [stored(number, f"Velmora {number}") for number in range(50, 53)]
    misses = missed("5G AND Velmora", *common, *rare)
    assert [miss.story for miss in misses[:4]] == [52, 51, 50, 40]


def test_a_story_counts_once_and_nothing_that_was_told_counts() -> None:
    entries = [
        stored(1, "HiSilicon sues"),
        stored(2, "HiSilicon goes to court", story=1),
        stored(3, "Huawei wins 5G contract"),
        stored(4, "Huawei, more on the contract", story=3),
        stored(5, "Huawei opens a shop"),
        stored(6, "Huawei closes a shop"),
    ]
    r1 = frozenset({RuleId("r1")})
    sent = StoriesSent(told={StoryId(3): r1, StoryId(5): r1}, right_so={(StoryId(6), RuleId("r1"))})
    assert [miss.story for miss in missed("@huawei AND 5G", *entries, sent=sent)] == [1]


OLD = timedelta(days=5)


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        pytest.param(StoriesSent(matched={StoryId(1): {RuleId("r1"): True}}), "too_old", id="too-old"),
        pytest.param(
            StoriesSent(matched={StoryId(1): {RuleId("r1"): False}}, counted={StoryId(1): frozenset({RuleId("r1")})}),
            "capped",
            id="capped",
        ),
        pytest.param(
            StoriesSent(matched={StoryId(1): {RuleId("r1"): False}}, told={StoryId(1): frozenset({RuleId("r2")})}),
            "in_told_story",
            id="told-for-another-rule",
        ),
        pytest.param(
            StoriesSent(matched={StoryId(1): {RuleId("r1"): False}}, told={StoryId(1): frozenset({RuleId("r1")})}),
            None,
            id="told",
        ),
        pytest.param(
            StoriesSent(matched={StoryId(1): {RuleId("r1"): False}}, waiting=frozenset({StoryId(1)})),
            None,
            id="waits",
        ),
        pytest.param(StoriesSent(), None, id="the-rule-is-younger"),
    ],
)
def test_what_was_held_back(sent: StoriesSent, reason: str | None) -> None:
    entry = stored(1, "Huawei wins 5G contract", published_at=NOW - OLD)
    assert [miss.reason for miss in missed("Huawei AND 5G", entry, sent=sent)] == ([reason] if reason else [])


@pytest.mark.parametrize(
    ("kind", "hours", "reason"),
    [
        pytest.param({"kind": ReactionKind.MUTE_RULE, "rule": RuleId("r1")}, None, "muted", id="rule"),
        pytest.param({"kind": ReactionKind.MUTE_STORY, "story": StoryId(1)}, None, "muted", id="story"),
        pytest.param({"kind": ReactionKind.SNOOZE_RULE, "rule": RuleId("r1")}, 24, "snoozed", id="snoozed"),
        pytest.param({"kind": ReactionKind.SNOOZE_RULE, "rule": RuleId("r1")}, -1, None, id="ended-before"),
        pytest.param({"kind": ReactionKind.MUTE_RULE, "rule": RuleId("r2")}, None, None, id="another-rule"),
        pytest.param(
            {"kind": ReactionKind.MUTE_RULE, "rule": RuleId("r1"), "at": NOW + 2 * OLD}, None, None, id="too-late"
        ),
    ],
)
def test_what_was_silenced(kind: dict[str, Any], hours: int | None, reason: str | None) -> None:
    until = NOW + timedelta(hours=hours) if hours is not None else None
    overlay = Overlay(reactions=(Reaction(**{"id": "e", "by": "U1", "at": NOW - OLD, "until_at": until, **kind}),))
    sent = StoriesSent(matched={StoryId(1): {RuleId("r1"): False}}, overlay=overlay)
    misses = missed("Huawei AND 5G", stored(1, "Huawei wins 5G contract"), sent=sent)
    assert [miss.reason for miss in misses] == ([reason] if reason else [])
    told = replace(sent, told={StoryId(1): frozenset({RuleId("r2")})})
    misses = missed("Huawei AND 5G", stored(1, "Huawei wins 5G contract"), sent=told)
    assert [miss.reason for miss in misses] == [reason or "in_told_story"]


def test_a_first_batch_is_no_miss() -> None:
    sent = StoriesSent(matched={StoryId(1): {RuleId("r1"): True}})
    assert missed("Huawei AND 5G", stored(1, "Huawei wins 5G contract"), sent=sent) == []


# --- an alias is taken away ---

NAMES = [
    f"{first}{last}"
    for first in ("Vel", "Nor", "Tar", "Quil", "Bram", "Osk")
    for last in ("mora", "dane", "vik", "tron")
]
TOPICS = [
    ["export", "exports"],
    ["lawsuit"],
    ["merger", "takeover"],
    ["tunnel"],
    ["battery", "batteries"],
    ["satellite", "satellites", "orbit"],
    ["pension"],
    ["vaccine", "vaccines"],
]
FILLER = [f"w{number}ord" for number in range(400)]


def archive(chance: random.Random, size: int) -> list[StoredEntry]:
    """Entries about names and topics, in the midst of others."""
    entries = []
    for number in range(1, size + 1):
        words = chance.choices(FILLER, k=25)
        words += chance.sample(NAMES, chance.choice([0, 0, 1, 1, 2]))
        words += [chance.choice(topic) for topic in chance.sample(TOPICS, chance.choice([0, 0, 1, 1, 2]))]
        chance.shuffle(words)
        entries.append(stored(number, " ".join(words[:9]), body=" ".join(words[9:])))
    return entries


def holding(one: Rule, entries: list[StoredEntry]) -> set[EntryId]:
    matcher = Matcher([one])
    return {each.id for each in entries if matcher.select(each.entry, each.reading)}


def test_after_an_alias_is_taken_from_an_entity_most_of_what_is_lost_is_listed() -> None:
    chance = random.Random(15)
    entries = archive(chance, 1500)
    lost_in_all = listed_in_all = 0
    for _ in range(20):
        aliases, topic = chance.sample(NAMES, 3), chance.choice(TOPICS)
        form = chance.choice(["@x AND ({})", "({}) AND @x NOT w1ord", "@x NEAR/8 ({})", "title:@x AND ({})"])
        text = form.format(" OR ".join(topic))
        before, after = (
            watch(text, {"x": ast.Entity(name="x", names=tuple(ast.Word(text=name) for name in names))})
            for names in (aliases, aliases[1:])
        )
        lost = holding(before, entries) - holding(after, entries)
        scan = NearMissScan(RuleSet(version="v"), [after])
        for each in entries:
            scan.look(each)
        listed = {miss.story for miss in scan.near_misses(StoriesSent())}
        lost_in_all += len(lost)
        listed_in_all += len(lost & listed)
    assert lost_in_all > 50
    assert listed_in_all >= 0.8 * lost_in_all
