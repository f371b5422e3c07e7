"""Characters → tokens: the patterns of the rule language, and the place at which a rule is being read.

The law of this file: a mistake is noted where it stands and reading goes on; `Stop` is for what cannot be read on from.
What a token is depends on what may stand there (behind `source:` a value, in quotes a phrase's words), so the reader of
atoms asks for the pattern that it needs.
"""

from __future__ import annotations

import re

from bot.core.late_pattern import late_pattern
from bot.core.query.fields_elsewhere import field_called
from bot.core.query.mistakes import (
    BRACED,
    FOREIGN_OPERATOR,
    LEADING_NOT,
    SINGLE_QUOTED,
    instead_of_character,
    misplaced_character,
    regex_meant,
    spelled_operator,
)
from bot.core.query.operands_elsewhere import LEFT_OUT, operand_elsewhere
from bot.core.query.word_signs import BEFORE_WORDS, BEHIND_FIGURES, CURRENCIES
from bot.core.text.combining import COMBINING, JOIN_SIGNS
from bot.core.text.drawn_letters import as_letters
from bot.core.text.initials import join_initials_of_phrase
from bot.errors import QueryError, UnknownField
from bot.model import query as ast
from bot.model.query import FIELDS

MAX_DEPTH = 100
"""Brackets within brackets; Python's own stack ends at a thousand calls."""
_MAX_ERRORS = 20
"""More mistakes than anyone would read: the text is no rule."""

INVISIBLE = "\u00ad\u200b\u2060\ufeff\u061c\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069™®℠"
"""What comes along when a rule is copied from a web page; it says nothing."""
LETTER = rf"(?:[^\W_]|[{COMBINING}{JOIN_SIGNS}{INVISIBLE}])"
_GLUE = r"['’‘ʻʼ´′‛`׳&/‐‑‒–−־﹣·・‧-]"
"""With the dots inside foreign names in Japanese and Chinese (`ドナルド・トランプ`)."""
GERSHAYIM = re.compile('(?<=[\u05d0-\u05ea])["״”](?=[\u05d0-\u05ea])')
"""Between Hebrew letters a quote is a sign of abbreviation."""
_BETWEEN_DIGITS = r"(?<=\d),(?=\d)"
_IN_NAMES = rf"(?<=[^\W\d_])[!{CURRENCIES}](?=[^\W_])"
"""`P!nk`, `A$AP`, `US$5m`."""
_PIECE = (
    rf"[^\W_](?:{LETTER}|[*?])*"
    rf"(?:(?:{_GLUE}|\.{_GLUE}?|{GERSHAYIM.pattern}|{_BETWEEN_DIGITS}|{_IN_NAMES})(?:{LETTER}|[*?])+)*"
)
_SIGN_INSIDE = (
    rf"\+\+(?=\d)|\+{{1,2}}{_GLUE}|\#{_GLUE}?|(?<=\d)°(?=[CF])|(?<=\d)[{BEHIND_FIGURES}]{_GLUE}"
    rf"|(?<=\d){_GLUE}(?=[{CURRENCIES}]\d)"
)
"""Signs between two pieces of a word: `C++23`, `C#/F#`, `40°C`, `5%-10%`, `$5-$10`."""
WORD = re.compile(
    rf"(?:[#{BEFORE_WORDS}](?=[^\W_])|\.(?=[A-Z]))?{_PIECE}(?:(?:{_SIGN_INSIDE})[{CURRENCIES}]?{_PIECE})*"
    rf"(?:\+{{1,2}}(?![\w+])|\#(?!\w)|!(?![^\s)])|(?<=\d)[{BEHIND_FIGURES}](?!\w)|(?<=[\u05d0-\u05ea])['’׳]|\.)?"
)
"""A word, with the signs that belong to it (`$ORB`, `.NET`, `C++`, `C#`, `Canal+`, `Yahoo!`, `50%`, `ג'ורג'`)."""
VALUE = re.compile(r"[^\s()\"“”]+")
SPACE = re.compile(rf"(?:[\s{INVISIBLE}]|#(?![^\W_])[^\n]*)+")
"""White space and comments; a `#` that sticks to a word is none."""
FIELD = re.compile(r"([A-Za-z_]+):(?!//)")
ENTITY = re.compile(r"@([\w.-]*[\w])")
KEYWORD = re.compile(rf"(AND|OR|NOT|NEAR|ONEAR|NOTNEAR)(?!{LETTER}|[*?&:]|[-'’./](?:{LETTER}))")
NEAR = re.compile(rf"(ONEAR|NOTNEAR|NEAR)(?:/(\d+|s|p))?(?!{LETTER}|[*?&:]|[-'’./](?:{LETTER}))")
COUNT = re.compile(rf"(ATLEAST|FIRST)/(\d+)(?!{LETTER})")
OPERATOR = late_pattern(f"{KEYWORD.pattern}|{COUNT.pattern}|{NEAR.pattern}")
_APART = re.compile(rf"\d[\d.,]*\s[{BEHIND_FIGURES}](?!\w)|[{BEFORE_WORDS}]\s\d\w*")
"""A sign and its figure, with a space between them."""
SLOP = re.compile(r"~(?:(\d+)|\w*)")
FUZZY = re.compile(r"~[\d.]*")
"""Behind a word: other tools find its misspellings so."""
_READ_AS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if code != ord("？")}
"""Full-width letters and signs, as keyboards for Chinese and Japanese write them: `ＯＲ`, `（`, `title：`. Not `？`,
which ends a sentence there and is no wildcard."""
QUOTES = {'"': '"', "“": "”", "„": "“”", "”": "”", "«": "»", "»": "«»", "「": "」", "『": "』", "《": "》"}
"""Opening quotes, and what closes each (besides `"`)."""
NAME_SYNTAX = re.compile(
    r"[\"“”„«»()@=*?:~#/]|(?:^|\s)(?:AND|OR|NOT|NEAR|ONEAR|NOTNEAR)(?:\s|$|/)|(?:ATLEAST|FIRST)/\d"
)
"""Found in an entity's name: it is a rule expression."""


