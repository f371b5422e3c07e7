"""What a headline asks has not happened: that it does is told, though the words are the same; who asks after that tells
nothing."""

from __future__ import annotations

import pytest

from bot.model import Verdict
from tests.core.stories.story_pairs import Desk, hourly

ASKED = {
    "en": ("Will Kestrel recall Velorin pills?", "Kestrel recalls Velorin pills"),
    "de": ("Tritt Torvik wegen Hafendeal zurück?", "Torvik tritt wegen Hafendeal zurück"),
    "pl, a sentence behind": ("Marek Sobczyk odwołany z Hutexu? Rada obraduje", "Marek Sobczyk odwołany z Hutexu"),
    "fr": ("Vers une démission de Torvik après l'accord portuaire ?", "Torvik démissionne après l'accord portuaire"),
    "it": ("Torvik si dimette per il porto?", "Torvik si dimette: la lettera sul porto"),
    "pt, the same words": ("Torvik renuncia por causa do porto?", "Torvik renuncia por causa do porto"),
    "tr": ("Torvik liman yüzünden istifa etti mi?", "Torvik liman yüzünden istifa etti"),
    "ru": ("Уйдёт ли Торвик в отставку из-за порта?", "Торвик ушёл в отставку из-за порта"),
    "fa": ("استعفای تورویک به خاطر بندر؟", "استعفای تورویک به خاطر بندر"),
    "zh, the same words": ("托维克市长因港口合同辞职？", "托维克市长因港口合同辞职"),
    "ja, the same words": ("トルヴィク知事、港湾契約で辞任？", "トルヴィク知事、港湾契約で辞任"),
    "ko, the same words": ("토르빅 시장, 항만 계약으로 사퇴?", "토르빅 시장, 항만 계약으로 사퇴"),
    "hi": ("क्या बंदरगाह सौदे पर तोर्विक देंगे इस्तीफा?", "बंदरगाह सौदे पर तोर्विक ने दिया इस्तीफा"),
}


def second_of(*titles: str) -> Verdict:
    return Desk().take_all(hourly(titles))[1].verdict


@pytest.mark.parametrize(("asked", "happens"), ASKED.values(), ids=ASKED)
def test_what_was_asked_is_told_when_it_happens_and_not_the_other_way_round(asked: str, happens: str) -> None:
    assert second_of(asked, happens) is Verdict.UPDATE
    assert second_of(happens, asked) is Verdict.SAME_STORY


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("Torvik resigns over port deal", "Torvik resigns over port deal: what now?"),
        ("What now for Kolbi's old harbour", "What now for Kolbi's old harbour?"),
    ],
    ids=["beside a question", "no change is asked"],
)
def test_a_question_alone_is_no_news(first: str, then: str) -> None:
    assert second_of(first, then) is not Verdict.UPDATE
    assert second_of(then, first) is not Verdict.UPDATE


BESIDE = {
    "en": ("Torvik may resign over port deal", "Torvik resigns over port deal, what happens next?"),
    "en, a dash": ("Will Torvik resign over port deal?", "Torvik resigns over port deal – who is next?"),
    "en, a title": ("Host Lind of 'Who Wants a Million?' could be arrested in Kolbi",
                    "Police arrest Lind, host of 'Who Wants a Million?' in Kolbi"),
    "de, a quotation": ("Lehrer Lind könnte in Lohfeld nach Streit entlassen werden",
                        "Lohfeld entlässt Lehrer Lind nach Streit um „Wer bist du?“"),
    "de, a letter was lost": ("Torvik könnte wegen Hafendeal verhaftet werden",
                              "Torvik wegen Hafendeal verhaftet in L?tzow"),
    "es": ("Torvik podría dimitir por el acuerdo portuario", "Torvik dimite por el acuerdo portuario, ¿y ahora?"),
    "fr": ("Torvik pourrait démissionner après l'accord portuaire",
           "Torvik démissionne après l'accord portuaire, et maintenant ?"),
    "ja": ("トルヴィク知事、港湾契約で辞任？", "トルヴィク知事が港湾契約で辞任、今後は？"),
    "ja, a space": ("トルヴィク知事、港湾契約で辞任？", "トルヴィク知事が港湾契約で辞任 今後は？"),
    "zh": ("托维克市长或因港口合同辞职", "托维克市长因港口合同辞职，下一步？"),
    "ar": ("توريك قد يستقيل بسبب صفقة الميناء", "توريك يستقيل بسبب صفقة الميناء، ماذا بعد؟"),
}  # fmt: skip


@pytest.mark.parametrize(("first", "then"), BESIDE.values(), ids=BESIDE)
def test_what_is_told_beside_a_question_has_happened(first: str, then: str) -> None:
    """All before the sign in its sentence was asked: that it happened was silent."""
    assert second_of(first, then) is Verdict.UPDATE


HAPPENS_BEHIND = {
    "two questions": ("Torvik resigns over port deal? And will Lind follow?", "Torvik resigns over port deal"),
    "Greek": ("Παραιτείται ο Τόρβικ για το λιμάνι;", "Παραιτείται ο Τόρβικ για το λιμάνι"),
    "a comma in it": ("Will Torvik resign over port, as Lind did?", "Torvik resigns over port, as Lind did"),
}


@pytest.mark.parametrize(("first", "then"), HAPPENS_BEHIND.values(), ids=HAPPENS_BEHIND)
def test_each_question_of_a_headline_and_all_of_it_has_told_nothing(first: str, then: str) -> None:
    assert second_of(first, then) is Verdict.UPDATE
