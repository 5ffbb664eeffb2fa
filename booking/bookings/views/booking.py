"""`/bookings/<code>`: one booking, and what can be done with it: move, cancel, take the cancellation back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.bookings.actions import cancel_as_shown, move_as_shown, restore
from booking.bookings.forms import CancelForm, MoveForm
from booking.bookings.forms.when import filled, read_instant, told
from booking.bookings.queries.alternatives import alternatives
from booking.bookings.queries.seen import booking_by_code, history
from booking.bookings.queries.verdict import Judged, judge_move
from booking.bookings.rules import TooLate, kept_of
from booking.bookings.rules.policy import UNDO_SECONDS, TooLateToMove
from booking.bookings.schemas import BookingSeen
from booking.bookings.views.frame import Way, blueprint, instant_text, price_lines, total_said, vat_said, when_said
from booking.bookings.views.words import event_said, hours_said, kept_said, own_hours, price_said, status_tag, zone_note
from booking.db import read, write
from booking.errors import NotFound, Problem
from booking.occupancy.rules import SlotTaken
from booking.people.asking import asker, signed_in
from booking.values.codes import read_code
from booking.values.interval import Interval
from booking.values.money import Money
from booking.web.formats import day, hour_said, sentence
from booking.web.problems import status_of
from booking.web.zones import zone_said

LIST = "list"


@blueprint.get("/bookings/<code>")
@signed_in
def booking_page(code: str) -> ResponseReturnValue:
    """Facts, way in, price, history, and what can be done."""
    now = clock.now()
    booking = _booking(code, now)
    return render_template(
        "bookings/booking.html",
        booking=booking,
        title=_title(booking),
        when=hours_said(booking.stretch, booking.timezone),
        zone_note=zone_note(booking),
        own_hours=own_hours(booking),
        status_tag=status_tag(booking.status),
        lines=price_lines(booking.lines),
        total=total_said(booking.price),
        vat=vat_said(booking.vat, booking.vat_basis_points) if booking.price else "",
        price_said=price_said(booking),
        kept=_kept(booking, now),
        policy=_policy(booking, now),
        events=[(event, event_said(event)) for event in read(history, asker(), booking)],
        undo_seconds=UNDO_SECONDS,
    )


@blueprint.get("/bookings/<code>/move")
@signed_in
def move_page(code: str) -> ResponseReturnValue:
    """Other hours for a booking, with their price; it writes nothing."""
    now = clock.now()
    booking = _movable(code, now)
    begun = told(_instants() or booking.stretch, booking.timezone)
    if any(name in request.args for name in ("day", "from", "to")):
        begun |= {"until": "", "from_fold": "", "to_fold": ""}
    sent = filled({**begun, "quantity": str(booking.quantity)}, request.args)
    form = MoveForm(sent, meta={"csrf": False})
    return _move_page(booking, form, now)


@blueprint.post("/bookings/<code>/move")
@signed_in
def move(code: str) -> ResponseReturnValue:
    """Move at the price shown. A refusal leaves the booking where it is and shows the page again."""
    now = clock.now()
    booking = _movable(code, now)
    form = MoveForm()
    stretch = form.stretch(booking.timezone) if form.validate() else None
    if stretch is None or form.errors or "check" in request.form:
        return _move_page(booking, form, now)
    shown = form.shown.amount()
    if shown is None:
        return _move_page(booking, form, now, notes=[_("Voici le prix de ces heures. Rien n’a encore changé.")])
    try:
        write(move_as_shown, asker(), booking.code, stretch, form.quantity.data, shown, now)
    except Problem as problem:
        return _move_page(booking, form, now, problem=problem)
    moved = Interval(stretch.start, stretch.end)
    flash(_("Réservation déplacée : %(when)s.", when=when_said(moved, booking.timezone)), "ok")
    return redirect(url_for("bookings.booking_page", code=booking.code), 303)


@blueprint.get("/bookings/<code>/cancel")
@signed_in
def cancel_page(code: str) -> ResponseReturnValue:
    """What cancelling means, before it is done."""
    now = clock.now()
    return _cancel_page(_changeable(code, now), now)


@blueprint.post("/bookings/<code>/cancel")
@signed_in
def cancel(code: str) -> ResponseReturnValue:
    """Cancel, keeping no more than was shown; it can be taken back for half a minute."""
    now = clock.now()
    booking = _changeable(code, now)
    form = CancelForm()
    shown = form.shown.amount()
    if shown is None or not form.validate():
        return _cancel_page(booking, now, status=422)
    try:
        write(cancel_as_shown, asker(), booking.code, shown, now, waive=form.waive.data)
    except Problem as problem:
        return _cancel_page(_changeable(code, now), now, problem=problem)
    if form.back.data == LIST:
        return redirect(url_for("bookings.my_bookings", cancelled=booking.code), 303)
    return redirect(url_for("bookings.booking_page", code=booking.code), 303)


@blueprint.post("/bookings/<code>/restore")
@signed_in
def restore_booking(code: str) -> ResponseReturnValue:
    """Take a cancellation back, if its place is still free."""
    now = clock.now()
    booking = _booking(code, now)
    try:
        write(restore, asker(), booking.code, now)
    except SlotTaken:
        flash(_("Quelqu’un d’autre a pris la place entre-temps : la réservation reste annulée."), "warn")
    except Problem as problem:
        flash(" ".join(sentence(reason) for reason in problem.reasons), "warn")
    else:
        flash(_("Réservation rétablie."), "ok")
    return redirect(url_for("bookings.booking_page", code=booking.code), 303)


def _booking(code: str, now: dt.datetime) -> BookingSeen:
    known = read_code(code)
    if known is None:
        raise NotFound
    booking = read(booking_by_code, asker(), known, now)
    g.lieu_in_mind = booking.lieu
    return booking


def _changeable(code: str, now: dt.datetime) -> BookingSeen:
    booking = _booking(code, now)
    if not booking.changeable:
        raise TooLate
    return booking


def _movable(code: str, now: dt.datetime) -> BookingSeen:
    booking = _changeable(code, now)
    if not booking.movable:
        raise TooLateToMove(hours=round((booking.stretch.start - booking.free_until).total_seconds() / 3600))
    return booking


def _title(booking: BookingSeen) -> str:
    return f"{booking.resource_name}, {booking.lieu_name}"


def _kept(booking: BookingSeen, now: dt.datetime) -> Money:
    """What the lieu would keep if it were cancelled at this moment."""
    hours = round((booking.stretch.start - booking.free_until).total_seconds() / 3600)
    return kept_of(booking.price, booking.kept_percent, hours, booking.stretch.start, now)


def _policy(booking: BookingSeen, now: dt.datetime) -> str:
    if not booking.changeable:
        return ""
    if now <= booking.free_until and booking.price and booking.kept_percent:
        return _(
            "Annulation gratuite jusqu’au %(day)s, %(hour)s ; ensuite le lieu garde %(percent)s %% du prix.",
            day=day(booking.free_until, booking.timezone, "middle"),
            hour=hour_said(booking.free_until, booking.timezone),
            percent=booking.kept_percent,
        )
    return kept_said(booking, _kept(booking, now))


def _instants() -> Interval | None:
    start, end = (read_instant(request.args.get(name, "")) for name in ("start", "end"))
    return Interval(start, end) if start is not None and end is not None and start < end else None


def _move_page(
    booking: BookingSeen,
    form: MoveForm,
    now: dt.datetime,
    problem: Problem | None = None,
    notes: Any = (),
) -> ResponseReturnValue:
    """The page with the price of the new hours, or every reason why not and what is free near them."""
    stretch = form.stretch(booking.timezone) if form.validate() else None
    judged: Judged | None = None
    if stretch is not None and not form.errors:
        judged = read(judge_move, asker(), booking, stretch, form.quantity.data, now)
    problems = list(notes)
    if problem is not None:
        problems += form.refuse(problem)
    verdict = None if judged is None else judged.verdict
    unchanged = stretch == booking.stretch and form.quantity.data == booking.quantity
    others = []
    if stretch is not None and verdict is not None and verdict.reasons:
        quantity = form.quantity.data
        near = read(alternatives, asker(), booking.resource, stretch, quantity, now)
        others = [
            Way(
                when_said(each.stretch, each.timezone),
                "",
                url_for(
                    "bookings.move_page",
                    code=booking.code,
                    start=instant_text(each.stretch.start),
                    end=instant_text(each.stretch.end),
                ),
            )
            for each in near
            if each.resource == booking.resource
        ]
    failed = bool(form.errors) or bool(notes)
    page = render_template(
        "bookings/move.html",
        booking=booking,
        title=_title(booking),
        when=hours_said(booking.stretch, booking.timezone),
        new="" if stretch is None else hours_said(stretch, booking.timezone),
        form=form,
        verdict=verdict,
        unchanged=unchanged,
        lines=[] if verdict is None else price_lines(verdict.lines),
        total=total_said(None if verdict is None else verdict.total),
        vat="" if verdict is None or not verdict.total else vat_said(verdict.vat, verdict.vat_basis_points),
        reasons=[] if verdict is None or problem is not None else [sentence(reason) for reason in verdict.reasons],
        problems=problems,
        ways=others,
        hour_there=_("Heures du lieu : %(zone)s.", zone=zone_note(booking) or zone_said(booking.timezone)),
    )
    return page, status_of(problem) if problem is not None else 422 if failed else 200


def _cancel_page(
    booking: BookingSeen, now: dt.datetime, problem: Problem | None = None, status: int = 200
) -> ResponseReturnValue:
    kept = _kept(booking, now)
    page = render_template(
        "bookings/cancel.html",
        booking=booking,
        title=_title(booking),
        when=hours_said(booking.stretch, booking.timezone),
        form=CancelForm(None, data={"shown": kept.amount, "back": request.values.get("back", "")}),
        kept=kept,
        kept_said=kept_said(booking, kept),
        problems=[] if problem is None else [sentence(reason) for reason in problem.reasons],
        undo_seconds=UNDO_SECONDS,
    )
    return page, status if problem is None else status_of(problem)
