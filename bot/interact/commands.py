"""What Slack sends over the socket → what a person wants. Pure.

The law: anything may come in; what is not understood is None (it is acknowledged all the same), never an error. Nothing
here knows rules or stories: ids are only read.

    /watch list | add QUERY [to me | to CHANNEL] | test QUERY | edit RULE | status | help
    /watch snooze RULE 4h | mute RULE | unmute RULE
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.core.query.lexer import INVISIBLE
from bot.model import QuestionKind
from bot.sinks.slack.payload import posted_key

VERBS = ("list", "add", "test", "edit", "snooze", "mute", "unmute", "status", "help")
SAVE_RULE = "rule_save"
"""callback_id of the modal for a rule."""
QUERY, NAME, CHANNEL, PRIORITY = "query", "name", "channel", "priority"
"""Its inputs: block_id and action_id are the same."""
OVER_BUDGET = "over_budget"
"""A box that has to be ticked; it is there only where the rule would exceed a budget."""
DESTINATION = re.compile(r"\s+to\s+#?(\S+)\s*\Z", re.IGNORECASE)
"""Behind the query of `/watch add`: the channel that the rule posts to, or `me`, whoever adds it, alone."""
ALL_RULES = "*"
"""In the menu `Not relevant` of a story that several rules posted: all of them."""
_MARKUP = re.compile(
    r"<(?:(?P<sign>[@#])(?P<id>[A-Z0-9]+)|!(?P<all>\w+)(?:\^[^<>|]*)?|mailto:(?P<mail>[^<>|]+)|(?P<url>https?://[^<>|]+))"
    r"(?:\|(?P<label>[^<>]*))?>"
)
"""What Slack makes of links, e-mail addresses, people and channels in the text behind a command."""
OUTWORN = "This button is another release's and does nothing any more. `/watch help` says what there is."
"""What is said to whoever presses a button that this build does not know."""
NOT_OURS = (
    "Nothing was done: the store here does not know this message. It is too old, older than the store, or posted by "
    "another Wirewatch with the same SLACK_APP_TOKEN, with which this one shares what people press: each needs a Slack "
    "app of its own."
)
"""What is said to whoever presses a button of a message that is not ours."""
_MENUS = {"rule_snooze_menu": "rule_snooze", "story_irrelevant_menu": "story_irrelevant"}
"""Menus, each with the button that it stands for where a story has several rules. A choice is `STORY|RULE`."""
_BUTTONS = ("story_mute", "story_irrelevant", "story_more", "story_undo", "rule_snooze", "mark_undo", "rule_add")
_EDIT_BUTTONS = ("rule_suggest", "rule_apply")
_QUESTION_BUTTONS = ("question_yes", "question_no", "question_undo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who asks, and where an answer goes."""

    user: str
    channel: str = ""
    """Slack's id of the conversation."""
    response_url: str = ""
    trigger_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slash:
    """`/watch VERB rest`. An unknown verb is `help`, with `unknown` set."""

    person: Person
    verb: str
    rest: str = ""
    unknown: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonPress:
    """A button (or a menu) on a story's message. `channel` is the key in rules.yaml."""

    person: Person
    action: str
    channel: str = ""
    story: int | None = None
    rule: str = ""
    mark: str = ""
    """For an Undo in an answer to one person: the mark to take back."""
    posted: str = ""
    """The delivery key of the message that it stands on, as far as the message shows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditPress:
    """A button of a suggested edit: `rule_suggest` asks for it, `rule_apply` makes it, or takes it back."""

    person: Person
    action: str
    rule: str
    when: str = ""
    """What the rule's expression becomes."""
    expected: str = ""
    """What it is before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionPress:
    """A button under a question of a weekly message. `action`: `question_yes`, `question_no` or `question_undo`."""

    person: Person
    action: str
    kind: QuestionKind
    story: int
    rule: str
    posted: str = ""
    """As of a `ButtonPress`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OldPress:
    """A button that this build does not know: its message is another one's."""

    person: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """Something changed in the rule modal: check the query anew."""

    person: Person
    view_id: str
    view_hash: str
    form: RuleForm


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """The rule modal was sent."""

    person: Person
    form: RuleForm


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleForm:
    """What stands in the rule modal. `rule`: the one that is edited; empty: a new one."""

    rule: str = ""
    query: str = ""
    name: str = ""
    channel: str = ""
    priority: str = "normal"
    may_exceed: bool = False
    """Whoever sends it was shown that the rule exceeds a budget, and wants it all the same."""
    asked_in: str = ""
    """Slack's id of the conversation that the form was asked for in: the answer goes there."""
    view: str = ""
    """Slack's id of the modal. Whoever sees no end of a sending sends it again: that is the same rule, as it is now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeOpened:
    """Somebody looks at the app's home tab."""

    user: str


Command = Slash | ButtonPress | EditPress | QuestionPress | OldPress | Typed | Saved | HomeOpened


