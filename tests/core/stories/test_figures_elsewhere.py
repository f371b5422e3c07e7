"""A figure that a story says of something else is new where a headline has another one in its place: 9 → 14 dead."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.model import Entry, OutletId, Verdict
from tests.core.stories.story_pairs import START, Desk

ANOTHER = {
    "en, 0": (
        ("Quake in Varno kills 9", "The quake struck at dawn; 14 villages were cut off and 31 people were hurt."),
        ("Quake in Varno kills 14", "Rescuers reached the last villages on Tuesday."),
    ),
    "en, 1": (
        ("At least 9 dead in Varno quake", "Some 14 villages are cut off by landslides."),
        ("Varno quake death toll rises to 14", "Five more bodies were recovered overnight."),
    ),
    "en, 2": (
        ("Tarvos recalls 300 cars over brakes", "Dealers in 27 countries will replace the valve in 1,200 workshops."),
        ("Tarvos recalls 1,200 cars over brakes", "The maker found the fault in more models."),
    ),
    "de, 3": (
        ("Zahl der Toten in Harlingen steigt auf sieben", "Auf der Strecke waren 19 Züge unterwegs."),
        ("Zahl der Toten in Harlingen steigt auf 19", "In der Nacht starben weitere Verletzte."),
    ),
    "fr, 5": (
        ("Incendie à Roubaix : 3 morts", "Les 5 étages de l'immeuble ont été évacués."),
        ("Incendie à Roubaix : 5 morts", "Deux blessés ont succombé à leurs brûlures."),
    ),
    "es, 6": (
        ("Sube a 6 la cifra de muertos en Manzora", "Unas 14 réplicas se sintieron en la costa."),
        ("Sube a 14 la cifra de muertos en Manzora", "Hallan ocho cuerpos más."),
    ),
    "ru, 8": (
        ("Число погибших в Озерске достигло 6", "На месте работают 11 бригад."),
        ("Число погибших в Озерске достигло 11", "Тела нашли под завалами."),
    ),
    "tr, 10": (
        ("Akhisar kazasında 4 ölü", "Kazaya 7 ambulans gönderildi."),
        ("Akhisar kazasında 7 ölü", "Üç yaralı hastanede öldü."),
    ),
    "zh, 11": (
        ("河北矿难4人死亡", "现场有12支救援队。"),
        ("河北矿难12人死亡", "又找到八具遗体。"),
    ),
    "en, 13": (
        ("Inflation in Velland slows to 3.1 percent", "Food prices rose 2.9 percent."),
        ("Inflation in Velland slows to 2.9 percent", "Corrected figures were published."),
    ),
    "en, 14": (
        ("Ferry sinks off Lontara, 12 missing", "The ferry carried 40 people and 19 vehicles."),
        ("Ferry sinks off Lontara, 19 missing", "The coast guard revised the passenger list."),
    ),
}
"""A headline whose figure stands in the text of the first report, of something else."""
FROM_THE_TEXT = {
    "en, 0": (
        ("Quake in Varno kills 9", "The quake struck at dawn and 31 people were hurt."),
        ("31 hurt as quake hits Varno", "Hospitals are full."),
    ),
    "en, 1": (
        ("Bank of Velland cuts rate to 2.25 percent", "The rate had stood at 2.5 percent since May."),
        ("Velland lowers rate from 2.5 percent", "The quarter-point cut was expected."),
    ),
    "en, 2": (
        ("Tarvos recalls 300 cars over brakes", "Dealers in 27 countries will replace the valve in 1,200 workshops."),
        ("1,200 workshops to fix Tarvos brakes", "Dealers will replace the valve."),
    ),
    "de, 3": (
        ("Vier Tote bei Brand in Lindach", "Rund 12 Menschen wurden verletzt."),
        ("12 Verletzte bei Brand in Lindach", "Vier Menschen starben."),
    ),
    "fr, 5": (
        ("Incendie à Roubaix : 3 morts", "14 personnes ont été hospitalisées."),
        ("Incendie à Roubaix : 14 personnes hospitalisées", "Trois habitants sont morts."),
    ),
    "es, 6": (
        ("Seis muertos en el sismo de Manzora", "Hay 14 desaparecidos y 30 heridos."),
        ("Manzora: 14 desaparecidos tras el sismo", "Seis personas murieron."),
    ),
    "ru, 8": (
        ("Число погибших в Озерске достигло 6", "Ранены 11 человек."),
        ("В Озерске 11 раненых", "Шесть человек погибли."),
    ),
    "tr, 9": (
        ("Akhisar kazasında 4 ölü", "Kazada 31 kişi yaralandı."),
        ("Akhisar kazasında 31 yaralı", "Dört kişi öldü."),
    ),
    "en, 11": (
        ("Labour wins 41 percent in Dunmarsh", "The Conservatives got 33 percent."),
        ("Conservatives slump to 33 percent in Dunmarsh", "Labour won 41 percent."),
    ),
    "en, of imports": (
        ("Velland exports rise 6.2 percent in May", "Imports rose 4.1 percent."),
        ("Velland imports rise 4.1 percent in May", "Exports had risen 6.2 percent."),
    ),
    "en, of a part": (
        ("Velland inflation at 3.1 percent in May", "Core inflation was 2.4 percent."),
        ("Velland core inflation at 2.4 percent in May", "In all it was 3.1 percent."),
    ),
    "es, of a part": (
        ("Inflación de Velland en 3,1 por ciento", "La subyacente fue de 2,4 por ciento."),
        ("Inflación subyacente de Velland en 2,4 por ciento", "La general fue de 3,1."),
    ),
    "zh, 13": (
        ("河北矿难4人死亡", "另有12人受伤。"),
        ("河北矿难12人受伤", "4人遇难。"),
    ),
}
"""Another report, which puts a figure from the first one's text into its headline."""


def verdict_of_second(first: tuple[str, str], then: tuple[str, str]) -> Verdict:
    """What the second of two reports, each a headline and a text, is."""
    reports = [
        Entry(title=title, summary=text, source=OutletId(source), seen_at=START + timedelta(hours=6 * number))
        for number, (source, (title, text)) in enumerate(zip(("one", "other"), (first, then), strict=True))
    ]
    return Desk().take_all(reports)[1].verdict


@pytest.mark.parametrize(("first", "then"), ANOTHER.values(), ids=ANOTHER)
def test_a_figure_in_anothers_place_is_told_though_the_text_has_it_elsewhere(
    first: tuple[str, str], then: tuple[str, str]
) -> None:
    """`9 dead`, below which `14 villages`, then `14 dead`: 13 of 15 such pairs were silent."""
    assert verdict_of_second(first, then) is Verdict.UPDATE


@pytest.mark.parametrize(("first", "then"), FROM_THE_TEXT.values(), ids=FROM_THE_TEXT)
def test_a_figure_that_the_text_had_of_the_same_is_no_news(first: tuple[str, str], then: tuple[str, str]) -> None:
    assert verdict_of_second(first, then) is Verdict.SAME_STORY
