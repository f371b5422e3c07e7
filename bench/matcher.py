"""The matcher beside its peers: naive closures over a token set, SQLite FTS5, and hyperscan where it is installed.

Two loads, each the same for all (`bench/_matcher_loads.py`): a Zipf vocabulary of our own word lists with made-up names
behind them, and real English with phrases that recur. Figures are documents per CPU second of this process, or CPU an
entry of a whole `wirewatch match`; every matcher's decisions are compared on the entries that all of them have seen.
"""

from __future__ import annotations

import gc
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import Row
from bench._matcher_loads import Workload, made_up, real_words
from bot.core.matching.matcher import Matcher
from bot.core.rulefile.ruleset import read_ruleset
from bot.model import Entry, Reading, Rule
from bot.model.query import And, Not, Or, Phrase, Query, Word

BATCH = 2_000
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of this process."""
    gc.collect()
    begun = time.process_time()
    work()
    return time.process_time() - begun


def memory() -> int:
    """Resident bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


_TURNS = 5
"""Times that a command and its peers are run by turns."""

# --- peers ---


TOKEN = re.compile(r"\w+")


def closure(query: Query) -> Callable[[set[str], str], bool]:
    """The naive peer: one closure a node, called with the entry's token set (and its text, for phrases)."""
    if isinstance(query, Word):
        word = query.text.lower()
        return lambda tokens, _: word in tokens
    if isinstance(query, Phrase):
        words = [word.lower() for word in query.words]
        phrase = f" {' '.join(words)} "
        return lambda tokens, text: all(word in tokens for word in words) and phrase in text
    if isinstance(query, Not):
        inner = closure(query.operand)
        return lambda tokens, text: not inner(tokens, text)
    assert isinstance(query, And | Or)
    parts = [closure(operand) for operand in query.operands]
    if isinstance(query, And):
        return lambda tokens, text: all(part(tokens, text) for part in parts)
    return lambda tokens, text: any(part(tokens, text) for part in parts)


def naive(rules: Sequence[Rule], texts: Sequence[str]) -> list[list[int]]:
    """Every rule on every entry."""
    compiled = [closure(rule.query) for rule in rules]
    found = []
    for text in texts:
        lower = text.lower()
        tokens = set(TOKEN.findall(lower))
        padded = f" {lower} "
        found.append([number for number, holds in enumerate(compiled) if holds(tokens, padded)])
    return found


def fts5_expression(query: Query) -> str:
    """A rule in FTS5's language."""
    if isinstance(query, Word):
        return f'"{query.text}"'
    if isinstance(query, Phrase):
        return '"' + " ".join(query.words) + '"'
    if isinstance(query, Or):
        return "(" + " OR ".join(map(fts5_expression, query.operands)) + ")"
    assert isinstance(query, And)
    positive = [fts5_expression(part) for part in query.operands if not isinstance(part, Not)]
    excluded = [fts5_expression(part.operand) for part in query.operands if isinstance(part, Not)]
    return "(" + " AND ".join(positive) + ")" + "".join(f" NOT {part}" for part in excluded)


def fts5(rules: Sequence[Rule], texts: Sequence[str]) -> list[list[int]]:
    """Entries in batches of BATCH into an FTS5 table in memory, each rule once a batch."""
    expressions = [fts5_expression(rule.query) for rule in rules]
    found: list[list[int]] = []
    for low in range(0, len(texts), BATCH):
        batch = texts[low : low + BATCH]
        rows: list[list[int]] = [[] for _ in batch]
        db = sqlite3.connect(":memory:")
        db.execute("create virtual table entry using fts5(text, content='')")
        db.executemany("insert into entry(rowid, text) values (?, ?)", enumerate(batch))
        for number, expression in enumerate(expressions):
            for (row,) in db.execute("select rowid from entry where entry match ?", (expression,)):
                rows[row].append(number)
        db.close()
        found += rows
    return found


def ours(matcher: Matcher, readings: Sequence[Reading]) -> list[list[int]]:
    """What `Matcher.select` decides, tokenising included."""
    entry = Entry(title="", seen_at=NOW)
    return [matcher.select(entry, reading) for reading in readings]


