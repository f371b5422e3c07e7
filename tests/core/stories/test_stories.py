"""Stories: labelled pairs, properties, restarts."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.stories import KnownItem
from bot.model import Entry, EntryId, StoryId, StorySettings, Verdict
from tests.core.stories.story_pairs import START, Desk, Pair, hourly, pairs
from tests.examples import examples

PAIRS = pairs()
DUPLICATES = {Verdict.SAME_ITEM, Verdict.NEAR_DUPLICATE, Verdict.EDIT}


@pytest.mark.parametrize("pair", PAIRS, ids=[pair.name for pair in PAIRS])
def test_labelled_pair(pair: Pair) -> None:
    desk = Desk()
    first, second = desk.take(pair.a), desk.take(pair.b)
    assert first.verdict == Verdict.NEW_STORY
    assert second.verdict in pair.accepted, second.reason
    assert (second.duplicate_of == first.entry) == (second.verdict in DUPLICATES)
    assert (second.story == first.story) == (second.verdict != Verdict.NEW_STORY)
    if second.verdict != Verdict.EDIT:
        assert bool(second.changes) == (second.verdict == Verdict.UPDATE)
    assert second.reason.endswith(".")


def test_there_are_enough_pairs_of_every_domain() -> None:
    domains = Counter(pair.domain for pair in PAIRS)
    assert len(PAIRS) >= 120
    assert set(domains) == {"tech policy", "finance", "disasters", "sport", "politics", "science"}
    assert min(domains.values()) >= 10


CHANGES = {
    "toll": ("At least 9 dead in Varno blast", "Varno blast: 112 dead as search goes on", "9 → 112 dead"),
    "money": (
        "Pharmora offers $4.1 billion for Genexa",
        "Pharmora now offers $4.6bn for Genexa",
        "$4.1 billion → $4.6bn",
    ),
    "corrected": (
        "Hartley cuts 1,200 jobs at mill",
        "CORRECTED-Hartley cuts 120 jobs at mill",
        "corrected: 1,200 → 120 jobs",
    ),
    "reversed": ("Velora confirms Dunhaven closure", "Velora denies Dunhaven closure", "confirms → denies"),
}


@pytest.mark.parametrize(("before", "after", "change"), CHANGES.values(), ids=CHANGES)
def test_an_update_says_what_changed(before: str, after: str, change: str) -> None:
    _, second = Desk().take_all(hourly([before, after]))
    assert second.verdict == Verdict.UPDATE
    assert any(change in said for said in second.changes), second.changes


def test_a_copy_is_a_copy_of_the_original_not_of_a_copy() -> None:
    decisions = Desk().take_all(hourly(["Ferry runs aground off Pelluna with 140 aboard"] * 4))
    assert [decision.duplicate_of for decision in decisions] == [None, 1, 1, 1]


def test_a_copy_is_found_among_two_hundred_that_share_one_name_with_it() -> None:
    """One name with more entries than may be looked up: all are met by it alone, whatever else they share."""
    places = "water school court train road power market harbour budget stadium museum clinic".split()  # noqa: SIM905 - reads as text
    acts = "opens closes delays repairs inspects rejects praises".split()  # noqa: SIM905 - reads as text
    whom = "monday plan workers report residents".split()  # noqa: SIM905 - reads as text
    titles = [f"Velmora {places[n % 12]} {acts[n % 7]} {whom[n % 5]}" for n in range(205)]
    titles[14] = "Velmora ministers approve nuclear power plant near border"
    *_, last = Desk().take_all(
        [
            replace(entry, seen_at=START + timedelta(minutes=number))
            for number, entry in enumerate(hourly([*titles, titles[14]]))
        ]
    )
    assert (last.verdict, last.duplicate_of) == (Verdict.NEAR_DUPLICATE, 15)


WIRE = "Panel opens hearing into Teldrassa refund scheme after complaints from island towns"
COPIES = [
    WIRE,
    f"UPDATE 1-{WIRE}",
    WIRE.upper(),
    f"{WIRE} - Daily Courier",
    f"{WIRE}…",
    WIRE.replace("after", "following"),
    WIRE.replace("into ", "in "),
]


@settings(max_examples=examples(25), deadline=None)
@given(st.permutations(COPIES), st.lists(st.sampled_from([p.a for p in PAIRS]), max_size=6))
def test_the_order_of_a_batch_does_not_matter_for_copies(order: list[str], before: list[Entry]) -> None:
    desk = Desk()
    desk.take_all(replace(entry, seen_at=START) for entry in before)
    first, *others = desk.take_all(hourly(order))
    assert {decision.verdict for decision in others} <= {Verdict.NEAR_DUPLICATE, Verdict.SAME_ITEM}
    assert {decision.duplicate_of for decision in others} == {first.duplicate_of or first.entry}


def stream() -> list[Entry]:
    """Both sides of all pairs with their identities, in order of arrival."""
    return sorted((side for pair in PAIRS for side in (pair.a, pair.b)), key=lambda entry: entry.seen_at)


@settings(max_examples=examples(15), deadline=None)
@given(st.lists(st.sampled_from(stream()), max_size=25, unique_by=lambda entry: entry.guid or entry.url or entry.title))
def test_ingesting_twice_changes_nothing(entries: list[Entry]) -> None:
    """One form of each item: one whose forms come by turns, beyond recognition, is a place in the end (`_DOUBTS`)."""
    entries = sorted(entries, key=lambda entry: entry.seen_at)
    desk = Desk()
    desk.take_all(entries)
    desk.store()
    again = [replace(entry, seen_at=entries[-1].seen_at) for entry in entries]
    decisions = desk.take_all(again)
    assert {decision.verdict for decision in decisions} <= DUPLICATES
    settled = desk.take_all(again)
    assert {decision.verdict for decision in settled if decision.verdict != Verdict.NEAR_DUPLICATE} <= {
        Verdict.SAME_ITEM,
        Verdict.EDIT,
    }


@settings(max_examples=examples(12), deadline=None)
@given(st.data())
def test_a_restart_at_any_point_is_no_restart(data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.sampled_from(stream()), min_size=5, max_size=60, unique=True))
    hours = data.draw(st.lists(st.integers(0, 40), min_size=len(chosen), max_size=len(chosen)))
    stops = data.draw(st.sets(st.integers(0, len(chosen)), max_size=6))
    entries, at = [], START
    for entry, gap in zip(chosen, hours, strict=True):
        at += timedelta(hours=gap)
        entries.append(replace(entry, seen_at=at))
    through, stopped = Desk(), Desk()
    for number, entry in enumerate(entries):
        if number in stops:
            stopped.restart()
        assert stopped.take(entry) == through.take(entry)


def test_a_restart_does_not_change_a_long_run_with_merges() -> None:
    names = ["Varno", "Pelluna", "Torvo", "Kelmore", "Ashcombe", "Brellin", "Mirador"]
    titles = [
        f"{names[number * number % 7]} {what} {names[(number + shift) % 7]} after {number % 9} {kind}"
        for number in range(60)
        for shift, what, kind in ((1, "flood closes road to", "dead"), (3, "mayor and council of", "days of rain"))
    ]
    entries = list(hourly(titles, step=timedelta(hours=3)))
    through, stopped = Desk(), Desk()
    decisions = through.take_all(entries)
    assert any(decision.merged for decision in decisions)
    for number, entry in enumerate(entries):
        if number % 11 == 0:
            stopped.restart()
        assert stopped.take(entry) == decisions[number]
    through.store()
    stopped.store()
    assert through.records == stopped.records


def test_what_has_left_the_window_leaves_the_store() -> None:
    desk = Desk()
    desk.take_all(hourly([f"Mayor of Town{number} opens bridge {number}" for number in range(50)]))
    desk.take(Entry(title="Something else", seen_at=START + timedelta(days=30)))
    desk.store()
    assert len(desk.index) == 1
    assert {kind for kind, _ in desk.records} == {"report", "clock"}
    assert sum(kind == "report" for kind, _ in desk.records) == 1


MERGER = (
    "Orbrecht and Velm agree to merge in 4 billion deal",
    "Merger of Orbrecht and Velm creates a giant",
    "Velm shareholders back merger with Orbrecht",
)
RECALL = (
    "Orbrecht recalls 90000 trucks over brake fault",
    "Brake fault: Orbrecht recalls 90000 trucks worldwide",
    "Orbrecht trucks recalled after brakes failed",
)
FERRY = ("Ferry sinks off Kelmore with 40 aboard", "Kelmore: ferry goes down, 40 aboard")
BOAT = (
    "Dozens missing after boat capsizes near Ashcombe lighthouse",
    "Rescuers search near Ashcombe lighthouse for dozens missing after boat capsizes",
)
BOTH = (
    "Ferry sinks off Kelmore: dozens missing as rescuers search near Ashcombe lighthouse",
    "Kelmore ferry: boat capsizes near Ashcombe lighthouse, dozens missing, 40 aboard",
    "Ferry with 40 aboard capsizes near Ashcombe lighthouse off Kelmore, dozens missing",
    "Kelmore ferry capsized near Ashcombe lighthouse: dozens of 40 aboard missing",
    "Search near Ashcombe lighthouse for dozens of 40 aboard ferry that sank off Kelmore",
    "Ferry capsizes off Kelmore near Ashcombe lighthouse: search for dozens missing",
    "Kelmore ferry disaster: rescuers near Ashcombe lighthouse find boat, dozens of 40 missing",
    "Boat found near Ashcombe lighthouse is Kelmore ferry, 40 aboard, dozens missing",
    "Dozens missing as Kelmore ferry with 40 aboard sinks near Ashcombe lighthouse",
)


def test_one_report_between_two_events_does_not_unite_them() -> None:
    desk = Desk()
    both = "Orbrecht recalls 90000 trucks over brake fault as Velm agrees to merge with Orbrecht"
    decisions = desk.take_all(hourly([*MERGER, *RECALL, both]))
    assert not any(decision.merged for decision in decisions)
    assert len({desk.story(decision) for decision in decisions}) == 2


def test_reports_that_tell_of_both_unite_two_stories_of_one_event_under_the_older_id() -> None:
    desk = Desk()
    decisions = desk.take_all(hourly([*FERRY, *BOAT, *BOTH]))
    assert len({decision.story for decision in decisions[:4]}) == 2
    lost = [story for decision in decisions for story in decision.merged]
    assert lost == [decisions[2].story]
    assert {desk.story(decision) for decision in decisions} == {decisions[0].story}


def test_a_story_is_open_as_long_as_reports_come() -> None:
    step = timedelta(hours=100)
    titles = ["Blast at Morrowick fireworks plant", "Morrowick fireworks plant blast: inquiry opens"] * 3
    decisions = Desk().take_all(hourly(titles, step=step))
    assert {decision.story for decision in decisions} == {1}
    late = Desk().take_all(hourly(titles, step=timedelta(hours=130)))
    assert {decision.verdict for decision in late} == {Verdict.NEW_STORY}


def test_windows_are_settings() -> None:
    short = StorySettings(copies=timedelta(hours=1), window=timedelta(hours=2))
    titles = ["Ferry runs aground off Pelluna"] * 2
    assert Desk(short).take_all(hourly(titles, step=timedelta(hours=3)))[1].verdict == Verdict.NEW_STORY
    assert Desk().take_all(hourly(titles, step=timedelta(hours=3)))[1].verdict == Verdict.NEAR_DUPLICATE


def test_known_reads_back() -> None:
    known = KnownItem(
        entry=EntryId(5), story=StoryId(3), content="c" * 20, title="ein titel «ß»", place="p", guid="", doubts=2
    )
    assert KnownItem.from_bytes(known.to_bytes()) == known
    assert len(known.to_bytes()) < 200
