"""What may or must happen has not: that it happens is told; that it may, no more once it has or was said to."""

from __future__ import annotations

import pytest

from bot.core.similarity.changes import changes_in, languages_of, told_in
from bot.core.similarity.headlines import read_headline
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
APART = {
    "en, be": ("Torvik could soon be arrested over port deal", "Port deal: Torvik could be arrested on Friday",
               "Torvik arrested over port deal"),
    "de, verb last": ("Torvik könnte am Freitag wegen Hafendeal verhaftet werden",
                      "Hafendeal: Torvik könnte bald verhaftet werden", "Torvik wegen Hafendeal verhaftet"),
    "de, in a phrase": ("Gericht könnte Windpark am Altberg noch stoppen", "Altberg: Gericht könnte Windpark stoppen",
                        "Gericht stoppt Windpark am Altberg"),
    "de, a beginning": ("Piloten der Nordair könnten am Montag streiken", "Nordair: Piloten könnten ab Montag streiken",
                        "Piloten der Nordair streiken"),
    "nl": ("Wethouder Terpstra kan om bonnetjes worden ontslagen", "Bonnetjes: Terpstra kan worden ontslagen",
           "Wethouder Terpstra om bonnetjes ontslagen"),
    "da": ("Minister Holm kan blive afsat i Kolby-sagen", "Kolby-sagen: Holm kan snart blive afsat",
           "Minister Holm afsat i Kolby-sagen"),
    "fr": ("Torvik pourrait être arrêté pour le contrat du port", "Port : Torvik pourrait bientôt être arrêté",
           "Torvik arrêté pour le contrat du port"),
    "es": ("Torvik podría ser detenido por el contrato del puerto", "Puerto: Torvik podría el viernes ser detenido",
           "Torvik, detenido por el contrato del puerto"),
    "it": ("Torvik potrebbe essere arrestato per il porto", "Porto: Torvik potrebbe presto essere arrestato",
           "Torvik arrestato per il porto"),
    "pt": ("Torvik pode ser preso pelo contrato do porto", "Porto: Torvik pode ser preso em breve",
           "Torvik é preso pelo contrato do porto"),
    "ro": ("Primarul Stănescu ar putea fi arestat vineri", "Stănescu ar putea fi arestat curând",
           "Primarul Stănescu a fost arestat"),
    "cs": ("Ministr Holub může kvůli zakázce podat demisi", "Zakázka: ministr Holub možná podá demisi",
           "Ministr Holub podal demisi kvůli zakázce"),
    "tr, an ending": ("Torvik liman anlaşması yüzünden istifa edebilir",
                      "Liman anlaşması: Torvik cuma günü istifa edebilir",
                      "Torvik liman anlaşması yüzünden istifa etti"),
    "tr, its own ending": ("Kozanlı madeni kapatılabilir", "Kozanlı madeninin kapatılması mümkün",
                           "Kozanlı madeni kapatıldı"),
    "hi, behind": ("बंदरगाह सौदे पर तोर्विक इस्तीफा दे सकते हैं", "बंदरगाह सौदा: तोर्विक शुक्रवार को दे सकते हैं इस्तीफा",
                   "बंदरगाह सौदे पर तोर्विक ने दिया इस्तीफा"),
    "ja, behind": ("トルヴィク知事、港湾契約で辞任の可能性", "トルヴィク知事 港湾契約で辞任か",
                   "トルヴィク知事が港湾契約で辞任"),
    "ko, behind": ("토르빅 시장, 항만 계약으로 사퇴할 수도", "토르빅 시장 항만 계약에 사퇴 가능성",
                   "토르빅 시장, 항만 계약으로 사퇴"),
    "zh": ("托维克市长可能被捕 涉港口合同", "涉港口合同 托维克市长或被捕", "托维克市长被捕 涉港口合同"),
    "zh, behind a noun": ("托维克市长可能因港口合同辞职", "托维克市长或因港口合同辞职", "托维克市长因港口合同辞职"),
    "th": ("นายกทอร์วิกอาจลาออกเพราะสัญญาท่าเรือ", "สัญญาท่าเรือ นายกทอร์วิกอาจลาออก",
           "นายกทอร์วิกลาออกเพราะสัญญาท่าเรือ"),
    "fa": ("تورویک ممکن است به خاطر بندر استعفا دهد", "بندر: تورویک شاید استعفا دهد", "تورویک به خاطر بندر استعفا داد"),
    "id": ("Torvik bisa segera ditangkap soal pelabuhan", "Pelabuhan: Torvik mungkin segera ditangkap",
           "Torvik ditangkap soal pelabuhan"),
}  # fmt: skip
BESIDE = {
    "en": ("Torvik may quit over port deal", "Torvik may quit as port chief Lind is arrested"),
    "de": ("Hafendeal: Torvik könnte gehen", "Torvik könnte gehen: Hafenchef Lind verhaftet"),
    "de, behind": (APART["de, verb last"][0], "Torvik verhaftet, Hafenchef Lind könnte folgen"),
    "tr": ("Torvik liman anlaşmasından tutuklanabilir", "Torvik tutuklandı, liman müdürü Lind istifa edebilir"),
    "hi": ("बंदरगाह सौदे में तोर्विक हो सकते हैं गिरफ्तार", "तोर्विक गिरफ्तार, बंदरगाह प्रमुख लिंड दे सकते हैं इस्तीफा"),
    "ja": ("港湾契約でトルヴィク知事逮捕の可能性", "トルヴィク知事を逮捕、港湾契約で副知事も辞任か"),
    "ko": ("토르빅 시장, 항만 계약으로 구속될 수도", "토르빅 시장 구속, 항만 계약 책임자 사퇴 가능성"),
    "zh": ("涉港口合同 托维克市长或被捕", "托维克市长被捕 港口合同负责人或辞职"),
}
AS_WORDED = {
    "en, attacked": ("Korvia could attack Lemland border town", "Korvia attacks Lemland border town"),
    "en, closed": ("Korvia may close border with Lemland", "Korvia closes border with Lemland"),
    "en, banned": ("Kolbi could ban cars from centre", "Kolbi bans cars from centre"),
    "en, a day of one": ("Kolbi nurses may strike on Monday", "Kolbi nurses strike"),
    "en, talks": ("Kolbi may host talks on Lemland war", "Kolbi hosts talks on Lemland war"),
    "de": ("Korvia könnte Grenze zu Lemland schließen", "Korvia schließt Grenze zu Lemland"),
    "fr": ("Korvia pourrait fermer la frontière avec Lemland", "Korvia ferme la frontière avec Lemland"),
    "pl": ("Korvia może zamknąć granicę z Lemlandem", "Korvia zamknęła granicę z Lemlandem"),
    "ar": ("نورلند قد تغلق حدودها مع كولبيا", "نورلند تغلق حدودها مع كولبيا"),
    "hi": ("कोर्विया लेमलैंड से लगी सीमा बंद कर सकता है", "कोर्विया ने लेमलैंड से लगी सीमा बंद की"),
    "zh": ("科维亚可能关闭与莱姆兰的边界", "科维亚关闭与莱姆兰的边界"),
}
"""What a story may begin with, in the words that said that it may happen."""
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


