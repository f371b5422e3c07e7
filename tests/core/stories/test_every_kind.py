"""A kind of change is heard in every language that has a file, not in seventeen of them."""

from __future__ import annotations

import pytest

from bot.model import Verdict
from tests.core.stories.story_pairs import Desk, hourly

TOLD = {
    "es, an emergency landing": (
        "Falla un motor de un avión de Arvo sobre Hasca",
        "Aterrizaje de emergencia del avión de Arvo en Hasca",
    ),
    "ja, an emergency landing": ("アルボ機、ハスク上空でエンジン故障", "アルボ機がハスク空港に緊急着陸"),
    "tr, an emergency landing": ("Arvo uçağının motoru Hask üzerinde arızalandı", "Arvo uçağı Hask'a acil iniş yaptı"),
    "en, out of government": ("Minister Paul Rook under fire over flat", "Paul Rook leaves government over flat"),
    "fr, out of government": (
        "Le ministre Hugues Delatour visé par une enquête",
        "Hugues Delatour quitte le gouvernement",
    ),
    "sv, out of government": ("Statsrådet Malin Ekroth pressas om svartjobb", "Malin Ekroth lämnar regeringen"),
    "nl, out of government": ("Minister Paul Torvik in opspraak om bonnetjes", "Paul Torvik verlaat kabinet"),
    "fi, out of government": ("Ministeri Pauli Torvik arvostelun kohteena", "Pauli Torvik lähtee hallituksesta"),
    "ru, back at work": ("Завод в Каменске встал из-за долгов", "Рабочие завода в Каменске вернулись в цеха"),
    "sv, refloated": ("Färjan Solvind på grund utanför Grisslan", "Färjan Solvind dragen flott utanför Grisslan"),
    "hi, run again": ("नीलगिरि मार्ग पर ट्रेनें बंद", "नीलगिरि मार्ग पर ट्रेनें फिर दौड़ने लगीं"),
    "cs, run again": ("Vlaky u Lhotic stojí po srážce", "Vlaky u Lhotic už zase jezdí"),
    "en, run again": ("Trains around Dornau at a standstill", "Trains around Dornau are moving again"),
    "hu, run again": ("Leállt a metró Dornauban egy hiba miatt", "Újra jár a metró Dornauban"),
    "ru, run again": ("Поезда под Дорнау встали из-за аварии", "Поезда под Дорнау снова пошли"),
    "vi, run again": ("Tàu điện Dornau ngừng chạy vì sự cố", "Tàu điện Dornau chạy trở lại"),
    "bn, worsened": ("বাস উল্টে আহত অভিনেতা রাহাত টরভিক", "অভিনেতা রাহাত টরভিক লাইফ সাপোর্টে"),
    "cs, sidelined": ("Útočník Holub střílí góly za Kolbov", "Útočník Holub z Kolbova si přetrhl vaz, bude chybět"),
    "da, search ended": ("Fisker Torvik søges ud for Kolby", "Eftersøgningen af fisker Torvik ud for Kolby indstillet"),
    "el, upheld": ("Κάθειρξη στον δήμαρχο Τόρβικ για απάτη", "Απορρίφθηκε η έφεση του δημάρχου Τόρβικ για απάτη"),
    "fa, promoted": ("تیم تورویک کلبی در یک قدمی فینال", "تیم تورویک کلبی به لیگ برتر صعود کرد"),
    "fi, upheld": ("Pormestari Torvik sai tuomion Kolbissa", "Pormestari Torvik: tuomio pysyi Kolbissa ennallaan"),
    "he, downgraded": ("בנק טורביק מפרסם דוחות", "דירוג האשראי של בנק טורביק הורד"),
    "hu, upgraded": ("Torvik Bank közölte kolbi eredményeit", "Felminősítették a Torvik Bankot kolbi eredményei után"),
    "mr, bailed": ("तोरविक बँकेला तोटा", "तोरविक बँकेला आपत्कालीन कर्ज"),
    "nb, retaliated": ("Torvik-regjeringen i striden om fisk", "Torvik-regjeringen innfører toll i striden om fisk"),
    "ro, worsened": (
        "Actorul Torvik, implicat în accident la Kolbi",
        "Actorul Torvik, în comă după accidentul de la Kolbi",
    ),
    "sv, escaped": ("Torvik sitter av sitt straff i Kolbyanstalten", "Torvik har rymt från Kolbyanstalten"),
    "ta, landfall": ("டோர்விக் புயல் கோல்பி அருகே", "டோர்விக் புயல் கோல்பி அருகே கரையை கடந்தது"),
    "te, landfall": ("టోర్విక్ తుపాను కోల్బీ వద్ద", "టోర్విక్ తుపాను కోల్బీ వద్ద తీరం దాటింది"),
    "th, relegated": ("ทอร์วิกยูไนเต็ดลงสนามนัดสุดท้าย", "ทอร์วิกยูไนเต็ดร่วงตกชั้น"),
    "vi, revealed": ("Ông Torvik giữ ghế ở Kolbi", "Ông Torvik bị phanh phui sai phạm ở Kolbi"),
    "a word that is another one with marks (tähän)": ("Bupati Torvik diperiksa KPK", "KPK tahan Bupati Torvik"),
    "what several do": ("Kolby hospitals hit by hackers", "Kolby hospitals hit by hackers restore records"),
    "a phrase in another ending": ("Завод «Торвик» остановил конвейер", "«Торвик» снова запустила конвейер"),
}


