"""What robots may fetch: `/robots.txt`."""

from __future__ import annotations

from flask import Flask, Response

from booking.web.security import mark

TEXT = """\
User-agent: *
Allow: /calendars/
Disallow: /account
Disallow: /bookings
Disallow: /loans
Disallow: /manage/
Disallow: /steward
Disallow: /mailbox
Disallow: /display/
"""
"""Calendar services ask here before they fetch a feed, and refuse it when they find it closed."""


def register(app: Flask) -> None:
    """Add the address."""

    @app.get("/robots.txt")
    def robots() -> Response:
        return Response(TEXT, mimetype="text/plain")

    mark(robots, "public")
