"""A text's words → the kinds of change that they tell: somebody `arrested`, something `halted`.

Law: the words are data, one file a language (`core.language`, key `changes`), and every word of a kind tells the same:
what a story calls a strike is no news as a walkout. What a report tells is read by the letter: the longest phrase wins
(`pleads not guilty` is no verdict). What a story has told is read for all that it may mean, since another wording of it
is no news. The words of a phrase may stand apart: `weist Vorwürfe zurück`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain, compress

from bot.core.language.tables import table_of
from bot.core.language.word_lists import word_list
from bot.core.similarity.change_phrases import (
    ChangePhrase,
    change_phrases,
    is_spelled_otherwise,
    phrases_told_by,
    told_by,
)
from bot.core.similarity.folding import SPACELESS, stem
from bot.core.similarity.left_open import left_open
from bot.core.similarity.lexicon import folded_forms, lexicon
from bot.core.similarity.tokens import BEGINS, CHARACTER, COMMON_IN, KIND_OF, UNIT, TextToken, units, written

_ENOUGH = 2
"""Common words of a language from which it may speak."""
_FEWER = 1
"""How many fewer of its common words than of another's a text in a language may have: `El alcalde deja el cargo` has
more of the Romanian ones."""
_MARK = "="
"""What stands before a kind in a text's vocabulary: no word begins so."""

_Match = tuple[tuple[int, ...], ChangePhrase]
"""The places of a phrase's words in a text, and the phrase."""

_KINDS = word_list("kinds")
"""What is known of kinds of change: which may begin a story, and what one tells besides."""
BEGINNINGS = frozenset(_KINDS["begin"])
"""Kinds of change that a story may begin with, and that another wording of its beginning may tell."""

_AWAITED = {kind: tuple(one[1:] for one in besides if one[0] == "?") for kind, besides in _KINDS.items()}
"""By a kind of change those that are awaited behind it: where polls are open, a winner."""
_SOUGHT = frozenset(_KINDS["sought"])
"""Kinds whose phrases hold a word for what has not happened yet: no `arrest warrant` is an arrest."""

_RENEWED = frozenset(chain.from_iterable(word_list("renewed").values()))
_BESIDE = 2
"""How far from a change the word stands that says that it happens again."""
_UNDONE = word_list("undone")
"""By a kind of change those that undo it."""
_DENIED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    code: tuple(tuple(part.split()) for part in " ".join(words).split("/"))
    for code, words in word_list("denied").items()
}
"""By language what denies right before a change in a run of characters, and right behind it (`anlaşma yok`)."""


@dataclass(frozen=True, slots=True)
class Change:
    """Words that tell a change. `kinds`: of which kinds; `raw`: as they are written; `units`: what they are met by, in
    a script without spaces with the pairs that they make with their neighbours; `is_possible`: it may, or must, but has
    not happened (`may resign`); `is_renewed`: a word beside it says that it happens again (`new truce`)."""

    kinds: frozenset[str]
    raw: str
    units: tuple[str, ...]
    is_possible: bool = False
    is_renewed: bool = False


def mark(kind: str) -> str:
    """The unit that stands for a kind of change in the vocabulary of a text that tells one."""
    return _MARK + kind


def languages_of(*texts: Sequence[TextToken]) -> frozenset[str]:
    """Codes of the languages in Latin letters that some texts may be of, by their common words; none: nothing tells."""
    counts = Counter(chain.from_iterable(map(COMMON_IN, chain.from_iterable(texts))))
    most = max(counts.values(), default=0)
    if most < _ENOUGH:
        return frozenset()
    return frozenset(code for code, count in counts.items() if count >= most - _FEWER)


