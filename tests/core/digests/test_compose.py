"""What a digest says: ranking, cap, sources, changes; and the rows that carry it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.digests.compose import Context, compose, cut_quote
from bot.core.digests.deliveries import deliveries, delivery_key
from bot.core.digests.message import Message
from bot.core.text.sanitize import short_line, web_address
from bot.model import (
    ChannelId,
    Digest,
    DigestPlan,
    EntryId,
    Evidence,
    Match,
    MessageKind,
    Posted,
    Priority,
    Report,
    Rule,
    RuleId,
    RuleSet,
    Story,
    StoryId,
    StoryMatch,
    Verdict,
    Waiting,
)
from bot.sinks.plain_text import by_line
from tests.builders import AT, channel, feed, report, rule

DESK = channel("desk", digest=DigestPlan(every=timedelta(minutes=15), max_stories=3))


def matched(story: int, entry: int, rule: str = "r", zone: str = "title", text: str = "dam") -> StoryMatch:
    evidence = Evidence(zone=zone, text=text, spans=((0, len(text)),))
    quote = Evidence(zone="body", text=f"The {text} broke.", spans=((4, 4 + len(text)),))
    return StoryMatch(
        story=StoryId(story),
        rule=RuleId(rule),
        entry=EntryId(entry),
        match=Match(rule=RuleId(rule), evidence=(evidence,), quote=quote),
    )


def context(stories: dict[int, list[Report]], matches: list[StoryMatch], *rules: Rule) -> Context:
    feeds = (feed("post", name="Meridian Post"), feed("wire"))
    ruleset = RuleSet(version="1", rules=rules or (rule("r"),), feeds=feeds)
    made = {StoryId(number): Story(id=StoryId(number), reports=tuple(reports)) for number, reports in stories.items()}
    return Context.of(ruleset, made, matches)


def message(*stories: int, kind: MessageKind = MessageKind.DIGEST, **more: Any) -> Message:
    rows = tuple(
        Waiting(channel=DESK.id, story=StoryId(s), entry=EntryId(s * 10), rule=RuleId("r"), since_at=AT)
        for s in stories
    )
    fields: dict[str, Any] = {
        "channel": DESK.id,
        "kind": kind,
        "stories": tuple(map(StoryId, stories)),
        "rows": rows,
        "since_at": AT,
    }
    return Message(**(fields | more))


def test_best_first_and_what_is_above_the_cap_is_counted() -> None:
    known = context(
        {
            1: [report(10, "post")],
            2: [report(20, "post"), report(21, "wire")],
            3: [report(30, "post")],
            4: [report(40, "post")],
            5: [report(50, "post"), report(51, "wire", verdict=Verdict.NEAR_DUPLICATE)],
        },
        [
            matched(1, 10, zone="body"),
            matched(2, 20, zone="body"),
            matched(3, 30, "alarm"),
            matched(4, 40),
            matched(5, 50, "low"),
        ],
        rule("r"),
        rule("alarm", priority=Priority.URGENT),
        rule("low", priority=Priority.LOW),
    )
    rows = message(1, 2, 3, 4, 5, capped=True)
    rows = replace(rows, rows=tuple(replace(r, rule=None, priority=Priority.LOW) for r in rows.rows))
    made = compose(rows, DESK, known, AT)
    assert [story.story for story in made.stories] == [3, 2, 4]
    assert made.omitted == 2
    assert compose(replace(rows, capped=False), DESK, known, AT).omitted == 0


def test_an_entry_names_all_rules_and_shows_the_first_matching_report() -> None:
    known = context(
        {1: [report(10, "post"), report(11, "wire", title="Second"), report(12, "post", title="Third")]},
        [matched(1, 12, "b"), matched(1, 11, "a"), matched(1, 11, "elsewhere")],
        rule("b", mention="<!here>"),
        rule("a"),
        rule("elsewhere", to=(ChannelId("other"),)),
    )
    made = compose(replace(message(1), rows=()), DESK, known, AT)
    (story,) = made.stories
    assert (story.title, story.rules, story.rule_names) == ("Second", ("b", "a"), ("b", "a"))
    assert story.mentions == ("<!here>",)
    assert [source.name for source in story.sources] == ["Meridian Post", "wire"]
    assert story.reports == 3
    assert by_line(story, made) == "wire, 09:11 UTC, 3 reports"


def test_copies_are_sources_but_no_texts_of_their_own() -> None:
    reports = [report(10, "post"), report(11, "wire", verdict=Verdict.NEAR_DUPLICATE)]
    made = compose(message(1), DESK, context({1: reports}, [matched(1, 10)]), AT)
    (story,) = made.stories
    assert (len(story.sources), story.independent_texts, made.held_back) == (2, 1, 1)
    assert [source.copy for source in story.sources] == [False, True]


def test_without_a_title_the_quote_or_the_address_is_shown() -> None:
    known = context({1: [report(10, "post", title=" ")]}, [matched(1, 10)])
    (story,) = compose(message(1), DESK, known, AT).stories
    assert (story.title, story.quote) == ("The dam broke.", None), "once"
    known = context({1: [report(10, "post", title="")]}, [])
    assert compose(message(1), DESK, known, AT).stories[0].title == "https://post.example/10"


def test_a_long_quote_ends_between_words_and_in_no_mark() -> None:
    """The word that was to be torn is left out, and the ` …` in its place is no match."""
    quote = Evidence(zone="body", text=f"{'The dam ' * 3}Kolby broke.", spans=((4, 7), (24, 29)))
    cut = cut_quote(quote, 28)
    assert (cut.text, cut.spans) == ("The dam The dam The dam …", ((4, 7),))
    assert cut_quote(quote, 36) == quote


def test_without_a_title_and_a_quote_the_text_begins_the_line() -> None:
    first = replace(report(10, "post", title=""), beginning="The dam at Kolby\nbroke at noon.")
    assert (
        compose(message(1), DESK, context({1: [first]}, []), AT).stories[0].title == "The dam at Kolby broke at noon."
    )


def test_a_url_too_long_for_slack_is_no_link_and_never_cut() -> None:
    short, long = ("https://post.example/" + "x" * length for length in (2_900, 3_000))
    known = context({1: [report(10, "post", url=short)], 2: [report(20, "post", url=long, title="")]}, [])
    second, first = compose(message(1, 2), DESK, known, AT).stories
    assert (first.url, second.url) == (short, None)
    assert (second.title, second.source_name) == ("(no title)", "Meridian Post")
    assert [source.url for source in second.sources] == [None]


def test_an_edit_keeps_its_stories_and_says_what_changed() -> None:
    first = [report(10, "post")]
    known = context({1: first, 2: [report(20, "post")]}, [matched(1, 10), matched(2, 20)])
    original = compose(message(1, 2), DESK, known, AT)
    later = report(11, "wire", verdict=Verdict.UPDATE, changes=("9 dead → 112 dead",))
    known = context({1: [*first, later], 2: [report(20, "post")]}, [matched(1, 10), matched(2, 20)])
    edit = message(1, kind=MessageKind.UPDATE, thread_of="k", entries=(EntryId(11),))
    made = compose(edit, DESK, known, AT + timedelta(hours=1), original)
    assert [story.story for story in made.stories] == [story.story for story in original.stories]
    told = next(story for story in made.stories if story.story == 1)
    assert (told.updated, told.changes, told.reports) == (True, ("9 dead → 112 dead",), 2)
    assert made.window == original.window
    assert made.revision > 0


def test_an_edit_of_a_part_stays_that_part() -> None:
    known = context({1: [report(10, "post")]}, [matched(1, 10)])
    part = replace(compose(message(1), DESK, known, AT), title="R: 40 stories (2 of 3)", number_from=14)
    edit = message(1, kind=MessageKind.UPDATE, thread_of="k", entries=(EntryId(11),))
    made = compose(edit, DESK, known, AT, part)
    assert (made.title, made.number_from) == ("R: 40 stories (2 of 3)", 14)


def test_a_reply_tells_of_the_newest_report() -> None:
    later = report(11, "wire", title="Toll rises", verdict=Verdict.UPDATE, changes=("9 → 112",))
    known = context({1: [report(10, "post"), later]}, [matched(1, 10)])
    reply = message(1, kind=MessageKind.REPLY, thread_of="k", entries=(EntryId(11),), changes=("9 → 112",))
    made = compose(reply, DESK, known, AT)
    (story,) = made.stories
    assert (story.title, story.quote, story.changes) == ("Toll rises", None, ("9 → 112",))
    assert by_line(story, made) == "wire, 09:11 UTC, 2 reports"  # it was called the first of them


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        (MessageKind.DIGEST, "Meridian Post, 09:10 UTC, first of 2 reports"),
        (MessageKind.UPDATE, "wire, 09:11 UTC, 2 reports"),
    ],
)
def test_only_the_first_report_is_called_so(kind: MessageKind, line: str) -> None:
    known = context({1: [report(10, "post"), report(11, "wire", verdict=Verdict.UPDATE)]}, [matched(1, 10)])
    made = compose(message(1, kind=kind, thread_of="k", entries=(EntryId(11),)), DESK, known, AT)
    assert [by_line(story, made) for story in made.stories] == [line]


def make(made: Message, known: Context, posted: dict[StoryId, Posted] | None = None, parts: int = 1) -> Any:
    digest = compose(made, DESK, known, AT)

    def split(whole: Digest) -> list[Digest]:
        return [replace(whole, stories=whole.stories[n::parts]) for n in range(parts)]

    def render(key: str, _part: Digest) -> dict[str, object]:
        return {"key": key}

    return deliveries(
        made, digest, DESK, known, posted or {}, split=split, render=render, stories_under=lambda _key: ()
    )


def test_every_story_points_at_the_message_that_shows_it() -> None:
    numbers = {n: [report(n * 10, "post")] for n in range(1, 6)}
    known = context(numbers, [matched(n, n * 10) for n in numbers])
    rows, posted = make(message(*numbers, capped=True), known, parts=2)
    shown = {story.story: row.key for row in rows for story in row.digest.stories}
    assert len({row.key for row in rows}) == 2
    assert {p.story: p.delivery_key for p in posted if p.story in shown} == shown
    assert {p.story for p in posted} == set(numbers)


def test_keys_do_not_depend_on_our_numbers_for_what_is_posted_at_once() -> None:
    one = context({1: [report(10, "post", title="A", url="https://post.example/a")]}, [])
    two = context(
        {7: [report(70, "post", title="A", url="https://post.example/a", published_at=AT + timedelta(minutes=10))]}, []
    )
    keys = {delivery_key(message(number, kind=MessageKind.IMMEDIATE), known) for number, known in ((1, one), (7, two))}
    assert len(keys) == 1
    assert delivery_key(message(1), one) != delivery_key(message(7), two)


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://a.example/x?y=1&z=2", True),
        ("HTTP://A.example", True),
        ("javascript:alert(1)", False),
        ("https:///nohost", False),
        ("https://a.example/a b", False),
        ("https://[::1", False),
        ("//a.example/x", False),
        ("https://a.example/" + "x" * 3000, False),
        (None, False),
    ],
)
def test_web_address(url: str | None, good: bool) -> None:
    assert (web_address(url) is not None) is good


def test_a_scheme_in_capitals_is_no_reason_to_lose_the_link() -> None:
    """A digest with one such address was refused as blocks, and went out as plain text."""
    assert web_address(" HTTPS://A.example/B\n") == "https://A.example/B"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://bank.example@evil.example/login", "https://evil.example/login"),
        ("https://me:p@ss@wire.example:8443/a?b=c@d#e", "https://wire.example:8443/a?b=c@d#e"),
        ("https://[::1]:8080/@me", "https://[::1]:8080/@me"),
        ("https://wire.example?@x", "https://wire.example?@x"),
    ],
)
def test_a_link_shows_where_it_leads(url: str, shown: str) -> None:
    assert web_address(url) == shown


@given(st.text(max_size=500), st.integers(1, 300))
def test_clean_is_one_short_harmless_line(text: str, limit: int) -> None:
    made = short_line(text, limit)
    assert len(made) <= limit
    assert made == made.strip()
    assert not set(made) & set("\n\r\t\x00\x1b\u202e\u2066")
