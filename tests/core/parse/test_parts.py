"""Parts of an entry or of a feed that have titles, dates, links and guids of their own: none of them is the whole's.

And who has written an entry, by what is said of it, or of its feed.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.model import Entry
from tests.core.parse.odd import read, rss

OWN = datetime(2026, 11, 23, 10, tzinfo=UTC)
PART = (
    '<activity:object xmlns:activity="http://activitystrea.ms/spec/1.0/"><id>part</id><title>Part</title>'
    "<published>2001-01-01T00:00:00Z</published><updated>2001-01-01T00:00:00Z</updated>"
    '<link href="https://part.example/"/><content>What the part says, and that at greater length</content>'
    "</activity:object>"
)


def only(document: str) -> Entry:
    (entry,) = read(document).entries
    return entry


@pytest.mark.parametrize("place", ["before", "behind"])
def test_an_entry_is_not_dated_and_named_by_its_parts(place: str) -> None:
    own = (
        '<id>own</id><title>Own</title><published>2026-11-23T10:00:00Z</published><link href="https://own.example/"/>'
        "<content>Own words</content>"
    )
    inside = PART + own if place == "before" else own + PART
    entry = only(f'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry>{inside}</entry></feed>')
    assert (entry.guid, entry.title, entry.url) == ("own", "Own", "https://own.example/")
    assert (entry.published_at, entry.body) == (OWN, "Own words")


@pytest.mark.parametrize("place", ["before", "behind"])
def test_an_item_is_not_dated_and_named_by_its_parts(place: str) -> None:
    dated = "<pubDate>Mon, 23 Nov 2026 10:00:00 GMT</pubDate>"
    own = f"<guid>own</guid><title>Own</title>{dated}<description>W</description>"
    part = (
        "<related><guid>part</guid><title>Part</title><pubDate>Mon, 01 Jan 2001 10:00:00 GMT</pubDate>"
        "<dc:date>2001-01-01</dc:date><content>Longer words of another article</content></related>"
    )
    entry = only(rss(part + own if place == "before" else own + part))
    assert (entry.guid, entry.title, entry.published_at) == ("own", "Own", OWN)
    assert (entry.summary, entry.body) == ("W", "")


def test_a_part_alone_gives_no_date_and_no_guid() -> None:
    """A date of another article would keep news back as too old."""
    part = "<related><guid>part</guid><pubDate>Mon, 01 Jan 2001 10:00:00 GMT</pubDate></related>"
    entry = only(rss(f"<title>Own</title><link>/1</link>{part}"))
    assert (entry.guid, entry.published_at) == (None, None)


@pytest.mark.parametrize(
    "part",
    [
        "<sponsor><title>Ad</title><link>https://ad.example/</link></sponsor>",
        '<x:ad xmlns:x="urn:x"><title>Ad</title><link>https://ad.example/</link></x:ad>',
        "<image><title>Logo</title><link>https://ad.example/</link></image>",
        "<textInput><title>Search</title><link>https://ad.example/</link></textInput>",
    ],
)
@pytest.mark.parametrize("place", ["before", "behind", "last"])
def test_a_part_of_a_feed_names_and_moves_nothing(part: str, place: str) -> None:
    own = "<title>The Paper</title><link>https://news.example/</link>"
    head = part + own if place == "before" else own + part if place == "behind" else own
    item = "<item><title>A</title><link>/1</link></item>"
    feed = read(f'<rss version="2.0"><channel>{head}{item}{part if place == "last" else ""}</channel></rss>')
    assert (feed.title, feed.link) == ("The Paper", "https://news.example/")
    assert [entry.url for entry in feed.entries] == ["https://news.example/1"]


def test_a_tombstone_is_no_entry_and_names_nothing() -> None:
    stone = (
        '<at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0" ref="urn:0" when="2026-11-23T10:00:00Z">'
        '<title>Dead</title><link href="https://dead.example/"/></at:deleted-entry>'
    )
    entry = "<entry><id>1</id><title>A</title></entry>"
    feed = read(f'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>{stone}{entry}</feed>')
    assert (feed.title, [one.title for one in feed.entries]) == ("T", ["A"])


ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>{0}<entry><id>1</id><title>A</title>{1}</entry></feed>'
)
FEEDS_OWN = "<author><name>Ada Byron</name></author>"
SOURCE = "<source><id>s</id><author><name>Ben Cole</name></author></source>"


@pytest.mark.parametrize(
    ("document", "author"),
    [
        (ATOM.format(FEEDS_OWN, ""), "Ada Byron"),
        (ATOM.format(FEEDS_OWN, SOURCE), "Ben Cole"),
        (ATOM.format(FEEDS_OWN, SOURCE + "<author><name>Cleo Dahl</name></author>"), "Cleo Dahl"),
        (rss("<title>A</title>", head="<managingEditor>desk@paper.example (Desk)</managingEditor>"), ""),
    ],
    ids=["of the feed", "of the feed it was taken from", "its own", "who runs an RSS feed"],
)
def test_who_has_written_an_entry_that_does_not_say_it(document: str, author: str) -> None:
    """RFC 4287, 4.2.1: a rule that asks for an author found none in the feed of one author."""
    assert only(document).author == author


@pytest.mark.parametrize(
    "author",
    [
        "ada@paper.london (Ada Byron)",
        "ada.b+news@mail.paper.example (Ada Byron)",
        "Ada Byron &lt;ada@paper.agency&gt;",
        "mailto:ada@paper.example (Ada Byron)",
        "ada@paper.example, Ada Byron",
        "<name>ada@paper.example (Ada Byron)</name>",
    ],
)
def test_an_authors_name_is_told_from_an_address_of_any_domain(author: str) -> None:
    assert only(rss(f"<title>A</title><author>{author}</author>")).author == "Ada Byron"


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("https://news.example/1", ""),
        ("Mon, 23 Nov 2026 10:00:00 +0000", ""),
        ("2026-11-23 10:00:00 UTC", ""),
        ("https://news.example/2", "https://news.example/2"),
        ("Mon, 23 Nov 2026 11:00:00 +0000", "Mon, 23 Nov 2026 11:00:00 +0000"),
        ("Market, 23 Nov 2026 10:00", "Market, 23 Nov 2026 10:00"),
        ("23 November 2026", "23 November 2026"),
    ],
)
def test_a_title_that_is_but_the_url_or_the_date_is_none(title: str, shown: str) -> None:
    """What Mastodon 3.5 and bookmarks write for want of one: what the post says is shown."""
    date = "<pubDate>Mon, 23 Nov 2026 10:00:00 GMT</pubDate>"
    assert only(rss(f"<title>{title}</title><link>/1</link>{date}<description>W</description>")).title == shown
    item = f'{{"id": "1", "title": "{title}", "url": "/1", "date_published": "2026-11-23T10:00:00Z"}}'
    document = f'{{"version": "https://jsonfeed.org/version/1.1", "items": [{item}]}}'
    assert read(document, url="https://news.example/feed.json").entries[0].title == shown


@pytest.mark.parametrize(
    ("category", "tags"),
    [
        ('<category scheme="https://forms.example/" label="form type" term="8-K"/>', ("form type", "8-K")),
        ('<category term="economy" label="Economy"/>', ("Economy", "economy")),
        ('<category term="Trade" label="Trade"/>', ("Trade",)),
        ('<category term="Trade"/>', ("Trade",)),
    ],
)
def test_a_category_is_found_by_its_term_and_by_its_label(category: str, tags: tuple[str, ...]) -> None:
    assert only(ATOM.format("", category)).tags == tags
