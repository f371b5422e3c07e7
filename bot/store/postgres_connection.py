"""A connection to PostgreSQL that does not wait for ever.

A link can die so that nobody is told: a failover, a proxy or a firewall forgets it, and something in between goes on
to confirm each packet, so that neither keep-alive nor tcp_user_timeout sees anything. Workers of other programs stood
still for seven hours.
"""

from __future__ import annotations

import math
import time
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen

_T = TypeVar("_T")


class PatientConnection(psycopg.Connection[tuple[Any, ...]]):
    """Raises OperationalError, and is closed, once the server has been silent for `patience` seconds."""

    patience = math.inf
    is_new = True
    """Nobody has had it from the pool yet."""

    def wait(self, gen: PQGen[_T], interval: float = 0.1, timeout: float | None = None) -> _T:
        """What every statement waits by; a server that is silent for `interval` seconds is asked for with a 0."""
        return super().wait(self._bounded(gen), interval, timeout)

    def _bounded(self, answers: PQGen[_T]) -> PQGen[_T]:
        end = time.monotonic() + self.patience
        try:
            wanted = next(answers)
            while True:
                ready = yield wanted
                if ready:
                    end = time.monotonic() + self.patience
                elif time.monotonic() > end:
                    self.pgconn.finish()
                    raise psycopg.OperationalError(f"no answer within {self.patience:.0f} s")
                wanted = answers.send(ready)
        except StopIteration as done:
            answer: _T = done.value
            return answer
