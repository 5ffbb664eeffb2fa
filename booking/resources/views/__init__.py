"""The pages of resources: what their managers decide, and the files of their pictures."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask

from booking.resources.actions.resources import ReasonToStay
from booking.resources.views import editing, photos, units
from booking.resources.views.frame import REASONS, blueprint

__all__ = ["blueprint", "editing", "photos", "register", "units"]


def register(app: Flask, reasons_to_stay: Sequence[ReasonToStay]) -> None:
    """Add every page of this room, with what the rooms above know to need a resource."""
    app.extensions[REASONS] = tuple(reasons_to_stay)
    app.register_blueprint(blueprint)
