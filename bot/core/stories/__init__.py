"""Entries in order of arrival → stories: what is the item again, an edit, a copy, the same event, news in it.

`identity`        what an entry is known by: guid, URL, hash of its text; its outlet
`recognition`     what is remembered of an item while its keys are kept; the item again, or an edit of it
`prepared`        an entry made ready to be compared
`records`         one indexed entry, and the record it is stored as
`earlier`         records of the build before
`inverted_index`  which entries hold a unit, and how much each unit counts
`clusters`        which entries make which story; merges by parent pointer
`candidates`      the reports that may be about the same
`feeds`           which outlets of a feed count as one; what its entries share, which proves nothing
`score`           how well an entry fits a story, and what they share; the fitted table
`apart`           what tells an entry from what it seems to be: a story that it fits, an item whose marks it bears
`far`             whether an entry hardly resembles the report of a story that is most like it
`said`            what a story has said
`figures`         figures of a report and of its story: what became of which
`wordings`        two wordings of one headline: what became of what
`developments`    what is new in a report of a story that is known
`index`           `StoryIndex`: decides about one entry at a time
"""

from bot.core.stories.index import StoryIndex
from bot.core.stories.recognition import KnownItem, known_after
from bot.core.stories.records import IndexRecord

__all__ = [
    "IndexRecord",
    "KnownItem",
    "StoryIndex",
    "known_after",
]
