"""Digests as Block Kit: inside every limit, feed text literal, the golden files read like the digest we want."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.rulefile.ruleset import read_ruleset
from bot.core.text.sanitize import short_line
from bot.drills import slack_limits
from bot.model import (
    Digest,
    DigestStory,
    EntryId,
    Evidence,
    MessageKind,
    OutletId,
    Priority,
    ReportLine,
    RuleId,
    SourceLine,
    Spike,
    StoryState,
)
from bot.sinks.plain_text import digest_text
from bot.sinks.slack.payload import MAX_FALLBACK, TEXT_BUDGET, payload, split_digest
from tests.builders import AT, digest, story
from tests.examples import examples

GOLDEN = Path(__file__).parent / "golden"


def check(content: Digest, level: int = 0) -> list[dict[str, Any]]:
    """Renders every part and lets the strict stand-in's rules look at it."""
    made = []
    for part in split_digest(content):
        message = payload("k" * 40, part, level)
        blocks = message.get("blocks", [])
        assert slack_limits.block_problems(blocks) == []
        assert sum(len(text) for text in slack_limits.texts(blocks)) <= TEXT_BUDGET
        assert slack_limits.weight(blocks) <= slack_limits.MAX_WEIGHT
        assert slack_limits.metadata_problem(message["metadata"]) is None
        assert 0 < len(message["text"]) <= MAX_FALLBACK
        if part.kind is not MessageKind.UPDATE:
            assert (message["unfurl_links"], message["unfurl_media"]) == (False, False)
        made.append(message)
    return made


def rich(number: int, **more: Any) -> DigestStory:
    """A story with everything on it."""
    names = ("Meridian Post", "Coastal Wire", "Telecom Ledger & Sons", "Harbour Times", "Basin Business")
    fields: dict[str, Any] = {
        "rules": (RuleId("vendors"), RuleId("core")),
        "rule_names": ("Vendors", "5G core <draft>"),
        "sources": tuple(
            SourceLine(outlet=OutletId(str(n)), name=name, url=f"https://o{n}.example/{number}?a=1&b=2", copy=n > 2)
            for n, name in enumerate(names)
        ),
        "reports": 7,
        "independent_texts": 3,
        "first_at": AT - timedelta(minutes=52),
        "last_at": AT,
    }
    return story(number, **(fields | more))


def line(number: int, title: str, hours: int) -> ReportLine:
    """A report beneath a headline."""
    url = f"https://o{number}.example/dam?a=1&b=2"
    return ReportLine(
        entry=EntryId(number), title=title, url=url, source_name="Coastal Wire", at=AT - timedelta(hours=hours)
    )


