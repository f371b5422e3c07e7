"""The outbox → Slack: paced calls, exactly once, held where Slack refuses.

`sink`     what is due, one task a channel
`attempt`  one row, one step
`calls`    Web API calls, paced; what answers mean
`history`  what was posted, read back
`blocks`   digest → Block Kit, inside every limit. Pure
`check`    token, scopes, channels: what is missing
"""
