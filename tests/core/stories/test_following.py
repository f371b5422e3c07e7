"""A development that shares hardly more with its story than the name that it goes by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.model import Decision, Entry, OutletId, Verdict
from tests.core.stories.story_pairs import START, Desk

FOLLOWED = {
    "en": (
        (
            "Gas blast levels apartment block in Dunmore, six dead | Firefighters pulled survivors from the rubble.",
            "Six killed as explosion flattens Dunmore flats | Neighbours complained of a smell of gas.",
            "Dunmore explosion: gas blast flattens apartment block | Six people were killed.",
        ),
        "Dunmore utility boss quits | Helen Prowse said that calls from residents had been ignored.",
    ),
    "de": (
        (
            "Chemiekonzern Velbach streicht 4.000 Stellen | Vorstandschefin Karin Oest nannte hohe Energiepreise.",
            "Velbach streicht Tausende Stellen | Besonders hart trifft es den Stammsitz.",
            "Chemiekonzern Velbach: 4.000 Stellen weg | Grund sind hohe Energiepreise.",
        ),
        "Velbach: Vorstandschefin tritt zurück | Der Aufsichtsrat sucht einen Nachfolger.",
    ),
    "es": (
        (
            "Huelga de recogida de basura en Almora | La basura se acumula en el centro.",
            "La basura se acumula en Almora en el primer día de huelga | Los empleados exigen mejores salarios.",
            "La basura se acumula en el centro de Almora por la huelga | Los bares pierden clientes.",
        ),
        "Almora: detenidos dos concejales | La policía investiga un contrato.",
    ),
    "ru": (
        (
            "В Сосновке обрушился жилой дом | Погибли три человека.",
            "Обрушение жилого дома в Сосновке | Под завалами ищут людей.",
            "Обрушение дома в Сосновке: трое погибших | Под завалами ищут ещё пятерых.",
        ),
        "В Сосновке арестован директор управляющей компании | Его обвиняют в халатности.",
    ),
    "da": (
        (
            "Eksplosion på havnen i Fredsund, to dræbt | En eksplosion kostede to mennesker livet.",
            "To omkommet i eksplosion på havnen i Fredsund | En tank blev svejset.",
            "Fredsund: eksplosion på havnen dræbte to | Fire er såret.",
        ),
        "Værftet i Fredsund får bøde på 8 millioner | Arbejdstilsynet fandt alvorlige fejl.",
    ),
}
NAMELESS = ("gas blast levels apartment block in dunmore", "explosion flattens apartment block in dunmore")


def last_of(titles: Sequence[str], hours: float = 8.0) -> Decision:
    """The decision on the last of some reports of as many outlets; those before come in an hour apart."""
    entries = [
        Entry(
            title=title.split(" | ")[0],
            summary="".join(title.split(" | ")[1:]),
            source=OutletId(f"o{number}"),
            seen_at=START + timedelta(hours=hours if number == len(titles) - 1 else number),
        )
        for number, title in enumerate(titles)
    ]
    return Desk().take_all(entries)[-1]


@pytest.mark.parametrize(("reports", "then"), FOLLOWED.values(), ids=FOLLOWED)
def test_news_follows_the_one_story_that_goes_by_its_name(reports: tuple[str, ...], then: str) -> None:
    decision = last_of([*reports, then])
    assert (decision.verdict, decision.story) == (Verdict.UPDATE, 1), decision.reason


@pytest.mark.parametrize(
    "titles",
    [
        (*FOLLOWED["en"][0][:2], FOLLOWED["en"][1]),
        (*FOLLOWED["en"][0], "Dunmore prepares for its summer fair"),
        (*NAMELESS, FOLLOWED["en"][1].lower()),
        (
            "Dunmore wins regional cup final",
            "Storm closes Dunmore airport",
            "Prices of homes in Dunmore surge",
            "Dunmore museum shows Etruscan gold",
            *FOLLOWED["en"],
        ),
    ],
    ids=["two reports name it", "no news", "no capital shows a name", "many stories have the name"],
)
def test_a_name_alone_is_not_enough(titles: Sequence[str]) -> None:
    flat = [title for part in titles for title in ((part,) if isinstance(part, str) else part)]
    decision = last_of(flat)
    assert decision.verdict == Verdict.NEW_STORY, decision.reason
