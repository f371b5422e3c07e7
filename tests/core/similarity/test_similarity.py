"""Headlines in one form, figures, vetoes, sketches, and what is a copy of what."""

from __future__ import annotations

from itertools import cycle, product
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.language.background import RATES, rate
from bot.core.language.stems import stem
from bot.core.similarity.duplicates import Side, likeness
from bot.core.similarity.figures import figure_text
from bot.core.similarity.headline import fold_headline, strip_title, tokenize, wording
from bot.core.similarity.sketch import containment, opened, packed, sketch
from bot.core.similarity.vetoes import VetoKind, veto


def side(title: str, text: str = "") -> Side:
    made = wording(title)
    return Side(form=made.form, marks=made.marks, edition=made.edition, cut=made.cut, sketch=packed(sketch(text)))


FORMS = {
    "label": ("UPDATE 2-Bank cuts rates", "bank cuts rates"),
    "label before a number": ("UPDATE 1-10 towns lose their bank", "#10 towns lose their bank"),
    "several labels": ("EXCLUSIVE: WATCH: Bank cuts rates", "bank cuts rates"),
    "label in brackets": ("[Video] Bank cuts rates again", "bank cuts rates again"),
    "outlet": ("Bank of Arvenia cuts rates - Daily Courier", "bank of arvenia cuts rates"),
    "outlet after a bar": ("Bank of Arvenia cuts rates | The Ledger", "bank of arvenia cuts rates"),
    "no outlet": ("Talks on rates - and on pay", "talks on rates and on pay"),
    "ellipsis": ("Bank of Arvenia cuts rates …", "bank of arvenia cuts rates"),
    "quotes": ("Mayor: ‘We’ll stay’", "mayor well stay"),
    "possessive": ("Arvenia’s bank", "arvenia bank"),
    "acronym": ("U.S. bank", "us bank"),
    "accents": ("Citroën à Paris", "citroen a paris"),
    "thousands": ("1,200 jobs", "#1200 jobs"),
    "millions": ("2.5 million jobs", "#2500000 jobs"),
    "money": ("$1.2bn loss", "#$1200000000 loss"),
    "money in words": ("1.2 billion dollars lost", "#$1200000000 lost"),
    "percent": ("3 percent up", "#3% up"),
    "per cent": ("up 3 per cent", "up #3%"),
    "quarter": ("first-quarter loss", "#q1 loss"),
    "quarter 4Q": ("4Q loss", "#q4 loss"),
    "half": ("second half loss", "#h2 loss"),
    "fiscal year": ("FY26 loss", "#fy2026 loss"),
    "cardinal": ("seven dead", "#7 dead"),
    "ordinal": ("fifth day", "#~5 day"),
    "score": ("Rovers 2-1 United", "rovers #:2-1 united"),
    "version": ("Orchard OS 7.1.2", "orchard os #7.1.2"),
    "unit": ("5G for all", "5g for all"),
    "chinese": ("华为5G网络", "华为 5g 网络"),
    "cyrillic": ("Президент подписал", "президент подписал"),
}


@pytest.mark.parametrize(("title", "form"), FORMS.values(), ids=FORMS)
def test_form(title: str, form: str) -> None:
    assert wording(title).form == form


@given(st.text(max_size=300))
def test_any_title_has_a_form_and_marks_that_fit(title: str) -> None:
    made = wording(title)
    assert len(made.form.split()) == len(made.tokens) <= 60
    assert made.marks < 1 << 64


@pytest.mark.parametrize(
    "words",
    ["recall recalls recalled recalling", "die died dies dead death", "fell falls falling fall", "cities city"],
)
def test_one_word_one_stem(words: str) -> None:
    assert len({stem(word) for word in words.split()}) == 1


@pytest.mark.parametrize("words", ["news new", "business busy", "police policy"])
def test_other_words_other_stems(words: str) -> None:
    one, other = words.split()
    assert stem(one) != stem(other)


