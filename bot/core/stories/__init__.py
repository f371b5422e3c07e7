"""Entries in order of arrival in, stories out: what is the item again, an edit, a copy, the same event, news in it.

`known`     what is remembered of an item for as long as its keys are kept; the item again, or an edit of it
`items`     one indexed entry, and the record it is stored as
`words`     the inverted index and how much each word counts
`clusters`  which entries make which story; merges by parent pointer
`query`     an entry made ready to be compared
`ranking`   which stories an entry fits, and how well
`index`     `StoryIndex`: decides about one entry at a time
`changes`   what is new in a report of a story that is known
`sources`   outlets, texts of their own, and the timeline of a story
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
