"""A lieu in the answer to a search, in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask_babel import gettext as _

from booking.bookings.queries.around import PRICED, LieuFound
from booking.bookings.schemas import Looked
from booking.bookings.views.frame import book_url, distance_said, here, kinds_said, rate_said, total_said
from booking.bookings.views.slots import axis_of
from booking.values.interval import Interval, without
from booking.values.wall import wall_of
from booking.web.axis import Axis, Part, Slot, hours_of
from booking.web.formats import day, minute, money
from booking.web.zones import gap_said, zone_said


@dataclass(frozen=True, slots=True)
class Card:
    """A lieu found, in words. `rest` counts the resources free at those hours that are not named."""

    number: str
    found: LieuFound
    where: str
    kinds: str
    note: str
    price: str
    unit: str
    when: str
    detail: str
    href: str
    axis: Axis
    strip: tuple[Slot, ...]
    strip_said: str
    offers: tuple[tuple[str, str, str], ...]
    rest: int


def card_of(number: int, found: LieuFound, looked: Looked, now: dt.datetime) -> Card:
    """The lieu in the reader's language, under its number on the chart."""
    zone = found.timezone
    seen = axis_of(found.open, found.wanted, looked.day, zone)
    whole = Interval(seen.origin, seen.origin + dt.timedelta(minutes=seen.span))
    taken = [piece for each in without(found.open, found.free) for piece in [each] if piece.end > now]
    parts = [
        *(Part("closed", piece) for piece in without([whole], found.open)),
        *(Part("taken", piece) for piece in taken),
        *(Part("free", piece) for piece in found.free),
        Part("draft", found.wanted),
    ]
    when, detail, href = _following(found, looked)
    price = found.price_from
    where = ", ".join(
        part for part in (found.commune, "" if found.distance_km is None else distance_said(found.distance_km)) if part
    )
    return Card(
        number=str(number),
        found=found,
        where=where,
        kinds=kinds_said(found.kinds),
        note=_hour_there(zone, now),
        price=_("Gratuit") if price is None and found.free_of_charge else "" if price is None else money(price.amount),
        unit="" if price is None else rate_said(price, found.step),
        when=when,
        detail=detail,
        href=href,
        axis=seen,
        strip=seen.place(parts),
        strip_said=_strip_said(found),
        offers=tuple(
            (each.name, total_said(each.total), book_url(each.resource, found.wanted, looked.quantity))
            for each in found.bookable[:PRICED]
        ),
        rest=max(0, len(found.bookable) - PRICED),
    )


def _following(found: LieuFound, looked: Looked) -> tuple[str, str, str]:
    """The next free stretch in words, how many there are, and the page that books one."""
    zone = found.timezone
    if found.bookable:
        many = _("%(free)s sur %(all)s", free=len(found.bookable), all=found.resources)
        return (
            hours_of(found.wanted, zone),
            many,
            book_url(found.bookable[0].resource, found.wanted, looked.quantity),
        )
    stretch = found.following
    if stretch is None:
        return "", "", ""
    asked = Interval(stretch.start, stretch.start + found.wanted.duration)
    detail = "" if found.day.contains(asked) else day(stretch.start, zone, "middle")
    if gap_said(stretch.start, zone, here()):
        detail = ", ".join(part for part in (detail, zone_said(zone)) if part)
    return hours_of(stretch, zone), detail, book_url(found.following_resource, asked, looked.quantity)


def _hour_there(zone: str, now: dt.datetime) -> str:
    gap = gap_said(now, zone, here())
    return _("Il y est %(hour)s, %(gap)s.", hour=minute(wall_of(now, zone).minute), gap=gap) if gap else ""


def _strip_said(found: LieuFound) -> str:
    """The day strip in a sentence."""
    title = day(found.day.start, found.timezone, "middle")
    if not found.open:
        return _("%(day)s : fermé", day=title)
    if not found.free:
        return _("%(day)s : complet", day=title)
    hours = ", ".join(hours_of(piece, found.timezone) for piece in found.free)
    return _("%(day)s : libre %(hours)s", day=title, hours=hours)
