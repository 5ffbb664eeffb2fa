"""`/resources/<id>`: what it is, its week, its rules in words, its prices for who asks, its calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from booking import clock
from booking.bookings.forms.when import WhenForm, told
from booking.bookings.queries.planning import Lane
from booking.bookings.queries.weeks import resource_planning
from booking.bookings.rules import Terms
from booking.bookings.views.frame import blueprint, book_url, here_again, hour_note, rate_said, vat_said
from booking.bookings.views.sheet import first_hours, usual_from
from booking.bookings.views.slots import week_of
from booking.db import read
from booking.errors import N_, Malformed, Refusal
from booking.people.asking import asker, public, settings
from booking.places.queries.lieux import lieu_by_slug
from booking.resources.queries.seen import resource_by_slug
from booking.resources.rules import FEATURE_NAMES, KIND_PLURALS, Audience
from booking.resources.schemas import ResourceSeen
from booking.values.interval import Interval
from booking.values.wall import day_start, today
from booking.web.axis import Choosing
from booking.web.formats import day, duration, hour_said, money
from booking.web.i18n import ngettext

WEEK = dt.timedelta(days=7)
ONE_DAY = dt.timedelta(days=1)
FIRST_YEAR, LAST_YEAR = 2000, 2199


@blueprint.get("/resources/<resource>")
@public
def resource_page(resource: str) -> ResponseReturnValue:
    """The page of a resource; `week` is a day of the week shown, `view=list` the same as a list."""
    now = clock.now()
    who = asker()
    seen = read(resource_by_slug, who, resource)
    zone = seen.timezone
    monday = _monday(request.args.get("week"), today(now, zone))
    span = Interval(day_start(monday - ONE_DAY, zone), day_start(monday + WEEK + ONE_DAY, zone))
    planning = read(resource_planning, who, resource, span, now)
    lane = planning.lanes[0]
    first = _first_free(lane, monday)
    begun = told(first, zone) if first else first_hours(lane.terms, now)
    g.lieu_in_mind = seen.lieu
    this_week = _monday(None, today(now, zone))
    return render_template(
        "bookings/resource.html",
        seen=seen,
        lane=lane,
        lieu=read(lieu_by_slug, who, seen.lieu),
        features=[_(FEATURE_NAMES[feature]) for feature in seen.features],
        family=_(KIND_PLURALS[seen.kind]),
        week=_week_said(monday),
        days=week_of(planning, lane, monday, now, lambda stretch: book_url(resource, stretch)),
        as_list=request.args.get("view") == "list",
        previous=here_again(week=(monday - WEEK).isoformat()),
        current=here_again(week=None) if monday != this_week else "",
        following=here_again(week=(monday + WEEK).isoformat()),
        book_href=book_url(resource, first) if first else url_for("bookings.book_page", resource=resource),
        choose=_choosing(resource, lane.terms),
        form=WhenForm(MultiDict({**begun, "quantity": "1"}), meta={"csrf": False}),
        state=_state(lane, now) if monday == this_week else "",
        prices=list(_prices(lane.terms)),
        vat=_vat(lane.terms),
        rules=list(_rules(seen)),
        photos=[
            {"src": f"/photos/{photo.digest}", "alt": photo.alt, "width": photo.width, "height": photo.height}
            for photo in seen.photos
        ],
        feed=_feed(seen),
        hour_there=_hour_there(zone, now),
    )


def _monday(text: str | None, otherwise: dt.date) -> dt.date:
    """The Monday of the week of that day. Raises Malformed for what is no day of our times."""
    try:
        date = dt.date.fromisoformat(text) if text else otherwise
    except ValueError:
        date = dt.date.min
    if not FIRST_YEAR <= date.year <= LAST_YEAR:
        raise Malformed(
            Refusal("week", N_("Une semaine se désigne par un de ses jours, comme 2026-06-12."), {}, "week")
        )
    return date - date.weekday() * ONE_DAY


def _week_said(monday: dt.date) -> str:
    sunday = monday + 6 * ONE_DAY
    first = str(monday.day) if monday.month == sunday.month else day(monday, style="day")
    return _("%(first)s au %(last)s", first=first, last=day(sunday, style="day"))


def _first_free(lane: Lane, monday: dt.date) -> Interval | None:
    """The first free hours of the week that is shown: an hour, or what there is of it."""
    begin, least = day_start(monday, lane.terms.timezone), dt.timedelta(minutes=lane.terms.shortest)
    for free in lane.free:
        stretch = usual_from(lane.terms, max(free.stretch.start, begin)).intersection(free.stretch)
        if stretch is not None and stretch.duration >= least:
            return stretch
    return None


def _choosing(resource: str, terms: Terms) -> Choosing:
    return Choosing(
        resource=resource,
        step=terms.step,
        least=terms.shortest,
        most=terms.longest,
        book_url=url_for("bookings.book_page", resource=resource),
        quote_url=url_for("bookings.price_sentence", resource=resource),
    )


def _state(lane: Lane, now: dt.datetime) -> str:
    """What is so at this moment, in a tag."""
    zone = lane.terms.timezone
    step = dt.timedelta(minutes=lane.terms.step)
    for free in lane.free:
        if free.stretch.start <= now + step:
            return _("Libre jusqu’à %(hour)s", hour=hour_said(free.stretch.end, zone))
        if today(free.stretch.start, zone) == today(now, zone):
            return _("Libre à %(hour)s", hour=hour_said(free.stretch.start, zone))
        return _("Libre %(day)s", day=day(free.stretch.start, zone, "middle"))
    return ""


def _prices(terms: Terms) -> Iterator[tuple[str, str]]:
    """What who asks pays, by period."""
    if terms.sheet is None:
        return
    if terms.sheet.free:
        yield _("Pour vous") if terms.belongs else _("Pour tout le monde"), _("gratuit")
    else:
        for rate in terms.sheet.ascending:
            said = rate_said(rate, terms.step)
            yield said[:1].upper() + said[1:], money(rate.amount)


def _vat(terms: Terms) -> str:
    if terms.sheet is None or terms.sheet.free:
        return ""
    if not terms.vat.basis_points:
        return vat_said(None, 0)
    return _("TVA comprise")


def _rules(seen: ResourceSeen) -> Iterator[tuple[str, str]]:
    """The rules of use as pairs of a word and a sentence."""
    yield _("Durée"), _("%(least)s à %(most)s", least=duration(seen.shortest), most=duration(seen.longest))
    yield _("Par tranches de"), duration(seen.step)
    yield _("À l’avance"), ngettext("%(num)s jour au plus", "%(num)s jours au plus", seen.horizon_days)
    if seen.notice:
        yield _("Préavis"), _("%(notice)s au moins", notice=duration(seen.notice))
    if seen.buffer_before or seen.buffer_after:
        yield _("Battement"), _buffers(seen)
    yield _("Annulation"), cancellation_said(seen.free_cancel_hours, seen.kept_percent)
    if seen.booked_by is Audience.MEMBERS:
        yield _("Réservée"), _("aux membres du lieu")
    if seen.booked_by is Audience.STAFF:
        yield _("Réservée"), _("par l’accueil")
    if seen.capacity > 1:
        yield _("Capacité"), _("%(people)s personnes", people=seen.capacity)
    if seen.quantity > 1:
        yield _("En même temps"), _("jusqu’à %(most)s", most=seen.quantity)


def _buffers(seen: ResourceSeen) -> str:
    if seen.buffer_before and seen.buffer_after:
        return _(
            "%(before)s avant, %(after)s après",
            before=duration(seen.buffer_before),
            after=duration(seen.buffer_after),
        )
    if seen.buffer_before:
        return _("%(before)s avant", before=duration(seen.buffer_before))
    return _("%(after)s après", after=duration(seen.buffer_after))


def cancellation_said(hours: int, percent: int) -> str:
    """`gratuite 24 h avant, puis le lieu garde 50 %`."""
    if not percent:
        return _("gratuite")
    until = duration(hours * 60)
    if not hours:
        return _("gratuite jusqu’au début")
    return _("gratuite %(until)s avant, puis le lieu garde %(percent)s %%", until=until, percent=percent)


def _feed(seen: ResourceSeen) -> dict[str, Any] | None:
    """The addresses of the public calendar, where the lieu has one."""
    if not (seen.public_feeds and seen.seen_by is Audience.EVERYONE):
        return None
    path = f"/calendars/resources/{seen.slug}.ics"
    https = f"{settings().base_url}{path}"
    return {"https": https, "webcal": "webcal://" + https.partition("://")[2], "path": path}


def _hour_there(zone: str, now: dt.datetime) -> str:
    note = hour_note(now, zone)
    return _("Les heures sont celles du lieu (%(zone)s).", zone=note) if note else ""