def changes_in(
    tokens: Sequence[TextToken],
    languages: frozenset[str] = frozenset(),
    asked: Set[int] = frozenset(),
    clauses: Callable[[], Container[int]] = frozenset,
) -> list[Change]:
    """The changes that a text tells, in order, by the letter: of words that share a place the longest phrase, in the
    forms that are listed. `languages`: as `languages_of` gives them; none: any. `asked`: the places of words that ask
    whether it happens; `clauses`: gives those at which a clause begins."""
    changes = []
    matches = _matches(tokens, lambda token: _spelled_in(token, languages))
    longest = _longest(_of_their_language(tokens, matches, told=False))
    open_at = left_open(tokens, longest.items(), BEGINNINGS, clauses) if longest else set()
    for places, kinds in sorted(longest.items()):
        words = run = [tokens[place] for place in places]
        if words[0].kind == CHARACTER:
            beside = sorted({near for place in places for near in (place - 1, place, place + 1)})
            run = [tokens[near] for near in beside if 0 <= near < len(tokens) and tokens[near].kind == CHARACTER]
        is_possible = places in open_at or places[-1] in asked
        near = (*tokens[max(0, places[0] - _BESIDE) : places[0]], *tokens[places[-1] + 1 :][:_BESIDE])
        is_renewed = not _RENEWED.isdisjoint(token.form for token in near)
        changes.append(Change(frozenset(kinds), written(words), tuple(units(run)), is_possible, is_renewed))
    return changes


def untold(changes: Sequence[Change], says: Callable[[str], bool]) -> list[Change]:
    """The changes of whose kinds a story has told none: nor as possible, if they are no more than that."""
    return [
        change
        for change in changes
        if not any(says(mark(kind)) or (change.is_possible and says(mark(_may(kind)))) for kind in change.kinds)
    ]


def happen_again(changes: Sequence[Change], last: Set[str]) -> list[Change]:
    """The changes that a story's last news undid: what was halted, and `resumed`, is halted. `last`: the kinds that
    the headline of that news tells; what it undid may be among them (`truce broken`), and is news only where a word
    says so (`new truce`). Who tells of both tells how it came to that (`halted line resumes`)."""
    told = set(chain.from_iterable(change.kinds for change in changes))
    return [
        change
        for change in changes
        if not change.is_possible
        and (change.is_renewed or change.kinds.isdisjoint(last))
        and any(kind in last and kind not in told for one in change.kinds for kind in _UNDONE.get(one, ()))
    ]


def undoes(change: Change, last: Set[str]) -> bool:
    """Whether a change undoes what was told last: a truce is undone by an attack. `last`: as `told_in` gives it."""
    undoing = set(chain.from_iterable(_UNDONE.get(kind, ()) for kind in last))
    return not change.is_possible and not change.kinds.isdisjoint(undoing)


def had_been_possible(change: Change, says: Callable[[str], bool]) -> bool:
    """Whether a story has told that a change may happen."""
    return any(says(mark(_may(kind))) for kind in change.kinds)


def kinds_in(tokens: Sequence[TextToken]) -> set[str]:
    """The kinds of change that a text may tell: every word that is listed in any language, in another ending and as
    part of a phrase, too."""
    matches = _matches(tokens, lambda token: told_by(token.form, token.capital))
    return {kind for _, phrase in matches for kind in _kinds_of(phrase)}


def told_in(
    tokens: Sequence[TextToken],
    languages: frozenset[str],
    asked: Set[int] = frozenset(),
    ahead: Callable[[], Container[int]] = frozenset,
) -> set[str]:
    """`kinds_in` as a story's vocabulary keeps them: who `may resign`, or of whom that is `asked`, has not resigned,
    nor who stands `ahead` (gives the places of what has not happened; of what a story may begin with it is no news when
    it does: `nobody was hurt`); what is awaited behind a kind it may tell. Other endings are those of `languages`
    (none: of any): `stoppage` is near an Italian word."""
    matches = _matches(tokens, lambda token: _may_be_told_by(token.form, token.capital, languages))
    matches = _of_their_language(tokens, matches, told=True)
    if not matches:
        return set()
    open_at = left_open(tokens, [(places, (phrase.kind,)) for places, phrase in matches], BEGINNINGS)
    open_words = ahead()
    sought = set(chain.from_iterable(places for places, phrase in matches if phrase.kind in _SOUGHT))
    told: set[str] = set()
    for places, phrase in matches:
        kinds = _kinds_of(phrase)
        told.update(map(_may, _AWAITED.get(phrase.kind, ())))
        is_ahead = places[-1] in open_words and phrase.kind not in BEGINNINGS
        is_ahead = is_ahead or (phrase.kind not in _SOUGHT and not sought.isdisjoint(places))
        told.update(map(_may, kinds) if is_ahead or places in open_at or places[-1] in asked else kinds)
    return told


def _kinds_of(phrase: ChangePhrase) -> list[str]:
    return [phrase.kind, *(kind for kind in _KINDS.get(phrase.kind, ()) if kind[0] != "?")]


