"""Crash and fault drills: the real worker as a process, on a temporary store, feeds and a Slack stand-in on loopback.

`publisher`             feeds whose stories are distinguished by an invented word; and feeds that mean harm
`stage`                 one drill's place: folder, rules, publisher, Slack, processes; and the count at the end
`crash`                 kill -9 at random moments
`spikes`                kill -9 while bursts build up and are told
`deploy`                the new worker starts before the old one has stopped
`hostile`               good feeds among hostile ones
`slack`                 a Slack that fails, and workers that are killed
`slack_worker`          deliveries in a process made to die
`simulated_time`        one time for two processes, which a busy machine cannot outrun
`slack_standin`         a strict Slack on loopback, able to fail on demand
`slack_workspace`       what it keeps: channels, messages, the methods of the Web API
`slack_standin_socket`  its Socket Mode
`slack_limits`          what Slack would say against blocks, metadata and views
"""

from bot.drills.crash import crash
from bot.drills.deploy import deploy
from bot.drills.hostile import hostile
from bot.drills.spikes import spikes
from bot.drills.stage import Outcome, Stage

__all__ = ["Outcome", "Stage", "crash", "deploy", "hostile", "spikes"]
