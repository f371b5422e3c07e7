"""The nouns of Wirewatch: frozen, slotted, keyword-only. Nothing here does anything.

`news`      feeds, entries, stories and what is decided about them
`polling`   what is learnt about a feed, and what one poll leaves
`query`     the AST of the rule language
`watch`     rules.yaml once read: settings, channels, rules; matches with their evidence
`delivery`  waiting items, digests, deliveries
`figures`   what a store counts and measures
`expectations`  what rules with `expect:` remember
`spikes`    what rules with `spike:` remember; a burst
`batches`   what one transaction of a store keeps
`review`    people's marks, what they are asked, the rules texts that were in force

All of them are imported from here. The file that defines one is read when it is first asked for: making a dataclass
takes a millisecond, and `match` need not pay for what only a worker knows.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # at run time `__getattr__` finds the same names
    from bot.model.batches import *  # noqa: F403  # every name of the file is meant; a list of them was written twice
    from bot.model.delivery import *  # noqa: F403  # the same
    from bot.model.expectations import *  # noqa: F403  # the same
    from bot.model.figures import *  # noqa: F403  # the same
    from bot.model.news import *  # noqa: F403  # the same
    from bot.model.polling import *  # noqa: F403  # the same
    from bot.model.query import Query as Query  # the nodes are reached as `query.Word` …
    from bot.model.review import *  # noqa: F403  # the same
    from bot.model.spikes import *  # noqa: F403  # the same
    from bot.model.watch import *  # noqa: F403  # the same

_FILES = ("query", "news", "watch", "polling", "delivery", "figures", "review", "spikes", "expectations", "batches")

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if not name.startswith("_") and name not in _FILES:
            for file in _FILES:
                module = import_module(f"{__name__}.{file}")
                if name in vars(module):
                    return globals().setdefault(name, vars(module)[name])
        raise AttributeError(f"module {__name__} has no attribute {name}")
