"""An entry and the report of a story that is most like it → whether it hardly resembles it.

Law: where much is shared by chance, more must be shared to prove anything: in a full window two stories share a name
and a word, and so do all that one outlet writes of its topics.
"""

from __future__ import annotations

from bot.core.stories.apart import ALIKE
from bot.core.stories.candidates import Candidate, cosine_beside_one
from bot.core.stories.inverted_index import PRIOR
from bot.core.stories.prepared import Prepared

_FIRM = 0.4
"""Cosine with its nearest report from which no news is silent in a full window, where much is shared by chance
(`WordPress`, `Pope Francis`): of 104 silent reports in real feeds 59 of 75 wrong ones were below, 10 of 29 right. Half
of it must be left beside the unit that both share most: one name is no event (`Chrome`, `CSS`; 26 of 55, 0 of 39)."""

FAR_TEXT = "its text hardly resembles the nearest report's, in a window of so many stories"
"""What tells a text apart that shares a name or two with a story by chance. See `_FIRM`."""
FAR_FROM_OWN = "no other outlet reports that, and its text is not half like this outlet's own report"
"""What tells a text apart from another of its own feed (`Ardour 7.3 released`, `Ardour 7.4 released`; `Year of
BeeKeeping`, episodes 2 and 3): its topics and house words recur, and nobody else says that it is one event."""


def is_far(query: Prepared, nearest: Candidate, stories: int) -> bool:
    """Whether an entry hardly resembles its story, in a window of so many `stories`. See `_FIRM`."""
    return _is_below(query, nearest, _FIRM * stories / (PRIOR + stories))


def far_text(query: Prepared, nearest: Candidate, stories: int, *, is_own: bool) -> str:
    """What tells a text from a story that it hardly resembles, in words; empty: it resembles it. `is_own`: all its
    reports are of the entry's own feed."""
    if is_own and _is_below(query, nearest, ALIKE):
        return FAR_FROM_OWN
    return FAR_TEXT if is_far(query, nearest, stories) else ""


def _is_below(query: Prepared, nearest: Candidate, bound: float) -> bool:
    return nearest.cosine < bound or cosine_beside_one(query, nearest.item) < bound / 2
