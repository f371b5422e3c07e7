"""Two wordings of a headline → what became of what: `9 → 31`, `rate rise → rate cut`, `now: not`.

Law: outlets that tell the same in their own words differ in more than one. So in a headline that is the same otherwise
one figure, opposite, change, denial or plain word in another's place is news.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import chain

from rapidfuzz.distance import Postfix, Prefix

from bot.core.similarity.changes import BEGINNINGS, changes_in, kinds_in, languages_of, untold
from bot.core.similarity.difference import (
    TEMPLATE,
    Difference,
    denials_in,
    difference,
    is_particle,
    most_in_common,
    opposites_in,
    other_endings,
    telling,
)
from bot.core.similarity.folding import ENDING, STEM
from bot.core.similarity.headlines import LONGEST_NAME, Headline, Tokens, forms, grouped
from bot.core.similarity.in_place import tell_what
from bot.core.similarity.lexicon import lexicon
from bot.core.similarity.names import is_spelling, names_of
from bot.core.similarity.tokens import CHARACTER, COMMON_IN, FIGURE, TextToken, is_common, units, written
from bot.core.stories.figures import Figure, arrow, figures_in

_ROOT = STEM - 1
"""Letters that two words with unlike prefixes, of an ending's length, share at least."""


def changes_between(old: Headline, new: Headline) -> tuple[str, ...]:
    """What differs between two wordings of one headline."""
    changes = replaced(old, new, lambda unit: False, languages_of(new.whole))
    return tuple(f"corrected: {change}" for change in changes) if new.corrects else tuple(changes)


def replaced(old: Headline, new: Headline, says: Callable[[str], bool], languages: frozenset[str]) -> list[str]:
    """Figures, opposites and changes that stand in the place of others and that the story does not say yet."""
    changes: list[str] = []
    left, right = (old.whole, new.whole) if tell_what(old.before, new.before) else (old.words, new.words)
    denials, words = lexicon().denials, forms(right)
    # Of few words one that differs makes it no template any more, nor does an opposite.
    may_turn = len(words) - 1 < TEMPLATE * len(words) or not lexicon().opposites.keys().isdisjoint(words)
    is_short = max(len(left), len(right)) <= LONGEST_NAME
    if not is_short and most_in_common(left, right) < (TEMPLATE / 2 if may_turn else TEMPLATE):
        may_deny = not (denials.isdisjoint(forms(left)) and denials.isdisjoint(words))
        return _denial_told(left, right, None, says) if may_deny else changes
    between = difference(left, right)
    if denied := _denial_told(left, right, between, says):
        return denied
    if is_short and (another := _another_name(between, (left, right), says)):
        return another
    opposites = [opposites_in(gone, come) for gone, come in between.replaced]
    # An opposite is in its place: of `Oil rises on supply`, `Oil falls on demand` all is one template.
    turned = sum(against is not None for against in opposites) / max(1, len(left), len(right))
    if between.frame + turned < TEMPLATE:
        return _another_word(between, says) if any(map(_is_derived, between.replaced)) else changes
    for (gone, come), against in zip(between.replaced, opposites, strict=True):
        before, after = _figure_of(left, gone), _figure_of(right, come)
        if against is not None:
            if not all(map(says, units(against[1]))):
                changes.append(f"{written(against[0])} → {written(against[1])}")
        elif before is not None and after is not None:
            if not says(after.unit):
                changes.append(arrow(before, after))
        elif _changes(gone, come, says, languages):
            changes.append(f"{written(gone)} → {written(come)}")
    if changes or (another := _another_word(between, says)):
        return changes or another
    others = other_endings(between)
    return [f"now: {written(others)}"] if others and not (between.added or between.dropped) else []


def _denial_told(old: Tokens, new: Tokens, between: Difference | None, says: Callable[[str], bool]) -> list[str]:
    """What denies, or makes another event of it (`second`, `former`), and came; or what denies, and went: who leaves
    `second` out is brief."""
    came, gone = _came_and_went(old, new, between)
    if came and not ((said := units(came)) and all(map(says, said))):  # `せず`: endings make no unit
        return [f"now: {written(came)}"]
    return [f"no more: {written(gone)}"] if gone and _denies(gone) else []


def _came_and_went(old: Tokens, new: Tokens, between: Difference | None) -> tuple[list[TextToken], list[TextToken]]:
    """What denies, or qualifies, in the later alone of two headlines that are the same otherwise, and in the earlier
    alone: most of their words stand in the same order, or they have the same words but for endings (`ei tuominnut
    Pelliä`, `tuomitsi Pellin`)."""
    if between is not None and between.frame >= TEMPLATE:
        came, gone = (_heard(denials_in(tokens), old, new) for tokens in (between.added, between.dropped))
        if came or gone:
            return came, gone
    came, gone = (_heard(_denials_apart(one, other), old, new) for one, other in ((new, old), (old, new)))
    stems = [{unit for unit in units(telling(words)) if not is_common(unit)} for words in (old, new)]
    alike = [said.difference(token.unit for token in (*came, *gone)) for said in stems]
    return (came, gone) if alike[0] == alike[1] else ([], [])


def _denials_apart(words: Tokens, others: Tokens) -> list[TextToken]:
    """What may deny in one headline and does not stand in the other."""
    there = forms(others)
    return [token for token in words if token.form in lexicon().denials and token.form not in there]


