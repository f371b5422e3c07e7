"""A text → its terms, and the places of a few of them: the quick look that decides most rules.

The law of this file: what stands between two spaces (a *token*) is taken apart once and remembered: a run never holds
white space; most tokens are plain words and are their own form. Places are those that `matching.positions` would give.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from bot.core.text.words import Form, bigrams, read_run, runs_of
from bot.model.news import Reading

_REMEMBERED = 20_000
"""Tokens."""
_LONG = 40
"""Characters of a token that is worth remembering."""
_PARAGRAPH = " \x00 "
_ODD = re.compile(r"[^ \na-z0-9]")
"""Found in nearly every text, early on; a headline may do without."""


class Token(NamedTuple):
    """A token that is no plain word."""

    terms: tuple[str, ...]
    """Its folded forms, parts and joined ones."""
    cjk: tuple[str, ...]
    """Its Chinese, Japanese and Korean runs, folded."""
    flat: str
    """Its parts, apart by a space."""
    joined: tuple[str, ...]


_TOKENS: dict[str, Token] = {}


def read_token(text: str) -> Token:
    """Takes a token (in small letters) apart."""
    token = _TOKENS.get(text)
    if token is not None:
        return token
    forms: list[Form] = []
    parts: list[str] = []
    joined: list[str] = []
    for raw in runs_of(text):
        run = read_run(raw)
        forms += run.forms
        parts += [form.form for form in run.forms[: run.width]]
        joined += [form.form for form in run.forms[run.width :]]
    token = Token(
        tuple(form.form for form in forms if not form.cjk),
        tuple(form.form for form in forms if form.cjk),
        " ".join(parts),
        tuple(joined),
    )
    if not token.cjk and len(text) <= _LONG:
        if len(_TOKENS) >= _REMEMBERED:
            _TOKENS.clear()
        _TOKENS[text] = token
    return token


class TextTerms:
    """The terms of a text; zones and paragraphs in it are apart by a blank line."""

    __slots__ = ("_flat", "_holders", "_joined", "_length", "_tokens", "cjk", "lower", "odd", "terms")

    def __init__(self, text: str) -> None:
        self.lower = lower = text.lower()
        self._tokens = tokens = lower.replace("\n\n", _PARAGRAPH).split()
        self.terms = terms = set(tokens)
        terms.discard("\x00")
        """The folded forms."""
        if _ODD.search(lower) is None:
            odd = []
        elif lower.isascii():
            odd = [word for word in terms if not word.isalnum()]
        else:
            odd = [word for word in terms if not (word.isalnum() and word.isascii())]
        self.odd = odd
        self.cjk: list[str] = []
        """Chinese, Japanese and Korean runs, folded."""
        self._length = len(text)
        self._flat: str | None = None
        self._joined: frozenset[str] = frozenset()
        self._holders: dict[str, list[str]] | None = None
        if odd:
            terms.difference_update(odd)
            for word in odd:
                folded, cjk, *_ = _TOKENS.get(word) or read_token(word)
                terms.update(folded)
                if cjk:
                    self.cjk += cjk

    def has_phrase(self, phrase: str, words: frozenset[str]) -> bool | None:
        """Whether plain words (` these words `) stand side by side in one paragraph; None: only places can tell."""
        if not words <= self.terms:
            return False
        if self._flat is None:
            self._flatten()
        if phrase in self._flat:  # type: ignore[operator]  # made by _flatten
            return True
        return None if self._joined and not words.isdisjoint(self._joined) else False

    def _flatten(self) -> None:
        words = self._tokens
        if self.odd:
            odd = {word: read_token(word) for word in self.odd}
            self._joined = frozenset(form for part in odd.values() for form in part.joined)
            flat = {word: part.flat for word, part in odd.items()}
            words = [part for word in words if (part := flat.get(word, word))]
        self._flat = f" {' '.join(words)} "

    # --- places ---

    @property
    def can_place(self) -> bool:
        """Whether `spans` can tell places: small letters have not changed the text's length."""
        return len(self.lower) == self._length

    def spans(self, form: str, most: int) -> list[tuple[int, int]]:
        """Where a folded form stands, as offsets in the text, in order within each token; at most `most` of each."""
        found = [(at, at + len(form)) for at in self._whole(form, most)] if form.isascii() and form.isalnum() else []
        for word in self._holding(form):
            inside = _spans_inside(word, form)
            if inside:
                found += [(at + low, at + high) for at in self._whole(word, most) for low, high in inside]
        return found

    def _holding(self, form: str) -> list[str]:
        if self._holders is None:
            self._holders = {}
            for word in self.odd:
                for term in set(read_token(word).terms):
                    self._holders.setdefault(term, []).append(word)
        return self._holders.get(form, [])

    def _whole(self, word: str, most: int) -> list[int]:
        """Where a token stands, whole."""
        lower = self.lower
        last = len(lower)
        found: list[int] = []
        at = lower.find(word)
        while at >= 0:
            end = at + len(word)
            if (at == 0 or lower[at - 1].isspace()) and (end == last or lower[end].isspace()):
                found.append(at)
                if len(found) >= most:
                    break
            at = lower.find(word, at + 1)
        return found


def _spans_inside(word: str, form: str) -> list[tuple[int, int]]:
    """Where a form stands in a token."""
    found: list[tuple[int, int]] = []
    base = 0
    for raw in runs_of(word):
        base = word.find(raw, base)
        for part in read_run(raw).forms:
            if part.form != form:
                continue
            end = base + part.end
            # The last full stop of an acronym belongs to it.
            if part.end == len(raw) > 2 and raw[-2] in ".．" and len(part.exact) > 1 and word[end : end + 1] == ".":
                end += 1
            found.append((base + part.start, end))
        base += len(raw)
    return found


def index_terms(reading: Reading) -> list[str]:
    """Every term of an entry, in all zones, for a full-text index of the archive; each once, sorted."""
    text = "\n\n".join((reading.title, reading.summary, reading.body, reading.caption, reading.promo))
    text_terms = TextTerms(text)
    return sorted(text_terms.terms.union(*map(bigrams, text_terms.cjk)))
