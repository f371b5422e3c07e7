"""The worker process: APScheduler jobs that drive the pipeline.

`worker`     its life: lease, jobs, stop
`opening`    the store, once it is there
`jobs`       what is done how often
`polls`      feeds in hand: claims, polls, records kept in batches
`ingesting`  inbox rows → entries of stories; an entry that fails is set aside alone
`pulse`      once a day ops hear that all is well
`quiet_rules`  rules with `expect:`: quiet, and why; heard again
`weekly`     what people are asked once a week
`rules`      the rules in force: first load, hot reload, what became of the last edit
`writer_thread`  the one thread that owns the store
`poller`     a process that only polls, beside a worker on the same PostgreSQL
"""

from bot.worker.poller import Poller
from bot.worker.worker import Worker

__all__ = ["Poller", "Worker"]
