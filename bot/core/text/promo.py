"""A line → why it is promo by its own words and links, in the languages that speak.

The law of this file: a label proves a promo line only together with what it promotes (a sign, a link, a list); a verb
of sharing only together with a noun of it. Never a sentence of the story.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.core.language.tables import LANGUAGES, table_of
from bot.core.text.gates import SENTENCES
from bot.core.text.html import Line
from bot.core.text.invitations import invites, said_end
from bot.core.text.labels import SENTENCE, LineLabels, foreign_labels, parts_in_order
from bot.core.text.words import CJK_STRETCH, normal_line

LABEL = 60
"""Characters within which a label ends."""
_PROMOTED_WORDS = 24
"""Words up to which a line that is mostly a link is promoted by its first words."""
_INVITATION_WORDS, _LINKED_INVITATION_WORDS = 18, 30
"""Words up to which a line is a share bar or an invitation, and the same of one that leads somewhere."""
LINKED = 0.5
"""Share of a line's characters inside links from which it is mostly a link."""
_DECORATION = " \t>¡¿»›•·▪◦‣►▶●■◆★☆→⇒➡👉🔴📌📢*_–—-|=+#~【[(<«“\"'：:"
POINTING = "▶►▷▼▽▲☞☛➤➡→👉»›>＞"
"""Signs that point at what stands behind a label: as good as a colon (`▶ 관련기사 …`)."""
_CUT = re.compile(r"[:：|｜»】›\]]|\s[–—-]\s")
_URL = re.compile(
    r"(?:https?://|www\.)([^\s/]+)\S*|\b((?:[a-z0-9-]+\.)+(?:com|org|net|tv|me|gg|be|to|fm))/\S+", re.IGNORECASE
)
_HOSTS = {
    line.split()[0]: line.endswith(" posts")
    for line in Path(__file__).with_name("hosts.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
}
"""Social networks, shops and podcast shelves: a label with one of their URLs is no text of a story. True: people
post there, and what stands beside the URL of one post is quoted or told (`Plant on fire pic.twitter.com/a1`)."""
_POST = re.compile(r"/[^/?#\s]+/(?:[^/?#\s]+/)*[^/?#\s]*\d|[?&]v=|youtu\.be/|pic\.twitter\.com/")
"""In the URL of one post: a number behind a name, no account's name alone."""
_QUESTIONS = ("?", "؟", "？")
_ASKED = 90
"""Characters within which a question to the reader ends."""
_COUNTED = re.compile(r"\s*[(\[（]\d[\d., ]{0,8}[)\]）]\s*\Z")
"""How many there are of what a label names: `Comments (12)`."""
_FULL_STOP = re.compile(r"(?:[^\W\d_]{2}|[\d%€$£]|[\u0900-\u0dff])\.[\"”’»)]*\s*\Z|[。।۔][」』”）)]*\s*\Z")
_SENTENCE_WORDS = 3
"""Words with a full stop up to which they may be a name: `Acme Inc.`"""
_PREPOSITION = 5
"""Letters of the last word of a label that a name may follow: `Read more on …`, not `Most popular …`."""
_NAME_WORDS = 3
"""Words up to which a name behind a label belongs to it."""
_FEW_LETTERS = 4
"""Of a label in Chinese or Japanese that says as little as one word: `推荐`, `おすすめ`."""
_NAMED_WORDS = 6
"""Words of what is said of a site or a text: `A version of this article`, `on the site of Molm Gazette`."""
_PERMISSION_WORDS = 12
"""Words behind the phrase of a whole sentence: `… and is republished here with permission`."""
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)\s(?=\s*(?:copyright\b|\d{4})|[^.|•–—;]{2,60}(?:[.|•]\s|\s[–—-]\s)"
    r"|(?-i:(?:[^\W_a-z][\w&'.-]*\s?){1,5},\s))|copyright\b)",
    re.IGNORECASE,
)
"""`(c)` before a year, or before a name and a sign; else it is a point of a list: `(c) the terms of use of …`."""
_SIGN_BEHIND = re.compile(r"©|[^\W\d_]{2}\(c\)", re.IGNORECASE)
"""Not the clause of a law: `Rule 10(c)`, `Part (c)`."""
_BEFORE_SIGN = 12
"""Characters within which the sign of a footer stands: `Copyright`, `저작권자 ©`."""