def _may(kind: str) -> str:
    return f"may be {kind}"


@lru_cache(maxsize=8_192)
def may_tell_alone(form: str, capital: bool) -> bool:
    """Whether a word by itself may tell a change: whether it has `kinds_in`."""
    return any(phrase.is_word for phrase in told_by(form, capital))


@lru_cache(maxsize=8_192)
def may_tell_in_capitals(form: str) -> bool:
    """The same of a word with a capital inside a headline that writes others small, as only German writes nouns."""
    return any(phrase.is_word and (phrase.code == "de" or not phrase.latin) for phrase in told_by(form, True))


def _matches(tokens: Sequence[TextToken], phrases_of: Callable[[TextToken], Iterable[ChangePhrase]]) -> list[_Match]:
    """The phrases that stand in a text, with the places of their words. A word behind a denial tells nothing."""
    spaceless = CHARACTER in map(KIND_OF, tokens)
    every = range(len(tokens))
    telling = every if spaceless else [at for at in compress(every, map(BEGINS, tokens)) if tokens[at].tells]
    matches: list[_Match] = []
    if not telling:
        return matches
    stems = list(map(UNIT, tokens))
    said = set(stems)
    negations = lexicon().negations
    run = 0
    for at in telling:
        token = tokens[at]
        if token.tells:
            for phrase in phrases_of(token):
                if phrase.is_word:
                    before = tokens[at - 1] if at else None
                    behind = tokens[at + 1] if at + 1 < len(tokens) and phrase.code in _DENIED else None
                    is_denied = (before is not None and before.form in negations) or (
                        behind is not None and behind.form in _DENIED[phrase.code][1]
                    )
                    has_subject = before is not None and phrase.code not in before.common_in
                    if not is_denied and (has_subject or not phrase.follows):
                        matches.append(((at,), phrase))
                elif (
                    said.issuperset(phrase.behind)
                    and said.issuperset(phrase.before)
                    and (places := _places(stems, at, phrase)) is not None
                    and not (phrase.joined and _is_apart(places))
                ):
                    matches.append((places, phrase))
        elif token.kind == CHARACTER and at >= run:
            run = next((place for place in range(at, len(tokens)) if tokens[place].kind != CHARACTER), len(tokens))
            matches += _in_run(tokens[at:run], at)
    denied = {place for places, phrase in matches if _denies(phrase) for place in places}
    # `chegam a acordo` inside `não chegam a acordo`, `er … enige` around `ikke enige`
    return [
        (places, phrase)
        for places, phrase in matches
        if _denies(phrase) or not (denied.issuperset(places) or (_is_apart(places) and not denied.isdisjoint(places)))
    ]


def _denies(phrase: ChangePhrase) -> bool:
    """Whether a phrase says of its telling word that it is not so: `sem acordo`."""
    return not phrase.is_word and not _denials_of(phrase.code).isdisjoint((*phrase.before, *phrase.behind))


@cache
def _denials_of(code: str) -> frozenset[str]:
    return frozenset(map(stem, folded_forms(table_of(code).negations)))


def _of_their_language(tokens: Sequence[TextToken], matches: Sequence[_Match], *, told: bool) -> list[_Match]:
    """The matches in a text without words that are everyday ones of another language (`dog`: died in Swedish), unless
    their own has more common words in it; English as many, but none where words bear marks. `told`: common words count
    as such, too; what is read of those stands in `ChangePhrase.sure`."""
    homographs, common_in = lexicon().homographs, lexicon().common_in
    counts: Counter[str] | None = None
    kept = []
    for places, phrase in matches:
        form, code = tokens[places[-1]].form, phrase.code
        others = homographs.get(form, frozenset())
        if told and code != "en":
            others = others.union(common_in.get(form, ()))
        if phrase.is_word and phrase.latin and (others := others - {code}):
            if counts is None:
                counts = Counter(chain.from_iterable(map(COMMON_IN, tokens)))
                if _bears_marks(tokens):
                    counts["en"] = -1
            if counts[code] + (code == "en") <= max(map(counts.__getitem__, others)):
                continue
        kept.append((places, phrase))
    return kept


def _bears_marks(tokens: Sequence[TextToken]) -> bool:
    """Whether a word with a small letter bears marks: one with a capital may be a name."""
    return any(not token.raw.isascii() and token.raw[0].islower() for token in tokens)


