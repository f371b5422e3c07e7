"""Nouns to JSON text and back: whatever was written reads as the same noun."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import ChannelState, Delivery, Digest, Entry, FeedState, Match, Posted, Settings
from bot.store.base import LONGEST_KEY, bounded, clean_text
from bot.store.rows import dumps, instant, loads, read_instant
from bot.store.sqlite import _term, index_word
from tests.store.samples import NOW

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=20)
INSTANTS = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45))]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=6,
)
st.register_type_strategy(datetime, INSTANTS)
st.register_type_strategy(timedelta, st.timedeltas(timedelta(-999), timedelta(9999)))
st.register_type_strategy(str, ANY_TEXT)


def nouns(kind: type) -> st.SearchStrategy[Any]:
    """Any noun of `kind`; what it calls `object` is JSON, as the model says."""
    free = {"extra", "payload", "changes_of"}
    given_fields = {name: st.dictionaries(ANY_TEXT, JSON, max_size=3) for name in free & set(kind.__annotations__)}
    return st.builds(kind, **given_fields)


@pytest.mark.parametrize(
    "kind", [Entry, FeedState, Match, Posted, ChannelState, Digest, Delivery, Settings], ids=lambda kind: kind.__name__
)
def test_every_noun_comes_back(kind: type) -> None:
    @settings(max_examples=25, deadline=None)
    @given(nouns(kind))
    def comes_back(noun: object) -> None:
        text = dumps(noun)
        assert text.isascii()
        assert loads(kind, text) == noun

    comes_back()


def test_fields_of_another_version_do_no_harm() -> None:
    fields = json.loads(dumps(Entry(title="t", seen_at=NOW, lang="en")))
    del fields["lang"]
    fields["mood"] = "cheerful"
    assert loads(Entry, json.dumps(fields)) == Entry(title="t", seen_at=NOW)


@given(INSTANTS, INSTANTS)
def test_instants_sort_as_text(one: datetime, two: datetime) -> None:
    try:
        first, second = instant(one), instant(two)
    except OverflowError:
        return  # the first or last hours of the calendar, moved out of it
    assert first is not None
    assert second is not None
    assert (first < second) == (one < two)
    assert read_instant(first) == one


def test_no_instant_is_none() -> None:
    assert instant(None) is None
    assert read_instant(None) is None


@given(ANY_TEXT)
def test_clean_text_can_always_be_kept(text: str) -> None:
    kept = clean_text(text)
    assert "\0" not in kept
    assert kept.encode().decode() == kept
    assert clean_text(kept) == kept


@given(st.text(min_size=LONGEST_KEY - 5, max_size=LONGEST_KEY + 5), st.text(max_size=3))
def test_long_keys_are_cut_but_stay_different(key: str, more: str) -> None:
    assert len(bounded(key)) <= LONGEST_KEY
    assert (bounded(key) == bounded(key + more)) == (clean_text(key) == clean_text(key + more))


@given(st.text(min_size=1, max_size=12).filter(lambda term: not any(c.isspace() or c == "\0" for c in term)))
def test_index_words_stand_for_their_terms(term: str) -> None:
    word = index_word(term)
    assert all(c.isalnum() or c == "_" for c in word)
    assert _term(word) == term
