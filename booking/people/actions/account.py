"""What members change of their own account. Whatever gives power over it asks for proof first."""

from __future__ import annotations

import datetime as dt
import secrets

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.db import attempt, violated
from booking.errors import Unauthenticated
from booking.mail.actions import post
from booking.mail.schemas import Recipient
from booking.people.actions import links, sign_in
from booking.people.actions.members import AddressTaken
from booking.people.models import Member, Proof
from booking.people.rules import Purpose
from booking.people.rules.limits import EMAIL_CHANGE_LASTS, RESET_LASTS
from booking.people.schemas import Credentials, NewLogin
from booking.values.ids import MemberId

_POWERFUL = frozenset({Purpose.RESET, Purpose.SIGN_IN, Purpose.EMAIL_OLD, Purpose.EMAIL_NEW})
"""Links that stop working when the password or the address changes."""


def change_profile(
    session: Session,
    member_id: MemberId,
    *,
    name: str,
    language: str,
    timezone: str | None,
    wants_reminder: bool,
    wants_host_mail: bool,
) -> None:
    """Name, language, zone (an IANA name, or None for the zone of each lieu) and the mails by choice."""
    member = session.get_one(Member, member_id)
    member.name, member.language, member.timezone = name, language, timezone
    member.wants_reminder, member.wants_host_mail = wants_reminder, wants_host_mail


def ask_reset(session: Session, email: str, language: str, *, now: dt.datetime) -> None:
    """Have a link of one hour mailed to the address by which a new password is chosen, should it have an account."""
    links.ask(session, Purpose.RESET, email, RESET_LASTS, now=now, detail={"language": language})


def reset(session: Session, secret_hash: str, password_hash: str, login: NewLogin, *, now: dt.datetime) -> MemberId:
    """Set a new password by a mailed link, end every sign-in and begin one. Raises LinkOver."""
    used = links.use(session, secret_hash, Purpose.RESET, now=now)
    if used.member_id is None:
        raise links.LinkOver
    member = _held(session, used.member_id)
    _set_password(session, member, password_hash, now=now)
    sign_in.end_all(session, used.member_id, now=now)
    sign_in.open_login(session, used.member_id, login, now=now)
    return used.member_id


def change_password(
    session: Session, who: Credentials, password_hash: str, current_hash: str, *, now: dt.datetime
) -> None:
    """Set a new password after the present one was found right; every sign-in but the one asking ends."""
    member = _held(session, who.member_id, who.password_hash)
    _set_password(session, member, password_hash, now=now)
    sign_in.end_all(session, who.member_id, but=current_hash, now=now)


def ask_email(session: Session, who: Credentials, new: str, *, now: dt.datetime) -> None:
    """Have two links mailed, one to the present address and one to the new; both must be opened within 48 hours.

    A change that was asked for earlier is dropped.
    """
    member = _held(session, who.member_id, who.password_hash)
    session.execute(
        sa.delete(Proof).where(Proof.member_id == member.id, Proof.purpose.in_((Purpose.EMAIL_OLD, Purpose.EMAIL_NEW)))
    )
    detail = {"new": new, "pair": secrets.token_hex(16)}
    for purpose, to in ((Purpose.EMAIL_OLD, who.email), (Purpose.EMAIL_NEW, new)):
        links.ask(session, purpose, to, EMAIL_CHANGE_LASTS, now=now, member_id=who.member_id, detail=detail)


def confirm_email(session: Session, secret_hash: str, purpose: Purpose, *, now: dt.datetime) -> bool:
    """Use one of the two links. True when it was the second, and the address has changed.

    Raises LinkOver, AddressTaken.
    """
    used = links.use(session, secret_hash, purpose, now=now)
    if used.member_id is None:
        raise links.LinkOver
    member = _held(session, used.member_id)
    other = Purpose.EMAIL_NEW if purpose is Purpose.EMAIL_OLD else Purpose.EMAIL_OLD
    done = session.scalar(
        sa.select(Proof.id).where(
            Proof.member_id == member.id,
            Proof.purpose == other,
            Proof.used_at.is_not(None),
            Proof.detail["pair"].as_string() == used.detail["pair"],
        )
    )
    if done is None:
        return False
    old, new = member.email, used.detail["new"]
    try:
        with attempt(session):
            member.email = new
            session.flush()
    except IntegrityError as error:
        if violated(error) == "uq_member_email":
            raise AddressTaken from error
        raise
    _withdraw_links(session, member)
    post(session, Recipient(used.member_id, old or new, member.language), "people/email_changed", {"new": new}, now=now)
    return True


def _set_password(session: Session, member: Member, password_hash: str, *, now: dt.datetime) -> None:
    member.password_hash = password_hash
    _withdraw_links(session, member)
    to = Recipient(MemberId(member.id), member.email or "", member.language)
    post(session, to, "people/password_changed", {"name": member.name}, now=now)


def _withdraw_links(session: Session, member: Member) -> None:
    session.flush()
    links.drop(session, Proof.member_id == member.id, Proof.purpose.in_(_POWERFUL))


def _held(session: Session, member_id: MemberId, password_hash: str | None = None) -> Member:
    """The member's row, locked; with the password that was found right, only if it still is the one."""
    member = session.scalar(
        sa.select(Member).where(Member.id == member_id, Member.erased_at.is_(None)).with_for_update(key_share=True)
    )
    if member is None or (password_hash is not None and member.password_hash != password_hash):
        raise Unauthenticated
    return member