def _longest(matches: list[_Match]) -> dict[tuple[int, ...], set[str]]:
    """The kinds of the longest phrases, by the places of their words."""
    matches.sort(key=lambda match: (_is_apart(match[0]), -len(match[0]), match[0]))
    taken: set[int] = set()
    longest: dict[tuple[int, ...], set[str]] = {}
    for places, phrase in matches:
        # Words that stand apart may be no phrase (`drops plan to …`): they hide no other reading.
        if places in longest or (not taken.issuperset(places) if _is_apart(places) else taken.isdisjoint(places)):
            taken.update(places)
            longest.setdefault(places, set()).add(phrase.kind)
    return longest


@lru_cache(maxsize=8_192)
def _may_be_told_by(form: str, capital: bool, languages: frozenset[str]) -> tuple[ChangePhrase, ...]:
    """The phrases of which a word is the telling one; other endings only of the languages that may speak."""
    return tuple(
        [phrase for phrase in told_by(form, capital) if not languages or not phrase.latin or phrase.code in languages]
    )


@lru_cache(maxsize=8_192)
def _listed_in(form: str, capital: bool, languages: frozenset[str]) -> tuple[ChangePhrase, ...]:
    """The phrases of which a word is the telling one in the languages that may speak; where these are known, those of
    several words in another ending, too (`снова запустила`), side by side, but not of English, which lists its few
    forms: `exports weigh in on stocks` is no `weighs in`."""
    exact = phrases_told_by(form)
    spoken = [phrase for phrase in exact if not phrase.latin or phrase.code in languages]
    sure = [phrase for phrase in exact if phrase.latin and phrase.sure and not languages]
    inflected = [
        phrase._replace(joined=True)
        for phrase in told_by(form, capital)
        if not (phrase.is_word or phrase in exact) and (not phrase.latin or phrase.code in languages - {"en"})
    ]
    return (*spoken, *sure, *inflected)


def _spelled_in(token: TextToken, languages: frozenset[str]) -> tuple[ChangePhrase, ...]:
    """The same of a word as it is spelled, if it tells alone."""
    phrases = _listed_in(token.form, token.capital, languages)
    common = bool(token.common_in)
    if (
        (common or not token.raw.isascii())
        and any(phrase.is_word and phrase.latin for phrase in phrases)
        and is_spelled_otherwise(token.raw, token.form, common=common)
    ):
        return tuple([phrase for phrase in phrases if not phrase.is_word])
    return phrases


def _places(stems: Sequence[str], at: int, phrase: ChangePhrase) -> tuple[int, ...] | None:
    """The places of a phrase's words, of which a telling one stands at `at`; None: they do not all stand there."""
    places = [at]
    for word in phrase.behind:
        if word not in stems[places[-1] + 1 :]:
            return None
        places.append(stems.index(word, places[-1] + 1))
    for word in reversed(phrase.before):
        near = stems[: places[0]][::-1]
        if word not in near:
            return None
        places.insert(0, places[0] - 1 - near.index(word))
    return tuple(places)


def _is_apart(places: tuple[int, ...]) -> bool:
    return places[-1] - places[0] >= len(places)


@cache
def _denied_in_runs() -> tuple[tuple[str, ...], ...]:
    """What denies before and behind: `辞任` is Japanese and Chinese."""
    by_side = zip(*_DENIED.values(), strict=True)
    return tuple(tuple(filter(SPACELESS.match, chain.from_iterable(words))) for words in by_side)


def _in_run(run: Sequence[TextToken], start: int) -> Iterator[_Match]:
    """What stands in a run of characters."""
    text = "".join(token.form for token in run)
    by_pair = change_phrases().by_pair
    before, behind = _denied_in_runs()
    for at in range(len(text) - 1):
        for word, phrase in by_pair.get(text[at : at + 2], ()):
            if not text.startswith(word, at):
                continue
            places = [*range(at, at + len(word))]
            if not phrase.behind and (text.endswith(before, 0, at) or text.startswith(behind, places[-1] + 1)):
                continue
            for part in phrase.behind:
                further = text.find(part, places[-1] + 1)
                if further < 0:
                    break
                places += range(further, further + len(part))
            else:
                yield tuple(start + place for place in places), phrase
