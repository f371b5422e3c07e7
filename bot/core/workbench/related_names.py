"""A rule's names, and stories in which they stand → further names that stand with them and hardly anywhere else: what
the same thing is called, too, or who belongs to it.

The law: a related name is no name of the rule, and stands beside its names in several stories; of all entries that hold
it, at least a fifth hold one of the names, too. What a rule demands beside its names, it goes on demanding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.core.language.frequency import typical_frequency
from bot.core.query.parser import parse_name
from bot.core.query.walk import branches_of, words_of
from bot.core.text.folding import fold
from bot.core.workbench.edits import SUPPORT
from bot.core.workbench.phrases import as_operand, beginning, is_name, phrases_of, says_something, spellings_of
from bot.core.workbench.query_parts import demands, rebuilt
from bot.model import Reading
from bot.model import query as ast

_LEAST_SHARE = 0.2
"""Of the entries that hold a related name, how many hold one of the names at least."""
_LEAST_SHARE_OF_A_PART = 0.1
"""The same of a part of a name: a surname stands alone most of the time."""
_LEAST_SHARE_OF_TWO = 0.4
"""The same where it stands beside them twice only: that is chance more often."""
_MOST_TRIED = 30
"""Candidates of one group of names of which the archive is asked how often they stand there."""
_MOST_RELATED = 8
"""Of one group of names."""
_CAPITALS = 0.7
"""The share of words in capitals from which on a headline is in title case, and capitals tell no name."""
_READ = 600
"""Characters of summary and body that are learnt from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedName:
    """`name` stands with `group`, a part of a rule, in `together` entries of the `entries` that hold it."""

    group: ast.Query
    name: ast.Query
    written: str
    together: int
    entries: int


def name_groups(query: ast.Query) -> Iterator[ast.Query]:
    """The parts of a rule that name something, each a word, a phrase or several of which one is enough; not those under
    NOT, and no single words without a capital."""
    if _is_name(query) or (isinstance(query, ast.Or) and all(map(_is_name, query.operands))):
        yield query
        return
    for part in demands(query):
        yield from name_groups(part)


def _is_name(query: ast.Query) -> bool:
    if isinstance(query, ast.Entity):
        return True
    return isinstance(query, ast.Word | ast.Phrase) and any(not word.islower() for word in words_of(query))


def exchanged(query: ast.Query, group: ast.Query, other: ast.Query) -> ast.Query:
    """The query with `other` where `group` stands, but under NOT."""
    if query == group:
        return other
    if isinstance(query, ast.Entity | ast.Not):
        return query
    if isinstance(query, ast.Near) and query.apart:
        return replace(query, left=exchanged(query.left, group, other))
    return rebuilt(query, lambda part: exchanged(part, group, other))


# --- what stands beside them ---


