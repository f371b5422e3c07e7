"""What takes the place of feedparser's dictionaries and texts where those cost most of a feed's time."""

from __future__ import annotations

import re
from typing import Any

_CONTROLS = re.compile("[\x80-\x9f]")
"""Control characters that stand for signs: what windows-1252 has in their place is meant."""


class LeanDict(dict[str, Any]):
    """A dictionary where feedparser has one that looks for a second name of every absent key."""

    __slots__ = ()
    __hash__ = object.__hash__  # type: ignore[assignment]  # feedparser keeps depths by entry

    def __deepcopy__(self, _memo: object) -> LeanDict:
        return LeanDict(self)


class LeanText(str):
    """A text whose `_CONTROLS` feedparser replaces: only where there are any. Its `translate` looks every character of
    a text beyond ASCII up in a table, which took a seventh of parsing."""

    __slots__ = ()

    def translate(self, table: Any) -> str:
        """A plain text."""
        return super().translate(table) if _CONTROLS.search(self) else str(self)
