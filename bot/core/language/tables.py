"""One data file a language → its table; each is read when its language first occurs.

The law of this file: what knows one language is data (`data/XX.yaml`, the same keys in each; docs/languages.md says
what each key gives and how to add a language). Code that asks here never names a language.

A list is one text of words between commas, not a list of YAML's: whoever compares texts waits for all the files, and
71,000 nodes took nine times as long to read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

DATA = Path(__file__).parent / "data"
LANGUAGES = (
    *("ar", "bn", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr", "he", "hi", "hu", "id", "it", "ja"),
    *("ko", "mr", "nb", "nl", "pl", "pt", "ro", "ru", "sv", "ta", "te", "th", "tr", "uk", "vi", "zh"),
)
"""Codes (ISO 639-1) of the languages that have a file."""
_ALIASES = {"no": "nb", "nn": "nb", "iw": "he", "in": "id", "cmn": "zh", "yue": "zh"}
"""Other codes in use for the same languages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """What is known about one language; words as they are written, in lower case where the language has it."""

    code: str
    name: str
    script: str
    """ISO 15924, `Latn`."""
    promo_labels: tuple[str, ...]
    """What stands before, or above, links to other stories: `lire aussi`."""
    bare_labels: tuple[str, ...]
    """Labels that are everyday words, too (`anzeige`): promo alone in a line or before a link, never before text."""
    share_verbs: tuple[str, ...]
    share_nouns: tuple[str, ...]
    """A verb and a noun together make a line of a share bar or a newsletter invitation."""
    verbs_last: bool
    """Whether the verb of a sentence stands at its end (Hindi, Japanese, Korean, Turkish …)."""
    first_appeared: tuple[str, ...]
    """What the footers of blogs say: `appeared first on`; `…` stands for further words."""
    credit_words: tuple[str, ...]
    """What a photo credit begins with: `crédit photo`."""
    rights: tuple[str, ...]
    """What a copyright footer says."""
    corrections: tuple[str, ...]
    """What a corrected headline is labelled with."""
    negations: frozenset[str]
    qualifiers: frozenset[str]
    """Words with which the same headline tells of another event: `second`, `again`, `former`, `alleged`."""
    possible: frozenset[str]
    """What leaves open whether it happens, before it (`may`, `must`), with `…` behind it (`… सकते`), or as an ending of
    it (`…ebilir`): no copy, and no news; but what then happens is."""
    demands: frozenset[str]
    """What says that it is demanded, threatened, refused or tried, written as `possible` is, or of the word right
    behind alone (`tries to…`): no news, but what then happens is."""
    hedges: frozenset[str]
    """Other words with which it says less (`shall`), or that mostly say nothing of the kind (`volt`: former, and was):
    no copy, and no news."""
    opposites: tuple[tuple[str, str], ...]
    changes: Mapping[str, tuple[str, ...]]
    """Verbs and nouns that tell a development, by the kind of change: `resigned`: `démissionne`, `démission`."""
    numbers: Mapping[str, int]
    """Number words and their values."""
    scales: Mapping[str, int]
    """Words behind a number and the power of ten that they stand for."""
    ordinal_dot: bool
    """Whether a figure with a full stop is an ordinal (`3. März`)."""
    weekdays: frozenset[str]
    months: frozenset[str]
    quarters: tuple[str, ...]
    abbreviations: frozenset[str]
    """Words before a full stop that ends no sentence, the last stop left out: `z.b`."""
    common: frozenset[str]
    """Function words and others that nearly every text holds."""


def file_code(tag: str | None) -> str | None:
    """The code of the file that speaks for a language tag (`pt-BR` → `pt`); None: there is none."""
    code = (tag or "").replace("_", "-").partition("-")[0].strip().lower()
    code = _ALIASES.get(code, code)
    return code if code in LANGUAGES else None


def code_of_name(name: str) -> str | None:
    """The code of a language by its English name, or as its own files call it (`german` → `de`); None: not known."""
    return next((code for code in LANGUAGES if table_of(code).name.lower() == name.lower()), None)


@cache  # as many as there are files
def table_of(code: str) -> Language:
    """The table of one of `LANGUAGES`."""
    text = (DATA / f"{code}.yaml").read_text("utf-8")
    read = yaml.load(text, yaml.CBaseLoader)  # noqa: S506 - it makes text, lists and mappings, nothing else
    return Language(
        code=code,
        name=read["name"],
        script=read["script"],
        promo_labels=_words(read["promo_labels"]),
        bare_labels=_words(read["bare_labels"]),
        share_verbs=_words(read["share"]["verbs"]),
        share_nouns=_words(read["share"]["nouns"]),
        verbs_last=read["share"]["verbs_last"] == "true",
        first_appeared=_words(read["first_appeared"]),
        credit_words=_words(read["credit_words"]),
        rights=_words(read["rights"]),
        corrections=_words(read["corrections"]),
        negations=frozenset(_words(read["negations"])),
        qualifiers=frozenset(_words(read["qualifiers"])),
        possible=frozenset(_words(read["possible"])),
        demands=frozenset(_words(read["demands"])),
        hedges=frozenset(_words(read["hedges"])),
        opposites=tuple(
            (one, other) for one, _, other in (pair.partition(" / ") for pair in _words(read["opposites"]))
        ),
        changes=_Lists(read["changes"]),
        numbers={word: int(value) for word, value in read["numbers"]["words"].items()},
        scales={word: int(value) for word, value in read["numbers"]["scales"].items()},
        ordinal_dot=read["numbers"]["ordinal_dot"] == "true",
        weekdays=frozenset(_words(read["weekdays"])),
        months=frozenset(_words(read["months"])),
        quarters=_words(read["quarters"]),
        abbreviations=frozenset(_words(read["abbreviations"])),
        common=frozenset(read["common"].split()),
    )


class _Lists(Mapping[str, tuple[str, ...]]):
    """Lists that are read once, when the phrases of changes are made of them: kept as text, and taken apart each time,
    since 90,000 phrases of their own hold six megabytes for nothing."""

    def __init__(self, listed: Mapping[str, str]) -> None:
        self._listed = listed

    def __getitem__(self, key: str) -> tuple[str, ...]:
        return _words(self._listed[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self._listed)

    def __len__(self) -> int:
        return len(self._listed)


def _words(listed: str) -> tuple[str, ...]:
    """What a file lists under one key: `one, two words, three`."""
    return tuple(listed.split(", ")) if listed else ()
