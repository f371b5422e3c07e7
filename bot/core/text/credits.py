"""A line → why it is a photo credit: credit word, sign and name, and nothing else; the credit behind a paragraph.

The law of this file: an agency in brackets at the beginning of a line is a dateline, at the end of a sentence a
signature; both are text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

from bot.core.language.tables import LANGUAGES
from bot.core.language.word_lists import word_list
from bot.core.text.folding import fold
from bot.core.text.html import Line
from bot.core.text.labels import LineLabels, foreign_labels, labels_of
from bot.core.text.words import CJK_STRETCH, normal_line

_CREDIT_WORDS = 12
"""Words up to which a line is a credit."""
_FOREIGN_NAME = 4
"""Words up to which a name behind a credit word of another language is one."""
_SLASHED_NAME = 7
"""Words up to which a credit word and names with a slash are a credit without a sign."""
_AGENCY = 10
"""Characters of a word up to which it may be an agency in lower case: dpa, imago."""
_PARTED = re.compile(r"[/|,•·]|\b(?:via|on)\b")
"""Found between a name and an agency, which may be written small: `Jane Brandt/dpa`."""
_PLAIN_NAME = 5
"""Words up to which a name is one without a sign inside."""
_CODE = re.compile(r"[{}<>]|[a-z_] = [a-z_\"']|[;(]\s*\Z")
"""A line of a program: `source = survey`."""
_COUNT = re.compile(r"(?<!\d)(?:\d{1,3}|\d{5,})(?!\d)")
"""A number that is no year: `Source: Orbrecht cuts 300` is news."""
_GLUED = 120
"""Characters at the end of a paragraph in which a credit is looked for."""
_AROUND = ' \t/()[]*_“”"（）【】'
_SMALL = frozenset(word for words in word_list("particles").values() for word in words)
"""Small words that names and credits hold in lower case."""
_AGENCIES = frozenset(Path(__file__).with_name("agencies.txt").read_text("utf-8").splitlines()[1:])
_CAPTIONS = frozenset(
    normal_line(phrase) for words in word_list("captions").values() for phrase in " ".join(words).split(" / ")
)
_CAPTION_BEGINNINGS = frozenset(phrase.partition(" ")[0] for phrase in _CAPTIONS)
_BEFORE_COMMA = re.compile(r"[,،，:：]?\s?([^,،，:：]{3,40})[,،，:：]\s*\S")
_SHOT_BY = 40
"""Characters up to which such a line names who took a photo."""
_ENDS_SENTENCE = re.compile(r"[.!?।۔。！？][\"'”’»)]*\s*\Z")
_STOP = re.compile(r"[。！？，]")
_SLASH = re.compile("/")
_SIDES = re.compile(r"/|\s[–—-]\s")
_DASH = re.compile(r"\s[–—|-]\s")
_GLUED_CREDIT = re.compile(r"(?<=[.!?。”\"’)])\s+(\S[^/.!?]{1,30}/\s?[^/.!?]{2,60}?)\.?\Z")
_DASHED_CREDIT = re.compile(r"\s[–—|-]\s+(\S[^–—|]{2,60}?)\.?\s*\Z")
_LAST_SENTENCE = re.compile(r"(?<=[.!?。”\"’»)])\s*(?<![.][\w])([^.!?。\s][^.!?。]{2,50})\Z")
"""What stands behind the last full stop: `… in Molm. Photo: Reuters`."""
_OF_A_PHOTO = re.compile(r"photo|foto|picture|pic\b")
"""How labels begin that nothing but a photo bears; a newspaper is called *Bild*, and headlines say *Video: …*."""
_COPYRIGHT = re.compile(r"(?:©|\(c\)\s|copyright\s(?:©|\(c\)|\d{4}))", re.IGNORECASE)
_OWNER = re.compile(r"copyright(?::\s|\s(?=\S+(?:\s\S+)?\Z))(.+)", re.IGNORECASE)
"""Copyright and a name: `Copyright: court rules for Orbrecht` is a headline."""
_ENDS_TOLD = re.compile(r"(?:\w{3}\.|[।۔])\s*\Z")
"""Found where a sentence ends in a script without case, and no initial."""
_CREDIT_SIGN = re.compile(
    r"([^:：©|｜/／=＝.–—-]{1,40}?)\s?(?:[:：©|｜/／=＝]|\s[–—-]|(?<=\b\w{3})\.:?(?=\s)|(?<=\b\w{4})\.:?(?=\s))\s*(.*)"
)
"""Credit word, sign, name; a full stop is a sign behind an abbreviation (`Fot. Jane Brandt`)."""


def credit_reason(line: Line, normal: str, labels: LineLabels) -> str | None:
    """Why a line is a photo credit: credit word, sign, name and nothing else."""
    why = _credit_reason(line, normal, labels) if _may_be_credit(line.text, normal) else None
    return None if why is not None and _CODE.search(line.text) else why


def _may_be_credit(text: str, normal: str) -> bool:
    """Whether a line bears a sign of credits, or begins as one does in some language: most do not."""
    first = normal.split(None, 1)[:1]
    return (
        not labels_of(LANGUAGES).credit_parts.isdisjoint(first)
        or not _CAPTION_BEGINNINGS.isdisjoint(first)
        or (not text.isascii() and _is_shot_by(text))
        or "/" in text
        or "／" in text
        or "©" in text
        or normal.startswith("copyright")
        or text.strip(_AROUND).strip(" .()[]").lower() in _AGENCIES
    )


def _credit_reason(line: Line, normal: str, labels: LineLabels) -> str | None:
    """The same, of a line of a program as well."""
    text = line.text
    words = normal.split()
    inner = text.strip(_AROUND)
    before = _BEFORE_COMMA.match(inner)
    if before is not None and normal_line(before.group(1)) in _CAPTIONS and _is_caption(inner[before.end() - 1 :]):
        return "a photo's caption or credit"
    if _is_shot_by(text) or (normal in labels.credits and (" " in normal or _is_bracketed(text))):
        return "a photo credit"  # File photo
    sign = _CREDIT_SIGN.match(inner)
    of_photo = sign is not None and _OF_A_PHOTO.match(normal_line(sign.group(1))) is not None
    if sign is not None and _is_credit(normal_line(sign.group(1)), labels):
        if sign.group(1).isupper() and " " in sign.group(1).strip():
            return "a credit of a file photo"  # FILE PHOTO: … may describe what it shows
        told = (
            _tells(sign.group(2), labels, of_photo=of_photo) and inner[sign.end(1) :].lstrip()[0] not in "=＝"
        )  # 사진=Orbrecht 제공
        if len(words) <= _CREDIT_WORDS and _is_name(sign.group(2)) and not told:
            return "a photo credit"
    if len(words) <= _CREDIT_WORDS:
        for length in (3, 2):
            rest = inner.split(None, length)[length:]
            if rest and " ".join(words[:length]) in labels.credits and _is_name(rest[0], signed=False):
                return "a photo credit"
        rest = inner.split(None, 1)[1:]
        if rest and words and words[0] in labels.credits and len(words) <= _SLASHED_NAME and _is_unsigned(rest[0]):
            return "a photo credit"  # Photo AFP/Jane Brandt
        if rest and words and words[0] in labels.credits and _is_bracketed(text) and _is_name(rest[0]):
            return "a photo credit"  # (Photo Jane Brandt)
        if rest and rest[0].lower() in _AGENCIES and words[0] in labels_of(LANGUAGES).credits:
            return "a photo credit"  # Foto Ansa, Ảnh: Reuters
        if _COPYRIGHT.match(inner) or ((owner := _OWNER.match(inner)) is not None and _is_name(owner.group(1))):
            return "a copyright line"
        may_be_agency = "/" in inner or not (line.link or line.listed)  # a list of agencies is text
        if may_be_agency and len(words) <= _SLASHED_NAME and _is_of_an_agency(inner):
            return "a photo credit"  # REUTERS/Jane Brandt
        if _is_bracketed(text) and "/" in inner and _is_name(inner):
            return "a photo credit"  # (Jane Brandt/AFP via Getty Images)
        if (
            sign is not None
            and _is_foreign_credit(*sign.groups())
            and not _tells(sign.group(2), labels, of_photo=of_photo)
        ):
            return "a photo credit"
    return None


def _is_caption(text: str) -> bool:
    """Whether an agency or a caption stands behind a label's comma, and the label is no part of a sentence (`Image
    source, he said, …`)."""
    return _is_of_an_agency(text) or (not text[0].islower() and _ENDS_SENTENCE.search(text) is None)


def _is_shot_by(text: str) -> bool:
    """Whether a line in a script without spaces names who took a photo: from an agency to a word of credits that stands
    by itself, or behind a sign for *equals* (`新华社记者 王勃 摄`, `＝3日、山田太郎撮影`)."""
    inner = text.strip(_AROUND)
    if len(inner) > _SHOT_BY or not text.startswith(_unspaced_agencies()) or _STOP.search(inner) is not None:
        return False
    last = inner.split()[-1]
    return last.endswith(_unspaced_credits()) if inner[0] == "＝" else last != inner and last in _unspaced_credits()


@cache
def _unspaced_agencies() -> tuple[str, ...]:
    return ("＝", *(agency for agency in _AGENCIES if CJK_STRETCH.search(agency)))


@cache
def _unspaced_credits() -> tuple[str, ...]:
    return tuple(credit for credit in labels_of(LANGUAGES).credits if CJK_STRETCH.search(credit))


def _is_bracketed(text: str) -> bool:
    return text[0] in "(（[【" and text[-1] in ")）]】"


def without_credit(text: str) -> tuple[str, str]:
    """A paragraph without the credit that is glued to its end, and that credit ("": none)."""
    near_end = max(0, len(text) - _GLUED)
    credit = _GLUED_CREDIT.search(text, near_end) if "/" in text else None
    # Without an agency nothing says that names are a credit: `SSD recommended/required`, `Holt / Kell`.
    if credit is None or not _is_of_an_agency(credit.group(1)):
        credit = _DASHED_CREDIT.search(text, near_end) if _DASH.search(text, near_end) else None
        if credit is None or not _is_behind_a_dash(credit.group(1)):
            credit = _LAST_SENTENCE.search(text, near_end) if _may_end_with_credit(text, near_end) else None
            if credit is None or not (_is_behind_a_dash(credit.group(1)) or _is_shot_by(credit.group(1))):
                return text, ""
    return text[: credit.start()].rstrip(), credit.group(1)


def _may_end_with_credit(text: str, near_end: int) -> bool:
    return text.find(":", near_end) > 0 or text.find("：", near_end) > 0 or text.endswith(_unspaced_credits())


def _is_behind_a_dash(text: str) -> bool:
    """Whether what stands behind a dash is a credit: a word, a sign or a slash and an agency tell. A name alone may be
    the outlet of a headline (`Orbrecht closes plant – Reuters`)."""
    words = text.split()
    if len(words) > _SLASHED_NAME:
        return False
    has_agency = any(word.strip(".()[]").lower() in _AGENCIES for word in re.split(r"[\s/,:©]+", text))
    if "/" in text and _is_of_an_agency(text):  # REUTERS/Jane Brandt, not the pollster of Reuters/Ipsos
        sides = [side.strip(" .()[]") for side in text.split("/")]
        return all(" " in side or side.lower() in _AGENCIES for side in sides)
    if _COPYRIGHT.match(text):
        return has_agency
    credits = labels_of(LANGUAGES).credits
    sign = _CREDIT_SIGN.match(text)
    if sign is not None and (label := normal_line(sign.group(1))) in credits:
        return _is_name(sign.group(2)) and (has_agency or _OF_A_PHOTO.match(label) is not None)
    last = normal_line(words[-1])  # Foto Ansa, AFP photo, not an AP source
    is_credit = normal_line(words[0]) in credits or (last in credits and _OF_A_PHOTO.match(last) is not None)
    return (
        is_credit
        and has_agency
        and len(words) > 1
        and _is_name(" ".join(words[1:] if normal_line(words[0]) in credits else words[:-1]))
    )


def _is_credit(label: str, labels: LineLabels) -> bool:
    return label in labels.credits or (bool(label) and all(part in labels.credit_parts for part in label.split()))


def _is_foreign_credit(label: str, name: str) -> bool:
    """Whether a credit word of any language stands before a short name: photos travel with their credits."""
    return len(name.split()) <= _FOREIGN_NAME and normal_line(label) in foreign_labels().credits and _is_name(name)


def _is_of_an_agency(text: str) -> bool:
    """An agency alone, or a name and an agency, either first, with a slash between them (a bar or a dash stands behind
    headlines)."""
    sides = [side.strip(" .()[]") for side in text.split("/")]
    others = [side for side in sides if side.lower() not in _AGENCIES]
    return len(others) < len(sides) and all(side and _is_name(side) for side in others)


def _is_unsigned(text: str) -> bool:
    """What a credit word without a sign is followed by: names with a slash (`AFP/Jane Brandt`), or a small word and a
    name (`Foto di Jane Brandt`)."""
    first, slash, second = text.partition("/")
    if slash:
        return bool(first.strip()) and bool(second.strip()) and _is_name(text) and text[:1].isupper()
    small, *name = text.split()
    return small in _SMALL and 2 <= len(name) <= _FOREIGN_NAME and all(word[0].isupper() for word in name)


def _tells(text: str, labels: LineLabels, *, of_photo: bool) -> bool:
    """Whether what looks like a name, in a script without case, says something: it ends as a sentence does, or holds a
    function word, or a name in other letters that is no agency's (`صورة: Orbrecht تنفي`)."""
    if any(side.strip(" .()[]").lower() in _AGENCIES for side in (_SIDES if of_photo else _SLASH).split(text)[:3]):
        return False  # রাজু ব্রান্ট/প্রথম আলো, Foto: TASR – Ján Brandt
    apart = CJK_STRETCH.sub(lambda stretch: f" {stretch[0]} ", text)  # Orbrechtが提訴
    words = re.split(r"[\s/,|·•]+", apart.strip(" ()[]"))
    uncased = [word for word in words if word.lower() == word.upper()]
    if all(normal_line(word) in labels.credits for word in uncased):  # Jane Brandt撮影
        return False
    if _ENDS_TOLD.search(text) or any(word not in _SMALL and fold(word) in labels.function_words for word in words):
        return True
    cased = " ".join([word for word in words if word.lower() != word.upper()])
    parted = any(sign in text for sign in "/,|·•=＝")
    return bool(cased) and not parted and cased.lower() not in _AGENCIES


def _is_name(text: str, *, signed: bool = True) -> bool:
    """Whether a text may be the name of a person or an agency: no word in lower case but small ones.

    `signed`: a sign stands before it. Without one, nothing says that words of a script without case are a name.
    """
    words = [word for word in re.split(r"[\s/,|·•]+", text.strip(" .()[]")) if word]
    if not words or len(words) > 9 or _COUNT.search(text) or text.rstrip().endswith(("!", "?", "。")):
        return False
    cased = sum(word.lower() != word.upper() for word in words)
    if not cased or any(word.isalpha() and word.lower() == word.upper() for word in words):  # a script without case
        letters = len(text) - sum(unicodedata.category(sign) in ("Mn", "Mc") for sign in text)
        return signed and len(words) <= 4 and letters <= (40 if cased else 24)
    if len(words) <= 5 and ("/" in text or len(words) == 1) and len(text) <= _AGENCY * len(words):
        return True  # dpa, imago images/dpa
    if len(words) > _PLAIN_NAME and not _PARTED.search(text):
        return False  # `Video: Orbrecht Chief Acts Like a Star During Deposition`: headlines have capitals, too
    lower = [word for word in words if word[0].islower() and word.lower() not in _SMALL and "." not in word]
    return len(lower) <= (1 if len(words) > 2 and _PARTED.search(text) else 0)
