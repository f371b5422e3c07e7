"""What is hidden, and why; and what is never hidden. The cases are our own; names are invented."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.language.tables import LANGUAGES, table_of
from bot.core.text.folding import fold
from bot.core.text.reading import boilerplate_lines, read_entry, read_lines
from bot.model import Entry, Reading

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
TEXT = {
    "ar": ("بدأت أعمال الترميم في المسرح القديم.", "وستستمر حتى الربيع بحسب البلدية."),
    "de": ("Am alten Theater haben die Arbeiten begonnen.", "Sie dauern laut der Stadt bis zum Frühjahr."),
    "en": ("Work on the old theatre has begun.", "It will last until spring, the city said."),
    "ja": ("古い劇場の改修工事が始まった。", "市によると、春まで続く。"),
    "th": ("งานซ่อมโรงละครเก่าเริ่มแล้ว", "จะใช้เวลาถึงฤดูใบไม้ผลิ"),
    "zh": ("老剧院的修缮工程已经开始。", "市政府说将持续到春天。"),
}


def entry(body: str = "", summary: str = "", lang: str | None = None) -> Entry:
    return Entry(title="Zelm theatre", body=body, summary=summary, lang=lang, seen_at=NOON)


def between(*lines: str, code: str = "en") -> str:
    """Lines between two paragraphs of prose in a language's own words, else in English."""
    before, after = TEXT.get(code, TEXT["en"])
    return "".join(f"<p>{line}</p>" for line in (before, *lines, after))


def behind(*lines: str, code: str = "en") -> str:
    """Lines behind two paragraphs of prose."""
    return "".join(f"<p>{line}</p>" for line in (*TEXT.get(code, TEXT["en"]), *lines))


LINK = '<a href="https://news.example/z">{}</a>'


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_label_of_several_words_and_what_it_promotes_are_promo_in_any_text(code: str) -> None:
    labels = [label for label in table_of(code).promo_labels if " " in label or not label.isascii()][:6]
    assert labels
    for label in labels:
        line = f"{label.capitalize()}: Quorvex"
        reading = read_entry(entry(between(line, code=code), lang=code))
        assert "Quorvex" in reading.promo, line
        assert "Quorvex" not in reading.body, line
    foreign = next(
        label for label in labels if " " in label or re.search("[\u3040-\u9fff\uac00-\ud7a3\u0e00-\u0e7f]", label)
    )
    assert "Quorvex" in read_entry(entry(between(f"{foreign}: Quorvex"))).promo, "in an English text"


@pytest.mark.parametrize("code", LANGUAGES)
def test_an_everyday_word_is_a_label_alone_or_before_a_link_and_never_before_text(code: str) -> None:
    for label in table_of(code).bare_labels:
        told = read_entry(entry(between(f"{label.capitalize()}: Quorvex 300", code=code), lang=code))
        assert "Quorvex" in told.body, label
        linked = read_entry(
            entry(between(f"{label.capitalize()}: {LINK.format('Quorvex opens 300 shops')}", code=code))
        )
        assert "Quorvex" in linked.promo, label
        assert read_entry(entry(between(label.capitalize(), code=code), lang=code)).promo == label.capitalize()


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_credit_word_with_a_name_is_a_caption(code: str) -> None:
    word = table_of(code).credit_words[0]
    reading = read_entry(entry(between(f"{word.capitalize()}: Mara Quist / AP", code=code), lang=code))
    assert "Quist" in reading.caption
    assert "Quist" not in reading.body


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_only_line_of_a_zone_is_the_story_whatever_it_looks_like(code: str) -> None:
    table = table_of(code)
    for label in (table.promo_labels[0], table.credit_words[0]):
        line = f"{label}: Quorvex"
        assert read_entry(entry(summary=line, body=f"<p>{line}</p>", lang=code)).summary == line
        assert read_entry(entry(body=f"<p>{line}</p>", lang=code)).body == line


