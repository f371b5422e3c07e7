"""Labels that stand before news, and lines of publishers that are none. Names are invented."""

from __future__ import annotations

import pytest

from bot.core.language.word_lists import word_list
from bot.core.text.html import Line
from bot.core.text.labels import labels_of
from bot.core.text.promo import promo_reason
from bot.core.text.reading import read_entry
from bot.core.text.words import normal_line
from tests.builders import entry

BEFORE, AFTER = "<p>Work on the old theatre has begun.</p>", "<p>It will last until spring, the city said.</p>"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("<p>Related: CVE-2026-1001</p>", "CVE-2026-1001"),
        ("<p>See also: GHSA-abcd-1234-wxyz, a flaw in Zelm routers</p>", "Zelm routers"),
        ("<p>Related:</p><ul><li>CVE-2026-1001 in Zelm routers</li></ul>", "Zelm routers"),
        ('<p>Read more: <a href="https://news.example/z">RHSA-2026:1234</a></p>', "RHSA-2026:1234"),
        ("<p>See also: Quorvex v. Molm</p>", "Quorvex v. Molm"),
        ("<p>Voir aussi : Quorvex c. Zelm, no 12/34</p>", "Quorvex c. Zelm"),
        ("<p>推荐：泽尔姆被评为最佳供应商</p>", "泽尔姆被评为最佳供应商"),
        ("<p>おすすめ：ゼルム社の新型端末</p>", "ゼルム社の新型端末"),
        ("<p>Our standards: Quorvex fails the test</p>", "Quorvex fails the test"),
        ("<p>In other news: Quorvex shut a plant</p>", "Quorvex shut a plant"),
        ("<p>Top stories:</p><ul><li>Quorvex shut a plant</li><li>Molm votes</li></ul>", "Quorvex shut a plant"),
        ("<p>Главное за день: Кворвекс закрыл завод</p>", "Кворвекс закрыл завод"),
        ("<p>주요뉴스: 쿼벡스 공장 폐쇄</p>", "쿼벡스 공장 폐쇄"),
        ("<p>Trending: Quorvex shares after its exit</p>", "Quorvex shares"),
        ("<p>Популярное: сервис Кворвекса запретили</p>", "сервис Кворвекса запретили"),
        ("<p>Follow the march on Facebook, the Quorvex union said</p>", "Quorvex union"),
        ("<p>Rule 10(c) on copyright binds Quorvex</p>", "binds Quorvex"),
        ("<p>Part (c) of the copyright bill binds Quorvex</p>", "binds Quorvex"),
    ],
)
def test_what_bears_a_bulletins_number_and_what_an_everyday_word_begins_is_text(line: str, words: str) -> None:
    assert words in read_entry(entry("Zelm", body=BEFORE + line + AFTER)).body


@pytest.mark.parametrize(
    ("line", "zone"),
    [
        (
            '<p>Subscribe on <a href="https://a.example">Apple Podcasts</a> or wherever you get your podcasts.</p>',
            "promo",
        ),
        ("<p>This post is for paid subscribers</p>", "promo"),
        ('<p>Read more: <a href="https://a.example">Quorvex v. Molm explained</a></p>', "promo"),
        ("<p>Sign up for our newsletter, delivered every morning to your inbox</p>", "promo"),
        ("<p>&lt;저작권자(c) 쿼벡스통신, 무단 전재-재배포 금지&gt;</p>", "promo"),
        ("<p>Article réservé à nos abonnés</p>", "promo"),
        ("<p>Support this podcast: https://a.example/zelm</p>", "promo"),
        ('<h3>Trending</h3><ul><li><a href="https://a.example">Quorvex shares fall</a></li></ul>', "promo"),
        ("<p>Follow us on Facebook, Instagram and YouTube</p>", "promo"),
        ("<p>Follow us on Twitter, where photographs come first</p>", "promo"),
        ("<p>Subscribe to our newsletter, Quorvex Daily, for more</p>", "promo"),
        ('<p>In other news: <a href="https://a.example">Quorvex shut a plant</a></p>', "promo"),
        ('<p>Top stories:</p><ul><li><a href="https://a.example">Quorvex shut a plant</a></li></ul>', "promo"),
        ('<p>Our Standards: <a href="https://a.example">The Zelm Trust Principles.</a></p>', "promo"),
        ('<p>推荐：<a href="https://a.example">泽尔姆被评为最佳供应商</a></p>', "promo"),
        ("<p>Ảnh: Reuters</p>", "caption"),
    ],
)
def test_what_publishers_add_is_none(line: str, zone: str) -> None:
    reading = read_entry(entry("Zelm", body=BEFORE + line + AFTER))
    assert getattr(reading, zone)
    assert len(reading.body.split("\n\n")) == 2


