"""What is demanded, threatened or refused has not happened: that it happens is told; that it is demanded, once."""

from __future__ import annotations

import pytest

from bot.core.similarity.changes import changes_in
from bot.core.similarity.headlines import read_headline
from bot.model import Verdict
from tests.core.stories.story_pairs import Desk, hourly

HAPPENED = {
    "en": ("Opposition demands resignation of mayor Torvik", "Torvik urged to resign as Kolbi mayor",
           "Kolbi mayor Torvik resigns"),
    "en, refused": ("Torvik refuses to resign over harbour deal", "Harbour deal: Torvik rules out resigning",
                    "Torvik resigns over harbour deal"),
    "de": ("Opposition fordert Rücktritt von Bürgermeister Torvik",
           "Bürgermeister Torvik soll zurücktreten, fordert Opposition", "Bürgermeister Torvik tritt zurück"),
    "de, behind": ("Rücktritt von Minister Sauer gefordert", "Grüne fordern Rücktritt von Sauer als Minister",
                   "Minister Sauer zurückgetreten"),
    "fr": ("La libération du journaliste Dell réclamée à Kolbi", "Appels à libérer le journaliste Dell à Kolbi",
           "Kolbi : le journaliste Dell libéré"),
    "es, threatened": ("Los pilotos de Norjet amenazan con una huelga", "Amenaza de huelga de los pilotos de Norjet",
                       "Los pilotos de Norjet van a la huelga"),
    "sv": ("Oppositionen kräver att minister Palm avgår", "Krav på att minister Palm avgår", "Minister Palm avgår"),
    "ru, a clause": ("Оппозиция требует отставки мэра Климова",
                     "Депутаты потребовали, чтобы мэр Климов ушел в отставку", "Мэр Климов ушел в отставку"),
    "tr, behind": ("Muhalefet Başkan Tuna'nın istifasını istedi", "Muhalefetten Başkan Tuna'ya istifa çağrısı",
                   "Başkan Tuna istifa etti"),
    "he": ("האופוזיציה דורשת את התפטרות השר כהן", "קוראים להתפטרות השר כהן באופוזיציה", "השר כהן התפטר"),
    "hi, behind": ("विपक्ष ने मंत्री शर्मा से मांगा इस्तीफा", "मंत्री शर्मा के इस्तीफे की मांग",
                   "मंत्री शर्मा ने इस्तीफा दिया"),
    "ja, refused": ("佐伯大臣、港湾契約で辞任を否定", "辞任を重ねて否定 港湾契約で佐伯大臣",
                    "佐伯大臣が港湾契約で辞任"),
    "ko": ("야당, 박도현 장관 사퇴 촉구", "야당 \"박도현 장관 즉각 사퇴하라\"", "박도현 장관 사퇴"),
    "zh": ("反对党要求部长周敏辞职", "部长周敏被反对党要求辞职", "部长周敏辞职"),
    "vi": ("Phe đối lập yêu cầu Bộ trưởng Hòa từ chức", "Bộ trưởng Hòa bị kêu gọi từ chức", "Bộ trưởng Hòa từ chức"),
    "th": ("ฝ่ายค้านเรียกร้องให้รัฐมนตรีสมชายลาออก", "เรียกร้องรัฐมนตรีสมชายลาออก", "รัฐมนตรีสมชายลาออก"),
}  # fmt: skip
TRIED = (
    ("Plot to kill Kolbi mayor Torvik uncovered", "Kolbi mayor Torvik killed"),
    ("Plan to oust Tarvos chief Lind", "Tarvos chief Lind ousted"),
    ("Court asked to disqualify Torvik from Kolbi race", "Court disqualifies Torvik from Kolbi race"),
    ("Lawyers ask court to nullify Torvik conviction", "Court nullifies Torvik conviction"),
    ("Army fights to regain control of Kolbi", "Army regains control of Kolbi"),
    ("Crews race to rescue miners in Hebo pit", "Miners rescued in Hebo pit"),
    ("Norland troops poised to occupy Lontara island", "Norland troops occupy Lontara island"),
    ("Leger wil stad Kolbi heroveren", "Leger herovert stad Kolbi"),
)
NOT_TRIED = (
    ("Migrants trying to reach Lontara drown in storm", "Migrants drown in storm off Lontara"),
    ("Hiker trying to cross Varno river killed", "Hiker killed in Varno river"),
    ("Tarvos vows to appeal after Kolbi court bans app", "Kolbi court bans Tarvos app"),
    ("Torvik to resign as Kolbi mayor", "Torvik resigns as Kolbi mayor"),
)
"""What happened stands behind what was tried."""
CONSIDERED = {
    "en": ("Torvik considers closing Kolby plant", "Torvik closes Kolby plant"),
    "en, a noun": ("Kolby council weighs ban on Torvik scooters", "Kolby council bans Torvik scooters"),
    "en, on brink": ("Torvik on brink of bankruptcy in Kolby", "Torvik files for bankruptcy in Kolby"),
    "de": ("Torvik denkt über Rücktritt in Kolby nach", "Torvik tritt in Kolby zurück"),
    "fr": ("Torvik sur le point de démissionner à Kolby", "Torvik démissionne à Kolby"),
    "es": ("Torvik sopesa dimitir en Kolby", "Torvik dimite en Kolby"),
    "pl": ("Torvik myśli o dymisji w Kolby", "Torvik podał się do dymisji w Kolby"),
    "ru": ("«Торвик» рассматривает закрытие завода в Колби", "«Торвик» закрыл завод в Колби"),
    "ar": ("تورفيك على وشك الإفلاس في كولبي", "إفلاس تورفيك في كولبي"),
    "ja": ("トルビク氏、コルビー市長辞任を検討", "トルビク氏、コルビー市長を辞任"),
    "ko": ("토르빅 콜비 시장 사퇴 고심", "토르빅 콜비 시장 사퇴"),
    "vi": ("Torvik cân nhắc từ chức ở Kolby", "Torvik từ chức ở Kolby"),
}
AND_CONSIDERS = [
    ("Torvik quits Kolby and considers return to Harlow", "Torvik resigns in Kolby"),
    ("Kolby Foods goes bankrupt, Torvik mulls sale", "Kolby Foods bankrupt, says Torvik"),
    ("Torvik tritt in Kolby zurück und erwägt Klage", "Torvik in Kolby zurückgetreten"),
    ("トルビク氏がコルビー市長を辞任、提訴を検討", "コルビー市長のトルビク氏辞任"),
    ("Torvik considers closing Kolby plant", "Torvik mulls closure of Kolby plant"),
]
ANOTHER_SENSE = {
    "en, waste": ("Refuse workers in Kolbi may walk out", "Refuse workers in Kolbi walk out"),
    "en, in danger": ("Threatened Lindach plant may close", "Threatened Lindach plant closes"),
    "en, of the word before it": ("Storm threat may shut Lontara port", "Lontara port shut over storm threat"),
    "en, as in French": ("Drone menace could close Kolbi airport", "Drone menace closes Kolbi airport"),
    "fr, of trade": ("La demande d'acier pourrait chuter à Lindach", "La demande d'acier chute à Lindach"),
    "fr, without an accent": ("La demande pourrait chuter chez Tarvos", "La demande chute chez Tarvos"),
    "id, as in Vietnamese": ("Banjir Manzora bisa tewaskan warga", "Doa warga untuk korban tewas banjir Manzora"),
    "pt, a snake": ("Cobra pode matar em Manzora", "Cobra mata turista em Manzora"),
    "th, to hijack": ("จี้เครื่องบินที่ระยองอาจเสียชีวิต", "จี้เครื่องบินระยอง เสียชีวิต"),
}
"""What may happen, and does, beside a word that demands, threatens or refuses in another sense or language."""
BESIDES = {
    "en": ("Torvik refuses interview, may be arrested in Kolbi", "Torvik refuses interview and is arrested in Kolbi"),
    "es": ("Robles pide perdón y podría dimitir", "Robles pide perdón y dimite"),
    "fr": ("Sorel demande pardon et pourrait démissionner", "Sorel demande pardon et démissionne"),
    "pt": ("Tavares nega crime e pode ser preso", "Tavares nega crime e é preso"),
    "pl": ("Minister Kowal odmawia komentarza i może podać się do dymisji",
           "Minister Kowal odmawia komentarza i podaje się do dymisji"),
    "id": ("Menteri Sutomo minta maaf dan bisa mundur", "Menteri Sutomo minta maaf dan mundur"),
    "th": ("รัฐมนตรีสมชายปฏิเสธข้อหาและอาจลาออก", "รัฐมนตรีสมชายปฏิเสธข้อหาและลาออก"),
}  # fmt: skip
TELLS = {
    "a word of the change": ("Ferrel-Familie lehnt Angebot ab", "rejected", False),
    "what a phrase permits": ("Kapitän Lind darf gehen", "freed", False),
    "another clause": ("Torvik, que podría recurrir, detenido", "arrested", False),
    "another change between": ("Mayor who refused to resign arrested", "arrested", False),
    "demanded of somebody": ("Opposition urges Torvik to resign", "resigned", True),
    "what is more than demanded": ("Pilots demanding new contract talks strike", "struck", False),
    "demanded in a clause of its own": ("Opposition fordert, dass Minister Torvik entlassen wird", "dismissed", True),
}