@pytest.mark.parametrize(("first", "then"), TOLD.values(), ids=TOLD)
def test_every_kind_of_change_is_heard_in_every_language(first: str, then: str) -> None:
    assert Desk().take_all(hourly((first, then)))[1].verdict in {Verdict.UPDATE, Verdict.NEW_STORY}


OF_ANOTHER_SENSE = {
    "en, a noun (release date)": ("Torvik Kolby tablet out in May", "Torvik Kolby tablet release date is May"),
    "en, an adverb": ("Kolby shares end up on Torvik data", "Kolby shares end sharply lower, Torvik data shows"),
    "en, near a phrase": ("Stocks of Torvik and Kolby hit by data", "Torvik and Kolby stocks weigh in on data"),
    "da, witnesses": ("Eksplosion på Torvik havn i Kolby", "Torvik havn i Kolby: vidner hørte eksplosion"),
    "nb, aims at": ("Statsminister Torvik besøgte Kolby", "Torvik i Kolby: sikter mot flere arbeidsplasser"),
    "fi, stands": ("Torvikin silta Kolbissa", "Torvikin silta seisoo Kolbissa"),
    "hu, that was held": ("Torvik verseny Kolbiban", "Kolbiban megrendezett Torvik verseny"),
    "pl, went to": ("Minister Torvik pojechał do Kolby", "Minister Torvik udał się do Kolby"),
    "ru, says": ("Власти Торвика о пожаре в Колби", "Власти Торвика утверждают: в Колби был пожар"),
    "ru, met with": ("Мэр Торвик и проблемы Колби", "Мэр Торвик столкнулся с проблемами в Колби"),
    "fr, private": ("Groupe Torvik ouvre une école à Kolby", "Écoles privées : le groupe Torvik à Kolby"),
    "it, requirements": ("Concorso Torvik a Kolby, il bando", "Concorso Torvik a Kolby: i requisiti del bando"),
    "it, bus stops": ("Bus a Torvik, le linee di Kolby", "Le fermate dei bus a Torvik, linee di Kolby"),
    "el, free entry": ("Η έκθεση Τόρβικ στο Κόλμπι", "Ελεύθερη είσοδος στην έκθεση Τόρβικ στο Κόλμπι"),
    "he, a pizza": ("מסעדת טורביק בקולבי נפתחת ביום ראשון", "פיצה במסעדת טורביק בקולבי"),
    "ta, a review": ("டோர்விக் படம் கோல்பி", "டோர்விக் படம் கோல்பி விமர்சனம்"),
}


@pytest.mark.parametrize(("first", "then"), OF_ANOTHER_SENSE.values(), ids=OF_ANOTHER_SENSE)
def test_a_word_that_mostly_means_something_else_is_no_news(first: str, then: str) -> None:
    assert Desk().take_all(hourly((first, then)))[1].verdict is not Verdict.UPDATE


