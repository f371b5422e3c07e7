"""Lines with what HTML says of them → text, caption and promo, each hidden line with its reason.

The law of this file (docs/rules.md, "Zones"): hidden story text is news lost in silence, a promo line left in costs a
glance. So a line is hidden on proof only, by what HTML says (links, lists, figcaption, position), by repetition in its
feed, or by a label of a language's file; never a sentence, and never all that a zone holds.

- *Caption*: a figcaption; a short line that is nothing but credit word, sign and name.
- *Promo*: a label with what it promotes behind it; under a heading label, links and list items until the text goes on;
  an unbroken tail of links; `appeared first on` and its kin; a verb and a noun of share bars in a short line; the
  URL of a social network or a shop with a label.
- *Learnt*: a line that stands in several stories of its feed (the worker counts), where it is at the tail, mostly a
  link, or begins with a label.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.language.speaking import speaking
from bot.core.language.word_lists import word_list
from bot.core.text.credits import credit_reason, without_credit
from bot.core.text.html import Line, Paragraph
from bot.core.text.labels import LineLabels, labels_of
from bot.core.text.promo import (
    LABEL,
    LINKED,
    POINTING,
    first_appeared,
    is_heading_label,
    lists_links_alone,
    may_be_moved,
    promo_reason,
)
from bot.core.text.regex import compile_re2
from bot.core.text.words import folded_words, normal_line

_LONG = 300
"""Characters from which a line is prose, whatever words it holds."""
_LEARNT = "repeated in several stories of this feed"
"""The reason of a line that the worker has learnt."""
_JUDGED = 5_000
"""Lines of a zone that are judged; the rest of a longer one is text (100,000 links took ten seconds)."""
_HEARD = 40
"""Lines from which the language is recognised."""
_ITEM = 220
"""Characters up to which a list item is a headline and no prose."""
_BETWEEN = 3
"""Links of a list that may stand between two paragraphs …"""
_HEADLINE = 30
"""… each with as many characters as a short headline has …"""
_ARTICLE = 100
"""… where as many characters of text stand before: behind a short sentence, a list is what it speaks of (an agenda)."""
_LONGEST_HEADING = 60
"""Characters up to which a line may be a heading."""
_MOST_LISTED = 15
"""Links and items under a heading label: a longer list is what the entry is about (283 links under `NeXT`)."""
_TAIL = 8
"""Links that a text may end with: a longer list is what the entry is about (show notes, link lists)."""
_ALL_LINK = 0.9
"""Share of a line's characters inside links from which it is nothing but a link."""
_ID = re.compile(
    r"(?<!\w)[A-Z]{2}[A-Z0-9]*[-–](?:\d{2,}[-–:]\d|\d{4}|\w{4}[-–]\w{4}[-–]\w{4}(?!\w))|(?<!\w)MS\d\d-\d{3}"
)
"""`CVE-2026-1001`, `ICSA-26-121-02`, `RHSA-2026:1234`, `GHSA-…`: what bears such a number is what a bulletin is about,
and no other headline, behind a label either (`Related: CVE-2026-1001`)."""
_PARTIES = re.compile(r"(?<!\w)[A-Z][\w’'.&-]* [vc]\. [A-Z]")
"""`Holt v. Molm`, `Dupont c. France`: a case that a line without links cites (`See also: …`) is no other headline."""
_BULLET = re.compile(r"[•·▪◦‣►▶»*–—-]\s+(?=\S)|\d{1,2}[.)]\s+(?=\S)")
_HASHTAG = re.compile(r"[#＃][^\W\d_]")
_TAG_HEADINGS = frozenset(
    normal_line(phrase) for words in word_list("tag_headings").values() for phrase in " ".join(words).split(" / ")
)
"""What follows under them are tags, which tell what an entry is about and no news."""
_CUT = re.compile(r"(?:…|\.\.\.?)[\s\])>»”\"]*\Z")
"""Where a teaser is broken off: `over the port […]`."""
_SENTENCE_END = re.compile(r"[.!?。！？][\"'”’»)\]]*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class PromoPatterns:
    """A rules file's own promo patterns, ready to use."""

    line: Any = None
    """The compiled patterns, any of which makes a line promo (google-re2 has no types); None: no patterns."""


NO_PATTERNS = PromoPatterns()


def compile_promo(patterns: tuple[str, ...]) -> PromoPatterns:
    """RE2 patterns, searched in a line without regard to case.

    Raises: QueryError, with offsets into the faulty pattern, where one is no RE2.
    """
    for pattern in patterns:
        compile_re2(pattern, any_case=True)
    if not patterns:
        return NO_PATTERNS
    return PromoPatterns(line=compile_re2("|".join(f"(?:{pattern})" for pattern in patterns), any_case=True))


@dataclass(frozen=True, slots=True)
class HiddenLine:
    """A line that was moved out of the text: into `caption` or `promo`, and why."""

    zone: str
    text: str
    reason: str


def is_promo(line: str, promo: PromoPatterns) -> bool:
    """Whether a line of plain text is promo by its own words."""
    if promo.line is not None and promo.line.search(line) is not None:
        return True
    return promo_reason(Line(line), normal_line(line), labels_of(speaking(line))) is not None


def sort_lines(
    paragraphs: list[Paragraph],
    promo: PromoPatterns,
    learnt: frozenset[str],
    *,
    declared: str | None,
    headline: str = "",
) -> tuple[str, list[HiddenLine]]:
    """The text that remains (paragraphs apart by a blank line), and the lines that were hidden, in their order.

    `declared`: the language that the entry or its feed names. `headline`: a first line of these words is left out.
    """
    lines = [line for paragraph in paragraphs for line in paragraph]
    if len(lines) == 1 and "/" not in lines[0].text:
        return only_line(lines[0].text, headline), []
    reasons = _reasons(paragraphs, lines, promo, learnt, declared)
    if None not in reasons:
        reasons = [None] * len(lines)
    first = reasons.index(None) if headline and lines else -1
    own_headline = first if first >= 0 and _same_words(lines[first].text, headline) else -1
    remaining: list[str] = []
    hidden: list[HiddenLine] = []
    at = -1
    for paragraph in paragraphs:
        kept: list[str] = []
        for line in paragraph:
            at += 1
            reason = reasons[at]
            if reason is not None:
                hidden.append(HiddenLine(reason[0], line.text, reason[1]))
            elif at != own_headline:
                text, credit = without_credit(line.text)
                kept.append(text)
                if credit:
                    hidden.append(HiddenLine("caption", credit, "a photo credit behind a paragraph"))
        if kept:
            remaining.append("\n".join(kept))
    return "\n\n".join(remaining), hidden


def only_line(text: str, headline: str) -> str:
    """What remains of a zone of one line: there is nothing to judge. Without a slash there is no credit behind it."""
    return "" if headline and _same_words(text, headline) else text


def hidden_reasons(
    zone: str, lines: Sequence[str], promo: PromoPatterns, learnt: frozenset[str], declared: str | None
) -> list[str]:
    """Why each of an entry's hidden lines was hidden, as far as their words tell: the archive keeps those alone.

    `learnt`: what the worker has learnt of the feed, as `normal_line` has it.
    """
    reasons: list[str] = []
    listing = ""
    for text in lines:
        line = Line(text)
        labels = labels_of(speaking(text, declared))
        own = _reason(line, promo, labels)
        if own is not None and own[0] == zone:
            reasons.append(own[1])
            listing = text if is_heading_label(line, labels) else ""
        elif normal_line(text) in learnt:
            reasons.append(_LEARNT)
        elif zone == "caption":
            reasons.append("a caption or a credit by its HTML or its place")
        elif listing:
            reasons.append(f"listed under “{listing[:LABEL]}”")
        else:
            reasons.append("a link or a list item beside the text, by its HTML")
    return reasons


_Reason = tuple[str, str] | None
"""The zone that a line moves to, and why; None: it is text."""


def _reasons(
    paragraphs: Sequence[Paragraph],
    lines: Sequence[Line],
    promo: PromoPatterns,
    learnt: frozenset[str],
    declared: str | None,
) -> list[_Reason]:
    """For each line the zone that it moves to and why; None: it is text."""
    if len(lines) <= 1:
        return [None] * len(lines)  # a zone of one line: whatever it looks like, it is the story
    labels = labels_of(speaking(" ".join(line.text for line in lines[:_HEARD]), declared))
    reasons: list[_Reason] = []
    listing = ""
    """The heading label under which links and list items are promo."""
    links_alone = False
    listed: list[int] = []
    """The label that is in force, and what is listed under it."""
    for paragraph in paragraphs:
        below = False
        """Whether the heading label stands in this paragraph: plain text has no list items."""
        for line in paragraph:
            above_prose = line.link >= LINKED and _is_above_prose(lines, len(reasons), paragraph)
            reason = _reason(line, promo, labels, above_prose=above_prose) if len(reasons) < _JUDGED else None
            if reason is not None:
                below = reason[0] == "promo" and is_heading_label(line, labels)
                listing = line.text if below else ""
                listed = [len(reasons)] if below else []
                links_alone = below and lists_links_alone(line.text, labels)
            elif listing and _is_listed(line, below=below, links_alone=links_alone):
                reason = ("promo", f"listed under “{listing[:LABEL]}”")
                listed.append(len(reasons))
                if len(listed) > _MOST_LISTED:
                    for at in listed[:-1]:
                        reasons[at] = None
                    reason, listing, below = None, "", False
            else:
                listing, below = "", False
            reasons.append(reason)
    _hide_links_between(lines, reasons)
    _hide_tail(lines, reasons)
    if learnt:
        _hide_learnt(lines, reasons, learnt)
    return reasons


def _is_above_prose(lines: Sequence[Line], at: int, paragraph: Paragraph) -> bool:
    """Whether a sentence stands right below a line: under a heading, or behind the end of a line in its paragraph."""
    below = lines[at + 1] if at + 1 < len(lines) else None
    if below is None or not (lines[at].heading or (lines[at] is not paragraph[-1])):
        return False
    is_plain = not (below.heading or below.listed or below.caption) and below.link < LINKED
    return is_plain and len(below.text) >= _HEADLINE and _SENTENCE_END.search(below.text) is not None


def _reason(line: Line, promo: PromoPatterns, labels: LineLabels, *, above_prose: bool = False) -> _Reason:
    """Why a line is no text by what it says itself."""
    text = line.text
    if line.caption:
        return "caption", "inside a figcaption"
    if promo.line is not None and promo.line.search(text) is not None:
        return "promo", "matches `text: promo:` of the rules file"
    if not may_be_moved(line, labels):
        return None
    if len(text) > _LONG:
        first = line.link > 0 and first_appeared(text[: 2 * LABEL], labels)
        return ("promo", "says where it first appeared") if first else None
    normal = normal_line(text)
    why = promo_reason(line, normal, labels, above_prose=above_prose)
    if why is not None and _ID.search(text) is None and (line.link or _PARTIES.search(text) is None):
        return "promo", why
    if (why := credit_reason(line, normal, labels)) is not None:
        return "caption", why
    return None


def _is_listed(line: Line, *, below: bool, links_alone: bool) -> bool:
    """Whether a line under a heading label is listed there: an item or a link, never a heading or prose.

    `below`: nothing but a line end parts it from the label. `links_alone`: nothing but links is.
    """
    if line.heading or _ID.search(line.text) is not None:
        return False
    if line.link >= _ALL_LINK:
        return True
    if links_alone and line.link < LINKED:
        return False
    if line.listed or _BULLET.match(line.text):
        return len(line.text) <= _ITEM
    return below and len(line.text) <= _ITEM and _SENTENCE_END.search(line.text) is None


def _hide_links_between(lines: Sequence[Line], reasons: list[_Reason]) -> None:
    """Short lists of nothing but links to headlines, set between paragraphs of prose."""
    if not any(map(_is_list_of_links, lines)):
        return
    at = 1
    counted = letters = 0
    """How far the lines were counted, once each, and the characters of text in them."""
    while at < len(lines):
        letters += sum(len(lines[one].text) for one in range(counted, at) if reasons[one] is None)
        counted = end = at
        while end < len(lines) and _is_list_of_links(lines[end]) and reasons[end] is None:
            end += 1
        before = lines[at - 1]
        if (
            0 < end - at <= _BETWEEN
            and letters >= _ARTICLE
            and end < len(lines)
            and not before.listed
            and not before.heading
            and not _announces(before)
            and not _is_list_of_links(lines[end])
            and not lines[end].listed
            and not any(_ID.search(line.text) for line in lines[at:end])
            and all(len(line.text) >= _HEADLINE for line in lines[at:end])
        ):
            reasons[at:end] = [("promo", "a link to another headline, set between paragraphs")] * (end - at)
        at = max(end, at + 1)


def _is_list_of_links(line: Line) -> bool:
    """Whether a line is an item that is nothing but a link: of a list, or behind a sign that points at it (`▶ …`)."""
    return line.link >= _ALL_LINK and (line.listed or line.text[0] in POINTING)


def _announces(line: Line) -> bool:
    """Whether a line says that its text goes on below."""
    return line.text.rstrip().endswith((":", "："))


def _hide_tail(lines: Sequence[Line], reasons: list[_Reason]) -> None:
    """Links that a zone ends with: in an unbroken row."""
    tail = []
    for at in range(len(lines) - 1, 0, -1):
        if reasons[at] is None:
            line = lines[at]
            if line.heading or line.cell or line.link < _ALL_LINK or _SENTENCE_END.search(line.text):
                break
            if _HASHTAG.match(line.text):  # of a post: what it is about
                break
            tail.append(at)
    # `The agency recalled this week:`, or a heading that is no label (`Weather`), and a list of links; what is written
    # as one need not be one by its tag (`<b>Weather</b>`, `<dt>Place`).
    above = lines[tail[-1] - 1] if tail else lines[0]
    is_heading = above.heading or _is_as_a_heading(above)
    is_above = (is_heading and above.link < LINKED) or _announces(above)
    is_above = is_above and normal_line(above.text) not in _TAG_HEADINGS
    listed = bool(tail) and is_above and reasons[tail[-1] - 1] is None
    # A list of nothing but links is what the entry is about: the reports of one event, as Google News has them.
    rest = [line for line, reason in zip(lines[: tail[-1] if tail else 0], reasons, strict=False) if reason is None]
    listed = listed or all(line.listed and line.link >= LINKED for line in rest)
    letters = sum(len(line.text) for line in rest)  # `Today's links.`, and the headlines of a day
    listed = listed or (len(tail) > 1 and letters < min(_ARTICLE, sum(len(lines[at].text) for at in tail)))
    if len(tail) <= _TAIL and not listed and not any(_ID.search(lines[at].text) for at in tail):
        for at in tail:
            reasons[at] = ("promo", "one of the links that the text ends with")


def _is_as_a_heading(line: Line) -> bool:
    """Whether a line is as short as headings are, and no sentence."""
    is_short = len(line.text) <= _LONGEST_HEADING and not line.listed
    return is_short and _SENTENCE_END.search(line.text) is None and _CUT.search(line.text) is None


def _hide_learnt(lines: Sequence[Line], reasons: list[_Reason], learnt: frozenset[str]) -> None:
    """Lines that the feed repeats, where they are at the tail, mostly a link, or begin with a label."""
    at_tail = True
    for at in range(len(lines) - 1, -1, -1):
        if reasons[at] is not None:
            continue
        line = lines[at]
        if normal_line(line.text) in learnt and (at_tail or line.link >= LINKED):
            reasons[at] = ("promo", _LEARNT)
        else:
            at_tail = False


def _same_words(line: str, headline: str) -> bool:
    if abs(len(line) - len(headline)) > 20 + len(headline) // 4:
        return False
    return folded_words(line) == folded_words(headline) != []
