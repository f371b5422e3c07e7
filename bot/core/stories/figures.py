"""Figures of a report and of its story → what became of which, as people write it: `340 → 410 million euros`.

Law: two figures are compared where the same word stands beside them, or where nothing says what they count and they are
of one size. A figure beside a month is a date (`31 January → 31 March`). What a report says is shown in its own words;
of an older text only values are kept, which are then written as the new figure is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.core.similarity.changes import kinds_in
from bot.core.similarity.difference import TEMPLATE, most_in_common
from bot.core.similarity.headlines import Headline
from bot.core.similarity.lexicon import lexicon
from bot.core.similarity.numerals import number_value
from bot.core.similarity.tokens import CHARACTER, FIGURE, PLAIN_WORD, TextToken, is_common, units

_ROUNDED = 0.04
"""Difference by which a figure is another one, rounded: `more than 140` where 143 were told."""
_OF_ONE_SIZE = 30.0
"""Times that a figure may be another one which nothing tells from it: of 3 dead, not of 3 and 200,000 homes."""
_BEFORE = 3
"""Words before a figure among which stands what it is of: `imports rose by 4 percent`."""
_AS_DIGITS = 1_000
"""A number in words that says as much as one in digits: `half a million`, not `two`, `a dozen`."""
_DAY = re.compile(r"\d\d?")
_YEAR = re.compile(r"(?:1[89]|20)\d\d\D*")
_NUMBER = re.compile(r"\d[\d.,٫٬’'\u00a0\u202f ]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure with what stands beside it.

    `text`: as it is shown; `tail`: the word right behind it. `counts`: the units of what it counts, `kinds`: of change
    that these tell; `beside`: the units of the telling words around it; `month`: that of the month beside it, if it is
    a date; `digits`: it is written in digits, or as large as what mostly is; `numbers`: it stands first or behind a
    capital, as what numbers something does (`10 things`, `Season 4`).
    """

    value: float
    unit: str
    text: str
    tail: str
    counts: frozenset[str]
    kinds: frozenset[str]
    beside: frozenset[str]
    month: str
    digits: bool
    numbers: bool


def figures_in(words: Sequence[TextToken]) -> list[Figure]:
    """The figures of a text, in order."""
    return [_figure(words, at) for at, token in enumerate(words) if token.kind == FIGURE]


def _figure(words: Sequence[TextToken], at: int) -> Figure:
    token = words[at]
    near = [*words[max(0, at - 1) : at], *words[at + 1 : at + 3]]
    beside = frozenset(units([one for one in near if one.kind in (PLAIN_WORD, CHARACTER)]))
    first, last = _date(words, at) or (at, at)
    month = next((one for one in words[first : last + 1] if one.form in lexicon().months), None)
    counted = [one for one in words[at + 1 : at + 3] if _is_telling(one)] if month is None else []
    follows = bool(counted) and counted[0] is words[at + 1]
    tail = counted[0].raw if follows else ""
    between = " " if follows and counted[0].kind == PLAIN_WORD else ""
    return Figure(
        value=_value(token.unit),
        unit=token.unit,
        text=" ".join(one.raw for one in words[first : last + 1]) + between + tail,
        tail=tail,
        counts=frozenset(one.unit for one in counted),
        kinds=frozenset(kinds_in(counted)),
        beside=frozenset(unit for unit in beside if not is_common(unit)),
        month=month.unit if month is not None else "",
        digits=any(map(str.isdigit, token.raw)) or _value(token.unit) >= _AS_DIGITS,
        numbers=at == 0 or words[at - 1].capital,
    )


def _is_telling(token: TextToken) -> bool:
    return token.kind == CHARACTER or (
        token.kind == PLAIN_WORD and not is_common(token.unit) and token.form not in lexicon().calendar
    )


def _date(words: Sequence[TextToken], at: int) -> tuple[int, int] | None:
    """Where the date stands that a figure is the day of: a month beside it, or behind a word (`8 de junio`)."""
    if not _DAY.fullmatch(words[at].raw):
        return None
    months = lexicon().months
    for place in (at + 1, at - 1, at + 2):
        if 0 <= place < len(words) and words[place].form in months:
            if place == at + 2 and not is_common(words[at + 1].unit):
                continue
            return min(at, place), max(at, place)
    return None


def _value(unit: str) -> float:
    try:
        return float(unit[1:])
    except ValueError:
        return 0.0


