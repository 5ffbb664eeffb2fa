"""What the pages of lieux share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import structlog
from flask import Blueprint, current_app, g, make_response, render_template
from flask.typing import ResponseReturnValue

from booking.db import read
from booking.people.asking import asker
from booking.places.actions.lieux import ReasonToStay
from booking.places.queries import lieux
from booking.places.rules import Position
from booking.places.schemas import LieuManaged
from booking.places.territories import department_of_postcode
from booking.places.towns import Towns, towns
from booking.settings import package_folder
from booking.values.codes import fold

log = structlog.get_logger()

blueprint = Blueprint("places", __name__)

REASONS = "archipel.places"

AHEAD = dt.timedelta(days=60)
"""How far the public page tells of days that do not follow the week."""


def reasons_to_stay() -> Sequence[ReasonToStay]:
    """What the rooms above ask before a lieu changes under what stands ahead on it."""
    present: Sequence[ReasonToStay] = current_app.extensions[REASONS]
    return present


def managed(slug: str) -> LieuManaged:
    """The lieu of a page for its managers. Raises NotFound for anybody else."""
    found = read(lieux.lieu_to_manage, asker(), slug)
    g.lieu_in_mind = found.slug
    return found


def page(template: str, status: int = 200, **values: object) -> ResponseReturnValue:
    """A page of this room."""
    return make_response(render_template(f"places/{template}.html", **values), status)


def known_towns() -> Towns:
    """The gazetteer."""
    return towns(package_folder("data") / "towns_geonames.csv")


def town_centre(commune: str, postcode: str) -> Position | None:
    """The centre of a town by its name, in the postcode's department when that is known; None when none is meant."""
    wanted = fold(commune).split()
    department = department_of_postcode(postcode.replace(" ", ""))
    found = known_towns().find(f"{postcode} {commune}"[:90], 8)
    for town in found:
        same = fold(town.name).split()[-1:] == wanted[-1:]
        if same and (not department or town.department == department):
            return town.position
    return None