GATES = {
    "en": [
        "View this email in your browser",
        "View this post on Instagram",
        "Listen to this article",
        "Was this email forwarded to you? Subscribe here",
        "Read Online | Sign Up | Advertise",
        "Thanks for reading Molm Weekly! Subscribe for free to receive new posts and support my work.",
        "This post is for paying subscribers only",
        "Listen to this episode with a 7-day free trial",
        "Click to share on X (Opens in new window)",
        "Log in or register to post comments",
        "Article continues below",
        "Advertisement - Continue Reading Below",
        "Already a subscriber? Sign in to continue reading.",
        "This content is available to subscribers only.",
        "You have 3 free articles left this month.",
        "We use cookies to improve your experience. Accept all cookies",
        "Please enable JavaScript to view the comments powered by Disqus.",
        "Your browser does not support the video tag.",
        "You have reached your monthly limit of free articles.",
        "By continuing to use this site you agree to our use of cookies.",
    ],
    "de": [
        "Newsletter im Browser öffnen",
        "Danke fürs Lesen von Molm Wöchentlich! Abonniere kostenlos, um neue Posts zu erhalten.",
        "Klicke, um auf X zu teilen (Wird in neuem Fenster geöffnet)",
        "Artikel geht nach der Anzeige weiter",
        "Unser Artikel geht nach der Anzeige weiter",
        "Sie sind bereits Abonnent? Hier anmelden",
        "Mit ZP Plus weiterlesen",
    ],
    "fr": [
        "Voir dans le navigateur",
        "Merci d’avoir lu Molm Hebdo ! Abonnez-vous gratuitement pour recevoir de nouveaux posts.",
        "Il vous reste 75% de cet article à lire. La suite est réservée aux abonnés.",
        "Déjà abonné ? Se connecter",
    ],
    "es": [
        "¡Gracias por leer Molm Semanal! Suscríbete gratis para recibir nuevos posts y apoyar mi trabajo.",
        "Haz clic para compartir en X (Se abre en una ventana nueva)",
        "¿Ya eres suscriptor? Inicia sesión",
        "La noticia continúa después de la publicidad",
    ],
    "nl": ["Tekst loopt door onder de advertentie"],
    "pt": ["Continua depois da publicidade"],
    "sv": ["Artikeln fortsätter efter annonsen"],
    "ja": ["この記事は有料会員限定です。"],
}
TOLD = {
    "en": [
        "View online of strikes darkens, ministry says.",
        "Thanks for reading the report before the vote, Quorvex told MPs.",
        "Was this email forwarded to you by Quorvex, the judge asked.",
        "Sign up here or leave, Quorvex tells 3,000 workers.",
        "Unsubscribe from the war, mayor urges voters.",
        "The paper said its articles are for subscribers only from May.",
        "Quorvex will get unlimited access to the port for $1 a week.",
        "This article of the constitution is for judges only.",
        "Please enable two-factor authentication to protect your router, Quorvex said.",
        "To exploit the flaw, JavaScript must be enabled.",
        "Already a subscriber? Quorvex raises your price in May.",
        "Talks continue below the surface, a diplomat said.",
        "We use cookies to spy on voters, the party admitted.",
        "“We use cookies to improve your experience,” the suspect said.",
        "Your browser does not support this, hackers told 3,000 victims.",
        "Get full access to the files, judge orders FBI.",
        "Get unlimited access to the sea: beaches open.",
        "Please disable your ad blocker or lose access, Quorvex warned users.",
        "Log in to read blood sugar: device recalled after deaths.",
        "You have reached your credit limit.",
        "Story continues below ground as miners wait for rescue.",
        "Subscribe to continue, Quorvex tells owners of its cars.",
    ],
    "de": [
        "Der Artikel 50 geht nach der Abstimmung weiter an den Bundesrat.",
        "Mit Quorvex weiterlesen, rät der Minister.",
        "Um Russland zu sehen, stimmen Sie bitte im Bundestag zu.",
        "Ihr Browser unterstützt Spionage, warnt das BSI vor Quorvex.",
        "Der umstrittene Artikel wird nach der Anzeige fortgesetzt.",
    ],
    "fr": [
        "La suite du procès est réservée aux juges.",
        "Il vous reste trois jours de cet article à lire.",
        "Votre navigateur ne supporte pas Quorvex, prévient la CNIL.",
    ],
    "es": [
        "Gracias por leer la sentencia en público, dijo Quorvex al juez.",
        "La huelga continúa después de la publicidad del acuerdo.",
        "Suscríbete para leer el fallo contra Quorvex.",
    ],
    "pt": ["Assine para ler o acordo, disse o juiz a Quorvex."],
    "sv": ["Strejken fortsätter efter annonsen om uppsägningar.", "Logga in för att läsa din journal."],
    "pl": ["Twoja przeglądarka nie obsługuje prawa, ostrzega Quorvex."],
    "ru": ["Ваш браузер не поддерживает санкции, заявил министр."],
}
OF_GATES = [(code, line, True) for code, lines in GATES.items() for line in lines]
OF_TOLD = [(code, line, False) for code, lines in TOLD.items() for line in lines]