BEHIND_ANOTHER_SENSE = {
    "ar, a valley": ("مهرجان وادي الصخر ينطلق بحضور الوزير", "الوزير يعلن إلغاء مهرجان وادي الصخر"),
    "en, an emergency landing": (
        "Arvo jet makes emergency landing in Kolbi",
        "Arvo grounds all jets after Kolbi landing",
    ),
    "ru, an emergency landing": ("Самолёт «Арво» совершил аварийную посадку", "Росавиация приостановила полёты «Арво»"),
    "ja, hurt": ("大関朝霧が左ひざ負傷、全治は不明", "大関朝霧、初場所を休場"),
    "cs, how it ended": ("Policie v Kolby: jak to dopadlo s Torvikem", "Torvik v Kolby zatčen"),
    "da, vulnerable": ("Udsatte børn: Torvik rejser til Kolby", "Torvik udskyder rejsen til Kolby"),
    "sv, a party left": (
        "Liberalerna lämnar regeringen i Norland",
        "Norlands statsminister Torvik avgår sedan Liberalerna hoppat av",
    ),
    "ru, a party left": (
        "Партия «Центр» вышла из правительства Норландии",
        "Премьер Норландии Торвик подал в отставку после ухода «Центра»",
    ),
    "tr, a party left": (
        "Merkez Partisi Norlanya'da hükümetten ayrıldı",
        "Norlanya Başbakanı Torvik, Merkez Partisi'nin ardından istifa etti",
    ),
    "sv, handed to": (
        "Utredaren Malin Ekroth lämnar regeringen förslag om skolan",
        "Utredaren Malin Ekroth avgår efter skolförslag",
    ),
    "de, sought": ("In Klinik Korbach wird neuer Chefarzt gesucht", "Klinik Korbach: Olaf Lind zum Chefarzt ernannt"),
    "da, a funeral": ("Dronning Torvik af Kolby begravet", "Dronning Torvik af Kolby savnet"),
    "ru, says": ("Власти Торвика утверждают, что завод в Колби шумит", "Власти Торвика одобрили завод в Колби"),
    "pl, went to": ("Minister Torvik udał się do Kolby", "Minister Torvik w Kolby: misja zakończona sukcesem"),
    "it, requirements": ("Requisiti del concorso Torvik a Kolby", "Torvik, sequestrati i beni a Kolby"),
    "el, a booking": ("Η κράτηση εισιτηρίων Τόρβικ στο Κόλμπι", "Συνελήφθη ο διευθυντής Τόρβικ στο Κόλμπι"),
    "he, a prison": ("מתקן טורביק בקולבי מתרחב", "טורביק בקולבי תיקן את הדיווח"),
}


@pytest.mark.parametrize(("first", "then"), BEHIND_ANOTHER_SENSE.values(), ids=BEHIND_ANOTHER_SENSE)
def test_a_word_of_another_sense_hides_no_development(first: str, then: str) -> None:
    assert Desk().take_all(hourly((first, then)))[1].verdict in {Verdict.UPDATE, Verdict.NEW_STORY}


ONE_KIND = {
    "ru": ("Самолёт «Арво» экстренно сел в Хаске", "Вынужденная посадка самолёта «Арво» в Хаске"),
    "pt": ("Avião da Arvo faz pouso de emergência em Hasca", "Avião da Arvo em Hasca: aterragem de emergência"),
    "hi": ("आर्वो विमान की हास्क में आपात लैंडिंग", "हास्क में आर्वो विमान की इमरजेंसी लैंडिंग"),
    "zh": ("阿尔沃航班迫降哈斯克机场", "阿尔沃航班在哈斯克机场紧急降落"),
    "sv, out of government": ("Statsrådet Malin Ekroth avgår", "Statsrådet Malin Ekroth lämnar regeringen"),
    "nl, out of government": ("Minister Paul Torvik treedt af", "Minister Paul Torvik verlaat kabinet"),
    "de": ("Arvo-Maschine muss in Hask notlanden", "Notlandung: Arvo-Maschine in Hask notgelandet"),
}


@pytest.mark.parametrize(("first", "then"), ONE_KIND.values(), ids=ONE_KIND)
def test_two_wordings_tell_one_kind(first: str, then: str) -> None:
    """Of an emergency landing one stood among failures, the other among halts: six of 11 second reports were told. Who
    resigned has left the government."""
    assert Desk().take_all(hourly((first, then)))[1].verdict is Verdict.SAME_STORY


