"""A word of a rule in, what to look for in a text out.

The law of this file: a word without wildcards is one folded form, a run of several parts its joined form. A word in
capitals that is common in small letters is found in capitals only (smart case). `=` asks for the spelling. Chinese,
Japanese and Korean are searched inside runs; where a word mixes them with others, its parts stand side by side.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.core.language.frequency import SMART_CASE
from bot.core.text.words import CJK_STRETCH, HAS_CJK, RUN, fold, read_run

_WILD = re.compile(r"[*?]")
_EDGES = "'’ʼ‘＇-‐‑&/＆／－.．"


@dataclass(frozen=True, slots=True)
class Needle:
    """One thing to find. `key`: what it is called in an index of terms."""

    key: str
    form: str
    """Folded; of a wildcard, the letters before it."""
    exact: str | None = None
    """The spelling asked for, where one is."""
    capitals: bool = False
    """Smart case: only in capitals."""
    pattern: re.Pattern[str] | None = None
    """Of a wildcard: matches a whole folded form (with `exact`, a whole spelling); for `cjk` searched in a run."""
    cjk: bool = False


@lru_cache(maxsize=50_000)
def needles(text: str, exact: bool = False) -> tuple[Needle, ...]:
    """What a word of a rule stands for; several needles stand side by side, in this order."""
    if _WILD.search(text):
        return (_wildcard(text, exact),)
    match = RUN.search(text.replace("_", " "))
    if match is None:
        return (Needle(key=text, form=text),)
    run = read_run(match.group())
    if len(run.forms) == 1 or not any(form.cjk for form in run.forms):
        whole = next(form for form in run.forms if form.first == 0 and form.last == run.width - 1)
        return (_plain(whole.form, whole.exact, exact, whole.cjk),)
    return tuple(_plain(part.form, part.exact, exact, part.cjk) for part in run.forms[: run.width])


def _plain(form: str, spelled: str, exact: bool, cjk: bool) -> Needle:
    capitals = not exact and spelled.isupper() and form in SMART_CASE
    return Needle(key=form, form=form, exact=spelled if exact else None, capitals=capitals, cjk=cjk)


def _wildcard(text: str, exact: bool) -> Needle:
    cjk = HAS_CJK.search(text) is not None
    pieces: list[str] = []
    shown: list[str] = []
    for piece in re.split(r"([*?])", text):
        if piece == "*":
            pieces.append(".*")
            shown.append("*")
        elif piece == "?":
            pieces.append(".")
            shown.append("?")
        elif piece:
            form = _spelling(piece) if exact else _folded(piece)
            pieces.append(re.escape(form))
            shown.append(form)
    key = "".join(shown)
    pattern = re.compile("".join(pieces).rstrip() if not cjk else "".join(pieces).removesuffix(".*"), re.DOTALL)
    prefix = _WILD.split(key)[0]
    return Needle(
        key=("=" + key) if exact else key,
        form=fold(prefix) if exact else prefix,
        exact=key if exact else None,
        pattern=pattern,
        cjk=cjk,
    )


def _folded(piece: str) -> str:
    inner = piece.strip(_EDGES)
    match = RUN.fullmatch(inner)
    if match is None or CJK_STRETCH.search(inner):
        return fold(inner)
    run = read_run(inner)
    return run.forms[run.width].form if run.width > 1 else run.forms[0].form


def _spelling(piece: str) -> str:
    inner = piece.strip(_EDGES)
    match = RUN.fullmatch(inner)
    if match is None:
        return inner
    run = read_run(inner)
    return run.forms[run.width].exact if run.width > 1 else run.forms[0].exact
