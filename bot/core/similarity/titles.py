"""Two headlines → what differs between them, and whether they are one headline.

Law: a copy is proved. Two headlines are one when their words are the same but for a label, an outlet's tail,
inflection, a turn of two halves or a cut end. A word or a sign (`🔴`, `▲`) that stands in the place of an unlike one, a
figure, an identifier, a denial that only one of them has: they are two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from bot.core.language.date_words import month_of
from bot.core.similarity.changes import kinds_in
from bot.core.similarity.folding import ENDING, PREFIX, is_ending, marks_of
from bot.core.similarity.headlines import FEWEST_WORDS, Headline, Tokens, Variant, forms, grouped
from bot.core.similarity.lexicon import lexicon
from bot.core.similarity.names import names_told, shows_names
from bot.core.similarity.signs import tells_apart
from bot.core.similarity.tokens import CHARACTER, FIGURE, IDENTIFIER, PLAIN_WORD, TextToken, written

_LOOSE = 3
"""Tokens, function words among them, that one of two copies may have and the other not."""
TEMPLATE = 0.7
"""Share of its words from which a headline is another one's template: `X raises its forecast`, `Y raises its forecast`;
what stands in another's place then counts."""
_FEW = 6
"""Words of a headline in which one is much (`Mock evacuation held at Kolby plant`): the most with which near-duplicates
reach an F1 of .975."""
_SMALL = 3
"""Letters of a small function word."""
_LONGEST_NAME = 3
"""Words of a name that no capital tells."""
SPELLINGS = 70.0
"""rapidfuzz ratio (0–100) from which two words may be one name in two spellings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What stands in one headline and not in the other. `replaced`: pairs of stretches in the same place; `added`: only
    in the later, `dropped`: only in the earlier. `frame`: the share of the longer one's words that both have, in
    order."""

    replaced: tuple[tuple[Tokens, Tokens], ...]
    added: Tokens
    dropped: Tokens
    frame: float


def difference(old: Sequence[TextToken], new: Sequence[TextToken]) -> Difference:
    """How the words of a headline became those of another. Tokens that are inflections of one another are the same."""
    left, right = forms(old), forms(new)
    if left == right:
        return Difference(replaced=(), added=(), dropped=(), frame=1.0 if left else 0.0)
    _align_inflections(old, new, left, right)
    replaced: list[tuple[Tokens, Tokens]] = []
    added: list[TextToken] = []
    dropped: list[TextToken] = []
    at = to = same = 0
    for block in Indel.editops(left, right).as_matching_blocks():  # the last one is empty, at the ends
        gone, come = tuple(old[at : block.a]), tuple(new[to : block.b])
        if gone and come:
            replaced.append((gone, come))
        else:
            added += come
            dropped += gone
        at, to = block.a + block.size, block.b + block.size
        same += block.size
    return Difference(
        replaced=tuple(replaced), added=tuple(added), dropped=tuple(dropped), frame=same / max(len(left), len(right))
    )


def most_in_common(old: Sequence[TextToken], new: Sequence[TextToken]) -> float:
    """What `Difference.frame` is at most, without laying the headlines side by side."""
    left, right = [token.form[:PREFIX] for token in old], [token.form[:PREFIX] for token in new]
    shared = min(sum(map(set(right).__contains__, left)), sum(map(set(left).__contains__, right)))
    return shared / max(1, len(left), len(right))


def _align_inflections(old: Sequence[TextToken], new: Sequence[TextToken], left: list[str], right: list[str]) -> None:
    """Gives words of the later headline the form of the earlier one's word that they are an inflection of."""
    here, there = set(left), set(right)
    only_new = [at for at, form in enumerate(right) if form not in here and new[at].kind == PLAIN_WORD]
    if not only_new:
        return
    only_old = {
        form[:PREFIX]: token
        for form, token in zip(left, old, strict=True)
        if form not in there and token.kind == PLAIN_WORD
    }
    for at in only_new:
        other = only_old.get(right[at][:PREFIX])
        if other is not None and _is_inflection(new[at], other):
            right[at] = other.form


