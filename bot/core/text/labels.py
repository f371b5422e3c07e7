"""What the files of some languages say of promo lines and credits → labels to compare lines with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import chain

from bot.core.language.tables import LANGUAGES, Language, table_of
from bot.core.language.word_lists import word_list
from bot.core.late_pattern import late_pattern
from bot.core.text.folding import fold
from bot.core.text.gates import Gates, gates_of_language, merged
from bot.core.text.words import CJK_STRETCH, normal_line

SENTENCE = re.compile(r"[^\W\d_]{2}[.!?][\"”’»)]*\s*\Z")
"""Found where a line ends as sentences do."""
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
    reading: frozenset[str]
    """Promo labels that ask to read another text: what stands behind them is of that text, a whole sentence, too."""
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
    own: frozenset[str]
    """What an invitation calls itself, whom it asks and what it brings: `us`, `our`, `your`, `news`."""
    first_appeared: tuple[tuple[str, ...], ...]
    """Parts of a phrase, in this order, with other words in between."""
    texts: frozenset[str]
    """What a text is called that first appeared elsewhere."""
    pointing: frozenset[str]
    """What points at it: `this`."""
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
    gates: Gates
    function_words: frozenset[str]
    """Of scripts without case: a name holds none of them."""
    begins: frozenset[str] = frozenset()
    """The first words of labels, rights and what asks to share; see `_ready`."""
    inside: frozenset[str] = frozenset()
    """What stands inside a line that says where it first appeared, or asks to share in a language with verbs last."""

    def may_speak(self, words: Sequence[str]) -> bool:
        """Whether a line without signs may be promo by its words, one or more of `normal_line`: most are not."""
        return words[0] in self.begins or self.gates.may_begin(words) or not self.inside.isdisjoint(words)


@lru_cache(maxsize=256)
def labels_of(codes: tuple[str, ...]) -> LineLabels:
    """What some languages say together."""
    labels = [_labels_of_one(code) for code in codes]
    promo = frozenset[str]().union(*(each.promo for each in labels))
    first = [verb for each in labels for verbs in each.share_first.values() for verb in verbs]
    anywhere = [verb for each in labels for verbs in each.share_anywhere.values() for verb in verbs]
    unspaced = tuple([verb for each in labels for verb in each.share_unspaced])
    share_nouns = frozenset[str]().union(*(each.share_nouns for each in labels))
    sharing = share_nouns.union(verb.parts[0] for verb in (*first, *anywhere, *unspaced))
    together = LineLabels(
        promo=promo,
        bare=frozenset(label for label in promo & sharing if " " not in label).union(*(each.bare for each in labels)),
        reading=frozenset[str]().union(*(each.reading for each in labels)),
        longest=max(each.longest for each in labels),
        unspaced=tuple([label for each in labels for label in each.unspaced]),
        share_first=_by_first_word(first),
        share_anywhere=_by_first_word(anywhere),
        share_unspaced=unspaced,
        share_nouns=share_nouns,
        own=frozenset[str]().union(*(each.own for each in labels)),
        first_appeared=tuple([parts for each in labels for parts in each.first_appeared]),
        texts=frozenset[str]().union(*(each.texts for each in labels)),
        pointing=frozenset[str]().union(*(each.pointing for each in labels)),
        telling=frozenset[str]().union(*(each.telling for each in labels)),
        inviting=frozenset[str]().union(*(each.inviting for each in labels)),
        anywhere=any(each.anywhere for each in labels),
        credits=frozenset[str]().union(*(each.credits for each in labels)),
        credit_parts=frozenset[str]().union(*(each.credit_parts for each in labels)),
        rights=tuple([phrase for each in labels for phrase in each.rights]),
        gates=merged(each.gates for each in labels),
        function_words=frozenset[str]().union(*(each.function_words for each in labels)),
    )
    return _ready(together)


def _ready(labels: LineLabels) -> LineLabels:
    """The labels with the words by which most lines are seen to hold none of them."""
    beginnings = chain(labels.promo, labels.rights, labels.share_first, labels.share_nouns)
    return replace(
        labels,
        begins=frozenset(phrase.partition(" ")[0] for phrase in beginnings),
        inside=labels.telling.union(labels.share_anywhere),
    )


@cache  # a line's languages are a choice of their own: what each says is read once
def _labels_of_one(code: str) -> LineLabels:
    table = table_of(code)
    bare = frozenset(map(normal_line, table.bare_labels))
    promo = tuple(map(normal_line, table.promo_labels))
    share = list(_sharing(table))
    unspaced = tuple([verb for verb in share if CJK_STRETCH.search(verb.parts[0]) is not None])
    spaced = [verb for verb in share if verb not in unspaced]
    longest_words = [max(phrase.lower().split(), key=len) for phrase in table.first_appeared]
    credits = frozenset(map(normal_line, table.credit_words))
    texts = word_list("texts").get(code, ("/",))
    slash = texts.index("/")
    return LineLabels(
        promo=bare.union(promo),
        bare=bare,
        reading=frozenset(_asking_to_read(promo, code, spaced=table.script not in _UNSPACED)),
        longest=max(label.count(" ") + 1 for label in (*bare, *promo)),
        unspaced=promo if table.script in _UNSPACED else (),
        share_first=_by_first_word(() if table.verbs_last else spaced),
        share_anywhere=_by_first_word(spaced if table.verbs_last else ()),
        share_unspaced=unspaced,
        share_nouns=frozenset(map(normal_line, table.share_nouns)),
        own=frozenset(map(normal_line, word_list("own").get(code, ()))),
        first_appeared=tuple(tuple(map(normal_line, phrase.split(" … "))) for phrase in table.first_appeared),
        texts=frozenset(map(normal_line, texts[:slash])),
        pointing=frozenset(map(normal_line, texts[slash + 1 :])),
        telling=frozenset((*longest_words, *map(normal_line, longest_words))),
        inviting=frozenset(verb.lower().split()[0] for verb in table.share_verbs),
        anywhere=table.verbs_last or table.script in _UNSPACED,
        credits=credits,
        credit_parts=frozenset(part for credit in credits for part in credit.split()),
        rights=tuple(map(normal_line, table.rights)),
        gates=gates_of_language(code, table.common),
        function_words=frozenset(
            word for written in table.common if written == written.upper() and len(word := fold(written)) > 1
        ),
    )


def _asking_to_read(labels: Iterable[str], code: str, *, spaced: bool) -> list[str]:
    """Those of a language's promo labels that ask to read another text."""
    stems = tuple(map(normal_line, word_list("reading").get(code, ())))
    if spaced:
        return [label for label in labels if any(word.startswith(stems) for word in label.split())]
    return [label for label in labels if any(stem in label for stem in stems)]