@pytest.mark.parametrize(("first", "then"), AS_WORDED.values(), ids=AS_WORDED)
def test_what_may_begin_a_story_is_told_when_it_happens_as_it_was_worded(first: str, then: str) -> None:
    """`Korvia could attack …`, `Korvia attacks …`: nothing else differed, and nobody heard of it."""
    assert second_of(first, then)[0] is Verdict.UPDATE
    assert second_of(then, first)[0] is Verdict.SAME_STORY


@pytest.mark.parametrize(("first", "then"), NO_NEWS.values(), ids=NO_NEWS)
def test_what_may_happen_is_told_once_and_not_after_it_has(first: str, then: str) -> None:
    assert second_of(first, then) == (Verdict.SAME_STORY, ())


@pytest.mark.parametrize(("first", "again", "then"), APART.values(), ids=APART)
def test_what_stands_apart_from_what_leaves_it_open_has_not_happened(first: str, again: str, then: str) -> None:
    assert second_of(first, then)[0] is Verdict.UPDATE
    decisions = Desk().take_all(hourly((first, again, then)))
    assert [decision.verdict for decision in decisions[1:]] in (
        [Verdict.SAME_STORY, Verdict.UPDATE],
        [Verdict.NEW_STORY, Verdict.UPDATE],
    )


