"""What the files of some languages say of promo lines and credits → labels to compare lines with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from bot.core.language.tables import LANGUAGES, Language, table_of
from bot.core.text.words import CJK_STRETCH, fold, runs_of

_COMPARED = 400
"""Characters of a line that are compared with what was learnt."""
_UNSPACED = frozenset({"Hani", "Jpan", "Thai"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """A verb that asks to share, follow or subscribe, in parts that other words may stand between, and its nouns."""

    parts: tuple[str, ...]
    nouns: re.Pattern[str]
    """A noun of the same language makes it an invitation."""
    if_linked: bool = False
    """It needs a link behind it: `Support for Facebook falls` is a headline."""
    last: bool = False
    """It stands at the end of its clause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineLabels:
    """What the files of some languages say, normalised as `normal_line` does it."""

    promo: frozenset[str]
    bare: frozenset[str]
    """Promo labels that are everyday words, too: what stands behind them is no promo without a link."""
    longest: int
    """Words of the longest promo label."""
    unspaced: tuple[str, ...]
    """Promo labels of scripts without spaces, which may begin a run."""
    share_first: Mapping[str, tuple[Sharing, ...]]
    """Verbs that a line begins with, by their first word."""
    share_anywhere: Mapping[str, tuple[Sharing, ...]]
    """The same of languages in which verbs stand at the end."""
    share_unspaced: tuple[Sharing, ...]
    """Verbs of scripts without spaces."""
    share_nouns: frozenset[str]
    first_appeared: tuple[tuple[str, ...], ...]
    """Parts of a phrase, in this order, with other words in between."""
    telling: frozenset[str]
    """The longest word of each phrase, in lower case and folded: only where one stands are they looked for."""
    inviting: frozenset[str]
    """The first words of `share_first`, in lower case."""
    anywhere: bool
    """Whether verbs of sharing may stand anywhere in a line."""
    credits: frozenset[str]
    credit_parts: frozenset[str]
    """The words of all credits, which also make compounds: `Fonte foto`."""
    rights: tuple[str, ...]
    function_words: frozenset[str]
    """Of scripts without case: a name holds none of them."""


@lru_cache(maxsize=256)
def labels_of(codes: tuple[str, ...]) -> LineLabels:
    languages = [table_of(code) for code in codes]
    bare = frozenset(_normal_label(label) for table in languages for label in table.bare_labels)
    promo = bare.union(_normal_label(label) for table in languages for label in table.promo_labels)
    share = [(verb, table.verbs_last) for table in languages for verb in _sharing(table)]
    spaced = [(verb, last) for verb, last in share if CJK_STRETCH.search(verb.parts[0]) is None]
    appeared = tuple(
        tuple(map(_normal_label, phrase.split(" … "))) for table in languages for phrase in table.first_appeared
    )
    share_nouns = frozenset(_normal_label(noun) for table in languages for noun in table.share_nouns)
    sharing = share_nouns.union(verb.parts[0] for verb, _ in share)
    return LineLabels(
        promo=promo,
        bare=bare.union(label for label in promo & sharing if " " not in label),
        longest=max(label.count(" ") + 1 for label in promo),
        unspaced=tuple(
            _normal_label(label) for table in languages if table.script in _UNSPACED for label in table.promo_labels
        ),
        share_first=_by_first_word(verb for verb, last in spaced if not last),
        share_anywhere=_by_first_word(verb for verb, last in spaced if last),
        share_unspaced=tuple(verb for verb, _ in share if CJK_STRETCH.search(verb.parts[0]) is not None),
        share_nouns=share_nouns,
        first_appeared=appeared,
        telling=frozenset(
            form
            for table in languages
            for phrase in table.first_appeared
            for word in [max(phrase.lower().split(), key=len)]
            for form in (word, _normal_label(word))
        ),
        inviting=frozenset(verb.lower().split()[0] for table in languages for verb in table.share_verbs),
        anywhere=any(table.verbs_last or table.script in _UNSPACED for table in languages),
        credits=frozenset(_normal_label(word) for table in languages for word in table.credit_words),
        credit_parts=frozenset(
            part for table in languages for word in table.credit_words for part in _normal_label(word).split()
        ),
        rights=tuple(_normal_label(phrase) for table in languages for phrase in table.rights),
        function_words=frozenset(
            word for table in languages for word in map(fold, table.common) if len(word) > 1 and word == word.upper()
        ),
    )


def _sharing(table: Language) -> Iterator[Sharing]:
    nouns = _nouns(frozenset(map(_normal_label, table.share_nouns)))
    for verb in table.share_verbs:
        parts = tuple(_normal_label(part) for part in verb.split("…") if part.strip())
        yield Sharing(parts=parts, nouns=nouns, if_linked=verb.endswith("…"), last=table.verbs_last)


def _by_first_word(verbs: Iterable[Sharing]) -> Mapping[str, tuple[Sharing, ...]]:
    grouped: dict[str, tuple[Sharing, ...]] = {}
    for verb in verbs:
        first = verb.parts[0].partition(" ")[0]
        grouped[first] = (*grouped.get(first, ()), verb)
    return grouped


def _nouns(nouns: frozenset[str]) -> re.Pattern[str]:
    """Nouns as whole words, and within longer words where they are long enough not to be met by chance."""
    parts = (
        re.escape(noun) if len(noun) >= (2 if CJK_STRETCH.search(noun) else 5) else rf"(?<!\S){re.escape(noun)}(?!\S)"
        for noun in sorted(nouns, key=len, reverse=True)
    )
    return re.compile("|".join(parts))


@lru_cache(maxsize=1)
def foreign_labels() -> LineLabels:
    """What all files say in several words, what is written over ads, and their credit words: a label of another
    language than the text's is not met by chance."""
    labels = labels_of(LANGUAGES)
    several = {label for label in labels.promo if " " in label or (not label.isascii() and CJK_STRETCH.search(label))}
    several.update(normal_line(label) for code in LANGUAGES for label in table_of(code).bare_labels)
    credits = {label for label in labels.credits if len(label) >= (4 if label.isascii() else 2)}
    return replace(labels, promo=frozenset(several), credits=frozenset(credits), credit_parts=frozenset())


def normal_line(line: str) -> str:
    """A line as it is compared with labels and with learnt boilerplate: its words, folded."""
    line = line[:_COMPARED].replace("’", "'")
    return " ".join(runs_of(line.lower()) if line.isascii() else map(fold, runs_of(line)))


_normal_label = cache(normal_line)
"""Of what the files hold, of which each line's languages make a choice of their own."""
