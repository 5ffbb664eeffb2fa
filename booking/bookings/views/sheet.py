"""`/resources/<id>/book`: the hours, the price line by line, every reason why not, and the button that books."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from booking import clock
from booking.bookings.actions import book_as_shown
from booking.bookings.forms import BookForm
from booking.bookings.forms.when import filled, read_instant, told
from booking.bookings.queries.alternatives import alternatives
from booking.bookings.queries.search import on_grid
from booking.bookings.queries.terms import Found, terms_of
from booking.bookings.queries.verdict import Judged, judge, person_to_book_for
from booking.bookings.queries.whom import person_of
from booking.bookings.rules import Terms
from booking.bookings.schemas import BookingRequest
from booking.bookings.views.frame import blueprint, book_url, hour_note, price_lines, total_said, vat_said, ways
from booking.db import read, write
from booking.errors import NotFound, Problem
from booking.people import asking
from booking.people.actions.answers import answer_once
from booking.people.rules.answers import Answer
from booking.people.schemas import Asker
from booking.values.codes import new_token, read_uid
from booking.values.interval import Interval
from booking.web.axis import hours_of
from booking.web.formats import day, hour_said, money, sentence
from booking.web.problems import status_of
from booking.web.zones import zone_said

HOUR = 60
LONGEST_COUNT = 4
LONGEST_KEY = 64


@dataclass
class Sheet:
    """A booking page in the making: what was sent, on which terms, and what came of it."""

    who: Asker
    found: Found
    form: BookForm
    now: dt.datetime
    stretch: Interval | None = None
    holder: Asker | None = None
    guest: str | None = None
    judged: Judged | None = None

    @property
    def terms(self) -> Terms:
        """The terms on which it is booked."""
        return self.found.terms

    def read(self) -> None:
        """Find the instants, the person and the verdict; what is wrong stands at its field."""
        self.holder, self.judged = self.who, None
        if not self.form.validate():
            return
        self.stretch = self.form.stretch(self.terms.timezone)
        self._whom()
        if self.stretch is not None and not self.form.errors:
            self.judged = read(
                judge, self.who, self.holder, self.terms.slug, self.stretch, self.form.quantity.data, self.now
            )

    def _whom(self) -> None:
        other = self.form.for_somebody() if self.terms.staff else None
        if other is None:
            return
        kind, text = other
        if kind == "guest":
            self.holder, self.guest = None, text
        elif kind == "known":
            self.holder = read(person_of, self.who, self.terms.lieu_id, read_uid(text) or "")
        elif text:
            try:
                self.holder = read(person_to_book_for, self.who, self.terms.lieu_id, text)
            except NotFound:
                unknown = _("Personne de ce lieu n’a cette adresse. Réservez pour une personne de passage.")
                self.form.email.errors = [*self.form.email.errors, unknown]

    @property
    def request(self) -> BookingRequest:
        """What is booked."""
        assert self.stretch is not None  # noqa: S101 - the form was right
        other = self.holder is not None and self.holder.member_id != self.who.member_id
        return BookingRequest(
            resource=self.terms.slug,
            stretch=self.stretch,
            quantity=self.form.quantity.data,
            note=self.form.note.data or "",
            member_uid=self.holder.uid if other and self.holder is not None else None,
            guest_name=self.guest,
        )


@blueprint.get("/resources/<resource>/book")
@asking.public
def book_page(resource: str) -> ResponseReturnValue:
    """The sheet for hours told as instants (`start`, `end`) or as the form's fields; it writes nothing."""
    sheet = _sheet(resource, request.args)
    return _shown(sheet, 422 if sheet.form.errors else 200)


@blueprint.post("/resources/<resource>/book")
@asking.signed_in
def book(resource: str) -> ResponseReturnValue:
    """Book at the price shown; anything else shows the sheet again, with what was sent and the reasons."""
    sheet = _sheet(resource, request.form)
    if "check" in request.form:
        return _shown(sheet, 422 if sheet.form.errors else 200)
    if sheet.judged is None:
        return _shown(sheet, 422)
    shown = sheet.form.shown.amount()
    if shown is None:
        return _shown(sheet, 422, notes=[_("Voici le prix de ces heures. Rien n’est encore réservé.")])
    try:
        code = write(
            answer_once,
            asking.member_id(),
            _key(sheet.request),
            _digest(sheet.request),
            lambda session: _booked(session, sheet, shown),
            now=sheet.now,
        ).body
    except Problem as problem:
        return _shown(sheet, status_of(problem), problem)
    flash(_("C’est réservé."), "ok")
    return redirect(url_for("bookings.booking_page", code=json.loads(code)), 303)


@blueprint.get("/resources/<resource>/price")
@asking.public
def price_sentence(resource: str) -> ResponseReturnValue:
    """One sentence of plain text: the price of `start` to `end`, or every reason why not (422)."""
    who = asking.asker()
    stretch = _instants(request.args)
    quantity = request.args.get("quantity", "1")
    if stretch is None or not (quantity.isdecimal() and len(quantity) <= LONGEST_COUNT):
        return Response(_("Ces heures ne vont pas ensemble."), 422, mimetype="text/plain")
    judged = read(judge, who, who, resource, stretch, int(quantity), clock.now())
    verdict = judged.verdict
    if verdict.reasons or verdict.total is None:
        return Response(" ".join(sentence(reason) for reason in verdict.reasons), 422, mimetype="text/plain")
    lines = ", ".join(line.label for line in price_lines(verdict.lines))
    text = _("%(total)s : %(lines)s", total=money(verdict.total), lines=lines) if verdict.total else _("Gratuit")
    return Response(text, mimetype="text/plain")


