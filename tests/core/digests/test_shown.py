"""Which report of a story leads in a message, and which stand beneath."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.core.digests.compose import compose
from bot.model import Digest, DigestPlan, DigestStory, EntryId, MessageKind, Priority, RuleId, Verdict, WaitingKind
from tests.builders import AT, channel, report, rule, waits
from tests.core.digests.test_compose import context, matched, message

DESK = channel("desk", digest=DigestPlan(every=timedelta(minutes=15)))


def first(**more: Any) -> Any:
    return report(10, "post", title="Dam breaks, 9 dead", **more)


def update(number: int, outlet: str, title: str, *changes: str) -> Any:
    return report(number, outlet, title=title, verdict=Verdict.UPDATE, changes=changes)


TOLL = update(11, "wire", "Toll rises to 112", "9 dead → 112 dead")
RESIGNS = update(13, "herald", "Minister resigns", "now: resigns")
QUIET = report(12, "basin", title="What is known")


def tell(reports: list[Any], *told: int, kind: MessageKind = MessageKind.DIGEST, before: Digest | None = None) -> Any:
    """The story as a message tells it, whose updates are the entries `told`."""
    rows = tuple(waits("desk", 1, entry, None, kind=WaitingKind.UPDATE) for entry in told)
    fields: dict[str, Any] = {"rows": rows, "entries": tuple(map(EntryId, told)), "thread_of": before and "k"}
    if kind is not MessageKind.UPDATE:
        fields["updated"] = frozenset({1}) if told else frozenset()
    known = context({1: reports}, [matched(1, 10, text="Dam")])
    return compose(message(1, kind=kind, **fields), DESK, known, AT, before)


def lines(story: DigestStory) -> tuple[str, list[str], str | None]:
    return story.title, [line.title for line in story.news], story.first and story.first.title


@pytest.mark.parametrize(
    ("reports", "told", "leads", "news", "beneath", "changes"),
    [
        pytest.param([first()], (), "Dam breaks, 9 dead", [], None, [], id="new"),
        pytest.param(
            [first(), TOLL], (), "Dam breaks, 9 dead", ["Toll rises to 112"], None, ["9 dead → 112 dead"],
            id="new, with news before it was ever posted",
        ),
        pytest.param(
            [first(), TOLL], (11,), "Toll rises to 112", [], "Dam breaks, 9 dead", ["9 dead → 112 dead"], id="an update"
        ),
        pytest.param(
            [first(), TOLL, QUIET, RESIGNS], (11, 13), "Minister resigns", ["Toll rises to 112"], "Dam breaks, 9 dead",
            ["now: resigns", "9 dead → 112 dead"], id="two between two digests",
        ),
        pytest.param(
            [first(), TOLL, RESIGNS], (13,), "Minister resigns", [], "Dam breaks, 9 dead", ["now: resigns"],
            id="what an earlier digest told stays there",
        ),
        pytest.param(
            [first(), TOLL, QUIET], (11, 12), "Toll rises to 112", ["What is known"], "Dam breaks, 9 dead",
            ["9 dead → 112 dead"], id="news before a match by a rule of higher priority",
        ),
        pytest.param([first(), QUIET], (12,), "What is known", [], "Dam breaks, 9 dead", [], id="a pressing match"),
        pytest.param([first(), QUIET], (11,), "Dam breaks, 9 dead", [], None, [], id="the update was pruned"),
        pytest.param(
            [first(), TOLL, report(14, "wire", title="Toll: 115", verdict=Verdict.EDIT, duplicate_of=EntryId(11))],
            (11,), "Toll: 115", [], "Dam breaks, 9 dead", ["9 dead → 112 dead"], id="edited since",
        ),
    ],
)  # fmt: skip
def test_what_leads(
    reports: list[Any], told: tuple[int, ...], leads: str, news: list[str], beneath: str | None, changes: list[str]
) -> None:
    (story,) = tell(reports, *told).stories
    assert lines(story) == (leads, news, beneath)
    assert list(story.changes) == changes
    assert story.updated is bool(told)
    shown = {one.title: one for one in reports}
    lead = shown[leads]
    assert (story.url, story.source_name) == (lead.url, lead.source if lead.source != "post" else "Meridian Post")


def test_an_edit_leads_with_the_news_and_keeps_what_it_said() -> None:
    posted = tell([first()], kind=MessageKind.IMMEDIATE)
    edited = tell([first(), TOLL], 11, kind=MessageKind.UPDATE, before=posted)
    assert lines(edited.stories[0]) == ("Toll rises to 112", [], "Dam breaks, 9 dead")
    again = tell([first(), TOLL, QUIET, RESIGNS], 13, kind=MessageKind.UPDATE, before=edited)
    assert lines(again.stories[0]) == ("Minister resigns", ["Toll rises to 112"], "Dam breaks, 9 dead")
    muted = tell([first(), TOLL, QUIET, RESIGNS], kind=MessageKind.UPDATE, before=again)
    assert lines(muted.stories[0]) == lines(again.stories[0])
    assert muted.stories[0].updated


def test_an_edit_of_the_second_digest_does_not_tell_the_first_ones_news_again() -> None:
    second = tell([first(), TOLL, RESIGNS], 13)
    edited = tell([first(), TOLL, RESIGNS, QUIET], kind=MessageKind.UPDATE, before=second)
    assert lines(edited.stories[0]) == ("Minister resigns", [], "Dam breaks, 9 dead")


def test_a_pressing_match_leads_in_edits_too_and_brings_its_quote() -> None:
    known = context(
        {1: [first(), QUIET]},
        [matched(1, 10), matched(1, 12, "alarm", text="known")],
        rule("r"),
        rule("alarm", priority=Priority.URGENT),
    )
    row = waits("desk", 1, 12, "alarm", kind=WaitingKind.UPDATE, priority=Priority.URGENT)
    told = compose(message(1, rows=(row,), updated=frozenset({1})), DESK, known, AT)
    edited = compose(message(1, rows=(), kind=MessageKind.UPDATE, thread_of="k"), DESK, known, AT, told)
    for story in (told.stories[0], edited.stories[0]):
        assert (story.title, story.rules) == ("What is known", (RuleId("r"), RuleId("alarm")))
        assert story.first is not None
        assert [quote and quote.text for quote in (story.quote, story.first.quote)] == [
            "The known broke.",
            "The dam broke.",
        ]


def test_a_reply_names_all_that_quiet_hours_held() -> None:
    (story,) = tell([first(), TOLL, RESIGNS], 11, 13, kind=MessageKind.REPLY).stories
    assert lines(story) == ("Minister resigns", ["Toll rises to 112"], None)


@pytest.mark.parametrize(
    ("beginning", "quote"),
    [
        ("Rescuers reached the village at dawn. It had been cut off.", "Rescuers reached the village at dawn."),
        ("Rescuers reached the village", "Rescuers reached the village"),
        ("Rescuers " * 40, "Rescuers " * 33 + "R…"),
        ("Toll rises to 112. Rescuers reached the village.", None),
        ("", None),
    ],
    ids=["its first sentence", "no stop", "it goes on", "what the headline says", "no text"],
)
def test_an_update_in_which_no_rule_found_a_sentence_shows_how_it_begins(beginning: str, quote: str | None) -> None:
    """Below UPDATED stood the first report's sentence alone, with the toll that had risen since."""
    (story,) = tell([first(), replace(TOLL, beginning=beginning)], 11).stories
    assert (story.quote and story.quote.text) == quote
    assert story.first is not None
    assert story.first.quote is not None


