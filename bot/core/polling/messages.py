"""Facts → the sentences that ops reads about feeds: what happened, since when, what happens next, what to do.

`timezone`: that of the rules in force, in which their times stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.core.text.plural import counted
from bot.core.text.times import span_text, zoned_time
from bot.model import NoticeKind


def failing(name: str, error: str, failures: int, next_due_at: datetime, timezone: str) -> str:
    state = "fails" if failures < 2 else f"has failed {failures} times in a row"
    return f"Feed {name} {state}: {error}. Next try {zoned_time(next_due_at, timezone)}; Wirewatch keeps trying."


def blocked(name: str, error: str) -> str:
    return (
        f"Feed {name} is blocked by a bot challenge ({error}). Ask the publisher to let feed readers through, or look "
        "for another URL of the feed."
    )


def gone(name: str, url: str) -> str:
    return (
        f"Feed {name} is gone: {url} has answered 410 for a day. Remove it from the rules file; it is asked once a "
        "week from now on."
    )


def silent(name: str, since: datetime, usual: timedelta, now: datetime, timezone: str) -> str:
    return (
        f"Feed {name} has brought nothing new for {span_text(now - since)} (since {zoned_time(since, timezone)}); it "
        f"used to be silent for {span_text(usual)} at most. Its answers are fine: the publisher may have moved or "
        "stopped it."
    )


def moved(name: str, url: str) -> str:
    return f"Feed {name} has moved for good to {url} and is asked there. Change the URL in the rules file."


def says_it_moved(name: str, url: str) -> str:
    """Of a redirect that is not believed; `moved`: of one that is."""
    return f"Feed {name} says that it has moved to {url}; it is asked where it was. Change the URL in the rules file."


def healed(name: str, problem: NoticeKind, since: datetime, now: datetime) -> str:
    what = {NoticeKind.SILENT: "brings news again", NoticeKind.GONE: "is back"}.get(problem, "works again")
    return f"Feed {name} {what} after {span_text(now - since)}."


def gap(name: str, since: datetime, now: datetime, timezone: str) -> str:
    return (
        f"May have missed entries of {name} between {zoned_time(since, timezone)} and {zoned_time(now, timezone)}: the "
        "feed was not read in that time, and nothing that it held before is left in it."
    )


def too_old(
    name: str, entries: int, since: datetime, max_age: timedelta, interval: timedelta | None, timezone: str
) -> str:
    """`interval`: at which the feed is asked; None: it was away. Worded so that many of them are told in one line
    (`digests.notices`)."""
    are = counted(entries, "entry of", "entries of")
    seldom = f"; asked every {span_text(interval)}: raise max_age, or set `every:`" if interval is not None else ""
    return (
        f"Too late to alert: {are} {name} (read last {zoned_time(since, timezone)}). They came out since then, more "
        f"than {span_text(max_age)} ago (settings.max_age): `search` has them, `missed` says on which rules "
        f"hold{seldom}."
    )


def baseline(name: str, entries: int) -> str:
    """Worded so that many of them are told in one line (`digests.notices`)."""
    held = counted(entries, "entry", "entries")
    return f"New, and taken in without alerts: {name} ({held}). What comes from now on alerts."


def short(since: datetime, feeds: int, error: str, timezone: str) -> str:
    return (
        f"Since {zoned_time(since, timezone)} {counted(feeds, 'feed', 'feeds')} cannot be read on the machine that "
        f"Wirewatch runs on: {error} It keeps trying; what the feeds show then is told."
    )


def out_of_reach(since: datetime, feeds: int, examples: Sequence[str], timezone: str) -> str:
    """`examples`: feeds with what went wrong."""
    few = "; ".join(examples[:2])
    return (
        f"Nothing answers since {zoned_time(since, timezone)}: none of the {counted(feeds, 'feed', 'feeds')} asked "
        f"since then could be reached ({few}). Most likely this machine's network, its DNS or a firewall. Wirewatch "
        "keeps trying, and says when a feed answers."
    )


def reachable(name: str, since: datetime, now: datetime, timezone: str) -> str:
    return (
        f"Feeds answer again, after {span_text(now - since)} (since {zoned_time(since, timezone)}): {name} was the "
        "first. One that does not is reported by itself."
    )
