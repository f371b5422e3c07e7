"""One thing follows upon another: who was arrested is charged, freed, sentenced; each is told, though headlines name
whom the last news brought in, and no report of the last news is."""

from __future__ import annotations

import pytest

from bot.model import Verdict
from tests.core.stories.test_developments import Told, decide

CHAINS = {
    "en": ("Farmhouse blaze in Kelby kills two", "Neighbour Alan Frith arrested over Kelby farmhouse blaze",
           "Alan Frith charged with murder over Kelby blaze", "Alan Frith cleared of Kelby murders"),
    "en, no arrest": ("Tessaro's chief executive Lind steps down", "Tessaro appoints Maria Holt as chief executive",
                      "Maria Holt turns down job at Tessaro", "Maria Holt sues Tessaro"),
    "de": ("Zugunglück bei Wendrup: zwölf Verletzte", "Lkw-Fahrer Milan K. nach Zugunglück bei Wendrup festgenommen",
           "Lkw-Fahrer Milan K. wegen Zugunglück bei Wendrup angeklagt",
           "Lkw-Fahrer Milan K. wegen Zugunglück bei Wendrup verurteilt"),
    "es": ("Hallan muerto a un joyero en Lerma", "Detenida la socia del joyero de Lerma, Irene Salas",
           "Irene Salas ingresa en prisión por el crimen del joyero",
           "Irene Salas, absuelta del crimen del joyero de Lerma"),
    "pt": ("Explosão em fábrica de fogos em Barra Velha", "Dono da fábrica de Barra Velha, Nilton Reis, é preso",
           "Nilton Reis é solto", "Justiça condena Nilton Reis pela explosão de Barra Velha"),
    "pl": ("Wypadek autokaru pod Lipnicą", "Kierowca autokaru spod Lipnicy zatrzymany",
           "Kierowca autokaru spod Lipnicy oskarżony", "Kierowca autokaru spod Lipnicy skazany na pięć lat"),
    "id": ("Gedung parkir ambruk di Tarunajaya", "Kontraktor gedung parkir Tarunajaya, Budi Santika, ditangkap",
           "Budi Santika dibebaskan", "Budi Santika divonis penjara"),
    "ru": ("Пожар на складе «Тримекс» под Калиновом", "Задержан владелец склада «Тримекс» Артур Гаспарян",
           "Артура Гаспаряна отпустили под домашний арест", "Артур Гаспарян приговорён к тюрьме"),
    "ar": ("حريق في سوق الربيع بمدينة نزوى", "القبض على صاحب المحل سالم الحارثي في حريق سوق الربيع",
           "الإفراج عن سالم الحارثي في قضية حريق سوق الربيع", "تبرئة سالم الحارثي في حريق سوق الربيع"),
    "hi": ("सोनपुर में बस खाई में गिरी", "सोनपुर में बस के चालक मनोज यादव गिरफ्तार", "चालक मनोज यादव को जमानत मिली",
           "चालक मनोज यादव दोषी"),
    "ko": ("청솔시 모텔 화재", "청솔시 모텔 화재 투숙객 김태수 체포", "김태수 구속 기소", "김태수 1심 무기징역 선고"),
    "zh": ("南溪市幼儿园食物中毒", "南溪市幼儿园园长刘敏被拘留", "园长刘敏被批捕", "园长刘敏被判刑"),
}  # fmt: skip


@pytest.mark.parametrize("headlines", CHAINS.values(), ids=CHAINS)
def test_what_follows_is_told_though_it_names_whom_the_last_news_brought_in(headlines: tuple[str, ...]) -> None:
    decisions = decide(*((headline, "") for headline in headlines), hours=(0, 8, 20, 31))
    assert [decision.verdict for decision in decisions] == [Verdict.NEW_STORY, *[Verdict.UPDATE] * 3]
    assert {decision.story for decision in decisions} == {decisions[0].story}


TRAM = (
    ("Velport council votes for tram line", "The line is to open in 2031."),
    ("Velport drops plan for tram line", "Citizens were against it, a poll by Kantos had shown."),
)
AGAIN = {
    "a figure of both headlines": (
        ("KM Bahari Jaya hilang kontak di perairan Selayar", ""), ("KM Bahari Jaya: 14 penumpang selamat", ""),
        ("Basarnas evakuasi 14 orang dari KM Bahari Jaya", "")),
    "what stood below": (*TRAM, ("Velport tram line rejected", "A Kantos poll showed citizens against it.")),
}  # fmt: skip


