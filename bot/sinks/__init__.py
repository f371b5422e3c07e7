"""Where messages go: a terminal, or Slack.

`plain_text`     digest -> readable text. Pure
`console`        the terminal
`slack`          the outbox towards Slack: what is due, holds, one task a channel
`slack_move`     one row, one step
`slack_calls`    Web API calls, paced; what answers mean
`slack_history`  what was posted, read back
`slack_blocks`   digest -> Block Kit, inside every limit. Pure
`slack_check`    token, scopes, channels: what is missing
"""
