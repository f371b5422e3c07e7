"""People answer: buttons on stories, `/watch`, the home tab, over Socket Mode (only with SLACK_APP_TOKEN).

`socket`      the connection: acknowledge first, watch for zombies
`standing`    whether the connection stands: for `status` and ops
`commands`    what Slack sends → what a person wants. Pure
`actions`     which command does what
`muting`      mutes, snoozes, "not relevant", and taking them back
`suggesting`  an edit of a noisy rule: offered, shown, made, taken back
`answers`     answers to the questions of a week
`rule_forms`  the modal for a rule
`trial`       what the rule of a form would have posted
`preview`     what a query would have matched in the last week
`archive`     the store once more, to read from while the worker works
`status`      how things stand, in a few lines
`envelopes`   what commands share: once, facts, messages restated
`views`       answers, the rule modal, the home tab. Pure
`replies`     calls that reach one person
`companion`   all of it beside a worker
"""

from bot.interact.companion import SocketMode

__all__ = ["SocketMode"]
