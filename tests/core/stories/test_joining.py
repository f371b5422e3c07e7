"""Which story an entry joins: what tells a change is not held against it, and one name alone is chance."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

import pytest

from bot.core.stories import StoryIndex
from bot.core.stories.inverted_index import Words
from bot.core.stories.prepared import Prepared, prepare
from bot.core.stories.score import TEXT_FEATURES, Fit, weights
from bot.core.text.reading import read_entry
from bot.model import Decision, Entry, EntryId, FeedId, Verdict
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


FIRST_WORDS = (
    "The harbour board of Tarvo met on Monday evening to settle what becomes of its oldest crane, which has stood "
    "idle since the spring floods. Several members had asked for a survey, and the engineers put theirs before them"
    " at last, with photographs of every girder and a list of what it would cost to keep the thing upright for ten "
    "more years. "
)
OTHER_FIRST_WORDS = (
    "Nobody who sails into the old basin can miss it, and for a generation of dockers it was the first sight of "
    "home. Now an office a long way off has decided that it must come down, and those who live beside the water "
    "have been told by letter, in a sentence or two, when the work begins and which of their streets are going to "
    "be closed for how long. "
)
QUOTED = (
    "“We looked at every way of saving the crane, and each of them would have taken the money that the school roof "
    "needs this winter,” said Mirel Tanase, who chairs the board. “I learnt to swim in its shadow, so nobody should"
    " tell me that this was an easy evening.”"
)
SAID_ELSEWHERE = (
    "Retired foremen have offered to paint it at their own expense, a brewery wants its picture on a label, and one"
    " of the ferries has flown a black flag from its mast since Sunday, which its captain calls a matter of plain "
    "decency towards an old colleague."
)


def quoting(feed: str, text: str, title: str, number: int) -> Entry:
    at = START + timedelta(hours=number)
    link = f"https://{feed}.example/{number}"
    return Entry(title=title, summary=text, feed=FeedId(feed), guid=link, url=link, published_at=at, seen_at=at)


class Fitted(StoryIndex):
    """An index that shows what the last entry fits."""

    ranked: Sequence[Fit] = ()

    def place(
        self, entry_id: EntryId, entry: Entry, query: Prepared, ranked: Sequence[Fit], own: Collection[int]
    ) -> Decision:
        self.ranked = ranked
        return super().place(entry_id, entry, query, ranked, own)


@pytest.mark.parametrize(
    ("feeds", "rest", "speaks"),
    [(["a"], SAID_ELSEWHERE, False), (["a", "b"], SAID_ELSEWHERE, True), (["a", "b"], QUOTED, False)],
    ids=["one text", "several", "several, one of them quoted"],
)
def test_a_text_that_quotes_none_of_several_speaks_against_it(feeds: list[str], rest: str, speaks: bool) -> None:
    """One text that says it otherwise proves nothing."""
    desk = Desk()
    desk.index = fitted = Fitted(desk.settings)
    for feed, text in zip(feeds, [FIRST_WORDS + QUOTED, QUOTED + FIRST_WORDS], strict=False):
        desk.take(quoting(feed, text, "Tarvo harbour board decides on old crane", 0))
    desk.take(quoting("last", OTHER_FIRST_WORDS + rest, "Farewell to the crane of Tarvo", 1))
    told = dict(zip(TEXT_FEATURES, fitted.ranked[0].features, strict=True))
    assert (told["unquoted"] > 0.3) is speaks
    assert weights().texts.weights[TEXT_FEATURES.index("unquoted")] < 0


def test_a_feeds_own_texts_do_not_speak_against_its_entry() -> None:
    desk = Desk()
    desk.index = fitted = Fitted(desk.settings)
    for feed, text in (("last", FIRST_WORDS + QUOTED), ("a", QUOTED + FIRST_WORDS)):
        desk.take(quoting(feed, text, "Tarvo harbour board decides on old crane", 0))
    desk.take(quoting("last", OTHER_FIRST_WORDS + SAID_ELSEWHERE, "Farewell to the crane of Tarvo", 1))
    told = dict(zip(TEXT_FEATURES, fitted.ranked[0].features, strict=True))
    assert told["unquoted"] == 0


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("winning numbers drawn in bonus match 5 game", "winning numbers drawn in bank a million game"),
        ("таблица игр второй лиги северо запад на сегодня", "таблица игр второй лиги юго восток страны на сегодня"),
    ],
)
def test_where_no_capital_tells_a_short_stretch_between_the_same_words_is_a_name(first: str, then: str) -> None:
    _, second = Desk().take_all(hourly([first, then]))
    assert second.verdict == Verdict.NEW_STORY, second.reason
    assert "in the place of" in second.reason