def _heard(denials: list[TextToken], old: Tokens, new: Tokens) -> list[TextToken]:
    """Those of what may deny, or qualify, that do so in the language of two headlines, as far as common words tell it:
    `nu` is not in Romanian, and now in Danish; `würde` would, `wurde` was."""
    if not denials:
        return denials
    counts = Counter(chain.from_iterable(map(COMMON_IN, (*old, *new))))
    heard = []
    for token in denials:
        denying, others = lexicon().deny_in.get(token.raw.casefold(), ((), ()))
        most = max((counts[code] for code in others), default=0)
        if not others or any(counts[code] >= most for code in denying):
            heard.append(token)
    return heard


def _denies(tokens: Sequence[TextToken]) -> bool:
    """Whether some of what may deny, or qualify, denies; characters of a script without spaces do together."""
    lists = lexicon()
    if tokens[0].kind != CHARACTER:
        return any(token.form not in lists.qualifiers for token in tokens)
    run = "".join(forms(tokens))
    return any(denial in run for denial in lists.spaceless_denials if denial not in lists.qualifiers)


def _another_name(between: Difference, words: tuple[Tokens, Tokens], says: Callable[[str], bool]) -> list[str]:
    """The name that alone stands in another's place in a headline too short to be a template (`Torvik resigns`,
    `Lapshin resigns`), and that the story does not say; no other spelling of it."""
    if len(between.replaced) != 1 or between.added or between.dropped:
        return []
    gone, come = between.replaced[0]
    are_names = all(
        {token for token in tokens if token.capital} >= set(tokens) <= set(names_of(there))
        for tokens, there in zip((gone, come), words, strict=True)
    )
    if not are_names or len(come) == len(words[1]) or any(map(says, units(come))):
        return []
    is_one = any(is_spelling(one.form, other.form) for one in gone for other in come)
    return [] if is_one else [f"{written(gone)} → {written(come)}"]


def _another_word(between: Difference, says: Callable[[str], bool]) -> list[str]:
    """The one word that stands in another's place in a headline that is the same otherwise (`rate rise`, `rate cut`;
    `do Krakowa`, `z Krakowa`): outlets that tell the same in their own words differ in more."""
    if len(between.replaced) != 1 or between.added or between.dropped:
        return []
    gone, come = between.replaced[0]
    before, after = written(gone), written(come)
    one, other = sorted((before.casefold(), after.casefold()), key=len)
    figures = [any(token.kind == FIGURE for token in words) for words in (gone, come)]
    if sum(figures) == 1 and len(gone) == len(come) == 1 and (come, gone)[figures[1]][0].form in lexicon().may_count:
        return [f"{before} → {after}"]  # `dos` counts in Spanish, and is a word of French
    if _is_derived((gone, come)) and one[0] == other[0]:
        return [f"{before} → {after}"]  # not `وزير`, `الوزير`: an article
    if is_particle((gone, come)) or any(len(grouped(telling(words) or words)) > 1 for words in (gone, come)):
        return []
    is_same_kind = bool(kinds_in(gone) & kinds_in(come)) and not _begins_otherwise(one, other)  # `falls`, `declines`
    if len(telling(gone)) != len(telling(come)) or is_same_kind or figures[1]:
        return []  # figures are asked apart
    fresh = [unit for unit in units(come) if not is_common(unit)]
    if fresh and all(map(says, fresh)):
        return []  # `underpaid` has a common stem
    return [] if _is_spelling(one, other) else [f"{before} → {after}"]


def _is_derived(pair: tuple[Tokens, Tokens]) -> bool:
    """Whether one of two words is the other with letters before, or inside it (`odstoupí`, `neodstoupí`; `artırdı`,
    `artırmadı`; `schuldfähig`, `schuldunfähig`)."""
    one, other = sorted(("".join(forms(words)) for words in pair), key=len)
    begin, end = Prefix.similarity(one, other), Postfix.similarity(one, other)
    return begin + end >= len(one) >= _ROOT and end >= ENDING and len(other) - len(one) >= ENDING


def _is_spelling(one: str, other: str) -> bool:
    """Whether two words are one in two spellings, one of them no part of the other (`lawful`, `unlawful`)."""
    if _begins_otherwise(one, other) or (len(one) >= _ROOT and other.endswith(one)):
        return False
    return is_spelling(one, other)


def _begins_otherwise(one: str, other: str) -> bool:
    """Whether two words end alike and have other beginnings (`invoer`, `uitvoer`; `steekpartij`, `schietpartij`)."""
    ending = Postfix.similarity(one, other)
    return ending >= _ROOT and min(len(one), len(other)) - ending >= ENDING


def _changes(
    gone: Sequence[TextToken], come: Sequence[TextToken], says: Callable[[str], bool], languages: frozenset[str]
) -> bool:
    """Whether a change that was not told stands in another's place; one that a story may begin with in the place of
    another change (`brought under control`, `jumps containment`; not `fall`, `decline`)."""
    told = untold(changes_in(come, languages), says)
    return bool(told) and (any(not change.kinds & BEGINNINGS for change in told) or bool(changes_in(gone, languages)))


def _figure_of(words: Tokens, tokens: Sequence[TextToken]) -> Figure | None:
    """The first figure among some words of a headline, with what stands beside it there."""
    figures = zip(figures_in(words), (token for token in words if token.kind == FIGURE), strict=True)
    return next((figure for figure, token in figures if any(token is one for one in tokens)), None)
