"""When to ask a feed again, and what its answers mean. Pure: state and an answer in, the next state and words for ops
out.

`answer`   what came back from one poll, as plain facts
`timing`   spans: rhythm, ttl, freshness, back-off, Retry-After, skipHours
`health`   what ops hears, once each (`words`: in which words)
`moves`    permanent redirects
`extras`   what is kept in `FeedState.extra`
`turn`     the state machine: `after_poll`

The law: a feed is asked neither before its due time nor because of anything but its own history; `fetch.min` and
`fetch.max` hold whatever publishers say, except Retry-After, 410, skipHours and skipDays; validators change only with a
whole, parsed body or a 304; every problem is told once, and once when it is over. Jitter comes in as a number.
"""

from bot.core.polling.messages import redacted
from bot.core.polling.outcome import Answer, Fault, FeedNotice, NoticeKind, Polled
from bot.core.polling.redirects import ask_url
from bot.core.polling.timing import first_interval, host_quiet_for, retry_after
from bot.core.polling.transitions import after_poll, first_state, postponed, resettled, validators

__all__ = [
    "Answer",
    "Fault",
    "FeedNotice",
    "NoticeKind",
    "Polled",
    "after_poll",
    "ask_url",
    "first_interval",
    "first_state",
    "host_quiet_for",
    "postponed",
    "redacted",
    "resettled",
    "retry_after",
    "validators",
]
