"""Accounts coming into being and going out of it."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.db import attempt, violated
from booking.errors import N_, Conflict, Refusal, Unauthenticated
from booking.mail.actions import forget_person
from booking.people import queries
from booking.people.actions import links, roles
from booking.people.models import ApiToken, Login, Member, Membership, Proof, RememberedAnswer
from booking.people.rules import Purpose, Role
from booking.people.rules.limits import FIRST_LINK_LASTS
from booking.people.schemas import Credentials, Neighbours
from booking.values.codes import new_token, token_hash, uuid7
from booking.values.ids import LieuId, MemberId

PARTED = "Membre parti"
"""The name that stays on the accounts of a lieu in place of somebody who has gone."""


class AddressTaken(Conflict):
    """That address has an account. Said only to who has proved to read its mail, or to the server's own keeper."""

    code = "address_taken"
    message = N_("Cette adresse a déjà un compte. Connectez-vous.")


class StillNeeded(Conflict):
    """The account cannot go yet; every reason says what would help."""

    code = "still_needed"
    message = N_("Votre compte ne peut pas encore être supprimé.")


def add_member(
    session: Session, *, email: str, name: str, language: str, password_hash: str | None, now: dt.datetime
) -> Member:
    """A new account of an address that has proved itself. Raises AddressTaken."""
    member = Member(
        uid=uuid7(now),
        email=email,
        name=name,
        language=language,
        password_hash=password_hash,
        confirmed_at=now,
        created_at=now,
    )
    try:
        with attempt(session):
            session.add(member)
            session.flush()
    except IntegrityError as error:
        if violated(error) == "uq_member_email":
            raise AddressTaken from error
        raise
    links.drop(session, Proof.purpose == Purpose.CONFIRM, Proof.email == email)
    return member


def create_member(
    session: Session,
    *,
    email: str,
    name: str,
    language: str = "fr",
    password_hash: str | None = None,
    steward: bool = False,
    place: tuple[LieuId, Role] | None = None,
    now: dt.datetime,
) -> MemberId:
    """An account made by the server's keeper, confirmed at once. Raises AddressTaken."""
    member = add_member(session, email=email, name=name, language=language, password_hash=password_hash, now=now)
    member.steward = steward
    if place is not None:
        roles.grant(session, MemberId(member.id), *place, by=None, now=now)
    return MemberId(member.id)


def give(
    session: Session, email: str, *, place: tuple[LieuId, Role] | None, steward: bool, now: dt.datetime
) -> MemberId:
    """Give the account of that address a role in a lieu, or make it a steward's; it keeps all it has."""
    member = session.scalars(sa.select(Member).where(Member.email == email)).one()
    member.steward = member.steward or steward
    if place is not None:
        roles.grant(session, MemberId(member.id), *place, by=None, now=now)
    return MemberId(member.id)


def ensure_steward(session: Session, email: str, *, now: dt.datetime) -> MemberId:
    """The steward of that address: an account made for it, named by what stands before the @, or the one it has."""
    try:
        return create_member(session, email=email, name=email.partition("@")[0], steward=True, now=now)
    except AddressTaken:
        return give(session, email, place=None, steward=True, now=now)


def first_link(session: Session, member_id: MemberId, *, now: dt.datetime) -> str:
    """The secret of a link by which that member chooses a password; it is told once, here."""
    member = session.get_one(Member, member_id)
    token = new_token()
    session.add(
        Proof(
            purpose=Purpose.RESET,
            member_id=member_id,
            email=member.email,
            token_hash=token_hash(token),
            detail={},
            created_at=now,
            expires_at=now + FIRST_LINK_LASTS,
        )
    )
    return token


def erase(session: Session, who: Credentials, neighbours: Neighbours, *, now: dt.datetime) -> None:
    """Delete an account for good: the row stays, without name or address, for the accounts of the lieux.

    `who` has just given the right password. Raises StillNeeded with every reason, Unauthenticated when the password has
    changed since.
    """
    member_id = who.member_id
    member = session.scalar(sa.select(Member).where(Member.id == member_id).with_for_update(key_share=True))
    if member is None or member.erased_at is not None or member.password_hash != who.password_hash:
        raise Unauthenticated
    roles.lock_managers(session, *(LieuId(each) for each in _managed(session, member_id)))
    reasons = [reason for ask in neighbours.reasons_to_stay for reason in ask(session, member_id, now)]
    if queries.sole_manager(session, member_id):
        sentence = N_("Vous gérez un lieu sans personne d’autre : confiez d’abord ce rôle à quelqu’un.")
        reasons.append(Refusal("sole_manager", sentence))
    if reasons:
        raise StillNeeded(*reasons)
    for eraser in neighbours.erasers:
        eraser(session, member_id, now)
    for table in (Membership, Login, ApiToken, RememberedAnswer):
        session.execute(sa.delete(table).where(table.member_id == member_id))
    session.execute(sa.delete(Proof).where(sa.or_(Proof.member_id == member_id, Proof.email == who.email)))
    forget_person(session, member_id, who.email)
    member.name, member.email, member.password_hash = PARTED, None, None
    member.timezone, member.confirmed_at, member.steward = None, None, False
    member.wants_reminder = member.wants_host_mail = False
    member.erased_at = now


def _managed(session: Session, member_id: MemberId) -> list[int]:
    statement = sa.select(Membership.lieu_id).where(Membership.member_id == member_id, Membership.role == Role.MANAGER)
    return list(session.scalars(statement.order_by(Membership.lieu_id)))
