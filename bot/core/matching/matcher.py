"""Rules and an entry in, the rules that hold on it out, each with its evidence.

The law of this file: every rule is indexed under the keys of its rarest required group (a group is what one AND-operand
needs: one word, or one of several); an entry looks only at the rules that one of its own terms leads to. In crowded
places a second required group leads on. NOT never leads anywhere. What the terms alone cannot decide (order, nearness,
case, fields) is evaluated on words with their places, and only for rules whose every required group is there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.matching.evaluate import Found, holds
from bot.core.matching.evidence import MAX_SPANS, evidence_of, merged, quote_of
from bot.core.matching.explain import explain
from bot.core.matching.fast_path import Plan, decide, plan_of
from bot.core.matching.field_values import values_of
from bot.core.matching.positions import Span, Text
from bot.core.matching.required_terms import Group, group_cost, key_frequency, required_groups
from bot.core.query.values import host_of, normal_value
from bot.core.query.word_patterns import Needle, needles
from bot.core.text.terms import TextTerms
from bot.core.text.words import bigrams
from bot.model.news import Entry, Reading
from bot.model.query import (
    WORD_FIELDS,
    And,
    AtLeast,
    Entity,
    First,
    In,
    Near,
    Not,
    Or,
    Phrase,
    Query,
    Word,
)
from bot.model.watch import Evidence, Match, Rule, RuleId, RuleSet

_CROWDED = 3
"""With more rules than this under one key, a second key is looked at before any of them."""
_SEEN_MAX = 200_000


class _Crowd:
    """Many rules under one key: those with a second group by its keys, the others apart."""

    __slots__ = ("alone", "second")

    def __init__(self, postings: list[tuple[int, Group | None]]) -> None:
        self.alone: list[int] = []
        self.second: dict[str, list[int]] = {}
        for number, group in postings:
            if group is None:
                self.alone.append(number)
            else:
                for key in group:
                    self.second.setdefault(key, []).append(number)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVerdict:
    """What one rule makes of one entry: its match, or None, and the part that decided."""

    rule: RuleId
    match: Match | None
    why: str


class Matcher:
    """A rule set, indexed. Building takes about 20 µs a rule; the same object serves one thread at a time."""

    def __init__(self, rules: RuleSet | Sequence[Rule], document_frequency: Mapping[str, int] | None = None) -> None:
        """`document_frequency`: in how many entries of the archive a folded form stands (rarer words lead)."""
        self.rules: tuple[Rule, ...] = rules.rules if isinstance(rules, RuleSet) else tuple(rules)
        self._plans: list[Plan | None] = [None] * len(self.rules)
        self._always: list[int] = []
        self._index: dict[str, int | list[int] | _Crowd] = {}
        self._wild: dict[str, list[Needle]] = {}
        self._wild_keys: set[str] = set()
        self._wild_seen: set[str] = set()
        self._wild_hits: dict[str, tuple[str, ...]] = {}
        self._cjk: dict[str, set[str]] = {}
        self._fields: set[str] = set()
        self._keys: frozenset[str] = frozenset()
        """Every key of the index: intersecting two sets is quicker than a set and a dict's keys."""
        self._second: list[str | Group | None] = [None] * len(self.rules)
        """Of each rule its second group (a single key as text): looked at before anything else of the rule."""
        self._frequency = document_frequency
        self._build()

    # --- building ---

    def _build(self) -> None:
        postings: dict[str, list[tuple[int, Group | None]]] = {}
        for number, rule in enumerate(self.rules):
            self._register(rule.query)
            groups = self._groups(rule.query)
            if not groups:
                self._always.append(number)
                continue
            second = groups[1] if len(groups) > 1 else None
            if second is not None:
                self._second[number] = next(iter(second)) if len(second) == 1 else second
            for key in groups[0]:
                postings.setdefault(key, []).append((number, second))
        for key, found in postings.items():
            if len(found) == 1:
                self._index[key] = found[0][0]
            elif len(found) <= _CROWDED:
                self._index[key] = [number for number, _ in found]
            else:
                self._index[key] = _Crowd(found)
        self._keys = frozenset(self._index)

    def _groups(self, query: Query) -> list[Group]:
        """What a rule requires, rarest first."""
        groups = required_groups(query)
        if len(groups) > 1:
            groups = list(dict.fromkeys(groups))
            groups.sort(key=self._cost)
        return groups

    def _cost(self, group: Group) -> int:
        frequency = self._frequency
        if frequency is None:
            return group_cost(group)
        return sum(frequency[key] if key in frequency else key_frequency(key) for key in group)

    def _register(self, query: Query, prefix: bool = False) -> None:
        """Notes the wildcards, the Chinese, Japanese and Korean terms and the fields that these rules ask for."""
        if isinstance(query, Word):
            self._register_words((query.text,), prefix)
        elif isinstance(query, Phrase):
            self._register_words(query.words, prefix)
        elif isinstance(query, And | Or):
            for operand in query.operands:
                self._register(operand, prefix)
        elif isinstance(query, Entity):
            for name in query.names:
                self._register(name, prefix)
        elif isinstance(query, Near):
            self._register(query.left, prefix)
            self._register(query.right, prefix)
        elif isinstance(query, Not | AtLeast | First):
            self._register(query.operand, prefix)
        elif isinstance(query, In):
            if query.field in ("title", "summary", "body", "text"):
                self._register(query.operand)
            else:
                self._fields.add(query.field)

    def _register_words(self, words: tuple[str, ...], prefix: bool) -> None:
        if prefix:
            return
        for word in words:
            for needle in needles(word):
                if needle.cjk:
                    self._cjk.setdefault(bigrams(needle.form)[0], set()).add(needle.form)
                elif needle.pattern is not None and needle.key not in self._wild_keys:
                    self._wild_keys.add(needle.key)
                    self._wild.setdefault(needle.form[:2], []).append(needle)

    # --- the terms of an entry ---

    def _terms(self, entry: Entry, reading: Reading, labels: frozenset[str]) -> TextTerms:
        """Every key under which an entry may lead to a rule, in its `terms`."""
        found = TextTerms(f"{reading.title}\n\n{reading.summary}\n\n{reading.body}")
        if self._wild:
            self._add_wildcards(found.terms)
        if found.cjk and self._cjk:
            self._add_cjk(found.terms, found.cjk)
        if self._fields:
            self._add_fields(found.terms, entry, reading, labels)
        return found

    def _add_wildcards(self, terms: set[str]) -> None:
        new = terms - self._wild_seen
        if new:
            if len(self._wild_seen) > _SEEN_MAX:
                self._wild_seen.clear()
                self._wild_hits.clear()
                new = terms
            for term in new:
                wanted = self._wild.get(term[:2])
                if wanted:
                    hits = tuple(needle.key for needle in wanted if needle.pattern and needle.pattern.fullmatch(term))
                    if hits:
                        self._wild_hits[term] = hits
            self._wild_seen |= new
        for term in self._wild_hits.keys() & terms:
            terms.update(self._wild_hits[term])

    def _add_cjk(self, terms: set[str], runs: list[str]) -> None:
        for run in runs:
            if len(run) > 200:
                terms.update(term for found in self._cjk.values() for term in found if term in run)
                continue
            for pair in {*bigrams(run), *run} & self._cjk.keys():
                terms.update(term for term in self._cjk[pair] if term in run)

    def _add_fields(self, terms: set[str], entry: Entry, reading: Reading, labels: frozenset[str]) -> None:
        for field in self._fields:
            if field in ("caption", "promo", "author", "url"):
                zone = Text(entry, reading, labels).zone_text(WORD_FIELDS.index(field))
                if zone:
                    terms.update(f"{field}:{form}" for form in TextTerms(zone).terms)
            elif field == "domain":
                host = host_of(entry.url)
                while host:
                    terms.add(f"domain={host}")
                    host = host.partition(".")[2]
            elif field == "lang":
                lang = normal_value(entry.lang or "").replace("_", "-")
                while lang:
                    terms.add(f"lang={lang}")
                    lang = lang.rpartition("-")[0]
            else:
                terms.update(
                    f"{field}={normal_value(value)}" for value in values_of(field, Text(entry, reading, labels))
                )

    # --- matching ---

    def select(self, entry: Entry, reading: Reading, labels: frozenset[str] = frozenset()) -> list[int]:
        """The numbers of the rules that hold on an entry, in the order of the rules."""
        return self._select(self._terms(entry, reading, labels), Text(entry, reading, labels), None)

    def _select(self, entry_terms: TextTerms, text: Text, evidence: dict[int, Found] | None) -> list[int]:
        """With `evidence`, what a rule rests on is left there where it was evaluated on places."""
        terms = entry_terms.terms
        labels = text.labels
        plans = self._plans
        found: list[int] = []
        for number in self._candidates(terms):
            plan = plans[number] or self._planned(number)
            for group in plan.groups:
                if group.isdisjoint(terms):
                    break
            else:
                if not plan.never.isdisjoint(terms):
                    continue
                rule = self.rules[number]
                if rule.feeds is not None and rule.feeds.isdisjoint(labels):
                    continue
                decided: bool | None = plan.exact or None
                if plan.clauses or plan.excluded:
                    decided = decide(plan, entry_terms)
                if decided is None:
                    found_here: Found | None = None if evidence is None else []
                    decided = holds(rule.query, text, found=found_here)
                    if decided and evidence is not None and found_here is not None:
                        evidence[number] = found_here
                if decided:
                    found.append(number)
        found.sort()
        return found

    def _planned(self, number: int) -> Plan:
        query = self.rules[number].query
        plan = plan_of(query, self._groups(query))
        self._plans[number] = plan
        return plan

    def _candidates(self, terms: set[str]) -> set[int]:
        """The rules to which an entry's terms lead, and whose second group is there."""
        index = self._index
        first: list[int] = []
        crowds: list[_Crowd] = []
        for key in self._keys & terms:
            posting = index[key]
            if posting.__class__ is int:
                first.append(posting)
            elif posting.__class__ is list:
                first += posting
            else:
                crowds.append(posting)  # type: ignore[arg-type]  # mypy cannot follow a class check, which is fast
        second = self._second
        candidates = set(self._always)
        for number in first:
            wanted = second[number]
            if wanted is None:
                candidates.add(number)
            elif wanted.__class__ is str:
                if wanted in terms:
                    candidates.add(number)
            elif not wanted.isdisjoint(terms):  # type: ignore[union-attr]  # a group, then
                candidates.add(number)
        for crowd in crowds:
            candidates.update(crowd.alone)
            for key in crowd.second.keys() & terms:
                candidates.update(crowd.second[key])
        return candidates

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
        terms = self._terms(entry, reading, labels)
        text = Text(entry, reading, labels)
        found: dict[int, Found] = {}
        return [self._match(number, terms, text, found, quotes) for number in self._select(terms, text, found)]

    def explain(self, entry: Entry, reading: Reading, labels: frozenset[str] = frozenset()) -> list[RuleVerdict]:
        """Every rule's verdict on an entry, in the order of the rules."""
        terms = self._terms(entry, reading, labels)
        text = Text(entry, reading, labels)
        evidence: dict[int, Found] = {}
        held = set(self._select(terms, text, evidence))
        verdicts = []
        for number, rule in enumerate(self.rules):
            holds_alone, why = explain(rule.query, text)
            if holds_alone and number not in held:
                named = f"the feed {entry.feed}" if entry.feed else "an entry without a feed"
                why = f"{named} is none of this rule's feeds ({', '.join(sorted(rule.feeds or ()))})"
            found = self._match(number, terms, text, evidence, quotes=True) if number in held else None
            verdicts.append(RuleVerdict(rule=rule.id, match=found, why=why))
        return verdicts

    def _match(self, number: int, terms: TextTerms, text: Text, known: dict[int, Found], quotes: bool) -> Match:
        rule = self.rules[number]
        plan = self._plans[number] or self._planned(number)
        if plan.shown is not None and terms.can_place:
            evidence = self._quick_evidence(plan.shown, terms, text.reading)
        else:
            found = known.get(number)
            if found is None:
                found = []
                holds(rule.query, text, found=found)
            evidence = evidence_of(found, text)
        return Match(rule=rule.id, evidence=evidence, quote=quote_of(evidence, text) if quotes else None)

    def _quick_evidence(self, shown: Group, terms: TextTerms, reading: Reading) -> tuple[Evidence, ...]:
        """Evidence of words that need no places of their own: the same as by the long way."""
        spans: list[Span] = []
        for key in shown & terms.terms:
            if key in self._wild_keys:
                for term in terms.terms:
                    if key in self._wild_hits.get(term, ()):
                        spans += terms.spans(term, MAX_SPANS)
            else:
                spans += terms.spans(key, MAX_SPANS)
        by_zone: list[Evidence] = []
        low = 0
        for name, zone in (("title", reading.title), ("summary", reading.summary), ("body", reading.body)):
            high = low + len(zone)
            here = [(start - low, end - low) for start, end in spans if low <= start < high]
            if here:
                by_zone.append(Evidence(zone=name, text=zone, spans=merged(here)[:MAX_SPANS]))
            low = high + 2
        return tuple(by_zone)
