"""An entry and what it seems to be → what tells them apart all the same: from a story that it fits, from an item whose
marks it bears.

Law: where two look alike, what is known of days, outlets and names wins over a score. Told apart wrongly, a report is
a story of its own; joined wrongly, it may go unread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from bot.core.similarity.changes import kinds_in
from bot.core.similarity.difference import TEMPLATE, difference, stretches, telling
from bot.core.similarity.duplicates import Lead
from bot.core.similarity.folding import PAIRS, stem
from bot.core.similarity.headlines import FEWEST_WORDS, LONGEST_NAME
from bot.core.similarity.in_place import in_place_of
from bot.core.similarity.lexicon import lexicon
from bot.core.similarity.names import is_spelling, names_told
from bot.core.similarity.signs import tells_apart
from bot.core.similarity.sketch import overlap
from bot.core.similarity.titles import is_same_headline
from bot.core.similarity.tokens import FIGURE, is_common, is_figure, is_pair, units
from bot.core.stories.inverted_index import TITLE_COUNT
from bot.core.stories.prepared import Prepared
from bot.core.stories.records import Item

ALIKE = 0.5
"""Cosine, or share of the text that stands in both, from which a report is looked at as an original; the same share,
however short the text, makes a form letter of two entries of one feed."""
_MESSAGE = 8
"""Units beside its headline's from which a text is a message of its own: a byline with its date has six."""
_DAY, _QUARTER = 86_400, 900
"""Seconds. A date of a full quarter of an hour may be that of a whole day, in any time zone."""


def told_apart(query: Prepared, reports: Sequence[Item], own: Item | None, shared: Sequence[str], window: float) -> str:
    """What tells an entry from a story, in words; empty: nothing does. `reports`: the story's that are like it, nearest
    first; `own`: the nearest of its own feed; `shared`: the units that prove something; `window`: seconds that a story
    stays open."""
    nearest, tells = reports[0], _label_tells(query, shared.__contains__)
    return (
        _other_days(query, reports, window)
        or (_repeated(query, own) if own is not None else "")
        or _chance(query, shared)
        or _other_text(query, nearest)
        or in_place_of(nearest.headline, query.headline, labels_tell=tells)
        or _in_place_in_text(query, nearest)
    )


def is_other_event(query: Prepared, item: Item) -> bool:
    """Whether a name tells an entry from a report whose words it repeats."""
    in_text = _in_place_in_text(query, item) or change_in_text(query, item)
    return bool(in_text) or _label_tells(query, item.says)


def _label_tells(query: Prepared, says: Callable[[str], bool]) -> bool:
    """Whether the headline's label, or tail, says where or to whom it happened (`Lyon : …`, `Gaza war: …`), not who
    says so: the entry's own text says it, too, and what it is compared with does not. `says`: whether that says a
    unit."""
    headline = query.headline
    behind = headline.whole[len(headline.before) + len(headline.words) :]
    label = units(telling(headline.before)) + units(telling(behind))
    if not label:
        return False
    numbers = dict(zip(query.kept.title_units, query.title_numbers, strict=True))
    in_text = [unit for unit in label if query.counts.get(numbers.get(unit, -1), 0) > TITLE_COUNT]
    return bool(in_text) and not any(map(says, in_text))


def _in_place_in_text(query: Prepared, item: Item) -> str:
    """What tells two texts apart that begin alike: inside the first sentence a name stands where the other has one that
    the entry does not say (`A school bus overturned near Derby`, `… near Leeds`); empty: nothing does. At the beginning
    a byline stands, or the other's dateline: what is there tells nothing, unless a further name differs (`Kyle Marsh,
    31, of Gorton, was jailed …`)."""
    if query.headline.corrects:
        return ""
    here = list(dict.fromkeys(unit for unit in units(query.lead) if unit not in query.kept.title_units))
    has_pairs = any(map(is_pair, here))
    longest = LONGEST_NAME * (PAIRS if has_pairs else 1)
    units_there = item.texts()
    there = units_there[item.of_title :][: len(here) + longest]
    places = stretches(there, here)
    shared = sum(size for *_, size in places)
    if shared < max(LONGEST_NAME, TEMPLATE * (shared + (len(here) - shared) / longest)):
        return ""  # as most, were all that differs names
    said = {*query.kept.title_units, *query.kept.lead_units}
    names = {token.unit for token in names_told(query.lead)}
    both = unlike = 0
    early: list[str] = []
    inside: list[str] = []
    for of_item, own, size in places:
        gone, come = there[of_item], here[own]
        unlike += len(come)
        if gone and come and size and max(len(gone), len(come)) <= longest:
            unlike -= 0 if has_pairs else len(come) - 1  # it may be a name of several words
            new = [unit for unit in come if (unit in names or is_pair(unit)) and unit not in units_there]
            old = [unit for unit in gone if unit not in said and not is_common(unit)]
            if new and old and not any(is_spelling(one, other) for one in new for other in old):
                (inside if both >= FEWEST_WORDS else early).append(new[0])
        both += size
    if both < TEMPLATE * (both + unlike) or not (inside or len(early) > 1):
        return ""
    return f"its text has “{query.written([*inside, *early][0])}” where the other has another name"


