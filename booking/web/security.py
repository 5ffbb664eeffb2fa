"""Headers that a browser obeys: nothing inline, nothing from elsewhere, nothing remembered that should not be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, request

from booking.errors import Malformed, NotFound
from booking.settings import Settings


def policy(settings: Settings) -> str:
    """The Content-Security-Policy: own files only, map tiles by setting; see docs/decisions/0003."""
    images = ["'self'", "data:"]
    if settings.tile_url:
        tiles = urlsplit(settings.tile_url)
        images.append(f"{tiles.scheme}://{tiles.netloc.replace('{s}', '*')}")
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "style-src-attr 'unsafe-inline'",
            f"img-src {' '.join(images)}",
            "connect-src 'self'",
            "font-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def local_path(target: str | None, otherwise: str) -> str:
    r"""`target` when it is a path of this server, else `otherwise`: `//evil`, `\\evil` and `https:evil` are not."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return otherwise
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or any(c < " " or c == "\\" for c in target):
        return otherwise
    return target


View = TypeVar("View", bound=Callable[..., Any])


def mark(view: View, policy: str) -> View:
    """Say of a route who may call it (`public`, `member`, `steward`); a test refuses routes that say nothing."""
    view.policy = policy  # type: ignore[attr-defined]  # functions carry what is put on them
    return view


def register(app: Flask, settings: Settings) -> None:
    """Put the headers on every answer."""
    content_policy = policy(settings)

    @app.before_request
    def no_nul() -> None:
        """No text of ours holds a NUL and PostgreSQL takes none, so an address with one names nothing."""
        if "\0" in request.path:
            raise NotFound
        if any("\0" in value for values in request.args.listvalues() for value in values):
            raise Malformed

    @app.after_request
    def headers(response: Response) -> Response:
        given = response.headers
        given.setdefault("X-Content-Type-Options", "nosniff")
        given.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
        given.setdefault("Content-Security-Policy", content_policy)
        given.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        given.setdefault("Permissions-Policy", "geolocation=(self), camera=(), microphone=(), payment=()")
        if settings.secure:
            given.setdefault("Strict-Transport-Security", "max-age=31536000")
        if request.endpoint != "static" and "Cache-Control" not in given:
            given["Cache-Control"] = "private, no-store" if response.mimetype == "text/html" else "private, no-cache"
        return response
