"""Reading lists of resources, page by page."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.db.pages import LARGEST_PAGE, Page, cursor, read_cursor
from booking.people.schemas import Asker
from booking.places.models import Lieu
from booking.places.queries.lieux import MOST_WORDS, inside
from booking.places.rules import Position, box_around, kilometres
from booking.resources.models import Resource, ResourceFeature, ResourceUnit, UnitRow
from booking.resources.queries.parts import features_of, photos_of, visible_to
from booking.resources.rules import ResourceKind, Take
from booking.resources.schemas import ResourceCard, ResourceFilter, bookable_at_once
from booking.values.codes import fold, is_slug
from booking.values.ids import LieuId, ResourceId


def search_resources(
    session: Session, asker: Asker, wanted: ResourceFilter, *, after: str | None = None, limit: int = 50
) -> Page[ResourceCard]:
    """A page of resources: of the nearest lieux first when a position is told, else by lieu and place in its list.

    At most four statements. `after` is the `next` of the page before; Malformed when it is not. `limit` is 1..200.
    """
    limit = max(1, min(limit, LARGEST_PAGE))
    conditions = [visible_to(asker), *_conditions(wanted)]
    if wanted.near is None:
        return _in_order(session, conditions, after, limit)
    return _nearest(session, wanted, conditions, after, limit)


def _in_order(
    session: Session, conditions: list[sa.ColumnElement[bool]], after: str | None, limit: int
) -> Page[ResourceCard]:
    order = (Lieu.folded, Lieu.id, Resource.position, Resource.id)
    statement = _found(conditions).add_columns(Lieu.folded).order_by(*order)
    if after:
        values = read_cursor(after, str, int, int, int)
        statement = statement.where(sa.tuple_(*order) > sa.tuple_(*(sa.literal(value) for value in values)))
    rows = session.execute(statement.limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    more = cursor(last.folded, last.lieu_id, last.position, last.id) if last else None
    return Page(_cards(session, rows[:limit], {}), more)


def _nearest(
    session: Session,
    wanted: ResourceFilter,
    conditions: list[sa.ColumnElement[bool]],
    after: str | None,
    limit: int,
) -> Page[ResourceCard]:
    assert wanted.near is not None  # noqa: S101 - the caller's condition
    points = session.execute(
        sa.select(Resource.id, Resource.position, Lieu.id.label("lieu_id"), Lieu.latitude, Lieu.longitude)
        .join(Lieu, Lieu.id == Resource.lieu_id)
        .where(*conditions)
    )
    order = [
        (round(1000 * kilometres(wanted.near, Position(p.latitude, p.longitude))), p.lieu_id, p.position, p.id)
        for p in points
    ]
    farthest = None if wanted.within_km is None else 1000 * wanted.within_km
    beyond = read_cursor(after, int, int, int, int) if after else (-1, 0, 0, 0)
    found = sorted(each for each in order if each > beyond and (farthest is None or each[0] <= farthest))
    page = found[:limit]
    place = {each[3]: number for number, each in enumerate(page)}
    rows = session.execute(_found([Resource.id.in_(place)])).all()
    distances = {each[3]: each[0] / 1000 for each in page}
    more = cursor(*page[-1]) if len(found) > limit else None
    return Page(_cards(session, sorted(rows, key=lambda row: place[row.id]), distances), more)


def _found(conditions: list[sa.ColumnElement[bool]]) -> Any:
    units = (
        sa.select(sa.func.count())
        .select_from(ResourceUnit)
        .join(UnitRow, UnitRow.id == ResourceUnit.unit_id)
        .where(ResourceUnit.resource_id == Resource.id, UnitRow.retired_at.is_(None))
        .correlate(Resource)
        .scalar_subquery()
    )
    return (
        sa.select(
            Resource.id, Resource.slug, Resource.name, Resource.kind, Resource.summary, Resource.capacity,
            Resource.take, Resource.position, Resource.lieu_id, units.label("units"), Lieu.slug.label("lieu"),
            Lieu.name.label("lieu_name"), Lieu.commune, Lieu.timezone, Lieu.latitude, Lieu.longitude,
        )
        .join(Lieu, Lieu.id == Resource.lieu_id)
        .where(*conditions)
    )  # fmt: skip


def _cards(session: Session, rows: Collection[Any], distances: dict[int, float]) -> tuple[ResourceCard, ...]:
    ids = [row.id for row in rows]
    features, photos = features_of(session, ids), photos_of(session, ids)
    return tuple(
        ResourceCard(
            id=ResourceId(row.id),
            slug=row.slug,
            name=row.name,
            kind=ResourceKind(row.kind),
            summary=row.summary,
            capacity=row.capacity,
            quantity=bookable_at_once(Take(row.take), row.units),
            features=features[row.id],
            photo=next(iter(photos[row.id]), None),
            lieu_id=LieuId(row.lieu_id),
            lieu=row.lieu,
            lieu_name=row.lieu_name,
            commune=row.commune,
            timezone=row.timezone,
            latitude=row.latitude,
            longitude=row.longitude,
            distance_km=distances.get(row.id),
        )
        for row in rows
    )


def _conditions(wanted: ResourceFilter) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [
        Resource.folded.contains(word, autoescape=True) for word in fold(wanted.q).split()[:MOST_WORDS]
    ]
    if wanted.lieu is not None:
        found.append(Lieu.slug == wanted.lieu if is_slug(wanted.lieu) else sa.false())
    if wanted.kind is not None:
        found.append(Resource.kind == wanted.kind)
    if wanted.capacity > 1:
        found.append(Resource.capacity >= wanted.capacity)
    found += [
        sa.exists().where(ResourceFeature.resource_id == Resource.id, ResourceFeature.feature == feature)
        for feature in sorted(wanted.features)
    ]
    if wanted.near is not None and wanted.within_km is not None:
        found.append(inside(box_around(wanted.near, wanted.within_km)))
    return found
