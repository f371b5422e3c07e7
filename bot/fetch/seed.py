"""What the server that parsers are forked from imports: all that a parser needs, kept out of collections.

Frozen before the first fork: a collection in a parser would write to every object that it shares with the others.
"""

import gc

import pebble.pool.process  # noqa: F401  # runs a parser

import bot.core.parse.article
import bot.fetch.child  # noqa: F401

gc.collect()
gc.freeze()
