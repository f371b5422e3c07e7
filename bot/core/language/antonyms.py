"""Words that turn a headline round: pairs that say the opposite of each other, and denials.

Law: stems, written down by hand; a pair stands here when swapping one for the other makes another piece of news.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from bot.core.language.stems import stem

NEGATIONS = frozenset(
    stem(word)
    for word in (
        "no", "not", "never", "without", "denies", "deny", "denied", "isnt", "wont", "cant", "doesnt", "didnt", "dont",
        "arent", "wasnt", "cannot", "nobody", "nothing", "none", "untrue", "false", "hoax",
    )
)  # fmt: skip
_UP = (
    "rise climb jump surge soar gain increase advance rally rebound leap grow up higher high expand "
    "strengthen accelerate boost"
)
_DOWN = (
    "fall drop decline slip tumble plunge slide slump sink dip lose decrease retreat shrink down lower "
    "low weaken slow cut crash"
)
_PAIRS = """win lose|victory defeat|winner loser|beat miss|top miss|exceed miss|profit loss|approve reject|accept
reject|adopt reject|back oppose|support oppose|pass reject|pass defeat|pass fail|open close|reopen close|start
end|begin end|start stop|start finish|open shut|buy sell|hire fire|join leave|join quit|enter leave|enter quit|arrive
leave|arrive depart|find lose|confirm deny|admit deny|guilty innocent |convict acquit|convict clear|ban allow|ban
lift|ban permit|block allow|block clear|block approve|grant deny|grant refuse|extend end|widen narrow |more less|more
fewer|best worst|first last|bull bear|inside outside|early late|before after|upgrade downgrade|hawkish dovish|strong
weak |alive dead|survive die|improve worsen|uphold overturn|uphold strike|uphold reject|resume suspend|resume
halt|continue halt|restore cut|add cut |create cut|raise cut|raise lower|hike cut|lift impose|lift extend|agree
refuse|agree reject|agree fail|succeed fail|safe unsafe|legal illegal |north south|east west|northern southern|eastern
western|man woman|male female|husband wife|mother father|son daughter|brother sister|boy girl|acquire divest|inflow
outflow|import export|positive negative|outperform underperform|overweight underweight|surplus deficit|favor
against|for against| warm cold|hot cold|hottest coldest|arrest release|arrest free|charge clear|jail free|detain
release|sign veto|launch scrap|launch cancel|keep scrap|keep drop|lend borrow|optimism pessimism|optimistic
pessimistic|major minor|majority minority|largest smallest|biggest smallest|highest lowest|maximum minimum|fast
slow|quick slow|rich poor|public private|attack defend|attacker victim|increase reduce|raise reduce|add remove|build
demolish|love hate|remain leave|stay leave| stay go|tighten loosen|tighten ease|escalate ease|worsen ease|thaw
freeze|unfreeze freeze|lock unlock|nationalise privatise|merge split|marry divorce|enable disable|include
exclude|appear vanish|appear disappear|trust doubt|plead deny|true false|right wrong|left right|able unable|likely
unlikely|ready unready |elect oust|appoint sack|appoint dismiss|appoint fire|reinstate sack|reinstate dismiss|recover
relapse|heal hurt|help hurt|help harm|save kill|rescue kill|contain spread| ease rise|outperform lag|lead trail|lead
lag|buyer seller|supply demand|yes no|with without|over under|above below|ahead behind|in out|on off"""


def _table() -> dict[str, frozenset[str]]:
    pairs = [pair.split() for pair in _PAIRS.replace("\n", " ").split("|")]
    pairs += [[up, down] for up in _UP.split() for down in _DOWN.split()]
    table: dict[str, set[str]] = {}
    for one, other in ((stem(pair[0]), stem(pair[1])) for pair in pairs):
        if one != other:
            table.setdefault(one, set()).add(other)
            table.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in table.items()}


_OPPOSITES = _table()


def opposites(only_one: AbstractSet[str], only_other: AbstractSet[str]) -> tuple[str, str] | None:
    """The first pair of words that say the opposite of each other, one from each side."""
    for word in sorted(only_one):
        against = _OPPOSITES.get(word)
        if against:
            for other in sorted(against & only_other):
                return word, other
    return None
