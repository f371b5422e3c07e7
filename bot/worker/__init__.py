"""The worker process: APScheduler jobs that drive the pipeline.

`worker`   its life: lease, jobs, stop
`poller`   a process that only polls, beside a worker on the same PostgreSQL
`jobs`     what is done how often
`rules`    the rules in force: first load, hot reload, what became of the last edit
`polls`    feeds in hand: claims, polls, records kept in batches
"""

from bot.worker.poller import Poller
from bot.worker.worker import Worker

__all__ = ["Poller", "Worker"]