@pytest.mark.parametrize(("first", "again", "then"), HAPPENED.values(), ids=HAPPENED)
def test_what_was_demanded_threatened_or_refused_is_told_when_it_happens(first: str, again: str, then: str) -> None:
    """`fordert Rücktritt`, and then that he resigns: 39 of 53 such pairs in 27 languages were silent."""
    verdicts = [decision.verdict for decision in Desk().take_all(hourly((first, again, then)))]
    assert verdicts[1] in {Verdict.SAME_STORY, Verdict.NEW_STORY}
    assert verdicts[2] is Verdict.UPDATE
    assert Desk().take_all(hourly((first, then)))[1].verdict is Verdict.UPDATE


@pytest.mark.parametrize(("first", "then"), TRIED)
def test_what_was_tried_is_told_when_it_happens(first: str, then: str) -> None:
    """Forms such as `kill` and `oust`, listed for what several do, are what follows `plot to`: four were silent."""
    assert Desk().take_all(hourly((first, then)))[1].verdict is Verdict.UPDATE


@pytest.mark.parametrize(("first", "then"), CONSIDERED.values(), ids=CONSIDERED)
def test_what_was_considered_is_told_when_it_happens(first: str, then: str) -> None:
    """59 of 73 such pairs in 27 languages were silent."""
    assert Desk().take_all(hourly((first, then)))[1].verdict is Verdict.UPDATE