@pytest.mark.parametrize(
    ("token", "text"),
    [
        ("#$1200000000", "$1.2bn"),
        ("#1200", "1,200"),
        ("#3%", "3%"),
        ("#q1", "Q1"),
        ("#~3", "3rd"),
        ("#:2-1", "2-1"),
        ("#2026", "2026"),
        ("#2500000", "2.5m"),
    ],
)
def test_figures_are_shown_as_people_write_them(token: str, text: str) -> None:
    assert figure_text(token) == text


def test_a_name_is_rarer_than_a_word_of_every_day() -> None:
    assert rate(stem("zorvania")) == RATES[-1] < rate(stem("tunnel")) < rate(stem("say"))


VETOES = {
    "period": ("Corbel Q2 profit up", "Corbel Q3 profit up", VetoKind.PERIOD),
    "year": ("Harvest of 2024 in Norland", "Harvest of 2025 in Norland", VetoKind.PERIOD),
    "figure": ("Rates raised by 25 points", "Rates raised by 50 points", VetoKind.FIGURE),
    "figure said twice": ("Cup 2 of 3: Aven", "Cup 2 of 2: Aven", VetoKind.FIGURE),
    "unit": ("Telkora wins 5G licence", "Telkora wins 6G licence", VetoKind.FIGURE),
    "score": ("Hexley 2-1 Sable", "Hexley 1-2 Sable", VetoKind.FIGURE),
    "weekday": ("Storm due on Monday", "Storm due on Thursday", VetoKind.WHEN),
    "month": ("Prices up in March", "Prices up in April", VetoKind.WHEN),
    "order": ("Corbel loses first appeal", "Corbel loses second appeal", VetoKind.FIGURE),
    "opposite": ("Senate approves port reform", "Senate rejects port reform", VetoKind.OPPOSITE),
    "direction": ("Shares in Talvex rise", "Shares in Talvex fall", VetoKind.OPPOSITE),
    "negation": ("Adeyo will stand", "Adeyo will not stand", VetoKind.NEGATION),
    "name": ("Halvor signs for Calverton", "Halvor signs for Westhaven", VetoKind.NAME),
    "place": ("Quake shakes Portugal", "Quake shakes Indonesia", VetoKind.NAME),
    "name in place of a word": ("Bank of Kumar holds inquiry", "Bank of deposits holds inquiry", VetoKind.IN_PLACE),
}


@pytest.mark.parametrize(("one", "other", "kind"), VETOES.values(), ids=VETOES)
def test_veto(one: str, other: str, kind: VetoKind) -> None:
    left, right = wording(one), wording(other)
    for found in (
        veto(left.form, left.marks, right.form, right.marks),
        veto(right.form, right.marks, left.form, left.marks),
    ):
        assert found is not None
        assert found.kind == kind


NO_VETO = {
    "same": ("Bank cuts rates", "Bank cuts rates"),
    "word dropped": ("Bank of Arvenia cuts rates", "Bank cuts rates"),
    "synonym": ("Court orders firm to unlock service", "Court orders firm to open service"),
    "spelling": ("Rebel leader Qaramov agrees", "Rebel leader Karamov agrees"),
    "scale dropped": ("Colony gets $2.1 million", "Colony gets $2.1"),
}


@pytest.mark.parametrize(("one", "other"), NO_VETO.values(), ids=NO_VETO)
def test_no_veto(one: str, other: str) -> None:
    left, right = wording(one), wording(other)
    assert veto(left.form, left.marks, right.form, right.marks) is None


WORDS = st.lists(
    st.sampled_from(
        ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "3", "5%", "not", "Monday", "Kumar"]
    ),
    max_size=9,
)


@given(WORDS, WORDS)
def test_likeness_is_symmetric(one: list[str], other: list[str]) -> None:
    left, right = side(" ".join(one)), side(" ".join(other))
    there, back = likeness(left, right), likeness(right, left)
    assert (there.copy, there.score) == (back.copy, back.score)


LONG = " ".join(f"word{number} and thing{number * 7 % 83} were seen near place{number % 19}" for number in range(80))


def test_containment_finds_a_text_inside_another() -> None:
    whole = "Something else entirely was said before it all began. " + LONG + " The end of it."
    share, rests_on = containment(opened(packed(sketch(LONG))), packed(sketch(whole)))
    assert share > 0.9
    assert rests_on > 40
    assert containment(opened(packed(sketch(LONG))), packed(sketch("x " * 400)))[0] == 0


