"""The entries of one document → the same without marks that identify none of them.

The law: a guid that names two different items is absent; a URL that leads to several is said to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from rapidfuzz import fuzz

from bot.core.parse.links import HOME
from bot.core.parse.markup import plain_line
from bot.core.text.words import CJK_STRETCH
from bot.model import Entry

_FEW_WORDS = 5
"""Fewer tell no text from another."""
_SHORT = 3
"""Letters of words that most texts of a language have in common."""
_TOGETHER = 3
"""Characters that count as a word where no spaces stand, or where words end otherwise in each sentence (Korean): texts
of different events share a sixth of them at most, of pairs a quarter (Japanese, Thai), versions two thirds."""
_VERSIONS = 60.0
"""rapidfuzz ratio (0–100) of two titles from which one may be the other's version; two Chinese headlines of different
events reach 10 to 30."""
_AROUND_WORDS = ".,:;!?…\"'()[]«»“”„‘’|–—-"


def without_shared_marks(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Entries of one document: a guid that stands on items with different URLs, with unlike titles or texts, or with
    dates of their own and names or figures in one another's place (`Word 16.1`, `Word 16.2`), identifies none of them;
    neither does a URL that stands on items of different words."""
    entries = tuple(entries)
    guids: defaultdict[str, list[Entry]] = defaultdict(list)
    urls: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.guid:
            guids[entry.guid].append(entry)
        if entry.url:
            urls[entry.url].append(entry)
    no_guids = {
        guid
        for guid, ones in guids.items()
        if len(ones) > 1
        if len({one.url for one in ones}) > 1 or _are_unlike(ones) or _are_told_apart(ones) or _are_of_other_texts(ones)
    }
    no_urls = {url for url, ones in urls.items() if len(ones) > 1 and _are_several(ones, no_guids)}
    if not no_guids and not no_urls:
        return entries
    return tuple(
        replace(entry, guid=None if entry.guid in no_guids else entry.guid, shares_url=entry.url in no_urls)
        for entry in entries
    )


def _are_unlike(entries: Sequence[Entry]) -> bool:
    """Whether the titles of some entries have less than half of their words in common: no versions of one item. In
    scripts without spaces a title is one word; there its letters say it."""
    titles = [entry.title.casefold() for entry in entries]
    words = [frozenset(title.split()) for title in titles]
    return any(
        2 * len(words[at] & words[at - 1]) < min(len(words[at]), len(words[at - 1]))
        and fuzz.ratio(titles[at], titles[at - 1]) < _VERSIONS
        for at in range(1, len(titles))
    )


def _are_told_apart(entries: Sequence[Entry]) -> bool:
    """Whether each of some entries has a title and a date of its own, and a title has a figure or a name where another
    has another (`Word 16.1`, `Word 16.2`). A longer title (`…, says union`), or plain words in place of others, is a
    version."""
    titles, dates = [entry.title for entry in entries], {entry.published_at for entry in entries}
    if None in dates or not len(set(titles)) == len(dates) == len(titles):
        return False
    return any(_has_a_name_beyond(one, other) and _has_a_name_beyond(other, one) for one, other in pairwise(titles))


def _are_of_other_texts(entries: Sequence[Entry]) -> bool:
    """Whether two of some entries have texts with less than half of their words in common: what changed on a page that
    is watched, each time under its guid and headline. Of one date, as several changes of a day may be, with hardly a
    long word: an item that stands in a document twice may have two teasers."""
    dates = {entry.published_at for entry in entries}
    texts = [plain_line(entry.summary or entry.body).casefold() for entry in entries]
    is_of_a_date_each = len(dates) == len(entries)
    words = [_compared_by(text, 0 if is_of_a_date_each else _SHORT) for text in texts]
    part = 2 if is_of_a_date_each else 4
    return min(map(len, words)) >= _FEW_WORDS and any(
        part * len(one & other) < min(len(one), len(other)) for one, other in pairwise(words)
    )


def _compared_by(text: str, longer_than: int) -> frozenset[str]:
    """The words of a text that are longer than so many letters; of scripts without spaces what stands together."""
    said: set[str] = set()
    for word in text.split():
        runs = CJK_STRETCH.findall(word)
        for run in runs:
            said.update(run[at : at + _TOGETHER] for at in range(max(1, len(run) - _TOGETHER + 1)))
        if not runs and len(word) > longer_than:
            said.add(word)
    return frozenset(said)


def _has_a_name_beyond(title: str, other: str) -> bool:
    """Whether a title has a word that may name something and stands nowhere in another: one with a digit, a capital
    letter or a sign, and any word of a script without case, in which it may be a whole sentence."""
    text = other.casefold()
    words = frozenset(word.strip(_AROUND_WORDS) for word in text.split())
    for word in (word.strip(_AROUND_WORDS) for word in title.split()):
        has_case = word.lower() != word.upper()
        has_figure = any(map(str.isdecimal, word))
        if (has_figure or not word.islower()) and word.casefold() not in (words if has_case or has_figure else text):
            return True
    return False


def _are_several(entries: Sequence[Entry], no_guids: Collection[str]) -> bool:
    """Whether entries of one URL are several items: they say different things, and not under one guid. At a site's own
    page each has a guid and a date of its own: `Service degraded` in one form of words, once more."""
    guids = {None if entry.guid in no_guids else entry.guid for entry in entries}
    is_one = len(guids) == 1 and None not in guids
    if is_one or len({(entry.title, entry.summary, entry.body) for entry in entries}) > 1:
        return not is_one
    dates = {entry.published_at for entry in entries}
    marks_apart = None not in guids | dates and len(guids) == len(dates) == len(entries)
    return marks_apart and HOME.fullmatch(entries[0].url or "") is not None
