"""Threads of stories with the role of each report → the section `developments` of `bot/core/stories/weights.json`.

    python -m bench._development_fit FILE …               (`make fit` does it, too)
    python -m bench._development_fit --ablation FILE …    prints what each signal is worth, and writes nothing

Beside the files that are named, `threads.txt` next to this file is read: threads written for Wirewatch. L2 logistic
regression over what may be news in each report, each set with equal weight and each language equally within its set;
the reports are put into their labelled stories. The lists of words of change were written after these sets and hold
nearly all of theirs, the worker meets others: so half of what the fit sees are the sets read with half of each list
left out, by lot (`_thinned_lists`). The bound is the lowest at which few reports without news are told, judged on each
language by a fit without it. Prints what each set reaches with whole lists and with halves, and what it reaches without
itself and without its language. The same files give the same section, byte for byte.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from bench._story_sets import START
from bench._thinned_lists import thinned
from bot.core.similarity.sketch import NO_OVERLAP
from bot.core.stories import StoryIndex
from bot.core.stories.candidates import Candidate, cosine
from bot.core.stories.developments import SIGNALS, News
from bot.core.stories.identity import identify
from bot.core.stories.prepared import Prepared
from bot.core.stories.score import TABLE, Fit
from bot.core.text.reading import read_entry
from bot.model import Decision, Entry, EntryId, OutletId, StoryId, StorySettings, Verdict

OWN = Path(__file__).with_name("threads.txt")
L2 = 1.0
ROWS = 400
"""What all rows weigh together, against `L2`."""
LOTS = 3
"""Halves of the lists that the fit sees."""
FEW = 0.10
"""Share of reports without news that may be told as developments, at most."""
CERTAIN = 9.0
"""The sum of a report that is news whatever its signals say."""
ROLES = {"=": "first", "r": "report", "d": "development", "a": "after", "b": "background"}
HOURS = {True: (9.0,), False: (3.0,)}
"""Hours since a story's last news of developments and of other reports, where no labelled set tells them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What may be news in one report."""

    set: str
    lang: str
    role: str
    signals: tuple[float, ...]
    """In the order of `SIGNALS`."""
    is_certain: bool
    """It is news whatever its signals say."""

    @property
    def is_development(self) -> bool:
        return self.role == "development"


