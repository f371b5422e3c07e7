"""What YAML reads without an error, and otherwise than it was meant.

The law of this file: what would be lost in silence is an error, with what to write.
"""

from __future__ import annotations

import re

import yaml

from bot.core.rulefile.key_hints import CALLED_ELSEWHERE, STANDS_UNDER
from bot.core.rulefile.quoting import BACKSLASH, QUOTE_IT, QUOTE_TEXT, in_single_quotes, of_double_quotes
from bot.core.rulefile.source import Source
from bot.model.query import FIELDS

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_OF_PATTERNS = frozenset("abefv0NLP_")
"""What stands behind a backslash in patterns, or by mistake, and is some other character for YAML: `"\\bUS\\b"` is a
pattern between two backspaces, and never found."""
_KEYS = sorted({*CALLED_ELSEWHERE, *(key for keys in STANDS_UNDER.values() for key in keys), "id"} - set(FIELDS))
"""Keys that are no field of a rule: a line of a rule may begin with `title：`."""
_WIDE_COLON = re.compile(rf"^[ ]*(?:-[ ]+)*({'|'.join(_KEYS)})：[ ]?", re.MULTILINE)


def plain_colons(text: str, source: Source) -> str:
    """The text with a plain colon behind each key that keyboards for Chinese and Japanese have given a wide one: YAML
    takes `id： a` for a text, and the lines below for more of it."""
    for slip in _WIDE_COLON.finditer(text) if "：" in text else ():
        line, column = source.place(slip.start(1))
        hint = f"write {slip[1]}: and a space"
        source.report("error", line, column, len(slip[1]) + 1, "： is no colon for YAML", hint)
    return _WIDE_COLON.sub(lambda slip: slip.group().replace("：", ": ", 1), text) if "：" in text else text


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
