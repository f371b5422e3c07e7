"""Blocks, metadata and views → what Slack would say against them. Pure.

The law: at least as strict as Slack: what passes here is inside every documented limit and the measured sums. Limits:
https://docs.slack.dev/reference/block-kit/blocks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_MAX_MESSAGE_BLOCKS = 50
_MAX_VIEW_BLOCKS = 100
"""Slack's own bounds (docs.slack.dev, Block Kit)."""
MAX_WEIGHT = 13_200
"""Of all blocks of a message together."""
_BLOCK, _ELEMENT = 125, 20
"""What a block, and each object in one, counts for beside its text."""
_STYLES = {"bold", "italic", "strike", "code", "highlight", "client_highlight", "unlink"}
_CALLS = {
    "broadcast": ("range", "!", "here|channel|everyone"),
    "user": ("user_id", "@", "[UW][A-Z0-9]+"),
    "usergroup": ("usergroup_id", "!subteam^", "S[A-Z0-9]+"),
}
"""Pieces that call people: the field that says whom, the sign before it in mrkdwn, and what may stand there."""
_MENTION = re.compile(r"<(!(?:here|channel|everyone)|@[UW][A-Z0-9]+|!subteam\^S[A-Z0-9]+)(?:\|[^>]*)?>")
_LINK = re.compile(r"<(?!https?://|mailto:|[!@#])[^>]*>")


def block_problems(blocks: object, view: bool = False) -> list[str]:
    """Everything wrong with the blocks of a message (or of a view); nothing: Slack takes them."""
    if not isinstance(blocks, list):
        return ["blocks is no list"]
    problems: list[str] = []
    if len(blocks) > (_MAX_VIEW_BLOCKS if view else _MAX_MESSAGE_BLOCKS):
        problems.append(f"{len(blocks)} blocks")
    ids: list[str] = []
    for index, block in enumerate(blocks):
        if not isinstance(block, Mapping):
            problems.append(f"block {index} is no object")
            continue
        problems += [f"block {index} ({block.get('type')}): {problem}" for problem in _block(block, view)]
        if "block_id" in block:
            ids.append(str(block["block_id"]))
    problems += [f"block_id {name!r} twice" for name in {name for name in ids if ids.count(name) > 1}]
    return problems


def weight(blocks: object) -> int:
    """What the blocks of a message count for: texts and URLs by their characters, and something for each part.

    Slack does not document it. Messages were refused from 13,200 characters of text, and the more parts they had the
    earlier; so it is reckoned high here.
    """
    count = len(blocks) if isinstance(blocks, list) else 0
    parts = [element for element in elements(blocks) if "type" in element]
    urls = (str(element["url"]) for element in parts if "url" in element)
    return sum(map(len, texts(blocks))) + sum(map(len, urls)) + _BLOCK * count + _ELEMENT * (len(parts) - count)


def content_problem(arguments: Mapping[str, Any], limit: int) -> tuple[str | None, list[str]]:
    """(Slack's word for what is wrong with a message, the same in detail); None: Slack takes it."""
    blocks, text = arguments.get("blocks"), str(arguments.get("text") or "")
    if not blocks and not text.strip():
        return "no_text", []
    if len(text) > 40_000:
        return "msg_too_long", []
    if blocks:
        if problems := block_problems(blocks):
            return "invalid_blocks", problems
        if weight(blocks) > limit:
            return "msg_blocks_too_long", []
    word = metadata_problem(arguments["metadata"]) if arguments.get("metadata") is not None else None
    return word, [word] if word is not None else []


def metadata_problem(metadata: object) -> str | None:
    """Slack's word for what is wrong with message metadata."""
    if not isinstance(metadata, Mapping) or not isinstance(metadata.get("event_type"), str):
        return "invalid_metadata_format"
    payload = metadata.get("event_payload")
    if not isinstance(payload, Mapping):
        return "invalid_metadata_format"
    if any(isinstance(value, (Mapping, list)) for value in payload.values()):
        return "invalid_metadata_format"
    return "metadata_too_large" if len(json.dumps(payload)) > 1000 else None


def called_people(text: object, blocks: object) -> list[str]:
    """Everybody whom this message would call."""
    people = [] if blocks else _MENTION.findall(str(text or ""))
    for element in elements(blocks):
        kind = element.get("type")
        if kind == "mrkdwn":
            people += _MENTION.findall(str(element.get("text", "")))
        elif kind in _CALLS:
            name, sign, _ = _CALLS[kind]
            people.append(f"{sign}{element.get(name)}")
    return people


def texts(value: object) -> Iterator[str]:
    """Every text in there."""
    for element in elements(value):
        text = element.get("text")
        if isinstance(text, str):
            yield text


def visible_text(value: object) -> str:
    """What a reader sees, roughly: the texts of all blocks, mrkdwn unescaped."""
    parts = []
    for element in elements(value):
        text = element.get("text")
        if isinstance(text, str):
            if element.get("type") == "mrkdwn":
                text = re.sub(r"<[^|>]*\|([^>]*)>", r"\1", text)
                text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
            parts.append(text)
    return "\n".join(parts)


