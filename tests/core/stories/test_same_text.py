"""A headline that says more than an earlier one, over the text that stood below that: no copy, and told."""

from __future__ import annotations

import pytest

from bot.model import Verdict
from tests.core.stories.test_other_places import second_of

KOLBI = (
    "Kolbi mayor Paul Torvik was questioned by police on Monday over a port deal that gave a friend's company land"
    " for a tenth of its value. Officers searched the town hall and took away boxes of papers, a spokesman said. The"
    " deal was struck in May after a vote that the opposition called a farce. The harbour master has been asked to"
    " explain it."
)
LOHFELD = (
    "Der Bürgermeister von Lohfeld, Paul Ahlers, ist am Montag von der Polizei zu einem Hafengeschäft befragt worden,"
    " bei dem die Firma eines Freundes Land für ein Zehntel des Werts bekam. Beamte durchsuchten das Rathaus und nahmen"
    " Kisten mit Papieren mit, sagte ein Sprecher. Das Geschäft war im Mai geschlossen worden."
)
VARNO = (
    "Мэр Варно Павел Лапшин в понедельник был допрошен полицией о сделке, по которой компания его друга получила землю"
    " в порту за десятую часть цены. Полицейские обыскали мэрию и вынесли коробки с бумагами, сообщил представитель."
    " Сделку заключили в мае после голосования."
)
QUESTIONED = "Kolbi mayor Torvik questioned over port deal"
ADDED = {
    "a change": (QUESTIONED, f"{QUESTIONED}, resigns", KOLBI, "now: resigns"),
    "a change in another's place": (QUESTIONED, "Kolbi mayor Torvik quits over port deal", KOLBI, "questioned → quits"),
    "de": (
        "Ahlers zu Hafengeschäft in Lohfeld befragt",
        "Ahlers zu Hafengeschäft in Lohfeld befragt, tritt zurück",
        LOHFELD,
        "now: tritt zurück",
    ),
    "ru": (
        "Мэр Варно допрошен о сделке с портом",
        "Мэр Варно допрошен о сделке с портом, уходит в отставку",
        VARNO,
        "now: уходит в отставку",
    ),
}


@pytest.mark.parametrize("below", ["", " He quit late in the evening."], ids=["the same text", "a sentence more"])
@pytest.mark.parametrize(("before", "after", "text", "change"), ADDED.values(), ids=ADDED)
def test_what_a_headline_adds_over_the_same_text_is_told(
    before: str, after: str, text: str, change: str, below: str
) -> None:
    decision = second_of((before, text), (after, text + below))
    assert (decision.verdict, decision.changes[:1]) == (Verdict.UPDATE, (change,)), decision.reason


@pytest.mark.parametrize(
    "after",
    [
        f"{QUESTIONED}, town hall searched",
        f"{QUESTIONED} struck in May",
        "Mayor of Kolbi: police ask Torvik about land",
        f"{QUESTIONED} - Channel 5",
        f"{QUESTIONED} | 24 Hours",
        f"{QUESTIONED} - 3 min read",
    ],
)
def test_what_the_text_has_said_is_no_news_in_a_headline(after: str) -> None:
    assert second_of((QUESTIONED, KOLBI), (after, KOLBI)).verdict is Verdict.NEAR_DUPLICATE


LILLE = (
    "La société Carvel a publié lundi ses comptes de l'année. Le conseil s'est réuni à Lille pour en parler avec les"
    " salariés, qui demandent depuis des mois une place dans la direction. Une nouvelle réunion est prévue en mai, a"
    " dit un porte-parole."
)
OPPOSITES = {
    "en rises": ("Kolbi port shares rise on Monday", "Kolbi port shares fall on Monday", KOLBI, "rise → fall"),
    "en wins": ("Torvik wins vote on Kolbi port", "Torvik loses vote on Kolbi port", KOLBI, "wins → loses"),
    "en when": ("Torvik questioned before port vote", "Torvik questioned after port vote", KOLBI, "before → after"),
    "de": ("Preise am Hafen von Lohfeld steigen", "Preise am Hafen von Lohfeld sinken", LOHFELD, "steigen → sinken"),
    "fr": ("Carvel publie un bénéfice en mai", "Carvel publie une perte en mai", LILLE, "bénéfice → perte"),
    "fr when": (
        "Carvel réunit son conseil avant le vote",
        "Carvel réunit son conseil après le vote",
        LILLE,
        "avant → après",
    ),
    "ru": ("Цены в порту Варно растут в мае", "Цены в порту Варно падают в мае", VARNO, "растут → падают"),
    "ru when": ("Мэр Варно допрошен до голосования", "Мэр Варно допрошен после голосования", VARNO, "до → после"),
}


@pytest.mark.parametrize(("before", "after", "text", "change"), OPPOSITES.values(), ids=OPPOSITES)
def test_an_opposite_in_anothers_place_over_the_same_text_is_told(
    before: str, after: str, text: str, change: str
) -> None:
    """Copies, in silence: that `after` stands somewhere in the text says nothing of what the headline is about."""
    decision = second_of((before, text), (after, text))
    assert (decision.verdict, decision.changes) == (Verdict.UPDATE, (change,)), decision.reason


