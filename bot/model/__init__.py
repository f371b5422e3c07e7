"""The nouns of Wirewatch: frozen, slotted, keyword-only. Nothing here does anything.

`news`      feeds, entries, stories and what is decided about them
`polling`   what is learnt about a feed, and what one poll leaves
`query`     the AST of the rule language
`watch`     rules.yaml once read: settings, channels, rules; matches with their evidence
`delivery`  waiting items, digests, deliveries

All of them are imported from here. The file that defines one is read when it is first asked for: making a dataclass
takes a millisecond, and `match` need not pay for what only a worker knows.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.model.delivery import (
        ChannelState,
        Delivery,
        DeliveryState,
        Digest,
        DigestStory,
        HeldReply,
        MessageKind,
        Notice,
        Posted,
        SourceLine,
        StoryState,
        Waiting,
        WaitingKind,
    )
    from bot.model.news import (
        ZONES,
        Decision,
        Entry,
        EntryId,
        Feed,
        FeedId,
        NewEntry,
        OutletId,
        Reading,
        Report,
        StoredEntry,
        Story,
        StoryId,
        Verdict,
    )
    from bot.model.polling import (
        FeedHealth,
        FeedState,
        HubOffer,
        Move,
        NoticeKind,
        OpenProblem,
        PollRecord,
        PublisherHints,
        Rhythm,
        Validators,
    )
    from bot.model.query import Query
    from bot.model.watch import (
        DEFAULT_CHANNEL,
        Channel,
        ChannelId,
        DigestPlan,
        Evidence,
        FetchSettings,
        Immediate,
        Match,
        Priority,
        Problem,
        Quiet,
        Rule,
        RuleId,
        RuleSet,
        RuleTest,
        Settings,
        StoryMatch,
        StorySettings,
    )

__all__ = [
    "DEFAULT_CHANNEL",
    "ZONES",
    "Channel",
    "ChannelId",
    "ChannelState",
    "Decision",
    "Delivery",
    "DeliveryState",
    "Digest",
    "DigestPlan",
    "DigestStory",
    "Entry",
    "EntryId",
    "Evidence",
    "Feed",
    "FeedHealth",
    "FeedId",
    "FeedState",
    "FetchSettings",
    "HeldReply",
    "HubOffer",
    "Immediate",
    "Match",
    "MessageKind",
    "Move",
    "NewEntry",
    "Notice",
    "NoticeKind",
    "OpenProblem",
    "OutletId",
    "PollRecord",
    "Posted",
    "Priority",
    "Problem",
    "PublisherHints",
    "Query",
    "Quiet",
    "Reading",
    "Report",
    "Rhythm",
    "Rule",
    "RuleId",
    "RuleSet",
    "RuleTest",
    "Settings",
    "SourceLine",
    "StoredEntry",
    "Story",
    "StoryId",
    "StoryMatch",
    "StorySettings",
    "StoryState",
    "Validators",
    "Verdict",
    "Waiting",
    "WaitingKind",
]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name in __all__:
            for file in ("query", "news", "watch", "polling", "delivery"):
                module = import_module(f"{__name__}.{file}")
                if name in vars(module):
                    return globals().setdefault(name, vars(module)[name])
        raise AttributeError(f"module {__name__} has no attribute {name}")