def elements(value: object) -> Iterator[Mapping[str, Any]]:
    """Every object in there, outer ones first."""
    if isinstance(value, Mapping):
        yield value
        for inner in value.values():
            yield from elements(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from elements(inner)


# --- one block ---


def _block(block: Mapping[str, Any], view: bool) -> list[str]:
    problems = _id(block.get("block_id"), "block_id")
    match block.get("type"):
        case "divider":
            return problems
        case "header":
            return problems + _text(block.get("text"), 150, ("plain_text",))
        case "section":
            return problems + _section(block)
        case "context":
            return problems + _list(block.get("elements"), 10, lambda element: _text(element, 3000))
        case "actions":
            return problems + _list(block.get("elements"), 25, _interactive)
        case "rich_text":
            return problems + _list(block.get("elements"), 1000, _rich)
        case "input" if view:
            label = _text(block.get("label"), 2000, ("plain_text",))
            return problems + label + _interactive(block.get("element") or {})
        case _:
            return [*problems, "unknown type"]


def _section(block: Mapping[str, Any]) -> list[str]:
    problems: list[str] = []
    if "text" not in block and "fields" not in block:
        problems.append("neither text nor fields")
    if "text" in block:
        problems += _text(block["text"], 3000)
    if "fields" in block:
        problems += _list(block["fields"], 10, lambda field: _text(field, 2000))
    if "accessory" in block:
        problems += _interactive(block["accessory"])
    return problems


def _interactive(element: Any) -> list[str]:
    if not isinstance(element, Mapping):
        return ["element is no object"]
    problems = _id(element.get("action_id"), "action_id")
    kind = element.get("type")
    if kind == "button":
        problems += _text(element.get("text"), 75, ("plain_text",))
        if len(str(element.get("value", ""))) > 2000:
            problems.append("button value over 2000")
        problems += _url(element["url"], 3000) if "url" in element else []
        if element.get("style", "primary") not in ("primary", "danger"):
            problems.append("button style")
    elif kind in ("static_select", "overflow", "radio_buttons", "checkboxes", "multi_static_select"):
        limit = {"overflow": 5, "radio_buttons": 10, "checkboxes": 10}.get(str(kind), 100)
        if "placeholder" in element:
            problems += _text(element["placeholder"], 150, ("plain_text",))
        problems += _list(element.get("options"), limit, _option)
        values = [option.get("value") for option in element.get("options") or () if isinstance(option, Mapping)]
        if len(set(values)) < len(values):
            problems.append("two options of one value")
    elif kind == "plain_text_input":
        if len(str(element.get("initial_value", ""))) > 3000:
            problems.append("initial_value over 3000")
    else:
        problems.append(f"unknown element {kind}")
    return problems


def _option(option: Any) -> list[str]:
    problems = _text(option.get("text"), 75)
    if not 0 < len(str(option.get("value", ""))) <= 150:
        problems.append("option value over 150")
    return problems


def _rich(element: Any) -> list[str]:
    kind = element.get("type")
    if kind == "rich_text_list":
        if element.get("style") not in ("bullet", "ordered"):
            return ["list style"]
        return _list(element.get("elements"), 1000, _rich)
    if kind in ("rich_text_section", "rich_text_quote", "rich_text_preformatted"):
        return _list(element.get("elements"), 5000, _rich_piece)
    return [f"unknown rich_text element {kind}"]


def _rich_piece(piece: Any) -> list[str]:
    problems = []
    kind = piece.get("type")
    style = piece.get("style", {})
    if not isinstance(style, Mapping) or set(style) - _STYLES or not all(isinstance(on, bool) for on in style.values()):
        problems.append("style")
    if kind == "text":
        if not isinstance(piece.get("text"), str) or not piece["text"]:
            problems.append("empty text")
        elif "\x00" in piece["text"]:
            problems.append("NUL")
    elif kind == "link":
        problems += _url(piece.get("url"), 3000)
        if "text" in piece and not piece["text"]:
            problems.append("empty link text")
    elif kind in _CALLS:
        name, _, pattern = _CALLS[kind]
        problems += [] if re.fullmatch(pattern, str(piece.get(name))) else [name]
    elif kind != "emoji":
        problems.append(f"unknown piece {kind}")
    return problems


def _text(text: Any, limit: int, kinds: Sequence[str] = ("plain_text", "mrkdwn")) -> list[str]:
    if not isinstance(text, Mapping) or text.get("type") not in kinds:
        return [f"text is not {' or '.join(kinds)}"]
    content = text.get("text")
    if not isinstance(content, str) or not content.strip():
        return ["empty text"]
    problems = [f"text of {len(content)} characters, {limit} allowed"] if len(content) > limit else []
    if text["type"] == "mrkdwn" and _LINK.search(content):
        problems.append(f"odd link in {content[:80]!r}")
    if set(text) - {"type", "text", "emoji", "verbatim"}:
        problems.append("unknown field in a text")
    if text["type"] == "mrkdwn" and "emoji" in text:
        problems.append("emoji belongs to plain_text")
    return problems


def _url(url: Any, limit: int) -> list[str]:
    good = isinstance(url, str) and len(url) <= limit and re.match(r"https?://[^\s/]", url)
    return [] if good else ["url"]


def _id(value: Any, name: str) -> list[str]:
    return [] if value is None or (isinstance(value, str) and 0 < len(value) <= 255) else [name]


def _list(values: Any, limit: int, check: Any) -> list[str]:
    if not isinstance(values, list) or not values:
        return ["an empty list"]
    problems = [f"{len(values)} elements, {limit} allowed"] if len(values) > limit else []
    actions = [value.get("action_id") for value in values if isinstance(value, Mapping) and value.get("action_id")]
    if len(set(actions)) < len(actions):
        problems.append("action_id twice")
    for value in values:
        problems += check(value) if isinstance(value, Mapping) else ["no object"]
    return problems