class Learnt:
    """What stands beside one group of names, story by story."""

    def __init__(self, group: ast.Query) -> None:
        self.group = group
        self.stories = 0
        self._names = {tuple(fold(word) for word in words_of(leaf)) for leaf in _leaves(group)}
        self._counts: Counter[str] = Counter()
        self._written: dict[str, Counter[str]] = {}
        """As it stands inside the sentences of texts that are written with small letters, too; else, where a capital
        says less (`Check out …`), at their beginnings; else in headlines that have capitals only."""
        self._at_beginnings: dict[str, Counter[str]] = {}
        self._in_headlines: dict[str, Counter[str]] = {}

    def add(self, readings: Iterable[Reading]) -> None:
        """One story: its entries."""
        self.stories += 1
        in_story: set[str] = set()
        for reading in readings:
            for text in beginning(reading, _READ).values():
                is_headline = _is_all_capitals(text)
                for phrase, written, begins in dict.fromkeys(spellings_of(text)):
                    in_story.add(phrase)
                    inside = self._at_beginnings if begins else self._written
                    spellings = self._in_headlines if is_headline else inside
                    spellings.setdefault(phrase, Counter())[written] += 1
        self._counts.update(in_story)

    def candidates(self, background: Mapping[str, float], share: float) -> list[tuple[str, str]]:
        """(phrase, as written) of what may be a related name, likeliest first.

        `background`: in what share of the archive's entries a word stands, roughly; `share`: the group's own.
        """
        most = share / _LEAST_SHARE_OF_A_PART
        likely = [
            (count / self.stories, phrase)
            for phrase, count in self._counts.items()
            if count >= SUPPORT
            and self._may_be_one(phrase)
            # What stands in so many entries can hardly stand mostly beside the names.
            and min(background.get(word, 0.0) for word in phrase.split()) <= most
        ]
        likely.sort(key=lambda one: (-one[0] / min(map(typical_frequency, one[1].split())), one[1].count(" "), one[1]))
        return [(phrase, self._spellings(phrase).most_common(1)[0][0]) for _, phrase in likely[:_MOST_TRIED]]

    def least_share(self, phrase: str, together: int) -> float:
        """Of the entries that hold a phrase, how many must hold one of the names, too."""
        if together == SUPPORT:
            return _LEAST_SHARE_OF_TWO
        words = tuple(phrase.split())
        is_part = any(_is_within(words, name) for name in self._names)
        return _LEAST_SHARE_OF_A_PART if is_part else _LEAST_SHARE

    def _spellings(self, phrase: str) -> Counter[str]:
        return self._written.get(phrase) or self._at_beginnings.get(phrase) or self._in_headlines[phrase]

    def _may_be_one(self, phrase: str) -> bool:
        words, written = tuple(phrase.split()), list(self._spellings(phrase).elements())
        is_acronym = all(one.isalpha() and one.isupper() and len(one) > 1 for one in written)
        if not is_acronym and not (says_something(phrase) and is_name(phrase, written)):
            return False
        return not any(_is_within(name, words) for name in self._names)


def related_names(
    learnt: Learnt, counts: Mapping[str, tuple[int, int]], written: Mapping[str, str]
) -> list[RelatedName]:
    """The names related to a group, those that stand with it most exclusively first.

    `counts`: of each candidate, in how many entries it stands, and in how many of them a name of the group.
    """
    likely = [
        (together / entries, together, phrase)
        for phrase, (entries, together) in counts.items()
        if SUPPORT <= together < entries and together >= entries * learnt.least_share(phrase, together)
    ]
    likely.sort(key=lambda one: (-one[1] * one[0], one[2].count(" "), one[2]))
    chosen: list[RelatedName] = []
    taken: list[tuple[str, ...]] = []
    for _, together, phrase in likely:
        words = tuple(phrase.split())
        # Where one word does, a longer phrase finds nothing more.
        if len(chosen) == _MOST_RELATED or any(_is_within(one, words) for one in taken):
            continue
        name, _ = parse_name(as_operand(written[phrase]))
        if name is not None:
            taken.append(words)
            entries = counts[phrase][0]
            chosen.append(
                RelatedName(group=learnt.group, name=name, written=written[phrase], together=together, entries=entries)
            )
    return chosen


def background_of(readings: Collection[Reading]) -> dict[str, float]:
    """In what share of these texts each word stands; of words that stand in one or two, nothing is known."""
    counts = Counter(
        word
        for reading in readings
        for word in {word for text in beginning(reading, _READ).values() for word in phrases_of(text, longest=1)}
    )
    return {word: count / len(readings) for word, count in counts.items() if count > 2}


def _is_all_capitals(text: str) -> bool:
    """Whether its longer words all begin with a capital, but for a few: then a capital says nothing."""
    words = [word for word in text.split() if len(word) > 3 and word[0].isalpha()]
    return sum(not word[0].islower() for word in words) > _CAPITALS * len(words)


def _leaves(query: ast.Query) -> Iterator[ast.Word | ast.Phrase]:
    if isinstance(query, ast.Word | ast.Phrase):
        yield query
    elif isinstance(query, ast.Or | ast.Entity):
        for branch in branches_of(query):
            yield from _leaves(branch)


def _is_within(words: Sequence[str], others: Sequence[str]) -> bool:
    """Whether words stand side by side in others."""
    width = len(words)
    return any(tuple(others[at : at + width]) == tuple(words) for at in range(len(others) - width + 1))
