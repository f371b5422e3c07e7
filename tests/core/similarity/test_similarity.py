"""Texts as they are compared: tokens, headlines that are one or two, sketches."""

from __future__ import annotations

from itertools import cycle, product
from zlib import crc32

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.core.similarity.changes import changes_in, kinds_in, languages_of
from bot.core.similarity.duplicates import Lead, copy_of
from bot.core.similarity.folding import stem
from bot.core.similarity.headlines import read_headline
from bot.core.similarity.numerals import number_value
from bot.core.similarity.sketch import (
    NO_OVERLAP,
    Overlap,
    opened,
    overlap,
    says,
    sketch,
    unit_key,
    unit_keys,
    vocabulary,
)
from bot.core.similarity.titles import is_same_headline
from bot.core.similarity.tokens import CHARACTER, UNSAID, is_common, read_tokens, text_tokens, units

TOKENS = {
    "words": ("Mayor opens bridge", "mayor opens bridge"),
    "accents": ("Citroën à Paris", "citroen a paris"),
    "quotes": ("Mayor: ‘We’ll stay’", "mayor we ll stay"),
    "possessive": ("Arvenia’s bank", "arvenia bank"),
    "denial": ("He won’t run", "he wont run"),
    "elision": ("L'Arvénie et l'Iran", "l arvenie et l iran"),
    "thousands": ("1,200 jobs", "#1200 jobs"),
    "thousands in German": ("1.200 Stellen", "#1200 stellen"),
    "thousands in French": ("1\u202f200 emplois", "#1200 emplois"),
    "millions": ("2.5 million jobs", "#2500000 jobs"),
    "milliards": ("2,4 Mrd. Euro", "#2400000000 euro"),
    "in words": ("two million homes, five hundred thousand people", "#2000000 homes #500000 people"),
    "half of it": ("Half a million homes, eine halbe Million", "#500000 homes eine #500000"),
    "demi": ("un demi-million d'euros", "un #500000 d euros"),
    "डेढ़ लाख": ("डेढ़ लाख लोग", "#150000 लोग"),
    "no figure": ("millions of people, the million-dollar man", "millions of people the million dollar man"),
    "billions, glued": ("$1.2bn loss", "#1200000000 loss"),
    "Spanish thousands": ("26 mil euros", "#26000 euros"),
    "Portuguese thousands": ("26 mil pessoas", "#26000 pessoas"),
    "Czech millions, cut short": ("26 mil. korun", "#26000000 korun"),
    "Romanian millions, cut short": ("2,5 mil. lei", "#2500000 lei"),
    "a scale with its stop": ("2,4 Mrd. Euro", "#2400000000 euro"),
    "Russian scale": ("2,4 млрд рублей", "#2400000000 рублеи"),
    "Arabic digits": ("٩ قتلى", "#9 قتلي"),
    "Devanagari digits": ("१२ लाख लोग", "#1200000 लोग"),
    "Chinese scale": ("3万人避难", "#30000 人 避 难"),
    "number words": ("Seven dead, drei Tote, trois morts", "#7 dead #3 tote #3 morts"),
    "no number of another language": ("Mayor on Ni", "mayor on ni"),
    "ten thousands and more": ("3万5000人避难", "#35000 人 避 难"),
    "two scales and a sum": ("1兆2000億円", "#1200000000000 円"),
    "a share behind a scale": ("1億5%増", "#100000000 #5 増"),
    "Indian scales": ("Rs 1.5 lakh crore", "rs #1500000000000"),
    "a currency's letters": ("Rp1,5 miliar", "rp #1500000000"),
    "two scale words": ("50 mil millones", "#50000000000"),
    "a fraction": ("3½ million, ½ and ¼", "#3500000 #0.5 and #0.25"),
    "tens and ones": ("Twenty-one of thirty five", "#21 of #35"),
    "dozens": ("two dozen", "#24"),
    "a letter behind an amount": ("$2.4B and 1,2 M€", "#2400000000 and #1200000"),
    "a letter that is no scale": ("waves of 5 m at Block 4 B, gate 12B", "waves of #5 m at block #4 b gate 12b"),
    "a letter behind money": ("$5 m, USD 5 m, € 2B, 200 k€", "#5000000 usd #5000000 #2000000000 #200000"),
    "a fraction of thousands": ("1000½ and 3,000½", "#1000.5 and #3000.5"),
    "a scale of scales": ("3조5천억 투자", "#3500000000000 투 자"),
    "a number where its language speaks": (
        "Lima orang tewas dalam banjir di Lindo",
        "#5 orang tewas dalam banjir di lindo",
    ),
    "a number that is a name elsewhere": ("Incendio en Lima deja heridos", "incendio en lima deja heridos"),
    "figures over a space": ("at 1 000 000 of 2.4 billion, a 2 - 1 win", "at #1000000 of #2400000000 a 2-1 win"),
    "figures behind a word that holds a later one": ("Stone age, three of 5G and 5", "stone age #3 of 5g and #5"),
    "score": ("Rovers 2–1 United", "rovers 2-1 united"),
    "version": ("Orchard OS 7.1.2", "orchard os 7.1.2"),
    "identifiers": ("CVE-2026-1001 in C-101/26 and 2026/1501", "cve-2026-1001 in c-101/26 and 2026/1501"),
    "name with a digit": ("5G and 128GB for X200", "5g and 128gb for x200"),
    "katakana": ("オルブレヒトが値上げ", "オルブレヒト が 値 上 け"),
}


