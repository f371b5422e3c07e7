"""A text and the language it declares → the languages whose files speak for it.

The law of this file: what is declared is believed beside what is seen, never instead of it: feeds in English declare
`sv`, and feeds that declare nothing are most. The script decides; among languages of Latin letters their most frequent
function words do. A short text may be of several languages; English is always heard, since the lines that publishing
systems add (`The post … appeared first on …`) are English everywhere.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import chain

from bot.core.language.tables import file_code
from bot.core.language.word_lists import word_list
from bot.core.late_pattern import late_pattern

_SEEN = 600
"""Characters of a text that are looked at."""
_LIKELY = 0.6
"""Share of the likeliest language's function words from which another is heard, too."""
_SCRIPTS = (
    (late_pattern("[\u3041-\u30ff]"), ("ja",)),
    (late_pattern("[\u4e00-\u9fff]"), ("zh", "ja")),
    (late_pattern("[\u1100-\u11ff\uac00-\ud7a3]"), ("ko",)),
    (late_pattern("[\u0400-\u04ff]"), ("ru", "uk")),
    (late_pattern("[\u0600-\u06ff]"), ("ar", "fa")),
    (late_pattern("[\u0590-\u05ff]"), ("he",)),
    (late_pattern("[\u0900-\u097f]"), ("hi", "mr")),
    (late_pattern("[\u0980-\u09ff]"), ("bn",)),
    (late_pattern("[\u0b80-\u0bff]"), ("ta",)),
    (late_pattern("[\u0c00-\u0c7f]"), ("te",)),
    (late_pattern("[\u0e00-\u0e7f]"), ("th",)),
    (late_pattern("[\u0370-\u03ff]"), ("el",)),
)
_OF_A_SCRIPT = late_pattern("|".join(script.pattern for script, _ in _SCRIPTS))
"""Most texts beyond ASCII hold none of it: typographic quotes, accents."""
_WORD = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=1)
def _function_words() -> dict[str, tuple[str, ...]]:
    """The languages in Latin letters that each function word is frequent in."""
    languages: dict[str, tuple[str, ...]] = {}
    for code, words in word_list("latin").items():
        for word in words:
            languages[word] = (*languages.get(word, ()), code)
    return languages


def speaking(text: str, declared: str | None = None) -> tuple[str, ...]:
    """Codes of the languages that may speak in `text` (some of it is enough), English among them, sorted."""
    codes = {"en"}
    if (code := file_code(declared)) is not None:
        codes.add(code)
    seen = text[:_SEEN]
    if not seen.isascii() and _OF_A_SCRIPT.search(seen):
        for script, of_script in _SCRIPTS:
            if script.search(seen):
                codes.update(of_script)
    codes_of = map(_function_words().get, _WORD.findall(seen.lower()))
    counts = Counter(chain.from_iterable(filter(None, codes_of)))
    if counts:
        most = max(counts.values())
        codes.update(code for code, count in counts.items() if count >= max(1, _LIKELY * most))
    return tuple(sorted(codes))
