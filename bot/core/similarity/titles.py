"""Two headlines → what differs between them, and whether they are one headline.

Law: a copy is proved. Two headlines are one when their words are the same but for a label, an outlet's tail,
inflection, a turn of two halves or a cut end. A word or a sign (`🔴`, `▲`) that stands in the place of an unlike one, a
figure, an identifier, a denial that only one of them has: they are two.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from bot.core.language.date_words import month_of
from bot.core.similarity.changes import kinds_in
from bot.core.similarity.folding import PREFIX, is_ending
from bot.core.similarity.lexicon import lexicon
from bot.core.similarity.names import names_told, shows_names
from bot.core.similarity.signs import signs_among_words, tells_apart
from bot.core.similarity.tokens import (
    CHARACTER,
    FIGURE,
    MAX_TITLE,
    PLAIN_WORD,
    TextToken,
    read_tokens,
    written,
)

_HEAD = re.compile(
    r"\s*(?:[\[【(（〔]([^\[\]【】()（）〔〕]{1,24})[\]】)）〕]\s*"
    r"|([A-Z][A-Z ]{3,20}(?:\s?\d{1,2})?)\s?[-–—]\s?"
    r"|([^:|：｜»«\n]{1,30}?)(?:\s?[:：]\s+|：|\s?[|｜»]\s*|\s+[-–—]+\s+|\s?[–—]\s+))(?=\S)"
)
"""A label: `UPDATE 1-`, `Eilmeldung:`, `عاجل |`, `【速報】`, `(video)`."""
_TAIL = re.compile(
    r"\s*(?:[\[【(（〔]([^\[\]【】()（）〔〕]{1,30})[\]】)）〕]|(?:\s[-–—]+\s|\s?[|｜•·_＿－]\s?|\s?[—–]\s)([^|｜•_]{2,40}))\s*$"
)
"""What stands behind a headline: an outlet's name, `(video)`."""
_PARTS, _HYPHEN = re.compile(r"[\[【(（〔:：|｜»•·_＿－–—]"), re.compile(r"-\s|[\sA-Z\d]-")
"""What a label or a tail is told by; most headlines hold none of it."""
_CUT = re.compile(r"(?:\.{2,}|…)[\s\"'”’»)]*$")
_LABEL_WORDS = 4
"""Words that a label, or a tail, has at most."""
_LABELS = 2
"""Labels, and tails, that one headline may bear."""
_SHORTEST = 2
"""Tokens that must be left of a headline without label and tail."""
_LOOSE = 3
"""Tokens, function words among them, that one of two copies may have and the other not."""
TEMPLATE = 0.7
"""Share of its words from which a headline is another one's template: `X raises its forecast`, `Y raises its forecast`;
what stands in another's place then counts."""
_LONGEST_NAME = 3
"""Words of a name that no capital tells."""
SPELLINGS = 70.0
"""rapidfuzz ratio (0–100) from which two words may be one name in two spellings."""


