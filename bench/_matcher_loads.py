"""Loads for the matcher: rules, and entries to check them against. Seeded: the same numbers give the same load."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.language.frequency import COMMON, EVERYWHERE, OFTEN, READ_AS_NAMES
from bot.core.query.parser import parse_query
from bot.model import Reading, Rule, RuleId

SEED = 20_260_101
VOCABULARY = 50_000
SYLLABLES = (
    "ba",
    "ke",
    "lo",
    "mi",
    "nu",
    "ra",
    "se",
    "ti",
    "vo",
    "za",
    "dor",
    "fen",
    "gil",
    "hap",
    "jun",
    "pol",
    "qua",
    "wex",
)


def vocabulary() -> list[str]:
    """Words by rank: everyday ones first, then made-up names (a news archive's tail is names)."""
    lists = (EVERYWHERE, OFTEN, COMMON, READ_AS_NAMES)
    words = list(dict.fromkeys(word for part in lists for word in sorted(part) if len(word) > 1))
    for parts in itertools.product(SYLLABLES, repeat=4):
        if len(words) >= VOCABULARY:
            break
        words.append("".join(parts))
    return words


@dataclass(frozen=True, slots=True)
class Workload:
    """Rules, and entries as we read them (`readings`) and as the peers do (`texts`: lower case, no punctuation)."""

    rules: tuple[Rule, ...]
    texts: tuple[str, ...]
    readings: tuple[Reading, ...]


def made_up(rules: int, texts: int, length: int) -> Workload:
    """Everyday words, and names made of syllables, by Zipf's law; words independent of each other, few matches."""
    chance = random.Random(SEED)
    words = vocabulary()
    weights = list(itertools.accumulate(1 / (rank + 2.7) for rank in range(len(words))))
    reserved = {"and", "or", "not"}

    def zipf(count: int) -> list[str]:
        return chance.choices(words, cum_weights=weights, k=count)

    def rare() -> str:
        return words[int(2_000 + (len(words) - 2_001) * chance.random() ** 2)]

    def middling() -> str:
        return words[int(200 + 5_000 * chance.random())]

    def common() -> str:
        return next(word for word in iter(lambda: words[int(300 * chance.random())], None) if word not in reserved)

    def expression() -> str:
        kind = chance.random()
        if kind < 0.05:
            return f"{common()} AND {common()} AND {common()}"
        lead = rare() if chance.random() < 0.85 else middling()
        if kind < 0.38:
            return " AND ".join([lead, *(middling() for _ in range(chance.randint(1, 3)))])
        if kind < 0.58:
            return f"{lead} AND ({middling()} OR {middling()} OR {rare()})"
        if kind < 0.78:
            return f"{lead} AND {middling()} NOT {common()}"
        if kind < 0.945:
            return f'"{lead} {middling()}" OR "{lead} {common()}"' if chance.random() < 0.5 else f'"{common()} {lead}"'
        return lead

    ruleset = rules_of(expression() for _ in range(rules))
    bodies = tuple(" ".join(zipf(length)) for _ in range(texts))
    return Workload(
        rules=ruleset,
        texts=bodies,
        readings=tuple(Reading(title="", body=body) for body in bodies),
    )


def rules_of(expressions: Iterable[str]) -> tuple[Rule, ...]:
    """Rules numbered from 0."""
    return tuple(
        Rule(id=RuleId(str(number)), name=text, when=text, query=parse_query(text))
        for number, text in enumerate(expressions)
    )


BETWEEN = "titleend"
"""Stands between title and body in what the peers read: no phrase crosses it."""
NO_WORDS_OF_RULES = {"and", "or", "not", "near", "onear", "notnear", "minus", "adj", "but", "butnot", "same", "next"}
"""Words that the rule language takes for operators, in capitals or out."""


def real_words(rules: int, texts: int, length: int) -> Workload:
    """English by its real frequencies (wordfreq), with phrases that recur: a quarter of the rules ask for one.

    About four matches an entry of 90 words; entries have a title, capitals and punctuation.
    """
    import wordfreq

    chance = random.Random(SEED)
    words = [word for word in wordfreq.top_n_list("en", 40_000) if word.isascii() and word.isalpha() and len(word) > 1]
    weights = list(itertools.accumulate(wordfreq.word_frequency(word, "en") for word in words))
    usable = [word for word in words if word not in NO_WORDS_OF_RULES]
    names = usable[2_500:]

    def name() -> str:
        return names[int(len(names) * chance.random() ** 1.6)]

    def middling() -> str:
        return usable[int(200 + 2_500 * chance.random())]

    stock = [
        " ".join(name() for _ in range(chance.choice((2, 2, 2, 3))))
        if chance.random() < 0.6
        else f"{middling()} {name()}"
        for _ in range(6_000)
    ]

    def phrase() -> str:
        return stock[int(len(stock) * chance.random() ** 1.5)]

    def expression() -> str:
        kind = chance.random()
        if kind < 0.10:
            return f'"{phrase()}"'
        if kind < 0.18:
            return f'"{phrase()}" AND ({middling()} OR {middling()} OR {name()})'
        if kind < 0.25:
            return f'("{phrase()}" OR "{phrase()}" OR {name()}) NOT {middling()}'
        if kind < 0.45:
            return f"{name()} AND ({middling()} OR {middling()} OR {middling()})"
        if kind < 0.65:
            return f"({name()} OR {name()} OR {name()}) AND {middling()}"
        if kind < 0.80:
            return f"{name()} AND {middling()}"
        if kind < 0.92:
            return f"{name()} NOT {middling()}"
        return f"{middling()} AND {middling()} AND {middling()}"

    def entry() -> tuple[str, Reading]:
        tokens: list[str] = []
        while len(tokens) < length:
            tokens += phrase().split() if chance.random() < 0.03 else chance.choices(words, cum_weights=weights)
        title, body = tokens[:9], tokens[9:]
        return (
            " ".join((*title, BETWEEN, *body)),
            Reading(title=" ".join(word.capitalize() for word in title), body=_as_written(body, chance)),
        )

    ruleset = rules_of(expression() for _ in range(rules))
    entries = [entry() for _ in range(texts)]
    return Workload(ruleset, tuple(text for text, _ in entries), tuple(reading for _, reading in entries))


def _as_written(words: list[str], chance: random.Random) -> str:
    """Words as sentences: a capital at the beginning and on some words, commas and full stops behind others."""
    written: list[str] = []
    begins = True
    for word in words:
        mark = chance.choices((".", ",", ""), weights=(6, 6, 88))[0]
        written.append((word.capitalize() if begins or chance.random() < 0.08 else word) + mark)
        begins = mark == "."
    return " ".join(written)
