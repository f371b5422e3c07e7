"""A rule that reads well but cannot be meant: a query in, warnings out.

The law of this file: a warning is true (see `implication`: sound, not complete) and points at the part to change;
a part inside an entity is reported at the `@name`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.core.language.frequency import EVERYWHERE
from bot.core.query.format import shown
from bot.core.query.implication import TEXT, Fact, Scope, cannot_both, facts_of, implied, scope_of
from bot.core.query.word_patterns import needles
from bot.core.text.zones import PromoPatterns, is_promo
from bot.model.query import (
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
    Regex,
    Word,
)

MAX_WARNINGS = 10
_MAX_PAIRS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleWarning:
    """Something odd in a rule. `start`, `end`: offsets in its text."""

    message: str
    start: int
    end: int
    hint: str = ""


def warnings_of(
    query: Query,
    promo: PromoPatterns,
    known_term: Callable[[str], bool] | None = None,
) -> list[RuleWarning]:
    """Whether a rule can never match, parts that never matter, no selective word, promo words under NOT, and (with
    `known_term`, which says of a folded form whether the archive has it) terms never seen.
    """
    found: list[RuleWarning] = []
    never = _never(query, (), (), TEXT)
    if never is not None:
        culprit, why = never
        found.append(_at(culprit, f"this rule can never match: {why}", "take one of the two out"))
    else:
        _parts_that_never_matter(query, (), TEXT, found)
        if not selective(query):
            message = "no word of this rule is selective: it is evaluated on every story"
            found.append(_at(query, message, "add a word that its stories must have"))
    _promo_under_not(query, promo, found, under_not=False)
    if known_term is not None:
        _unseen(query, known_term, found)
    return found[:MAX_WARNINGS]


def _at(query: Query, message: str, hint: str = "") -> RuleWarning:
    return RuleWarning(message=message, start=query.start, end=query.end, hint=hint)


# --- never ---


def _never(query: Query, facts: Sequence[Fact], nots: Sequence[Fact], scope: Scope) -> tuple[Query, str] | None:
    """The part because of which the query can never hold beside the facts, and why; None where it may."""
    if isinstance(query, Or):
        reasons = [_never(operand, facts, nots, scope) for operand in query.operands[:_MAX_PAIRS]]
        whole = len(query.operands) <= _MAX_PAIRS and all(reasons)
        return reasons[0] if whole else None
    if isinstance(query, In) and query.field not in VALUE_FIELDS:
        return _never(query.operand, facts, nots, scope_of(query.field))
    if isinstance(query, First) and isinstance(query.operand, Phrase) and len(query.operand.words) > query.count:
        return query, f"the phrase has {len(query.operand.words)} words, FIRST/{query.count} looks at {query.count}"
    if isinstance(query, Entity) and query.names and all(_always_excepted(name, query) for name in query.names):
        return query, f"every name of @{query.name} is excepted by its but_not"
    positive = (
        [operand for operand in query.operands if not isinstance(operand, Not)] if isinstance(query, And) else [query]
    )
    known = [*facts, *(fact for operand in positive for fact in facts_of(operand, scope))]
    excluded: list[Fact] = list(nots)
    if isinstance(query, And):
        excluded += [(operand, scope) for operand in query.operands if isinstance(operand, Not)]
    for part, where in excluded:
        assert isinstance(part, Not)
        if implied(part.operand, known, where):
            return part, f"it asks for {shown(part.operand)} and excludes it"
    fixed = [fact for fact, _ in known if isinstance(fact, In) and fact.field in VALUE_FIELDS]
    for index, one in enumerate(fixed[:_MAX_PAIRS]):
        for other in fixed[index + 1 : _MAX_PAIRS]:
            if cannot_both(one, other):
                return other, f"no story is in both {shown(one)} and {shown(other)}"
    for operand in positive:
        if operand is not query:
            inside = _never(operand, known, excluded, scope)
            if inside is not None:
                return inside
    return None


def _always_excepted(name: Query, entity: Entity) -> bool:
    if not isinstance(name, Word | Phrase):
        return False
    return any(phrase == name for phrase in entity.but_not)


# --- parts that never matter ---


def _parts_that_never_matter(query: Query, facts: Sequence[Fact], scope: Scope, found: list[RuleWarning]) -> None:
    if len(found) >= MAX_WARNINGS:
        return
    if isinstance(query, Or):
        dropped = _branches(query, facts, scope, found)
        for operand in query.operands[:_MAX_PAIRS]:
            if operand not in dropped:
                _parts_that_never_matter(operand, facts, scope, found)
    elif isinstance(query, And):
        dropped = _conjuncts(query, scope, found)
        for operand in query.operands[:_MAX_PAIRS]:
            if operand not in dropped:
                _parts_that_never_matter(operand, facts, scope, found)
    elif isinstance(query, Near):
        _parts_that_never_matter(query.left, (), scope, found)
        _parts_that_never_matter(query.right, (), scope, found)
    elif isinstance(query, In) and query.field not in VALUE_FIELDS:
        _parts_that_never_matter(query.operand, (), scope_of(query.field), found)
    elif isinstance(query, Not):
        _parts_that_never_matter(query.operand, (), scope, found)
    # ATLEAST counts every branch of an OR, FIRST and the rest have no parts of their own.


def _branches(query: Or, facts: Sequence[Fact], scope: Scope, found: list[RuleWarning]) -> list[Query]:
    """Branches of an OR that find nothing which another one does not find."""
    dropped: list[Query] = []
    operands = query.operands
    if len(operands) > _MAX_PAIRS:
        seen: set[Query] = set()
        for operand in operands:
            if operand in seen:
                found.append(_at(operand, f"{shown(operand)} stands here twice", "delete one"))
                if len(found) >= MAX_WARNINGS:
                    break
            seen.add(operand)
        return dropped
    known = [facts_of(operand, scope) for operand in operands]
    gone: set[int] = set()
    for index, operand in enumerate(operands):
        for other_index, other in enumerate(operands):
            if other_index == index or other_index in gone or not implied(other, known[index], scope):
                continue
            if other_index > index and implied(operand, known[other_index], scope):
                continue  # the same thing twice: the later one is reported
            gone.add(index)
            dropped.append(operand)
            message = f"this part never matters: {shown(other)} finds all that {shown(operand)} finds"
            found.append(_at(operand, message, "delete it"))
            break
    for index, operand in enumerate(operands):
        if index not in gone and _never(operand, facts, (), scope) is not None:
            dropped.append(operand)
            found.append(_at(operand, f"this part can never match: {shown(operand)}", "delete it or change it"))
    return dropped


def _conjuncts(query: And, scope: Scope, found: list[RuleWarning]) -> list[Query]:
    """Operands of an AND that hold wherever the others do."""
    dropped: list[Query] = []
    operands = query.operands
    if len(operands) > _MAX_PAIRS:
        return dropped
    gone: set[int] = set()
    for index in range(len(operands) - 1, -1, -1):
        operand = operands[index]
        others = [
            fact
            for other_index, other in enumerate(operands)
            if other_index != index and other_index not in gone
            for fact in facts_of(other, scope)
        ]
        if implied(operand, others, scope):
            gone.add(index)
            dropped.append(operand)
            what = "excluded already" if isinstance(operand, Not) else "asked for already"
            found.append(_at(operand, f"this part never matters: {shown(operand)} is {what}", "delete it"))
    return dropped


# --- no selective word ---


def selective(query: Query) -> bool:
    """Whether a rule requires a word that is not in nearly every text."""
    if isinstance(query, Word):
        return any(
            needle.exact is not None or needle.capitals or needle.key not in EVERYWHERE
            for needle in needles(query.text, query.exact)
        )
    if isinstance(query, Phrase):
        return any(selective(Word(text=word, exact=query.exact)) for word in query.words)
    if isinstance(query, And):
        return any(selective(operand) for operand in query.operands if not isinstance(operand, Not))
    if isinstance(query, Or):
        return all(selective(operand) for operand in query.operands)
    if isinstance(query, Entity):
        return all(selective(name) for name in query.names)
    if isinstance(query, Near):
        return selective(query.left) or (not query.apart and selective(query.right))
    if isinstance(query, In):
        return query.field not in VALUE_FIELDS and selective(query.operand)
    if isinstance(query, AtLeast | First):
        return selective(query.operand)
    return not isinstance(query, Regex | Not)


# --- promo words under NOT, unseen terms ---


def _promo_under_not(query: Query, promo: PromoPatterns, found: list[RuleWarning], *, under_not: bool) -> None:
    if isinstance(query, Not):
        _promo_under_not(query.operand, promo, found, under_not=True)
    elif isinstance(query, And | Or):
        for operand in query.operands[:_MAX_PAIRS]:
            _promo_under_not(operand, promo, found, under_not=under_not)
    elif under_not and isinstance(query, Word | Phrase):
        words = (query.text,) if isinstance(query, Word) else query.words
        line = " ".join(words)
        if is_promo(f"{line}: …", promo) or (len(words) > 1 and is_promo(line, promo)):
            message = f"{shown(query)} is a promo word: such lines are moved out before matching, NOT need not do it"
            found.append(_at(query, message, "delete it; it would exclude only stories whose own text says so"))
    elif under_not and isinstance(query, In) and query.field == "promo":
        _promo_in_field(query, found)


def _promo_in_field(query: In, found: list[RuleWarning]) -> None:
    message = "promo lines are not searched unless named: this NOT drops stories for what stands beside them"
    found.append(_at(query, message, "delete it, unless that is meant"))


def _unseen(query: Query, known_term: Callable[[str], bool], found: list[RuleWarning]) -> None:
    if len(found) >= MAX_WARNINGS:
        return
    if isinstance(query, Word | Phrase):
        words = (query.text,) if isinstance(query, Word) else query.words
        for word in words:
            for needle in needles(word, query.exact):
                if needle.pattern is None and not needle.cjk and not known_term(needle.form):
                    message = f"{word} was never seen in the archive"
                    found.append(_at(query, message, "check its spelling; it may also be new"))
                    return
    elif isinstance(query, And | Or):
        for operand in query.operands:
            _unseen(operand, known_term, found)
    elif isinstance(query, Near):
        _unseen(query.left, known_term, found)
        _unseen(query.right, known_term, found)
    elif isinstance(query, Not | AtLeast | First) or (
        isinstance(query, In) and query.field not in (*VALUE_FIELDS, "url", "author")
    ):
        _unseen(query.operand, known_term, found)
