"""One sentence that stands below many headlines (`Police ask witnesses to call …`) makes none a copy of another."""

from __future__ import annotations

import pytest

from bot.model import Verdict
from tests.core.stories.test_other_places import second_of

ANOTHER_EVENT = {
    "en": ("Earthquake shakes Torvel coast", "Minister Orvain found dead at home",
           "This is a developing story and will be updated as more information becomes available."),
    "en, a word of the headline": ("Novatrel launch scrubbed over winds", "Helvo rocket stays on pad after fuel leak",
           "A new date for the launch has not been set yet, the company said."),
    "de": ("Unfall auf der A3 bei Kelbach: zwei Verletzte", "Einbruch in Torper Bäckerei: Kasse weg",
           "Die Polizei bittet Zeugen, sich bei der Wache in der Innenstadt zu melden."),
    "es": ("Choque múltiple en la ruta 9", "Renuncia el ministro Bruna",
           "La noticia está en desarrollo y será ampliada a medida que haya más información."),
    "fr": ("Incendie dans un entrepôt à Torvel", "Un ouvrier tué sur un chantier à Lindach",
           "Une enquête a été ouverte par le parquet pour déterminer les causes du drame."),
    "it": ("Incendio in una palazzina a Torvella", "Auto fuori strada a Lindero, due feriti",
           "Sul posto sono intervenuti i vigili del fuoco, i carabinieri e il personale del 118."),
    "pl": ("Pożar hali w Torpicach", "Wypadek na drodze do Zgierza",
           "Na miejscu pracują strażacy, policja wyjaśnia okoliczności zdarzenia pod nadzorem prokuratora."),
    "ru": ("В Торпино сгорел склад", "Грузовик упал в реку у Линда",
           "На место происшествия выехали сотрудники полиции, проводится проверка, обстоятельства выясняются."),
    "tr": ("Torpköy'de fabrika yandı", "Lindova'da minibüs devrildi",
           "Olay yerine çok sayıda ekip sevk edildi, olayla ilgili soruşturma başlatıldı."),
    "ar": ("حريق في مصنع بتورفل", "غرق قارب قبالة ليندا",
           "وفتحت الشرطة تحقيقا في ملابسات الحادث ولم ترد معلومات عن إصابات حتى الآن."),
    "hi": ("तोरपुर में गोदाम में आग", "लिंदा में नाव पलटी",
           "पुलिस मौके पर पहुंची और मामले की जांच शुरू कर दी है, आगे की कार्रवाई जारी है।"),
    "ja": ("東町の倉庫で火事", "西川で小型船が転覆",
           "警察と消防が詳しい状況を調べています。けが人の情報は入っていません。"),
    "ja, few characters": ("ロケット「はやて3号」打ち上げ中止 天候不良で",
                           "ロケット「つばめ2号」打ち上げ中止 燃料漏れで", "次の打ち上げ日は未定。"),
}  # fmt: skip

COPIES = {
    "en": ("Kelmore mayor quits over harbour deal", "Torvik steps down",
           "Kelmore mayor Paul Torvik resigned on Monday over a harbour deal that cost the town four million."),
    "de": ("Großbrand in Kelbacher Lagerhalle", "Flammen am Stadtrand",
           "In einer Lagerhalle in Kelbach ist am Abend ein Großbrand ausgebrochen, die Feuerwehr ist im Einsatz."),
    "fr": ("Incendie à Torvel : un hangar détruit", "Un hangar part en fumée",
           "Un hangar agricole a été détruit dimanche par un incendie à Torvel, sans faire de blessé."),
    "ja": ("東町の倉庫で火事 けが人なし", "倉庫が焼ける 東町",
           "12日夜、東町の倉庫で火事があり、約300平方メートルが焼けた。けが人はいなかった。"),
}  # fmt: skip


@pytest.mark.parametrize(("first", "then", "line"), ANOTHER_EVENT.values(), ids=ANOTHER_EVENT)
def test_a_line_that_says_nothing_of_its_headline_makes_no_copy(first: str, then: str, line: str) -> None:
    """All of them were copies by their text, in silence."""
    assert second_of((first, line), (then, line)).verdict in {Verdict.NEW_STORY, Verdict.UPDATE}


@pytest.mark.parametrize(("first", "then", "line"), COPIES.values(), ids=COPIES)
def test_a_line_that_tells_what_happened_makes_a_copy_under_any_headline(first: str, then: str, line: str) -> None:
    assert second_of((first, line), (then, line)).verdict is Verdict.NEAR_DUPLICATE
