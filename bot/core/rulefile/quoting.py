"""A value of the rules file → as it stands in single quotes, in which YAML reads everything as written."""

from __future__ import annotations

import re

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


def of_double_quotes(value: str) -> str:
    """What stands in double quotes, which may be missing at its end, in single ones."""
    inner = value[1:-1] if len(value) > 1 and value[-1] == value[0] else value
    return in_single_quotes(re.sub(r"\\([\"'\\])", r"\1", inner))


def without_sign(value: str) -> str:
    """What stands behind a sign with which no rule begins either (`%50` does)."""
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