def _is_inflection(one: TextToken, other: TextToken) -> bool:
    """Whether two words are one in two endings; of names in Latin letters one must begin the other (`Marlow` is not
    `Marlon`)."""
    is_name = one.capital and one.form.isascii()
    begins = one.form.startswith(other.form) or other.form.startswith(one.form)
    return (begins or not is_name) and is_ending(one.form, other.form)


def is_same_headline(old: Headline, new: Headline) -> bool:
    """Whether two headlines are one (see the law)."""
    if not old.words or not new.words or tells_apart(old.signs, new.signs) or _marked_unlike(old.whole, new.whole):
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


def _keeps_another(one: Variant, other: Variant, whole: Headline) -> bool:
    """Whether a reading leaves on what may be its label, or tail, and is read beside one that has none any more: a word
    that is small in some language (`FIRE: …`, four in Danish) was missing, and the other's was none (`FLOOD: …`)."""
    barest = whole.readings[-1]
    heads, tails = (
        barest.heads[len(one.heads) :],
        barest.tails[len(one.tails) :][::-1],
    )  # the outermost is taken off first
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
    if len(alone) > _LOOSE or denials_in(alone):
        return False
    if not (joined.isdisjoint(forms(alone)) and lexicon().may_qualify.isdisjoint(forms(alone))):
        return False  # a part of a word (`anti-`); `igen`, again in Danish, is a common word of Hungarian
    if not set(forms(between.added)).isdisjoint(forms(between.dropped)):
        return False  # a small word in another place says who sues whom
    endings = inflected(old, new, between)
    if len(endings) > (not alone):
        return False  # subject and verb: one is many, he is she; a word more beside it: `to visit`, `visits`
    before = inflected(new, old, between)
    if any(abs(len(one.form) - len(other.form)) >= ENDING for one, other in zip(before, endings, strict=False)):
        return False  # what is and what will be: `démissionne`, `démissionnera`; `hat`, `hätte`
    # What the later one does not say is no news: one telling word, and function words. What it adds is (`wieder`), but
    # for small words that have no opposite (`up`, `new`). A character of a script without spaces is a piece of a word.
    is_less = len(dropped) == 1 and dropped[0].kind != CHARACTER and len(old) > _FEW and not exact
    opposites = lexicon().opposites
    return (is_less or not dropped) and all(_is_small(one) and one.form not in opposites for one in between.added)


def inflected(old: Tokens, new: Tokens, between: Difference) -> list[TextToken]:
    """The words of a later headline that are another ending of an earlier one's."""
    there = set(forms(old)).union(forms(between.added), *(forms(come) for _, come in between.replaced))
    return [token for token in new if token.form not in there]


def _is_small(token: TextToken) -> bool:
    return len(token.form) <= _SMALL and not telling((token,))


def _marked_unlike(old: Tokens, new: Tokens) -> bool:
    """Whether two headlines that both write marks (not `Nguyen` for all names) bear unlike ones on a word (`Thành`,
    `Thanh`)."""
    marked = [{token.form: marks_of(token.raw) for token in tokens if not token.raw.isascii()} for tokens in (old, new)]
    if not all(any(found.values()) for found in marked):
        return False
    there = set(forms(old))
    return any(
        token.kind == PLAIN_WORD and marked[0].get(token.form, "") != marked[1].get(token.form, "")
        for token in new
        if token.form in there
    )


def _lacks(one: Tokens, other: Tokens) -> bool:
    """Whether a telling token of a headline stands in no form in another: what two endings of a word share is asked."""
    there = {token.form[:PREFIX] for token in other}
    return any(token.form[:PREFIX] not in there for token in telling(one))


