"""A rules file's bytes → its rule set, or every problem in it; and the schema that editors know the file by."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence

from bot.core.query.lint import warnings_of
from bot.core.rulefile.channels import CHANNELS_SECTION, default_channel, read_channels
from bot.core.rulefile.entities import ENTITIES_SECTION, Entities
from bot.core.rulefile.feeds import FEEDS_SECTION, read_feeds
from bot.core.rulefile.inline_tests import run_tests
from bot.core.rulefile.kinds import JsonSchema, Keys, Kind, mapping_schema
from bot.core.rulefile.nodes import Node, NodeReader, root_node
from bot.core.rulefile.rules import RULES_SECTION, read_rules
from bot.core.rulefile.settings import (
    OWNERS_SECTION,
    SETTINGS_SECTION,
    TEXT_SECTION,
    read_owners,
    read_promo,
    read_settings,
)
from bot.core.rulefile.source import Source, decode_rules
from bot.core.text.zones import PromoPatterns, compile_promo
from bot.model.watch import DEFAULT_CHANNEL, Channel, ChannelId, Problem, Rule, RuleSet

KEYS: Keys = {
    "version": Kind(schema={"enum": [1, "1"]}),
    "settings": SETTINGS_SECTION,
    "feeds": FEEDS_SECTION,
    "entities": ENTITIES_SECTION,
    "text": TEXT_SECTION,
    "channels": CHANNELS_SECTION,
    "owners": OWNERS_SECTION,
    "rules": RULES_SECTION,
}
"""The sections of the file."""
_VARIABLE = re.compile(r"\$\{(\w+)\}")


def rules_schema() -> JsonSchema:
    """The JSON Schema (draft 7) of a whole file, as JSON-able data: completion and errors in an editor."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "rules.yaml of Wirewatch",
        **mapping_schema(KEYS),
        "type": "object",
    }


def read_ruleset(
    data: bytes,
    environ: Mapping[str, str],
    read_file: Callable[[str], str] | None = None,
    known_term: Callable[[str], bool] | None = None,
    *,
    lint: bool = True,
    tests: bool = True,
    in_force: str | None = None,
) -> tuple[RuleSet | None, tuple[Problem, ...]]:
    """The rule set of a file, or None; and its problems, errors and warnings, in order of place.

    `environ`: what `${VAR}` stands for. `read_file`: the text of a file that an inline test names (None: such tests are
    not run). `known_term`: whether a folded term was ever seen in the archive (None: nobody knows). `lint`: whether to
    look for warnings in the rules of a file without errors, which takes longer than all the rest. `tests`: whether to
    run inline tests. `in_force`: the version of rules that an earlier release took; of that file, errors or not, there
    is a rule set of all that can be read.
    """
    text = decode_rules(data)
    if isinstance(text, Problem):
        return None, (text,)
    source = Source(text)
    reader = NodeReader(source, environ)
    root = root_node(source)
    if root is None or reader.empty(root):
        if not source.problems:
            hint = "the shortest rules file: one feed, one rule (see README)"
            source.report("error", 1, 1, 1, "the file is empty", hint)
        return None, _by_place(source)
    sections = {key: pair.value for key, pair in reader.mapping(root, "the rules file", KEYS).items()}
    if not sections:
        if not source.problems:
            source.report("error", 1, 1, 1, "there are no rules in this file", f"keys are {', '.join(KEYS)}")
        return None, _by_place(source)
    del root  # no node outlives what is read of it: 100,000 rules have 230 MB of them
    ruleset = _read_sections(reader, sections, read_file, known_term, lint=lint, tests=tests)
    problems = _by_place(source)
    if not any(problem.severity == "error" for problem in problems):
        return ruleset, problems
    if ruleset.version == (in_force or "").partition("+")[0] and ruleset.rules and ruleset.feeds:
        return ruleset, problems
    if lint:
        return None, problems
    # Whoever has errors to mend is to see the warnings, too; they were not looked for.
    return read_ruleset(data, environ, read_file, known_term, tests=tests)


def read_elsewhere(data: bytes, environ: Mapping[str, str] | None = None, *, tests: bool = True) -> RuleSet | None:
    """The rule set of a file where not all that its `${VAR}` stand for is known (feeds and channels have them, rules
    none), or None. `environ`: what is known; `tests`: whether its inline tests must hold."""
    unknown = dict.fromkeys(_VARIABLE.findall(data.decode("utf-8", "surrogateescape")), "x")
    return read_ruleset(data, {**unknown, **(environ or {})}, lint=False, tests=tests)[0]


