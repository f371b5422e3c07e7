"""Wirewatch: feeds → stories matched against watch rules → digests in Slack. The package's map:

`pipeline`  a story's way, stage by stage: fetch → parse → ingest → match → digest → deliver. Begin here.
`messages`  what a channel is to be told → its outbox (of the stage digest)
`known_items`  what the store knows of the items that entries are (of the stage ingest)
`rule_memory`  what rules with `spike:` and `expect:` remember of entries (of the stage ingest)
`model`     the nouns
`errors`    what can go wrong, and whose fault it is
`signals`   SIGTERM, Ctrl-C and others, from the first moment on
`daemon_thread`  a long call in a thread that no stop waits for
`bounded_reading`  a file or a pipe → what it holds, with an end
`rules_files`  the rules file and the files that its tests name → what they hold
`log_stream`  log lines that nobody may be reading
`network`   what every connection has in common: proxies, host names, certificates, faults in words
`core`      every decision, pure: text, rules, matching, stories, digests, polling
`ports`     what the pipeline needs from outside: a store, a sink
`fetch`     HTTP with manners and limits, parsers that can be killed
`store`     SQLite or PostgreSQL; every transaction
`sinks`     the terminal and Slack, exactly once
`workbench`  an archive and rules → what rules do, and what would make them better
`app`       puts these together; the only place that reads the clock
`logs`      log lines, and faults for Sentry: what a process tells whoever runs it
`doctor`    is this a place where nothing will be lost?
`reports`   what people look up: the same answers for commands, Slack and the desk
`worker`    the process that drives the pipeline
`interact`  buttons and /watch, over Socket Mode
`web`       the desk: pages for people, feeds for readers; health, metrics, WebSub callback
`demo`      a newsroom of fictional outlets on loopback
`drills`    crash and fault drills, with a strict stand-in for Slack
`cli`       one file per family of commands
"""
