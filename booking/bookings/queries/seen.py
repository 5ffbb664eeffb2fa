"""Bookings as who asks may see them: one's own whole, a lieu's whole for its staff, all others as busy time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from booking.bookings.models import Booking, BookingEvent
from booking.bookings.queries.terms import Found, seen_by
from booking.bookings.rules import ACTIVE, PAST, EventKind, Status, may_change
from booking.bookings.rules.policy import UNDO_SECONDS, free_until
from booking.bookings.schemas import BookingFilter, BookingSeen, BusySeen, EventSeen
from booking.db import pages
from booking.db.pages import read_cursor
from booking.db.rows import run
from booking.errors import NotFound
from booking.occupancy.models import Occupancy
from booking.people.models import Member
from booking.people.schemas import Asker
from booking.places.models import Lieu
from booking.resources.models import Resource, UnitRow
from booking.resources.rules import ResourceKind
from booking.tariffs.queries.quotes import quotes_by_id
from booking.tariffs.schemas import QuoteSeen
from booking.values.ids import BookingId, LieuId, MemberId, QuoteId, ResourceId
from booking.values.interval import Interval
from booking.values.money import Money

PAGE = 50
LAST_SECOND = 7_258_118_400
"""The end of the year 2199, after which nothing is booked."""
SHOWN = ACTIVE | PAST
"""Statuses of bookings that take, or took, their time."""


# Made once: every booking that is made or changed is read back by them.
_HOLDER = aliased(Member)
_ROWS = (
    sa.select(
        *Booking.__table__.c,
        Resource.slug.label("resource"),
        Resource.name.label("resource_name"),
        Resource.kind.label("kind"),
        Lieu.slug.label("lieu"),
        Lieu.name.label("lieu_name"),
        Lieu.access,
        Lieu.address,
        Lieu.postcode,
        Lieu.commune,
        _HOLDER.uid.label("holder_uid"),
        _HOLDER.name.label("holder_name"),
    )
    .join(Resource, Resource.id == Booking.resource_id)
    .join(Lieu, Lieu.id == Booking.lieu_id)
    .outerjoin(_HOLDER, _HOLDER.id == Booking.member_id)
)
_ROW = _ROWS.where(Booking.code == sa.bindparam("code"))
_UNITS = (
    sa.select(Occupancy.claim_id, UnitRow.name)
    .join(UnitRow, UnitRow.id == Occupancy.unit_id)
    .where(Occupancy.claim_id.in_(sa.bindparam("claims", expanding=True)))
    .order_by(Occupancy.claim_id, UnitRow.id)
)


def booking_by_code(session: Session, asker: Asker, code: str, now: dt.datetime) -> BookingSeen:
    """One booking. Raises NotFound unless it is the asker's, of a lieu the asker staffs, or a steward asks."""
    row = run(session, _ROW, {"code": code}).one_or_none()
    if row is None or not _sees(asker, row):
        raise NotFound
    return _whole(session, [row], asker, now)[0]


def just_made(
    values: Mapping[str, Any],
    found: Found,
    holder: Asker | None,
    quote: QuoteSeen,
    units: tuple[str, ...],
    asker: Asker,
    now: dt.datetime,
) -> BookingSeen:
    """What `booking_by_code` would tell of a booking that this transaction has just written with these values."""
    terms = found.terms
    row = SimpleNamespace(
        **values,
        cancelled_at=None,
        resource=terms.slug,
        resource_name=terms.name,
        kind=terms.kind,
        lieu=terms.lieu_slug,
        lieu_name=terms.lieu_name,
        access=found.access,
        address=found.address,
        postcode=found.postcode,
        commune=found.commune,
        holder_uid=None if holder is None else holder.uid,
        holder_name=None if holder is None else holder.name,
    )
    return _seen(row, units, quote, asker, now)


def bookings_of_member(
    session: Session,
    asker: Asker,
    now: dt.datetime,
    *,
    past: bool = False,
    cursor: str | None = None,
    limit: int = PAGE,
) -> tuple[list[BookingSeen], str | None]:
    """The asker's own bookings and the next cursor: coming ones soonest first; past and cancelled ones newest first."""
    coming = sa.and_(Booking.status.in_(ACTIVE), Booking.ends_at > now)
    mine = [Booking.member_id == asker.member_id, sa.not_(coming) if past else coming]
    return _page(session, asker, mine, now, newest_first=past, cursor=cursor, limit=limit)


