"""The parser: what reads, and every mistake with its place and its fix."""

from __future__ import annotations

import pytest

from bot.core.query.format import format_query
from bot.core.query.parser import parse_all, parse_name, parse_query
from bot.core.query.word_patterns import word_patterns
from bot.core.text.suggest import nearest
from bot.errors import QueryError
from bot.model.query import And, AtLeast, Entity, In, Near, Not, Or, Phrase, Query, Regex, Word

ENTITIES: dict[str, Query] = {
    "huawei": Entity(name="huawei", names=(Word(text="Huawei"), Word(text="HiSilicon"))),
    "both": Entity(name="both", names=(parse_query("Huawei AND ZTE"),)),
}


def word(text: str) -> Word:
    return Word(text=text)


READS = {
    "a NOT b": ("alpha NOT beta", And(operands=(Word(text="alpha"), Not(operand=Word(text="beta"))))),
    "near binds tighter": (
        "alpha AND beta NEAR/3 gamma",
        And(operands=(Word(text="alpha"), Near(left=Word(text="beta"), right=Word(text="gamma"), reach=3))),
    ),
    "near reads left to right": (
        "alpha NEAR beta ONEAR/s gamma",
        Near(
            left=Near(left=Word(text="alpha"), right=Word(text="beta")),
            right=Word(text="gamma"),
            reach="s",
            ordered=True,
        ),
    ),
    "a field takes one atom": (
        "title:alpha OR beta",
        Or(operands=(In(field="title", operand=Word(text="alpha")), Word(text="beta"))),
    ),
    "a count takes one atom": (
        "ATLEAST/2 alpha AND beta",
        And(operands=(AtLeast(count=2, operand=Word(text="alpha")), Word(text="beta"))),
    ),
    "parentheses around one word": ("((alpha))", Word(text="alpha")),
    "curly quotes": ("“no spy”~2", Phrase(words=("no", "spy"), slop=2)),
    "exact phrase": ('="No Spy"', Phrase(words=("No", "Spy"), exact=True)),
    "punctuation in a phrase": ('"Huawei, the firm"', Phrase(words=("Huawei", "the", "firm"))),
    "a comment": ("alpha # beta\n# gamma\n", Word(text="alpha")),
    "# in a phrase is none": ('"alpha # beta"', Phrase(words=("alpha", "beta"))),
    "a slash in a regex": (r"/a\/b\\/i", Regex(pattern=r"a/b\\", any_case=True)),
    "a slash in a word": ("24/7", Word(text="24/7")),
    "signs of names": ("C++ OR C# OR .NET OR $ORB", Or(operands=tuple(map(word, ("C++", "C#", ".NET", "$ORB"))))),
    "signs that say nothing": ("Yahoo! AND #Orbrecht", And(operands=(Word(text="Yahoo"), Word(text="Orbrecht")))),
    "a star in a name": ('"E*TRADE"', Phrase(words=("e", "trade"))),
    "a dollar in a name": ("A$AP OR P!nk", Or(operands=(word("A$AP"), word("P!nk")))),
    "a plus behind a name": ("Canal+ OR C++", Or(operands=(word("Canal+"), word("C++")))),
    "a decimal comma": ("3,5", Word(text="3,5")),
    "a mark of direction": ("\u200ealpha\u200f", Word(text="alpha")),
    "quotes of other scripts": (
        "「alpha beta」 OR »gamma«",
        Or(operands=(Phrase(words=("alpha", "beta")), Phrase(words=("gamma",)))),
    ),
    "a figure with a comma": ("1,200", Word(text="1,200")),
    "full-width signs": (
        "（alpha OR ＂beta＂） AND x",
        And(operands=(Or(operands=(Word(text="alpha"), Phrase(words=("beta",)))), Word(text="x"))),
    ),
    "invisible characters": ("al\u200bpha AND \u200bbeta", And(operands=(Word(text="alpha"), Word(text="beta")))),
    "Hebrew abbreviation": ('ארה"ב', Word(text='ארה"ב')),
    "Hebrew abbreviation in a phrase": ('"נשיא ארה"ב"', Phrase(words=("נשיא", 'ארה"ב'))),
    "a middle dot": ("Paral·lel", Word(text="Paral·lel")),
    "a hashtag is no comment": ("alpha AND #5G # beta", And(operands=(Word(text="alpha"), Word(text="5G")))),
    "an acronym keeps its last stop": ("U.S.", Word(text="U.S.")),
    "a value with underscores": ("source:my_feed", In(field="source", operand=Word(text="my_feed"))),
    "an operator in quotes": ('"AND"', Phrase(words=("AND",))),
    "hashtags that are operators": (
        "=#AND OR #NEAR/3",
        Or(operands=(Word(text="AND", exact=True), Word(text="NEAR/3"))),
    ),
    "hashtags that may be a misspelt NOTNEAR": (
        "#not NEAR/2 beta OR #Not ONEAR/2 beta",
        Or(
            operands=tuple(
                Near(left=Word(text=word), right=Word(text="beta"), reach=2, ordered=ordered)
                for word, ordered in (("not", False), ("Not", True))
            )
        ),
    ),
    "a regex and a group behind NEAR": (
        "alpha NEAR /5 b/ OR alpha NEAR (5)",
        Or(
            operands=(
                Near(left=Word(text="alpha"), right=Regex(pattern="5 b"), reach=10),
                Near(left=Word(text="alpha"), right=Word(text="5"), reach=10),
            )
        ),
    ),
    "a figure in brackets behind NEAR, and then another operator": (
        "a AND (b NEAR (737)) AND c NEAR(737) AND NOT (d NEAR (737) NEAR/2 e)",
        And(
            operands=(
                Word(text="a"),
                Near(left=Word(text="b"), right=Word(text="737"), reach=10),
                Near(left=Word(text="c"), right=Word(text="737"), reach=10),
                Not(
                    operand=Near(
                        left=Near(left=Word(text="d"), right=Word(text="737"), reach=10), right=Word(text="e"), reach=2
                    )
                ),
            )
        ),
    ),
    "the same before OR": (
        "foo NEAR (2026) OR bar",
        Or(operands=(Near(left=Word(text="foo"), right=Word(text="2026"), reach=10), Word(text="bar"))),
    ),
    "an exact word right behind NEAR": (
        "alpha NEAR=5G",
        Near(left=Word(text="alpha"), right=Word(text="5G", exact=True), reach=10),
    ),
    "a question mark of its own in a phrase": ('"Qui a gagné ?"', Phrase(words=("Qui", "a", "gagné"))),
    "operators are whole words": ("ORGAN AND NEARBY", And(operands=(Word(text="ORGAN"), Word(text="NEARBY")))),
}