@dataclass(slots=True, kw_only=True)
class _Parts:
    """A line taken apart, before any labels are asked. `words`: of `normal`. `beginnings`: what may be its label, each
    as written and normalised, with where it ends and whether a sign stands there; else a link begins there."""

    line: Line
    normal: str
    words: list[str]
    beginnings: list[tuple[str, str, int, bool]]
    url: re.Match[str] | None

    @classmethod
    def of(cls, line: Line, normal: str, words: list[str], url: re.Match[str] | None) -> _Parts:
        text = line.text
        body = text.lstrip(_DECORATION)
        offset = len(text) - len(body)
        said = said_end(text) if offset and not line.link else 0  # “Read also: the bible,” the judge told us
        cuts = [at for match in _CUT.finditer(body[: LABEL + 1]) if (at := match.start() + offset) >= said][:2]
        signs = len(cuts)
        if 0 < line.link_at <= LABEL + offset:
            cuts.append(line.link_at)
        return cls(
            line=line,
            normal=normal,
            words=words,
            beginnings=[
                (written := text[offset:cut], normal_line(written), cut, number < signs)
                for number, cut in enumerate(cuts)
            ],
            url=url,
        )


def promo_reason(line: Line, normal: str, labels: LineLabels, *, above_prose: bool = False) -> str | None:
    """Why a line is promo by its own words; None: it is not. `normal`: the line as `normal_line` has it.

    `above_prose`: its story stands right below it, as in digests and live blogs; so a linked headline that begins with
    the words of a label is one (`Alles over één kam: …`), and needs a sign behind them to be none, but for those that
    ask to read (`Read also …`).
    """
    words = normal.split()
    if not words:
        return None
    url = _URL.search(line.text) if "/" in line.text or "www." in line.text else None
    is_marked = url is not None or _is_marked(line, normal, words)
    own = is_marked or labels.may_speak(words)
    foreign = _may_be_foreign(line, normal) and (is_marked or foreign_labels().may_speak(words))
    if not (own or foreign):  # as most lines
        return None
    parts = _Parts.of(line, normal, words, url)
    is_headline = above_prose and line.link >= LINKED
    why = _reason(parts, labels, is_headline=is_headline) if own else None
    if why is None and foreign:
        why = _reason(parts, foreign_labels(), is_headline=is_headline)
    return why


def _is_marked(line: Line, normal: str, words: Sequence[str]) -> bool:
    """Whether a line bears a sign for which it may be promo whatever word it begins with: a colon at its end, a sign of
    copyright, a question before something else, a link that begins inside a word; in a script without spaces no words
    are told apart."""
    text = line.text
    return (
        text.rstrip().endswith((":", "："))
        or "©" in text
        or "(" in text[:_BEFORE_SIGN]
        or _asks(text)
        or words[0].startswith("copyright")
        or (line.link_at > 0 and text[line.link_at - 1] != " ")
        or (not normal.isascii() and CJK_STRETCH.search(normal) is not None)
    )


def may_be_moved(line: Line, labels: LineLabels) -> bool:
    """Whether a line has anything of a promo line or a credit about it; most prose has not, and need not be read."""
    text = line.text
    if line.link or len(text) <= LABEL or labels.anywhere or "/" in text or "©" in text or "opyright" in text:
        return True
    if text[0] in POINTING:
        return True
    if _CUT.search(text, 0, LABEL + 20) is not None or text[-1] in ":：":
        return True
    words = text.lower().replace("’", "'").split()
    first = words[0].strip(_DECORATION)
    begins = first in labels.inviting or labels.gates.may_begin([first, *words[1:2]])
    return begins or not labels.telling.isdisjoint(words) or _asks(text)


def is_heading_label(line: Line, labels: LineLabels) -> bool:
    """Whether a promo line is nothing but its label, or ends with one and a colon."""
    return line.text.rstrip().endswith((":", "：")) or normal_line(line.text) in labels.promo


def lists_links_alone(label: str, labels: LineLabels) -> bool:
    """Whether a heading label says little: plain items below `Recommended:` may be what an advisory asks for, those
    below `Top stories:` what a digest tells; those below `Related:` are of other texts."""
    normal = normal_line(label)
    short = len(normal) <= _FEW_LETTERS if CJK_STRETCH.search(normal) else " " not in normal
    return normal in labels.bare or (short and normal not in labels.reading)


def _reason(parts: _Parts, labels: LineLabels, *, is_headline: bool) -> str | None:
    """Why a line is promo by its own words."""
    line, normal, words, url = parts.line, parts.normal, parts.words, parts.url
    text = line.text
    label = _label_of(parts, labels, is_headline=is_headline)
    if label is not None:
        return f"begins with the label “{label}”"
    if _appeared(text, normal, words, labels):
        return "says where it first appeared"
    if _is_footer(text, normal, labels):
        return "a copyright footer"
    if labels.gates.are_all_of(text, normal):
        return "stands where the text is broken off"
    linked = (line.link > 0 and not is_headline) or url is not None
    if _invites(text, normal, words, labels, linked=linked) or _asks_and_invites(text, words, labels, linked=linked):
        return "a share bar or an invitation to subscribe"
    if url is not None and len(words) <= _INVITATION_WORDS and (host := _social_host(text)) is not None:
        return f"a label with a URL of {host}"
    return None


