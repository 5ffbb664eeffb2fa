"""Invitations to a lieu. One never touches an account that exists: its owner accepts it while signed in."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.errors import N_, Conflict, Forbidden, Invalid, NotFound, Refusal
from booking.people.actions import links, members, roles, sign_in
from booking.people.models import Member, Membership, Proof
from booking.people.queries.lieux import open_invitations
from booking.people.rules import Purpose, Role
from booking.people.rules.limits import INVITATION_LASTS, MOST_INVITATIONS
from booking.people.schemas import Asker, NewLogin, Pending
from booking.values.codes import uuid7
from booking.values.ids import LieuId, MemberId


class NotForYou(Forbidden):
    """The invitation went to another address than that of the account that is signed in."""

    code = "not_for_you"
    message = N_("Cette invitation a été envoyée à une autre adresse que la vôtre.")


def invite(
    session: Session, asker: Asker, lieu: tuple[LieuId, str], email: str, role: Role, *, now: dt.datetime
) -> None:
    """Have an invitation of 14 days mailed. `lieu` is its number and its name.

    A manager invites to any role of the lieu; a steward names managers. Raises NotFound and Forbidden otherwise,
    Invalid for somebody who has the role already.
    """
    lieu_id, lieu_name = lieu
    if asker.member_id is None or not (asker.staffs(lieu_id) or asker.steward):
        raise NotFound
    if not asker.manages(lieu_id) and not (asker.steward and role is Role.MANAGER):
        raise Forbidden
    has_it = session.scalar(
        sa.select(Membership.member_id)
        .join(Member, Member.id == Membership.member_id)
        .where(Membership.lieu_id == lieu_id, Membership.role == role, Member.email == email)
    )
    if has_it is not None:
        raise Invalid(Refusal("has_role", N_("Cette personne a déjà ce rôle dans le lieu."), {}, "email"))
    waiting = session.scalar(sa.select(sa.func.count(Proof.id)).where(open_invitations(lieu_id, now))) or 0
    if waiting >= MOST_INVITATIONS:
        sentence = N_("%(most)s invitations attendent déjà une réponse : retirez-en avant d’en envoyer d’autres.")
        raise Invalid(Refusal("too_many_invitations", sentence, {"most": MOST_INVITATIONS}))
    links.drop(
        session,
        open_invitations(lieu_id, now),
        Proof.email == email,
        Proof.detail["role"].as_string() == role.value,
    )
    detail = {
        "ref": uuid7(now),
        "lieu_id": lieu_id,
        "lieu": lieu_name,
        "role": role.value,
        "by": asker.member_id,
        "by_name": asker.name,
        "language": asker.language,
    }
    links.ask(session, Purpose.INVITE, email, INVITATION_LASTS, now=now, detail=detail)


def withdraw(session: Session, asker: Asker, lieu_id: LieuId, ref: str, *, now: dt.datetime) -> None:
    """Take an unanswered invitation back. Raises NotFound for who does not manage the lieu and for one that is over."""
    if not (asker.manages(lieu_id) or asker.steward):
        raise NotFound
    gone = session.execute(
        sa.delete(Proof)
        .where(open_invitations(lieu_id, now), Proof.detail["ref"].as_string() == ref)
        .returning(Proof.id)
    ).first()
    if gone is None:
        raise NotFound


def accept(session: Session, asker: Asker, secret_hash: str, *, now: dt.datetime) -> LieuId:
    """Give the role to the account of the invited address, which must be the one asking.

    Raises LinkOver, NotForYou, and Conflict when whoever invited may not do so any more.
    """
    used = links.use(session, secret_hash, Purpose.INVITE, now=now)
    if asker.member_id is None or asker.email != used.email:
        raise NotForYou
    return _join(session, asker.member_id, used, now=now)


def accept_as_new(
    session: Session,
    secret_hash: str,
    *,
    name: str,
    language: str,
    password_hash: str,
    login: NewLogin,
    now: dt.datetime,
) -> MemberId:
    """Make an account of the invited address, give it the role and sign that browser in.

    Raises LinkOver, AddressTaken when the address has an account by now, Conflict as `accept`.
    """
    used = links.use(session, secret_hash, Purpose.INVITE, now=now)
    member = members.add_member(
        session, email=used.email, name=name, language=language, password_hash=password_hash, now=now
    )
    member_id = MemberId(member.id)
    _join(session, member_id, used, now=now)
    sign_in.open_login(session, member_id, login, now=now)
    return member_id


def _join(session: Session, member_id: MemberId, used: Pending, *, now: dt.datetime) -> LieuId:
    lieu_id, role, by = LieuId(used.detail["lieu_id"]), Role(used.detail["role"]), MemberId(used.detail["by"])
    steward = session.scalar(sa.select(Member.steward).where(Member.id == by, Member.erased_at.is_(None)))
    manager = session.get(Membership, (by, lieu_id, Role.MANAGER))
    if manager is None and not (steward and role is Role.MANAGER):
        raise Conflict(
            Refusal(
                "inviter_gone", N_("La personne qui vous invitait ne gère plus ce lieu. Demandez une autre invitation.")
            )
        )
    roles.grant(session, member_id, lieu_id, role, by=by, now=now)
    return lieu_id
