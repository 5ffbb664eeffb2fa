"""What the reading of resources is made of: the scope, one row, and its features, pictures and units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.errors import NotFound
from booking.people.rules import STAFF
from booking.people.schemas import Asker
from booking.places.models import Lieu
from booking.resources.models import Photo, Resource, ResourceFeature, ResourceUnit, UnitRow
from booking.resources.rules import Audience, Feature
from booking.resources.schemas import PhotoSeen
from booking.values.codes import is_slug

DRAFT_COLUMNS = [
    "kind", "name", "take", "summary", "text", "capacity", "step", "shortest", "longest", "notice", "horizon_days",
    "buffer_before", "buffer_after", "seen_by", "booked_by", "free_cancel_hours", "kept_percent", "position",
]  # fmt: skip
"""The columns that are fields of `ResourceDraft`."""


def visible_to(asker: Asker, *, retired: bool = False) -> sa.ColumnElement[bool]:
    """The condition (over Resource and Lieu) for what the asker may know of: in use, and shown to who asks.

    A lieu that cannot be booked shows its resources to its own staff alone.
    """
    own = [int(lieu) for lieu, _ in asker.roles]
    staffed = [int(lieu) for lieu, role in asker.roles if role in STAFF]
    shown = [Resource.seen_by == Audience.EVERYONE, sa.true() if asker.steward else sa.false()]
    if own:
        shown.append(sa.and_(Resource.seen_by == Audience.MEMBERS, Resource.lieu_id.in_(own)))
    if staffed:
        shown.append(Resource.lieu_id.in_(staffed))
    bookable = sa.or_(Lieu.bookable.is_(True), Resource.lieu_id.in_(staffed)) if staffed else Lieu.bookable.is_(True)
    return sa.and_(sa.true() if retired else Resource.retired_at.is_(None), bookable, sa.or_(*shown))


def one(session: Session, slug: str, scope: sa.ColumnElement[bool]) -> Any:
    """The resource at that address, with facts of its lieu. Raises NotFound outside the scope."""
    if not is_slug(slug):
        raise NotFound
    row = session.execute(
        sa.select(Resource, Lieu.slug.label("lieu"), Lieu.name.label("lieu_name"), Lieu.timezone, Lieu.public_feeds)
        .join(Lieu, Lieu.id == Resource.lieu_id)
        .where(Resource.slug == slug, scope)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def features_of(session: Session, ids: Collection[int]) -> dict[int, tuple[Feature, ...]]:
    """The features of each of these resources, in the order of the word list."""
    found: defaultdict[int, tuple[Feature, ...]] = defaultdict(tuple)
    for row in session.execute(
        sa.select(ResourceFeature.resource_id, ResourceFeature.feature).where(ResourceFeature.resource_id.in_(ids))
    ):
        found[row.resource_id] += (Feature(row.feature),)
    order = list(Feature)
    return defaultdict(tuple, {n: tuple(sorted(each, key=order.index)) for n, each in found.items()})


def photos_of(session: Session, ids: Collection[int]) -> dict[int, tuple[PhotoSeen, ...]]:
    """The pictures of each of these resources, the first one first; never their content."""
    found: defaultdict[int, tuple[PhotoSeen, ...]] = defaultdict(tuple)
    for row in session.execute(
        sa.select(Photo.resource_id, Photo.digest, Photo.alt, Photo.width, Photo.height)
        .where(Photo.resource_id.in_(ids))
        .order_by(Photo.position, Photo.id)
    ):
        found[row.resource_id] += (PhotoSeen(row.digest, row.alt, row.width, row.height),)
    return found


def unit_names_of(session: Session, resource_id: int) -> tuple[str, ...]:
    """The names of what a resource is made of."""
    return tuple(
        session.scalars(
            sa.select(UnitRow.name)
            .join(ResourceUnit, ResourceUnit.unit_id == UnitRow.id)
            .where(ResourceUnit.resource_id == resource_id)
            .order_by(UnitRow.id)
        )
    )
