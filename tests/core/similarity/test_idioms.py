"""What headlines say of a change is heard as a change of its kind, by the letter; and so is whatever a file lists."""

from __future__ import annotations

import pytest

from bot.core.language.tables import LANGUAGES, table_of
from bot.core.similarity.changes import changes_in, kinds_in
from bot.core.similarity.tokens import read_tokens

HEADLINES = [
    ("en", "upheld", "Court dismisses appeal by Harrow council"),
    ("en", "acquitted", "Judge tosses lawsuit over Velport ferry"),
    ("en", "cancelled", "Velport talks end without agreement"),
    ("en", "contained", "Fault fixed, says Velport power company"),
    ("en", "search_ended", "Hopes fade for crew of the Merrow"),
    ("en", "bailed", "Velport yard finds buyer"),
    ("de", "upheld", "Gericht weist Beschwerde der Werft ab"),
    ("de", "acquitted", "Staatsanwalt lässt Klage gegen Brenner fallen"),
    ("de", "contained", "Fehlalarm im Hafen von Brenz"),
    ("de", "resumed", "Lokführer sagen Streik in Brenz ab"),
    ("fr", "upheld", "La justice rejette le pourvoi du maire de Brissac"),
    ("fr", "truce_broken", "Le cessez-le-feu violé dans la nuit à Brissac"),
    ("fr", "contained", "Fausse alerte à la gare de Brissac"),
    ("es", "upheld", "El Supremo desestima el recurso de la naviera Roldán"),
    ("es", "resumed", "Los estibadores de Roldán regresan al trabajo"),
    ("es", "truce_broken", "Tregua rota en la sierra de Roldán"),
    ("ru", "upheld", "Суд отклонил жалобу судоверфи в Велске"),
    ("ru", "truce_broken", "Перемирие нарушено в горах под Велском"),
    ("ru", "acquitted", "Суд отказал в иске жителям Велска"),
    ("zh", "upheld", "东山船厂上诉被驳回"),
    ("zh", "bailed", "东山船厂找到买家"),
    ("zh", "cancelled", "东山会谈无果"),
    ("it", "contained", "Falso allarme alla stazione di Norva"),
    ("it", "truce_broken", "Violata la tregua sui monti di Norva"),
    ("pl", "bailed", "Stocznia w Brzeźnie znalazła inwestora"),
    ("pl", "contained", "Fałszywy alarm na dworcu w Brzeźnie"),
    ("pl", "overturned", "Sąd uwzględnił apelację burmistrza Brzeźna"),
    ("tr", "search_ended", "Kayıp tekne için umutlar tükendi"),
    ("tr", "contained", "Garda yanlış alarm"),
    ("tr", "split", "Başkan desteğini çekti"),
    ("th", "sentenced", "ศาลโกลบีจำคุกอดีตนายกเทศมนตรี"),
    ("ja", "appointed", "瓦野ジェッツの新コーチに元主将"),
    ("zh", "downgraded", "东山市失去AAA评级"),
    ("en", "wrecked", "Freighter breaks in two off Velport"),
    ("nl", "charged", "Schipper van de Merel doodslag ten laste gelegd"),
    ("vi", "sentenced", "Cựu chủ tịch Kolbi lĩnh năm tù"),
]


@pytest.mark.parametrize(("code", "kind", "title"), HEADLINES)
def test_an_idiom_tells_its_kind(code: str, kind: str, title: str) -> None:
    told = [change for change in changes_in(read_tokens(title), frozenset({code})) if kind in change.kinds]
    assert told, title


UNHEARD = {
    *("عمدا", "nula", "कमी", "sp3", "мир"),  # other words, or a number, elsewhere
    *("2倍", "3倍", "3例目", "2例目", "1部昇格", "J1昇格", "2부로", "1부 복귀"),  # a figure among characters
    *("袂", "斥", "져"),  # one character is a piece of other words
}


@pytest.mark.parametrize("code", LANGUAGES)
def test_whatever_is_listed_is_heard(code: str) -> None:
    listed = [(kind, phrase) for kind, phrases in table_of(code).changes.items() for phrase in phrases]
    unheard = {phrase for kind, phrase in listed if "…" not in phrase and kind not in kinds_in(read_tokens(phrase))}
    assert unheard <= UNHEARD


def test_a_word_among_characters_is_heard_beside_them_alone() -> None:
    assert "appointed" not in kinds_in(read_tokens("新潟のコーチ"))
