"""`channels:` of a rules file: checked nodes → channels by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import yaml

from bot.core.rulefile.hints import digest_hint, quiet_hint
from bot.core.rulefile.kinds import (
    CLOCK,
    COPY_MEMBER_ID,
    DURATION,
    FLAG,
    PER_DAY,
    TEXT_SCHEMA,
    Keys,
    Kind,
    choice,
    mapping_schema,
    one_or_more,
    read_clock,
    read_values,
    whole_number,
)
from bot.core.rulefile.nodes import Node, NodeReader, items_of, line_of
from bot.core.rulefile.units import person, weekdays
from bot.model.watch import DEFAULT_CHANNEL, Channel, ChannelId, DigestPlan, Immediate, Quiet

_TOKEN = re.compile(r"\bxox[a-z][.-]|\bxapp-")
_LONGEST_NAME = 80
"""Characters (Slack: docs.slack.dev, conversations.create)."""
_DEFAULT_EVERY = timedelta(minutes=15)
"""The rhythm of a digest that states none."""
_CHANNEL_LINK = re.compile(r"(?:/|<#)([CGD][A-Z0-9]{7,})\b")
"""In `https://acme.slack.com/archives/C0123ABCD`, `https://app.slack.com/client/T0…/C0…`, `<#C0123ABCD|policy>`."""
_DRESSED_ID = re.compile(r"#(?=[A-Z]+\d)([CGDUW][A-Z0-9]{7,})")
"""An id behind the # of a name; names have no capitals."""
_IN_NO_NAME = re.compile(r"[/@“”„‘’«»\"'|*!?(){}\[\];=\uff03]|(?<=.)#")
"""Signs that no channel's name has: `“#policy”`, as a word processor quotes it, `＃policy` of a Japanese keyboard."""
_OTHER_ID = re.compile(r"(?=[A-Z]+\d)[ABEFST][A-Z0-9]{7,}")
"""Of an app, a bot, an organisation, a file, a group of people or a workspace: none can be posted to."""


def read_channels(reader: NodeReader, node: Node | None) -> dict[ChannelId, Channel]:
    channels: dict[ChannelId, Channel] = {}
    for name, key, value in reader.named(node, "channels"):
        pairs = reader.mapping(value, f"the channel {name}", _CHANNEL, _channel_hint)
        if reader.empty(value):
            reader.error(key, f"the channel {name} is empty", 'write slack: "#name" under it')
        elif "slack" not in pairs and isinstance(value, yaml.MappingNode):
            reader.error(key, f"the channel {name} has no slack:", 'add slack: "#name" or its id')
        elif "slack" in pairs and reader.empty(pairs["slack"].value):
            hint = '# begins a comment in YAML: write "#name" in quotes, or an id'
            reader.error(pairs.pop("slack").key, "slack: is empty", hint)
        values = {"slack": "#news", "line": line_of(key), **read_values(reader, pairs, _CHANNEL)}
        channels[ChannelId(name)] = _channel(ChannelId(name), values)
    return channels


def _channel(name: ChannelId, values: Mapping[str, Any]) -> Channel:
    """A channel with its defaults: a digest every 15 minutes where nothing is said, `follow` as `immediate` asks."""
    defaults: dict[str, Any] = {"follow": "update"} if "immediate" in values else {}
    if "immediate" not in values:
        defaults["digest"] = DigestPlan(every=_DEFAULT_EVERY)
    return Channel(id=name, person=person(values["slack"]), **{**defaults, **values})


def person_channel(name: ChannelId, user: str) -> Channel:
    """The channel that writes to one person, where the file declares none."""
    return _channel(name, {"slack": user})


def default_channel(environ: Mapping[str, str]) -> Channel:
    """The channel of rules without `to:`, where the file declares none."""
    return _channel(DEFAULT_CHANNEL, {"slack": (environ.get("SLACK_CHANNEL") or "").strip() or "#news"})


def _channel_hint(text: str) -> str:
    """What to write where a channel's name stands in the place of its keys."""
    name = text.strip()
    return (
        f'write {{slack: "{name}"}}'
        if name[:1] == "#" and slack_fault(name) is None
        else f"keys are {', '.join(_CHANNEL)}"
    )


def _read_slack(reader: NodeReader, node: Node, what: str) -> str | None:
    text = reader.text(node, what)
    if text is not None and (fault := slack_fault(text)) is not None:
        from_variable = "${" in node.value  # what it holds is shown to nobody
        message = fault[0].replace(text.strip(), node.value.strip()) if from_variable else fault[0]
        reader.error(node, f"slack: {message}", "look at what the variable holds" if from_variable else fault[1])
        return None
    return person(text) or text.strip() if text else None