PROMO = {
    "a sentence behind what asks to read it": behind("Read also: Quorvex recalls ten thousand cars in Spain."),
    "sentences of related stories": behind("Related stories: Quorvex recalls cars. A bridge shuts. The ferry halts."),
    "the same in French": behind("Lire aussi : Quorvex rappelle dix mille voitures en Espagne.", code="fr"),
    "the same in German": behind("Lesen Sie auch: Quorvex ruft zehntausend Autos zurück.", code="de"),
    "the same in Russian": behind("Читайте также: Quorvex отзывает десять тысяч машин.", code="ru"),
    "the same in Hindi": behind("यह भी पढ़ें: क्वोरवेक्स Quorvex ने कल इनकार किया।", code="hi"),
    "the same in Chinese": behind("相关阅读：Quorvex公司周一宣布召回两百万辆汽车。", code="zh"),
    "a label before a link": between(f"See also {LINK.format('Quorvex opens')}"),
    "a label in a link": behind(LINK.format("Read more about Quorvex")),
    "decorated": between(f">> Read also: {LINK.format('Quorvex opens')}"),
    "in brackets": between(f"【関連記事】{LINK.format('Quorvexが開業')}", code="ja"),
    "behind a heading": "<p>Text one.</p><p>Text two.</p><h3>Related stories</h3><ul><li>Quorvex opens</li></ul>",
    "below a heading, in plain text": "Text one.\n\nText two.\n\nRelated stories\nQuorvex opens\nZelm closes",
    "what a heading ends with": behind("This episode is sponsored by:") + "<ul><li>Quorvex. Save 20%</li></ul>",
    "a tail of links": behind(LINK.format("Quorvex opens its doors"), LINK.format("Zelm shuts them")),
    "a link between paragraphs": (
        f"<p>{'One and more of it. ' * 12}</p><ul><li>{LINK.format('Quorvex opens a plant in the north')}</li></ul>"
        "<p>Two goes on.</p>"
    ),
    "WordPress": behind(f"The post {LINK.format('Quorvex')} appeared first on {LINK.format('Zelm')}."),
    "words in between": behind("पोस्ट Quorvex सबसे पहले Zelm पर प्रकाशित हुई।"),
    "a row of networks": behind("Facebook Twitter WhatsApp Quorvex".replace("Quorvex", "Email")),
    "a share link": behind(LINK.format("Auf Facebook teilen"), code="de"),
    "an invitation": behind("Sign up for the Quorvex newsletter"),
    "an invitation to a mailing list, verb last": behind("Quorvexのメールマガジンに登録", code="ja"),
    "an invitation, verb last": behind("Quorvex ニュースレターに登録", code="ja"),
    "an outlet to follow": behind("Follow Quorvex Post on Google News"),
    "a typographic apostrophe": between("Don’t miss: Quorvex opens"),
    "a name behind the label": between("More from Zelm Post: Quorvex opens"),
    "a name behind the label, in capitals": between("MORE FROM ZELM POST: Quorvex opens"),
    "a label of one word": between("Watch: Quorvex opens"),
    "follow a name": behind("Volg Quorvex op Instagram", code="nl"),
    "join a name": behind("Rejoignez Quorvex sur WhatsApp", code="fr"),
    "a channel": behind("Únete al canal de WhatsApp de Quorvex", code="es"),
    "a newsletter, verb last": behind("Jetzt den Quorvex-Newsletter abonnieren", code="de"),
    "news on a network": behind("Segui Quorvex su Google News", code="it"),
    "follow us, behind a colon": behind("Follow us: Quorvex Post on Facebook"),
    "recommended stories": behind("Recommended Stories") + "<ul><li>Quorvex heir buys club</li></ul>",
    "an app": behind("Download the Quorvex app"),
    "a network's URL": between("Quorvex Patreon: https://patreon.com/quorvex"),
    "behind a sign that points": between("▶ 관련기사 Quorvex 공장 개설", code="ko"),
    "a tail of short links behind signs": behind(
        f"▶ {LINK.format('Quorvex')}", f"▶ {LINK.format('지멘스')}", code="ko"
    ),
    "a link behind a sign that points, between paragraphs": (
        f"<p>{'One and more of it. ' * 12}</p><p>➡ {LINK.format('Quorvex opens a plant in the north')}</p>"
        "<p>Two goes on.</p>"
    ),
    "pictures of it": between(f"【写真】{LINK.format('Quorvexが開業')}", code="ja"),
    "where the text goes on": behind(f"Continue reading on {LINK.format('Quorvex »')}"),
    "whose ads they are": behind(f"Learn more about your ad choices. Visit {LINK.format('Quorvex')}"),
    "who may read on": behind("Subscribe to Quorvex News to read the full story."),
    "behind a triangle": between("▼関連ニュース Quorvexが開業", code="ja"),
    "in square brackets": between("[관련기사] Quorvex 공장 개설", code="ko"),
    "two labels in one": between(f"More Top Stories: {LINK.format('Quorvex opens')}"),
    "a copyright footer": behind("© 2026 Quorvex Media. All rights reserved."),
    "rights before the sign": behind("Alle Rechte vorbehalten. © 2026 Quorvex", code="de"),
    "whose rights, in Korean": behind("저작권자 © Quorvex 뉴스, 무단 전재 및 재배포 금지", code="ko"),
    "a share bar behind its verb": behind("Share: Facebook Quorvex".replace("Quorvex", "Email")),
    "a bar of full width": between("更多阅读｜Quorvex新工厂开业", code="zh"),
    "an ad and its link": between("Werbung: Quorvex https://shop.example/x", code="de"),
}


