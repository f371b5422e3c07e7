"""Two headlines → whether they are one.

Law: a copy is proved. Two headlines are one when their words are the same but for a label, an outlet's tail,
inflection, a turn of two halves or a cut end. A word or a sign (`🔴`, `▲`) that stands in the place of an unlike one, a
figure, an identifier, a denial that only one of them has: they are two.
"""

from __future__ import annotations

from bot.core.similarity.changes import changes_in, kinds_in, languages_of
from bot.core.similarity.difference import denials_in, difference, is_particle, is_small, other_endings, telling
from bot.core.similarity.folding import PREFIX, marks_of
from bot.core.similarity.headlines import FEWEST_WORDS, Headline, Tokens, Variant, forms, grouped
from bot.core.similarity.left_open import marks_in
from bot.core.similarity.lexicon import lexicon
from bot.core.similarity.signs import tells_apart
from bot.core.similarity.tokens import CHARACTER, FIGURE

_LOOSE = 3
"""Tokens, function words among them, that one of two copies may have and the other not: `is said to be` is four."""
_FEW = 6
"""Words of a headline in which one is much (`Mock evacuation held at Kolby plant`): the most with which near-duplicates
reach an F1 of .975."""


def is_same_headline(old: Headline, new: Headline) -> bool:
    """Whether two headlines are one (see the law)."""
    if not old.words or not new.words or tells_apart(old.signs, new.signs) or _marked_unlike(old.whole, new.whole):
        return False
    if bool(old.question.words) != bool(new.question.words) and any(map(_asks_whether, (old, new))):
        return False
    if forms(old.whole) == forms(new.whole):
        return True
    joined = old.joined | new.joined
    for left in old.readings:
        for right in new.readings:
            # What only one of the two has may be a label; where both have one, it must be the same.
            if (left.heads and right.heads and left.heads != right.heads) or (
                left.tails and right.tails and left.tails != right.tails
            ):
                continue
            exact = (left.heads, left.tails) != (right.heads, right.tails)
            if _keeps_another(left, right, old) or _keeps_another(right, left, new):
                continue
            if _same_words(left.words, right.words, old.cut, new.cut, joined, exact=exact):
                return True
    return False


def _asks_whether(headline: Headline) -> bool:
    """Whether a headline asks if a change happens (`Torvik renuncia?`)."""
    asked = [headline.whole[place] for place in sorted(headline.question.words)]
    return bool(changes_in(asked, languages_of(headline.whole)))


def _keeps_another(one: Variant, other: Variant, whole: Headline) -> bool:
    """Whether a reading leaves on what may be its label, or tail, and is read beside one that has none any more: a word
    that is small in some language (`FIRE: …`, four in Danish) was missing, and the other's was none (`FLOOD: …`)."""
    barest = whole.readings[-1]
    # The outermost is taken off first.
    heads, tails = barest.heads[len(one.heads) :], barest.tails[len(one.tails) :][::-1]
    head, tail = ([form for part in parts for form in part.split()] for parts in (heads, tails))
    theirs = forms(other.words)
    return (bool(other.heads and head) and theirs[: len(head)] != head) or (
        bool(other.tails and tail) and theirs[-len(tail) :] != tail
    )


def _same_words(old: Tokens, new: Tokens, old_cut: bool, new_cut: bool, joined: frozenset[str], *, exact: bool) -> bool:
    """`joined`: parts of words. `exact`: a label has been taken off one of them, and nothing else may be missing."""
    if old_cut and len(old) <= len(new):
        return _is_cut(old, new)
    if new_cut and len(new) <= len(old):
        return _is_cut(new, old)
    if _lacks(old, new) and _lacks(new, old):
        return False
    between = difference(old, new)
    dropped = telling(between.dropped)
    if any(not is_particle(pair) for pair in between.replaced) or (telling(between.added) and dropped):
        return not exact and _is_turned(old, new)
    alone = (*between.added, *between.dropped)
    if len(alone) > _LOOSE or denials_in(alone) or marks_in(alone) or len(marks_in(old)) != len(marks_in(new)):
        return False
    if between.added and not {
        kind for change in changes_in(new, languages_of(new)) for kind in change.kinds
    } <= kinds_in(old):
        return False  # small words make a phrase: `mill on fire`, `mill fire is out`
    if not (joined.isdisjoint(forms(alone)) and lexicon().may_qualify.isdisjoint(forms(alone))):
        return False  # a part of a word (`anti-`); `igen`, again in Danish, is a common word of Hungarian
    if not set(forms(between.added)).isdisjoint(forms(between.dropped)):
        return False  # a small word in another place says who sues whom
    if other_endings(between):
        return False
    # What the later one does not say is no news: one telling word, and function words. What it adds is (`wieder`), but
    # for small words that have no opposite (`up`, `new`). A character of a script without spaces is a piece of a word.
    is_less = len(dropped) == 1 and dropped[0].kind != CHARACTER and len(old) > _FEW and not exact
    opposites = lexicon().opposites
    return (is_less or not dropped) and all(is_small(one) and one.form not in opposites for one in between.added)


def _marked_unlike(old: Tokens, new: Tokens) -> bool:
    """Whether two headlines that both write marks (not `Nguyen` for all names) bear unlike ones on a word (`Thành`,
    `Thanh`)."""
    marked = [{token.form: marks_of(token.raw) for token in tokens if not token.raw.isascii()} for tokens in (old, new)]
    if not all(any(found.values()) for found in marked):
        return False
    there = set(forms(old))
    return any(marked[0].get(form, "") != marked[1].get(form, "") for form in forms(new) if form in there)


def _lacks(one: Tokens, other: Tokens) -> bool:
    """Whether a telling token of a headline stands in no form in another: what two endings of a word share is asked."""
    there = {token.form[:PREFIX] for token in other}
    return any(token.form[:PREFIX] not in there for token in telling(one))


def _is_cut(short: Tokens, long: Tokens) -> bool:
    """Whether a headline is another one's beginning. Its last word may be a piece of a word, or of a figure."""
    if len(grouped(short)) < FEWEST_WORDS:
        return False
    body, last = short[:-1], short[-1]
    if not all(is_particle(((one,), (other,))) for one, other in zip(body, long, strict=False)):
        return False
    at = long[len(body)]
    return at.raw.startswith(last.raw) if last.kind == FIGURE else at.form.startswith(last.form)


def _is_turned(old: Tokens, new: Tokens) -> bool:
    """Whether two halves have changed places (`Varno quake: 9 dead`, `9 dead: Varno quake`). Who strikes whom does not
    turn so, nor who plays at home: a word stands between the halves of `Iran strikes Israel`, `Harlow v Derrow`."""
    left, right = forms(old), forms(new)
    return any(left[at:] + left[:at] == right for at in range(2, len(left) - 1))
