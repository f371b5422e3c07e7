"""Documents in every character set, and those that contradict themselves."""

from __future__ import annotations

import pytest

from bot.core.parse.mojibake import fix_mojibake
from tests.core.parse.documents import read, rss, titled

CHINESE = "华为发布新一代手机，市场反应热烈，分析人士认为销量将大幅增长"
TAIWAN = "華為發布新一代手機，市場反應熱烈，分析人士認為銷量將大幅增長"
JAPANESE = "新しい携帯電話が発表され、市場の反応は良好です"
KOREAN = "새로운 휴대전화가 발표되어 시장의 반응이 뜨겁습니다"
RUSSIAN = "Новый телефон представлен сегодня, рынок ждёт продаж"
FRENCH = "L’été s’achève : les élèves déjà à l’école, où ça coûte cher"
THAI = "ข่าวด่วนวันนี้ที่กรุงเทพ"
POLISH = "Zażółć gęślą jaźń, świąteczne zakupy już się zaczęły"


def encoded(text: str, charset: str, declared: str | None = None, head: str = "") -> bytes:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else '<?xml version="1.0"?>'
    return rss(
        f"<item><title>{text}</title><description>{text}</description></item>" * 3, head, declaration=declaration
    ).encode(charset)


@pytest.mark.parametrize(
    "body, header, text, is_flagged",
    [
        (encoded(FRENCH, "utf-8", "utf-8"), "", FRENCH, False),
        (encoded(FRENCH, "utf-8"), "text/xml", FRENCH, False),
        (encoded(FRENCH, "utf-8", "iso-8859-1"), "", FRENCH, True),
        (encoded(FRENCH, "utf-8", "utf-8"), "text/xml; charset=iso-8859-1", FRENCH, True),
        (encoded(FRENCH, "windows-1252", "utf-8"), "", FRENCH, True),
        (encoded(FRENCH, "windows-1252", "iso-8859-1"), "text/xml; charset=utf-8", FRENCH, True),
        (encoded(FRENCH, "windows-1252", "iso-8859-1"), "", FRENCH, False),
        (encoded(FRENCH, "windows-1252"), "text/xml; charset=us-ascii", FRENCH, False),
        (encoded(CHINESE, "gb18030", "gb2312"), "", CHINESE, False),
        (encoded(CHINESE, "gb18030"), "", CHINESE, True),
        (encoded(CHINESE, "gb18030", "utf-8"), "text/xml; charset=utf-8", CHINESE, True),
        (encoded(CHINESE, "utf-8", "gb2312"), "", CHINESE, True),
        (encoded(CHINESE, "gb18030", "iso-8859-1"), "", CHINESE, True),
        (encoded(TAIWAN, "big5", "big5"), "", TAIWAN, False),
        (encoded(TAIWAN, "big5"), "", TAIWAN, True),
        (encoded(JAPANESE, "shift_jis", "Shift_JIS"), "", JAPANESE, False),
        (encoded(JAPANESE, "shift_jis"), "", JAPANESE, True),
        (encoded(JAPANESE, "euc-jp"), "", JAPANESE, True),
        (encoded(JAPANESE, "iso-2022-jp", "iso-2022-jp"), "", JAPANESE, False),
        (encoded(KOREAN, "euc-kr", "euc-kr"), "", KOREAN, False),
        (encoded(KOREAN, "euc-kr"), "", KOREAN, True),
        (encoded(RUSSIAN, "windows-1251", "windows-1251"), "", RUSSIAN, False),
        (encoded(RUSSIAN, "windows-1251"), "", RUSSIAN, True),
        (encoded(RUSSIAN, "koi8-r", "utf-8"), "", RUSSIAN, True),
        (encoded(RUSSIAN, "windows-1251", "utf-8"), "application/rss+xml; charset=utf-8", RUSSIAN, True),
        (encoded(POLISH, "iso-8859-2", "iso-8859-2"), "", POLISH, False),
        (encoded(POLISH, "iso-8859-2", "utf-8", "<language>pl</language>"), "", POLISH, True),
        (encoded(THAI, "tis-620", "tis-620"), "", THAI, False),
        (encoded(FRENCH, "utf-16", "utf-16"), "", FRENCH, False),
        (encoded(FRENCH, "utf-16-le", "utf-16"), "", FRENCH, False),
        (encoded(FRENCH, "utf-8-sig", "utf-8"), "", FRENCH, False),
        (encoded(FRENCH, "utf-32", "utf-32"), "", FRENCH, False),
        (encoded(FRENCH, "utf-8", "no-such-charset"), "", FRENCH, False),
    ],
)
def test_text_is_right_and_contradictions_are_flagged(body: bytes, header: str, text: str, is_flagged: bool) -> None:
    feed = read(body, content_type=header)
    assert feed.entries[0].title == text
    assert any("character set" in problem for problem in feed.problems) is is_flagged


