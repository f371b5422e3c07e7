"""A title → its words, and what is no part of them: a label, an outlet's tail, a cut end.

Law: what may be a label is read both ways, with it and without; which of the two a headline is, tells the one that it
is compared with.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.core.similarity.folding import SPACELESS_CLASS, folded
from bot.core.similarity.lexicon import lexicon
from bot.core.similarity.signs import signs_among_words
from bot.core.similarity.tokens import CHARACTER, FIGURE, MAX_TITLE, PLAIN_WORD, TextToken, read_tokens

_DASH = r"\s[-–—]+\s|\s?[—–]\s"
_HEAD = re.compile(
    r"\s*(?:[\[【(（〔〈《]([^\[\]【】()（）〔〕〈〉《》]{1,24})[\]】)）〕〉》]\s*"
    r"|\+{2,}\s*([^+\n]{1,24}?)\s*\+{2,}\s*|([A-Z]{2,8})\.\s?[-–—]\s?"
    r"|([A-Z][A-Z ]{3,20}(?:\s?\d{1,2})?)\s?[-–—]\s?"
    r"|([^\s\d.!?:/]{3,}(?:\s[^\s\d.!?:/]{3,}){0,2}|[^\s\d.!?:/]{2}\s[^\s\d.!?:/]{3,})(?:\.{2,3}\s?|(?P<sign>[.!/])\s+|\s/\s)|([^\s\d！。]{2,8})！"
    rf"|([^:|：｜»«\n]{{1,30}}?)(?:\s?[:：]\s+|：|:(?=[{SPACELESS_CLASS}])|(?P<half>\s?[|｜»]\s*|{_DASH})))(?=\S)"
)
"""A label: `UPDATE 1-`, `Eilmeldung:`, `عاجل |`, `【速報】`, `(video)`, `СРОЧНО.`, `ด่วน!`, `+++ Eil +++`, `AMP.-`.
`half`: what stands before a tail, too; `sign`: what ends a sentence, too."""
_TAIL = re.compile(
    rf"\s*(?:[\[【(（〔]([^\[\]【】()（）〔〕]{{1,30}})[\]】)）〕]"
    rf"|(?:{_DASH}|\s?[|｜•·_＿－]\s?|\s//\s|(?<=[{SPACELESS_CLASS}])-(?=[{SPACELESS_CLASS}]))((?:(?!{_DASH})[^|｜•_]){{2,40}}))\s*$"
)
"""What stands behind a headline: an outlet's name, `(video)`."""
_PARTS, _HYPHEN = (
    re.compile(r"[\[【(（〔〈《:：|｜»•·_＿－–—!！+]|[./]\s|\.{2}"),
    re.compile(rf"-\s|[\sA-Z\d{SPACELESS_CLASS}]-"),
)
"""What a label or a tail is told by; most headlines hold none of it."""
_CUT = re.compile(r"(?:\.{2,}|…)[\s\"'”’»)]*$")
_ASKS = re.compile(rf"\?(?![\w?])|\?(?=[{SPACELESS_CLASS}])|[？؟\u037e]|(?<=[\u0370-\u03ff\u1f00-\u1fff]);")
"""A sign that a question ends with, Greek's, too; none is what stands for a letter that was lost (`K?ln`)."""
_STOP = re.compile(r"[.!?:;؟](?=\s)|[！。？：¿]")
"""What a question begins behind: `Hafendeal: Geht Torvik?`."""
_LETTER = r"[\u3040-\u30ff\u3400-\u9fff]"
_BREAK = rf"[,،](?=\s)|[，、…]|(?<!\d)[–—]|\s-(?=\s)|(?<={_LETTER})[ \u3000](?={_LETTER})"
_PART = re.compile(rf"{_BREAK}|[「『]|(?<!\S)[\"'“„«‘‚]")
"""What a question may begin behind as well: `Torvik resigns, what next?`, `host of “Who wants more?” arrested`."""
CLAUSE = re.compile(rf"{_STOP.pattern}|{_BREAK}")
"""What a clause begins behind: `Torvik, que podría recurrir, detenido`."""
_JOINED = re.compile(r"([^\W\d_]+)[-\u2010\u2011](?=[^\W\d_])")
LONGEST_NAME = 4
"""Words that a name, a label or an outlet's tail has at most."""
_LABELS = 2
"""Labels, and tails, that one headline may bear."""
FEWEST_WORDS = 2
"""Words that say something, where one may stand anywhere by chance: so many must be left of a headline without label
and tail, be shared by an entry and a story, or name a person."""


