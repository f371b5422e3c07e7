"""A rules file that is no YAML → one problem reported, and the text with that line repaired.

The law of this file: each way in which YAML misreads rules has its own message; the value is replaced by a placeholder
and no line moves, so that everything else in the file is still read and every other problem found in the same pass.
What is none of these is reported in plain words and ends the reading.
"""

from __future__ import annotations

import re

import yaml

from bot.core.query.mistakes import words_ending_in
from bot.core.rulefile.bracket_traps import (
    PLACEHOLDER,
    QUOTED,
    QUOTED_PLACEHOLDER,
    Slip,
    brackets_in_brackets,
    comment_in_brackets,
    quotes_in_brackets,
    with_placeholder,
)
from bot.core.rulefile.quoting import (
    BACKSLASH,
    QUOTE_IT,
    QUOTE_TEXT,
    in_single_quotes,
    of_double_quotes,
    without_quotes,
    without_sign,
)
from bot.core.rulefile.source import Source
from bot.core.text.plural import counted
from bot.model.query import FIELDS

_VALUE = re.compile(r"^(?P<lead>\s*(?:-\s+)*(?:[\w-]+:\s+)?)(?P<value>\S.*)$")
_KEY = re.compile(r"(?P<indent> *)(?P<dashes>(?:- +)*)(?P<name>[A-Za-z_][\w-]*):(?=\s|\Z)")
_GLUED_KEY = re.compile(r"\s*(?:-\s+)*(?P<name>[A-Za-z_][\w-]*):(?!//)(?P<value>[^\s:].*)")
_MERGE = re.compile(r"(?:<{7}|>{7}) ")
"""Git's markers, around the two sides of a conflict."""
_FENCE = re.compile(r"\s*(?:```+|~~~+)[\w.-]*\s*\Z")
"""What stands around an example in pages that are written as Markdown, as far left as its keys."""
_LINES_BACK = 20
"""Lines above the place where YAML gives up, in which a bracket may have lost its end."""
_BLOCK = re.compile(r"(?P<indent>[ ]*(?:-[ ]+)*)[\w-]+:[ ]+(?P<sign>[|>])[+-]?\s*\Z")
_SEVERAL_KEYS = re.compile(r"(?P<first>[\w-]+),?\s+(?P<rest>[a-z_]+:\s.*)")
_INDICATORS = ("alias", "anchor", "expected comment", "alphabetic", "tag")
_WORDS = {
    "did not find expected ',' or ']'": "this list is never closed: write a ] where it ends",
    "did not find expected ',' or '}'": "this { is never closed: write a } where it ends",
    "found unexpected end of stream": "this quote is never closed",
    "could not find expected ':'": "a : is missing behind this key",
    "did not find expected key": "this line does not fit here: a key with a value was expected",
    "did not find expected '-' indicator": "this line does not fit here: the next item of the list was expected",
    "mapping values are not allowed in this context": "a second : in one line confuses YAML",
    "but found another document": "a second document begins here",
    "did not find expected node content": "a value is missing here",
    "found undefined alias": "* begins an alias in YAML, and there is none of this name",
}


