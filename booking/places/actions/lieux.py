"""Putting lieux on Archipel and changing what they say of themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.db import violated
from booking.errors import N_, Conflict, Forbidden, Invalid, NotFound, Refusal
from booking.jobs.actions import enqueue
from booking.people.schemas import Asker
from booking.places.models import Lieu, Opening
from booking.places.rules import (
    HolidayTerritory,
    Hours,
    LieuIdentity,
    LieuLegal,
    LieuPractice,
    LieuStatus,
    Week,
    holiday_territory,
)
from booking.places.territories import region_of
from booking.values.codes import fold, free_slug, is_slug, slug
from booking.values.ids import LieuId

RENAMED = "bookings.renamed"
"""The job that tells the bookings of a lieu or of a resource, and so people's calendars, its new name."""

FIRST_HOURS = {weekday: (Hours(9 * 60, 18 * 60),) for weekday in range(5)}
"""The week of a lieu that has just come to Archipel, until its managers set their own: never silently closed."""

ReasonToStay: TypeAlias = Callable[[Session, LieuId, dt.datetime], Refusal | None]
"""Asks a higher room whether something ahead stands on the lieu as it is, and why it must stay so."""


class AlreadyHere(Conflict):
    """A census entry that is on Archipel already."""

    code = "already_here"
    message = N_("Ce lieu est déjà sur Archipel.")


def create_lieu(
    session: Session, asker: Asker, identity: LieuIdentity, now: dt.datetime, *, example: bool = False
) -> str:
    """Put a new lieu on Archipel and give back its slug. It can be booked once it is open and offers something.

    Raises Forbidden unless the asker is a steward, Invalid with every reason.
    """
    _steward(asker)
    _accept(identity.refusals())
    wanted = slug(identity.name, 72), slug(f"{identity.name} {identity.commune}", 72)
    similar = sa.select(Lieu.slug).where(sa.or_(*(Lieu.slug.startswith(each, autoescape=True) for each in wanted)))
    chosen = free_slug(wanted, set(session.scalars(similar)))
    values = {"slug": chosen, "example": example, "created_at": now, **_identity_values(identity), "updated_at": now}
    try:
        lieu_id = session.execute(sa.insert(Lieu).values(values).returning(Lieu.id)).scalar_one()
    except IntegrityError as error:
        if violated(error) == "uq_lieu_slug":
            raise Conflict from error  # Somebody created its namesake at the same moment.
        raise
    write_week(session, LieuId(lieu_id), FIRST_HOURS)
    return chosen


def adopt_lieu(session: Session, asker: Asker, lieu_slug: str, now: dt.datetime) -> LieuId:
    """Turn a census entry into a lieu on Archipel, open for booking once it offers something.

    Raises Forbidden unless the asker is a steward, NotFound for no such lieu, AlreadyHere when it is on Archipel.
    """
    _steward(asker)
    row = _locked(session, Lieu.slug == lieu_slug) if is_slug(lieu_slug) else None
    if row is None:
        raise NotFound
    if row.bookable:
        raise AlreadyHere
    lieu_id = LieuId(row.id)
    _update(session, lieu_id, {"bookable": True, "status": LieuStatus.OPEN}, now)
    if session.execute(sa.select(Opening.lieu_id).where(Opening.lieu_id == lieu_id).limit(1)).first() is None:
        write_week(session, lieu_id, FIRST_HOURS)
    return lieu_id


def edit_identity(
    session: Session,
    asker: Asker,
    lieu_id: LieuId,
    identity: LieuIdentity,
    now: dt.datetime,
    *,
    reasons_to_stay: Sequence[ReasonToStay],
) -> None:
    """Change who and where the lieu is; its slug stays for ever. Calendars learn of a new name by a job.

    Its zone, and whether it is open, stay while `reasons_to_stay` finds something ahead. Raises NotFound unless the
    asker manages it, Invalid with every reason.
    """
    row = managed(session, asker, lieu_id)
    found = identity.refusals()
    for field, changed in (
        ("timezone", identity.timezone != row.timezone),
        ("status", identity.status is LieuStatus.PROJECT and row.bookable),
    ):
        reasons = (ask(session, lieu_id, now) for ask in reasons_to_stay) if changed else ()
        found += [Refusal(r.code, r.message, r.params, field) for r in reasons if r]
    _accept(found)
    _update(session, lieu_id, _identity_values(identity), now)
    if identity.name != row.name or identity.address != row.address:
        enqueue(session, RENAMED, {"lieu_id": lieu_id}, now=now)


