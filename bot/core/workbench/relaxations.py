"""A rule → the same rule with one demand relaxed, each way in which an entry may be missed by little.

The law: a relaxation asks for less, never for something else: whatever the rule holds on, some branch of it and its
relaxations hold on, too. What is under NOT, and what an entity excepts, stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

from bot.core.query.format import format_excerpt
from bot.core.query.walk import parts, words_of
from bot.core.query.word_patterns import word_patterns
from bot.core.workbench.query_parts import demands, rebuilt
from bot.model import Rule
from bot.model import query as ast
from bot.model.query import VALUE_FIELDS

LEAST_LETTERS = 6
"""Names that are shorter have too many neighbours: one edit from `Roma` are Oma, Rome, Romy and many more."""


class MissReason(StrEnum):
    """Why a rule did not post a story."""

    PROMO_ZONE = "promo_zone"
    CAPTION_ZONE = "caption_zone"
    ONE_TERM_SHORT = "one_term_short"
    NEAR_OVER = "near_over"
    SPELLING = "spelling"
    OTHER_FEED = "other_feed"
    TOO_OLD = "too_old"
    CAPPED = "capped"
    MUTED = "muted"
    SNOOZED = "snoozed"
    IN_TOLD_STORY = "in_told_story"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation:
    """One way to ask for less. `any_feed`: entries of feeds that the rule leaves out, too."""

    reason: MissReason
    detail: str
    query: ast.Query
    any_feed: bool = False
    shown: ast.Query | None = None
    """The relaxed rule as people read it, where `query` holds on less than that: what the rule finds left out."""


def relaxations(rule: Rule) -> list[Relaxation]:
    """All of a rule's but those for slips of the pen, which depend on what stands in the archive (`respelt`)."""
    variants = [
        Relaxation(reason=reason, detail=f"the words stand in the {zone}", query=wider)
        for reason, zone in ((MissReason.CAPTION_ZONE, "caption"), (MissReason.PROMO_ZONE, "promo"))
        if (wider := _also_in(rule.query, zone)) != rule.query
    ]
    variants += _shorter(rule.query)
    if rule.feeds is not None:
        feeds = ", ".join(sorted(rule.feeds))
        variants.append(
            Relaxation(
                reason=MissReason.OTHER_FEED,
                detail=f"its feed is none of the rule's ({feeds})",
                query=rule.query,
                any_feed=True,
            )
        )
    return variants


# --- one demand fewer, or a wider one ---


def _shorter(query: ast.Query) -> Iterator[Relaxation]:
    """One required group missing, or a NEAR that reaches twice as far."""
    match query:
        case ast.And():
            demands = [operand for operand in query.operands if not isinstance(operand, ast.Not)]
            for demand in demands:
                rest = [operand for operand in query.operands if operand is not demand]
                if len(demands) > 1:
                    yield from _without(demand, _all(rest))
                for variant in _shorter(demand):
                    inner = [variant.query if operand is demand else operand for operand in query.operands]
                    yield replace(variant, query=_all(inner))
        case ast.Or():
            for branch in query.operands:
                yield from _shorter(branch)
        case ast.Near() if not query.apart:
            if isinstance(query.reach, int):
                reach = max(2 * query.reach, 1)
                detail = f"{format_excerpt(query.left)} and {format_excerpt(query.right)} stand further apart"
                yield Relaxation(reason=MissReason.NEAR_OVER, detail=detail, query=replace(query, reach=reach))
            for inner_near in _shorter(query.left):
                if inner_near.reason is MissReason.NEAR_OVER:
                    yield replace(inner_near, query=replace(query, left=inner_near.query))
            yield from _without(query.right, query.left)
            yield from _without(query.left, query.right)
        case ast.In() if query.field not in VALUE_FIELDS:
            for variant in _shorter(query.operand):
                yield replace(variant, query=replace(query, operand=variant.query))
        case (
            ast.Near()
            | ast.In()
            | ast.Word()
            | ast.Phrase()
            | ast.Regex()
            | ast.Entity()
            | ast.AtLeast()
            | ast.First()
            | ast.Not()
        ):
            return
        case _:
            assert_never(query)


