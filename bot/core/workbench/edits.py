"""A rule and stories that people marked → what an edit of it is, and what it does.

The law: an edit's effect is what the engine of `match` says of the changed rule, never what counting words suggests;
counting only says what is worth trying. No edit holds a regular expression.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.core.matching.evaluate import holds
from bot.core.matching.mentions import EntryText
from bot.core.query.parser import parse_all
from bot.core.rulefile.change_rule import Insertion, changed_when
from bot.core.workbench.phrases import says_something
from bot.model import query as ast
from bot.model.watch import Rule

SUPPORT = 2
"""Marked stories that each word of an edit must rest on."""
MOST_TRIED = 300
"""Phrases whose effect is asked of the engine, the best supported first."""


class EditKind(StrEnum):
    """In order of preference."""

    PHRASE = "phrase"
    BUT_NOT = "but_not"
    ZONE = "zone"
    NEAR = "near"
    SOURCE = "source"
    ALIAS = "alias"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedStory:
    """A story with what people said of it. `relevant` None: nothing."""

    id: str
    texts: tuple[EntryText, ...]
    """Its entries, in order of arrival."""
    relevant: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """The stories of one rule, sorted by what the rule and people say of them. Sets of stories are bit masks."""

    noise: tuple[MarkedStory, ...] = ()
    """Told, and marked not relevant."""
    relevant: tuple[MarkedStory, ...] = ()
    """Told, and marked relevant."""
    unmarked: tuple[MarkedStory, ...] = ()
    """Told, nobody said anything."""
    missed: tuple[MarkedStory, ...] = ()
    """Marked relevant, but not told."""
    rejected: tuple[MarkedStory, ...] = ()
    """Not told, and marked not relevant: an alias must not find them."""

    @classmethod
    def of(cls, rule: Rule, stories: Iterable[MarkedStory]) -> Labelled:
        """Of each told story only the entries on which the rule holds."""
        sorted_in: dict[str, list[MarkedStory]] = {name: [] for name in cls.__slots__}
        for story in stories:
            texts = tuple(text for text in story.texts if rule_holds(rule, rule.query, text))
            if texts:
                name = "unmarked" if story.relevant is None else "relevant" if story.relevant else "noise"
                sorted_in[name].append(replace(story, texts=texts))
            elif story.relevant is not None:
                sorted_in["missed" if story.relevant else "rejected"].append(story)
        return cls(**{name: tuple(of_name) for name, of_name in sorted_in.items()})

    def thinned(self, most: int) -> Labelled:
        """At most so many stories of each sort, evenly taken."""
        sorts = {name: getattr(self, name) for name in Labelled.__slots__}
        return Labelled(**{name: of_name[:: len(of_name) // most + 1] for name, of_name in sorts.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class EditStep:
    """One word, phrase, source, zone, nearness or name, and what it does. Masks count the stories of a `Labelled`."""

    kind: EditKind
    written: str = ""
    """The operand to exclude, or the name to add."""
    entity: str = ""
    insertions: tuple[Insertion, ...] = ()
    removes: int = 0
    """Noise that goes; of an alias, the missed stories that come."""
    loses: int = 0
    """Relevant stories that go; of an alias, the rejected ones that come."""
    loses_unmarked: int = 0
    weight: float = 1.0
    """How likely it is to mean what it seems to mean: of edits that do the same, the heavier one is taken."""


def rule_holds(rule: Rule, query: ast.Query, text: EntryText) -> bool:
    """Whether a rule with this query matches an entry: its feeds count, too."""
    return (rule.feeds is None or not rule.feeds.isdisjoint(text.labels)) and holds(query, text)


def excluding(rule: Rule, operands: Sequence[str]) -> tuple[Insertion, ...]:
    """What makes a rule leave out stories that one of the operands holds on."""
    query = rule.query
    excluded = operands[0] if len(operands) == 1 else f"({' OR '.join(operands)})"
    # An OR in parentheses of its own begins before its first operand.
    is_bare_or = isinstance(query, ast.Or) and query.operands[0].start == query.start
    opening, closing = ("(", ")") if is_bare_or else ("", "")
    start = (Insertion(start=query.start, end=query.start, text=opening),) if opening else ()
    return (*start, Insertion(start=query.end, end=query.end, text=f"{closing} NOT {excluded}"))


def reread(rule: Rule, insertions: Sequence[Insertion], entities: Mapping[str, ast.Query]) -> ast.Query | None:
    """What the rule looks for once the insertions are made; None: it no longer reads."""
    query, errors = parse_all(changed_when(rule.when, insertions), entities)
    return None if errors else query


def matches_story(rule: Rule, query: ast.Query, story: MarkedStory) -> bool:
    """Whether a rule with this query matches any entry of the story."""
    return any(rule_holds(rule, query, text) for text in story.texts)


def mask_of(stories: Sequence[MarkedStory], holds_on: Callable[[MarkedStory], bool]) -> int:
    """The stories that it holds on, as a bit mask: bit 0 is the first."""
    return sum(1 << number for number, story in enumerate(stories) if holds_on(story))


def with_effect(step: EditStep, labelled: Labelled, goes: Callable[[MarkedStory], bool]) -> EditStep | None:
    """The step with what it takes away of the told stories; None: nothing that anybody marked."""
    removes, loses = mask_of(labelled.noise, goes), mask_of(labelled.relevant, goes)
    if not removes | loses:
        return None
    return replace(step, removes=removes, loses=loses, loses_unmarked=mask_of(labelled.unmarked, goes))


def held_by(stories: Iterable[Mapping[str, str]]) -> tuple[dict[str, int], dict[str, list[str]]]:
    """Of the phrases of some stories (folded → as written): the stories that hold each, as a bit mask, and how each is
    written in them."""
    holders: dict[str, int] = {}
    written: dict[str, list[str]] = {}
    for number, phrases in enumerate(stories):
        for phrase, as_written in phrases.items():
            holders[phrase] = holders.get(phrase, 0) | 1 << number
            written.setdefault(phrase, []).append(as_written)
    return holders, written


def worth_trying(support: Mapping[str, int], own: frozenset[str]) -> list[str]:
    """Well supported phrases that name something besides the rule's own words, best first."""
    supported = [
        phrase
        for phrase, stories in support.items()
        if stories.bit_count() >= SUPPORT and says_something(phrase) and not own.issuperset(phrase.split())
    ]
    return sorted(supported, key=lambda one: (-support[one].bit_count(), len(one.split()), one))[:MOST_TRIED]
