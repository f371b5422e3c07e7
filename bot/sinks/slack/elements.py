"""The pieces of Block Kit that messages, answers and views are made of. Pure.

The law: text from feeds or people stands only in rich_text and plain_text (literal, nothing to escape, no mentions), or
in mrkdwn through `escape`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bot.core.text.combining import end_of_sign
from bot.core.text.sanitize import harmless, short_line

Block = dict[str, Any]
"""A block, or an element of one, as JSON."""
MAX_SECTION = 3000
"""Characters of a section's text."""
_MAX_CONTEXT = 1900
"""Characters of a context block's text; Slack refuses more than two thousand."""
_USER = re.compile(r"^<?@?([UW][A-Z0-9]{2,20})(?:\|[^>]*)?>?$")
_GROUP = re.compile(r"^(?:<!subteam\^)?(S[A-Z0-9]{2,20})(?:\|[^>]*)?>?$")
_OWN_MENTION = re.compile(r"&lt;(@[UW][A-Z0-9]{2,20}|!date\^\d{1,12}\^[^&<>]{1,80})&gt;")
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_FORMATTING = {ord("*"): "\u2217", ord("~"): "\u223c", ord("`"): "\u02cb"}
_EDGE_UNDERSCORE = re.compile(r"(?<!\w)_|_(?!\w)|(?<=_)_|_(?=_)")
_EMOJI = re.compile(r":(?=[\w+-]+:)")
_RANGE = re.compile(r"^<?!?@?(here|channel|everyone)(?:\|[^>]*)?>?$")


