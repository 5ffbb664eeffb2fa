"""What the program says of itself: lines for people on a terminal, JSON for machines elsewhere, always on stderr.

Secrets of ours stand in addresses (of calendars, of mailed links): no line shows one, whoever writes it.
"""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import structlog

_SECRET = re.compile(r"(?<![\w-])(?:arc_)?[\w-]{43}(?![\w-])", re.ASCII)
"""How every token of ours looks (`values.codes.new_token`, and API tokens with their mark)."""


def masked(text: str) -> str:
    """The text without the secrets in it."""
    return _SECRET.sub("***", text)


class Masked(logging.Filter):
    """Takes the secrets out of what other libraries log: the addresses in a server's access log."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, masked."""
        record.msg, record.args = masked(record.getMessage()), None
        return True


_STDERR = {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "filters": ["masked"]}
SERVER: dict[str, Any] = {
    "filters": {"masked": {"()": "booking.logs.Masked"}},
    "handlers": {"console": {"formatter": "generic", **_STDERR}, "access": {"formatter": "access", **_STDERR}},
}
"""What granian's own logging is given (`log_dictconfig`), so that its access log may be turned on."""


def configure() -> None:
    """Send everything that is logged in this process to stderr, each line with its instant and level."""
    terminal = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *((_console,) if terminal else (structlog.processors.format_exc_info, _json)),
            _masked,
        ],
        wrapper_class=structlog.make_filtering_bound_logger("info"),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def _masked(_logger: Any, _method: str, line: Any) -> str:
    """The last step: what is written is a line by now, a trace included."""
    return masked(line)


_console = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
_json = structlog.processors.JSONRenderer(ensure_ascii=False)
