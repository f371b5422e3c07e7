"""The text of a rules file and a change to one rule → the text with that rule's lines changed, and no others.

The law: every byte outside the lines of the rule (and of an entity that the change names) stays as it is, comments and
line ends included. Where YAML makes that impossible the change is refused, with what to do by hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import yaml

from bot.core.rulefile.nodes import NOTHING, Node, Pair
from bot.core.rulefile.source import value_places
from bot.core.rulefile.text_edits import (
    Splice,
    compose_rules,
    double_quoted,
    end_of,
    into_brackets,
    into_list,
    line_ending,
    lines_after,
    offset,
    pair_of,
    single_quoted,
    spliced,
)
from bot.errors import UsageError
from bot.model.watch import Rule

ExampleStory = Mapping[str, str]
"""A story of an inline test: `title`, and what else of it matters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Insertion:
    """`text` in place of the characters [start, end) of a rule's `when`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """What becomes different about one rule."""

    when: tuple[Insertion, ...] = ()
    match: tuple[ExampleStory, ...] = ()
    """Tests to add: stories that the rule must match."""
    not_match: tuple[ExampleStory, ...] = ()
    """Tests to add: stories that it must not match."""
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Names to add, by entity."""
    but_not: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Exceptions to add, by entity."""


def changed_when(when: str, insertions: Sequence[Insertion]) -> str:
    """The expression with the insertions made."""
    return spliced(when, (Splice(one.start, one.end, one.text) for one in insertions))


def _story_item(story: ExampleStory) -> str:
    """A story of an inline test, as YAML on one line."""
    if set(story) == {"title"}:
        return single_quoted(story["title"])
    return "{" + ", ".join(f"{key}: {double_quoted(value)}" for key, value in story.items()) + "}"


def with_rule_changed(text: str, number: int, rule: Rule, change: RuleChange) -> str:
    """The text with rule `number` (0-based, in the order of `rules:`) changed.

    Raises: UsageError when that cannot be done without touching other lines.
    """
    if text.startswith("\ufeff"):
        return "\ufeff" + with_rule_changed(text.removeprefix("\ufeff"), number, rule, change)
    if "\r\n" in text and text.count("\n") == text.count("\r\n"):
        return with_rule_changed(text.replace("\r\n", "\n"), number, rule, change).replace("\n", "\r\n")
    root = compose_rules(text)
    rules = pair_of(root, "rules")
    if rules is None or not isinstance(rules.value, yaml.SequenceNode) or number >= len(rules.value.value):
        raise UsageError(f"the rule {rule.id} is not in the rules file")
    node = rules.value.value[number]
    splices: list[Splice] = []
    if isinstance(node, yaml.ScalarNode) and (change.when or change.match or change.not_match):
        splices = [_bare_rule(text, node, rule, change, in_brackets=bool(rules.value.flow_style))]
    elif not isinstance(node, yaml.ScalarNode):
        splices = [
            *_named(text, node, rule, change.when),
            *_when(text, node, change.when),
            *_tests(text, node, change),
        ]
    entities = pair_of(root, "entities")
    for name in dict.fromkeys((*change.names, *change.but_not)):
        pair = pair_of(entities.value if entities is not None else None, name)
        if pair is None:
            raise UsageError(f"the entity {name} is not in the rules file")
        splices += _entity(text, pair, change.names.get(name, ()), change.but_not.get(name, ()))
    return spliced(text, splices)


# --- the rule ---


def _bare_rule(text: str, node: yaml.ScalarNode, rule: Rule, change: RuleChange, *, in_brackets: bool) -> Splice:
    """A rule of one line becomes a mapping; it keeps its id, which was made from the line."""
    value = _new_value(node, change.when)
    # A remark of several lines ends with its line: joined into one, it would take the rest along.
    when = single_quoted(value.strip() if "#" in value else " ".join(value.split()))
    tests = _new_stories(change)
    parts = [f"id: {rule.id}", f"when: {when}"]
    if in_brackets or "\n" in text[offset(node.start_mark) : end_of(node)].rstrip("\n"):
        parts += [f"tests: {_in_brackets(tests)}"] if tests else []
        return Splice(offset(node.start_mark), end_of(node), "{" + ", ".join(parts) + "}")
    indent = " " * node.start_mark.column
    lines = [*parts, "tests:", *_lines(tests, 2)] if tests else parts
    return Splice(offset(node.start_mark), end_of(node), f"{line_ending(text)}{indent}".join(lines))


def _named(text: str, node: Node, rule: Rule, insertions: Sequence[Insertion]) -> list[Splice]:
    """A rule whose id was made from its expression keeps it: marks, mutes and history go by it."""
    when = pair_of(node, "when")
    if not insertions or when is None or pair_of(node, "id") is not None or pair_of(node, "name") is not None:
        return []
    at = offset(when.key.start_mark)
    apart = ", " if node.flow_style else f"{line_ending(text)}{' ' * when.key.start_mark.column}"
    return [Splice(at, at, f"id: {rule.id}{apart}")]


def _new_value(node: yaml.ScalarNode, insertions: Sequence[Insertion]) -> str:
    value = str(node.value)
    lead = len(value) - len(value.lstrip())
    return value[:lead] + changed_when(value[lead:], insertions)


def _when(text: str, rule: Node, insertions: Sequence[Insertion]) -> list[Splice]:
    pair = pair_of(rule, "when")
    if not insertions or pair is None:
        return []
    node = pair.value
    if node.style in ("|", ">"):
        return _in_block(text, node, insertions)
    value = _new_value(node, insertions)
    written = single_quoted(value)
    if node.style == '"' and "\n" not in value and value.isprintable():
        written = double_quoted(value)
    return [Splice(offset(node.start_mark), offset(node.end_mark), written)]


def _in_block(text: str, node: yaml.ScalarNode, insertions: Sequence[Insertion]) -> list[Splice]:
    """In a block of several lines only the characters themselves change: its comments and line breaks stay."""
    places = value_places(text, node)
    if places is None:
        raise UsageError("the lines of this rule cannot be told apart: write its when: on one line first")
    value = str(node.value)
    lead = len(value) - len(value.lstrip())
    if node.style == ">" and any("\n" in one.text and "#" in one.text for one in insertions):
        raise UsageError(
            "YAML joins the lines of this rule, and a remark would take the rest along: write when: | first"
        )
    indent = places[0] - text.rfind("\n", 0, places[0]) - 1 if places else 0
    insertions = [replace(one, text=one.text.replace("\n", "\n" + " " * indent)) for one in insertions]

    def place(at: int) -> int:
        return places[lead + at] if lead + at < len(places) else places[-1] + 1

    def begins_word(at: int) -> bool:
        """Whether what is inserted belongs before the next character: between it and the last is a line's indent."""
        return at == 0 or value[lead + at - 1].isspace()

    return [
        Splice(place(one.start), place(one.start) if one.end == one.start else place(one.end - 1) + 1, one.text)
        if one.end > one.start or begins_word(one.start)
        else Splice(place(one.start - 1) + 1, place(one.start - 1) + 1, one.text)
        for one in insertions
    ]