@pytest.mark.parametrize("reports", AGAIN.values(), ids=AGAIN)
def test_who_repeats_figures_or_details_of_the_last_news_tells_it_again(reports: tuple[Told, ...]) -> None:
    verdicts = [decision.verdict for decision in decide(*reports, hours=(0, 8, 11))]
    assert verdicts == [Verdict.NEW_STORY, Verdict.UPDATE, Verdict.SAME_STORY]


AGAIN_SO = {
    "en": ("Trains halted on Dover line after landslip", "Trains resume on Dover line",
           "Trains halted on Dover line as cliff moves"),
    "en, arrested": ("Gunman Luca Reed arrested after Hexham robbery", "Luca Reed escapes from Hexham jail",
                     "Luca Reed arrested in Hexham"),
    "de": ("Flughafen Lohfeld gesperrt wegen Drohnen", "Flughafen Lohfeld wieder offen",
           "Flughafen Lohfeld erneut gesperrt"),
    "fr": ("L'aéroport de Vaubrun fermé à cause du brouillard", "L'aéroport de Vaubrun rouvre",
           "L'aéroport de Vaubrun de nouveau fermé"),
    "it": ("Arrestato Luca Serra per rapina", "Luca Serra evade dal carcere", "Luca Serra arrestato a Genova"),
    "pl": ("Wstrzymano ruch na moście w Zgierzu", "Ruch na moście w Zgierzu wznowiony",
           "Znów wstrzymano ruch na moście w Zgierzu"),
    "ru": ("Аэропорт Верхнегорска закрыт из-за беспилотников", "Аэропорт Верхнегорска открыт",
           "Аэропорт Верхнегорска снова закрыт"),
    "tr": ("Karasu feribot seferleri durduruldu", "Karasu feribot seferleri yeniden başladı",
           "Karasu feribot seferleri tekrar durduruldu"),
    "ar": ("تعليق الرحلات في مطار سلوان", "استئناف الرحلات في مطار سلوان", "تعليق الرحلات مجددا في مطار سلوان"),
    "ja": ("港南線が運転見合わせ", "港南線が運転再開", "港南線が再び運転見合わせ"),
    "zh": ("临江机场关闭 因大雾", "临江机场恢复开放", "临江机场再次关闭"),
}  # fmt: skip


@pytest.mark.parametrize("headlines", AGAIN_SO.values(), ids=AGAIN_SO)
def test_what_the_last_news_undid_is_told_when_it_happens_again(headlines: tuple[str, ...]) -> None:
    decisions = decide(*((headline, "") for headline in headlines), hours=(0, 6, 10))
    assert [decision.verdict for decision in decisions] == [Verdict.NEW_STORY, Verdict.UPDATE, Verdict.UPDATE]


RENEWED = {
    "it": ("Tregua a Torvella", "La tregua a Torvella è rotta: spari nella notte", "Nuova tregua a Torvella"),
    "es": ("Tregua en Torvel", "Rompen la tregua en Torvel", "Nueva tregua en Torvel"),
    "fr": ("Trêve conclue à Torvel", "La trêve rompue à Torvel", "Nouvelle trêve à Torvel"),
    "fr, convicted": ("Torvik condamné pour fraude à Lindach", "La condamnation de Torvik à Lindach annulée",
                      "Torvik de nouveau condamné à Lindach"),
    "de, convicted": ("Torvik wegen Betrugs in Kelbach verurteilt", "Verurteilung von Torvik in Kelbach aufgehoben",
                      "Torvik in Kelbach erneut verurteilt"),
    "pl": ("Rozejm w Torpicach", "Rozejm w Torpicach zerwany", "Nowy rozejm w Torpicach"),
    "ru": ("Перемирие объявлено в Торпино", "Перемирие в Торпино сорвано", "Новое перемирие объявлено в Торпино"),
    "sv": ("Vapenvila i Torpby", "Vapenvilan i Torpby bruten", "Ny vapenvila i Torpby"),
    "tr": ("Torpköy'de ateşkes ilan edildi", "Torpköy'de ateşkes bozuldu", "Torpköy'de yeni ateşkes"),
    "ar": ("هدنة في تورفل", "انهيار الهدنة في تورفل", "هدنة جديدة في تورفل"),
}  # fmt: skip
NOT_RENEWED = [
    ("Tregua a Torvella", "La tregua a Torvella è rotta", "A Torvella la tregua è già finita"),
    ("Truce agreed in Kelmore conflict", "Kelmore truce broken", "New shelling breaks Kelmore truce"),
    ("Waffenruhe in Kelbach vereinbart", "Waffenruhe in Kelbach gebrochen",
     "Waffenruhe in Kelbach nach Stunden wieder gebrochen"),
]  # fmt: skip


