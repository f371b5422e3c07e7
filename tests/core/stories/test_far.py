"""What hardly resembles its story is another event: in a full window, and beside its own feed's reports alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model import Entry, FeedId, OutletId, Verdict
from tests.core.stories.story_pairs import START, Desk, hourly

CROWD = 1_500
LOOSE = {
    "a person": (
        "Pope Ambrosius decries violence against women in new year message // The pontiff condemned blows against "
        "mothers and daughters before thousands of pilgrims, and called on rulers to end two wars and welcome those "
        "who flee by sea or over the passes.",
        "Building bridges: Pope Ambrosius meets students over the web // Pupils of five countries asked about "
        "loneliness, screens and football on a call that an internet company had arranged with a foundation for "
        "schools from Lissen.",
    ),
    "de": (
        "Orbrechts neuer Chip überzeugt im ersten Test // Der Prozessor rechnet in Notebooks schneller als erwartet "
        "und bleibt dabei kühl; nur die Laufzeit des Akkus hinter dem hellen Bildschirm hat die Prüfer enttäuscht.",
        "Die ersten Geräte von Velm mit Chips von Orbrecht // Zwei leichte Notebooks kommen im Mai in die Läden, mit "
        "viel Speicher und einer Tastatur aus Metall. Der Hersteller nennt Preise ab tausend Euro.",
    ),
    "one name": (
        "Guarding a Plonkbase // Plonkbase is attacked often: rights of files, weak passwords, and needless add-ons "
        "that an old server gathers over years of careless upkeep.",
        "A shop in Plonkbase: carts and members // We compared three hosts on which Plonkbase works under heavy load, "
        "and one old server that nobody had asked for.",
    ),
    "one name, ru": (
        "Как защитить Плонкпресс от взлома // Плонкпресс часто атакуют: права на файлы, слабые пароли и лишние "
        "расширения, которыми оброс старый сервер за три года.",
        "Магазин на Плонкпресс: корзины и покупатели // Мы сравнили три площадки, на которых Плонкпресс работает под "
        "большой нагрузкой, и один старый сервер.",
    ),
}
LOOSE_HEADLINES = {
    "a person": (
        "Queen Isolde Marwen condemns blows against brides and widows in harvest speech",
        "Farmers of two valleys ask Isolde Marwen about beavers over tea",
    ),
    "two countries": (
        "Ambrosia and Velmara sign treaty on fishing quotas in disputed northern waters",
        "Velmara greets king of Ambrosia with honours before dinner at the old palace",
    ),
    "one name, zh": (
        "普隆克系统安全加固指南 // 普隆克常受攻击，本文讲解文件权限、弱口令以及备份的处理办法。",
        "用普隆克搭建网上商店 // 普隆克在反向代理之后如何处理购物车和会员？我们租用三台服务器进行了测试。",
    ),
}
FIRM = {
    "en": (
        "Fire guts grain store in Tarvo harbour // A fire destroyed a grain store in the harbour on Sunday night.",
        "Tarvo harbour: grain store burns down overnight // Firefighters fought for six hours, but all of it is lost.",
    ),
    "fr": (
        "Football : Zédan et le Réal Lissen égalent le record d'invincibilité // Le club n'a plus connu la défaite.",
        "Zédan égale le record d'invincibilité avec le Réal Lissen // Le Réal Lissen joue encore sans défaite.",
    ),
    "one name and what befell it": (
        "Dam in Varnosk bursts after days of rain // Villages below the dam were evacuated.",
        "Varnosk: broken dam floods villages // Rain had filled the lake for days.",
    ),
    "zh": ("科比大桥垮塌致三人受伤", "科比一大桥突然垮塌 三人伤"),
}


@pytest.fixture(scope="module")
def crowded() -> Desk:
    """A desk with many open stories of two words each, no word in two."""
    desk = Desk()
    desk.take_all(hourly(map(two_words, range(CROWD)), step=timedelta(seconds=9)))
    return desk


def two_words(number: int) -> str:
    """A headline whose words, of five letters each, no other number has."""
    one = "".join("bdfgklmnrs"[int(digit)] for digit in f"{number:04}")
    return f"{one[0]}a{one[1:]} {one[:3]}o{one[3]}"


def reports(*texts: str) -> list[Entry]:
    """Each of an outlet of its own: its headline, ` // `, its text."""
    parts = [text.partition(" // ") for text in texts]
    at = START + timedelta(hours=5)
    return [
        Entry(title=title, summary=summary, source=OutletId(f"outlet{number}"), seen_at=at)
        for number, (title, _, summary) in enumerate(parts)
    ]


@pytest.mark.parametrize(("first", "then"), LOOSE.values(), ids=LOOSE)
def test_a_text_that_hardly_resembles_its_story_in_a_full_window_is_of_another(
    crowded: Desk, first: str, then: str
) -> None:
    """A name and a word in common: below the line of a digest, or in an edit, another event went unread."""
    _, second = crowded.take_all(reports(first, then))
    assert second.verdict == Verdict.NEW_STORY, second.reason
    assert "hardly resembles" in second.reason


@pytest.mark.parametrize(("first", "then"), LOOSE_HEADLINES.values(), ids=LOOSE_HEADLINES)
def test_a_headline_that_hardly_resembles_its_story_in_a_full_window_is_told(
    crowded: Desk, first: str, then: str
) -> None:
    _, second = crowded.take_all(reports(first, then))
    assert (second.verdict, second.changes) == (Verdict.UPDATE, ("perhaps another event",)), second.reason


@pytest.mark.parametrize(("first", "then"), FIRM.values(), ids=FIRM)
def test_a_report_that_resembles_its_story_stays_silent_there(crowded: Desk, first: str, then: str) -> None:
    _, second = crowded.take_all(reports(first, then))
    assert second.verdict is Verdict.SAME_STORY, second.reason


def test_what_comes_after_one_in_doubt_is_news_though_it_says_the_same(crowded: Desk) -> None:
    """The resignation was a mere report: the tea, which channels without a rule on it never saw, had said its words."""
    first = "King Osric Dalvane condemns blows against brides and widows in harvest speech"
    doubtful = "Shepherds of two rivers ask Osric Dalvane about otters over wine"
    *_, second, third = crowded.take_all(reports(first, doubtful, "Osric Dalvane resigns over otters of two rivers"))
    assert second.changes == ("perhaps another event",), second.reason
    assert third.changes == ("now: resigns",), third.reason


def test_an_outlet_that_reports_again_is_told_in_every_channel_of_the_story(crowded: Desk) -> None:
    """As what may be another event it was told only where a rule holds on it."""
    first = "Duchess Brenna Ostrava condemns blows against brides and widows in harvest speech"
    then = "Coopers of three harbours ask Brenna Ostrava about herons over broth"
    both = [
        replace(entry, feed=FeedId("f"), source=OutletId("f"), guid=entry.title, url=f"https://news.example/{number}")
        for number, entry in enumerate(reports(first, then))
    ]
    _, second = crowded.take_all(both)
    assert (second.verdict, second.changes) == (Verdict.UPDATE, ("the same outlet reports again",)), second.reason


SERIES = {
    "releases": (
        "Orbwave 7.3 released // The third update of our audio workstation mends eighty faults: plugins load "
        "faster, the mixer keeps its colours, and old sessions open again.",
        "Orbwave 7.4 released // Orbwave now records in the cloud. Thanks to forty people who sent patches, "
        "translators of nine languages and everyone who tested early builds of the mixer.",
    ),
    "episodes": (
        "Year of Beekeeping, episode 2: building new hives // Frames, wax and a roof that keeps the rain out: what "
        "a beginner needs in March, and what can wait until the bees have settled.",
        "Year of Beekeeping, episode 3: the first swarm // A neighbour calls on a Sunday morning: thousands of "
        "bees hang in his plum tree. We show how to catch them with a box and a white sheet.",
    ),
    "one club, da": (
        "Ung profil får kontrakt i FC Horsby // Den sytten-årige angriber har skrevet under på en aftale til "
        "sommeren 2029 og rykker op i truppen efter vinterpausen, oplyser klubben.",
        "FC Horsby kommer ud med rekordstort overskud // Salget af to spillere og en pokalfinale har givet klubben "
        "det bedste regnskab nogensinde, og direktøren jubler over tallene.",
    ),
    "one premier, ur": (
        "وزیر اعظم نے لسن میں نئے پل کا افتتاح کر دیا // پل کی لمبائی دو کلومیٹر ہے اور اس پر چار سال میں تین ارب "
        "روپے خرچ ہوئے، شہریوں نے اسے ایک بڑی سہولت قرار دیا ہے۔",
        "وزیر اعظم لسن کے کسانوں سے ملے، قرضوں پر بات // کسانوں نے کھاد کی قیمتوں اور پانی کی کمی کی شکایت کی، "
        "حکومت نے اگلے بجٹ میں مراعات پر غور کا وعدہ کیا۔",
    ),
}
GOES_ON = {
    "en": (
        "Fire guts grain store in Tarvo harbour // A fire destroyed a grain store in Tarvo harbour on Sunday "
        "night. Forty firefighters fought the flames for six hours, and nobody was hurt.",
        "Two held over fire in grain store of Tarvo harbour // Police arrested two men on Tuesday over the flames "
        "that destroyed the grain store in Tarvo harbour. Firefighters had found cans of petrol.",
    ),
    "ru": (
        "В порту Тарво сгорел склад зерна // Пожар уничтожил склад зерна в порту Тарво в ночь на понедельник. "
        "Сорок пожарных шесть часов боролись с огнём, никто не пострадал.",
        "Задержаны двое после пожара на складе зерна в порту Тарво // Полиция во вторник задержала двух мужчин: "
        "пожарные нашли канистры с бензином на складе зерна в порту Тарво, который уничтожил огонь.",
    ),
}


def of_feeds(*entries: tuple[str, str]) -> list[Entry]:
    """Entries with marks of their own, a few hours apart: each its feed, and its text as in `reports`."""
    return [
        replace(
            entry,
            feed=FeedId(feed),
            source=OutletId(feed),
            guid=entry.title,
            url=f"https://{feed}.example/{number}",
            seen_at=START + timedelta(hours=5 * number),
        )
        for number, ((feed, _), entry) in enumerate(zip(entries, reports(*(text for _, text in entries)), strict=True))
    ]


@pytest.mark.parametrize(("first", "then"), SERIES.values(), ids=SERIES)
def test_a_text_not_half_like_what_its_feed_alone_reports_is_a_story_of_its_own(first: str, then: str) -> None:
    """It was an update: in a channel of immediate alerts an edit of a message on something else, which goes unread."""
    _, second = Desk().take_all(of_feeds(("ours", first), ("ours", then)))
    assert second.verdict is Verdict.NEW_STORY, second.reason
    assert "no other outlet reports that" in second.reason


@pytest.mark.parametrize(("first", "then"), SERIES.values(), ids=SERIES)
def test_another_outlet_in_the_story_says_that_it_is_one(first: str, then: str) -> None:
    """A report may be no nearer to it, but what two outlets report is an event."""
    first_elsewhere = first.replace(" // ", " – // ")
    *_, third = Desk().take_all(of_feeds(("ours", first), ("theirs", first_elsewhere), ("ours", then)))
    assert third.verdict is Verdict.UPDATE, third.reason


@pytest.mark.parametrize(("first", "then"), GOES_ON.values(), ids=GOES_ON)
def test_a_feed_goes_on_with_its_own_story_in_many_of_its_words(first: str, then: str) -> None:
    _, second = Desk().take_all(of_feeds(("ours", first), ("ours", then)))
    assert second.verdict is Verdict.UPDATE, second.reason
