"""Entries in order of arrival → stories: what is the item again, an edit, a copy, the same event, news in it.

`identity`        what an entry is known by: guid, URL, hash of its text; its outlet
`recognition`     what is remembered of an item while its keys are kept; the item again, or an edit of it
`features`        an entry made ready to be compared
`records`         one indexed entry, and the record it is stored as
`inverted_index`  which entries hold a word, and how much each word counts
`clusters`        which entries make which story; merges by parent pointer
`candidates`      which entries may be about the same
`fit`             which stories an entry fits, and how well
`index`           `StoryIndex`: decides about one entry at a time
`updates`         what is new in a report of a story that is known
`coverage`        who told a story: outlets, texts of their own
"""

from bot.core.stories.coverage import coverage_line
from bot.core.stories.index import StoryIndex
from bot.core.stories.recognition import KnownItem, known_after
from bot.core.stories.records import IndexRecord

__all__ = [
    "IndexRecord",
    "KnownItem",
    "StoryIndex",
    "coverage_line",
    "known_after",
]
