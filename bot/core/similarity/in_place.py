"""Two headlines that are the same otherwise → which name stands in another one's place: they tell of two events.

Law: a figure, or another word of no name, is a development or another wording; a name, or another order, is not.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.language.date_words import month_of
from bot.core.similarity.changes import kinds_in
from bot.core.similarity.difference import TEMPLATE, Difference, difference, telling
from bot.core.similarity.folding import is_ending
from bot.core.similarity.headlines import FEWEST_WORDS, LONGEST_NAME, Headline, Tokens, forms
from bot.core.similarity.lexicon import lexicon
from bot.core.similarity.names import is_spelling, names_told, shows_names
from bot.core.similarity.tokens import CHARACTER, FIGURE, IDENTIFIER, PLAIN_WORD, TextToken, written

_LONGEST_UNTOLD = 3
"""Words of a name that no capital tells; in a script without spaces, `LONGEST_NAME` characters."""


def in_place_of(old: Headline, new: Headline, *, labels_tell: bool = False) -> str:
    """What stands in the place of what in a headline that is the same otherwise, or that its words stand in another
    order; empty where it is neither. A figure, or another word of no name, is a development or another wording.
    `labels_tell`: a label is known to say where or to whom it happened, not who says so (`Lyon : …`)."""
    barest = old.readings[-1], new.readings[-1]
    alike = barest[0].heads == barest[1].heads and (
        not barest[0].tails or not barest[1].tails or barest[0].tails == barest[1].tails
    )
    dated = any(map(lexicon().calendar.__contains__, [*old.label, *new.label]))
    tells = labels_tell or tell_what(old.before, new.before)
    left, right = (old.whole, new.whole) if alike or dated or tells else (old.words, new.words)
    between = difference(left, right)
    before, after = forms(telling(left)), forms(telling(right))
    if before != after and sorted(before) == sorted(after):
        return "the same words stand in another order"
    if _exchanged(telling(left), telling(right)):
        return "two names have changed places"
    pairs = [token for pair in between.replaced for words in pair for token in words]
    if [token.kind for token in pairs] == [IDENTIFIER] * 2 and len(left) == len(right):
        return _stands_for(*between.replaced[0])  # `Denmark – Norway 2-1`, `2-2`
    if frame_around_names(between, (left, right)) < TEMPLATE:
        return ""
    names = names_told(left), names_told(right)
    for gone, come in between.replaced:
        if (
            any(map(names[0].__contains__, gone))
            and not (come[0].kind == CHARACTER and kinds_in(come))  # it was `halted`, in a script without spaces
            and any(token in names[1] and not _is_spelling(token, gone) for token in come)
            and not (_are_initials(gone, come) or _are_initials(come, gone))
        ):
            return _stands_for(gone, come)
    return ""


def _stands_for(gone: Tokens, come: Tokens) -> str:
    return f"“{written(come)}” stands in the place of “{written(gone)}”"


def _exchanged(old: list[TextToken], new: list[TextToken]) -> bool:
    """Whether two names have changed places, whatever their case (`Sparta porazila Slavii`)."""
    before, after = forms(old), forms(new)
    if len(before) != len(after):
        return False
    unlike = [at for at, pair in enumerate(zip(before, after, strict=True)) if not _is_one_word(*pair)]
    if len(unlike) != 2:
        return False
    first, last = unlike
    is_exchanged = _is_one_word(before[first], after[last]) and _is_one_word(before[last], after[first])
    return is_exchanged and old[first].capital and old[last].capital


def _is_one_word(one: str, other: str) -> bool:
    return one == other or is_ending(one, other)


def tell_what(old: Tokens, new: Tokens) -> bool:
    """Whether two labels tell what happened, not who says so (`Sky News: …`): they share a telling word that is written
    small (`Kelmore quake: …`), or begin with the same one, a small word behind it (`Quake in Kelmore: …`)."""
    there = forms(new)
    small = [token for token in old if token.raw[0].islower() and token.form in there]
    return bool(telling(small) or (small and telling(old[:1]) and forms(old[:1]) == there[:1]))


def frame_around_names(between: Difference, words: Sequence[Tokens]) -> float:
    """`Difference.frame`, a name of several words in another's place counted as one: `Amara Toll`, `Pick 4 Midday`.
    Where no word has a capital, or all have, a name cannot be told from its neighbours, unless it is short and all that
    differs between the same words (`winning numbers drawn in bonus match 5 game`)."""
    whole = longest = max(map(len, words))
    pairs = between.replaced
    if all(map(shows_names, words)):
        pairs = tuple(pair for pair in pairs if all(map(_is_name, pair)))
    else:
        left, right = ((form[:2], form[-1:]) for form in map(forms, words))
        is_all = left == right and len(pairs) == 1 and not (between.added or between.dropped)
        if not (is_all and all(map(_may_be_name, pairs[0]))):
            pairs = ()
    longest -= sum(max(map(len, pair)) - 1 for pair in pairs)
    return between.frame * whole / longest if longest else 0.0


def _may_be_name(words: Tokens) -> bool:
    return len(words) <= (LONGEST_NAME if words[0].kind == CHARACTER else _LONGEST_UNTOLD)


def _is_name(words: Tokens) -> bool:
    """Whether some words are a name, with one other at most: a function word (`Denizli'de`, `στον Βόλο`), or what
    somebody is before it (`portero Llanes`)."""
    others = [token for token in words if not (token.capital or token.kind == FIGURE)]
    said = telling(words)
    return bool(said) and said[-1] not in others and len(others) <= 1


def _is_spelling(token: TextToken, others: Sequence[TextToken]) -> bool:
    """Whether a name is another one in another spelling (`Qaramov`, `Karamov`); a month, or a day, is not (`Juni`,
    `Juli`) unless it is the same in another case (`июня`, `июне`), or cut (`Sept`)."""
    month = month_of(token.raw)
    if month is not None and any(month_of(other.raw) == month for other in others):
        return True
    if token.form in lexicon().calendar:
        return any(is_ending(token.form, other.form) for other in others)
    return token.kind == PLAIN_WORD and any(
        other.kind == PLAIN_WORD and is_spelling(token.form, other.form) for other in others
    )


def _are_initials(short: Tokens, long: Tokens) -> bool:
    """Whether a name is another's initials (`IMF`, `International Monetary Fund`; `BoE`, `Bank of England`)."""
    if len(short) != 1 or len(long) < FEWEST_WORDS:
        return False
    function_words = lexicon().function_words
    telling = [token.form[0] for token in long if token.form not in function_words]
    return short[0].form in ("".join(telling), "".join(token.form[0] for token in long))