def test_what_stands_below_a_headline_that_was_edited_is_of_that_edit() -> None:
    """Below the new headline stood how the text began before it was edited: the toll that it had corrected."""
    told = replace(TOLL, beginning="All 112 are named.")
    edit = update(14, "wire", "Toll is 98")
    edited = replace(edit, verdict=Verdict.EDIT, duplicate_of=EntryId(11), beginning="Only 98 are named.")
    (story,) = tell([first(), told, edited], 11).stories
    assert (story.title, story.quote and story.quote.text) == ("Toll is 98", "Only 98 are named.")
    (story,) = tell([first(), told, replace(edited, beginning="")], 11).stories
    assert (story.title, story.quote) == ("Toll is 98", None)


DOUBT = update(12, "basin", "Dam of another valley opens", "perhaps another event")


@pytest.mark.parametrize(
    ("reports", "told", "leads", "news"),
    [
        pytest.param([first(), DOUBT], (), "Dam breaks, 9 dead", [DOUBT.title], id="no rule holds on it"),
        pytest.param([first(), DOUBT], (12,), DOUBT.title, [], id="a rule holds on it"),
        pytest.param([first(), TOLL, DOUBT], (), TOLL.title, [DOUBT.title], id="behind the story's own news"),
    ],
)
def test_an_edit_puts_what_may_be_another_event_below_the_storys_headline(
    reports: list[Any], told: tuple[int, ...], leads: str, news: list[str]
) -> None:
    (story,) = tell(reports, *told, kind=MessageKind.UPDATE).stories
    assert lines(story)[:2] == (leads, news)
