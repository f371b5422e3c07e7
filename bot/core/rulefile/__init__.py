"""rules.yaml → a rule set, or every problem of the file.

`source`        bytes → text; places in it; problems
`yaml_traps`    where YAML reads something other than what was meant
`nodes`         YAML → checked nodes
`units`         spans, sizes, clock times, weekdays, ids
`settings`      settings, text, channels
`feeds`         feeds
`entities`      names and what they stand for
`rules`         rules
`inline_tests`  the stories beside a rule
`add_feeds`     a rules file and feeds → the file with the feeds added, comments kept
`added_rules`   rules that people added in Slack, and a rule set with them

The law of this folder: all problems at once, each with line, column, caret and the fix; an error anywhere means no
rule set, warnings come beside one; the same text and variables give the same version. It reads only what it is handed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from bot.core.query.lint import RuleWarning, warnings_of
from bot.core.rulefile.entities import Entities
from bot.core.rulefile.feeds import read_feeds
from bot.core.rulefile.inline_tests import entry_of, run_tests, story_of_text
from bot.core.rulefile.nodes import Node, Reader, compose
from bot.core.rulefile.rules import read_rules
from bot.core.rulefile.settings import default_channel, read_channels, read_promo, read_settings
from bot.core.rulefile.source import Source, Unreadable, decode
from bot.core.rulefile.units import duration, slug
from bot.core.text.zones import compile_promo
from bot.model.watch import Channel, ChannelId, Problem, Rule, RuleSet

__all__ = ["duration", "entry_of", "problem_text", "read", "slug", "story_of_text"]

KEYS = ("version", "settings", "feeds", "entities", "text", "channels", "rules")


def read(
    data: bytes,
    environ: Mapping[str, str],
    read_file: Callable[[str], str] | None = None,
    known_term: Callable[[str], bool] | None = None,
) -> tuple[RuleSet | None, tuple[Problem, ...]]:
    """The rule set of a file, or None; and its problems, errors and warnings, in order of place.

    `environ`: what `${VAR}` stands for. `read_file`: the text of a file that an inline test names (None: such tests are
    not run). `known_term`: whether a folded term was ever seen in the archive (None: nobody knows).
    """
    try:
        text = decode(data)
    except Unreadable as unreadable:
        return None, (unreadable.problem,)
    source = Source.of(text)
    reader = Reader(source, environ)
    root = compose(source)
    if root is None or reader.empty(root):
        if not source.problems:
            source.report(
                "error", 1, 1, 1, "the file is empty", "the shortest rules file: one feed, one rule (see README)"
            )
        return None, _sorted(source)
    found = {key: value for key, (_, value) in reader.mapping(root, "the rules file", KEYS).items()}
    if not found:
        if not source.problems:
            source.report("error", 1, 1, 1, "there are no rules in this file", f"keys are {', '.join(KEYS)}")
        return None, _sorted(source)
    _version(reader, found.get("version"))
    settings = read_settings(reader, found.get("settings"))
    feeds = read_feeds(reader, found.get("feeds"))
    entities = Entities(reader, found.get("entities"))
    promo = read_promo(reader, found.get("text"))
    channels = read_channels(reader, found.get("channels"))
    names = {label for feed in feeds for label in (feed.id, *feed.tags)}
    rules = read_rules(reader, found.get("rules"), entities, channels, names)
    labels = {str(feed.id): frozenset({feed.id, *feed.tags}) for feed in feeds}
    patterns = compile_promo(promo)
    run_tests(reader, rules, patterns, labels, read_file)
    for rule, when in rules:
        for warning in warnings_of(rule.query, patterns, known_term):
            _warn(source, when, rule, warning)
    problems = _sorted(source)
    if any(problem.severity == "error" for problem in problems):
        return None, problems
    version = hashlib.sha256(text.encode("utf-8", "surrogatepass"))
    for name in sorted(reader.variables):
        version.update(f"\0{name}\0{reader.variables[name]}".encode("utf-8", "surrogatepass"))
    ruleset = RuleSet(
        version=version.hexdigest()[:12],
        text=text,
        settings=settings,
        feeds=feeds,
        entities=entities.resolved(),
        promo=promo,
        channels=_with_default(channels, rules, environ),
        rules=tuple(rule for rule, _ in rules),
    )
    return ruleset, problems


def _version(reader: Reader, node: Node | None) -> None:
    if node is None:
        return
    text = reader.text(node, "version")
    if text is not None and text.strip() != "1":
        reader.error(node, f"version {text} is not known here", "write version: 1")


def _warn(source: Source, when: Node, rule: Rule, warning: RuleWarning) -> None:
    source.in_scalar("warning", when, warning.start, warning.end, warning.message, warning.hint)


def _with_default(
    channels: dict[ChannelId, Channel],
    rules: list[tuple[Rule, Node]],
    environ: Mapping[str, str],
) -> dict[ChannelId, Channel]:
    name = ChannelId("default")
    if name in channels or not any(name in rule.to for rule, _ in rules):
        return channels
    return {**channels, name: default_channel(environ)}


def _sorted(source: Source) -> tuple[Problem, ...]:
    return tuple(sorted(source.problems, key=lambda problem: (problem.line, problem.column, problem.severity)))


def problem_text(path: str, problem: Problem) -> str:
    """A problem as `check` prints it: place, what is wrong, the line, a caret, the mend."""
    lines = [f"{path}:{problem.line}:{problem.column}: {problem.severity}: {problem.message}"]
    if problem.excerpt.strip():
        # Tabs stay tabs under the line, so that the caret stands where the eye expects it.
        lead = "".join("\t" if char == "\t" else " " for char in problem.excerpt[: problem.column - 1])
        lines += [f"    {problem.excerpt}", f"    {lead}{'^' * problem.width}"]
    if problem.hint:
        lines.append(f"    {problem.hint}")
    return "\n".join(lines)
