"""Reading resources and units as the managers of their lieu change them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.errors import NotFound
from booking.people.schemas import Asker
from booking.resources.models import Resource, ResourceUnit, UnitRow
from booking.resources.queries.parts import DRAFT_COLUMNS, features_of, one, photos_of, unit_names_of
from booking.resources.rules import ResourceDraft
from booking.resources.schemas import ResourceManaged, ResourceRow, UnitSeen
from booking.values.ids import LieuId, ResourceId


def resources_to_manage(session: Session, asker: Asker, lieu_id: LieuId) -> list[ResourceRow]:
    """All resources of a lieu, retired ones last, for its managers. Raises NotFound for anybody else."""
    if not asker.manages(lieu_id):
        raise NotFound
    count = (
        sa.select(sa.func.count())
        .where(ResourceUnit.resource_id == Resource.id)
        .correlate(Resource)
        .scalar_subquery()
        .label("units")
    )
    rows = session.execute(
        sa.select(Resource, count)
        .where(Resource.lieu_id == lieu_id)
        .order_by(Resource.retired_at.is_not(None), Resource.position, Resource.folded, Resource.id)
    )
    return [
        ResourceRow(
            id=ResourceId(row.Resource.id),
            slug=row.Resource.slug,
            name=row.Resource.name,
            kind=row.Resource.kind,
            take=row.Resource.take,
            units=row.units,
            capacity=row.Resource.capacity,
            seen_by=row.Resource.seen_by,
            booked_by=row.Resource.booked_by,
            position=row.Resource.position,
            retired_at=row.Resource.retired_at,
        )
        for row in rows
    ]


def resource_to_manage(session: Session, asker: Asker, slug: str) -> ResourceManaged:
    """A resource as its lieu's managers change it, retired or not. Raises NotFound for anybody else."""
    row = one(session, slug, sa.true())
    resource = row.Resource
    if not asker.manages(LieuId(resource.lieu_id)):
        raise NotFound
    return ResourceManaged(
        id=ResourceId(resource.id),
        slug=resource.slug,
        lieu_id=LieuId(resource.lieu_id),
        lieu=row.lieu,
        draft=ResourceDraft(
            units=unit_names_of(session, resource.id),
            features=frozenset(features_of(session, [resource.id])[resource.id]),
            **{name: getattr(resource, name) for name in DRAFT_COLUMNS},
        ),
        photos=photos_of(session, [resource.id])[resource.id],
        retired_at=resource.retired_at,
    )


def units_of_lieu(session: Session, asker: Asker, lieu_id: LieuId) -> list[UnitSeen]:
    """The units of a lieu with the resources that offer each, for its managers. Raises NotFound for anybody else."""
    if not asker.manages(lieu_id):
        raise NotFound
    found: dict[int, tuple[str, list[str]]] = {}
    for row in session.execute(
        sa.select(UnitRow.id, UnitRow.name, Resource.name.label("resource"))
        .outerjoin(ResourceUnit, ResourceUnit.unit_id == UnitRow.id)
        .outerjoin(Resource, sa.and_(Resource.id == ResourceUnit.resource_id, Resource.retired_at.is_(None)))
        .where(UnitRow.lieu_id == lieu_id, UnitRow.retired_at.is_(None))
        .order_by(UnitRow.id, Resource.position, Resource.id)
    ):
        _, resources = found.setdefault(row.id, (row.name, []))
        if row.resource is not None:
            resources.append(row.resource)
    return [UnitSeen(name, tuple(resources)) for name, resources in found.values()]