class FiguresTold:
    """What a story's nearest reports say in figures, beside those of a new headline. `kinds`: of change, that it tells;
    `texts`: the units of those reports, in order."""

    def __init__(
        self, new: Headline, kinds: Collection[str], headlines: Sequence[Headline], texts: Sequence[Sequence[str]]
    ) -> None:
        self._new = new
        self._kinds = kinds
        self._headlines = headlines
        self._texts = texts
        self._told = [figure for old in headlines for figure in figures_in(old.words)]

    def change_of(self, figure: Figure) -> str:
        """What became of what: `9 → 112 dead`; empty where the story has nothing to compare."""
        if (told_as := self._counterpart(figure, self._told)) is not None:
            return arrow(told_as, figure)
        return next((f"{old} → {figure.text}" for text in self._texts if (old := _in_units(figure, text))), "")

    def lack(self, figure: Figure, says: Callable[[str], bool]) -> bool:
        """Whether the story does not say a figure, or date (`says`: whether it says a unit), and none of its headlines'
        rounded up or down. A year is none."""
        if figure.month:
            return not says(figure.month) or not says(figure.unit)
        return not (says(figure.unit) or self._have(figure))

    def have_of_others(self, figure: Figure) -> bool:
        """Whether a figure that the story says may stand there beside other words alone, while a headline has another
        one in its place: one that is the same otherwise, or of one that tells the same (`9 dead … 14 villages`, then
        `14 dead`). Of a text each unit is kept once, so that what it counts there (`31 percent … 29 percent`) is not
        known; but beside it may stand a word by which alone the headlines differ: `exports up 6 percent`, below which
        `imports rose 4 percent`, then `imports up 4 percent`."""
        if figure.month or self._have(figure):
            return False
        of_kind = [one for one in self._told if one.kinds & figure.kinds.union(self._kinds)]
        is_of_kind = self._counterpart(figure, of_kind) is not None
        if not is_of_kind and self._counterpart(figure, self._told_alike) is None:
            return False
        near, new = figure.counts or figure.beside, frozenset[str]() if is_of_kind else self._words_of_new
        return all(
            near.isdisjoint(_beside(figure.unit, text, 1)) and new.isdisjoint(_beside(figure.unit, text, _BEFORE))
            for text in self._texts
        )

    def _have(self, figure: Figure) -> bool:
        """Whether it is one that a headline tells, or that one rounded, or a year."""
        is_year = _YEAR.fullmatch(figure.text.partition(" ")[0]) is not None
        return is_year or any(abs(figure.value - one.value) <= _ROUNDED * one.value for one in self._told)

    @cached_property
    def _told_alike(self) -> list[Figure]:
        """Those of headlines that are the same otherwise."""
        words = (old.words for old in self._headlines if most_in_common(old.words, self._new.words) >= TEMPLATE)
        return [figure for alike in words for figure in figures_in(alike)]

    @cached_property
    def _words_of_new(self) -> frozenset[str]:
        """The units of telling words that no earlier headline has."""
        told = {token.unit for old in self._headlines for token in old.words}
        own = (token.unit for token in self._new.words if token.kind == PLAIN_WORD and not token.common_in)
        return frozenset(own) - told

    def _counterpart(self, figure: Figure, told: Sequence[Figure]) -> Figure | None:
        """The figure of a headline that a new one stands for."""
        if figure.month:
            return next((one for one in told if one.month), None)
        others = [one for one in told if not one.month and _is_of_one_size(figure.value, one.value)]
        if figure.counts:
            return next((one for one in others if one.counts & figure.counts or one.kinds & figure.kinds), None)
        # `toll rises to 112`, of `9 dead`: what it counts stands before it.
        counted = next((one for one in others if one.kinds & set(self._kinds)), None)
        bare = [one for one in others if not one.counts]
        return counted or (bare[0] if len(bare) == 1 else None)


def _beside(unit: str, text: Sequence[str], before: int) -> Sequence[str]:
    """The units around one of a text, so many of them before it."""
    at = text.index(unit) if unit in text else len(text)
    return text[max(0, at - before) : at + 3]


def arrow(old: Figure, new: Figure) -> str:
    """Both, what they count said once."""
    if not old.tail or old.tail != new.tail:
        return f"{old.text} → {new.text}"
    head, other = (figure.text.removesuffix(figure.tail).rstrip() for figure in (old, new))
    scale = _NUMBER.sub("", head, count=1).strip()
    if scale == _NUMBER.sub("", other, count=1).strip():  # `340 million → 410 million euros`: it, too, is said once
        head = head.removesuffix(scale).rstrip()
    return f"{head} → {new.text}"


def _is_of_one_size(one: float, other: float) -> bool:
    return other > 0 and 1 / _OF_ONE_SIZE <= one / other <= _OF_ONE_SIZE


def _in_units(figure: Figure, text: Sequence[str]) -> str:
    """A report's figure that a new one stands for, written as that one is; empty: it has none. Of a text each unit is
    kept once, in order."""
    for at, unit in enumerate(text):
        if not unit.startswith("#"):
            continue
        near = text[at + 1 : at + 3]
        if figure.month:
            if month := next((word for word in near if word in lexicon().month_names), ""):
                return _date_like(figure, unit[1:], month)
        elif not figure.counts.isdisjoint(near) and _is_of_one_size(figure.value, _value(unit)):
            return _like(figure, _value(unit))
    return ""


def _date_like(figure: Figure, day: str, month: str) -> str:
    """A day and the unit of a month, written as a date is, in the language in which that names its own month."""
    names = lexicon().month_names
    for code, own in names.get(figure.month, {}).items():
        at = figure.text.lower().find(own)
        if at >= 0 and code in names[month]:
            shown = names[month][code].capitalize() if figure.text[at].isupper() else names[month][code]
            return re.sub(r"\d+", day, figure.text[:at] + shown + figure.text[at + len(own) :], count=1)
    return f"{day} {next(iter(names[month].values()))}"


def _like(figure: Figure, value: float) -> str:
    """A value as a figure is written, in the same scale and with the same signs."""
    number = _NUMBER.search(figure.text)
    raw = number.group().strip() if number is not None else "1"
    plain = number_value(raw)
    signs = [sign for sign in raw if not sign.isdigit()]
    decimal = signs.pop() if signs and "." in plain else "."
    scale = figure.value / float(plain)
    whole, _, rest = f"{value / scale:,.2f}".rstrip("0").rstrip(".").partition(".")
    return whole.replace(",", signs[0] if signs else "") + (decimal + rest if rest else "")
