"""Entries of a feed that has another `id` now, and how they are known for what they were under the one before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model import Entry, FeedId, PollRecord, Verdict
from tests.builders import entry, feed, feed_state, rule
from tests.newsroom import DESK, WIRE, Newsroom, rules

RENAMED = FeedId("renamed")
AT = "https://wire.example/2026/11/"
HUAWEI = rule("h", "Huawei", to=(DESK,))
TEXTS = {
    "Huawei leaves Corvath": "Engineers dug for the broken cable all night while half of the old town had no light.",
    "Ships wait outside the port": "The harbour master has closed the southern basin until Friday, pilots say.",
    "Warning of storm in Corvath": "Gusts of a hundred knots are expected on the coast.",
    "Warning of storm in Belvaro": "Hail of the size of walnuts is expected inland.",
}


def told_under(room: Newsroom, feed: FeedId, former: tuple[FeedId, ...] = (), **changed: object) -> Verdict:
    """What an item is that comes in now under a feed's `id`. `former`: those that the feed had before."""
    state = feed_state(feed, former=former)
    room.store.add_feeds([state])
    title = str(changed.pop("title", next(iter(TEXTS))))
    marks = {"guid": "4711", "url": "https://wire.example/2026/11/corvath-4711", "seen_at": room.now, **changed}
    told: Entry = replace(entry(title, TEXTS.get(title, f"{title}, says the office."), feed=feed), **marks)  # type: ignore[arg-type]  # fields of an entry
    room.store.record_polls([PollRecord(state=state, entries=(told,))])
    (new,) = room.ingest().entries
    room.later(hours=1)
    return new.decision.verdict


def test_a_headline_that_is_rewritten_under_guid_and_link_is_an_edit_under_another_id_too() -> None:
    """Where its link was known, nobody asked what its guid was under the earlier id, and it was told again."""
    for renamed, former in ((WIRE, ()), (RENAMED, (WIRE,))):
        room = Newsroom(replace(rules(HUAWEI), feeds=(feed(renamed),)))
        text = TEXTS["Huawei leaves Corvath"].replace("all night", "until dawn")
        again = {"title": "Ships wait outside the port", "summary": text}
        verdicts = [told_under(room, WIRE), told_under(room, renamed, former, **again)]
        assert verdicts == [Verdict.NEW_STORY, Verdict.EDIT], renamed


@pytest.mark.parametrize("is_given_to_another", [False, True])
def test_an_id_that_another_feed_has_now_says_nothing_of_the_feed_that_had_it(*, is_given_to_another: bool) -> None:
    """Guids of the other one, which counts as this one does, took news for edits."""
    feeds = (feed(RENAMED), feed(WIRE)) if is_given_to_another else (feed(RENAMED),)
    room = Newsroom(replace(rules(HUAWEI), feeds=feeds))
    first = told_under(room, WIRE, url=None, title="Warning of storm in Corvath")
    room.later(hours=200)
    verdict = told_under(room, RENAMED, (WIRE,), url=None, title="Warning of storm in Belvaro")
    assert (first, verdict) == (Verdict.NEW_STORY, Verdict.NEW_STORY if is_given_to_another else Verdict.EDIT)


def test_of_what_an_item_was_under_several_ids_the_last_counts() -> None:
    """The hash of its guid decided with which of its headlines it was compared."""
    room = Newsroom(replace(rules(HUAWEI), feeds=(feed(RENAMED),)))
    titles = ("Storm warning for coast of Corvath", "Storm warning lifted on coast", "Huawei mast lifted on coast")
    ids = (WIRE, FeedId("second"), RENAMED)
    for number, guid in enumerate("abcdef"):
        verdicts = [
            told_under(room, one, ids[:at][::-1], guid=guid, url=None, title=f"{titles[at]} {number}")
            for at, one in enumerate(ids)
        ]
        assert verdicts[1:] == [Verdict.EDIT, Verdict.EDIT], guid


def test_items_of_one_form_are_no_copies_of_those_under_the_other_id() -> None:
    """They were another outlet's: vacancies, tenders and warnings of a renamed feed were silent for days."""
    room = Newsroom(replace(rules(HUAWEI), feeds=(feed(RENAMED),)))
    ids = (WIRE, WIRE, WIRE, RENAMED, RENAMED)
    verdicts = [
        told_under(room, one, (WIRE,) if one == RENAMED else (), title="Software Engineer", guid=n, url=f"{AT}{n}")
        for n, one in zip("12345", ids, strict=True)
    ]
    assert set(verdicts) <= {Verdict.NEW_STORY, Verdict.UPDATE}
