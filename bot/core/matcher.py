"""Rules and an entry in, the rules that hold on it out, each with its evidence.

The law of this file: every rule is indexed under the keys of its rarest required group (a group is what one AND-operand
needs: one word, or one of several); an entry looks only at the rules that one of its own terms leads to. In crowded
places a second required group leads on. NOT never leads anywhere. What the terms alone cannot decide (order, nearness,
case, fields) is evaluated on words with their places, and only for rules whose every required group is there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.evaluate import Found, holds
from bot.core.evidence import evidence_of, quote_of
from bot.core.explain import explain
from bot.core.mentions import Text
from bot.core.needles import Needle, needles
from bot.core.terms import Group, group_cost, key_frequency, required_groups, text_terms
from bot.core.values import host_of, normal_value, values_of
from bot.core.words import bigrams
from bot.model.news import Entry, Reading
from bot.model.query import WORD_FIELDS, And, AtLeast, Entity, First, In, Near, Not, Or, Phrase, Query, Word
from bot.model.watch import Match, Rule, RuleId, RuleSet

_CROWDED = 8
"""From this many rules under one key on, a second key is looked at before any of them."""
_SEEN_MAX = 200_000


@dataclass(frozen=True, slots=True)
class _Plan:
    """How one rule is decided. `exact`: the groups and `never` decide alone."""

    groups: tuple[Group, ...]
    never: Group
    exact: bool


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
        self._plans: list[_Plan | None] = [None] * len(self.rules)
        self._always: list[int] = []
        self._index: dict[str, int | list[int] | _Crowd] = {}
        self._wild: dict[str, list[Needle]] = {}
        self._wild_keys: set[str] = set()
        self._wild_seen: set[str] = set()
        self._wild_hits: dict[str, tuple[str, ...]] = {}
        self._cjk: dict[str, set[str]] = {}
        self._fields: set[str] = set()
        self._frequency = document_frequency
        self._build()

    # --- building ---

    def _build(self) -> None:
        postings: dict[str, list[tuple[int, Group | None]]] = {}
        for number, rule in enumerate(self.rules):
            self._register(rule.query)
            groups = required_groups(rule.query)
            if not groups:
                self._always.append(number)
                continue
            second: Group | None = None
            if len(groups) > 1:
                groups.sort(key=self._cost)
                second = next((group for group in groups[1:] if group != groups[0]), None)
            for key in groups[0]:
                postings.setdefault(key, []).append((number, second))
        for key, found in postings.items():
            if len(found) == 1:
                self._index[key] = found[0][0]
            elif len(found) <= _CROWDED:
                self._index[key] = [number for number, _ in found]
            else:
                self._index[key] = _Crowd(found)

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

    def _terms(self, entry: Entry, reading: Reading, labels: frozenset[str]) -> set[str]:
        """Every key under which an entry may lead to a rule."""
        terms, cjk = text_terms(f"{reading.title}\n\n{reading.summary}\n\n{reading.body}")
        if self._wild:
            self._add_wildcards(terms)
        if cjk and self._cjk:
            self._add_cjk(terms, cjk)
        if self._fields:
            self._add_fields(terms, entry, reading, labels)
        return terms

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
            for pair in {*bigrams(run), *run} & self._cjk.keys():
                terms.update(term for term in self._cjk[pair] if term in run)

    def _add_fields(self, terms: set[str], entry: Entry, reading: Reading, labels: frozenset[str]) -> None:
        for field in self._fields:
            if field in ("caption", "promo", "author", "url"):
                zone = Text(entry, reading, labels).zone_text(WORD_FIELDS.index(field))
                if zone:
                    terms.update(f"{field}:{form}" for form in text_terms(zone)[0])
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
        return self._select(entry, reading, labels, None)

    def _select(self, entry: Entry, reading: Reading, labels: frozenset[str], text: Text | None) -> list[int]:
        terms = self._terms(entry, reading, labels)
        index = self._index
        candidates: set[int] = set(self._always)
        for key in index.keys() & terms:
            posting = index[key]
            if posting.__class__ is int:
                candidates.add(posting)
            elif posting.__class__ is list:
                candidates.update(posting)
            else:
                crowd: _Crowd = posting  # type: ignore[assignment]  # mypy cannot follow a class check, which is fast
                candidates.update(crowd.alone)
                for second in crowd.second.keys() & terms:
                    candidates.update(crowd.second[second])
        found: list[int] = []
        for number in candidates:
            plan = self._plans[number]
            if plan is None:
                plan = _plan(self.rules[number].query)
                self._plans[number] = plan
            if not plan.never.isdisjoint(terms):
                continue
            for group in plan.groups:
                if group.isdisjoint(terms):
                    break
            else:
                rule = self.rules[number]
                if rule.feeds is not None and rule.feeds.isdisjoint(labels):
                    continue
                if not plan.exact:
                    if text is None:
                        text = Text(entry, reading, labels)
                    if not holds(rule.query, text):
                        continue
                found.append(number)
        found.sort()
        return found

    def match(self, entry: Entry, reading: Reading, labels: frozenset[str] = frozenset()) -> list[Match]:
        """The rules that hold on an entry, in the order of the rules, with evidence.

        `labels`: the id and tags of the entry's feed. An entry of no feed has none, and fails a rule's `feeds:`.
        """
        text = Text(entry, reading, labels)
        return [self._match(number, text) for number in self._select(entry, reading, labels, text)]

    def explain(self, entry: Entry, reading: Reading, labels: frozenset[str] = frozenset()) -> list[RuleVerdict]:
        """Every rule's verdict on an entry, in the order of the rules."""
        text = Text(entry, reading, labels)
        held = set(self._select(entry, reading, labels, text))
        verdicts = []
        for number, rule in enumerate(self.rules):
            holds_alone, why = explain(rule.query, text)
            if holds_alone and number not in held:
                named = f"the feed {entry.feed}" if entry.feed else "an entry without a feed"
                why = f"{named} is none of this rule's feeds ({', '.join(sorted(rule.feeds or ()))})"
            found = self._match(number, text) if number in held else None
            verdicts.append(RuleVerdict(rule=rule.id, match=found, why=why))
        return verdicts

    def _match(self, number: int, text: Text) -> Match:
        rule = self.rules[number]
        found: Found = []
        holds(rule.query, text, found=found)
        evidence = evidence_of(found, text)
        return Match(rule=rule.id, evidence=evidence, quote=quote_of(evidence, text))


