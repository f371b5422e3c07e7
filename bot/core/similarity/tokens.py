"""A text → its tokens: words, figures by value, identifiers, and characters of scripts without spaces.

Law: a figure's token is its value, however it is written (`2,4 Mrd`, `2.4 billion`; `1.200`, `1,200`; `१२`, `12`;
`three`, `3`; `half a million`, `500,000`; `3万5000`, `35,000`; `3½`, `3.5`; `1.5 lakh crore`). A number that is part of
a name (`CVE-2026-1001`, `v2.3.1`, `C-101/26`, `2-1`, `5G`) is no figure.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import NamedTuple, cast

from bot.core.similarity.change_phrases import begins_as_telling, may_tell
from bot.core.similarity.folding import MARK_CLASS, SPACELESS, SPACELESS_CLASS, STEM, folded, is_hiragana, stem
from bot.core.similarity.lexicon import counts_where, lexicon
from bot.core.similarity.numerals import MONEY_CODES, MONEY_SIGNS, number_value, scaled, without_fractions
from bot.core.similarity.sketch import unit_key, unit_keys

MAX_TITLE = 400
"""Characters of a title that are compared: a longer one is an article in the wrong place."""
_MAX_TOKENS = 60
_FUNCTION_SHARE, _FREQUENT_SHARE = 0.05, 0.01
"""Share of headlines that hold a function word, and another frequent word (a headline is shorter than a document)."""

_LETTER = rf"[^\W\d_{SPACELESS_CLASS}]"
_WORDS = rf"""(?P<katakana>[\u30a1-\u30fa][\u30a1-\u30fa\u30fc]+)
    |(?P<spaceless>[{SPACELESS_CLASS}])
    |(?P<word>{_LETTER}+(?:[{MARK_CLASS}]{_LETTER}*)*(?:['’][tT]\b)?)"""
_PLAIN = re.compile(_WORDS, re.VERBOSE)
"""A token of a text without digits."""
_TOKEN = re.compile(
    rf"""(?P<score>\b\d{{1,3}}\s?[-–:]\s?\d{{1,3}}(?![\d%.,]*\d|\s?%))(?!\s?[-–:]\d)
    |(?P<currency>\b(?:{"|".join(MONEY_CODES)}))(?=\d)
    |(?P<name>{_LETTER}{{1,12}}[-./]?\d+(?:[-./:]\d+)*{_LETTER}*|\d+(?:[-/]\d+)+|\d+(?:\.\d+){{2,}}(?![\d,]))
    |(?P<number>\d{{1,3}}(?:\ \d{{3}})*\ \d00(?!\d)|\d{{1,3}}(?:['’\u00a0\u202f]\d{{3}})+(?!\d)|\d+(?:[.,٫٬]\d+)*)
    |{_WORDS}""",
    re.VERBOSE,
)
_BEFORE_AMOUNT = 5
"""Characters in which a currency stands before an amount: `USD 5 m`."""
_THIN_SPACES = "\u00a0\u2009\u202f"
_GROUPED = re.compile(rf"(?<=\d)[{_THIN_SPACES}](?=\d{{3}}(?!\d))")
_SIGN_AFTER = re.compile(r"[\s\u00a0]?[%％٪‰€£₽₹₺]")
_UNIT_AFTER = re.compile(rf"{_LETTER}+")
_DIGIT = re.compile(r"\d")
_RANGE = re.compile(r"(\d+)\s?[-–]\s?(\d+)")
"""Two figures before a scale or a per cent sign (`3-4 billion`, `10-15%`); else a score, or a name's number."""
_SIGNS = frozenset("-–:")
"""What may stand alone between the two figures of a score."""
_AROUND = '.,;:!?()[]{}"“”„‘…/|*'
"""Signs beside a word that do not change how it is read."""
_SCALE_WORD = 3
"""Letters that a scale behind a number word has at least: `m` is none there."""
_REMEMBERED = 65_536
_LONG_CHUNK = 32
"""Characters between two spaces that are worth remembering: more are a run of a spaceless script."""


class TextToken(NamedTuple):
    """`raw`: as written. `form`: folded, by which two tokens are one. `unit`: what it is met by (see `units`);
    a run of a spaceless script has a unit for every pair of characters. `kind`: see below. `common_in`: codes of the
    languages that it is a common word of. `key`: by which a vocabulary knows its unit, `UNSAID` where that is a common
    word's; None: that must be looked at. `begins`: as a word does that tells a change (see `tells`)."""

    raw: str
    form: str
    unit: str
    kind: int
    capital: bool
    common_in: tuple[str, ...] = ()
    key: int | None = None
    begins: bool = False

    @property
    def tells(self) -> bool:
        """Whether it may tell a change. Only the beginning is told with the rest: of most words nobody asks more."""
        return self.begins and may_tell(self.form)


UNSAID = -1
PLAIN_WORD, FIGURE, IDENTIFIER, CHARACTER = range(4)
FORM, UNIT, KIND_OF, COMMON_IN, KEY, BEGINS = map(itemgetter, (1, 2, 3, 5, 6, 7))
"""Fields of a token, for `map`: four times as fast as attributes."""


@lru_cache(maxsize=4_096)
def read_tokens(text: str) -> tuple[TextToken, ...]:
    """The tokens of a title or a lead, in order; the first `_MAX_TOKENS`."""
    return tuple(text_tokens(text)[:_MAX_TOKENS])


def text_tokens(text: str) -> list[TextToken]:
    """All tokens of a text. What stands between two spaces is taken apart once and remembered: news words recur. Only
    figures reach over a space (`2.4 billion`, `2 - 1`, `1 000`); they are read with what follows them."""
    if not text.isascii():
        # NFKC makes plain spaces of those that part thousands.
        grouped = any(map(text.__contains__, _THIN_SPACES))
        text = without_fractions(text)  # NFKC makes `31⁄2` of `3½`
        text = unicodedata.normalize("NFKC", _GROUPED.sub("", text) if grouped else text)
    chunks = text.split()
    read = list(map(_CHUNKS.__getitem__, chunks))
    if set(map(type, read)) == _TOKENS_ALONE:
        return cast(list[TextToken], read)
    tokens: list[TextToken] = []
    at = number = 0
    read.append(None)  # a sentinel
    while True:
        stop = read.index(None, number)
        for part in read[number:stop]:
            if part.__class__ is TextToken:
                tokens.append(part)
            else:
                tokens += cast(tuple[TextToken, ...], part)
        if stop == len(chunks):
            return tokens
        chunk = chunks[stop]
        number = stop + 1
        if not _DIGIT.search(chunk):
            tokens += _read(chunk, _PLAIN)
            _count(tokens, read)
            _join_number(tokens)
            continue
        start = text.index(chunk, at)
        stop = number
        while stop < len(chunks) and (chunks[stop] in _SIGNS or _DIGIT.search(chunks[stop])):
            stop += 1
        at = start + len(chunk)
        for further in chunks[number : stop + 1]:
            at = text.index(further, at) + len(further)
        number = min(stop + 1, len(chunks))
        if set(map(str.lower, chunks[stop : number + 1])) <= lexicon().scales.keys() and number < len(chunks):
            # `1.5 lakh crore`
            at = text.index(chunks[number], at) + len(chunks[number])
            number += 1
        before = max(0, start - _BEFORE_AMOUNT)
        tokens += _read(text[before:at], begin=start - before)


class _Chunks(dict[str, TextToken | tuple[TextToken, ...] | None]):
    """The token of what stands between two spaces, or all of them where it is not one; None where a figure is among
    them: two of a text are two tokens. Most are one: each tuple around it was one more look into distant memory."""

    def __missing__(self, chunk: str) -> TextToken | tuple[TextToken, ...] | None:
        word = chunk.strip(_AROUND)
        is_word = word.isalpha() and (word.isascii() or not SPACELESS.search(word))
        part = self.get(word) if is_word else None  # beside a sign it is what it is alone
        if part is None and (is_word or not _DIGIT.search(chunk)):
            tokens = _word_tokens(word) if is_word else tuple(_read(chunk, _PLAIN))
            # A figure may be one with what stands before it.
            last = tokens[-1] if tokens else None
            if not (FIGURE in map(KIND_OF, tokens) or (last and (_is_scale(last) or last.form in counts_where()))):
                part = tokens[0] if len(tokens) == 1 else tokens
        if len(chunk) <= _LONG_CHUNK:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[chunk] = part
        return part


_CHUNKS = _Chunks()
_TOKENS_ALONE = {TextToken}


def _read(text: str, pattern: re.Pattern[str] = _TOKEN, begin: int = 0) -> Iterator[TextToken]:
    last = begin
    for found in pattern.finditer(text, begin):
        if found.start() < last:
            continue
        kind, raw = found.lastgroup, found.group()
        last = found.end()
        if kind in ("word", "currency"):
            if raw not in ("s", "S") or text[found.start() - 1 : found.start()] not in ("'", "’"):
                yield from _word_tokens(raw)
        elif kind == "katakana":  # a name or a foreign word
            yield _word(raw, raw, stem(raw), capital=True)
        elif kind == "spaceless":
            if raw not in "・ー":
                yield TextToken(raw, raw, raw, CHARACTER, False, lexicon().common_in.get(raw, ()))
        elif kind == "number":
            value, last = scaled(text, raw, last)
            behind = _UNIT_AFTER.match(text, last)
            if behind is not None and last == found.end():
                name = folded(raw + behind.group())
                last = behind.end()
                yield TextToken(raw + behind.group(), name, name, IDENTIFIER, True, key=_key(name))
            else:
                start = found.start() - (text[found.start() - 1 : found.start()] in MONEY_SIGNS)
                sign = _SIGN_AFTER.match(text, last)
                shown = text[start : sign.end() if sign is not None else last].strip()
                yield TextToken(shown, "#" + value, "#" + value, FIGURE, False, key=unit_key("#" + value))
        elif (span := _RANGE.fullmatch(raw)) is not None and (amounts := _amounts(text, span, last)):
            yield from amounts
            last += len(amounts[-1].raw) - len(span[2])
        else:
            name = "".join(folded(raw).split()).replace("–", "-").replace(":", "-")
            yield TextToken(raw, name, name, IDENTIFIER, raw[0].isupper() or raw[0].isdigit(), key=_key(name))


def _amounts(text: str, span: re.Match[str], end: int) -> tuple[TextToken, ...]:
    """The two figures of a range that ends there, the second with the scale or per cent sign behind it; none where
    neither stands there, or the first one is larger."""
    low, high = span.groups()
    value, last = scaled(text, high, end)
    sign = _SIGN_AFTER.match(text, last)
    last = sign.end() if sign is not None else last
    if last == end or int(low) >= int(high):
        return ()
    raws, values = (low, text[end - len(high) : last]), (f"#{number_value(low)}", f"#{value}")
    return tuple(TextToken(raw, of, of, FIGURE, False, key=unit_key(of)) for raw, of in zip(raws, values, strict=True))


def _word_tokens(raw: str) -> tuple[TextToken, ...]:
    """The token of a word; none where nothing is left of it when it is folded."""
    lower = raw.lower()
    lists = lexicon()
    if lower in lists.numbers:
        value = lists.numbers[lower]
        return (TextToken(raw, value, value, FIGURE, False, key=unit_key(value)),)
    if not raw.isascii():
        form = folded(raw).replace("'", "")
        return (_word(raw, form, stem(form), capital=raw[0].isupper()),) if form else ()
    # As `folded` and `stem` have it, at once.
    form = (raw if lower == raw else lower).replace("'", "")
    common_in, unit = lists.common_in.get(form, ()), form[:STEM]
    key = UNSAID if unit in lists.common else unit_key(unit)
    return (TextToken(raw, form, unit, PLAIN_WORD, raw[0] <= "Z", common_in, key, begins_as_telling(form)),)


def _word(raw: str, form: str, unit: str, *, capital: bool) -> TextToken:
    common_in = lexicon().common_in.get(form, ())
    return TextToken(raw, form, unit, PLAIN_WORD, capital, common_in, _key(unit), begins_as_telling(form))


def _count(tokens: list[TextToken], read: Sequence[object]) -> None:
    """Makes a figure of the last word where its language speaks (`Lima orang tewas`, not `Lima: four hurt`): more of
    its common words stand there than of any in which it is another word. `read`: what is read of the whole text."""
    word = tokens[-1]
    if (where := counts_where().get(word.form)) is not None:
        code, value, others = where
        counts = Counter(chain.from_iterable(part.common_in for part in read if isinstance(part, TextToken)))
        if counts[code] > max(counts[other] for other in others):
            tokens[-1] = TextToken(word.raw, value, value, FIGURE, False, key=unit_key(value))


def _is_scale(token: TextToken) -> bool:
    return token.kind == PLAIN_WORD and len(token.raw) >= _SCALE_WORD and token.raw.lower() in lexicon().scales


def _join_number(tokens: list[TextToken]) -> None:
    """Makes one figure of the words that a text ends in: `two million`, `half a million`."""
    last = tokens[-1]
    if not (last.kind == FIGURE or _is_scale(last)):
        return
    lists = lexicon()
    for number in (3, 2):
        words = " ".join(token.raw for token in tokens[-number:])
        if (value := lists.numbers.get(words.lower())) is not None:
            break
    else:
        number, before = 2, tokens[-2] if len(tokens) > 1 else last
        if before.kind != FIGURE or _DIGIT.search(before.raw):
            return
        if last.kind == FIGURE:
            tens, ones = int(before.unit[1:]), int(last.unit[1:])
            if not (0 < ones < 10 and tens in range(20, 100, 10)):
                return
            words, value = f"{before.raw} {last.raw}", f"#{tens + ones}"
            tokens[-2:] = [TextToken(words, value, value, FIGURE, False, key=unit_key(value))]
            return
        words = f"{before.raw} {last.raw}"
        value = "#" + number_value(before.unit[1:], lists.scales[last.raw.lower()])
    tokens[-number:] = [TextToken(words, value, value, FIGURE, False, key=unit_key(value))]


def _key(unit: str) -> int | None:
    """None where one sign stands for several words (`ﷺ`), or spaces part thousands."""
    if unit in lexicon().common:
        return UNSAID
    return unit_key(unit) if len(unit_keys((unit,))) == 1 else None


def written(tokens: Sequence[TextToken]) -> str:
    """Some tokens as they are written."""
    return ("" if tokens and tokens[0].kind == CHARACTER else " ").join(token.raw for token in tokens)


def units(tokens: Sequence[TextToken]) -> list[str]:
    """What a text is met by, in order: stems, figures, names; pairs of characters of a spaceless script."""
    if CHARACTER not in map(KIND_OF, tokens):
        return list(map(UNIT, tokens))
    found: list[str] = []
    previous = ""
    single = ""
    for token in tokens:
        form, kind = token.form, token.kind
        if kind == CHARACTER and not is_hiragana(form):
            if previous:
                found.append(previous + form)
                single = ""
            else:
                single = form
            previous = form
            continue
        if single:
            found.append(single)
            single = ""
        previous = ""
        if kind != CHARACTER:
            found.append(token.unit)
    if single:
        found.append(single)
    return found


def is_common(unit: str) -> bool:
    """Whether a unit is of a function word of some language."""
    return unit in lexicon().common


def expected_share(unit: str) -> float:
    """The share of headlines that are believed to hold a unit before any is seen."""
    lists = lexicon()
    return _FUNCTION_SHARE if unit in lists.common else _FREQUENT_SHARE if unit in lists.frequent else 0.0


def is_pair(unit: str) -> bool:
    """Whether a unit is of characters of a script without spaces."""
    return len(unit) <= 2 and SPACELESS.match(unit) is not None


def is_figure(unit: str) -> bool:
    """Whether a unit is a number's value."""
    return unit[0] == "#"
