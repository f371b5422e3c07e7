"""A headline → the names in it: what may tell one event from another.

Law: what tells a change is no name, and a name may be a word of change in another language (`Victoria`, `La Paz`,
`Salvador`): where a headline writes others small, a capital inside it makes a name, but for German nouns.
"""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz

from bot.core.similarity.changes import may_tell_alone, may_tell_in_capitals
from bot.core.similarity.folding import is_hiragana
from bot.core.similarity.lexicon import lexicon
from bot.core.similarity.tokens import CHARACTER, IDENTIFIER, PLAIN_WORD, TextToken

SPELLINGS = 70.0
"""rapidfuzz ratio (0–100) from which two words may be one name in two spellings."""


def is_spelling(one: str, other: str) -> bool:
    """Whether two folded words may be one in two spellings (`qaramov`, `karamov`)."""
    return fuzz.ratio(one, other) >= SPELLINGS


def shows_names(words: Sequence[TextToken]) -> bool:
    """Whether capitals say something: of the telling words some have one, and others none."""
    telling = [token for token in words if token.kind == PLAIN_WORD and token.form not in lexicon().function_words]
    return len({token.capital for token in telling if token.raw[0].isupper() or token.raw[0].islower()}) > 1


def names_of(words: Sequence[TextToken]) -> list[TextToken]:
    """The tokens of a headline that may tell one event from another: identifiers, days, words with a capital, or of a
    script or a headline without any, but what tells a change. Of function words a capital makes names (`Ada` is a word
    of Indonesian), but not at the beginning."""
    has_capitals = any(token.capital for token in words)
    return [token for place, token in enumerate(words) if _may_name(token, place, has_capitals=has_capitals)]


def names_told(words: Sequence[TextToken]) -> list[TextToken]:
    """`names_of` a headline, and those that are words of change elsewhere: a flood in Victoria is none in Tasmania."""
    inner = words[1:] if shows_names(words) else ()
    return names_of(words) + [
        token for token in inner if token.capital and token.tells and not may_tell_in_capitals(token.form)
    ]


def _may_name(token: TextToken, place: int, *, has_capitals: bool) -> bool:
    if token.kind != PLAIN_WORD:
        return token.kind == IDENTIFIER or (token.kind == CHARACTER and not is_hiragana(token.form))
    if token.form in lexicon().calendar:
        return True
    if (token.tells and may_tell_alone(token.form, token.capital)) or (has_capitals and token.raw[0].islower()):
        return False
    return (token.capital and place > 0) or token.form not in lexicon().function_words
