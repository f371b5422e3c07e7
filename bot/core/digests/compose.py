"""A planned message, and what the store has of its stories → a `Digest`.

The law: best story first (priority, independent outlets, words in the title, recency); one entry a story, naming every
rule that matched; above `max_stories` the rest is counted, never shown later. Nothing here is escaped or marked up:
each sink does that in its own way (`deliveries` makes the rows of the outbox).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.core.digests import schedule
from bot.core.digests.message import Message
from bot.core.digests.shown import ShownReports, shown_reports
from bot.core.text.combining import end_of_word
from bot.core.text.plural import counted
from bot.core.text.sanitize import harmless, short_line, web_address
from bot.core.text.sentences import sentence_starts
from bot.model import (
    BEGINNING,
    Channel,
    Digest,
    DigestStory,
    EntryId,
    Evidence,
    FeedId,
    MessageKind,
    Notice,
    Priority,
    Report,
    ReportLine,
    Rule,
    RuleId,
    RuleSet,
    SourceLine,
    Story,
    StoryId,
    StoryMatch,
    StoryState,
    Waiting,
    WaitingKind,
)

_MAX_TITLE = 300
"""Characters of a headline; longer ones are no headlines."""
_MAX_QUOTE = 400
"""Characters of the passage in which a rule's words stand."""
WHY_WORDS = 6
"""Matched words that `why` names."""
_MAX_CHANGES = 6
"""Parts of what changed that one message names."""
_MAX_NEWS = 4
"""Entries that bring news, beside the one that leads; what each says is new stands in `changes`."""
_HELD_DIGEST_MAX = 200
"""Stories of a message that no `max_stories` bounds: what waited for a mended channel arrives at once."""
_STOPS = ".!…。।؟ "
"""What a sentence ends with where a headline does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known of the stories of a message, read from the store in one go."""

    rules: Mapping[RuleId, Rule]
    """In the order of the rules file."""
    names: Mapping[FeedId, str]
    """See `RuleSet.outlet_names`."""
    timezone: str
    stories: Mapping[StoryId, Story]
    matches: Mapping[StoryId, Sequence[StoryMatch]]
    states: Mapping[StoryId, StoryState] = field(default_factory=dict)
    """What people did with a story in Slack."""
    silenced: frozenset[RuleId] = frozenset()
    buttons: bool = False
    hosts: Mapping[FeedId, str] = field(default_factory=dict)
    """Of the other feeds, for reports without an outlet. One host may serve the feeds of many outlets."""

    @classmethod
    def of(
        cls,
        rules: RuleSet,
        stories: Mapping[StoryId, Story],
        matches: Iterable[StoryMatch],
        *,
        states: Mapping[StoryId, StoryState] | None = None,
        silenced: frozenset[RuleId] = frozenset(),
        buttons: bool = False,
    ) -> Context:
        """Gathers it from a rule set and what the store gave."""
        by_story: dict[StoryId, list[StoryMatch]] = {}
        for match in matches:
            by_story.setdefault(match.story, []).append(match)
        return cls(
            rules={rule.id: rule for rule in rules.rules},
            names=rules.outlet_names,
            hosts={feed.id: feed.name for feed in rules.feeds if not feed.is_named},
            timezone=rules.settings.timezone,
            stories=stories,
            matches=by_story,
            states=states or {},
            silenced=silenced,
            buttons=buttons,
        )


# --- composing ---


def compose(
    message: Message, channel: Channel, context: Context, now: datetime, original: Digest | None = None
) -> Digest:
    """The digest of a message, ranked and capped.

    Args:
        original: for an edit, the digest of the message that is edited: its stories and its cut stand.
    """
    ids = tuple(story.story for story in original.stories) if original is not None else message.stories
    rows: dict[StoryId, list[Waiting]] = {}
    for row in message.rows:
        rows.setdefault(row.story, []).append(row)
    edits = message.kind is MessageKind.UPDATE
    previous = {story.story: story for story in original.stories} if original is not None else {}
    entries = []
    for story_id in ids:
        story = context.stories.get(story_id)
        before = previous.get(story_id)
        if story is None or not story.reports:
            # Pruned, or merged away since: what was said of it stands.
            entries += [before] if before is not None else []
            continue
        entry = _entry(story, message, channel, context, rows.get(story_id, ()), before)
        if edits:
            entry = replace(entry, mentions=())
        entries.append(replace(entry, changes=message.changes) if message.changes else entry)
    if not edits:
        entries.sort(key=rank)
    limit = channel.digest.max_stories if channel.digest is not None and message.capped else _HELD_DIGEST_MAX
    shown = entries[: max(limit, 1)]
    return Digest(
        channel=channel.id,
        kind=message.kind,
        at=now,
        stories=tuple(shown),
        title=_title(message, channel, shown, original),
        window=original.window if original is not None else (message.since_at, now),
        omitted=original.omitted if original is not None else len(entries) - len(shown),
        held_back=sum(story.reports - story.independent_texts for story in shown),
        delayed=original.delayed if original is not None else message.delayed,
        timezone=context.timezone,
        next_at=_next_at(channel, context.timezone, now) if message.kind is MessageKind.DIGEST else None,
        buttons=context.buttons and message.kind is not MessageKind.REPLY,
        thread_of=message.thread_of,
        number_from=original.number_from if original is not None else 1,
        revision=int(now.timestamp() * 1000) if message.thread_of is not None else 0,
    )


