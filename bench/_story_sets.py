"""Labelled data sets → entries in order, and what an index makes of them against their labels.

Read in place from the files that are named; a file of another name is refused.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.core.stories.candidates import Candidate
from bot.core.stories.far import FAR_FROM_OWN, FAR_TEXT
from bot.core.stories.identity import identify
from bot.core.stories.index import StoryIndex
from bot.core.stories.prepared import Prepared
from bot.core.stories.score import Fit, Weights
from bot.core.text.reading import read_entry
from bot.model import Decision, Entry, EntryId, OutletId, Reading, StoryId, StorySettings, Verdict

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
UNKNOWN = 0.3
"""What a row counts whose label is only likely: two articles that nobody has compared."""
STRANGERS = ("strangers", "everyday")
"""Sets in which whoever is joined is joined wrongly."""
_IN_FULL = ("fnc", "fnc+s", "ecb+s", "strangers")
"""Sets that are read in a full window, too, among entries of other years and languages: alone, each begins in an empty
one, and what is rare in it is not what is rare among thousands."""
_NEAR = 0.1
"""The cosine of its nearest report from which a story's row is shown to the fit. Rows of farther stories, which hardly
ever are right, draw the offset: with them, and more than three stories weighed, strangers .039 → .044, headlines of
everyday words .121 → .169."""
_EVERYDAY = re.compile(r"[\u4e00-\u9fff]{2}|(?<!\w)[^\W\d_]{4,}(?!\w)")
"""What an everyday word may be: of four letters or more, or two Chinese characters."""
_EVERYDAY_WORDS = 40
"""Words that headlines without a meaning are made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledEntry:
    """An entry with its id in the set, its language, and what it says as `read_entry` gives it (read once)."""

    key: str
    lang: str
    entry: Entry
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledSet:
    """Entries in order of arrival, each with its language, and what is known of them: the story of each, or pairs."""

    name: str
    entries: tuple[LabelledEntry, ...]
    stories: dict[str, str]
    """By id; of pairs, those that are labelled as one, taken together."""
    pairs: dict[tuple[str, str], tuple[bool, str]]
    """(same, languages) by ids; empty where every entry has its story."""
    background: tuple[LabelledEntry, ...] = ()
    """What else arrives, half of it before: of its stories nothing is asked."""

    @property
    def family(self) -> str:
        """What it is left out of a fit with: the set of the same entries with their texts, all threads."""
        return self.family_of(self.name)

    @staticmethod
    def family_of(name: str) -> str:
        """The family of a set's name."""
        return name.partition("+")[0].partition(" ")[0]

    def shuffled(self, seed: int) -> Sequence[LabelledEntry]:
        """The entries in another order; what has times keeps its own."""
        if self.family == "threads":
            return self.entries
        return random.Random(seed).sample(self.entries, len(self.entries))

    def arrivals(self, seed: int) -> Sequence[LabelledEntry]:
        """`shuffled`, with the background: half of it first, then the rest in between."""
        entries = self.shuffled(seed)
        if not self.background:
            return entries
        drawn = random.Random(seed)
        others = drawn.sample(self.background, len(self.background))
        half = len(others) // 2
        late = iter(others[half:])
        places = set(drawn.sample(range(len(entries) + len(others) - half), len(entries)))
        mine = iter(entries)
        return others[:half] + [
            next(mine) if place in places else next(late) for place in range(len(entries) + len(others) - half)
        ]

    def of_language(self, lang: str) -> LabelledSet:
        """Its pairs whose first language is `lang`, and their entries."""
        pairs = {pair: (same, langs) for pair, (same, langs) in self.pairs.items() if langs.partition("-")[0] == lang}
        keys = {key for pair in pairs for key in pair}
        return replace(self, entries=tuple(row for row in self.entries if row.key in keys), pairs=pairs)


# --- the sets ----------------------------------------------------------------------------------------------------


def read_sets(files: Iterable[Path]) -> list[LabelledSet]:
    """The labelled sets that the files hold; a file of another name is refused."""
    sets: list[LabelledSet] = []
    for file in sorted(files):
        name = file.name.partition(".")[0]
        lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        if name in ("uci", "fnc", "ecb"):
            texts = (False, True) if any(line.get("summary") for line in lines) else (False,)
            sets += [_stories(name + "+s" * text, lines, text=text) for text in texts]
        elif name == "semeval_multi":
            sets += [_pairs("multi" + "+s" * text, lines, text=text) for text in (False, True)]
        elif name == "ru_slug":
            sets.append(_pairs("slug", lines, text=False))
        elif name == "semeval_en_pairs":
            sets.append(_strangers(lines))
        elif name == "threads":
            sets += _threads(lines)
        else:
            raise SystemExit(f"{file}: no labelled set that is known here")
    by_name = {one.name: one for one in sets}
    if "uci" in by_name and "multi+s" in by_name:
        foreign = (row for row in by_name["multi+s"].entries if row.lang != "en")
        background = tuple(replace(row, key=f"background {row.key}") for row in (*by_name["uci"].entries, *foreign))
        sets += [
            replace(by_name[name], name=f"{name} full", background=background) for name in _IN_FULL if name in by_name
        ]
    return sets + [everyday for one in sets if one.name == "multi+s" for everyday in _everyday(one.entries)]


