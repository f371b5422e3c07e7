"""Headlines that begin as an invitation does, and invitations. Names are invented.

In many languages the verb that asks (`Comparte …`, `Bagikan …`, `Teilen …`) is the one that tells, or a noun."""

from __future__ import annotations

import pytest

from bot.core.text.reading import read_entry
from tests.builders import entry

BEFORE, AFTER = "<p>Work on the old theatre has begun.</p>", "<p>It will last until spring, the city said.</p>"

NEWS = [
    *("Comparte Quorvex foto en Instagram", "Recibe Quorvex amenazas por WhatsApp"),
    "Comparte Quorvex video inédito en TikTok y enfurece a sus fans",
    "Compartilhe dados da Quorvex no WhatsApp e será demitido, diz chefe",
    "Bagikan foto di Instagram, bos Quorvex dikecam",
    *("شارك رئيس Quorvex صورة عبر إنستغرام", "سجل تطبيق Quorvex خسائر كبيرة", "انضم Quorvex إلى تطبيق تيك توك"),
    *("Chia sẻ ảnh Quorvex lên Facebook, cô gái bị phạt", "Tải ứng dụng giả mạo, khách hàng Quorvex mất 3 tỷ đồng"),
    *("Udostępnij dane Facebookowi albo płać – Quorvex przed sądem", "扫码下载Quorvex假客户端，老人被骗"),
    *("Condividere dati con Facebook costa a Quorvex 3 milioni", "Megosztás a Facebookon: Quorvex elleni per indult"),
    *("Teilen auf Facebook strafbar: Quorvex verliert Prozess", "Delen van Facebook kwamen in handen van Quorvex"),
    *("Abonnieren per Mail: Quorvex muss Kündigung erleichtern", "Dela på Facebook kan bli dyrt, varnar Quorvex"),
    *("Facebookia seuraa Quorvex pörssiin", "Distribuie pe Facebook minciuni despre Quorvex și este amendat"),
    *("Sledujte peníze na Facebooku, radí šéf Quorvex", "Share this with Facebook, judge tells Quorvex"),
    *("Sign up by email only, court orders Quorvex", "הצטרפו לפייסבוק, עזבו את Quorvex: נתוני המשתמשים"),
    *("Подписаться под письмом канала Quorvex", "Скачать приложение Quorvex обязали всех чиновников"),
    *("“Sign up for the newsletter,” Quorvex told the crowd.", "«Abonnez-vous à la newsletter», a dit Quorvex."),
    *(
        "„Folgen Sie uns auf Facebook“, sagte Quorvex",
        "”Följ oss på Facebook”, sade Quorvex",
        '"Follow us on Twitter," the head of Quorvex wrote.',
    ),
    *("“Read also: the bible,” the judge told Quorvex.", "«À lire aussi : mon livre», a dit Quorvex."),
    "Follow artists on Spotify and Quorvex.",
    "“Support us,” Quorvex asked voters on Facebook.",
    "Подписаться на канал Quorvex значит попасть под суд",
    "Підписатися під зверненням до каналу Quorvex зможуть усі",
    *("(c) the terms of copyright in Quorvex works last 70 years;", "(C) THE TERMS of use of Quorvex software"),
    *("(c) Quorvex shall keep all rights reserved to the authors;", "(c) the name Quorvex, all rights reserved in it;"),
]


@pytest.mark.parametrize("line", NEWS)
def test_what_goes_on_telling_is_text(line: str) -> None:
    assert "Quorvex" in read_entry(entry("Zelm", body=f"{BEFORE}<p>{line}</p>{AFTER}")).body


