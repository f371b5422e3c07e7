"""Two reports → whether the later is a copy of the earlier, and by what.

Law: a copy is proved: calling another event a copy loses news in silence, calling a copy a report of the same story
costs nothing. By its headline (see `titles`), unless their texts disagree. By its text, where most of the smaller text
stands in the other and neither headline nor lead of the later says anything new: a new lead over the old background is
news.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from itertools import chain

from bot.core.similarity.changes import changes_in, kinds_in, languages_of, untold
from bot.core.similarity.difference import TEMPLATE, denials_in, difference, opposites_in, telling
from bot.core.similarity.folding import PAIRS, stem
from bot.core.similarity.headlines import FEWEST_WORDS, Headline, Tokens, forms
from bot.core.similarity.in_place import frame_around_names
from bot.core.similarity.lexicon import lexicon
from bot.core.similarity.names import names_of
from bot.core.similarity.signs import tells_apart
from bot.core.similarity.sketch import Overlap
from bot.core.similarity.titles import is_same_headline
from bot.core.similarity.tokens import (
    CHARACTER,
    FIGURE,
    TextToken,
    is_common,
    is_figure,
    units,
)

_CONTAINED = 0.6
"""Share of the smaller text's triples found in the larger from which the texts are one; below half of it, two texts
under one headline are texts of their own."""
_RESTS_ON = 8
"""Triples that a share of a text must rest on."""
_WHOLE = 0.9
"""Share of the later text from which, lead and all, it stands in the earlier."""
_LONG = 40
"""Triples of words of a text in which one word is little: of a sentence or two it is much."""
_LINE = 20
"""Triples of a text that has a sentence: it may stand below many headlines."""
_FOREIGN = 0.2
"""Share of a lead that another line under the same headline says by chance."""
_KNOWN = 0.5
"""Share of a lead that the earlier text must say."""
_SAID = 0.3
"""Share of a headline that the earlier report must say, for one sentence to make a copy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """How a later report is an earlier one's copy. `score` 0–1."""

    score: float
    why: str


def copy_of(old: Headline, new: Headline, texts: Overlap, lead: Lead) -> Copy | None:
    """Whether the later of two reports copies the earlier. `texts`: what they share, seen from the later. `lead`: that
    of the later."""
    is_same, has_texts = is_same_headline(old, new), texts.rests_on >= _RESTS_ON
    pairs = PAIRS if lead.is_spaceless else 1
    is_contained = texts.rests_on >= _RESTS_ON * pairs and texts.share >= _CONTAINED
    if not (is_same or is_contained):
        return None
    is_new = texts.of_one < _WHOLE and lead.is_new()  # over the old background it is news
    disagree = (has_texts and (is_new or texts.share < _CONTAINED / 2)) or lead.is_foreign()
    differs = is_same and (texts.rests_on < _LONG * pairs or texts.share < _CONTAINED) and lead.differs()
    if is_same and not (disagree or differs):
        same = forms(old.whole) == forms(new.whole)
        return Copy(
            score=1.0, why="the same headline" if same else "the same headline but for a label, a tail or a cut"
        )
    if not is_contained or (texts.of_one < _WHOLE and differs):
        return None
    if texts.exact and texts.rests_on < _LINE * pairs and lead.is_of_none(old, new):
        return None
    is_whole = texts.of_one >= _WHOLE
    # Whom the same text names goes by another name above it: `Lula wins`, `Silva wins`.
    named = frozenset(units(lead.tokens)) if is_whole else frozenset()
    if is_new or _says_new(old, new, lead.says, named, is_whole=is_whole):
        return None
    why = f"{texts.share:.0%} of the text is the same, and headline and lead say nothing new"
    return Copy(score=round(texts.share, 3), why=why)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """The first sentence below a headline. `tokens`: its words; `says`: whether the earlier report, its headline or its
    text, says a unit; `overlap`: how much of it stands in the earlier text, which is exact where that text is short
    enough to be held whole. `meets_text`: the earlier report has a text; `meets_line`: it is of a line or two, since a
    long one says much by chance."""

    tokens: Sequence[TextToken]
    says: Callable[[str], bool]
    overlap: Overlap
    meets_text: bool = False
    meets_line: bool = False

    @property
    def is_spaceless(self) -> bool:
        """Whether it is of a script without spaces."""
        return sum(token.kind == CHARACTER for token in self.tokens) > len(self.tokens) / 2

    def is_new(self) -> bool:
        """Whether it says something else than the earlier text."""
        return (self.overlap.of_one if self.overlap.exact else _known(self.tokens, self.says)) < _KNOWN

    def is_foreign(self) -> bool:
        """Whether the earlier text, and its headline, say nothing of it, figures apart: `Statement by the Minister`
        stands over both by chance, and so may a 2."""
        known = _known(self.tokens, self.says, figures=False) if self.meets_text else 1.0
        return known == 0.0 or (self.meets_line and known < _FOREIGN)

    def differs(self) -> bool:
        """Whether it says a figure, a day, a denial or an opposite where the earlier report does not (`Un homme de 22
        ans`, `de 31 ans`; `found guilty`, `not guilty`), though it may say all else; or, a line beside a line, a name
        (`Minister resigns`: Anna Holt, Peter Lund)."""
        if not (self.meets_text and self.tokens) or self.overlap.of_one >= _WHOLE:
            return False
        says, lists = self.says, lexicon()
        names = [token for token in names_of(self.tokens) if token.capital and self.meets_line]
        if sum(not says(token.unit) for token in names) >= FEWEST_WORDS:
            return True  # one may be an agency's (`BOISE (AP)`)
        words = [token for token in self.tokens if token.kind != CHARACTER]
        return any(
            (token.kind == FIGURE or token.form in lists.calendar or token.form in lists.negations)
            and not says(token.unit)
            for token in words
        ) or any(
            any(says(stem(other)) for other in lists.opposites[token.form])
            for token in words
            if token.form in lists.opposites and not says(token.unit)
        )

    def is_of_none(self, old: Headline, new: Headline) -> bool:
        """Whether it is a line that may stand below many headlines (`Police ask witnesses to call …`): it says nothing
        of the earlier one, and that report hardly anything of the later one."""
        shared = set(units(old.words)).intersection(units(self.tokens))
        return sum(not is_common(unit) for unit in shared) < FEWEST_WORDS and _known(new.words, self.says) < _SAID


