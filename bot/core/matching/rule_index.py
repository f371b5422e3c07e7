"""Rules → an index; the terms of an entry → the rules that may hold on it.

The law of this file: every rule is indexed under the keys of its rarest required group (a group is what one AND-operand
needs: one word, or one of several); an entry looks only at the rules that one of its own terms leads to. In crowded
places a second required group leads on. NOT never leads anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, assert_never

from bot.core.matching.field_values import value_keys
from bot.core.matching.mentions import EntryText
from bot.core.matching.required_terms import Group, group_cost, key_frequency, required_groups
from bot.core.query.walk import words_of
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


_Keys = tuple[str, ...]
_Rules = list[tuple[int, _Keys]]
"""Rules that are found under one key, each with the keys of a second group that it requires; (): it requires none."""
_Posting = tuple[Any, ...]
"""Such rules in turn with their second group: its only key, its keys, or None. One tuple: what is seldom looked at is
slow to reach in memory, so that an object a rule cost more than looking at it."""
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
        posting += (keys[0] if len(keys) == 1 else keys or None, number)
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

    def add_matched(self, terms: set[str]) -> None:
        """Adds to an entry's terms the wildcards that they match."""
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
            terms.update(self._hits[term])

    def matched_by(self, term: str) -> tuple[str, ...]:
        """The wildcards that one of an entry's terms matches."""
        return self._hits.get(term, ())


class RuleIndex:
    """An index of queries, by their numbers. Building takes about 20 µs a query; one thread at a time may use it."""

    def __init__(self, queries: Sequence[ast.Query], document_frequency: Mapping[str, int] | None = None) -> None:
        """`document_frequency`: in how many entries of the archive a folded form stands (rarer words lead)."""
        self.wildcards = _Wildcards()
        self._frequency = document_frequency
        self._always: list[int] = []
        self._postings: dict[str, Any] = {}
        """Of each key its _Posting or _Crowd; mypy cannot follow a class check, which is quicker than isinstance."""
        self._further: dict[int, tuple[Group, ...]] = {}
        """Of few rules the groups beyond the second."""
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
        for number, query in enumerate(queries):
            self._register(query)
            groups = self._groups(query)
            if not groups:
                self._always.append(number)
                continue
            if len(groups) > 2:
                self._further[number] = tuple(groups[2:])
            rule = (number, tuple(groups[1]) if len(groups) > 1 else ())
            for key in groups[0]:
                found_under.setdefault(key, []).append(rule)
        copies = _copies({*found_under, *(key for rules in found_under.values() for _, keys in rules for key in keys)})
        while found_under:
            key, rules = found_under.popitem()
            rules = [(number, tuple([copies[key] for key in keys])) for number, keys in rules]
            self._postings[copies[key]] = _Crowd(rules) if len(rules) > _CROWDED else _posting(rules)

    def _groups(self, query: ast.Query) -> list[Group]:
        """What a query requires, rarest first."""
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
            case ast.And() | ast.Or():
                for operand in query.operands:
                    self._register(operand)
            case ast.Entity():
                for name in query.names:
                    self._register(name)
            case ast.Near():
                self._register(query.left)
                self._register(query.right)
            case ast.Not() | ast.AtLeast() | ast.First():
                self._register(query.operand)
            case ast.Regex():
                pass
            case _:
                assert_never(query)

    # --- looking up ---

    @property
    def has_keys(self) -> bool:
        """Whether an entry's terms lead to any rule."""
        return bool(self._keys)

    def further_groups(self, number: int) -> tuple[Group, ...]:
        """What a rule requires beyond the two groups that lead to it."""
        return self._further.get(number, ())

    def terms_of(self, text: EntryText) -> TextTerms:
        """Every key under which an entry may lead to a rule, in its `terms`."""
        reading = text.reading
        text_terms = TextTerms("\n\n".join(filter(None, (reading.title, reading.summary, reading.body))))
        terms = text_terms.terms
        if self.wildcards.keys:
            self.wildcards.add_matched(terms)
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
        postings = self._postings
        candidates = set(self._always)
        for key in self._keys & terms:
            posting = postings[key]
            if posting.__class__ is tuple:
                for at in _PLACES[len(posting)]:
                    wanted = posting[at]
                    if wanted is None or (wanted in terms if wanted.__class__ is str else not terms.isdisjoint(wanted)):
                        candidates.add(posting[at + 1])
            else:
                candidates.update(posting.alone)
                for second in posting.keys & terms:
                    candidates.update(posting.second[second])
        return sorted(candidates)
