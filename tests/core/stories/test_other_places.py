"""Two events in the words of one: a name in the label, the tail or the text tells them apart, in any language."""

from __future__ import annotations

import pytest

from bot.model import Decision, Entry, OutletId, Verdict
from tests.core.stories.story_pairs import START, Desk


def second_of(*reports: tuple[str, str]) -> Decision:
    """What is decided about the last of reports (headline, text) of as many outlets."""
    desk = Desk()
    return [
        desk.take(Entry(title=title, summary=text, source=OutletId(f"outlet {number}"), seen_at=START))
        for number, (title, text) in enumerate(reports)
    ][-1]


OUTSIDE = {
    "fr": (
        "{} : un incendie fait trois morts",
        "Un incendie s'est déclaré à {}. Trois personnes sont mortes.",
        "Lyon",
        "Paris",
    ),
    "en": ("{} war: oil price jumps to record", "Oil jumped to a record as the war in {} spread.", "Gaza", "Iran"),
    "en, a place": ("{}: quake kills three people", "Three people died when a quake struck {}.", "Kelmore", "Tessaly"),
    "en, a tail": (
        "Fire kills three people in flat | {}",
        "A fire in a flat in {} killed three people.",
        "Leeds",
        "Derby",
    ),
    "fr, a tail": (
        "Un incendie fait trois morts - {}",
        "Un incendie a fait trois morts à {} cette nuit.",
        "Lyon",
        "Paris",
    ),
    "de": (
        "{}: Brand fordert drei Tote",
        "Bei einem Brand in {} sind drei Menschen ums Leben gekommen.",
        "Kiel",
        "Jena",
    ),
    "es": ("{}: un incendio deja tres muertos", "Un incendio en {} deja tres muertos esta noche.", "Murcia", "Oviedo"),
    "ru": ("{}: при пожаре погибли трое", "Пожар в городе {}: погибли три человека.", "Тверь", "Псков"),
    "zh": ("{}：火灾造成三人死亡", "{}一处居民楼发生火灾，造成三人死亡。", "上海", "北京"),
    "ja": ("{}：住宅火災で三人死亡", "{}で住宅火災があり、三人が死亡した。", "大阪", "札幌"),
    "ar": ("{}: مصرع ثلاثة في حريق", "لقي ثلاثة أشخاص مصرعهم في حريق في {} مساء اليوم.", "طرابلس", "بنغازي"),
}


@pytest.mark.parametrize(("title", "text", "here", "there"), OUTSIDE.values(), ids=OUTSIDE)
def test_a_label_or_tail_that_the_text_says_too_is_where_it_happened(
    title: str, text: str, here: str, there: str
) -> None:
    decision = second_of(*((title.format(place), text.format(place)) for place in (here, there)))
    assert decision.verdict == Verdict.NEW_STORY, decision.reason


INSIDE = {
    "en": (
        "School bus overturns on icy road",
        "A school bus overturned on an icy road near {} on Monday. Nobody was hurt.",
    ),
    "de": ("Stromausfall trifft Tausende", "Ein Stromausfall hat am Montag im Raum {} Tausende Haushalte getroffen."),
    "fr": (
        "Un car scolaire se renverse",
        "Un car scolaire s'est renversé lundi matin près de {} sur une route verglacée.",
    ),
    "es": (
        "Vuelca un autobús escolar",
        "Un autobús escolar volcó el lunes por la mañana cerca de {} en una carretera helada.",
    ),
    "it": ("Scuolabus si ribalta", "Uno scuolabus si è ribaltato lunedì mattina vicino a {} su una strada ghiacciata."),
    "pl": (
        "Autobus szkolny w rowie",
        "Autobus szkolny wpadł w poniedziałek rano do rowu koło miasta {} na oblodzonej drodze.",
    ),
    "ru": (
        "Перевернулся школьный автобус",
        "Школьный автобус перевернулся в понедельник утром под городом {} на обледеневшей дороге.",
    ),
    "ar": ("انقلاب حافلة مدرسية", "انقلبت حافلة مدرسية صباح الاثنين قرب {} على طريق جليدي ولم يصب أحد بأذى."),
    "hi": ("स्कूल बस पलटी", "सोमवार सुबह बर्फीली सड़क पर एक स्कूल बस {} के पास पलट गई और कोई घायल नहीं हुआ।"),
    "zh": ("校车翻车", "周一上午一辆载有学生的汽车在{}郊区结冰道路上侧翻，所幸无人受伤。"),
    "ja": ("スクールバス横転", "月曜日の朝、児童を乗せた車両が{}近郊の凍結した道路で転倒したが、負傷者はいなかった。"),
    "th": ("รถโรงเรียนพลิกคว่ำ", "เช้าวันจันทร์ รถรับส่งนักเรียนพลิกคว่ำใกล้{}บนถนนที่มีน้ำแข็ง ไม่มีผู้ได้รับบาดเจ็บ"),
}
NAMES = {
    "ru": ("Тверь", "Псков"),
    "ar": ("طرابلس", "بنغازي"),
    "hi": ("कानपुर", "जयपुर"),
    "zh": ("上海", "北京"),
    "ja": ("大阪", "札幌"),
    "th": ("เชียงใหม่", "ขอนแก่น"),
}


