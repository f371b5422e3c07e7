"""Answers to one person, the modal for a rule and the home tab, as Block Kit. Pure.

The law: what feeds or people wrote stands in rich_text or plain_text, or escaped; every list is cut before Slack's
limits are.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.core.digests.marks import Mark, MarkKind, Overlay, clock_text
from bot.core.rulefile.added_rules import AddedRule
from bot.core.text.plural import counted
from bot.core.text.sanitize import short_line, web_address
from bot.interact.commands import CHANNEL, NAME, PRIORITY, QUERY, SAVE_RULE, RuleForm
from bot.model import ChannelId, Report, Rule, RuleId, RuleSet
from bot.sinks.slack.blocks import escape

MAX_TEXT = 3000
MAX_RULES = 40
MAX_LINKS = 40

Block = dict[str, Any]

HELP = """*Watch rules*
`/watch list` rules, where they post, what is muted
`/watch add QUERY` a new rule, with a look at what it would have found
`/watch test QUERY` what a query found in the last 7 days
`/watch edit RULE` change a rule that was added here
`/watch snooze RULE 4h` nothing from a rule for a while (30m, 4h, 2d)
`/watch mute RULE`, `/watch unmute RULE`
`/watch status` worker, feeds, messages under way, next digests
A query: `Huawei AND 5G`, `"trade war" NEAR/10 tariffs`, `@entity NOT (sport OR football)`"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one person is told. `text` is mrkdwn of ours; `blocks` may say it better."""

    text: str
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a query would have found. `problem`: why it does not read."""

    problem: str = ""
    matches: int = 0
    stories: int = 0
    latest: tuple[tuple[str, str | None], ...] = ()
    """(title, address), newest first."""
    is_cut: bool = False
    """There was more to look at than there is time for."""

    @property
    def summary(self) -> str:
        """In one line."""
        if self.problem:
            return self.problem
        more = " or more" if self.is_cut else ""
        found = f"{counted(self.stories, 'story', 'stories')} ({counted(self.matches, 'report', 'reports')}){more}"
        return f"In the last 7 days it would have matched {found}."


# --- answers ---


def say(text: str) -> Answer:
    """A few words, mrkdwn of ours."""
    return Answer(text=cut(text, MAX_TEXT))


def done(text: str, mark: Mark) -> Answer:
    """What was done, with an Undo that only this person sees."""
    value = json.dumps({"v": 1, "m": mark.id})
    blocks = (
        section(text),
        {"type": "actions", "elements": [button("mark_undo", "Undo", value)]},
    )
    return Answer(text=cut(text, MAX_TEXT), blocks=blocks)


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesView:
    """The rules in force and what people did to them. `added`: those from Slack; `clashes`: what the file overrules."""

    ruleset: RuleSet
    added: frozenset[RuleId]
    clashes: Sequence[str]
    overlay: Overlay
    now: datetime

    @property
    def timezone(self) -> str:
        return self.ruleset.settings.timezone


def rules_list(view: RulesView) -> Answer:
    """`/watch list`."""
    rules = view.ruleset.rules
    lines = [f"*{counted(len(rules), 'rule', 'rules')}*"]
    lines += [rule_line(rule, view) for rule in rules[:MAX_RULES]]
    if len(rules) > MAX_RULES:
        lines.append(f"… and {len(rules) - MAX_RULES} more, see rules.yaml")
    lines += [f":warning: {escape(problem)}" for problem in view.clashes]
    blocks: list[Block] = []
    chunk = ""
    for line in lines:
        if len(chunk) + len(line) > MAX_TEXT - 100:
            blocks.append(section(chunk))
            chunk = ""
        chunk += line + "\n"
    blocks.append(section(chunk or "No rules."))
    return Answer(text=cut("\n".join(lines), MAX_TEXT), blocks=tuple(blocks[:40]))


def rule_line(rule: Rule, view: RulesView) -> str:
    """One rule in mrkdwn: its id, what it watches, where it posts, whether it is silent."""
    where = ", ".join(rule.to)
    line = f"`{code(rule.id)}` {code_span(rule.when, 300)} → {escape(where)}"
    if rule.id in view.added:
        line += " · added here"
    for mark in view.overlay.rule_marks(rule.id, view.now):
        line += f" · {mark_words(mark, view.timezone)}"
    return line


def mark_words(mark: Mark, timezone: str) -> str:
    """`snoozed until 24 Nov 13:12 in policy`."""
    words = {
        MarkKind.SNOOZE_RULE: "snoozed",
        MarkKind.MUTE_RULE: "muted",
        MarkKind.MUTE_STORY: "story muted",
        MarkKind.IRRELEVANT: "not relevant",
    }[mark.kind]
    if mark.until_at is not None:
        words += f" until {clock_text(mark.until_at, timezone)}"
    return words + (f" in {escape(mark.channel)}" if mark.channel else "") + f" by <@{mark.by}>"


def preview_answer(query: str, preview: Preview) -> Answer:
    """`/watch test`."""
    head = f"{code_span(query, 500)}\n{escape(preview.summary)}"
    blocks: list[Block] = [section(head)]
    if preview.latest:
        blocks.append(links([("", title, url, "") for title, url in preview.latest]))
    return Answer(text=cut(head, MAX_TEXT), blocks=tuple(blocks))


def coverage(title: str, reports: Sequence[Report]) -> Answer:
    """`More coverage`: every report of a story."""
    head = f"{counted(len(reports), 'report', 'reports')} on this story:"
    shown = [
        (
            "",
            short_line(report.title, 150) or "(no title)",
            report.url,
            f", {short_line(report.source or report.feed or '', 60)}",
        )
        for report in reports[:MAX_LINKS]
    ]
    lines = links(shown, lead=f"{short_line(title, 150)}: {head}\n")
    tail = f" The newest {MAX_LINKS} of them are not all." if len(reports) > MAX_LINKS else ""
    return Answer(text=head + tail, blocks=(lines,))


# --- the rule modal ---


def loading(title: str) -> Block:
    """Opened at once: what leads to it lives for three seconds only."""
    return modal(title, [section("One moment …")], submit=None, metadata={})


def rule_modal(form: RuleForm, ruleset: RuleSet, preview: Preview | None) -> Block:
    """Add or edit a rule, with what the query would have found."""
    query: Block = {
        "type": "plain_text_input",
        "action_id": QUERY,
        "multiline": True,
        "max_length": 3000,
        "dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]},
        "placeholder": plain("Huawei AND 5G NOT handset"),
    }
    name: Block = {"type": "plain_text_input", "action_id": NAME, "max_length": 100}
    if form.query:
        query["initial_value"] = form.query[:3000]
    if form.name:
        name["initial_value"] = form.name[:100]
    channels = list(dict.fromkeys([ChannelId("default"), *ruleset.channels]))[:100]
    blocks: list[Block] = [
        {"type": "input", "block_id": QUERY, "dispatch_action": True, "label": plain("Watch for"), "element": query},
        checked(preview),
        {"type": "input", "block_id": NAME, "optional": True, "label": plain("Name"), "element": name},
        {
            "type": "input",
            "block_id": CHANNEL,
            "label": plain("Post to"),
            "element": select(CHANNEL, [(channel, channel) for channel in channels], form.channel or "default"),
        },
        {
            "type": "input",
            "block_id": PRIORITY,
            "label": plain("Priority"),
            "element": select(
                PRIORITY,
                [("low", "low: ranks last"), ("normal", "normal"), ("urgent", "urgent: at once, at any hour")],
                form.priority,
            ),
        },
    ]
    title = "Edit rule" if form.rule else "Add a rule"
    return modal(title, blocks, submit="Save", metadata={"rule": form.rule, "asked_in": form.asked_in})


def checked(preview: Preview | None) -> Block:
    """The line under the query."""
    text = "Checking …" if preview is None else preview.summary
    mark = "" if preview is None else (":x: " if preview.problem else ":white_check_mark: ")
    return {
        "type": "context",
        "block_id": "checked",
        "elements": [{"type": "mrkdwn", "text": mark + escape(cut(text, 1500))}],
    }


# --- home ---


def home(view: RulesView, lines: Sequence[str]) -> Block:
    """The home tab: state, rules, what is muted."""
    rules = view.ruleset.rules
    blocks: list[Block] = [
        {"type": "header", "text": plain("Wirewatch")},
        section("\n".join(lines) or "No news."),
        {"type": "actions", "elements": [button("rule_add", "Add a rule", "{}")]},
        {"type": "header", "text": plain(counted(len(rules), "rule", "rules"))},
    ]
    blocks += [section(rule_line(rule, view)) for rule in rules[:60]]
    if len(rules) > 60:
        blocks.append(section(f"… and {len(rules) - 60} more, see rules.yaml"))
    if view.clashes:
        blocks.append(section("\n".join(f":warning: {escape(problem)}" for problem in view.clashes)))
    marks = [
        mark for mark in view.overlay.active(view.now) if mark.rule is not None or mark.kind is MarkKind.MUTE_STORY
    ]
    if marks:
        blocks.append({"type": "header", "text": plain("Muted and snoozed")})
    for mark in marks[-15:]:
        what = f"`{code(mark.rule)}`" if mark.rule is not None else f"story {mark.story}"
        value = json.dumps({"v": 1, "m": mark.id})
        made = section(f"{what} {mark_words(mark, view.timezone)}")
        blocks.append(made | {"accessory": button("mark_undo", "Undo", value)})
    return {"type": "home", "blocks": blocks[:100]}


def exported(rules: Sequence[AddedRule]) -> str:
    """Rules added in Slack, as they would stand in rules.yaml."""
    lines = []
    for rule in rules:
        # JSON texts are YAML texts, whatever stands in them.
        name, when = (json.dumps(text, ensure_ascii=False) for text in (rule.name, rule.when))
        to = ", ".join(json.dumps(channel) for channel in rule.to)
        lines.append(f"  - id: {rule.id}\n    name: {name}\n    when: {when}\n    to: [{to}]")
        if rule.priority.name != "NORMAL":
            lines.append(f"    priority: {rule.priority.name.lower()}")
    return "\n".join(lines)


# --- pieces ---


def modal(title: str, blocks: list[Block], submit: str | None, metadata: dict[str, str]) -> Block:
    """A modal view."""
    view: Block = {
        "type": "modal",
        "callback_id": SAVE_RULE,
        "title": plain(title),
        "close": plain("Cancel"),
        "blocks": blocks,
        "private_metadata": json.dumps(metadata),
    }
    return view | ({"submit": plain(submit)} if submit else {})


def links(rows: Sequence[tuple[str, str, str | None, str]], lead: str = "") -> Block:
    """(before, title, address, after) as a bulleted list; feed text stays literal."""
    items: list[Block] = []
    for before, title, url, after in rows:
        address = web_address(url)
        shown = title or "(no title)"
        link: Block = {"type": "text", "text": shown}
        if address is not None:
            link = {"type": "link", "url": address, "text": shown}
        pieces = [{"type": "text", "text": before}] if before else []
        pieces += [link] + ([{"type": "text", "text": after}] if after.strip(", ") else [])
        items.append({"type": "rich_text_section", "elements": pieces})
    elements: list[Block] = []
    if lead:
        elements.append({"type": "rich_text_section", "elements": [{"type": "text", "text": lead}]})
    elements.append({"type": "rich_text_list", "style": "bullet", "elements": items})
    return {"type": "rich_text", "elements": elements}


def select(action: str, options: Sequence[tuple[str, str]], chosen: str) -> Block:
    """A menu; `options` are (value, label)."""
    made = [{"text": plain(short_line(label, 75)), "value": value[:150]} for value, label in options]
    first = next((option for option in made if option["value"] == chosen), made[0])
    return {"type": "static_select", "action_id": action, "options": made, "initial_option": first}


def section(text: str) -> Block:
    """mrkdwn of ours."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": cut(text.strip() or "…", MAX_TEXT), "verbatim": True}}


def button(action: str, label: str, value: str) -> Block:
    """A button."""
    return {"type": "button", "action_id": action, "text": plain(label), "value": value}


def plain(text: str) -> Block:
    """Plain text."""
    return {"type": "plain_text", "text": text, "emoji": False}


def code(text: str) -> str:
    """For inside backticks."""
    return escape(short_line(text, 200)).replace("`", "ˋ")


def code_span(text: str, limit: int) -> str:
    """A query in backticks, on one line."""
    return f"`{escape(short_line(text, limit)).replace('`', 'ˋ') or ' '}`"


def cut(text: str, limit: int) -> str:
    """At most `limit` characters."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
