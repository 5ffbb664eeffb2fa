"""Reading one resource and its pictures, as anybody may see them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.errors import NotFound
from booking.people.schemas import Asker
from booking.places.models import Lieu
from booking.resources.models import Photo, Resource
from booking.resources.queries.parts import DRAFT_COLUMNS, features_of, one, photos_of, unit_names_of, visible_to
from booking.resources.rules import Audience
from booking.resources.schemas import PhotoFile, ResourceSeen
from booking.values.codes import is_digest
from booking.values.ids import LieuId, ResourceId


def resource_by_slug(session: Session, asker: Asker, slug: str) -> ResourceSeen:
    """A resource with its rules, by four statements. Raises NotFound unless the asker may know of it."""
    row = one(session, slug, visible_to(asker))
    resource = row.Resource
    return ResourceSeen(
        id=ResourceId(resource.id),
        slug=resource.slug,
        lieu_id=LieuId(resource.lieu_id),
        lieu=row.lieu,
        lieu_name=row.lieu_name,
        timezone=row.timezone,
        public_feeds=row.public_feeds,
        features=features_of(session, [resource.id])[resource.id],
        photos=photos_of(session, [resource.id])[resource.id],
        units=unit_names_of(session, resource.id),
        retired_at=resource.retired_at,
        updated_at=resource.updated_at,
        **{name: getattr(resource, name) for name in DRAFT_COLUMNS if name != "position"},
    )


def slug_of(session: Session, resource_id: ResourceId) -> str:
    """The public id of a resource, retired or not; who asks sees it already through something of their own."""
    return session.execute(sa.select(Resource.slug).where(Resource.id == resource_id)).scalar_one()


def photo_by_digest(session: Session, asker: Asker, digest: str) -> PhotoFile:
    """The content of a picture. Raises NotFound unless the asker may know of a resource that shows it."""
    if not is_digest(digest):
        raise NotFound
    shown = (
        sa.select(Photo.id, Resource.seen_by, Lieu.bookable)
        .join(Resource, Resource.id == Photo.resource_id)
        .join(Lieu, Lieu.id == Resource.lieu_id)
        .where(Photo.digest == digest, visible_to(asker, retired=True))
        .order_by(Photo.id)
    )
    rows = session.execute(shown).all()
    if not rows:
        raise NotFound
    content = session.execute(sa.select(Photo.content).where(Photo.id == rows[0].id)).scalar_one()
    return PhotoFile(content, any(row.bookable and row.seen_by is Audience.EVERYONE for row in rows))
