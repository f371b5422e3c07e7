"""The stories beside a rule → a problem for each that the rule does not treat as expected."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import yaml

from bot.core.matching.explain import explain_query
from bot.core.matching.mentions import EntryText
from bot.core.query.walk import parts
from bot.core.rulefile.hints import meant_key
from bot.core.rulefile.kinds import TEXT_SCHEMA, TEXTS, Keys, Kind, mapping_schema, one_or_more
from bot.core.rulefile.nodes import Node, NodeReader, describe, items_of, line_of
from bot.core.rulefile.silent_traps import warn_of_hashtag
from bot.core.text.reading import read_entry
from bot.core.text.sanitize import short_line
from bot.core.text.zones import PromoPatterns
from bot.model.news import Entry, FeedId, OutletId
from bot.model.query import Query, Word
from bot.model.watch import RuleSet, RuleTest

_STORY = (
    "id", "guid", "url", "title", "summary", "body", "source", "feed", "author", "tags", "lang", "published", "seen",
    "file",
)  # fmt: skip
_SHOWN = re.compile("“([^”]*)”")
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def _read_tests(reader: NodeReader, node: Node, what: str) -> tuple[RuleTest, ...]:
    pairs = reader.mapping(node, what, _TESTS, lambda _: 'write {match: ["…"], not: ["…"]}')
    tests: list[RuleTest] = []
    for key, expected in (("match", True), ("not", False)):
        if key not in pairs:
            continue
        for item in items_of(pairs[key].value):
            story = _story(reader, item)
            if story is not None:
                column = item.start_mark.column + 1
                tests.append(RuleTest(story=story, expected=expected, line=line_of(item), column=column))
    return tuple(tests)


def _story(reader: NodeReader, node: Node) -> dict[str, object] | None:
    if isinstance(node, yaml.ScalarNode):
        text = reader.text(node, "a test", expand=False)
        warn_of_hashtag(reader.source, node, "the test")
        return None if text is None else {"title": text}
    if not isinstance(node, yaml.MappingNode):
        reader.error(node, f"a test is a title or a story, not {describe(node)}", "write {title: …, body: …}")
        return None
    if len(node.value) == 1 and (title := _title_taken_apart(reader, node)):
        message = "the : in this line makes YAML read the test as a key with a value"
        reader.error(node, message, f"put the text in single quotes: {title}")
        return None
    pairs = reader.mapping(node, "a test", _STORY)
    if len(pairs) < len(node.value):
        return None  # reported; without that key it is another test
    story: dict[str, object] = {}
    for key, (_, value) in pairs.items():
        if reader.is_reported(value):
            return None
        if key == "tags":
            story[key] = tuple(text for text, _ in reader.one_or_more(value, "tags"))
        elif isinstance(value, yaml.ScalarNode):
            story[key] = str(value.value)
            warn_of_hashtag(reader.source, value, f"the test's {key}")
        else:
            reader.error(value, f"{key} takes text, not {describe(value)}", "")
    if "file" not in story and "title" not in story and pairs:
        reader.error(node, "this test has no title", "add title: …")
        return None
    return story or None


def _title_taken_apart(reader: NodeReader, node: Node) -> str:
    """`Huawei: 5G comes` as it should stand; "": a story with a key that is none."""
    key = str(node.value[0][0].value)
    if key in _STORY or (meant_key(key, _STORY) and key == key.lower()):
        return ""
    begin, end = node.start_mark, node.end_mark
    is_listed = node.flow_style and end.line == begin.line  # [Exclusive: Huawei wins]
    line = reader.source.lines[begin.line][begin.column : end.column if is_listed else None].rstrip()
    if line.startswith("{"):
        return ""
    quoted = line.replace("'", "''")
    return f"'{quoted}'"


def _failure_hint(reader: NodeReader, test: RuleTest, query: Query, why: str) -> str:
    """What to do about a test that fails: the comma of a list may have parted its title, a name (`Target`) may be met
    as a word (`Police target gang`)."""
    if not test.expected:
        shown = set(_SHOWN.findall(why))
        names = [part.text for part in parts(query) if isinstance(part, Word) and not part.exact]
        met = next((name for name in names if name.lower() in shown and name.istitle()), "")
        if met:
            return f"change the rule or the test; of this spelling alone write ={met}"
    line = reader.source.lines[test.line - 1]
    before, behind = line[: test.column - 1].rstrip(), line[test.column - 1 :].lstrip()
    title = str(test.story.get("title", ""))
    is_plain = behind.startswith(title) and title[:1] not in ("'", '"', "")
    if is_plain and "[" in before and (before.endswith(",") or behind[len(title) :].lstrip().startswith(",")):
        return "change the rule or the test; in [ ] a comma ends an item: a title with a comma goes in quotes"
    return "change the rule or the test"


def run_tests(
    reader: NodeReader,
    ruleset: RuleSet,
    promo: PromoPatterns,
    read_file: Callable[[str], str] | None,
) -> None:
    """Runs every inline test; one that fails is reported where it stands, with the part of the rule that decided."""
    for rule in ruleset.rules:
        for test in rule.tests:
            entry = _test_entry(reader, test, read_file)
            if entry is None:
                continue
            reading = read_entry(entry, promo)
            labels = ruleset.labels_of(entry.feed)
            matches, why = explain_query(rule.query, EntryText(entry, reading, labels))
            if matches and rule.feeds is not None and entry.feed is not None and rule.feeds.isdisjoint(labels):
                matches, why = False, f"the feed {entry.feed} is none of this rule's feeds"
            if matches == test.expected:
                continue
            # Ops and logs read this, too: of a file, which may be any on this machine, the name alone.
            shown = str(test.story.get("file") or reading.title)
            should = "should match, but does not" if test.expected else "should not match, but does"
            reader.source.report(
                "error",
                test.line,
                test.column,
                80,
                f"the test of rule {rule.id} failed: “{short_line(shown, 80)}” {should}: {why}",
                _failure_hint(reader, test, rule.query, why),
            )


def _test_entry(reader: NodeReader, test: RuleTest, read_file: Callable[[str], str] | None) -> Entry | None:
    story = test.story
    if "file" in story:
        name = str(story["file"])
        if read_file is None:
            return None
        try:
            text = read_file(name)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it is no text in UTF-8"
            message = f"the file {name} of this test cannot be read: {reason}"
            reader.source.report("error", test.line, test.column, 80, message, "the path is relative to the rules file")
            return None
        story = {**_story_of_text(text), **{key: value for key, value in story.items() if key != "file"}}
    return entry_of(story)


def _story_of_text(text: str) -> dict[str, object]:
    """A story from a file: a story line (JSON), or plain text whose first line is the title."""
    text = text.lstrip("\ufeff")
    if text.lstrip().startswith("{"):
        try:
            line = json.loads(text.strip().split("\n")[0] if "\n{" in text.strip() else text)
        except ValueError:
            line = None
        if isinstance(line, dict):
            return line
    title, _, body = text.strip("\n").partition("\n")
    return {"title": title, "body": body}


def entry_of(story: Mapping[str, object]) -> Entry:
    """The entry of a story whose dates do not matter (an inline test)."""

    def text(key: str) -> str:
        value = story.get(key)
        return "" if value is None else str(value)

    tags = story.get("tags")
    return Entry(
        title=text("title"),
        guid=text("guid") or None,
        url=text("url") or None,
        summary=text("summary"),
        body=text("body"),
        author=text("author"),
        tags=tuple(map(str, tags)) if isinstance(tags, list | tuple) else (),
        lang=text("lang") or None,
        feed=FeedId(text("feed")) if text("feed") else None,
        source=OutletId(text("source")) if text("source") else None,
        seen_at=_LONG_AGO,
    )


_FIELD = Kind(schema={"type": [*TEXT_SCHEMA["type"], "null"]})
_STORIES = one_or_more(
    {"anyOf": [TEXT_SCHEMA, mapping_schema({**dict.fromkeys(_STORY, _FIELD), "tags": TEXTS})]},
)
_TESTS: Keys = {"match": Kind(schema=_STORIES), "not": Kind(schema=_STORIES)}
TESTS = Kind(schema=mapping_schema(_TESTS), read=_read_tests)
