"""A story → who reported it, in a line for people.

Law: counts are of outlets, never of feeds or entries; an edit or a copy is no text of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.text.plural import counted
from bot.model import FeedId, Story


def coverage_line(story: Story, names: Mapping[FeedId, str]) -> str:
    """`7 outlets, 2 independent texts, first: BBC World` (the outlet of the earliest report that names one, as `names`
    has it: see `RuleSet.outlet_names`); `BBC World` of a story that has one outlet and one text."""
    first = next((report for report in story.reports if report.source is not None), None)
    name = None if first is None else (first.feed and names.get(first.feed)) or first.source
    if name is not None and len(story.outlets) == story.independent_texts == 1:
        return name
    parts = [
        counted(len(story.outlets), "outlet", "outlets"),
        counted(story.independent_texts, "independent text", "independent texts"),
    ]
    return ", ".join([*parts, f"first: {name}"] if name is not None else parts)
