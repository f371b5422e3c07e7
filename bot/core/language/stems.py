"""One English word → its stem: `recalls`, `recalled` and `recalling` are one word to a comparison.

Law: a stem is for comparing only and is never shown. The rules are a short list of endings, longest first, in the
manner of Lovins (1968): no dictionary, one pass, and the same answer everywhere. Words of other scripts pass through.
"""

from __future__ import annotations

from functools import lru_cache

# (ending, what replaces it, letters that must remain before it)
_ENDINGS: tuple[tuple[str, str, int], ...] = (
    ("izations", "ize", 3), ("isations", "ize", 3), ("ization", "ize", 3), ("isation", "ize", 3),
    ("fulness", "", 3), ("iveness", "", 3), ("ousness", "", 3),
    ("ements", "", 3), ("ement", "", 4), ("ments", "", 4), ("ment", "", 4),
    ("ations", "", 4), ("ation", "", 4), ("ators", "", 4), ("ator", "", 4),
    ("ingly", "", 3), ("edly", "", 3), ("ings", "", 3), ("ing", "", 3),
    ("nesses", "", 3), ("ness", "", 3), ("ities", "", 4), ("ity", "", 4),
    ("ances", "", 4), ("ance", "", 4), ("ences", "", 4), ("ence", "", 4),
    ("ising", "ize", 3), ("ised", "ize", 3), ("ises", "ize", 3), ("ise", "ize", 3),
    ("tions", "t", 3), ("tion", "t", 3), ("sions", "s", 3), ("sion", "s", 3),
    ("ists", "", 4), ("ist", "", 4), ("ives", "", 4), ("ive", "", 4), ("ably", "", 4), ("able", "", 4), ("ible", "", 4),
    ("ally", "", 4), ("fully", "", 3), ("ful", "", 4), ("ously", "", 3), ("ous", "", 4), ("ically", "", 3),
    ("icals", "", 3), ("ical", "", 3), ("ics", "", 4), ("ic", "", 4), ("als", "", 4), ("al", "", 4),
    ("iest", "y", 3), ("iers", "y", 3), ("ier", "y", 3), ("ied", "y", 2), ("ies", "y", 2), ("ily", "y", 3),
    ("ors", "", 4), ("or", "", 4), ("ers", "", 3), ("er", "", 4), ("ed", "", 3), ("ly", "", 4),
    ("sses", "ss", 1), ("xes", "x", 2), ("ches", "ch", 2), ("shes", "sh", 2), ("es", "e", 3), ("s", "", 3),
)  # fmt: skip
_BY_TAIL: dict[str, tuple[tuple[str, str, int], ...]] = {
    tail: tuple(rule for rule in _ENDINGS if rule[0][-2:] == tail[-len(rule[0][-2:]) :])
    for tail in {rule[0][-2:] for rule in _ENDINGS if len(rule[0]) > 1}
}
"""By a word's last two letters, the endings it may have."""
_PLURAL = tuple(rule for rule in _ENDINGS if rule[0] == "s")
# Where an ending would tear a word or the verb is irregular: the commonest of the news.
_IRREGULAR = {
    "dead": "die", "died": "die", "dies": "die", "dying": "die", "deaths": "die", "death": "die",
    "kills": "kill", "killed": "kill", "killing": "kill", "fell": "fall", "fallen": "fall", "rose": "rise",
    "risen": "rise", "won": "win", "lost": "lose", "losing": "lose", "loses": "lose", "loss": "lose", "losses": "lose",
    "said": "say", "says": "say", "told": "tell", "took": "take", "taken": "take", "gave": "give", "given": "give",
    "went": "go", "goes": "go", "gone": "go", "made": "make", "held": "hold", "struck": "strike", "sold": "sell",
    "sale": "sell", "sales": "sell", "bought": "buy", "left": "leave", "led": "lead", "met": "meet", "found": "find",
    "grew": "grow", "grown": "grow", "growth": "grow", "began": "begin", "sank": "sink", "sunk": "sink",
    "stole": "steal", "stolen": "steal", "theft": "steal", "shot": "shoot", "chose": "choose", "chosen": "choose",
    "women": "woman", "men": "man", "children": "child", "kids": "child", "kid": "child", "wife": "wife",
    "wives": "wife", "lives": "life", "police": "police", "cops": "police", "cop": "police",
    "bankruptcy": "bankrupt", "bankruptcies": "bankrupt", "engagement": "engage",
    "ban": "ban", "bans": "ban", "banned": "ban", "banning": "ban", "tv": "tv",
    "television": "tv", "uk": "uk", "britain": "uk", "british": "uk", "usa": "us", "american": "america",
    "americans": "america",
    "quake": "earthquake", "quakes": "earthquake", "beat": "beat", "choice": "choose",
    "arrested": "arrest", "arrests": "arrest",
}  # fmt: skip


_WHOLE = frozenset({"news", "series", "species", "us", "less", "always", "perhaps", "texas", "paris", "business"})


@lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    """The stem of one folded word (lower case, no accents)."""
    word = _IRREGULAR.get(word, word)
    if len(word) < 4 or not word.isascii() or word in _WHOLE:
        return word
    for ending, instead, left in _BY_TAIL.get(word[-2:], _PLURAL if word[-1] == "s" else ()):
        if word.endswith(ending) and len(word) - len(ending) >= left:
            if (ending == "s" and word[-2] in "sui") or (ending == "ed" and word[-3] == "e"):
                break
            word = word[: len(word) - len(ending)] + instead
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiosl":
        word = word[:-1]
    if len(word) > 3 and word[-1] == "e":
        word = word[:-1]
    if len(word) > 3 and word[-1] == "y":
        word = word[:-1] + "i"
    return word
