"""The pictures of a resource. They are made small before the transaction, by `rules.pictures.picture`."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.errors import N_, Conflict, Invalid, NotFound
from booking.people.schemas import Asker
from booking.places.rules import line_refusals
from booking.resources.actions.resources import managed_resource
from booking.resources.models import Photo
from booking.resources.rules.pictures import Picture
from booking.values.codes import is_digest
from booking.values.ids import ResourceId

MOST_PHOTOS = 12


class TooManyPhotos(Conflict):
    """The resource has as many pictures as its page shows."""

    code = "too_many_photos"
    message = N_("Au plus %(most)s photos. Retirez-en une d’abord.")


class SamePhoto(Conflict):
    """The very same picture is there already."""

    code = "same_photo"
    message = N_("Cette photo y est déjà.")


def add_photo(
    session: Session, asker: Asker, resource_id: ResourceId, picture: Picture, alt: str, now: dt.datetime
) -> None:
    """Put a picture after the others. `alt` says what is to be seen, for those who do not see it.

    Raises NotFound unless the asker manages the lieu, Invalid for the text, TooManyPhotos, SamePhoto.
    """
    lieu_id = managed_resource(session, asker, resource_id)
    reasons = line_refusals(alt, 200, "alt", required=True)
    if reasons:
        raise Invalid(*reasons)
    present = session.execute(sa.select(Photo.digest, Photo.position).where(Photo.resource_id == resource_id)).all()
    if picture.digest in {row.digest for row in present}:
        raise SamePhoto
    if len(present) >= MOST_PHOTOS:
        raise TooManyPhotos(most=MOST_PHOTOS)
    session.execute(
        sa.insert(Photo).values(
            resource_id=resource_id,
            lieu_id=lieu_id,
            digest=picture.digest,
            content=picture.content,
            alt=alt,
            width=picture.width,
            height=picture.height,
            position=max((row.position for row in present), default=0) + 1,
            created_at=now,
        )
    )


def remove_photo(session: Session, asker: Asker, resource_id: ResourceId, digest: str) -> None:
    """Delete a picture. Raises NotFound unless the asker manages the lieu and the resource has it."""
    managed_resource(session, asker, resource_id)
    if not is_digest(digest):
        raise NotFound
    gone = session.execute(
        sa.delete(Photo).where(Photo.resource_id == resource_id, Photo.digest == digest).returning(Photo.id)
    ).first()
    if gone is None:
        raise NotFound


def put_photo_first(session: Session, asker: Asker, resource_id: ResourceId, digest: str) -> None:
    """Show a picture before the others. Raises NotFound unless the asker manages the lieu and the resource has it."""
    managed_resource(session, asker, resource_id)
    if not is_digest(digest):
        raise NotFound
    first = session.execute(sa.select(sa.func.min(Photo.position)).where(Photo.resource_id == resource_id)).scalar()
    moved = session.execute(
        sa.update(Photo)
        .where(Photo.resource_id == resource_id, Photo.digest == digest)
        .values(position=(first or 0) - 1)
        .returning(Photo.id)
    ).first()
    if moved is None:
        raise NotFound
