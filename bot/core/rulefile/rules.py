"""`rules:` of a rules file: checked nodes in, rules with resolved queries out."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

import yaml

from bot.core.query.parser import parse_all
from bot.core.rulefile.inline_tests import read_tests
from bot.core.rulefile.nodes import Node, Reader, describe
from bot.core.rulefile.source import value_places
from bot.core.rulefile.units import Ids, slug
from bot.core.rulefile.yaml_traps import QUOTE_IT
from bot.core.text.suggest import nearest
from bot.errors import QueryError
from bot.model.query import FIELDS, Query
from bot.model.watch import ChannelId, Priority, Rule, RuleId

RULE_KEYS = ("id", "name", "when", "to", "priority", "mention", "feeds", "spike", "expect", "tests")
_HASH_OUTSIDE = re.compile(r'"[^"]*"|(?<![\w/])/(?:\\.|[^/\\\n])+/|(#)')
MAX_NAME = 100


def read_rules(
    reader: Reader,
    node: Node | None,
    entities: Mapping[str, Query],
    channels: Collection[ChannelId],
    feeds: Collection[str],
) -> list[tuple[Rule, Node]]:
    """The rules without mistakes, each with the node of its `when`."""
    if node is None:
        return []
    drafts = []
    for item in reader.items(node, "rules", "- Huawei AND 5G"):
        draft = _draft(reader, item)
        if draft is not None:
            drafts.append(draft)
    taken: dict[str, int] = {}
    for _, found, _ in drafts:
        if "id" not in found:
            continue
        name = reader.text(found["id"][1], "id")
        if name is None:
            continue
        if name in taken:
            reader.error(found["id"][1], f"the rule id {name} is used twice", f"the first is in line {taken[name]}")
        taken.setdefault(name, found["id"][1].start_mark.line + 1)
    used = Ids(taken)
    rules = []
    for item, found, when in drafts:
        rule = _rule(reader, item, found, when, used, entities, channels, feeds)
        if rule is not None:
            rules.append((rule, when))
    return rules


def _draft(reader: Reader, item: Node) -> tuple[Node, dict[str, tuple[Node, Node]], Node] | None:
    if reader.mended(item):
        return None
    if isinstance(item, yaml.ScalarNode):
        if reader.text(item, "a rule", expand=False) is None:
            return None
        return item, {}, item
    if isinstance(item, yaml.SequenceNode):
        reader.error(item, "a rule is text, not a list", f"[ begins a list in YAML: {QUOTE_IT}, or group with ( )")
        return None
    if _by_accident(item):
        line = reader.source.lines[item.start_mark.line]
        rule = re.sub(r"\s+#\s.*$", "", line[item.start_mark.column :]).strip()
        quoted = "'" + rule.replace("'", "''") + "'"
        message = "the : in this line makes YAML read the rule as a key with a value"
        if item.flow_style:
            message = "{ begins a mapping in YAML"
        reader.error(item, message, f"{QUOTE_IT}: {quoted}")
        return None
    found = reader.mapping(item, "a rule", RULE_KEYS)
    if "when" not in found:
        keys = [key.value for key, _ in item.value if isinstance(key, yaml.ScalarNode)]
        if not any(nearest(key, RULE_KEYS) == "when" for key in keys):
            reader.error(item, "this rule has no when:", "add when: with what to look for")
        return None
    return item, found, found["when"][1]


def _by_accident(item: Any) -> bool:
    """Whether a mapping is a bare rule that YAML took apart at a `: `."""
    if item.flow_style and len(item.value) > 1:
        return False
    keys = [key.value for key, _ in item.value if isinstance(key, yaml.ScalarNode)]
    if len(keys) != 1 or keys[0] in RULE_KEYS:
        return False
    key = keys[0]
    return key in FIELDS or not re.fullmatch(r"[\w-]+", key) or (not nearest(key, RULE_KEYS) and key[:1].isupper())


def _rule(
    reader: Reader,
    item: Node,
    found: dict[str, tuple[Node, Node]],
    when: Node,
    used: Ids,
    entities: Mapping[str, Query],
    channels: Collection[ChannelId],
    feeds: Collection[str],
) -> Rule | None:
    query = _when(reader, when, entities)
    values: dict[str, Any] = {}
    if "name" in found:
        values["name"] = reader.text(found["name"][1], "name")
    if "to" in found:
        values["to"] = _to(reader, found["to"][1], channels)
    if "priority" in found:
        word = reader.choice(found["priority"][1], "priority", ("low", "normal", "urgent"))
        values["priority"] = None if word is None else Priority[word.upper()]
    if "mention" in found:
        values["mention"] = _mention(reader, found["mention"][1])
    if "feeds" in found:
        values["feeds"] = _feeds(reader, found["feeds"][1], feeds)
    for key in ("spike", "expect"):
        if key in found:
            _later(reader, key, *found[key])
    if "tests" in found:
        values["tests"] = read_tests(reader, found["tests"][1])
    if query is None:
        return None
    text = str(when.value)
    shown = " ".join(re.sub(r"(?m)(?:^|\s)#.*$", "", text).split())
    if "id" in found:
        identifier = str(found["id"][1].value)
    else:
        identifier = used.make(slug(values.get("name") or shown))
    name = values.pop("name", None) or (shown if len(shown) <= MAX_NAME else shown[: MAX_NAME - 1] + "…")
    return Rule(
        id=RuleId(identifier),
        name=name,
        when=text.strip(),
        query=query,
        line=item.start_mark.line + 1,
        **{key: value for key, value in values.items() if value is not None},
    )


def _when(reader: Reader, node: Node, entities: Mapping[str, Query]) -> Query | None:
    if reader.mended(node):
        return None
    if not isinstance(node, yaml.ScalarNode):
        hint = f"{QUOTE_IT}" if isinstance(node, yaml.MappingNode) else "write the rule as text"
        reader.error(node, f"when takes a rule as text, not {describe(node)}", hint)
        return None
    if reader.empty(node):
        reader.error(node, "when is empty", "write what to look for, such as Huawei AND 5G")
        return None
    text = str(node.value)
    swallowed = _swallowed(reader, node, text)
    if swallowed is not None:
        message = "# comments out all the rest: YAML has joined these lines into one"
        reader.source.in_scalar(
            "error", node, swallowed, swallowed + 1, message, "write when: | instead, or delete the comment"
        )
        return None
    query, errors = parse_all(text, entities)
    comment = _comment_behind(reader, node)
    for error in errors:
        reader.source.in_scalar(
            "error", node, error.start, error.end, str(error), _yaml_hint(node, text, error, comment)
        )
    if query is not None and comment and re.match(r"#\w", comment):
        line = node.end_mark.line
        column = reader.source.lines[line].index("#", node.end_mark.column)
        message = f"YAML takes {comment.split()[0]} for a comment: it is not part of the rule"
        hint = "write a space behind # if it is a comment; in a rule, a hashtag is searched without its #"
        severity = "error" if re.search(r"\b(?:AND|OR|NOT|NEAR)\b", comment) else "warning"
        reader.source.report(severity, line + 1, column + 1, len(comment), message, hint)
    return query


def _yaml_hint(node: Node, text: str, error: QueryError, comment: str) -> str:
    """A mistake in a rule that YAML may have had a hand in."""
    if node.style == '"' and "side by side" in str(error) and '"' not in text:
        return f"YAML has taken the quotes: for a phrase, {QUOTE_IT} around them: '\"{text.strip()}\"'"
    if node.style == "'" and "side by side" in str(error) and '"' not in text:
        return f"{error.hint} (inside the single quotes that YAML takes)"
    if comment and not node.style and error.end >= len(text.rstrip()):
        return f"{error.hint}; YAML takes {comment[:30]} for a comment: {QUOTE_IT} if it belongs to the rule"
    return error.hint


def _comment_behind(reader: Reader, node: Node) -> str:
    """The YAML comment behind a plain rule, in its last line."""
    if node.style or node.end_mark.line >= len(reader.source.lines):
        return ""
    match = re.match(r"\s+(#.*)", reader.source.lines[node.end_mark.line][node.end_mark.column :])
    return match.group(1) if match else ""


def _swallowed(reader: Reader, node: Node, text: str) -> int | None:
    """Where a `#` stands that, lines being joined, comments out what was written in the lines below it."""
    if node.style == "|" or "#" not in text or node.start_mark.line == node.end_mark.line:
        return None
    for match in _HASH_OUTSIDE.finditer(text):
        if match.group(1) is None:
            continue
        end = text.find("\n", match.start())
        rest = text[match.start() : end if end >= 0 else len(text)].rstrip()
        places = value_places(reader.source.text, node)
        if places is None:
            return None
        low, high = places[match.start()], places[min(match.start() + len(rest), len(places)) - 1]
        if "\n" in reader.source.text[low:high]:
            return match.start()
    return None


def _to(reader: Reader, node: Node, channels: Collection[ChannelId]) -> tuple[ChannelId, ...]:
    targets: dict[ChannelId, None] = {}
    for text, item in reader.one_or_more(node, "to"):
        name = ChannelId(text.strip())
        if name in channels or name == "default":
            targets.setdefault(name)
            continue
        near = nearest(name, tuple(channels))
        known = ", ".join(sorted(channels)) or "none declared yet"
        hint = f"did you mean {near}?" if near else f"channels are: {known}"
        if name.startswith(("#", "C0")):
            hint = f"`to` names a channel of this file, not of Slack; declare it under channels: with slack: {name!r}"
        reader.error(item, f"there is no channel {name}", hint)
    if not targets and isinstance(node, yaml.SequenceNode) and not node.value:
        reader.error(node, "to names no channel", "name one, or delete to: for the default channel")
    return tuple(targets) or (ChannelId("default"),)


def _feeds(reader: Reader, node: Node, feeds: Collection[str]) -> frozenset[str] | None:
    wanted: set[str] = set()
    for text, item in reader.one_or_more(node, "feeds"):
        name = text.strip()
        wanted.add(name)
        if name in feeds:
            continue
        near = nearest(name, tuple(feeds))
        hint = (
            f"did you mean {near}?" if near else f"ids and tags of feeds are: {', '.join(sorted(feeds)[:12]) or 'none'}"
        )
        reader.error(item, f"there is no feed or tag {name}", hint)
    return frozenset(wanted) or None


def _mention(reader: Reader, node: Node) -> str | None:
    text = reader.text(node, "mention")
    if text is None:
        return None
    word = text.strip()
    if word.lstrip("@!") in ("here", "channel", "everyone"):
        return f"<!{word.lstrip('@!')}>"
    if re.fullmatch(r"<(?:![a-z]+(?:\^[^>]*)?|@[A-Z0-9]+)(?:\|[^>]*)?>", word):
        return word
    if re.fullmatch(r"[UW][A-Z0-9]{2,}", word):
        return f"<@{word}>"
    if re.fullmatch(r"S[A-Z0-9]{2,}", word):
        return f"<!subteam^{word}>"
    hint = 'write "<!here>", or the id of a person (U…) or group (S…)'
    reader.error(node, f"mention is no person or group that Slack knows: {word}", hint)
    return None


def _later(reader: Reader, key: str, key_node: Node, node: Node) -> None:
    known = {"spike": ("window", "times", "at_least"), "expect": ("at_least", "per")}[key]
    reader.mapping(node, key, known)
    reader.source.warning(key_node, f"{key} has no effect yet", "it is read and kept for a later version")