def _known(tokens: Sequence[TextToken], says: Callable[[str], bool], *, figures: bool = True) -> float:
    """The share of some telling units that something says (1 without any)."""
    telling = [unit for unit in dict.fromkeys(units(tokens)) if not is_common(unit)]
    telling = telling if figures else [unit for unit in telling if not is_figure(unit)]
    return sum(map(says, telling)) / len(telling) if telling else 1.0


def _says_new(old: Headline, new: Headline, says: Callable[[str], bool], named: Set[str], *, is_whole: bool) -> bool:
    """Whether a headline over an old text says, in words that are nearly the old ones, what neither that text nor its
    headline says: a denial, a figure, a name or an opposite in another's place, a change that is added or in another
    one's place; or, where more than that text follows it (not `is_whole`), a change that the old headline does not tell
    (`suspended`, `resumed`). `named`: units of names that stand in no other one's place, as the text says them."""
    between = difference(old.words, new.words)
    opposites = [come for pair in between.replaced for _, come in filter(None, [opposites_in(*pair)])]
    languages = languages_of(new.whole)
    changed = [after for before, after in between.replaced if changes_in(before, languages)]
    # What tells something in another's place is in its place, as is a name, and a denial in its own: of `Kolbi: 9
    # dead`, `Oil rises`, `Torvik arrested`, `Torvik charged`, `Lapshin arrested` all is one template.
    there = names_of(old.words), names_of(new.words)
    placed = sum(
        _is_in_place(pair, languages)
        or (
            named.isdisjoint(units(pair[0]))
            and all(set(words) <= set(names) for words, names in zip(pair, there, strict=True))
        )
        for pair in between.replaced
    )
    placed += len(denials_in((*between.added, *between.dropped)))
    alike = frame_around_names(between, (old.words, new.words)) + placed / max(1, len(old.words), len(new.words))
    if alike < TEMPLATE:
        return False
    if tells_apart(old.signs, new.signs) or denials_in(between.dropped) or any(not telling(come) for come in opposites):
        return True  # that `after` stands somewhere in the text says nothing
    if not (is_whole or kinds_in(new.words) <= kinds_in(old.words)):
        return True
    names, negations = there[1], lexicon().negations
    come = [token for token in new.words if token.form in negations] + denials_in(between.added)
    come += [token for _, tokens in between.replaced for token in tokens if token.kind == FIGURE or token in names]
    come += chain.from_iterable(opposites)
    changing = [between.added, *changed]
    return not all(map(says, units(come))) or any(untold(changes_in(words, languages), says) for words in changing)


def _is_in_place(pair: tuple[Tokens, Tokens], languages: frozenset[str]) -> bool:
    """Whether a figure stands in the place of a figure, a change in that of a change, an opposite in its."""
    has_figures = all(any(token.kind == FIGURE for token in tokens) for tokens in pair)
    return has_figures or all(changes_in(tokens, languages) for tokens in pair) or opposites_in(*pair) is not None
