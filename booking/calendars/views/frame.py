"""What the addresses of calendars share: their blueprints."""

from __future__ import annotations

from flask import Blueprint, Response

feeds_blueprint = Blueprint("feeds", __name__)
"""What calendar programs read."""

calendars_blueprint = Blueprint("calendars", __name__)
"""What people read."""


@feeds_blueprint.after_request
def unlisted(response: Response) -> Response:
    """Robots of calendar services may fetch a feed; no search engine shall list it, no page learn its address."""
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
