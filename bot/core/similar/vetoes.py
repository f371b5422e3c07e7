"""Two headlines that look alike in, what tells them apart out: a period, a number, a direction, a name, a weekday.

Law: a veto names the words that differ, so that a person can follow it; it never looks at how alike the rest is.
"""

from __future__ import annotations

from bot.core.similar.background import FUNCTION_STEMS, rate
from bot.core.similar.numbers import is_figure, is_period, shown
from bot.core.similar.stems import stem

WEEKDAYS = {stem(day) for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")}
MONTHS = {
    stem(month)
    for month in (
        "january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december",
    )
}  # fmt: skip
NEGATIONS = {
    stem(word) for word in ("no", "not", "never", "without", "denies", "deny", "denied", "isnt", "wont", "cant")
}
_OPPOSITES = """rise fall|rise drop|rise decline|rise slip|rise tumble|rise plunge|rise slide|gain lose|gain fall|gain drop|climb fall
|climb drop|jump fall|jump drop|jump plunge|surge plunge|surge slump|soar plunge|soar slump|soar tumble|up down|higher lower|high low
|increase decrease|increase cut|raise cut|raise lower|hike cut|win lose|victory defeat|beat miss|top miss|profit loss|profit lose
|approve reject|approve deny|accept reject|back oppose|support oppose|pass reject|pass defeat|pass fail|open close|start end|begin end
|start stop|buy sell|hire fire|join leave|enter leave|arrive leave|arrive depart|find lose|confirm deny|admit deny|guilty innocent
|convict acquit|convict clear|guilty acquitted|ban allow|ban lift|block allow|block clear|grant deny|extend end|expand shrink|strengthen weaken
|widen narrow|accelerate slow|more less|more fewer|best worst|first last|bull bear|inside outside|early late|before after
|gains losses|upgrade downgrade|hawkish dovish|strong weak|strengthens weakens|live dead|alive dead|survive die|improve worsen
|uphold overturn|uphold strike|resume suspend|resume halt|restore cut|add cut|create cut|boost cut|lift impose|agree refuse|agree reject
|succeed fail|safe unsafe|legal illegal|north south|east west|northern southern|eastern western|men women|man woman|male female
|husband wife|mother father|son daughter|brother sister|boy girl|acquire divest|inflow outflow|import export|positive negative
|advance retreat|advance decline|rally slump|rally slide|gain loss|outperform underperform|overweight underweight|surplus deficit
|favor against|for against|warm cold|hot cold|arrest release|charge clear|jail free|sign veto|launch scrap|launch cancel|keep scrap"""
OPPOSITES: dict[str, frozenset[str]] = {}
for _pair in _OPPOSITES.replace("\n", "").split("|"):
    _one, _other = (stem(word) for word in _pair.split())
    if _one != _other:
        OPPOSITES[_one] = OPPOSITES.get(_one, frozenset()) | {_other}
        OPPOSITES[_other] = OPPOSITES.get(_other, frozenset()) | {_one}
OPPOSITE_PREFIXES = ("un", "in", "im", "non", "dis", "de", "re")


def opposites(only_one: set[str], only_other: set[str]) -> tuple[str, str] | None:
    """The first pair of words that say the opposite of each other, one from each side."""
    for word in sorted(only_one):
        found = OPPOSITES.get(word)
        if found:
            for other in sorted(found & only_other):
                return word, other
    return None


def veto(
    one: tuple[str, ...], names_one: frozenset[str], other: tuple[str, ...], names_other: frozenset[str]
) -> str | None:
    """Why two alike headlines (tokens, and which of them are names) are not one text; None: nothing tells them apart."""
    left, right = set(one) - set(other), set(other) - set(one)
    if not left and not right:
        return None
    periods = ({t for t in left if is_period(t)}, {t for t in right if is_period(t)})
    if periods[0] and periods[1]:
        return f"another period: {_list(periods[0])} against {_list(periods[1])}"
    figures = ({t for t in left if _figure(t)}, {t for t in right if _figure(t)})
    if figures[0] and figures[1]:
        return f"another figure: {_list(figures[0])} against {_list(figures[1])}"
    for kind, words in (("weekday", WEEKDAYS), ("month", MONTHS)):
        if left & words and right & words:
            return f"another {kind}: {_list(left & words)} against {_list(right & words)}"
    against = opposites(left, right)
    if against:
        return f"the opposite: {against[0]} against {against[1]}"
    if bool(left & NEGATIONS) != bool(right & NEGATIONS):
        return f"a negation in one only: {_list((left | right) & NEGATIONS)}"
    named = ({t for t in left if _name(t, names_one)}, {t for t in right if _name(t, names_other)})
    if named[0] and named[1]:
        return f"another name: {_list(named[0])} against {_list(named[1])}"
    return None


def _figure(token: str) -> bool:
    return is_figure(token) or token[:1].isdigit()


def _name(token: str, names: frozenset[str]) -> bool:
    return token in names and token not in FUNCTION_STEMS and rate(token) < 0.005


def _list(tokens: set[str]) -> str:
    return ", ".join(shown(token) if is_figure(token) else token for token in sorted(tokens))