def slack_fault(text: str) -> tuple[str, str] | None:
    """(what is wrong with the address of a channel, what to write); None: it may be one. No secret is shown."""
    text = text.strip()
    if _TOKEN.search(text):
        return "a token stands in the channel's place", 'write the channel\'s "#name"; tokens belong in the environment'
    if "," in text:
        return f"one channel's #name or id, not {text}", "for several, declare each, and name them in the rule's to:"
    if re.search(r"\s", text):
        return f"a channel's #name or id, not {text}", "a channel's name has no spaces"
    if text.startswith("@"):
        return f"a person's id, not {text}", COPY_MEMBER_ID
    if (link := _CHANNEL_LINK.search(text)) is not None:
        return "a channel's #name or id, not its link", f"write {link[1]}"
    if "hooks.slack.com" in text:  # as good as a password
        hint = 'write the channel\'s "#name"; the bot posts with a token (README)'
        return "a channel's #name or id, not a webhook", hint
    if (dressed := _DRESSED_ID.fullmatch(text)) is not None:
        return f"a channel's #name or id, not {text}", f"an id has no #: write {dressed[1]}"
    if person(text) is None and (wrong := _IN_NO_NAME.search(text)) is not None:
        return f"a channel's #name or id, not {text}", f"a channel's name has no {wrong[0]}"
    if _OTHER_ID.fullmatch(text):
        return f"a channel's #name or id, not {text}", "a channel's id begins with C, a person's with U"
    if text == "#":
        return "a channel's #name or id, not # alone", 'write "#news"'
    if len(text.lstrip("#")) > _LONGEST_NAME:
        return "no channel has so long a name", f"at most {_LONGEST_NAME} characters"
    return None


def _read_digest(reader: NodeReader, node: Node, what: str) -> DigestPlan:
    pairs = reader.mapping(node, what, _DIGEST, digest_hint)
    if "every" in pairs and "at" in pairs:
        reader.error(pairs["at"].key, "a digest has every or at, not both", "delete one of them")
    plan = DigestPlan(**read_values(reader, pairs, _DIGEST))
    return plan if plan.every or plan.at else replace(plan, every=_DEFAULT_EVERY)


def _read_times(reader: NodeReader, node: Node, what: str) -> tuple[time, ...]:
    times = (read_clock(reader, item, what) for item in items_of(node))
    return tuple(sorted({value for value in times if value is not None}))


def _read_days(reader: NodeReader, node: Node, what: str) -> frozenset[int] | None:
    days: set[int] = set()
    for text, item in reader.one_or_more(node, what):
        value = weekdays(text)
        if value is None:
            reader.error(
                item, f"days are weekdays, not {item.value}", "write mon-fri, or a list such as [mon, wed, fri]"
            )
            return None
        days |= value
    return frozenset(days) or None


def _read_immediate(reader: NodeReader, node: Node, what: str) -> Immediate | None:
    if reader.empty(node):
        return Immediate()
    if isinstance(node, yaml.ScalarNode) and not reader.is_reported(node):
        return Immediate() if reader.flag(node, what) else None
    return Immediate(**read_values(reader, reader.mapping(node, what, _IMMEDIATE), _IMMEDIATE))


def _read_quiet(reader: NodeReader, node: Node, what: str) -> Quiet | None:
    pairs = reader.mapping(node, what, _QUIET, quiet_hint)
    values = read_values(reader, pairs, _QUIET)
    if values.get("weekends") and "from" not in pairs and "to" not in pairs:
        return Quiet(weekends=True)
    for key in ("from", "to") if pairs else ():
        if key not in pairs:
            reader.error(node, f"quiet hours have no {key}", 'write {from: "19:00", to: "07:30"}')
    if "from" not in values or "to" not in values:
        return None
    if values["from"] == values["to"] and not values.get("weekends"):
        hint = 'write their end, such as {from: "19:00", to: "07:30"}, or delete quiet'
        reader.error(node, "quiet hours that end when they begin: nothing is quiet", hint, severity="warning")
    return Quiet(start=values["from"], end=values["to"], weekends=values.get("weekends", False))


_DIGEST: Keys = {
    "every": DURATION.about("A digest goes out this long after the first story that waits."),
    "at": Kind(schema=one_or_more(CLOCK.schema), read=_read_times).about('Clock times of digests: ["08:30", "17:00"].'),
    "days": Kind(schema=one_or_more(TEXT_SCHEMA), read=_read_days).about("mon-fri, or a list of weekdays."),
    "max_stories": whole_number(1, 1_000).about("A digest shows at most so many stories and says how many more."),
}
_IMMEDIATE: Keys = {"per_hour": whole_number(0, 1_000_000).about("Above it, stories join a digest.")}
_QUIET: Keys = {"from": CLOCK, "to": CLOCK, "weekends": FLAG.about("Whether weekends are quiet, too.")}
_CHANNEL: Keys = {
    "slack": Kind(schema=TEXT_SCHEMA, read=_read_slack).about(
        "The channel's id or \"#name\" in Slack, or a person's id."
    ),
    "digest": Kind(schema=mapping_schema(_DIGEST), read=_read_digest).about("Stories together, `every:` or `at:`."),
    "immediate": Kind(schema={"anyOf": [FLAG.schema, mapping_schema(_IMMEDIATE)]}, read=_read_immediate).about(
        "Each story as it comes."
    ),
    "quiet": Kind(schema=mapping_schema(_QUIET), read=_read_quiet).about("Hours in which stories are held."),
    "max_per_day": PER_DAY.about("More messages a day are too many: `check --archive` and ops say so."),
    "follow": choice("update", "thread", "none").about(
        "What later reports do: edit the message, reply too, or nothing."
    ),
}
CHANNELS_SECTION = Kind(
    schema={"type": ["object", "null"], "additionalProperties": mapping_schema(_CHANNEL, "slack")}
).about("Where digests go, by a name of your own. `ops` hears of feed health and rejected rules.")
