"""`FeedState.extra` holds only what JSON can say: instants as Unix seconds, spans as seconds. Both ways, here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def second(moment: datetime) -> int:
    """Unix seconds."""
    return int(moment.timestamp())


def instant(value: object) -> datetime | None:
    """The instant of Unix seconds; None for anything else."""
    return datetime.fromtimestamp(value, UTC) if isinstance(value, int | float) else None


def seconds(length: timedelta | None) -> float | None:
    """A span in seconds."""
    return None if length is None else length.total_seconds()


def span(value: object) -> timedelta | None:
    """The span of a number of seconds; None for anything else."""
    return timedelta(seconds=value) if isinstance(value, int | float) else None


def number(value: object) -> int:
    """A count; 0 for anything else."""
    return value if isinstance(value, int) else 0


def numbers(values: object) -> list[int]:
    """The whole numbers of a list; none for anything else."""
    return [value for value in values if isinstance(value, int)] if isinstance(values, list | tuple) else []


def compact(extra: dict[str, object]) -> dict[str, object]:
    """Without what is absent: ten thousand feeds are kept in memory."""
    return {key: value for key, value in extra.items() if value is not None}