@pytest.mark.parametrize(("first", "then"), BESIDE.values(), ids=BESIDE)
def test_what_has_happened_is_told_beside_what_only_may(first: str, then: str) -> None:
    assert second_of(first, then)[0] is Verdict.UPDATE


@pytest.mark.parametrize("turned", [False, True])
def test_two_words_that_leave_it_open_make_no_copy(*, turned: bool) -> None:
    pair = ("Torvik bị bắt vì hợp đồng cảng Kolbi", "Torvik có thể bị bắt vì hợp đồng cảng Kolbi")
    assert second_of(*(pair[::-1] if turned else pair))[0] not in {Verdict.NEAR_DUPLICATE, Verdict.SAME_ITEM}


def test_a_word_that_bears_other_marks_leaves_nothing_open() -> None:
    """`konnte` is was able to, `könnte` might; `PODRIA` is as those write who write no marks."""
    assert second_of("Täter konnte in Lohfeld entkommen", "Täter in Lohfeld entkommen")[0] is not Verdict.UPDATE
    first = "TORVIK PODRIA DIMITIR POR EL ACUERDO PORTUARIO"
    assert second_of(first, "Torvik dimite por el acuerdo portuario")[0] is Verdict.UPDATE


@pytest.mark.parametrize(
    ("title", "is_open"), [("容疑者逮捕から1年", False), ("容疑者逮捕か", True), ("容疑者逮捕か 警察", True)]
)
def test_an_ending_ends_its_word(title: str, *, is_open: bool) -> None:
    """`逮捕から` is since the arrest, `逮捕か` whether there is one."""
    told = changes_in(read_headline(title).whole)
    assert [change.is_possible for change in told if "arrested" in change.kinds] == [is_open]


DENIED = {
    "tr": ("Anlaşma yok", set()),
    "hi": ("तोरविक की गिरफ्तारी नहीं", set()),
    "ja": ("トルビク市長、辞任せず", set()),
    "ja, none": ("トルビク氏の逮捕なし", set()),
    "ko": ("토르빅 시장 사퇴 없어", set()),
    "uk": ("Напад на Торвіка: арештів немає", set()),
    "zh": ("部长托维克未辞职", set()),
    "te": ("మంత్రి టోర్విక్ రాజీనామా లేదు", set()),
    "pt, in a phrase": ("Sem acordo entre Varno e Tolik em Brel", set()),
    "ko, a draft of an agreement": ("토르빅 합의안 공개", {"agreed"}),
    "en, no denial behind": ("Torvik resigns without apology", {"resigned"}),
    "ru, of something else": ("Торвик подал в отставку, а денег нет", {"resigned"}),
}


@pytest.mark.parametrize(("title", "told"), DENIED.values(), ids=DENIED)
def test_what_is_denied_right_behind_has_not_happened(title: str, told: set[str]) -> None:
    """`no agreement` had told one: what then was agreed was silent, or the denial told as the thing (16 of 21)."""
    tokens = read_headline(title).whole
    assert told_in(tokens, languages_of(tokens)) & {"agreed", "arrested", "resigned"} == told


def test_what_was_denied_is_told_when_it_happens() -> None:
    first, denied, then = "Bakan Torvik eleştiri altında", "Bakan Torvik: istifa yok", "Bakan Torvik istifa etti"
    assert [one.verdict for one in Desk().take_all(hourly((first, denied, then)))][1:] == [
        Verdict.SAME_STORY,
        Verdict.UPDATE,
    ]