Tokens = tuple[TextToken, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """A title made ready. `readings`: its words as they stand, and without labels and tails; the last is the barest.
    `cut`: it ends in `…`. `signs`: see `signs_among_words`."""

    readings: tuple[Variant, ...]
    cut: bool
    signs: tuple[str, ...] = ()

    @property
    def whole(self) -> Tokens:
        """All its words."""
        return self.readings[0].words

    @property
    def words(self) -> Tokens:
        """Its words without labels and tails."""
        return self.readings[-1].words

    @property
    def label(self) -> list[str]:
        """The forms of what stands before its barest words."""
        return [form for head in self.readings[-1].heads for form in head.split()]

    @property
    def before(self) -> Tokens:
        """The words of the label."""
        return self.whole[: len(self.label)]

    @property
    def corrects(self) -> bool:
        """Whether a label says that it corrects an earlier report."""
        return not lexicon().corrections.isdisjoint(self.label)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    words: Tokens
    heads: tuple[str, ...] = ()
    tails: tuple[str, ...] = ()


@lru_cache(maxsize=2_048)
def read_headline(title: str) -> Headline:
    """A title's label, words and tail."""
    text = title[:MAX_TITLE].strip()
    end = _CUT.search(text) if ".." in text or "…" in text else None
    cut = end is not None
    text = text[: end.start()] if end is not None else text
    if not _PARTS.search(text) and ("-" not in text or not _HYPHEN.search(text)):
        return Headline(readings=(Variant(words=read_tokens(text)),), cut=cut, signs=signs_among_words(text))
    starts = [(0, "")]
    while len(starts) <= _LABELS and (label := _HEAD.match(text, starts[-1][0])) is not None:
        head = read_tokens(next(group for group in label.groups() if group is not None))
        if len(grouped(head)) > _LABEL_WORDS or len(grouped(read_tokens(text[label.end() :]))) < _SHORTEST:
            break
        starts.append((label.end(), " ".join(forms(head))))
    ends = [(len(text), "")]
    while not cut and len(ends) <= _LABELS and (rest := _TAIL.search(text, starts[-1][0], ends[-1][0])) is not None:
        tail = read_tokens(rest.group(1) or rest.group(2))
        if not _may_be_tail(tail) or len(grouped(read_tokens(text[starts[-1][0] : rest.start()]))) < _SHORTEST:
            break
        ends.append((rest.start(), " ".join(forms(tail))))
    readings = [
        Variant(
            words=read_tokens(text[start:end]),
            heads=tuple(head for _, head in starts[1 : first + 1]),
            tails=tuple(tail for _, tail in ends[1 : last + 1]),
        )
        for first, (start, _) in enumerate(starts)
        for last, (end, _) in enumerate(ends)
    ]
    return Headline(readings=tuple(readings), cut=cut, signs=signs_among_words(text))


def _may_be_tail(tokens: Tokens) -> bool:
    if len(grouped(tokens)) > _LABEL_WORDS or not tokens or tokens[0].kind == FIGURE:
        return False
    # `Local 12 News` is an outlet, `at least 12 hurt` is not.
    return not any(token.kind == FIGURE for token in tokens) or all(
        token.capital for token in tokens if token.kind == PLAIN_WORD
    )


def grouped(tokens: Sequence[TextToken]) -> list[TextToken]:
    """The tokens, with two characters of a spaceless script counted as one word."""
    characters = [token for token in tokens if token.kind == CHARACTER]
    return [token for token in tokens if token.kind != CHARACTER] + characters[::2]


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


def forms(tokens: Sequence[TextToken]) -> list[str]:
    """The forms of some tokens."""
    return [token.form for token in tokens]


def _is_inflection(one: TextToken, other: TextToken) -> bool:
    """Whether two words are one in two endings; of names in Latin letters one must begin the other (`Marlow` is not
    `Marlon`)."""
    is_name = one.capital and one.form.isascii()
    begins = one.form.startswith(other.form) or other.form.startswith(one.form)
    return (begins or not is_name) and is_ending(one.form, other.form)


def is_same_headline(old: Headline, new: Headline) -> bool:
    """Whether two headlines are one (see the law)."""
    if not old.words or not new.words or tells_apart(old.signs, new.signs):
        return False
    if forms(old.whole) == forms(new.whole):
        return True
    for left in old.readings:
        for right in new.readings:
            # What only one of the two has may be a label; where both have one, it must be the same.
            if (left.heads and right.heads and left.heads != right.heads) or (
                left.tails and right.tails and left.tails != right.tails
            ):
                continue
            exact = (left.heads, left.tails) != (right.heads, right.tails)
            if _same_words(left.words, right.words, old.cut, new.cut, exact=exact):
                return True
    return False


def _same_words(old: Tokens, new: Tokens, old_cut: bool, new_cut: bool, *, exact: bool) -> bool:
    """`exact`: a label has been taken off one of them, and nothing else may be missing."""
    if (old_cut and len(old) <= len(new)) or (new_cut and len(new) <= len(old)):
        return _is_cut(*sorted((old, new), key=len))
    if _lacks(old, new) and _lacks(new, old):
        return False
    between = difference(old, new)
    added, dropped = telling(between.added), telling(between.dropped)
    if any(not is_particle(pair) for pair in between.replaced) or (added and dropped):
        return not exact and _is_turned(old, new)
    if len(between.added) + len(between.dropped) > _LOOSE:
        return False
    if not added and not dropped:
        return True
    # One word that the later one does not say is no news.
    return not exact and not added and len(dropped) == 1 and dropped[0].form not in lexicon().negations


def _lacks(one: Tokens, other: Tokens) -> bool:
    """Whether a telling token of a headline stands in no form in another: what two endings of a word share is asked."""
    there = {token.form[:PREFIX] for token in other}
    return any(token.form[:PREFIX] not in there for token in telling(one))


def is_particle(pair: tuple[Tokens, Tokens]) -> bool:
    """Whether one function word stands in the place of another that is not its opposite (`after`, `following`). Letters
    are words of some language, and names where they are capitals (`Hepatitis A`, `Hepatitis B`)."""
    if all(len(token.raw) == 1 and token.capital for token in (*pair[0], *pair[1])):
        return False
    return not telling((*pair[0], *pair[1])) and opposites_in(*pair) is None


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
    if before != after and len(before) >= _SHORTEST and sorted(before) == sorted(after):
        return "the same words stand in another order"
    whole = max(len(left), len(right))
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
            return f"“{written(come)}” stands in the place of “{written(gone)}”"
    return ""


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
    return any(map(names.__contains__, words)) and all(token.capital or token.kind == FIGURE for token in words)


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
    if len(short) != 1 or len(long) < _SHORTEST:
        return False
    function_words = lexicon().function_words
    telling = [token.form[0] for token in long if token.form not in function_words]
    return short[0].form in ("".join(telling), "".join(token.form[0] for token in long))


def _is_cut(short: Tokens, long: Tokens) -> bool:
    """Whether a headline is another one's beginning. Its last word may be a piece of a word, or of a figure."""
    if len(grouped(short)) < _SHORTEST:
        return False
    body, last = short[:-1], short[-1]
    for one, other in zip(body, long, strict=False):
        if one.form != other.form and not is_particle(((one,), (other,))):
            return False
    return last.kind == FIGURE or long[len(body)].form.startswith(last.form)


def _is_turned(old: Tokens, new: Tokens) -> bool:
    """Whether two halves have changed places (`Varno quake: 9 dead`, `9 dead: Varno quake`). Who strikes whom does not
    turn so: `Iran strikes Israel` and `Israel strikes Iran` share no half."""
    left, right = forms(telling(old)), forms(telling(new))
    return len(left) == len(right) and any(left[at:] + left[:at] == right for at in range(2, len(left) - 1))