@pytest.mark.parametrize(("first", "then"), AND_CONSIDERS)
def test_what_happened_beside_what_is_considered_is_told_once(first: str, then: str) -> None:
    assert Desk().take_all(hourly((first, then)))[1].verdict is Verdict.SAME_STORY


@pytest.mark.parametrize(("first", "then"), NOT_TRIED)
def test_what_happened_behind_what_was_tried_is_told_once(first: str, then: str) -> None:
    assert Desk().take_all(hourly((first, then)))[1].verdict is Verdict.SAME_STORY


@pytest.mark.parametrize(("first", "then"), ANOTHER_SENSE.values(), ids=ANOTHER_SENSE)
def test_a_word_in_another_sense_demands_nothing(first: str, then: str) -> None:
    """Ten of 34 such pairs were silent that had been told before `demands` was read."""
    assert Desk().take_all(hourly((first, then)))[1].verdict is Verdict.UPDATE


@pytest.mark.parametrize(("first", "then"), BESIDES.values(), ids=BESIDES)
def test_what_happened_besides_what_was_demanded_or_refused_is_told(first: str, then: str) -> None:
    """Behind `asks for pardon and` it was taken for what is asked: ten of 15 were silent that had been told."""
    assert Desk().take_all(hourly((first, then)))[1].verdict is Verdict.UPDATE


@pytest.mark.parametrize(("title", "kind", "is_possible"), TELLS.values(), ids=TELLS)
def test_what_leaves_open_is_of_the_change_in_its_clause(title: str, kind: str, is_possible: bool) -> None:
    headline = read_headline(title)
    told = changes_in(headline.whole, clauses=headline.clauses)
    assert [change.is_possible for change in told if kind in change.kinds] == [is_possible]
