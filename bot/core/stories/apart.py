"""An entry and what it seems to be → what tells them apart all the same: from a story that it fits, from an item whose
marks it bears.

Law: where two look alike, what is known of days, outlets and names wins over a score. Told apart wrongly, a report is
a story of its own; joined wrongly, it may go unread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.core.similarity.signs import tells_apart
from bot.core.similarity.sketch import overlap
from bot.core.similarity.titles import TEMPLATE, difference, in_place_of, read_headline
from bot.core.similarity.tokens import is_common
from bot.core.stories.prepared import Prepared
from bot.core.stories.records import Item

ALIKE = 0.5
"""Cosine, or share of the text that stands in both, from which a report is looked at as an original; the same share,
however short the text, makes a form letter of two entries of one feed."""
_SHARED = 2
"""Units besides function words that an entry must share with a story."""
_DAY = 86_400


def told_apart(query: Prepared, reports: Sequence[Item], own: Item | None, shared: Sequence[str], window: float) -> str:
    """What tells an entry from a story, in words; empty: nothing does. `reports`: the story's that are like it, nearest
    first; `own`: the nearest of its own feed; `shared`: the units that prove something; `window`: seconds that a story
    stays open."""
    return (
        _other_days(query, reports, window)
        or (_repeated(query, own) if own is not None else "")
        or _chance(query, shared)
        or in_place_of(read_headline(reports[0].title), query.headline)
    )


def is_another(query: Prepared, item: Item, says: Callable[[str], bool], *, is_renamed: bool) -> bool:
    """Whether what bears an item's marks has a text, as the item has, and no telling word of it: the numbers of a site
    set up anew begin at 1. `is_renamed`: it has a guid of its own (a warning, a watched page); then the headline, which
    both have, does not count, a line is text enough, and one date makes them one: there are feeds that make a guid with
    every fetch (`4 comments`). `says`: whether the item says a unit."""
    if is_renamed and query.published is not None and query.published == item.published:
        return False
    if not (query.text and item.words if is_renamed else query.has_text and item.has_text):
        return False
    title = query.title_units
    units = set(query.lead_units).difference(title) if is_renamed else {*title, *query.lead_units}
    telling = [unit for unit in units if not is_common(unit)]
    return bool(telling or not is_renamed) and not any(map(says, telling))


def says_the_same(query: Prepared, item: Item) -> bool:
    """Whether headline and text are those of another entry, as far as they are kept: word for word, and no sign in
    another's place."""
    if item.sketch != query.packed or list(item.units) != list(query.counts):
        return False
    return not tells_apart(item.signs.splitlines(), query.signs.splitlines())


def seconds_between(query: Prepared, item: Item) -> float:
    """Between the publications of two reports; 0 where one has no date that says anything."""
    if query.published is None or item.published is None:
        return 0.0
    return abs(query.published - item.published)


def _other_days(query: Prepared, reports: Sequence[Item], window: float) -> str:
    """What is new to a window is not always of its days: a feed that is polled for the first time brings its last fifty
    entries, of years. In real feeds most joins between such entries were wrong."""
    between = min(seconds_between(query, item) for item in reports)
    return f"published {between / _DAY:.0f} days apart from what it resembles" if between > window else ""


def _repeated(query: Prepared, item: Item) -> str:
    """What an entry repeats of an earlier one of its feed: an outlet does not repeat itself, so they are two."""
    if query.headline.corrects:
        return ""
    if overlap(query.opened, item.sketch).share >= ALIKE:
        return "two entries of one feed share their text"
    between = difference(read_headline(item.title).words, query.headline.words)
    if between.frame >= TEMPLATE and (between.replaced or not between.added):
        return "two entries of one feed share their headline"
    return ""


def _chance(query: Prepared, shared: Sequence[str]) -> str:
    """Why what is shared is chance: one name alone (`Huawei opens …`, `Court hears Huawei …`); empty: it is not."""
    telling = [unit for unit in shared if not is_common(unit)]
    if len(telling) >= _SHARED:
        return ""
    return f"nothing but {''.join(map(query.written, telling)) or 'function words'} is shared"
