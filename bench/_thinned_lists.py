"""The languages' lists of words of change, half of each left out by lot: as they are to a text that they do not know.

Words with one beginning stay or go together, as forms of one word do. The same lot leaves out the same words.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from bot.core.language.tables import Language
from bot.core.similarity import change_phrases, tokens
from bot.core.similarity.folding import STEM

_HALF = 128


@contextmanager
def thinned(lot: int) -> Iterator[None]:
    """For a while half of each list is missing; of lot 0 nothing is."""
    names = vars(change_phrases)
    whole = names["table_of"]

    def half(code: str) -> Language:
        table = whole(code)
        kept = {
            kind: tuple(phrase for phrase in phrases if _stays(phrase, lot)) for kind, phrases in table.changes.items()
        }
        return replace(table, changes=kept)

    if lot:
        names["table_of"] = half
    _forget()
    try:
        yield
    finally:
        names["table_of"] = whole
        _forget()


def _stays(phrase: str, lot: int) -> bool:
    return hashlib.blake2b(f"{lot} {phrase[:STEM]}".encode(), digest_size=1).digest()[0] < _HALF


def _forget() -> None:
    """Whatever was read by means of the lists is read anew."""
    tokens._CHUNKS.clear()
    for name, module in list(sys.modules.items()):
        if name.startswith("bot.core.similarity"):
            for remembered in vars(module).values():
                if hasattr(remembered, "cache_clear"):
                    remembered.cache_clear()