@pytest.mark.parametrize(("text", "forms"), TOKENS.values(), ids=TOKENS)
def test_tokens(text: str, forms: str) -> None:
    assert [token.form.replace("げ", "け") for token in read_tokens(text)] == forms.split()


@pytest.mark.parametrize(
    ("raw", "scale", "value"),
    [
        ("1,200", 0, "1200"),
        ("1.200,50", 0, "1200.5"),
        ("1,200.50", 0, "1200.5"),
        ("0.125", 0, "0.125"),
        ("1.125", 6, "1125000"),
        ("1.500", 6, "1500000000"),  # Spanish thousands: nobody writes a zero at a fraction's end
        ("2,400", 6, "2400000000"),
        ("12,34,567", 0, "1234567"),
        ("2.10", 0, "2.1"),
    ],
)
def test_number_value(raw: str, scale: int, value: str) -> None:
    assert number_value(raw, scale) == value


def test_units_of_characters_are_pairs_without_particles() -> None:
    assert list(units(read_tokens("東京の株価、上昇"))) == ["東京", "株価", "価上", "上昇"]


@pytest.mark.parametrize("words", ["Северстром Северстрома", "الوزير وزير", "recalled recalls", "miliardów miliardy"])
def test_one_word_one_stem(words: str) -> None:
    assert len({stem(token.form) for token in read_tokens(words)}) == 1


def test_two_figures_of_a_text_are_two_tokens() -> None:
    first, _, second = read_tokens("nine dead nine")
    assert first == second
    assert first is not second


@given(st.text(max_size=500))
def test_any_text_has_tokens_and_units(text: str) -> None:
    tokens = read_tokens(text)
    assert len(tokens) <= 60
    assert all(token.form and " " not in token.unit for token in tokens)
    assert all(unit and " " not in unit for unit in units(tokens))
    read_headline(text)


ONE_HEADLINE = {
    "en label": ("Council drops harbour toll after protest", "UPDATE 2-Council drops harbour toll after protest"),
    "en two labels": (
        "Council drops harbour toll after protest",
        "WATCH: BREAKING: Council drops harbour toll after protest",
    ),
    "en outlet": (
        "Council drops harbour toll after protest",
        "Council drops harbour toll after protest - Daily Courier",
    ),
    "en cut": ("Council drops harbour toll after protest by drivers", "Council drops harbour toll after pro…"),
    "en word dropped": ("Council drops harbour toll after long protest", "Council drops harbour toll after protest"),
    "en turned": ("Varno quake: 9 dead, dozens missing", "9 dead, dozens missing: Varno quake"),
    "en particle": ("Council drops harbour toll after protest", "Council drops harbour toll following protest"),
    "en label behind another": ("FIRE: Three dead in Varno", "Breaking: Fire: Three dead in Varno"),
    "en tail before another": ("Three dead in Varno | Far | Varno Post", "Three dead in Varno | Far"),
    "de label": ("Rat kippt Hafenmaut nach Protest", "Eilmeldung: Rat kippt Hafenmaut nach Protest"),
    "fr outlet": ("Le conseil renonce au péage du port", "Le conseil renonce au péage du port | L'Écho du Nord"),
    "es brackets": ("El consejo retira el peaje del puerto", "El consejo retira el peaje del puerto (vídeo)"),
    "pt label": (
        "Câmara retira pedágio do porto após protesto",
        "URGENTE: Câmara retira pedágio do porto após protesto",
    ),
    "ru outlet": ("Совет отменил портовый сбор после протеста", "Совет отменил портовый сбор после протеста — Вести"),
    "ru inflection": ("Совет отменил портовый сбор", "Совет отменила портовый сбор"),
    "ar label": ("المجلس يلغي رسوم الميناء بعد احتجاج", "عاجل | المجلس يلغي رسوم الميناء بعد احتجاج"),
    "hi label": ("परिषद ने बंदरगाह शुल्क हटाया", "ब्रेकिंग: परिषद ने बंदरगाह शुल्क हटाया"),
    "zh brackets": ("市议会取消港口收费", "【快讯】市议会取消港口收费"),
    "ja outlet": ("市議会、港の通行料を撤回", "市議会、港の通行料を撤回 - 山手タイムズ"),
    "figures": ("Orlan to invest 1.5 billion in plant", "Orlan to invest 1.5bn in plant"),
    "decoration": ("Council drops harbour toll", "🔥 Council drops harbour toll 🔥"),
}