def first_hours(terms: Terms, now: dt.datetime) -> dict[str, str]:
    """The hours that a form begins with: the next step that may be booked."""
    soon = now + dt.timedelta(minutes=0 if terms.staff else terms.notice)
    return told(usual_from(terms, on_grid(soon, terms.step, terms.timezone)), terms.timezone)


def usual_from(terms: Terms, start: dt.datetime) -> Interval:
    """An hour from there, or as near to it as the rules of the resource allow."""
    length = max(HOUR, terms.shortest)
    length += -length % terms.step
    return Interval(start, start + dt.timedelta(minutes=min(length, terms.longest)))


def _sheet(resource: str, sent: MultiDict[str, str]) -> Sheet:
    now = clock.now()
    who = asking.asker()
    found = read(terms_of, who, who, resource)
    g.lieu_in_mind = found.terms.lieu_slug
    form = BookForm(_told(found.terms, sent, now), meta={} if request.method == "POST" else {"csrf": False})
    sheet = Sheet(who, found, form, now)
    sheet.read()
    if ("start" in sent or "end" in sent) and _instants(sent) is None:
        form.start.errors = [*form.start.errors, _("Les heures de cette adresse sont illisibles : choisissez-les ici.")]
        sheet.judged = None
    return sheet


def _told(terms: Terms, sent: MultiDict[str, str], now: dt.datetime) -> MultiDict[str, str]:
    """A form that is sent says it all; an address may tell instants instead, or leave hours out."""
    if request.method == "POST":
        return sent
    stretch = _instants(sent)
    begun = first_hours(terms, now) if stretch is None else told(stretch, terms.timezone)
    if any(name in sent for name in ("day", "from", "to")):
        begun |= {"until": "", "from_fold": "", "to_fold": ""}
    return filled({**begun, "quantity": "1"}, sent)


def _instants(sent: MultiDict[str, str]) -> Interval | None:
    start, end = (read_instant(sent.get(name, "")) for name in ("start", "end"))
    return Interval(start, end) if start is not None and end is not None and start < end else None


def _booked(session: Session, sheet: Sheet, shown: Any) -> Answer:
    return Answer(201, json.dumps(book_as_shown(session, sheet.who, sheet.request, shown, sheet.now)))


def _key(wanted: BookingRequest) -> str:
    """What makes a form sent twice book once: the page's own word with what is booked."""
    word = "".join(c for c in request.form.get("key", "") if c.isalnum())[:LONGEST_KEY]
    return f"page:{word or new_token()}:{_digest(wanted)}"


def _digest(wanted: BookingRequest) -> str:
    return hashlib.sha256(repr(wanted).encode()).hexdigest()


def _shown(sheet: Sheet, status: int, problem: Problem | None = None, notes: Sequence[str] = ()) -> ResponseReturnValue:
    """The page; after a refusal it is judged anew, so that price and reasons are those of this moment."""
    terms, judged = sheet.terms, sheet.judged
    problems = list(notes)
    if problem is not None:
        sheet.read()
        judged = sheet.judged
        problems = sheet.form.refuse(problem)
    verdict = None if judged is None else judged.verdict
    others = []
    if sheet.stretch is not None and ((verdict is not None and verdict.reasons) or status == 409):  # noqa: PLR2004 - taken
        quantity = sheet.form.quantity.data
        found = read(alternatives, sheet.who, terms.slug, sheet.stretch, quantity, sheet.now)
        others = ways(found, terms.slug, quantity)
    page = render_template(
        "bookings/book.html",
        sheet=sheet,
        form=sheet.form,
        found=sheet.found,
        terms=terms,
        verdict=verdict,
        standing=None if judged is None else judged.standing,
        title=_title(sheet),
        lines=[] if verdict is None else price_lines(verdict.lines),
        total=total_said(None if verdict is None else verdict.total),
        vat="" if verdict is None or not verdict.total else vat_said(verdict.vat, verdict.vat_basis_points),
        reasons=[] if verdict is None or problem is not None else [sentence(reason) for reason in verdict.reasons],
        problems=problems,
        ways=others,
        policy=_policy(sheet),
        hour_there=_hour_there(terms.timezone, sheet),
        key=request.form.get("key") or new_token(),
        here=_address(sheet),
    )
    return page, status


def _title(sheet: Sheet) -> str:
    if sheet.stretch is None:
        return ""
    zone = sheet.terms.timezone
    return f"{day(sheet.stretch.start, zone, 'middle')}, {hours_of(sheet.stretch, zone)}"


def _policy(sheet: Sheet) -> str:
    """What cancelling will cost, in a sentence with its day and hour."""
    terms = sheet.terms
    if sheet.stretch is None or sheet.judged is None or not sheet.judged.verdict.total:
        return ""
    if not terms.kept_percent:
        return _("Annulation gratuite jusqu’au début.")
    until = sheet.stretch.start - dt.timedelta(hours=terms.free_cancel_hours)
    if until <= sheet.now:
        return _("Annuler coûtera %(percent)s %% du prix : le début est proche.", percent=terms.kept_percent)
    return _(
        "Annulation gratuite jusqu’au %(day)s, %(hour)s ; ensuite le lieu garde %(percent)s %% du prix.",
        day=day(until, terms.timezone, "middle"),
        hour=hour_said(until, terms.timezone),
        percent=terms.kept_percent,
    )


def _hour_there(zone: str, sheet: Sheet) -> str:
    at = sheet.now if sheet.stretch is None else sheet.stretch.start
    return _("Heures du lieu : %(zone)s.", zone=hour_note(at, zone) or zone_said(zone))


def _address(sheet: Sheet) -> str:
    """The address of this sheet with these hours, to come back to after signing in."""
    if sheet.stretch is None:
        return url_for("bookings.book_page", resource=sheet.terms.slug)
    return book_url(sheet.terms.slug, sheet.stretch, sheet.form.quantity.data)
