"""Which story an entry joins: what tells a change is not held against it, and one name alone is chance."""

from __future__ import annotations

import pytest

from bot.core.stories.inverted_index import Words
from bot.core.stories.prepared import Prepared, prepare
from bot.core.text.reading import read_entry
from bot.model import Entry, Verdict
from tests.core.stories.story_pairs import START, Desk, hourly


def prepared(title: str) -> Prepared:
    return prepare(read_entry(Entry(title=title, seen_at=START)), Words())


TURNS = {
    "en": ("Tarvo bridge", "Tarvo bridge reopens"),
    "en, a phrase": ("Tarvo ferry", "Tarvo ferry called off"),
    "de, apart": ("Ahlers alle", "Ahlers weist alle zurück"),
    "fr": ("Valbourg : le maire", "Valbourg : le maire démissionne"),
    "es": ("El alcalde de Ribera", "Dimite el alcalde de Ribera"),
    "pl": ("Burmistrz Brzozowa", "Burmistrz Brzozowa aresztowany"),
    "ru": ("Директор шахты", "Директор шахты арестован"),
    "ar": ("جسر تارفو", "إعادة فتح جسر تارفو"),
    "hi": ("खदान के निदेशक", "खदान के निदेशक गिरफ्तार"),
    "zh": ("临河市长", "临河市长辞职"),
    "ja": ("タルボ橋", "タルボ橋が再開"),
}


@pytest.mark.parametrize(("without", "told"), TURNS.values(), ids=TURNS)
def test_what_tells_a_change_makes_an_entry_no_farther_from_its_story(without: str, told: str) -> None:
    assert prepared(told).changes
    assert prepared(told).length == pytest.approx(prepared(without).length)


def test_any_other_word_does() -> None:
    assert prepared("Tarvo bridge opposite harbour").length > 1.2 * prepared("Tarvo bridge").length


CHANCE = {
    "one name": ("Huawei opens office in Tarvo", "Court in Lissen hears Huawei"),
    "and a function word": ("Huawei will open an office in Tarvo", "Court in Lissen says it will hear Huawei"),
    "de": ("Huawei will in Tarvo ein Büro eröffnen", "Gericht in Lissen will Huawei anhören"),
}


@pytest.mark.parametrize(("first", "then"), CHANCE.values(), ids=CHANCE)
def test_one_name_alone_is_chance(first: str, then: str) -> None:
    _, second = Desk().take_all(hourly([first, then]))
    assert second.verdict == Verdict.NEW_STORY, second.reason


OTHER_NAMES = {
    "en": ("Sprinter Amara Toll wins gold", "Sprinter Jonas Krell wins gold"),
    "en, with a figure": ("Lottery numbers drawn in Pick 4 Midday", "Lottery numbers drawn in Bonus 5 Night"),
    "de": ("Trainer Uwe Brandt verlässt den Klub", "Trainer Jens Kuhl verlässt den Klub"),
    "fr": ("Le maire Jean Roux quitte Valbourg", "Le maire Luc Fabre quitte Valbourg"),
    "es": ("La jueza Ana Robles deja Ribera", "La jueza Eva Cuesta deja Ribera"),
    "it": ("La pilota Sara Conti vince ancora", "La pilota Elena Riva vince ancora"),
    "pt": ("O piloto Rui Falcão vence corrida", "O piloto Nuno Prado vence corrida"),
    "nl": ("Trainer Piet Maas verlaat Oosthaven", "Trainer Kees Blom verlaat Oosthaven"),
    "pl": ("Trener Jan Wolski opuszcza Brzozów", "Trener Adam Sroka opuszcza Brzozów"),
    "ru": ("Тренер Иван Лосев покидает Лиссен", "Тренер Пётр Громов покидает Лиссен"),
    "el": ("Ο προπονητής Νίκος Βάρδας αφήνει Λίσεν", "Ο προπονητής Άρης Κόλλιας αφήνει Λίσεν"),
}


@pytest.mark.parametrize(("first", "then"), OTHER_NAMES.values(), ids=OTHER_NAMES)
def test_a_name_of_several_words_stands_in_the_place_of_another(first: str, then: str) -> None:
    _, second = Desk().take_all(hourly([first, then]))
    assert second.verdict == Verdict.NEW_STORY, second.reason
    assert "stands in the place of" in second.reason


