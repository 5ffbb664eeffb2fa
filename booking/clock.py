"""The one clock. Edges read it once and pass `now` on; nothing below an edge knows what time it is."""

from __future__ import annotations

import datetime as dt


def now() -> dt.datetime:
    """The present instant, aware UTC, in whole seconds (the grain of every stored instant)."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)