def _sharing(table: Language) -> Iterator[Sharing]:
    nouns = _nouns(frozenset(map(normal_line, table.share_nouns)))
    for verb in table.share_verbs:
        parts = tuple(normal_line(part) for part in verb.split("…") if part.strip())
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
    return late_pattern("|".join(parts))


@lru_cache(maxsize=1)
def foreign_labels() -> LineLabels:
    """What all files say in several words, what is written over ads, and their credit words: a label of another
    language than the text's is not met by chance."""
    labels = labels_of(LANGUAGES)
    several = {label for label in labels.promo if " " in label or (not label.isascii() and CJK_STRETCH.search(label))}
    several.update(normal_line(label) for code in LANGUAGES for label in table_of(code).bare_labels)
    credits = {label for label in labels.credits if len(label) >= (4 if label.isascii() else 2)}
    return _ready(replace(labels, promo=frozenset(several), credits=frozenset(credits), credit_parts=frozenset()))


def parts_in_order(padded: str, parts: Sequence[str]) -> tuple[int, int] | None:
    """Where these stand in a line as `normal_line` has it, with a space around it, in this order; the spaces around
    them are theirs."""
    begin = at = padded.find(f" {parts[0]} ")
    for part in parts:
        at = padded.find(f" {part} ", max(at, 0))
        if at < 0:
            return None
        at += len(part) + 1
    return begin, at + 1
