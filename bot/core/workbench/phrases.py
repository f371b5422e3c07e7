"""A text → the words and short phrases in it that a rule could name.

The law of this file: a phrase is what the rule language finds as one: words side by side in one sentence. Scripts
without spaces give the stretches of two to six characters inside a run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.core.language.everyday import SHORTEST, is_everyday
from bot.core.language.frequency import EVERYWHERE, OFTEN
from bot.core.query.lexer import KEYWORD
from bot.core.text.joined import Form
from bot.core.text.words import HANGUL, read_run, runs_of
from bot.model.news import Reading

_LONGEST_PHRASE = 3
"""Words."""
_LONGEST_STRETCH = 6
"""Characters of a script without spaces."""
_READ = 1_500
"""Characters of summary and of body: what a story is about stands at its beginning."""
_BREAK = re.compile(r"[.!?…;:|()\[\]\"“”„«»—–]+(?=\s|$)|\s[-–—|·]\s|[。！？；：、，（）「」]|\n")
"""Where a sentence ends or something else begins."""
_WORDS_ALONE = EVERYWHERE | OFTEN


def phrases_of(text: str, longest: int = _LONGEST_PHRASE) -> dict[str, str]:
    """Words and phrases of at most `longest` words: folded → as written first."""
    phrases: dict[str, str] = {}
    for phrase, written, _ in spellings_of(text, longest):
        phrases.setdefault(phrase, written)
    return phrases


def spellings_of(text: str, longest: int = _LONGEST_PHRASE) -> Iterator[tuple[str, str, bool]]:
    """(folded, as written, whether a sentence begins with it) of each phrase, as often as it stands there."""
    for part in _BREAK.split(text):
        runs = [read_run(raw) for raw in runs_of(part)]
        forms = [form for run in runs for form in run.forms[: run.width]]
        inside = (form for run in runs for form in run.forms[run.width :] if _is_inside(form))
        yield from ((form.form, form.exact, False) for form in inside)
        for first, form in enumerate(forms):
            if form.cjk:
                for stretch in _stretches(form.form):
                    yield stretch, stretch, False
                continue
            folded = written = ""
            for following in forms[first : first + longest]:
                if following.cjk:
                    break
                folded = f"{folded} {following.form}" if folded else following.form
                written = f"{written} {following.exact}" if written else following.exact
                yield folded, written, first == 0


def beginning(reading: Reading, length: int = _READ) -> dict[str, str]:
    """Title, and the beginning of what stands beneath: where a story says what it is about."""
    return {
        "title": reading.title,
        "rest": f"{reading.summary[:length]}\n{reading.body[:length]}",
    }


def is_name(phrase: str, written: Sequence[str]) -> bool:
    """Whether a phrase looks like somebody's or something's name: capitals, and no everyday words alone.

    `written`: as it stands in several texts.
    """
    words = phrase.split()
    if all(is_everyday(word) for word in words):
        return False
    return sum(_is_capital(one) for one in written) * 2 > len(written)


def _is_capital(written: str) -> bool:
    first = written[:1]
    return not (first.islower() or first.isdigit()) and not any(word[:1].islower() for word in written.split()[-1:])


def says_something(phrase: str) -> bool:
    """Whether a phrase names anything: not a number, a letter or words of every text alone."""
    words = phrase.split()
    if all(word.isdigit() for word in words) or len(phrase) < 2 or phrase.isdecimal():
        return False
    if words[0] in EVERYWHERE or words[-1] in EVERYWHERE:
        return False
    if len(words) == 1:
        is_long = len(phrase) > 2 or not phrase.isascii() or not phrase.isalpha()
        return phrase not in _WORDS_ALONE and is_long
    return any(word not in _WORDS_ALONE and not word.isdigit() for word in words)


def is_everyday_word(phrase: str) -> bool:
    """A single word that people use every day."""
    return " " not in phrase and phrase.isascii() and (len(phrase) < SHORTEST or is_everyday(phrase))


def as_operand(phrase: str) -> str:
    """A phrase as a rule writes it."""
    is_word = re.fullmatch(r"[^\W_]+", phrase) is not None and KEYWORD.fullmatch(phrase) is None
    return phrase if is_word else f'"{phrase}"'


def _is_inside(form: Form) -> bool:
    """Whether a form stands inside one word, behind an elision or a particle or before a suffix: `Ankara'da`."""
    return form.first == form.last and not form.cjk


def _stretches(form: str) -> Iterator[str]:
    korean = HANGUL.match(form) is not None
    for start in range(1 if korean else len(form)):
        for end in range(start + 2, min(start + _LONGEST_STRETCH, len(form)) + 1):
            yield form[start:end]