def _plan(query: Query) -> _Plan:
    decided = _by_terms(query)
    if decided is not None:
        return _Plan(groups=tuple(decided[0]), never=decided[1], exact=True)
    return _Plan(groups=tuple(sorted(set(required_groups(query)), key=group_cost)), never=frozenset(), exact=False)


def _by_terms(query: Query) -> tuple[list[Group], Group] | None:
    """Groups of which each must be there, and terms of which none may be; None where terms alone do not decide."""
    if not isinstance(query, And):
        group = _any_of(query)
        return None if group is None else ([group], frozenset())
    groups: list[Group] = []
    never: set[str] = set()
    for operand in query.operands:
        if isinstance(operand, Not):
            group = _any_of(operand.operand)
            if group is None:
                return None
            never |= group
        else:
            part = _by_terms(operand)
            if part is None:
                return None
            groups += part[0]
            never |= part[1]
    return groups, frozenset(never)


def _any_of(query: Query) -> Group | None:
    """The keys of which one must be there for the query to hold, where that is all it asks; else None."""
    if isinstance(query, Word):
        wanted = needles(query.text, query.exact)
    elif isinstance(query, Phrase) and len(query.words) == 1:
        wanted = needles(query.words[0], query.exact)
    elif isinstance(query, Or) or (isinstance(query, Entity) and not query.but_not):
        together: set[str] = set()
        for branch in query.operands if isinstance(query, Or) else query.names:
            group = _any_of(branch)
            if group is None:
                return None
            together |= group
        return frozenset(together)
    elif isinstance(query, In) and query.field == "text":
        return _any_of(query.operand)
    else:
        return None
    if len(wanted) != 1:
        return None
    needle = wanted[0]
    if needle.exact is not None or needle.capitals or (needle.cjk and needle.pattern is not None):
        return None
    return frozenset((needle.key,))
