"""The terms of a text, and the terms a query requires: what an index (the matcher's, the archive's) narrows by.

The law of this file: a query that holds on an entry finds, in each of its required groups, one term that the entry has.
The reverse need not be true: the matcher decides. Terms are folded forms, parts and joined forms alike; Chinese,
Japanese and Korean stand there by pairs of neighbouring characters.
"""

from __future__ import annotations

from bot.core.language.frequency import PER, typical_frequency
from bot.core.query.values import normal_value
from bot.core.query.word_patterns import Needle, needles
from bot.core.text.words import bigrams
from bot.model.query import (
    TEXT_FIELDS,
    VALUE_FIELDS,
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

Group = frozenset[str]


def required_terms(query: Query) -> tuple[Group, ...] | None:
    """Groups of `index_terms`, of each of which an entry that the query holds on has one; None: nothing narrows, scan.

    A term that ends in `*` stands for every term that begins so. Groups come rarest first.
    """
    return tuple(sorted(set(required_groups(query, archive=True)), key=group_cost)) or None


def required_groups(query: Query, *, archive: bool = False, prefix: str = "") -> list[Group]:
    """What a query requires. With `archive`, in terms of `index_terms`; else in keys of the matcher.

    The matcher's keys: a folded form; a wildcard as written (folded); a Chinese, Japanese or Korean term; for words in
    other fields `field:form`; for whole values `field=value`.
    """
    if isinstance(query, Word):
        return _leaf(needles(query.text), archive, prefix)
    if isinstance(query, Phrase):
        return [group for word in query.words for group in _leaf(needles(word), archive, prefix)]
    if isinstance(query, And):
        return [
            group for operand in query.operands for group in required_groups(operand, archive=archive, prefix=prefix)
        ]
    if isinstance(query, Or):
        return _one_of(query.operands, archive, prefix)
    if isinstance(query, Entity):
        return _one_of(query.names, archive, prefix)
    if isinstance(query, Near):
        left = required_groups(query.left, archive=archive, prefix=prefix)
        return left if query.apart else left + required_groups(query.right, archive=archive, prefix=prefix)
    if isinstance(query, AtLeast | First):
        return required_groups(query.operand, archive=archive, prefix=prefix)
    if isinstance(query, In):
        return _in_field(query, archive)
    return []


def _in_field(query: In, archive: bool) -> list[Group]:
    if query.field in VALUE_FIELDS:
        return [] if archive else _values(query.field, query.operand)
    if query.field == "text" or query.field in TEXT_FIELDS:
        return required_groups(query.operand, archive=archive)
    if archive:
        return [] if query.field in ("author", "url") else required_groups(query.operand, archive=True)
    return required_groups(query.operand, prefix=query.field + ":")


def _leaf(wanted: tuple[Needle, ...], archive: bool, prefix: str) -> list[Group]:
    groups: list[Group] = []
    for needle in wanted:
        if prefix:
            if needle.pattern is None and not needle.cjk:
                groups.append(frozenset((prefix + needle.form,)))
        elif not archive:
            groups.append(frozenset((needle.form if needle.cjk else needle.key,)))
        elif needle.cjk:
            if len(needle.form) > 1:
                groups.extend(frozenset((pair,)) for pair in bigrams(needle.form))
        elif needle.pattern is not None:
            groups.append(frozenset((needle.form + "*",)))
        else:
            groups.append(frozenset((needle.form,)))
    return groups


def _one_of(branches: tuple[Query, ...], archive: bool, prefix: str) -> list[Group]:
    """Of each branch its rarest group; all of them together are one group. Nothing, where a branch requires nothing."""
    together: set[str] = set()
    for branch in branches:
        groups = required_groups(branch, archive=archive, prefix=prefix)
        if not groups:
            return []
        rarest: Group = groups[0] if len(groups) == 1 else min(groups, key=group_cost)
        together |= rarest
    return [frozenset(together)]


def _values(field: str, query: Query) -> list[Group]:
    if isinstance(query, Word | Phrase):
        value = normal_value(query.text if isinstance(query, Word) else " ".join(query.words))
        if "*" in value or "?" in value or not value:
            return []
        if field == "lang":
            value = value.replace("_", "-")
        return [frozenset((f"{field}={value.strip('.') if field == 'domain' else value}",))]
    if isinstance(query, Or | Entity):
        together: set[str] = set()
        for branch in query.operands if isinstance(query, Or) else query.names:
            groups = _values(field, branch)
            if not groups:
                return []
            together |= groups[0]
        return [frozenset(together)]
    if isinstance(query, And):
        return [
            group for operand in query.operands if not isinstance(operand, Not) for group in _values(field, operand)
        ]
    return []


def group_cost(group: Group) -> int:
    """In how many of 10,000 entries one of a group's terms stands, roughly."""
    return sum(map(key_frequency, group))


def key_frequency(key: str) -> int:
    """In how many of 10,000 entries a key stands, as far as built-in lists tell."""
    if "=" in key:
        return PER // 4 if key.startswith("lang=") else 300
    if ":" in key:
        return typical_frequency(key.partition(":")[2]) // 4 + 1
    wild = min((at for at in (key.find("*"), key.find("?")) if at >= 0), default=-1)
    if wild >= 0:
        return max(4_000 >> (2 * max(wild - 2, 0)), 20)
    if not key.isascii() and len(key) == 1:
        return 400
    return typical_frequency(key)
