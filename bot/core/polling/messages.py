"""Facts → the sentences that ops reads about feeds: what happened, since when, what happens next, what to do.

Times stand as `utc_time` has them; ops reads them in the zone of the rules in force (`bot.messages.announce`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.core.text.plural import counted
from bot.core.text.times import span_text, utc_time
from bot.model import NoticeKind


def failing(name: str, error: str, failures: int, next_due_at: datetime) -> str:
    times = "" if failures < 2 else f" {failures} times in a row"
    return f"Feed {name} fails{times}: {error}. Next try {utc_time(next_due_at)}; Wirewatch keeps trying."


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


def silent(name: str, since: datetime, usual: timedelta, now: datetime) -> str:
    return (
        f"Feed {name} has brought nothing new for {span_text(now - since)} (since {utc_time(since)}); it used to be "
        f"silent for {span_text(usual)} at most. Its answers are fine: the publisher may have moved or stopped it."
    )


def moved(name: str, url: str) -> str:
    return f"Feed {name} has moved for good to {url} and is asked there. Change the URL in the rules file."


def says_it_moved(name: str, url: str) -> str:
    """Of a redirect that is not believed; `moved`: of one that is."""
    return f"Feed {name} says that it has moved to {url}; it is asked where it was. Change the URL in the rules file."


def healed(name: str, problem: NoticeKind, since: datetime, now: datetime) -> str:
    what = {NoticeKind.SILENT: "brings news again", NoticeKind.GONE: "is back"}.get(problem, "works again")
    return f"Feed {name} {what} after {span_text(now - since)}."


def gap(name: str, since: datetime, now: datetime) -> str:
    return (
        f"May have missed entries of {name} between {utc_time(since)} and {utc_time(now)}: the feed was not read in "
        "that time, and nothing that it held before is left in it."
    )


def too_old(name: str, entries: int, since: datetime, max_age: timedelta, interval: timedelta | None) -> str:
    """`interval`: at which the feed is asked; None: it was away. Worded so that many of them are told in one line
    (`digests.notices`)."""
    are = counted(entries, "entry of", "entries of")
    seldom = f"; asked every {span_text(interval)}: raise max_age, or set `every:`" if interval is not None else ""
    return (
        f"Too late to alert: {are} {name} (read last {utc_time(since)}). They came out since then, more than "
        f"{span_text(max_age)} ago (settings.max_age): `search` has them, `missed` says on which rules hold{seldom}."
    )


def baseline(name: str, entries: int) -> str:
    """Worded so that many of them are told in one line (`digests.notices`)."""
    held = counted(entries, "entry", "entries")
    return f"New, and taken in without alerts: {name} ({held}). What comes from now on alerts."


def short(since: datetime, feeds: int, error: str) -> str:
    return (
        f"Since {utc_time(since)} {counted(feeds, 'feed', 'feeds')} cannot be read on the machine that Wirewatch runs "
        f"on: {error} It keeps trying; what the feeds show then is told."
    )


def out_of_reach(since: datetime, feeds: int, examples: Sequence[str]) -> str:
    """`examples`: feeds with what went wrong."""
    few = "; ".join(examples[:2])
    return (
        f"Nothing answers since {utc_time(since)}: none of the {counted(feeds, 'feed', 'feeds')} asked since then "
        f"could be reached ({few}). Most likely this machine's network, its DNS or a firewall. Wirewatch keeps trying, "
        "and says when a feed answers."
    )


def reachable(name: str, since: datetime, now: datetime) -> str:
    return (
        f"Feeds answer again, after {span_text(now - since)} (since {utc_time(since)}): {name} was the first. One that "
        "does not is reported by itself."
    )