@pytest.mark.parametrize("body", PROMO.values(), ids=PROMO)
def test_promo_is_hidden_with_its_reason(body: str) -> None:
    reading, hidden = read_lines(entry(body))
    probe = "Email" if "Email" in body else "Quorvex"
    if "Teilen" in body or "teilen" in body:
        probe = "teilen"
    assert probe in reading.promo
    assert probe not in reading.body
    assert reading.body
    assert all(line.reason for line in hidden)


CREDITS = [
    *("Foto: Quorvex/dpa", "Foto: imago images/Quorvex", "Bild: Quorvex", "Φωτογραφία: Quorvex", "© Quorvex"),
    *("REUTERS/Mara Quorvex", "Mara Quorvex / AFP", "Getty Images/Quorvex", "Photo AFP/Quorvex", "/사진=Quorvex"),
    *("(Photo Mara Quorvex)", "Φωτ.: Quorvex", "Crédito da foto: Quorvex"),
    *("（图／Quorvex）", "写真：Quorvex撮影", "사진=Quorvex 제공"),
    *("Photo by Mara Quorvex on Unsplash", "Foto Ansa", "Beeld ANP", "Getty Images"),
    *("写真＝ロイター", "사진=AP 연합뉴스", "/연합뉴스", "صورة: محمد بن سلمان", "صورة: أ ف ب"),
]


@pytest.mark.parametrize("line", [*CREDITS, "Photo d’archives : Quorvex", "Copyright 2026 Quorvex"])
def test_photos_travel_with_the_credits_of_their_language(line: str) -> None:
    assert read_entry(entry(between(line))).caption == line


def test_a_name_behind_a_credit_word_and_a_small_word_is_a_caption() -> None:
    body = "<p>I lavori al vecchio teatro sono cominciati.</p><p>Foto di Mara Quorvex</p><p>Dureranno a lungo.</p>"
    assert read_entry(entry(body, lang="it")).caption == "Foto di Mara Quorvex"


