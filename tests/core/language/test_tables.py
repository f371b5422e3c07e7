"""Every language's file has the same keys, no doubles, and names its source; the right files speak."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest
import yaml

from bot.core.language.speaking import speaking
from bot.core.language.tables import DATA, LANGUAGES, Language, file_code, table_of
from bot.core.language.word_lists import word_list
from bot.core.similarity.tokens import read_tokens
from bot.core.text.apostrophes import inner_words
from bot.core.text.labels import labels_of
from bot.core.text.words import normal_line

KEYS = [
    *(
        "name",
        "script",
        "promo_labels",
        "bare_labels",
        "share",
        "first_appeared",
        "credit_words",
        "rights",
        "corrections",
        "negations",
    ),
    *(
        "qualifiers",
        "possible",
        "demands",
        "hedges",
        "opposites",
        "changes",
        "numbers",
        "weekdays",
        "months",
        "quarters",
        "abbreviations",
        "elisions",
        "common",
    ),
]
MAY_BE_EMPTY = {"abbreviations", "possible", "hedges"}
NO_LISTS = {"name", "script", "common"}


def test_each_language_has_its_file_and_each_file_its_language() -> None:
    assert sorted(path.stem for path in DATA.glob("*.yaml")) == list(LANGUAGES)
    assert len(LANGUAGES) >= 33


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_file_has_every_key_once_and_names_its_source(code: str) -> None:
    text = (DATA / f"{code}.yaml").read_text("utf-8")
    assert re.match(rf"# \w+ \({code}\)\. Source: .*(MIT|written for Wirewatch)", text)
    assert re.findall(r"^(\w+):", text, re.MULTILINE) == KEYS
    read = yaml.load(text, yaml.CBaseLoader)
    assert list(read["share"]) == ["verbs", "nouns", "verbs_last"]
    assert list(read["numbers"]) == ["words", "scales", "decimal", "ordinal_dot"]
    assert list(read["elisions"]) == ["before", "after"]


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_kinds_of_change_are_those_of_english(code: str) -> None:
    changes = table_of(code).changes
    assert changes.keys() == table_of("en").changes.keys()
    for kind, words in changes.items():
        assert words, kind
        assert len(words) == len(set(words)), kind


def test_what_is_said_of_kinds_of_change_is_said_of_those_that_there_are() -> None:
    kinds = table_of("en").changes.keys()
    undone = word_list("undone")
    assert {*undone, *(kind for undoing in undone.values() for kind in undoing)} < kinds
    assert not any(kind in undoing for kind, undoing in undone.items())
    said = dict(word_list("kinds"))
    assert {*said.pop("begin"), *said.pop("sought")} < kinds
    assert said.keys() < kinds
    assert {besides.removeprefix("?") for told in said.values() for besides in told} < kinds


@pytest.mark.parametrize("path", sorted(DATA.glob("*.txt")), ids=lambda path: path.stem)
def test_a_list_has_one_line_for_each_key(path: Path) -> None:
    """Of two the later one counts: `counted docked in_orbit` stood for `landed docked in_orbit`."""
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    keys = [line.split()[0] for line in lines]
    if path.stem == "instead":  # tables, each of words
        heads = (line.partition(": ")[0].split() for line in lines)
        keys = [f"{table} {word}" for table, *words in heads for word in words]
    assert [key for key in keys if keys.count(key) > 1] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_table_says_each_thing_once_and_in_lower_case(code: str) -> None:
    read = yaml.load((DATA / f"{code}.yaml").read_text("utf-8"), yaml.CBaseLoader)
    lists = {key: value for key, value in read.items() if isinstance(value, str) and key not in NO_LISTS} | {
        "verbs": read["share"]["verbs"],
        "nouns": read["share"]["nouns"],
        "elided before": read["elisions"]["before"],
        "elided after": read["elisions"]["after"],
        **read["changes"],
    }
    for key, listed in lists.items():
        words = listed.split(", ") if listed else []
        assert "," not in "".join(words), (key, "words stand between a comma and a space")
        assert len(words) == len(set(words)), (key, [word for word in words if words.count(word) > 1])
        assert all(word and word == word.strip() for word in words), key
    assert all(pair.count(" / ") == 1 for pair in read["opposites"].split(", "))
    table = table_of(code)
    for field in dataclasses.fields(Language):
        value = getattr(table, field.name)
        assert value or field.name in MAY_BE_EMPTY or isinstance(value, bool), field.name
    if table.script != "Latn":
        english = yaml.load((DATA / "en.yaml").read_text("utf-8"), yaml.CBaseLoader)["changes"]
        for kind, told in read["changes"].items():
            foreign = {word for word in told.lower().split(", ") if word.isascii()}
            assert foreign <= set(english[kind].lower().split(", ")), "it would tell in texts of every language"
    assert 2 in table.numbers.values()
    assert len(table.common) >= 25
    assert all(one != other for one, other in table.opposites)


TAGS = {"pt-BR": "pt", "zh_Hant": "zh", "EN-gb": "en", "no": "nb", "iw": "he", "": None, "tlh": None}


@pytest.mark.parametrize(("tag", "code"), TAGS.items(), ids=TAGS)
def test_a_tag_leads_to_its_file(tag: str, code: str | None) -> None:
    assert file_code(tag) == code


SPOKEN = {
    "Le conseil du port s’est réuni lundi pour examiner le nouveau quai.": "fr",
    "Der Hafenrat hat am Montag über die neue Kaimauer beraten.": "de",
    "Los miembros votarán el mes que viene, según el ayuntamiento.": "es",
    "Il consiglio si è riunito per esaminare la nuova banchina.": "it",
    "Os membros votam no próximo mês, segundo a prefeitura.": "pt",
    "De leden stemmen volgende maand, zegt de gemeente.": "nl",
    "Rada zebrała się w poniedziałek, by omówić nowe nabrzeże.": "pl",
    "Hội đồng cảng họp hôm thứ Hai để bàn về cầu tàu của cảng.": "vi",
    "Совет порта обсудил новый причал.": "ru",
    "港湾評議会は月曜日、新しい岸壁について議論した。": "ja",
    "港口委员会星期一开会讨论新码头。": "zh",
    "항만 위원회는 월요일 새 부두를 논의했다.": "ko",
    "اجتمع مجلس الميناء يوم الاثنين.": "ar",
    "बंदरगाह परिषद ने सोमवार को चर्चा की।": "hi",
    "מועצת הנמל התכנסה ביום שני.": "he",
    "สภาท่าเรือประชุมเมื่อวันจันทร์": "th",
}


@pytest.mark.parametrize(("text", "code"), SPOKEN.items(), ids=SPOKEN.values())
def test_the_language_of_a_text_speaks_and_english_is_always_heard(text: str, code: str) -> None:
    codes = speaking(text)
    assert {code, "en"} <= set(codes)
    assert len(codes) <= 6, codes


def test_what_is_declared_is_heard_beside_what_is_seen() -> None:
    assert {"sv", "en"} <= set(speaking("The harbour council met on Monday.", "sv-SE"))


LISTS = ["latin", "operators", "own", "particles", "reading", "texts"]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_all_languages_has_a_line_a_language_and_names_its_source(name: str) -> None:
    first, *lines = (DATA / f"{name}.txt").read_text("utf-8").splitlines()
    assert re.match(r"# .*Written for Wirewatch\.$", first)
    codes = [line.split()[0] for line in lines]
    assert codes == list(dict.fromkeys(codes))
    assert set(codes) <= set(LANGUAGES)
    assert all(len(words) == len(set(words)) for words in (line.split("/")[0].split() for line in lines))
    assert set(word_list(name)) == set(codes)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_beginning_of_a_word_of_reading_stands_in_a_label(code: str) -> None:
    reading = labels_of((code,)).reading
    assert [stem for stem in word_list("reading")[code] if not any(normal_line(stem) in one for one in reading)] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_what_a_file_says_of_elisions_and_decimal_signs_is_what_the_mechanisms_do(code: str) -> None:
    read = yaml.load((DATA / f"{code}.yaml").read_text("utf-8"), yaml.CBaseLoader)
    for head in filter(None, read["elisions"]["before"].split(", ")):
        assert inner_words(f"{head}Iran")[:1] == ((len(head), len(head) + 4),), head
    for tail in filter(None, read["elisions"]["after"].split(", ")):
        if re.fullmatch(r"'\w{2,}", tail):  # 's falls away before; n't belongs to its verb
            assert inner_words(f"Orbrecht{tail}") == ((0, 8),), tail
    sign = read["numbers"]["decimal"]
    assert [token.unit for token in read_tokens(f"2{sign}4")] == ["#2.4"]
