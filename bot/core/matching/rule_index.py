"""Rules → an index; the terms of an entry → the rules that may hold on it.

The law of this file: every rule is indexed under the keys of its rarest required group (a group is what one AND-operand
needs: one word, or one of several); an entry looks only at the rules that one of its own terms leads to, and where one
of a second group is there, too: of what the key's own branch requires, or the rule. NOT never leads anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from bot.core.matching.field_values import value_keys
from bot.core.matching.mentions import EntryText
from bot.core.matching.required_terms import Group, group_cost, key_frequency, required_beside, required_groups
from bot.core.query.walk import children, words_of
from bot.core.query.word_patterns import WordPattern, word_patterns
from bot.core.text.terms import TextTerms
from bot.core.text.words import bigrams, holds_term
from bot.model import query as ast
from bot.model.query import TEXT_FIELDS, VALUE_FIELDS, WORD_FIELDS

_CROWDED = 3
"""With more rules than this under one key, a second key is looked at before any of them."""
_SEEN_MAX = 200_000
"""Terms of which it is remembered which wildcards they match."""
_LONG_RUN = 200
"""Characters of a Chinese, Japanese or Korean run, beyond which every term is looked for in it."""


class IndexKeys(NamedTuple):
    """How a query is found."""

    keys: Mapping[str, Group]
    """Each with a group that must be there, too (empty: none)."""
    checked: Sequence[Group]
    """The required groups of which one key each is there, wherever the query is found."""
    further: Sequence[Group]
    """The others that it requires."""


_Keys = tuple[str, ...]
_Rules = list[tuple[int, _Keys]]
"""Rules that are found under one key, each with the keys of a second group that it requires; (): it requires none."""
_Posting = tuple[Any, ...]
"""Such rules in turn with their second group: its keys as one string (`_OR` between them), or None. What is seldom
looked at is slow to reach in memory: an object a rule, or one a key, cost more than looking at them."""
_OR = "\n"
"""Stands in no key."""
_PLACES = {2 * count: tuple(range(0, 2 * count, 2)) for count in range(_CROWDED + 1)}
"""Of a posting's length the places of the second groups."""


class _Crowd:
    """Many rules under one key: those with a second group by its keys, the others apart."""

    __slots__ = ("alone", "keys", "second")

    def __init__(self, rules: _Rules) -> None:
        second: dict[str, list[int]] = {}
        for number, keys in rules:
            for key in keys:
                second.setdefault(key, []).append(number)
        self.alone = tuple([number for number, keys in rules if not keys])
        self.second = {key: tuple(numbers) for key, numbers in second.items()}
        self.keys = frozenset(self.second)
        """Intersecting two sets is quicker than a set and a dict's keys."""


def _posting(rules: _Rules) -> _Posting:
    posting: list[Any] = []
    for number, keys in rules:
        posting += (_OR.join(keys) or None, number)
    return tuple(posting)


def _copies(keys: set[str]) -> dict[str, str]:
    """Of each key a copy. Made one after the other, they lie side by side in memory and not among the rules' queries,
    where looking them up took a quarter longer."""
    return {key: key[:1] + key[1:] for key in keys}


class _Wildcards:
    """The wildcards that rules ask for, and which of them a term matches."""

    __slots__ = ("_by_prefix", "_hits", "_seen", "keys")

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self._by_prefix: dict[str, list[WordPattern]] = {}
        """By the first two letters, which a wildcard always has."""
        self._seen: set[str] = set()
        self._hits: dict[str, tuple[str, ...]] = {}

    def add(self, wildcard: WordPattern) -> None:
        if wildcard.key not in self.keys:
            self.keys.add(wildcard.key)
            self._by_prefix.setdefault(wildcard.form[:2], []).append(wildcard)

    def add_matched(self, text: TextTerms) -> None:
        """Adds to an entry's terms the wildcards that they match."""
        terms = text.terms
        new = terms - self._seen
        if len(self._seen) + len(new) > _SEEN_MAX:
            self._seen.clear()
            self._hits.clear()
            new = terms
        for term in new:
            hits = tuple(
                wildcard.key
                for wildcard in self._by_prefix.get(term[:2], ())
                if wildcard.pattern and wildcard.pattern.fullmatch(term)
            )
            if hits:
                self._hits[term] = hits
        self._seen |= new
        for term in self._hits.keys() & terms:
            for key in self._hits[term]:
                text.wildcards.setdefault(key, []).append(term)
        terms.update(text.wildcards)


