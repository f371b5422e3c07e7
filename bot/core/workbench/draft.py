"""Headlines that a rule should find, and some that it should not → an expression for it.

The law of this file: no language model; names and rare phrases that the given headlines share. The expression holds on
every one that is given and on none that is not wanted, as the engine of `match` sees it; where no such expression is
short enough to be meant, there is none. It is a chain of AND over groups of OR, by greedy set cover: words that many of
the headlines hold and few others do come first.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.core.language.frequency import PER, typical_frequency
from bot.core.matching.evaluate import holds
from bot.core.matching.mentions import EntryText
from bot.core.query.parser import parse_all
from bot.core.rulefile.inline_tests import entry_of
from bot.core.text.reading import read_entry
from bot.core.workbench.covers import all_of, union_of
from bot.core.workbench.phrases import as_operand, phrases_of, says_something

LEAST_HEADLINES = 3
"""Of fewer it cannot be told which words they have in common by chance."""
_MOST_EITHER = 4
"""Words of one group."""
_MOST_GROUPS = 3
"""Groups of words joined by AND."""
_MOST_EXCLUDED = 3
"""Words behind NOT."""
_COMMON = 0.05
"""Share of entries: what is more common never makes a rule."""
_RARE = 0.01
"""Share of entries: what is rarer says by itself what a story is about."""
_RARE_ENOUGH = 1e-4
"""Share of entries: what is rarer yet is not preferred for it."""
_NAME = 0.25
"""A word written with a capital within a headline is likely a name: so much rarer than lists say."""
_FURTHER_WORD = 0.1
"""Each further word of a phrase makes it so much rarer."""

Shares = Callable[[Iterable[str]], Mapping[str, float]]
"""In what share of the archive's entries folded words stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftedRule:
    """An expression; `when` empty: there is none, for `reason`."""

    when: str = ""
    name: str = ""
    """What it is about: the first words of each group."""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Term:
    """A word or phrase, and the headlines that it stands in as bit masks."""

    phrase: str
    operand: str
    given: int
    unwanted: int
    share: float


def draft_rule(given: Sequence[str], unwanted: Sequence[str], shares: Shares | None = None) -> DraftedRule:
    """The expression for some headlines. `shares` None: there is no archive; built-in lists say how rare a word is."""
    terms = _terms(given, unwanted, shares)
    groups: list[list[_Term]] = []
    avoided = all_of(len(unwanted))
    while len(groups) < _MOST_GROUPS:
        group = _group(terms, groups, len(given), avoided)
        if group is None:
            break
        groups.append(group)
        avoided &= union_of(term.unwanted for term in group)
        # Without an archive one word may be too little: a second that all headlines share is taken, too.
        if not avoided and _share(groups) <= _RARE and (shares is not None or len(groups) > 1):
            break
    if not groups:
        return DraftedRule(reason="these headlines share no name and no rare phrase")
    when = " AND ".join(map(_written, groups))
    if avoided:
        excluded = _excluded(given, unwanted, avoided, shares)
        if excluded is None:
            title = next(title for number, title in enumerate(unwanted) if avoided >> number & 1)
            return DraftedRule(reason=f"nothing tells “{title}” apart from the headlines that are wanted")
        when += f" NOT {excluded}"
    wrong = [title for title in given if not _holds(when, title)] + [title for title in unwanted if _holds(when, title)]
    if wrong:
        return DraftedRule(reason=f"no short expression treats “{wrong[0]}” as it should")
    return DraftedRule(when=when, name=" ".join(group[0].operand.strip('"') for group in groups))


def _terms(given: Sequence[str], unwanted: Sequence[str], shares: Shares | None) -> list[_Term]:
    """What of the given headlines could stand in a rule, in the order in which it comes up."""
    phrases = [phrases_of(title) for title in given]
    written = {phrase: spelling for of_title in reversed(phrases) for phrase, spelling in of_title.items()}
    rarity = _shares(written, given, shares)
    in_unwanted = [phrases_of(title) for title in unwanted]
    return [
        _Term(
            phrase=phrase,
            operand=as_operand(_spelling(written[phrase], given)),
            given=sum(1 << number for number, of_title in enumerate(phrases) if phrase in of_title),
            unwanted=sum(1 << number for number, of_title in enumerate(in_unwanted) if phrase in of_title),
            share=rarity[phrase],
        )
        for phrase in dict.fromkeys(phrase for of_title in phrases for phrase in of_title)
        if rarity[phrase] <= _COMMON and (says_something(phrase) or _is_acronym(written[phrase]))
    ]


