"""Answers to one person, the modal for a rule and the home tab, as Block Kit. Pure.

The law: what feeds or people wrote stands in rich_text or plain_text, or escaped; every list is cut before Slack's
limits are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.digests.mutes import Overlay, Reaction, ReactionKind
from bot.core.rulefile.added_rules import PERSONAL
from bot.core.text.plural import counted
from bot.core.text.sanitize import short_line, web_address
from bot.core.text.times import local_time, time_ahead
from bot.interact.commands import CHANNEL, NAME, OVER_BUDGET, PRIORITY, QUERY, SAVE_RULE, RuleForm
from bot.interact.trial import RuleTrial
from bot.model import ChannelId, Rule, RuleId, RuleSet, Story, StoryId, outlet_name
from bot.sinks.slack.elements import (
    MAX_SECTION,
    Block,
    actions,
    button,
    context,
    cut_mrkdwn,
    escape,
    header,
    isolated,
    link,
    menu,
    paragraph,
    piece,
    plain_object,
    rich_text,
    section,
    unformatted,
)

_MAX_RULES = 40
"""Rules that an answer lists: a message of Slack's has room for about so many."""
_MOST_OPTIONS = 100
"""Of a menu (docs.slack.dev, select menus)."""
_MAX_LINKS = 40
"""Reports that an answer links to."""
MAX_QUERY = 3000
"""Characters that an input of Slack's takes. A query that is cut is another one: a longer one is opened in no form."""

