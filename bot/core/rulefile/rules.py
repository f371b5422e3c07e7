"""`rules:` of a rules file: checked nodes → rules with resolved queries."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import timedelta

import yaml

from bot.core.query.mending import whole_rule
from bot.core.query.parser import parse_all
from bot.core.rulefile.hints import key_hint, meant_key
from bot.core.rulefile.inline_tests import TESTS
from bot.core.rulefile.kinds import (
    DURATION,
    PER_DAY,
    PERSON,
    TEXT_SCHEMA,
    Keys,
    Kind,
    choice,
    decimal_number,
    mapping_schema,
    one_or_more,
    read_values,
    whole_number,
)
from bot.core.rulefile.nodes import Node, NodeReader, Pair, describe, did_you_mean, line_of
from bot.core.rulefile.quoting import QUOTE_IT, as_written
from bot.core.rulefile.silent_traps import comment_behind, comment_for_value, sign_trap, warn_of_hashtag
from bot.core.rulefile.source import value_places
from bot.core.rulefile.units import Ids, slug
from bot.core.text.sanitize import short_line
from bot.core.text.suggest import nearest
from bot.errors import NoOperator, QueryError
from bot.model.query import FIELDS, Query
from bot.model.watch import DEFAULT_CHANNEL, Channel, ChannelId, ExpectSettings, Priority, Rule, RuleId, SpikeSettings

_HASH_OUTSIDE = re.compile(r'"[^"]*"|(?<![\w/])/(?:\\.|[^/\\\n])+/|(?<![\w#])(#)(?!\w)')
_IN_QUOTES = re.compile(r'"([^"]+)"')
"""What a hint says to write in double quotes, which YAML takes where a rule begins with them."""
_GLUED_KEY = re.compile(r"([a-z_]+):(\S+)")
_MENTION = re.compile(r"<(?:!(?:here|channel|everyone)|!subteam\^S[A-Z0-9]{2,}|@[UW][A-Z0-9]{2,})(?:\|[^>]*)?>")
"""Whom Slack calls: neither an app (`<@B…>`) nor a word of its own making."""
_MAX_NAME = 100
"""Characters of a rule's name that is made of its expression."""
_LONG_NAME = 60
"""Characters of an expression from which a rule without a name is called by its id, where that is written."""
_MAX_WINDOW = timedelta(days=7)
"""Of a spike: it is set against the same hours of four weeks."""


def read_rules(
    reader: NodeReader,
    node: Node | None,
    entities: Mapping[str, Query],
    channels: Mapping[ChannelId, Channel],
    feeds: Collection[str],
) -> Iterator[tuple[Rule, Node]]:
    """The rules without mistakes, each with the node of its `when`. Nodes are let go as they have been read."""
    keys = _rule_keys(channels, feeds)
    items = reader.items(node, "rules", "- Huawei AND 5G")
    del node
    ids = reader.declared_ids(_ids(reader, items), "rule")
    items.reverse()
    while items:
        item = items.pop()
        pairs = _draft(reader, item, keys)
        rule = None if pairs is None else _rule(reader, item, pairs, keys, ids, entities)
        if pairs is not None and rule is not None:
            yield rule, pairs["when"].value


def _ids(reader: NodeReader, items: Iterable[Node]) -> Iterator[dict[str, Pair]]:
    """What stands under `id`, where it is a rule's. Rules without one are named when all others are known."""
    for item in items:
        if isinstance(item, yaml.MappingNode) and not reader.is_reported(item):
            scalars = [(key, value) for key, value in reversed(item.value) if isinstance(key, yaml.ScalarNode)]
            written = {key.value: Pair(key, value) for key, value in scalars}
            if "id" in written and "when" in written:
                yield {"id": written["id"]}


def _draft(reader: NodeReader, item: Node, keys: Keys) -> dict[str, Pair] | None:
    """The keys of a rule, `when` among them; None: reported."""
    if reader.is_reported(item):
        return None
    if isinstance(item, yaml.ScalarNode):
        if (trap := sign_trap(reader.source.lines, item)) is not None:
            reader.error(item, *trap)
            return None
        if (glued := _GLUED_KEY.match(item.value)) is not None and not item.style and glued[1] in keys:
            reader.error(item, f"a space is missing behind {glued[1]}:", f"write {glued[1]}: {glued[2]}")
            return None
        return None if reader.text(item, "a rule", expand=False) is None else {"when": Pair(item, item)}
    if isinstance(item, yaml.SequenceNode):
        hint = f"[ begins a list in YAML: {QUOTE_IT}, or group with ( )"
        reader.error(item, "a rule is text, not a list", hint if item.flow_style else "write one - before each rule")
        return None
    if _by_accident(item, keys):
        line = reader.source.lines[item.start_mark.line]
        rule = re.sub(r"\s+#\s.*$", "", line[item.start_mark.column :]).strip()
        quoted = "'" + rule.replace("'", "''") + "'"
        message = "the : in this line makes YAML read the rule as a key with a value"
        if item.flow_style:
            message = "{ begins a mapping in YAML"
        reader.error(item, message, f"{QUOTE_IT}: {quoted}")
        return None
    if (name := _name_as_key(item, keys)) is not None:
        reader.error(
            item, f"a rule has no key {name.value}", f"of its name write id: {name.value}, and below it when: …"
        )
        return None
    pairs = reader.mapping(item, "a rule", keys)
    if "when" in pairs:
        return pairs
    written = [key.value for key, _ in item.value if isinstance(key, yaml.ScalarNode)]
    if not any(key == "<<" or meant_key(key, keys) == "when" for key in written):
        reader.error(item, "this rule has no when:", "add when: with what to look for")
    return None


