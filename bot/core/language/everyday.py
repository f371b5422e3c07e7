"""Whether a word is common in any language: its capitals in a rule are then a name's (AIDS, MAY, META are no *aids*,
*may*, *die*).

The law of this file: `data/common.txt` holds what the `common` lists of all languages' files hold, in Latin letters,
folded, so that asking costs no reading of 33 files; a test keeps the two alike.
"""

from __future__ import annotations

from functools import lru_cache

from bot.core.language.frequency import SMART_CASE
from bot.core.language.tables import DATA

SHORTEST = 4
"""Letters of the words that are asked for; shorter capitals are always a name's."""


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    lines = (DATA / "common.txt").read_text("ascii").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def is_everyday(form: str) -> bool:
    """Whether a folded word is common in some language."""
    return form in SMART_CASE or form in _common()