Tokens = tuple[TextToken, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadlineQuestion:
    """The places of a headline's words, as they stand, that may ask something: of all before the sign in its sentence.
    `surely`: behind the last comma or dash, too. What stands before that is told beside a question (`Torvik resigns,
    what next?`), or may belong to it (`Does Torvik resign, as Lind did?`)."""

    words: frozenset[int] = frozenset()
    surely: frozenset[int] = frozenset()


_NO_QUESTION = HeadlineQuestion()


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """A title made ready. `readings`: its words as they stand, and without labels and tails; the last is the barest.
    `cut`: it ends in `…`. `question`: what it asks. `text`: what all its words are read
    from. `signs`: see `signs_among_words`. `joined`: the forms that a hyphen
    joins to a word behind them (`ex-minister`, `anti-government`)."""

    readings: tuple[Variant, ...]
    cut: bool
    question: HeadlineQuestion = _NO_QUESTION
    text: str = ""
    signs: tuple[str, ...] = ()
    joined: frozenset[str] = frozenset()

    @property
    def whole(self) -> Tokens:
        """All its words."""
        return self.readings[0].words

    @property
    def words(self) -> Tokens:
        """Its words without labels and tails."""
        return self.readings[-1].words

    @property
    def label(self) -> list[str]:
        """The forms of what stands before its barest words."""
        return [form for head in self.readings[-1].heads for form in head.split()]

    @property
    def before(self) -> Tokens:
        """The words of the label."""
        return self.whole[: len(self.label)]

    def clauses(self) -> frozenset[int]:
        """The places of the words that begin a clause, but for small words (`fordert, dass er geht` is one)."""
        places = (len(read_tokens(self.text[: stop.end()])) for stop in CLAUSE.finditer(self.text))
        return frozenset(place for place in places if 0 < place < len(self.whole) and not self.whole[place].common_in)

    @property
    def corrects(self) -> bool:
        """Whether a label says that it corrects an earlier report."""
        return not lexicon().corrections.isdisjoint(self.label)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    words: Tokens
    heads: tuple[str, ...] = ()
    tails: tuple[str, ...] = ()


@lru_cache(maxsize=2_048)
def read_headline(title: str) -> Headline:
    """A title's label, words and tail."""
    text = title[:MAX_TITLE].strip()
    end = _CUT.search(text) if ".." in text or "…" in text else None
    cut = end is not None
    text = text[: end.start()] if end is not None else text
    has_hyphen = "-" in text or "\u2010" in text or "\u2011" in text
    joined = frozenset(map(folded, _JOINED.findall(text))) if has_hyphen else frozenset()
    return Headline(
        readings=_readings(text, cut=cut),
        cut=cut,
        question=_question(text),
        text=text,
        signs=signs_among_words(text),
        joined=joined,
    )


def _readings(text: str, *, cut: bool) -> tuple[Variant, ...]:
    if not _PARTS.search(text) and ("-" not in text or not _HYPHEN.search(text)):
        return (Variant(words=read_tokens(text)),)
    starts = [(0, "")]
    while len(starts) <= _LABELS and (label := _HEAD.match(text, starts[-1][0])) is not None:
        head, rest = read_tokens(next(filter(None, label.groups()))), read_tokens(text[label.end() :])
        if not _may_be_label(head, rest, label):
            break
        starts.append((label.end(), " ".join(forms(head))))
    ends = [(len(text), "")]
    while not cut and len(ends) <= _LABELS and (found := _TAIL.search(text, starts[-1][0], ends[-1][0])) is not None:
        tail = read_tokens(found.group(1) or found.group(2))
        if not _may_be_tail(tail) or len(grouped(read_tokens(text[starts[-1][0] : found.start()]))) < FEWEST_WORDS:
            break
        ends.append((found.start(), " ".join(forms(tail))))
    return tuple(
        Variant(
            words=read_tokens(text[start:end]),
            heads=tuple(head for _, head in starts[1 : first + 1]),
            tails=tuple(tail for _, tail in ends[1 : last + 1]),
        )
        for first, (start, _) in enumerate(starts)
        for last, (end, _) in enumerate(ends)
    )


def _question(text: str) -> HeadlineQuestion:
    """The places of the words of the questions in a headline."""
    asked: set[int] = set()
    surely: set[int] = set()
    for found in _ASKS.finditer(text):
        sentence = max((stop.end() for stop in _STOP.finditer(text, 0, found.start())), default=0)
        part = max((stop.end() for stop in _PART.finditer(text, sentence, found.start())), default=sentence)
        first, begin, end = (len(read_tokens(text[:at])) for at in (sentence, part, found.start()))
        asked.update(range(first, end))
        surely.update(range(begin, end))
    return HeadlineQuestion(words=frozenset(asked), surely=frozenset(surely)) if asked else _NO_QUESTION


def _may_be_label(head: Tokens, rest: Tokens, found: re.Match[str]) -> bool:
    """Of two halves with a bar or a dash between them the shorter is the label, or the tail. A label that ends as a
    sentence does is written in capitals, or in a script that has none."""
    if not _is_short(head) or len(grouped(rest)) < FEWEST_WORDS:
        return False
    if found["half"] is not None:
        return len(grouped(head)) < len(grouped(rest))
    return found["sign"] != "." or all(token.raw.isupper() for token in head)


def _may_be_tail(tokens: Tokens) -> bool:
    if not _is_short(tokens) or not tokens or tokens[0].kind == FIGURE:
        return False
    # `Local 12 News` is an outlet, `at least 12 hurt` is not.
    return not any(token.kind == FIGURE for token in tokens) or all(
        token.capital for token in tokens if token.kind == PLAIN_WORD
    )


def _is_short(tokens: Tokens) -> bool:
    """Whether some words are few enough for a label; letters that are elided (`l'Ouest`) are none."""
    return sum(len(token.raw) > 1 or token.kind != PLAIN_WORD for token in grouped(tokens)) <= LONGEST_NAME


def grouped(tokens: Sequence[TextToken]) -> list[TextToken]:
    """The tokens, with two characters of a spaceless script counted as one word."""
    characters = [token for token in tokens if token.kind == CHARACTER]
    return [token for token in tokens if token.kind != CHARACTER] + characters[::2]


def forms(tokens: Sequence[TextToken]) -> list[str]:
    """The forms of some tokens."""
    return [token.form for token in tokens]
