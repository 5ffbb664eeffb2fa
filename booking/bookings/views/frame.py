"""What the pages of bookings share: their blueprint, and words that several of them say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _

from booking.bookings.schemas import Alternative
from booking.people.asking import asker
from booking.places.rules import holidays_in
from booking.resources.rules import KIND_PLURALS, ResourceKind
from booking.tariffs.rules import SENTENCES, Rate
from booking.tariffs.schemas import LineSeen
from booking.tariffs.words import PERIODS_SAID
from booking.values.interval import Interval
from booking.values.money import Money
from booking.web.axis import hours_of
from booking.web.formats import day, money, number
from booking.web.zones import PARIS, gap_said, zone_said

blueprint = Blueprint("bookings", __name__)

FEW_KM = 10


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One line of a price in words, as `components/quote.html` draws it."""

    label: str
    amount: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """Another stretch that is free, in words, with the page that books it."""

    when: str
    where: str
    href: str


def reason_said(reason: str) -> str:
    """Why nothing can be had: a public holiday in the reader's language, anything else as it was written."""
    return ", ".join(_(name) for name in holidays_in(reason)) or reason


def price_lines(lines: Iterable[LineSeen]) -> list[PriceLine]:
    """The lines of a price in the reader's language."""
    return [PriceLine(_(SENTENCES[line.code], **line.params), money(line.amount), _each(line)) for line in lines]


def _each(line: LineSeen) -> str:
    """What one of several costs: `à 7,00 €`; amounts are whole multiples by construction."""
    count = line.params.get("count", 1)
    return _("à %(price)s", price=money(Money(line.amount.amount // count, line.amount.unit))) if count > 1 else ""


def total_said(total: Money | None) -> str:
    """`12,00 €`, `Gratuit`; nothing when there is no price."""
    if total is None:
        return ""
    return money(total) if total else _("Gratuit")


def vat_said(vat: Money | None, basis_points: int) -> str:
    """`dont TVA 20 % : 1,00 €`, or the legal sentence of who charges none (article 293 B of the French tax code)."""
    if not basis_points or vat is None:
        return _("TVA non applicable, art. 293 B du CGI")
    rate = number(Decimal(basis_points) / 100, 2)
    return _("dont TVA %(rate)s %% : %(vat)s", rate=rate, vat=money(vat))


def rate_said(rate: Rate, step: int) -> str:
    """`l’heure`, `les 30 min`: what the amount of a rate pays for."""
    return _(PERIODS_SAID[rate.period], minutes=step)


def kinds_said(kinds: Sequence[ResourceKind]) -> str:
    """`Bureaux, machines, salles`."""
    words = ", ".join(_(KIND_PLURALS[kind]) for kind in kinds)
    return words[:1] + words[1:].lower()


def distance_said(kilometres: float) -> str:
    """`à 1,2 km`, `à 140 km`."""
    if kilometres < 1:
        return _("à moins d’1 km")
    places = 1 if kilometres < FEW_KM else 0
    return _("à %(distance)s km", distance=number(Decimal(round(kilometres, places)), places))


def when_said(stretch: Interval, zone: str) -> str:
    """`jeu. 11 juin, 14:00–16:00`."""
    return f"{day(stretch.start, zone, 'short')}, {hours_of(stretch, zone)}"


def instant_text(at: dt.datetime) -> str:
    """An instant in an address, `2026-06-12T12:00:00Z`."""
    return at.isoformat().removesuffix("+00:00") + "Z"


def book_url(resource: str, stretch: Interval, quantity: int = 1, **more: str | None) -> str:
    """The page that books this stretch."""
    return url_for(
        "bookings.book_page",
        resource=resource,
        start=instant_text(stretch.start),
        end=instant_text(stretch.end),
        quantity=quantity if quantity > 1 else None,
        **more,  # type: ignore[arg-type]  # url_for takes any value of the query
    )


def ways(found: Iterable[Alternative], resource: str, quantity: int) -> list[Way]:
    """Alternatives as links, the resource and the lieu named where they are others."""
    out = []
    for each in found:
        where = each.lieu_name if each.resource == resource else f"{each.resource_name}, {each.lieu_name}"
        if each.distance_km:
            where = f"{where}, {distance_said(each.distance_km)}"
        out.append(Way(when_said(each.stretch, each.timezone), where, book_url(each.resource, each.stretch, quantity)))
    return out


def here() -> str:
    """The zone of who looks at the page; Paris for who has not said another."""
    return asker().timezone or PARIS


def hour_note(at: dt.datetime, zone: str) -> str:
    """`heure de La Réunion, 2 h de plus qu’à Paris`; nothing where the clocks show the same."""
    gap = gap_said(at, zone, here())
    return f"{zone_said(zone)}, {gap}" if gap else ""


def lieu_url(slug: str) -> str:
    """The page of a lieu."""
    return f"/lieux/{slug}"


def planning_url(slug: str, date: dt.date | None = None) -> str:
    """The planning of a lieu, of today or of that day."""
    return f"/lieux/{slug}/planning" + (f"?day={date.isoformat()}" if date else "")


@blueprint.context_processor
def addresses() -> dict[str, Any]:
    """The addresses that templates ask for by a word."""
    return {
        "lieu_url": lieu_url,
        "planning_url": planning_url,
        "here_again": here_again,
        "calendars_url": "/account/calendars",
    }


def here_again(**changes: Any) -> str:
    """The address of this page with some of its query changed; None takes a value away."""
    query: dict[str, Any] = {**request.args.to_dict(flat=False), **changes}
    return url_for(str(request.endpoint), **{**(request.view_args or {}), **query})
