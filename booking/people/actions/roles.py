"""Roles in a lieu: given, changed, taken away. A right ends with its row: everything asks for the rows each time."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.errors import N_, Forbidden, Invalid, NotFound, Refusal
from booking.people.models import Member, Membership
from booking.people.rules import Role
from booking.people.schemas import Asker
from booking.values.ids import LieuId, MemberId


class SoleManager(Invalid):
    """A lieu would be left without anybody to manage it."""

    code = "sole_manager"
    message = N_("Il faut quelqu’un pour gérer le lieu : confiez d’abord ce rôle à une autre personne.")


def grant(
    session: Session, member_id: MemberId, lieu_id: LieuId, role: Role, *, by: MemberId | None, now: dt.datetime
) -> None:
    """Give a role; somebody who has it keeps it as it was given."""
    if session.get(Membership, (member_id, lieu_id, role)) is None:
        session.add(Membership(member_id=member_id, lieu_id=lieu_id, role=role, granted_by_id=by, granted_at=now))
        session.flush()


def set_roles(
    session: Session, asker: Asker, lieu_id: LieuId, uid: str, wanted: frozenset[Role], *, now: dt.datetime
) -> None:
    """Make these the roles of somebody of the lieu; none at all removes the person from it.

    Raises NotFound for who does not manage the lieu and for people who are not of it, SoleManager.
    """
    if not asker.manages(lieu_id) or asker.member_id is None:
        raise Forbidden if asker.steward else NotFound
    member_id = session.scalar(
        sa.select(Member.id)
        .join(Membership, Membership.member_id == Member.id)
        .where(Member.uid == uid, Membership.lieu_id == lieu_id)
        .limit(1)
    )
    if member_id is None:
        raise NotFound
    _set(session, MemberId(member_id), lieu_id, wanted, by=asker.member_id, now=now)


def leave(session: Session, asker: Asker, lieu_id: LieuId, *, now: dt.datetime) -> None:
    """Give all one's roles in a lieu back. Raises NotFound where one has none, SoleManager."""
    if asker.member_id is None or not asker.belongs(lieu_id):
        raise NotFound
    _set(session, asker.member_id, lieu_id, frozenset(), by=asker.member_id, now=now)


def lock_managers(session: Session, *lieu_ids: LieuId) -> list[tuple[LieuId, MemberId]]:
    """Who manages these lieux, held until the transaction ends, so that two cannot leave in the same moment."""
    rows = session.execute(
        sa.select(Membership.lieu_id, Membership.member_id)
        .where(Membership.lieu_id.in_(lieu_ids), Membership.role == Role.MANAGER)
        .order_by(Membership.lieu_id, Membership.member_id)
        .with_for_update(key_share=True)
    )
    return [(LieuId(r.lieu_id), MemberId(r.member_id)) for r in rows]


def _set(
    session: Session, member_id: MemberId, lieu_id: LieuId, wanted: frozenset[Role], *, by: MemberId, now: dt.datetime
) -> None:
    managers = {manager for _, manager in lock_managers(session, lieu_id)}
    if Role.MANAGER not in wanted and managers == {member_id}:
        raise SoleManager(Refusal(SoleManager.code, SoleManager.message, {}, "roles"))
    session.execute(
        sa.delete(Membership).where(
            Membership.member_id == member_id, Membership.lieu_id == lieu_id, Membership.role.not_in(wanted)
        )
    )
    for role in sorted(wanted):
        grant(session, member_id, lieu_id, role, by=by, now=now)