def rank(story: DigestStory) -> tuple[object, ...]:
    """Sort key: best first."""
    outlets = len({source.outlet for source in story.sources if not source.copy})
    in_title = any(evidence.zone == "title" for evidence in story.evidence)
    newest = (story.last_at or story.seen_at).timestamp()
    return (-story.priority, -outlets, not in_title, -newest, story.story)


def notice_digest(channel: Channel, notice: Notice, timezone: str) -> Digest:
    """Words of our own to the ops channel."""
    return Digest(
        channel=channel.id,
        kind=MessageKind.NOTICE,
        at=notice.at,
        title=notice.text,
        timezone=timezone,
        rule=notice.rule,
    )


def _entry(
    story: Story,
    message: Message,
    channel: Channel,
    context: Context,
    rows: Sequence[Waiting],
    before: DigestStory | None,
) -> DigestStory:
    matches = [
        match
        for match in context.matches.get(story.id, ())
        if match.rule not in context.silenced
        and match.rule in context.rules
        and channel.id in context.rules[match.rule].to
    ]
    named = {match.rule for match in matches} | {row.rule for row in rows if row.rule is not None}
    rules = tuple(rule for rule in context.rules if rule in named) + tuple(sorted(named - set(context.rules)))
    first = min(matches, key=lambda match: match.entry, default=None)
    shown = shown_reports(story, first.entry if first is not None else None, message, before)
    lead = shown.lead
    quotes = {match.entry: match.match.quote for match in reversed(matches)}
    quote = quotes.get(lead.entry)
    priorities = [context.rules[rule].priority for rule in rules if rule in context.rules]
    return DigestStory(
        story=story.id,
        entry=lead.entry,
        title=_headline(lead, quote),
        url=web_address(lead.url),
        source_name=_source_name(lead, context),
        published_at=lead.published_at,
        seen_at=lead.seen_at,
        rules=rules,
        rule_names=tuple(context.rules[rule].name if rule in context.rules else rule for rule in rules),
        priority=max(priorities + [row.priority for row in rows], default=Priority.NORMAL),
        quote=_quote(quote, lead) or (_first_sentence(lead) if lead != shown.start else None),
        evidence=_words(matches),
        sources=_sources(story, context),
        reports=max(sum(not report.verdict.is_same_item for report in story.reports), 1),
        independent_texts=max(story.independent_texts, 1),
        first_at=min(report.published_at or report.seen_at for report in story.reports),
        last_at=max(report.published_at or report.seen_at for report in story.reports),
        changes=_changes(shown, rows),
        news=tuple(_report_line(report, quotes, context) for report in shown.news[:_MAX_NEWS]),
        first=_report_line(shown.first, quotes, context) if shown.first is not None else None,
        is_first=lead.entry == story.reports[0].entry,
        updated=story.id in message.updated
        or (before is not None and before.updated)
        or (message.kind is MessageKind.UPDATE and shown.first is not None),
        mentions=tuple(
            dict.fromkeys(
                mention for rule in rules if rule in context.rules and (mention := context.rules[rule].mention)
            )
        ),
        state=context.states.get(story.id, StoryState()),
    )


def _report_line(report: Report, quotes: Mapping[EntryId, Evidence | None], context: Context) -> ReportLine:
    quote = quotes.get(report.entry)
    return ReportLine(
        entry=report.entry,
        title=_headline(report, quote),
        url=web_address(report.url),
        source_name=_source_name(report, context),
        at=report.published_at or report.seen_at,
        quote=_quote(quote, report),
    )