@pytest.mark.parametrize("headlines", RENEWED.values(), ids=RENEWED)
def test_what_was_undone_under_its_name_is_told_when_a_word_says_that_it_happens_again(
    headlines: tuple[str, ...],
) -> None:
    """`La tregua rotta` names the truce, so that a new one had been told: 15 of 20 such chains were silent."""
    decisions = decide(*((headline, "") for headline in headlines), hours=(0, 6, 10))
    assert decisions[2].verdict is Verdict.UPDATE


@pytest.mark.parametrize("headlines", NOT_RENEWED)
def test_who_tells_that_it_is_over_tells_it_once(headlines: tuple[str, ...]) -> None:
    decisions = decide(*((headline, "") for headline in headlines), hours=(0, 6, 10))
    assert decisions[2].verdict in {Verdict.SAME_STORY, Verdict.NEAR_DUPLICATE}


def test_who_tells_what_was_undone_beside_what_undid_it_tells_nothing_new() -> None:
    headlines = ("Trains halted on Dover line after landslip", "Trains resume on Dover line",
                 "Halted trains resume on Dover line")  # fmt: skip
    decisions = decide(*((headline, "") for headline in headlines), hours=(0, 6, 10))
    assert decisions[2].verdict is not Verdict.UPDATE


IN_THE_SAME_WORDS = {
    "en": ("Kolbi airport closed after drone sightings", "Kolbi airport reopens"),
    "en, resigned": ("Torvik resigns as Kolbi mayor", "Torvik returns as Kolbi mayor"),
    "de": ("Torvik tritt als Bürgermeister von Kolbi zurück", "Torvik kehrt als Bürgermeister von Kolbi zurück"),
    "es": ("Aeropuerto de Lerma cerrado por drones", "Reabre el aeropuerto de Lerma"),
    "es, spreads": ("Se propaga el incendio de Lerma", "Controlado el incendio de Lerma"),
}  # fmt: skip


@pytest.mark.parametrize("headlines", IN_THE_SAME_WORDS.values(), ids=IN_THE_SAME_WORDS)
def test_what_was_undone_is_told_when_it_happens_again_in_the_same_words(headlines: tuple[str, str]) -> None:
    """Another outlet's report of the second time was a copy of the first one's headline, in silence."""
    decisions = decide(*((headline, "") for headline in headlines * 2), hours=(0, 6, 10, 15))
    assert [decision.verdict for decision in decisions] == [Verdict.NEW_STORY, *[Verdict.UPDATE] * 3]


def test_one_text_is_a_copy_whatever_its_story_has_told_since() -> None:
    """Who brings the first report late has its text."""
    text = "Kolbi airport was closed on Monday after three drones had been seen above its southern runway, police said."
    first, then = ("Kolbi airport closed after drone sightings", text), ("Kolbi airport reopens", "Flights go again.")
    verdicts = [decision.verdict for decision in decide(first, then, first, hours=(0, 6, 7))]
    assert verdicts == [Verdict.NEW_STORY, Verdict.UPDATE, Verdict.NEAR_DUPLICATE]