STORY = {
    "a dateline": "<p>(Reuters) - Quorvex said on Friday it would cut jobs.</p><p>More text.</p>",
    "a dateline with a place": "<p>ZELM, March 3 (AFP) – Quorvex cut jobs.</p><p>More text.</p>",
    "an agency's signature": between("Quorvex will cut 300 jobs. (AFP)"),
    "a section behind a bar": between("Quorvex chief resigns | Business"),
    "Breaking": between("Breaking: Quorvex chief resigns"),
    "one word and a sentence": between("Next: Quorvex faces court on Monday."),
    "one word before a link": between(f"Read {LINK.format('the ruling')} against Quorvex, which came on Monday."),
    "links behind signs, each with a sentence": behind(
        f"▶ {LINK.format('Quorvex')} cuts 300 jobs.", f"▶ {LINK.format('Zelm')} opens a plant."
    ),
    "a source": between("Källa: Quorvex säger upp 300", code="sv"),
    "a source, a verb in lower case": between("Bild: Quorvex verliert Prozess", code="de"),
    "a name and a company with a slash": between("Quorvex/Zelm merger fails"),
    "a screenshot in a sentence": between("צילום מסך של Quorvex הופץ אתמול", code="he"),
    "behind a sign that points": between("▶ More than 300 people work for Quorvex"),
    "a sentence behind a sign": between("► Lesen Sie auch das Kleingedruckte, rät Quorvex.", code="de"),
    "an update in brackets": between("[Update] Quorvex denies it"),
    "a source in Chinese": between("来源：Quorvex将裁员300人", code="zh"),
    "a name behind a label of nouns": between("Most popular Quorvex Models: a list"),
    "an appeal with a network's name": between("Join the fight on Facebook, Quorvex tells users"),
    "a dispute over copyright": between("Copyright: court rules for Quorvex"),
    "an author's right at the beginning": between("Copyright suit against Quorvex goes to trial"),
    "Live": between("LIVE: Quorvex chief resigns"),
    "Update": between("Update: Quorvex denies it"),
    "Explained": between("Explained | Why Quorvex shares fell"),
    "a colon in prose": between("In other words: Quorvex won."),
    "a word that is a label elsewhere": between("Credit Quorvex with that, she said."),
    "a newspaper cited": between("Bild: Quorvex steht vor dem Aus, sagen Mitarbeiter der Firma", code="de"),
    "a headline with a network's name": between("Support for Facebook falls as Quorvex grows"),
    "a list of facts": "<p>One.</p><ul><li>Quorvex: 300 jobs</li><li>Zelm: 120 jobs</li></ul><p>Two.</p>",
    "a list of links that is the entry": "<p>Tools we like:</p><ul>"
    + "".join(
        f"<li>{LINK.format(f'{name} {n} for builders of houses')}</li>" for n, name in enumerate(["Quorvex"] * 12)
    )
    + "</ul>",
    "advisories, each a link": "<p>Two advisories came out today.</p><ul>"
    f"<li>{LINK.format('ICSA-26-121-01 Quorvex Automation Controller')}</li>"
    f"<li>{LINK.format('ICSA-26-121-02 Zelm Controller')}</li></ul><p>Users should read them.</p>",
    "advisories at the end": behind(LINK.format("RHSA-2026:1234 Important: Quorvex security update")),
    "the reports of one event": "<ol>"
    + "".join(f"<li>{LINK.format(f'{name} to shut its plant in the north')} Post</li>" for name in ("Zelm", "Quorvex"))
    + "</ol>",
    "a long list under what is a label elsewhere": "<p>One.</p><h3>NeXT</h3><ul>"
    + "".join(f"<li>{LINK.format(f'Quorvex {number}')}</li>" for number in range(20))
    + "</ul>",
    "tools, each a link": f"<p>{'One and more of it. ' * 12}</p>"
    f"<ul><li>{LINK.format('Quorvex Image Builder')}</li></ul><p>Two goes on.</p>",
    "a headline with capitals": between("Video: Quorvex Chief Acts Like A Total Star During Deposition"),
    "a line of a program": between("next_quorvex = next", "Quorvex();", "source = quorvex  # Quorvex"),
    "words with a slash at the end": between("It needs 4 GB. Quorvex recommended/required"),
    "names with a slash at the end": between("Both signed it. Holt / Quorvex"),
    "what one line recommends": between("Recommended: Quorvex users should install patch 2.1 now"),
    "a name and what it did, in Japanese": between("写真：Quorvexが提訴", code="ja"),
    "a source's word in Chinese": between("来源：Quorvex出售子公司", code="zh"),
    "who rose": between("Promoted: Mara Quorvex to chief engineer"),
    "what comes next": between("Next: Quorvex in court"),
    "what one line recommends in Swedish": between("Rekommenderas: Quorvex version 2 för alla", code="sv"),
    "what an advisory recommends": "<p>One.</p><p>Recommended:</p><ul><li>Update Quorvex to 4.2</li></ul><p>Two.</p>",
    "what it recommends, in Chinese": "<p>一。</p><p>推荐：</p><ul><li>升级 Quorvex 4.2</li></ul><p>二。</p>",
    "an agenda": f"<p>It meets at ten.</p><ul><li>{LINK.format('Quorvex harbour permit, second reading')}</li></ul>"
    "<p>Two.</p>",
    "a table of links": f"<p>Filings:</p><p>One.</p><table><tr><td>{LINK.format('Quorvex Corp 8-K')}</td></tr></table>",
    "a list of links behind a colon": "<p>One.</p><p>The agency recalled:</p><ul>"
    f"<li>{LINK.format('Quorvex car seats')}</li></ul>",
    "links behind a colon, between paragraphs": f"<p>One.</p><p>Recalled:</p>{LINK.format('Quorvex seats')}<p>Two.</p>",
    "behind a colon goes on what is told": between("Subscribe or pay: Quorvex gives Instagram users a choice"),
    "the same in French": between("Partagez ou vendez : Quorvex hésite sur WhatsApp", code="fr"),
    "a noun that is of the verb": between("Join us, Quorvex chief tells Facebook staff"),
    "a linked sentence at the end": behind(LINK.format("The Quorvex Times interviewed her about this.")),
    "prose with a link": between(f"According to {LINK.format('the report')}, Quorvex will close two of its plants."),
    "a heading": "<p>One.</p><h3>More on Quorvex law</h3><p>Two.</p>",
    "a question": between("Would you buy a Quorvex?"),
    "a charge": between("Anzeige: Mann soll bei Quorvex gestohlen haben", code="de"),
    "news of an ad": between("Реклама: Quorvex оштрафовали за ролик", code="ru"),
    "news of a newsletter": between("Newsletter: Quorvex warned clients of losses"),
    "what a source says, in Hebrew": between("מקור: Quorvex תפשוט רגל", code="he"),
    "what a photo shows, in Hindi": between("फोटो: क्वोरवेक्स Quorvex ने इनकार किया", code="hi"),
    "a sentence behind a credit word, in Arabic": between("صورة: Quorvex، كورفكس تنفي.", code="ar"),
    "what a judge said": between("Suivez l'argent, dit le juge de Quorvex sur Twitter", code="fr"),
    "a mail that leaked": between("Quorvexのメール流出、登録者3万人に影響", code="ja"),
    "a share that was bought": between("Quorvexがフェイスブックのシェアを取得", code="ja"),
    "data that were shared": between("Quorvex 分享微信用户数据被罚", code="zh"),
    "data of a network": between("关注Quorvex微信的用户数据泄露", code="zh"),
    "shared data, in Korean": between("Quorvex 페이스북 공유 데이터 유출", code="ko"),
    "a sentence with a link and a network": between(
        f"Support for a strike at {LINK.format('Quorvex')} grew on Facebook."
    ),
    "a headline and an agency": between("Quorvex Fires Chief | Reuters"),
    "a list of agencies": "<p>Our clients:</p><ul><li>Getty Images</li><li>Quorvex</li></ul><p>Text.</p>",
    "a post that is quoted": between("Quorvex plant on fire pic.twitter.com/a1B2c3"),
    "a post as networks embed it": behind(
        '<blockquote class="twitter-tweet"><p>Quorvex plant on fire <a href="https://t.co/x">pic.twitter.com/x</a></p>'
        '&mdash; Jane (@jane) <a href="https://twitter.com/jane/status/17">1 May</a></blockquote>'
    ),
    "a post and its URL": between("Quorvex says sorry https://twitter.com/quorvex/status/1795001"),
    "a video and its URL": between("The moment when the chief of Quorvex quits: https://youtu.be/dQw4w9"),
    "a sentence behind what looks like a label": between("Also on Monday: Quorvex lost its chief."),
    "the same without a full stop": between("Also on Monday: Quorvex loses its chief"),
    "the same at the end": behind("<p>More on Quorvex: the firm's debt rose by 5%.</p>"),
    "the same behind a label of its own": between("In other news: Quorvex lost its chief on Monday."),
    "the same in German": between("Weitere Meldungen: Quorvex verliert seinen Chef.", code="de"),
    "the same in Hindi": between("अन्य समाचार: क्वोरवेक्स Quorvex ने कल इनकार किया।", code="hi"),
    "the same in Chinese": between("其他新闻：Quorvex公司周一宣布召回两百万辆汽车。", code="zh"),
    "a recurring heading": between("What we did at Quorvex"),
}