def _headline(report: Report, quote: Evidence | None) -> str:
    words = (report.title, quote.text if quote else "", report.beginning)
    title = next(filter(None, (short_line(text, _MAX_TITLE) for text in words)), "")
    # A URL is shown whole or not at all; the line below says where the story is from.
    url = report.url if report.url is not None and len(report.url) <= _MAX_TITLE else None
    return title or url or "(no title)"


def _source_name(report: Report, context: Context) -> str:
    named = report.feed and context.names.get(report.feed)
    host = report.feed and context.hosts.get(report.feed)
    return short_line(named or report.source or host or report.feed or "", 80)


def _quote(quote: Evidence | None, report: Report) -> Evidence | None:
    """The sentence worth showing, unless the headline says it. Offsets stay: harmful characters become spaces."""
    if quote is None or quote.zone == "title" or not quote.text.strip():
        return None
    if _headline(report, quote) == " ".join(harmless(quote.text).split()):  # of a post without a title
        return None
    return cut_quote(replace(quote, text=harmless(quote.text)), _MAX_QUOTE)


def cut_quote(quote: Evidence, limit: int) -> Evidence:
    """At most `limit` characters, cut between words; what says so at its end is no match."""
    text = quote.text
    if len(text) > limit:
        text = text[: end_of_word(text, limit - 2)].rstrip()
    spans = tuple((start, min(end, len(text))) for start, end in quote.spans if start < min(end, len(text)))
    return replace(quote, text=text if text == quote.text else f"{text} …", spans=spans)


def _first_sentence(report: Report) -> Evidence | None:
    """What stands below the headline of a report that brings news, where no rule found anything: else the only sentence
    of an updated story would be the first report's, of which it tells that it is so no more."""
    starts = [*sentence_starts(report.beginning), len(report.beginning)]
    sentence = short_line(report.beginning[: starts[1]], BEGINNING - 1)  # one that is as long goes on
    says_no_more = sentence.rstrip(_STOPS).casefold() == report.title.rstrip(_STOPS).casefold()
    return None if says_no_more else _quote(Evidence(zone="summary", text=sentence, spans=()), report)


def _words(matches: Sequence[StoryMatch]) -> tuple[Evidence, ...]:
    """Which words matched in which zone, each once."""
    words: dict[tuple[str, str], Evidence] = {}
    for match in matches:
        for evidence in match.match.evidence:
            for start, end in evidence.spans:
                word = short_line(evidence.text[start:end], 40)
                if word:
                    spans = ((0, len(word)),)
                    words.setdefault(
                        (word.casefold(), evidence.zone), Evidence(zone=evidence.zone, text=word, spans=spans)
                    )
    return tuple(words.values())[: 2 * WHY_WORDS]


def _sources(story: Story, context: Context) -> tuple[SourceLine, ...]:
    """One line an outlet, first to report first; an outlet with a text of its own is no copy."""
    own = {report.source for report in story.reports if report.verdict.is_own_text}
    lines: dict[str, SourceLine] = {}
    for report in story.reports:
        if report.source is not None and report.source not in lines:
            lines[report.source] = SourceLine(
                outlet=report.source,
                name=_source_name(report, context),
                url=web_address(report.url),
                copy=report.source not in own,
            )
    return tuple(lines.values())


def _changes(shown: ShownReports, rows: Sequence[Waiting]) -> tuple[str, ...]:
    """What is new, that of the entry that leads first."""
    changes = [change for report in (shown.lead, *shown.news) if report != shown.start for change in report.changes]
    changes += [change for row in rows if row.kind is WaitingKind.UPDATE for change in row.changes]
    return tuple(dict.fromkeys(short_line(change, 120) for change in changes))[:_MAX_CHANGES]


def _title(message: Message, channel: Channel, stories: Sequence[DigestStory], original: Digest | None) -> str:
    if message.kind is not MessageKind.DIGEST and (original is None or original.kind is not MessageKind.DIGEST):
        return ""
    if original is not None and original.title.endswith(")"):
        # One part of a digest that was split: `(2 of 3)`, with the counts of the whole.
        return original.title
    names = {name for story in stories for name in story.rule_names}
    reports = sum(story.reports for story in stories)
    counts = counted(len(stories), "story", "stories")
    if reports > len(stories):
        counts += f", {counted(reports, 'report', 'reports')}"
    own = "Your rules" if channel.person is not None else channel.id
    return f"{names.pop() if len(names) == 1 else own}: {counts}"


def _next_at(channel: Channel, timezone: str, now: datetime) -> datetime | None:
    if channel.digest is None:
        return None
    following = schedule.next_slot(channel.digest, timezone, now)
    return following and (schedule.quiet_until(channel.quiet, timezone, following) or following)
