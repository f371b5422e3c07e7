"""A word of Arabic or Hebrew → what stands behind the particles that are written together with it.

The law of this file: *and*, *in*, *to*, *from*, *like* are no words of their own there but letters before one
(`والسعودية`, `בישראל`), as the elided article of French is; who looks for السعودية or ישראל looks for those, too, and
no wildcard stands before a word. Three letters must be left (`בעזה`, `وحزب الله`), four behind a particle that also
makes nouns and verbs of a root (`מכתב` is no כתב): what is shorter is as often the end of another word (`وطن`, طن).
Where a phrase goes on behind it, two are enough (`"תל אביב"` in *בתל אביב*): what follows tells it from another word.
"""

from __future__ import annotations

from itertools import product

_ARABIC = frozenset(map("".join, product(("", "و", "ف"), ("", "ب", "ل", "ك")))) - {""}
_HEBREW = frozenset(map("".join, product(("", "ו"), ("", "ש", "כש", "מש", "לכש"), ("", *"בלכמה", "מה")))) - {""}
_PARTICLES = _ARABIC | _HEBREW
_PLAIN = frozenset({"و", "ب", "ل", "وب", "ول", "ו", "ה", "ב", "ל", "וה", "וב", "ול"})
"""Those that make no words of a root."""
FIRST_LETTERS = frozenset(particle[0] for particle in _PARTICLES)
"""What a folded word begins with that may hold one."""
_LONGEST = max(map(len, _PARTICLES))
_ARTICLE = "ال"
_TO_THE = "لل"
"""ل before the article, whose ا is not written."""
_FEWEST_LETTERS, _FEWEST_BEHIND_OTHERS, _FEWEST_OF_PHRASE = 3, 4, 2


def words_behind_particles(form: str, is_acronym: bool) -> tuple[str, ...]:
    """The folded words behind the particles of a folded word, the longest first; `is_acronym`: it is written with a
    sign of abbreviation (`בצה"ל`)."""
    words = [
        form[cut:]
        for cut in range(1, min(_LONGEST, len(form) - _FEWEST_LETTERS) + 1)
        if form[:cut] in _PARTICLES and (is_acronym or form[:cut] in _PLAIN or len(form) - cut >= _FEWEST_BEHIND_OTHERS)
    ]
    at = form.find(_TO_THE, 0, _LONGEST)
    if at == 0 or (at > 0 and form[:at] in _ARABIC):
        behind = form[at + len(_TO_THE) :]
        if len(behind) >= _FEWEST_LETTERS:
            words.append(_ARTICLE + behind)
    return tuple(words)


def with_particles(form: str) -> tuple[str, ...]:
    """The folded words in which a folded word that begins a phrase stands behind particles, as far as they are not
    among those that `words_behind_particles` takes apart anyway."""
    if not _FEWEST_OF_PHRASE <= len(form) < _FEWEST_BEHIND_OTHERS:
        return ()
    particles = _ARABIC if _is_of(form, "\u0621", "\u064a") else _HEBREW if _is_of(form, "\u05d0", "\u05ea") else ()
    return tuple(
        sorted(word for particle in particles if form not in words_behind_particles(word := particle + form, False))
    )


def _is_of(form: str, first: str, last: str) -> bool:
    return all(first <= letter <= last for letter in form)
