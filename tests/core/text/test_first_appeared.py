"""Where a text was published first: a line that says so is promo. News of what first appeared somewhere is text."""

from __future__ import annotations

import pytest

from bot.core.text.reading import read_entry
from tests.core.text.test_zones import TEXT, entry

NEWS = [
    ("en", "The virus first appeared in Molm in 2019, and Vanta sells a test for it."),
    ("en", "The bug first appeared in version 4 of the Vanta gateway."),
    ("en", "Ebola first appeared in Sudan."),
    ("en", "This version first appeared in May and adds support for Orbrecht chips."),
    ("en", "First published novel wins a prize"),
    ("en", "Originally published figures revised"),
    ("en", "The leak, which first appeared in an Orbrecht filing in May, cost 40 jobs."),
    ("en", "The report was first published by Vanta in May and names Orbrecht."),
    ("en", "Her novel was originally published in 1998, before Orbrecht bought the house."),
    ("en", "The article says that the worm first appeared on Orbrecht servers."),
    ("en", "The photo originally appeared on Orbrecht's own site, prosecutors say."),
    ("en", "Orbrecht's list of suppliers was first published on Monday."),
    ("en", "Story of a scandal: how the claims first appeared in Molm."),
    ("de", "Die Meldung über Orbrecht erschien zuerst auf einer russischen Seite."),
    ("de", "Das Leck erschien zuerst bei Vanta, dann bei Orbrecht."),
    ("es", "El virus apareció primero en Molm y luego en Kelm."),
    ("es", "El informe fue publicado originalmente en mayo y acusa a Orbrecht."),
    ("fr", "Le virus est apparu en premier dans la ville de Molm."),
    ("fr", "Le rapport a été publié en premier sur le site de la police."),
    ("it", "Il gas proviene da Orbrecht, secondo la procura."),
    ("it", "Il denaro proviene da un conto di Vanta."),
    ("it", "Il documento è stato pubblicato per la prima volta su un forum russo."),
    ("pt", "O vírus apareceu primeiro em Molm e depois em Kelm."),
    ("pt", "O relatório foi publicado originalmente em maio e acusa a Orbrecht."),
    ("ru", "Новая модель Орбрехт впервые появилась на рынке."),
    ("ru", "Ошибка впервые появилась на серверах Ванта в мае."),
    ("uk", "Помилка вперше з'явилася на серверах Ванта у травні."),
    ("pl", "Dane wyciekły z Vanty: plik po raz pierwszy ukazał się w maju."),
    ("pl", "Wirus pojawił się po raz pierwszy na serwerach Vanty."),
    ("hu", "A vírus először Molm városában jelent meg, közölte a Vanta."),
    ("fi", "Tiedot julkaistiin ensin poliisin sivuilla, ja Orbrecht kiisti ne."),
    ("tr", "Belge ilk kez 2019'da yayınlandı ve Orbrecht'i suçluyor."),
    ("tr", "Virüs ilk önce Molm kentinde ortaya çıktı."),
    ("cs", "Virus se nejdříve objevil na serverech Vanty."),
    ("nl", "Het virus verscheen eerst op servers van Vanta."),
    ("sv", "Listan publicerades först på måndagen, och Orbrecht förnekar."),
    ("da", "Virusset dukkede først op på Vantas servere."),
    ("nb", "Rapporten ble først publisert i mai og anklager Orbrecht."),
    ("ro", "Virusul a apărut prima dată în Molm."),
    ("id", "Virus itu pertama kali muncul di Molm, kata Orbrecht."),
    ("vi", "Virus xuất hiện lần đầu tại Molm, theo Vanta."),
    ("el", "Ο ιός εμφανίστηκε πρώτα στο Μολμ, λέει η Βάντα."),
    ("hi", "रिपोर्ट पहली बार 2019 में प्रकाशित हुई और वांटा पर आरोप लगाती है।"),
    ("he", "הנגיף הופיע לראשונה ב מולם, אמרה ונטה."),
    ("he", "הנגיף הופיע לראשונה במולם, אמרה ונטה."),
    ("he", "המסמך פורסם לראשונה במאי ומאשים את ונטה."),
    ("fi", "Raportti julkaistiin ensimmäisen kerran toukokuussa ja syyttää Orbrechtia."),
    ("ar", "ظهر أولا في مدينة مولم بحسب فانتا فيروس جديد."),
    ("ko", "오르브레히트 신형 전차, 전시회에 첫 등장"),
    ("zh", "病毒 首次出现在 莫尔姆市，万塔公司说。"),
    ("th", "ไวรัส ปรากฏครั้งแรกที่ เมืองโมล์ม วานทากล่าว"),
]
FOOTERS = [
    ("en", "The post Council passes the budget appeared first on Molm Gazette."),
    ("en", "The post Council passes the budget first appeared on Molm Gazette."),
    ("en", "This article first appeared in Kelm Weekly."),
    ("en", "This story was originally published by Kelm Weekly and is republished with permission."),
    ("en", "This story originally appeared on Kelm Weekly."),
    ("en", "First published on Kelm Daily"),
    ("en", "This article was first published on Kelm Daily and is reproduced here with its permission."),
    ("en", "A version of this article originally appeared in the Kelm Weekly newsletter."),
    ("de", "Der Beitrag Rat beschließt Haushalt erschien zuerst auf Molmer Bote."),
    ("de", "Dieser Artikel erschien zuerst bei Molm Online."),
    ("de", "Dieser Text ist zuerst erschienen im Molmer Boten."),
    ("es", "La entrada El Consejo aprueba el presupuesto se publicó primero en Diario Molm."),
    ("es", "La entrada El Consejo aprueba el presupuesto aparece primero en Diario Molm."),
    ("es", "Este artículo fue publicado originalmente en Diario Molm."),
    ("fr", "L’article Le conseil adopte le budget est apparu en premier sur Molm Presse."),
    ("fr", "Cet article est paru dans Molm Presse"),
    ("it", "L'articolo Il consiglio approva il bilancio proviene da Molm Notizie."),
    ("it", "L'articolo Il consiglio approva il bilancio sembra essere il primo su Molm Notizie."),
    ("pt", "O post Conselho aprova o orçamento apareceu primeiro em Jornal Molm."),
    ("pt", "Este artigo foi publicado originalmente em Jornal Molm."),
    ("ru", "Запись Совет принял бюджет впервые появилась на Молмская газета."),
    ("uk", "Запис Рада ухвалила бюджет спершу з'явився на Молмська газета."),
    ("pl", "Artykuł Rada przyjęła budżet pochodzi z serwisu Kurier Molm."),
    ("pl", "Post Rada przyjęła budżet pojawił się po raz pierwszy na Kurier Molm."),
    ("hu", "A Tanács elfogadta a költségvetést bejegyzés először Molmi Hírlap-én jelent meg."),
    ("fi", "Artikkelin Neuvosto hyväksyi budjetin julkaisi ensimmäisenä Molmin Lehti."),
    ("fi", "Artikkeli Neuvosto hyväksyi budjetin ilmestyi ensimmäisenä Molmin Lehti."),
    ("tr", "Meclis bütçeyi kabul etti yazısı ilk önce Molm Gazetesi üzerinde ortaya çıktı."),
    ("cs", "Příspěvek Rada schválila rozpočet se nejdříve objevil na Molmské noviny."),
    ("nl", "Het bericht Raad neemt begroting aan verscheen eerst op Molmse Courant."),
    ("sv", "Inlägget Rådet antar budgeten dök först upp på Molmbladet."),
    ("da", "Indlægget Rådet vedtager budgettet blev først udgivet på Molm Avis."),
    ("da", "Indlægget Rådet vedtager budgettet dukkede først op på Molm Avis."),
    ("nb", "Innlegget Rådet vedtar budsjettet dukket først opp på Molm Avis."),
    ("ro", "Articolul Consiliul adoptă bugetul apare prima dată în Ziarul Molm."),
    ("id", "Postingan Dewan mengesahkan anggaran pertama kali tampil pada Harian Molm."),
    ("vi", "Bài viết Hội đồng thông qua ngân sách đã xuất hiện đầu tiên vào ngày Báo Molm."),
    ("el", "Το άρθρο Το συμβούλιο εγκρίνει τον προϋπολογισμό εμφανίστηκε πρώτα στο Εφημερίδα Μολμ."),
    ("he", "הפוסט המועצה אישרה את התקציב הופיע לראשונה ב עיתון מולם."),
    ("he", "הפוסט תוכנית הנמל הופיע לראשונה ב-Molm Gazette."),
    ("fi", "Artikkeli Satama avataan julkaistiin ensimmäisen kerran Molm Gazette."),
    ("ar", "ظهرت المقالة المجلس يقر الميزانية أولاً على صحيفة مولم."),
    ("ja", "投稿 議会が予算を可決 は モルム新聞 に最初に表示されました。"),
    ("hi", "पोस्ट परिषद ने बजट पारित किया सबसे पहले मोल्म समाचार पर दिखाई दी।"),
    ("th", "โพสต์ สภาผ่านงบประมาณ ปรากฏครั้งแรกบน หนังสือพิมพ์โมล์ม"),
]


def _promo(code: str, line: str, *, last: bool) -> str:
    before, after = TEXT.get(code, TEXT["en"])
    lines = (before, after, line) if last else (before, line, after)
    return read_entry(entry("".join(f"<p>{one}</p>" for one in lines), lang=code)).promo


@pytest.mark.parametrize(("code", "line"), NEWS)
def test_news_of_what_first_appeared_is_text(code: str, line: str) -> None:
    """All of these were hidden: `first appeared in` alone was taken for proof."""
    assert [_promo(code, line, last=last) for last in (False, True)] == ["", ""]


@pytest.mark.parametrize(("code", "line"), FOOTERS)
def test_where_the_text_itself_first_appeared_is_promo(code: str, line: str) -> None:
    assert [_promo(code, line, last=last) for last in (False, True)] == [line, line]


def test_a_paragraph_that_begins_so_is_text() -> None:
    line = "This article first appeared in Zelm Weekly. " + "Quorvex has cut three hundred jobs in the harbour. " * 8
    assert _promo("en", line, last=False) == ""
