"""The people of a lieu, for those who manage it."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from booking.db.pages import cursor, read_cursor
from booking.errors import NotFound
from booking.people.models import Member, Membership, Proof
from booking.people.rules import ROLE_NAMES, Purpose, Role
from booking.people.schemas import Asker, Invitation, People, Person
from booking.values.ids import LieuId, MemberId

PAGE = 50
_ORDER = {role: number for number, role in enumerate(ROLE_NAMES)}


def people_of(
    session: Session,
    asker: Asker,
    lieu_id: LieuId,
    *,
    matching: str = "",
    after: str | None = None,
    limit: int = PAGE,
) -> People:
    """A page of the people of a lieu by name, those whose name or address contains `matching`.

    `after` is the `next` of the page before. Raises NotFound for whoever neither manages the lieu nor is a steward.
    """
    _may_see(asker, lieu_id)
    since = sa.func.min(Membership.granted_at)
    people = (
        sa.select(Member.id, Member.uid, Member.name, Member.email, since.label("since"))
        .join(Membership, Membership.member_id == Member.id)
        .where(Membership.lieu_id == lieu_id, Member.erased_at.is_(None))
        .group_by(Member.id)
    )
    if matching:
        people = people.where(
            sa.or_(
                Member.name.icontains(matching, autoescape=True),
                Member.email.icontains(matching, autoescape=True),
            )
        )
    total = session.scalar(sa.select(sa.func.count()).select_from(people.subquery())) or 0
    if after:
        name, number = read_cursor(after, str, int)
        people = people.where(sa.tuple_(Member.name, Member.id) > sa.tuple_(sa.literal(name), sa.literal(number)))
    rows = session.execute(people.order_by(Member.name, Member.id).limit(limit + 1)).all()
    shown = rows[:limit]
    roles: dict[int, list[Role]] = {}
    for member_id, role in session.execute(
        sa.select(Membership.member_id, Membership.role).where(
            Membership.lieu_id == lieu_id, Membership.member_id.in_([r.id for r in shown])
        )
    ):
        roles.setdefault(member_id, []).append(Role(role))
    items = tuple(
        Person(r.uid, r.name, r.email, tuple(sorted(roles[r.id], key=_ORDER.__getitem__)), r.since) for r in shown
    )
    return People(items, total, cursor(shown[-1].name, shown[-1].id) if len(rows) > limit else None)


def invitations_of(session: Session, asker: Asker, lieu_id: LieuId, now: dt.datetime) -> list[Invitation]:
    """The invitations to a lieu that nobody has answered yet, the newest first. NotFound as for `people_of`."""
    _may_see(asker, lieu_id)
    rows = session.execute(
        sa.select(Proof.email, Proof.detail, Proof.created_at, Proof.expires_at)
        .where(open_invitations(lieu_id, now))
        .order_by(Proof.id.desc())
    )
    return [Invitation(r.detail["ref"], r.email, Role(r.detail["role"]), r.created_at, r.expires_at) for r in rows]


def open_invitations(lieu_id: LieuId, now: dt.datetime) -> sa.ColumnElement[bool]:
    """The condition on `proof` for invitations to that lieu which can still be answered."""
    return sa.and_(
        Proof.purpose == Purpose.INVITE,
        Proof.used_at.is_(None),
        Proof.expires_at > now,
        Proof.detail["lieu_id"].as_integer() == lieu_id,
    )


def sole_manager(session: Session, member_id: MemberId) -> list[LieuId]:
    """The lieux that would be left without anybody to manage them if that member went."""
    other = aliased(Membership)
    rest = sa.exists().where(
        other.lieu_id == Membership.lieu_id, other.role == Role.MANAGER, other.member_id != member_id
    )
    managed = sa.select(Membership.lieu_id).where(
        Membership.member_id == member_id, Membership.role == Role.MANAGER, ~rest
    )
    return [LieuId(each) for each in session.scalars(managed)]


def _may_see(asker: Asker, lieu_id: LieuId) -> None:
    if not (asker.manages(lieu_id) or asker.steward):
        raise NotFound