def change_in_text(query: Prepared, item: Item) -> str:
    """What stands for what in a text that is the same otherwise, as far as both begin: a figure, or a word that tells a
    change (`9 → 31`, `granted`, `dismissed`); or a denial that one has alone; empty: nothing does."""
    if not item.sketch:
        return ""
    says, units_there = item.says, item.texts()
    tells = {token.unit for token in query.beginning if token.kind == FIGURE or token.tells}
    denials = _denials()
    denied = {unit for unit in units_there if unit in denials}.symmetric_difference(
        token.unit for token in query.beginning if token.unit in denials
    )
    if not denied and all(map(says, tells)):
        return ""
    title, said = set(query.kept.title_units), {*query.kept.title_units, *query.kept.lead_units}
    here = [unit for unit in dict.fromkeys(query.kept.lead_units) if unit not in title]
    there = units_there[item.of_title :]
    places = stretches(there, here)
    if sum(size for *_, size in places) < TEMPLATE * min(len(here), len(there)):
        return ""
    before = 0
    for of_item, own, size in places:
        stands = there[of_item], here[own]
        gone, come = ([unit for unit in stretch if not is_common(unit)] for stretch in stands)
        is_one = before >= FEWEST_WORDS and size and len(gone) == len(come) == 1 and come[0] in tells
        if is_one and not (says(come[0]) or gone[0] in said):
            written = query.written(come[0])
            return f"{gone[0][1:]} → {written}" if is_figure(gone[0]) and is_figure(come[0]) else f"now: {written}"
        alone = [unit for stretch in stands for unit in stretch if unit in denials or not is_common(unit)]
        if before >= FEWEST_WORDS and size and alone and denied.issuperset(alone):
            return f"now: {query.written(alone[-1])}" if stands[1] else f"no more: {alone[-1]}"
        before += size
    return ""


@cache
def _denials() -> frozenset[str]:
    """Units of what denies, in some language: alone in a text that is the same otherwise it does so here, too."""
    return frozenset(map(stem, lexicon().denials - lexicon().qualifiers))


def is_another(query: Prepared, item: Item, *, is_renamed: bool, is_rewritten: bool) -> bool:
    """Whether what bears an item's marks has a text, as the item has, and no telling word of it: the numbers of a
    site set up anew begin at 1. `is_renamed`: it has a guid of its own (a warning, a watched page); then the
    headline, which both have, does not count, a line is text enough, and the date of one moment makes them one:
    there are feeds that make a guid with every fetch (`4 comments`). A line is enough, too, beside a later date or
    without dates: the page of a ticker, which has one message at a time. There, what both headlines have under a
    wholly different one (`is_rewritten`) says where it is: `No alerts in effect, Ottawa`, `WIND WARNING,
    Ottawa`."""
    published = query.kept.published
    if is_renamed and _are_of_one_moment(query, item):
        return False
    may_be_next = published is None or item.published is None or published > item.published
    has_line, has_text = bool(query.text and item.has_line), bool(query.kept.has_text and item.has_text)
    if not (has_line if is_renamed or may_be_next else has_text):
        return False
    title = query.kept.title_units
    said = set(query.kept.lead_units).difference(title) if is_renamed else {*title, *query.kept.lead_units}
    is_message = is_rewritten and may_be_next and not is_renamed
    if is_message:
        said.difference_update({*units(item.headline.words)}.intersection(title))
    own = [unit for unit in said if not is_common(unit)]
    frame = [unit for unit in said if not is_figure(unit)]
    if is_renamed and frame and all(map(item.says, frame)):
        return False  # `4 comments`, `7 comments`: a list of what is read most shows an item again and again
    least = 1 if is_renamed else 0 if has_text and not is_message else FEWEST_WORDS
    return len(own) >= least and not any(map(item.says, own))


