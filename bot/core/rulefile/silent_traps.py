"""What YAML reads without an error, and otherwise than it was meant.

The law of this file: what would be lost in silence is an error, with what to write.
"""

from __future__ import annotations

import re
from contextlib import suppress

import yaml

from bot.core.language.word_lists import said_instead, word_list
from bot.core.rulefile.quoting import BACKSLASH, QUOTE_IT, QUOTE_TEXT, in_single_quotes, of_double_quotes
from bot.core.rulefile.source import Source
from bot.model.query import FIELDS

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_OF_PATTERNS = frozenset("abefv0NLP_")
"""What stands behind a backslash in patterns, or by mistake, and is some other character for YAML: `"\\bUS\\b"` is a
pattern between two backspaces, and never found."""
_KEYS = sorted({*word_list("keys"), *said_instead("place"), "id"} - set(FIELDS))
"""Keys that are no field of a rule: a line of a rule may begin with `title：`."""
_WIDE_COLON = re.compile(rf"^[ ]*(?:-[ ]+)*({'|'.join(_KEYS)})：[ ]?", re.MULTILINE)
_COMMENT = re.compile(r"[ \t]+(#.*)")
_UNSEEN = "\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
_BLANK = "\u00a0\u2000-\u200a\u202f\u3000"
_ODD_INDENT = re.compile(
    rf"^([ ]*)([{_BLANK}{_UNSEEN}][ {_BLANK}{_UNSEEN}]*)(-[{_BLANK}]|(?=-[ \t]|[\w-]+:(?:\s|\Z)))", re.MULTILINE
)
"""Before an item or a key: pages and chats indent with spaces that are none for YAML, keyboards for Arabic and Hebrew
begin a line with a mark of its direction, and files that were joined have a byte order mark inside. YAML takes all of
them for letters of the key."""


def plain_signs(text: str, source: Source) -> str:
    """The text as YAML can read it: plain spaces before items and keys, plain colons behind keys."""
    return _plain_colons(_plain_indents(text, source), source)


def _plain_indents(text: str, source: Source) -> str:
    slips = [] if text.isascii() else _slips(_ODD_INDENT, text)
    for slip in slips:
        odd = next(char for char in slip[2] if char != " ")
        line, column = source.place(slip.start(2) + slip[2].index(odd))
        if odd.isspace():
            message, hint = (
                f"a space that is none for YAML (U+{ord(odd):04X}) indents this line",
                "YAML wants spaces there",
            )
        else:
            message, hint = f"an invisible character (U+{ord(odd):04X}) stands here", "delete it"
        source.report("error", line, column, 1, message, hint)
    for slip in reversed(slips):
        indent = slip[1] + " " * sum(char.isspace() for char in slip[2])
        text = text[: slip.start()] + indent + ("- " if slip[3] else "") + text[slip.end() :]
    return text


def _slips(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    """Where a pattern stands, but for texts in quotes or behind `|` and `>`: in those a line may begin as it likes
    (the text of a test, a paragraph of Chinese)."""
    found = list(pattern.finditer(text))
    own: list[tuple[int, int]] = []
    if found:
        with suppress(yaml.YAMLError):
            tokens = yaml.scan(text, Loader=yaml.CBaseLoader)
            texts = (token for token in tokens if isinstance(token, yaml.ScalarToken) and not token.plain)
            own.extend((token.start_mark.index, token.end_mark.index) for token in texts)
    return [slip for slip in found if not any(begin <= slip.start() < end for begin, end in own)]


def comment_behind(source: Source, node: yaml.ScalarNode) -> str:
    """The YAML comment behind a text without quotes, in its last line."""
    match = None if node.style else _COMMENT.match(source.text, node.end_mark.index)
    return match[1] if match else ""


def warn_of_hashtag(source: Source, node: yaml.ScalarNode, what: str) -> None:
    """A headline, or a name, of which YAML keeps what stands before its `#`: `Huawei is #1 in China`."""
    comment = comment_behind(source, node)
    if re.match(r"#\w", comment):
        line, column = source.place(source.text.index("#", node.end_mark.index))
        message = f"YAML takes {comment.split()[0]} for a comment: it is not part of {what}"
        hint = (
            f"{QUOTE_TEXT}: {in_single_quotes(f'{node.value} {comment}')}, or write a space behind # if it is a comment"
        )
        source.report("warning", line, column, len(comment), message, hint)


def _plain_colons(text: str, source: Source) -> str:
    """A plain colon behind each key that keyboards for Chinese and Japanese have given a wide one: YAML takes `id： a`
    for a text, and the lines below for more of it."""
    slips = _slips(_WIDE_COLON, text) if "：" in text else []
    for slip in slips:
        line, column = source.place(slip.start(1))
        hint = f"write {slip[1]}: and a space"
        source.report("error", line, column, len(slip[1]) + 1, "： is no colon for YAML", hint)
    for slip in reversed(slips):
        text = text[: slip.start()] + slip.group().replace("：", ": ", 1) + text[slip.end() :]
    return text


def escape_trap(text: str, node: yaml.ScalarNode) -> tuple[int, str, str] | None:
    """A text in double quotes with what YAML takes for another character: where, what is wrong, what to write."""
    begin = node.start_mark.index
    written = text[begin : node.end_mark.index]
    if node.style != '"' or "\\" not in written:
        return None
    place = next((escape.start() for escape in _ESCAPE.finditer(written) if escape[1] in _OF_PATTERNS), None)
    return None if place is None else (begin + place, BACKSLASH, f"{QUOTE_TEXT}: {of_double_quotes(written)}")


def comment_for_value(lines: list[str], node: yaml.ScalarNode) -> str:
    """`to: #policy`: the word that is a comment where a value was expected; "": none is."""
    word = re.match(r"(#\w\S*)", _rest_of_line(lines, node))
    return word[1] if word else ""


def sign_trap(lines: list[str], node: yaml.ScalarNode) -> tuple[str, str] | None:
    """A rule that YAML has taken for a name (`- &x`) or a comment (`- #x`): what is wrong, what to write."""
    rest = _rest_of_line(lines, node)
    if node.style or not rest:
        return None
    if rest[0] == "&":
        return "& at the beginning of a value names it in YAML", f"{QUOTE_IT}: {in_single_quotes(rest[1:])}"
    if rest[0] == "#" and not node.value:
        word = rest.lstrip("# ")
        return "# begins a comment in YAML: nothing is left of the rule", f"{QUOTE_IT}: {in_single_quotes('#' + word)}"
    return None


def _rest_of_line(lines: list[str], node: yaml.ScalarNode) -> str:
    """What stands in the line from where the value begins."""
    mark = node.start_mark
    return lines[mark.line][mark.column :].strip() if mark.line < len(lines) else ""
