"""One's own secret addresses, and what others can be made for."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.calendars.models import FeedToken
from booking.calendars.rules import Scope, What
from booking.calendars.schemas import AddressSeen, Offer
from booking.people.schemas import Asker
from booking.places.models import Lieu
from booking.places.queries.lieux import lieux_of
from booking.resources.models import Resource
from booking.resources.queries.parts import visible_to
from booking.resources.rules import ResourceKind
from booking.values.ids import LieuId, MemberId


def addresses_of(session: Session, asker: Asker) -> list[AddressSeen]:
    """The asker's living addresses, the newest first."""
    rows = session.execute(
        sa.select(FeedToken.uid, FeedToken.scope, FeedToken.created_at, FeedToken.last_used_at)
        .where(FeedToken.member_id == asker.member_id, FeedToken.revoked_at.is_(None))
        .order_by(FeedToken.id.desc())
    ).all()
    scopes = {row.uid: Scope.parse(row.scope) for row in rows}
    names = _names(session, list(scopes.values()))
    found = []
    for row in rows:
        scope = scopes[row.uid]
        name, lieu_name = names.get(scope.path, ("", ""))
        found.append(AddressSeen(row.uid, scope, name, lieu_name, row.created_at, row.last_used_at))
    return found


def offers(session: Session, asker: Asker) -> list[Offer]:
    """All that the asker can make an address for: one's own bookings, one's lieux, what they offer, its kinds."""
    lieux = [lieu for lieu in lieux_of(session, asker) if lieu.bookable]
    found = [Offer(Scope(What.BOOKINGS), "", "", staff=False)]
    found += [Offer(Scope(What.LIEUX, lieu.slug), lieu.name, lieu.name, asker.sees_people(lieu.id)) for lieu in lieux]
    rows = session.execute(
        sa.select(Resource.slug, Resource.name, Resource.kind, Resource.lieu_id, Lieu.name.label("lieu_name"))
        .join(Lieu, Lieu.id == Resource.lieu_id)
        .where(visible_to(asker), Lieu.id.in_([lieu.id for lieu in lieux]))
        .order_by(Lieu.folded, Lieu.id, Resource.position, Resource.folded, Resource.id)
    ).all()
    found += [
        Offer(Scope(What.RESOURCES, r.slug), r.name, r.lieu_name, asker.sees_people(LieuId(r.lieu_id))) for r in rows
    ]
    staffed = any(asker.sees_people(lieu.id) for lieu in lieux)
    kinds = {row.kind for row in rows}
    return found + [Offer(Scope(What.KINDS, kind), "", "", staffed) for kind in ResourceKind if kind in kinds]


def exported(session: Session, member_id: MemberId) -> list[dict[str, Any]]:
    """What this room keeps about one person, for that person."""
    rows = session.execute(
        sa.select(FeedToken.scope, FeedToken.created_at, FeedToken.revoked_at, FeedToken.last_used_at)
        .where(FeedToken.member_id == member_id)
        .order_by(FeedToken.id)
    )
    return [dict(row) for row in rows.mappings()]


def _names(session: Session, scopes: list[Scope]) -> dict[str, tuple[str, str]]:
    """By path of a scope: the name of what it is about, and of its lieu."""
    found: dict[str, tuple[str, str]] = {}
    lieux = [each.name for each in scopes if each.what is What.LIEUX]
    if lieux:
        for row in session.execute(sa.select(Lieu.slug, Lieu.name).where(Lieu.slug.in_(lieux))):
            found[Scope(What.LIEUX, row.slug).path] = (row.name, row.name)
    resources = [each.name for each in scopes if each.what is What.RESOURCES]
    if resources:
        named = (
            sa.select(Resource.slug, Resource.name, Lieu.name.label("lieu_name"))
            .join(Lieu, Lieu.id == Resource.lieu_id)
            .where(Resource.slug.in_(resources))
        )
        for each in session.execute(named):
            found[Scope(What.RESOURCES, each.slug).path] = (each.name, each.lieu_name)
    return found