def escape(text: str) -> str:
    """Text as it stands in mrkdwn: https://docs.slack.dev/messaging/formatting-message-text#escaping."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unformatted(text: str) -> str:
    """The same for a name among words of ours: Slack has no escape for what makes text bold, struck, code, italic or an
    emoji, so signs that look alike stand in their place (`"trade war"~3`, `_Guardian_`, `title:wave: OR fire`)."""
    plain = _EDGE_UNDERSCORE.sub("\u02cd", escape(text).translate(_FORMATTING))
    return _EMOJI.sub(":\u2060", plain)


def isolated(name: str) -> str:
    """A name or a headline among words of ours, in signs that keep its direction to itself where it is written from
    right to left: without them two such names change places, what is counted behind them is drawn before them
    (`then 2+ …`), and the letters of a *5G* inside stand apart."""
    return f"{_opening(name)}{name}\u2069" if _RIGHT_TO_LEFT.search(name) else name


def _opening(text: str) -> str:
    """What opens the stretch: its first letter says which way it goes (U+2068), but for a text that begins with a Latin
    name and goes on from right to left (U+2067)."""
    letters = [char for char in text if char.isalpha()]
    of_arabic = sum(_RIGHT_TO_LEFT.match(letter) is not None for letter in letters)
    begins_so = bool(letters) and _RIGHT_TO_LEFT.match(letters[0]) is not None
    return "\u2067" if not begins_so and 2 * of_arabic > len(letters) else "\u2068"


def cut_mrkdwn(text: str, limit: int) -> str:
    """At most `limit` characters, without a torn entity or link at the end."""
    if len(text) <= limit:
        return text
    cut = text[: end_of_sign(text, limit - 1)]
    for opening, closing in (("&", ";"), ("<", ">")):
        at = cut.rfind(opening)
        if at >= 0 and closing not in cut[at:] and (opening == "<" or len(cut) - at < 6):
            cut = cut[:at]
    return cut + "…"


def plain_object(text: str) -> Block:
    """Plain text: of a header, a button, a label, an option."""
    return {"type": "plain_text", "text": text, "emoji": False}


def header(text: str) -> Block:
    """A title above blocks, at most 150 characters."""
    return {"type": "header", "text": plain_object(short_line(text, 150))}


def section(mrkdwn: str) -> Block:
    """mrkdwn of ours."""
    text = cut_mrkdwn(mrkdwn.strip() or "…", MAX_SECTION)
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def actions(*elements: Block) -> Block:
    """Buttons and menus side by side."""
    return {"type": "actions", "elements": list(elements)}


def context(mrkdwn: Sequence[str]) -> Block:
    """Small print, one element each, at most ten."""
    elements = [{"type": "mrkdwn", "text": cut_mrkdwn(text, _MAX_CONTEXT), "verbatim": True} for text in mrkdwn[:10]]
    return {"type": "context", "elements": elements}


def button(action: str, text: str, value: str) -> Block:
    """`value` comes back when it is pressed; at most 2,000 characters."""
    return {"type": "button", "action_id": action, "text": plain_object(text), "value": value}


def mrkdwn_of_ours(text: str) -> str:
    """Words of ours in mrkdwn: only ids of people and dates in them are more than text."""
    return _OWN_MENTION.sub(r"<\1>", escape(text))


def menu(action: str, options: Sequence[tuple[str, str]], **more: Any) -> Block:
    """`options` are (value, text), at most 100; values have at most 150 characters."""
    listed = [{"text": plain_object(short_line(text, 75) or "-"), "value": value} for value, text in options[:100]]
    return {"type": "static_select", "action_id": action, **more, "options": listed}


# --- rich text ---


def rich_text(*elements: Block) -> Block:
    return {"type": "rich_text", "elements": list(elements)}


def paragraph(*pieces: Block) -> Block:
    return {"type": "rich_text_section", "elements": list(pieces)}


def preformatted(*pieces: Block) -> Block:
    """The same in letters of one width, spaces as they are."""
    return {"type": "rich_text_preformatted", "elements": list(pieces)}


def quotation(*pieces: Block) -> Block:
    """The same with a bar at its left."""
    return {"type": "rich_text_quote", "elements": list(pieces)}


def piece(text: str, *, bold: bool = False) -> Block:
    """Literal text, never empty."""
    literal = "\n".join(map(harmless, text.split("\n"))) or " "
    return {"type": "text", "text": literal} | ({"style": {"bold": True}} if bold else {})


def isolated_pieces(pieces: Sequence[Block]) -> list[Block]:
    """The same of a text in pieces: the signs stand before the first and behind the last of them."""
    whole = "".join(one["text"] for one in pieces)
    if not _RIGHT_TO_LEFT.search(whole):
        return list(pieces)
    first = {**pieces[0], "text": f"{_opening(whole)}{pieces[0]['text']}"}
    *others, last = [first, *pieces[1:]]
    return [*others, {**last, "text": f"{last['text']}\u2069"}]


def link(url: str | None, text: str, *, bold: bool = False) -> Block:
    """Literal text that leads to `url` (see `sanitize.web_address`), its direction its own; None: just the text."""
    if url is None:
        (shown,) = isolated_pieces([piece(text, bold=bold)])
        return shown
    return {"type": "link", "url": url, "text": isolated(text)} | ({"style": {"bold": True}} if bold else {})


def mention(name: str) -> Block:
    """A mention from rules.yaml as its own piece; what is none stays text."""
    if match := _RANGE.match(name.strip()):
        return {"type": "broadcast", "range": match[1]}
    if match := _USER.match(name.strip()):
        return {"type": "user", "user_id": match[1]}
    if match := _GROUP.match(name.strip()):
        return {"type": "usergroup", "usergroup_id": match[1]}
    return piece(short_line(name, 80))


def mention_in_mrkdwn(name: str) -> str:
    """The same where a message has no blocks."""
    match mention(name):
        case {"type": "broadcast", "range": who}:
            return f"<!{who}>"
        case {"type": "user", "user_id": who}:
            return f"<@{who}>"
        case {"type": "usergroup", "usergroup_id": who}:
            return f"<!subteam^{who}>"
        case other:
            return escape(str(other["text"]))
