"""What happens in the demo's newsroom, second by second. Nothing here is real news.

A story breaks; others copy it; a promo line tempts a naive rule; one rewrites it; once all that has been posted, a
correction follows and returns as an update; one feed breaks and heals.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.demo.outlets import Article

ENDS_AFTER = timedelta(seconds=80)
"""From the demo's start, when all that the script brings about has been shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """At `after` seconds `outlet` publishes (or its server breaks, or heals); `tells` is said to who watches."""

    after: float
    outlet: str
    tells: str
    slug: str = ""
    headline: str = ""
    paragraphs: tuple[str, ...] = ()
    breaks: bool | None = None
    after_digest: bool = False
    """It waits until the story was in a digest: only what was posted can be updated."""

    def article(self, started_at: datetime) -> Article:
        """The article of this event."""
        return Article(
            slug=self.slug,
            headline=self.headline,
            paragraphs=self.paragraphs,
            published_at=(started_at + timedelta(seconds=self.after)).replace(microsecond=0),
        )


BACKGROUND = {
    "herald": ("library-roof", "Northgate library reopens after roof repair", "Readers queued from early morning."),
    "tidewater": ("tide-mill", "Old tide mill to make power again", "Volunteers restored the wheel over four winters."),
    "spectrum": ("antenna-fair", "Antenna fair draws record number of visitors", "Halls were full on all three days."),
    "gazette": ("olive", "Olive growers of Porto Alvo hope for rain", "The harvest may be half of last year's."),
    "lakeland": ("ferry", "Lakeland ferry gets quieter engines", "Night sailings start in spring."),
    "statehouse": ("budget", "Assembly passes budget after night session", "The vote was 61 to 38."),
    "newsloop": ("weather", "What to wear this weekend", "Bring a coat."),
}
"""What each feed holds before the demo begins: its baseline, which never alerts."""

LEAD = "velmora-5g-core"
"""The slug of the article that breaks the story."""
BREAKING = (
    "Velmora's telecoms regulator has proposed to remove Huawei equipment from the core of the country's 5G networks, "
    "and gave operators until 31 January to comment on the draft.",
    "Radio sites could keep the equipment until 2031, according to the 40-page paper. Huawei said it would study the "
    "proposal and called it unfounded.",
    "The three operators put the cost at 420 million crowns. The regulator expects 210 million.",
)

SCRIPT = (
    Event(
        after=1,
        outlet="herald",
        tells="A story breaks in the Northgate Herald.",
        slug=LEAD,
        headline="Velmora regulator moves to bar Huawei from 5G core",
        paragraphs=(*BREAKING, "More news: Assembly passes budget after night session"),
    ),
    Event(
        after=2,
        outlet="tidewater",
        tells="Tidewater Wire runs the same text under another headline: a copy.",
        slug="a-88121",
        headline="Huawei faces removal from Velmora's 5G core networks",
        paragraphs=(*BREAKING, "(Reporting by the Velmora desk)"),
    ),
    Event(
        after=3,
        outlet="newsloop",
        tells="Newsloop picks it up, outlet name at the end of the headline: another copy.",
        slug="t-4471",
        headline="Velmora regulator moves to bar Huawei from 5G core - Northgate Herald",
        paragraphs=(BREAKING[0],),
    ),
    Event(
        after=4,
        outlet="lakeland",
        tells="Lakeland Observer writes about a bakery, with a line that promotes the other story: no alert.",
        slug="bakery",
        headline="Lakeside bakery wins bread prize for third time",
        paragraphs=(
            "The jury praised the crust.",
            "More news: Velmora regulator moves to bar Huawei from 5G core",
        ),
    ),
    Event(
        after=5,
        outlet="spectrum",
        tells="Signal & Spectrum rewrites it in its own words: same story, an independent text.",
        slug="velmora-core-analysis",
        headline="Analysis: what a Huawei ban in Velmora's 5G core means for operators",
        paragraphs=(
            "Swapping the core is the smaller half of the work, engineers at two Velmoran operators said, since Huawei "
            "gear in the 5G core can be replaced in software in most places.",
            "The regulator's draft leaves radio sites alone until 2031, which lawyers called a compromise.",
        ),
    ),
    Event(
        after=8,
        outlet="herald",
        after_digest=True,
        tells="The Herald corrects itself: an update of the story, not a new one.",
        slug="velmora-5g-core-corrected",
        headline="CORRECTED-Velmora regulator moves to bar Huawei from 5G core, operators have until 31 March",
        paragraphs=(
            "(Corrects the date in the first paragraph: operators have until 31 March to comment.)",
            BREAKING[0].replace("31 January", "31 March"),
            *BREAKING[1:],
        ),
    ),
    Event(
        after=9,
        outlet="statehouse",
        tells="Statehouse Report has other news: a chip subsidy. It goes to the policy digest.",
        slug="chips",
        headline="Assembly agrees 1.2 billion crowns for semiconductor plants",
        paragraphs=("Two plants near the capital would employ 900 people, the economy minister said.",),
    ),
    Event(
        after=20,
        outlet="gazette",
        tells="The Porto Alvo Gazette's server breaks: one feed fails, the rest go on.",
        breaks=True,
    ),
    Event(after=38, outlet="gazette", tells="The Gazette's server is well again.", breaks=False),
    Event(
        after=42,
        outlet="gazette",
        tells="… and has the story too, in windows-1252 and without an id.",
        slug="huawei-velmora",
        headline="Velmora moves to bar Huawei from core of 5G networks, operators fear costs",
        paragraphs=(
            "Operators fear costs of 420 million crowns as Velmora’s regulator moves to bar Huawei from 5G cores.",
        ),
    ),
)
