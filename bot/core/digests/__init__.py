"""What waits for a channel → messages, frozen for the outbox.

`waiting`         matches of an ingest → what waits for which channel
`marks`           what people did in Slack, and what it means for channels
`schedule`        slots, quiet hours, local clock times
`message`         a message as the planner decided it
`planner`         what waits → which messages, when
`channel_memory`  what the planner remembers of a channel
`compose`         a message → its digest
`deliveries`      a digest → outbox rows
"""