@pytest.mark.parametrize(
    ("headline", "text"),
    [
        ("Police question {} on Monday", KOLBI),
        ("{} am Montag befragt", LOHFELD),
        ("{} rejoint le conseil", LILLE),
    ],
    ids=["en", "de", "fr"],
)
def test_a_name_of_several_words_in_anothers_place_over_the_same_text_is_another_event(
    headline: str, text: str
) -> None:
    """Its words counted as so many, and the headlines as unlike: they were copies by their text."""
    decision = second_of((headline.format("Amara Toll"), text), (headline.format("Jonas Krell"), text))
    assert decision.verdict is Verdict.NEW_STORY, decision.reason


SHORT = {
    "a figure": ("Kolbi blast: 9 dead", "Kolbi blast: 31 dead", KOLBI, "9 → 31 dead"),
    "two figures": ("Kolbi: 9 dead, 20 hurt", "Kolbi: 31 dead, 44 hurt", KOLBI, "9 → 31 dead"),
    "de": ("Lohfeld: 9 Tote", "Lohfeld: 31 Tote", LOHFELD, "9 → 31 Tote"),
    "ru": ("Варно: 9 погибших", "Варно: 31 погибший", VARNO, "9 погибших → 31 погибший"),
    "a denial": ("Torvik charged", "Torvik not charged", KOLBI, "now: not"),
    "a denial less": ("Torvik not charged", "Torvik charged", KOLBI, "no more: not"),
    "freed": ("Torvik arrested", "Torvik freed", KOLBI, "now: freed"),
    "cleared": ("Torvik charged", "Torvik cleared", KOLBI, "now: cleared"),
}


@pytest.mark.parametrize(("before", "after", "text", "change"), SHORT.values(), ids=SHORT)
def test_what_stands_in_anothers_place_in_few_words_over_the_same_text_is_told(
    before: str, after: str, text: str, change: str
) -> None:
    """Of so few words one that differs made them unlike headlines, and copies by their text."""
    decision = second_of((before, text), (after, text))
    assert (decision.verdict, decision.changes[:1]) == (Verdict.UPDATE, (change,)), decision.reason


TOLL = "A storm over Kolbi has killed at least {} people since Monday, the rescue service said. Many roads were closed."


@pytest.mark.parametrize(("before", "after"), [("9", "31"), ("310", "390"), ("2.4 million", "2.5 million")])
def test_another_figure_in_the_same_text_is_told_under_another_headline(before: str, after: str) -> None:
    """`310`, `390` were taken for two spellings of one word: a copy, in silence."""
    decision = second_of(
        ("Storm over Kolbi hits coast", TOLL.format(before)), ("Coast of Kolbi hit by storm", TOLL.format(after))
    )
    assert decision.verdict is Verdict.UPDATE, decision.reason


UNNAMED = (
    "The decision was announced on Monday after weeks of talks about the harbour deal, which had cost the town four"
    " million euros and left three firms without contracts. A vote on who shall lead the council is due in a fortnight,"
    " officials said, and the deputy will do the work until then. Reporters waited for hours outside the hall, and no"
    " questions were answered when the short statement had been read."
)
NAMED = [
    ("Torvik resigns", "Lapshin resigns", "", "Torvik → Lapshin"),
    ("Torvik charged", "Lapshin charged", "", "Torvik → Lapshin"),
    ("Anna Torvik resigns", "Piet Lapshin resigns", "", "Anna Torvik → Piet Lapshin"),
    ("Torvik tritt zurück", "Lapschin tritt zurück", "", "Torvik → Lapschin"),
    ("Torvik resigns", "Mayor resigns", " Mayor Torvik said so.", None),
    ("Torvik resigns", "Council chief resigns", " Torvik is the council chief.", None),
    ("Qaramov resigns", "Karamov resigns", "", None),
]


OTHERWISE_CALLED = [
    ("Lula wins", "Silva wins", "The former president Lula won the vote on Sunday, the electoral court said."),
    ("Burma frees Torvik", "Myanmar frees Torvik", "Burma freed the reporter on Monday, and he flew home at night."),
    ("Police arrest Torvik", "Cops arrest Torvik", "Torvik was arrested in Kelmore, police said on Monday morning."),
    ("Novatrel-Chef in Haft", "Boss in Haft", "In Kelbach ist der Chef von Novatrel am Montag festgenommen worden."),
    (
        "Глава «Новатрел» задержан",
        "Торвик задержан",
        "Глава «Новатрел» задержан в понедельник утром по делу о порте.",
    ),
]


@pytest.mark.parametrize(("before", "after", "text"), OTHERWISE_CALLED)
def test_whom_the_same_text_names_may_be_called_otherwise_above_it(before: str, after: str, text: str) -> None:
    assert second_of((before, text), (after, text)).verdict is Verdict.NEAR_DUPLICATE


@pytest.mark.parametrize(("before", "after", "more", "change"), NAMED)
def test_a_name_in_anothers_place_in_few_words_over_the_same_text_is_told(
    before: str, after: str, more: str, change: str | None
) -> None:
    """Two people in headlines too short to be a template were copies of each other, unless the text says both."""
    decision = second_of((before, UNNAMED + more), (after, UNNAMED + more))
    if change is None:
        assert decision.verdict in {Verdict.NEAR_DUPLICATE, Verdict.SAME_STORY}, decision.reason
    else:
        assert (decision.verdict, decision.changes) == (Verdict.UPDATE, (change,)), decision.reason
