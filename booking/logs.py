"""What the program says of itself: lines for people on a terminal, JSON for machines elsewhere, always on stderr."""

from __future__ import annotations

import sys

import structlog


def configure() -> None:
    """Send everything that is logged in this process to stderr, each line with its instant and level."""
    terminal = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *((_console,) if terminal else (structlog.processors.format_exc_info, _json)),
        ],
        wrapper_class=structlog.make_filtering_bound_logger("info"),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


_console = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
_json = structlog.processors.JSONRenderer(ensure_ascii=False)
