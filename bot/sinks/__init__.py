"""Where messages go: a terminal, or Slack.

`console`     the terminal
`plain_text`  a digest → readable text. Pure
`slack`       the outbox → Slack, exactly once
"""
