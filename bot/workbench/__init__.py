"""An archive and rules → what rules do, and what would make them better: the workbench's way to the store.

What is decided is decided in `bot.core.workbench`, and by the stages of the worker; nothing here is written but what
people are asked and what rules with `expect:` remember.

`expectations`  rules with `expect:`: quiet, and why; heard again
`replay_clock`  when a replay's stages have something to do
`replay`    entries with times → what would be posted, on a simulated clock
`forecast`  entries that rules hold on → when something would be posted, nothing written
`backtest`  an archive and rules → what they would have found and posted
`questions`  what people are asked once a week → messages, and their answers
`suggestions`  what people marked → the stories that an edit is suggested from
`related_names`  an archive and rules → what else stands with their names
`missed`    an archive → near misses
"""