def read_command(kind: str, payload: Mapping[str, Any]) -> Command | None:
    """The command in an envelope of `kind` (`slash_commands`, `interactive`, `events_api`)."""
    if kind == "slash_commands":
        return _slash(payload)
    if kind == "events_api":
        event = _map(payload, "event")
        if event.get("type") == "app_home_opened" and event.get("tab", "home") == "home":
            return HomeOpened(user=str(event.get("user", "")))
        return None
    if kind == "interactive" and payload.get("type") == "block_actions":
        return _press(payload)
    if kind == "interactive" and payload.get("type") == "view_submission":
        view = _map(payload, "view")
        if view.get("callback_id") == SAVE_RULE:
            form = _form(view)
            person = _person(payload)
            return Saved(person=replace(person, channel=person.channel or form.asked_in), form=form)
    return None


def parse_watch(text: str) -> tuple[str, str, str]:
    """(verb, rest, unknown verb) of what stands behind `/watch`."""
    verb, *rest = text.split(None, 1) or [""]
    verb = verb.strip(INVISIBLE)
    lower = verb.lower()
    if not verb:
        return "help", "", ""
    if lower in VERBS:
        return lower, rest[0].strip() if rest else "", ""
    return "help", "", verb


def typed(text: str) -> str:
    """What a person typed of what Slack made of it: `&amp;`, `<http://news.example|news.example>`, `<@U0ANA|ana>`.

    An angle bracket that was typed comes as `&lt;`: https://docs.slack.dev/interactivity/implementing-slash-commands.
    """

    def written(match: re.Match[str]) -> str:
        label = match["label"] or ""
        if match["sign"]:
            return match["sign"] + (label or match["id"])
        return label or match["mail"] or match["url"] or f"@{match['all']}"

    plain = _MARKUP.sub(written, text)
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _slash(payload: Mapping[str, Any]) -> Slash:
    verb, rest, unknown = parse_watch(typed(str(payload.get("text") or "")))
    person = Person(
        user=str(payload.get("user_id", "")),
        channel=str(payload.get("channel_id", "")),
        response_url=str(payload.get("response_url", "")),
        trigger_id=str(payload.get("trigger_id", "")),
    )
    return Slash(person=person, verb=verb, rest=rest, unknown=unknown)


def _press(payload: Mapping[str, Any]) -> Command | None:
    actions = payload.get("actions")
    action = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], Mapping) else {}
    name = str(action.get("action_id", ""))
    person = _person(payload)
    view = _map(payload, "view")
    if name == QUERY and view:
        return Typed(
            person=person, view_id=str(view.get("id", "")), view_hash=str(view.get("hash", "")), form=_form(view)
        )
    posted = posted_key(_map(payload, "message")) or ""
    value = str(action.get("value") or _map(action, "selected_option").get("value") or "")
    if name in _MENUS:
        story, _, rule = value.partition("|")
        channel, in_block = _of_block(str(action.get("block_id", "")))
        return ButtonPress(
            person=person,
            action=_MENUS[name],
            channel=channel,
            story=_number(story) or in_block,
            rule=rule,
            posted=posted,
        )
    data = _json(value)
    if name in _EDIT_BUTTONS:
        rule, when, expected = (str(data.get(key, "")) for key in ("r", "w", "o"))
        return EditPress(person=person, action=name, rule=rule, when=when, expected=expected)
    if name in _QUESTION_BUTTONS:
        return _answer(person, name, data, posted)
    if name not in _BUTTONS:
        return OldPress(person=person) if name and not view else None
    return ButtonPress(
        person=person,
        action=name,
        channel=str(data.get("c", "")),
        story=_number(data.get("s")),
        rule=str(data.get("r", "")),
        mark=str(data.get("m", "")),
        posted=posted,
    )


def _answer(person: Person, action: str, data: Mapping[str, Any], posted: str) -> QuestionPress | None:
    story, kind = _number(data.get("s")), str(data.get("k", ""))
    if story is None or kind not in list(QuestionKind):
        return None
    return QuestionPress(
        person=person, action=action, kind=QuestionKind(kind), story=story, rule=str(data.get("r", "")), posted=posted
    )


def _of_block(block_id: str) -> tuple[str, int | None]:
    """(`policy`, 12) of `act:policy:12:r7`."""
    front, _, _ = block_id.removeprefix("act:").rpartition(":")
    channel, _, story = front.rpartition(":")
    return channel, _number(story)


def _form(view: Mapping[str, Any]) -> RuleForm:
    values = _map(_map(view, "state"), "values")

    def value(name: str) -> str:
        inner = _map(_map(values, name), name)
        return str(inner.get("value") or _map(inner, "selected_option").get("value") or "").strip()

    metadata = _json(str(view.get("private_metadata") or ""))
    return RuleForm(
        rule=str(metadata.get("rule", "")),
        query=value(QUERY),
        name=value(NAME),
        channel=value(CHANNEL),
        priority=value(PRIORITY) or "normal",
        may_exceed=OVER_BUDGET in values,
        asked_in=str(metadata.get("asked_in", "")),
        view=str(view.get("id", "")),
    )


def _person(payload: Mapping[str, Any]) -> Person:
    return Person(
        user=str(_map(payload, "user").get("id", "")),
        channel=str(_map(payload, "channel").get("id") or _map(payload, "container").get("channel_id") or ""),
        response_url=str(payload.get("response_url") or ""),
        trigger_id=str(payload.get("trigger_id") or ""),
    )


def _map(value: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    inner = value.get(key)
    return inner if isinstance(inner, Mapping) else {}


def _json(text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text) if text.startswith("{") else {}
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _number(value: object) -> int | None:
    try:
        return int(str(value))
    except ValueError:
        return None
