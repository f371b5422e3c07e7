"""A word of one language is no change of another: a dog has not died because Swedish says so (`dog`)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.language.tables import LANGUAGES
from bot.core.language.word_lists import word_list
from bot.core.similarity.folding import folded
from bot.model import Verdict
from tests.core.stories.story_pairs import Desk, hourly

TOLD = {
    "dog, died in Swedish": ("Dog attack in Kelmore leaves boy in hospital | The boy, 6, was walking home.",
                             "Boy dies after dog attack in Kelmore | He was 6."),
    "no lead": ("Gang dog mauls boy in Kelmore", "Boy mauled in Kelmore dies"),
    "halt, dead in Hungarian": ("Blast forces halt at Kelmore steel works", "Two dead in Kelmore steel works blast"),
    "per, charged in Hungarian": ("Torvik took 20 euros per ticket, report says", "Torvik charged over ticket money"),
    "Dom, convicted in Swedish": ("Festnahme nach Drohung gegen Erfurter Dom",
                                  "Mann wegen Drohung gegen Erfurter Dom verurteilt"),
    "tot, dead in German": ("Torvik streitet tot op het laatst om Brandel", "Torvik overleden in strijd om Brandel"),
    "prins, arrested in Romanian": ("Prins Karl på besök i Torpby | Han ska bo på slottet i en vecka.",
                                    "Man gripen vid prins Karls slott i Torpby | Han hade brutit sig in."),
    "dom, convicted in Danish": ("W Torpicach stanie nowy dom kultury | Będzie gotowy za rok, a wójt jest zadowolony.",
                                 "Wójt Torpic skazany za dom kultury | Wójt nie był zadowolony."),
    "SAP, collapses in Vietnamese": ("SAP kündigt neue Software in Kelbach an | Sie kommt im Herbst auf den Markt.",
                                     "Software von SAP in Kelbach abgestürzt | Sie kam im Herbst auf den Markt."),
    "dor, dies in Swedish": ("Dor e luto: família pede respostas em Torvel | A polícia está no local.",
                             "Menino de Torvel morre | A polícia está no local."),
    "lig, a corpse in Danish": ("Küçük lig takımı Torpspor kupa yolunda | Maç pazar günü ve çok zor olacak.",
                                "Torpspor takımı otobüsü kaza yaptı: ölü var | Maç pazar günü ve çok zor olacaktı."),
    "vuoto, theft in Finnish": ("Il vuoto in classe dopo le vacanze a Torvella | I presidi non sanno che cosa fare.",
                                "Rubati i computer delle classi di Torvella | I presidi non sanno che cosa fare."),
    "opposition, rejected in French": ("Opposition tables bill on Torp port | The vote will be held on Friday.",
                                       "Torp port bill rejected | The vote was held in the chamber."),
    "falls, convicted in Swedish": ("Man falls off Torp pier in the dark | He was taken to a clinic by his wife.",
                                    "Torp pier man convicted over fall claim | His wife had taken him to a clinic."),
    "kill, killed in English": ("Ung kill försvunnen i Norrtorp", "Kill från Norrtorp hittad död"),
    "per cent, a hundred in French": ("Gangs clash at Kelmore jail: 4 per cent of inmates moved",
                                      "Gangs clash at Kelmore jail: 100 inmates moved"),
    "Lima, five in Indonesian": ("Incendio en Quito deja cuatro heridos", "Incendio en Lima deja cuatro heridos"),
}  # fmt: skip

SEVERAL = [
    ("Storms batter Kelmore coast", "Storms in Kelmore kill four"),
    ("Avalanche buries three near Torp", "Avalanches near Torp kill skier"),
    ("Hornets swarm Kelmore school", "Hornets injure pupils at Kelmore school"),
    ("Masked men raid Kelmore bank", "Masked men wound guard in Kelmore bank raid"),
    ("Smugglers land at Torp beach", "Customs men seize boat of Torp smugglers"),
    ("Plot to kill Torvik uncovered in Kelmore", "Torvik killed in Kelmore"),
]
ONCE = [
    ("Storms in Kelmore kill four", "Four dead in Kelmore storms"),
    ("Gunmen kill 12 at Kelmore market", "Twelve killed at Kelmore market"),
    ("Troops seize Kelmore port", "Kelmore port seized by troops"),
    ("El alcalde Torvik detenido en Kelmar", "Detienen en Kelmar al alcalde Torvik"),
    ("Lima orang tewas dalam kebakaran di Torpura", "5 orang tewas dalam kebakaran di Torpura"),
    ("Cent blessés dans un incendie à Torvel", "100 blessés dans un incendie à Torvel"),
    ("Novatrel fined $5 m over Kelmore spill", "Novatrel fined $5m over Kelmore spill"),
    ("Novatrel écope de 200 k€ d'amende à Torvel", "Novatrel écope de 200 000 euros d'amende à Torvel"),
    ("Torp Street fire in Kelmore", "Fire at 221B Torp Street in Kelmore"),
]


@pytest.mark.parametrize(("first", "then"), TOLD.values(), ids=TOLD)
def test_an_everyday_word_has_not_told_what_it_says_in_another_language(first: str, then: str) -> None:
    """What a story had told was every word that any language lists: 23 of 29 such pairs were silent, 8 are."""
    parts = [text.partition(" | ") for text in (first, then)]
    titles = hourly(title for title, _, _ in parts)
    entries = [replace(entry, summary=lead) for entry, (_, _, lead) in zip(titles, parts, strict=True)]
    assert Desk().take_all(entries)[1].verdict in {Verdict.UPDATE, Verdict.NEW_STORY}


@pytest.mark.parametrize(("first", "then"), SEVERAL)
def test_what_several_do_is_heard_behind_any_subject(first: str, then: str) -> None:
    """`kill` was listed behind twenty subjects; behind `to` it has not happened."""
    assert Desk().take_all(hourly((first, then)))[1].verdict is Verdict.UPDATE


@pytest.mark.parametrize(("first", "then"), ONCE)
def test_what_was_told_in_its_own_language_is_told_once(first: str, then: str) -> None:
    assert Desk().take_all(hourly((first, then)))[1].verdict in {Verdict.SAME_STORY, Verdict.NEAR_DUPLICATE}


def test_the_list_of_homographs_is_folded_and_of_known_languages() -> None:
    listed = word_list("homographs")
    assert listed.keys() <= set(LANGUAGES)
    for words in listed.values():
        assert list(words) == sorted({folded(word) for word in words})
