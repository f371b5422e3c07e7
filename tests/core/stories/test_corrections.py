"""A report that corrects an earlier one is news, however much of the text is the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Decision, Entry, OutletId, Verdict
from tests.core.stories.story_pairs import Desk

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TITLE = "Velmora regulator opens inquiry into roaming charges"
BODY = (
    "Velmora's telecoms regulator opened an inquiry into what three operators charge travellers at the border, "
    "and gave them until 31 January to answer. Consumer groups had complained for two years that phones switch "
    "networks unasked. The operators said that their prices follow the law and that customers are told by message."
)


def decide(*texts: tuple[str, str], second: str = "herald") -> list[Decision]:
    desk = Desk()
    decisions = []
    for number, (title, body) in enumerate(texts, 1):
        outlet = second if number > 1 else "herald"
        entry = Entry(
            title=title,
            body=body,
            guid=f"g{number}",
            url=f"https://{outlet}.example/{number}",
            source=OutletId(outlet),
            seen_at=AT + timedelta(hours=number),
        )
        decisions.append(desk.take(entry))
    return decisions


@pytest.mark.parametrize("label", ["CORRECTED-", "CORRECTION: ", "Corrected: "], ids=str.strip)
def test_a_correction_in_the_text_is_an_update(label: str) -> None:
    first, second = decide((TITLE, BODY), (label + TITLE, BODY.replace("31 January", "31 March")))
    assert (second.verdict, second.story) == (Verdict.UPDATE, first.story)
    assert second.changes


def test_the_label_alone_over_the_same_text_is_a_copy_in_another_outlet() -> None:
    first, copy = decide((TITLE, BODY), ("CORRECTED-" + TITLE, BODY), second="courier")
    assert copy.verdict is Verdict.NEAR_DUPLICATE
    assert copy.duplicate_of == first.entry


def test_the_label_alone_is_told_by_the_outlet_that_corrects_itself() -> None:
    first, update = decide((TITLE, BODY), ("CORRECTED-" + TITLE, BODY))
    assert (update.verdict, update.story) == (Verdict.UPDATE, first.story)
    assert update.changes == ("corrected",)


def test_a_denial_that_a_correction_adds_is_named() -> None:
    _, update = decide(("Torvik charged over port deal", ""), ("Correction: Torvik not charged over port deal", ""))
    assert update.changes == ("corrected: now: not",)