def bookings_seen(
    session: Session,
    asker: Asker,
    wish: BookingFilter,
    now: dt.datetime,
    *,
    cursor: str | None = None,
    limit: int = PAGE,
) -> tuple[list[BookingSeen], str | None]:
    """The bookings the asker may see whole, in order of start, filtered; and the next cursor."""
    scope = Booking.member_id == asker.member_id if wish.mine else _may_see(asker)
    return _page(session, asker, [scope, *_narrowed(wish)], now, newest_first=False, cursor=cursor, limit=limit)


def bookings_listed(
    session: Session,
    asker: Asker,
    wish: BookingFilter,
    now: dt.datetime,
    *,
    cursor: str | None = None,
    limit: int = PAGE,
) -> tuple[list[BookingSeen | BusySeen], str | None]:
    """The same with others' bookings as busy time among them, where one resource or one lieu is asked about.

    A list narrowed by status leaves them out: whether somebody's booking waits or was cancelled is not told.
    """
    scope = Booking.member_id == asker.member_id if wish.mine else _may_see(asker)
    if (wish.resource is not None or wish.lieu is not None) and not wish.mine and not wish.statuses:
        scope = sa.or_(scope, sa.and_(seen_by(asker), Booking.status.in_(SHOWN)))
    rows, onward = _keyset(session, [scope, *_narrowed(wish)], newest_first=False, cursor=cursor, limit=limit)
    whole = {b.id: b for b in _whole(session, [r for r in rows if _sees(asker, r)], asker, now)}
    return [whole.get(BookingId(r.id)) or _busy(r) for r in rows], onward


