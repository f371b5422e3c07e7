"""Random rules and random texts over a small, spiteful vocabulary."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

from bot.model import Entry, OutletId, Reading
from bot.model.query import And, AtLeast, Entity, First, In, Near, Not, Or, Phrase, Query, Regex, Word

SEEN = datetime(2026, 1, 1, tzinfo=UTC)

RULE_WORDS = (
    "alpha", "beta", "gamma", "US", "us", "IT", "it", "NATO", "5G", "5-G", "no-spy", "nospy", "no", "spy", "AT&T",
    "U.S.", "Citroën", "citroen", "5.25", "25", "O'Neill", "al*", "be?a", "no*", "华为", "网络", "华为5G", "COVID-19",
    "JK", "J", "alpha.beta",
)  # fmt: skip
TEXT_WORDS = (
    "alpha", "Beta", "gamma", "US", "us", "U.S.", "IT", "it", "Nato", "5G", "5-G", "no-spy", "nospy", "no", "spy",
    "AT&T", "AT&T-owned", "US-China", "Citroën", "CITROEN", "5.25", "525", "O’Neill's", "alphabet", "beta’s",
    "华为", "华为5G网络", "post-COVID-19", "covid", "19", "Mr", "co-operate", "alpha/beta", "🚀",
    "J. K.", "U. S.", "J K Alpha", "J", "O`Neill", "alpha¹", "alpha[.]beta",
)  # fmt: skip

words = st.builds(Word, text=st.sampled_from(RULE_WORDS))
exact_words = st.builds(
    Word, text=st.sampled_from([word for word in RULE_WORDS if word.isalnum() and word.isascii()]), exact=st.just(True)
)
plain = tuple(word for word in RULE_WORDS if "*" not in word and "?" not in word and word[-1] != "." and word.isascii())
phrases = st.builds(Phrase, words=st.lists(st.sampled_from(plain), min_size=1, max_size=3).map(tuple))
loose_phrases = st.builds(
    Phrase, words=st.lists(st.sampled_from(plain), min_size=2, max_size=3).map(tuple), slop=st.integers(1, 4)
)
leaves = st.one_of(words, words, words, exact_words, phrases)


def groups(leaf: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    return st.builds(Or, operands=st.lists(leaf, min_size=2, max_size=3).map(tuple))


entities = st.builds(
    Entity,
    name=st.sampled_from(["one", "two"]),
    names=st.lists(st.one_of(words, phrases), min_size=1, max_size=3).map(tuple),
    but_not=st.lists(phrases, max_size=2).map(tuple),
)
mentions = st.one_of(leaves, leaves, groups(leaves), entities)
reach = st.one_of(st.integers(0, 6), st.sampled_from(["s", "p"]))


@st.composite
def nears(draw: st.DrawFn, left: st.SearchStrategy[Query] = mentions) -> Query:
    ordered, apart = draw(st.sampled_from([(False, False), (False, False), (True, False), (False, True)]))
    return Near(left=draw(left), right=draw(mentions), reach=draw(reach), ordered=ordered, apart=apart)


counted = st.one_of(
    st.builds(AtLeast, count=st.integers(1, 3), operand=mentions),
    st.builds(First, count=st.integers(1, 12), operand=mentions),
)
placed = st.one_of(leaves, loose_phrases, mentions, nears(), nears(nears()), counted)
fields = st.sampled_from(["title", "summary", "body", "text", "caption", "promo"])
values = st.one_of(
    st.builds(In, field=st.just("source"), operand=st.builds(Word, text=st.sampled_from(["bbc", "CNN"]))),
    st.builds(In, field=st.just("lang"), operand=st.builds(Word, text=st.sampled_from(["en", "en-gb", "fr"]))),
    st.builds(
        In,
        field=st.just("tag"),
        operand=groups(st.builds(Word, text=st.sampled_from(["tech", "war"]))),
    ),
)
atoms = st.one_of(placed, placed, placed, st.builds(In, field=fields, operand=placed), values)


def _below(query: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    return st.one_of(
        st.builds(Or, operands=st.lists(query, min_size=2, max_size=3).map(tuple)),
        st.builds(
            lambda first, rest: And(operands=(first, *rest)),
            query,
            st.lists(st.one_of(query, st.builds(Not, operand=query)), min_size=1, max_size=3),
        ),
    )


queries: st.SearchStrategy[Query] = st.recursive(atoms, _below, max_leaves=6)
regexes = st.builds(
    Regex, pattern=st.sampled_from([r"CVE-\d+", "a/b", r"a\\", r"[/x]", "^a", r"\.", "é+"]), any_case=st.booleans()
)
printable: st.SearchStrategy[Query] = st.recursive(st.one_of(atoms, regexes), _below, max_leaves=8)
"""Every kind of query, for what only writes and reads rules."""

texts = st.lists(
    st.tuples(st.sampled_from(TEXT_WORDS), st.sampled_from([" ", " ", " ", " ", ", ", ". ", "! ", "\n\n"])), max_size=14
).map(lambda pairs: "".join(word + gap for word, gap in pairs).strip())
readings = st.builds(
    Reading,
    title=st.one_of(texts, texts.map(str.upper)).map(lambda text: text.replace("\n\n", " ")),
    summary=texts,
    body=texts,
    caption=texts,
    promo=texts,
)
entries = st.builds(
    Entry,
    title=st.just(""),
    source=st.sampled_from([None, OutletId("bbc"), OutletId("cnn")]),
    lang=st.sampled_from([None, "en", "en-GB", "fr"]),
    tags=st.lists(st.sampled_from(["Tech", "war", "art"]), max_size=2).map(tuple),
    seen_at=st.just(SEEN),
)

PIECES = (
    "alpha", "Beta", "us", "U.S", "U.S.", "5.25", "no-spy", "nospy", "spy", "L'Alpha", "l’alpha", "NATO'ya", "Beta's",
    "beta’s", "İSTANBUL", "istanbul", "ЁЛКА", "елка", 'ארה"ב', "ארה", "ΣΟΦΟΣ", "AT&T", "at", "t", "A/B", "b", "2024–25",
    "K", "é", "e\u0301", "א\u05b0", "क\u094d\u200dष", "华为5G", "5g",
)  # fmt: skip
SIGNS = (
    " ", " ", " ", " ", ", ", ". ", "! ", "? ", ".\n", "\n", "\n\n", "\n\n\n", "... ", ".) ", '"', ' "', '" ', '." ',
    " '", "' ", "’ ", " “", "” ", "—", " – ", "-", "--", "_", "/", "&", ".", "…", "(", ")", "[", "\t", "\u00a0",
    "\u2003", "\u200d", "\ud800", "🚀", "\x00", "*", "+", "#", "$", ":", ";", "|", "«", "·",
)  # fmt: skip
tangled = st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(SIGNS)), max_size=10).map(
    lambda pairs: "".join(word + sign for word, sign in pairs)
)
"""Texts in which words and signs stand in every way, as no HTML reader would leave them (but no apostrophe joins them:
what it is, case may tell, and lower case not)."""
tangled_readings = st.builds(Reading, title=tangled, summary=tangled, body=tangled)
WANTED = tuple(dict.fromkeys(piece.lower().rstrip(".") for piece in PIECES))
tangled_words = st.builds(Word, text=st.sampled_from(WANTED))
tangled_phrases = st.builds(Phrase, words=st.lists(st.sampled_from(WANTED), min_size=2, max_size=3).map(tuple))
