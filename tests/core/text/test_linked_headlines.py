"""Digests and live blogs: linked headlines, each with its story right below it. Names are invented."""

from __future__ import annotations

import pytest

from bot.core.text.reading import read_entry
from tests.builders import entry

LINK = '<a href="https://news.example/z">{}</a>'
BEFORE = "<p>Our desk has picked what matters on Monday, each with its story.</p>"
BELOW = "The firm did not answer questions on Monday."

HEADLINES = [
    *("Support for Quorvex on Facebook grows", "Follow the money: how Quorvex used Telegram"),
    *("More on the line for Quorvex than money", "Get Quorvex off Facebook, senators say"),
    *("Mehr von Quorvex verlangt Minister", "Zum Thema Quorvex schweigt der Minister"),
    *("Lire dans les pensées avec Quorvex", "À voir le bilan, Quorvex est en faillite"),
    *("Más en deuda que nunca, Quorvex pide ayuda", "Compartir Netflix costará más, dice Quorvex"),
    *("Altre news false su Quorvex", "Mais sobre pressão: Quorvex cede", "Alles over één kam: Quorvex boos"),
    *("Полная версия допроса главы Quorvex опубликована", "Ikuti jejak Facebook, Quorvex pecat karyawan"),
    *("Daha fazla Quorvex ürünü toplatıldı", "Więcej o aferze Quorvex wie prokurator", "Mer från Quorvex krävs"),
    "المزيد من الضحايا في حادث Quorvex",
]


@pytest.mark.parametrize("headline", HEADLINES)
@pytest.mark.parametrize("form", ["<h3>{}</h3><p>{}</p>", "<p>{}<br>{}</p>"])
def test_a_linked_headline_above_its_story_is_text_whatever_it_begins_with(headline: str, form: str) -> None:
    body = BEFORE + form.format(LINK.format(headline), BELOW)
    assert "Quorvex" in read_entry(entry("Zelm", body=body)).body


PROMO = {
    "a link in a paragraph of its own": f"<p>{LINK.format('More on Quorvex and its debts')}</p><p>{BELOW}</p>",
    "a label with its sign": f"<h3>{LINK.format('Read also: Quorvex opens')}</h3><p>{BELOW}</p>",
    "what asks to read": f"<h3>{LINK.format('Read also Quorvex wins case')}</h3><p>{BELOW}</p>",
    "the same, above a line": f"<p>{LINK.format('Lees ook Quorvex wint zaak')}<br>{BELOW}</p>",
    "the same, unspaced": f"<h3>{LINK.format('相关阅读 Quorvex胜诉')}</h3><p>{BELOW}</p>",
    "what asks for itself": f"<h3>{LINK.format('Follow us on Facebook: Quorvex')}</h3><p>{BELOW}</p>",
    "above another link": f"<h3>{LINK.format('More on Quorvex')}</h3><p>{LINK.format('Zelm votes on its harbour')}</p>",
}


@pytest.mark.parametrize("lines", PROMO.values(), ids=PROMO)
def test_what_no_story_stands_below_or_a_label_marks_is_promo(lines: str) -> None:
    assert "Quorvex" in read_entry(entry("Zelm", body=f"{BEFORE}{lines}<p>{BELOW}</p>")).promo


LINKED_LINE = f"<p>{LINK.format('Quorvex storm nears the coast')}</p>"


@pytest.mark.parametrize(
    ("lines", "zone"),
    [
        (f"<h3>Weather</h3>{LINKED_LINE}", "body"),
        (f"<h3>Wetter</h3><ul><li>{LINK.format('Quorvex-Sturm erreicht die Küste')}</li></ul>", "body"),
        (f"<h3>Mehr zum Thema</h3>{LINKED_LINE}", "promo"),
        (f"<h3>Weather</h3><p>{BELOW}</p>{LINKED_LINE}", "promo"),
        (LINKED_LINE, "promo"),
        (f"<p><b>Weather</b></p>{LINKED_LINE}", "body"),
        (f"<p>AROUND THE WORLD</p>{LINKED_LINE}{LINKED_LINE}", "body"),
        (f"<dl><dt>Ort</dt><dd>{LINK.format('12 km von Quorvex')}</dd></dl>", "body"),
        (f"<div><u>本日の天気</u></div><div>{LINK.format('Quorvex嵐が接近')}</div>", "body"),
        (f"<p><b>Read more</b></p>{LINKED_LINE}", "promo"),
        (f"<p>Tags</p><p>{LINK.format('Quorvex')} {LINK.format('Zelm')}</p>", "promo"),
        (f"<p><b>Schlagwörter:</b></p><p>{LINK.format('Quorvex')}</p>", "promo"),
        (f"<p>标签</p><p>{LINK.format('Quorvex')}</p>", "promo"),
        (f"<p>Topics</p>{LINKED_LINE}", "body"),
        (f"<p><b>{LINK.format('Zelm votes')}</b></p>{LINKED_LINE}", "promo"),
        (f"<p>{'It rained on Monday, too, ' * 3}the firm said, and</p>{LINKED_LINE}", "promo"),
        (f"<p>It rained on the […]</p>{LINKED_LINE}", "promo"),
        (f"<p>{BELOW}</p><p>{LINK.format('#Quorvex')} {LINK.format('#<span>Zelm</span>')}</p>", "body"),
        (f"<p>{BELOW}</p><p>{LINK.format('＃Quorvex嵐')}</p>{LINK.format('zelm.example/1')}", "body"),
        (f"<p>{BELOW}</p><p>{LINK.format('#1: Quorvex')}</p><p>{LINK.format('@quorvex')}</p>", "promo"),
        (
            f"<p>{BELOW}</p><ul><li><a href='#c1'>1: Quorvex</a></li><li><a class=x href = \"#c-2\">2</a></li></ul>",
            "body",
        ),
        (f"<p>{BELOW}</p><ul><li><a href='#'>Quorvex</a></li><li><a href='/z#c2'>2</a></li></ul>", "promo"),
    ],
)
def test_links_at_the_end_are_text_under_a_heading_that_is_no_label(lines: str, zone: str) -> None:
    assert "Quorvex" in getattr(read_entry(entry("Zelm", body=BEFORE + lines)), zone)


@pytest.mark.parametrize(
    ("before", "links", "zone"),
    [
        ("Today's links.", 3, "body"),
        ("今日のニュース。", 2, "body"),
        ("Was wir heute lesen.", 5, "body"),
        ("Today's links.", 1, "promo"),
        (
            "Molm voted on Monday on its harbour, for the third time in a year, and the firm did not win the vote.",
            3,
            "promo",
        ),
        ("Molm voted on Monday on its harbour, and the firm did not win.", 2, "promo"),
    ],
)
def test_links_behind_less_than_they_say_are_what_an_entry_is_of(before: str, links: int, zone: str) -> None:
    lines = "".join(f"<li>{LINK.format(f'Quorvex storm {number} nears Zelm')}</li>" for number in range(links))
    assert "Quorvex" in getattr(read_entry(entry("Zelm", body=f"<p>{before}</p><ul>{lines}</ul>")), zone)
