"""What the page of a resource tells beside its planning: text, features, photos, prices, and facts of its lieu."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.bookings.queries.terms import Found, terms_of
from booking.errors import NotFound
from booking.people.schemas import Asker
from booking.places.models import Lieu
from booking.places.rules import VatRegime
from booking.resources.models import Photo, Resource, ResourceFeature
from booking.resources.rules import Audience, Feature
from booking.values.codes import is_slug


@dataclass(frozen=True, slots=True)
class PhotoSeen:
    """A picture of a resource; `digest` names its file."""

    digest: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ResourcePage:
    """A resource with its terms for who asks, and what is told of it. `terms.sheet` holds the asker's own prices."""

    found: Found
    text: str
    features: tuple[Feature, ...]
    photos: tuple[PhotoSeen, ...]
    public_feeds: bool
    example: bool
    vat_regime: VatRegime


def resource_page(session: Session, asker: Asker, slug: str) -> ResourcePage:
    """The resource at that address; six statements. Raises NotFound when there is none, or who asks may not see it."""
    if not is_slug(slug):
        raise NotFound
    found = terms_of(session, asker, asker, slug)
    number = found.terms.resource_id
    row = session.execute(
        sa.select(Resource.text, Resource.seen_by, Lieu.public_feeds, Lieu.example, Lieu.vat_regime)
        .join(Lieu, Lieu.id == Resource.lieu_id)
        .where(Resource.id == number)
    ).one()
    features = set(session.scalars(sa.select(ResourceFeature.feature).where(ResourceFeature.resource_id == number)))
    photos = session.execute(
        sa.select(Photo.digest, Photo.alt, Photo.width, Photo.height)
        .where(Photo.resource_id == number)
        .order_by(Photo.position, Photo.id)
    )
    return ResourcePage(
        found=found,
        text=row.text,
        features=tuple(feature for feature in Feature if feature in features),
        photos=tuple(PhotoSeen(p.digest, p.alt, p.width, p.height) for p in photos),
        public_feeds=row.public_feeds and row.seen_by == Audience.EVERYONE,
        example=row.example,
        vat_regime=VatRegime(row.vat_regime),
    )