def _stories(name: str, lines: Sequence[dict[str, Any]], *, text: bool) -> LabelledSet:
    return LabelledSet(
        name=name,
        entries=tuple(_entry(line["id"], "en", line, text=text) for line in lines),
        stories={line["id"]: line["story"] for line in lines},
        pairs={},
    )


def _pairs(name: str, lines: Sequence[dict[str, Any]], *, text: bool) -> LabelledSet:
    items = [line for line in lines if line["kind"] == "item"]
    pairs = {(line["a"], line["b"]): (line["same"], line["langs"]) for line in lines if line["kind"] == "pair"}
    stories = {line["id"]: line["id"] for line in items}

    def first(key: str) -> str:
        while stories[key] != key:
            key = stories[key]
        return key

    for (one, other), (same, _) in pairs.items():
        if same:
            stories[first(one)] = first(other)
    return LabelledSet(
        name=name,
        entries=tuple(_entry(line["id"], line["lang"], line, text=text) for line in items),
        stories={key: first(key) for key in stories},
        pairs=pairs,
    )


def _strangers(lines: Sequence[dict[str, Any]]) -> LabelledSet:
    """One title of each labelled pair of unlike reports, all in one window: whoever is joined is joined wrongly."""
    return _apart("strangers", [line["title_a"] for line in lines if line["label"] == "different"])


def _apart(name: str, headlines: Sequence[str], lang: str = "en") -> LabelledSet:
    titles = dict.fromkeys(headlines)
    return LabelledSet(
        name=name,
        entries=tuple(_entry(title, lang, {"title": title}, text=False) for title in titles),
        stories={title: title for title in titles},
        pairs={},
    )


