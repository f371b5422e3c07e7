"""`owners:` of a rules file: the outlets of one house → the house of each outlet.

The law: an outlet is written as it counts (a feed's `outlet:`, or a domain), in any case, and belongs to one house.
"""

from __future__ import annotations

from bot.core.rulefile.kinds import TEXTS, Kind
from bot.core.rulefile.nodes import Node, NodeReader
from bot.model.news import OutletId


def read_owners(reader: NodeReader, node: Node | None) -> dict[OutletId, str]:
    houses: dict[OutletId, str] = {}
    for house, _, value in reader.named(node, "owners"):
        for text, item in reader.one_or_more(value, f"an outlet of {house}"):
            if "/" in text:
                reader.error(item, f"an outlet is no URL: {item.value.strip()}", "write its domain: news.example")
                continue
            other = houses.setdefault(OutletId(text.strip().lower()), house)
            if other != house:
                reader.error(item, f"the outlet {item.value.strip()} belongs to {other}, too", "name it once")
    return houses


OWNERS_SECTION = Kind(schema={"type": ["object", "null"], "additionalProperties": TEXTS.schema}).about(
    "Outlets of one house, by its name: a spike counts them once."
)