def _invites(text: str, normal: str, words: Sequence[str], labels: LineLabels, *, linked: bool) -> bool:
    few = len(words) <= (_LINKED_INVITATION_WORDS if linked else _INVITATION_WORDS)
    return few and bool(words) and invites(text, words, normal, labels, linked=linked)


def _asks(text: str) -> bool:
    """Whether a line asks something soon, and goes on."""
    head = text[:_ASKED]
    return "? " in head or "؟ " in head or "？" in head


def _asks_and_invites(text: str, words: Sequence[str], labels: LineLabels, *, linked: bool) -> bool:
    """Whether a line of several sentences does nothing but ask its reader something, and to subscribe or to write
    (`A tip? Follow us on …`): each is an invitation by itself, a gate, or a question before one."""
    if not (_asks(text) or words[0] in labels.share_first or labels.gates.may_begin(words)):
        return False
    sentences = [(one, normal) for one in SENTENCES.split(text) if (normal := normal_line(one))]
    asked = [(one, normal) for one, normal in sentences if not one.endswith(_QUESTIONS)]
    return (
        len(sentences) > 1
        and bool(asked)
        and all(
            labels.gates.are_all_of(one, normal) or _invites(one, normal, normal.split(), labels, linked=linked)
            for one, normal in asked
        )
    )


def _is_footer(text: str, normal: str, labels: LineLabels) -> bool:
    """Whether a line says whose its rights are: behind a sign of copyright or before one, or nothing else."""
    if _COPYRIGHT.match(text) or _SIGN_BEHIND.search(text[:_BEFORE_SIGN]) is not None:
        return any(phrase in normal.removeprefix("copyright") for phrase in labels.rights)
    return normal in labels.rights or ("©" in text and normal.startswith(labels.rights))


def _may_be_foreign(line: Line, normal: str) -> bool:
    """Whether a line is shaped like a label with what it promotes: only then are all languages' files asked."""
    if line.link >= LINKED or 0 < line.link_at <= LABEL:
        return True
    cut = _CUT.search(line.text, 2)
    if cut is not None:
        return cut.start() <= LABEL and line.text.count(" ", 0, cut.start()) <= 6
    return normal.count(" ") < 6


def first_appeared(beginning: str, labels: LineLabels) -> bool:
    """Whether a paragraph begins with where its text was published first: `This article first appeared in …`."""
    normal = normal_line(beginning)
    words = normal.split()
    return not labels.pointing.isdisjoint(words[:_NAME_WORDS]) and _appeared(beginning, normal, words, labels)


def _appeared(text: str, normal: str, words: Sequence[str], labels: LineLabels) -> bool:
    """Whether a line says where its text was published first: of that text, or with nothing before it. `The virus first
    appeared in Molm` and `Il gas proviene da Orbrecht` are news.
    """
    if labels.telling.isdisjoint(words):
        return False
    padded = f" {normal} "
    return any(
        (place := parts_in_order(padded, parts)) is not None
        and _is_of_a_text(text, words, padded.count(" ", 1, place[0] + 1), padded.count(" ", place[1] - 1) - 1, labels)
        for parts in labels.first_appeared
    )


def _is_of_a_text(text: str, words: Sequence[str], before: int, behind: int, labels: LineLabels) -> bool:
    """Whether what first appeared is a text, by the words of a line: so many `before` and `behind` the phrase."""
    if before == 0:  # Originally published at news.example; `First published novel wins a prize` is news
        next_word = next(iter(text.split()[-behind:]), "") if behind else ""
        return behind <= _NAME_WORDS + 1 and not (_small(next_word) and len(next_word) >= _PREPOSITION)
    said = words[: len(words) - behind]
    if said[-2] in labels.pointing and said[-1] in labels.texts:  # Its headline … responding to this story: Medium's
        return True
    near = words[max(0, before - 3) : before]
    if not labels.pointing.isdisjoint(words[:before]) and not labels.texts.isdisjoint(near):
        return before <= _NAMED_WORDS and behind <= _PERMISSION_WORDS  # This article was first published by …
    if words[before - 1] in labels.texts:
        return behind <= _NAME_WORDS + 1  # Meclis karar verdi yazısı ilk önce …
    nouns = [at for at, word in enumerate(words[: min(_NAME_WORDS, before)]) if word in labels.texts]
    if not nouns or behind > _NAMED_WORDS:
        return False
    written = text.split()  # The post Orbrecht opens a plant appeared first on Daily: a headline stands behind it
    if len(written) < nouns[-1] + 2 + behind:  # signs instead of spaces
        return False
    return not _small(written[nouns[-1] + 1]) and not (behind and _small(written[-behind]))


