"""What is a copy of another outlet's text, whatever it puts around it."""

from __future__ import annotations

import pytest

from bot.core.workbench.own_texts import text_print
from bot.model import Reading

TITLE = "Regulator fines Orbrecht over unpaid tariffs in Keld"
SHORT = "The court said on Friday that Orbrecht must answer for late repairs; a hearing is due in Pell."
LONG = " ".join(
    f"In paragraph {number} the court of {'abcdefghij'[number]} names witness {number}." for number in range(9)
)


@pytest.mark.parametrize(
    ("earlier", "later", "is_copy"),
    [
        (Reading(title=TITLE), Reading(title=TITLE), True),
        (Reading(title=TITLE), Reading(title=f"{TITLE} | Meridian Post"), True),
        (Reading(title=f"{TITLE} - post.example"), Reading(title=f"{TITLE.upper()} – Coastal Wire"), True),
        (Reading(title=TITLE), Reading(title="Orbrecht fined by regulator in Keld over tariffs"), False),
        (Reading(title="Orbrecht fined"), Reading(title="Orbrecht fined"), False),
        (Reading(title="监管机构对华讯处以罚款"), Reading(title="监管机构对华讯处以罚款"), True),
        (Reading(title=TITLE, summary=SHORT), Reading(title="Court summons Orbrecht", summary=SHORT), True),
        (Reading(title=TITLE, summary=SHORT), Reading(title=TITLE, summary=SHORT.replace("Friday", "Monday")), False),
        (Reading(title=TITLE, body=LONG), Reading(title="Witnesses named", body=LONG[:300]), True),
        (Reading(title=TITLE, body=LONG), Reading(title="Witnesses named", body=f"By our own. {LONG} Call us."), True),
        (Reading(title=TITLE, body=LONG), Reading(title=TITLE, body=SHORT), False),
        (Reading(title=TITLE), Reading(title=TITLE, body=LONG), True),
    ],
)
def test_copies(earlier: Reading, later: Reading, is_copy: bool) -> None:
    assert text_print(later).copies(text_print(earlier)) is is_copy
