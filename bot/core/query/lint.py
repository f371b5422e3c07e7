"""A rule that reads well but cannot be meant → warnings.

The law of this file: a warning is true (see `implication`: sound, not complete) and points at the part to change;
a part inside an entity is reported at the `@name`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice
from typing import assert_never

from bot.core.language.frequency import EVERYWHERE
from bot.core.query.format import format_excerpt
from bot.core.query.implication import DEFAULT_FIELDS, Fact, FieldSet, cannot_both, facts_of, fields_searched, implied
from bot.core.query.misread import RuleWarning, misread_parts, signs_for_nothing, warning_at
from bot.core.query.walk import branches_of, children, required_parts, words_of
from bot.core.query.word_patterns import leaf_patterns, word_patterns
from bot.core.text.regex import required_run
from bot.core.text.zones import PromoPatterns, is_promo
from bot.model import query as ast
from bot.model.query import VALUE_FIELDS

_MAX_WARNINGS = 10
"""Warnings of one rule; who has read ten looks at the rule."""
_MAX_PAIRS = 60
"""Of so many operands, each is compared with each."""
_TELLING_RUN = 4
"""Characters spelt out by a regular expression from which on few texts hold them; of capitals one less (`ZTE`)."""


def warnings_of(
    query: ast.Query,
    text: str,
    entities: Collection[str],
    promo: PromoPatterns,
    known_term: Callable[[str], bool] | None = None,
    outlets: frozenset[str] | None = None,
) -> list[RuleWarning]:
    """Signs in the rule's `text` that ask for nothing (`entities`: the names declared), and the first ten of these:
    whether a rule can never match, parts that never matter, no selective word, promo words under NOT, and (with
    `known_term`, which says of a folded form whether the archive has it) terms never seen; with `outlets`, those that
    feeds name, sources that are none.
    """
    further = islice(_warnings(query, promo, known_term, outlets), _MAX_WARNINGS)
    return [*signs_for_nothing(query, text, entities), *further]


def _warnings(
    query: ast.Query,
    promo: PromoPatterns,
    known_term: Callable[[str], bool] | None,
    outlets: frozenset[str] | None,
) -> Iterator[RuleWarning]:
    never = _never(query, (), (), DEFAULT_FIELDS)
    if never is not None:
        culprit, why = never
        yield warning_at(culprit, f"this rule can never match: {why}", "take one of the two out")
    else:
        yield from _parts_that_never_matter(query, DEFAULT_FIELDS)
        if not selective(query):
            yield warning_at(
                query,
                "no word of this rule is selective: it is evaluated on every story",
                "add a word that its stories must have",
            )
    yield from _promo_under_not(query, promo, under_not=False)
    yield from misread_parts(query, outlets)
    if known_term is not None:
        yield from _unseen(query, known_term)


# --- never ---


def _never(
    query: ast.Query, facts: Sequence[Fact], excluded: Sequence[Fact], fields: FieldSet
) -> tuple[ast.Query, str] | None:
    """The part because of which the query can never hold beside the facts, and why; None where it may."""
    operands: tuple[ast.Query, ...] = ()
    match query:
        case ast.Or():
            reasons = [_never(operand, facts, excluded, fields) for operand in query.operands[:_MAX_PAIRS]]
            return reasons[0] if len(query.operands) <= _MAX_PAIRS and all(reasons) else None
        case ast.In() if query.field not in VALUE_FIELDS:
            return _never(query.operand, facts, excluded, fields_searched(query.field))
        case ast.First(operand=ast.Phrase(words=words)) if len(words) > query.count:
            return query, f"the phrase has {len(words)} words, FIRST/{query.count} looks at {query.count}"
        case ast.Entity() if query.names and all(_excepted(name, query) for name in query.names):
            return query, f"every name of @{query.name} is excepted by its but_not"
        case ast.And():
            operands = tuple(operand for operand in query.operands if not isinstance(operand, ast.Not))
            excluded = [
                *excluded,
                *((operand, fields) for operand in query.operands if isinstance(operand, ast.Not)),
            ]
        case _:
            pass
    facts = [*facts, *(fact for operand in operands or (query,) for fact in facts_of(operand, fields))]
    return (
        _excluded_too(facts, excluded)
        or _two_values(facts)
        or next(filter(None, (_never(operand, facts, excluded, fields) for operand in operands)), None)
    )


def _excepted(name: ast.Query, entity: ast.Entity) -> bool:
    return isinstance(name, ast.Word | ast.Phrase) and name in entity.but_not


def _excluded_too(facts: Sequence[Fact], excluded: Sequence[Fact]) -> tuple[ast.Query, str] | None:
    for part, where in excluded:
        assert isinstance(part, ast.Not)
        if implied(part.operand, facts, where):
            return part, f"it asks for {format_excerpt(part.operand)} and excludes it"
    return None


def _two_values(facts: Sequence[Fact]) -> tuple[ast.Query, str] | None:
    values = [fact for fact, _ in facts if isinstance(fact, ast.In) and fact.field in VALUE_FIELDS][:_MAX_PAIRS]
    for index, one in enumerate(values):
        for other in values[index + 1 :]:
            if cannot_both(one, other):
                return other, f"no story is in both {format_excerpt(one)} and {format_excerpt(other)}"
    return None


# --- parts that never matter ---


def _parts_that_never_matter(query: ast.Query, fields: FieldSet) -> Iterator[RuleWarning]:
    match query:
        case ast.Or() | ast.And():
            dropped, warnings = (_conjuncts if isinstance(query, ast.And) else _branches)(query.operands, fields)
            yield from warnings
            for operand in query.operands[:_MAX_PAIRS]:
                if operand not in dropped:
                    yield from _parts_that_never_matter(operand, fields)
        case ast.Near() | ast.Not():
            for child in children(query):
                yield from _parts_that_never_matter(child, fields)
        case ast.In():
            if query.field not in VALUE_FIELDS:
                yield from _parts_that_never_matter(query.operand, fields_searched(query.field))
        case ast.Word() | ast.Phrase() | ast.Regex() | ast.Entity() | ast.AtLeast() | ast.First():
            pass  # ATLEAST counts every branch of an OR; the rest have no parts of their own
        case _:
            assert_never(query)


def _branches(operands: Sequence[ast.Query], fields: FieldSet) -> tuple[list[ast.Query], list[RuleWarning]]:
    """Branches of an OR that find nothing which another one does not find."""
    if len(operands) > _MAX_PAIRS:
        return [], _repeated(operands)
    dropped: list[ast.Query] = []
    warnings: list[RuleWarning] = []
    facts = [facts_of(operand, fields) for operand in operands]
    gone: set[int] = set()
    for index, operand in enumerate(operands):
        for other_index, other in enumerate(operands):
            if other_index == index or other_index in gone or not implied(other, facts[index], fields):
                continue
            if other_index > index and implied(operand, facts[other_index], fields):
                continue  # the same thing twice: the later one is reported
            gone.add(index)
            dropped.append(operand)
            message = f"this part never matters: {format_excerpt(other)} finds all that {format_excerpt(operand)} finds"
            warnings.append(warning_at(operand, message, "delete it"))
            break
    for index, operand in enumerate(operands):
        if index not in gone and _never(operand, (), (), fields) is not None:
            dropped.append(operand)
            message = f"this part can never match: {format_excerpt(operand)}"
            warnings.append(warning_at(operand, message, "delete it or change it"))
    return dropped, warnings


def _repeated(operands: Sequence[ast.Query]) -> list[RuleWarning]:
    """Of a long OR: what stands there twice."""
    seen: set[ast.Query] = set()
    warnings: list[RuleWarning] = []
    for operand in operands:
        if operand in seen:
            warnings.append(warning_at(operand, f"{format_excerpt(operand)} stands here twice", "delete one"))
        seen.add(operand)
    return warnings


def _conjuncts(operands: Sequence[ast.Query], fields: FieldSet) -> tuple[list[ast.Query], list[RuleWarning]]:
    """Operands of an AND that hold wherever the others do; of two alike, the later one."""
    dropped: list[ast.Query] = []
    warnings: list[RuleWarning] = []
    if len(operands) > _MAX_PAIRS:
        return dropped, warnings
    facts = [facts_of(operand, fields) for operand in operands]
    for index in range(len(operands) - 1, -1, -1):
        operand = operands[index]
        if implied(operand, [fact for other in (*facts[:index], *facts[index + 1 :]) for fact in other], fields):
            facts[index] = []
            dropped.append(operand)
            what = "excluded already" if isinstance(operand, ast.Not) else "asked for already"
            warnings.append(
                warning_at(operand, f"this part never matters: {format_excerpt(operand)} is {what}", "delete it")
            )
    return dropped, warnings


# --- no selective word ---


def selective(query: ast.Query) -> bool:
    """Whether a rule requires a word, or what a regular expression spells out, that is not in nearly every text."""
    match query:
        case ast.Word() | ast.Phrase():
            return any(
                pattern.exact is not None or pattern.capitals or pattern.key not in EVERYWHERE
                for word in words_of(query)
                for pattern in word_patterns(word, query.exact)
            )
        case ast.And() | ast.Near() | ast.AtLeast() | ast.First():
            return any(map(selective, required_parts(query)))
        case ast.Or() | ast.Entity():
            return all(map(selective, branches_of(query)))
        case ast.In():
            return query.field not in VALUE_FIELDS and selective(query.operand)
        case ast.Regex():
            run = required_run(query.pattern).strip()
            return len(run) >= _TELLING_RUN or (len(run) == _TELLING_RUN - 1 and run.isupper())
        case ast.Not():
            return False
        case _:
            assert_never(query)


# --- promo words under NOT, unseen terms ---


def _promo_under_not(query: ast.Query, promo: PromoPatterns, *, under_not: bool) -> Iterator[RuleWarning]:
    match query:
        case ast.Not():
            yield from _promo_under_not(query.operand, promo, under_not=True)
        case ast.And() | ast.Or():
            for operand in query.operands[:_MAX_PAIRS]:
                yield from _promo_under_not(operand, promo, under_not=under_not)
        case ast.Word() | ast.Phrase() if under_not:
            words = words_of(query)
            line = " ".join(words)
            if is_promo(f"{line}: …", promo) or (len(words) > 1 and is_promo(line, promo)):
                yield warning_at(
                    query,
                    f"{format_excerpt(query)} is a promo word: such lines are moved out before matching, "
                    "NOT need not do it",
                    "delete it; it would exclude only stories whose own text says so",
                )
        case ast.In(field="promo") if under_not:
            yield warning_at(
                query,
                "promo lines are not searched unless named: this NOT drops stories for what stands beside them",
                "delete it, unless that is meant",
            )
        case _:
            pass


def _unseen(query: ast.Query, known_term: Callable[[str], bool]) -> Iterator[RuleWarning]:
    match query:
        case ast.Word() | ast.Phrase():
            attached = leaf_patterns(query, query.exact)[0].attached
            for word in words_of(query)[1 if any(map(known_term, attached)) else 0 :]:
                for pattern in word_patterns(word, query.exact):
                    if pattern.pattern is None and not pattern.cjk and not known_term(pattern.form):
                        yield warning_at(
                            query, f"{word} was never seen in the archive", "check its spelling; it may also be new"
                        )
                        return
        case ast.Entity():
            pass  # one name seen is enough
        case ast.In() if query.field in (*VALUE_FIELDS, "url", "author"):
            pass  # not among the archive's terms
        case _:
            for child in children(query):
                yield from _unseen(child, known_term)
