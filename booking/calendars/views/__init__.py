"""The addresses of calendars: feeds for programs, and the page on which people make and take back secret ones."""

from __future__ import annotations

from flask import Flask

from booking.calendars.views import account, answers, feeds
from booking.calendars.views.frame import calendars_blueprint, feeds_blueprint

__all__ = ["account", "answers", "feeds", "register"]


def register(app: Flask) -> None:
    """Add every address of this room."""
    answers.register(app)
    app.register_blueprint(feeds_blueprint)
    app.register_blueprint(calendars_blueprint)