def test_words_with_capitals_all_of_them_are_no_names() -> None:
    titles = ["Lissen Zoo Panda Gives Birth To Twin Cubs", "Lissen Zoo Panda Gives Birth To Two Healthy Baby Girls"]
    _, second = Desk().take_all(hourly(titles))
    assert second.verdict == Verdict.SAME_STORY, second.reason


OTHER_DAYS = {
    "en, in a label": ("Forecast for Tuesday: rain in Lissen", "Forecast for Wednesday: rain in Lissen"),
    "de": ("Brücke in Ahlen öffnet im Juni", "Brücke in Ahlen öffnet im Juli"),
    "pl": ("Most w Brzozowie otworzą w czerwcu", "Most w Brzozowie otworzą w lipcu"),
    "ru": ("Мост в Лиссене откроют в июне", "Мост в Лиссене откроют в июле"),
    "fi": ("Ahlen: Silta avataan kesäkuussa", "Ahlen: Silta avataan heinäkuussa"),
    "ro": ("Podul din Lissen se deschide în iunie", "Podul din Lissen se deschide în iulie"),
    "he": ("הגשר בליסן ייפתח ביוני", "הגשר בליסן ייפתח ביולי"),
    "tr": ("Lissen köprüsü haziranda açılıyor", "Lissen köprüsü temmuzda açılıyor"),
    "hu": ("A lisseni híd júniusban nyílik", "A lisseni híd júliusban nyílik"),
    "ar": ("جسر ليسن يفتح في يونيو", "جسر ليسن يفتح في يوليو"),
    "hi": ("लिसेन पुल जून में खुलेगा", "लिसेन पुल जुलाई में खुलेगा"),
    "ja": ("リッセン橋は6月に開通", "リッセン橋は7月に開通"),
}


@pytest.mark.parametrize(("first", "then"), OTHER_DAYS.values(), ids=OTHER_DAYS)
def test_another_day_or_month_is_told_however_like_the_old_one_it_is_spelt(first: str, then: str) -> None:
    _, second = Desk().take_all(hourly([first, then]))
    assert second.verdict in (Verdict.NEW_STORY, Verdict.UPDATE), second.reason


INITIALS = {
    "en": ("International Monetary Fund warns of recession in Velmora", "IMF warns of recession in Velmora"),
    "en, the other way": ("BoE warns banks of rising risks", "Bank of England warns banks of rising risks"),
    "de": ("Bundesamt für Justiz prüft Klage gegen Orlan", "BfJ prüft Klage gegen Orlan"),
    "es": ("El Banco Central Europeo sube los tipos", "El BCE sube los tipos"),
    "ru": ("Международный валютный фонд ждёт спада в Велморе", "МВФ ждёт спада в Велморе"),
}


@pytest.mark.parametrize(("first", "then"), INITIALS.values(), ids=INITIALS)
def test_initials_are_no_other_name(first: str, then: str) -> None:
    _, second = Desk().take_all(hourly([first, then]))
    assert second.verdict in (Verdict.SAME_STORY, Verdict.NEAR_DUPLICATE), second.reason


ONE_MONTH = {
    "ru": ("Мост в Лиссене откроют 5 июня", "Мост в Лиссене откроют в июне"),
    "uk": ("Міст у Ліссені відкриють 5 червня", "Міст у Ліссені відкриють у червні"),
    "pl": ("Most w Brzozowie otworzą 5 maja", "Most w Brzozowie otworzą w maju"),
    "en": ("Tarvo bridge reopens in September", "Tarvo bridge reopens in Sept"),
    "en, with a stop": ("Tarvo bridge closes in January", "Tarvo bridge closes in Jan."),
    "in a label with a tail": (
        "Live: Tuesday's forecast, rain in Lissen - Post",
        "Tuesday's forecast, rain in Lissen - Courier",
    ),
}


@pytest.mark.parametrize(("first", "then"), ONE_MONTH.values(), ids=ONE_MONTH)
def test_one_month_or_day_in_another_form_is_no_other(first: str, then: str) -> None:
    _, second = Desk().take_all(hourly([first, then]))
    assert "stands in the place of" not in second.reason
    assert second.verdict != Verdict.NEW_STORY, second.reason
