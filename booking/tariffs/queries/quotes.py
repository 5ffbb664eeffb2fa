"""Reading quotes as they were fixed."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.db.rows import run
from booking.errors import NotFound
from booking.people.schemas import Asker
from booking.tariffs.models import Quote, QuoteLine, QuotePart
from booking.tariffs.schemas import LineSeen, PartSeen, QuoteSeen
from booking.tariffs.words import PayerKind
from booking.values.ids import LieuId, MemberId, QuoteId, ResourceId
from booking.values.interval import Interval
from booking.values.money import Money, Unit

# Made once: every booking that is made or changed reads its price back by them.
_WHICH: sa.BindParameter[Sequence[int]] = sa.bindparam("quotes", expanding=True)
_QUOTES = sa.select(Quote.__table__).where(Quote.id.in_(_WHICH))
_LINES = (
    sa.select(QuoteLine.__table__)
    .where(QuoteLine.quote_id.in_(_WHICH))
    .order_by(QuoteLine.quote_id, QuoteLine.position)
)
_PARTS = (
    sa.select(QuotePart.__table__)
    .where(QuotePart.quote_id.in_(_WHICH))
    .order_by(QuotePart.quote_id, QuotePart.position)
)


def quote_by_uid(session: Session, asker: Asker, uid: str) -> QuoteSeen:
    """A quote of the asker's own, or of a lieu the asker staffs. Raises NotFound for any other."""
    row = session.execute(sa.select(Quote.id, Quote.member_id, Quote.lieu_id).where(Quote.uid == uid)).one_or_none()
    own = row is not None and row.member_id is not None and row.member_id == asker.member_id
    if row is None or not (own or asker.staffs(LieuId(row.lieu_id))):
        raise NotFound
    return quotes_by_id(session, [QuoteId(row.id)])[QuoteId(row.id)]


def quotes_by_id(session: Session, ids: Sequence[QuoteId]) -> dict[QuoteId, QuoteSeen]:
    """Whole quotes, by three statements however many; scope is the caller's."""
    lines: dict[int, list[LineSeen]] = {}
    parts: dict[int, list[PartSeen]] = {}
    which = {"quotes": ids}
    quotes = run(session, _QUOTES, which).all()
    units = {q.id: Unit(q.unit) for q in quotes}
    for x in run(session, _LINES, which):
        lines.setdefault(x.quote_id, []).append(LineSeen(x.code, x.params, Money(x.amount, units[x.quote_id])))
    for p in run(session, _PARTS, which):
        parts.setdefault(p.quote_id, []).append(PartSeen(PayerKind(p.payer), Money(p.amount, Unit(p.unit))))
    return {
        QuoteId(q.id): QuoteSeen(
            id=QuoteId(q.id),
            uid=q.uid,
            lieu_id=LieuId(q.lieu_id),
            resource_id=ResourceId(q.resource_id),
            member_id=None if q.member_id is None else MemberId(q.member_id),
            stretch=Interval(q.starts_at, q.ends_at),
            quantity=q.quantity,
            lines=tuple(lines.get(q.id, ())),
            parts=tuple(parts.get(q.id, ())),
            total=Money(q.total, units[q.id]),
            vat=Money(q.vat, units[q.id]),
            vat_basis_points=q.vat_basis_points,
            rule_version_id=q.rule_version_id,
            created_at=q.created_at,
            expires_at=q.expires_at,
        )
        for q in quotes
    }
