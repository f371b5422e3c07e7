"""Three weeks of a made-up newsroom's news: what docs/workbench.md is shown on.

A telecoms firm, Orbrecht, shares its name with a football club; dock strikes at Port Ambler go on, but after a while
nobody calls them strikes. All of it is fictional.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

from bot import pipeline
from bot.core.rulefile.ruleset import read_ruleset
from bot.core.text.reading import read_entry
from bot.core.text.terms import index_terms
from bot.model import Decision, Entry, EntryId, FeedId, OutletId, RulesText, StoredEntry, StoryId, Verdict
from bot.store import SqliteStore

RULES = """\
settings:
  timezone: Europe/London
channels:
  desk: {slack: "#desk", digest: {every: 1h}}
feeds:
  - {url: "https://argus.example/rss", id: argus}
  - {url: "https://beacon.example/rss", id: beacon}
  - {url: "https://courier.example/rss", id: courier}
entities:
  orbrecht: [Orbrecht, Orbtel]
rules:
  - id: orbrecht
    when: '@orbrecht'
    to: desk
    owner: U0ANNA
    max_per_day: 4
    tests:
      match: ["Orbrecht wins a 5G contract in Veyra"]
  - id: dock-strikes
    when: strike* AND ("Port Ambler" OR Karsholm)
    to: desk
  - id: ferries
    when: ferry AND (Lindfjord OR Karsholm)
    to: desk
    owner: U0BO
    tests:
      match: ["Ferry to Lindfjord runs again"]