def _narrowed(wish: BookingFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wish.resource is not None:
        conditions.append(Resource.slug == wish.resource)
    if wish.lieu is not None:
        conditions.append(Lieu.slug == wish.lieu)
    if wish.since is not None:
        conditions.append(Booking.ends_at > wish.since)
    if wish.until is not None:
        conditions.append(Booking.starts_at < wish.until)
    if wish.statuses:
        conditions.append(Booking.status.in_(wish.statuses))
    return conditions


def busy_of(session: Session, asker: Asker, condition: sa.ColumnElement[bool], span: Interval) -> list[BusySeen]:
    """Others' bookings of seen resources during the span, as busy time (over Booking, Resource and Lieu)."""
    rows = session.execute(
        sa.select(
            Resource.slug.label("resource"),
            Lieu.slug.label("lieu"),
            Lieu.timezone,
            Booking.starts_at,
            Booking.ends_at,
            Booking.status,
        )
        .join(Resource, Resource.id == Booking.resource_id)
        .join(Lieu, Lieu.id == Booking.lieu_id)
        .where(
            condition,
            seen_by(asker),
            sa.not_(_may_see(asker)),
            Booking.status.in_(SHOWN),
            Booking.starts_at < span.end,
            Booking.ends_at > span.start,
        )
        .order_by(Booking.starts_at)
    )
    return [_busy(row) for row in rows]


def _busy(row: Any) -> BusySeen:
    waiting = Status(row.status) in (Status.HELD, Status.PENDING)
    return BusySeen(row.resource, row.lieu, Interval(row.starts_at, row.ends_at), row.timezone, waiting)


def history(session: Session, asker: Asker, booking: BookingSeen) -> list[EventSeen]:
    """What was done to a booking that the asker sees, oldest first; members see staff as the lieu."""
    rows = session.execute(
        sa.select(BookingEvent.at, BookingEvent.kind, BookingEvent.detail, BookingEvent.by_id, Member.name)
        .outerjoin(Member, Member.id == BookingEvent.by_id)
        .where(BookingEvent.booking_id == booking.id)
        .order_by(BookingEvent.id)
    )
    whole = asker.sees_people(booking.lieu_id)
    return [
        EventSeen(
            r.at,
            EventKind(r.kind),
            (r.name or "") if whole or r.by_id == asker.member_id else booking.lieu_name,
            dict(r.detail),
        )
        for r in rows
    ]


def _may_see(asker: Asker) -> sa.ColumnElement[bool]:
    if asker.steward:
        return sa.true()
    staffed = [int(lieu) for lieu, _ in asker.roles if asker.staffs(lieu)]
    return sa.or_(
        Booking.member_id == asker.member_id if asker.member_id is not None else sa.false(),
        Booking.lieu_id.in_(staffed) if staffed else sa.false(),
    )


def _sees(asker: Asker, row: Any) -> bool:
    """What `_may_see` says, of a row that is already there."""
    mine = row.member_id is not None and row.member_id == asker.member_id
    return mine or asker.steward or asker.staffs(LieuId(row.lieu_id))


def _page(
    session: Session,
    asker: Asker,
    conditions: list[sa.ColumnElement[bool]],
    now: dt.datetime,
    *,
    newest_first: bool,
    cursor: str | None,
    limit: int,
) -> tuple[list[BookingSeen], str | None]:
    rows, onward = _keyset(session, conditions, newest_first=newest_first, cursor=cursor, limit=limit)
    return _whole(session, rows, asker, now), onward


def _keyset(
    session: Session, conditions: list[sa.ColumnElement[bool]], *, newest_first: bool, cursor: str | None, limit: int
) -> tuple[list[Any], str | None]:
    """A page of rows by (start, id), and the cursor of the next. Raises Malformed for a cursor that is none of ours."""
    if cursor is not None:
        seconds, number = (int(part) for part in read_cursor(cursor, int, int))
        if not 0 <= seconds <= LAST_SECOND:
            raise NotFound
        at = dt.datetime.fromtimestamp(seconds, dt.UTC)
        if newest_first:
            after = sa.or_(Booking.starts_at < at, sa.and_(Booking.starts_at == at, Booking.id < number))
        else:
            after = sa.or_(Booking.starts_at > at, sa.and_(Booking.starts_at == at, Booking.id > number))
        conditions = [*conditions, after]
    rows = _rows(session, sa.and_(*conditions), limit=limit + 1, newest_first=newest_first)
    last = rows[limit - 1] if len(rows) > limit else None
    onward = None if last is None else pages.cursor(int(last.starts_at.timestamp()), last.id)
    return rows[:limit], onward


def _rows(session: Session, condition: Any, *, limit: int, newest_first: bool = False) -> list[Any]:
    order = (Booking.starts_at.desc(), Booking.id.desc()) if newest_first else (Booking.starts_at, Booking.id)
    return list(session.execute(_ROWS.where(condition).order_by(*order).limit(limit)))


def _whole(session: Session, rows: Sequence[Any], asker: Asker, now: dt.datetime) -> list[BookingSeen]:
    """Rows with their units and quotes, by four statements however many."""
    if not rows:
        return []
    units: dict[int, list[str]] = {}
    for row in run(session, _UNITS, {"claims": [r.claim_id for r in rows]}):
        units.setdefault(row.claim_id, []).append(row.name)
    quotes = quotes_by_id(session, [QuoteId(r.quote_id) for r in rows])
    return [_seen(r, tuple(units.get(r.claim_id, ())), quotes[QuoteId(r.quote_id)], asker, now) for r in rows]


def _seen(row: Any, units: tuple[str, ...], quote: QuoteSeen, asker: Asker, now: dt.datetime) -> BookingSeen:
    lieu_id = LieuId(row.lieu_id)
    status = Status(row.status)
    mine = row.member_id is not None and row.member_id == asker.member_id
    staffed = asker.staffs(lieu_id)
    changeable = (mine or staffed) and may_change(status, row.starts_at, now)
    free = free_until(row.starts_at, row.free_cancel_hours)
    undo = None if row.cancelled_at is None else row.cancelled_at + dt.timedelta(seconds=UNDO_SECONDS)
    confirmed = status in (Status.CONFIRMED, Status.CHECKED_IN)
    return BookingSeen(
        id=BookingId(row.id),
        code=row.code,
        uid=row.uid,
        resource_id=ResourceId(row.resource_id),
        resource=row.resource,
        resource_name=row.resource_name,
        resource_kind=ResourceKind(row.kind),
        lieu_id=lieu_id,
        lieu=row.lieu,
        lieu_name=row.lieu_name,
        lieu_address=", ".join(p for p in (row.address, f"{row.postcode} {row.commune}".strip()) if p),
        access=row.access if confirmed and (mine or staffed) else "",
        units=units,
        stretch=Interval(row.starts_at, row.ends_at),
        local_start=row.local_start,
        local_end=row.local_end,
        timezone=row.timezone,
        status=status,
        quantity=row.quantity,
        member_id=None if row.member_id is None else MemberId(row.member_id),
        member_uid=row.holder_uid,
        holder=row.holder_name or row.guest_name or "",
        mine=mine,
        staffed=staffed,
        note=row.note,
        lines=quote.lines,
        parts=quote.parts,
        price=quote.total,
        vat=quote.vat,
        vat_basis_points=quote.vat_basis_points,
        kept=Money(row.kept, quote.total.unit),
        free_until=free,
        kept_percent=row.kept_percent,
        changeable=changeable,
        movable=changeable and (staffed or now <= free),
        restorable_until=undo if undo is not None and now <= undo and (mine or staffed) else None,
        sequence=row.sequence,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