@pytest.mark.parametrize(("one", "other"), ONE_HEADLINE.values(), ids=ONE_HEADLINE)
def test_one_headline(one: str, other: str) -> None:
    assert is_same_headline(read_headline(one), read_headline(other))


TWO_HEADLINES = {
    "en figure": ("Orlan recalls 40,000 vans", "Orlan recalls 310,000 vans"),
    "en figure said later": ("Ferry sinks off Lisk island", "Ferry sinks off Lisk island, 12 dead"),
    "en name": ("Orlan raises forecast after strong quarter", "Velm raises forecast after strong quarter"),
    "en denial": ("Minister will run for president", "Minister won't run for president"),
    "en order": ("Arvenia invades Norland", "Norland invades Arvenia"),
    "en name that begins alike": ("Flood warning for Marlow and the coast", "Flood warning for Marlon and the coast"),
    "en weekday": ("Harbour closed on Tuesday", "Harbour closed on Thursday"),
    "en opposite": ("Court upholds ban on party", "Court overturns ban on party"),
    "en version": ("Bug in Orchard OS 17.2 exposes photos", "Bug in Orchard OS 17.3 exposes photos"),
    "en outlets": ("Police probe knife attack - Hamburg", "Police probe knife attack - Berlin"),
    "en labels, of which one is a small word in Danish": ("FIRE: Three dead in Varno", "FLOOD: Three dead in Varno"),
    "en labels, of which one is a small word in German": (
        "WAR! Schools in Varno closed",
        "GALE! Schools in Varno closed",
    ),
    "en tails, of which one is a small word in Romanian": (
        "Harbour land in Varno - Sale",
        "Harbour land in Varno - Loss",
    ),
    "en letter": ("Hepatitis A outbreak in Varno", "Hepatitis B outbreak in Varno"),
    "sign": ("Mail of the eastern data centre 🔴", "Mail of the eastern data centre 🟢"),
    "sign at the beginning": ("✅ Build of the harbour app", "❌ Build of the harbour app"),
    "minus": ("Orlan shares -3% after report", "Orlan shares +3% after report"),
    "currency": ("Norland pays $3 million for ferry", "Norland pays €3 million for ferry"),
    "en explainer": ("Norland leaves pact", "Why Norland leaves the pact and what comes next"),
    "de number word": ("Drei Tote bei Unfall", "Neun Tote bei Unfall"),
    "de denial": ("Norland verbietet Handys an Schulen", "Norland verbietet Handys an Schulen nicht"),
    "fr direction": ("Le pétrole monte après l'accord", "Le pétrole baisse après l'accord"),
    "es confirms": ("La ministra confirma la reunión", "La ministra desmiente la reunión"),
    "pt place": ("Incêndio atinge mercado em Braga", "Incêndio atinge mercado em Faro"),
    "ru name": ("«Орлан» повысил прогноз на год", "«Вельм» повысил прогноз на год"),
    "ar weekday": ("إغلاق الميناء يوم الثلاثاء", "إغلاق الميناء يوم الأربعاء"),
    "hi figure": ("नाव हादसे में 9 की मौत", "नाव हादसे में 12 की मौत"),
    "zh number": ("大巴车祸致三人死亡", "大巴车祸致九人死亡"),
    "ja company": ("オルラン、通期予想を上方修正", "ヴェルム、通期予想を上方修正"),
}