@pytest.mark.parametrize("lang", INSIDE)
def test_a_name_in_the_place_of_another_in_the_first_sentence_is_another_event(lang: str) -> None:
    title, text = INSIDE[lang]
    decision = second_of(*((title, text.format(name)) for name in NAMES.get(lang, ("Kelmore", "Tessaly"))))
    assert decision.verdict == Verdict.NEW_STORY, decision.reason
    assert "where the other has another name" in decision.reason


WEATHER = "Oil prices fell on Monday after weak data from China, traders said, ending a run of five days."
FIRE = "A fire broke out on Monday in a warehouse near {} and burned through the night, officials said."


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"LONDON (Reuters) - {WEATHER}", f"London (AFP) - {WEATHER}"),
        (f"By Jane Brandt {WEATHER}", f"By Carla Doe {WEATHER}"),
        (FIRE.format("Kelmore"), FIRE.format("Kelmoor")),
        (FIRE.format("Kelmore"), FIRE.format("Kelmore") + " Tessaly is ten miles away."),
        (FIRE.format("Kelmore"), FIRE.format("Tessaly") + " Kelmore is ten miles away."),
        (FIRE.format("Kelmore"), FIRE.format("town")),
    ],
    ids=["a dateline", "a byline", "a spelling", "one more name", "both say the name", "no name"],
)
def test_what_is_no_other_name_is_one_event(before: str, after: str) -> None:
    decision = second_of(("Markets and fires on Monday night", before), ("Markets and fires on Monday night", after))
    assert decision.story == 1, decision.reason


@pytest.mark.parametrize("label", ["Reuters: ", "Live: ", ""])
def test_a_label_that_says_who_reports_it_tells_nothing_apart(label: str) -> None:
    title, text = (
        "quake kills three people in Kelmore",
        "Three people died when a quake struck Kelmore, officials said.",
    )
    decision = second_of((f"Kelmore: {title}", text), (label + title, text))
    assert decision.story == 1, decision.reason


OTHER_TEXTS = {
    "en, a man jailed": (
        "Man jailed for burglary // {}, was jailed for three years at Manchester Crown Court on Tuesday"
        " after admitting two counts of burglary.",
        ("Kyle Marsh, 31, of Gorton",),
        ("Liam Poole, 27, of Salford",),
    ),
    "en, an appointment": (
        "New chief for hospital trust // {} Hospital Trust has appointed {} as its new chief executive. The new chief"
        " joins from the regional health board and will take up the post in May.",
        ("Marlow", "Jane Cole"),
        ("Tarrow", "Peter Finn"),
    ),
    "en, cleared, convicted": (
        "Court {} Delmar of fraud // A court in Porvel has {} former finance minister Tomas Delmar of fraud. The judge"
        " said prosecutors had {} that he knew of the payments. Delmar, 61, had always denied wrongdoing.",
        ("clears", "cleared", "failed to prove"),
        ("convicts", "convicted", "proved"),
    ),
    "de, a denial in an article's place": (
        "Landgericht {} // Das Landgericht Kassel hat {}. Die Richter sahen {} Pflichtverletzung. Der Kläger hatte"
        " 2,3 Millionen Euro Schadenersatz verlangt.",
        ("weist Klage gegen Norrtek ab", "die Klage eines Anlegers gegen die Norrtek AG abgewiesen", "keine"),
        ("gibt Klage gegen Norrtek statt", "der Klage eines Anlegers gegen die Norrtek AG stattgegeben", "eine"),
    ),
    "fr, acquitted, convicted": (
        "Le tribunal {} le maire de Fréjus // Le tribunal correctionnel de Toulon a {} mardi le maire de Fréjus,"
        " poursuivi pour prise illégale d'intérêts. Le parquet avait requis un an de prison avec sursis.",
        ("relaxe", "relaxé"),
        ("condamne", "condamné"),
    ),
    "tr, places at the beginning": (
        "Trafik kazası: 2 ölü // {} ilçesinde otomobil ile kamyonun çarpışması sonucu iki kişi hayatını kaybetti."
        " Yaralılar hastaneye kaldırıldı. Kazayla ilgili soruşturma başlatıldı.",
        ("Bursa'nın Gemlik",),
        ("Konya'nın Ereğli",),
    ),
    "ja, a figure under the same headline": (
        "詐欺容疑で男を逮捕 // 高齢{}から現金{}万円をだまし取ったとして、{}署は2日、詐欺の疑いで{})を逮捕した。"
        "男は容疑を認めているという。",
        ("女性", "300", "瀬野", "無職の男(24"),
        ("男性", "450", "浜原", "会社員の男(31"),
    ),
    "el, an article before a name": (
        "Τροχαίο με έναν νεκρό {0} // Ένας {1} έχασε τη ζωή του σε τροχαίο {0} το βράδυ της Δευτέρας. Τα αίτια"
        " διερευνά η Τροχαία. Ο άτυχος μεταφέρθηκε στο νοσοκομείο.",
        ("στη Λάρισα", "23χρονος μοτοσικλετιστής"),
        ("στον Βόλο", "41χρονος οδηγός"),
    ),
}