def _read_sections(
    reader: NodeReader,
    sections: dict[str, Node],
    read_file: Callable[[str], str] | None,
    known_term: Callable[[str], bool] | None,
    *,
    lint: bool,
    tests: bool,
) -> RuleSet:
    """What the sections declare, as far as it can be read."""
    if (node := sections.get("version")) is not None:
        text = reader.text(node, "version")
        if text is not None and text.strip() != "1":
            reader.error(node, f"version {node.value} is not known here", "write version: 1")
    settings = read_settings(reader, sections.get("settings"))
    feeds = read_feeds(reader, sections.get("feeds"), settings)
    entities = Entities(reader, sections.get("entities"))
    promo = read_promo(reader, sections.get("text"))
    channels = read_channels(reader, sections.get("channels"))
    labels = {label for feed in feeds for label in (feed.id, *feed.tags)}
    rules: list[Rule] = []
    expressions: list[Node] = []
    for rule, when in read_rules(reader, sections.pop("rules", None), entities, channels, labels):
        rules.append(rule)
        if lint:
            expressions.append(when)
    if DEFAULT_CHANNEL not in channels and any(DEFAULT_CHANNEL in rule.to for rule in rules):
        channels[DEFAULT_CHANNEL] = default_channel(reader.environ)
    ruleset = RuleSet(
        version=_version(reader),
        text=reader.source.text,
        settings=settings,
        feeds=feeds,
        entities=entities.resolved(),
        promo=promo,
        channels=channels,
        owners=read_owners(reader, sections.get("owners")),
        rules=tuple(rules),
    )
    patterns = compile_promo(promo)
    if tests:
        run_tests(reader, ruleset, patterns, read_file)
    if lint:
        _warn(reader.source, ruleset, expressions, patterns, known_term)
    return ruleset


def _warn(
    source: Source,
    ruleset: RuleSet,
    expressions: Sequence[Node],
    patterns: PromoPatterns,
    known_term: Callable[[str], bool] | None,
) -> None:
    """Reports what is no error in a rule, and hardly meant. `expressions`: where each rule's text stands."""
    said: dict[tuple[object, ...], Rule] = {}
    outlets = frozenset(str(feed.outlet) for feed in ruleset.feeds if feed.outlet)
    for rule, when in zip(ruleset.rules, expressions, strict=True):
        first = said.setdefault(_what_it_does(rule), rule)
        if first is not rule:
            message = f"this rule says what {first.id} in line {first.line} says: each of its stories names both"
            source.in_scalar("warning", when, 0, len(when.value), message, "delete one of the two")
        if (twice := _address_twice(rule, ruleset.channels)) is not None:
            first_name, other, address = twice
            message = f"{first_name} and {other} write to one place, {address}: each of its stories comes there twice"
            hint = "name one of them in to:; a channel may have immediate and digest, and tells a story once"
            source.in_scalar("warning", when, 0, len(when.value), message, hint)
        for warning in warnings_of(rule.query, str(when.value), ruleset.entities, patterns, known_term, outlets):
            source.in_scalar("warning", when, warning.start, warning.end, warning.message, warning.hint)


def _address_twice(rule: Rule, channels: Mapping[ChannelId, Channel]) -> tuple[ChannelId, ChannelId, str] | None:
    """Two channels of a rule with one address, and that."""
    first: dict[str, ChannelId] = {}
    for name in rule.to:
        address = channels[name].slack if name in channels else ""
        if (other := first.setdefault(address.lstrip("#").lower(), name)) != name and address:
            return other, name, address
    return None


def _what_it_does(rule: Rule) -> tuple[object, ...]:
    """All of a rule but what it is called, who owns it and how it is tested."""
    rest = (rule.to, rule.priority, rule.mention, rule.feeds, rule.max_per_day, rule.spike, rule.expect)
    return (rule.query, *rest)


def _version(reader: NodeReader) -> str:
    """A hash of the file's text and of what its variables hold."""
    version = hashlib.sha256(reader.source.written.encode("utf-8", "surrogatepass"))
    for name in sorted(reader.variables):
        version.update(f"\0{name}\0{reader.variables[name]}".encode("utf-8", "surrogatepass"))
    return version.hexdigest()[:12]


def _by_place(source: Source) -> tuple[Problem, ...]:
    return tuple(sorted(source.problems, key=lambda problem: (problem.line, problem.column, problem.severity)))
