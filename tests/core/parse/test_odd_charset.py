"""Bytes of two character sets in one document, and characters that cannot be."""

from __future__ import annotations

import codecs

import pytest

from tests.core.parse.odd import entry, read, rss


@pytest.mark.parametrize(
    "title, expected",
    [
        ("Party &#55356;&#57225; now", "Party \U0001f389 now"),
        ("Party &#xD83C;&#xDF89; now", "Party \U0001f389 now"),
        ("Half &#55356; now", "Half \ufffd now"),
        ("Too far &#x110000;!", "Too far \ufffd!"),
        ("Nothing &#0;!", "Nothing \ufffd!"),
        ("Huge &#99999999999999999999;!", "Huge \ufffd!"),
        ("Bell \x07 rings", "Bell rings"),
        ("<![CDATA[Party &#55356;&#57225; now]]>", "Party \U0001f389 now"),
        ("Fish &amp; chips &#8211; &eacute;", "Fish & chips – é"),
    ],
)
def test_an_impossible_character_costs_one_character(title: str, expected: str) -> None:
    assert entry(f"<title>{title}</title>").title == expected


@pytest.mark.parametrize("declared", ["utf-16", "UTF-16LE", "utf-32"])
@pytest.mark.parametrize("text", ["Café", "Naïve café", "Costs 5 €", "A\u2013B", "A\u00a0B"])
def test_utf_16_declared_over_utf_8_is_utf_8(declared: str, text: str) -> None:
    document = rss(f"<title>{text}</title>", declaration=f'<?xml version="1.0" encoding="{declared}"?>')
    assert read(document).entries[0].title == " ".join(text.split())
    assert read(rss(f"<title>{text}</title>"), f"text/xml; charset={declared}").entries[0].title == " ".join(
        text.split()
    )


@pytest.mark.parametrize("declared", ["gb2312", "euc-kr", "big5", "koi8-r", "windows-1251", "shift_jis", "iso-8859-1"])
@pytest.mark.parametrize("text", ["Café", "Naïve café", "It’s here", "5 €", "Party \U0001f389", "A – B", "5°", "Über"])
def test_a_few_western_characters_in_utf_8_are_that_whatever_is_declared(declared: str, text: str) -> None:
    document = rss(f"<title>{text}</title>", declaration=f'<?xml version="1.0" encoding="{declared}"?>')
    assert read(document).entries[0].title == text


@pytest.mark.parametrize(
    "body, expected",
    [(b"\xed\xa0\xbd\xed\xb8\x81", "\U0001f601"), (b"\xed\xa0\xbd", "\ufffd")],
    ids=["pair", "half"],
)
def test_surrogates_encoded_by_themselves_are_one_character(body: bytes, expected: str) -> None:
    document = rss("<title>Right @ ok</title>", declaration='<?xml version="1.0" encoding="utf-8"?>').encode()
    assert read(document.replace(b"@", body)).entries[0].title == f"Right {expected} ok"


def test_a_stray_byte_does_not_turn_utf_8_into_another_script() -> None:
    body = rss(
        "<title>Caf\xe9 opens</title>".replace("\xe9", "@"), declaration='<?xml version="1.0" encoding="utf-8"?>'
    )
    for stray in (b"\xe9", b"\xf0\x9f\x8e", b"\xff"):
        (one,) = read(body.encode().replace(b"@", stray)).entries
        assert one.title.startswith("Caf")
        assert one.title.endswith(" opens")
        assert not any("\u0370" <= character <= "\ud7ff" for character in one.title), one.title


@pytest.mark.parametrize(
    "declared, title",
    [("gb2312", "论坛新帖子@ 今日发布了"), ("big5", "台北市長@宣布新政策"), ("shift_jis", "首相が新しい@政策を発表")],
)
def test_a_stray_byte_does_not_turn_what_is_declared_into_another_script(declared: str, title: str) -> None:
    body = rss(f"<title>{title}</title>", declaration=f'<?xml version="1.0" encoding="{declared}"?>')
    (one,) = read(body.encode(declared).replace(b"@", b"\x81")).entries
    assert one.title[:4] == title[:4]
    assert one.title[-3:] == title[-3:]


def test_a_stray_byte_among_other_letters_is_no_western_one() -> None:
    body = rss("<title>Москва @ слезам не верит</title>", declaration='<?xml version="1.0" encoding="utf-8"?>')
    (one,) = read(body.encode().replace(b"@", b"\xe9")).entries
    assert one.title == "Москва \ufffd слезам не верит"


def test_bare_control_characters_of_json() -> None:
    items = '[{"id": "1", "title": "A\x0bB", "content_text": "one\n\ttwo"}, {"id": "2", "title": "C"}]'
    feed = read(f'{{"version": "https://jsonfeed.org/version/1.1", "items": {items}}}', "application/json")
    assert [(one.title, one.body) for one in feed.entries] == [("AB", "one\n\ttwo"), ("C", "")]


@pytest.mark.parametrize(
    "written, title", [("Go \\ud83d\\ude00", "Go \U0001f600"), ("Half \\ud83d now", "Half \ufffd now")]
)
def test_surrogates_of_json(written: str, title: str) -> None:
    items = f'[{{"id": "\\ud83d", "title": "{written}", "content_text": "{written}"}}]'
    (one,) = read(f'{{"version": "https://jsonfeed.org/version/1.1", "items": {items}}}', "application/json").entries
    assert (one.title, one.body, one.guid) == (title, title, "\ufffd")


RUSSIAN = "Русский канал новостей открыт сегодня"


