"""A backtest predicts what happens: the same stories as `match`, the same posts as `replay`, nothing written."""

from __future__ import annotations

import io
import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot import pipeline
from bot.core.matching.matcher import Matcher
from bot.core.text.reading import read_entry
from bot.core.text.times import local_day
from bot.core.workbench.backtest import RuleOnTrial
from bot.model import Entry, EntryId, FeedId, MarkVerdict, MessageKind, OutletId, StoryId, WorkbenchBatch
from bot.sinks.console import ConsoleSink
from bot.store import SqliteStore
from bot.workbench.backtest import Backtester
from bot.workbench.replay import Arrival, Post, Replay
from tests import builders
from tests.archives import FIRMS, THINGS, made_up_news, rule_set, take_in
from tests.builders import AT
from tests.examples import seeds

CHANNELS = {
    "each": "digest: {every: 15m}",
    "slots": 'digest: {at: ["08:30", "17:00"], days: mon-fri, max_stories: 3}',
    "live": "immediate: {per_hour: 2}",
    "thread": "{immediate: true, follow: thread}",
    "both": 'immediate: {per_hour: 1}, digest: {every: 2h}, quiet: {from: "19:00", to: "07:30", weekends: true}',
    "edited": "digest: {every: 1h}, follow: update",
}
HEAD = (
    "settings: {timezone: Europe/London}\nchannels:\n"
    + "".join(
        f'  {name}: {{slack: "#{name}", {what.strip("{}") if what[0] == "{" else what}}}\n'
        for name, what in CHANNELS.items()
    )
    + "entities:\n  big: [Orbrecht, Velmora, Tandrix]\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A store, and the entries as they came in."""

    store: SqliteStore
    entries: Sequence[Entry]


@pytest.fixture(scope="module")
def archives() -> Iterator[list[Archive]]:
    made = []
    for seed in range(3):
        store = SqliteStore(None)
        store.migrate()
        entries = made_up_news(seed, 90)
        take_in(store, rule_set(HEAD + "rules: [nothing]\n"), entries, seed)
        made.append(Archive(store=store, entries=entries))
    yield made
    for archive in made:
        archive.store.close()


def test_there_is_something_to_try_rules_on(archives: list[Archive]) -> None:
    for archive in archives:
        verdicts = {
            stored.decision.verdict for stored in archive.store.archived(archive.store.archived_ids(None, None))
        }
        assert {"new_story", "edit", "near_duplicate", "update"} <= verdicts


# --- rules at random ---


def random_rule(dice: random.Random) -> str:
    """One line of `rules:`, under the id `tried`."""
    firms, things = dice.sample(FIRMS, 3), dice.sample(THINGS, 2)
    when = dice.choice(
        (
            f"{firms[0]}",
            f"{firms[0]} OR {firms[1]} OR {things[0]}",
            f"({firms[0]} OR {firms[1]}) AND ({things[0]} OR {things[1]})",
            f"@big NOT {things[0]}",
            f"title:{firms[0]} OR /recalls [0-9]+ units/",
            f"@big NEAR/4 {things[0]}",
            f'"{things[0]} contract" OR strik*',
            f"tag:business AND ({firms[0]} OR {firms[1]})",
            f"source:alder.example AND {things[0]}",
            "contract OR recalls OR fined OR opens OR shuts OR names",
        )
    )
    to = ", ".join(dice.sample(list(CHANNELS), dice.choice((1, 1, 2))))
    more = dice.choice(("", "", "", ", priority: urgent", ", feeds: [wire]", ", feeds: [birch, local]"))
    return f"  - {{id: tried, when: '{when}', to: [{to}]{more}}}\n"


def trial(line: str) -> RuleOnTrial:
    ruleset = rule_set(HEAD + "rules:\n" + line)
    return RuleOnTrial(rule=ruleset.rules[0], ruleset=ruleset)


def by_match(archive: Archive, one: RuleOnTrial) -> Mapping[StoryId, EntryId]:
    """Brute force: each entry as it came in through the matcher of `match`; the first match of each story."""
    matcher = Matcher([one.rule])
    stored = {row.id: row for row in archive.store.archived(archive.store.archived_ids(None, None))}
    stories: dict[StoryId, EntryId] = {}
    for number, entry in numbered(archive):
        if matcher.match(entry, read_entry(entry), one.ruleset.labels_of(entry.feed)):
            stories.setdefault(stored[number].story, number)
    return stories


def numbered(archive: Archive) -> Iterator[tuple[EntryId, Entry]]:
    """The entries that are in the archive, under their ids there: all but those that brought nothing new."""
    ids = iter(archive.store.archived(archive.store.archived_ids(None, None)))
    coming = next(ids, None)
    for entry in archive.entries:
        if coming is not None and (coming.entry.guid, coming.entry.title, coming.entry.seen_at) == (
            entry.guid,
            entry.title,
            entry.seen_at,
        ):
            yield coming.id, entry
            coming = next(ids, None)
    assert coming is None, "every archived entry was found again"


def by_replay(archive: Archive, one: RuleOnTrial) -> list[tuple[str, str, str]]:
    """What `replay` posts of the entries as story lines: when, where, as what."""
    lines = (Arrival(id=str(number), entry=entry) for number, entry in enumerate(archive.entries, 1))
    return [
        (post.at.isoformat(), post.delivery.channel, post.delivery.kind.value)
        for post in Replay(one.ruleset).posts(lines)
        if post.delivery.kind is not MessageKind.NOTICE
    ]


def check_prediction(archive: Archive, before: RuleOnTrial, after: RuleOnTrial) -> None:
    with archive.store.snapshot():
        (comparison,) = Backtester(archive.store).comparisons([(before, after)])
    found = [by_match(archive, one) for one in (before, after)]
    for backtest, stories in zip((comparison.before, comparison.after), found, strict=True):
        assert {story: hit.entry for story, hit in backtest.stories.items()} == stories
    assert {story.story for story in comparison.added} == found[1].keys() - found[0].keys()
    assert {story.story for story in comparison.removed} == found[0].keys() - found[1].keys()
    posts = [(post.at.isoformat(), post.channel, post.kind.value) for post in comparison.after.posts]
    assert posts == by_replay(archive, after)


@pytest.mark.parametrize("seed", seeds(4, 240))
def test_an_edit_does_what_was_predicted(archives: list[Archive], seed: int) -> None:
    dice = random.Random(seed)
    check_prediction(archives[seed % len(archives)], trial(random_rule(dice)), trial(random_rule(dice)))


# --- the clock of a replay ---


def looked_at_each_moment(archive: Archive, one: RuleOnTrial) -> list[tuple[str, str, str]]:
    """The stages, every channel looked at whenever an entry comes in, whether that can change anything or not."""
    store = SqliteStore(None)
    store.migrate()
    state = pipeline.IngestState.load(store, one.ruleset)
    rows = archive.store.archived(archive.store.archived_ids(None, None))
    posts: list[tuple[str, str, str]] = []
    due: datetime | None = None
    sink = ConsoleSink(io.StringIO(), clock=lambda: archive.entries[0].seen_at, environ={})

    def look(now: datetime) -> datetime | None:
        digested = pipeline.digest(store, one.ruleset, sink, now)
        posts.extend((now.isoformat(), made.channel, made.kind.value) for made in digested.deliveries)
        return digested.next_due_at and max(digested.next_due_at, now + timedelta(seconds=1))

    for at, together in itertools.groupby(rows, key=lambda row: row.entry.seen_at):
        while due is not None and due < at:
            due = look(due)
        for row in together:
            pipeline.ingest_archived(store, state, [row], at)
        due = look(at)
    while due is not None:
        due = look(due)
    return posts


@pytest.mark.parametrize("seed", seeds(6, 12))
def test_looking_only_when_something_is_due_changes_nothing(archives: list[Archive], seed: int) -> None:
    archive, one = archives[seed % len(archives)], trial(random_rule(random.Random(seed)))
    with archive.store.snapshot():
        (backtest,) = Backtester(archive.store).backtests([one])
    posts = [(post.at.isoformat(), post.channel, post.kind.value) for post in backtest.posts]
    # Of edits a replay leaves those out that change nothing.
    looked = looked_at_each_moment(archive, one)
    assert [post for post in posts if post[2] != "update"] == [post for post in looked if post[2] != "update"]


# --- what is covered ---


def test_days_count_from_the_last_entry(archives: list[Archive]) -> None:
    archive, one = archives[0], trial("  - {id: tried, when: contract OR recalls OR fined OR opens, to: each}\n")
    last = archive.entries[-1].seen_at
    recent = [entry for entry in archive.entries if entry.seen_at >= last - timedelta(days=2)]
    with archive.store.snapshot():
        whole, part = (Backtester(archive.store, days).backtests([one])[0] for days in (None, 2))
    assert part.covered.first_at == recent[0].seen_at
    assert part.covered.last_at == whole.covered.last_at == last
    assert 0 < len(part.hits) < len(whole.hits)
    assert {hit.entry for hit in part.hits} == {
        hit.entry for hit in whole.hits if hit.seen_at >= last - timedelta(days=2)
    }
    assert sum(count for _, count in part.stories_by_day()) == len(part.stories)
    assert 0 < len(part.posts) < len(whole.posts)


def test_every_day_is_listed_across_a_change_of_the_clocks(archives: list[Archive]) -> None:
    one = trial("  - {id: tried, when: contract OR recalls OR fined OR opens, to: each}\n")
    with archives[0].store.snapshot():
        (backtest,) = Backtester(archives[0].store).backtests([one])
    days = [day for day, _ in backtest.stories_by_day()]
    assert days[0].isoformat() == "2026-10-22"
    assert [(after - before).days for before, after in itertools.pairwise(days)] == [1] * (len(days) - 1)
    assert "2026-10-25" in {day.isoformat() for day in days}


def test_an_empty_archive_has_no_rate() -> None:
    store = SqliteStore(None)
    store.migrate()
    one = trial("  - {id: tried, when: Orbrecht, to: each}\n")
    with closing(store), store.snapshot():
        (backtest,) = Backtester(store).backtests([one])
        (comparison,) = Backtester(store, 7).comparisons([(None, one)])
    assert backtest.to_json() == {
        "rule": "tried",
        "entries": 0,
        "stories": 0,
        "per_day": [],
        "posts": 0,
        "posts_per_day": None,
        "marks": {"relevant": 0, "not_relevant": 0, "sampled": 0, "precision": None},
        "covered": {"from": None, "to": None, "days": 0.0, "entries": 0},
    }
    assert comparison.to_json()["before"] == {"stories": 0, "posts_per_day": None}


def test_a_rule_that_stands_on_one_side_only_finds_nothing_on_the_other(archives: list[Archive]) -> None:
    one = trial("  - {id: tried, when: contract, to: each}\n")
    with archives[0].store.snapshot():
        new, gone = Backtester(archives[0].store).comparisons([(None, one), (one, None)])
    assert (new.is_new, gone.is_gone) == (True, True)
    assert new.after.stories.keys() == gone.before.stories.keys() == {story.story for story in new.added}
    assert len(new.added) == len(gone.removed) > 0
    assert (new.before.stories, gone.after.posts) == ({}, ())
    words = {
        part.text[start:end].lower() for story in new.added for part in story.evidence for start, end in part.spans
    }
    assert words == {"contract"}


def test_what_people_marked_stands_beside_a_story(archives: list[Archive], tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "wirewatch.db")
    store.migrate()
    take_in(store, trial("  - {id: tried, when: contract, to: each}\n").ruleset, archives[0].entries)
    one = trial("  - {id: tried, when: contract, to: each}\n")
    with store.snapshot():
        (before,) = Backtester(store).comparisons([(None, one)])
    first, second = before.added[0].story, before.added[1].story
    marks = [
        builders.mark(first, "tried", MarkVerdict.NOT_RELEVANT, by="U1"),
        builders.mark(second, "tried", MarkVerdict.NOT_RELEVANT, by="U1"),
        builders.mark(second, "tried", MarkVerdict.RELEVANT, by="U2"),
    ]
    store.record_workbench(WorkbenchBatch(marks=tuple(marks), at=AT))
    with store.snapshot():
        (after,) = Backtester(store).comparisons([(None, one)])
    store.close()
    assert [story.mark for story in after.added[:3]] == ["not_relevant", "relevant", None]
    assert (after.after.marks.relevant, after.after.marks.not_relevant) == (1, 2)


# --- which rules differ ---

EDITS = {
    "the same": ("", False),
    "another name": (", name: Ferries", False),
    "an owner": (", owner: U0ANNA", False),
    "a budget": (", max_per_day: 5", False),
    "another channel": (", to: [slots]", True),
    "urgent": (", priority: urgent", True),
    "feeds": (", feeds: [wire]", True),
}


@pytest.mark.parametrize(("edit", "differs"), EDITS.values(), ids=EDITS)
def test_a_rule_differs_where_it_may_find_or_post_something_else(edit: str, differs: bool) -> None:
    before = trial("  - {id: tried, when: '@big AND ferry'}\n")
    after = trial(f"  - {{id: tried, when: '@big  AND  ferry'{edit}}}\n")
    assert after.differs_from(before) == differs


def test_a_rule_differs_where_its_entity_or_its_channel_does() -> None:
    text = HEAD + "rules:\n  - {id: tried, when: '@big AND ferry', to: each}\n"
    ruleset = rule_set(text)
    before = RuleOnTrial(rule=ruleset.rules[0], ruleset=ruleset)
    for old, new, differs in (
        ("Tandrix]", "Tandrix, Quellan]", True),
        ("every: 15m", "every: 30m", True),
        ("every: 2h", "every: 3h", False),
        ("Europe/London", "Europe/Berlin", True),
    ):
        other = rule_set(text.replace(old, new))
        assert RuleOnTrial(rule=other.rules[0], ruleset=other).differs_from(before) == differs, new


# --- budgets ---


def test_a_budget_holds_nothing_back_and_is_told_of_once_a_day(archives: list[Archive]) -> None:
    line = "  - {id: tried, when: contract OR recalls OR fined OR opens, to: each}\n"
    free, bound = trial(line), trial(line.replace("to: each", "to: each, max_per_day: 2"))
    rows = archives[0].store.archived(archives[0].store.archived_ids(None, None))

    def posts(one: RuleOnTrial) -> list[Post]:
        arrivals = (Arrival(id=str(row.id), entry=row.entry, archived=row) for row in rows)
        return list(Replay(one.ruleset).posts(arrivals))

    with archives[0].store.snapshot():
        (backtest,) = Backtester(archives[0].store).backtests([bound])
    told = posts(bound)
    notices = [post for post in told if post.delivery.kind is MessageKind.NOTICE]
    messages = [post for post in told if post.delivery.kind is not MessageKind.NOTICE]
    assert [post.at for post in messages] == [post.at for post in posts(free)] == [post.at for post in backtest.posts]
    over = [day for day, count in backtest.messages_by_day() if count > 2]
    assert [local_day(notice.at, "Europe/London") for notice in notices] == over != []
    assert {notice.delivery.digest.rule for notice in notices} == {"tried"}


# --- bursts ---


def burst(at: datetime) -> list[Entry]:
    """Twelve outlets on one event within three hours, each in its own words."""
    dice = random.Random(5)
    return [
        Entry(
            title=f"Orbrecht {dice.choice(THINGS)} blaze: {' '.join(dice.sample(FIRMS, 3))} {dice.randrange(999)}",
            body=" ".join(f"{dice.choice(FIRMS)}{dice.randrange(99_999)}" for _ in range(40)),
            url=f"https://outlet{number}.example/{number}",
            source=OutletId(f"outlet{number}.example"),
            feed=FeedId(f"outlet{number}"),
            published_at=at + timedelta(minutes=14 * number),
            seen_at=at + timedelta(minutes=14 * number),
        )
        for number in range(12)
    ]


def test_a_rule_with_spike_posts_what_a_replay_of_the_whole_archive_posts() -> None:
    quiet = made_up_news(11, 200, days=45)
    begin = quiet[0].seen_at
    first = [
        replace(one, title=f"Fair {one.feed}", body="", url=f"{one.url}/fair", seen_at=begin) for one in burst(begin)
    ]
    news = sorted([*first, *quiet, *burst(begin + timedelta(days=40))], key=lambda entry: entry.seen_at)
    one = trial("  - {id: tried, when: Orbrecht, to: each, spike: {window: 6h, times: 3, at_least: 5}}\n")
    store = SqliteStore(None)
    store.migrate()
    take_in(store, one.ruleset, news)
    rows = store.archived(store.archived_ids(None, None))
    arrivals = (Arrival(id=str(row.id), entry=row.entry, archived=row) for row in rows)
    replayed = [(post.at, post.delivery.kind) for post in Replay(one.ruleset).posts(arrivals)]
    with closing(store), store.snapshot():
        (backtest,) = Backtester(store).backtests([one])
    posts = [(post.at, post.kind) for post in backtest.posts]
    assert posts == [post for post in replayed if post[1] is not MessageKind.NOTICE]
    assert [kind for _, kind in posts] == [MessageKind.SPIKE]
