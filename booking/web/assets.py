"""Addresses of static files, with a version in them so that they can be kept for a year."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request, url_for

YEAR = 365 * 24 * 3600


@lru_cache(maxsize=256)
def _digest(path: str, _modified: float) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:10]


def register(app: Flask) -> None:
    """Give templates `asset(name)`."""
    folder = Path(app.static_folder or "")

    def asset(name: str) -> str:
        """The versioned address of a file of `static/`; a missing one is an error, not a broken page."""
        path = folder / name
        return url_for("static", filename=name, v=_digest(str(path), path.stat().st_mtime))

    app.jinja_env.globals["asset"] = asset

    @app.after_request
    def cache(response: Response) -> Response:
        if request.endpoint == "static" and "v" in request.args:
            response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        return response
