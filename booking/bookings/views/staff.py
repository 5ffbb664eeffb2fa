"""What the front desk of a lieu uses: the list of a day, and booking for somebody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import Form
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from booking import clock
from booking.bookings.forms.when import read_instant
from booking.bookings.queries.seen import SHOWN, bookings_seen
from booking.bookings.queries.whom import people_to_book_for
from booking.bookings.schemas import BookingFilter, BookingSeen
from booking.bookings.views.dayhours import local_day
from booking.bookings.views.frame import blueprint, here_again, instant_text, when_said
from booking.bookings.views.planning import DayForm, days_around
from booking.db import read
from booking.errors import NotFound
from booking.ledger.queries import owed_by
from booking.people.asking import asker, signed_in
from booking.places.queries.lieux import lieu_by_slug
from booking.places.schemas import LieuSeen
from booking.resources.queries.lists import search_resources
from booking.resources.schemas import ResourceCard, ResourceFilter
from booking.values.ids import MemberId
from booking.values.interval import Interval
from booking.values.money import Money
from booking.values.wall import today
from booking.web.axis import hours_of
from booking.web.fields import CountField
from booking.web.formats import day as day_said
from booking.web.formats import money
from booking.web.forms import LineField, lazy_gettext, select_field, tidy_line

PER_PAGE = 200
MOST_RESOURCES = 200
LONGEST_SEARCH = 120
MOST_NAMED = 4
"""Things of one booking that a line names."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One line of the day's list, in words."""

    booking: BookingSeen
    hours: str
    what: str
    tags: tuple[tuple[str, str, str], ...]
    present: bool
    owes: str
    account: str


class ForWhomForm(Form):
    """What is to be booked, and who is looked for."""

    resource = select_field(lazy_gettext("Quoi"), (), validate_choice=False)
    q = LineField(lazy_gettext("Nom ou adresse"), LONGEST_SEARCH)
    guest = LineField(lazy_gettext("Nom"), LONGEST_SEARCH)
    quantity = CountField(lazy_gettext("Combien"), 1, 10_000)


@blueprint.get("/manage/<lieu>/planning")
@signed_in
def manage_planning(lieu: str) -> ResponseReturnValue:
    """The planning is one page for everybody; staff see more on it."""
    return redirect(url_for("bookings.planning_page", lieu=_lieu(lieu).slug, day=request.args.get("day")), 302)


@blueprint.get("/manage/<lieu>/day")
@signed_in
def day_page(lieu: str) -> ResponseReturnValue:
    """Who comes on a day, for the host: hours, who, what, whether something is owed, and the note."""
    now = clock.now()
    who = asker()
    seen = _lieu(lieu)
    zone = seen.timezone
    form = DayForm(request.args)
    fine = form.validate()
    date: dt.date = (form.day.data if fine else None) or today(now, zone)
    whole = local_day(date, zone)
    wish = BookingFilter(lieu=seen.slug, since=whole.start, until=whole.end, statuses=tuple(sorted(SHOWN)))
    bookings, following = read(bookings_seen, who, wish, now, cursor=request.args.get("after") or None, limit=PER_PAGE)
    members = {each.member_id for each in bookings if each.member_id is not None}
    owed = read(owed_by, who, seen.id, members)
    keeps = who.keeps_books(seen.id)
    visits = [_visit(each, seen, owed, now, keeps=keeps) for each in bookings]
    page = render_template(
        "planning/day.html",
        lieu=seen,
        date=date,
        form=DayForm(data={"day": date}) if fine else form,
        title=day_said(date, style="middle"),
        visits=visits,
        present=sum(visit.present for visit in visits),
        days=days_around(date, today(now, zone)),
        following=here_again(after=following) if following else "",
        previous=here_again(after=None) if request.args.get("after") else "",
    )
    return page, 200 if fine else 422


