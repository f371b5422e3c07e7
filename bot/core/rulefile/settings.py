"""`settings`, `text` and `channels` of a rules file: checked nodes in, what they declare out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import yaml

from bot.core.rulefile.nodes import Node, Reader, span
from bot.core.rulefile.units import clock_time, size, weekdays
from bot.core.text.regex import compile_re2
from bot.core.text.suggest import nearest
from bot.errors import QueryError
from bot.model.watch import (
    Channel,
    ChannelId,
    DigestPlan,
    FetchSettings,
    Immediate,
    Quiet,
    Settings,
    StorySettings,
)

SETTINGS_KEYS = ("timezone", "max_age", "keep", "allow_private_hosts", "first_run", "contact", "fetch", "stories")
FETCH_KEYS = ("concurrency", "per_host", "timeout", "max_bytes", "min", "max")
STORY_KEYS = ("window", "copies", "copies_same_source")
CHANNEL_KEYS = ("slack", "digest", "immediate", "quiet", "follow")
DEFAULT_EVERY = timedelta(minutes=15)


def read_settings(reader: Reader, node: Node | None) -> Settings:
    """`settings:`; what is faulty keeps its default."""
    if node is None:
        return Settings()
    found = reader.mapping(node, "settings", SETTINGS_KEYS)
    values: dict[str, object] = {}
    if "timezone" in found:
        values["timezone"] = _timezone(reader, found["timezone"][1])
    for key in ("max_age", "keep"):
        if key in found:
            values[key] = span(reader, found[key][1], key)
    if "allow_private_hosts" in found:
        values["allow_private_hosts"] = reader.flag(found["allow_private_hosts"][1], "allow_private_hosts")
    if "first_run" in found:
        values["first_run"] = reader.choice(found["first_run"][1], "first_run", ("announce", "silent", "alert"))
    if "contact" in found:
        values["contact"] = reader.text(found["contact"][1], "contact")
    if "fetch" in found:
        values["fetch"] = _fetch(reader, found["fetch"][1])
    if "stories" in found:
        spans = {
            key: span(reader, value, key)
            for key, (_, value) in reader.mapping(found["stories"][1], "stories", STORY_KEYS).items()
        }
        values["stories"] = StorySettings(**{key: value for key, value in spans.items() if value is not None})
    return Settings(**{key: value for key, value in values.items() if value is not None})  # type: ignore[arg-type]  # each value was read as its field's type


def _timezone(reader: Reader, node: Node) -> str | None:
    text = reader.text(node, "timezone")
    if text is None:
        return None
    name = text.strip()
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        zones = sorted(available_timezones())
        near = nearest(name, zones) or next(
            (zone for zone in zones if name and zone.lower().endswith(name.lower())), ""
        )
        hint = f"did you mean {near}?" if near else "write it like Europe/London or America/New_York"
        reader.error(node, f"there is no timezone {name}", hint)
        return None
    return name


def _fetch(reader: Reader, node: Node) -> FetchSettings:
    found = reader.mapping(node, "fetch", FETCH_KEYS)
    values: dict[str, object] = {}
    if "concurrency" in found:
        values["concurrency"] = reader.number(found["concurrency"][1], "concurrency", 1, 1_000)
    for key in ("per_host", "timeout", "min", "max"):
        if key in found:
            values[key] = span(reader, found[key][1], key, zero=key in ("per_host", "min"))
    if "max_bytes" in found:
        text = reader.text(found["max_bytes"][1], "max_bytes")
        if text is not None:
            values["max_bytes"] = size(text)
            if not values["max_bytes"]:
                reader.error(found["max_bytes"][1], f"max_bytes is a size, not {text}", "write it like 5MB or 500kB")
    fetch = FetchSettings(**{key: value for key, value in values.items() if value})  # type: ignore[arg-type]  # each value was read as its field's type
    zero = {key: timedelta(0) for key in ("per_host", "min") if values.get(key) == timedelta(0)}
    if zero:
        fetch = FetchSettings(**{**{name: getattr(fetch, name) for name in FETCH_KEYS}, **zero})
    if fetch.min > fetch.max:
        key = "min" if "min" in found else "max"
        reader.error(found[key][1], "fetch.min is longer than fetch.max", "min is the shortest gap between two polls")
    return fetch


# --- text ---


def read_promo(reader: Reader, node: Node | None) -> tuple[str, ...]:
    """`text.promo`: RE2 patterns of lines that are moved out of the text."""
    if node is None:
        return ()
    found = reader.mapping(node, "text", ("promo",))
    if "promo" not in found:
        return ()
    patterns: list[str] = []
    for item in reader.items(found["promo"][1], "promo", "- '^more news'"):
        pattern = reader.text(item, "a promo pattern", expand=False)
        if pattern is None:
            continue
        try:
            compiled = compile_re2(pattern, any_case=True)
        except QueryError as error:
            reader.source.in_scalar("error", item, 0, len(pattern), str(error), error.hint)
            continue
        if compiled.search("") is not None:
            reader.error(item, "this pattern matches every line: nothing would be left", "say what the line holds")
            continue
        patterns.append(pattern)
    return tuple(patterns)


# --- channels ---


def read_channels(reader: Reader, node: Node | None) -> dict[ChannelId, Channel]:
    """`channels:` by name."""
    channels: dict[ChannelId, Channel] = {}
    if node is None:
        return channels
    for name, key, value in reader.named(node, "channels"):
        found = reader.mapping(value, f"the channel {name}", CHANNEL_KEYS)
        if reader.empty(value):
            reader.error(key, f"the channel {name} is empty", 'write slack: "#name" under it')
        slack = None
        if "slack" in found:
            slack = _slack(reader, *found["slack"])
        elif isinstance(value, yaml.MappingNode):
            reader.error(key, f"the channel {name} has no slack:", 'add slack: "#name" or its id')
        digest = _digest(reader, found["digest"][1]) if "digest" in found else None
        immediate = _immediate(reader, found["immediate"][1]) if "immediate" in found else None
        quiet = _quiet(reader, found["quiet"][1]) if "quiet" in found else None
        follow = None
        if "follow" in found:
            follow = reader.choice(found["follow"][1], "follow", ("update", "thread", "none"))
        channels[ChannelId(name)] = channel(ChannelId(name), slack or "#news", digest, immediate, quiet, follow)
    return channels


def channel(
    name: ChannelId,
    slack: str,
    digest: DigestPlan | None = None,
    immediate: Immediate | None = None,
    quiet: Quiet | None = None,
    follow: str | None = None,
) -> Channel:
    """A channel with its defaults: a digest every 15 minutes where nothing is said, `follow` as `immediate` asks."""
    if digest is None and immediate is None:
        digest = DigestPlan(every=DEFAULT_EVERY)
    return Channel(
        id=name,
        slack=slack,
        digest=digest,
        immediate=immediate,
        quiet=quiet,
        follow=follow or ("update" if immediate is not None else "none"),
    )


def default_channel(environ: Mapping[str, str]) -> Channel:
    """The channel of rules without `to:`, where the file declares none."""
    return channel(ChannelId("default"), (environ.get("SLACK_CHANNEL") or "").strip() or "#news")


def _slack(reader: Reader, key: Node, node: Node) -> str | None:
    if reader.empty(node):
        reader.error(key, "slack: is empty", '# begins a comment in YAML: write "#name" in quotes, or an id')
        return None
    text = reader.text(node, "slack")
    if text is not None and re.search(r"\s", text.strip()):
        reader.error(node, f"slack is a channel's #name or id, not {text}", "a channel's name has no spaces")
        return None
    return text.strip() if text else None


def _digest(reader: Reader, node: Node) -> DigestPlan | None:
    found = reader.mapping(node, "digest", ("every", "at", "days", "max_stories"))
    every: timedelta | None = None
    at: tuple[time, ...] = ()
    if "every" in found and "at" in found:
        reader.error(found["at"][0], "a digest has every or at, not both", "delete one of them")
    if "every" in found:
        every = span(reader, found["every"][1], "every")
    if "at" in found:
        times = [
            (value, item)
            for text, item in reader.one_or_more(found["at"][1], "at")
            if (value := _clock(reader, item, text, "at")) is not None
        ]
        at = tuple(sorted({value for value, _ in times}))
    days = frozenset(range(7))
    if "days" in found:
        days = _days(reader, found["days"][1]) or days
    most = 12
    if "max_stories" in found:
        most = reader.number(found["max_stories"][1], "max_stories", 1, 1_000) or most
    if every is None and not at:
        every = DEFAULT_EVERY
    return DigestPlan(every=every, at=at, days=days, max_stories=most)


def _clock(reader: Reader, node: Node, text: str, what: str) -> time | None:
    value = clock_time(text)
    if value is None:
        reader.error(node, f"{what} is a clock time, not {text}", 'write it like "08:30", hours 0 to 23')
    return value


def _days(reader: Reader, node: Node) -> frozenset[int] | None:
    days: set[int] = set()
    for text, item in reader.one_or_more(node, "days"):
        value = weekdays(text)
        if value is None:
            reader.error(item, f"days are weekdays, not {text}", "write mon-fri, or a list such as [mon, wed, fri]")
            return None
        days |= value
    return frozenset(days) or None


def _immediate(reader: Reader, node: Node) -> Immediate | None:
    if reader.empty(node):
        return Immediate()
    if isinstance(node, yaml.ScalarNode) and not reader.mended(node):
        flag = reader.flag(node, "immediate")
        return Immediate() if flag else None
    found = reader.mapping(node, "immediate", ("per_hour",))
    if "per_hour" not in found:
        return Immediate()
    return Immediate(per_hour=reader.number(found["per_hour"][1], "per_hour", 0, 1_000_000))


def _quiet(reader: Reader, node: Node) -> Quiet | None:
    found = reader.mapping(node, "quiet", ("from", "to", "weekends"))
    if not found:
        return None
    times: dict[str, time] = {}
    for key in ("from", "to"):
        if key not in found:
            reader.error(node, f"quiet hours have no {key}", 'write {from: "19:00", to: "07:30"}')
            continue
        text = reader.text(found[key][1], key)
        value = _clock(reader, found[key][1], text, key) if text is not None else None
        if value is not None:
            times[key] = value
    weekends = False
    if "weekends" in found:
        weekends = reader.flag(found["weekends"][1], "weekends") or False
    if len(times) < 2:
        return None
    return Quiet(start=times["from"], end=times["to"], weekends=weekends)
