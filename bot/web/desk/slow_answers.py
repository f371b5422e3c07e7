"""A question that reads much of the archive → its answer; while that takes long, how far it has come.

The law: no reader waits longer than its patience without a word. The question goes on meanwhile, and the page asks
again for its answer (`[data-wait]` in desk.js; a link without JavaScript). What was quick is asked anew each time; what
was slow is good for two minutes, and then shown until the new answer is there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.app import stopwatch
from bot.errors import WirewatchError
from bot.ports import Store
from bot.web.archive_reader import ArchiveReader

_T = TypeVar("_T")
PATIENCE = 0.7
"""Seconds that a page waits where nothing else is said."""
_FRESH = 120.0
"""Seconds for which a slow answer is good."""
_UNASKED = 15.0
"""Seconds after which a question that nobody asks for any more ends."""
_AT_ONCE = 2
"""Slow questions that are answered at the same time: the archive's other threads are for quick pages."""
_MOST = 30
"""Answers that are kept."""


@dataclass(slots=True, kw_only=True)
class AnswerProgress:
    """How far a question has come. `what`: what is being done; `total`: how much there is (0: nobody knows yet)."""

    what: str = ""
    done: int = 0
    total: int = 0
    check: Callable[[], None] = lambda: None
    """Raises when nobody waits any more."""

    def show(self, what: str, done: int, total: int) -> None:
        """To be called now and then by the question."""
        self.check()
        self.what, self.done, self.total = what, done, total


class StillReading(WirewatchError):
    """There is no answer yet."""

    def __init__(self, progress: AnswerProgress) -> None:
        super().__init__("The archive is still being read.")
        self.progress = progress


@dataclass(slots=True)
class _Question:
    task: asyncio.Task[Any]
    progress: AnswerProgress
    asked_at: float
    began_at: float
    ended_at: float | None = None
    readers: int = 0
    asked: int = 0
    earlier: Any = None
    """The answer of last time; None: there is none."""

    @property
    def is_failed(self) -> bool:
        return self.task.done() and (self.task.cancelled() or self.task.exception() is not None)


@dataclass(slots=True, kw_only=True)
class SlowAnswers:
    """The slow questions of one process. `clock`: seconds that only grow."""

    archive: ArchiveReader
    patience: float = PATIENCE
    clock: Callable[[], float] = stopwatch
    _questions: dict[Hashable, _Question] = field(default_factory=dict)
    _turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    async def of(
        self,
        key: Hashable,
        find: Callable[[Store, AnswerProgress], _T],
        *,
        waits: bool = False,
        of_one_moment: bool = True,
    ) -> _T:
        """The answer to `find`. Raises StillReading when the reader's patience ends, StoreError.

        Args:
            key: the question: whoever asks the same meanwhile waits for the same answer.
            waits: whether the reader has patience without end.
            of_one_moment: as for `ArchiveReader.ask`.
        """
        now = self.clock()
        self._forget(now)
        question = self._questions.get(key)
        if question is None or not self._is_good(question, now):
            question = self._begin(key, find, of_one_moment, now)
        question.asked_at = now
        question.asked += 1
        answer: _T
        if question.earlier is not None and not waits and not question.task.done():
            answer = question.earlier
        else:
            await self._wait(key, question, None if waits else self.patience)
            answer = question.task.result()
        return answer

    async def _wait(self, key: Hashable, question: _Question, patience: float | None) -> None:
        question.readers += 1
        try:
            await asyncio.wait({question.task}, timeout=patience)
        except asyncio.CancelledError:
            if question.readers == question.asked == 1:
                self._drop(key)  # typed another letter
            raise
        finally:
            question.readers -= 1
        if not question.task.done():
            raise StillReading(question.progress)

    def _begin(
        self, key: Hashable, find: Callable[[Store, AnswerProgress], _T], of_one_moment: bool, now: float
    ) -> _Question:
        before = self._questions.pop(key, None)
        earlier = before.task.result() if before is not None and before.task.done() and not before.is_failed else None
        is_slow = before is not None and self._was_slow(before)
        progress = AnswerProgress(check=self.archive.go_on)

        async def answer() -> _T:
            async with self._turn:
                try:
                    return await self.archive.ask(lambda store: find(store, progress), of_one_moment=of_one_moment)
                finally:
                    question.ended_at = self.clock()

        task = asyncio.ensure_future(answer())
        question = _Question(task, progress, now, now, earlier=earlier if is_slow else None)
        self._questions[key] = question
        return question

    def _was_slow(self, question: _Question) -> bool:
        return question.ended_at is not None and question.ended_at - question.began_at > self.patience

    def _is_good(self, question: _Question, now: float) -> bool:
        if question.ended_at is None:
            return True
        return not question.is_failed and self._was_slow(question) and now - question.ended_at < _FRESH

    def _forget(self, now: float) -> None:
        """Ends what nobody asks for, and lets go of answers of long ago."""
        for key, question in list(self._questions.items()):
            is_old = now - question.asked_at > (2 * _FRESH if question.task.done() else _UNASKED)
            if (is_old and not question.readers) or question.is_failed:
                self._drop(key)
        for key in [key for key, one in self._questions.items() if one.task.done()][:-_MOST]:
            self._drop(key)

    def _drop(self, key: Hashable) -> None:
        question = self._questions.pop(key)
        if not question.task.done():
            question.task.cancel()
        elif not question.task.cancelled():
            question.task.exception()  # heard
