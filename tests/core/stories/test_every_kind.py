"""A kind of change is heard in every language that has a file, not in seventeen of them."""

from __future__ import annotations

import pytest

from bot.model import Verdict
from tests.core.stories.story_pairs import Desk, hourly

TOLD = {
    "bn, worsened": ("বাস উল্টে আহত অভিনেতা রাহাত টরভিক", "অভিনেতা রাহাত টরভিক লাইফ সাপোর্টে"),
    "cs, sidelined": ("Útočník Holub střílí góly za Kolbov", "Útočník Holub z Kolbova si přetrhl vaz, bude chybět"),
    "da, search ended": ("Fisker Torvik søges ud for Kolby", "Eftersøgningen af fisker Torvik ud for Kolby indstillet"),
    "el, upheld": ("Κάθειρξη στον δήμαρχο Τόρβικ για απάτη", "Απορρίφθηκε η έφεση του δημάρχου Τόρβικ για απάτη"),
    "fa, promoted": ("تیم تورویک کلبی در یک قدمی فینال", "تیم تورویک کلبی به لیگ برتر صعود کرد"),
    "fi, upheld": ("Pormestari Torvik sai tuomion Kolbissa", "Pormestari Torvik: tuomio pysyi Kolbissa ennallaan"),
    "he, downgraded": ("בנק טורביק מפרסם דוחות", "דירוג האשראי של בנק טורביק הורד"),
    "hu, upgraded": ("Torvik Bank közölte kolbi eredményeit", "Felminősítették a Torvik Bankot kolbi eredményei után"),
    "mr, bailed": ("तोरविक बँकेला तोटा", "तोरविक बँकेला आपत्कालीन कर्ज"),
    "nb, retaliated": ("Torvik-regjeringen i striden om fisk", "Torvik-regjeringen innfører toll i striden om fisk"),
    "ro, worsened": (
        "Actorul Torvik, implicat în accident la Kolbi",
        "Actorul Torvik, în comă după accidentul de la Kolbi",
    ),
    "sv, escaped": ("Torvik sitter av sitt straff i Kolbyanstalten", "Torvik har rymt från Kolbyanstalten"),
    "ta, landfall": ("டோர்விக் புயல் கோல்பி அருகே", "டோர்விக் புயல் கோல்பி அருகே கரையை கடந்தது"),
    "te, landfall": ("టోర్విక్ తుపాను కోల్బీ వద్ద", "టోర్విక్ తుపాను కోల్బీ వద్ద తీరం దాటింది"),
    "th, relegated": ("ทอร์วิกยูไนเต็ดลงสนามนัดสุดท้าย", "ทอร์วิกยูไนเต็ดร่วงตกชั้น"),
    "vi, revealed": ("Ông Torvik giữ ghế ở Kolbi", "Ông Torvik bị phanh phui sai phạm ở Kolbi"),
    "a word that is another one with marks (tähän)": ("Bupati Torvik diperiksa KPK", "KPK tahan Bupati Torvik"),
    "what several do": ("Kolby hospitals hit by hackers", "Kolby hospitals hit by hackers restore records"),
    "a phrase in another ending": ("Завод «Торвик» остановил конвейер", "«Торвик» снова запустила конвейер"),
}


@pytest.mark.parametrize(("first", "then"), TOLD.values(), ids=TOLD)
def test_every_kind_of_change_is_heard_in_every_language(first: str, then: str) -> None:
    assert Desk().take_all(hourly((first, then)))[1].verdict in {Verdict.UPDATE, Verdict.NEW_STORY}