def is_particle(pair: tuple[Tokens, Tokens]) -> bool:
    """Whether one function word stands in the place of another that says the same (`after`, `following`). Small ones
    say who, whither and how many (`le maire`, `la maire`; `do`, `z Krakowa`; `to`, `fem`), and may be names
    (`Hepatitis A`): of those, and of opposites and denials, each is another word."""
    both = (*pair[0], *pair[1])
    one, other = sorted(("".join(forms(tokens)) for tokens in pair), key=len)
    if one == other:
        return True  # `health care`, `healthcare`; `می‌دهد`, `میدهد`
    if telling(both) or denials_in(both):
        return False
    if len(one) <= _SMALL and any(all(map(_is_small, tokens)) for tokens in pair):
        return len(other) > _SMALL and one in other  # `in`, `into`
    return opposites_in(*pair) is None


def denials_in(tokens: Sequence[TextToken]) -> list[TextToken]:
    """The tokens that may deny, in some language; of a script without spaces, where their characters do together."""
    denials = lexicon().denials
    found = [token for token in tokens if token.form in denials]
    characters = "".join(token.form for token in tokens if token.kind == CHARACTER)
    if not found and characters and any(map(characters.__contains__, lexicon().spaceless_denials)):
        found = [token for token in tokens if token.kind == CHARACTER]
    return found


def opposites_in(gone: Tokens, come: Tokens) -> tuple[Tokens, Tokens] | None:
    """What in two stretches is opposite: words or, in a script without spaces, the stretches themselves."""
    opposites = lexicon().opposites
    for before in (gone, *((token,) for token in gone)):
        if against := opposites.get("".join(forms(before))):
            for after in (come, *((token,) for token in come)):
                if "".join(forms(after)) in against:
                    return before, after
    return None


def telling(tokens: Sequence[TextToken]) -> list[TextToken]:
    """The tokens that are no function words, denials among them."""
    function_words = lexicon().function_words
    return [token for token in tokens if token.kind != PLAIN_WORD or token.form not in function_words]


def in_place_of(old: Headline, new: Headline, *, labels_tell: bool = False) -> str:
    """What stands in the place of what in a headline that is the same otherwise, or that its words stand in another
    order; empty where it is neither. A figure, or another word of no name, is a development or another wording.
    `labels_tell`: a label is known to say where or to whom it happened, not who says so (`Lyon : …`)."""
    barest = old.readings[-1], new.readings[-1]
    alike = barest[0].heads == barest[1].heads and (
        not barest[0].tails or not barest[1].tails or barest[0].tails == barest[1].tails
    )
    dated = any(map(lexicon().calendar.__contains__, [*old.label, *new.label]))
    tells = labels_tell or _tells_what(old.before, new.before)
    left, right = (old.whole, new.whole) if alike or dated or tells else (old.words, new.words)
    between = difference(left, right)
    before, after = forms(telling(left)), forms(telling(right))
    if before != after and len(before) >= FEWEST_WORDS and sorted(before) == sorted(after):
        return "the same words stand in another order"
    if _exchanged(telling(left), telling(right)):
        return "two names have changed places"
    whole = max(len(left), len(right))
    pairs = [token for pair in between.replaced for words in pair for token in words]
    if [token.kind for token in pairs] == [IDENTIFIER] * 2 and whole == len(left) == len(right) > FEWEST_WORDS:
        return _stands_for(*between.replaced[0])  # `Denmark – Norway 2-1`, `2-2`
    if between.frame * whole / max(1, whole - sum(max(map(len, pair)) - 1 for pair in between.replaced)) < TEMPLATE:
        return ""  # were they all names: most headlines are no one's template
    names = names_told(left), names_told(right)
    if _frame_around_names(between, (left, right), names) < TEMPLATE:
        return ""
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
    """Whether two names have changed places, whatever their case (`Labour gains Weston from Conservatives`)."""
    before, after = forms(old), forms(new)
    if len(before) != len(after):
        return False
    _align_inflections(old, new, before, after)
    unlike = [at for at, (one, other) in enumerate(zip(before, after, strict=True)) if one != other]
    if len(unlike) != 2:
        return False
    first, last = unlike
    return (before[first], before[last]) == (after[last], after[first]) and old[first].capital and old[last].capital


