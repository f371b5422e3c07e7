"""The query AST: what a rule's `when` means once it is read (grammar and meaning: docs/rules.md).

Every node knows where it stood in the text it was read from (`start`, `end`: code points), which takes no part in
comparisons: two queries are equal when they mean the same tree. Words stay as written; `core.query.word_patterns` says
how one is folded and split. Modules that take queries apart import this one as `ast`.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryNode:
    """What every node has: where it stood."""

    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word(QueryNode):
    """One word as written, `*` and `?` included; `exact` (`=Apple`): in this spelling only."""

    text: str
    exact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase(QueryNode):
    """Words in this order, with at most `slop` other words between all of them together."""

    words: tuple[str, ...]
    slop: int = 0
    exact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Regex(QueryNode):
    """An RE2 pattern, searched in a zone's text before folding."""

    pattern: str
    any_case: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity(QueryNode):
    """`@name`, resolved: any of `names`, but no mention inside one of `but_not`."""

    name: str
    names: tuple[Query, ...]
    but_not: tuple[Query, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class In(QueryNode):
    """`field:operand`: the operand, looked for in that field only."""

    field: str
    operand: Query


@dataclass(frozen=True, slots=True, kw_only=True)
class Near(QueryNode):
    """`left NEAR right`. `reach`: how many words may stand between, or `s` (one sentence), or `p` (one paragraph).

    `ordered` (ONEAR): left first. `apart` (NOTNEAR): a left with no right that close.
    """

    left: Query
    right: Query
    reach: int | str = 10
    ordered: bool = False
    apart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AtLeast(QueryNode):
    """At least `count` mentions that do not overlap."""

    count: int
    operand: Query


@dataclass(frozen=True, slots=True, kw_only=True)
class First(QueryNode):
    """A mention that lies wholly among the first `count` words."""

    count: int
    operand: Query


@dataclass(frozen=True, slots=True, kw_only=True)
class Not(QueryNode):
    """The operand does not hold. Only ever an operand of And, beside something positive."""

    operand: Query


@dataclass(frozen=True, slots=True, kw_only=True)
class And(QueryNode):
    """All operands hold; two or more, at least one of them no Not."""

    operands: tuple[Query, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Or(QueryNode):
    """One of the operands holds; two or more."""

    operands: tuple[Query, ...]


Query = Word | Phrase | Regex | Entity | In | Near | AtLeast | First | Not | And | Or
"""Closed: queries are walked with `match` and `assert_never`, so that mypy finds where a new node is forgotten."""

TEXT_FIELDS = ("title", "summary", "body")
"""What `text`, and a rule that names no field, searches; in this order for FIRST."""
WORD_FIELDS = (*TEXT_FIELDS, "caption", "promo", "author", "url")
"""Fields in which words are searched."""
VALUE_FIELDS = ("source", "domain", "tag", "lang")
"""Fields whose whole values are compared."""
FIELDS = ("title", "summary", "body", "text", "caption", "promo", "author", "source", "domain", "url", "tag", "lang")
