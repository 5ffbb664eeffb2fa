"""The pages of people. `register` puts them on the application, with what the rooms above know of members."""

from __future__ import annotations

from flask import Flask

from booking.people.schemas import Neighbours
from booking.people.views import account, entrance, invitations, lieu
from booking.people.views.frame import NEIGHBOURS, blueprint

__all__ = ["account", "blueprint", "entrance", "invitations", "lieu", "register"]


def register(app: Flask, neighbours: Neighbours) -> None:
    """Add every page of this room."""
    app.extensions[NEIGHBOURS] = neighbours
    app.register_blueprint(blueprint)
