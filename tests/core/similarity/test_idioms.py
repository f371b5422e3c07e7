"""What headlines of nine languages say of a change is heard as a change of its kind, by the letter."""

from __future__ import annotations

import pytest

from bot.core.similarity.changes import changes_in
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
    ("fr", "cancelled", "Le cessez-le-feu violé dans la nuit à Brissac"),
    ("fr", "contained", "Fausse alerte à la gare de Brissac"),
    ("es", "upheld", "El Supremo desestima el recurso de la naviera Roldán"),
    ("es", "resumed", "Los estibadores de Roldán regresan al trabajo"),
    ("es", "cancelled", "Tregua rota en la sierra de Roldán"),
    ("ru", "upheld", "Суд отклонил жалобу судоверфи в Велске"),
    ("ru", "cancelled", "Перемирие нарушено в горах под Велском"),
    ("ru", "acquitted", "Суд отказал в иске жителям Велска"),
    ("zh", "upheld", "东山船厂上诉被驳回"),
    ("zh", "bailed", "东山船厂找到买家"),
    ("zh", "cancelled", "东山会谈无果"),
    ("it", "contained", "Falso allarme alla stazione di Norva"),
    ("it", "cancelled", "Violata la tregua sui monti di Norva"),
    ("pl", "bailed", "Stocznia w Brzeźnie znalazła inwestora"),
    ("pl", "contained", "Fałszywy alarm na dworcu w Brzeźnie"),
    ("pl", "overturned", "Sąd uwzględnił apelację burmistrza Brzeźna"),
    ("tr", "search_ended", "Kayıp tekne için umutlar tükendi"),
    ("tr", "contained", "Garda yanlış alarm"),
    ("tr", "split", "Başkan desteğini çekti"),
]


@pytest.mark.parametrize(("code", "kind", "title"), HEADLINES)
def test_an_idiom_tells_its_kind(code: str, kind: str, title: str) -> None:
    told = [change for change in changes_in(read_tokens(title), frozenset({code})) if kind in change.kinds]
    assert told, title
