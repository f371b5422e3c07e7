# ruff: noqa: E501 - a pattern's alternatives are best read one a line
"""Paragraphs of lines → zones: what an editor would not read as the story's text moves to `promo` and `caption`.

The law of this file:

- A line is promo when it matches a promo pattern, was learnt as boilerplate, or stands in the list under a promo heading.
- Under a heading that says nothing else (`Related Articles`), list items and lines that read like headlines are promo,
  until the text goes on; after a promo line with content of its own (`More news: …`), only list items are.
- A line is a caption when it begins with a photo credit or `FILE PHOTO`, ends with a credit, or stands in a figcaption.
- A body that begins with its own headline loses that line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bot.core.text.html import Line, Paragraph
from bot.core.text.regex import compile_re2
from bot.core.text.words import fold, runs_of

_THINGS = (
    r"(?:news|stor(?:y|ies)|articles?|headlines?|reading|coverage|content|posts?|links?|topics?|reports?|features?|videos?"
    r"|items?|reads|podcasts?|from[ ][^:]{1,60}|on[ ][^:]{1,60}|in[ ][^:]{1,60}|like[ ]this)"
)
_HEADINGS = rf"""
    (?:more|also[ ]in|latest|top|trending|popular|most[ ](?:popular|read|viewed)|recommended|suggested|further|other|editor['’]?s?['’]?[ ]picks?)
        (?:[ ](?:related|top|latest|world|business|tech(?:nology)?|sports?|politics|popular|recommended|breaking))?[ ]{_THINGS}
  | (?:related|similar|recommended)(?:[ ](?:{_THINGS}))?(?:[ ]and[ ]\w+)?
  | (?:you[ ](?:may|might)(?:[ ]also)?|we[ ]think[ ]you(?:['’]ll)?)[ ](?:like|enjoy|be[ ]interested[ ]in|want[ ]to[ ]read)
  | most[ ](?:popular|read|viewed|shared)
  | (?:also|must|don['’]?t[ ]miss|now|up[ ]next|read|see|watch|listen|more|explore|go[ ]deeper)[ ]?(?:read|also|next|more|on|to|here|now|this)?
  | (?:read|see)[ ](?:the[ ])?(?:full|whole|rest|entire|original)(?:[ ]of[ ](?:the|this))?[ ](?:story|article|post|report|entry)
  | in[ ]case[ ]you[ ]missed[ ]it | icymi | don['’]?t[ ]miss | editors?['’]?s?[ ]picks? | what[ ]to[ ]read[ ]next | what['’]?s[ ]next
  | (?:sponsored|promoted|paid)(?:[ ](?:content|links?|post|stories))? | advertisements? | advertorial | ad
  | (?:share[ ](?:this|on)|follow[ ]us|subscribe|sign[ ]up|newsletters?|comments?)
"""
_PROMO = re.compile(
    rf"""
    \W{{0,4}}+
    (?:
        # a heading, alone on its line
        (?:{_HEADINGS})[ ]?(?:[:»›>→…\]\[]|\.{{3}}|[-–—](?=\Z)|&gt;)*\Z
        # a label with what it promotes behind it
      | (?:
            (?:more|related|latest|top|trending|recommended|further|other|similar|breaking)(?:[ ][\w’'&-]+){{0,3}}[ ]?{_THINGS}
          | related(?:[ ](?:{_THINGS}))? | recommended | most[ ]read | trending | icymi | in[ ]case[ ]you[ ]missed[ ]it
          | (?:read|see|watch|listen|hear|learn|find[ ]out)[ ](?:more|also|next|now|too|here|on|this)(?:[ ](?:on|about|here|from|at|in)(?:[ ][\w’'.&-]+){{0,4}})?
          | also[ ](?:read|see|watch|on|in)(?:[ ][\w’'.&-]+){{0,3}} | must[ -](?:read|see|watch) | don['’]?t[ ]miss | go[ ]deeper
          | (?:you[ ](?:may|might)(?:[ ]also)?|we[ ]think[ ]you(?:['’]ll)?)[ ](?:like|enjoy|be[ ]interested[ ]in|want[ ]to[ ]read)
          | editors?['’]?s?[ ]picks? | what[ ]to[ ]read[ ]next | up[ ]next | sponsored(?:[ ]by)? | advertisement | promoted
          | (?:full|original)[ ](?:story|article|report|text) | subscribe | sign[ ]up | follow[ ]us | share[ ]this(?:[ ][\w]+)? | tags?
        )[ ]?[:|»›→](?!\S*//)
        # sentences of the trade
      | (?:continue|keep)[ ]reading\b
      | read[ ](?:the[ ])?(?:full|whole|rest|entire|original)(?:[ ]of[ ](?:the|this))?[ ](?:story|article|post|report|entry)\b
      | the[ ]post[ ].{{1,300}}[ ](?:first[ ]appeared[ ]on|appeared[ ]first[ ]on)[ ]
      | (?:this[ ](?:article|story|post)[ ])(?:first[ ]appeared|originally[ ]appeared|was[ ]originally[ ]published|appeared[ ]first)\b
      | (?:click|tap)[ ]here[ ](?:to|for)\b
      | (?:sign[ ]up|subscribe)[ ](?:here|now|today|(?:for|to)[ ](?:our|the|my|\w+['’]s)|and[ ]get)\b
      | follow[ ](?:us|\w+(?:[ ]\w+)?)[ ]on[ ](?:twitter|x|facebook|instagram|telegram|linkedin|youtube|mastodon|bluesky|threads)\b
      | (?:join|download)[ ]our[ ](?:app|newsletter|telegram|whatsapp|discord|channel|mailing)\b
      | (?:like|support)[ ]us[ ]on[ ](?:facebook|patreon)\b
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_CREDIT_WORD = r"(?:photos?|photographs?|photography|pictures?|pics?|images?|illustrations?|graphics?|credits?)"
_CAPTION = re.compile(
    rf"""
    [\s(\[*_“"]*+
    (?:
        file[ ](?:photo|photograph|picture|pic|image|video)\b
      | file[ ]?[-–—:]
      | handout[ ](?:photo|picture|image)\b
      | (?:(?:photo|photograph|picture|image|illustration|graphic|video|lead|cover|featured?|header|top|banner|main|stock|main)[ ])?{_CREDIT_WORD}
            (?:[ ](?:credits?|source|captions?|copyright|courtesy|provided|supplied))?(?:[ ](?:by|of|from))?[ ]?[:©]
      | {_CREDIT_WORD}[ ](?:by|courtesy(?:[ ]of)?|via|copyright|©|supplied[ ]by|provided[ ]by)[ ](?-i:[^a-z\s]).{{0,120}}\Z
      | captions?[ ]?:
      | (?:image|photo|picture)[ ](?:source|caption|copyright)\b.{{0,160}}\Z
      | ©
      | \(c\)[ ].{{1,80}}\Z
      | copyright[ ]?[:©].{{0,160}}\Z
      | (?:ap|afp|epa(?:-efe)?|reuters|getty|bloomberg|dpa|pa|efe|tass|xinhua|shutterstock|istock|unsplash|alamy)
            (?:[ ](?:photo|images?|file|wire|pictures?|video))?(?:[ ]file)?[ ]?(?:/|via\b|\))[^.]{{0,120}}\)?\.?\Z
      | (?:getty[ ]images|ap[ ]photo|afp|reuters|shutterstock|istock|unsplash|alamy|pixabay|wikimedia[ ]commons)\W*\Z
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_CREDIT_AT_END = re.compile(
    r"(?:\b(?:REUTERS|Reuters|AFP|EPA(?:-EFE)?|AP|Bloomberg|TASS|Xinhua|DPA|dpa|PA)(?: (?:Photo|File|Images|Wire|News))?/ ?[A-Z][^.]{1,60}"
    r"|/(?:Getty Images|AFP|Getty|AP|Reuters|REUTERS|EPA|Bloomberg|Shutterstock|TASS|PA)(?: (?:via|/)[^.]{1,40})?"
    r"|(?:\||©|[Pp]hoto(?:graph)?(?: by)?:|[Cc]redit:|[Ii]mage:|[Pp]icture:) ?[A-Z][^.|]{1,60}"
    r"|\((?:AP|Reuters|AFP|Getty)(?: Photo| Images)?\))\W{0,3}\Z",
)
_CREDIT_SIGN = re.compile(r"[/|©:(]")
"""Without one of these no line ends with a credit."""
_BULLET = re.compile(r"[•·▪◦‣►▶»*–—-]\s+(?=\S)|\d{1,2}[.)]\s+(?=\S)")
_PROSE_END = re.compile(r"[.:;,。…][\"'”’»)\]]*\Z")
_HEADLINE_WORDS = 20
_CAPTION_MAX = 500
"""A longer line that ends with a credit is text."""
_LEARNT_MAX = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class PromoPatterns:
    """A rules file's own promo patterns, ready to use, beside the built-in ones."""

    patterns: tuple[str, ...] = ()
    line: Any = None
    """The compiled patterns, any of which makes a line promo (google-re2 has no types); None: no patterns."""


BUILT_IN_PROMO = PromoPatterns()


def compile_promo(patterns: tuple[str, ...]) -> PromoPatterns:
    """RE2 patterns, searched in a line without regard to case.

    Raises: QueryError, with offsets into the faulty pattern, where one is no RE2.
    """
    for pattern in patterns:
        compile_re2(pattern, any_case=True)
    if not patterns:
        return BUILT_IN_PROMO
    return PromoPatterns(
        patterns=patterns,
        line=compile_re2("|".join(f"(?:{pattern})" for pattern in patterns), any_case=True),
    )


def is_promo(line: str, promo: PromoPatterns = BUILT_IN_PROMO, learnt: frozenset[str] = frozenset()) -> bool:
    """Whether a single line is promo by itself."""
    if _PROMO.match(line) is not None:
        return True
    if promo.line is not None and promo.line.search(line) is not None:
        return True
    return bool(learnt) and normal_line(line) in learnt


def is_caption(line: str) -> bool:
    """Whether a single line is a photo credit or caption by its words."""
    if _CAPTION.match(line) is not None:
        return True
    if len(line) > _CAPTION_MAX:
        return False
    tail = max(len(line) - 130, 0)
    return _CREDIT_SIGN.search(line, tail) is not None and _CREDIT_AT_END.search(line, tail) is not None


def normal_line(line: str) -> str:
    """A line as it is compared with learnt boilerplate: its words, folded."""
    return " ".join(fold(run) for run in runs_of(line[:_LEARNT_MAX]))


def sort_lines(
    paragraphs: list[Paragraph],
    promo: PromoPatterns,
    learnt: frozenset[str],
    headline: str = "",
) -> tuple[str, list[str], list[str]]:
    """The text that remains (paragraphs apart by a blank line), the caption lines, the promo lines."""
    remaining: list[str] = []
    captions: list[str] = []
    promos: list[str] = []
    listing = ""
    """`heading`: under a promo heading; `label`: after a promo line with content; "": in the text."""
    begun = not headline
    for paragraph in paragraphs:
        lines: list[str] = []
        for line in paragraph:
            text = line.text
            if is_promo(text, promo, learnt):
                promos.append(text)
                listing = "heading" if _is_heading(text) else "label"
            elif line.caption or is_caption(text):
                captions.append(text)
            elif listing and _goes_on_listing(line, listing):
                promos.append(text)
            else:
                listing = ""
                if not begun:
                    begun = True
                    if _same_words(text, headline):
                        continue
                lines.append(text)
        if lines:
            remaining.append("\n".join(lines))
    return "\n\n".join(remaining), captions, promos


def _is_heading(text: str) -> bool:
    label = text.rstrip(" :»›>→….[]-–—")
    return len(label.split()) <= 6 and ":" not in label and "|" not in label


def _goes_on_listing(line: Line, listing: str) -> bool:
    if line.listed or _BULLET.match(line.text):
        return True
    if listing == "label":
        return False
    return len(line.text.split()) <= _HEADLINE_WORDS and _PROSE_END.search(line.text) is None


def _same_words(line: str, headline: str) -> bool:
    if abs(len(line) - len(headline)) > 20 + len(headline) // 4:
        return False
    return [fold(run) for run in runs_of(line)] == [fold(run) for run in runs_of(headline)] != []
