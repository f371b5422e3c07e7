"""Text → words: runs, their parts and joined forms, folding. Rules and stories go through the same functions.

The law of this file (docs/rules.md, "Words"):

- A *run* is letters and digits, joined inside by `-` (or a dash: `2024–25`), `&`, `/`, `.` or an apostrophe. Combining
  signs belong to the letter before them.
- A run's *parts* are its words; each part counts as one word. Single letters joined by dots are closed up into one part
  (`U.S.` = `US`). `'s` at the end of a part is dropped, other apostrophes vanish (`O'Brien` = `obrien`).
- At the same place as such a part stands what an elision leaves (`l'Iran`, `qu'Apple`, `dell'Ucraina` hold `iran`,
  `apple`, `ucraina`; `D'Angelo` does not) and what a suffix hangs on to (`NATO'ya`, `Orbrecht'll` hold `nato`,
  `orbrecht`; `don't` does not), and what stands behind particles of Arabic and Hebrew (`والسعودية`, `בישראל`).
- A run of several parts also has *joined forms*, at the same place (`joined.py`).
- Letters of scripts without spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese) and Korean ones are parts of their
  own (`华为5G网络` has three), in which terms are searched as substrings; Korean ones where a stretch of Hangul begins.
- The *form* of a part is folded (`folding.py`).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from bot.core.late_pattern import late_pattern
from bot.core.text.apostrophes import APOSTROPHE, APOSTROPHES, inner_words
from bot.core.text.attached import FIRST_LETTERS, words_behind_particles
from bot.core.text.combining import COMBINING, JOIN_SIGNS
from bot.core.text.folding import fold, spelled
from bot.core.text.initials import join_initials
from bot.core.text.joined import DOTS, MOST_PARTS, Form, joined_forms

_COMPARED = 400
"""Characters of a line that are compared with labels and with what was learnt."""
# Han with its marks of repetition, kana in both widths, bopomofo, Hangul; Thai, Lao, Burmese, Khmer.
_UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u0edc-\u0edf\u1000-\u103f\u1050-\u108f\u109a-\u109d\u1780-\u17d3\u17dc\u17dd"
    "\ua9e0-\ua9ef\ua9fa-\ua9fe\uaa60-\uaa7f"
    # and Chinese, Japanese, Korean
    "\u1100-\u11ff\u3005-\u3007\u3021-\u3029\u302e\u302f\u3031-\u3035\u3038-\u303c\u3041-\u3096\u3099\u309a\u309d-\u309f"
    "\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u3131-\u318e\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97c"
    "\uac00-\ud7fb\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003ffff"
)
_JOINERS = f"{APOSTROPHES}\\-‐‑‒–−־&/＆／－﹣·"
_GERSHAYIM = "(?<=[\u05d0-\u05ea])(?:[\"״׳”]|''|׳׳)(?=[\u05d0-\u05ea])"
"""Between Hebrew letters a quote, or what is typed for one, is a sign of abbreviation: `ארה"ב` is one word."""
_ACRONYM = re.compile(_GERSHAYIM)
_PARTED = re.compile(
    "(?<=[\u0621-\u064a\u066e-\u06d3])\u200c(?=[\u0621-\u064a\u066e-\u06d3])"
    "|(?<=[\u0c4d\u0ccd])\u200c(?=[\u0c05-\u0c39\u0c85-\u0cb9])"
)
"""Between letters of Arabic, and behind a consonant of Telugu and Kannada, a non-joiner parts a word from its ending,
or two of a compound (`بانک‌ها`, `آیت‌الله`, `హైదరాబాద్‌లో`)."""
_DEGREES = re.compile(r"º(?=[CF]\b)")
"""What keyboards of Spain and Italy have for it: `40 ºC`."""

_INSIDE = rf"\w{COMBINING}{JOIN_SIGNS}"

_FILL = "\x01"
"""Stands where more signs made one full stop; no text holds it."""
_DEFANGED = ("[.]", "(.)", "[dot]")
"""Full stops in addresses that nobody is to follow: `evil[.]example`, as reports of attacks write them."""

RUN = re.compile(rf"\w[{_INSIDE}]*(?:(?:[{_JOINERS}]|[{DOTS}](?:[{_JOINERS}]|{_FILL}+)?|{_GERSHAYIM})\w[{_INSIDE}]*)*")
"""A run in text whose underscores have been replaced by spaces."""
ASCII_RUN = re.compile(rf"[A-Za-z0-9]+(?:(?:['\-&/]|\.(?:['\-/&]|{_FILL}+)?)[A-Za-z0-9]+)*")
"""The same for text that is all ASCII."""
_PIECE = late_pattern(rf"(\w[{_INSIDE}]*(?:[{APOSTROPHES}]\w[{_INSIDE}]*)*)([^{_INSIDE}]*)")
HANGUL = late_pattern("[\u1100-\u11ff\u3131-\u318e\ua960-\ua97c\uac00-\ud7fb]")
CJK_STRETCH = late_pattern(f"[{_UNSPACED}]+")
_SCRIPTS = late_pattern(f"[{_UNSPACED}]+|[^{_UNSPACED}]+")
_PLAIN_JOINERS = re.compile("[-&/]")
_POSSESSIVE = re.compile(rf"[{APOSTROPHES}][sS]\Z")
_NO_APOSTROPHES = str.maketrans("", "", APOSTROPHES)


class WordRun(NamedTuple):
    """What a run of text consists of: how many words it counts as, and its forms, parts before joined forms."""

    width: int
    forms: tuple[Form, ...]


_LONG_RUN = 40
"""Characters from which a run is hardly seen twice: such runs do not take a place in the memory of short ones."""


def read_run(raw: str) -> WordRun:
    """Takes a run apart. `raw`: a match of RUN."""
    return _read_short(raw) if len(raw) <= _LONG_RUN else _read_long(raw)


def _take_apart(raw: str) -> WordRun:
    if raw.isalnum() and (raw.isascii() or not ("ʼ" in raw or CJK_STRETCH.search(raw))):
        whole = Form(fold(raw), spelled(raw), 0, 0, 0, len(raw), False)
        return WordRun(1, (whole, *_without_note(whole, raw), *_behind_particles(whole, raw)))
    if raw.isascii() and "'" not in raw and "." not in raw:
        parts, joins = _plain_parts(raw)
    else:
        parts, joins = _parts(raw)
    forms = tuple(parts)
    if 1 < len(parts) <= MOST_PARTS:
        forms += tuple(joined_forms(parts, joins))
    if APOSTROPHE.search(raw):
        forms += tuple(inner for part in parts[:MOST_PARTS] for inner in _inner_words(part, raw))
    if not raw.isascii():
        forms += tuple(inner for form in forms if not form.cjk for inner in _without_note(form, raw))
        forms += tuple(inner for form in forms if not form.cjk for inner in _behind_particles(form, raw))
    return WordRun(len(parts), forms)


def _without_note(form: Form, raw: str) -> list[Form]:
    """A word without the figures above it, which number a footnote: `Huawei¹`."""
    written = raw[form.start : form.end]
    figures = len(written) - len(written.rstrip(_SUPERSCRIPTS))
    if not figures or written[:-figures].isdigit():  # 10⁶
        return []
    return [form._replace(form=form.form[:-figures], exact=form.exact[:-figures], end=form.end - figures)]


_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"


def _behind_particles(form: Form, raw: str) -> list[Form]:
    """What stands behind the particles that are written together with a word."""
    if form.form[:1] not in FIRST_LETTERS or form.end - form.start > _LONGEST_ATTACHED:
        return []
    written = raw[form.start : form.end]
    inner = []
    for word in words_behind_particles(form.form, _ACRONYM.search(written) is not None):
        at = place_behind(word, form.form, written)
        inner.append(form._replace(form=word, exact=spelled(written[at:]), start=form.start + at))
    return inner


_LONGEST_ATTACHED = 80
"""Characters, vowel signs among them, of a word that may hold a particle: a text without spaces is none, and each of
its letters would cost a look at all that follow."""


def place_behind(word: str, form: str, written: str) -> int:
    """Where the folded word that ends a folded form begins as it is written; 0: nowhere of its own."""
    if not form.endswith(word):
        return 0  # of `للسعودية` no letter is its article's
    at = len(form) - len(word)
    while at < len(written) and _joined_letters(written[at:]) != word:  # vowel signs stand between the letters
        at += 1
    if at == len(written):
        return 0
    while _joined_letters(written[at + 1 :]) == word:  # a hyphen, a sign of the letter before
        at += 1
    return at


def _joined_letters(text: str) -> str:
    return "".join(map(fold, re.split(r"[\W_]+", text)))


def _inner_words(part: Form, raw: str) -> list[Form]:
    """What stands behind the elision, or before the suffix, of a part."""
    inner = []
    for low, high in inner_words(raw[part.start : part.end]):
        start, end = part.start + low, part.start + high
        word = raw[start:end]
        inner.append(Form(fold(word), spelled(word), part.first, part.last, start, end, False))
    return inner


_read_short = lru_cache(maxsize=100_000)(_take_apart)
"""A day's news has some 60,000 spellings."""
_read_long = lru_cache(maxsize=1)(_take_apart)
"""A huge one may be asked for again and again while its text is looked at."""