NEXT = {
    "en, accused, charged": (
        "Mayor Torvik accused of taking bribes in Kolby",
        "Mayor Torvik charged with bribery in Kolby",
    ),
    "ko, accused, charged": ("콜비 시장 토르빅 뇌물 의혹", "콜비 시장 토르빅 기소"),
    "fi, accused, charged": (
        "Kauppias Torvikia epäillään petoksesta Kolbissa",
        "Kauppias Torvik sai syytteen Kolbissa",
    ),
    "pl, charged, tried": ("Bankier Torvik oskarżony o oszustwo w Kolby", "Ruszył proces bankiera Torvika w Kolby"),
    "vi, charged, tried": ("Doanh nhân Torvik bị khởi tố ở Kolby", "Doanh nhân Torvik hầu tòa ở Kolby"),
    "de, convicted, sentenced": ("Banker Torvik in Kolby schuldig gesprochen", "Banker Torvik muss in Kolby in Haft"),
    "he, convicted, sentenced": ("הקבלן טורביק מקולבי הורשע", "מאסר לקבלן טורביק מקולבי"),
    "fr, probed, raided": ("Enquête ouverte sur Torvik Foods à Kolby", "Perquisition chez Torvik Foods à Kolby"),
    "hi, probed, raided": ("कोल्बी के बिल्डर तोरविक के खिलाफ जाँच", "कोल्बी में बिल्डर तोरविक के दफ्तर पर छापा"),
    "pt, approved, enacted": (
        "Congresso de Kolby aprova lei Torvik",
        "Presidente de Kolby sanciona lei Torvik da água",
    ),
    "ru, bid, acquired": ("Пивовар «Торвик» предложил купить «Колби Фудс»", "Пивовар «Торвик» купил «Колби Фудс»"),
    "nl, a cabinet falls": (
        "Kabinet in Kolby ruziet over Torvik-begroting",
        "Kabinet in Kolby gevallen over Torvik-begroting",
    ),
    "en, back home": (
        "Torvik forest fire near Kolby under control",
        "Kolby residents return home after Torvik forest fire",
    ),
    "ru, under control, out": ("Пожар у Колби локализован", "Пожар у Колби потушен"),
    "en, nominated, elected": ("Kolby party nominates Torvik for mayor", "Torvik elected mayor of Kolby"),
    "en, on leave, dismissed": ("Head Torvik placed on leave at Kolby school", "Head Torvik sacked at Kolby school"),
    "en, doped, stripped": (
        "Sprinter Torvik tests positive at Kolby Games",
        "Sprinter Torvik stripped of Kolby Games gold",
    ),
    "fr, bankrupt, liquidated": (
        "Corvol de Kolby en redressement judiciaire",
        "Corvol de Kolby placée en liquidation judiciaire",
    ),
    "es, arrested, extradited": ("Detenido en París el médico Torvik", "El médico Torvik, extraditado desde París"),
    "de, sorry, confessed": ("Bischof Torvik von Kolby entschuldigt sich", "Bischof Torvik von Kolby gesteht"),
    "en, a wreck, then people": (
        "Wreck of Torvik plane found in Kolby hills",
        "Girl rescued alive from Torvik plane in Kolby hills",
    ),
    "en, polls open": ("Kolby premier Torvik calls snap election", "Polls open in Kolby, Torvik seeks new term"),
    "en, polls close": ("Polls open in Kolby, Torvik seeks new term", "Polls close in Kolby, Torvik ahead"),
    "zh, polls open": ("科尔比提前大选 托维克争取连任", "科尔比大选开始投票 托维克投下一票"),
    "ru, polls close": ("Выборы Торвика в Колби: голосование началось", "Выборы Торвика в Колби: участки закрылись"),
    "en, docked": ("Kolby rocket Torvik lifts off with crew", "Torvik capsule docks with Kolby station"),
    "ru, landed": ("Корабль «Торвик» пристыковался к станции Колби", "Корабль «Торвик» приземлился после Колби"),
    "ja, a wreck, then people": ("コルビー近くで小型機の残骸発見", "コルビー小型機の少女救助"),
    "ru, pardoned": ("Бывшего мэра Колби Торвика выпустили из СИЗО", "Президент помиловал бывшего мэра Колби Торвика"),
    "nl, fined, jailed": ("Bankier Torvik uit Kolby krijgt boete", "Bankier Torvik uit Kolby moet cel in"),
    "es, talks, a truce": (
        "Fracasan las negociaciones con los rebeldes Torvik en Kolbi",
        "Los rebeldes Torvik violan la tregua en Kolbi",
    ),
    "pl, in force": (
        "Prezydent podpisał ustawę Torvika o wodzie w Kolby",
        "Ustawa Torvika o wodzie w Kolby wchodzi w życie",
    ),
    "fr, a strike begins": (
        "Le syndicat Torvik dépose un préavis de grève à Corvol",
        "La grève du syndicat Torvik a commencé à Corvol",
    ),
    "it, signed": ("Torvik, visite mediche con il Kolby", "Torvik firma con il Kolby"),
    "id, claimed": (
        "Polisi Kolbi salahkan kelompok Torvik atas ledakan",
        "Kelompok Torvik mengaku bertanggung jawab atas ledakan Kolbi",
    ),
    "el, a second round": ("Πρόωρες εκλογές στο Κόλμπι ανακοίνωσε ο Τόρβικ", "Στον δεύτερο γύρο ο Τόρβικ στο Κόλμπι"),
    "ja, from no confidence": ("コルビー首相トルビクに不信任案", "トルビク首相、コルビー議会を解散"),
    "ja, a cabinet": ("コルビー首相にトルビク氏選出", "コルビーのトルビク首相、組閣"),
    "tr, asked, sentenced": ("Kolbi başkanı Torvik için hapis istemi", "Kolbi başkanı Torvik'e hapis cezası"),
    "en, sought, arrested": ("Arrest warrant issued for Kolby banker Torvik", "Kolby banker Torvik arrested"),
    "ko, sought, arrested": ("콜비 은행가 토르빅 체포영장 발부", "콜비 은행가 토르빅 체포"),
    "ru, engaged, married": ("Певица Торвик и актёр Колби обручились", "Певица Торвик вышла замуж за актёра Колби"),
    "sv, expecting": (
        "Sångaren Torvik gifter sig med skådespelaren Kolby",
        "Sångaren Torvik är gravid med skådespelaren Kolby",
    ),
    "de, out of hospital": (
        "Schauspieler Torvik in Kolby außer Lebensgefahr",
        "Schauspieler Torvik in Kolby aus Krankenhaus entlassen",
    ),
    "fr, envoys": ("Corvol convoque l'ambassadeur de Torvik", "Corvol expulse des diplomates de Torvik"),
    "vi, testified": ("Bộ trưởng Torvik bị thẩm vấn vụ Kolbi", "Bộ trưởng Torvik ra làm chứng vụ Kolbi"),
    "tr, mourning": (
        "Kolbi'de Torvik seli için olağanüstü hal ilan edildi",
        "Kolbi'de Torvik seli için yas ilan edildi",
    ),
    "id, a curfew": (
        "Kolbi umumkan keadaan darurat usai kerusuhan Torvik",
        "Kolbi berlakukan jam malam usai kerusuhan Torvik",
    ),
    "ru, a flight recorder": (
        "Обломки самолёта «Торвик» найдены у Колби",
        "Чёрный ящик самолёта «Торвик» нашли у Колби",
    ),
    "ar, abducted": ("هجوم مسلح على مدرسة تورفيك في كولبي", "اختطاف تلاميذ من مدرسة تورفيك في كولبي"),
    "it, leaked": ("Attacco hacker alla banca Torvik di Kolby", "Dati della banca Torvik di Kolby diffusi online"),
    "zh, isolated": ("科尔比渡轮托维克号乘客确诊霍乱", "科尔比渡轮托维克号霍乱隔离"),
    "en, signed in the end": ("Kolby and Torvik reach tentative pay deal", "Kolby and Torvik sign pay deal"),
    "pl, a new trial": ("Uchylono wyrok pielęgniarki Torvik z Kolby", "Ponowny proces pielęgniarki Torvik z Kolby"),
    "de, censured": (
        "Senatorin Torvik aus Kolby für Tweet kritisiert",
        "Senatorin Torvik aus Kolby wegen Tweet gerügt",
    ),
    "es, operated on": (
        "Torvik, delantero del Kolbi, se rompe el cruzado",
        "Torvik, delantero del Kolbi, operado de la rodilla",
    ),
    "de, buried": ("Sänger Torvik aus Kolby gestorben", "Sänger Torvik in Kolby beigesetzt"),
    "en, impeached": ("Kolby president Torvik charged with bribery", "Kolby president Torvik impeached"),
    "en, a plant closed": ("Torvik cuts jobs at Kolby plant", "Torvik closes Kolby plant"),
    "en, a winner": ("Polls close in Kolby with Torvik ahead", "Torvik wins in Kolby"),
    "fr, a winner": (
        "Élection à Kolby : bureaux de vote ouverts pour Torvik",
        "Torvik remporte l'élection à Kolby",
    ),
    "ru, a winner": (
        "В Колби открылись избирательные участки, Торвик фаворит",
        "Торвик победил на выборах в Колби",
    ),
    "en, for sale, sold": ("Kolby Foods of Torvik up for sale", "Kolby Foods of Torvik sold to rival"),
}