_READ_IN_WORDS: dict[int, str | None] = {**dict.fromkeys(map(ord, INVISIBLE)), ord("`"): "'"}
_STARRED_NAME = re.compile(r"(?<![^\W_])[^\W_](?:\*[^\W_]+)+")
"""`E*TRADE`: a star between one letter and more is part of a name, and no wildcard."""


def phrase_words(text: str) -> list[str]:
    """The words of a phrase as written; what stands between them is ignored."""
    text = _STARRED_NAME.sub(lambda name: name.group().replace("*", " ").lower(), text)
    text = _APART.sub(lambda figure: "".join(figure.group().split()), text)  # "5 %" asks for its sign as 5% does
    text = join_initials_of_phrase(text.strip())
    return [word_text(word).removesuffix(".") for word in WORD.findall(text)]


def word_text(written: str) -> str:
    """A word without what says nothing: invisible characters, the `#` of a hashtag, a last `!`."""
    return written.translate(_READ_IN_WORDS).removeprefix("#").removesuffix("!")


def placeholder(start: int, end: int) -> ast.Word:
    """Stands where a mistake was, so that reading goes on; a rule with a mistake is never used."""
    return ast.Word(text="x", start=start, end=end)


Instead = str | tuple[int, int, str] | None
"""What says in a mistake's place, or in that of a stretch of the text, what was meant; None: that is not known."""


class Stop(Exception):
    """Reading cannot go on."""


