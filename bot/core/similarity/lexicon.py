"""The languages' files → what the comparing of texts asks them, all languages together.

Law: lists of words are data (`core.language`), and here none is weighed: a word is common or not, a number or not. A
word that denies or counts in one language and is a common word of another, where it does not do the same (`on`, ten in
Turkish; but `vier` is four in two), does neither. English is read everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain

from bot.core.language.frequency import COMMON as FREQUENT
from bot.core.language.tables import LANGUAGES, Language, table_of
from bot.core.language.word_lists import word_list
from bot.core.similarity.folding import SPACELESS, folded_text, marks_of, stem


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Folded words of all languages together. `common`: units of function words, `function_words` the words
    themselves; `frequent`: units of other words that one document in fifty holds, where a list of them exists.
    `common_in`: the languages that a common word is one of; `homographs`: those of which a word that tells a change,
    or counts, in another is an everyday one (`dog`: died in Swedish). `calendar`: weekdays, months, quarters;
    `month_names`: by unit and language. `numbers`: values of number words, and `scales` the powers of ten behind a
    number, both as they are written in lower case; `may_count`: all number words, those among them that are other words
    elsewhere (`dos`).
    `negations`: what denies, and `qualifiers`: what makes another event of the same words (`second`, `former`) or
    hedges (`may`), in any language (`non` and `ikke` are words of several); `denials`: these and what may deny,
    `spaceless_denials` those of scripts without spaces; `may_qualify`: the qualifiers and hedges of each. `deny_in`: of
    a denial, or a common word that folds to one, as it is spelled: the languages in which it denies or qualifies, and
    those in which it hedges or is another word (`nu`: Romanian; Danish, Dutch, Swedish. `wurde`: none; German)."""

    common: frozenset[str]
    frequent: frozenset[str]
    function_words: frozenset[str]
    numbers: dict[str, str]
    may_count: frozenset[str]
    scales: dict[str, int]
    negations: frozenset[str]
    qualifiers: frozenset[str]
    may_qualify: frozenset[str]
    denials: frozenset[str]
    deny_in: dict[str, tuple[frozenset[str], frozenset[str]]]
    spaceless_denials: tuple[str, ...]
    opposites: dict[str, frozenset[str]]
    corrections: frozenset[str]
    calendar: frozenset[str]
    months: frozenset[str]
    month_names: dict[str, dict[str, str]]
    common_in: dict[str, tuple[str, ...]]
    homographs: dict[str, frozenset[str]]


@cache
def lexicon() -> Lexicon:
    """Read once, when a text is compared for the first time."""
    tables = [table_of(code) for code in LANGUAGES]
    spelled = {table.code: dict(zip(table.common, folded_forms(table.common), strict=True)) for table in tables}
    common_in: dict[str, tuple[str, ...]] = {}
    once: dict[tuple[str, ...], tuple[str, ...]] = {}
    for code, of_language in spelled.items():
        for word in frozenset(of_language.values()):
            codes = (*common_in.get(word, ()), code)
            common_in[word] = once.setdefault(codes, codes)
    words, homographs = frozenset(common_in), _homographs()
    dates = chain.from_iterable((*table.weekdays, *table.months, *table.quarters) for table in tables)
    calendar = _forms(part for date in dates for part in date.split())
    deny = {table.code: _forms(table.negations) for table in tables}
    qualify = {table.code: _forms(table.qualifiers | _words_of_possible(table) | table.hedges) for table in tables}
    # What denies is no other language's everyday word; what qualifies may be one that qualifies there, too.
    negations = {word for code, of_it in deny.items() for word in of_it if _counts(common_in, code, word)}
    qualifiers = {
        word
        for code, of_it in qualify.items()
        for word in of_it
        if code == "en" or all(word in qualify[other] for other in common_in.get(word, ()))
    }
    denials = qualifiers.union(*deny.values())
    return Lexicon(
        # Of scripts without spaces no single character: it is a part of other words.
        common=frozenset(
            word if SPACELESS.search(word) else stem(word)
            for word in words
            if word and (len(word) > 1 or not SPACELESS.search(word))
        ),
        frequent=frozenset(stem(word) for word in FREQUENT),
        function_words=words - calendar - negations,
        numbers=_numbers(tables, homographs),
        may_count=_forms(word for table in tables for word in table.numbers),
        scales=_scales(tables),
        negations=frozenset(negations),
        qualifiers=frozenset(qualifiers),
        may_qualify=frozenset().union(*qualify.values()),
        denials=frozenset(denials),
        deny_in=_deny_in(tables, spelled, denials),
        spaceless_denials=tuple(sorted(filter(SPACELESS.match, denials))),
        opposites=_opposites(tables),
        corrections=_forms(word for table in tables for phrase in table.corrections for word in phrase.split()) - words,
        calendar=calendar,
        months=_forms(month for table in tables for month in table.months),
        month_names=_month_names(tables),
        common_in=common_in,
        homographs=homographs,
    )