def repair(text: str, error: yaml.MarkedYAMLError, source: Source) -> str | None:
    """Reports what YAML stumbled over; the text with that line repaired, or None where there is no going on."""
    mark = error.problem_mark or error.context_mark
    problem = str(error.problem or "cannot be read")
    lines = text.split("\n")
    if (merge := next((at for at, line in enumerate(lines) if _MERGE.match(line)), None)) is not None:
        source.report("error", merge + 1, 1, 7, "a merge was left unfinished here", "keep one side, delete the markers")
        return None
    left = min((_indent(line) for line in lines if line.strip()), default=0)
    if fences := [at for at, line in enumerate(lines) if _FENCE.match(line) and _indent(line) == left]:
        message = f"{lines[fences[0]].strip()} belongs to the page that this was copied from"
        source.report("error", fences[0] + 1, 1, len(lines[fences[0]]), message, "delete the line")
        return "\n".join("" if at in fences else line for at, line in enumerate(lines))
    if mark is None:
        source.report("error", 1, 1, 1, f"YAML cannot read this: {problem}", "")
        return None
    places = [(mark.line, mark.column)]
    if error.context_mark is not None and error.context_mark.line != mark.line:
        places.append((error.context_mark.line, error.context_mark.column))
    for number, column in places:
        if 0 <= number < len(lines):
            slip = (
                _tab(lines, number)
                or _known_trap(lines, number, column, problem)
                or brackets_in_brackets(lines[number], column, problem)
            )
            if slip is not None:
                return _mended(lines, number, slip, source)
    for number in range(min(mark.line, len(lines)) - 1, max(mark.line - _LINES_BACK, -1), -1):
        if (slip := comment_in_brackets(lines[number], problem)) is not None:
            return _mended(lines, number, slip, source)
        if (repaired := _shallow_block(lines, number, problem, source)) is not None:
            return repaired
    if 0 < mark.line <= len(lines):
        repaired = _comment(lines, min(mark.line, len(lines) - 1), source)
        if repaired is not None:
            return repaired
    _plainly(lines, error, problem, source)
    return None


def _mended(lines: list[str], number: int, slip: Slip, source: Source) -> str:
    """Reports what is wrong in a line (0-based); the text with that line mended."""
    source.report("error", number + 1, slip.begin + 1, slip.width, slip.message, slip.hint)
    return "\n".join((*lines[:number], slip.line, *lines[number + 1 :]))


def _known_trap(lines: list[str], number: int, column: int, problem: str) -> Slip | None:
    line = lines[number]
    match = _VALUE.match(line)
    if match is None or PLACEHOLDER in line:
        return None
    slip = (
        comment_in_brackets(line, problem)
        or _moved_key(lines, number, column, problem)
        or _missing_space(line, problem)
        or _other_bullet(line, problem)
        or quotes_in_brackets(line, column, problem)
    )
    if slip is not None:
        return slip
    lead, value = match.group("lead"), match.group("value")
    begin = len(lead)
    if "unknown escape" in problem:
        item = next((one.group() for one in QUOTED.finditer(line) if one.start() < column < one.end()), value)
        hint = f"{QUOTE_IT if item == value else QUOTE_TEXT}: {of_double_quotes(item)}"
        return Slip(column, 2, BACKSLASH, hint, with_placeholder(line, begin))
    misread = _misread_value(value, problem) if lead.strip() else None
    if misread is not None:
        message, hint = misread
        key = re.search(r"([\w-]+):\s+\Z", lead)
        if key is None and _list_of(lines, number) in ("match", "not"):  # a headline: no sign of it is one of a rule
            hint = f"{QUOTE_TEXT}: {in_single_quotes(value)}"
        if key and key[1] != "when":
            hint = hint.replace(QUOTE_IT, QUOTE_TEXT)
            if value[0] == value[-1] == "'":  # name: 'It's China'
                hint = f"{QUOTE_TEXT}: {in_single_quotes(value[1:-1])}"
            if key[1] in ("name", "title", "summary", "body") and value[0] in "[{":  # title: [Live] Huawei wins
                hint = f"{QUOTE_TEXT}: {in_single_quotes(value)}"
            if (keys := _SEVERAL_KEYS.fullmatch(value)) and "mapping values" in problem:  # - id: a, when: Huawei
                hint = f"write each key in a line of its own: {key[1]}: {keys['first']}, and below it {keys['rest']}"
        return Slip(begin, max(len(line.rstrip()) - begin, 1), message, hint, with_placeholder(line, begin))
    key = re.search(r"([\w-]+):\s+\Z", lead) if "block sequence entries are not allowed" in problem else None
    if key is not None and (item := re.fullmatch(r"-\s+([^-\s].{0,100})", value)):
        hint = f"write {key[1]}: [{item[1]}], or each item in a line of its own below {key[1]}:"
        return Slip(begin, len(value), "a list does not begin beside its key", hint, with_placeholder(line, begin))
    at = line[column : column + 1]
    is_alias = at == "*" and any(word in problem for word in _INDICATORS)
    if is_alias or ("cannot start any token" in problem and at in ("@", "`", "%")):
        flow = column > begin and value[0] in "[{"
        word = line[column:]
        if flow:
            word = re.split(r"[,\]}]", word, maxsplit=1)[0]
        word = word.rstrip()
        is_rule = re.search(r"(?:\A|when:\s+|-\s+)\Z", lead) and _list_of(lines, number) not in ("match", "not")
        key = re.search(r"([\w-]+):\s+\Z", line[:column])
        quote_it = QUOTE_IT if is_rule and (key is None or key[1] == "when") else QUOTE_TEXT
        hint = f"{quote_it}: {in_single_quotes(without_sign(word))}"
        mended = with_placeholder(line, column, column + len(word))
        if key and key[1] == "owner":
            hint = "a person is called by the Slack id: U…; the profile shows it under ⋮, Copy member ID"
        if not lead.strip() and (entity := re.match(r"@([\w-]+):(?!\S)", word)):
            hint = f"an entity is declared without its @: {word[1:]}"
            mended = line[:column] + line[column + 1 :]
            return Slip(column, len(entity.group()) - 1, "@ stands before the name of an entity in rules", hint, mended)
        return Slip(column, len(word), f"{at} cannot begin a value in YAML", hint, mended)
    return None


