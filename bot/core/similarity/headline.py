"""A headline → its form for comparing: labels and outlet names off, figures in one form, words as stems.

Law: two titles that an editor would call the same headline have the same `form`; nothing here depends on any other
entry.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from bot.core.language.stems import stem
from bot.core.similarity import figures
from bot.core.text.combining import without_shaping

_MAX_TITLE = 400
"""Characters of a title that are compared: a longer one is an article in the wrong place."""
_MAX_WORDS = 60

_LABEL = re.compile(
    r"""^\s*(?:
    (?:(?:update|wrapup|wrap|refile|rpt|repeat|advisory|brief|factbox|timeline|exclusive|breaking(?:\s+news)?|watch|listen
    |live(?:\s+updates?|\s+blog)?|video|videos|photos?|file\s+photo|pictures|gallery|in\s+pictures|analysis|opinion|comment|explainer
    |feature|interview|report|just\s+in|developing|alert|news\s+alert|urgent|flash|must\s+(?:see|watch|read)|read|podcast|poll|review
    |first\s+look|updated|correct(?:ed|ion)|clarification|refiled|recap|spoiler\s+alert|newsletter|special\s+report|insight|column
    |revealed|confirmed|rumou?r|press\s+release|sponsored|editorial|letters?|q\s*&\s*a|obituary|fact\s+check|snap\s+analysis
    |top\s+stories|preview|result|eilmeldung|exklusiv|direct|en\s+direct|ultima\s+hora|urgente)
    (?:\s*\#?\d{1,2}(?:\s*:|\s?[-–—|]\s?)|\s*(?::|\s[-–—|]\s|-(?=\D)))\s*) |\[[^\[\]]{1,24}\]\s*
    |\((?:video|photos?|update\w*|correct\w*|watch|audio|pictures)\)\s* )""",
    re.IGNORECASE | re.VERBOSE,
)
_TAIL_TAG = re.compile(
    r"\s*(?:\((?:\d{1,2}|video|videos|photos?|pics?|pictures|updated?\b[^()]{0,12}|watch|audio|op-?ed|[A-Z]{2,5}:\s?[A-Z.]{1,6}|\+?video)\)"
    r"|\[[^\[\]]{1,24}\]|[-–—|:]\s*(?:videos?|photos?|live|live\s+updates|report|sources?|reports|audio|opinion)|\.{2,}|…|[\s.!?|–—-])+$",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\s+[-–—|•·»]\s+|\s*\|\s*|\s+[-–—]{2}\s+")
_OUTLET_WORD = re.compile(
    r"\b(?:news|times|post|herald|tribune|gazette|journal|daily|weekly|press|today|online|magazine|chronicle|telegraph|guardian|mirror"
    r"|observer|courier|ledger|globe|examiner|register|independent|standard|echo|star|sun|mail|express|record|bulletin|dispatch"
    r"|sentinel|review|reporter|reuters|bloomberg|bbc|cnn|cnbc|cbs|nbc|abc|fox|npr|afp|ap|upi|tv|radio|wire|network|blog"
    r"|\w+\.(?:com|org|net|co|uk|tv|info|io))\b",
    re.IGNORECASE,
)
_WORD_PATTERN = r"[^\W\d_](?:[^\W_]|['’](?=[^\W_])|\.(?=[^\W\d_]\b(?:\.|\s|$)))*"
_WORD = re.compile(_WORD_PATTERN)
_FIGURES = re.compile(r"\d")
_FIGURE_WORDS = ("quarter", "half", *(scale for scale in figures.SCALES if len(scale) > 2 and scale[-1] != "s"))
"""What a sentence must hold one of for figures to be put together in it."""
_LETTERS = {code: " " for code in range(128) if not chr(code).isalpha()}
"""Leaves the words of plain text between spaces, where no apostrophe and no full stop belongs to one."""
_MARKED = re.compile(r"[^\w\s,;\"'$%&/’‘“”]")
"""What labels, tags, outlet names and the end of a sentence are set off by."""
_TOKEN = re.compile(
    rf"""(?P<word>(?!(?:us|a|c|hk|nz)[$£€¥₹]\s?\d){_WORD_PATTERN}) |
    (?P<score>\b\d{{1,3}}\s?[-–:]\s?\d{{1,3}}\b(?![-–]?\d|\s*(?:%|percent|million|billion|bn|years?))) |
    (?P<money>(?:us|a|c|hk|nz)?[$£€¥₹]\s?)?(?P<number>\d[\d,]*(?:\.\d+)*)
    (?:(?P<ordinal>st|nd|rd|th)\b|\s?(?P<scale>k|m|mn|mln|mio|b|bn|bln|t|tn|trn|thousand|millions?|billions?|trillion)\b)?
    (?:\s?(?P<percent>%|percent\b|pct\b|per\scent\b))?(?:[\s-]?(?P<currency>dollars?|euros?|pounds?|yen|yuan|rupees)\b)?
    (?P<stuck>[^\W\d_]{{1,6}}\b)?
    """,
    re.VERBOSE,
)
_QUARTER = re.compile(
    r"\b(?:(first|second|third|fourth|1st|2nd|3rd|4th)[\s-](quarter|half)|([1-4])q(?=\b|\d)|q([1-4])(?=\b|['’]|\d{2})|h([12])\b|([12])h\b)"
)
_FISCAL = re.compile(r"\b(?:fy|fiscal\s(?:year\s)?)['’]?(\d{4}|\d{2})\b")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_CJK_RUN = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]+")
_QUOTES = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "`": "'", "´": "'", "–": "-", "—": "-", "\u00ad": None, "\u200b": None}
)
_DASH = re.compile(r"\s?[-–:]\s?")
_CAPITAL = re.compile(r"\b[A-Z][\w'’.]*")
_EDITION = re.compile(r"\d{1,2}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A title made ready. `form`: its words in order, one space between, lower case, no labels; figures in one form,
    with a `#` before them. `tokens` (see `tokens_of`) stand for the same words.

    `marks`: bit n says that word n was written as a name, with a capital in a title that is not all capitals.
    `edition`: the number of a label such as `UPDATE 2`, 0 without one.
    """

    form: str
    tokens: tuple[str, ...]
    marks: int
    labels: tuple[str, ...]
    edition: int
    cut: bool
    """The title ends in an ellipsis: the rest was cut off."""


def tokens_of(form: str) -> tuple[str, ...]:
    """The stems and figures of a form, in order, repeats included."""
    return tuple(word if word.startswith("#") else stem(word) for word in form.split())


def fold_headline(text: str) -> str:
    """Lower case, compatibility forms and accents of Latin letters gone, typographic quotes and dashes plain."""
    if text.isascii():
        return text.replace("`", "'").casefold()
    text = unicodedata.normalize("NFKC", without_shaping(text).translate(_QUOTES)).translate(_QUOTES).casefold()
    if text.isascii():
        return text
    return unicodedata.normalize(
        "NFC",
        "".join(letter for letter in unicodedata.normalize("NFD", text) if not ("\u0300" <= letter <= "\u036f")),
    )


def strip_title(title: str) -> tuple[str, tuple[str, ...], int, bool]:
    """(the headline alone, labels taken off in front, the edition they or a final `(2)` number, whether it was cut
    off)."""
    text = " ".join(title[:_MAX_TITLE].split())
    if not _MARKED.search(text):
        return text, (), 0, False
    labels: list[str] = []
    edition = 0
    for _ in range(3):
        found = _LABEL.match(text)
        if found is None or len(text) - found.end() < 8:
            break
        label = found.group().strip(" -:–—|[]()#").casefold()
        numbered = _EDITION.search(label)
        if numbered:
            edition = int(numbered.group())
        labels.append(label)
        text = text[found.end() :]
    cut = text.rstrip().endswith(("...", "…", ".."))
    numbered = re.search(r"\((\d{1,2})\)\s*$", text)
    if numbered:
        edition = int(numbered.group(1))
    for _ in range(2):
        text = _TAIL_TAG.sub("", text)
        pieces = list(_SEPARATOR.finditer(text))
        if not pieces:
            break
        last = pieces[-1]
        head, tail = text[: last.start()], text[last.end() :]
        if not _is_outlet(tail) or len(head.split()) < 3:
            break
        text = head
    return text, tuple(labels), edition, cut


def _is_outlet(tail: str) -> bool:
    words = tail.split()
    if not words or len(words) > 5:
        return False
    if _OUTLET_WORD.search(tail) and all(word[:1].isupper() or word[:1].isdigit() or len(word) <= 3 for word in words):
        return True
    if (
        len(words) == 1
        and (words[0].isupper() or "." in words[0])
        and len(words[0]) <= 24
        and not words[0][0].isdigit()
    ):
        return True
    return len(words) <= 3 and all(word[:1].isupper() and not word.isupper() for word in words)


def tokenize(text: str) -> list[str]:
    """The words and `#` figures of a folded text, in order. CJK runs become bigrams."""
    found: list[str] = []
    if not text.isascii() and _CJK.search(text):
        text = _spread(text)
    for sentence in text.split(". "):  # no figure goes over the end of a sentence
        if _FIGURES.search(sentence) or any(word in sentence for word in _FIGURE_WORDS):
            _tokenize_figures(sentence, found)
        elif sentence.isascii() and "'" not in sentence and "." not in sentence[:-1]:
            found += [_SPELT.get(word, word) for word in sentence.translate(_LETTERS).split()]
        else:
            found += [_SPELT.get(word, word) if word.isalpha() else _word(word) for word in _WORD.findall(sentence)]
    return found


def _tokenize_figures(text: str, found: list[str]) -> None:
    text = _FISCAL.sub(lambda m: " fiscal" + m.group(1)[-2:] + "zz ", text)
    text = _QUARTER.sub(_period, text)
    for match in _TOKEN.finditer(text):
        if match.lastgroup == "word":
            token = _word(match.group())
            if token in figures.SCALES and len(token) > 2 and found and found[-1][1:].isdigit():
                found[-1] = "#" + figures.value(found[-1][1:], figures.SCALES[token])
            elif token:
                found.append(token)
            continue
        score = match.group("score")
        found.append("#:" + _DASH.sub("-", score) if score else _figure(match))


def _word(word: str) -> str:
    """A word as it is compared: no full stops, no genitive; a figure where it spells one."""
    word = word.replace(".", "").removesuffix("'s").replace("'", "")
    if "zz" in word:
        if word.startswith("quarterzz"):
            return "#q" + word[-1].translate(_LETTER_DIGIT)
        if word.startswith("halfzz"):
            return "#h" + word[-1].translate(_LETTER_DIGIT)
        if word.startswith("fiscal") and word.endswith("zz"):
            return "#fy20" + word[6:8]
    return _SPELT.get(word, word)


def _figure(match: re.Match[str]) -> str:
    digits, scale = match.group("number").rstrip(",."), match.group("scale")
    if match.group("stuck"):
        return digits + match.group("stuck")
    plain = digits if digits.count(".") > 1 else figures.value(digits, figures.SCALES[scale] if scale else 0)
    if match.group("ordinal"):
        return "#~" + plain
    if match.group("percent"):
        return f"#{plain}%"
    money = match.group("money") or match.group("currency")
    return f"#{figures.CURRENCIES.get(money.strip(), '$') if money else ''}{plain}"


_SPELT = {word: f"#{number}" for word, number in figures.CARDINALS.items()} | {
    word: f"#~{number}" for word, number in figures.ORDINALS.items() if word not in ("first", "second")
}
_LETTER_DIGIT = str.maketrans("abcd", "1234")


def _period(match: re.Match[str]) -> str:
    spelled, unit, before, after, half, half_before = match.groups()
    if unit == "half" or half or half_before:
        digit = half or half_before or {"first": "1", "1st": "1"}.get(spelled, "2")
        return " halfzz" + "abcd"[int(digit) - 1] + " "
    digit = before or after or {"first": "1", "second": "2", "third": "3", "fourth": "4"}.get(spelled) or spelled[0]
    return " quarterzz" + "abcd"[int(digit) - 1] + " "


def _spread(text: str) -> str:
    def bigrams(match: re.Match[str]) -> str:
        run = match.group()
        if len(run) == 1:
            return f" {run} "
        return " " + " ".join(run[at : at + 2] for at in range(len(run) - 1)) + " "

    return _CJK_RUN.sub(bigrams, text)


@lru_cache(maxsize=512)
def wording(title: str) -> Wording:
    """The form of a title (plain text, entities decoded). Longer than `_MAX_TITLE` characters: the beginning counts."""
    text, labels, edition, cut = strip_title(title)
    words = tokenize(fold_headline(text))[:_MAX_WORDS]
    capitals: set[str] = set()
    if not text.isupper():
        named = fold_headline(" ".join(_CAPITAL.findall(text))).split(" ")
        capitals = {word.removesuffix("'s").replace("'", "") for word in named}
    marks = sum(1 << at for at, word in enumerate(words) if word in capitals)
    form = " ".join(words)
    return Wording(form=form, tokens=tokens_of(form), marks=marks, labels=labels, edition=edition, cut=cut)