@pytest.mark.parametrize(("code", "line", "hidden"), [*OF_GATES, *OF_TOLD])
def test_what_stands_where_a_text_is_broken_off_is_no_text(code: str, line: str, hidden: bool) -> None:
    """A rule on `subscri*` or `cookie*` found every article of a publisher; nothing that goes on telling is hidden."""
    for body in (f"{BEFORE}<p>{line}</p>{AFTER}", f"{BEFORE}{AFTER}<p>{line}</p>"):
        reading = read_entry(entry("Zelm", body=body, lang=code))
        assert (line in reading.promo, line in reading.body) == (hidden, not hidden)


@pytest.mark.parametrize(
    ("name", "code"), [(name, code) for name in ("gates", "notices") for code in word_list(name) if code != "any"]
)
def test_every_gate_is_found_by_the_word_that_it_begins_with(name: str, code: str) -> None:
    """By that alone it is told whether a line is compared at all: none begins with any word (`_`)."""
    phrases = " ".join(word_list(name)[code]).partition("|")[0].split(" / ")
    lines = [phrase.replace("…", "").replace("_", "Plus").replace("#", "3").strip() for phrase in phrases]
    labels = labels_of((code,))
    assert [line for line in lines if line and promo_reason(Line(line), normal_line(line), labels) is None] == []
    assert [phrase for phrase in phrases if phrase.startswith("_")] == []


@pytest.mark.parametrize(
    "line",
    [
        "Zelm Radio is sponsored by:",
        "Zelm © 2026. All rights reserved.",
        "Zelm https://www.facebook.com/zelm",
        'Related<a href="https://a.example">Molm votes</a>',
        "The Quorvex story first appeared on Molm",
        "Zelm Facebookissa jaa",
        "▶ 관련기사 몰름",
    ],
)
def test_what_begins_with_no_word_of_a_label_is_hidden_where_a_sign_or_a_word_inside_tells(line: str) -> None:
    """Most lines are not compared with labels at all: none of those that hide a line may be passed over."""
    plain = line.replace('<a href="https://a.example">', "").replace("</a>", "")
    assert read_entry(entry("Zelm", body=f"{BEFORE}<p>{line}</p>{AFTER}")).promo == plain


@pytest.mark.parametrize(
    ("line", "credit"),
    [
        ("People walk past the plant in Molm — Photo: Jane Brandt", "Photo: Jane Brandt"),
        ("The plant in Molm - Jane Brandt/AP", "Jane Brandt/AP"),
        ("The plant in Molm – REUTERS/Jane Brandt", "REUTERS/Jane Brandt"),
        ("Workers leave the plant on Monday. — AFP photo", "AFP photo"),
        ("Das Werk in Molm – Foto: Jane Brandt/dpa", "Foto: Jane Brandt/dpa"),
        ("Arbeiter vor dem Werk - Bild: dpa", "Bild: dpa"),
        ("Des ouvriers devant l'usine. – © AFP", "© AFP"),
        ("Lo stabilimento di Molm – Foto Ansa", "Foto Ansa"),
        ("Đường phố Molm ngập nước. Ảnh: Reuters", "Ảnh: Reuters"),
        ("图为洪水中的莫尔姆街道。新华社记者 王勃 摄", "新华社记者 王勃 摄"),
        ("The mayor resigned. Source: her own office.", ""),
        ("The plant was sold. Photo evidence: none", ""),
        ("Das Haus stürzte ein. Foto: Die Polizei sucht den Fotografen", ""),
        ("Quorvex closes a plant – Reuters", ""),
        ("Quorvex to sue – AP", ""),
        ("Quorvex schließt Werk – Bild: Die Arbeiter streiken", ""),
        ("Quorvex schließt Werk – Bild: Chef Weg", ""),
        ("Support for the mayor falls to 31 percent – Reuters/Ipsos", ""),
        ("The minister resigns over a leaked memo - AP source", ""),
        ("Quorvex denies it – Video: Minister Flees", ""),
        ("The photo — taken by a worker — shows the plant in flames.", ""),
        ("Quorvex wins a photo contract — with AP", ""),
        ("The band plays on – AC/DC", ""),
        ("Shares fell — Source: Zelm Bank", ""),
        ("One photo says it all — AP photo editor Holt", ""),
    ],
)
def test_a_credit_behind_a_dash_takes_itself_out(line: str, credit: str) -> None:
    """A rule on the agency, or on its photographer, found the story; what the picture shows stays text."""
    reading = read_entry(entry("Zelm", body=f"{BEFORE}<p>{line}</p>{AFTER}"))
    left = line.removesuffix(credit).rstrip(" —–-") if credit else line
    assert reading.caption == credit
    assert reading.body.split("\n\n")[1] == left
