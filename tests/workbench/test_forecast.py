"""A forecast counts what a replay posts: the same moments, channels and kinds, whatever became of the stories."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.matching.matcher import Matcher
from bot.model import DecidedEntry, Decision, Entry, EntryId, Reading, RuleSet, StoredEntry, StoryId, Verdict
from bot.workbench.forecast import Forecast, HeldEntry
from bot.workbench.replay import Arrival, Replay
from tests.archives import rule_set
from tests.builders import AT
from tests.examples import seeds

WORDS = ("amber", "birch", "cedar")
RULES = """\
channels:
  hourly: {slack: "#hourly", digest: {every: 1h, max_stories: 3}}
  slots: {slack: "#slots", digest: {at: ["08:30", "17:00"], days: mon-fri}}
  live: {slack: "#live", immediate: {per_hour: 2}, follow: none}
  followed: {slack: "#followed", immediate: {per_hour: 3}, follow: thread}
  edited: {slack: "#edited", digest: {every: 1h, max_stories: 3}, follow: update}
  night: {slack: "#night", immediate: {per_hour: 1}, digest: {every: 2h}, follow: none,
          quiet: {from: "19:00", to: "07:30", weekends: true}}
rules:
"""


def some_rules(dice: random.Random) -> RuleSet:
    channels = ["hourly", "slots", "live", "night"] + ["followed", "edited"] * dice.randrange(2)
    lines = [
        f"  - {{id: {word}, when: {word}, to: [{', '.join(dict.fromkeys(dice.sample(channels, 2)))}],"
        f" priority: {dice.choice(['low', 'normal', 'normal', 'urgent'])}}}\n"
        for word in dice.sample(WORDS, dice.choice((1, 2, 3)))
    ]
    ruleset = rule_set(RULES + "".join(lines))
    used = {name for rule in ruleset.rules for name in rule.to}
    return replace(ruleset, channels={name: one for name, one in ruleset.channels.items() if name in used})


def an_archive(dice: random.Random, count: int = 60) -> list[StoredEntry]:
    """Entries with stories that go on, are merged, edited and updated."""
    entries: list[StoredEntry] = []
    standing: list[int] = []
    at = AT
    for number in range(1, count + 1):
        at += timedelta(minutes=dice.choice((0, 0, 3, 20, 200)))
        title = " ".join(dice.sample([*WORDS, "dune", "elm", "fir"], 2))
        verdict, story, merged = Verdict.NEW_STORY, number, tuple[StoryId, ...]()
        if standing and dice.random() < 0.5:
            verdict = dice.choice((Verdict.SAME_STORY, Verdict.UPDATE, Verdict.EDIT, Verdict.NEAR_DUPLICATE))
            story = dice.choice(standing)
            if len(standing) > 2 and dice.random() < 0.4:
                other = dice.choice([one for one in standing if one != story])
                standing.remove(other)
                merged = (StoryId(other),)
        else:
            standing.append(number)
        decision = Decision(entry=EntryId(number), verdict=verdict, story=StoryId(story), merged=merged)
        age = timedelta(days=dice.choice((0, 0, 0, 5)))
        entry = Entry(title=title, url=f"https://a.example/{number}", seen_at=at, published_at=at - age)
        stored = StoredEntry(
            id=EntryId(number), entry=entry, reading=Reading(title=title), decision=decision, story=StoryId(story)
        )
        entries.append(stored)
    return entries


@pytest.mark.parametrize("seed", seeds(6, 40))
def test_a_forecast_posts_what_a_replay_does(seed: int) -> None:
    dice = random.Random(seed)
    ruleset, archive = some_rules(dice), an_archive(dice)
    matcher = Matcher(ruleset)
    held = [
        HeldEntry(
            decided=DecidedEntry(decision=one.decision, seen_at=one.entry.seen_at, published_at=one.entry.published_at),
            seen_at=one.entry.seen_at,
            matches=matcher.match(one.entry, one.reading),
            entry=one.entry,
            title=one.reading.title,
        )
        for one in archive
    ]
    arrivals = (Arrival(id=str(one.id), entry=one.entry, archived=one) for one in archive)
    replayed = [(post.at, post.delivery.channel, post.delivery.kind) for post in Replay(ruleset).posts(arrivals)]
    assert [(post.at, post.channel, post.kind) for post in Forecast(ruleset).posts(iter(held))] == replayed
    assert len(replayed) > 5
