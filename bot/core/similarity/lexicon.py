"""The languages' files → what the comparing of texts asks them, all languages together.

Law: lists of words are data (`core.language`), and here none is weighed: a word is common or not, a number or not. A
word that denies or counts in one language and is a common word of another (`on`, ten in Turkish) does neither. English
is read everywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from bot.core.language.frequency import COMMON as FREQUENT
from bot.core.language.tables import LANGUAGES, table_of
from bot.core.similarity.folding import PREFIX, SPACELESS, folded, stem


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Folded words of all languages together. `common`: units of function words, `function_words` the words
    themselves; `frequent`: units of other words that one document in fifty holds, where a list of them exists.
    `changes`: words that tell a development; `spaceless_changes`: those that are looked for inside a run of characters.
    `calendar`: weekdays, months, quarters. `numbers`: values of number words, and `scales` the powers of ten behind a
    number, both as they are written in lower case."""

    common: frozenset[str]
    frequent: frozenset[str]
    function_words: frozenset[str]
    numbers: dict[str, str]
    scales: dict[str, int]
    negations: frozenset[str]
    opposites: dict[str, frozenset[str]]
    changes: frozenset[str]
    changes_by_prefix: dict[str, tuple[str, ...]]
    spaceless_changes: tuple[str, ...]
    corrections: frozenset[str]
    calendar: frozenset[str]


@cache
def lexicon() -> Lexicon:
    """Read once, when a text is compared for the first time."""
    tables = [table_of(code) for code in LANGUAGES]
    common = {table.code: _forms(table.common) for table in tables}
    calendar = _forms(
        part
        for table in tables
        for words in (*table.weekdays, *table.months, *table.quarters)
        for part in words.split()
    )
    negations: set[str] = set()
    opposites: dict[str, set[str]] = {}
    numbers: dict[str, str] = {}
    scales: dict[str, list[int]] = {}
    languages = Counter(word for words in common.values() for word in words)
    for table in tables:
        own = common[table.code]
        negations |= {
            word for word in _forms(table.negations) if table.code == "en" or languages[word] == (word in own)
        }
        for one, other in table.opposites:
            opposites.setdefault(_form(one), set()).add(_form(other))
            opposites.setdefault(_form(other), set()).add(_form(one))
        for word, value in table.numbers.items():
            if table.code == "en" or languages[_form(word)] == (_form(word) in own):
                numbers.setdefault(word, f"#{value}")
        for word, power in table.scales.items():
            # `billion` is as the English say, `mil` as most do who say it.
            scales.setdefault(word, []).extend([power] * (len(LANGUAGES) if table.code == "en" else 1))
    words = frozenset().union(*common.values())
    changes = frozenset().union(
        *(
            _forms(part for phrase in table.change_verbs for part in phrase.split())
            - (common["en"] if table.code == "en" else words)
            for table in tables
        )
    )
    spaceless = {word for word in changes if SPACELESS.search(word)}
    return Lexicon(
        # Of scripts without spaces no single character: it is a part of other words.
        common=frozenset(
            word if SPACELESS.search(word) else stem(word)
            for word in words
            if word and (len(word) > 1 or not SPACELESS.search(word))
        ),
        frequent=frozenset(stem(word) for word in FREQUENT),
        function_words=words - calendar - negations,
        numbers=numbers,
        scales={word: max(powers, key=powers.count) for word, powers in scales.items()},
        negations=frozenset(negations),
        opposites={word: frozenset(others) for word, others in opposites.items()},
        changes=changes - spaceless,
        changes_by_prefix={
            prefix: tuple(sorted(group))
            for prefix, group in groupby(sorted(changes - spaceless), key=lambda word: word[:PREFIX])
        },
        spaceless_changes=tuple(sorted(word for word in spaceless if len(word) > 1)),
        corrections=_forms(word for table in tables for phrase in table.corrections for word in phrase.split()) - words,
        calendar=calendar,
    )


def _form(word: str) -> str:
    return folded(word).replace("'", "")


def _forms(words: Iterable[str]) -> frozenset[str]:
    return frozenset(map(_form, words))
