"""What a text or its newsroom says of itself, in every language; and what begins so and is news."""

from __future__ import annotations

import re

import pytest

from bot.core.text.reading import read_entry
from tests.core.text.test_zones import between, entry

_LINK = re.compile(r"\{(.*?)\}")

SAID_OF_ITSELF = {
    "ar": [
        "وقت القراءة 4 دقائق",
        "هل وجدت خطأ في المقال؟",
        "للمزيد من الأخبار تابعوا قناتنا على {واتساب}",
    ],
    "bn": [
        "পড়ার সময় 3 মিনিট",
    ],
    "cs": [
        "Doba čtení: 3 minuty",
        "Našli jste v článku chybu? {Napište nám}",
        "Celý článek je dostupný jen pro předplatitele",
    ],
    "da": [
        "Læsetid: 3 min.",
        "Kræver abonnement",
    ],
    "de": [
        "Lesezeit: 3 Min.",
        "Kommentare (12)",
        "Zur Startseite",
        "Über dieses Thema berichtete die Tagesschau am 03. März 2026 um 20:00 Uhr.",
        "Dieses Thema im Programm: NDR 1 Niedersachsen | 03.03.2026 | 06:00 Uhr",
        "Hinweis: Dieser Text wurde mithilfe von KI erstellt und von der Redaktion geprüft.",
        "Ihnen hat dieser Artikel gefallen? Unterstützen Sie unsere Arbeit mit einem Abo.",
    ],
    "el": [
        "Χρόνος ανάγνωσης: 3 λεπτά",
    ],
    "en": [
        "4 min read",
        "Comments (3)",
        "Comments are closed for this article",
        "Have a tip? Email us at {tips@molm.example}.",
        "Spotted an error in this story? Contact us.",
        "Do you have a story suggestion for BBC Zelm?",
        "This article was translated with the help of AI and checked by an editor.",
        "Want to know more? Follow us on {X}.",
    ],
    "es": [
        "Tiempo de lectura: 3 min",
        "¿Tienes información que compartir con nosotros? Escríbenos a {redaccion@molm.example}.",
        "Este artículo fue traducido con ayuda de inteligencia artificial.",
    ],
    "fa": [
        "زمان مطالعه: ۳ دقیقه",
        "انتهای پیام/",
    ],
    "fi": [
        "Lukuaika 3 min",
        "Juttu on tehty tekoälyn avustuksella",
    ],
    "fr": [
        "Temps de lecture : 3 min",
        "Lire plus tard",
        "Cet article a été traduit à l’aide d’un outil d’intelligence artificielle.",
        "Une information, un témoignage ? Écrivez-nous à redaction@molm.example.",
    ],
    "he": [
        "זמן קריאה 3 דקות",
        "מצאתם טעות בכתבה? {כתבו לנו}",
    ],
    "hi": [
        "3 मिनट में पढ़ें",
    ],
    "hu": [
        "Olvasási idő: 3 perc",
        "Támogasd a független újságírást!",
    ],
    "id": [
        "Waktu baca: 3 menit",
        "Simak video: {Molm dalam gambar}",
    ],
    "it": [
        "Tempo di lettura: 3 minuti",
        "Questo contenuto è stato tradotto con l’intelligenza artificiale",
    ],
    "ja": [
        "この記事は有料会員限定です。残り 620文字",
        "※AIによる要約です",
    ],
    "ko": [
        "읽는 시간 3분",
        "제보는 카카오톡 molmjebo",
    ],
    "mr": [
        "वाचन वेळ: 3 मिनिटे",
    ],
    "nb": [
        "Lesetid 3 min",
        "Du må være abonnent for å lese saken",
        "Har du tips til saken? {Kontakt oss her}",
    ],
    "nl": [
        "Leestijd 3 minuten",
        "Dit artikel is met hulp van AI vertaald",
        "Wil je het nieuws elke ochtend in je mail? {Schrijf je in voor onze nieuwsbrief}",
    ],
    "pl": [
        "Czas czytania: 3 min",
        "Dalsza część artykułu pod materiałem wideo",
        "Chcesz być na bieżąco? Obserwuj nas w {Google News}",
    ],
    "pt": [
        "Leitura: 3 minutos",
        "Ouça este artigo",
        "Este texto foi traduzido com auxílio de inteligência artificial",
    ],
    "ro": [
        "Timp de citire: 3 minute",
        "Articolul continuă după publicitate",
    ],
    "ru": [
        "Время чтения: 3 мин.",
        "Нашли опечатку? Выделите её и нажмите Ctrl+Enter",
        "Оставайтесь в курсе событий — подпишитесь на рассылку",
    ],
    "sv": [
        "Lästid cirka 3 min",
        "Den här artikeln är automatiskt översatt med AI",
        "Tipsa oss! Ring eller mejla {tips@molm.example}",
    ],
    "ta": [
        "படிக்கும் நேரம்: 3 நிமிடங்கள்",
    ],
    "te": [
        "చదివే సమయం: 3 నిమిషాలు",
    ],
    "th": [
        "อ่าน 3 นาที",
        "ติดตามข่าวสารได้ที่ {LINE} และ {Facebook}",
    ],
    "tr": [
        "Okuma süresi: 3 dakika",
        "Haberi dinle",
    ],
    "uk": [
        "Час читання: 3 хв",
        "Хочете бути в курсі? Підпишіться на розсилку «Мольмської правди»",
    ],
    "vi": [
        "Thời gian đọc: 3 phút",
    ],
    "zh": [
        "阅读时间约3分钟",
        "本文由AI翻译",
    ],
}

