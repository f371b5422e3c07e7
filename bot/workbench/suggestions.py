"""What people marked of a rule's stories → the marked stories that `suggest` is made of, with their texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.core.matching.mentions import EntryText
from bot.core.workbench.edits import MarkedStory
from bot.model import MarkVerdict, Rule, RuleSet, StoryId
from bot.ports import Store

_MOST_TOLD = 1_000
"""Told stories without a mark that are looked at, the latest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """Marked stories, and what has to be said of the marks."""

    stories: tuple[MarkedStory, ...]
    disputed: tuple[str, ...] = ()
    """Marked both ways: they count as relevant."""
    pruned: int = 0
    """Marked stories that the archive does not have any more."""
    bad: int = 0
    """Lines of the file that could not be read."""


def labels_of_marks(store: Store, rule: Rule, ruleset: RuleSet) -> Labels:
    """What people marked, and what else the rule told."""
    verdicts: dict[StoryId, set[bool]] = {}
    for mark in store.marks():
        if mark.rule == rule.id:
            verdicts.setdefault(mark.story, set()).add(mark.verdict is MarkVerdict.RELEVANT)
    posted = _told(store, rule, ruleset.settings.keep)
    wanted = [*verdicts, *(story for story in posted if story not in verdicts)][: len(verdicts) + _MOST_TOLD]
    texts = _texts(store, ruleset, wanted)
    return Labels(
        stories=tuple(
            MarkedStory(id=str(story), texts=tuple(texts[story]), relevant=verdict_of(verdicts.get(story, set())))
            for story in wanted
            if story in texts
        ),
        disputed=tuple(str(story) for story, said in verdicts.items() if len(said) > 1),
        pruned=sum(story not in texts for story in verdicts),
    )


def labels_beside(store: Store, labels: Labels, rule: Rule, ruleset: RuleSet) -> Labels:
    """Given labels, and the stories without one that the rule told."""
    named = {story.id for story in labels.stories}
    posted = _told(store, rule, ruleset.settings.keep)
    wanted = [story for story in posted if str(story) not in named][:_MOST_TOLD]
    texts = _texts(store, ruleset, wanted)
    unmarked = (MarkedStory(id=str(story), texts=tuple(of_story)) for story, of_story in texts.items())
    return replace(labels, stories=(*labels.stories, *unmarked))


def _told(store: Store, rule: Rule, keep: timedelta) -> list[StoryId]:
    """Stories that the rule posted within the time that the archive is kept, the latest first."""
    last_at = store.archive_span(None).last_at
    if last_at is None:
        return []
    # From the last entry, not from now: the same archive gives the same answer.
    posted = [row.story for row in store.posted_since(last_at - keep) if rule.id in row.rules]
    return list(dict.fromkeys(reversed(posted)))


def _texts(store: Store, ruleset: RuleSet, stories: Sequence[StoryId]) -> dict[StoryId, list[EntryText]]:
    texts: dict[StoryId, list[EntryText]] = {}
    for stored in store.archived(store.archived_of(stories)):
        text = EntryText(stored.entry, stored.reading, ruleset.labels_of(stored.entry.feed))
        texts.setdefault(stored.story, []).append(text)
    return texts


def verdict_of(said: set[bool]) -> bool | None:
    """Of several persons one that finds it relevant is enough: it must not be lost."""
    return None if not said else True in said
