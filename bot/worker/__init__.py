"""The worker process: APScheduler jobs that drive the pipeline.

`worker`   its life: lease, jobs, stop
`rules`    the rules in force: first load, hot reload, what became of the last edit
`polls`    feeds in hand: claims, polls, records kept in batches
"""

from bot.worker.worker import Worker

__all__ = ["Worker"]
