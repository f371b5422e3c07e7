"""What may or must happen has not: that it happens is told; that it may, no more once it has or was said to."""

from __future__ import annotations

import pytest

from bot.model import Verdict
from tests.core.stories.story_pairs import Desk, hourly

HAPPENED = {
    "en": ("Torvik may resign over port deal", "Torvik resigns over port deal", "now: resigns"),
    "en, be": ("Torvik could be arrested over port deal", "Torvik arrested over port deal", "now: arrested"),
    "en, must": ("Torvik must resign, says Kolbi opposition", "Torvik resigns, opposition cheers", "now: resigns"),
    "en, May": ("May could resign over Kolbi deal", "Theresa May resigns over Kolbi deal", "now: resigns"),
    "de": ("Torvik könnte zurücktreten wegen Hafendeal", "Torvik tritt zurück wegen Hafendeal", "now: tritt zurück"),
    "es": (
        "Torvik podría dimitir por el acuerdo portuario",
        "Torvik dimite por el acuerdo portuario",
        "now: dimite",
    ),
    "fr": (
        "Torvik peut démissionner après l'accord portuaire",
        "Torvik démissionne après l'accord portuaire",
        "now: démissionne",
    ),
    "it": ("Torvik potrebbe dimettersi per il porto", "Torvik si dimette per il porto", "now: si dimette"),
    "pt": ("Torvik pode renunciar por causa do porto", "Torvik renuncia por causa do porto", "now: renuncia"),
    "sv": ("Torvik kan avgå efter hamnaffären", "Torvik avgår efter hamnaffären", "now: avgår"),
}
NO_NEWS = {
    "it may, says another": ("Torvik may resign over port deal", "Kolbi mayor Torvik may resign over port: sources"),
    "it had happened": ("Torvik resigns over port deal", "Torvik may resign over port deal in Kolbi"),
    "due to": ("Il ponte di Montalfo deve riaprire lunedì", "Il ponte di Montalfo riapre lunedì"),
    "it will": ("Torvik will resign over port contract, party says", "Torvik resigns over port contract, party says"),
}


def second_of(*titles: str) -> tuple[Verdict, tuple[str, ...]]:
    """What the second of two headlines is, and what is new in it."""
    decision = Desk().take_all(hourly(titles))[1]
    return decision.verdict, decision.changes


@pytest.mark.parametrize(("first", "then", "change"), HAPPENED.values(), ids=HAPPENED)
def test_what_only_might_happen_is_told_when_it_does(first: str, then: str, change: str) -> None:
    assert second_of(first, then) == (Verdict.UPDATE, (change,))


@pytest.mark.parametrize(("first", "then"), NO_NEWS.values(), ids=NO_NEWS)
def test_what_may_happen_is_told_once_and_not_after_it_has(first: str, then: str) -> None:
    assert second_of(first, then) == (Verdict.SAME_STORY, ())