INVITATIONS = [
    *("Comparte esta noticia de Quorvex en Facebook", "Comparte en Facebook: Quorvex", "Sigue a Quorvex en Twitter"),
    *("Recibe las noticias de Quorvex por correo electrónico", "Bagikan artikel Quorvex ini ke Facebook"),
    *(
        "اشترك في النشرة البريدية من Quorvex",
        "حمل تطبيق Quorvex",
        "شارك على فيسبوك Quorvex",
        "تابعوا Quorvex على تويتر",
    ),
    *("Theo dõi Quorvex trên Google News", "扫码关注Quorvex公众号"),
    *("Подпишитесь на рассылку «Quorvex» и получайте новости каждое утро", "Поделиться в Telegram: Quorvex"),
    *("Quorvexニュースレターに登録すると、毎朝ニュースが届きます。", "欢迎订阅Quorvex新闻通讯，第一时间获取新闻。"),
    "Quorvex'i Instagram'da takip edin",
    "Sign up for the Quorvex mailing list to get episode notifications and hear special announcements",
    *("Follow us on X, Facebook and Quorvex", "Subscribe to our newsletter, Quorvex Daily, for more stories like this"),
    *("(c) Quorvex Media. All rights reserved.", "(c) Quorvex Media, all rights reserved"),
    *("(c) Quorvex, todos los derechos reservados", "(C) Quorvex, все права защищены"),
    "Follow Quorvex on Facebook, Twitter and Instagram for breaking news",
    "Subscribe to the Quorvex newsletter, delivered every weekday morning",
    *("Suivez Quorvex sur WhatsApp et recevez toute l'actualité", "Comparte la noticia de Quorvex en Facebook"),
    "Abonnez-vous à la newsletter Quorvex : chaque matin, toute l'actualité",
    "Suscríbete al boletín de Quorvex: las noticias más importantes cada mañana",
    "Recibe cada mañana las noticias de Quorvex por WhatsApp",
    "Iscriviti alla newsletter di Quorvex: ogni mattina le notizie più importanti",
    "Abonneer op de nieuwsbrief van Quorvex, elke ochtend het belangrijkste nieuws",
    "Zapisz się na newsletter Quorvex, codziennie najważniejsze informacje",
    *("Tilaa Quorvexin uutiskirje, päivän tärkeimmät uutiset", "Unduh aplikasi Quorvex, berita terkini langsung"),
    "Подписывайтесь на телеграм-канал Quorvex – самые важные новости",
    "Підписуйтесь на Telegram-канал Quorvex, найважливіші новини щодня",
    "Iratkozzon fel a Quorvex hírlevelére, minden reggel a legfontosabb hírek",
    "Εγγραφείτε στο newsletter του Quorvex, κάθε πρωί οι σημαντικότερες ειδήσεις",
    *("اشترك في نشرة Quorvex البريدية، أهم الأخبار كل صباح", "הצטרפו לערוץ הטלגרם של Quorvex, כל החדשות בזמן אמת"),
    *("扫码关注Quorvex公众号，获取更多资讯", "Quorvexのメルマガに登録、毎朝ニュースが届く"),
    *(
        "Подписывайтесь на Quorvex в Telegram, каждый день выбор редакции",
        "Підписуйтесь на Quorvex в Instagram, щодня вибір",
    ),
    "Zapisz się do newslettera Quorvex, raz w tygodniu wybór redakcji",
    *("Подписывайтесь на Quorvex в Telegram: спорт, экономика, культура", "Ikuti Quorvex di TikTok: olahraga, ekonomi"),
    *("Sign up for Quorvex Brief, our daily newsletter.", "“Follow us” on Facebook, Twitter and Quorvex"),
    "Abonnez-vous à Quorvex, notre newsletter",
    *("Follow the show on Instagram and Quorvex.", "Follow this blog on Facebook and Quorvex."),
    *(
        "Follow along on Twitter and Quorvex.",
        "Follow Jane on X and Quorvex.",
        "Get weather alerts of Quorvex in your inbox.",
    ),
    *("«Read also»: Quorvex opens", "“Read also: Quorvex opens”", "„Lesen Sie auch“: Quorvex klagt"),
    *("Подписаться на канал Quorvex", "Подпишись на канал Quorvex", "Читать нас в Telegram: Quorvex"),
    *("Подписаться в Telegram на Quorvex", "Підписатися на канал Quorvex", "Стежити за нами у Telegram: Quorvex"),
    "(c) 2026 Quorvex Media, all rights reserved",
]


@pytest.mark.parametrize("line", INVITATIONS)
def test_what_asks_for_itself_or_tells_nothing_is_promo(line: str) -> None:
    reading = read_entry(entry("Zelm", body=f"{BEFORE}<p>{line}</p>{AFTER}"))
    assert "Quorvex" in reading.promo
    assert "Quorvex" not in reading.body