def _without(missing: ast.Query, rest: ast.Query) -> Iterator[Relaxation]:
    if _has_words(rest):
        detail = f"lacks {format_excerpt(missing)}"
        yield Relaxation(reason=MissReason.ONE_TERM_SHORT, detail=detail, query=rest)


def _has_words(query: ast.Query) -> bool:
    """Whether it asks for anything that is written: an outlet or a language alone means nothing."""
    if isinstance(query, ast.And):
        return any(_has_words(operand) for operand in query.operands)
    return not isinstance(query, ast.Not) and not (isinstance(query, ast.In) and query.field in VALUE_FIELDS)


def _all(operands: list[ast.Query]) -> ast.Query:
    flat = [inner for one in operands for inner in (one.operands if isinstance(one, ast.And) else (one,))]
    return flat[0] if len(flat) == 1 else ast.And(operands=tuple(flat))


# --- other zones ---


def _also_in(query: ast.Query, zone: str) -> ast.Query:
    """Each demand may be met in `zone`, too; one that names its fields stays."""
    match query:
        case ast.And() | ast.Or():
            return rebuilt(query, lambda part: _also_in(part, zone))
        case ast.Word() | ast.Phrase() | ast.Regex() | ast.Entity() | ast.Near() | ast.AtLeast() | ast.First():
            if any(isinstance(part, ast.In) for part in parts(query)):
                return query
            return ast.Or(operands=(query, ast.In(field=zone, operand=query)))
        case ast.Not() | ast.In():
            return query
        case _:
            assert_never(query)


# --- other spellings ---


def spelt_names(query: ast.Query) -> Iterator[str]:
    """Folded words of LEAST_LETTERS or more that are (part of) a name: in an entity, or written with a capital."""
    match query:
        case ast.Entity():
            for name in query.names:
                yield from (form for word in _leaf_words(name) if (form := _spelling_of(word)))
        case ast.Word() | ast.Phrase():
            yield from (form for word in _leaf_words(query) if word[:1].isupper() and (form := _spelling_of(word)))
        case _:
            for part in demands(query):
                yield from spelt_names(part)


def respelt(query: ast.Query, name: str, spelling: str) -> ast.Query:
    """The query, in which `spelling` does for the folded word `name` as well."""
    match query:
        case ast.Entity():
            others = [other for one in query.names if (other := _with_spelling(one, name, spelling)) is not None]
            return ast.Or(operands=(query, *others)) if others else query
        case ast.Word() | ast.Phrase():
            other = _with_spelling(query, name, spelling)
            return ast.Or(operands=(query, other)) if other is not None else query
        case _:
            return rebuilt(query, lambda part: respelt(part, name, spelling)) if demands(query) else query


def _leaf_words(query: ast.Query) -> Iterator[str]:
    """The words of a name that is one word or a phrase; other expressions are no names."""
    if isinstance(query, ast.Word | ast.Phrase) and not query.exact:
        yield from words_of(query)


def _with_spelling(query: ast.Query, name: str, spelling: str) -> ast.Query | None:
    """The word or phrase with `spelling` in place of `name`; None: it does not hold it."""
    words = list(_leaf_words(query))
    if not any(_spelling_of(word) == name for word in words):
        return None
    others = [spelling if _spelling_of(word) == name else word for word in words]
    return replace(query, words=tuple(others)) if isinstance(query, ast.Phrase) else ast.Word(text=others[0])


def _spelling_of(word: str) -> str:
    """The folded form of a word of letters alone, if it is long enough; else nothing."""
    patterns = word_patterns(word)
    if len(patterns) != 1 or patterns[0].pattern is not None or patterns[0].cjk:
        return ""
    form = patterns[0].form
    return form if len(form) >= LEAST_LETTERS and form.isalpha() else ""
