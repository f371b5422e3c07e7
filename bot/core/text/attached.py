"""A word of Arabic or Hebrew → what stands behind the particles that are written together with it.

The law of this file: *and*, *in*, *to*, *from*, *like* are no words of their own there but letters before one
(`والسعودية`, `בישראל`), as the elided article of French is; who looks for السعودية or ישראל looks for those, too, and
no wildcard stands before a word. Four letters must be left, after the Arabic article three: shorter ones are as often
the end of another word (`وطن` is no طن).
"""

from __future__ import annotations

from itertools import product

_ARABIC = frozenset(map("".join, product(("", "و", "ف"), ("", "ب", "ل", "ك")))) - {""}
_HEBREW = frozenset(map("".join, product(("", "ו"), ("", "ש", "כש", "מש", "לכש"), ("", *"בלכמה", "מה")))) - {""}
_PARTICLES = _ARABIC | _HEBREW
FIRST_LETTERS = frozenset(particle[0] for particle in _PARTICLES)
"""What a folded word begins with that may hold one."""
_LONGEST = max(map(len, _PARTICLES))
_ARTICLE = "ال"
_TO_THE = "لل"
"""ل before the article, whose ا is not written."""
_FEWEST_LETTERS = 4
_FEWEST_BEHIND_THE_ARTICLE = 3
_FEWEST_OF_AN_ACRONYM = 3


def words_behind_particles(form: str, is_acronym: bool = False) -> tuple[str, ...]:
    """The folded words behind the particles of a folded word, the longest first; `is_acronym`: it is written with a
    sign of abbreviation (`בצה"ל`)."""
    fewest = _FEWEST_OF_AN_ACRONYM if is_acronym else _FEWEST_LETTERS
    cuts = range(1, min(_LONGEST, len(form) - fewest) + 1)
    words = [form[cut:] for cut in cuts if form[:cut] in _PARTICLES]
    at = form.find(_TO_THE, 0, _LONGEST)
    if at == 0 or (at > 0 and form[:at] in _ARABIC):
        behind = form[at + len(_TO_THE) :]
        if len(behind) >= _FEWEST_BEHIND_THE_ARTICLE:
            words.append(_ARTICLE + behind)
    return tuple(words)