@pytest.mark.parametrize(
    "label, codec, title",
    [
        ("cp-1251", "cp1251", RUSSIAN),
        ("win1251", "cp1251", RUSSIAN),
        ("windows1251", "cp1251", RUSSIAN),
        ("x-cp1251", "cp1251", RUSSIAN),
        ("dos-866", "cp866", RUSSIAN),
        ("x-mac-cyrillic", "mac-cyrillic", RUSSIAN),
        ("iso-8859-13", "iso-8859-13", "Vyriausybė šiandien patvirtino naujus žingsnius"),
        ("iso-8859-16", "iso-8859-16", "Guvernul României anunță măsuri noi în București"),
        ("ibm852", "cp852", "Rząd zapowiada nowe przepisy, strażacy gaszą pożar w Łodzi"),
        ("macintosh", "mac-roman", "Éléphants à Genève en été"),
        ("iso-8859-8-i", "iso-8859-8", "שלום עולם חדשות היום בישראל"),
        ("windows-874", "cp874", "ข่าวด่วนวันนี้ประเทศไทย"),
        ("x-euc-jp", "euc-jp", "東京で地震がありました"),
        ("x-gbk", "gbk", "北京今天发布大风预警信号"),
        ("gb_2312-80", "gbk", "北京今天发布大风预警信号"),
        ("x-x-big5", "big5", "香港天文台今天發出警告"),
        ("windows-949", "cp949", "서울에서 지진이 발생했습니다"),
    ],
)
def test_character_sets_by_the_names_that_browsers_know(label: str, codec: str, title: str) -> None:
    document = rss(f"<title>{title}</title>", declaration=f'<?xml version="1.0" encoding="{label}"?>')
    feed = read(document.encode(codec))
    assert (feed.entries[0].title, feed.problems) == (title, ())


@pytest.mark.parametrize("label", ["", "utf-8", "csISO2022JP"])
def test_japanese_in_escapes_is_seen_whatever_is_declared(label: str) -> None:
    title = "東京で地震がありました"
    declaration = f'<?xml version="1.0" encoding="{label}"?>' if label else ""
    assert read(rss(f"<title>{title}</title>", declaration=declaration).encode("iso2022_jp")).entries[0].title == title


@pytest.mark.parametrize(
    "declared, codec", [("windows-1251", "koi8-r"), ("koi8-r", "windows-1251"), ("koi8-r", "koi8-r")]
)
def test_a_cyrillic_set_that_turns_the_case_of_words_around_is_the_wrong_one(declared: str, codec: str) -> None:
    document = rss(f"<title>{RUSSIAN}</title>", declaration=f'<?xml version="1.0" encoding="{declared}"?>')
    assert read(document.encode(codec)).entries[0].title == RUSSIAN


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ISO_8859-2", "Zażółć gęślą jaźń w Łodzi"),
        ("latin2", "Zażółć gęślą jaźń w Łodzi"),
        ("csISOLatin2", "Zażółć gęślą jaźń w Łodzi"),
        ("iso-ir-101", "Zażółć gęślą jaźń w Łodzi"),
        ("ISO_8859-15", "Prix 5 € à Évry déjà"),
        ("latin9", "Prix 5 € à Évry déjà"),
        ("macintosh", "Prix à Évry déjà"),
        ("latin10", "Știri din România și țară"),
        ("ISO_8859-4:1988", "Šiandien Lietuvoje žmonės"),
        ("l3", "Ĉiuj ĝojas hodiaŭ"),
        ("ibm852", "Zażółć gęślą jaźń w Łodzi"),
        ("ISO_8859-5:1988", "Привет из Москвы сегодня"),
    ],
)
def test_a_set_goes_by_many_names(name: str, text: str) -> None:
    """Under another name than the first it was taken for a foreign one, and the bytes for windows-1252."""
    document = rss(f"<title>{text}</title>", declaration=f'<?xml version="1.0" encoding="{name}"?>')
    assert [one.title for one in read(document.encode(codecs.lookup(name).name)).entries] == [text]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("РџСЂРёРІРµС‚ РјРёСЂ", "Привет мир"),
        ("РќРѕРІРѕСЃС‚Рё: В«РћСЂР»Р°РЅВ»", "Новости: «Орлан»"),
        ("Россия — «Орлан»", "Россия — «Орлан»"),
        ("Что такое «РџСЂРёРІРµС‚»?", "Что такое «РџСЂРёРІРµС‚»?"),
        ("Срок № 5", "Срок № 5"),
        ("С–400", "С–400"),
        ("С–400 / С–300", "С–400 / С–300"),
        ("Р–33", "Р–33"),
    ],
)
def test_cyrillic_that_was_encoded_twice(text: str, right: str) -> None:
    assert entry(f"<title>{text}</title>").title == right


@pytest.mark.parametrize(
    ("declared", "codec", "title"),
    [
        ("iso-8859-2", "cp1250", "Příliš žluťoučký kůň"),
        ("iso-8859-7", "cp1253", "Η κυβέρνηση: “νέα μέτρα”"),
        ("iso-8859-8", "cp1255", "ממשלה – היום"),
        ("iso-8859-13", "cp1257", "Žinios – „šiandien“"),
        ("iso-8859-2", "iso-8859-2", "Příliš žluťoučký kůň"),
    ],
)
def test_a_set_of_windows_under_the_name_of_its_standard(declared: str, codec: str, title: str) -> None:
    document = rss(f"<title>{title}</title>", declaration=f'<?xml version="1.0" encoding="{declared}"?>')
    assert read(document.encode(codec)).entries[0].title == title