@pytest.mark.parametrize(("form", "one", "other"), OTHER_TEXTS.values(), ids=OTHER_TEXTS)
@pytest.mark.parametrize("turned", [False, True])
def test_the_text_of_another_event_in_the_same_form_is_told(
    form: str, one: tuple[str, ...], other: tuple[str, ...], *, turned: bool
) -> None:
    title, _, text = form.partition(" // ")
    count = title.count("{}")

    def report(words: tuple[str, ...]) -> tuple[str, str]:
        return title.format(*words), text.format(*words[count:])

    decision = second_of(*map(report, (other, one) if turned else (one, other)))
    assert decision.verdict in {Verdict.NEW_STORY, Verdict.UPDATE}, decision.reason


DATELINES = {
    "one place, two agencies": ("KOLBI, June 3 (Reuters) - ", "KOLBI, June 3 (AP) - "),
    "two places, two agencies": ("Lima, 3 jun (EFE).- ", "Toluma, 3 jun (AFP).- "),
    "a state with full stops": ("RALEIGH, N.C. (AP) — ", "RALEIGH, N.C., Jan. 5 (UPI) -- "),
    "the agency first": ("(ANSA) - ROMA, 03 GIU - ", "(AGI) - Roma, 3 giu. - "),
    "places in capitals": ("МОСКВА, 3 июн — РИА Новости. ", "МИНСК, 3 июн /ТАСС/. "),
    "hi": ("मुंबई, 3 जून (भाषा) - ", "मुंबई, 3 जून (रॉयटर्स) - "),
}


@pytest.mark.parametrize("datelines", DATELINES.values(), ids=DATELINES)
def test_agencies_that_begin_one_text_with_their_datelines_tell_one_event(datelines: tuple[str, str]) -> None:
    title, text = "Bridge collapse in Kolbi kills nine", "A bridge in Kolbi collapsed on Tuesday, killing nine people."
    decision = second_of(*[(title, f"{dateline}{text} Rescuers were searching the river.") for dateline in datelines])
    assert decision.verdict in {Verdict.NEAR_DUPLICATE, Verdict.SAME_STORY}, decision.reason


@pytest.mark.parametrize("dateline", ["{0} — ", "{0}, England (AP) — "])
def test_a_place_behind_a_dateline_tells_two_events(dateline: str) -> None:
    text = dateline + "A school bus overturned near {1} on Monday, injuring nine children, police said."
    decision = second_of(
        *[("School bus overturns", text.format(*places)) for places in (("DERBY", "Belper"), ("LEEDS", "Otley"))]
    )
    assert decision.verdict is Verdict.NEW_STORY, decision.reason


@pytest.mark.parametrize(
    ("before", "after"),
    [("near Belper on Monday - ", "near Otley on Monday - "), ("of Belper, 3 (31) - ", "of Otley, 3 (27) - ")],
)
def test_a_dash_inside_a_sentence_ends_no_dateline(before: str, after: str) -> None:
    text = "A school bus overturned {}injuring nine children on their way home from a match, police said."
    decision = second_of(*[("School bus overturns", text.format(where)) for where in (before, after)])
    assert decision.verdict in {Verdict.NEW_STORY, Verdict.UPDATE}, decision.reason