@pytest.mark.parametrize(
    ("pasted", "text"),
    [(b" tr\xe8s", " tr\ufffds"), (b" \x96 tr\xe8s", " – très"), (b" \xf0\x9f", " \ufffd")],
    ids=["one byte", "a piece of windows-1252", "a cut emoji"],
)
def test_stray_bytes_in_utf8_do_not_spoil_the_rest(pasted: bytes, text: str) -> None:
    body = encoded(FRENCH, "utf-8", "utf-8").replace(b"cher", b"cher" + pasted, 1)
    assert read(body).entries[0].title == FRENCH + text


@pytest.mark.parametrize(
    "text", [FRENCH, "Côte d’Ivoire", "“Tudo”, diz", "Voilà", POLISH, RUSSIAN, CHINESE, "naïve – “quote”", "20 € only"]
)
def test_text_encoded_twice_is_mended(text: str) -> None:
    raw = text.encode()
    garbled = "".join(
        bytes([byte]).decode("windows-1252") if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(byte)
        for byte in raw
    )
    assert fix_mojibake(garbled) == text
    assert titled(garbled.replace("&", "&amp;")) == " ".join(text.split())


@pytest.mark.parametrize(
    "text", [FRENCH, POLISH, CHINESE, "ASCII", "Ã la carte, déjà vu", "© 2026 Ångström", "É", "¿Qué?"]
)
def test_right_text_is_left_alone(text: str) -> None:
    assert fix_mojibake(text) == text


def test_a_plain_ascii_document_contradicts_nobody() -> None:
    assert read(rss("<item><title>A</title></item>"), content_type="text/xml; charset=iso-8859-1").problems == ()


@pytest.mark.parametrize("text", ["Dock\x92s strike \x96 day two", "Поезд \x93Север\x94 прибыл"])
def test_control_characters_are_the_signs_that_windows_1252_has_in_their_place(text: str) -> None:
    meant = text.translate({code: bytes([code]).decode("windows-1252") for code in (0x92, 0x93, 0x94, 0x96)})
    assert titled(text) == meant


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("It&amp;acirc;&amp;#128;&amp;#153;s on", "It’s on"),
        ("It&amp;acirc;&amp;euro;&amp;trade;s on", "It’s on"),
        ("Caf&amp;Atilde;&amp;copy; opens", "Café opens"),
        ("Caf&amp;#195;&amp;#169; opens", "Café opens"),
        ("Storm &amp;#xF0;&amp;#x9F;&amp;#x8C;&amp;#x8A; hits", "Storm 🌊 hits"),
        ("It&amp;acirc;&amp;#128;&amp;#153;&amp;nbsp;s", "It’ s"),
        ("MANH&amp;Atilde;&amp;nbsp;E TARDE", "MANHÃ E TARDE"),
        ("Th&amp;acirc;&amp;eacute; d&amp;eth;", "Thâé dð"),
    ],
)
def test_letters_whose_bytes_have_references_are_read(written: str, title: str) -> None:
    assert titled(written) == title