def _name_as_key(item: Node, keys: Keys) -> Node | None:
    """`- huawei: Huawei AND 5G`: the rule's name where a key was expected."""
    if not isinstance(item, yaml.MappingNode) or len(item.value) != 1:
        return None
    key, value = item.value[0]
    is_name = isinstance(key, yaml.ScalarNode) and key_hint(key.value, keys).startswith("keys are")
    return key if is_name and not isinstance(value, yaml.SequenceNode) and value.value else None


def _by_accident(item: Node, keys: Keys) -> bool:
    """Whether a mapping is a bare rule that YAML took apart at a `: `."""
    if item.flow_style and len(item.value) > 1:
        return False
    written = [key.value for key, _ in item.value if isinstance(key, yaml.ScalarNode)]
    if len(written) != 1 or written[0] in keys:
        return False
    key = written[0]
    return key in FIELDS or not re.fullmatch(r"[\w-]+", key) or (not nearest(key, tuple(keys)) and key[:1].isupper())


def _rule(
    reader: NodeReader, item: Node, pairs: dict[str, Pair], keys: Keys, ids: Ids, entities: Mapping[str, Query]
) -> Rule | None:
    when = pairs["when"].value
    query = _when(reader, when, entities)
    values = read_values(reader, pairs, keys)
    if query is None:
        return None
    text = str(when.value)
    on_one_line = " ".join(re.sub(r"(?m)(?:^|\s)#(?!\w).*$", "", text).split())
    if on_one_line == text:
        on_one_line = text  # one text in memory, not two
    if "id" in pairs:
        identifier = str(pairs["id"].value.value)
        if (plain := identifier.strip("“”„‘’«»")) != identifier:
            message = "these quotes belong to the id: YAML knows none but \" and '"
            reader.error(pairs["id"].value, message, f"write {plain}", "warning")
    else:
        identifier = ids.make(slug(values.get("name") or on_one_line))
    if "name" not in values:
        is_long = "id" in pairs and len(on_one_line) > _LONG_NAME
        values["name"] = identifier if is_long else short_line(on_one_line, _MAX_NAME)
    return Rule(id=RuleId(identifier), when=text.strip(), query=query, line=line_of(item), **values)


def _when(reader: NodeReader, node: Node, entities: Mapping[str, Query]) -> Query | None:
    if reader.is_reported(node):
        return None
    if not isinstance(node, yaml.ScalarNode):
        reader.error(node, f"when takes a rule as text, not {describe(node)}", _as_one_text(node))
        return None
    if reader.empty(node):
        comment = comment_for_value(reader.source.lines, node)
        hint = (
            f"# begins a comment in YAML: {QUOTE_IT}: '{comment}'"
            if comment
            else "write what to look for, such as Huawei AND 5G"
        )
        reader.error(node, "when is empty", hint)
        return None
    text = str(node.value)
    swallowed = _swallowed(reader, node, text)
    if swallowed is not None:
        message = "# comments out all the rest: YAML has joined these lines into one"
        hint = "write when: | instead, or delete the comment"
        reader.source.in_scalar("error", node, swallowed, swallowed + 1, message, hint)
        return None
    query, errors = parse_all(text, entities)
    comment = comment_behind(reader.source, node)
    whole = whole_rule(text, errors, entities)
    for error in errors:
        hint = _yaml_hint(node, text, error, comment)
        mended = as_written(whole, node.style) if whole and error is errors[-1] and whole not in hint else ""
        reader.source.in_scalar("error", node, error.start, error.end, str(error), hint, mended)
    if query is not None and comment and re.match(r"#\w", comment):
        line, column = reader.source.place(reader.source.text.index("#", node.end_mark.index))
        message = f"YAML takes {comment.split()[0]} for a comment: it is not part of the rule"
        hint = "write a space behind # if it is a comment; in a rule, a hashtag is searched without its #"
        severity = "error" if re.search(r"\b(?:AND|OR|NOT|NEAR)\b", comment) else "warning"
        reader.source.report(severity, line, column, len(comment), message, hint)
    return query


