"""What waits for a channel → messages, frozen for the outbox.

`waiting`         matches of an ingest → what waits for which channel
`mutes`           what people muted, snoozed and called not relevant in Slack, and what it means for channels
`schedule`        slots, quiet hours, local clock times
`channel_memory`  what the planner remembers of a channel
`message`         a message as the planner decided it
`draft`           a channel's plan while it is made
`followups`       stories that were posted in a channel → edits, replies, what comes back
`left_channels`   what waits for a channel that the rules file no longer has → where it waits now
`planner`         what waits → which messages, when
`shown`           a story and what a message tells of it → the report that leads, and those beneath
`compose`         a message → its digest
`deliveries`      a digest → outbox rows
`notices`         notices that wait for ops → one message, where several came within seconds
`quiet_hours`     which messages that were made before quiet hours wait for their end
`held`            open deliveries → what is refused, late, or held by quiet hours: where, how many, why, since when
"""