class Lexer:
    """A rule's text, the place at which it is being read, and the mistakes so far."""

    def __init__(self, text: str, with_mistakes: bool) -> None:
        """`with_mistakes`: as is known, so that it is worth looking for what other tools write."""
        self._with_mistakes = with_mistakes
        self.written = text
        """As it stands; `text` has full-width signs as plain ones, which no phrase and no regular expression may."""
        self.text = as_letters(text).translate(_READ_AS)
        self.pos = 0
        self.errors: list[QueryError] = []

    def error(
        self,
        message: str,
        start: int,
        end: int,
        hint: str = "",
        instead: Instead = None,
        kind: type[QueryError] = QueryError,
    ) -> None:
        """Notes a mistake in `text[start:end]`; at least one character is pointed at. `instead`: what says the same in
        its place, or in that of another stretch.

        Raises: Stop, at the last mistake worth reporting.
        """
        edit = (start, end, instead) if isinstance(instead, str) else instead
        end = min(max(end, start + 1), max(len(self.text), start + 1))
        self.errors.append(kind(message, start, end, hint, edit))
        if len(self.errors) >= _MAX_ERRORS:
            raise Stop

    def at(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The token of this kind that stands here."""
        return pattern.match(self.text, self.pos)

    def skip(self) -> None:
        """Steps over white space and comments."""
        space = self.at(SPACE)
        if space:
            self.pos = space.end()

    def peek(self) -> str:
        """The next character that is no white space, "" at the end."""
        self.skip()
        return self.text[self.pos : self.pos + 1]

    @property
    def ended(self) -> bool:
        """Whether an expression ends here: at `)` or the text's end."""
        return self.peek() in ("", ")")

    def operator(self) -> re.Match[str] | None:
        """The operator that stands here, NEAR with its reach."""
        return self.at(KEYWORD) or self.at(NEAR)

    def elsewhere(self) -> bool:
        """Notes an operand that is written as in another tool, and steps over it; False: none begins here."""
        found = operand_elsewhere(self.text, self.pos) if self._with_mistakes else None
        if found is None:
            return False
        start, (self.pos, message, meant) = self.pos, found
        self.error(message, start, self.pos, f"write {meant}", None if LEFT_OUT in meant else meant)
        return True

    def misplaced(self) -> bool:
        """Notes a character with which nothing can begin, and steps over it; True: over a whole phrase."""
        text, at = self.text, self.pos
        if self._bare_regex():
            return True
        glued = self.glued()
        message, hint = misplaced_character(text[at], text[at + 1 : at + 60], glued)
        figure = _APART.search(text, max(0, at - 40))
        if figure is not None and figure.start() <= at < figure.end():
            hint = f"write sign and figure without a space: {''.join(figure.group().split())}"
        elif text[at] == "~" and re.compile(r"[\"”»]\s+\Z").search(text, max(0, at - 9), at):
            hint = 'write it and its number right behind the quote, without a space: "…"~2'
        self.error(message, at, at + 1, hint, instead_of_character(text, at, glued))
        self.pos += 1
        if text[at] == "\\" or text.startswith("[.]", at):  # what it was to protect is no mistake of its own
            run = re.compile(r"[^\s()\"“”„]*").match(text, self.pos)
            assert run is not None
            self.pos = run.end()
        quoted = SINGLE_QUOTED.match(text, at) or BRACED.match(text, at)
        if quoted is not None:
            self.pos = quoted.end()
        return quoted is not None

    def glued(self) -> str:
        """What stands around this place without a space, a quote or a parenthesis."""
        return self.text[slice(*self._run())]

    def _run(self) -> tuple[int, int]:
        before = re.compile(r"[^\s()\"“”„]*\Z").search(self.text, max(0, self.pos - 40), self.pos)
        behind = re.compile(r"[^\s()\"“”„]{0,60}").match(self.text, self.pos)
        assert before is not None
        assert behind is not None
        return before.start(), behind.end()

    def _bare_regex(self) -> bool:
        """Notes a regular expression without its slashes, and steps over it; False: none stands around this place."""
        start, end = self._run()
        pattern = regex_meant(self.text[start:end])
        if not pattern:
            return False
        hint = f"write /{pattern}/i"
        self.error("a regular expression stands between slashes", start, end, hint, f"/{pattern}/i")
        self.pos = end
        return True

    def stray(self) -> bool:
        """Notes characters with which nothing can begin, and steps over them; False where something may."""
        char = self.text[self.pos]
        if char in '("@=/' or char in QUOTES or self.at(WORD):
            return False
        field = re.compile(r"(?<!\S)(\w+)\s+\Z").search(self.text, max(0, self.pos - 40), self.pos)
        value = re.compile(r":\s*([^\s():]*)").match(self.text, self.pos)
        if field and value and field[1].lower() in FIELDS:
            hint = f"write {field[1].lower()}:{value[1] or '…'}"
            self.error("a field and its colon stand together", field.start(), self.pos + 1, hint)
            self.pos += 1
            return True
        word = re.compile(r"[\w.-]*\Z").search(self.text, max(0, self.pos - 40), self.pos)
        rest = re.compile(r":[^\s()\"]*").match(self.text, self.pos)
        if word and rest:
            whole = word.group() + rest.group()
            hint = f'put it in quotes: "{whole}"'
            instead = None
            if known := field_called(word.group()) or field_called(word.group().partition(".")[0]):  # title.keyword
                instead = f"{known}{rest.group()}"
                hint = f"did you mean {known}:?" if rest.group() == ":" else f"write {instead}, or {hint}"
            if word.group().lower() in FIELDS and self.text[: word.start()].endswith("="):
                hint = f"write {word.group().lower()}:={rest.group()[1:]}"
            if "//" in whole:
                hint = f'to search URLs write url:"{whole.partition("//")[2]}"'
            self.error(f"there is no field {word.group()}:", word.start(), rest.end(), hint, instead, UnknownField)
            self.pos = rest.end()
        else:
            self.misplaced()
        return True

    def operator_meant(self, written: re.Match[str], start: int) -> str:
        """Reports an operator that is spelled otherwise, and steps over it: which one was meant ("": none).

        `start`: where the operand before it begins; of a NOT that leads one, its own. Several words behind that are
        read with it: nothing else is wrong with `PAS de Calais`."""
        if written.lastgroup == "sign" and self._bare_regex():
            return ""
        kind, message, hint, instead = spelled_operator(written)
        self.pos = written.end()
        words = self._words_behind() if written.lastgroup in ("case", "other") else ""
        before = self.text[start : written.start()].strip()
        if " " in words and not before:
            hint = f'{hint} "{words}"'
            instead = None
            self.pos = self.end_of_words()
        else:
            self.pos = written.end()
        if words and (not before or (WORD.fullmatch(before) and before[-1] not in "*?")):
            name = " ".join([before, written.group(), words]).strip()
            hint = f'{hint}; of a name write "{name}"'  # quotes around the operator alone are a mistake again
        self.error(message, written.start(), written.end(), hint, instead)
        return kind

    def _words_behind(self) -> str:
        """The bare words that begin here, "" where anything else does, or wildcards say that they are no name."""
        self.skip()
        if any(self.at(other) for other in (OPERATOR, FIELD, LEADING_NOT)) or not self.at(WORD):
            return ""
        words = self.text[self.pos : self.end_of_words()]
        return "" if "*" in words or "?" in words else " ".join(words.split())

    def end_of_words(self) -> int:
        """Where the run of bare words that begins here ends, a few words on at most."""
        end = self.pos
        for _ in range(6):
            if OPERATOR.match(self.text, end) or FOREIGN_OPERATOR.match(self.text, end):
                break
            word = WORD.match(self.text, end)
            if word is None:
                break
            end = word.end()
            gap = SPACE.match(self.text, end)
            if gap is None or not WORD.match(self.text, gap.end()) or OPERATOR.match(self.text, gap.end()):
                return end
            end = gap.end()
        if end == self.pos:
            phrase = re.compile(r'"[^"]*"|[^\s()]+').match(self.text, end)
            return phrase.end() if phrase else end + 1
        return max(len(self.text[:end].rstrip()), self.pos + 1)