def _numbers(tables: Sequence[Language], homographs: Mapping[str, frozenset[str]]) -> dict[str, str]:
    numbers: dict[str, str] = {}
    for table in tables:
        for word, value in table.numbers.items():
            if word in table.negations:
                continue  # `không` is zero in Vietnamese, and not
            elsewhere = homographs.get(word, frozenset())
            others = (other for other in tables if word in other.common or other.code in elsewhere)
            if table.code == "en" or all(other.numbers.get(word) == value for other in others):
                numbers.setdefault(word, f"#{value}")
    return numbers


def _scales(tables: Iterable[Language]) -> dict[str, int]:
    """`billion` is as the English say, `mil` as most do who say it."""
    scales: dict[str, list[int]] = {}
    for table in tables:
        for word, power in table.scales.items():
            scales.setdefault(word, []).extend([power] * (len(LANGUAGES) if table.code == "en" else 1))
    return {word: max(powers, key=powers.count) for word, powers in scales.items()}


def _opposites(tables: Iterable[Language]) -> dict[str, frozenset[str]]:
    opposites: dict[str, frozenset[str]] = {}
    for table in tables:
        for pair in zip(*map(folded_forms, zip(*table.opposites, strict=True)), strict=True):
            for one, other in (pair, pair[::-1]):
                opposites[one] = opposites.get(one, frozenset()) | {other}
    return opposites


def _homographs() -> dict[str, frozenset[str]]:
    codes: dict[str, set[str]] = {}
    for code, words in word_list("homographs").items():
        for word in words:
            codes.setdefault(word, set()).add(code)
    return {word: frozenset(of_word) for word, of_word in codes.items()}


@cache
def counts_where() -> dict[str, tuple[str, str, frozenset[str]]]:
    """Number words that are everyday words of other languages, as they are folded: (their language, value, those)."""
    homographs = _homographs()
    return {
        form: (table.code, f"#{value}", others)
        for table in map(table_of, LANGUAGES)
        for form, value in zip(folded_forms(table.numbers), table.numbers.values(), strict=True)
        if table.code != "en" and (others := homographs.get(form, frozenset()) - {table.code})
    }


@cache
def marks_on_common_words() -> dict[str, frozenset[str]]:
    """By its folded form, the marks that a common word bears, in some language: `muze` those of `může`."""
    marks: dict[str, set[str]] = {}
    for table in map(table_of, LANGUAGES):
        words = [word for word in table.common if not word.isascii()]
        for word, form in zip(words, folded_forms(words), strict=True):
            marks.setdefault(form, set()).add(marks_of(word))
    return {form: frozenset(borne) for form, borne in marks.items()}


def _counts(common_in: Mapping[str, tuple[str, ...]], code: str, word: str) -> bool:
    return code == "en" or common_in.get(word, (code,)) == (code,)


def _deny_in(
    tables: Iterable[Language], spelled: Mapping[str, Mapping[str, str]], denials: set[str]
) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """`spelled`: the common words of each language, and how they fold."""
    denying: dict[str, set[str]] = {}
    others: dict[str, set[str]] = {}
    for table in tables:
        listed = {word.casefold() for word in (*table.negations, *table.qualifiers)}
        for word in listed:
            denying.setdefault(word, set()).add(table.code)
        other = {word for word, form in spelled[table.code].items() if form in denials and word not in listed}
        for word in other.union(map(str.casefold, _words_of_possible(table) | table.hedges)):
            others.setdefault(word, set()).add(table.code)
    return {
        word: (frozenset(denying.get(word, ())), frozenset(others.get(word, ())))
        for word in denying.keys() | others.keys()
    }


def _words_of_possible(table: Language) -> frozenset[str]:
    """What leaves a change open, as far as it is one word: no ending is, and no copy lacks a character."""
    words = (phrase.removeprefix("… ") for phrase in table.possible)
    return frozenset(word for word in words if not (SPACELESS.search(word) or word.startswith("…") or " " in word))


def _month_names(tables: Iterable[Language]) -> dict[str, dict[str, str]]:
    names: dict[str, dict[str, str]] = {}
    for table in tables:
        months = sorted(table.months)
        for month, form in zip(months, folded_forms(months), strict=True):
            names.setdefault(stem(form), {}).setdefault(table.code, month)
    return names


def folded_forms(words: Iterable[str]) -> list[str]:
    """The words of a list as the tokens of a text are folded: as one text of a line each, in a fifth of the time."""
    listed = list(words)
    return folded_text("\n".join(listed)).replace("'", "").split("\n") if listed else []


def _forms(words: Iterable[str]) -> frozenset[str]:
    return frozenset(folded_forms(words))
