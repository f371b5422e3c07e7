"""Feed, state and answer → next state, entries, notices: when to ask a feed again, and what its answers mean. Pure.

`transitions`  the state machine: `after_poll`
`declared`     the rules file's feeds → states to begin with, also of feeds that were renamed or have another URL
`timing`       spans: rhythm, ttl, freshness, back-off, Retry-After, skipHours
`redirects`    when a permanent redirect is believed
`answer`       what came back from one poll, as plain facts
`health`       what ops hears, once each
`polled_week`  how the polls of the last days went, hour by hour
`network`      nothing answers: one notice, not one a feed
`shortage`     the machine has nothing left to read feeds with: one notice
`messages`     in which words
`websub`       a feed's hub: when to subscribe, and for how long

The law: a feed is asked neither before its due time nor because of anything but its own history; `fetch.min` and
`fetch.max` hold whatever publishers say, except Retry-After, 410, skipHours and skipDays; validators change only with a
whole, parsed body or a 304; every problem is told once, and once when it is over. Jitter comes in as a number.
"""

from bot.core.polling.answer import Answer, Fault
from bot.core.polling.declared import declared
from bot.core.polling.network import NetworkWatch
from bot.core.polling.polled_week import polled_hours, with_poll
from bot.core.polling.redirects import ask_url
from bot.core.polling.shortage import ShortageWatch
from bot.core.polling.timing import first_interval, host_quiet_for, retry_after
from bot.core.polling.transitions import after_poll, conditions, due_in_single_run, first_state, postponed, resettled

__all__ = [
    "Answer", "Fault", "NetworkWatch", "ShortageWatch", "after_poll", "ask_url", "conditions", "declared",
    "due_in_single_run", "first_interval", "first_state", "host_quiet_for", "polled_hours", "postponed", "resettled",
    "retry_after", "with_poll",
]  # fmt: skip