@pytest.mark.parametrize(("first", "then"), NEXT.values(), ids=NEXT)
def test_what_comes_next_is_a_kind_of_its_own(first: str, then: str) -> None:
    """Who was accused is charged, tried, found guilty, sentenced: of 368 such pairs 283 were silent."""
    assert Desk().take_all(hourly((first, then)))[1].verdict is Verdict.UPDATE


TOLD_BESIDES = {
    "en, charged, accused": (
        "Doctor Torvik of Kolby charged over drugs",
        "Kolby doctor Torvik accused of stealing drugs",
    ),
    "en, tried": ("Doctor Torvik of Kolby in the dock", "Trial of Kolby doctor Torvik begins"),
    "de, sentenced, guilty": ("Arzt Torvik in Kolby verurteilt", "Arzt Torvik aus Kolby schuldig"),
    "it, sentenced": ("Il banchiere Torvik condannato a Kolby", "Kolby, carcere per il banchiere Torvik"),
    "en, raided, probed": ("Officers raid Kolby clinic of Doctor Torvik", "Kolby clinic of Doctor Torvik investigated"),
    "en, acquired": ("Rail firm Torvik buys Kolby Coaches", "Kolby Coaches sold to rail firm Torvik"),
    "ru, out": ("Пожар у Колби потушен", "Пожар у Колби локализован"),
    "en, liquidated, bankrupt": ("Torvik Ceramics of Kolby goes into liquidation", "Torvik Ceramics of Kolby bankrupt"),
    "en, rescued": ("Two Torvik sailors rescued off Kolby", "Torvik sailors found alive off Kolby"),
    "en, a mayor takes office": ("Torvik sworn in as mayor of Kolby", "Torvik takes oath as Kolby mayor"),
    "fr, pardoned, free": ("L'ex-maire Torvik de Corvol gracié", "L'ex-maire Torvik de Corvol libéré"),
    "en, a strike, called": ("Torvik rail strike begins in Kolby", "Torvik union in Kolby on strike"),
    "en, in force, signed": ("Torvik water law takes effect in Kolby", "Torvik water law signed into law in Kolby"),
    "de, a truce": ("Waffenruhe mit Torvik in Kolby gebrochen", "Torvik bricht Waffenruhe in Kolby"),
    "ja, married": ("歌手トルビクと俳優コルビーが結婚", "歌手トルビクと俳優コルビーが入籍"),
    "es, mourning": ("Kolbi decreta luto por la riada del Torvik", "Días de luto en Kolbi por la riada del Torvik"),
    "en, abducted, attacked": (
        "Pupils abducted at Torvik school near Kolby",
        "Gunmen attack Torvik school near Kolby",
    ),
    "fr, signed": ("Corvol et Torvik signent un accord", "Accord trouvé entre Corvol et Torvik"),
    "en, arrested, sought": (
        "Kolby banker Torvik arrested",
        "Arrest warrant issued for Kolby banker Torvik",
    ),
    "en, counted, voting": ("Polls close in Kolby, Torvik ahead", "Kolby goes to polls, Torvik seeks new term"),
    "en, guilty": ("Torvik convicted of murder in Kolby", "Torvik found guilty of Kolby murder"),
    "en, agreed to buy": (
        "Torvik in 3 billion deal to buy Kolby Foods",
        "Torvik acquires Kolby Foods in 3 billion deal",
    ),
    "en, a purchase": ("Actress Torvik expects baby in Kolby", "Actress Torvik of Kolby buys baby clothes"),
    "de, a purchase": ("Schauspieler Torvik zieht nach Kolby", "Schauspieler Torvik kauft Haus in Kolby"),
    "en, riot police": (
        "Protesters clash with police in Kolby over Torvik",
        "Riot police clash with Torvik protesters in Kolby",
    ),
    "pt, no deal": ("Sem acordo entre Kolby e Torvik", "Kolby e Torvik não chegam a acordo"),
    "nb, no deal": ("Ingen avtale mellom Kolby og Torvik", "Kolby og Torvik blir ikke enige"),
}


@pytest.mark.parametrize(("first", "then"), TOLD_BESIDES.values(), ids=TOLD_BESIDES)
def test_a_later_stage_tells_the_earlier_ones_besides(first: str, then: str) -> None:
    assert Desk().take_all(hourly((first, then)))[1].verdict is Verdict.SAME_STORY
