"""Words of a text → the names that they are one slip of the pen away from.

Two words at one edit (a letter more, fewer, another, or two swapped) have a word in common among those that each leaves
when one letter is dropped (symmetric deletes: W. Garbe, SymSpell, 2012). So a word is looked up in as many steps as it
has letters, however many names there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rapidfuzz.distance import OSA

from bot.core.language.frequency import typical_frequency
from bot.core.text.folding import fold
from bot.core.workbench.relaxations import LEAST_LETTERS
from bot.model import Reading, StoryId

_WORD = re.compile(rf"[^\W\d_]{{{LEAST_LETTERS - 1},{LEAST_LETTERS + 30}}}")
_READ = 5_000
"""Characters of a body that are looked through: who or what a story is about stands there."""


class Misspellings:
    """The names of some rules, looked for in many texts."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names: dict[str, set[str]] = {}
        """What is left of a name with one letter dropped, or none -> the names."""
        self._all = frozenset(names)
        for name in self._all:
            for left in _left_of(name):
                self._names.setdefault(left, set()).add(name)
        self._known: dict[str, tuple[str, ...]] = {}
        """Word as written -> the names that it is a slip of."""
        self._stories: dict[str, set[StoryId]] = {}
        """In which stories each name, and each slip of one, was found: a report's copies have its slips, too."""

    def of(self, reading: Reading, story: StoryId) -> list[tuple[str, str]]:
        """(name, the word as it stands there, folded) of the slips in a text of that story, each once."""
        slips: dict[tuple[str, str], None] = {}
        for text in (reading.title, reading.summary, reading.body[:_READ]):
            for word in _WORD.findall(text):
                names = self._known.get(word)
                if names is None:
                    names = self._known[word] = self._look_up(word)
                for name in names:
                    form = fold(word)
                    self._stories.setdefault(form, set()).add(story)
                    if form != name:
                        slips[name, form] = None
        return list(slips)

    def _look_up(self, word: str) -> tuple[str, ...]:
        form = fold(word)
        if form in self._all:
            return (form,)
        if typical_frequency(form) > 1:
            return ()  # a word of its own
        near = {name for left in _left_of(form) for name in self._names.get(left, ())}
        return tuple(sorted(name for name in near if OSA.distance(name, form, score_cutoff=1) == 1))

    def is_slip(self, name: str, word: str) -> bool:
        """Whether `word` is rarer by far than the name, as slips are: Micron is no slip of Macron."""
        of_word, of_name = (len(self._stories.get(form, ())) for form in (word, name))
        return of_word <= max(2, of_name // 5)


def _left_of(form: str) -> set[str]:
    return {form, *(form[:at] + form[at + 1 :] for at in range(len(form)))}
