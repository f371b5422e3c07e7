"""Counts, hours of polls → a picture (SVG, made here) and the table or the words that say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from bot.core.text.plural import counted
from bot.model import PolledHour

_HOURS = Markup("<span></span><span class=hours><span>0</span><span>6</span><span>12</span><span>18</span></span>")
_CELL = 14
"""Height of an hour's cell."""


@dataclass(frozen=True, slots=True)
class _Cell:
    """An hour of a strip. `style`: its class in the style sheet."""

    style: str
    height: int
    words: str


_CELLS = {
    PolledHour.UNASKED: _Cell("s0", _CELL, "no poll"),
    PolledHour.GOOD: _Cell("h-good", _CELL, "all good"),
    PolledHour.MIXED: _Cell("h-mixed", 8, "some failed"),
    PolledHour.FAILED: _Cell("h-bad", 4, "all failed"),
}
_HEIGHT, _STEP, _BAR = 60, 20, 16
_FEWEST = 14
"""Bars that there is room for: one day alone is no wall."""


def bars(label: str, rows: Sequence[tuple[str, int]], column: str, count: str) -> Markup:
    """Bars in order, with what they span in words and the table below them.

    Args:
        label: what the picture shows, in words.
        rows: (name, count) of each bar.
        column, count: the table's headings.
    """
    if not rows:
        return Markup('<p class="empty">Nothing is archived yet.</p>')
    most = max(value for _, value in rows)
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
    ).format(width, _HEIGHT, f"{label}: at most {most}", _HEIGHT - 0.5, len(rows) * _STEP, shapes)
    span = " to ".join(dict.fromkeys((rows[0][0], rows[-1][0])))
    words = Markup('<p class="about">{}: {}</p>').format(span, f"at most {most} a {column.lower()}" if most else "none")
    return picture + words + _table(label, (column, count), [(name, str(value)) for name, value in rows])


def strips(label: str, rows: Sequence[tuple[str, Sequence[int]]]) -> Markup:
    """One strip of 24 hours a day, darker where more came, with the table below.

    Args:
        rows: (day, entries by hour).
    """
    most = max((value for _, hours in rows for value in hours), default=0) or 1
    shades = [
        (day, [_Cell(f"s{1 + min(3, 4 * value // (most + 1)) if value else 0}", _CELL, str(value)) for value in hours])
        for day, hours in rows
    ]
    return _days(label, shades) + _table(label, ("Day", "Entries"), [(day, str(sum(hours))) for day, hours in rows])


def health_strips(label: str, rows: Sequence[tuple[str, Sequence[PolledHour]]]) -> Markup:
    """One strip of 24 hours a day, with the table below: a full cell where all polls were good, a lower one where some
    failed, a flat one where all did, because colours alone do not tell everybody.

    Args:
        rows: (day, how its polls went by hour).
    """
    cells = [(day, [_CELLS[polled] for polled in hours]) for day, hours in rows]
    return _days(label, cells) + _table(label, ("Day", "Polls"), [(day, _hours_in_words(hours)) for day, hours in rows])


def _days(label: str, rows: Sequence[tuple[str, Sequence[_Cell]]]) -> Markup:
    """A line a day: its name, and a cell an hour."""
    cell_of = Markup('<rect class="{}" x="{}" y="{}" width="18" height="{}"><title>{} {:02d}:00: {}</title></rect>')
    line_of = Markup('<span>{}</span><svg viewBox="0 0 480 {}" preserveAspectRatio="none">{}</svg>')
    lines = [
        line_of.format(
            day,
            _CELL,
            Markup().join(
                cell_of.format(cell.style, hour * 20, _CELL - cell.height, cell.height, day, hour, cell.words)
                for hour, cell in enumerate(cells)
            ),
        )
        for day, cells in rows
    ]
    lines.append(_HOURS)
    return Markup('<div class="strips" role="img" aria-label="{}">{}</div>').format(label, Markup().join(lines))


def health_strip(cells: Sequence[PolledHour], words: str) -> Markup:
    """One line of cells, the oldest first, small enough for a row of a table; `words` stand beside it."""
    paths = []
    for polled, middle in ((PolledHour.GOOD, "5"), (PolledHour.MIXED, "7"), (PolledHour.FAILED, "8.5")):
        runs = [
            (start, len(tuple(run)))
            for is_it, run in groupby(enumerate(cells), key=lambda cell: cell[1] is polled)
            if is_it
            for start in [next(run)[0]]
        ]
        if runs:
            drawn = "".join(f"M{start} {middle}h{rest + 1}" for start, rest in runs)
            paths.append(Markup('<path class="{}" d="{}"/>').format(_CELLS[polled].style, drawn))
    strip = Markup('<svg class="week" viewBox="0 0 {} 10" preserveAspectRatio="none" aria-hidden="true">{}</svg>')
    beside = Markup(' <span class="about">{}</span>')
    return strip.format(len(cells), Markup().join(paths)) + beside.format(words)


def _hours_in_words(hours: Sequence[PolledHour]) -> str:
    asked = sum(polled is not PolledHour.UNASKED for polled in hours)
    bad = {
        polled: [f"{hour:02d}:00" for hour, one in enumerate(hours) if one is polled]
        for polled in (PolledHour.MIXED, PolledHour.FAILED)
    }
    words = [f"{_CELLS[polled].words} at {', '.join(at)}" for polled, at in bad.items() if at]
    return "; ".join([counted(asked, "hour with polls", "hours with polls"), *words]) if asked else "none"


def _table(label: str, head: tuple[str, str], rows: Sequence[tuple[str, str]]) -> Markup:
    lines = Markup().join(Markup('<tr><th scope="row">{}</th><td>{}</td></tr>').format(*row) for row in rows)
    return Markup(
        "<details><summary>As a table</summary><table><caption>{}</caption>"
        '<thead><tr><th scope="col">{}</th><th scope="col">{}</th></tr></thead><tbody>{}</tbody></table></details>'
    ).format(label, *head, lines)
