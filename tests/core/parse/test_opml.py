"""OPML, and the lines of a rules file that an import adds."""

from __future__ import annotations

import gzip

import pytest

from bot.core.parse.opml import OpmlFeed, read_opml, url_key, write_opml
from bot.core.rulefile.add_feeds import urls_in, with_feeds
from bot.core.rulefile.ruleset import read_ruleset
from bot.errors import UsageError
from bot.model import Feed, FeedId


def opml(body: str, head: str = "") -> bytes:
    document = f'<opml version="2.0"><head><title>t</title></head><body>{body}</body></opml>'
    return f'<?xml version="1.0"?>{head}{document}'.encode()


def test_feeds_with_names_and_folders() -> None:
    listed = read_opml(
        opml(
            '<outline text="Tech"><outline type="rss" text="A" title="A &amp; B" xmlUrl="https://a.example/x"/>'
            '<outline text="Sub"><outline xmlURL="http://b.example/" category="/World,Asia"/></outline></outline>'
            '<outline text="no feed" type="link" url="https://c.example/"/><outline text="C" xmlUrl="ftp://c.example/"/>'
            '<outline text="D" type="rss" url="https://d.example/rss"/>'
        )
    )
    assert [(feed.name, feed.url, feed.tags) for feed in listed] == [
        ("A & B", "https://a.example/x", ("Tech",)),
        ("", "http://b.example/", ("Tech", "Sub", "World", "Asia")),
        ("C", None, ()),
        ("D", "https://d.example/rss", ()),
    ]


@pytest.mark.parametrize(
    "written",
    [
        "ftp://x.example/",
        "file:///etc/passwd",
        "https://",
        "//x",
        "javascript:1",
        "https://x/${HOME}",
        "https://a b/",
        "http://[x",
    ],
)
def test_what_is_no_web_address_is_refused(written: str) -> None:
    (feed,) = read_opml(opml(f'<outline text="x" xmlUrl="{written}"/>'))
    assert (feed.url, feed.written) == (None, written)


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://x.example/search?q=&quot;Orbrecht Steel&quot;", "https://x.example/search?q=%22Orbrecht%20Steel%22"),
        ("https://x.example/&quot;a&quot;+OR+b/rss", "https://x.example/%22a%22+OR+b/rss"),
        ("https://x.example/feed&quot;", None),
        ("https://x.example/feed&gt;", None),
        ("https://x&quot;.example/&quot;", None),
    ],
)
def test_phrases_in_an_address_are_encoded(written: str, url: str | None) -> None:
    """Searches of Google News and RSSHub, as readers hand them out: refused as no address."""
    (feed,) = read_opml(opml(f'<outline text="x" xmlUrl="{written}"/>'))
    assert feed.url == url


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"<html><body/></html>",
        b"<rss version='2.0'/>",
        opml('<outline xmlUrl="https://a.example/"/>')[:-20],
        opml("", '<!DOCTYPE opml [<!ENTITY x "y">]>'),
        opml('<outline text="&x;"/>', '<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        opml("", '<!DOCTYPE opml [<!ENTITY % p "y"> %p;]>'),
    ],
    ids=["empty", "words", "page", "feed", "cut", "entity", "xxe", "parameter-entity"],
)
def test_what_is_no_opml_raises(data: bytes) -> None:
    with pytest.raises(UsageError):
        read_opml(data)


def test_an_entry_without_a_url_is_no_folder() -> None:
    listed = read_opml(
        opml(
            '<outline text="Tech"><outline text="A" type="rss"/><outline text="B" xmlUrl=" "/></outline>'
            '<outline text="Full"><outline text="C" xmlUrl="https://c.example/"/></outline>'
            '<outline text="D" htmlUrl="https://d.example/"/><outline text="E"/><outline text="F" type="link" url="x"/>'
        )
    )
    assert [(feed.name, feed.url, feed.written) for feed in listed] == [
        ("A", None, ""),
        ("B", None, ""),
        ("C", "https://c.example/", "https://c.example/"),
        ("D", None, ""),
        ("E", None, ""),
    ]
    assert listed[0].tags == ("Tech",)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("A&nbsp;&eacute;", "A é"),
        ("A &unknown; B", "A &unknown; B"),
        ("A \x0b\x01B", "A B"),
        ("A &#0;&#x1f;B", "A B"),
        ("A &amp;amp; B", "A & B"),
        ("A & B &c= C", "A & B &c= C"),
        ("A &#55357;&#56832;", "A \U0001f600"),
        ("A < B", "A < B"),
        ('A" text="B', "A"),
        ('A" type=rss title="C', "C"),
    ],
)
def test_one_odd_character_does_not_refuse_a_list(written: str, name: str) -> None:
    (feed,) = read_opml(opml(f'<outline text="{written}" xmlUrl="https://a.example/?x=1&y=2"/>'))
    assert (feed.name, feed.url) == (name, "https://a.example/?x=1&y=2")


