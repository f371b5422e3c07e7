"""The questions of a weekly message → its blocks. Pure.

Each question is two blocks, its headline and its buttons (or its answer): twenty of them just fit into a message, if
only short URLs are links.
"""

from __future__ import annotations

import json

from bot.core.text.sanitize import short_line, web_address
from bot.model import Digest, QuestionKind, QuestionLine
from bot.sinks import plain_text
from bot.sinks.slack.elements import (
    Block,
    actions,
    button,
    context,
    header,
    link,
    mrkdwn_of_ours,
    paragraph,
    piece,
    rich_text,
    section,
)

_ROOM = {300: (150, 120, 300), 200: (120, 90, 150), 150: (100, 70, 80), 100: (80, 60, 0)}
"""By the room for a title that a density has: characters of the title, of the line below it, and of a URL that may be a
link. Twenty questions fit with the last."""
_LABELS = {QuestionKind.SAMPLE: ("Relevant", "Not relevant"), QuestionKind.NEAR_MISS: ("Should have", "Right so")}
_FOOT = {
    QuestionKind.SAMPLE: "Drawn at random from what was told. How often a rule is right is measured by these answers "
    "alone: wirewatch marks.",
    QuestionKind.NEAR_MISS: "What rules did not post by little, the likeliest first: wirewatch missed shows all.",
}


def question_blocks(digest: Digest, room: int) -> list[Block]:
    """Every block of the message. `room`: characters for a title, as densities have them."""
    blocks = [header(digest.title)]
    for line in digest.questions:
        blocks += _question(line, digest, *_ROOM[room])
    blocks.append(context([_FOOT[digest.questions[0].kind]]))
    return [block | {"block_id": f"q{index}:r{digest.revision}"} for index, block in enumerate(blocks)]


def _question(line: QuestionLine, digest: Digest, title_room: int, about_room: int, url_room: int) -> list[Block]:
    url = web_address(line.url)
    if url is not None and len(url) > url_room:
        url = None
    title = short_line(line.title, title_room) or "(no title)"
    about = short_line(plain_text.question_by_line(line, digest.timezone), about_room)
    head = rich_text(paragraph(link(url, title, bold=True), piece(f"\n{about}")))
    if line.answer:
        answered = section(mrkdwn_of_ours(line.answer))
        return [
            head,
            answered | {"accessory": button("question_undo", "Undo", _value(line))} if digest.buttons else answered,
        ]
    if not digest.buttons:
        return [head]
    yes, no = _LABELS[line.kind]
    return [head, actions(button("question_yes", yes, _value(line)), button("question_no", no, _value(line)))]


def _value(line: QuestionLine) -> str:
    """What a button brings back."""
    return json.dumps({"v": 1, "k": line.kind, "s": line.story, "r": line.rule}, separators=(",", ":"))
