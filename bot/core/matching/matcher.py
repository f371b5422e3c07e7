"""Rules × entry → the rules that hold on it, each with its evidence.

The law of this file: an entry's terms lead to the rules that may hold (`rule_index`), terms and plain phrases decide
most of them (`fast_path`), and what terms alone cannot decide (order, nearness, case, fields) is evaluated on words
with their places (`evaluate`). Evidence made on the fast path is the same as by the long way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.core.matching.evaluate import basis_of, holds
from bot.core.matching.evidence import (
    Shown,
    ZonePlaces,
    evidence_in_zones,
    evidence_of,
    quote_of,
    told_once,
    zone_places,
)
from bot.core.matching.explain import explain_query
from bot.core.matching.fast_path import ASKS_FOR_NONE, decide, fast_path_of, spans_of
from bot.core.matching.mentions import EntryText
from bot.core.matching.rule_index import RuleIndex
from bot.core.text.terms import TextTerms, reading_terms
from bot.model.news import Entry, Reading
from bot.model.watch import Evidence, Match, Rule, RuleId, RuleSet

_MADE_AT_ONCE = 20_000
"""Rules up to which all fast paths are made with the matcher. Of more, most are never looked at: theirs are made when
they are looked at."""
_NO_TERMS = TextTerms("")


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVerdict:
    """What one rule makes of one entry: its match, or None, and the part that decided."""

    rule: RuleId
    match: Match | None
    why: str


class Matcher:
    """A rule set, indexed; the same object serves one thread at a time."""

    def __init__(self, rules: RuleSet | Sequence[Rule], document_frequency: Mapping[str, int] | None = None) -> None:
        """`document_frequency`: in how many entries of the archive a folded form stands (rarer words lead)."""
        self.rules: tuple[Rule, ...] = rules.rules if isinstance(rules, RuleSet) else tuple(rules)
        self._index = RuleIndex([rule.query for rule in self.rules], document_frequency)
        self._fast_paths: list[str | None] = [None] * len(self.rules)
        self._of_some_feeds = {number for number, rule in enumerate(self.rules) if rule.feeds is not None}
        if len(self.rules) <= _MADE_AT_ONCE:
            for number in range(len(self.rules)):
                self._fast_path(number)
        self._asks_for_terms = self._index.has_keys or any(path != ASKS_FOR_NONE for path in self._fast_paths)
        """Not, where all rules are regular expressions."""

    def select(self, entry: Entry, reading: Reading, labels: frozenset[str] = frozenset()) -> list[int]:
        """The numbers of the rules that hold on an entry, in the order of the rules."""
        text = EntryText(entry, reading, labels)
        terms = self._terms_of(text)
        numbers = []
        for number, path in self._possible(terms.terms, labels):
            decided = decide(path, terms)
            if decided or (decided is None and holds(self.rules[number].query, text)):
                numbers.append(number)
        return numbers

    def match(
        self,
        entry: Entry,
        reading: Reading,
        labels: frozenset[str] = frozenset(),
        terms: TextTerms | None = None,
        *,
        quotes: bool = True,
    ) -> list[Match]:
        """The rules that hold on an entry, in the order of the rules, with evidence.

        `labels`: the id and tags of the entry's feed. An entry of no feed has none, and fails a rule's `feeds:`.
        `terms`: its `reading_terms`, where they are at hand; they are added to.
        `quotes`: whether to choose a sentence worth quoting for each.
        """
        text = EntryText(entry, reading, labels)
        return [self._match(number, shown, text, quotes=quotes) for number, shown in self._shown(text, terms)]

    def shown(
        self, entry: Entry, reading: Reading, labels: frozenset[str] = frozenset()
    ) -> list[tuple[int, tuple[Shown, ...]]]:
        """The numbers of the rules that hold on an entry, in their order, with what evidence is made of."""
        return self._shown(EntryText(entry, reading, labels))

    def explain(self, entry: Entry, reading: Reading, labels: frozenset[str] = frozenset()) -> list[RuleVerdict]:
        """Every rule's verdict on an entry, in the order of the rules."""
        text = EntryText(entry, reading, labels)
        matches = {number: self._match(number, shown, text, quotes=True) for number, shown in self._shown(text)}
        verdicts = []
        for number, rule in enumerate(self.rules):
            holds_alone, why = explain_query(rule.query, text)
            if holds_alone and number not in matches:
                named = f"the feed {entry.feed}" if entry.feed else "an entry without a feed"
                why = f"{named} is none of this rule's feeds ({', '.join(sorted(rule.feeds or ()))})"
            if rule.spike is not None and number in matches:
                why += "; it counts towards a spike, and is not posted alone"
            verdicts.append(RuleVerdict(rule=rule.id, match=matches.get(number), why=why))
        return verdicts

    def _terms_of(self, text: EntryText, terms: TextTerms | None = None) -> TextTerms:
        return self._index.terms_of(text, terms or reading_terms(text.reading)) if self._asks_for_terms else _NO_TERMS

    def _possible(self, terms: set[str], labels: frozenset[str]) -> Iterator[tuple[int, str]]:
        """The rules to which an entry's terms lead, in their order, with their fast paths."""
        paths, of_some_feeds = self._fast_paths, self._of_some_feeds
        for number in self._index.candidates(terms):
            if of_some_feeds and number in of_some_feeds and labels.isdisjoint(self.rules[number].feeds or ()):
                continue
            yield number, paths[number] or self._fast_path(number)

    def _fast_path(self, number: int) -> str:
        query = self.rules[number].query
        path = self._fast_paths[number] = fast_path_of(query, self._index.index_keys(query))
        return path

    def _shown(self, text: EntryText, terms: TextTerms | None = None) -> list[tuple[int, tuple[Shown, ...]]]:
        terms = self._terms_of(text, terms)
        zones: ZonePlaces | None = None
        matches: list[tuple[int, tuple[Shown, ...]]] = []
        for number, path in self._possible(terms.terms, text.labels):
            if zones is None:
                zones = zone_places(text.reading) if terms.can_place else ()
            spans = spans_of(path, terms) if zones else None
            if spans is None:
                basis = None if decide(path, terms) is False else basis_of(self.rules[number].query, text)
                if basis is None:
                    continue
                shown = evidence_of(basis, text)
            elif spans:
                shown = evidence_in_zones(spans, zones)
            else:
                continue
            matches.append((number, told_once(shown, text) if len(shown) > 1 else shown))
        return matches

    def _match(self, number: int, shown: tuple[Shown, ...], text: EntryText, *, quotes: bool) -> Match:
        evidence = tuple([Evidence(zone=zone, text=whole, spans=spans) for zone, whole, spans in shown])
        return Match(rule=self.rules[number].id, evidence=evidence, quote=quote_of(evidence, text) if quotes else None)