@blueprint.get("/manage/<lieu>/book")
@signed_in
def staff_book(lieu: str) -> ResponseReturnValue:
    """For whom: people whom the lieu knows, by name or address (`q`), or a walk-in; each leads to the booking sheet.

    `resource`, `start`, `end` (instants) and `quantity` say what, as the planning tells it.
    """
    seen = _lieu(lieu)
    offered = _offered(seen)
    form = ForWhomForm(request.args)
    form.resource.choices = [SelectChoice(each.slug, each.name) for each in offered]
    fine = form.validate()
    chosen = next((each for each in offered if each.slug == form.resource.data), None)
    if form.resource.data and chosen is None:
        form.resource.errors = [_("Choisissez dans la liste.")]
        fine = False
    words = tidy_line(form.q.data)
    stretch = _stretch()
    what = {
        "start": instant_text(stretch.start) if stretch else None,
        "end": instant_text(stretch.end) if stretch else None,
        "quantity": form.quantity.data if fine and (form.quantity.data or 1) > 1 else None,
    }
    page = render_template(
        "planning/for_whom.html",
        lieu=seen,
        form=form,
        resource=chosen,
        when=when_said(stretch, seen.timezone) if stretch else "",
        what={name: value for name, value in what.items() if value is not None},
        words=words,
        found=read(people_to_book_for, asker(), seen.id, words) if words and fine else [],
    )
    return page, 200 if fine else 422


def _lieu(slug: str) -> LieuSeen:
    """The lieu, for its staff. Raises NotFound for everybody else."""
    seen = read(lieu_by_slug, asker(), slug)
    if not asker().staffs(seen.id):
        raise NotFound
    g.lieu_in_mind = seen.slug
    return seen


def _visit(
    booking: BookingSeen, seen: LieuSeen, owed: Mapping[MemberId, Money], now: dt.datetime, *, keeps: bool
) -> Visit:
    """A booking as the host reads it. How much somebody owes is for those who keep the books; that, for all staff."""
    owes = account = ""
    if booking.member_id is None:
        owes = _("%(price)s à encaisser", price=money(booking.price)) if booking.price else ""
    elif booking.member_id in owed:
        amount = money(owed[booking.member_id])
        owes = _("doit %(amount)s", amount=amount) if keeps else _("doit au lieu")
        account = url_for("ledger.account_page", lieu=seen.slug, uid=booking.member_uid) if keeps else ""
    return Visit(
        booking=booking,
        hours=hours_of(booking.stretch, booking.timezone),
        what=_what(booking),
        tags=tuple(_tags(booking, now)),
        present=booking.stretch.start <= now < booking.stretch.end,
        owes=owes,
        account=account,
    )


def _what(booking: BookingSeen) -> str:
    """`Quai 6`, `Portables × 2 (Portable 1, Portable 3)`."""
    several = f"\u00a0×\u00a0{booking.quantity}" if booking.quantity > 1 else ""
    units = [unit for unit in booking.units if unit != booking.resource_name]
    told = f" ({', '.join(units)})" if units and len(units) <= MOST_NAMED else ""
    return f"{booking.resource_name}{several}{told}"


def _tags(booking: BookingSeen, now: dt.datetime) -> Iterator[tuple[str, str, str]]:
    if booking.member_id is None:
        yield _("de passage"), "", ""
    if booking.stretch.start <= now < booking.stretch.end:
        yield _("en ce moment"), "ok", ""
    elif booking.stretch.end <= now:
        yield _("passée"), "", ""


def _offered(seen: LieuSeen) -> Sequence[ResourceCard]:
    return read(search_resources, asker(), ResourceFilter(lieu=seen.slug), limit=MOST_RESOURCES).items


def _stretch() -> Interval | None:
    """The hours that the address tells, if they are hours."""
    start, end = (read_instant(request.args.get(name, "")) for name in ("start", "end"))
    return Interval(start, end) if start is not None and end is not None and start < end else None
