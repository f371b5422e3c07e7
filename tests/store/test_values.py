"""Text and keys as a database takes them; index words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.store.sqlite import index_term, index_word
from bot.store.values import LONGEST_KEY, bounded, clean_text

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=20)


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
    assert index_term(word) == term
