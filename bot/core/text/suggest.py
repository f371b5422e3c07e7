"""A mistyped name → the nearest one that exists."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def nearest(name: str, names: Sequence[str]) -> str:
    """The one of `names` that `name` is most likely a slip of, or "".

    The optimal string alignment distance (a swap of neighbours is one slip) may be a third of the longer name, and at
    least 1; names of one letter are never taken for each other. Else, of names of three letters or more, one that
    begins with the other.
    """
    from rapidfuzz.distance import OSA  # where nothing is mistyped, nobody waits for it

    best, best_distance = "", 1_000
    folded = name.casefold()
    for candidate in names:
        other = candidate.casefold()
        longest = max(len(folded), len(other))
        limit = max(1, (longest + 1) // 3) if longest > 2 else longest // 2
        distance = OSA.distance(folded, other, score_cutoff=min(limit, best_distance))
        if distance <= limit and distance < best_distance:
            best, best_distance = candidate, distance
    if best or len(folded) < 3:
        return best
    longer = [candidate for candidate in names if candidate.casefold().startswith(folded)]
    shorter = [candidate for candidate in names if len(candidate) >= 3 and folded.startswith(candidate.casefold())]
    return next(iter(longer + shorter), "")


def meant_instead(name: str, names: Collection[str]) -> str:
    """` Did you mean …?`, to stand behind a sentence; "" where `name` is one of them, or a slip of none."""
    meant = "" if name in names else nearest(name, sorted(names))
    return f" Did you mean {meant}?" if meant else ""
