"""What people said of stories and rules, what they were asked, and the rules texts that were in force.

A mark is a person's verdict on (story, rule). Asked for at random it is a sample, and only samples measure a rule; all
others are volunteered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.news import StoryId
from bot.model.watch import RuleId

BY_FILE = "file"
"""Who changed the rules by editing the rules file: nobody knows more."""


class MarkVerdict(StrEnum):
    RELEVANT = "relevant"
    NOT_RELEVANT = "not_relevant"


class MarkKind(StrEnum):
    SAMPLE = "sample"
    """Asked for at random by the weekly review."""
    VOLUNTEERED = "volunteered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One verdict of one person. `story`: as it stands now. `by`: Slack's id of the person, or a name."""

    story: StoryId
    rule: RuleId
    verdict: MarkVerdict
    kind: MarkKind = MarkKind.VOLUNTEERED
    by: str
    at: datetime


class QuestionKind(StrEnum):
    SAMPLE = "sample"
    """Was this story, which the rule posted, relevant?"""
    NEAR_MISS = "near_miss"
    """Should the rule have posted this story?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A story that people were asked about for a rule: once, ever."""

    kind: QuestionKind
    story: StoryId
    rule: RuleId
    asked_at: datetime
    delivery: str
    """Key of the message that asks."""
    settled_by: str | None = None
    """Of a near miss: who said that it is right so. An answer that is a verdict is a mark."""
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesText:
    """A rules text that was in force from `at` on."""

    version: str
    """That of its RuleSet."""
    at: datetime
    by: str
    """BY_FILE, or Slack's id of the person who added or changed a rule there."""
    content: bytes
    """The rules file, byte by byte."""
    added: tuple[str, ...] = ()
    """The rules from Slack beside it, each as its fact has it, in order of their ids."""