QUOTE = Evidence(zone="body", text="The <vendor> built the dam.", spans=((5, 11),))
FIRST = replace(line(7, "Dam <breaks> & floods valley, *9 dead*", 30), quote=QUOTE)
BEFORE = (line(8, "Toll rises to 112", 2),)
CASES = {
    "digest": digest(
        rich(1, priority=Priority.URGENT, mentions=("<!here>", "U0ANALYST", "<!subteam^S0DESK>")),
        rich(2, updated=True, changes=("now: resigns", "9 dead → 112 dead"), news=BEFORE, first=FIRST),
        story(3, "Court adjourns case <over> antenna & tuning", url=None, quote=None),
        omitted=17,
        held_back=4,
        delayed=True,
        next_at=AT + timedelta(hours=3, minutes=30),
        timezone="Europe/London",
    ),
    "immediate": digest(rich(1, mentions=("<!here>",)), kind=MessageKind.IMMEDIATE, buttons=True),
    "update": digest(
        rich(
            1,
            updated=True,
            changes=("9 dead → 112 dead",),
            quote=None,
            first=FIRST,
            state=StoryState(text="Story muted by <@U0ANALYST>, 24 Nov 09:12", active=("mute_story",)),
        ),
        kind=MessageKind.UPDATE,
        revision=42,
        buttons=True,
    ),
    "reply": digest(story(1, changes=("9 dead → 112 dead",)), kind=MessageKind.REPLY, revision=42),
    "notice": Digest(channel=digest().channel, kind=MessageKind.NOTICE, at=AT, title="Feed <x> is failing:\nHTTP 500"),
    "rejected": Digest(
        channel=digest().channel,
        kind=MessageKind.NOTICE,
        at=AT,
        title="The rules file was not taken over.\nrules.yaml:3:12: error: write AND\n      - Huawei and 5G\n"
        "               ^^^\n    write AND\n… and 2 more problems",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_golden(name: str) -> None:
    """`GOLDEN=write make test` writes them anew; look at the difference before committing it."""
    (message,) = check(CASES[name])
    for file, text in {
        f"{name}.json": json.dumps(message, indent=1, ensure_ascii=False) + "\n",
        f"{name}.txt": digest_text(CASES[name]) + "\n",
    }.items():
        path = GOLDEN / file
        if os.environ.get("GOLDEN") == "write":
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("mention", "calls"),
    [
        ("<!here>", "!here"),
        ("<!here|here>", "!here"),
        ("<!channel|channel>", "!channel"),
        ("<!everyone>", "!everyone"),
        ("<@U0ANA>", "@U0ANA"),
        ("<@U0ANA|ana>", "@U0ANA"),
        ("<@W012A3CDE>", "@W012A3CDE"),
        ("<!subteam^S0DESK>", "!subteam^S0DESK"),
        ("<!subteam^S0DESK|desk>", "!subteam^S0DESK"),
    ],
)
def test_a_mention_that_check_takes_calls_somebody(mention: str, calls: str) -> None:
    rules = f"feeds: ['https://a.example/f']\nrules: [{{id: r, when: Huawei, mention: '{mention}'}}]"
    ruleset, problems = read_ruleset(rules.encode(), {})
    assert ruleset is not None, problems
    written = ruleset.rules[0].mention
    assert written is not None
    (message,) = check(digest(story(1, mentions=(written,)), kind=MessageKind.IMMEDIATE))
    assert slack_limits.called_people(message["text"], message["blocks"]) == [calls]


@pytest.mark.parametrize("mention", ["<@B0ROBOT1>", "<!hier>", "<!subteam^T0TEAM>", "<!date^1^x>", "<@ana>"])
def test_a_mention_that_would_call_nobody_is_no_mention(mention: str) -> None:
    rules = f"feeds: ['https://a.example/f']\nrules: [{{id: r, when: Huawei, mention: '{mention}'}}]"
    ruleset, (problem,) = read_ruleset(rules.encode(), {})
    assert ruleset is None
    assert "mention is no person or group that Slack knows" in problem.message


NASTY = (
    "<!channel> page everyone",
    "<!here|here> <@U0BOSS> <#C0SECRET>",
    "*bold* _italic_ `code` ~gone~ > quote",
    "&lt;!everyone&gt; &amp; <https://evil.example|click>",
    "javascript:alert(1) <javascript:alert(1)|x>",
    "\u202egnp.exe\u2066 turned \u200fround",
    "nul\x00 bell\x07 esc\x1b[31m red",
    "a" * 5000,
    "़्" * 400 + "é" * 300,
    "]]>|<|>|&|;" * 40,
    ":smile: @here @channel #general",
    "   \n\t ",
    "line\nbreak\r\nand\u2028more",
)


@pytest.mark.parametrize("buttons", [False, True])
def test_300_hostile_titles_are_literal(buttons: bool) -> None:
    stories = []
    for number in range(300):
        text = f"{NASTY[number % len(NASTY)]} {number}"
        stories.append(
            rich(
                number,
                title=short_line(text, 300),
                url=("javascript:alert(1)", "https://x.example/a|b>c", "data:text/html,x", "https://[::1", "ftp://a")[
                    number % 5
                ],
                quote=Evidence(zone="body", text=text, spans=((0, min(5, len(text))),)),
                sources=(
                    SourceLine(outlet=OutletId("a"), name=text, url=text),
                    SourceLine(outlet=OutletId("b"), name=text, url="https://b.example/<!channel>"),
                ),
                evidence=(Evidence(zone="title", text=text, spans=((0, len(text)),)),),
                changes=(short_line(text, 120),),
                source_name=short_line(text, 80),
            )
        )
    shown = ""
    for message in check(digest(*stories, buttons=buttons)):
        assert slack_limits.called_people(message["text"], message.get("blocks")) == []
        assert slack_limits.called_people(message["text"], None) == []
        assert "javascript:" not in json.dumps([e.get("url") for e in slack_limits.elements(message.get("blocks"))])
        shown += slack_limits.visible_text(message.get("blocks"))
    for made in stories:
        assert short_line(made.title, 150)[:149] in shown


def test_stories_that_stood_together_are_in_order_and_complete() -> None:
    parts = split_digest(digest(*(rich(number) for number in range(200)), omitted=3, buttons=True))
    assert [s.story for part in parts for s in part.stories] == list(range(200))
    assert [part.number_from for part in parts][:2] == [1, 1 + len(parts[0].stories)]
    assert [part.omitted for part in parts if part.omitted] == [3]
    # Eight or so a message: each block and each button counts for Slack, beside the text.
    assert len(parts) <= 25
    called = split_digest(
        digest(*(rich(number, mentions=(f"U{number}",) if number > 90 else ()) for number in range(93)))
    )
    assert [part.stories[0].mentions for part in called][:2] == [("U91", "U92"), ()]
    # A digest as long as channels have it by default is one message; with buttons it weighs too much for one.
    twelve = [rich(number) for number in range(12)]
    assert [len(split_digest(digest(*twelve, buttons=buttons))) for buttons in (False, True)] == [1, 2]


TEXT = st.text(max_size=400) | st.sampled_from(NASTY)
STORIES = st.builds(
    lambda number, title, quote, url, names, rules, mentions, state, beneath: rich(
        number,
        title=title,
        url=url,
        quote=Evidence(zone="body", text=quote, spans=((0, len(quote) // 2),)) if quote else None,
        sources=tuple(SourceLine(outlet=OutletId(n), name=n, url=f"https://x.example/{n}") for n in names),
        rules=tuple(RuleId(rule) for rule in rules),
        rule_names=tuple(rules),
        mentions=tuple(mentions),
        state=StoryState(text=state, active=("irrelevant",) if state else ()),
        first=beneath[0] if beneath else None,
        news=tuple(beneath[1:]),
        changes=tuple(one.title[:120] for one in beneath),
    ),
    st.integers(0, 10**9),
    TEXT,
    TEXT,
    st.sampled_from([None, "https://a.example/" + "x" * 2900, "https://a.example/?q=<>|&"]) | TEXT,
    st.lists(TEXT, max_size=6),
    st.lists(TEXT, max_size=4, unique=True),
    st.lists(TEXT | st.sampled_from(["<!here>", "U123", "S123"]), max_size=3),
    TEXT,
    st.lists(
        st.builds(
            lambda title, url, name: replace(line(1, title, 1), url=url, source_name=name),
            TEXT,
            st.sampled_from([None, "https://a.example/" + "x" * 2900]),
            st.text(max_size=80),
        ),
        max_size=5,
    ),
)


@settings(max_examples=examples(60), deadline=None)
@given(
    st.lists(STORIES, min_size=1, max_size=30, unique_by=lambda s: s.story),
    st.sampled_from([MessageKind.DIGEST, MessageKind.IMMEDIATE, MessageKind.UPDATE, MessageKind.REPLY]),
    st.booleans(),
    st.integers(0, 2),
)
def test_always_inside_every_limit(stories: list[DigestStory], kind: MessageKind, buttons: bool, level: int) -> None:
    stories = stories if kind in (MessageKind.DIGEST, MessageKind.UPDATE) else stories[:1]
    check(digest(*stories, kind=kind, buttons=buttons, revision=7), level)


def test_the_terminal_shows_each_title_once_and_no_markup() -> None:
    text = digest_text(CASES["digest"])
    for title in [*(made.title for made in CASES["digest"].stories), FIRST.title, BEFORE[0].title]:
        assert text.count(title) == 1
    assert "&amp;" not in text
    assert "17 more stories" in text


def burst(title: str, lines: list[ReportLine], mentions: tuple[str, ...] = ()) -> Digest:
    spike = Spike(reports=tuple(lines), more=9, bar="·▁▂▃▄▅▆▇█" * 2, most=8, mentions=mentions)
    return digest(kind=MessageKind.SPIKE, title=title, spike=spike, rule=RuleId("vendors"))


def test_a_burst_shows_the_first_outlets_with_links_and_the_day() -> None:
    lines = [replace(FIRST, title=f"Report {number} <b>", url=f"https://a.example/{number}") for number in range(5)]
    (message,) = check(burst("Vendors: 14 outlets in 6 h, usually 2", lines, ("<!here>",)))
    text = json.dumps(message["blocks"], ensure_ascii=False)
    assert [text.count(f"https://a.example/{number}") for number in range(5)] == [1] * 5
    for part in ("14 outlets in 6 h, usually 2", "Report 4 <b>", "And 9 more outlets.", "▅▆▇█", '"broadcast"'):
        assert part in text
    assert "https://a.example/4" in message["text"]


@settings(max_examples=examples(40), deadline=None)
@given(
    TEXT,
    st.lists(
        st.builds(
            lambda title, url, name: replace(FIRST, title=title, url=url, source_name=name),
            TEXT,
            st.sampled_from([None, "https://a.example/" + "x" * 2900, "javascript:alert(1)"]),
            st.text(max_size=80),
        ),
        max_size=5,
    ),
    st.integers(0, 2),
)
def test_a_burst_is_always_inside_every_limit(title: str, lines: list[ReportLine], level: int) -> None:
    check(burst(f"{title}: 5 outlets in 6 h, usually 0", lines), level)


def test_a_story_of_a_hundred_rules_is_no_plain_text() -> None:
    """The menus of its buttons weighed more than Slack takes; and nobody was called by what was told instead."""
    names = tuple(f"Rule {number} {'n' * 66}" for number in range(120))
    rules = tuple(RuleId(f"rule-{number}") for number in range(120))
    content = digest(story(1, rules=rules, rule_names=names, mentions=("<!here>",)), buttons=True)
    (message,) = check(content)
    assert slack_limits.called_people(message["text"], message["blocks"]) == ["!here"]


@pytest.mark.parametrize(
    ("name", "called"),
    [("<!here>", "!here"), ("U0ANA", "@U0ANA"), ("<!subteam^S0TEAM|@team>", "!subteam^S0TEAM"), ("nobody <x>", None)],
)
def test_plain_text_calls_whom_blocks_would(name: str, called: str | None) -> None:
    content = digest(story(1, mentions=(name,)))
    in_blocks, in_text = payload("k" * 40, content), payload("k" * 40, content, level=2)
    people = slack_limits.called_people(in_text["text"], None)
    assert people == ([called] if called else [])
    assert people == slack_limits.called_people(in_blocks["text"], in_blocks["blocks"])
    assert (
        slack_limits.called_people(payload("k" * 40, replace(content, kind=MessageKind.REPLY), 2)["text"], None) == []
    )


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ('"war"~3 AND "deal"~2', '"war"∼3 AND "deal"∼2'),
        ("`sudo` OR root", "ˋsudoˋ OR root"),
        ("_Guardian_ OR Post", "ˍGuardianˍ OR Post"),
        ("__init__", "ˍˍinitˍˍ"),
        ("title:wave: OR fire", "title:\u2060wave: OR fire"),
        ("5*3", "5∗3"),
        ("oil_and_gas", "oil_and_gas"),
        ("09:30 to 17:00", "09:30 to 17:00"),
        ("a <b> & c", "a &lt;b&gt; &amp; c"),
    ],
)
def test_names_are_not_formatted(name: str, shown: str) -> None:
    """A rule's name was struck through, an outlet's in italics, `:wave:` waved."""
    sources = tuple(SourceLine(outlet=OutletId(str(number)), name=name, url=None) for number in range(2))
    (message,) = check(digest(rich(1, rule_names=(name,), sources=sources), kind=MessageKind.IMMEDIATE))
    lines = [
        element["text"] for block in message["blocks"] if block["type"] == "context" for element in block["elements"]
    ]
    assert any(line.startswith(f"Why: *{shown}*") for line in lines)
    assert any(f"first: {shown}, then {shown}" in line for line in lines)