def _tells_what(old: Tokens, new: Tokens) -> bool:
    """Whether two labels tell what happened, not who says so (`Sky News: …`): they share a telling word that is written
    small (`Kelmore quake: …`), or begin with the same one, a small word behind it (`Quake in Kelmore: …`)."""
    there = forms(new)
    small = [token for token in old if token.raw[0].islower() and token.form in there]
    return bool(telling(small) or (small and telling(old[:1]) and forms(old[:1]) == there[:1]))


def _frame_around_names(between: Difference, words: Sequence[Tokens], names: Sequence[Sequence[TextToken]]) -> float:
    """`Difference.frame`, a name of several words in another's place counted as one: `Amara Toll`, `Pick 4 Midday`.
    Where no word has a capital, or all have, a name cannot be told from its neighbours, unless it is short and all that
    differs between the same words (`winning numbers drawn in bonus match 5 game`)."""
    whole = longest = max(map(len, words))
    lengths = [max(map(len, pair)) for pair in between.replaced]
    if all(map(shows_names, words)):
        for pair, length in zip(between.replaced, lengths, strict=True):
            if all(map(_is_name, pair, names)):
                longest -= length - 1
    elif len(lengths) == 1 and lengths[0] <= _LONGEST_NAME and not (between.added or between.dropped):
        left, right = map(forms, words)
        if left[:2] == right[:2] and left[-1] == right[-1]:
            longest -= lengths[0] - 1
    return between.frame * whole / longest if longest else 0.0


def _is_name(words: Tokens, names: Sequence[TextToken]) -> bool:
    if len(words) == FEWEST_WORDS and len(telling(words)) == 1:  # `Denizli'de`, `στη Λάρισα`
        words = tuple(token for token in words if token.capital or not _is_small(token))
    return (
        bool(telling(words))
        and any(map(names.__contains__, words))
        and all(token.capital or token.kind == FIGURE for token in words)
    )


def _is_spelling(token: TextToken, others: Sequence[TextToken]) -> bool:
    """Whether a name is another one in another spelling (`Qaramov`, `Karamov`); a month, or a day, is not (`Juni`,
    `Juli`) unless it is the same in another case (`июня`, `июне`), or cut (`Sept`)."""
    month = month_of(token.raw)
    if month is not None and any(month_of(other.raw) == month for other in others):
        return True
    if token.form in lexicon().calendar:
        return any(is_ending(token.form, other.form) for other in others)
    return token.kind == PLAIN_WORD and any(
        other.kind == PLAIN_WORD and fuzz.ratio(token.form, other.form) >= SPELLINGS for other in others
    )


def _are_initials(short: Tokens, long: Tokens) -> bool:
    """Whether a name is another's initials (`IMF`, `International Monetary Fund`; `BoE`, `Bank of England`)."""
    if len(short) != 1 or len(long) < FEWEST_WORDS:
        return False
    function_words = lexicon().function_words
    telling = [token.form[0] for token in long if token.form not in function_words]
    return short[0].form in ("".join(telling), "".join(token.form[0] for token in long))


def _is_cut(short: Tokens, long: Tokens) -> bool:
    """Whether a headline is another one's beginning. Its last word may be a piece of a word, or of a figure."""
    if len(grouped(short)) < FEWEST_WORDS:
        return False
    body, last = short[:-1], short[-1]
    for one, other in zip(body, long, strict=False):
        if one.form != other.form and not is_particle(((one,), (other,))):
            return False
    at = long[len(body)]
    return at.raw.startswith(last.raw) if last.kind == FIGURE else at.form.startswith(last.form)


def _is_turned(old: Tokens, new: Tokens) -> bool:
    """Whether two halves have changed places (`Varno quake: 9 dead`, `9 dead: Varno quake`). Who strikes whom does not
    turn so, nor who plays at home: a word stands between the halves of `Iran strikes Israel`, `Harlow v Derrow`."""
    left, right = forms(old), forms(new)
    return len(left) == len(right) and any(left[at:] + left[:at] == right for at in range(2, len(left) - 1))