def test_containment_of_a_short_text_in_a_long_one() -> None:
    share, rests_on = containment(opened(packed(sketch(" ".join(LONG.split()[:120])))), packed(sketch(LONG)))
    assert share > 0.9
    assert rests_on >= 8


def test_no_text_tells_nothing() -> None:
    assert sketch("five words are too few") == b""
    assert containment(opened(b""), sketch(LONG)) == (0.0, 0)


def hashing_low() -> str:
    """A text whose word triples were chosen so that all their hashes lie below 2**24."""
    words = ["wab", "cde"]
    for letters in cycle(product("abcdefghijklmnopqrstuvwxyz", repeat=3)):
        word = "".join(letters)
        if crc32(f"{words[-2]} {words[-1]} {word}".encode()) < 1 << 24 and word not in words:
            words.append(word)
            if len(words) == 130:
                return " ".join(words)
    raise AssertionError


def test_a_text_made_to_hash_low_tells_nothing_and_breaks_nothing() -> None:
    pack = packed(sketch(hashing_low()))
    assert containment(opened(pack), pack) == (0.0, 0)
    other = packed(sketch(LONG))
    assert containment(opened(pack), other) == containment(opened(other), pack) == (0.0, 0)


@given(st.text(max_size=3000), st.integers(0, 60), st.integers(1, 60))
def test_containment_is_symmetric(text: str, start: int, length: int) -> None:
    words = f"{text} {LONG}".split()
    one, other = (packed(sketch(" ".join(part))) for part in (words, words[start : start + length]))
    assert containment(opened(one), other) == containment(opened(other), one)


SOME_WORDS = st.lists(st.sampled_from([f"word{number}" for number in range(9)]), min_size=8, max_size=60).map(" ".join)


@given(SOME_WORDS, SOME_WORDS)
def test_containment_is_the_share_of_the_smaller_texts_triples(one: str, other: str) -> None:
    left, right = ({*zip(words, words[1:], words[2:], strict=False)} for words in (one.split(), other.split()))
    share, rests_on = containment(opened(packed(sketch(one))), packed(sketch(other)))
    # Two of 65,536 low halves may be one by chance: with at most 58 of them that is worth one triple at most here.
    assert rests_on == min(len(left), len(right))
    assert 0 <= share * rests_on - len(left & right) <= 1


def test_same_title_over_another_long_text_is_no_copy() -> None:
    other = " ".join(f"item{number} or matter{number * 5 % 71} lay beside field{number % 23}" for number in range(80))
    assert likeness(side("Markets wrap", LONG), side("Markets wrap", LONG)).copy
    assert not likeness(side("Markets wrap", LONG), side("Markets wrap", other)).copy


PLAIN = st.text(alphabet="abcsUz .,;'-_!?()\t", max_size=80)


@given(PLAIN)
def test_plain_text_is_read_as_any_other(text: str) -> None:
    """Plain words take a short way; an `é` beside them makes them take the long one."""
    folded = fold_headline(text).replace(". ", " ")
    assert tokenize(folded) == tokenize(f"{folded} é")[:-1]


@given(st.lists(st.text(alphabet="abc_1é", min_size=1, max_size=6), min_size=8, max_size=30), st.data())
def test_a_sketch_is_of_words_whatever_stands_between_them(words: list[str], data: st.DataObject) -> None:
    between = data.draw(st.lists(st.sampled_from([", ", "; ", "'", " ", "! "]), min_size=len(words)))
    assert sketch("".join(map("".join, zip(words, between, strict=False)))) == sketch(" ".join(words))


@given(st.text(alphabet="abAB ,;'$%&\"/’12", max_size=60))
def test_a_title_without_marks_is_the_headline_alone(title: str) -> None:
    """Labels, tags and outlet names are set off by marks: the short way for titles without any loses nothing."""
    headline = " ".join(f"plain {title} words of a headline".split())
    assert strip_title(headline) == (headline, (), 0, False)
    assert strip_title(f"UPDATE 2 - {headline}") == (headline, ("update 2",), 2, False)
