"""How common English words are, roughly: for smart case, and for choosing under which word a rule is indexed.

The law of this file: the lists are data (`data/english.txt`). `EVERYWHERE` are words of nearly every text, `OFTEN`
words of every tenth, `COMMON` of every hundredth. `READ_AS_NAMES` are further everyday words whose capitals are likely
to be a name or an acronym (ICE, AID, SALT). In a rule, a word in capitals is read in capitals only when its lower-case
form is in `SMART_CASE`.
"""

from __future__ import annotations

from bot.core.language.word_lists import word_list

EVERYWHERE, OFTEN, COMMON, READ_AS_NAMES, _PROPER = (
    frozenset(word_list("english")[kind]) for kind in ("everywhere", "often", "common", "names", "proper")
)
SMART_CASE = EVERYWHERE | OFTEN | READ_AS_NAMES | COMMON - _PROPER
_WEIGHTS = {
    **dict.fromkeys(READ_AS_NAMES, 60),
    **dict.fromkeys(COMMON, 200),
    **dict.fromkeys(OFTEN, 1_500),
    **dict.fromkeys(EVERYWHERE, 6_000),
}
PER = 10_000
"""`typical_frequency` counts documents out of this many."""


def typical_frequency(form: str) -> int:
    """In how many of `PER` documents a folded word stands, roughly; 1 for words that are in no list, more if short."""
    weight = _WEIGHTS.get(form)
    if weight is not None:
        return weight
    return 1 if len(form) > 4 else 4 if len(form) > 2 else 40
