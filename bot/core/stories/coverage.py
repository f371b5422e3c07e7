"""A story → who reported it, in a line for people.

Law: counts are of outlets, never of feeds or entries; an edit or a copy is no text of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.text.plural import counted
from bot.model import FeedId, Story


def coverage_line(story: Story, names: Mapping[FeedId, str]) -> str:
    """`7 outlets, 2 independent texts, first: BBC World` (the outlet of the earliest report that names one, as `names`
    has it: see `RuleSet.outlet_names`)."""
    parts = [
        counted(len(story.outlets), "outlet", "outlets"),
        counted(story.independent_texts, "independent text", "independent texts"),
    ]
    first = next((report for report in story.reports if report.source is not None), None)
    if first is not None:
        parts.append(f"first: {(first.feed and names.get(first.feed)) or first.source}")
    return ", ".join(parts)