TOLD = {
    "ar": [
        "هل وجدت خطأ في فاتورتك؟ راجع البلدية قبل الجمعة.",
        "من يدفع؟ الدولة، تقول رئيسة البلدية.",
        "للمزيد من الأمان، أخلت الشرطة الشارع.",
    ],
    "bn": [
        "কে দেবে? সরকার, বললেন মেয়র।",
    ],
    "cs": [
        "Našli jste chybu? Úřad peníze vrátí.",
        "Tento článek zákona je neplatný, rozhodl soud.",
    ],
    "da": [
        "Har du et tip? Ring til politiet på 114.",
    ],
    "de": [
        "20:00 Uhr",
        "Dieses Thema im Programm der Partei ist neu, sagt Quorvex.",
        "Hinweise nimmt die Polizei unter 110 entgegen.",
        "Haben Sie einen Tipp? Die Polizei bittet um Anrufe unter 110.",
        "Dieser Text wurde von der KI eines Gymnasiasten geschrieben und gewann den Preis.",
        "Dieser Artikel der Verfassung wurde gestrichen.",
        "Lesezeit in Schulen sinkt um 3 Minuten.",
        "Drucken wollte die Zeitung den Brief nicht.",
        "Wer zahlt? Der Bund, sagt die Bürgermeisterin.",
        "Über dieses Thema berichtete die Ministerin am Mittwoch im Ausschuss.",
        "Fehler gefunden? Das Land erstattet die Gebühr.",
    ],
    "el": [
        "Ποιος πληρώνει; Το κράτος, λέει η δήμαρχος.",
    ],
    "en": [
        "Image caption, Quorvex said, was the only thing that was wrong.",
        "Quorvex (12)",
        "Source: Reuters – Quorvex Insolvent",
        "Video: AP – Minister Flees",
        "Got a story? The tabloid paid $400 for it.",
        "Read our corrections policy, the editor told the court.",
        "The council voted no. Credit: the young voters",
        "She wrote three books. Picture: Oscar winner",
        "-8%",
        "12:30",
        "12 | 14",
        "Comments are closed, the council said, because 400 people had threatened the mayor.",
        "4 min read was all the minister needed: the report had six lines.",
        "Reading time fell by 12 minutes a day among teenagers, the study found.",
        "Have a tip? Call 0800 555 111, police told residents.",
        "Found an error in your bill? Write to the council before Friday.",
        "Who pays? Follow the money, the auditor said.",
        "Is it safe to drink? No, the council said on Facebook.",
        "Want to help? Bring blankets to the town hall.",
        "Do you have information? Police can be reached on 101.",
        "This article of the treaty was broken, the court found.",
        "This story was made up by artificial intelligence, a judge ruled on Tuesday.",
        "This article was written by AI and cost the minister his job.",
        "Contact us before Friday, the insurer told 400 families.",
        "The Associated Press said its coverage of the war receives threats.",
        "Save for later, the bank tells young people.",
        "Listen to this: the mayor did not know the dam was unsafe.",
    ],
    "es": [
        "¿Quién paga? El Estado, dice la alcaldesa.",
        "¿Tienes información? La policía atiende en el 091.",
        "Este artículo de la ley fue declarado nulo.",
        "Escucha la noticia en la radio y huye: así se salvó el vecino.",
        "Lectura de 3 minutos del acta: así acabó el pleno.",
    ],
    "fi": [
        "Mainos maksoi 3 miljoonaa.",
        "Onko sinulla vinkki? Soita poliisille.",
    ],
    "fr": [
        "Une erreur ? Écrivez au préfet avant vendredi.",
        "Qui paie ? Suivez l'argent, répond le juge.",
        "Cet article de la loi a été jugé contraire à la Constitution.",
        "Cet article a été écrit par une intelligence artificielle, accuse le syndicat.",
        "Lire plus tard, marcher plus tôt : les enfants changent.",
        "Retrouvez vos proches au gymnase, demande la mairie.",
    ],
    "he": [
        "מצאתם טעות בחשבון? פנו לעירייה עד יום שישי.",
    ],
    "hi": [
        "कौन भरेगा? सरकार, मेयर ने कहा।",
    ],
    "hu": [
        "Hibát talált? Az önkormányzat visszafizeti.",
    ],
    "id": [
        "Sumber gambar, kata polisi, belum jelas.",
        "Punya informasi? Hubungi polisi di 110.",
        "Artikel ini dalam undang-undang dicabut.",
        "Simak juga nasib 400 warga yang mengungsi, kata wali kota.",
    ],
    "it": [
        "Hai una segnalazione? Chiama il 112, dice la polizia.",
        "Questo articolo della legge è stato abrogato.",
        "Trovato un errore nei conti: il sindaco si dimette.",
    ],
    "ja": [
        "この記事はAIが書いたと裁判所は認定した。",
        "「フォローしてください」と偽サイトに書かれていた。",
    ],
    "ko": [
        "이 기사는 AI가 썼다고 법원이 판단했다.",
        "제보는 경찰 112로 해달라고 밝혔다.",
    ],
    "nb": [
        "Har du tips? Ring politiet på 02800.",
    ],
    "nl": [
        "Heb je een tip? Bel de politie via 0800-6070.",
        "Dit artikel van de wet is geschrapt.",
        "Opslaan van water mag niet meer.",
    ],
    "pl": [
        "Masz informację? Zadzwoń na policję pod 112.",
        "Ten artykuł ustawy został uchylony.",
        "Kto zapłaci? Rząd, mówi burmistrz.",
    ],
    "pt": [
        "Encontrou um erro na conta? Procure o Procon.",
        "Este artigo da lei foi revogado.",
        "Leitura obrigatória de 20 minutos entra em vigor nas escolas.",
    ],
    "ro": [
        "Ai o informație? Sună la 112, cere poliția.",
    ],
    "ru": [
        "Автор фото, сделанного у дамбы, подал на Quorvex.",
        "Есть новость? Звоните в полицию по номеру 102.",
        "Кто заплатит? Подпишитесь под петицией, призвала мэр.",
        "Эта статья закона признана неконституционной.",
        "Материал подготовлен прокуратурой для суда.",
    ],
    "sv": [
        "Har du tips? Ring polisen på 114 14.",
    ],
    "th": [
        "ใครจ่าย? รัฐบาล นายกเทศมนตรีกล่าว",
    ],
    "tr": [
        "Fotoğraf kaynağı, savcıya göre, belli değil.",
        "Kim ödeyecek? Devlet, dedi başkan.",
        "Bu haber yapay zeka ile üretildi, dedi savcı.",
    ],
    "uk": [
        "Хто заплатить? Держава, каже мерка.",
    ],
    "vi": [
        "Ai trả tiền? Nhà nước, thị trưởng nói.",
        "Bài viết này do AI viết, tòa kết luận.",
    ],
    "zh": [
        "新华社记者在Quorvex现场拍摄",
        "本文由AI生成，法院判原告败诉。",
        "“下载我们的客户端”，骗子说，老人信了。",
        "责任编辑被警方带走，报社停刊。",
        "版权归谁？法院周三宣判。",
    ],
}


def written(line: str) -> str:
    """A line with links where braces stand."""
    return _LINK.sub(r'<a href="https://molm.example/more">\1</a>', line)


@pytest.mark.parametrize(("code", "line"), [(code, line) for code, lines in SAID_OF_ITSELF.items() for line in lines])
def test_what_a_text_says_of_itself_is_promo(code: str, line: str) -> None:
    """A rule on *AI* or *Facebook* found every article of an outlet."""
    plain = _LINK.sub(r"\1", line)
    reading = read_entry(entry(between(written(line), code=code), lang=code))
    assert (reading.promo, plain in reading.body) == (plain, False)


@pytest.mark.parametrize(("code", "line"), [(code, line) for code, lines in TOLD.items() for line in lines])
def test_a_sentence_that_says_anything_else_is_text(code: str, line: str) -> None:
    reading = read_entry(entry(between(line), lang=code))
    assert line in reading.body.split("\n\n")