def _list_of(lines: list[str], number: int) -> str:
    """The key whose list an item belongs to; "": there is none."""
    item = lines[number]
    if not item.lstrip().startswith("- "):
        return ""
    above = (key for at in range(number - 1, -1, -1) if (key := _KEY.match(lines[at])) is not None)
    return next((key["name"] for key in above if _column_of_key(key) <= _indent(item)), "")


def _moved_key(lines: list[str], number: int, column: int, problem: str) -> Slip | None:
    """A key a few columns beside the others of its item: `- id: x` and, below it, three spaces and `when: x`."""
    key = _KEY.match(lines[number])
    above = next((at for at in range(number - 1, -1, -1) if _KEY.match(lines[at])), None)
    if key is None or key["dashes"] or above is None:
        return None
    first = _KEY.match(lines[above])
    assert first is not None
    indent, wanted = len(key["indent"]), _column_of_key(first)
    holds_block = above == number - 1 and not lines[above][first.end() :].strip()  # what is deeper below it is its own
    if not 0 < abs(indent - wanted) <= 3 or (indent > wanted and holds_block):
        return None
    if first["name"] == "when" and key["name"] in FIELDS:
        return None  # a rule that goes on in the next line
    here = "mapping values are not allowed" in problem and column == indent + len(key["name"])
    if not here and "did not find expected" not in problem:
        return None
    if any((other := _KEY.match(line)) and _column_of_key(other) == indent for line in lines[:number]):
        return None  # it goes on with what stands further up
    message = f"{key['name']}: stands in column {indent + 1}, {first['name']}: above it in column {wanted + 1}"
    hint = f"the keys of one item begin in one column: write {counted(wanted, 'space', 'spaces')} before {key['name']}:"
    mended = f"{' ' * wanted}{key['name']}:{_placeholder_of(lines[number][key.end() :])}"
    return Slip(indent, len(key["name"]), message, hint, mended)


def _column_of_key(key: re.Match[str]) -> int:
    return len(key["indent"]) + len(key["dashes"])


def _placeholder_of(value: str) -> str:
    """What stands for a value in a line whose columns have moved; of what goes on in the next line, its beginning."""
    return f" {QUOTED_PLACEHOLDER}" if value.strip() and value.strip()[0] not in "|>[{&" else value


def _missing_space(line: str, problem: str) -> Slip | None:
    """`when:Huawei`: YAML wants a space behind the colon of a key."""
    key = _GLUED_KEY.match(line)
    if key is None or "could not find expected ':'" not in problem:
        return None
    begin, end = key.start("name"), key.end("name") + 1
    hint = f"write {key['name']}: {key['value'].strip()}"
    mended = line[:end] + _placeholder_of(key["value"])
    return Slip(begin, end - begin, "a space is missing behind this :", hint, mended)