@pytest.mark.parametrize("body", STORY.values(), ids=STORY)
def test_a_sentence_is_never_hidden(body: str) -> None:
    reading, hidden = read_lines(entry(body))
    assert "Quorvex" in reading.body, hidden


def test_a_line_of_the_feed_is_learnt_only_where_the_tail_or_a_link_bears_it_out() -> None:
    learnt = frozenset(boilerplate_lines(Reading(title="", body="What we did\nJoin the club today")))
    reading = read_entry(entry("<p>What we did</p><p>Text.</p><p>Join the club today</p>"), learnt=learnt)
    assert (reading.body, reading.promo) == ("What we did\n\nText.", "Join the club today")


LINES = st.sampled_from(
    [
        *("Text goes on.", "Read more: Quorvex", "Photo: Mara Quist / AP", "Related stories", "- Quorvex opens"),
        *("続きを読む", "© dpa", "– – –", "x" * 400, "", "Follow us on Facebook", LINK.format("Quorvex opens a plant")),
    ]
)


@given(st.lists(LINES, max_size=12), st.sampled_from(["\n", "\n\n", "<br>", "</p><p>"]))
def test_nothing_is_lost_and_no_zone_is_emptied(lines: list[str], between_lines: str) -> None:
    body = between_lines.join(lines)
    reading = read_entry(entry(body))
    everything = read_entry(entry(re.sub(r"</?a[^>]*>", "", body)))
    words = Counter(" ".join((reading.body, reading.caption, reading.promo)).split())
    assert words == Counter(" ".join((everything.body, everything.caption, everything.promo)).split())
    assert bool(reading.body) == bool(words)