@pytest.mark.parametrize(
    "written, url",
    [
        ("feed://a.example/x", "http://a.example/x"),
        ("feed:https://a.example/x", "https://a.example/x"),
        ("https://a.example/a b", "https://a.example/a%20b"),
        ("https://a.example/x&#x200b;", "https://a.example/x"),
    ],
)
def test_a_url_of_a_list_as_people_write_it(written: str, url: str) -> None:
    assert read_opml(opml(f'<outline text="A" xmlUrl="{written}"/>'))[0].url == url


@pytest.mark.parametrize("lead", ["", "\n\n", "\ufeff", '<?xml version="1.0"\n encoding="UTF-8"?>\r\n\r\n'])
def test_a_list_that_breaks_off_names_the_right_line(lead: str) -> None:
    text = f'{lead}<opml>\n<body>\n<outline text="A&nbsp;\x01" xmlUrl="https://a.example/"/>\n<outline text="B" <\n'
    line = len(text.replace("\r\n", "\n").split("\n")) - 1
    with pytest.raises(UsageError, match=f"line {line}, column 19$"):
        read_opml(text.encode())


def test_bare_ampersands_and_other_encodings_are_read() -> None:
    (feed,) = read_opml(opml('<outline text="A & B" xmlUrl="https://a.example/?x=1&y=2"/>'))
    assert (feed.name, feed.url) == ("A & B", "https://a.example/?x=1&y=2")
    latin = '<?xml version="1.0" encoding="ISO-8859-1"?><opml><body><outline text="Été" xmlUrl="https://a.example/"/></body></opml>'
    assert read_opml(latin.encode("latin-1"))[0].name == "Été"


@pytest.mark.parametrize(
    "one, other, is_same",
    [
        ("HTTPS://News.Example/x", "https://news.example/x", True),
        ("https://news.example:443/x", "https://news.example/x", True),
        ("https://news.example", "https://news.example/", True),
        ("https://news.example/X", "https://news.example/x", False),
        ("http://news.example/x", "https://news.example/x", False),
        ("https://news.example/x?a", "https://news.example/x", False),
        ('https://news.example/x?q="a b"', "https://news.example/x?q=%22a%20b%22", True),
    ],
)
def test_scheme_and_host_count_in_any_case(one: str, other: str, is_same: bool) -> None:
    assert (url_key(one) == url_key(other)) is is_same


def test_what_is_written_reads_back() -> None:
    feeds = [
        Feed(
            id=FeedId("a"),
            url="https://a.example/?x=1&y=2",
            name='A "quoted" <name>',
            label="https://a.example/?x=1&y=2",
            tags=("t",),
        ),
        Feed(id=FeedId("b"), url="https://b.example/?key=hush", name="B", label="https://b.example/?key=${KEY}"),
    ]
    written = write_opml(feeds, "Mine & yours", "today")
    assert "hush" not in written
    assert [(feed.name, feed.written, feed.tags) for feed in read_opml(written.encode())] == [
        ('A "quoted" <name>', "https://a.example/?x=1&y=2", ("t",)),
        ("B", "https://b.example/?key=${KEY}", ()),
    ]