@pytest.mark.parametrize(("one", "other"), TWO_HEADLINES.values(), ids=TWO_HEADLINES)
def test_two_headlines(one: str, other: str) -> None:
    left, right = read_headline(one), read_headline(other)
    assert not is_same_headline(left, right)
    assert not is_same_headline(right, left) or "said later" in one or left.whole[: len(right.whole)] == right.whole


@pytest.mark.parametrize(
    ("title", "word"),
    [
        ("Court halts sale of Orlan", "halts"),
        ("Минфин отменил сбор", "отменил сбор"),
        ("Le conseil annule la vente", "annule"),
        ("المحكمة تلغي البيع", "تلغي"),
        ("法院取消拍卖", "取消"),
    ],
)
def test_words_of_change(title: str, word: str) -> None:
    assert word in [change.raw for change in changes_in(read_headline(title).words)]


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Авиакомпания прекратила полёты", "halted"),  # `прекратила дело` is a phrase of another kind
        ("سقوط الحكومة في لانيا", "dismissed"),
        ("سقوط حكومة لانيا", "dismissed"),
        ("كمال ناصر يغادر مستشفى النور", "discharged"),  # the phrase is with the article
        ("नदी कांड की जाँच शुरू", "probed"),
        ("नदी कांड की जांच शुरू", "probed"),
    ],
)
def test_a_phrase_is_met_in_every_ending_and_spelling(title: str, kind: str) -> None:
    assert kind in {kind for change in changes_in(read_headline(title).words) for kind in change.kinds}


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Osk shelves tram plans as costs spiral", "cancelled"),
        ("Die Ministerin knickt im Streit um die Maut ein", "overturned"),
        ("Kino in Werra bleibt stehen", "overturned"),
        ("Valdor jette l'éponge sur le rachat de Mirabel", "cancelled"),
        ("Cae el Zorro de Teja", "arrested"),
        ("Пропавшие под Тальском туристы вышли к людям", "rescued"),
        ("风行航空宣布停飞全部航班", "halted"),
        ("遠星自動車と飛竜の交渉が決裂", "split"),
        ("سائقو الحافلات يعلقون إضرابهم", "resumed"),
        ("बैंक लुटेरा पुलिस के हत्थे चढ़ा", "arrested"),
    ],
)
def test_idioms_tell_a_change(title: str, kind: str) -> None:
    headline = read_headline(title)
    assert kind in {
        kind for change in changes_in(headline.words, languages_of(headline.whole)) for kind in change.kinds
    }


def test_a_letter_inside_a_word_makes_no_other_ending_of_it() -> None:
    assert not kinds_in(read_headline("Blas Otero, retrato de un exministro").words)  # `retraso` is a delay


LONG = " ".join(f"word{number} and thing{number * 7 % 83} were seen near place{number % 19}" for number in range(80))


def test_containment_finds_a_text_inside_another() -> None:
    whole = "Something else entirely was said before it all began. " + LONG + " The end of it."
    shared = overlap(opened(sketch(LONG)), sketch(whole))
    assert shared.share > 0.9
    assert shared.rests_on > 40
    assert overlap(opened(sketch(LONG)), sketch("x " * 400)).share == 0


def test_containment_of_a_short_text_in_a_long_one() -> None:
    part, whole = (sketch(text) for text in (" ".join(LONG.split()[:120]), LONG))
    shared = overlap(opened(part), whole)
    assert shared.share > 0.9
    assert shared.rests_on >= 8
    assert shared.of_one > 0.9 > overlap(opened(whole), part).of_one


def test_no_text_tells_nothing() -> None:
    assert sketch("two words") == b""
    assert overlap(opened(b""), sketch(LONG)) == NO_OVERLAP


def hashing_low() -> str:
    """A text whose word triples were chosen so that all their hashes lie below 2**24."""
    words = ["wab", "cde"]
    for letters in cycle(product("abcdefghijklmnopqrstuvwxyz", repeat=3)):
        word = "".join(letters)
        if crc32(f"{words[-2]} {words[-1]} {word}".encode()) < 1 << 24 and word not in words:
            words.append(word)
            if len(words) == 130:
                return " ".join(words)
    raise AssertionError


def test_a_text_made_to_hash_low_is_like_itself_alone() -> None:
    low, other = sketch(hashing_low()), sketch(LONG)
    assert overlap(opened(low), low).share == 1.0
    assert overlap(opened(low), other) == overlap(opened(other), low) == NO_OVERLAP