def _shares(written: Mapping[str, str], given: Sequence[str], shares: Shares | None) -> dict[str, float]:
    """How rare each phrase is: its rarest word, and less for each further one."""
    words = {word for phrase in written for word in phrase.split()}
    if shares is not None:
        of_word = dict(shares(words))
    else:
        names = {word for word in words if _is_capital(written.get(word, word), given)}
        of_word = {word: typical_frequency(word) / PER * (_NAME if word in names else 1) for word in words}
    return {
        phrase: min(of_word.get(word, 0.0) for word in phrase.split()) * _FURTHER_WORD ** phrase.count(" ")
        for phrase in written
    }


def _spelling(written: str, given: Sequence[str]) -> str:
    """As a rule writes it: in lower case, which finds any, unless it is a name."""
    is_name = written[1:] != written[1:].lower() or _is_capital(written, given)
    return written if is_name else written.lower()


def _is_capital(spelling: str, given: Sequence[str]) -> bool:
    """Whether a word is written with a capital, and not only because a headline begins with it."""
    return spelling[:1].isupper() and any(title.find(spelling) > 0 for title in given)


def _is_acronym(spelling: str) -> bool:
    """`EU`, `UK`: a rule finds them in capitals only."""
    return spelling.isupper() and spelling.isalpha() and len(spelling) > 1


def _group(terms: Sequence[_Term], groups: Sequence[Sequence[_Term]], given: int, avoided: int) -> list[_Term] | None:
    """The next words of which every headline holds one; None: they would be mere accidents."""
    used = {word for group in groups for term in group for word in term.phrase.split()}
    usable = [term for term in terms if used.isdisjoint(term.phrase.split())]
    group: list[_Term] = []
    left = (1 << given) - 1
    while left and len(group) < min(_MOST_EITHER, (given + 1) // 2):
        # What all share comes first, whether or not others hold it, too; what tells them apart comes behind.
        best = max(
            usable,
            key=lambda term: (_value(term, left, avoided if groups else 0), _is_name_in_full(term)),
            default=None,
        )
        if best is None or not best.given & left:
            return None
        group.append(best)
        left &= ~best.given
    if left or max(term.given.bit_count() for term in group) < 2:
        return None
    is_needed = not groups or avoided
    if not is_needed and (len(group) > 1 or group[0].share > _RARE):
        return None
    if groups and avoided and not avoided & ~union_of(term.unwanted for term in group):
        return None  # it would not keep anything out
    return group


def _is_name_in_full(term: _Term) -> int:
    """Of words that do the same: what several headlines say alike in full; of a single one, no more than a word."""
    further = term.phrase.count(" ")
    return further if term.given.bit_count() > 1 else -further


def _value(term: _Term, left: int, avoided: int) -> float:
    """Many of the headlines that are left, hardly any other, none that is not wanted."""
    rarity = -math.log(max(term.share, _RARE_ENOUGH))
    covered = (term.given & left).bit_count()
    together = math.sqrt(term.given.bit_count())
    return covered * together * rarity * (0.3 if term.unwanted & avoided else 1.0)


def _excluded(given: Sequence[str], unwanted: Sequence[str], avoided: int, shares: Shares | None) -> str | None:
    """What to exclude so that the unwanted headlines that are left go; None: nothing does.

    Where one headline says all that is known of a kind, the longest phrase is the one that takes least else away.
    """
    wanted_words = {word for title in given for word in phrases_of(title, 1)}
    terms = [
        term
        for term in _terms(unwanted, given, shares)
        if not term.unwanted and wanted_words.isdisjoint(term.phrase.split()) and says_something(term.phrase)
    ]
    chosen: list[_Term] = []
    while avoided and len(chosen) < _MOST_EXCLUDED:
        best = max(
            terms,
            key=lambda term: ((term.given & avoided).bit_count(), term.phrase.count(" "), -term.share),
            default=None,
        )
        if best is None or not best.given & avoided:
            return None
        chosen.append(best)
        avoided &= ~best.given
    return None if avoided else _written(chosen)


def _written(group: Sequence[_Term]) -> str:
    if len(group) == 1:
        return group[0].operand
    return f"({' OR '.join(term.operand for term in group)})"


def _share(groups: Sequence[Sequence[_Term]]) -> float:
    """Of the entries that the expression would find, roughly: words are taken to be independent."""
    return float(math.prod(sum(term.share for term in group) for group in groups))


def _holds(when: str, title: str) -> bool:
    query, _ = parse_all(when)
    entry = entry_of({"title": title})
    return query is not None and holds(query, EntryText(entry, read_entry(entry), frozenset()))
