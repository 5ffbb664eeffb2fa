"""What the pages of resources share."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from flask import Blueprint, current_app, g, make_response, render_template
from flask.typing import ResponseReturnValue

from booking.db import read
from booking.errors import NotFound
from booking.people.asking import asker
from booking.places.queries import lieux
from booking.places.schemas import LieuManaged
from booking.resources.actions.resources import ReasonToStay
from booking.resources.queries.managed import resource_to_manage
from booking.resources.schemas import ResourceManaged

log = structlog.get_logger()

blueprint = Blueprint("resources", __name__)

REASONS = "archipel.resources"


def reasons_to_stay() -> Sequence[ReasonToStay]:
    """What the rooms above ask before something of a resource is pulled away."""
    present: Sequence[ReasonToStay] = current_app.extensions[REASONS]
    return present


def managed(lieu: str) -> LieuManaged:
    """The lieu of a page for its managers. Raises NotFound for anybody else."""
    found = read(lieux.lieu_to_manage, asker(), lieu)
    g.lieu_in_mind = found.slug
    return found


def managed_resource(lieu: str, resource: str) -> tuple[LieuManaged, ResourceManaged]:
    """A resource of that lieu, with the lieu. Raises NotFound for anybody but its managers, and in another lieu."""
    seen = managed(lieu)
    found = read(resource_to_manage, asker(), resource)
    if found.lieu_id != seen.id:
        raise NotFound
    return seen, found


def page(template: str, status: int = 200, **values: object) -> ResponseReturnValue:
    """A page of this room."""
    return make_response(render_template(f"resources/{template}.html", **values), status)