def _plain_parts(raw: str) -> tuple[list[Form], list[str]]:
    """Parts and joiners of an ASCII run without apostrophes and full stops: most runs are of this kind."""
    parts: list[Form] = []
    joins: list[str] = []
    end = 0
    for place, word in enumerate(_PLAIN_JOINERS.split(raw)):
        start = end
        end = start + len(word)
        parts.append(Form(word.lower(), word, place, place, start, end, False))
        joins.append(raw[end : end + 1])
        end += 1
    return parts, joins


def _parts(raw: str) -> tuple[list[Form], list[str]]:
    """Parts, and what stands behind each of them: a joiner, or "" between scripts."""
    parts: list[Form] = []
    joins: list[str] = []
    pieces = _close_up([(m.start(1), m.end(1), m.group(1), m.group(2)) for m in _PIECE.finditer(raw)])
    for start, end, text, joiner in pieces:
        for m in _SCRIPTS.finditer(text):
            cjk = CJK_STRETCH.match(m.group()) is not None
            word = m.group()
            low, high = start + m.start(), start + m.end() if m.end() < len(text) else end
            if not cjk:
                stripped = _POSSESSIVE.sub("", word)
                if stripped != word:
                    high -= len(word) - len(stripped)
                    word = stripped
                if not word.strip(APOSTROPHES):
                    continue
            form = _fold_cjk(word) if cjk else fold(word.translate(_NO_APOSTROPHES))
            place = len(parts)
            parts.append(Form(form, spelled(word), place, place, low, high, cjk))
            joins.append("")
        if joins:
            joins[-1] = joiner.rstrip(_FILL)
    return parts, joins