UNDONE = {
    "en": ("Korvia and Lemland agree truce", "Korvia attacks Lemland despite truce"),
    "en, returned": ("Torvik resigns over Kolbi port", "Torvik returns to office in Kolbi"),
    "de": ("Korvia und Lemland vereinbaren Waffenruhe", "Korvia greift Lemland trotz Waffenruhe an"),
    "fr": ("La Corvie et la Lemlande concluent une trêve", "La Corvie attaque la Lemlande malgré la trêve"),
    "es": ("Dimite Torvik, alcalde de Kolbi", "Torvik vuelve como alcalde de Kolbi"),
}


@pytest.mark.parametrize(("first", "then"), UNDONE.values(), ids=UNDONE)
def test_what_undoes_the_first_news_is_told_though_a_story_may_begin_with_it(first: str, then: str) -> None:
    """An attack begins stories; it is news all the same in one that began with a truce."""
    verdicts = [decision.verdict for decision in decide((first, ""), (then, ""), hours=(0, 6))]
    assert verdicts == [Verdict.NEW_STORY, Verdict.UPDATE]


TOLLS = {
    "en": ("Bus crashes near Kolbi, 3 dead", "Kolbi bus crash: driver Alan Lind of Harlow Coaches arrested",
           "Kolbi bus crash: 7 dead, driver Alan Lind of Harlow Coaches in cell"),
    "de": ("Busunglück bei Lohfeld: 3 Tote", "Busunglück bei Lohfeld: Fahrer Milan Kern von Nordbus festgenommen",
           "Busunglück bei Lohfeld, Fahrer Milan Kern von Nordbus: 7 Tote"),
    "es": ("Choque de autobús en Lerma: 3 muertos", "Choque en Lerma: detenido el conductor Iván Salas de Norbús",
           "Choque en Lerma del conductor Iván Salas de Norbús: 7 muertos"),
    "ru": ("ДТП с автобусом в Калинове: 3 погибших",
           "ДТП в Калинове: задержан водитель Артур Гаспарян из «Тримекса»",
           "ДТП в Калинове, водитель Артур Гаспарян из «Тримекса»: 7 погибших"),
    "ja": ("港南市でバス事故、3人死亡", "港南市のバス事故、運転手の田村健一容疑者を逮捕",
           "港南市のバス事故、田村健一容疑者のバスで7人死亡"),
}  # fmt: skip


@pytest.mark.parametrize("headlines", TOLLS.values(), ids=TOLLS)
def test_another_figure_is_told_beside_whom_the_last_news_brought_in(headlines: tuple[str, ...]) -> None:
    decisions = decide(*((headline, "") for headline in headlines), hours=(0, 4, 8))
    assert [decision.verdict for decision in decisions] == [Verdict.NEW_STORY, *[Verdict.UPDATE] * 2]


NAMED_BELOW = {
    "en": (("Fire at Saudi oil pipeline", ""), ("Crude futures extend gains on Saudi Arabia pipeline fire", ""),
           ("Saudi pipeline fire under control", "A fire at a pipeline in Arabia is out, the ministry said.")),
    "de": (("Feuer an Pipeline in Lohfeld", ""), ("Ölpreis steigt nach Feuer an Pipeline der Nordbus in Lohfeld", ""),
           ("Feuer an Pipeline gelöscht", "Das Feuer in Lohfeld bei Nordbus ist gelöscht.")),
    "es": (("Hallan muerto a un joyero en Lerma", ""), ("Detenida Irene Salas, socia del joyero de Lerma", ""),
           ("Absuelta la socia del joyero de Lerma", "Irene Salas quedó en libertad el lunes.")),
    "ru": (("Пожар на складе в Калинове", ""), ("Задержан владелец склада в Калинове Артур Гаспарян", ""),
           ("Владелец склада в Калинове приговорён к тюрьме", "Артур Гаспарян получил пять лет.")),
}  # fmt: skip


@pytest.mark.parametrize("reports", NAMED_BELOW.values(), ids=NAMED_BELOW)
def test_what_follows_is_told_though_its_text_names_whom_the_last_news_brought_in(reports: tuple[Told, ...]) -> None:
    """Headlines say `man charged`, and the name stands below."""
    verdicts = [decision.verdict for decision in decide(*reports, hours=(0, 4, 8))]
    assert verdicts == [Verdict.NEW_STORY, Verdict.UPDATE, Verdict.UPDATE]