# --- its tests ---


def _new_stories(change: RuleChange) -> dict[str, list[str]]:
    """The stories to add under each key of `tests:`, as items."""
    stories = {"match": change.match, "not": change.not_match}
    return {key: [_story_item(story) for story in of_key] for key, of_key in stories.items() if of_key}


def _lists(stories: Mapping[str, Sequence[str]]) -> list[str]:
    return [f"{key}: [{', '.join(items)}]" for key, items in stories.items()]


def _in_brackets(stories: Mapping[str, Sequence[str]]) -> str:
    return "{" + ", ".join(_lists(stories)) + "}"


def _tests(text: str, rule: Node, change: RuleChange) -> list[Splice]:
    stories = _new_stories(change)
    if not stories:
        return []
    tests = pair_of(rule, "tests")
    if tests is None:
        if rule.flow_style:
            return [into_brackets(text, rule, [f"tests: {_in_brackets(stories)}"])]
        column = rule.start_mark.column
        return [lines_after(text, end_of(rule), [f"{' ' * column}tests:", *_lines(stories, column + 2)])]
    node = tests.value
    if isinstance(node, yaml.ScalarNode) and node.value in NOTHING:
        start, end = offset(node.start_mark), offset(node.end_mark)
        if rule.flow_style:
            return [Splice(start, end, f" {_in_brackets(stories)}")]
        gone = [Splice(start, end, "")] if node.value else []
        return [*gone, lines_after(text, offset(tests.key.end_mark), _lines(stories, tests.key.start_mark.column + 2))]
    splices = []
    missing = {}
    for key, items in stories.items():
        pair = pair_of(node, key)
        if pair is None:
            missing[key] = items
        else:
            splices += into_list(text, pair, items)
    if missing and node.flow_style:
        splices.append(into_brackets(text, node, _lists(missing)))
    elif missing:
        place = lines_after(text, end_of(node), _lines(missing, node.start_mark.column))
        same = next((one for one in splices if one.start == place.start), None)
        if same is not None:  # both go behind the same line: in this order
            splices.remove(same)
            place = Splice(place.start, place.end, same.text + place.text.removeprefix("\n"))
        splices.append(place)
    return splices


