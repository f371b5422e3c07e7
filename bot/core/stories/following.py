"""An entry that hardly fits a story → whether it says the name that the story goes by, and so may bring its news.

Law: a development has other words than its story by nature (`Utility boss quits over Dunmore tragedy`); often nothing
but a name is left of them. A name proves little: so it is one that all reports of the story say, of which there are
several, and no other story; and only what brings news follows a story so, which is told. A wrong one stands under
its own headline as an update of the other story: in a digest that costs a glance, in a channel of `immediate` it is an
edit of the other's message, which calls nobody.
"""

from __future__ import annotations

from bot.core.similarity.names import shows_names
from bot.core.similarity.tokens import expected_share, is_figure
from bot.core.stories.clusters import Cluster
from bot.core.stories.inverted_index import Words
from bot.core.stories.prepared import Prepared
from bot.core.stories.records import TITLE_COUNT

_REPORTS = 3
"""Reports that a story has at least: what one or two say, other headlines share by chance."""
_ALL = 0.9
"""Share of its reports that say the name in the headline; the one that does not may say it twice below."""
_STORIES = 1.4
"""Stories (their effective number) that hold the name at most: one, and a stray."""


def says_its_name(query: Prepared, cluster: Cluster, words: Words, ignored: frozenset[int]) -> bool:
    """Whether an entry's headline says a name that a story goes by. `ignored`: units that prove nothing here."""
    whole = query.headline.whole
    if cluster.size < _REPORTS or not (shows_names(whole) or not any(token.raw.islower() for token in whole)):
        return False
    return any(
        cluster.counts.get(unit, 0) >= _ALL * TITLE_COUNT * cluster.size
        and unit not in ignored
        and words.held_by(unit) <= _STORIES
        and not is_figure(words.text(unit))
        and not expected_share(words.text(unit))
        for unit in query.names or query.title_numbers
    )
