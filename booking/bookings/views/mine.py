"""`/bookings`: one's own, now, coming and past."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.bookings.queries.seen import booking_by_code, bookings_of_member
from booking.bookings.schemas import BookingSeen
from booking.bookings.views.frame import blueprint, here_again
from booking.bookings.views.statement import balance_said
from booking.bookings.views.words import price_said, status_tag, zone_note
from booking.db import read
from booking.errors import NotFound
from booking.ledger.queries import balances_of_member
from booking.people.asking import asker, signed_in
from booking.people.schemas import Asker
from booking.values.codes import read_code
from booking.values.wall import today
from booking.web.axis import hours_of
from booking.web.formats import day

PER_PAGE = 20
PAST = "past"


@blueprint.get("/bookings")
@signed_in
def my_bookings() -> ResponseReturnValue:
    """What is running and coming, soonest first; with `view=past` what is over, newest first. Paged by `cursor`."""
    now = clock.now()
    who = asker()
    past = request.args.get("view") == PAST
    found, onward = read(
        bookings_of_member, who, now, past=past, cursor=request.args.get("cursor") or None, limit=PER_PAGE
    )
    running = [b for b in found if not past and b.stretch.start <= now]
    return render_template(
        "bookings/mine.html",
        running=running,
        coming=[b for b in found if b not in running],
        past=past,
        first="cursor" not in request.args,
        following="" if onward is None else here_again(cursor=onward),
        day_said=lambda booking: _day(booking, today(now, booking.timezone)),
        hours_of=hours_of,
        price_said=price_said,
        status_tag=status_tag,
        zone_note=zone_note,
        now=now,
        undone=_just_cancelled(who),
        owed=[(each, balance_said(each)) for each in read(balances_of_member, who) if each.balance.amount],
    )


def _day(booking: BookingSeen, here: object) -> str:
    """`Aujourd’hui`, or the short date on the wall clock of the lieu."""
    if booking.local_start.day == here:
        return _("Aujourd’hui")
    return day(booking.stretch.start, booking.timezone, "short")


def _just_cancelled(who: Asker) -> BookingSeen | None:
    """The booking that was cancelled a moment ago from this list, while it can be taken back."""
    code = read_code(request.args.get("cancelled", ""))
    if code is None:
        return None
    try:
        booking = read(booking_by_code, who, code, clock.now())
    except NotFound:
        return None
    return booking if booking.restorable_until else None
