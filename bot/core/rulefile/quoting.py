"""A value of the rules file → as it stands in single quotes, in which YAML reads everything as written."""

from __future__ import annotations

import re

import yaml

from bot.core.query.mending import whole_rule
from bot.core.query.parser import parse_all

QUOTE_IT = "put the rule in single quotes"
QUOTE_TEXT = "put the text in single quotes"
BACKSLASH = "a backslash in double quotes means something else in YAML"

RULE_OPERATOR = re.compile(r"\b(?:AND|OR|NOT|NEAR|ONEAR|NOTNEAR)\b")
_OUTER_QUOTE = re.compile(r"(?<![^\s(])'|'(?![^\s)])")
"""A single quote that opens or closes; the one inside `Let's` does neither."""


def in_single_quotes(value: str) -> str:
    """A value in single quotes, a comment behind it left out."""
    value = re.sub(r"\s+#\s.*$", "", value).strip()
    if len(value) > 80:
        return "'…'"
    return "'" + value.replace("'", "''") + "'"


def as_written(value: str, style: str | None) -> str:
    """A text as it stands in YAML where one in this style stood: in single quotes where it needs them, or there were
    quotes."""
    if style in ("|", ">"):
        return value
    try:
        is_read_as_it_is = not style and yaml.safe_load(f"- {value}") == [value]
    except yaml.YAMLError:
        is_read_as_it_is = False
    return value if is_read_as_it_is else in_single_quotes(value)


_TO_QUOTE = re.compile(rf"{QUOTE_IT}: ('(?:[^']|'')*')\Z")


def mended_in_quotes(hint: str) -> str:
    """Where a hint says to put a rule in single quotes, and it has mistakes besides: the rule without them, in single
    quotes; else nothing. So one look at the file mends both."""
    quoted = _TO_QUOTE.search(hint)
    if quoted is None:
        return ""
    rule = quoted[1][1:-1].replace("''", "'")
    _, errors = parse_all(rule)
    whole = whole_rule(rule, errors, {}) if errors else ""
    return as_written(whole, "'") if whole else ""


def of_double_quotes(value: str) -> str:
    """What stands in double quotes, which may be missing at its end, in single ones."""
    inner = value[1:-1] if len(value) > 1 and value[-1] == value[0] else value
    return in_single_quotes(re.sub(r"\\([\"'\\])", r"\1", inner))


def without_sign(value: str) -> str:
    """What stands behind a sign with which no rule begins either (`%50` does); a ! before the first of several parts
    excludes it elsewhere."""
    value = re.sub(r"\A!+(?=[\w\"“„(@=]\S*\s)", "NOT ", value)
    return re.sub(r"\A(?:[*&!|>?` ]|%(?!\d))+", "", value).rstrip("` ") or value


def without_quotes(value: str) -> str:
    """What was meant by single quotes around, or inside, a rule: `'Let's Dance'` is the phrase, `'no spy' AND x` holds
    one."""
    whole = value.strip()
    inner = whole.strip("'")
    if re.search(r"\w'\w", inner) and "' " not in inner:
        return inner if RULE_OPERATOR.search(inner) else f'"{inner}"'
    if whole.endswith("'") and not RULE_OPERATOR.search(inner) and "' '" not in inner:
        return f'"{inner}"'  # 'Rock 'n' Roll'
    return _OUTER_QUOTE.sub('"', value)
