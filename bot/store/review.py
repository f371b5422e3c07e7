"""What people said of stories and rules, what they were asked, rules texts that were in force, what rules remember."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from bot.core.codec import dumps, instant_text, loads, row_reader, to_columns
from bot.model import Mark, MarkKind, MarkVerdict, Question, QuestionKind, RuleId, RulesText, StoryId
from bot.store.database import Row
from bot.store.tables import Table

_MARK_COLUMNS = ("story", "rule", "verdict", "kind", "person", "at")
_QUESTION_COLUMNS = ("kind", "story", "rule", "asked_at", "delivery", "settled_by", "settled_at")
_read_question = row_reader(Question, _QUESTION_COLUMNS)
_T = TypeVar("_T")


class MarksTable(Table):
    """Verdicts on (story, rule); those that were taken back stay, and are given to nobody."""

    def standing(self, stories: Iterable[StoryId] | None = None) -> list[Mark]:
        sql = f"SELECT {', '.join(_MARK_COLUMNS)} FROM marks WHERE undone_at IS NULL"  # noqa: S608  # names above
        rows = self._database.query(sql) if stories is None else self._query_in(sql + " AND story IN (…)", stories)
        return sorted(map(_mark, rows), key=lambda mark: (mark.at, mark.story, mark.rule, mark.kind, mark.by))

    def add(self, marks: Iterable[Mark]) -> list[Mark]:
        """Those that change something (inside a transaction). The first answer to a question counts; whoever says
        something else of their own accord takes back what they said before."""
        new = []
        for mark in marks:
            earlier = [one for one in self.standing([mark.story]) if (one.rule, one.kind) == (mark.rule, mark.kind)]
            if mark.kind is MarkKind.VOLUNTEERED:
                earlier = [one for one in earlier if one.by == mark.by]
                if all(one.verdict is not mark.verdict for one in earlier):
                    self.undo(earlier, mark.by, mark.at)
                    earlier = []
            if not earlier:
                values = (mark.story, mark.rule, mark.verdict, mark.kind, mark.by, instant_text(mark.at))
                self._database.insert(
                    "marks",
                    _MARK_COLUMNS,
                    [values],
                    "ON CONFLICT (story, rule, kind, person, at) DO UPDATE SET verdict = excluded.verdict,"
                    " undone_by = NULL, undone_at = NULL",
                )
                new.append(mark)
        return new

    def undo(self, marks: Iterable[Mark], by: str, at: datetime) -> list[Mark]:
        """Those that stood until now (inside a transaction)."""
        # Not by its story, which may have been merged into another since the mark was read.
        sql = (
            "UPDATE marks SET undone_by = ?, undone_at = ?"
            " WHERE at = ? AND rule = ? AND kind = ? AND person = ? AND undone_at IS NULL"
        )
        return [
            mark
            for mark in marks
            if self._database.run(sql, (by, instant_text(at), instant_text(mark.at), mark.rule, mark.kind, mark.by))
        ]


class QuestionsTable(Table):
    """What people were asked about: each (kind, story, rule) once, ever."""

    def of_kind(self, kind: QuestionKind) -> list[Question]:
        names = ", ".join(_QUESTION_COLUMNS)
        sql = f"SELECT {names} FROM questions WHERE kind = ? ORDER BY asked_at, story, rule"  # noqa: S608  # names above
        return [_read_question(row) for row in self._database.query(sql, (kind,))]

    def add(self, questions: Iterable[Question]) -> None:
        """Inside a transaction."""
        rows = [tuple(to_columns(question, _QUESTION_COLUMNS)) for question in questions]
        self._database.insert("questions", _QUESTION_COLUMNS, rows, "ON CONFLICT DO NOTHING")

    def settle(self, questions: Iterable[Question]) -> None:
        """Who said that they are right so, or that nobody does any more (inside a transaction)."""
        self._database.run_each(
            "UPDATE questions SET settled_by = ?, settled_at = ? WHERE kind = ? AND story = ? AND rule = ?",
            [(one.settled_by, instant_text(one.settled_at), one.kind, one.story, one.rule) for one in questions],
        )


class RulesHistoryTable(Table):
    """Every rules text that was ever in force, in order."""

    def all(self) -> list[RulesText]:
        return list(map(_rules_text, self._database.query(f"{_SELECT_RULES} ORDER BY at, version")))

    def of_version(self, version: str) -> RulesText | None:
        rows = self._database.query(f"{_SELECT_RULES} WHERE version = ? ORDER BY at DESC LIMIT 1", (version,))
        return _rules_text(rows[0]) if rows else None

    def add(self, text: RulesText) -> bool:
        """False: it is in force already."""
        with self._database.transaction():
            rows = self._database.query(f"{_SELECT_RULES} ORDER BY at DESC LIMIT 1")
            if rows and (last := _rules_text(rows[0])).version == text.version and last.content == text.content:
                return False
            values = (
                instant_text(text.at),
                text.version,
                text.by,
                zlib.compress(text.content, 9),
                json.dumps(text.added),
            )
            self._database.insert("rules_history", _RULES_COLUMNS, [values], "ON CONFLICT DO NOTHING")
            return True


_RULES_COLUMNS = ("at", "version", "person", "content", "added")
_SELECT_RULES = f"SELECT {', '.join(_RULES_COLUMNS)} FROM rules_history"  # noqa: S608  # names above


class RuleStatesTable(Table):
    """What is remembered of rules: by a kind, one noun a rule."""

    def of_kind(self, kind: str, noun: type[_T]) -> Mapping[RuleId, _T]:
        rows = self._database.query("SELECT rule, state FROM rule_states WHERE kind = ? ORDER BY rule", (kind,))
        return {RuleId(rule): loads(noun, state) for rule, state in rows}

    def save(self, states: Sequence[tuple[str, RuleId, object | None]]) -> None:
        """(kind, rule, noun); None forgets (inside a transaction)."""
        gone = [(kind, rule) for kind, rule, state in states if state is None]
        self._database.run_each("DELETE FROM rule_states WHERE kind = ? AND rule = ?", gone)
        self._database.insert(
            "rule_states",
            ("kind", "rule", "state"),
            [(kind, rule, dumps(state)) for kind, rule, state in states if state is not None],
            "ON CONFLICT (kind, rule) DO UPDATE SET state = excluded.state",
        )


def _mark(row: Row) -> Mark:
    story, rule, verdict, kind, person, at = row
    return Mark(
        story=StoryId(story),
        rule=RuleId(rule),
        verdict=MarkVerdict(verdict),
        kind=MarkKind(kind),
        by=person,
        at=datetime.fromisoformat(at),
    )


def _rules_text(row: Row) -> RulesText:
    at, version, person, content, added = row
    return RulesText(
        version=version,
        at=datetime.fromisoformat(at),
        by=person,
        content=zlib.decompress(bytes(content)),
        added=tuple(json.loads(added)),
    )
