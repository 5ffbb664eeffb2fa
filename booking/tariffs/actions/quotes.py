"""Fixing a price: a quote is written once and never changed."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from booking.db.rows import add, add_numbered
from booking.tariffs.models import Quote, QuoteLine, QuotePart
from booking.tariffs.schemas import LineSeen, PartSeen, QuoteDraft, QuoteSeen
from booking.tariffs.words import PayerKind
from booking.values.codes import uuid7
from booking.values.ids import QuoteId

LIFE = dt.timedelta(minutes=30)
"""How long a price that was shown is kept."""


def store_quote(session: Session, draft: QuoteDraft, now: dt.datetime) -> QuoteSeen:
    """Write a price down as a quote of its member (None: a walk-in's), valid for half an hour."""
    price = draft.price
    uid = uuid7(now)
    expires = now + LIFE
    quote_id = add_numbered(
        session,
        Quote,
        {
            "uid": uid,
            "lieu_id": draft.lieu_id,
            "resource_id": draft.resource_id,
            "member_id": draft.member_id,
            "starts_at": draft.stretch.start,
            "ends_at": draft.stretch.end,
            "quantity": draft.quantity,
            "unit": price.total.unit,
            "total": price.total.amount,
            "vat": price.vat.amount,
            "vat_basis_points": price.vat_basis_points,
            "rule_version_id": draft.rule_version_id,
            "created_at": now,
            "expires_at": expires,
        },
    )
    lines = tuple(LineSeen(line.code, dict(line.params), line.amount) for line in price.lines)
    add(
        session,
        QuoteLine,
        *(
            {"quote_id": quote_id, "position": n, "code": x.code, "params": x.params, "amount": x.amount.amount}
            for n, x in enumerate(lines)
        ),
    )
    part = PartSeen(PayerKind.MEMBER, price.total)
    values = {"payer": part.payer, "unit": part.amount.unit, "amount": part.amount.amount}
    add(session, QuotePart, {"quote_id": quote_id, "position": 0, **values})
    return QuoteSeen(
        id=QuoteId(quote_id),
        uid=uid,
        lieu_id=draft.lieu_id,
        resource_id=draft.resource_id,
        member_id=draft.member_id,
        stretch=draft.stretch,
        quantity=draft.quantity,
        lines=lines,
        parts=(part,),
        total=price.total,
        vat=price.vat,
        vat_basis_points=price.vat_basis_points,
        rule_version_id=draft.rule_version_id,
        created_at=now,
        expires_at=expires,
    )