NEW = (
    OpmlFeed(url="https://new.example/1", written="", name='The "New": one # two'),
    OpmlFeed(url="https://new.example/2?a=1&b=2", written="", name="", tags=("Tech, etc",)),
)
FILES = {
    "empty": "",
    "comment-only": "# my rules\n",
    "no-feeds": "rules:\n  - Huawei\n",
    "no-feeds-no-newline": "rules:\n  - Huawei",
    "simple": "feeds:\n  - https://a.example/x\nrules:\n  - Huawei\n",
    "no-indent": "feeds:\n- https://a.example/x\n- https://b.example/x\nrules:\n- Huawei\n",
    "comments": "# top\nfeeds:  # the feeds\n  # first\n  - https://a.example/x   # one\n\n"
    "  # last words\n\n# rules\nrules:\n  - Huawei\n",
    "flow-items": 'feeds:\n  - {url: "https://a.example/x", name: "A"}  # a\nrules: [Huawei]\n',
    "block-items": "feeds:\n  - url: https://a.example/x\n    name: A\n    tags:\n      - t\n    # end\n"
    "rules:\n  - Huawei\n",
    "quoted": "feeds:\n  - 'https://a.example/x'\n  - \"https://b.example/x\"\n",
    "no-newline": "feeds:\n  - https://a.example/x",
    "crlf": "feeds:\r\n  - https://a.example/x\r\nrules:\r\n  - Huawei\r\n",
    "bom": "\ufefffeeds:\n  - https://a.example/x\n",
    "feeds-last": "rules:\n  - Huawei\nfeeds:\n  - https://a.example/x\n  # the end\n",
    "empty-value": "feeds:\nrules:\n  - Huawei\n",
    "empty-value-commented": "feeds:  # none yet\n# more\nrules:\n  - Huawei\n",
    "document-markers": "---\nfeeds:\n  - https://a.example/x\nrules:\n  - Huawei\n...\n",
    "no-feeds-markers": "---\nrules:\n  - Huawei\n...\n",
    "block-scalar": "rules:\n  - when: |\n      Huawei\n      AND 5G\nfeeds:\n  - https://a.example/x\n",
    "block-scalar-last": "feeds:\n  - https://a.example/x\nrules:\n  - id: x\n    when: |\n      Huawei\n\n",
    "unicode": "# ümläut 华为\nfeeds:\n  - {url: https://a.example/x, name: Größe 华为 🎉}\nrules: [华为]\n",
    "flow-many-lines": "feeds: [\n  https://a.example/x,\n  https://b.example/x\n]\nrules: [Huawei]\n",
    "flow-many-lines-comma": "feeds: [\n  https://a.example/x, # one\n]\nrules: [Huawei]\n",
}
CHANGED = {
    "flow": "feeds: [https://a.example/x, https://b.example/x]  # all\nrules: [Huawei]\n",
    "flow-empty": "feeds: []\nrules: [Huawei]\n",
    "flow-empty-commented": "feeds:   [ ]  # none yet\nrules: [Huawei]\n",
    "flow-empty-crlf": "feeds: []\r\nrules: [Huawei]\r\n",
    "flow-empty-behind-a-space": "feeds : []\nrules: [Huawei]\n",
    "flow-empty-with-an-anchor": "feeds: &mine []\nrules: [Huawei]\n",
    "flow-empty-last": "rules: [Huawei]\nfeeds: []",
    "flow-empty-in-braces": "{feeds: [], rules: [Huawei]}\n",
    "null": "feeds: null  # none\nrules: [Huawei]\n",
}


@pytest.mark.parametrize("text", [*FILES.values(), *CHANGED.values()], ids=[*FILES, *CHANGED])
def test_lines_are_added_behind_the_feeds_that_are_there(text: str) -> None:
    added = with_feeds(text, NEW)
    assert urls_in(added) == (*urls_in(text), "https://new.example/1", "https://new.example/2?a=1&b=2")
    if text in FILES.values():
        rest = iter(added.splitlines())
        assert all(line in rest for line in text.splitlines())
    if "\r\n" in text:
        assert added.count("\n") == added.count("\r\n")
    ruleset, problems = read_ruleset(added.encode(), {})
    if "rules:" in text:
        assert ruleset is not None, problems
        assert [(feed.url, feed.name, feed.tags) for feed in ruleset.feeds[-2:]] == [
            ("https://new.example/1", 'The "New": one # two', ()),
            ("https://new.example/2?a=1&b=2", "new.example", ("Tech, etc",)),
        ]
    assert len({feed.id for feed in (ruleset.feeds if ruleset else ())}) == len(ruleset.feeds if ruleset else ())


def test_an_empty_list_in_brackets_becomes_lines() -> None:
    """All of an OPML file's feeds stood in one line of `feeds: [...]`."""
    assert with_feeds("feeds: []  # none\nrules: [Huawei]\n", NEW[:1]) == (
        'feeds:  # none\n  - {url: "https://new.example/1", name: "The \\"New\\": one # two"}\nrules: [Huawei]\n'
    )


