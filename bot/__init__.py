"""Wirewatch: feeds in, stories matched against watch rules, digests in Slack. The package's map:

`pipeline`  a story's way, stage by stage: fetch → parse → ingest → match → digest → deliver. Begin here.
`model`     the nouns; `errors` what can go wrong, and whose fault it is
`core`      pure thinking: text, queries, matcher, rules file, identity, likeness, stories, digests, schedules, polling
`ports`     what the pipeline needs from outside: a store, a sink
`fetch`     HTTP with manners and limits, parsers that can be killed
`store`     SQLite or PostgreSQL; every transaction
`sinks`     the terminal and Slack, exactly once
`app`       puts these together; the only place that reads the clock. `checkup`: is this place safe?
`worker`    the process that drives the pipeline; `interact` buttons and /watch; `web` health and metrics
`newsroom`  the demo's outlets, the stand-in for Slack, the drills
`cli`       one file per family of commands
"""