"""
BEGIN = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)
"""A Monday."""

_TELECOMS = (
    "Orbrecht wins a 5G contract in Veyra",
    "Orbrecht to shut its cable works in Dunmere",
    "Regulator fines Orbrecht over dropped emergency calls",
    "Orbrecht profit falls as fibre costs rise",
    "Orbtel names a new head of networks",
    "Lindfjord picks Orbrecht for its harbour radio",
    "Orbrecht sells its masts to a pension fund",
    "Outage at Orbrecht cuts off half of Karsholm",
    "Orbrecht engineers vote on a pay offer",
    "Parliament questions Orbrecht about call data",
    "Orbrecht begins to switch off copper lines in Veyra",
    "Quellan sues Orbrecht over antenna patents",
)
_FOOTBALL = (
    "Orbrecht United beat Karsholm Rovers 2-1 after extra time",
    "Orbrecht United striker Dane Mole out for six weeks",
    "Late header saves Orbrecht United a point at Dunmere",
    "Orbrecht United sign goalkeeper from Lindfjord",
    "Fans of Orbrecht United protest over season ticket prices",
    "Orbrecht United manager wants two more midfielders",
    "Rain stops Orbrecht United cup tie in Veyra",
    "Orbrecht United academy opens a second pitch",
    "Penalty drama as Orbrecht United go through to the quarter-final",
    "Orbrecht United captain signs a new contract until summer",
    "Orbrecht United lose at home to bottom club Tandrix Town",
    "Referee apologises to Orbrecht United for offside call",
    "Orbrecht United youngster scores twice on debut",
    "Ticket office of Orbrecht United robbed at night",
    "Orbrecht United shirt sponsor pulls out",
    "Orbrecht United draw Norvik Athletic in the semi-final",
    "Knee injury ends season for Orbrecht United defender",
    "Orbrecht United unveil plans for a bigger stand",
)
_DOCKS = (
    (0, "Dockers strike for a day at Port Ambler", ""),
    (3, "Strike at Port Ambler container terminal enters second day", ""),
    (5, "Crane drivers strike in Karsholm over night shifts", ""),
    (8, "Pilots join strike at Port Ambler", ""),
    (12, "Walkout empties the quays of Port Ambler again", ""),
    (14, "Port Ambler dockers down tools over rota", "A walkout over the new rota halted all cranes on Thursday."),
    (16, "Strike at Port Amblar spreads to tug crews", ""),
    (18, "Talks in Karsholm fail, dockers stay out", "Unions called the walkout the longest in a decade."),
    (20, "Walkout at Port Ambler: shipowners turn to Norvik", ""),
)
_FERRIES = (
    "Ferry to Lindfjord runs again after repairs",
    "New ferry for Karsholm is two metres too long",
    "Karsholm ferry fares to rise in spring",
    "Fog keeps the Lindfjord ferry in harbour",
)
_OTHER = (
    "Veyra council votes on a tram line", "Harvest fair in Dunmere draws record crowd", "Bakery prize goes to Norvik",
    "Museum in Karsholm shows lost maps", "School in Lindfjord wins robot contest", "Bridge in Veyra closed for paint",
    "Library hours cut in Dunmere", "Owl nests in Norvik town hall clock", "Veyra choir sings for lifeboat crew",
    "Mayor of Karsholm rides the night bus", "Snow expected on the Dunmere pass", "Market in Norvik bans plastic bags",
)  # fmt: skip


def entries() -> list[Entry]:
    """In order of arrival."""
    outlets = cycle(("argus", "beacon", "courier"))
    moments = sorted(_moments(), key=lambda moment: moment[:2])
    return [_entry(number, at, next(outlets), title, summary) for number, (at, title, summary) in enumerate(moments, 1)]


def _moments() -> Iterator[tuple[datetime, str, str]]:
    for number, title in enumerate(_TELECOMS):
        yield BEGIN + timedelta(days=number * 1.7, hours=2), title, "The firm gave no details."
    for number, title in enumerate(_FOOTBALL):
        # Match days: everything comes at the weekend.
        yield BEGIN + timedelta(days=5 + 7 * (number // 6), hours=6 + 2.2 * (number % 6)), title, ""
    for day, title, summary in _DOCKS:
        yield BEGIN + timedelta(days=day, hours=3), title, summary
    for number, title in enumerate(_FERRIES):
        yield BEGIN + timedelta(days=number * 5 + 1, hours=4), title, ""
    for number, title in enumerate(_OTHER * 5):
        edition = f"{title}, week {number // len(_OTHER) + 1}"
        yield BEGIN + timedelta(hours=number * 8.3), edition, ""


def _entry(number: int, at: datetime, outlet: str, title: str, summary: str) -> Entry:
    return Entry(
        title=title,
        summary=summary,
        guid=f"{outlet}-{number}",
        url=f"https://{outlet}.example/{number}",
        feed=FeedId(outlet),
        source=OutletId(f"{outlet}.example"),
        published_at=at,
        seen_at=at,
    )


def make_place(folder: Path) -> None:
    """A folder with a rules file, and a store that has the news, each a story of its own."""
    (folder / "rules.yaml").write_text(RULES, encoding="utf-8")
    ruleset, problems = read_ruleset(RULES.encode(), {}, None)
    assert ruleset is not None, problems
    store = SqliteStore(folder / "state" / "wirewatch.db")
    store.migrate()
    state = pipeline.IngestState.load(store, ruleset)
    for number, entry in enumerate(entries(), 1):
        archived = _archived(number, entry)
        pipeline.ingest_archived(store, state, [archived], entry.seen_at)
        with store.database.transaction():
            store.terms.add([(number, index_terms(archived.reading))])
    for number, (day, text) in enumerate(((0, RULES.replace("Karsholm)", "Karsholm OR Norvik)", 1)), (9, RULES))):
        # What a worker would have kept of its rules: the second text is in force since the tenth day.
        version = ruleset.version if number else "5d0c1b7ea9f2"
        at = BEGIN + timedelta(days=day)
        store.add_rules_text(RulesText(version=version, at=at, by="file", content=text.encode()))
    store.close()


def _archived(number: int, entry: Entry) -> StoredEntry:
    story = StoryId(number)
    return StoredEntry(
        id=EntryId(number),
        entry=entry,
        reading=read_entry(entry),
        decision=Decision(entry=EntryId(number), verdict=Verdict.NEW_STORY, story=story),
        story=story,
    )