def _read_name(reader: NodeReader, node: Node, what: str) -> str | None:
    text = reader.text(node, what)
    if text is not None:
        warn_of_hashtag(reader.source, node, what)
    return text


def _as_one_text(node: Node) -> str:
    """Of several expressions in a list, or under one of `any:` and `all:`: the text that says the same."""
    operator = "OR"
    if isinstance(node, yaml.MappingNode):
        if len(node.value) != 1 or not isinstance(node.value[0][1], yaml.SequenceNode):
            return QUOTE_IT
        key, node = node.value[0]
        operator = "AND" if str(key.value).lower() in ("all", "all_of", "and") else "OR"
    texts = [item.value.strip() for item in node.value if isinstance(item, yaml.ScalarNode)]
    parts = [text if re.fullmatch(r"\w+", text) else f"({text})" for text in texts if text]
    whole = f" {operator} ".join(parts)
    return f"write it as text: {whole}" if parts and len(whole) <= 120 else f"write the rule as text, with {operator}"


def _yaml_hint(node: Node, text: str, error: QueryError, comment: str) -> str:
    """A mistake in a rule that YAML may have had a hand in."""
    if not node.style and text.startswith("- ", error.start) and node.start_mark.line != node.end_mark.line:
        return "an item of a list begins in the column of the one above; here it goes on with its text"
    taken = isinstance(error, NoOperator) or f'"{text.strip()}"' in error.hint
    if node.style == '"' and taken and '"' not in text:
        return f"YAML has taken the quotes: for a phrase, {QUOTE_IT} around them: '\"{text.strip()}\"'"
    if node.style == "'" and isinstance(error, NoOperator) and '"' not in text:
        return f"{error.hint} (inside the single quotes that YAML takes)"
    proposed = _IN_QUOTES.finditer(error.hint)
    quoted = next((name for name in proposed if re.match(re.escape(name[1]) + r"(?!\w)", text)), None)
    if not node.style and quoted and "'" not in text:
        return f"{error.hint} ({QUOTE_IT}: '{quoted[0]}{text.removeprefix(quoted[1]).rstrip()}')"
    if comment and not node.style and error.end >= len(text.rstrip()):
        return f"{error.hint}; YAML takes {comment[:30]} for a comment: {QUOTE_IT} if it belongs to the rule"
    return error.hint


def _swallowed(reader: NodeReader, node: Node, text: str) -> int | None:
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


_NO_CHANNELS = "declare it under channels:, or delete to: for the channel default (SLACK_CHANNEL)"


def _to(reader: NodeReader, node: Node, channels: Mapping[ChannelId, Channel]) -> tuple[ChannelId, ...]:
    targets: dict[ChannelId, None] = {}
    for text, item in reader.one_or_more(node, "to"):
        name, written = ChannelId(text.strip()), item.value.strip()
        if name in channels or name == DEFAULT_CHANNEL:
            targets.setdefault(name)
            continue
        known = f"channels are: {', '.join(sorted(channels))}" if channels else _NO_CHANNELS
        hint = did_you_mean(name, channels, known)
        same = next((channel.id for channel in channels.values() if name.lstrip("#") == channel.slack.lstrip("#")), "")
        if same or name.removeprefix("#") in channels:
            hint = f"write {same or name.removeprefix('#')}: `to` names a channel of this file, not of Slack"
        elif name.startswith(("#", "C0")):
            hint = (
                f"`to` names a channel of this file, not of Slack; declare it under channels: with slack: {written!r}"
            )
        reader.error(item, f"there is no channel {written}", hint)
    if not targets and isinstance(node, yaml.SequenceNode) and not node.value:
        reader.error(node, "to names no channel", "name one, or delete to: for the default channel")
    return tuple(targets) or (DEFAULT_CHANNEL,)


def _feeds(reader: NodeReader, node: Node, feeds: Collection[str]) -> frozenset[str] | None:
    wanted: set[str] = set()
    for text, item in reader.one_or_more(node, "feeds"):
        name = text.strip()
        wanted.add(name)
        if name not in feeds:
            names = ", ".join(sorted(feeds)[:12]) or "none"
            hint = did_you_mean(name, feeds, f"ids and tags of feeds are: {names}")
            if "://" in name:
                hint = 'name the id or a tag of the feed; give it one: {url: "…", id: news}'
            reader.error(item, f"there is no feed or tag {item.value.strip()}", hint)
    if not wanted and isinstance(node, yaml.SequenceNode) and not node.value:
        reader.error(node, "feeds names no feed", "name one, or delete feeds: for all of them")
    return frozenset(wanted) or None


