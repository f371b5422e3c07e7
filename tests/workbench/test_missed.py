"""What is lost when a rule lacks one of several names is listed, and little else."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import cache

import pytest

from bot.core.matching.matcher import Matcher
from bot.core.query.parser import parse_name, parse_query
from bot.core.workbench.review import choose_near_misses
from bot.model import Channel, ChannelId, IngestBatch, Query, Rule, RuleId, RuleSet, StoryId
from bot.model import query as ast
from bot.store import SqliteStore
from bot.workbench.missed import find_near_misses
from tests.core.workbench.named_press import NamedPress, Subject

FORMS = ("@x", "title:@x NOT {0}", "@x AND ({0} OR {1} OR {2})")


@cache
def press() -> NamedPress:
    """A month of it; written by the process that tests with it."""
    written = NamedPress(seed=15, both=0.25)
    written.write(1_500, days=30.0)
    return written


@pytest.fixture(scope="module")
def store() -> Iterator[SqliteStore]:
    archive = SqliteStore(None)
    archive.migrate()
    archive.record_ingest(IngestBatch(entries=tuple(press().entries), at=press().entries[-1].entry.seen_at))
    yield archive
    archive.close()


def rule_of(subject: Subject, form: str, names: Sequence[str]) -> Rule:
    queries: list[Query] = [name for text in names if (name := parse_name(text)[0]) is not None]
    entity = ast.Entity(name="x", names=tuple(queries))
    when = form.format(*subject.words)
    return Rule(id=RuleId(subject.id), name=subject.id, when=when, query=parse_query(when, {"x": entity}), owner="U1")  # type: ignore[arg-type]  # a person's id is text


def stories_of(rule: Rule) -> set[StoryId]:
    matcher = Matcher([rule])
    return {new.decision.story for new in press().entries if matcher.select(new.entry, new.reading)}


def without_one(subject: Subject, form: str, dice: random.Random) -> tuple[Rule, Rule]:
    """The rule with all names of its subject, and with one taken away."""
    gone = dice.choice(subject.names)
    return rule_of(subject, form, subject.names), rule_of(
        subject, form, [name for name in subject.names if name != gone]
    )


@pytest.mark.parametrize("form", [FORMS[0], *(pytest.param(form, marks=pytest.mark.slow) for form in FORMS[1:])])
def test_most_of_what_is_lost_with_a_name_is_listed(store: SqliteStore, form: str) -> None:
    dice = random.Random(form)
    lost_in_all = listed_in_all = others = 0
    for subject in press().subjects[:6]:
        full, cut = without_one(subject, form, dice)
        lost = stories_of(full) - stories_of(cut)
        misses = find_near_misses(store, RuleSet(version="v", rules=(cut,)), [cut], None)[:500]
        lost_in_all += len(lost)
        listed_in_all += len(lost & {miss.story for miss in misses})
        others += sum("stands with it" in miss.detail and miss.story not in lost for miss in misses)
    assert lost_in_all > 10
    assert listed_in_all >= 0.8 * lost_in_all
    assert others <= 0.3 * lost_in_all


def test_rules_that_lack_no_name_list_hardly_anything_for_it(store: SqliteStore) -> None:
    rules = tuple(rule_of(subject, "@x", subject.names) for subject in press().subjects)
    misses = find_near_misses(store, RuleSet(version="v", rules=rules), rules, None)
    found = sum(len(stories_of(rule)) for rule in rules)
    assert sum("stands with it" in miss.detail for miss in misses) <= 0.05 * found


def test_most_of_it_stands_in_the_weekly_message(store: SqliteStore) -> None:
    """Of fifteen rules of one person five lack a name: twenty places for the week's near misses of all of them."""
    dice = random.Random(20)
    since = press().entries[-1].entry.seen_at - timedelta(days=7)
    week = {new.decision.story for new in press().entries if new.entry.seen_at >= since}
    lost_in_all = listed_in_all = 0
    for first in range(2):
        rules: list[Rule] = []
        lost: set[tuple[StoryId, RuleId]] = set()
        for number, subject in enumerate(press().subjects[first : first + 15]):
            full, cut = without_one(subject, dice.choice(FORMS), dice)
            rules.append(full if number % 3 else cut)
            if not number % 3:
                lost |= {(story, cut.id) for story in (stories_of(full) - stories_of(cut)) & week}
        ops = Channel(id=ChannelId("ops"), slack="#ops")
        ruleset = RuleSet(version="v", rules=tuple(rules), channels={ops.id: ops})
        chosen = choose_near_misses(ruleset, find_near_misses(store, ruleset, rules, since), set())
        assert len(chosen) <= 20
        lost_in_all += len(lost)
        listed_in_all += len(lost & {(miss.story, miss.rule) for _, miss in chosen})
    assert lost_in_all > 5
    assert listed_in_all >= 0.8 * lost_in_all
