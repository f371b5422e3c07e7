"""The nearest known name to a mistyped one."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz.distance import OSA


def nearest(name: str, known: Sequence[str]) -> str:
    """The known name that `name` is most likely a slip of, or "".

    The optimal string alignment distance (a swap of neighbours is one slip) may be a third of the longer name, and at
    least 1; names of one letter are never taken for each other.
    """
    best, best_distance = "", 1_000
    folded = name.casefold()
    for candidate in known:
        other = candidate.casefold()
        longest = max(len(folded), len(other))
        limit = max(1, (longest + 1) // 3) if longest > 2 else (1 if longest == 2 else 0)
        distance = OSA.distance(folded, other, score_cutoff=min(limit, best_distance))
        if distance <= limit and distance < best_distance:
            best, best_distance = candidate, distance
    if not best and len(folded) >= 3:
        starting = [candidate for candidate in known if candidate.casefold().startswith(folded)]
        containing = [
            candidate for candidate in known if len(candidate) >= 3 and folded.startswith(candidate.casefold())
        ]
        if starting or containing:
            best = (starting or containing)[0]
    return best
