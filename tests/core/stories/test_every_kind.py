"""A kind of change is heard in every language that has a file, not in seventeen of them."""

from __future__ import annotations

import pytest

from bot.model import Verdict
from tests.core.stories.story_pairs import Desk, hourly

TOLD = {
    "es, an emergency landing": (
        "Falla un motor de un avión de Arvo sobre Hasca",
        "Aterrizaje de emergencia del avión de Arvo en Hasca",
    ),
    "ja, an emergency landing": ("アルボ機、ハスク上空でエンジン故障", "アルボ機がハスク空港に緊急着陸"),
    "tr, an emergency landing": ("Arvo uçağının motoru Hask üzerinde arızalandı", "Arvo uçağı Hask'a acil iniş yaptı"),
    "en, out of government": ("Minister Paul Rook under fire over flat", "Paul Rook leaves government over flat"),
    "fr, out of government": (
        "Le ministre Hugues Delatour visé par une enquête",
        "Hugues Delatour quitte le gouvernement",
    ),
    "sv, out of government": ("Statsrådet Malin Ekroth pressas om svartjobb", "Malin Ekroth lämnar regeringen"),
    "nl, out of government": ("Minister Paul Torvik in opspraak om bonnetjes", "Paul Torvik verlaat kabinet"),
    "fi, out of government": ("Ministeri Pauli Torvik arvostelun kohteena", "Pauli Torvik lähtee hallituksesta"),
    "ru, back at work": ("Завод в Каменске встал из-за долгов", "Рабочие завода в Каменске вернулись в цеха"),
    "sv, refloated": ("Färjan Solvind på grund utanför Grisslan", "Färjan Solvind dragen flott utanför Grisslan"),
    "hi, run again": ("नीलगिरि मार्ग पर ट्रेनें बंद", "नीलगिरि मार्ग पर ट्रेनें फिर दौड़ने लगीं"),
    "cs, run again": ("Vlaky u Lhotic stojí po srážce", "Vlaky u Lhotic už zase jezdí"),
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


OF_ANOTHER_SENSE = {
    "en, a noun (release date)": ("Torvik Kolby tablet out in May", "Torvik Kolby tablet release date is May"),
    "en, an adverb": ("Kolby shares end up on Torvik data", "Kolby shares end sharply lower, Torvik data shows"),
    "en, near a phrase": ("Stocks of Torvik and Kolby hit by data", "Torvik and Kolby stocks weigh in on data"),
    "da, witnesses": ("Eksplosion på Torvik havn i Kolby", "Torvik havn i Kolby: vidner hørte eksplosion"),
    "nb, aims at": ("Statsminister Torvik besøgte Kolby", "Torvik i Kolby: sikter mot flere arbeidsplasser"),
    "fi, stands": ("Torvikin silta Kolbissa", "Torvikin silta seisoo Kolbissa"),
    "hu, that was held": ("Torvik verseny Kolbiban", "Kolbiban megrendezett Torvik verseny"),
    "pl, went to": ("Minister Torvik pojechał do Kolby", "Minister Torvik udał się do Kolby"),
    "ru, says": ("Власти Торвика о пожаре в Колби", "Власти Торвика утверждают: в Колби был пожар"),
    "ru, met with": ("Мэр Торвик и проблемы Колби", "Мэр Торвик столкнулся с проблемами в Колби"),
    "fr, private": ("Groupe Torvik ouvre une école à Kolby", "Écoles privées : le groupe Torvik à Kolby"),
    "it, requirements": ("Concorso Torvik a Kolby, il bando", "Concorso Torvik a Kolby: i requisiti del bando"),
    "it, bus stops": ("Bus a Torvik, le linee di Kolby", "Le fermate dei bus a Torvik, linee di Kolby"),
    "el, free entry": ("Η έκθεση Τόρβικ στο Κόλμπι", "Ελεύθερη είσοδος στην έκθεση Τόρβικ στο Κόλμπι"),
    "he, a pizza": ("מסעדת טורביק בקולבי נפתחת ביום ראשון", "פיצה במסעדת טורביק בקולבי"),
    "ta, a review": ("டோர்விக் படம் கோல்பி", "டோர்விக் படம் கோல்பி விமர்சனம்"),
}


@pytest.mark.parametrize(("first", "then"), OF_ANOTHER_SENSE.values(), ids=OF_ANOTHER_SENSE)
def test_a_word_that_mostly_means_something_else_is_no_news(first: str, then: str) -> None:
    assert Desk().take_all(hourly((first, then)))[1].verdict is not Verdict.UPDATE


BEHIND_ANOTHER_SENSE = {
    "ar, a valley": ("مهرجان وادي الصخر ينطلق بحضور الوزير", "الوزير يعلن إلغاء مهرجان وادي الصخر"),
    "en, an emergency landing": (
        "Arvo jet makes emergency landing in Kolbi",
        "Arvo grounds all jets after Kolbi landing",
    ),
    "ru, an emergency landing": ("Самолёт «Арво» совершил аварийную посадку", "Росавиация приостановила полёты «Арво»"),
    "ja, hurt": ("大関朝霧が左ひざ負傷、全治は不明", "大関朝霧、初場所を休場"),
    "cs, how it ended": ("Policie v Kolby: jak to dopadlo s Torvikem", "Torvik v Kolby zatčen"),
    "da, vulnerable": ("Udsatte børn: Torvik rejser til Kolby", "Torvik udskyder rejsen til Kolby"),
    "sv, a party left": (
        "Liberalerna lämnar regeringen i Norland",
        "Norlands statsminister Torvik avgår sedan Liberalerna hoppat av",
    ),
    "ru, a party left": (
        "Партия «Центр» вышла из правительства Норландии",
        "Премьер Норландии Торвик подал в отставку после ухода «Центра»",
    ),
    "tr, a party left": (
        "Merkez Partisi Norlanya'da hükümetten ayrıldı",
        "Norlanya Başbakanı Torvik, Merkez Partisi'nin ardından istifa etti",
    ),
    "sv, handed to": (
        "Utredaren Malin Ekroth lämnar regeringen förslag om skolan",
        "Utredaren Malin Ekroth avgår efter skolförslag",
    ),
    "de, sought": ("In Klinik Korbach wird neuer Chefarzt gesucht", "Klinik Korbach: Olaf Lind zum Chefarzt ernannt"),
    "da, a funeral": ("Dronning Torvik af Kolby begravet", "Dronning Torvik af Kolby savnet"),
    "ru, says": ("Власти Торвика утверждают, что завод в Колби шумит", "Власти Торвика одобрили завод в Колби"),
    "pl, went to": ("Minister Torvik udał się do Kolby", "Minister Torvik w Kolby: misja zakończona sukcesem"),
    "it, requirements": ("Requisiti del concorso Torvik a Kolby", "Torvik, sequestrati i beni a Kolby"),
    "el, a booking": ("Η κράτηση εισιτηρίων Τόρβικ στο Κόλμπι", "Συνελήφθη ο διευθυντής Τόρβικ στο Κόλμπι"),
    "he, a prison": ("מתקן טורביק בקולבי מתרחב", "טורביק בקולבי תיקן את הדיווח"),
}


@pytest.mark.parametrize(("first", "then"), BEHIND_ANOTHER_SENSE.values(), ids=BEHIND_ANOTHER_SENSE)
def test_a_word_of_another_sense_hides_no_development(first: str, then: str) -> None:
    assert Desk().take_all(hourly((first, then)))[1].verdict in {Verdict.UPDATE, Verdict.NEW_STORY}


ONE_KIND = {
    "ru": ("Самолёт «Арво» экстренно сел в Хаске", "Вынужденная посадка самолёта «Арво» в Хаске"),
    "pt": ("Avião da Arvo faz pouso de emergência em Hasca", "Avião da Arvo em Hasca: aterragem de emergência"),
    "hi": ("आर्वो विमान की हास्क में आपात लैंडिंग", "हास्क में आर्वो विमान की इमरजेंसी लैंडिंग"),
    "zh": ("阿尔沃航班迫降哈斯克机场", "阿尔沃航班在哈斯克机场紧急降落"),
    "sv, out of government": ("Statsrådet Malin Ekroth avgår", "Statsrådet Malin Ekroth lämnar regeringen"),
    "nl, out of government": ("Minister Paul Torvik treedt af", "Minister Paul Torvik verlaat kabinet"),
    "de": ("Arvo-Maschine muss in Hask notlanden", "Notlandung: Arvo-Maschine in Hask notgelandet"),
}


@pytest.mark.parametrize(("first", "then"), ONE_KIND.values(), ids=ONE_KIND)
def test_two_wordings_tell_one_kind(first: str, then: str) -> None:
    """Of an emergency landing one stood among failures, the other among halts: six of 11 second reports were told. Who
    resigned has left the government."""
    assert Desk().take_all(hourly((first, then)))[1].verdict is Verdict.SAME_STORY