HELP = """*Watch rules*
`/watch list` rules, where they post, what is muted
`/watch add QUERY` a new rule, with a look at what it would have found
`/watch add QUERY to me` one that writes to you alone; `… to #policy` one that posts there
`/watch test QUERY` what a query found in the last 7 days
`/watch edit RULE` change a rule that was added here
`/watch snooze RULE 4h` nothing from a rule for a while (30m, 4h, 2d)
`/watch mute RULE` the same until `/watch unmute RULE`
`/watch status` worker, feeds, messages under way, next digests
A query: `Huawei AND 5G`, `"trade war" NEAR/10 tariffs`, `@entity NOT (sport OR football)`"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ephemeral:
    """An answer to one person. `text` is mrkdwn of ours; `blocks` may say it better."""

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
    since: str = ""
    """When the archive of these days begins, where it has not all of them."""

    @property
    def summary(self) -> str:
        """In one line."""
        if self.problem:
            return self.problem
        more = " or more" if self.is_cut else ""
        matched = f"{counted(self.stories, 'story', 'stories')} ({counted(self.matches, 'report', 'reports')}){more}"
        archived = f" (archived since {self.since})" if self.since else ""
        return f"In the last 7 days{archived} it would have matched {matched}."


# --- answers ---


def say(text: str) -> Ephemeral:
    return Ephemeral(text=cut_mrkdwn(text, MAX_SECTION))


def done(text: str, reaction: Reaction) -> Ephemeral:
    """What was done, with an Undo that only this person sees."""
    blocks = (section(text), actions(_undo_button(reaction)))
    return Ephemeral(text=cut_mrkdwn(text, MAX_SECTION), blocks=blocks)


def _undo_button(reaction: Reaction) -> Block:
    return button("mark_undo", "Undo", json.dumps({"v": 1, "m": reaction.id}))


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesView:
    """The rules in force and what people did to them. `added`: those from Slack; `clashes`: mrkdwn of what the file
    overrules."""

    ruleset: RuleSet
    added: frozenset[RuleId]
    clashes: Sequence[str]
    overlay: Overlay
    now: datetime
    titles: Mapping[StoryId, str] = field(default_factory=dict)
    """Headlines of the stories that are muted."""

    @property
    def timezone(self) -> str:
        return self.ruleset.settings.timezone


def rules_list(view: RulesView) -> Ephemeral:
    rules = view.ruleset.rules
    lines = [f"*{counted(len(rules), 'rule', 'rules')}*"]
    lines += [_rule_line(rule, view) for rule in rules[:_MAX_RULES]]
    if len(rules) > _MAX_RULES:
        lines.append(f"… and {len(rules) - _MAX_RULES} more, see rules.yaml")
    lines += view.clashes
    blocks: list[Block] = []
    chunk = ""
    for line in lines:
        if len(chunk) + len(line) > MAX_SECTION - 100:
            blocks.append(section(chunk))
            chunk = ""
        chunk += line + "\n"
    blocks.append(section(chunk))
    return Ephemeral(text=cut_mrkdwn("\n".join(lines), MAX_SECTION), blocks=tuple(blocks[:40]))


def _rule_line(rule: Rule, view: RulesView) -> str:
    """One rule in mrkdwn: its id and name, what it watches, where it posts, whether it is silent."""
    where = ", ".join(
        f"<@{channel.removeprefix(PERSONAL)}>" if channel.startswith(PERSONAL) else escape(channel)
        for channel in rule.to
    )
    name = (
        f" {isolated(unformatted(short_line(rule.name, 100)))}:"
        if rule.name.lower() not in (rule.id.lower(), rule.when.lower())
        else ""
    )
    line = f"`{code(rule.id)}`{name} {_code_span(rule.when, 300)} → {where}"
    if rule.id in view.added:
        line += " · added here"
    for reaction in view.overlay.rule_silences(rule.id, view.now):
        line += f" · {_reaction_in_brief(reaction, view.timezone)}"
    return line


def _reaction_in_brief(reaction: Reaction, timezone: str) -> str:
    """`snoozed until 24 Nov 13:12 in policy`."""
    words = {
        ReactionKind.SNOOZE_RULE: "snoozed",
        ReactionKind.MUTE_RULE: "muted",
        ReactionKind.MUTE_STORY: "story muted",
        ReactionKind.IRRELEVANT: "not relevant",
    }[reaction.kind]
    if reaction.until_at is not None:
        words += f" until {time_ahead(reaction.at, reaction.until_at, timezone)}"
    return words + (f" in {escape(reaction.channel)}" if reaction.channel else "") + f" by <@{reaction.by}>"


def preview_answer(query: str, preview: Preview) -> Ephemeral:
    head = f"{_code_span(query, 500)}\n{escape(preview.summary)}"
    blocks: list[Block] = [section(head)]
    if preview.latest:
        blocks.append(_links([(title, url, "") for title, url in preview.latest]))
    return Ephemeral(text=cut_mrkdwn(head, MAX_SECTION), blocks=tuple(blocks))


def coverage(story: Story, ruleset: RuleSet) -> Ephemeral:
    """`More coverage`: every report, newest first, with its outlet as messages call it, and its time."""
    reports = story.reports[::-1]
    head = f"{counted(len(reports), 'report', 'reports')} on this story:"
    names, timezone = ruleset.outlet_names, ruleset.settings.timezone
    shown = []
    for report in reports[:_MAX_LINKS]:
        name = outlet_name(names, report.source, report.feed)
        when = local_time(report.published_at or report.seen_at, timezone)
        shown.append((short_line(report.headline, 150), report.url, f", {short_line(name, 60)}, {when}"))
    lines = _links(shown, lead=f"{short_line(story.reports[0].headline, 150)}: {head}\n")
    tail = f" The newest {_MAX_LINKS} of them are not all." if len(reports) > _MAX_LINKS else ""
    return Ephemeral(text=head + tail, blocks=(lines,))


# --- the rule modal ---


def loading(form: RuleForm) -> Block:
    """Opened at once: what leads to it lives for three seconds only."""
    return _modal(form, [section("One moment …")], submit=None, metadata={})


def rule_modal(form: RuleForm, ruleset: RuleSet, preview: Preview | None, trial: RuleTrial | None = None) -> Block:
    """Add or edit a rule, with what the query would have found and posted; above a budget it asks."""
    query: Block = {
        "type": "plain_text_input",
        "action_id": QUERY,
        "multiline": True,
        "max_length": MAX_QUERY,
        "dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]},
        "placeholder": plain_object("Huawei AND 5G NOT handset"),
    }
    name: Block = {"type": "plain_text_input", "action_id": NAME, "max_length": 100}
    if form.query:
        query["initial_value"] = form.query
    if form.name:
        name["initial_value"] = form.name[:100]
    channels = [(channel, channel) for channel in dict.fromkeys([ChannelId("default"), *ruleset.channels])]
    places = [(PERSONAL, "me, in a direct message"), *(one for one in channels if not one[0].startswith(PERSONAL))]
    chosen = PERSONAL if form.channel.startswith(PERSONAL) else form.channel or "default"
    priorities = [("low", "low: ranks last"), ("normal", "normal"), ("urgent", "urgent: at once, at any hour")]
    posts_to = _select(CHANNEL, places, chosen, "default")
    blocks: list[Block] = [
        _input(QUERY, "Watch for", query, dispatch_action=True),
        _checked(preview),
        *(_trial_blocks(trial) if trial is not None else ()),
        _input(NAME, "Name", name, optional=True),
        _input(CHANNEL, "Post to", posts_to),
        _input(PRIORITY, "Priority", _select(PRIORITY, priorities, form.priority, "normal")),
    ]
    return _modal(form, blocks, submit="Save", metadata={"rule": form.rule, "asked_in": form.asked_in})


def _trial_blocks(trial: RuleTrial) -> list[Block]:
    """The backtest; and a box that must be ticked where it says that the rule is over budget."""
    bars = f"\n`{trial.bars}`" if trial.bars.strip() else ""
    blocks = [section(escape(trial.summary) + bars) | {"block_id": "trial"}]
    if trial.over_budget:
        box = [{"text": plain_object("Save it all the same"), "value": "yes"}]
        blocks.append(section(f":warning: {escape(trial.over_budget)}") | {"block_id": "budget"})
        element: Block = {"type": "checkboxes", "action_id": OVER_BUDGET, "options": box}
        blocks.append(_input(OVER_BUDGET, "Over budget", element))
    return blocks


def _input(name: str, label: str, element: Block, **more: object) -> Block:
    """One input of a modal; its block and its action have the same id."""
    return {"type": "input", "block_id": name, **more, "label": plain_object(label), "element": element}


def _checked(preview: Preview | None) -> Block:
    """The line under the query."""
    text = "Checking …" if preview is None else preview.summary
    mark = "" if preview is None else (":x: " if preview.problem else ":white_check_mark: ")
    return context([mark + escape(text)]) | {"block_id": "checked"}


# --- home ---


def home(view: RulesView, lines: Sequence[str]) -> Block:
    """The home tab: state, rules, what is muted."""
    rules = view.ruleset.rules
    blocks: list[Block] = [
        header("Wirewatch"),
        section("\n".join(lines) or "No news."),
        actions(button("rule_add", "Add a rule", "{}")),
        header(counted(len(rules), "rule", "rules")),
    ]
    blocks += [section(_rule_line(rule, view)) for rule in rules[:60]]
    if len(rules) > 60:
        blocks.append(section(f"… and {len(rules) - 60} more, see rules.yaml"))
    if view.clashes:
        blocks.append(section("\n".join(view.clashes)))
    reactions = [reaction for reaction in view.overlay.active(view.now) if reaction.kind is not ReactionKind.IRRELEVANT]
    if reactions:
        blocks.append(header("Muted and snoozed"))
    for reaction in reactions[-15:]:
        title = view.titles.get(reaction.story, "") if reaction.story is not None else ""
        what = (
            f"`{code(reaction.rule)}`" if reaction.rule is not None else isolated(unformatted(short_line(title, 150)))
        )
        line = section(f"{what} · {_reaction_in_brief(reaction, view.timezone)}".removeprefix(" · "))
        blocks.append(line | {"accessory": _undo_button(reaction)})
    return {"type": "home", "blocks": blocks[:100]}


# --- pieces ---


def _modal(form: RuleForm, blocks: list[Block], submit: str | None, metadata: dict[str, str]) -> Block:
    view: Block = {
        "type": "modal",
        "callback_id": SAVE_RULE,
        "title": plain_object("Edit rule" if form.rule else "Add a rule"),
        "close": plain_object("Cancel"),
        "blocks": blocks,
        "private_metadata": json.dumps(metadata),
    }
    return view | ({"submit": plain_object(submit)} if submit else {})


def _links(rows: Sequence[tuple[str, str | None, str]], lead: str = "") -> Block:
    """(title, URL, what follows) as a bulleted list; feed text stays literal."""
    items = [
        paragraph(link(web_address(url), title or "(no title)"), *([piece(after)] if after.strip(", ") else ()))
        for title, url, after in rows
    ]
    bullets = {"type": "rich_text_list", "style": "bullet", "elements": items}
    return rich_text(*([paragraph(piece(lead))] if lead else ()), bullets)


def _select(action: str, options: Sequence[tuple[str, str]], chosen: str, otherwise: str) -> Block:
    """A menu with one option chosen, `otherwise` if `chosen` is none of them; `options` are (value, text). Beyond what
    a menu takes what is chosen stays: who sends the form without a look at it changes nothing."""
    known = dict(options)
    chosen = chosen if chosen in known else otherwise
    listed = [*options[: _MOST_OPTIONS - 1], *options[_MOST_OPTIONS - 1 :][:1]]
    if chosen not in dict(listed):
        listed[-1] = chosen, known[chosen]
    options_menu = menu(action, [(value[:150], text) for value, text in listed])
    return options_menu | {"initial_option": options_menu["options"][[value for value, _ in listed].index(chosen)]}


def code(text: str, limit: int = 200) -> str:
    """For inside backticks."""
    return escape(short_line(text, limit)).replace("`", "ˋ")


def _code_span(text: str, limit: int) -> str:
    """A query in backticks, on one line."""
    return f"`{code(text, limit) or ' '}`"
