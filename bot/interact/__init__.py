"""People answer: buttons on stories, `/watch`, the home tab, over Socket Mode (only with SLACK_APP_TOKEN).

`commands`   what Slack sends, read. Pure
`views`      answers, the rule modal, the home tab. Pure
`socket`     the connection: acknowledge first, watch for zombies
`actions`    what a command does: facts in the store, messages edited
`preview`    what a query would have found in the last week
`state`      how things stand, in a few lines
`replies`    calls that reach one person
`companion`  all of it beside a worker
"""

from bot.interact.companion import SocketMode

__all__ = ["SocketMode"]
