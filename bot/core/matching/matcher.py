"""Rules × entry → the rules that hold on it, each with its evidence.

The law of this file: an entry's terms lead to the rules that may hold (`rule_index`), terms and plain phrases decide
most of them (`fast_path`), and what terms alone cannot decide (order, nearness, case, fields) is evaluated on words
with their places (`evaluate`). Evidence made on the fast path is the same as by the long way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.core.matching.evaluate import basis_of, holds
from bot.core.matching.evidence import ZonePlaces, evidence_in_zones, evidence_of, quote_of, told_once, zone_places
from bot.core.matching.explain import explain_query
from bot.core.matching.fast_path import Clause, FastPath, fast_path_of
from bot.core.matching.mentions import EntryText
from bot.core.matching.positions import Span
from bot.core.matching.rule_index import RuleIndex
from bot.core.text.terms import TextTerms
from bot.model.news import Entry, Reading
from bot.model.watch import Match, Rule, RuleId, RuleSet

_MADE_AT_ONCE = 20_000
"""Rules up to which all fast paths are made with the matcher. Of more, most are never looked at, and each takes 600
bytes: theirs are made when they are looked at."""
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
        self._fast_paths: list[FastPath | None] = [None] * len(self.rules)
        if len(self.rules) <= _MADE_AT_ONCE:
            for number in range(len(self.rules)):
                self._fast_path(number)
        self._asks_for_terms = self._index.has_keys or any(
            path is None or path.groups or path.never or path.clauses or path.excluded for path in self._fast_paths
        )
        """Not, where all rules are regular expressions."""

    def select(self, entry: Entry, reading: Reading, labels: frozenset[str] = frozenset()) -> list[int]:
        """The numbers of the rules that hold on an entry, in the order of the rules."""
        text = EntryText(entry, reading, labels)
        return [
            number
            for number, decided in self._possible(self._terms_of(text), labels)
            if decided or holds(self.rules[number].query, text)
        ]

    def match(
        self,
        entry: Entry,
        reading: Reading,
        labels: frozenset[str] = frozenset(),
        *,
        quotes: bool = True,
    ) -> list[Match]:
        """The rules that hold on an entry, in the order of the rules, with evidence.

        `labels`: the id and tags of the entry's feed. An entry of no feed has none, and fails a rule's `feeds:`.
        `quotes`: whether to choose a sentence worth quoting for each.
        """
        return list(self._matches(EntryText(entry, reading, labels), quotes=quotes).values())

    def explain(self, entry: Entry, reading: Reading, labels: frozenset[str] = frozenset()) -> list[RuleVerdict]:
        """Every rule's verdict on an entry, in the order of the rules."""
        text = EntryText(entry, reading, labels)
        matches = self._matches(text, quotes=True)
        verdicts = []
        for number, rule in enumerate(self.rules):
            holds_alone, why = explain_query(rule.query, text)
            if holds_alone and number not in matches:
                named = f"the feed {entry.feed}" if entry.feed else "an entry without a feed"
                why = f"{named} is none of this rule's feeds ({', '.join(sorted(rule.feeds or ()))})"
            verdicts.append(RuleVerdict(rule=rule.id, match=matches.get(number), why=why))
        return verdicts

    def _terms_of(self, text: EntryText) -> TextTerms:
        return self._index.terms_of(text) if self._asks_for_terms else _NO_TERMS

    def _possible(self, entry_terms: TextTerms, labels: frozenset[str]) -> Iterator[tuple[int, bool]]:
        """The rules that may hold, in their order, and whether terms and plain phrases have decided that they do."""
        terms = entry_terms.terms
        paths = self._fast_paths
        for number in self._index.candidates(terms):
            path = paths[number] or self._fast_path(number)
            groups, feeds, never, exact, clauses, excluded, _ = path
            for group in groups:
                if group.isdisjoint(terms):
                    break
            else:
                if never and not terms.isdisjoint(never):
                    continue
                if feeds is not None and feeds.isdisjoint(labels):
                    continue
                if clauses or excluded:
                    decided = path.decide(entry_terms)
                    if decided is not False:
                        yield number, decided is True
                else:
                    yield number, exact

    def _fast_path(self, number: int) -> FastPath:
        path = fast_path_of(self.rules[number], self._index.further_groups(number))
        self._fast_paths[number] = path
        return path

    def _matches(self, text: EntryText, *, quotes: bool) -> dict[int, Match]:
        """By the rule's number."""
        terms = self._terms_of(text)
        matches: dict[int, Match] = {}
        zones: ZonePlaces | None = None
        for number, decided in self._possible(terms, text.labels):
            path = self._fast_paths[number]
            evidence = None
            if decided and path is not None and (shown := path.shown) is not None:
                if zones is None:
                    zones = zone_places(text.reading) if terms.can_place else ()
                spans = self._spans(shown, terms) if zones else None
                if spans is not None:
                    evidence = evidence_in_zones(spans, zones)
            rule = self.rules[number]
            if evidence is None:
                basis = basis_of(rule.query, text)
                if basis is None:
                    continue
                evidence = evidence_of(basis, text)
            if len(evidence) > 1:
                evidence = told_once(evidence, text)
            quote = quote_of(evidence, text) if quotes else None
            matches[number] = Match(rule=rule.id, evidence=evidence, quote=quote)
        return matches

    def _spans(self, shown: Clause, terms: TextTerms) -> list[Span] | None:
        """What evidence shows, the same as by the long way; None: the long way has to be gone."""
        keys, phrases = shown
        spans: list[Span] = []
        wildcards = self._index.wildcards
        for key in keys:
            if key in terms.terms:
                if key in wildcards.keys:
                    for term in terms.terms:
                        if key in wildcards.matched_by(term):
                            spans += terms.places(term)
                else:
                    spans += terms.places(key)
        for phrase in phrases:
            if terms.terms.issuperset(phrase.words):
                places = terms.phrase_places(phrase)
                if places is None:
                    return None
                spans += places
        return spans
