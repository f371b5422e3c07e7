"""Crash and fault drills: the real worker as a process, on a temporary store, feeds and a Slack stand-in on loopback.

`press`    feeds whose stories are told apart by an invented word; and feeds that mean harm
`stage`    one drill's place: folder, rules, press, Slack, processes; and the count at the end
`crash`    kill -9 at random moments
`deploy`   the new worker starts before the old one has stopped
`hostile`  good feeds among hostile ones

(`bot.drills.slack` is the drill of a Slack that fails.)
"""

from bot.drills.crash import crash
from bot.drills.deploy import deploy
from bot.drills.hostile import hostile
from bot.drills.stage import Outcome, Stage

__all__ = ["Outcome", "Stage", "crash", "deploy", "hostile"]
