"""HTML to zones, and words to forms."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.text.apostrophes import mark_apostrophes
from bot.core.text.folding import fold
from bot.core.text.html import one_line, paragraphs
from bot.core.text.reading import (
    MAX_ZONE,
    boilerplate_lines,
    cut_notice,
    cut_zones,
    read_entry,
)
from bot.core.text.sentences import sentence_starts
from bot.core.text.terms import TextTerms
from bot.core.text.words import holds_term, read_run, runs_of
from bot.core.text.zones import compile_promo
from bot.errors import QueryError
from bot.model import ZONES
from tests.builders import entry


def test_a_title_only_decodes_entities() -> None:
    assert one_line(" AT&amp;T  <b>wins</b>\n") == "AT&T <b>wins</b>"


ZONED = {
    "a promo line": ("<p>Text.</p><p>More news: X wins</p><p>More.</p>", "Text.\n\nMore.", "", "More news: X wins"),
    "read more": ("Text.\n\nRead more: X wins", "Text.", "", "Read more: X wins"),
    "a list below its heading": (
        "<p>Text.</p><h3>Related Articles</h3><ul><li>X wins.</li><li>Y wins</li></ul><p>The end.</p>",
        "Text.\n\nThe end.",
        "",
        "Related Articles\n\nX wins.\n\nY wins",
    ),
    "headlines below a heading": (
        "Text.\n\nRelated Articles\nX visits Rome\nY wins in Peru\n\nThe text goes on.",
        "Text.\n\nThe text goes on.",
        "",
        "Related Articles\n\nX visits Rome\n\nY wins in Peru",
    ),
    "a list behind a label": (
        "Text.\n\nSee also:\n- X visits\n- Y wins\n\nGoes on",
        "Text.\n\nGoes on",
        "",
        "See also:\n\n- X visits\n\n- Y wins",
    ),
    "a sentence that begins so": (
        "More news is expected from Rome today.",
        "More news is expected from Rome today.",
        "",
        "",
    ),
    "another sentence that begins so": ("Read more than one paper.", "Read more than one paper.", "", ""),
    "WordPress": ("<p>Text.</p><p>The post X first appeared on Y.</p>", "Text.", "", "The post X first appeared on Y."),
    "file photo": ("FILE PHOTO: A logo.\n\nText.", "Text.", "FILE PHOTO: A logo.", ""),
    "photo credit": ("<p>Text.</p><p>Photo: Jane Doe/Getty Images</p>", "Text.", "Photo: Jane Doe/Getty Images", ""),
    "credit at the end": (
        "Text.\n\nA logo is seen. REUTERS/Jane Doe",
        "Text.\n\nA logo is seen.",
        "REUTERS/Jane Doe",
        "",
    ),
    "agency in brackets": ("(AP Photo/Jane Doe)\n\nText.", "Text.", "(AP Photo/Jane Doe)", ""),
    "figcaption": ("<figure><img><figcaption>A logo</figcaption></figure><p>Text.</p>", "Text.", "A logo", ""),
    "a bank is no credit": ("Credit Suisse fell.", "Credit Suisse fell.", "", ""),
    "a dateline is no credit": ("LONDON (Reuters) - Text.", "LONDON (Reuters) - Text.", "", ""),
    "its own headline": ("<h1>Huawei wins!</h1><p>Text.</p>", "Text.", "", ""),
    "its own headline behind a caption": ("FILE PHOTO: x\n\nHuawei wins\n\nText.", "Text.", "FILE PHOTO: x", ""),
    "its headline again, later": ("Text.\n\nHuawei wins", "Text.\n\nHuawei wins", "", ""),
}


@pytest.mark.parametrize(("body", "text", "caption", "promo"), ZONED.values(), ids=ZONED)
def test_lines_go_where_they_belong(body: str, text: str, caption: str, promo: str) -> None:
    reading = read_entry(entry(body=body))
    assert (reading.body, reading.caption, reading.promo) == (text, caption, promo)


def test_promo_patterns_of_the_rules_file_and_learnt_lines() -> None:
    story = entry(summary="From our partners: X\n\nText.", body="Text.\n\nJoin the club today!")
    assert read_entry(story, compile_promo(("^from our partners",))).promo == "From our partners: X"
    learnt = boilerplate_lines(read_entry(story))
    assert learnt == ("from our partners x", "text", "join the club today")
    reading = read_entry(story, learnt=frozenset({"join the club today"}))
    assert (reading.body, reading.promo) == ("Text.", "Join the club today!")


def test_a_bad_promo_pattern_is_told() -> None:
    with pytest.raises(QueryError, match="RE2"):
        compile_promo(("^ok", "(x"))


FORMS = {
    "U.S.": ["us"],
    "U.S.-China": ["us", "china", "uschina"],
    "J.P.Morgan": ["jp", "morgan", "jpmorgan"],
    "5-G": ["5", "g", "5g"],
    "AT&T": ["at", "t", "at&t"],
    "AT&T-owned": ["at", "t", "owned", "at&towned", "at&t"],
    "5.25": ["5", "25", "5.25"],
    "5.25-5.50": ["5", "25", "5", "50", "5.255.50", "5.25", "5.50"],
    "24/7": ["24", "7", "24/7"],
    "and/or": ["and", "or", "andor"],
    "post-COVID-19": ["post", "covid", "19", "postcovid19", "postcovid", "covid19"],
    "Huawei’s": ["huawei"],
    "O’Brien": ["obrien"],
    "D'Angelo": ["dangelo"],
    "D’ANGELO": ["dangelo"],
    "l'Iran": ["liran", "iran"],
    "L'Iran": ["liran", "iran"],
    "d’Orbrecht": ["dorbrecht", "orbrecht"],
    "qu'Apple": ["quapple", "apple"],
    "dell’Ucraina": ["dellucraina", "ucraina"],
    "l'École": ["lecole", "ecole"],
    "NATO'ya": ["natoya", "nato"],
    "Türkiye’nin": ["turkiyenin", "turkiye"],
    "ISPARTA'DA": ["ispartada", "isparta"],
    "Orbrecht'in": ["orbrechtin", "orbrecht"],
    "Renault'in": ["renaultin", "in", "renault"],
    "Orbrecht'll": ["orbrechtll", "orbrecht"],
    "they've": ["theyve", "they"],
    "don't": ["dont"],
    "o'clock": ["oclock"],
    "Xi'an": ["xian"],
    "rock'n'roll": ["rocknroll"],
    "Hawaiʻi": ["hawaii"],
    "Orbrechtʼs": ["orbrecht"],
    "AB'ye": ["abye", "ye", "ab"],
    "Ankara'dakilerin": ["ankaradakilerin", "ankara"],
    "Dell'agricoltura": ["dellagricoltura", "agricoltura"],
    "O´Brien": ["obrien"],
    "Huawei¹": ["huawei1", "huawei"],
    "COVID-19¹": ["covid", "191", "covid191", "covid19"],
    "10⁶": ["106"],
    "DİYARBAKIR'DA": ["diyarbakirda", "diyarbakir"],
    "2024–25": ["2024", "25", "202425"],
    "COVID−19": ["covid", "19", "covid19"],
    "Երևան": ["երեվան"],
    "ԵՐԵՎԱՆ": ["երեվան"],
    "Paral·lel": ["paral", "lel", "parallel"],
    'ארה"ב': ["ארה", "ב", "ארהב"],
    "كِتاب": ["كتاب"],
    "مُحَمَّد": ["محمد"],
    "الصيـــن": ["الصين"],
    "إيران": ["ايران"],
    "ایران": ["ايران"],
    "السيسى": ["السيسي"],
    "والسيسى": ["والسيسي", "السيسي"],
    "وعلى": ["وعلى", "على"],
    "مؤتمر": ["مؤتمر"],
    "می‌خواهد": ["ميخواهد"],
    "הַשָּׁמַיִם": ["השמים", "שמים"],
    "بالسعودية": ["بالسعودية", "السعودية"],
    "وللسعودية": ["وللسعودية", "للسعودية", "لسعودية", "السعودية"],
    "وطن": ["وطن"],
    "وحزب": ["وحزب", "حزب"],
    "בעזה": ["בעזה", "עזה"],
    "מספר": ["מספר"],
    'בצה"ל': ["בצה", "ל", "בצהל", "צהל"],
    "מכתב": ["מכתב"],
    "תל־אביב": ["תל", "אביב", "תלאביב"],
    "Пу́тин": ["путин"],
    "йод": ["йод"],
    "Са\u0311д": ["сад"],
    "١٢٣": ["123"],
    "กรุงเทพ": ["กรุงเทพ"],
    "ภาษาThai": ["ภาษา", "thai"],
    "रोज़": ["रोज़"],
    "won't": ["wont"],
    "Citroe\u0308n": ["citroen"],
    "Straße": ["strasse"],
    "İstanbul": ["istanbul"],
    "ﬁnance": ["finance"],
    "łódź": ["lodz"],
    "Ёлкий": ["елкий"],
    "Ζεύς": ["ζευσ"],
    "हिन्दी": ["हिन्दी"],
    "华为5G网络": ["华为", "5g", "网络"],
    "ﾌｧｰｳｪｲの": ["ファーウェイの"],
    "삼성전자가": ["삼성전자가"],
}


@pytest.mark.parametrize(("text", "forms"), FORMS.items(), ids=FORMS)
def test_a_run_is_its_parts_and_its_joined_forms(text: str, forms: list[str]) -> None:
    (run,) = runs_of(text)
    assert [form.form for form in read_run(run).forms] == forms


@pytest.mark.parametrize(
    ("text", "form", "holds"),
    [
        ("CVE-2024-3094-PoC", "cve20243094", True),
        ("xz-CVE-2024-3094", "cve20243094", True),
        ("CVE-2024-3094/3095", "cve20243094", True),
        ("CVE-2024-1/CVE-2024-2/CVE-2024-3", "cve20242", True),
        ("exploits/CVE-2024-3094.py", "cve20243094", True),
        ("CVE-2024-30940-PoC", "cve20243094", False),
        ("F-16/18", "f16", True),
        ("F-16/F-35/A-10/B-2", "a10", True),
        ("Boeing-737-800", "737800", True),
        ("2024-25-Budget", "202425", True),
        ("2024-11-29-Budget", "1129", False),
        ("2024-11-29", "202411", False),
        ("log4j-core-2.17.1.jar", "2.17.1", True),
        ("release/v2.17.1", "2.17.1", True),
        ("24/7-Betrieb", "24/7", True),
        ("www.news.example", "newsexample", True),
        ("shop.news.example", "newsexample", True),
        ("3.0.7.example", "0.7example", False),
    ],
)
def test_a_long_run_holds_the_names_in_it_and_no_part_of_a_row_of_figures(text: str, form: str, holds: bool) -> None:
    (run,) = runs_of(text)
    assert (form in [found.form for found in read_run(run).forms]) is holds


@pytest.mark.parametrize(
    "text",
    [
        "L'Iran d'Orbrecht",
        "D'Angelo",
        "NATO'ya ISPARTA'DA",
        "Renault'in don't they've",
        "Dell'Arte l'Union",
        "Xi'an",
        "İSTANBUL'DA AB'ye",
    ],
)
def test_lower_case_keeps_what_an_apostrophe_is(text: str) -> None:
    """The quick look at a text reads it in lower case; both readings are one."""
    forms = {form.form for run in runs_of(text) for form in read_run(run).forms}
    marked = mark_apostrophes(text)
    assert len(marked) == len(text)
    assert {form.form for run in runs_of(marked.lower()) for form in read_run(run).forms} == forms
    assert TextTerms(text).terms == forms


@pytest.mark.parametrize(
    ("run", "term", "at"),
    [
        ("한국전쟁이란", "이란", -1),
        ("이란핵", "이란", 0),
        ("美이란", "이란", 1),
        ("华为网络", "网络", 2),
        ("x", "y", -1),
    ],
)
def test_where_a_term_stands_in_a_run_without_spaces(run: str, term: str, at: int) -> None:
    assert holds_term(run, term) == at


SENTENCES = {
    "plain": ["He left. ", "She stayed."],
    "marks": ["They met Huawei! ", "Iran denies it? ", "Yes."],
    "small letters go on": ["Huawei Technologies Co. said it would leave."],
    "titles": ["Mr. Smith met Dr. Jones on Jan. 5."],
    "acronyms": ["In January, U.S. prosecutors met the U.S. Senate."],
    "an acronym at the end": ["He left the U.S. ", "The firm stayed."],
    "initials": ["J. K. Rowling wrote."],
    "initials that number pages": ["Mr. J. P. Smith read it. ", "See p. 5 of it."],
    "numbers": ["It rose 5.25% to No. 5 in 2019. ", "Orbrecht pays 3 Mio. Euro. ", "It hit 5 m. ", "5G is next."],
    "quotes": ["“Go.” ", "« Non ! », dit-il. ", "« Oui. » ", "Il part. ", "„Nein.“ ", "Er ging. ", "»Ja!«, sagte er."],
    "Chinese": ["华为赢了。", "伊朗否认。"],
    "German": ["Er lieferte am 3. März z. B. nach Iran und nicht mehr. ", "Das war 1999. ", "Die Firma schweigt."],
    "Spanish": ["En la ciudad la Sra. Quist viajó a Lima. ", "El viaje fue largo."],
    "no vowel": ["Orbrecht bzw. Wexcombe, tzv. Quist. ", "Ende."],
    "Spanish plurals": ["La empresa de la ciudad vendió a los EE. UU. y no a la Sra. Quist."],
    "Russian": ["Компания из г. Москва продала это. ", "Иран молчит."],
    "French": ["Le chef de la maison, M. Durand, et Mme. Petit sont là. ", "Il pleut."],
    "Hindi": ["अनीता ने कहा। ", "ईरान ने मना किया।"],
    "Greek": ["Πού είναι η Ελλάδα; ", "Το Ιράν απαντά."],
    "Armenian": ["Գնաց Երևան։ ", "Իրան գոհ է։"],
    "Amharic": ["አዲስ አበባ። ", "ኢራን።"],
    "Burmese": ["ရန်ကုန်သွားသည်။ ", "အီရန်ကပြောသည်။"],
    "Khmer": ["ភ្នំពេញ។ ", "អ៊ីរ៉ង់។"],
    "English numbers end": ["He came third of 30. ", "The others left."],
    "paragraphs": ["no stop\n\n", "Here."],
}


@pytest.mark.parametrize("sentences", SENTENCES.values(), ids=SENTENCES)
def test_where_sentences_begin(sentences: list[str]) -> None:
    starts, at = [], 0
    for sentence in sentences:
        starts.append(at)
        at += len(sentence)
    assert sentence_starts("".join(sentences)) == starts


@settings(deadline=None)
@given(st.text(), st.text(alphabet="<>ab/!-\"'= \n&;pbr"))
def test_reading_never_fails_and_leaves_nothing_invisible(title: str, body: str) -> None:
    reading = read_entry(entry(title, body, body))
    for zone in ZONES:
        text = reading.zone(zone)
        assert text == text.strip()
        assert "\x00" not in text
        text.encode()


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    "body",
    [
        "<a " * 300_000,
        '<a href="' * 300_000 + ">",
        "<!--" * 300_000,
        "<script>" * 300_000,
        "<br>\n" * 100_000,
        "&" * 1_000_000,
        "<div>" * 500 + "x" + "</div>" * 500,
        "a-" * 300_000,
        "more " * 200_000,
        "\x00" * 1_000_000,
        "\n" * 1_000_000,
        "photo:" * 200_000,
    ],
    ids=range(12),
)
def test_hostile_bodies_are_read(body: str) -> None:
    assert read_entry(entry(body=body)).title == "Huawei wins"


def test_a_zone_is_read_as_far_as_a_long_novel_and_that_is_told() -> None:
    long = "word " * (MAX_ZONE // 5 + 1000)
    reading = read_entry(entry("t", summary=long, body=long + "needle"))
    assert len(reading.body) == MAX_ZONE
    assert reading.body.endswith("…")
    assert cut_zones(reading) == ("summary", "body")
    assert cut_notice(reading) == "summary and body longer than 500,000 characters: the rest was not read"


def test_a_text_that_just_fits_is_not_cut() -> None:
    reading = read_entry(entry("t", body="x" * MAX_ZONE))
    assert (len(reading.body), cut_zones(reading), cut_notice(reading)) == (MAX_ZONE, (), "")


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("<p>Huawei<sup>TM</sup> wins</p>", "Huawei TM wins"),
        ('<p>Huawei<sup><a href="#f1">1</a></sup> wins</p>', "Huawei 1 wins"),
        ("<p>Huawei<sup>1, 2</sup> wins</p>", "Huawei 1, 2 wins"),
        ("<p>HUAWEI<SUP>[a]</SUP> wins, Huawei<SUP>R</SUP> wins</p>", "HUAWEI [a] wins, Huawei R wins"),
        ("<p>XVIII<sup>e</sup>, XVIII<sup>E</sup> siècle</p>", "XVIIIe, XVIIIE siècle"),
        ("<p>XXIII<sup>RD</sup>, Prof<sup>a</sup>, ESTA<sup>A</sup></p>", "XXIIIRD, Profa, ESTAA"),
        (
            "<p>Louis XVIII<sup>1</sup>, XVIII<sup>ème</sup>, HUAWEI<sup>TM</sup></p>",
            "Louis XVIII 1, XVIIIème, HUAWEI TM",
        ),
        ("<p>M<sup>me</sup> Dupont, 100 m<sup>2</sup>, CO<sub>2</sub></p>", "Mme Dupont, 100 m2, CO2"),
        ("<p>Ask</p><select name=c><option>Iran<option>Iraq</select><p>us</p>", "Ask\n\nus"),
        ("<p>Ask</p><select><option>no end<p>Huawei wins", "Ask\n\nno end\n\nHuawei wins"),
    ],
)
def test_what_stands_above_a_word_and_what_a_form_offers(written: str, text: str) -> None:
    assert "\n\n".join(line.text for part in paragraphs(written) for line in part) == text
