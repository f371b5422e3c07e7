"""Words: what the tables of text say agrees with Unicode."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.text.combining import COMBINING
from bot.core.text.folding import fold
from bot.core.text.terms import TextTerms
from bot.core.text.words import read_run, runs_of
from tests.examples import examples

_CASED = "aeilnqstzAEDILNOQSTYéÉßİıſΩωΓΙΑСТстЕеԵաႠაᎠꭰ𐐀𐐨Ǆǅ"
"""Letters that have case, some of which lose their length or their kind with it."""
_words = st.text(_CASED, min_size=1, max_size=9)
_tangled = st.builds(
    lambda first, rest: first + "".join(sign + word for sign, word in rest),
    _words,
    st.lists(st.tuples(st.sampled_from("'’ʼ‘＇ʻ-.&"), _words | st.sampled_from("sSt")), max_size=3),
)


def _forms(text: str) -> set[str]:
    """The forms of a text by the long way."""
    return {form.form for run in runs_of(text) for form in read_run(run).forms}


@settings(max_examples=examples(1_500), deadline=None)
@given(st.one_of(_tangled, _tangled.map(str.upper), _tangled.map(str.title)))
def test_a_word_has_the_same_forms_by_the_quick_look_as_by_the_long_way(word: str) -> None:
    assert TextTerms(word).terms == _forms(word)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Dell'Orto's plan", "orto"),
        ("NATO'YA's plan", "nato"),
        ("İNCİLAİL'İran", "incilail"),
        ("L'Hawaiʻi", "hawaii"),
        ("İ.S.", "is"),
    ],
)
def test_what_stands_inside_a_word_is_found_by_both_ways(text: str, form: str) -> None:
    assert form in _forms(text)
    assert form in TextTerms(text).terms


@pytest.mark.parametrize(
    ("text", "form"), [("Hawaiʻi", "hawai"), ("O'Brien's plan", "brien"), ("D'Angelo's", "angelo")]
)
def test_what_is_part_of_a_name_is_no_word_inside_it(text: str, form: str) -> None:
    assert form not in _forms(text)
    assert form not in TextTerms(text).terms


def test_combining_signs_are_those_of_unicode() -> None:
    sign = re.compile(f"[{COMBINING}]")
    for code in range(0x300, 0x10000):
        category = unicodedata.category(chr(code))
        if sign.fullmatch(chr(code)):
            # Cn: assigned by a newer Unicode than this Python's.
            assert category[0] == "M" or category == "Cn", hex(code)
        else:
            assert category[0] != "M", hex(code)


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "run",
    ["و" + "سعودية" * 50_000, "وَ" + "سَ" * 100_000, "-".join(["والسعودية"] * 900), "F-" + "/".join(["12"] * 990)],
    ids=["letters", "vowel signs", "hyphens", "figures"],
)
def test_a_run_that_is_no_word_is_read_in_time_that_grows_with_it(run: str) -> None:
    """What grows with the square of these takes minutes, and holds the worker up."""
    assert sum(len(form.form) for form in read_run(run).forms) <= 50 * len(run)


def test_every_letter_is_folded_at_once() -> None:
    letters = map(chr, range(0x3000))
    assert [letter for letter in letters if fold(fold(letter)) != fold(letter)] == []
    assert fold("Ǽlfric") == "aelfric"