def _lines(stories: Mapping[str, Sequence[str]], column: int) -> list[str]:
    """Keys of `tests:` with a line for each story."""
    lines = []
    for key, items in stories.items():
        lines += [f"{' ' * column}{key}:", *(f"{' ' * column}  - {item}" for item in items)]
    return lines


# --- its entities ---


def _entity(text: str, pair: Pair, names: Sequence[str], but_not: Sequence[str]) -> list[Splice]:
    node = pair.value
    to_add = {"names": [single_quoted(name) for name in names], "but_not": [single_quoted(name) for name in but_not]}
    if not isinstance(node, yaml.MappingNode):
        return _names_alone(text, pair, to_add)
    splices = []
    for key, items in to_add.items():
        of_key = pair_of(node, key)
        if items and of_key is not None:
            splices += into_list(text, of_key, items)
        elif items and node.flow_style:
            splices.append(into_brackets(text, node, [f"{key}: [{', '.join(items)}]"]))
        elif items:
            line = f"{' ' * node.start_mark.column}{key}: [{', '.join(items)}]"
            splices.append(lines_after(text, end_of(node), [line]))
    return splices


def _names_alone(text: str, pair: Pair, to_add: Mapping[str, Sequence[str]]) -> list[Splice]:
    """An entity that is a name, or a list of names."""
    node = pair.value
    if not to_add["but_not"]:
        return into_list(text, pair, to_add["names"])
    but_not = f"but_not: [{', '.join(to_add['but_not'])}]"
    start, end = offset(node.start_mark), end_of(node)
    if (
        isinstance(node, yaml.SequenceNode)
        and not node.flow_style
        and node.start_mark.column > pair.key.start_mark.column
    ):
        indent = " " * node.start_mark.column
        return [
            lines_after(text, offset(pair.key.end_mark), [f"{indent}names:"]),
            lines_after(text, end_of(node.value[-1]), [indent + but_not]),
        ]
    if isinstance(node, yaml.SequenceNode) and node.flow_style:
        return [Splice(start, start, "{names: "), Splice(end, end, f", {but_not}}}")]
    names = [str(item.value) for item in (node.value if isinstance(node, yaml.SequenceNode) else [node])]
    line = f"{{names: [{', '.join(map(single_quoted, names))}], {but_not}}}"
    if isinstance(node, yaml.SequenceNode):
        return [Splice(offset(pair.key.end_mark) + 1, end, f" {line}")]
    return [Splice(start, end, line)]