@pytest.mark.parametrize("text", ["feeds: x\n", "feeds: {a: b}\n", "- a\n", "feeds: [\n", "a: b: c\n"])
def test_what_cannot_be_added_to_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        with_feeds(text, NEW)


def test_a_name_cannot_reach_the_environment() -> None:
    added = with_feeds("rules: [Huawei]\n", [OpmlFeed(url="https://a.example/", written="", name="${HOME}")])
    ruleset, problems = read_ruleset(added.encode(), {"HOME": "secret"})
    assert ruleset is not None, problems
    assert ruleset.feeds[0].name == "$ {HOME}"


def test_the_episodes_that_a_player_keeps_with_a_podcast_are_no_feeds() -> None:
    """Each counted as a refused one."""
    episode = (
        '<outline type="podcast-episode" title="E" url="https://a.example/1" enclosureUrl="https://a.example/1.mp3"/>'
    )
    (feed,) = read_opml(opml(f'<outline type="rss" text="A" xmlUrl="https://a.example/f">{episode}</outline>'))
    assert feed.url == "https://a.example/f"


def test_what_stands_behind_a_list_does_not_refuse_it() -> None:
    (feed,) = read_opml(b'<opml><body><outline xmlUrl="https://a.example/f"/></body></opml><br/>\n<b>Warning</b>: x')
    assert feed.url == "https://a.example/f"


@pytest.mark.parametrize(
    "body",
    [
        '<body><outline text="T">OUTLINE</outline><body>',
        '<body><outline text="T">OUTLINE</outline>',
        '<body><outline text="T"><outline text="A" xmlUrl="https://a.example/?x=1&amp;amp;y=2"></outline></body>',
    ],
    ids=["opened twice", "never closed", "an outline without end"],
)
def test_a_list_that_is_whole_but_for_its_nesting_is_read(body: str) -> None:
    outline = '<outline text="A" xmlUrl="https://a.example/?x=1&amp;amp;y=2"/>'
    listed = read_opml(f'<opml version="1.0">{body.replace("OUTLINE", outline)}</opml>'.encode())
    assert [(feed.name, feed.url, feed.tags) for feed in listed] == [("A", "https://a.example/?x=1&y=2", ("T",))]


@pytest.mark.timeout(60)
def test_folders_without_end_are_read_in_time_that_grows_with_them() -> None:
    """Ten minutes, in which each folder was told all that stand around it."""
    folders = "".join(f'<outline text="{number}">' for number in range(50_000))
    (feed,) = read_opml(opml(f'{folders}<outline xmlUrl="https://a.example/"/>{"</outline>" * 50_000}'))
    assert feed.tags[-1] == "49999"


@pytest.mark.parametrize("end", ["</outline>", "", "</outline  >"])
@pytest.mark.parametrize("name", ["xmlUrl", "feedUrl"])
def test_in_a_list_that_lost_an_end_a_folder_keeps_its_feeds(end: str, name: str) -> None:
    feeds = "".join(f'<outline {name}="https://{one}.example/">{end}\n' for one in "abc")
    listed = read_opml(f'<opml><head><title>x</head><body><outline text="T">{feeds}</outline>{feeds}</opml>'.encode())
    assert [feed.tags for feed in listed] == [("T",)] * 3 + [()] * 3


@pytest.mark.parametrize("name", ["feedUrl", "rssUrl"])
def test_an_address_under_another_name_is_one(name: str) -> None:
    assert read_opml(opml(f'<outline text="A" {name}="https://a.example/"/>'))[0].url == "https://a.example/"


@pytest.mark.parametrize(
    ("data", "mend"),
    [
        (gzip.compress(opml("")), "gzip.*unpack it"),
        (b"PK\x03\x04" + bytes(20), "zip.*unpack it"),
        (b"https://a.example/x tech\nhttps://b.example/\n", "under feeds:"),
        (b"# mine\n- https://a.example/x\n", "under feeds:"),
        (b'{"feeds": []}', "export the feeds as OPML"),
        (b"<rss version='2.0'/>", "add its address under feeds:"),
        (b"-\n" * 500_000 + b"x", "export the feeds as OPML"),
    ],
    ids=["gzip", "zip", "a reader's list", "lines of YAML", "JSON", "a feed", "a megabyte of dashes"],
)
def test_another_file_is_told_with_what_to_do(data: bytes, mend: str) -> None:
    with pytest.raises(UsageError, match=mend):
        read_opml(data)
