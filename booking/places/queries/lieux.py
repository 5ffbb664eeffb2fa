"""Reading lieux: one by its slug, lists near a position or by name, the points of the map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.db.pages import LARGEST_PAGE, Page, cursor, read_cursor
from booking.errors import NotFound
from booking.people.models import Membership
from booking.people.rules import Role
from booking.people.schemas import Asker
from booking.places.models import Lieu
from booking.places.rules import (
    Box,
    LieuIdentity,
    LieuKind,
    LieuLegal,
    LieuPractice,
    LieuStatus,
    Position,
    VatRegime,
    box_around,
    kilometres,
)
from booking.places.schemas import LieuCard, LieuFilter, LieuManaged, LieuSeen, MyLieu
from booking.values.codes import fold, is_slug
from booking.values.ids import LieuId
from booking.values.money import Money

MOST_WORDS = 8

_CARD = (
    Lieu.id,
    Lieu.slug,
    Lieu.name,
    Lieu.kind,
    Lieu.status,
    Lieu.bookable,
    Lieu.example,
    Lieu.summary,
    Lieu.commune,
    Lieu.department,
    Lieu.latitude,
    Lieu.longitude,
    Lieu.timezone,
)


def lieu_by_slug(session: Session, asker: Asker, slug: str) -> LieuSeen:  # noqa: ARG001 - every lieu is public today
    """The lieu at that address as `asker` may see it. Raises NotFound when there is none."""
    row = _row_of(session, slug)
    return LieuSeen(
        id=LieuId(row.id),
        slug=row.slug,
        name=row.name,
        kind=LieuKind(row.kind),
        status=LieuStatus(row.status),
        bookable=row.bookable,
        example=row.example,
        from_census=row.census_ref is not None,
        summary=row.summary,
        address=row.address,
        postcode=row.postcode,
        commune=row.commune,
        department=row.department,
        region=row.region,
        website=row.website,
        latitude=row.latitude,
        longitude=row.longitude,
        timezone=row.timezone,
        half_day_split=row.half_day_split,
        public_feeds=row.public_feeds,
        legal_name=row.legal_name,
        vat_regime=VatRegime(row.vat_regime),
        vat_basis_points=row.vat_basis_points,
    )


def lieu_to_manage(session: Session, asker: Asker, slug: str) -> LieuManaged:
    """The lieu with all that its managers decide. Raises NotFound unless the asker is one of them."""
    row = _row_of(session, slug)
    if not asker.manages(LieuId(row.id)):
        raise NotFound
    return LieuManaged(
        id=LieuId(row.id),
        slug=row.slug,
        bookable=row.bookable,
        department=row.department,
        identity=LieuIdentity(
            name=row.name,
            kind=LieuKind(row.kind),
            status=LieuStatus(row.status),
            summary=row.summary,
            address=row.address,
            postcode=row.postcode,
            commune=row.commune,
            website=row.website,
            latitude=row.latitude,
            longitude=row.longitude,
            timezone=row.timezone,
        ),
        practice=LieuPractice(row.access, row.half_day_split, row.public_feeds),
        legal=LieuLegal(
            row.legal_name, row.siret, VatRegime(row.vat_regime), row.vat_basis_points, Money(row.debt_ceiling)
        ),
    )


def lieux_of(session: Session, asker: Asker) -> list[MyLieu]:
    """The lieux in which the asker has a role, by name."""
    if not asker.roles:
        return []
    rows = session.execute(
        sa.select(Lieu.id, Lieu.slug, Lieu.name, Lieu.commune, Lieu.bookable)
        .where(Lieu.id.in_({lieu for lieu, _ in asker.roles}))
        .order_by(Lieu.folded, Lieu.id)
    )
    return [
        MyLieu(
            id=LieuId(row.id),
            slug=row.slug,
            name=row.name,
            commune=row.commune,
            bookable=row.bookable,
            roles=frozenset(role for lieu, role in asker.roles if lieu == row.id),
        )
        for row in rows
    ]


def managers_of(session: Session, lieu_ids: Sequence[LieuId]) -> dict[LieuId, int]:
    """How many managers each of these lieux has; those without any are left out."""
    rows = session.execute(
        sa.select(Membership.lieu_id, sa.func.count())
        .where(Membership.lieu_id.in_(lieu_ids), Membership.role == Role.MANAGER)
        .group_by(Membership.lieu_id)
    )
    return {LieuId(lieu_id): count for lieu_id, count in rows}


def search_lieux(
    session: Session,
    asker: Asker,  # noqa: ARG001 - every lieu is public today
    wanted: LieuFilter,
    *,
    after: str | None = None,
    limit: int = 50,
) -> Page[LieuCard]:
    """A page of lieux: the nearest first when a position is told, else by name. At most two statements.

    `after` is the `next` of the page before; Malformed when it is not. `limit` is 1..200.
    """
    limit = max(1, min(limit, LARGEST_PAGE))
    return _nearest(session, wanted, after, limit) if wanted.near else _by_name(session, wanted, after, limit)


def map_points(session: Session, asker: Asker, wanted: LieuFilter) -> list[LieuCard]:  # noqa: ARG001 - every lieu is public today
    """Every lieu that is wanted, for the map, by one statement; those on Archipel last, so that they lie on top."""
    rows = session.execute(sa.select(*_CARD).where(*_conditions(wanted)).order_by(Lieu.bookable, Lieu.id))
    return [_card(row) for row in rows]


def positions(session: Session, asker: Asker, wanted: LieuFilter) -> list[tuple[float, float]]:  # noqa: ARG001 - every lieu is public today
    """Where every lieu that is wanted stands, in degrees north and east, for dots without a name; one statement."""
    rows = session.execute(sa.select(Lieu.latitude, Lieu.longitude).where(*_conditions(wanted)))
    return [(row.latitude, row.longitude) for row in rows]


def _by_name(session: Session, wanted: LieuFilter, after: str | None, limit: int) -> Page[LieuCard]:
    statement = sa.select(*_CARD, Lieu.folded).where(*_conditions(wanted)).order_by(Lieu.folded, Lieu.id)
    if after:
        folded, number = read_cursor(after, str, int)
        statement = statement.where(sa.tuple_(Lieu.folded, Lieu.id) > sa.tuple_(sa.literal(folded), sa.literal(number)))
    rows = session.execute(statement.limit(limit + 1)).all()
    more = cursor(rows[limit - 1].folded, rows[limit - 1].id) if len(rows) > limit else None
    return Page(tuple(_card(row) for row in rows[:limit]), more)


def _nearest(session: Session, wanted: LieuFilter, after: str | None, limit: int) -> Page[LieuCard]:
    """Positions alone are read of all that match: not every SQLite can compute a great circle."""
    assert wanted.near is not None  # noqa: S101 - the caller's condition
    points = session.execute(sa.select(Lieu.id, Lieu.latitude, Lieu.longitude).where(*_conditions(wanted)))
    metres = [(round(1000 * kilometres(wanted.near, Position(p.latitude, p.longitude))), p.id) for p in points]
    farthest = None if wanted.within_km is None else 1000 * wanted.within_km
    beyond = read_cursor(after, int, int) if after else (-1, 0)
    found = sorted(each for each in metres if each > beyond and (farthest is None or each[0] <= farthest))
    page = found[:limit]
    rows = {row.id: row for row in session.execute(sa.select(*_CARD).where(Lieu.id.in_([n for _, n in page])))}
    more = cursor(*page[-1]) if len(found) > limit else None
    return Page(tuple(_card(rows[number], distance / 1000) for distance, number in page), more)


def _conditions(wanted: LieuFilter) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [
        Lieu.folded.contains(word, autoescape=True) for word in fold(wanted.q).split()[:MOST_WORDS]
    ]
    if wanted.kind is not None:
        found.append(Lieu.kind == wanted.kind)
    if wanted.status is not None:
        found.append(Lieu.status == wanted.status)
    if wanted.bookable is not None:
        found.append(Lieu.bookable.is_(wanted.bookable))
    if wanted.near is not None and wanted.within_km is not None:
        found.append(inside(box_around(wanted.near, wanted.within_km)))
    return found


def inside(box: Box) -> sa.ColumnElement[bool]:
    """The condition (over Lieu) for lieux inside a rectangle, be it across the date line."""
    between = sa.and_ if box.west <= box.east else sa.or_
    return sa.and_(
        Lieu.latitude.between(box.south, box.north),
        between(Lieu.longitude >= box.west, Lieu.longitude <= box.east),
    )


def _row_of(session: Session, slug: str) -> Any:
    row = session.execute(sa.select(Lieu.__table__).where(Lieu.slug == slug)).one_or_none() if is_slug(slug) else None
    if row is None:
        raise NotFound
    return row


def _card(row: Any, distance_km: float | None = None) -> LieuCard:
    return LieuCard(
        id=LieuId(row.id),
        slug=row.slug,
        name=row.name,
        kind=LieuKind(row.kind),
        status=LieuStatus(row.status),
        bookable=row.bookable,
        example=row.example,
        summary=row.summary,
        commune=row.commune,
        department=row.department,
        latitude=row.latitude,
        longitude=row.longitude,
        timezone=row.timezone,
        distance_km=distance_km,
    )