def with_evidence(matcher: Matcher, readings: Sequence[Reading]) -> int:
    """The same with evidence and quotes made for each match."""
    entry = Entry(title="", seen_at=NOW)
    return sum(len(matcher.match(entry, reading)) for reading in readings)


# --- the table ---


def compare(what: str, work: Workload, target: float, fts_target: float | None) -> list[Row]:
    """Our matcher beside naive (and FTS5) on one workload."""
    rules, texts = len(work.rules), len(work.texts)
    matcher = Matcher(work.rules)
    expected = ours(matcher, work.readings)  # fast paths and caches are made once; a worker lives long
    mine = texts / cpu(lambda: ours(matcher, work.readings))
    few = max(20, min(texts, 2_000_000 // rules))
    assert naive(work.rules, work.texts[:few]) == expected[:few], "decisions differ from naive"
    slow = few / cpu(lambda: naive(work.rules, work.texts[:few]))
    rows = [
        Row(
            what=f"{what}, documents per CPU second",
            ours=f"{mine:,.0f}",
            peer=f"naive {slow:,.1f}",
            ratio=mine / slow,
            target=f"≥ {target:g}×",
            met=mine / slow >= target,
        ),
    ]
    if fts_target is not None:
        some = min(texts, 2 * BATCH)
        assert fts5(work.rules, work.texts[:BATCH]) == expected[:BATCH], "decisions differ from FTS5"
        index = some / cpu(lambda: fts5(work.rules, work.texts[:some]))
        rows.append(
            Row(
                what=f"{what}, documents per CPU second",
                ours=f"{mine:,.0f}",
                peer=f"FTS5 {index:,.0f}",
                ratio=mine / index,
                target=f"≥ {fts_target:g}×",
                met=mine / index >= fts_target,
            ),
        )
        rows += hyperscan_rows(what, work, mine)
    shown = sum(map(len, expected)) / texts
    full = texts / cpu(lambda: with_evidence(matcher, work.readings))
    rows.append(Row(what=f"{what}, with evidence and quotes ({shown:.1f} matches an entry)", ours=f"{full:,.0f}"))
    return rows


def hyperscan_rows(what: str, work: Workload, mine: float) -> list[Row]:
    """hyperscan finds the rules' words (as one database); rules are then decided on the set of words found."""
    try:
        import hyperscan
    except ImportError:
        return [Row(what=f"{what}, hyperscan", ours=f"{mine:,.0f}", peer="not installed here")]
    words = sorted({word.lower() for rule in work.rules for word in TOKEN.findall(rule.when)} - {"and", "or", "not"})
    database: Any = hyperscan.Database()
    database.compile(
        expressions=[rf"\b{word}\b".encode() for word in words],
        ids=list(range(len(words))),
        flags=[hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_SINGLEMATCH] * len(words),
    )
    compiled = [closure(rule.query) for rule in work.rules]
    some = work.texts[: max(20, 2_000_000 // len(work.rules))]

    def scan() -> None:
        for text in some:
            tokens: set[str] = set()
            add = tokens.add
            database.scan(text.encode(), match_event_handler=lambda number, *_, add=add: add(words[number]))
            padded = f" {text.lower()} "
            for holds in compiled:
                holds(tokens, padded)

    theirs = len(some) / cpu(scan)
    return [Row(what=f"{what}, hyperscan for words", ours=f"{mine:,.0f}", peer=f"{theirs:,.1f}", ratio=mine / theirs)]


BUILD = """
import sys, time
sys.path.insert(0, {root!r})
from bench.matcher import made_up, memory
from bot.core.matching.matcher import Matcher
work = made_up({rules}, 1, 70)
import gc
gc.collect()
before = memory()
begun = time.process_time()
matcher = Matcher(work.rules)
took = time.process_time() - begun
gc.collect()
print(took, memory() - before)
"""


def build(rules: int) -> list[Row]:
    """Building a large rule set: time and memory, in a process of its own."""
    root = str(Path(__file__).resolve().parent.parent)
    done = subprocess.run(
        [sys.executable, "-c", BUILD.format(root=root, rules=rules)], capture_output=True, text=True, check=True
    )
    took, grown = map(float, done.stdout.split())
    return [
        Row(what=f"building {rules:,} rules", ours=f"{took:.1f} s", target="≤ 20 s", met=took <= 20),
        Row(what=f"memory of {rules:,} rules", ours=f"{grown / 1e6:.0f} MB", target="≤ 200 MB", met=grown <= 200e6),
    ]


def reading_rules(rules: int) -> list[Row]:
    """Reading a rules.yaml, every check included."""
    data = rules_file(made_up(rules, 1, 70)).encode()

    def read() -> None:
        ruleset, problems = read_ruleset(data, {})
        assert ruleset is not None, problems[:3]

    took = cpu(read)
    what = f"reading a rules.yaml of {rules:,} rules"
    return [Row(what=what, ours=f"{took:.1f} s", target="≤ 5 s", met=took <= 5)]


def rules_file(work: Workload) -> str:
    """A rules file of a workload."""
    out = io.StringIO()
    out.write("feeds:\n  - https://news.example/rss\nrules:\n")
    for rule in work.rules:
        out.write(f"  - id: r{rule.id}\n    when: '{rule.when}'\n")
    return out.getvalue()


def through_the_command(what: str, work: Workload, target: float, fts_target: float | None) -> list[Row]:
    """`wirewatch match` with JSON in and out: what each further entry costs, beside the peers in this process."""
    texts, few = len(work.texts), max(20, 2_000_000 // len(work.rules))
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "rules.yaml"
        config.write_text(rules_file(work), encoding="utf-8")

        def run(count: int) -> tuple[float, int]:
            """CPU seconds, and how many matches were printed."""
            lines = "".join(
                json.dumps({"title": reading.title, "body": reading.body}) + "\n" for reading in work.readings[:count]
            )
            before = os.times()
            done = subprocess.run(
                [sys.executable, "-m", "bot", "--config", str(config), "match"],
                input=lines.encode(),
                stdout=subprocess.PIPE,
                check=False,
                cwd=Path(__file__).resolve().parent.parent,
            )
            after = os.times()
            spent = after.children_user + after.children_system - before.children_user - before.children_system
            return spent, done.stdout.count(b"\n")

        peers = [("naive", lambda: naive(work.rules, work.texts[:few]), few, target)]
        if fts_target is not None:
            peers.append(("FTS5", lambda: fts5(work.rules, work.texts[:BATCH]), BATCH, fts_target))
        # By turns, and of each the least: the start is most of a run, and the machine is not always as fast.
        turns = [(run(texts // 10)[0], run(texts), [cpu(peer) for _, peer, _, _ in peers]) for _ in range(_TURNS)]
    small, (whole, matches) = min(turn[0] for turn in turns), min(turn[1] for turn in turns)
    marginal = (whole - small) / (texts - texts // 10)
    what = f"`wirewatch match`, JSON in and out, {what} ({matches / texts:.1f} matches an entry), CPU an entry"
    rows = []
    for place, (name, _, count, wanted) in enumerate(peers):
        theirs = min(turn[2][place] for turn in turns) / count
        rows.append(
            Row(
                what=what,
                ours=f"{marginal * 1e6:.0f} µs",
                peer=f"{name} {theirs * 1e6:,.0f} µs",
                ratio=theirs / marginal,
                target=f"≥ {wanted:g}×",
                met=theirs / marginal >= wanted,
            )
        )
    return rows


def run() -> list[Row]:
    """The table of docs/performance.md."""
    short, real = made_up(10_000, 20_000, 70), real_words(10_000, 10_000, 90)
    return [
        *compare("10,000 rules, 70-word entries", short, 150, 1.5),
        *compare("100,000 rules, 70-word entries", made_up(100_000, 10_000, 70), 400, None),
        *compare("10,000 rules, 600-word entries", made_up(10_000, 3_000, 600), 40, None),
        *compare("10,000 rules of real words, 90-word entries", real, 150, 1.5),
        *build(100_000),
        *reading_rules(10_000),
        *through_the_command("10,000 rules, 70-word entries", short, 150, 1.5),
        *through_the_command("10,000 rules of real words, 90-word entries", real, 150, 1.5),
        *through_the_command("100,000 rules of real words", real_words(100_000, 10_000, 90), 300, None),
    ]