def _other_bullet(line: str, problem: str) -> Slip | None:
    """`* Huawei`, as lists are written elsewhere."""
    item = re.match(r"(\s*)\*\s+(\S.*)", line)
    if item is None or "alphabetic" not in problem:
        return None
    hint = f"an item of a list begins with - and a space: - {item[2].rstrip()}"
    return Slip(len(item[1]), 1, "* begins no item of a list in YAML", hint, f"{item[1]}- {QUOTED_PLACEHOLDER}")


def _shallow_block(lines: list[str], number: int, problem: str, source: Source) -> str | None:
    """`when: |`, and its text below in the column of its key: YAML takes the text for the next key."""
    header = _BLOCK.match(lines[number])
    if header is None or "could not find expected ':'" not in problem:
        return None
    indent = len(header["indent"])
    first = next((at for at in range(number + 1, len(lines)) if lines[at].strip()), len(lines))
    if first == len(lines) or _indent(lines[first]) > indent:
        return None
    wanted = counted(indent + 2, "space", "spaces")
    message = f"the text of a {header['sign']} stands further in than its key"
    hint = f"write {wanted} before each line of it: {lines[first].strip()}"
    source.report("error", first + 1, _indent(lines[first]) + 1, len(lines[first].strip()), message, hint)
    for at in range(first, len(lines)):
        if _KEY.match(lines[at]) or lines[at].lstrip().startswith("- "):
            break
        lines[at] = ""
    lines[number] = with_placeholder(lines[number], header.start("sign"))
    return "\n".join(lines)


def _misread_value(value: str, problem: str) -> tuple[str, str] | None:
    """What YAML makes of a rule's first character or of a `:` in it, and what to write instead."""
    first = value[0]
    if first in "\"'":
        closing = _closing(value)
        rest = value[closing + 1 :].strip() if closing else ""
        if rest and not rest.startswith(("#", ":")):
            message = f"YAML ends this text behind the closing {first}; what follows belongs to nothing"
            return message, f"{QUOTE_IT}: {in_single_quotes(without_quotes(value) if first == chr(39) else value)}"
    if first in "[{" and "did not find expected" in problem:
        closing = value.rfind("]" if first == "[" else "}")
        rest = value[closing + 1 :].strip() if closing > 0 else ""
        if rest and not rest.startswith(("#", ",", "]", "}")):
            what = "list" if first == "[" else "mapping"
            message = f"{first} begins a {what} in YAML; what follows belongs to nothing"
            return message, f"{QUOTE_IT}, and group with ( )"
    if "mapping values are not allowed" in problem:
        return "the : in this line makes YAML read it as a key with a value", f"{QUOTE_IT}: {in_single_quotes(value)}"
    if first in "*&!|>?%" and any(word in problem for word in _INDICATORS):
        message = f"{first} at the beginning of a value means something else in YAML"
        hint = f"{QUOTE_IT}: {in_single_quotes(without_sign(value))}"
        if ending := re.match(r"\*([^\W_]{2,})(\*?)", value):  # *berg
            pattern = words_ending_in(ending[1], anywhere=bool(ending[2]))
            hint += f"; for words that end so: {in_single_quotes(pattern + value[ending.end() :])}"
        return message, hint
    return None


def _comment(lines: list[str], number: int, source: Source) -> str | None:
    """A plain text over several lines with a ` #` in it: YAML ends the text there."""
    above = number - 1
    while above >= 0 and not lines[above].strip():
        above -= 1
    if above < 0:
        return None
    line = lines[above]
    match = _VALUE.match(line)
    hash_at = re.search(r"\s#", line)
    if match is None or hash_at is None or not match.group("lead").strip() or PLACEHOLDER in line:
        return None
    if match.group("value")[0] in "\"'#" or _indent(lines[number]) <= _indent(line):
        return None
    begin = hash_at.start() + 1
    message = "# begins a comment in YAML and ends the text there; the next line belongs to nothing"
    hint = "write the rule as a block, when: | with the lines below it, or put the rule in single quotes on one line"
    slip = Slip(begin, len(line) - begin, message, hint, with_placeholder(line, len(match.group("lead"))))
    indent = _indent(line)
    following = number
    while following < len(lines) and (not lines[following].strip() or _indent(lines[following]) > indent + 1):
        if re.match(r"\s*[\w-]+:(\s|$)", lines[following]):
            break
        lines[following] = ""
        following += 1
    return _mended(lines, above, slip, source)


