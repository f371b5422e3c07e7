"""A word that bears other marks than one that tells a change is another word; who writes none may mean it."""

from __future__ import annotations

import pytest

from bot.core.similarity.changes import changes_in, languages_of
from bot.core.similarity.headlines import read_headline
from bot.core.similarity.tokens import text_tokens

TELLS = {
    "es": ("El paro bajó en mayo en Lerma", "lowered"),
    "fr, an ending with a mark": ("Le préfet réquisitionne les éboueurs de Mercourt", "seized"),
    "fr, without a mark": ("Incendie maitrisé à Mercourt", "contained"),
    "fr, in capitals": ("LE MAIRE DE MERCOURT ARRETE", "arrested"),
    "ro, a cedilla for a comma": ("Cinci răniţi la explozia din Cluj", "hurt"),
    "ro, a comma": ("Cinci răniți la explozia din Cluj", "hurt"),
    "hu, dots for two strokes": ("Eltünt egy nö Kolbiban", "missing"),
    "sv, in Danish letters": ("Två dødade i Lundby", "dead"),
    "hu, a tilde for two strokes": ("Eltûnt egy nõ Kolbiban", "missing"),
    "fr, another form of a verb": ("La justice incarcère le maire de Mercourt", "arrested"),
    "vi": ("Hoãn phiên tòa ở Bình Lâm", "postponed"),
}
NONE = {
    "de, funding, not demand": "Neue Förderung für das Ehrenamt im Kreis Lohfeld",
    "es, under, not fell": "Barrios duerme bajo un puente",
    "vi, fire, not put off": "Hỏa hoạn tại xưởng gỗ Bình Lâm",
}
WORDS = {
    "en": ("arrest", True),
    "an ending": ("Arrests", True),
    "fr": ("démissionné", True),
    "ru": ("арестовали", True),
    "el": ("παραιτείται", True),
    "katakana": ("ストライキ", True),
    "ar, an article": ("الإضراب", True),
    "ar, a preposition": ("بالإضراب", True),
    "ar, both": ("للاعتقال", True),
    "any other": ("ferry", False),
    "a name": ("5G", False),
    "a figure": ("2026", False),
}


def kinds_told(headline: str) -> set[str]:
    words = read_headline(headline).words
    return {kind for change in changes_in(words, languages_of(words)) for kind in change.kinds}


@pytest.mark.parametrize(("headline", "kind"), TELLS.values(), ids=TELLS)
def test_a_word_tells_as_it_is_listed_or_without_marks(headline: str, kind: str) -> None:
    assert kind in kinds_told(headline)


@pytest.mark.parametrize("headline", NONE.values(), ids=NONE)
def test_a_word_with_other_marks_tells_nothing(headline: str) -> None:
    assert not kinds_told(headline)


@pytest.mark.parametrize(("word", "tells"), WORDS.values(), ids=WORDS)
def test_a_word_may_tell_a_change_in_every_ending_and_behind_what_is_written_on_to_it(word: str, tells: bool) -> None:
    (token,) = text_tokens(word)
    assert token.tells is tells