RETAKEN = {
    "en": ("Rebels seize border town of Kassara", "Army retakes border town of Kassara"),
    "nl": ("Rebellen veroveren Kassara", "Leger herovert Kassara op rebellen"),
    "ru": ("Повстанцы захватили Кассару", "Армия отбила Кассару у повстанцев"),
    "id": ("Pemberontak merebut kota Kassara", "Tentara merebut kembali kota Kassara"),
    "ko": ("반군, 카사라 점령", "정부군, 카사라 탈환"),
    "zh": ("叛军占领卡萨拉", "政府军收复卡萨拉"),
}


@pytest.mark.parametrize(("seized", "retaken"), RETAKEN.values(), ids=RETAKEN)
def test_what_was_seized_and_retaken_is_told(seized: str, retaken: str) -> None:
    """Taking and retaking were of one kind, and the second of them no news."""
    verdicts = [decision.verdict for decision in decide((seized, ""), (retaken, ""), hours=(0, 20))]
    assert verdicts == [Verdict.NEW_STORY, Verdict.UPDATE]


SEVERAL = (
    ("Fire tears through Gorsk hotel", "Police detain owner of Gorsk hotel after fire"),
    ("Protests in Gorsk over water prices", "Police kill four at Gorsk water protests"),
    ("Norland strikes hit Gorsk", "Strikes injure dozens in Gorsk"),
    ("Shareholders of Halden to vote on chief Lind", "Halden shareholders oust chief executive Lind"),
    ("Senate debates case against governor Reave", "Senators impeach governor Reave"),
    ("Lakeville bans short lets in centre", "Councillors revoke Lakeville ban on short lets"),
    ("Hikers missing on Mount Orla", "Helicopters rescue hikers on Mount Orla"),
    ("Torvik Party split over harbour deal", "Torvik Party members expel leader Lind over harbour deal"),
    ("Stewards examine Okoro's lane change in Orrin race", "Stewards disqualify Okoro in Orrin race"),
    ("Procès du maire Farget à Brénac", "Les juges condamnent le maire Farget à Brénac"),
    ("Incertitude sur l'entraîneur Morin à Kolbi", "Les dirigeants de Kolbi limogent l'entraîneur Morin"),
    ("Ministro Serra sob suspeita em Kolbi", "Senadores cassam ministro Serra em Kolbi"),
    ("Banqueiro Krahl aguarda decisão em Kolbi", "Juízes inocentam banqueiro Krahl em Kolbi"),
    ("Ostaggio Dell in mano ai ribelli", "I ribelli rilasciano l'ostaggio Dell"),
    ("Trattato sul porto all'esame di Kolbi", "I deputati di Kolbi ratificano il trattato sul porto"),
    ("Acuerdo sobre el puerto de Kolbi en el aire", "Los ministros descartan el acuerdo sobre el puerto de Kolbi"),
    ("Ley del agua de Kolbi a debate", "Los diputados de Kolbi abolen la ley del agua"),
)


@pytest.mark.parametrize(("first", "then"), SEVERAL)
def test_what_several_do_is_told_as_what_one_does(first: str, then: str) -> None:
    """Lists held `detains` and `detained`: of 24 headlines such as `Police detain owner` 21 were silent."""
    verdicts = [decision.verdict for decision in decide((first, ""), (then, ""), hours=(0, 20))]
    assert verdicts == [Verdict.NEW_STORY, Verdict.UPDATE]


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("Vaccine to kill virus tested in Kolbi lab", "Kolbi lab worker killed by virus"),
        ("Kill Team in Kolbi gesucht", "Kill Team in Kolbi: Mann getötet"),
        ("Le joueur Brandt injure l'arbitre à Roubaix", "Le joueur Brandt blessé à Roubaix"),
        ("Liquidate le pensioni di Tarvos a Kolbi", "Tarvos in bancarotta a Kolbi"),
    ],
)
def test_what_several_do_is_a_word_of_no_other_language(first: str, then: str) -> None:
    """`kill`, `injure` and `liquidate` alone told of deaths, wounds and bankruptcy: what then happened was silent."""
    assert decide((first, ""), (then, ""), hours=(0, 20))[1].verdict is Verdict.UPDATE
