"""The words of a run → its joined forms: `nospy` of no-spy, `at&t`, `cve20243094`.

The law of this file (docs/rules.md, "Words"): a run of several parts is found as a whole, and by each stretch of it
between hyphens, slashes or a figure's full stop (`AT&T-owned` holds `at&t`, `CVE-2024-3094-PoC` the id), but by none
that cuts a row of figures (`2024-11-29` holds no `1129`). `&` stays in a joined form, `.` and `/` stay between digits.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

DOTS = ".．"
_HYPHENS = frozenset("-‐‑‒–−־－﹣")
"""With the maqaf of Hebrew."""
_SLASHES = frozenset("/／")
_AMPERSANDS = frozenset("&＆")


class Form(NamedTuple):
    """A word of a run, or a joined form. `first`, `last` count parts of the run, `start`, `end` its characters."""

    form: str
    """Folded."""
    exact: str
    """As spelled: NFKC, apostrophes alike, possessive dropped."""
    first: int
    last: int
    start: int
    end: int
    cjk: bool


MOST_PARTS = 1_000
"""A longer run is no word of any language: it has parts only."""
_FEW_PIECES = 6
"""Parts of a run that is joined at each stretch of it; of more, at short stretches alone."""
_LONGEST_STRETCH = 4
"""Pieces that a joined form has at most where a run has more than a few (`F-16/F-35/A-10/B-2`), but for what stands
between two slashes."""


def joined_forms(parts: list[Form], joins: list[str]) -> list[Form]:
    """The joined forms of a run. `joins`: what stands behind each part, a joiner, or "" between scripts."""
    joined = [
        _joined(parts, joins, low, high)
        for low, high in _stretches(parts, joins)
        if high - low >= 2 and not any(part.cjk for part in parts[low:high])
    ]
    versions = [part.form[:1] == "v" and part.form[1:].isdigit() for part in parts]
    if any(versions):
        joined += [_version(form) for form in joined if versions[form.first] and "." in form.form]
    return joined


def _stretches(parts: list[Form], joins: list[str]) -> list[tuple[int, int]]:
    """From where to before where a run is joined: the whole of it, and of long runs each stretch between its breaks."""
    count = len(parts)
    if count == 2:  # as most
        return [(0, 2)]
    in_figures = [False, *map(_joins_figures, parts, parts[1:]), False]
    """Before each part, and behind the last: whether figures stand on both sides."""
    breaks = [0, *(at for at in range(1, count) if _is_break(joins[at - 1], parts, at, in_figures[at])), count]
    longest = len(breaks) if len(breaks) <= _FEW_PIECES + 1 else _LONGEST_STRETCH
    stretches: dict[tuple[int, int], None] = {(0, count): None}
    segments = dict(pairwise(at for at in breaks if at in (0, count) or joins[at - 1][-1:] in _SLASHES))
    for number, low in enumerate(breaks):
        named = parts[low].form[:1].isalpha() if low < count else False
        ends = breaks[number + 1 : number + 1 + longest]
        if named and ends:
            # `F-16/18`, `CVE-2024-3094/5`: what a name ends with goes on behind a slash.
            few = min(ends[-1], low + 2 + _FEW_PIECES)
            ends += [at for at in range(low + 2, few) if in_figures[at] and joins[at - 1][-1:] in _SLASHES]
        if low in segments:  # a headline in an address: news.example/war-and-rumor-of-war
            ends.append(segments[low])
        for high in ends:
            cut = (in_figures[low] and joins[low - 1][-1:] in _HYPHENS, in_figures[high] and not named)
            figures = any(in_figures[at] and joins[at - 1][-1:] in _HYPHENS for at in range(low + 1, high))
            if not (figures and any(cut)):
                stretches.setdefault((low, high))
    ends_of_hosts = frozenset(breaks)
    for low in range(1, count):
        # A host is found below its own: github.com in gist.github.com.
        if joins[low - 1] in DOTS and joins[low - 1] and not in_figures[low]:
            high = next((end for end in range(low + 2, min(low + _FEW_PIECES, count) + 1) if end in ends_of_hosts), 0)
            if high:
                stretches.setdefault((low, high))
    return list(stretches)


def _joined(parts: list[Form], joins: list[str], low: int, high: int) -> Form:
    """The parts from `low` to before `high` as one word; of what joins them `&` stays and, between figures, slash and
    dot."""
    form, exact = parts[low].form, parts[low].exact
    for join, part in zip(joins[low : high - 1], parts[low + 1 : high], strict=True):
        digits = form[-1:].isdigit() and part.form[:1].isdigit()
        joiner = ""
        if join[-1:] in _AMPERSANDS:
            joiner = "&"
        elif digits and join[-1:] in _SLASHES:
            joiner = "/"
        elif digits and join in DOTS and join:
            joiner = "."
        form += joiner + part.form
        exact += joiner + part.exact
    return Form(form, exact, low, high - 1, parts[low].start, parts[high - 1].end, False)


def _joins_figures(left: Form, right: Form) -> bool:
    return left.form[-1:].isdigit() and right.form[:1].isdigit()


def _is_break(join: str, parts: list[Form], at: int, in_figures: bool) -> bool:
    """Whether a name may end and another begin before a part: not in `24/7`, `3.0` and `news.example`."""
    sign = join[-1:]
    if sign in DOTS and sign:
        # CVE-2024-3094.html, www.news.example
        return (parts[at - 1].form[-1:].isdigit() and not in_figures) or parts[at - 1].form == "www"
    return sign == "" or sign in _HYPHENS or (sign in _SLASHES and not in_figures)


def _version(form: Form) -> Form:
    """`v2.17.1` without its v: releases are called both ways."""
    return form._replace(form=form.form[1:], exact=form.exact[1:], start=form.start + 1)