@pytest.mark.parametrize(("text", "query"), READS.values(), ids=READS)
def test_a_rule_reads(text: str, query: Query) -> None:
    assert parse_query(text) == query
    assert parse_query(format_query(query)) == query


MISTAKES = {
    "empty": ("", "", "empty", ""),
    "only a comment": ("# Huawei", "# Huawei", "empty", "hashtag"),
    "lower-case and": ("Huawei and 5G", "and", "capitals", "AND"),
    "title-case or": ("Huawei Or 5G", "Or", "capitals", "OR"),
    "lower-case near": ("Huawei near/5 Iran", "near/5", "capitals", "NEAR/5"),
    "lower-case not first": ("not Huawei", "not", "capitals", "NOT"),
    "two words": ("Huawei 5G", "Huawei 5G", "two words", "Huawei AND 5G"),
    "four words": ("new deal for Huawei", "new deal for Huawei", "4 words", '"new deal for Huawei"'),
    "two phrases": ('"no spy" "no deal"', '"no spy" "no deal"', "two parts", "AND"),
    "AND with OR": ("alpha AND beta OR gamma", "OR", "side by side", "(alpha AND beta) OR gamma"),
    "OR with NOT": ("alpha OR beta NOT gamma", "NOT", "side by side", "(alpha OR beta) AND NOT gamma"),
    "unknown field": ("titel:Huawei", "titel", "no field", "title:"),
    "an address": ("https://x.example/a", "https://x.example/a", "no field", "url:"),
    "a clock time": ("10:30", "10:30", "no field", '"10:30"'),
    "unknown entity": ("@huawai AND 5G", "@huawai", "no entity", "@huawei"),
    "an @ alone": ("@ AND 5G", "@", "name of an entity", "@huawei"),
    "quote": ('alpha AND "no spy', '"no spy', "never closed", '"'),
    "parenthesis": ("alpha AND (beta OR gamma", "(", "never closed", ")"),
    "closing parenthesis": ("alpha)", ")", "closes nothing", ""),
    "nothing in parentheses": ("alpha AND ()", "()", "nothing stands", ""),
    "nothing in quotes": ('""', '""', "no word", ""),
    "only negative": ("NOT alpha", "NOT alpha", "only excludes", "something"),
    "only negative in parentheses": ("alpha AND (NOT beta)", "NOT beta", "only excludes", ""),
    "only negative in a field": ("title:(NOT beta)", "NOT beta", "only excludes", ""),
    "two negatives": ("NOT alpha AND NOT beta", "NOT alpha AND NOT beta", "only excludes", ""),
    "negative beside OR": ("alpha OR NOT beta", "NOT beta", "nearly everything", ""),
    "NOT twice": ("alpha AND NOT NOT beta", "NOT NOT", "NOT twice", ""),
    "NEAR on AND": ("(alpha AND beta) NEAR/5 gamma", "(alpha AND beta)", "gets AND", "(alpha NEAR/5 gamma) AND (beta"),
    "NEAR on NOT": ("alpha NEAR/5 (beta NOT gamma)", "(beta NOT gamma)", "gets AND", ""),
    "NEAR on AND, through an entity": ("@both NEAR/5 gamma", "@both", "through @both", ""),
    "ATLEAST on AND": (
        "ATLEAST/2 (alpha AND beta)",
        "(alpha AND beta)",
        "gets AND",
        "ATLEAST/2 alpha AND ATLEAST/2 beta",
    ),
    "NEAR on a whole value": ("source:bbc NEAR/3 alpha", "source:bbc", "whole value", "AND"),
    "a field in a field": ("title:(body:alpha)", "body:", "field inside a field", ""),
    "* too early": ("alpha AND h*", "h*", "too early", ""),
    "* first": ("*awei", "*", "too early", ""),
    "? too early": ("h?awei", "h?awei", "too early", ""),
    "* too early in a phrase": ('"alpha h*"', "h*", "too early", ""),
    "bad regex": ("/[a-/", "/[a-/", "RE2", ""),
    "look-ahead": ("/(?=a)/", "/(?=a)/", "RE2", "look-ahead"),
    "open regex": ("alpha AND /abc", "/abc", "never closed", "/"),
    "unknown flag": ("/abc/g", "g", "only i", ""),
    "empty regex": ("alpha AND //", "//", "empty", ""),
    "nothing behind AND": ("alpha AND", "AND", "missing", ""),
    "nothing before AND": ("AND alpha", "AND", "cannot begin", '"AND"'),
    "AND AND": ("alpha AND AND beta", "AND", "does not fit", ""),
    "count of nothing": ("ATLEAST/0 alpha", "ATLEAST/0", "from 1", "ATLEAST/1"),
    "count without a slash": ("ATLEAST 3 alpha", "ATLEAST 3 alpha", "slash", "ATLEAST/3"),
    "~ on a word": ("alpha~2", "~2", "phrase", ""),
    "~ without a number": ('"alpha beta"~', "~", "number", ""),
    "minus": ("-alpha", "-", "exclude", "NOT"),
    "minus behind": ("alpha -beta", "-", "exclude", "NOT"),
    "ampersands": ("alpha && beta", "&&", "no operator", "AND"),
    "comma": ("alpha, beta", ",", "joins nothing", "AND or OR"),
    "w/5": ("alpha w/5 beta", "w/5", "no operator", "NEAR/5"),
    "pre/3": ("alpha pre/3 beta", "pre/3", "no operator", "ONEAR/3"),
    "a reach in parentheses": ("alpha NEAR(5) beta", "NEAR(5)", "no operator", "write NEAR/5"),
    "a search engine's AROUND": ("alpha AROUND(5) beta", "AROUND(5)", "no operator", "write NEAR/5"),
    "a reach behind a space": ("alpha NEAR /5 beta", "NEAR /5", "no operator", "write NEAR/5"),
    "a reach before a space": ("alpha NEAR/ 5 beta", "NEAR/ 5", "no operator", "write NEAR/5"),
    "a reach in words": ("alpha NEAR/5w beta", "NEAR/5w", "no operator", "write NEAR/5"),
    "half a word": ("alpha NEAR/5.5 beta", "NEAR/5.5", "no operator", "write NEAR/5"),
    "a reach below zero": ("alpha ONEAR/-1 beta", "ONEAR/-1", "no operator", "write ONEAR/1"),
    "a reach as a word": ("alpha NEAR/five beta", "NEAR/five", "no operator", "whole number"),
    "a reach behind a colon": ("alpha NEAR:5 beta", "NEAR:5", "no operator", "write NEAR/5"),
    "NEAR as a function": ("NEAR(alpha OR beta)", "NEAR", "cannot begin", "a NEAR b"),
    "a count glued": ("ATLEAST3(alpha)", "ATLEAST3(", "slash", "write ATLEAST/3"),
    "a count in parentheses": ("atleast(3) alpha", "atleast(", "slash", "write ATLEAST/3"),
    "a count behind its word": ("alpha AND ATLEAST/3", "ATLEAST/3", "missing", "ATLEAST/3 Huawei"),
    "a field with an equals sign": ("title=alpha", "title=alpha", "colon", "write title:alpha"),
    "a field apart from its colon": ("title :alpha", "title :", "stand together", "write title:alpha"),
    "a field of an archive": ("alpha AND published:2024", "published", "no field", "settings.max_age"),
    "a field of a mailbox": ("from:bbc AND alpha", "from", "no field", "source:"),
    "a weight": ("alpha^2 AND beta", "^", "weighs", "delete ^2"),
    "a fuzzy word": ("alpha~0.8", "~0.8", "phrase", "other spellings"),
    "~ apart from its phrase": ('"alpha beta" ~ 5', "~", "no letter", "right behind the quote"),
    "~5 apart from its phrase": ('"alpha beta" ~5', "~5", "behind a phrase", "without a space"),
    "a star for a word": ('"alpha * beta"', "*", "stands for no word", 'write "alpha beta"~1'),
    "XOR": ("alpha XOR beta", "XOR", "no operator", "(a OR b) NOT (a AND b)"),
    "WITHOUT": ("alpha WITHOUT beta", "WITHOUT", "no operator", "AND NOT"),
    "another tool's ending": ("alpha AND bet%", "%", "no letter", "write bet*"),
    "an apostrophe of typesetters": ("alpha AND beta’ AND gamma", "’", "says nothing", "delete"),
    "a bracket of a regex": (r"/alpha(/", r"/alpha(/", "missing )", r"write \("),
    "a reach in capitals": ("alpha NEAR/S beta", "NEAR/S", "no operator", "write NEAR/s"),
    "a slash and a number": ("alpha /5 beta", "/5", "no operator", "write NEAR/5"),
    "a plus and a number": ("alpha +5 beta", "+5", "no operator", "write ONEAR/5"),
    "a sentence of other tools": ("alpha w/sent beta", "w/sent", "no operator", "write NEAR/s"),
    "a paragraph of other tools": ("alpha SAME beta", "SAME", "no operator", "write NEAR/p"),
    "an order in words": ("alpha FOLLOWED BY beta", "FOLLOWED BY", "no operator", "write ONEAR"),
    "NOT behind NEAR": ("alpha NEAR/5 NOT beta", "NOT", "does not fit", "write NOTNEAR"),
    "NOT before NEAR": ("alpha NOT NEAR/5 beta", "NEAR/5", "does not fit", "write NOTNEAR/5"),
    "a protected sign": (r"AT\&T AND alpha", "\\", "no sign needs", "write AT&T"),
    "protected signs": (r"C\+\+", "\\", "no sign needs", "write C++"),
    "a space behind =": ("alpha AND = beta", "=", "right before", "=Apple"),
    "= before a field": ("=title:alpha", "title:alpha", "no field", "write title:=alpha"),
    "a field for spelling": ("exact:alpha", "exact", "no field", "=alpha"),
    "a flag of a regex": ("alpha AND (?i)", "?", "begins nothing", "/(?i)"),
    "a path": ("alpha AND url:/news", "/news", "never closed", '"/news"'),
    "exclamation mark": ("alpha AND ! beta", "!", "no letter", ""),
    "a star in a name": ("E*TRADE", "E*TRADE", "too early", 'write "E*TRADE"'),
    "a name with a colon": ("Micro:bit", "Micro", "no field", 'in quotes: "Micro:bit"'),
    "a field of a search engine": ("site:bbc.co.uk", "site", "no field", "domain:"),
    "a count in lower case": ("atleast/3 alpha", "atleast/3 alpha", "in capitals", "write ATLEAST/3"),
    "curly single quotes": ("‘no spy’", "‘", "single quote", '"no spy"'),
    "a single quote": ("'no spy'", "'", "single quote", "double"),
    "brackets": ("[alpha]", "[", "means nothing", "( )"),
    "NUL": ("al\x00pha", "\x00", "invisible character (U+0000)", "delete"),
    "lone surrogate": ("alpha AND \ud800", "\ud800", "half a character", ""),
    "turned direction": ("alpha AND \u202ebeta", "\u202e", "invisible", ""),
    "too deep": ("(" * 500 + "alpha" + ")" * 500, "(", "100 levels", "entities"),
    "too many NEARs": ("alpha NEAR " * 200 + "beta", "N", "100 levels", ""),
}


