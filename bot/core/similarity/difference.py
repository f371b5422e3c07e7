"""Two headlines → what differs between them: words in another's place, words that only one has, other endings.

Law: of words that differ each is asked what it may say: whether it tells, denies, is opposite. Nothing here decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from bot.core.similarity.folding import ENDING, PREFIX, is_ending, marks_of
from bot.core.similarity.headlines import Tokens, forms
from bot.core.similarity.lexicon import lexicon, marks_on_common_words
from bot.core.similarity.tokens import CHARACTER, PLAIN_WORD, TextToken

TEMPLATE = 0.7
"""Share of its words from which a headline is another one's template: `X raises its forecast`, `Y raises its forecast`;
what stands in another's place then counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What stands in one headline and not in the other. `replaced`: pairs of stretches in the same place; `added`: only
    in the later, `dropped`: only in the earlier. `endings`: words that are another ending of one another. `frame`: the
    share of the longer one's words that both have, in order."""

    replaced: tuple[tuple[Tokens, Tokens], ...]
    added: Tokens
    dropped: Tokens
    endings: tuple[tuple[TextToken, TextToken], ...]
    frame: float


def difference(old: Sequence[TextToken], new: Sequence[TextToken]) -> Difference:
    """How the words of a headline became those of another. Tokens that are inflections of one another are the same."""
    left, right = forms(old), forms(new)
    if left == right:
        return Difference(replaced=(), added=(), dropped=(), endings=(), frame=1.0 if left else 0.0)
    _align_inflections(old, new, left, right)
    replaced: list[tuple[Tokens, Tokens]] = []
    added: list[TextToken] = []
    dropped: list[TextToken] = []
    both: list[tuple[TextToken, TextToken]] = []
    for gone_at, come_at, shared in stretches(left, right):
        gone, come = tuple(old[gone_at]), tuple(new[come_at])
        if gone and come:
            replaced.append((gone, come))
        else:
            added += come
            dropped += gone
        both += zip(old[gone_at.stop :][:shared], new[come_at.stop :][:shared], strict=True)
    return Difference(
        replaced=tuple(replaced),
        added=tuple(added),
        dropped=tuple(dropped),
        endings=tuple((one, other) for one, other in both if one.form != other.form),
        frame=len(both) / max(len(left), len(right)),
    )


def stretches(old: Sequence[str], new: Sequence[str]) -> list[tuple[slice, slice, int]]:
    """Where two texts differ, in order: from where to where in the earlier and in the later, and how many parts behind
    that they share; the last one stands at their ends."""
    places = []
    at = to = 0
    for block in Indel.editops(old, new).as_matching_blocks():
        places.append((slice(at, block.a), slice(to, block.b), block.size))
        at, to = block.a + block.size, block.b + block.size
    return places


def most_in_common(old: Sequence[TextToken], new: Sequence[TextToken]) -> float:
    """What `Difference.frame` is at most, without laying the headlines side by side."""
    left, right = [token.form[:PREFIX] for token in old], [token.form[:PREFIX] for token in new]
    shared = min(sum(map(set(right).__contains__, left)), sum(map(set(left).__contains__, right)))
    return shared / max(1, len(left), len(right))


def _align_inflections(old: Sequence[TextToken], new: Sequence[TextToken], left: list[str], right: list[str]) -> None:
    """Gives words of the later headline the form of the earlier one's word that they are an inflection of."""
    here, there = set(left), set(right)
    only_new = [at for at, form in enumerate(right) if form not in here and new[at].kind == PLAIN_WORD]
    if not only_new:
        return
    only_old = {
        form[:PREFIX]: token
        for form, token in zip(left, old, strict=True)
        if form not in there and token.kind == PLAIN_WORD
    }
    for at in only_new:
        other = only_old.get(right[at][:PREFIX])
        if other is not None and _is_inflection(new[at], other):
            right[at] = other.form


def _is_inflection(one: TextToken, other: TextToken) -> bool:
    """Whether two words are one in two endings; of names in Latin letters one must begin the other (`Marlow` is not
    `Marlon`)."""
    is_name = one.capital and one.form.isascii()
    begins = one.form.startswith(other.form) or other.form.startswith(one.form)
    return (begins or not is_name) and is_ending(one.form, other.form)


def other_endings(between: Difference) -> list[TextToken]:
    """The words of a later headline that end otherwise, where that says something: subject and verb (one is many, he is
    she), one beside a word more (`to visit`, `visits`), or one that is two letters longer (`démissionne`,
    `démissionnera`; `Radfahrer`, `Radfahrerin`)."""
    is_alone = not (between.added or between.dropped)
    is_longer = any(abs(len(one.form) - len(other.form)) >= ENDING for one, other in between.endings)
    return [come for _, come in between.endings] if is_longer or len(between.endings) > is_alone else []


def is_particle(pair: tuple[Tokens, Tokens]) -> bool:
    """Whether one function word stands in the place of another that says the same (`after`, `following`). Small ones
    say who, whither and how many (`le maire`, `la maire`; `do`, `z Krakowa`; `to`, `fem`), and may be names
    (`Hepatitis A`): of those, and of opposites and denials, each is another word."""
    both = (*pair[0], *pair[1])
    one, other = sorted(("".join(forms(tokens)) for tokens in pair), key=len)
    if one == other:
        return True  # `health care`, `healthcare`; `می‌دهد`, `میدهد`
    if telling(both) or denials_in(both):
        return False
    if any(all(map(is_small, tokens)) for tokens in pair):
        return len(other) > PREFIX and one in other  # `in`, `into`
    return opposites_in(*pair) is None


def is_small(token: TextToken) -> bool:
    """Whether a token is a function word too short for an ending."""
    return len(token.form) <= PREFIX and not telling((token,))


def denials_in(tokens: Sequence[TextToken]) -> list[TextToken]:
    """The tokens that may deny, in some language; of a script without spaces, where their characters do together."""
    denials = lexicon().denials
    found = [token for token in tokens if token.form in denials]
    characters = "".join(token.form for token in tokens if token.kind == CHARACTER)
    if not found and characters and any(map(characters.__contains__, lexicon().spaceless_denials)):
        found = [token for token in tokens if token.kind == CHARACTER]
    return found


def opposites_in(gone: Tokens, come: Tokens) -> tuple[Tokens, Tokens] | None:
    """What in two stretches is opposite: words or, in a script without spaces, the stretches themselves."""
    opposites = lexicon().opposites
    for before in (gone, *((token,) for token in gone)):
        if against := opposites.get("".join(forms(before))):
            for after in (come, *((token,) for token in come)):
                if "".join(forms(after)) in against:
                    return before, after
    return None


def telling(tokens: Sequence[TextToken]) -> list[TextToken]:
    """The tokens that are no function words, denials among them; nor is one that bears other marks (`muže`, `může`)."""
    function_words = lexicon().function_words
    return [
        token
        for token in tokens
        if token.kind != PLAIN_WORD
        or token.form not in function_words
        or not (token.raw.isascii() or marks_of(token.raw) in marks_on_common_words().get(token.form, ("",)))
    ]
