"""The text of a rules file and items for one of its lists → the text with lines for them at the end of that list.

The law: every line that is there stays as it is, comments, order and line ends included; only a list written in
brackets on one line has to be opened.
"""

from __future__ import annotations

from collections.abc import Sequence

import yaml

from bot.core.rulefile.nodes import NOTHING
from bot.core.rulefile.text_edits import compose_rules, double_quoted, end_of, into_list, lines_after, pair_of, spliced
from bot.errors import UsageError


def with_items(text: str, key: str, items: Sequence[str]) -> str:
    """`text` with `items`, each YAML on one line, at the end of the list under `key`.

    Raises: UsageError when the file is no YAML, or has something else there.
    """
    root = compose_rules(text)
    pair = pair_of(root, key)
    if pair is None:
        start = end_of(root) if root is not None else len(text)
        return spliced(text, [lines_after(text, start, [f"{key}:", *(f"  - {item}" for item in items)])])
    node = pair.value
    if isinstance(node, yaml.SequenceNode) or (isinstance(node, yaml.ScalarNode) and node.value in NOTHING):
        return spliced(text, into_list(text, pair, items))
    raise UsageError(f"`{key}:` is neither a list nor empty: fix it first (`wirewatch check`)")


def quoted_scalar(text: str) -> str:
    """A double-quoted YAML scalar. `${` would be read as a variable."""
    return double_quoted(text.replace("${", "$ {"))