def _read_priority(reader: NodeReader, node: Node, what: str) -> Priority | None:
    word = reader.choice(node, what, ("low", "normal", "urgent"))
    return None if word is None else Priority[word.upper()]


def _read_mention(reader: NodeReader, node: Node, what: str) -> str | None:
    text = reader.text(node, what)
    if text is None:
        return None
    word = text.strip()
    if word.lstrip("@!") in ("here", "channel", "everyone"):
        return f"<!{word.lstrip('@!')}>"
    if _MENTION.fullmatch(word):
        return word
    if re.fullmatch(r"[UW][A-Z0-9]{2,}", word):
        return f"<@{word}>"
    if re.fullmatch(r"S[A-Z0-9]{2,}", word):
        return f"<!subteam^{word}>"
    hint = 'write "<!here>", or the id of a person (U…) or group (S…)'
    reader.error(node, f"mention is no person or group that Slack knows: {node.value.strip()}", hint)
    return None


def _read_spike(reader: NodeReader, node: Node, what: str) -> SpikeSettings:
    pairs = reader.mapping(node, what, _SPIKE)
    values = read_values(reader, pairs, _SPIKE)
    if values.get("window", _MAX_WINDOW) > _MAX_WINDOW:
        message = "a spike's window is at most 7d: it is set against the same hours of the weeks before"
        reader.error(pairs["window"].value, message, "write 6h, or 1d")
    return SpikeSettings(**values)


def _read_expect(reader: NodeReader, node: Node, what: str) -> ExpectSettings | None:
    pairs = reader.mapping(node, what, _EXPECT, lambda _: "write {at_least: 1, per: 14d}")
    values = read_values(reader, pairs, _EXPECT)
    if "per" not in pairs and not reader.is_reported(node) and (pairs or reader.empty(node)):
        reader.error(node, "expect has no per", "write {at_least: 1, per: 14d}")
    return ExpectSettings(**values) if "per" in values else None


_SPIKE: Keys = {
    "window": DURATION.about("How far back outlets are counted: 6h."),
    "times": decimal_number(1, 1_000).about("How many times as many as is usual at this hour."),
    "at_least": whole_number(1, 1_000).about("Fewer outlets are no spike."),
}
_EXPECT: Keys = {
    "at_least": whole_number(1, 1_000_000).about("How many stories; absent: 1."),
    "per": DURATION.about("In how long a time: 14d."),
}


def _rule_keys(channels: Mapping[ChannelId, Channel], feeds: Collection[str]) -> Keys:
    """What a rule may hold, in a file with these channels, feed ids and tags."""
    names = one_or_more(TEXT_SCHEMA)
    return {
        "id": Kind(schema=TEXT_SCHEMA).about("What commands and Slack call the rule."),
        "name": Kind(schema=TEXT_SCHEMA, read=_read_name).about(
            "What digests call the rule; absent: its expression, or its id where that is long."
        ),
        "when": Kind(schema=TEXT_SCHEMA).about("What to look for: Huawei AND 5G. In single quotes if YAML minds it."),
        "to": Kind(schema=names, read=lambda reader, node, what: _to(reader, node, channels)).about(
            "Channels of this file; absent: `default`."
        ),
        "priority": Kind(schema=choice("low", "normal", "urgent").schema, read=_read_priority).about(
            "`urgent` posts at once, past digests and quiet hours; `low` ranks last."
        ),
        "mention": Kind(schema=TEXT_SCHEMA, read=_read_mention).about('"<!here>", or the id of a person or group.'),
        "feeds": Kind(schema=names, read=lambda reader, node, what: _feeds(reader, node, feeds)).about(
            "Ids or tags of feeds; absent: all."
        ),
        "owner": PERSON.about("The person in Slack who is asked about its stories: U…"),
        "max_per_day": PER_DAY.about("More messages a day are too many: `check --archive` and ops say so."),
        "spike": Kind(schema=mapping_schema(_SPIKE), read=_read_spike).about(
            "Alerts on unusual volume of independent outlets instead of each story."
        ),
        "expect": Kind(schema=mapping_schema(_EXPECT), read=_read_expect).about("Ops are told when it goes quiet."),
        "tests": TESTS.about("Stories that the rule must match, and must not; `wirewatch check` runs them."),
    }


RULES_SECTION = Kind(
    schema={"type": ["array", "null"], "items": {"anyOf": [TEXT_SCHEMA, mapping_schema(_rule_keys({}, ()), "when")]}}
).about("Each a line that says what to look for, or a mapping with `when`.")
