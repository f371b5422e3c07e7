"""A digest → plain text, for a terminal or `replay`. Pure.

The law: each story's title once, no markup and no escapes of any other place; `bold` marks matched words and headlines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.core.digests.compose import WHY_WORDS
from bot.core.digests.shown import news_of
from bot.core.text.plural import counted
from bot.core.text.times import local_time, time_beside, zone_name
from bot.model import Digest, DigestStory, Evidence, MessageKind, Priority, QuestionLine, ReportLine, Spike

Emphasis = Callable[[str], str]
_MAX_SOURCES = 6
"""Outlets that a story's line names."""
_MAX_BENEATH = 5
"""Reports beneath a story."""


def unemphasised(text: str) -> str:
    """No emphasis."""
    return text


def digest_text(digest: Digest, bold: Emphasis = unemphasised) -> str:
    """The whole message, without a final newline."""
    if digest.kind is MessageKind.NOTICE:
        return digest.title
    if digest.spike is not None:
        return "\n".join([bold(digest.title), *_spike_lines(digest.spike, digest)])
    lines = [line for line in _head_lines(digest, bold) if line]
    for number, line in enumerate(digest.questions, 1):
        lines += ["", *_question_lines(line, number, digest.timezone, bold)]
    for number, story in enumerate(digest.stories, digest.number_from):
        lines += ["", *story_lines(story, number if digest.kind is MessageKind.DIGEST else None, digest, bold)]
    foot = foot_line(digest)
    if foot:
        lines += ["", foot]
    return "\n".join(lines).strip("\n")


def _question_lines(line: QuestionLine, number: int, timezone: str, bold: Emphasis) -> list[str]:
    """One question of a weekly message."""
    rest = [question_by_line(line, timezone), line.url or "", line.answer]
    return [f"{number}. {bold(line.title)}", *(f"   {part}" for part in rest if part)]


def question_by_line(line: QuestionLine, timezone: str) -> str:
    """`Huawei and 5G: lacks 5G. Meridian Post, 24 Nov 09:12`."""
    why = f"{line.rule_name}: {line.detail}" if line.detail else line.rule_name
    return f"{why}. " + ", ".join(filter(None, [line.source_name, local_time(line.seen_at, timezone)]))


def _spike_lines(spike: Spike, digest: Digest) -> list[str]:
    """The first outlets with their reports, how many more there are, and the last 24 hours."""
    lines = []
    for number, report in enumerate(spike.reports, 1):
        lines += [f"{number}. {report.title}{about(report, digest)}", f"   {report.url}" if report.url else ""]
    lines += [and_more(spike), last_day_line(spike)]
    return [line for line in lines if line]


def and_more(spike: Spike) -> str:
    """`And 9 more outlets.`"""
    return f"And {counted(spike.more, 'more outlet', 'more outlets')}." if spike.more > 0 else ""


def last_day_line(spike: Spike) -> str:
    """The bar, with what it shows."""
    return f"Last 24 h: {spike.bar} (outlets an hour, at most {spike.most})"


def _head_lines(digest: Digest, bold: Emphasis) -> list[str]:
    """What stands above the stories."""
    lines = [bold(digest.title)] if digest.title else []
    began = {MessageKind.UPDATE: "Updated", MessageKind.REPLY: "New on this story"}.get(digest.kind)
    if began is not None:
        lines.append(f"{began} {local_time(digest.at, digest.timezone, with_day=False)}")
    if digest.kind is MessageKind.DIGEST:
        lines.append(window_line(digest))
    return lines


def window_line(digest: Digest) -> str:
    """The time that a digest covers, what was held back, whether it is late."""
    parts = []
    if digest.window is not None:
        start, end = digest.window
        begin, until = local_time(start, digest.timezone), time_beside(start, end, digest.timezone)
        span = f"{begin} to {until}" if not begin.endswith(f" {until}") else begin
        parts.append(f"{span} {zone_name(end, digest.timezone)}")
    if digest.held_back:
        parts.append(f"{counted(digest.held_back, 'copy', 'copies')} folded in")
    if digest.delayed:
        parts.append("delayed: it was due while Wirewatch was not running")
    return " · ".join(parts)


def foot_line(digest: Digest) -> str:
    """How many stories more there were, and when the next digest is due."""
    parts = []
    if digest.omitted:
        parts.append(f"{counted(digest.omitted, 'more story', 'more stories')} not shown (wirewatch missed lists them)")
    if digest.next_at is not None:
        parts.append(f"next digest {time_beside(digest.at, digest.next_at, digest.timezone)}")
    text = "; ".join(parts)
    return text[:1].upper() + text[1:] + "." if text else ""