def read_threads(files: Iterable[Path]) -> dict[str, list[dict[str, Any]]]:
    """Threads by the name of their set; the project's own among them."""
    sets = {
        file.name.partition(".")[0]: [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        for file in files
    }
    hours = hours_of(chain.from_iterable(sets.values())) if sets else HOURS
    return {**sets, "own": list(own_threads(OWN.read_text("utf-8"), hours))}


def hours_of(threads: Iterable[dict[str, Any]]) -> dict[bool, Sequence[float]]:
    """How many hours after its story's last news each development came (True), and each other report (False)."""
    hours: dict[bool, list[float]] = {True: [], False: []}
    for thread in threads:
        last = 0.0
        for report in sorted(thread["reports"], key=lambda report: report["after_h"]):
            is_news = report["role"] == "development"
            if report["role"] in ("report", "development", "after", "background"):
                hours[is_news].append(report["after_h"] - last)
            last = report["after_h"] if is_news else last
    return {is_news: sorted(found) for is_news, found in hours.items()}


def own_threads(text: str, hours: Mapping[bool, Sequence[float]]) -> Iterator[dict[str, Any]]:
    """`# en` begins a language, `= title | text` a thread; `d title | lead` a development, `r` a report with nothing
    new, `a` another report of the development, `b` background. The reports come in this order, as long after their
    story's last news as one of the `hours` drawn by lot."""
    lang, thread = "", dict[str, Any]()
    news = last = 0.0
    lot = random.Random(1)
    for number, line in enumerate(text.splitlines()):
        mark, _, rest = line.partition(" ")
        if mark == "#":
            lang = rest
            continue
        title, _, lead = rest.partition(" | ")
        if mark == "=":
            if thread:
                yield thread
            thread = {"thread": f"own-{lang}-{number}", "lang": lang, "reports": []}
            news = last = 0.0
        else:
            last = max(last, news + lot.choice(hours[mark == "d"]))
            news = last if mark == "d" else news
        thread["reports"].append(
            {
                "id": f"{thread['thread']}-{len(thread['reports'])}",
                "after_h": last,
                "title": title,
                "summary": lead,
                "source": f"outlet{number % 23}",
                "story": thread["thread"],
                "role": ROLES[mark],
            }
        )
    yield thread


class _Reader(StoryIndex):
    """An index that is told where each report belongs, and whether it is a development."""

    def __init__(self) -> None:
        super().__init__(StorySettings())
        self.told = 0
        self.is_development = False
        self.found: News | None = None

    def place(
        self, entry_id: EntryId, entry: Entry, query: Prepared, ranked: Sequence[Fit], own: Collection[int]
    ) -> Decision:
        """Notes what may be news in a report, and puts it where it is told."""
        story = int(self.story_of(StoryId(self.told)))
        if story != entry_id:
            known = next((fit for fit in ranked if fit.story == story), None)
            self.found = self.news(query, known or self._unfitted(query, story))
        verdict = Verdict.UPDATE if self.is_development else Verdict.SAME_STORY
        return self.file(Decision(entry=entry_id, verdict=verdict, story=StoryId(story)), entry, query)

    def _unfitted(self, query: Prepared, story: int) -> Fit:
        """A story that the report was not compared with, and those of its newest reports that are nearest."""
        reports = [
            Candidate(entry=0, item=item, cosine=cosine(query, item), texts=NO_OVERLAP)
            for item in self._clusters.newest(story, 8)
        ]
        reports.sort(key=lambda report: -report.cosine)
        return Fit(story=story, cluster=self._clusters.get(story), score=0.0, features=(), reports=reports)


def gather(name: str, threads: Sequence[dict[str, Any]]) -> Iterator[Row]:
    """The rows of a set: the threads of a language in one stream, each begun at its own hour within three days."""
    streams: dict[str, list[tuple[float, dict[str, Any]]]] = defaultdict(list)
    for number, thread in enumerate(threads):
        begin = random.Random(number).uniform(0, 72)
        streams[thread["lang"]] += [(begin + report["after_h"], report) for report in thread["reports"]]
    for lang, stream in sorted(streams.items()):
        reader = _Reader()
        begun: dict[str, int] = {}
        for number, (hours, report) in enumerate(sorted(stream, key=lambda row: (row[0], row[1]["id"])), 1):
            reader.told = begun.setdefault(report["story"], number)
            reader.is_development = report["role"] == "development"
            reader.found = None
            entry = Entry(
                title=report["title"],
                summary=report.get("summary", ""),
                body=report.get("body", ""),
                source=OutletId(report["source"]),
                seen_at=START + timedelta(hours=hours),
            )
            reading = read_entry(entry)
            reader.decide(EntryId(number), entry, reading, identify(entry, reading), {})
            if reader.found is not None and report["role"] in ROLES.values():
                yield Row(
                    set=name,
                    lang=lang,
                    role=report["role"],
                    signals=reader.found.signals,
                    is_certain=reader.found.is_certain,
                )


def fit_signals(rows: Sequence[Row], keep: Callable[[Row], bool]) -> tuple[list[float], float]:
    """(weights, offset) by Newton's method, over the rows that are kept."""
    kept = [row for row in rows if keep(row)]
    counts = Counter((row.set, row.lang) for row in kept)
    langs = Counter(name for name, _ in counts)
    table = np.array([row.signals for row in kept])
    truth = np.array([float(row.is_development) for row in kept])
    weight = np.array([1 / counts[row.set, row.lang] / langs[row.set] for row in kept])
    weight *= ROWS / weight.sum()
    mean, spread = table.mean(axis=0), table.std(axis=0) + 1e-9
    scaled = np.c_[(table - mean) / spread, np.ones(len(table))]
    penalty = np.r_[np.full(scaled.shape[1] - 1, L2), 1e-6]
    found = np.zeros(scaled.shape[1])
    for _ in range(60):
        likely = 1 / (1 + np.exp(-np.clip(scaled @ found, -30, 30)))
        slope = scaled.T @ (weight * (likely - truth)) + penalty * found
        step = np.linalg.solve((scaled.T * (weight * likely * (1 - likely))) @ scaled + np.diag(penalty), slope)
        found -= step
        if np.abs(step).max() < 1e-8:
            break
    plain = found[:-1] / spread
    return [round(float(value), 2) for value in plain], round(float(found[-1] - (plain * mean).sum()), 2)


def scores(rows: Sequence[Row], fitted: tuple[list[float], float]) -> list[float]:
    """The sum of each row's signals."""
    weights, offset = fitted
    return [CERTAIN if row.is_certain else round(float(np.dot(weights, row.signals)) + offset, 2) for row in rows]


def best_bound(rows: Sequence[Row], judged: Sequence[float]) -> float:
    """The lowest sum from which few reports without news are told, in the mean of the sets."""
    names = sorted({row.set for row in rows})
    for bound in np.arange(-4, 3, 0.05):
        if (
            np.mean(
                [
                    share(rows, judged, bound, lambda row, name=name: row.set == name and not row.is_development)
                    for name in names
                ]
            )
            <= FEW
        ):
            return round(float(bound), 2)
    raise SystemExit("no bound keeps the reports without news apart")


def share(rows: Sequence[Row], judged: Sequence[float], bound: float, keep: Callable[[Row], bool]) -> float:
    """The share of the kept rows that are told."""
    marks = [score >= bound for row, score in zip(rows, judged, strict=True) if keep(row)]
    return float(np.mean(marks)) if marks else 0.0


def without_language(rows: Sequence[Row], seen: Sequence[Row]) -> tuple[list[float], float]:
    """(each row's sum by a fit of what is `seen` without its language, the bound for these)."""
    langs = sorted({row.lang for row in seen})
    fits = {lang: fit_signals(seen, lambda row, lang=lang: row.lang != lang and not row.is_certain) for lang in langs}
    bound = best_bound(seen, [scores([row], fits[row.lang])[0] for row in seen])
    return [scores([row], fits[row.lang])[0] for row in rows], bound


def read_rows(files: Iterable[Path]) -> tuple[list[Row], list[Row], list[Row]]:
    """(the rows of all sets by the whole lists, those by each half of them, what the fit sees: as many of both)."""
    sets = sorted(read_threads(files).items())
    by_lot: list[list[Row]] = []
    for lot in range(LOTS + 1):
        with thinned(lot):
            by_lot.append([row for name, threads in sets for row in gather(name, threads)])
    whole, half = by_lot[0], list(chain.from_iterable(by_lot[1:]))
    return whole, half, whole * LOTS + half


def print_ablation(files: Iterable[Path]) -> None:
    """A line a signal for `docs/stories.md`: the developments of each set that are told without it, each language left
    out of its fit."""

    def blank(rows: Sequence[Row], place: int) -> list[Row]:
        return [
            replace(row, signals=tuple(0.0 if at == place else value for at, value in enumerate(row.signals)))
            for row in rows
        ]

    whole, half, seen = read_rows(files)
    for place, name in [(-1, "all"), *enumerate(SIGNALS)]:
        for lists, rows in (("whole lists", whole), ("half lists", half)):
            judged, bound = without_language(blank(rows, place), blank(seen, place))
            for of in sorted({row.set for row in rows}):
                told = share(rows, judged, bound, lambda row, of=of: row.set == of and row.is_development)
                print(f"{name:14} {lists:12} {of:10} developments told {told:.2f}")


def fit_developments(files: Iterable[Path]) -> dict[str, Any]:
    """The section of the table; prints what it reaches."""
    whole, half, seen = read_rows(files)
    fitted = fit_signals(seen, lambda row: not row.is_certain)
    names = sorted({row.set for row in whole})
    without_set = {
        name: fit_signals(seen, lambda row, name=name: row.set != name and not row.is_certain) for name in names
    }
    _, bound = without_language([], seen)
    # A figure that differs is news wherever it stands, though nothing else says so.
    figures = [weight for name, weight in zip(SIGNALS, fitted[0], strict=True) if name.startswith("figure")]
    bound = min(bound, round(min(figures) + fitted[1], 2))
    print("weight by signal:", dict(zip(SIGNALS, fitted[0], strict=True)), "offset", fitted[1], "told from", bound)
    reached: dict[str, dict[str, float]] = {}
    for lists, rows in (("", whole), (", half lists", half)):
        judged = {"fitted": lambda rows, _: scores(rows, fitted)}
        judged["its language left out"] = lambda rows, _: without_language(rows, seen)[0]
        if len(names) > 1:
            judged["the set left out"] = lambda rows, name: scores(rows, without_set[name])
        for how, values in judged.items():
            for name in names:
                of = [row for row in rows if row.set == name]
                sums = values(of, name)
                told = share(of, sums, bound, lambda row: row.is_development)
                noise = share(of, sums, bound, lambda row: not row.is_development)
                reached.setdefault(name, {})[how + lists] = round(told, 3)
                reached[name][f"{how}{lists}, noise"] = round(noise, 3)
                print(f"{name:10} {how + lists:34} developments told {told:.3f}, others told {noise:.3f}")
    return {
        "signals": dict(zip(SIGNALS, fitted[0], strict=True)),
        "offset": fitted[1],
        "tells": bound,
        "reached": reached,
    }


def main(names: Sequence[str]) -> None:
    """Fits, prints, and writes the section into the table; with `--ablation` prints what each signal is worth."""
    if "--ablation" in names:
        print_ablation(Path(name) for name in names if name != "--ablation")
        return
    table = json.loads(TABLE.read_text("utf-8"))
    table["developments"] = fit_developments(map(Path, names))
    TABLE.write_text(json.dumps(table, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
