"""A word of a rule → what to look for in a text.

The law of this file: a word without wildcards is one folded form, a run of several parts its joined form. Capitals ask
for capitals: a word of at most three letters in capitals, or one that is common in lower case in any language, is found
in capitals only; a longer one in Latin letters with a capital beginning. Names with digits or signs inside (`5G`,
`AT&T`) are found in any case. `=` asks for the spelling. Scripts without spaces are searched inside runs; where a word
mixes them with others, its parts stand side by side.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from bot.core.language.everyday import SHORTEST, is_everyday
from bot.core.query.word_signs import CURRENCIES, signed_parts
from bot.core.text.attached import with_particles
from bot.core.text.drawn_letters import as_letters
from bot.core.text.folding import fold
from bot.core.text.joined import Form
from bot.core.text.regex import compile_re2
from bot.core.text.words import CJK_STRETCH, RUN, WordRun, read_run, with_degrees
from bot.model import query as ast

_WILD = re.compile(r"[*?]")
_WILDCARDS = {"*": ".*", "?": "."}
_IN_NAMES = re.compile(rf"[^\W_][!{CURRENCIES}][^\W_]")
"""`A$AP`, `P!nk`: their parts stand side by side, in any case."""
_EDGES = "'’ʼ‘＇´′‛-‐‑־&/＆／－.．"


@dataclass(frozen=True, slots=True)
class WordPattern:
    """What one word of a rule, or one of its parts, looks like in a text."""

    key: str
    """What it is called in an index of terms."""
    form: str
    """Folded; of a wildcard, the letters before it."""
    exact: str | None = None
    """The spelling asked for, where one is."""
    capitals: bool = False
    """Only in capitals."""
    initial: bool = False
    """With a capital beginning, or all in capitals."""
    pattern: Any = None
    """Of a wildcard, an `re` or RE2 object: matches a whole folded form (with `exact`, a whole spelling); for `cjk`
    searched in a run."""
    cjk: bool = False
    before: str = ""
    """The sign that must stand before it: `$` of $ORB, `.` of .NET."""
    after: str = ""
    """The sign that must stand behind it: `++` of C++, `#` of C#, `+` of Canal+."""
    attached: tuple[str, ...] = ()
    """Folded words that hold it, too, behind a particle, where a phrase goes on behind it."""


def leaf_patterns(leaf: ast.Word | ast.Phrase, exact: bool = False) -> tuple[WordPattern, ...]:
    """What a word or a phrase of a rule stands for, side by side in this order; `exact`: in its spelling."""
    if isinstance(leaf, ast.Word):
        return word_patterns(leaf.text, exact)
    patterns = tuple([pattern for word in leaf.words for pattern in word_patterns(word, exact)])
    first, *others = patterns
    if not others or exact or first.form.isascii() or not (attached := with_particles(first.key)):
        return patterns
    return replace(first, attached=attached), *others


@lru_cache(maxsize=50_000)
def word_patterns(text: str, exact: bool = False) -> tuple[WordPattern, ...]:
    """What a word of a rule stands for; several patterns stand side by side, in this order."""
    text = with_degrees(as_letters(text))
    if _WILD.search(text):
        return (_wildcard(text, exact),)
    parts = signed_parts(text)
    any_case = _IN_NAMES.search(text) is not None or any(part.before or part.after for part in parts)
    patterns: list[WordPattern] = []
    for before, word, after in parts:
        forms: list[Form] = []
        for raw in RUN.findall(word.replace("_", " ")):
            run = read_run(raw)
            whole = _whole(run)
            forms += run.forms[: run.width] if whole is None else (whole,)
        of_part = [_plain(form, exact) for form in forms]
        if any_case:
            of_part = [replace(pattern, capitals=False, initial=False) for pattern in of_part]
        if of_part:
            of_part[0] = replace(of_part[0], before=before)
            of_part[-1] = replace(of_part[-1], after=after)
        patterns += of_part
    return tuple(patterns) or (WordPattern(key=text, form=text),)


def _plain(form: Form, exact: bool) -> WordPattern:
    capitals = initial = False
    if not exact and form.exact.isupper() and form.exact.isalpha():
        capitals = len(form.form) < SHORTEST or is_everyday(form.form)
        initial = not capitals and form.form.isascii()
    return WordPattern(
        key=form.form,
        form=form.form,
        exact=form.exact if exact else None,
        capitals=capitals,
        initial=initial,
        cjk=form.cjk,
    )


def _wildcard(text: str, exact: bool) -> WordPattern:
    cjk = CJK_STRETCH.search(text) is not None
    regex = key = ""
    for piece in re.split(r"([*?])", text):
        form = piece if piece in _WILDCARDS else _letters(piece, exact)
        regex += _WILDCARDS.get(piece) or re.escape(form)
        key += form
    regex = regex.removesuffix(".*") if cjk else regex
    # Python tries every way to share a text out among several `*` (hours, of a word of 60 letters), and of a run each
    # place to begin; RE2 does not, and takes ten times as long for a word.
    is_quick = not cjk and text.rstrip("*").count("*") <= 1
    pattern = re.compile(regex, re.DOTALL) if is_quick else compile_re2("(?s)" + regex, any_case=False)
    prefix = _WILD.split(key)[0]
    return WordPattern(
        key=("=" + key) if exact else key,
        form=fold(prefix) if exact else prefix,
        exact=key if exact else None,
        pattern=pattern,
        cjk=cjk,
    )


def _letters(piece: str, exact: bool) -> str:
    """What stands between wildcards, as it is compared: in its spelling, or folded."""
    inner = piece.strip(_EDGES)
    form = _whole(read_run(inner)) if RUN.fullmatch(inner) else None
    if exact:
        return inner if form is None else form.exact
    return fold(inner) if form is None or CJK_STRETCH.search(inner) else form.form


def _whole(run: WordRun) -> Form | None:
    """A run as one form; None where it has none: it mixes scripts, or has more parts than any word."""
    return next((form for form in run.forms if form.first == 0 and form.last == run.width - 1), None)
