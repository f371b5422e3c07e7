"""The outbox → Slack: paced calls, exactly once, held where Slack refuses.

`sink`      what is due, one task a channel
`sending`   a row that waits, one step further
`settling`  a row whose answer was lost → whether it has arrived, or goes out again
`attempt`   a row under way, its states kept
`queue`     open rows, and which of them must move first
`overtaking`  which message keeps its channel silent, and who goes past it. Pure
`holds`     what Slack refused, and when it is tried again
`sent_here` what this process has sent lately, whatever the store says
`patience`  a long Retry-After, kept over a restart
`outbox`    the store that keeps it, and the thread that calls it
`history`   what was posted, read back
`channels`  `#name` → Slack's id of a channel
`calls`     Web API calls, paced
`answers`   what came of a call: surely nothing, perhaps, later, no
`split`     a row that was too long → two. Pure
`payload`   digest → the frozen arguments of a call, inside every limit. Pure
`question_blocks`  the questions of a weekly message → its blocks
`blocks`    digest → Block Kit, in full or in brief. Pure
`elements`  the pieces of Block Kit. Pure
`check`     token, scopes, channels: what is missing
"""