def _are_of_one_moment(query: Prepared, item: Item) -> bool:
    published = query.kept.published
    return published is not None and published == item.published and bool(published % _QUARTER)


def is_next_there(query: Prepared, item: Item) -> bool:
    """Whether a headline like the last one at its address tells of something else, in the feed's own words: one word
    stands in another's place (`SNOW WARNING`, `WIND WARNING`), and the text is another one, or says that word, too. A
    figure (`12 comments`) only where the text says it; under the date of one moment only what tells a change, or a
    figure: a feed that makes a guid with every fetch has edits, too (`stops driver`, `holds driver`)."""
    between = difference(item.headline.words, query.headline.words)
    come, tells = [], False
    for gone, now in between.replaced:
        told = kinds_in(gone)
        for token in telling(now) if telling(gone) else ():
            is_change = not kinds_in([token]) <= told
            # `charged` is spelled nearly as `cleared`; `carsh` tells nothing that `crash` could undo.
            if (is_change and told) or not any(is_spelling(token.form, other.form) for other in gone):
                come.append(token)
                tells |= is_change or token.kind == FIGURE
    if not tells and _are_of_one_moment(query, item):
        return False
    in_text = [token.unit for token in come if token.unit in query.kept.lead_units]
    if not in_text and all(token.kind == FIGURE for token in come):
        return False
    return overlap(query.opened, item.sketch).share < ALIKE or not all(map(item.says, in_text))


def is_next(query: Prepared, item: Item, *, is_state: bool) -> bool:
    """Whether what stands at a place, under a headline like the last one's, has another date and less than half of its
    text: the next warning of a region, in words as warnings have them. Of a state that is back (`is_state`) a line is
    text enough, under a later date."""
    is_of_its_date = query.kept.published is not None and query.kept.published == item.published
    if is_state and (query.kept.published is None or item.published is None):
        return False
    has_text = is_state or (query.kept.has_text and item.has_text)
    return has_text and not is_of_its_date and overlap(query.opened, item.sketch).share < ALIKE


def have_messages(query: Prepared, item: Item) -> bool:
    """Whether both say more than their headline does: `Photo: AFP`, a byline and `Read more` stand on a page until its
    text does."""
    own = (len(query.counts) - len(query.kept.title_units), len(item.units) - item.of_title)
    return min(own) >= _MESSAGE


def keeps_text(query: Prepared, item: Item, *, is_place: bool) -> bool:
    """Whether an entry has the date of an item, and most of its text; at a place (`is_place`), where the next message
    may be a form letter, too, no other text: three headlines that are tried by turns."""
    is_of_its_date = query.kept.published is not None and query.kept.published == item.published
    texts = overlap(query.opened, item.sketch)
    return is_of_its_date and (texts.of_one == 1 if is_place else texts.share >= ALIKE)


def says_the_same(query: Prepared, item: Item) -> bool:
    """Whether headline and text are those of another entry, as far as they are kept: word for word, and no sign in
    another's place."""
    if item.sketch != query.kept.sketch or list(item.units) != list(query.counts):
        return False
    return not tells_apart(item.signs.splitlines(), query.kept.signs.splitlines())


def seconds_between(query: Prepared, item: Item) -> float:
    """Between the publications of two reports; 0 where one has no date that says anything."""
    if query.kept.published is None or item.published is None:
        return 0.0
    return abs(query.kept.published - item.published)


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
    between = difference(item.headline.words, query.headline.words)
    if between.frame >= TEMPLATE and (between.replaced or not between.added):
        return "two entries of one feed share their headline"
    return ""


def _other_text(query: Prepared, item: Item) -> str:
    """A title in common proves nothing where the texts disagree."""
    is_one = bool(item.sketch) and is_same_headline(item.headline, query.headline)
    return "one headline over two texts" if is_one and lead_of(query, item).is_foreign() else ""


def lead_of(query: Prepared, item: Item) -> Lead:
    """An entry's lead, to be compared with a report's text."""
    return Lead(
        tokens=query.lead,
        says=item.says,
        overlap=overlap(query.lead_sketch, item.sketch),
        meets_text=bool(item.sketch),
        meets_line=not item.has_text,
    )


def _chance(query: Prepared, shared: Sequence[str]) -> str:
    """Why what is shared is chance: one name alone (`Huawei opens …`, `Court hears Huawei …`); empty: it is not."""
    telling = [unit for unit in shared if not is_common(unit)]
    if len(telling) >= FEWEST_WORDS:
        return ""
    return f"nothing but {''.join(map(query.written, telling)) or 'function words'} is shared"
