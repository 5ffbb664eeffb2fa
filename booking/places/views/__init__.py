"""The pages of lieux: what anybody sees, what managers decide, what stewards do."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask

from booking.places.actions.lieux import ReasonToStay
from booking.places.views import closures, hours, lieu, overview, settings, steward
from booking.places.views.frame import REASONS, blueprint
from booking.places.views.words import reason_said

__all__ = ["blueprint", "closures", "hours", "lieu", "overview", "register", "settings", "steward"]


def register(app: Flask, reasons_to_stay: Sequence[ReasonToStay]) -> None:
    """Add every page of this room, with what the rooms above know to stand ahead on a lieu."""
    app.extensions[REASONS] = tuple(reasons_to_stay)
    app.jinja_env.filters["reason"] = reason_said
    app.register_blueprint(blueprint)