@pytest.mark.parametrize(("text", "at", "message", "hint"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_has_its_place_and_its_fix(text: str, at: str, message: str, hint: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query(text, ENTITIES)
    error = caught.value
    assert text[error.start : error.end] == at
    assert message in str(error)
    assert hint in error.hint


def test_several_mistakes_are_found_in_one_pass() -> None:
    text = "titel:alpha AND (beta and gamma) AND @nobody AND h*"
    errors = parse_all(text)[1]
    assert [text[error.start : error.end] for error in errors] == ["titel", "and", "@nobody", "h*"]


@pytest.mark.parametrize(
    "text",
    [
        " OR ".join(f"word{number}" for number in range(10_000)),
        "alpha" * 200_000,
        "alpha beta " * 50_000,
        '"' * 100_001,
        "/" * 100_001,
        "a," * 50_000,
        "NOT " * 20_000 + "alpha",
        "ATLEAST/2 " * 20_000 + "alpha",
        "title:" * 20_000,
        "((((" * 20_000,
        " ".join(["NEAR(", "alpha", "beta", "gamma"]).replace(" ", " " * 5_000),
        "\u202e" * 1_000,
        "/(a{1000}){1000}/",
    ],
    ids=range(13),
)
def test_hostile_rules_get_an_answer(text: str) -> None:
    query, errors = parse_all(text)
    assert (query is None) == bool(errors)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Huawei", Word(text="Huawei")),
        ("United States", Phrase(words=("United", "States"))),
        ("Bed Bath and Beyond", Phrase(words=("Bed", "Bath", "and", "Beyond"))),
        ("Amazon.com, Inc.", Phrase(words=("Amazon.com", "Inc"))),
        ("Procter & Gamble", Phrase(words=("Procter", "Gamble"))),
        ("Yahoo!", Word(text="Yahoo")),
        ("C#", Word(text="C#")),
        ("T-Mobile US", Phrase(words=("T-Mobile", "US"))),
        ('"no spy"', Phrase(words=("no", "spy"))),
        ("Huawei NEAR/2 deal", Near(left=Word(text="Huawei"), right=Word(text="deal"), reach=2)),
    ],
    ids=str,
)
def test_a_name_of_an_entity(text: str, query: Query) -> None:
    assert parse_name(text) == (query, ())


@pytest.mark.parametrize(
    ("slip", "known", "meant"),
    [
        ("zet", ("huawei", "zte"), "zte"),
        ("quite", ("slack", "quiet"), "quiet"),
        ("titel", ("title", "text"), "title"),
        ("conc", ("concurrency", "max"), "concurrency"),
        ("x", ("a", "b"), ""),
        ("nothing", ("alpha", "beta"), ""),
    ],
)
def test_the_nearest_name(slip: str, known: tuple[str, ...], meant: str) -> None:
    assert nearest(slip, known) == meant


@pytest.mark.parametrize("word", ["=华为5G*", "-".join("ab" * 700), "-".join("ab" * 700) + "*"], ids=range(3))
def test_a_run_that_is_no_single_word_has_patterns_all_the_same(word: str) -> None:
    assert word_patterns(word.removeprefix("="), word.startswith("="))