HOSTILE = [
    pytest.param('<a href="x">Quorvex</a> ' * 100_000, id="100,000 links"),
    pytest.param('<p><a href="x">Quorvex opens</a></p>' * 100_000, id="100,000 link lines", marks=pytest.mark.slow),
    pytest.param("<ul>" + "<li>Quorvex</li>" * 50_000 + "</ul>", id="50,000 list items", marks=pytest.mark.slow),
    pytest.param("x" * 1_000_000, id="a megabyte without a space"),
    pytest.param("ก" * 1_000_000, id="a megabyte of Thai"),
    pytest.param("\u202eQuorvex\u202c ראו גם: " * 10_000, id="mixed directions"),
    pytest.param("\ud800: " * 10_000, id="unpaired surrogates"),
    pytest.param("a: " * 100_000, id="colons"),
    pytest.param("<p>a</p><li><a href=/>b</a></li>" * 100_000, id="100,000 lists between lines"),
    pytest.param(f"<p>{'Quorvex opens. ' * 10}</p><p><a href=/>{'A' * 400_000}</a></p>", id="a link in capitals"),
]


@pytest.mark.parametrize("body", HOSTILE)
def test_hostile_text_is_read(body: str) -> None:
    reading = read_entry(entry(body))
    assert reading.body


# --- the measuring data ------------------------------------------------------------------------------------------


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def stands_in(reading: Reading, probe: str) -> set[str]:
    def words(text: str) -> str:
        return re.sub(r"\W+", " ", fold(text)).strip()

    return {
        zone for zone in ("title", "summary", "body", "caption", "promo") if words(probe) in words(reading.zone(zone))
    }


def test_the_shared_lines_are_read_right(shared_data: Path) -> None:
    """Targets: story hidden at most .5 %, promo and captions hidden at least 85 %."""
    hidden: Counter[tuple[str, bool]] = Counter()
    for case in lines_of(shared_data / "zones" / "dev.jsonl"):
        reading = read_entry(
            Entry(
                title=case.get("title") or "",
                summary=case.get("summary") or "",
                body=case.get("body") or "",
                lang=case.get("declared"),
                seen_at=NOON,
            )
        )
        for unit in case["units"]:
            if unit["label"] != "either" and not (unit["label"] == "promo" and unit["recurs"] >= 5):
                zones = stands_in(reading, unit["probe"])
                hidden[unit["label"], not zones & {"title", "summary", "body"}] += 1
    share = {
        label: hidden[label, True] / (hidden[label, True] + hidden[label, False])
        for label in ("story", "promo", "caption")
    }
    assert share["story"] <= 0.005
    assert share["promo"] >= 0.85
    assert share["caption"] >= 0.85


def test_the_shared_made_up_cases_are_read_right(shared_data: Path) -> None:
    cases = lines_of(shared_data / "zones" / "made.dev.jsonl")
    wrong = []
    for case in cases:
        story = case["story"]
        reading = read_entry(entry(story.get("body", ""), story.get("summary", ""), story.get("lang")))
        visible = bool(stands_in(reading, case["probe"]) & {"title", "summary", "body"})
        if visible != (case["want"] == "story"):
            wrong.append((case["kind"], case["lang"], case["unit"]))
    assert len(wrong) <= 0.05 * len(cases), wrong
