"""What YAML reads otherwise inside `[ ]` and `{ }`: a `#`, and what follows a closing quote → what to say of it.

The law of this file: that of `yaml_traps`, which asks here.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from bot.core.rulefile.quoting import QUOTE_IT, QUOTE_TEXT, RULE_OPERATOR, in_single_quotes

PLACEHOLDER = "\ue000"
"""Stands for a value that YAML could not read."""
QUOTED_PLACEHOLDER = f"'{PLACEHOLDER}'"
QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|(?<!\w)'[^']*'")


class Slip(NamedTuple):
    """What is wrong in a line with `width` characters from `begin` on (0-based), and the line as YAML can read it."""

    begin: int
    width: int
    message: str
    hint: str
    line: str


def with_placeholder(line: str, begin: int, end: int | None = None) -> str:
    """The line with a placeholder for [begin, end); None: to its end."""
    return line[:begin] + QUOTED_PLACEHOLDER + ("" if end is None else line[end:])


def comment_in_brackets(line: str, problem: str) -> Slip | None:
    """`{slack: #policy}`: the rest of the line is a comment, and the bracket is never closed."""
    begin = _comment_at(line)
    if begin is None or not any(word in problem for word in ("expected ',' or", "node content", "end of stream")):
        return None
    word = re.split(r"[,\]}\s]", line[begin:], maxsplit=1)[0]
    message = "# begins a comment in YAML: the rest of the line is none of it"
    mended = with_placeholder(line, begin, begin + len(word))
    return Slip(begin, len(word), message, f'put it in quotes: "{word}"', mended)


def quotes_in_brackets(line: str, column: int, problem: str) -> Slip | None:
    """`{id: a, when: "no spy" OR x}`: YAML ends the text behind its quote, and wants a comma there."""
    quoted = next((match for match in QUOTED.finditer(line) if not line[match.end() : column].strip()), None)
    if quoted is None or "did not find expected ',' or" not in problem or quoted.end() > column:
        return None
    end = re.compile(r"[^,\]}]*").match(line, column)
    assert end is not None
    value = line[quoted.start() : end.end()].rstrip()
    if re.fullmatch(r"(\"[^\"]*\"|'[^']*')(?:\s+(?:\"[^\"]*\"|'[^']*'))+", value) and "[" in line[: quoted.start()]:
        message = "a comma is missing behind this text"
        mended = line[: quoted.end()] + "," + line[quoted.end() :]
        return Slip(quoted.start(), len(quoted.group()), message, "write , between two items", mended)
    is_whole = value[0] == value[-1] and not RULE_OPERATOR.search(value)  # "Huawei "wins"": the outer quotes are YAML's
    quote_it = QUOTE_IT if re.search(r"when:\s+\Z", line[: quoted.start()]) else QUOTE_TEXT
    hint = f"{quote_it}: {in_single_quotes(value[1:-1] if is_whole else value)}"
    message = f"YAML ends this text behind the closing {value[0]}; what follows belongs to nothing"
    begin = quoted.start()
    return Slip(begin, len(value), message, hint, with_placeholder(line, begin, begin + len(value)))


def brackets_in_brackets(line: str, column: int, problem: str) -> Slip | None:
    """`[[Live] Huawei wins, Huawei wins [video]]`: YAML takes the brackets of a headline for a list of its own."""
    before = line[:column].rstrip()
    if "did not find expected ',' or" not in problem or not before:
        return None
    if before[-1] in "]}" and line[column : column + 1] not in (",", "]", "}"):
        begin = max(before.rfind("["), before.rfind("{"))
    elif line[column : column + 1] in ("[", "{") and before[-1] not in "[{,:":
        begin = max(*(before.rfind(sign) for sign in "[{,"), before.rfind(": ") + 1) + 1
    else:
        return None
    end, depth = begin, 0
    while end < len(line) and (depth or line[end] not in ",]}"):
        depth += (line[end] in "[{") - (line[end] in "]}")
        end += 1
    value = line[begin:end].strip()
    begin = line.index(value, max(begin, 0))
    key = re.search(r"(\w+):\s*\Z", line[:begin])
    is_text = key is None or key[1] in ("when", "name", "title", "summary", "body")
    if depth or not is_text or "${" in value or not any(sign in line[:begin] for sign in "[{"):
        return None
    sign = next(char for char in value if char in "[{")
    quote_it = QUOTE_IT if re.search(r"when:\s+\Z", line[:begin]) else QUOTE_TEXT
    message = f"{sign} begins another {'list' if sign == '[' else 'mapping'} inside this one"
    mended = line[:begin] + QUOTED_PLACEHOLDER.ljust(len(value)) + line[begin + len(value) :]
    return Slip(begin, len(value), message, f"{quote_it}: {in_single_quotes(value)}", mended)


def _comment_at(line: str) -> int | None:
    """Where a word with a `#` before it stands in brackets that the line opens, out of quotes."""
    depth, quote = 0, ""
    for at, char in enumerate(line):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'" and line[at - 1 : at].strip() in ("", "[", "{", ",", ":"):
            quote = char
        elif char in "[{":
            depth += 1
        elif char in "]}":
            depth -= 1
        elif char == "#" and (line[at - 1] in "[{," or line[at - 1].isspace()):
            return at if depth > 0 and line[at + 1 : at + 2].strip() else None
    return None