def _tab(lines: list[str], number: int) -> Slip | None:
    line = lines[number]
    if (dash := re.match(r"[ ]*(?:-[ ]+)*-[ ]*\t\s*", line)) is not None:
        mended = dash.group().rstrip() + " " + line[dash.end() :]
        return Slip(dash.group().index("\t"), 1, "a tab stands behind this -", "YAML wants a space there", mended)
    lead = re.match(r"[ ]*(\t)\s*", line)
    if lead is None:
        return None
    above = next((lines[at] for at in range(number - 1, -1, -1) if lines[at].strip()), "")
    inside = re.match(r"\s*(?:-\s+)*", above)
    indent = len(inside.group()) if inside and not line.lstrip().startswith("-") else _indent(above)
    mended = " " * indent + line[lead.end() :]
    return Slip(lead.start(1), 1, "a tab indents this line", "YAML wants spaces there", mended)


def _plainly(lines: list[str], error: yaml.MarkedYAMLError, problem: str, source: Source) -> None:
    mark = error.problem_mark or error.context_mark
    assert mark is not None
    message = next((words for part, words in _WORDS.items() if part in problem), f"YAML cannot read this: {problem}")
    at_opening = "never closed" in message and error.context_mark is not None
    if at_opening:
        mark = error.context_mark or mark
    hint = "look at the line above as well"
    if "never closed" in message:
        hint = "write its end; a text with quotes in it goes in single quotes"
        if re.search(r"[{,]\s*[^\"']*\$\{", lines[min(mark.line, len(lines) - 1)]):
            hint = 'in { } the } of a ${NAME} ends the mapping: put the value in double quotes, "https://…${NAME}"'
    elif "second document" in message:
        hint = "delete the line ---"
    elif "could not find expected ':'" in problem:
        hint += "; a text that goes on in the next line stands further in there than its key or -"
    elif "expected '-' indicator" in problem and (
        item := re.match(r"\s*-(\w.*)", lines[min(mark.line, len(lines) - 1)])
    ):
        hint = f"an item of a list begins with - and a space: - {item[1]}"
    elif "expected key" in problem and lines[min(mark.line, len(lines)) - 1].lstrip().startswith("#"):
        hint = "a comment ends the text above it: write when: | and the rule below it, with its comments"
    line = min(mark.line, len(lines) - 1)
    # Behind the dash something else is wrong: `- "never closed`.
    at_dash = lines[line].lstrip().startswith("- ") and mark.column <= _indent(lines[line])
    if at_dash and (wanted := _indent_of_items(lines, line)) != _indent(lines[line]):
        message = "this item stands in another column than the one above it"
        hint = f"the items of one list begin in one column: write {counted(wanted, 'space', 'spaces')} before the -"
    while line > 0 and not lines[line].strip() and not at_opening:
        line -= 1
    column = mark.column if line == mark.line else len(lines[line])
    source.report("error", line + 1, column + 1, 1, message, hint)


def _indent_of_items(lines: list[str], line: int) -> int:
    """Where the items above a line begin, those of the list that is nearest to its own place, which counts where there
    are none."""
    own = _indent(lines[line])
    indents = (_indent(one) for one in reversed(lines[:line]) if one.lstrip().startswith("- "))
    return min(indents, key=lambda indent: abs(indent - own), default=own)


def _closing(value: str) -> int:
    """Where the quote that begins a value ends; 0: it does not."""
    quote = value[0]
    index = 1
    while index < len(value):
        if quote == '"' and value[index] == "\\":
            index += 2
            continue
        if value[index] == quote:
            if quote == "'" and value[index + 1 : index + 2] == "'":
                index += 2
                continue
            return index
        index += 1
    return 0


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