def _small(word: str) -> bool:
    """Whether a word is in small letters, and no address."""
    letter = next(filter(str.isalpha, word), "")
    return letter.islower() and "." not in word[:-1]


def _label_of(parts: _Parts, labels: LineLabels, *, is_headline: bool) -> str | None:
    """The promo label that a line is, or begins with: before a sign or a link, or as the first words of a link."""
    line, normal, words = parts.line, parts.normal, parts.words
    text = line.text
    for written, normal_label, cut, is_sign in parts.beginnings:
        label = _without_name(written, normal_label, labels) if is_sign else normal_label
        is_label = label in labels.promo or _is_compound(label, labels)
        if not is_label or text.startswith("//", cut + 1):
            continue
        if line.link >= LINKED or (label in labels.bare and _URL.search(text, cut)):
            return label
        if label in labels.bare:  # `Anzeige: Mann soll Orbrecht bestohlen haben`
            continue
        if is_sign and line.link == 0 and label not in labels.reading and _tells(text, cut):
            continue  # `Also on Monday: Orbrecht lost its chief.`, `In other news: Zetrix recalls cars.` are text
        if " " in label or CJK_STRETCH.search(label):
            return label
        # One word alone: `Next: Orbrecht faces court on Monday.` and `Read <a>the ruling</a> …` are text.
        if is_sign and SENTENCE.search(text, cut) is None:
            return label
    if text[-1] in ")]）" and (of_few := normal_line(_COUNTED.sub("", text))) != normal and of_few in labels.promo:
        return of_few
    if normal in labels.promo and (" " in normal or SENTENCE.search(text) is None) and text[-1] not in ";{":
        return normal  # but `next();` is a line of a program
    if text.rstrip().endswith((":", "：")):  # This episode is sponsored by:
        for length in range(min(labels.longest, len(words)), 1, -1):
            if (label := " ".join(words[-length:])) in labels.promo:
                return label
    pointed = text[0] in POINTING and SENTENCE.search(text) is None
    if len(words) <= _PROMOTED_WORDS and (pointed or line.link >= LINKED):
        known = labels.promo if pointed or not is_headline else labels.promo & labels.reading
        for length in range(min(labels.longest, len(words)), 0, -1):
            label = " ".join(words[:length])
            if label in known and (length > 1 or (pointed and not label.isascii() and label not in labels.bare)):
                return label
        if not normal.isascii():
            unspaced = (label for label in labels.unspaced if len(label) > 2 and normal.startswith(label))
            return next((label for label in unspaced if label in known), None)
    return None


def _tells(text: str, cut: int) -> bool:
    """Whether a whole sentence stands behind a sign: headlines have no full stop."""
    return _FULL_STOP.search(text, cut) is not None and (
        len(text[cut:].split()) > _SENTENCE_WORDS or CJK_STRETCH.search(text, cut) is not None
    )


def _is_compound(label: str, labels: LineLabels) -> bool:
    """Whether two labels make one: `More` and `Top Stories`."""
    words = label.split()
    if len(words) < 2:
        return False
    parts = ((" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words)))
    return any(first in labels.promo and second in labels.promo for first, second in parts)


@cache
def _calendar() -> frozenset[str]:
    """Weekdays and months of all languages, as `normal_line` has them."""
    tables = map(table_of, LANGUAGES)
    return frozenset(normal_line(day) for table in tables for day in (*table.weekdays, *table.months))


def _without_name(text: str, label: str, labels: LineLabels) -> str:
    """A label of several words without the name behind it: `More from Norrland Post: …`."""
    if label in labels.promo:
        return label
    words = text.split()
    names = next((at for at in range(len(words), 0, -1) if not words[at - 1][0].isupper()), len(words))
    if text.isupper():  # MORE FROM ZELM POST: nothing tells which words are the name
        ends = range(max(2, len(words) - _NAME_WORDS), len(words))
        names = next((at for at in ends if normal_line(" ".join(words[:at])) in labels.promo), names)
    if not 2 <= names < len(words) <= names + _NAME_WORDS:
        return label
    short = normal_line(" ".join(words[:names]))
    if short not in labels.promo or len(words[names - 1]) > _PREPOSITION:
        return label
    # `Also on Monday: Orbrecht loses its chief` dates what stands behind it.
    is_date = not _calendar().isdisjoint(normal_line(" ".join(words[names:])).split())
    return label if is_date else short


def _social_host(text: str) -> str | None:
    for match in _URL.finditer(text):
        url = match.group()
        host = (match.group(1) or match.group(2)).lower().removeprefix("www.")
        is_post = _POST.search(url, url.lower().find(host)) is not None
        for known in (host, host.partition(".")[2]):
            if known in _HOSTS and not (_HOSTS[known] and is_post):
                return known
    return None
