"""kill -9 while bursts build up and are told: which rule with `spike:` told of its burst, and how often."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import timedelta

from bot.app import clock, stopwatch
from bot.core.rulefile.ruleset import read_ruleset
from bot.core.workbench.query_parts import query_hash
from bot.core.workbench.spikes import LEARNING, SPIKES
from bot.drills.crash import kill_at_random
from bot.drills.publisher import FEEDS, invented_word
from bot.drills.stage import LONGEST_WAIT, START_WITHIN, Outcome, Stage, drill_file
from bot.model import Decision, Entry, EntryId, FeedId, IngestBatch, NewEntry, Reading, SpikeState, StoryId, Verdict

_CHANNEL = "spikes"
_OUTLETS = tuple(f"outlet{number}" for number in range(8))
_SPIKE = "{window: 1h, times: 3, at_least: 5}"


async def spikes(stage: Stage, kills: int, progress: Callable[[int], None] = lambda done: None) -> Outcome:
    """A burst for each death, each of a rule of its own: reports of eight outlets, in two parts, come in around it."""
    words = [invented_word(stage.dice) for _ in range(kills)]
    _prepare(stage, words)
    for number, word in enumerate(words):
        outlets = stage.dice.sample(_OUTLETS, len(_OUTLETS))
        early = stage.dice.randint(0, 6)
        _report(stage, word, outlets[:early])
        life = await stage.start()
        await life.hears("worker_started", START_WITHIN)
        await asyncio.sleep(stage.dice.uniform(0, 1.0))
        _report(stage, word, outlets[early:])
        await kill_at_random(stage, life)
        progress(number + 1)
    life = await stage.start()
    began = stopwatch()
    while stopwatch() - began < LONGEST_WAIT and any(not _told(stage, word) for word in words):
        await asyncio.sleep(0.2)
    await life.end(signal.SIGTERM)
    outcome = await stage.count()
    outcome.stories = len(words)
    outcome.messages = sum(_told(stage, word) for word in words)
    outcome.lost = [word for word in words if not _told(stage, word)]
    outcome.doubled = [word for word in words if _told(stage, word) > 1]
    return outcome


def _report(stage: Stage, word: str, outlets: Sequence[str]) -> None:
    """Each outlet reports in words of its own."""
    for outlet in outlets:
        title = " ".join([word, *(invented_word(stage.dice) for _ in range(7))])
        stage.publisher.publish(title, stage.dice.choice(FEEDS), outlet=outlet)


def _told(stage: Stage, word: str) -> int:
    """How many messages tell of the burst."""
    return sum(word in text for text in stage.texts(_CHANNEL))


def _prepare(stage: Stage, words: Sequence[str]) -> None:
    """Rules that have learnt for long enough, on feeds that have been there for long."""
    stage.slack.add_channel(_CHANNEL, "C0SPIKES00")
    text = _rules(stage, words)
    (stage.folder / "rules.yaml").write_text(text, encoding="utf-8")
    ruleset, problems = read_ruleset(text.encode(), {}, None)
    assert ruleset is not None, problems
    since_at = clock() - LEARNING - timedelta(days=1)
    entries = [
        NewEntry(
            id=EntryId(number),
            entry=Entry(title=f"Before: {feed}", feed=FeedId(feed), seen_at=since_at),
            reading=Reading(title=f"Before: {feed}"),
            decision=Decision(entry=EntryId(number), verdict=Verdict.NEW_STORY, story=StoryId(number)),
        )
        for number, feed in enumerate(FEEDS, 1)
    ]
    states = [(SPIKES, rule.id, SpikeState(query=query_hash(rule), since_at=since_at)) for rule in ruleset.rules]
    with closing(stage.open_store()) as store:
        store.record_ingest(IngestBatch(entries=tuple(entries), rule_states=tuple(states), at=since_at))


def _rules(stage: Stage, words: Sequence[str]) -> str:
    return drill_file(
        [f'  - {{url: "{stage.publisher.url(feed)}", id: {feed}, every: 1s}}' for feed in FEEDS],
        [f'  {_CHANNEL}: {{slack: "#{_CHANNEL}", immediate: {{}}}}'],
        [f"  - {{id: {word}, when: 'title:{word}', to: {_CHANNEL}, spike: {_SPIKE}}}" for word in words],
    )
