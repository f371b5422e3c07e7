"""Two stories and an entry that fits both: the more reports each has found alone, the more their words must agree."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.stories import StoryIndex
from bot.core.stories.score import weights
from bot.model import StorySettings
from tests.core.stories.story_pairs import Desk, hourly

FERRY = {
    "en": (
        "Kelmore ferry sinks off Brellin lighthouse",
        "Ferry from Kelmore goes down off Brellin",
        "Brellin lighthouse: Kelmore ferry sinks at night",
        "Kelmore ferry lost off Brellin",
    ),
    "de": (
        "Fähre aus Kelmore sinkt im Brellinsund",
        "Brellinsund: Fähre Kelmore gesunken",
        "Fähre Kelmore im Brellinsund untergegangen",
        "Kelmore verliert Fähre im Brellinsund",
    ),
    "fr": (
        "Le ferry de Kelmore sombre dans le détroit de Brellin",
        "Naufrage du ferry de Kelmore à Brellin",
        "Le ferry de Kelmore a sombré dans le détroit de Brellin",
        "Ferry de Kelmore : naufrage à Brellin",
    ),
    "tr": (
        "Kelmora feribotu Brellin boğazında battı",
        "Brellin boğazında gece Kelmora feribotu battı",
        "Kelmora feribotu gece Brellin önlerinde battı",
        "Brellin açıklarında Kelmora feribotu kayboldu",
    ),
    "es": (
        "El ferri de Kelmora se hunde en el estrecho de Brelín",
        "Se hunde el ferri de Kelmora en Brelín",
        "Hundido el ferri de Kelmora en el estrecho de Brelín",
        "Ferri de Kelmora, hundido en Brelín",
    ),
}
LIFEBOAT = {
    "en": (
        "Ashcombe lifeboat crew finds survivors off Brellin as night falls",
        "Survivors off Brellin, Ashcombe lifeboat crew says",
        "Lifeboat crew from Ashcombe: more survivors off Brellin",
        "Ashcombe lifeboat brings survivors ashore from off Brellin",
    ),
    "de": (
        "Seenotretter Ascheberg finden Überlebende im Brellinsund",
        "Überlebende im Brellinsund: Seenotretter Ascheberg",
        "Seenotretter aus Ascheberg: Überlebende im Brellinsund",
        "Ascheberg: Seenotretter mit Überlebenden im Brellinsund",
    ),
    "fr": (
        "Les sauveteurs d'Ascourt trouvent des survivants à Brellin",
        "Des survivants à Brellin, selon les sauveteurs d'Ascourt",
        "Sauveteurs d'Ascourt : d'autres survivants à Brellin",
        "Les sauveteurs d'Ascourt et les survivants de Brellin",
    ),
    "tr": (
        "Askova kurtarma ekibi Brellin açıklarında kazazedeleri buldu",
        "Kazazedeler Brellin açıklarında, Askova kurtarma ekibi duyurdu",
        "Askova kurtarma ekibi: Brellin açıklarında kazazedeler",
        "Brellin açıklarında Askova kurtarma ekibi kazazedeleri aldı",
    ),
    "es": (
        "Salvamento de Ascoba atiende a supervivientes en Brelín",
        "Supervivientes en Brelín, según Salvamento de Ascoba",
        "Salvamento de Ascoba: más supervivientes en Brelín",
        "Salvamento de Ascoba trae supervivientes de Brelín",
    ),
}
BOTH = {
    "en": "Kelmore ferry sinks off Brellin at night: Ashcombe lifeboat crew finds survivors",
    "de": "Fähre Kelmore sinkt im Brellinsund: Seenotretter Ascheberg finden Überlebende",
    "fr": "Naufrage du ferry de Kelmore à Brellin : les sauveteurs d'Ascourt trouvent des survivants",
    "tr": "Kelmora feribotu Brellin açıklarında battı: Askova kurtarma ekibi kazazedeleri buldu",
    "es": "El ferri de Kelmora se hunde en Brelín: Salvamento de Ascoba atiende a supervivientes",
}


def desk(unites: float, firmer: float) -> Desk:
    """A desk whose stories unite from these bounds on."""
    made = Desk()
    shipped = weights()
    table = replace(shipped, headlines=shipped.headlines._replace(unites=unites, firmer=firmer))
    made.index = StoryIndex(StorySettings(), table)
    return made


def stories(made: Desk, lang: str, reports: int) -> int:
    """How many stories the ferry's four reports, so many of the lifeboat's, and one of both come to."""
    decisions = made.take_all(hourly([*FERRY[lang], *LIFEBOAT[lang][:reports], BOTH[lang]]))
    return len({made.story(decision) for decision in decisions})


@pytest.mark.parametrize("lang", BOTH)
def test_a_single_report_is_united_where_four_are_an_event_of_their_own(lang: str) -> None:
    assert stories(desk(0.15, 0.1), lang, 1) == 1
    assert stories(desk(0.15, 0.1), lang, 4) == 2
    assert stories(desk(0.15, 0.0), lang, 4) == 1  # it is their number that keeps them apart


def test_the_shipped_bounds_know_the_difference() -> None:
    assert (stories(Desk(), "es", 1), stories(Desk(), "es", 4)) == (1, 2)


@pytest.mark.parametrize(("days", "count"), [(0, 1), (4, 1), (20, 2)])
def test_what_nearly_fits_and_is_told_apart_is_not_united(days: int, count: int) -> None:
    """An entry that nearly fitted a report of other weeks made one story of that and of what it joined."""
    titles = (
        "Harbour ormand tanker kelmore strike",
        "Lighthouse court harbour probe kelmore ormand",
        "Tanker kelmore court strike ormand brellin",
    )
    entries = [replace(one, published_at=one.seen_at) for one in hourly(titles)]
    entries[1] = replace(entries[1], published_at=entries[1].seen_at - timedelta(days=days))
    made = Desk()
    assert len({made.story(decision) for decision in made.take_all(entries)}) == count
