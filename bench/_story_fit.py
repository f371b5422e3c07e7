"""Labelled data sets → `bot/core/stories/weights.json`, the one table that stories are judged by.

    python -m bench._story_fit FILE …        (`make fit` names the shared sets)

L2 logistic regression over all sets, each set with equal weight and each language equally within its set. The features
are gathered twice: with the labelled stories forced, and then on the decisions that the fit makes itself, since a story
that has swallowed a stranger looks unlike any that is labelled. The bound from which an entry joins is the one with the
best mean F1 among those that let in few strangers. Prints, for every set and every language, what the table reaches
when that set, or that language, is left out of the fit. The same files give the same table, byte for byte.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from bench._development_fit import fit_developments
from bench._story_sets import LabelledSet, Rows, judge, read_sets, run
from bot.core.stories.score import FEATURES, TABLE, Weights, weights

ROUNDS = 2
"""Times that the features are gathered on the fit's own decisions."""
L2 = 3.0
ROWS = 2_000
"""What all rows weigh together, against `L2`."""
WORTH = {"strangers": 2.0, "threads": 1 / 3}
"""What a set weighs that does not weigh 1: a stranger in a story is worse than a story in two; the threads are a set a
language."""
FEW = 0.07
"""Share of strangers that may be let in. On the held-out half of the same set it is about a third of that."""
UNITES = 0.5
"""How much better than joining an entry must fit a second story to unite it with the first."""
BOUNDS = (-0.15, 0.0, 0.15)


def fit_weights(parts: Sequence[tuple[str, Rows]], keep: Callable[[str, str], bool]) -> tuple[list[float], float]:
    """(weights, offset) by Newton's method. `parts`: sets by name; `keep`: whether rows of a set and language count."""
    features, labels, counts = [], [], []
    for name, rows in parts:
        langs = Counter(lang for lang in rows.langs if keep(name, lang))
        share = dict.fromkeys(langs, 0.0)
        for lang, count in zip(rows.langs, rows.counts, strict=True):
            if lang in share:
                share[lang] += count
        whole = WORTH.get(name.partition(" ")[0], 1.0) / max(1, len(langs))
        for row, label, count, lang in zip(rows.features, rows.labels, rows.counts, rows.langs, strict=True):
            if lang in share:
                features.append(row)
                labels.append(label)
                counts.append(whole * count / share[lang])
    table, truth, weight = np.array(features), np.array(labels), np.array(counts)
    weight *= ROWS / weight.sum()
    mean, spread = table.mean(axis=0), table.std(axis=0) + 1e-9
    scaled = np.c_[(table - mean) / spread, np.ones(len(table))]
    penalty = np.r_[np.full(scaled.shape[1] - 1, L2), 1e-6]
    found = np.zeros(scaled.shape[1])
    for _ in range(40):
        likely = 1 / (1 + np.exp(-np.clip(scaled @ found, -30, 30)))
        slope = scaled.T @ (weight * (likely - truth)) + penalty * found
        bend = (scaled.T * (weight * likely * (1 - likely))) @ scaled + np.diag(penalty)
        step = np.linalg.solve(bend, slope)
        found -= step
        if np.abs(step).max() < 1e-7:
            break
    plain = found[:-1] / spread
    return [round(float(value), 3) for value in plain], round(float(found[-1] - (plain * mean).sum()), 3)


def main(names: Sequence[str]) -> None:
    """Fits, prints, writes."""
    sets = read_sets(map(Path, names))
    table = replace(weights(), features=(0.0,) * len(FEATURES), offset=0.0, joins=0.0, unites=UNITES)
    parts = list(gather(sets, table, forced=True))
    for _ in range(ROUNDS):
        features, offset = fit_weights(parts, lambda name, lang: True)
        table = replace(table, features=tuple(features), offset=offset)
        parts += gather(sets, table, forced=False)
    features, offset = fit_weights(parts, lambda name, lang: True)
    table = best_bound(sets, replace(table, features=tuple(features), offset=offset))
    print("weight by feature:", dict(zip(FEATURES, table.features, strict=True)), "offset", table.offset)
    reached = {name: value for one in sets for name, value in judge(one, table).items()}
    left = {name: value for one in sets for name, value in left_out(one, parts, table).items()}
    for name, value in reached.items():
        print(f"{name:16} {value:.3f}   left out of the fit: {left[name]:.3f}")
    written = {
        "features": dict(zip(FEATURES, table.features, strict=True)),
        "offset": table.offset,
        "joins": table.joins,
        "unites": table.unites,
        "developments": fit_developments(Path(name) for name in names if Path(name).name.startswith("threads")),
        "reached": {name: round(value, 3) for name, value in reached.items()},
        "left out": {name: round(left[name], 3) for name in reached},
    }
    TABLE.write_text(json.dumps(written, indent=2) + "\n", "utf-8")


def gather(sets: Iterable[LabelledSet], table: Weights, *, forced: bool) -> Iterator[tuple[str, Rows]]:
    """The feature rows of all sets."""
    for labelled in sets:
        yield labelled.name, run(labelled, table, forced=forced)[1]


def best_bound(sets: Sequence[LabelledSet], table: Weights) -> Weights:
    """The table with the bound of the best mean F1 among those that let in few strangers."""
    best: tuple[float, Weights] | None = None
    for bound in BOUNDS:
        tried = replace(table, joins=bound)
        values = {name: value for one in sets for name, value in judge(one, tried).items()}
        strangers = values.pop("strangers", 0.0)
        mean = float(np.mean([values[one.name] for one in sets if one.name in values]))
        print(f"joins from {bound:+.1f}: mean F1 {mean:.3f}, strangers {strangers:.3f}", file=sys.stderr)
        if strangers <= FEW and (best is None or mean > best[0]):
            best = (mean, tried)
    if best is None:
        raise SystemExit("no bound keeps the strangers out")
    return best[1]


def left_out(labelled: LabelledSet, parts: Sequence[tuple[str, Rows]], table: Weights) -> dict[str, float]:
    """What a set reaches with weights fitted without it, and each of its languages without that language."""
    family = labelled.name.partition("+")[0].partition(" ")[0]
    features, offset = fit_weights(parts, lambda name, lang: name.partition("+")[0].partition(" ")[0] != family)
    values = judge(labelled, replace(table, features=tuple(features), offset=offset))
    for name in [name for name in values if labelled.pairs and name != labelled.name]:
        without = name.rpartition(" ")[2]
        features, offset = fit_weights(parts, lambda _, lang, without=without: lang != without)
        values[name] = judge(labelled, replace(table, features=tuple(features), offset=offset))[name]
    return values


if __name__ == "__main__":
    main(sys.argv[1:])
