"""Entries in order of arrival → stories: what is the item again, an edit, a copy, the same event, news in it.

`identity`        an entry → its keys: guid, URL in one form, a hash of what it says, outlet
`recognition`     the item again or an edit of it; what is remembered of an item for as long as its keys are kept
`features`        an entry made ready to be compared
`inverted_index`  tokens → the newest entries that hold them, and how much each token counts
`candidates`      which stories an entry fits, and how well
`clusters`        which entries make which story; merges by parent pointer
`records`         one indexed entry, and the record it is stored as
`index`           `StoryIndex`: decides about one entry at a time
`updates`         what is new in a report of a story that is known
`coverage`        outlets, texts of their own, and the timeline of a story
"""

from bot.core.stories.coverage import Sources, sources_line, sources_of, timeline
from bot.core.stories.index import StoryIndex
from bot.core.stories.recognition import Known, known_after
from bot.core.stories.records import IndexRecord

__all__ = [
    "IndexRecord",
    "Known",
    "Sources",
    "StoryIndex",
    "known_after",
    "sources_line",
    "sources_of",
    "timeline",
]
