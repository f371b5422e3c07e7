"""What a process tells whoever runs it: log lines, one per unit of work, and faults of ours, to Sentry.

The library for logs is imported where logs are configured, so that `match` or `check` start without it.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any, TextIO, cast

from bot.app import Environment, version
from bot.core.doctor import LOG_LEVELS
from bot.core.text.sanitize import visible
from bot.errors import UsageError
from bot.log_stream import LogStream

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
_OF_LIBRARIES = ("apscheduler", "asyncio", "aiohttp", "slack_sdk", "pebble")
"""Their words are not written for our readers; what matters is said by our own lines."""
_log_stream: LogStream | None = None
"""Where log lines go, once they are configured."""
_encode_line = json.JSONEncoder(ensure_ascii=False, default=repr).encode


def configure_logs(environment: Environment, stream: TextIO = sys.stderr) -> None:
    """Log lines to `stream`: JSON when asked for or not on a terminal."""
    import structlog

    global _log_stream
    as_json = environment.log_format == "json" or (environment.log_format == "auto" and not stream.isatty())
    _log_stream = LogStream(stream, as_json=as_json)
    colours = stream.isatty() and "NO_COLOR" not in environment.variables
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            *(_to_json() if as_json else _to_words(colours=colours)),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[LOG_LEVELS.get(environment.log_level, "info")]),
        logger_factory=structlog.WriteLoggerFactory(cast(TextIO, _log_stream)),  # a line is one write
        cache_logger_on_first_use=False,
    )
    for name in _OF_LIBRARIES:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _to_json() -> Sequence[Any]:
    """structlog's last steps for programs."""
    from structlog import processors

    return (processors.TimeStamper(fmt="iso", utc=True), processors.JSONRenderer(_json_line))


def _to_words(*, colours: bool) -> Sequence[Any]:
    """structlog's last steps for people."""
    from structlog import dev, processors

    # Not structlog's own choice: where rich is installed, that prints the variables of every function, secrets too.
    plain = dev.plain_traceback
    renderer = dev.ConsoleRenderer(colors=colours, pad_event_to=18, exception_formatter=plain)
    return (processors.TimeStamper(fmt="%H:%M:%S", utc=False), _visible_values, renderer)


def _json_line(event: Mapping[str, object], **_: object) -> str:
    """A log line as JSON, by one encoder: `json.dumps` with options makes one for each line. Terminals obey signs that
    JSON lets stand (U+009B)."""
    return visible(_encode_line(event))


def _visible_values(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Of an event for people; what structlog quotes itself it also escapes, but a hub's URL it does not."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = visible(value)
    return event


def log_note(text: str) -> None:
    """A line for a person among the log lines. Like them it is neither waited for nor died for: what is printed to a
    full disk stays in Python's buffer, and with that no process can be started."""
    if _log_stream is not None:
        _log_stream.write_note(text)


def flush_logs(seconds: float = 0.0) -> None:
    """Writes the log lines that wait for a slow reader; one that does not read at all is waited for so long at most."""
    if _log_stream is not None:
        _log_stream.flush(seconds)


def start_sentry(environment: Environment) -> None:
    """Faults go to Sentry when SENTRY_DSN is set; the library is an optional extra. Raises UsageError without it."""
    dsn = (environment.variables.get("SENTRY_DSN") or "").strip()
    if not dsn:
        return
    try:
        import sentry_sdk
    except ImportError:
        raise UsageError(
            "SENTRY_DSN is set, but the library for it is not installed: pip install sentry-sdk (or wirewatch[sentry])."
            " Or unset the variable."
        ) from None
    sentry_sdk.init(dsn=dsn, release=version(), send_default_pii=False, include_local_variables=False)


def report_fault(error: Exception) -> None:
    """A fault of ours goes to Sentry, where it was started."""
    if (sentry := sys.modules.get("sentry_sdk")) is not None:
        sentry.capture_exception(error)