def story_lines(story: DigestStory, number: int | None, digest: Digest, bold: Emphasis) -> list[str]:
    """One story, its lines indented under its number."""
    first = f"{number}. " if number is not None else ""
    lines = [first + flags(story) + bold(story.title)]
    rest = [by_line(story, digest)]
    rest.append(_quotation(story.quote, bold))
    if story.changes:
        rest.append(": ".join(news_of(story.changes)))
    rest.append(story.url or "")
    for label, line in beneath(story):
        rest.append(f"{label}: {line.title}{about(line, digest)} {line.url or ''}".rstrip())
        rest.append(_quotation(line.quote, bold))
    rest.append(_sources_line(story))
    rest.append(_why_line(story, bold))
    rest.append(story.state.text)
    return lines + [" " * max(len(first), 3) + line for line in rest if line]


def flags(story: DigestStory) -> str:
    """`URGENT`, `UPDATED`."""
    words = ["URGENT"] if story.priority is Priority.URGENT else []
    words += ["UPDATED"] if story.updated else []
    return " ".join(words) + ": " if words else ""


def by_line(story: DigestStory, digest: Digest) -> str:
    """Outlet and local time."""
    at = story.published_at or story.seen_at
    when = f"{time_beside(digest.at, at, digest.timezone)} {zone_name(at, digest.timezone)}"
    parts = [story.source_name, when] if story.source_name else [when]
    if story.reports > 1:
        of_all = "first of " if story.is_first and story.first is None else ""
        parts.append(f"{of_all}{story.reports} reports")
    return ", ".join(parts)


def beneath(story: DigestStory, most: int = _MAX_BENEATH) -> list[tuple[str, ReportLine]]:
    """The reports beneath the headline, each with what it is: the other news, newest first; the first report."""
    first = [("First report", story.first)] if story.first is not None else []
    label = "Before that" if story.updated else "Since then"
    return [(label, line) for line in story.news[: most - len(first)]] + first


def about(line: ReportLine, digest: Digest) -> str:
    """` (Reuters, 08:12)`: outlet and local time of a report beneath a headline."""
    parts = filter(None, [line.source_name, time_beside(digest.at, line.at, digest.timezone)])
    return f" ({', '.join(parts)})"


def _sources_line(story: DigestStory) -> str:
    """Other outlets, when there are any."""
    if len(story.sources) < 2:
        return ""
    names = [source.name for source in story.sources[:_MAX_SOURCES]]
    more = len(story.sources) - len(names)
    return f"{spread(story)}, {in_order(names, more)}"


def in_order(names: Sequence[str], more: int) -> str:
    """`first: Reuters, then BBC, AP +4`: outlets in the order in which they reported."""
    first, *then = names
    return f"first: {first}" + (f", then {', '.join(then)}" if then else "") + (f" +{more}" if more else "")


def spread(story: DigestStory) -> str:
    """`7 outlets, 2 independent texts`: how many report it, and how many of them in words of their own."""
    outlets = counted(len(story.sources), "outlet", "outlets")
    if story.independent_texts >= len(story.sources):
        return outlets
    return f"{outlets}, {counted(story.independent_texts, 'independent text', 'independent texts')}"


def _why_line(story: DigestStory, bold: Emphasis) -> str:
    """Which rules, and which of their words stand where."""
    if not story.rule_names:
        return ""
    words = "; ".join(f"{bold(word)} in {zones}" for word, zones in words_by_zone(story))
    return f"Why: {', '.join(story.rule_names)}" + (f" ({words})" if words else "")


def words_by_zone(story: DigestStory) -> list[tuple[str, str]]:
    """(`Huawei`, `title and body`), in the order of the rules' words."""
    zones: dict[str, list[str]] = {}
    spelling: dict[str, str] = {}
    for evidence in story.evidence:
        word = evidence.text.casefold()
        spelling.setdefault(word, evidence.text)
        if evidence.zone not in zones.setdefault(word, []):
            zones[word].append(evidence.zone)
    return [(spelling[word], listed(where)) for word, where in zones.items()][:WHY_WORDS]


def listed(words: list[str]) -> str:
    """`title`, `title and body`, `title, summary and body`."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _quotation(quote: Evidence | None, bold: Emphasis) -> str:
    """The text with its spans in bold; empty without one."""
    if quote is None:
        return ""
    return "“" + "".join(bold(piece) if is_match else piece for piece, is_match in pieces(quote)) + "”"


def pieces(evidence: Evidence) -> list[tuple[str, bool]]:
    """The text cut at its spans: (piece, is a matched one)."""
    cut: list[tuple[str, bool]] = []
    at = 0
    for start, end in evidence.spans:
        if start > at:
            cut.append((evidence.text[at:start], False))
        if end > max(start, at):
            cut.append((evidence.text[max(start, at) : end], True))
            at = end
    if at < len(evidence.text):
        cut.append((evidence.text[at:], False))
    return cut
