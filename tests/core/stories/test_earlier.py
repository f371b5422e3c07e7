"""A store that the build before filled: its entries are met as before, and their records are written anew once."""

from __future__ import annotations

import struct
from datetime import timedelta

from bot.core.stories import IndexRecord, StoryIndex
from bot.model import Entry, OutletId, StorySettings, Verdict
from tests.core.stories.story_pairs import START, Desk

# Story, root, seen (s), norm, bytes of source, form and lead, edition, flags, name marks; then the three texts.
EARLIER = struct.Struct("<QQdfHHHBBQ")


def earlier_record(entry: int, source: str, form: str, lead: str = "") -> IndexRecord:
    texts = [text.encode() for text in (source, form, lead)]
    head = EARLIER.pack(entry, entry, START.timestamp(), 1.0, *map(len, texts), 0, 0, 0)
    return IndexRecord(kind="item", key=str(entry), data=b"".join((head, *texts)))


def restored() -> Desk:
    desk = Desk()
    records = [
        earlier_record(1, "herald", "bank of arvenia cut rate to #$4100000000", "lender lender quarrel"),
        earlier_record(2, "courier", "ferry run aground off pelluna with #140 aboard"),
        IndexRecord(kind="clock", key="", data=repr(START.timestamp()).encode()),
    ]
    desk.records = {(record.kind, record.key): record for record in records}
    desk.index = StoryIndex.restore(StorySettings(), records)
    desk.count = 2
    return desk


def test_entries_of_the_build_before_are_found() -> None:
    desk = restored()
    assert desk.index.converted == 2
    decision = desk.take(
        Entry(
            title="Ferry off Pelluna, aground with 140 aboard, is leaking oil",
            source=OutletId("gazette"),
            seen_at=START + timedelta(hours=2),
        )
    )
    assert decision.story == 2
    assert decision.verdict in (Verdict.UPDATE, Verdict.SAME_STORY)


def test_their_records_are_written_anew_once() -> None:
    desk = restored()
    desk.store()
    assert {kind for kind, _ in desk.records} == {"report", "clock"}
    desk.restart()
    assert desk.index.converted == 0
    assert len(desk.index) == 2
