"""Regular expressions of rules and promo lines: RE2, linear in the length of the text.

The law of this file: `\\w` and `\\d` know the letters and digits of every script, which RE2's own do not; so does a
`\\b` at the beginning or the end of a pattern (RE2 cannot look around, so the edges of a match are looked at here).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import re2

from bot.core.late_pattern import late_pattern
from bot.core.text.combining import COMBINING
from bot.errors import QueryError

_LETTERS = r"\p{L}\p{M}\p{N}_"
_WORD_SIGN = late_pattern(rf"[\w{COMBINING}]")
_FLAGS = re.compile(r"\(\?[a-zA-Z-]+\)")
_BACKSLASHES = re.compile(r"\\*$")
_PIECE = re.compile(r"\\.|\[\^?\]?|.", re.DOTALL)
_LONGEST, _DEEPEST = 1_000, 100
"""Characters and parentheses of a pattern that `required_run` looks at."""
_SIGNS = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{[^}]*\}|\(\?[a-zA-Z-]+\)|\((?:\?(?:P?<\w+>|[a-zA-Z-]*:))?|.", re.DOTALL
)
"""Of a pattern: an escape, a class, a count, flags, the beginning of a group, or one character."""
_MOST_MISSES = 1_000
"""Matches in one text that do not keep to the edges: each costs a look at what is left of the text."""


def compile_re2(pattern: str, *, any_case: bool) -> Any:
    """An RE2 object (google-re2 has no types). `.` does not match a line end; `^`, `$` are the text's ends.

    Raises: QueryError with RE2's reason.
    """
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = not any_case
    options.max_mem = 8 << 20
    options.never_capture = True  # nobody asks for groups, and 1,500 of them took a minute of one long text
    core, begins, ends = _edges(_any_script(unicodedata.normalize("NFC", pattern)))
    try:
        compiled = re2.compile(core, options)
        return Bounded(compiled, begins, ends) if begins or ends else compiled
    except (re2.error, UnicodeError) as error:
        reason = error.args[0] if error.args else "cannot be read"
        if isinstance(reason, bytes):
            reason = reason.decode("utf-8", "replace")
        if isinstance(error, UnicodeError):
            reason = "holds half a character (a lone surrogate)"
        hint = "RE2 has no look-ahead (exclude with NOT) and no back-references; write \\/ for a slash"
        if reason.startswith(("missing", "unexpected")):
            hint = r"close what is open; for a bracket itself write \( or \["
        raise QueryError(f"this is no regular expression that RE2 knows: {reason}", 0, len(pattern), hint) from None


def required_run(pattern: str) -> str:
    """The longest run of characters that each match holds (`CVE-` of `CVE-\\d{4}-\\d+`, of alternatives the shortest
    one's), as far as a look at the pattern tells; "": it sees none."""
    signs = _SIGNS.findall(pattern[:_LONGEST])
    return _run_of(iter(signs)) if len(pattern) <= _LONGEST and sum(map(_opens, signs)) <= _DEEPEST else ""


def _run_of(signs: Iterator[str]) -> str:
    """Up to the end of the parentheses that `signs` stand in."""
    branches, is_group = [[""]], False
    for sign in signs:
        runs = branches[-1]
        char = sign[1:] if sign[0] == "\\" and not sign[1:].isalnum() else sign
        if sign == ")":
            break
        if sign == "|":
            branches.append([""])
        elif sign[0] in "?*{":  # what stands before it may be absent
            runs[-1] = "" if is_group else runs[-1][:-1]
            runs.append("")
        elif _opens(sign):
            runs.append(_run_of(signs))
        elif len(char) > 1 or sign in tuple("+.^$[]"):
            runs.append("")
        else:
            if is_group:
                runs.append("")
            runs[-1] += char
        is_group = _opens(sign)
    return min((max(runs, key=len) for runs in branches), key=len)


def _opens(sign: str) -> bool:
    return sign[0] == "(" and sign[-1] != ")"


class Bounded:
    """A pattern whose matches begin or end at the edge of a word, in any script."""

    __slots__ = ("_begins", "_ends", "_pattern")

    def __init__(self, pattern: Any, begins: bool, ends: bool) -> None:
        self._pattern, self._begins, self._ends = pattern, begins, ends

    def finditer(self, text: str) -> Iterator[Any]:
        """The matches that keep to the edges, from left to right, none inside another."""
        at = misses = 0
        while at <= len(text) and misses < _MOST_MISSES and (match := self._pattern.search(text, at)) is not None:
            start, end = match.span()
            fits = (not self._begins or _is_edge(text, start)) and (not self._ends or _is_edge(text, end))
            if fits:
                yield match
            misses += not fits
            at = end if fits and end > start else start + 1

    def search(self, text: str) -> Any:
        """The first match, or None."""
        return next(self.finditer(text), None)


def _is_edge(text: str, at: int) -> bool:
    """Whether a word begins or ends there: a letter or digit on one side only."""
    return (at > 0 and _WORD_SIGN.match(text, at - 1) is not None) != (_WORD_SIGN.match(text, at) is not None)


def _edges(pattern: str) -> tuple[str, bool, bool]:
    """A pattern without the `\\b` at its edges, and whether there was one; as it is where `|` stands outside `( )`."""
    flags = _FLAGS.match(pattern)
    head = flags.group() if flags is not None else ""
    core = pattern[len(head) :]
    begins = core.startswith("\\b")
    ends = core.endswith("\\b") and len(_BACKSLASHES.search(core[:-1]).group()) % 2 == 1  # type: ignore[union-attr]  # matches anything
    if not (begins or ends) or _has_bare_alternative(core):
        return pattern, False, False
    core = core[2:] if begins else core
    return head + (core[:-2] if ends and len(core) >= 2 else core), begins, ends


def has_edge_inside(pattern: str) -> bool:
    r"""Whether a `\b` is left to RE2, which knows ASCII letters only."""
    core, _, _ = _edges(pattern)
    return "\\b" in _PIECE.findall(core)


def _has_bare_alternative(pattern: str) -> bool:
    depth, in_class = 0, False
    for piece in _PIECE.findall(pattern):
        if in_class:
            in_class = piece != "]"
        elif piece[0] == "[":
            in_class = True
        elif piece == "(":
            depth += 1
        elif piece == ")":
            depth -= 1
        elif piece == "|" and depth == 0:
            return True
    return False


def _any_script(pattern: str) -> str:
    r"""`\w`, `\d` and `\W` of every script in place of RE2's, which know ASCII only."""
    parts: list[str] = []
    in_class = False
    for piece in _PIECE.findall(pattern):
        if piece == "\\w":
            piece = _LETTERS if in_class else f"[{_LETTERS}]"
        elif piece == "\\d":
            piece = r"\p{Nd}"
        elif piece == "\\W" and not in_class:
            piece = f"[^{_LETTERS}]"
        elif piece[0] == "[" and not in_class:
            in_class = True
        elif piece == "]":
            in_class = False
        parts.append(piece)
    return "".join(parts)


@lru_cache(maxsize=20_000)
def compile_re2_cached(pattern: str, any_case: bool) -> Any:
    """`compile_re2`, once for each pattern."""
    return compile_re2(pattern, any_case=any_case)
