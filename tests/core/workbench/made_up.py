"""Made-up rules with told stories of known relevance: news templates in several languages, noise of many kinds.

Each rule is a seed: its stories are drawn from templates whose places, sums and people vary, so that chance shares of
words happen as they do in real headlines. Nothing here is a real report.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from tests.core.workbench.headlines import (
    CHINESE,
    CORPORA,
    FILLER,
    LATIN_NAMES,
    NAMES,
    OUTLETS,
    PEOPLE,
    PLACES,
    RUSSIAN,
    SUMS,
)

Line = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeUpRule:
    """A rule, what people marked, and what comes later. `separable` None: only part of the noise is."""

    name: str
    rules_text: str
    marked: list[Line]
    later: list[Line]
    kinds: tuple[str, ...]
    """Kinds of edit that would do; none: nothing separates the noise."""


class Press:
    """Writes headlines from templates."""

    def __init__(self, seed: int, corpus: str) -> None:
        self.random = random.Random(seed)
        self.corpus = corpus
        self.name = self.random.choice(NAMES.get(corpus, LATIN_NAMES))
        self._number = 0

    def line(self, template: str, relevant: bool, **more: Any) -> Line:
        """One marked story."""
        self._number += 1
        story = {"id": f"s{self._number}", "source": self.random.choice(OUTLETS), "relevant": relevant}
        return {**story, "title": self.text(template), **more}

    def text(self, template: str) -> str:
        slots = {"place": PLACES, "person": PEOPLE, "sum": SUMS}
        slots |= {"dianzi": CHINESE, "avia": RUSSIAN}.get(self.corpus, {})
        values = {key: self.random.choice(values) for key, values in slots.items()}
        return template.format(X=self.name, **values)

    def lines(self, templates: list[str], count: int, relevant: bool, **more: Any) -> list[Line]:
        return [self.line(self.random.choice(templates), relevant, **more) for _ in range(count)]


def made_up_rules(deal: int = 0, of_a_kind: int = 5) -> list[MadeUpRule]:
    """All of them, the same each time for the same `deal`; `of_a_kind`: how many of those that only differ by seed."""
    rules = []
    seed = 1_000 * deal
    for corpus, templates in CORPORA.items():
        topics = [topic for topic in templates if topic != "relevant"]
        for topic in topics:
            seed += 1
            rules.append(_by_phrase(seed, corpus, [topic]))
        if len(topics) > 1:
            seed += 1
            rules.append(_by_phrase(seed, corpus, topics))
        seed += 1
        rules.append(_inseparable(seed, corpus))
        seed += 1
        rules.append(_by_source(seed, corpus))
    for number in range(1_000 * deal, 1_000 * deal + of_a_kind):
        rules += [_by_zone(100 + number), _by_nearness(200 + number), _by_exception(300 + number)]
        rules += [_by_alias(400 + number), _partly(500 + number)]
    return rules


def _rule(
    name: str, press: Press, when: str, kinds: tuple[str, ...], stories: list[Line], entities: str = ""
) -> MadeUpRule:
    """Every second story is marked, the others come later."""
    press.random.shuffle(stories)
    rules = f"  - id: watched\n    when: '{when}'   # made up\n  - id: other\n    when: Unrelated\n"
    text = f"feeds: []\n{entities}rules:\n{rules}"
    return MadeUpRule(name=name, rules_text=text, marked=stories[::2], later=stories[1::2], kinds=kinds)


def _by_phrase(seed: int, corpus: str, topics: list[str]) -> MadeUpRule:
    press = Press(seed, corpus)
    noise = [line for topic in topics for line in press.lines(CORPORA[corpus][topic], 24 // len(topics), False)]
    stories = press.lines(CORPORA[corpus]["relevant"], 40, True) + noise
    return _rule(f"{corpus}-{'-'.join(topics)}", press, press.name, ("phrase",), stories)


def _inseparable(seed: int, corpus: str) -> MadeUpRule:
    """Noise that reads like news: somebody was only tired of it."""
    press = Press(seed, corpus)
    templates = CORPORA[corpus]["relevant"]
    stories = press.lines(templates, 40, True) + press.lines(templates, 24, False)
    return _rule(f"{corpus}-inseparable", press, press.name, (), stories)


def _by_source(seed: int, corpus: str) -> MadeUpRule:
    """One outlet that prints what others print, only late or wrong."""
    press = Press(seed, corpus)
    templates = CORPORA[corpus]["relevant"]
    noise = press.lines(templates, 24, False, source="tabloid.example")
    return _rule(f"{corpus}-source", press, press.name, ("source",), press.lines(templates, 40, True) + noise)


def _by_zone(seed: int) -> MadeUpRule:
    """Relevant stories have the name in their headline, noise mentions it in passing."""
    press = Press(seed, "telecom")
    relevant = [
        press.line(template, True, body=press.text(press.random.choice(FILLER)))
        for template in press.random.choices(CORPORA["telecom"]["relevant"], k=40)
    ]
    noise = []
    for _ in range(24):
        title, first, last = press.random.sample(FILLER, 3)
        passing = press.text(press.random.choice(CORPORA["telecom"]["relevant"]))
        body = " ".join((press.text(first), f"Also today: {passing}.", press.text(last)))
        noise.append(press.line(title.rstrip("."), False, body=body))
    return _rule(f"zone-{seed}", press, press.name, ("zone", "phrase"), relevant + noise)


def _by_nearness(seed: int) -> MadeUpRule:
    """Relevant stories say both words in one breath; in noise they stand far apart."""
    press = Press(seed, "telecom")
    near = [
        "{X} faces a new tariff in {place}.",
        "A tariff of {sum} hits {X}, {person} said.",
        "{place} waives the tariff for {X}.",
        "{person} asks {X} to pay the tariff.",
    ]

    firms = CORPORA["telecom"]["relevant"]
    others = [
        "{person} faces a tariff in {place}.",
        "A tariff of {sum} hits farmers.",
        "{place} waives the tariff for {person}.",
    ]

    def filler(count: int) -> str:
        return " ".join(press.text(template) for template in press.random.sample(FILLER, count))

    relevant = [
        press.line("News in brief from {place}", True, body=f"{filler(2)} {press.text(template)} {filler(2)}")
        for template in press.random.choices(near, k=40)
    ]
    noise = [
        press.line(
            "News in brief from {place}",
            False,
            body=f"{press.text(press.random.choice(firms))} {filler(7)} {press.text(press.random.choice(others))}",
        )
        for _ in range(24)
    ]
    return _rule(f"near-{seed}", press, f"{press.name} AND tariff", ("near", "phrase"), relevant + noise)


def _by_exception(seed: int) -> MadeUpRule:
    """A river of the company's name: relevant stories may mention the river, too, but they name the company."""
    press = Press(seed, "telecom")
    place = ["{X} Basin", "{X} rainforest"]
    noise = []
    for _ in range(24):
        one = press.random.choice(place)
        template = press.random.choice(
            [
                f"Fires spread in the {one} near {{place}}",
                f"{{person}} warns of floods in the {one}",
                f"Rare birds return to the {one}",
            ]
        )
        noise.append(press.line(template, False))
    both = [f"{{X}} pays {{sum}} for the {one}, says {{person}}" for one in place]
    work = [
        "{X} repairs masts after fires near {place}",
        "{X} lines down after floods, {person} warns",
        "Birds nest on {X} masts",
    ]
    relevant = press.lines([*CORPORA["telecom"]["relevant"][:3], *work, *both], 40, True)
    entities = f"entities:\n  firm: [{press.name}, {press.name}tel]\n"
    return _rule(f"exception-{seed}", press, "@firm", ("but_not",), relevant + noise, entities)


def _by_alias(seed: int) -> MadeUpRule:
    """No noise, but news of a subsidiary whose name the rule does not know."""
    press = Press(seed, "telecom")
    other = press.random.choice(["Lumivia", "Zentrica", "Pollux Mobile", "Brightwave"])
    templates = CORPORA["telecom"]["relevant"]
    missed = [press.line(template.replace("{X}", other), True) for template in press.random.choices(templates, k=16)]
    unrelated = [press.line(template, False) for template in press.random.choices(FILLER, k=16)]
    entities = f"entities:\n  firm:\n    - {press.name}\n    - {press.name} Group\n"
    return _rule(
        f"alias-{seed}", press, "@firm", ("alias",), press.lines(templates, 30, True) + missed + unrelated, entities
    )


def _partly(seed: int) -> MadeUpRule:
    """Two thirds of the noise is of one kind, one third reads like news."""
    press = Press(seed, "telecom")
    templates = CORPORA["telecom"]
    noise = press.lines(templates["shops"], 16, False) + press.lines(templates["relevant"], 8, False)
    return _rule(f"partly-{seed}", press, press.name, ("phrase",), press.lines(templates["relevant"], 40, True) + noise)