def _fold_cjk(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _close_up(pieces: list[tuple[int, int, str, str]]) -> list[tuple[int, int, str, str]]:
    """Single letters joined by dots become one piece: `U`, `S` of `U.S` are `US`."""
    closed: list[tuple[int, int, str, str]] = []
    index = 0
    while index < len(pieces):
        last = index
        while (
            last + 1 < len(pieces)
            and pieces[last][3][:1] in DOTS
            and pieces[last][3] != ""
            and len(pieces[last][3]) == 1
            and _single_letter(pieces[last][2])
            and _single_letter(_POSSESSIVE.sub("", pieces[last + 1][2]))
        ):
            last += 1
        if last > index:
            text = "".join(piece[2] for piece in pieces[index : last + 1])
            closed.append((pieces[index][0], pieces[last][1], text, pieces[last][3]))
        else:
            closed.append(pieces[index])
        index = last + 1
    return closed


def _single_letter(text: str) -> bool:
    return text[:1].isalpha() and all(map(unicodedata.combining, text[1:])) and not CJK_STRETCH.match(text)


def with_plain_joiners(text: str) -> str:
    """A text, as long as it was, as RUN reads it: initials together, a grave accent as an apostrophe, the full stops of
    defanged addresses as they are meant, a non-joiner between words as a hyphen."""
    if "`" in text:
        text = text.replace("`", "'")
    if "[" in text or "(.)" in text:
        for sign in _DEFANGED:
            text = text.replace(sign, "." + _FILL * (len(sign) - 1))
    if "\u200c" in text:
        text = _PARTED.sub("-", text)
    return join_initials(with_degrees(text))


def with_degrees(text: str) -> str:
    """A text, as long as it was, or a word of a rule, with the sign of degrees that is meant before C and F."""
    return _DEGREES.sub("°", text) if "º" in text else text


def ends_in_initial(raw: str) -> bool:
    """Whether a run of three characters or more ends in an initial, to which a full stop behind it belongs."""
    return raw[-2] in DOTS or raw[-3:-1] == ".-"


def runs_of(text: str) -> list[str]:
    """The runs of a text, in order."""
    if text.isascii():
        return ASCII_RUN.findall(text)
    return RUN.findall(text.replace("_", " "))


def folded_words(text: str) -> list[str]:
    """The words of a text as rules compare them: what differs in quotes, dashes, case or stops alone is one."""
    runs = map(read_run, runs_of(with_plain_joiners(text)))
    return [form.form for run in runs for form in run.forms[: run.width]]


def holds_term(run: str, term: str, start: int = 0) -> int:
    """Where a folded term stands in a folded run of a script without spaces, from `start` on; -1: nowhere.

    Korean writes spaces: a term stands there where a stretch of Hangul begins (`전쟁이란` holds no `이란`).
    """
    at = run.find(term, start)
    while at > 0 and HANGUL.match(term) and HANGUL.match(run, at - 1):
        at = run.find(term, at + 1)
    return at


def bigrams(form: str) -> list[str]:
    """The index terms of a CJK form: its pairs of neighbouring characters, or the one character it has."""
    if len(form) < 2:
        return [form]
    return [form[index : index + 2] for index in range(len(form) - 1)]


@lru_cache(maxsize=4_096)
def normal_line(line: str) -> str:
    """A line as it is compared with labels and with learnt boilerplate: its words, folded."""
    line = line[:_COMPARED].replace("’", "'")
    return " ".join(runs_of(line.lower()) if line.isascii() else map(fold, runs_of(line)))
