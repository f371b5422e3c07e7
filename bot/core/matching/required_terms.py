"""A query → the terms it requires: what an index (the matcher's, the archive's) narrows by.

The law of this file: a query that holds on an entry finds, in each of its required groups, one term that the entry has.
The reverse need not be true: the matcher decides. Terms are folded forms, parts and joined forms alike; Chinese,
Japanese and Korean stand there by pairs of neighbouring characters.
"""

from __future__ import annotations

from typing import assert_never

from bot.core.language.frequency import PER, typical_frequency
from bot.core.query.values import normal_value
from bot.core.query.walk import branches_of, required_parts, words_of
from bot.core.query.word_patterns import WordPattern, leaf_patterns
from bot.core.text.words import bigrams
from bot.model import query as ast
from bot.model.query import TEXT_FIELDS, VALUE_FIELDS

Group = frozenset[str]


def required_terms(query: ast.Query) -> tuple[Group, ...] | None:
    """Groups of `index_terms`, of each of which an entry that the query holds on has one; None: nothing narrows, scan.

    A term that ends in `*` stands for every term that begins so. Groups come rarest first.
    """
    return tuple(sorted(set(required_groups(query, archive=True)), key=group_cost)) or None


def required_groups(query: ast.Query, *, archive: bool = False, prefix: str = "") -> list[Group]:
    """What a query requires. With `archive`, in terms of `index_terms`; else in keys of the rule index.

    Those keys: a folded form; a wildcard as written (folded); a Chinese, Japanese or Korean term; for words in other
    fields `field:form` (`prefix` is their `field:`); for whole values `field=value`.
    """

    def required(part: ast.Query) -> list[Group]:
        return required_groups(part, archive=archive, prefix=prefix)

    match query:
        case ast.Word() | ast.Phrase():
            return [group for pattern in leaf_patterns(query) for group in _keys(pattern, archive, prefix)]
        case ast.And() | ast.Near() | ast.AtLeast() | ast.First():
            return [group for part in required_parts(query) for group in required(part)]
        case ast.Or() | ast.Entity():
            return _one_of([required(branch) for branch in branches_of(query)])
        case ast.In():
            return _in_field(query, archive)
        case ast.Regex() | ast.Not():
            return []
        case _:
            assert_never(query)


def _in_field(query: ast.In, archive: bool) -> list[Group]:
    if query.field in VALUE_FIELDS:
        return [] if archive else _values(query.field, query.operand)
    if query.field == "text" or query.field in TEXT_FIELDS:
        return required_groups(query.operand, archive=archive)
    if archive:
        return [] if query.field in ("author", "url") else required_groups(query.operand, archive=True)
    return required_groups(query.operand, prefix=query.field + ":")


def _keys(pattern: WordPattern, archive: bool, prefix: str) -> list[Group]:
    """The keys under which an entry that holds a word stands, all of them required."""
    if prefix:
        keys = [] if pattern.pattern is not None or pattern.cjk else [prefix + pattern.form]
    elif not archive:
        keys = [pattern.form if pattern.cjk else pattern.key]
    elif pattern.cjk:
        keys = bigrams(pattern.form) if len(pattern.form) > 1 else []
    else:
        keys = [pattern.form if pattern.pattern is None else pattern.form + "*"]
    if pattern.attached:
        return [frozenset((*keys, *(prefix + word for word in pattern.attached)))]
    return [frozenset((key,)) for key in keys]


def _one_of(branches: list[list[Group]]) -> list[Group]:
    """Of each branch its rarest group; all of them together are one group. Nothing, where a branch requires nothing."""
    if not all(branches):
        return []
    return [frozenset().union(*map(_rarest, branches))]


def _rarest(groups: list[Group]) -> Group:
    return groups[0] if len(groups) == 1 else min(groups, key=group_cost)


def required_beside(query: ast.Query, group: Group) -> dict[str, Group]:
    """Where a required group is one of several branches: of its keys, what else is required where a branch rests on it.

    Of `("trade Orbrecht" OR "Gulf states" OR Qatar) AND oil` the group is orbrecht, gulf, qatar: beside orbrecht stands
    trade, beside gulf stands states; qatar may stand alone.
    """
    if isinstance(query, ast.And):
        return next(filter(None, [required_beside(part, group) for part in query.operands]), {})
    if not isinstance(query, ast.Or | ast.Entity) or required_groups(query) != [group]:
        return {}
    beside: dict[str, Group] = {}
    alone: set[str] = set()
    for branch in branches_of(query):
        groups = required_groups(branch)
        rarest = _rarest(groups)
        others = [other for other in groups if other != rarest]
        if others:
            beside.update({key: beside.get(key, frozenset()) | _rarest(others) for key in rarest})
        else:
            alone |= rarest
    return {key: others for key, others in beside.items() if key not in alone}


def _values(field: str, query: ast.Query) -> list[Group]:
    match query:
        case ast.Word() | ast.Phrase():
            value = normal_value(field, " ".join(words_of(query)))
            if "*" in value or "?" in value or not value:
                return []
            if field == "lang":
                value = value.replace("_", "-")
            return [frozenset((f"{field}={value.strip('.') if field == 'domain' else value}",))]
        case ast.Or() | ast.Entity():
            return _one_of([_values(field, branch)[:1] for branch in branches_of(query)])
        case ast.And():
            return [group for operand in query.operands for group in _values(field, operand)]
        case ast.Regex() | ast.In() | ast.Near() | ast.AtLeast() | ast.First() | ast.Not():
            return []
        case _:
            assert_never(query)


def group_cost(group: Group) -> int:
    """In how many of 10,000 entries one of a group's terms stands, roughly."""
    return sum(map(key_frequency, group))


def key_frequency(key: str) -> int:
    """In how many of 10,000 entries a key stands, as far as built-in lists know."""
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