def edit_practice(session: Session, asker: Asker, lieu_id: LieuId, practice: LieuPractice, now: dt.datetime) -> None:
    """Change how the lieu is used. Raises NotFound unless the asker manages it, Invalid with every reason."""
    managed(session, asker, lieu_id)
    _accept(practice.refusals())
    values = {
        "access": practice.access,
        "half_day_split": practice.half_day_split,
        "public_feeds": practice.public_feeds,
    }
    _update(session, lieu_id, values, now)


def edit_legal(session: Session, asker: Asker, lieu_id: LieuId, legal: LieuLegal, now: dt.datetime) -> None:
    """Change who stands behind the lieu, its VAT and its ceiling of debt. Prices already quoted keep their VAT.

    Raises NotFound unless the asker manages it, Invalid with every reason.
    """
    managed(session, asker, lieu_id)
    _accept(legal.refusals())
    values = {
        "legal_name": legal.legal_name,
        "siret": legal.siret,
        "vat_regime": legal.vat_regime,
        "vat_basis_points": legal.vat_basis_points,
        "debt_ceiling": legal.debt_ceiling.amount,
    }
    _update(session, lieu_id, values, now)


def managed(session: Session, asker: Asker, lieu_id: LieuId) -> Any:
    """The lieu's row, locked until the transaction ends. Raises NotFound unless the asker manages it."""
    row = _locked(session, Lieu.id == lieu_id) if asker.manages(lieu_id) else None
    if row is None:
        raise NotFound
    return row


def write_week(session: Session, lieu_id: LieuId, week: Week) -> None:
    """Replace the week of a lieu; scope and sense are the caller's."""
    session.execute(sa.delete(Opening).where(Opening.lieu_id == lieu_id))
    rows = [
        {"lieu_id": lieu_id, "weekday": weekday, "opens": each.opens, "closes": each.closes}
        for weekday, hours in week.items()
        for each in hours
    ]
    if rows:
        session.execute(sa.insert(Opening).values(rows))


def search_text(name: str, commune: str) -> str:
    """What a lieu is found by: its name and its commune, folded."""
    return fold(f"{name} {commune}")[:300]


def _identity_values(identity: LieuIdentity) -> dict[str, Any]:
    territory = holiday_territory(identity.department)
    return {
        "name": identity.name,
        "folded": search_text(identity.name, identity.commune),
        "kind": identity.kind,
        "status": identity.status,
        "bookable": identity.status is LieuStatus.OPEN,
        "summary": identity.summary,
        "address": identity.address,
        "postcode": identity.postcode,
        "commune": identity.commune,
        "department": identity.department,
        "region": region_of(identity.department),
        "website": identity.website,
        "latitude": identity.latitude,
        "longitude": identity.longitude,
        "timezone": identity.timezone,
        "alsace_moselle": territory is HolidayTerritory.ALSACE_MOSELLE,
    }


def _update(session: Session, lieu_id: LieuId, values: dict[str, Any], now: dt.datetime) -> None:
    session.execute(sa.update(Lieu).where(Lieu.id == lieu_id).values(**values, updated_at=now))


def _locked(session: Session, which: sa.ColumnElement[bool]) -> Any:
    return session.execute(sa.select(Lieu.__table__).where(which).with_for_update(key_share=True)).one_or_none()


def _steward(asker: Asker) -> None:
    if not asker.steward:
        raise Forbidden


def _accept(reasons: Iterable[Refusal]) -> None:
    found = list(reasons)
    if found:
        raise Invalid(*found)
