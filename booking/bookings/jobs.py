"""What follows from bookings later: mails to holders and hosts, the reminder, and marking what has ended."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking import ical
from booking.bookings.actions.ends import complete_ended
from booking.bookings.actions.rename import Renamed, tell_new_name
from booking.bookings.models import Booking, BookingEvent, BookingText
from booking.bookings.queries.seen import booking_by_code
from booking.bookings.rules import EventKind, Status
from booking.bookings.schemas import BookingSeen
from booking.jobs.actions import enqueue
from booking.jobs.schemas import Payload, Task
from booking.mail.actions import post
from booking.mail.schemas import Recipient
from booking.people.models import Member, Membership
from booking.people.queries import asker_of_member
from booking.people.rules import STAFF
from booking.people.schemas import Asker
from booking.places.actions.lieux import RENAMED
from booking.tariffs.rules import SENTENCES
from booking.values.ids import MemberId
from booking.values.wall import wall_of

ALL_SEEING = Asker(steward=True)
OFTEN = dt.timedelta(minutes=10)


def tell(session: Session, payload: Payload, now: dt.datetime) -> None:
    """Write the mail about one change to the holder, and to the lieu's hosts who asked for it."""
    what = EventKind(payload["what"])
    row = _row(session, payload["booking"])
    if row is None or not _stands(session, row, payload["sequence"]):
        return  # A later change tells the whole story.
    seen = booking_by_code(session, ALL_SEEING, row.code, now)
    values = _values(seen)
    holder = _recipient(session, row.member_id)
    if holder is not None:
        own = _own(session, holder, row.code, now)
        text = session.execute(sa.select(BookingText.owner).where(BookingText.booking_id == row.id)).scalar_one()
        attached = _file(seen, text) if what is not EventKind.CANCELLED else None
        post(session, holder, f"bookings/{what.value}", own, now=now, calendar=attached)
    hosts = session.execute(
        sa.select(Member.id, Member.email, Member.language)
        .join(Membership, Membership.member_id == Member.id)
        .where(
            Membership.lieu_id == row.lieu_id,
            Membership.role.in_(STAFF),
            Member.wants_host_mail.is_(True),
            Member.email.is_not(None),
            Member.id != (row.member_id or 0),
        )
        .distinct()
        .order_by(Member.id)
    )
    for host in hosts:
        to = Recipient(MemberId(host.id), host.email, host.language)
        post(session, to, "bookings/host", {**values, "what": what.value, "holder": seen.holder}, now=now)


def remind(session: Session, payload: Payload, now: dt.datetime) -> None:
    """Write the reminder of the day before, if the booking still stands as it was and its holder wants one."""
    row = _row(session, payload["booking"])
    if row is None or row.status != Status.CONFIRMED or row.starts_at <= now:
        return
    if not _stands(session, row, payload["sequence"]):
        return
    wants = session.execute(sa.select(Member.wants_reminder).where(Member.id == row.member_id)).scalar()
    holder = _recipient(session, row.member_id)
    if wants and holder is not None:
        post(session, holder, "bookings/reminder", _own(session, holder, row.code, now), now=now)


def complete(session: Session, _payload: Payload, now: dt.datetime) -> None:
    """Mark the bookings that have ended, some at a time; the rest wait for the next run."""
    complete_ended(session, now)


def renamed(session: Session, payload: Payload, now: dt.datetime) -> None:
    """Bring the new name of a lieu or of a resource into the calendars of who has booked there, some at a time."""
    last = tell_new_name(session, Renamed(**payload), now)
    if last is not None:
        enqueue(session, RENAMED, {**payload, "after": last}, now=now)


def _stands(session: Session, row: Any, sequence: int) -> bool:
    """Whether nothing but new names has come over the booking since that revision of it."""
    if row.sequence == sequence:
        return True
    events = session.scalars(
        sa.select(BookingEvent.detail).where(BookingEvent.booking_id == row.id, BookingEvent.kind == EventKind.RENAMED)
    )
    return bool(row.sequence == sequence + sum(int(detail["sequence"]) > sequence for detail in events))


def _row(session: Session, booking_id: int) -> Any:
    return session.execute(
        sa.select(
            Booking.id,
            Booking.code,
            Booking.sequence,
            Booking.status,
            Booking.member_id,
            Booking.lieu_id,
            Booking.starts_at,
        ).where(Booking.id == booking_id)
    ).one_or_none()


def _recipient(session: Session, member_id: int | None) -> Recipient | None:
    row = session.execute(
        sa.select(Member.id, Member.email, Member.language).where(Member.id == member_id, Member.email.is_not(None))
    ).one_or_none()
    return None if row is None else Recipient(MemberId(row.id), row.email, row.language)


def _own(session: Session, holder: Recipient, code: str, now: dt.datetime) -> dict[str, Any]:
    """The booking as its holder sees it, way in and all; `here` is the holder's own zone where its clock differs."""
    member_id = holder.member_id
    asker = None if member_id is None else asker_of_member(session, member_id)
    seen = booking_by_code(session, asker or ALL_SEEING, code, now)
    here = session.execute(sa.select(Member.timezone).where(Member.id == member_id)).scalar() or seen.timezone
    start = seen.stretch.start
    return {**_values(seen), "here": "" if wall_of(start, here) == wall_of(start, seen.timezone) else here}


def _values(seen: BookingSeen) -> dict[str, Any]:
    return {
        "booking": seen,
        "sentences": SENTENCES,
        "start": seen.stretch.start,
        "end": seen.stretch.end,
        "zone": seen.timezone,
    }


def _file(seen: BookingSeen, text: str) -> str:
    name = f"{seen.resource_name}, {seen.lieu_name}"
    return ical.calendar([text], name=name, description=seen.code, timezone=seen.timezone).decode()


HANDLERS = {
    "bookings.tell": Task(tell),
    "bookings.remind": Task(remind),
    "bookings.complete": Task(complete, every=OFTEN),
    RENAMED: Task(renamed),
}