def _everyday(rows: Sequence[LabelledEntry]) -> Iterator[LabelledSet]:
    """In each language, headlines of its everyday words that mean nothing: whoever is joined is joined wrongly. Made of
    the units that stand in most of `rows`."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        counts[row.lang].update(set(_EVERYDAY.findall(f"{row.reading.title} {row.reading.summary}".lower())))
    for lang, words in sorted(counts.items()):
        common = sorted(words, key=lambda word: (-words[word], word))[:_EVERYDAY_WORDS]
        drawn = random.Random(lang)
        headlines = [" ".join(drawn.sample(common, 7)) for _ in range(300)]
        yield _apart(f"everyday {lang}", headlines, lang)


def _threads(lines: Sequence[dict[str, Any]]) -> list[LabelledSet]:
    """The threads of a language in one stream, each begun at its own hour within three days."""
    streams: dict[str, list[tuple[float, dict[str, Any]]]] = defaultdict(list)
    for number, thread in enumerate(lines):
        begin = random.Random(number).uniform(0, 72)
        streams[thread["lang"]] += [(begin + report["after_h"], report) for report in thread["reports"]]
    return [
        LabelledSet(
            name=f"threads {lang}",
            entries=tuple(
                _entry(report["id"], lang, report, START + timedelta(hours=hours))
                for hours, report in sorted(stream, key=lambda row: (row[0], row[1]["id"]))
            ),
            stories={report["id"]: report["story"] for _, report in stream},
            pairs={},
        )
        for lang, stream in sorted(streams.items())
    ]


def _entry(key: str, lang: str, line: dict[str, Any], at: datetime = START, *, text: bool = True) -> LabelledEntry:
    entry = Entry(
        title=line["title"],
        summary=line.get("summary", "") if text else "",
        body=line.get("body", "") if text else "",
        source=OutletId(line["source"]) if line.get("source") else None,
        seen_at=at,
    )
    return LabelledEntry(key=key, lang=lang, entry=entry, reading=read_entry(entry))


# --- gathering ---------------------------------------------------------------------------------------------------


class Pupil(StoryIndex):
    """An index that shows what it weighs, and that a teacher may tell where an entry belongs."""

    def __init__(self, table: Weights) -> None:
        super().__init__(StorySettings(), table)
        self.fitted: Sequence[Fit] = ()
        self.told: int | None = None
        """The story that the next entry is put into; None: it decides itself."""

    def copied(self, query: Prepared, compared: Sequence[Candidate], own: Collection[int], **doubts: bool) -> Any:
        """A copy is put where the teacher says, too."""
        return None if self.told is not None else super().copied(query, compared, own, **doubts)

    def place(
        self, entry_id: EntryId, entry: Entry, query: Prepared, ranked: Sequence[Fit], own: Collection[int]
    ) -> Decision:
        """Notes what the entry fits, laws aside, and puts it where it is told. What hardly resembles a story in a full
        window shows what none looks like."""
        shown = (fit for fit in ranked if fit.apart in ("", FAR_TEXT, FAR_FROM_OWN))
        self.fitted = [fit for fit in shown if fit.reports[0].cosine >= _NEAR]
        if self.told is None:
            return super().place(entry_id, entry, query, ranked, own)
        told = Decision(entry=entry_id, verdict=Verdict.SAME_STORY, story=self.story_of(StoryId(self.told)))
        return self.file(told, entry, query)


@dataclass(slots=True, kw_only=True)
class Rows:
    """Feature rows with their labels, what they count, and the language of the entry."""

    features: list[tuple[float, ...]]
    labels: list[float]
    counts: list[float]
    langs: list[str]

    def columns(self) -> tuple[list[tuple[float, ...]], list[float], list[float], list[str]]:
        """All of them, in this order."""
        return self.features, self.labels, self.counts, self.langs


def run(labelled: LabelledSet, table: Weights, *, forced: bool, seed: int = 1) -> tuple[list[int], Rows]:
    """Decides about a set. Returns the story of each entry, in the order of `arrivals`, and the feature rows."""
    pupil = Pupil(table)
    rows = Rows(features=[], labels=[], counts=[], langs=[])
    members: dict[int, list[str]] = {}
    merged: dict[int, int] = {}
    begun: dict[str, int] = {}
    stories: list[int] = []
    mates: dict[str, dict[str, bool]] = defaultdict(dict)
    for (one, other), (same, _) in labelled.pairs.items():
        mates[one][other] = mates[other][one] = same

    def now(story: int) -> int:
        while story in merged:
            story = merged[story]
        return story

    for number, row in enumerate(labelled.arrivals(seed), 1):
        key, story = row.key, labelled.stories.get(row.key)
        pupil.told = begun.setdefault(story, number) if forced and story is not None else None
        pupil.fitted = ()
        identity = identify(row.entry, row.reading)
        decision = pupil.decide(EntryId(number), row.entry, row.reading, identity, {})
        for fit in pupil.fitted if story is not None else ():
            there = members[fit.story]
            if labelled.pairs:
                known = [same for other, same in mates[key].items() if other in there]
                label, count = bool(known) and all(known), 1.0 if known else UNKNOWN
            else:
                label, count = 2 * sum(labelled.stories.get(other) == story for other in there) >= len(there), 1.0
            rows.features.append(fit.features)
            rows.labels.append(float(label))
            rows.counts.append(count)
            rows.langs.append(row.lang)
        for lost in decision.merged:
            merged[lost] = decision.story
            members.setdefault(decision.story, []).extend(members.pop(lost))
        members.setdefault(decision.story, []).append(key)
        stories.append(decision.story)
    return [now(story) for story in stories], rows


# --- judging -----------------------------------------------------------------------------------------------------


def pair_f1(found: Sequence[object], truth: Sequence[object]) -> float:
    """F1 over all pairs: two entries in one story, found against labelled."""

    def count(labels: Iterable[object]) -> int:
        return sum(number * (number - 1) // 2 for number in Counter(labels).values())

    right = count(zip(found, truth, strict=True))
    return 2 * right / max(1, count(found) + count(truth))


def judge(labelled: LabelledSet, table: Weights, seed: int = 1) -> dict[str, float]:
    """F1 of a set, of each of its languages where it has several; of strangers, the share that was let in."""
    stories, _ = run(labelled, table, forced=False, seed=seed)
    place = {row.key: story for row, story in zip(labelled.arrivals(seed), stories, strict=True)}
    if labelled.family in STRANGERS:
        strangers = {story for key, story in place.items() if key in labelled.stories}
        begun = strangers - {story for key, story in place.items() if key not in labelled.stories}
        return {labelled.name: 1 - len(begun) / len(labelled.stories)}
    if not labelled.pairs:
        return {labelled.name: pair_f1([place[key] for key in labelled.stories], [*labelled.stories.values()])}
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for (one, other), (same, langs) in labelled.pairs.items():
        found = place[one] == place[other]
        for name in (labelled.name, f"{labelled.name} {langs.partition('-')[0]}"):
            counts[name][0] += found and same
            counts[name][1] += found
            counts[name][2] += same
    return {name: 2 * right / max(1, found + same) for name, (right, found, same) in counts.items()}