@given(st.text(max_size=3000), st.integers(0, 60), st.integers(1, 60))
def test_containment_is_symmetric(text: str, start: int, length: int) -> None:
    words = f"{text} {LONG}".split()
    one, other = (sketch(" ".join(part)) for part in (words, words[start : start + length]))
    here, there = overlap(opened(one), other), overlap(opened(other), one)
    assert (here.share, here.rests_on) == (there.share, there.rests_on)


SOME_WORDS = st.lists(st.sampled_from([f"word{number}" for number in range(9)]), min_size=8, max_size=60).map(" ".join)


@given(SOME_WORDS, SOME_WORDS)
def test_containment_is_the_share_of_the_smaller_texts_triples(one: str, other: str) -> None:
    left, right = ({*zip(words, words[1:], words[2:], strict=False)} for words in (one.split(), other.split()))
    shared = overlap(opened(sketch(one)), sketch(other))
    assert shared.rests_on == min(len(left), len(right))
    assert round(shared.share * shared.rests_on) == len(left & right)


@given(st.lists(st.text(alphabet="abc_1é", min_size=1, max_size=6), min_size=8, max_size=30), st.data())
def test_a_sketch_is_of_words_whatever_stands_between_them(words: list[str], data: st.DataObject) -> None:
    between = data.draw(st.lists(st.sampled_from([", ", "; ", "'", " ", "! "]), min_size=len(words)))
    assert sketch("".join(map("".join, zip(words, between, strict=False)))) == sketch(" ".join(words))


def test_a_vocabulary_knows_its_words() -> None:
    words = vocabulary(map(unit_key, ("harbo", "toll", "#1200")))
    assert all(says(words, unit) for unit in ("harbo", "toll", "#1200"))
    assert not any(says(words, f"other{number}") for number in range(50))


@pytest.mark.parametrize(
    "text",
    [
        "The harbour's 2.4 billion toll, three CVE-2026-1001",
        "Zażółć gęślą jaźń",
        "Путин в Москве",
        "قال ﷺ 1 000km",
        "华为5G",
    ],
)
def test_a_token_bears_the_key_of_its_unit(text: str) -> None:
    tokens = text_tokens(text)
    assert tokens
    for token in tokens:
        keys = unit_keys((token.unit,))
        known = [UNSAID] if is_common(token.unit) else keys if len(keys) == 1 and token.kind != CHARACTER else [None]
        assert [token.key] == known, token


BODY = Overlap(share=0.9, of_one=0.6, rests_on=40)


def test_an_old_text_below_a_new_lead_is_no_copy() -> None:
    old, new = read_headline("Council bans cameras in Lissen"), read_headline("Mayor vetoes ban on cameras in Lissen")
    tokens = read_tokens("Mayor Hamlin sent the measure back on Friday.")
    lead, said = (Lead(tokens=tokens, says=lambda unit, says=says: says, overlap=NO_OVERLAP) for says in (False, True))
    assert copy_of(old, new, BODY, lead) is None
    assert copy_of(old, read_headline("Cameras must go"), BODY, said) is not None


def test_another_name_over_the_same_text_is_no_copy() -> None:
    old, new = (read_headline(f"{name} raises its forecast after a strong quarter") for name in ("Orlan", "Velm"))
    same = Lead(tokens=(), says=lambda unit: unit != "velm", overlap=NO_OVERLAP)
    assert copy_of(old, new, Overlap(share=1.0, of_one=1.0, rests_on=60), same) is None


def test_one_headline_over_unlike_long_texts_is_no_copy() -> None:
    title = read_headline("Statement by the Minister on the harbour")
    lead = Lead(tokens=(), says=lambda unit: False, overlap=NO_OVERLAP)
    assert copy_of(title, title, Overlap(share=0.02, of_one=0.02, rests_on=50), lead) is None
    assert copy_of(title, title, NO_OVERLAP, lead) is not None


@given(st.text("abcdeilmnoprstuv", min_size=1, max_size=9).map(lambda word: f"{word} {word.capitalize()} {word}s"))
@example("strike Strikes minister Three three million the The zqxvort Zqxvort")
def test_a_word_is_read_alone_as_among_signs(text: str) -> None:
    # Alone it takes the short way where no language's file knows how it begins; among signs it never does.
    for word in text.split():
        assert text_tokens(f"{word}/{word}") == 2 * text_tokens(word)
