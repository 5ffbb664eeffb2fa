"""`/lieux/<lieu>`: what a lieu is, what can be booked there, when it opens and where it stands."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.bookings.queries.search import Wanted, availability
from booking.bookings.schemas import Offer
from booking.db import read
from booking.people.asking import asker, bounded
from booking.people.schemas import Asker
from booking.places.queries import hours as calendar
from booking.places.queries import lieux
from booking.places.rules import KIND_NAMES, Position, VatRegime, state_at
from booking.places.schemas import LieuFilter, LieuSeen
from booking.places.views.chart import chart_around, tiles
from booking.places.views.frame import AHEAD, blueprint, page
from booking.places.views.words import days_in_short, hours_said, state_said, week_said
from booking.resources.queries.lists import search_resources
from booking.resources.rules import FEATURE_NAMES, KIND_PLURALS, ResourceKind
from booking.resources.schemas import ResourceCard, ResourceFilter
from booking.tariffs.rules import Period
from booking.tariffs.words import PERIODS_SAID
from booking.values.interval import Interval
from booking.values.wall import today, wall_of
from booking.web.axis import clock as clock_of
from booking.web.axis import hours_of
from booking.web.formats import day as day_said
from booking.web.formats import money

LOOK_AHEAD = dt.timedelta(days=7)
"""How far the next free time is looked for."""

LONGEST_STEP = dt.timedelta(days=1)
"""A step that is running may still be taken."""

FEW = 3
MOST = 200


@dataclass(frozen=True, slots=True)
class Row:
    """A resource in the list of its lieu, in words. `price` is an amount or a word, `unit` what it pays for."""

    slug: str
    name: str
    detail: str
    following: str
    price: str
    unit: str
    free_now: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The resources of a kind, and how many of them are free at this moment."""

    key: str
    name: str
    rows: tuple[Row, ...]

    @property
    def free_now(self) -> int:
        """How many are free now."""
        return sum(row.free_now for row in self.rows)


@blueprint.get("/lieux/<lieu>")
@bounded
def lieu_page(lieu: str) -> ResponseReturnValue:
    """A lieu that is on Archipel, one in the making, or one that the census alone knows."""
    who = asker()
    now = clock.now()
    seen = read(lieux.lieu_by_slug, who, lieu)
    if seen.bookable or who.staffs(seen.id):
        return _on_archipel(who, seen, now)
    near = Position(seen.latitude, seen.longitude)
    others = read(lieux.search_lieux, who, LieuFilter(bookable=True, near=near), limit=FEW).items
    return page(
        "lieu_known",
        lieu=seen,
        kind=KIND_NAMES[seen.kind],
        others=others,
        chart=chart_around(seen.slug, seen.name, near, others),
        tiles=tiles(),
    )


def _on_archipel(who: Asker, seen: LieuSeen, now: dt.datetime) -> ResponseReturnValue:
    g.lieu_in_mind = seen.slug
    first = today(now, seen.timezone)
    opening = read(calendar.hours_of, seen.id, first, first + AHEAD)
    special = [each for each in read(calendar.special_days_ahead, seen.id, first) if each.day <= first + AHEAD]
    cards = read(search_resources, who, ResourceFilter(lieu=seen.slug), limit=MOST)
    span = Interval(now - LONGEST_STEP, now + LOOK_AHEAD)
    offers = {offer.resource: offer for offer in read(availability, who, Wanted(span, lieu=seen.slug), now)}
    rows = {card.slug: _row(card, offers.get(card.slug), now) for card in cards.items}
    groups = [
        Group(kind.value, _(KIND_PLURALS[kind]), tuple(rows[card.slug] for card in cards.items if card.kind is kind))
        for kind in ResourceKind
    ]
    state = state_at(opening.week, opening.special_days, seen.timezone, now)
    return page(
        "lieu",
        lieu=seen,
        kind=KIND_NAMES[seen.kind],
        groups=[group for group in groups if group.rows],
        state=state,
        state_said=state_said(state, seen.timezone, now),
        week=week_said(opening.week),
        special=days_in_short(special),
        hours_said=hours_said,
        chart=chart_around(seen.slug, seen.name, Position(seen.latitude, seen.longitude)),
        tiles=tiles(),
        vat_included=seen.vat_regime is VatRegime.INCLUDED,
        staffed=who.staffs(seen.id),
        managed=who.manages(seen.id),
        now=now,
    )


def _row(card: ResourceCard, offer: Offer | None, now: dt.datetime) -> Row:
    features = [_(FEATURE_NAMES[feature]).lower() for feature in card.features]
    size = [_("%(count)s places", count=card.capacity)] if card.kind is ResourceKind.ROOM and card.capacity > 1 else []
    pool = [_("%(count)s au choix", count=card.quantity)] if card.quantity > 1 else []
    price, unit = _price(offer)
    return Row(
        slug=card.slug,
        name=card.name,
        detail=" · ".join([*pool, *size, *([card.summary] if card.summary else features)]),
        following=_following(card, offer, now),
        price=price,
        unit=unit,
        free_now=offer is not None and any(each.stretch.start <= now < each.stretch.end for each in offer.free),
    )


def _price(offer: Offer | None) -> tuple[str, str]:
    """An amount and what it pays for, or a word and nothing."""
    if offer is None:
        return "", ""
    if offer.free_of_charge:
        return _("gratuit"), ""
    if offer.price_from is None or offer.price_period is None:
        return _("tarif à venir"), ""
    return money(offer.price_from), _(PERIODS_SAID[Period(offer.price_period)], minutes=offer.step)


def _following(card: ResourceCard, offer: Offer | None, now: dt.datetime) -> str:
    if offer is None:
        return ""
    if not offer.free:
        return _("rien cette semaine")
    found = min(offer.free, key=lambda each: (each.stretch.start, -each.quantity, each.stretch.end)).stretch
    if found.start <= now:
        return _("maintenant–%(end)s", end=clock_of(found.end, card.timezone))
    hours = hours_of(found, card.timezone)
    distance = (wall_of(found.start, card.timezone).day - today(now, card.timezone)).days
    if distance == 0:
        return hours
    if distance == 1:
        return _("demain %(hours)s", hours=hours)
    return f"{day_said(found.start, card.timezone, 'short')} {hours}"