class RuleIndex:
    """An index of queries, by their numbers. Building takes about 20 µs a query; one thread at a time may use it."""

    def __init__(self, queries: Sequence[ast.Query], document_frequency: Mapping[str, int] | None = None) -> None:
        """`document_frequency`: in how many entries of the archive a folded form stands (rarer words lead)."""
        self.wildcards = _Wildcards()
        self._frequency = document_frequency
        self._always: list[int] = []
        self._postings: dict[str, Any] = {}
        """Of each key its _Posting or _Crowd; mypy cannot follow a class check, which is quicker than isinstance."""
        self._cjk: dict[str, set[str]] = {}
        """Chinese, Japanese and Korean terms, by their first two characters."""
        self._fields: set[str] = set()
        """The fields besides title, summary and body that rules ask for."""
        self._build(queries)
        self._keys = frozenset(self._postings)
        """Every key, as a set for the same reason."""

    # --- building ---

    def _build(self, queries: Sequence[ast.Query]) -> None:
        found_under: dict[str, _Rules] = {}
        numbers = list(range(len(queries)))  # made one after the other, for the same reason as the keys' copies
        for number, query in zip(numbers, queries, strict=True):
            self._register(query)
            found_by = self.index_keys(query)
            if not found_by.keys:
                self._always.append(number)
            for key, beside in found_by.keys.items():
                found_under.setdefault(key, []).append((number, tuple(beside)))
        copies = _copies({*found_under, *(key for rules in found_under.values() for _, keys in rules for key in keys)})
        while found_under:
            key, rules = found_under.popitem()
            rules = [(number, tuple([copies[key] for key in keys])) for number, keys in rules]
            self._postings[copies[key]] = _Crowd(rules) if len(rules) > _CROWDED else _posting(rules)

    def index_keys(self, query: ast.Query) -> IndexKeys:
        """How a query is found."""
        groups = required_groups(query)
        if not groups:
            return IndexKeys({}, (), ())
        if len(groups) > 1:
            groups = list(dict.fromkeys(groups))
            groups.sort(key=self._cost)
        first, *others = groups
        second = others[0] if others else frozenset()
        beside = required_beside(query, first)
        if not beside:
            return IndexKeys(dict.fromkeys(first, second), groups[:2], groups[2:])
        keys = {
            key: second if key not in beside else min(beside[key], second or beside[key], key=self._cost)
            for key in first
        }
        return IndexKeys(keys, groups[:1], others)

    def _cost(self, group: Group) -> int:
        frequency = self._frequency
        if frequency is None:
            return group_cost(group)
        return sum(frequency[key] if key in frequency else key_frequency(key) for key in group)

    def _register(self, query: ast.Query) -> None:
        """Notes the wildcards, the Chinese, Japanese and Korean terms and the fields that a query asks for."""
        match query:
            case ast.Word() | ast.Phrase():
                for word in words_of(query):
                    for pattern in word_patterns(word):
                        if pattern.cjk:
                            self._cjk.setdefault(bigrams(pattern.form)[0], set()).add(pattern.form)
                        elif pattern.pattern is not None:
                            self.wildcards.add(pattern)
            case ast.In():
                if query.field == "text" or query.field in TEXT_FIELDS:
                    self._register(query.operand)
                else:
                    self._fields.add(query.field)
            case _:
                for part in query.names if isinstance(query, ast.Entity) else children(query):
                    self._register(part)

    # --- looking up ---

    @property
    def has_keys(self) -> bool:
        """Whether an entry's terms lead to any rule."""
        return bool(self._keys)

    def terms_of(self, text: EntryText, text_terms: TextTerms) -> TextTerms:
        """Every key under which an entry may lead to a rule, in its `terms`. `text_terms`: as `reading_terms` has them;
        they are added to."""
        terms = text_terms.terms
        if self.wildcards.keys:
            self.wildcards.add_matched(text_terms)
        if text_terms.cjk and self._cjk:
            self._add_cjk(terms, text_terms.cjk)
        for field in self._fields:
            if field in VALUE_FIELDS:
                terms.update(value_keys(field, text))
            else:
                zone = TextTerms(text.zone_text(WORD_FIELDS.index(field)))
                terms.update(f"{field}:{form}" for form in zone.terms)
        return text_terms

    def _add_cjk(self, terms: set[str], runs: list[str]) -> None:
        for run in runs:
            if len(run) > _LONG_RUN:
                terms.update(term for wanted in self._cjk.values() for term in wanted if holds_term(run, term) >= 0)
                continue
            for pair in {*bigrams(run), *run} & self._cjk.keys():
                terms.update(term for term in self._cjk[pair] if holds_term(run, term) >= 0)

    def candidates(self, terms: set[str]) -> list[int]:
        """The rules to which an entry's terms lead, and whose second group is there, in order."""
        candidates = set(self._always)
        # All postings first: a loop that does nothing else has several of them on their way from memory at once.
        for posting in list(map(self._postings.__getitem__, self._keys & terms)):
            if posting.__class__ is tuple:
                for at in _PLACES[len(posting)]:
                    wanted = posting[at]
                    if wanted is None or wanted in terms or (_OR in wanted and not terms.isdisjoint(wanted.split(_OR))):
                        candidates.add(posting[at + 1])
            else:
                candidates.update(posting.alone)
                for second in posting.keys & terms:
                    candidates.update(posting.second[second])
        return sorted(candidates)
