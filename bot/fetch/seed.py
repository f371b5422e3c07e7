"""What the server that parsers are forked from imports: what a parser needs for a feed, kept out of collections.

What it needs for a full text is imported when the first page comes: few feeds ask for that.

Frozen before the first fork: a collection in a parser would write to every object that it shares with the others.
"""

import gc
import os
import sys

if os.environ.get("LOG_LEVEL", "").lower() != "debug":
    # Where this machine has no more processes or threads to give, multiprocessing prints a traceback for each that it
    # tried to start; whoever asked for a parser tells it in words.
    sys.excepthook = lambda *_: None

import pebble.pool.process

import bot.core.parse.article
import bot.core.parse.delta
import bot.fetch.child  # noqa: F401  # for what they bring along

_LOCK = 5.0
"""Seconds that a parser waits for its turn at the pipe (pebble: 60). One killed in its turn never gives it back."""

pebble.CONSTS.channel_lock_timeout = _LOCK
gc.collect()
gc.freeze()
