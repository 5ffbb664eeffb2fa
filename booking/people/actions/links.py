"""One-time links: asked for by a row that says nothing about who is known, mailed by the worker, used once.

What a request does is the same whether the address belongs to somebody or not; the worker finds out. So neither the
answer nor its time tells who has an account.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.errors import N_, Gone
from booking.jobs.actions import enqueue
from booking.mail.actions import post
from booking.mail.schemas import Recipient
from booking.people.models import Member, Proof
from booking.people.rules import ROLE_NAMES, Purpose, Role
from booking.people.schemas import Pending
from booking.values.codes import new_token, token_hash
from booking.values.ids import MemberId

SEND = "people.send_link"


class LinkOver(Gone):
    """The link was used, has expired, was withdrawn or never existed: which of these is nobody's business."""

    code = "link_over"
    message = N_("Ce lien a déjà servi ou n’est plus valable.")


def ask(
    session: Session,
    purpose: Purpose,
    email: str,
    lasts: dt.timedelta,
    *,
    now: dt.datetime,
    member_id: MemberId | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Have a link of that purpose mailed to that address, if it makes sense once the worker looks."""
    proof = Proof(
        purpose=purpose,
        member_id=member_id,
        email=email,
        token_hash=token_hash(new_token()),
        detail=dict(detail or {}),
        created_at=now,
        expires_at=now + lasts,
    )
    session.add(proof)
    session.flush()
    enqueue(session, SEND, {"proof": proof.id}, now=now)


def use(session: Session, secret_hash: str, purpose: Purpose, *, now: dt.datetime) -> Pending:
    """Use a link up: of two who open it at once, one does. Raises LinkOver."""
    row = session.execute(
        sa.update(Proof)
        .where(
            Proof.token_hash == secret_hash,
            Proof.purpose == purpose,
            Proof.used_at.is_(None),
            Proof.expires_at > now,
        )
        .values(used_at=now)
        .returning(Proof.purpose, Proof.member_id, Proof.email, Proof.detail)
    ).first()
    if row is None:
        raise LinkOver
    return Pending(row.purpose, None if row.member_id is None else MemberId(row.member_id), row.email, row.detail)


def forget(session: Session, secret_hash: str) -> None:
    """Delete a used link with what it carried."""
    session.execute(sa.delete(Proof).where(Proof.token_hash == secret_hash))


def drop(session: Session, *which: sa.ColumnElement[bool]) -> None:
    """Take back the unused links that meet all these conditions."""
    session.execute(sa.delete(Proof).where(Proof.used_at.is_(None), *which))


def send(session: Session, proof_id: int, *, now: dt.datetime) -> None:
    """Mail the link of that row, now that its address may be looked up; a row that makes no sense is deleted."""
    proof = session.get(Proof, proof_id)
    if proof is None or proof.used_at is not None or proof.expires_at <= now:
        return
    member = session.scalar(sa.select(Member).where(Member.email == proof.email, Member.erased_at.is_(None)))
    if proof.purpose is Purpose.CONFIRM:
        _send_confirmation(session, proof, member, now)
    elif proof.purpose in (Purpose.RESET, Purpose.SIGN_IN):
        if member is None:
            session.delete(proof)
        else:
            proof.member_id = member.id
            _mail(session, proof, member, "reset" if proof.purpose is Purpose.RESET else "sign_in", {}, now)
    elif proof.purpose in (Purpose.EMAIL_OLD, Purpose.EMAIL_NEW):
        _send_change(session, proof, member, now)
    else:
        values = {"lieu": proof.detail["lieu"], "by": proof.detail["by_name"]}
        _mail(session, proof, member, "invite", values | {"role": ROLE_NAMES[Role(proof.detail["role"])]}, now)


def _send_confirmation(session: Session, proof: Proof, member: Member | None, now: dt.datetime) -> None:
    if member is not None:
        _post(session, proof, member, "known", {}, now)
        session.delete(proof)
        return
    if proof.detail.get("again"):
        earlier = session.scalar(
            sa.select(Proof)
            .where(
                Proof.purpose == Purpose.CONFIRM,
                Proof.email == proof.email,
                Proof.id < proof.id,
                Proof.used_at.is_(None),
                Proof.detail["name"].as_string().is_not(None),
            )
            .order_by(Proof.id.desc())
            .limit(1)
        )
        if earlier is None:
            session.delete(proof)
            return
        proof.detail = earlier.detail
        session.delete(earlier)
    _mail(session, proof, None, "confirm", {"name": proof.detail["name"]}, now)


def _send_change(session: Session, proof: Proof, member: Member | None, now: dt.datetime) -> None:
    new = proof.detail["new"]
    owner = session.get(Member, proof.member_id)
    if owner is None or owner.erased_at is not None:
        session.delete(proof)
    elif proof.purpose is Purpose.EMAIL_OLD:
        _mail(session, proof, owner, "email_old", {"new": new}, now)
    elif member is None:
        _mail(session, proof, owner, "email_new", {"name": owner.name}, now)
    else:
        _post(session, proof, member, "email_taken", {}, now)
        session.delete(proof)


def _mail(
    session: Session, proof: Proof, member: Member | None, template: str, values: dict[str, Any], now: dt.datetime
) -> None:
    """Give the row the secret that only this mail knows, and post it."""
    token = new_token()
    proof.token_hash = token_hash(token)
    _post(session, proof, member, template, values | {"token": token}, now)


def _post(
    session: Session, proof: Proof, member: Member | None, template: str, values: dict[str, Any], now: dt.datetime
) -> None:
    language = member.language if member is not None else proof.detail.get("language", "fr")
    member_id = None if member is None else MemberId(member.id)
    post(session, Recipient(member_id, proof.email, language), f"people/{template}", values, now=now)
