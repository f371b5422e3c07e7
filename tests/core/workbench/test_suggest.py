"""Suggestions on made-up rules: what was marked is kept, what was left out is believed, what cannot be told apart is
refused by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pytest

from bot.core.matching.mentions import EntryText
from bot.core.rulefile.change_rule import RuleChange, with_rule_changed
from bot.core.rulefile.inline_tests import entry_of
from bot.core.rulefile.ruleset import read_ruleset
from bot.core.text.reading import read_entry
from bot.core.workbench.edits import EditKind, MarkedStory, rule_holds
from bot.core.workbench.suggest import Suggestion, suggest
from bot.model import Rule, RuleSet
from tests.core.workbench.made_up import Line, MadeUpRule, made_up_rules

MADE_UP = made_up_rules()
FEW_OF_A_KIND = [one.name for one in made_up_rules(of_a_kind=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    made_up: MadeUpRule
    before: Rule
    after: Rule
    suggestion: Suggestion

    def gone(self, lines: list[Line], relevant: bool) -> tuple[list[str], list[str]]:
        """Ids of told lines of that kind: those that the edit takes away, and all."""
        told = [line for line in lines if line["relevant"] is relevant and holds(self.before, line)]
        return [line["id"] for line in told if not holds(self.after, line)], [line["id"] for line in told]

    def comes(self, lines: list[Line], relevant: bool) -> tuple[int, int]:
        """Of the lines that were not told, how many are now, and how many there are."""
        missed = [line for line in lines if line["relevant"] is relevant and not holds(self.before, line)]
        return sum(holds(self.after, line) for line in missed), len(missed)


def text_of(line: Line) -> EntryText:
    entry = entry_of(line)
    return EntryText(entry, read_entry(entry), frozenset())


def holds(rule: Rule, line: Line) -> bool:
    return rule_holds(rule, rule.query, text_of(line))


def rules_of(text: str) -> RuleSet:
    ruleset, problems = read_ruleset(text.encode(), {})
    assert ruleset is not None, problems
    return ruleset


def outcome_of(made_up: MadeUpRule, marked: list[Line]) -> Outcome:
    ruleset = rules_of(made_up.rules_text)
    rule = ruleset.rules[0]

    def accept(change: RuleChange) -> Rule | None:
        changed, _ = read_ruleset(with_rule_changed(made_up.rules_text, 0, rule, change).encode(), {})
        return changed.rules[0] if changed is not None else None

    stories = [MarkedStory(id=one["id"], texts=(text_of(one),), relevant=one["relevant"]) for one in marked]
    suggestion = suggest(rule, ruleset.entities, stories, accept)
    after = accept(suggestion.change)
    assert after is not None
    return Outcome(made_up=made_up, before=rule, after=after, suggestion=suggestion)


@cache
def outcome(name: str) -> Outcome:
    """Made when it is asked for: each process of the run makes what it needs."""
    made_up = next(one for one in MADE_UP if one.name == name)
    return outcome_of(made_up, made_up.marked)


@pytest.fixture(
    scope="module",
    params=[pytest.param(2, id="two of a kind"), pytest.param(5, id="five of a kind", marks=pytest.mark.slow)],
)
def outcomes(request: pytest.FixtureRequest) -> dict[str, Outcome]:
    return {made_up.name: outcome(made_up.name) for made_up in made_up_rules(of_a_kind=request.param)}


def cases(rules: Iterable[MadeUpRule]) -> list[Any]:
    """One of a kind in `make test`, all in `make test-slow`."""
    return [
        pytest.param(one, id=one.name, marks=[] if one.name in FEW_OF_A_KIND else pytest.mark.slow) for one in rules
    ]


@pytest.mark.parametrize("made_up", cases(MADE_UP))
def test_no_relevant_story_is_lost_and_every_noisy_one_is_accounted_for(made_up: MadeUpRule) -> None:
    came = outcome(made_up.name)
    lost, _ = came.gone(made_up.marked, relevant=True)
    assert lost == []
    removed, noise = came.gone(made_up.marked, relevant=False)
    assert set(came.suggestion.unseparated) == set(noise) - set(removed)
    if came.suggestion.kind is EditKind.ALIAS:
        comes, _ = came.comes(made_up.marked, relevant=True)
        assert len(came.suggestion.removed) == comes >= 2
    else:
        assert list(came.suggestion.removed) == removed
        assert not removed or len(removed) >= 2


@pytest.mark.parametrize("made_up", cases(one for one in MADE_UP if not one.kinds))
def test_noise_that_reads_like_news_is_refused_by_name(made_up: MadeUpRule) -> None:
    suggestion = outcome(made_up.name).suggestion
    noise = [line["id"] for line in made_up.marked if not line["relevant"]]
    assert suggestion.kind is None
    assert sorted(suggestion.unseparated) == sorted(noise)
    assert suggestion.reason
    assert suggestion.change == RuleChange()


@pytest.mark.parametrize("made_up", cases(one for one in MADE_UP if one.kinds))
def test_noise_of_a_kind_is_separated_by_it(made_up: MadeUpRule) -> None:
    suggestion = outcome(made_up.name).suggestion
    assert suggestion.kind in made_up.kinds
    edits = (
        suggestion.change.when
        or [name for names in suggestion.change.but_not.values() for name in names]
        or [name for names in suggestion.change.names.values() for name in names]
    )
    assert 1 <= len(edits) <= 5
    assert "/" not in suggestion.when.replace("NEAR/", "")


def test_what_was_left_out_is_removed_by_half_and_hardly_any_relevant_story_is_lost(
    outcomes: dict[str, Outcome],
) -> None:
    assert len(outcomes) >= 40
    removed = noise = lost = relevant = 0
    for outcome in outcomes.values():
        gone, told = outcome.gone(outcome.made_up.later, relevant=True)
        lost, relevant = lost + len(gone), relevant + len(told)
        if outcome.made_up.kinds and outcome.suggestion.kind is not EditKind.ALIAS:
            gone, told = outcome.gone(outcome.made_up.later, relevant=False)
            removed, noise = removed + len(gone), noise + len(told)
    assert noise > 400
    assert removed / noise >= 0.5
    assert relevant > 1_000
    assert lost / relevant <= 0.02


def test_an_alias_finds_later_stories_and_nothing_unrelated(outcomes: dict[str, Outcome]) -> None:
    aliases = [outcome for outcome in outcomes.values() if outcome.suggestion.kind is EditKind.ALIAS]
    assert len(aliases) == sum("alias" in name for name in outcomes)
    assert len(aliases) >= 2
    for outcome in aliases:
        comes, missed = outcome.comes(outcome.made_up.later, relevant=True)
        assert comes == missed
        assert outcome.comes(outcome.made_up.later, relevant=False)[0] == 0


# --- single cases ---


def suggested(when: str, noise: list[str], relevant: list[str], **more: list[str]) -> Suggestion:
    marks = [(noise, False), (relevant, True), *((titles, None) for titles in more.values())]
    lines = [{"title": title, "relevant": verdict} for titles, verdict in marks for title in titles]
    marked = [{**line, "id": str(number)} for number, line in enumerate(lines)]
    text = f"feeds: []\nrules:\n  - id: r\n    when: '{when}'\n"
    made_up = MadeUpRule(name="one", rules_text=text, marked=[], later=[], kinds=())
    return outcome_of(made_up, marked).suggestion


SHOPS = [
    "Orbrecht opens a shop in Keld",
    "New Orbrecht shop for Pell",
    "Queue at the Orbrecht shop",
    "A shop by Orbrecht",
]
NEWS = ["Orbrecht wins a contract", "Court fines Orbrecht", "Orbrecht names a new head", "Orbrecht cuts jobs in Keld"]


def test_two_stories_are_enough_when_one_word_explains_both() -> None:
    assert suggested("Orbrecht", SHOPS[:2], NEWS).when == "Orbrecht NOT shop"


@pytest.mark.parametrize(
    ("when", "after"),
    [
        ("Orbrecht OR Velcom", "(Orbrecht OR Velcom) NOT shop"),
        ("(Orbrecht OR Velcom)", "(Orbrecht OR Velcom) NOT shop"),
        ("(Orbrecht NOT cheese) OR Velcom", "((Orbrecht NOT cheese) OR Velcom) NOT shop"),
        ("(Velcom AND mast) OR (Orbrecht)", "((Velcom AND mast) OR (Orbrecht)) NOT shop"),
        ("Orbrecht NOT (cheese OR wine)", "Orbrecht NOT (cheese OR wine) NOT shop"),
        ("Orbrecht NOTNEAR/2 cheese", "Orbrecht NOTNEAR/2 cheese NOT shop"),
    ],
)
def test_an_exclusion_fits_the_rule_that_it_stands_behind(when: str, after: str) -> None:
    assert suggested(when, SHOPS, NEWS).when == after


def test_an_exclusion_goes_before_a_comment() -> None:
    assert suggested("Orbrecht # ours", SHOPS, NEWS).when == "Orbrecht NOT shop # ours"


def test_one_story_supports_nothing() -> None:
    assert suggested("Orbrecht", SHOPS[:1], NEWS).kind is None


def test_without_a_relevant_story_nothing_shows_what_must_stay() -> None:
    assert "must stay" in suggested("Orbrecht", SHOPS, []).reason


def test_without_marks_there_is_nothing_to_do() -> None:
    suggestion = suggested("Orbrecht", [], NEWS)
    assert suggestion.kind is None
    assert "not relevant" in suggestion.reason


def test_a_copy_of_a_relevant_story_is_refused() -> None:
    suggestion = suggested("Orbrecht", NEWS, NEWS)
    assert suggestion.kind is None
    assert len(suggestion.unseparated) == len(NEWS)


def test_unmarked_stories_that_go_are_listed() -> None:
    suggestion = suggested("Orbrecht", SHOPS, NEWS, unmarked=["Orbrecht shop to close", "Orbrecht is sued"])
    assert suggestion.when == "Orbrecht NOT shop"
    assert suggestion.lost == (str(len(SHOPS) + len(NEWS)),)


def test_a_word_of_many_unmarked_stories_that_read_like_relevant_ones_is_not_used() -> None:
    noise = [f"{title} on Friday" for title in SHOPS]
    unmarked = [f"{title} on Friday" for title in NEWS * 3]
    assert suggested("Orbrecht", noise, NEWS, unmarked=unmarked).when == "Orbrecht NOT shop"


def test_suggestions_do_not_depend_on_the_order_of_marks() -> None:
    made_up = MADE_UP[4]
    first = outcome_of(made_up, made_up.marked).suggestion
    again = outcome_of(made_up, made_up.marked[::-1]).suggestion
    assert set(again.removed) == set(first.removed)
    assert replace(again, removed=(), change=first.change, when=first.when) == replace(first, removed=())
