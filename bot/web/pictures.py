"""Counts, hours of polls → a picture (SVG, made here) and the table or the words that say the same."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from markupsafe import Markup

from bot.core.text.plural import counted
from bot.model import PolledHour

_CLASSES = {
    PolledHour.UNASKED: "s0",
    PolledHour.GOOD: "h-good",
    PolledHour.MIXED: "h-mixed",
    PolledHour.FAILED: "h-bad",
}
_HEIGHTS = {PolledHour.UNASKED: 14, PolledHour.GOOD: 14, PolledHour.MIXED: 8, PolledHour.FAILED: 4}
_WORDS = {
    PolledHour.UNASKED: "no poll",
    PolledHour.GOOD: "all good",
    PolledHour.MIXED: "some failed",
    PolledHour.FAILED: "all failed",
}
_HEIGHT, _STEP, _BAR = 60, 20, 16
_FEWEST = 14
"""Bars that there is room for: one day alone is no wall."""


def bars(label: str, rows: Sequence[tuple[str, int]], column: str, count: str) -> Markup:
    """Bars in order, with the table below them.

    Args:
        label: what the picture shows, in words.
        rows: (name, count) of each bar.
        column, count: the table's headings.
    """
    most = max((value for _, value in rows), default=0)
    width = max(_FEWEST, len(rows)) * _STEP
    shapes = Markup().join(
        Markup('<rect x="{}" y="{}" width="{}" height="{}"><title>{}: {}</title></rect>').format(
            at * _STEP + 2, _HEIGHT - height, _BAR, height, name, value
        )
        for at, (name, value) in enumerate(rows)
        if (height := max(2, round(_HEIGHT * value / most)) if value else 0)
    )
    picture = Markup(
        '<svg class="bars" viewBox="0 0 {} {}" role="img" aria-label="{}" preserveAspectRatio="none">'
        '<path d="M0 {}H{}"/>{}</svg>'
    ).format(width, _HEIGHT, f"{label}: at most {most}", _HEIGHT - 0.5, width, shapes)
    return picture + _table(label, (column, count), [(name, str(value)) for name, value in rows])


def strips(label: str, rows: Sequence[tuple[str, Sequence[int]]]) -> Markup:
    """One strip of 24 hours a day, darker where more came, with the table below.

    Args:
        rows: (day, entries by hour).
    """
    most = max((value for _, hours in rows for value in hours), default=0) or 1
    shapes = []
    for line, (day, hours) in enumerate(rows):
        for hour, value in enumerate(hours):
            shade = 0 if not value else 1 + min(3, 4 * value // (most + 1))
            shapes.append(
                Markup(
                    '<rect class="s{}" x="{}" y="{}" width="18" height="14"><title>{} {:02d}:00: {}</title></rect>'
                ).format(shade, hour * 20, line * 18, day, hour, value)
            )
    picture = Markup('<svg class="strips" viewBox="0 0 480 {}" role="img" aria-label="{}">{}</svg>').format(
        18 * len(rows), label, Markup().join(shapes)
    )
    return picture + _table(label, ("Day", "Entries"), [(day, str(sum(hours))) for day, hours in rows])


def health_strips(label: str, rows: Sequence[tuple[str, Sequence[PolledHour]]]) -> Markup:
    """One strip of 24 hours a day, with the table below: a full cell where all polls were good, a lower one where some
    failed, a flat one where all did, because colours alone do not tell everybody.

    Args:
        rows: (day, how its polls went by hour).
    """
    shapes = [
        Markup('<rect class="{}" x="{}" y="{}" width="18" height="{}"><title>{} {:02d}:00: {}</title></rect>').format(
            _CLASSES[polled], hour * 20, line * 18 + 14 - height, height, day, hour, _WORDS[polled]
        )
        for line, (day, hours) in enumerate(rows)
        for hour, polled in enumerate(hours)
        for height in [_HEIGHTS[polled]]
    ]
    picture = Markup('<svg class="strips" viewBox="0 0 480 {}" role="img" aria-label="{}">{}</svg>').format(
        18 * len(rows), label, Markup().join(shapes)
    )
    return picture + _table(label, ("Day", "Polls"), [(day, _hours_in_words(hours)) for day, hours in rows])


def health_strip(cells: Sequence[PolledHour], words: str) -> Markup:
    """One line of cells, the oldest first, small enough for a row of a table; `words` stand beside it."""
    paths = []
    for polled in (PolledHour.GOOD, PolledHour.MIXED, PolledHour.FAILED):
        runs = [
            (start, len(tuple(run)))
            for is_it, run in groupby(enumerate(cells), key=lambda cell: cell[1] is polled)
            if is_it
            for start in [next(run)[0]]
        ]
        if runs:
            drawn = "".join(f"M{start} 5h{rest + 1}" for start, rest in runs)
            paths.append(Markup('<path class="{}" d="{}"/>').format(_CLASSES[polled], drawn))
    picture = Markup('<svg class="week" viewBox="0 0 {} 10" aria-hidden="true">{}</svg>').format(
        len(cells), Markup().join(paths)
    )
    return picture + Markup(' <span class="about">{}</span>').format(words)


def _hours_in_words(hours: Sequence[PolledHour]) -> str:
    asked = sum(polled is not PolledHour.UNASKED for polled in hours)
    bad = {
        polled: [f"{hour:02d}:00" for hour, one in enumerate(hours) if one is polled]
        for polled in (PolledHour.MIXED, PolledHour.FAILED)
    }
    words = [f"{_WORDS[polled]} at {', '.join(at)}" for polled, at in bad.items() if at]
    return "; ".join([counted(asked, "hour with polls", "hours with polls"), *words]) if asked else "none"


def _table(label: str, head: tuple[str, str], rows: Sequence[tuple[str, str]]) -> Markup:
    lines = Markup().join(Markup('<tr><th scope="row">{}</th><td>{}</td></tr>').format(*row) for row in rows)
    return Markup(
        "<details><summary>As a table</summary><table><caption>{}</caption>"
        '<thead><tr><th scope="col">{}</th><th scope="col">{}</th></tr></thead><tbody>{}</tbody></table></details>'
    ).format(label, *head, lines)
