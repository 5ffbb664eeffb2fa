"""What can be booked, for programs: the list, and one resource with its rules and the prices of who asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from booking import clock
from booking.bookings.queries.terms import rate_sheets
from booking.db import read
from booking.db.pages import Page
from booking.errors import N_
from booking.people.asking import asker, bounded, settings
from booking.places.queries.hours import hours_of
from booking.places.rules import POSITION, Position, read_position
from booking.places.schemas import WeekdayHours
from booking.resources.queries.lists import search_resources
from booking.resources.queries.seen import resource_by_slug
from booking.resources.rules import Audience, Feature, ResourceKind, Take
from booking.resources.schemas import PhotoSeen, ResourceCard, ResourceFilter, ResourceSeen
from booking.tariffs.rules import Period, RateSheet, price_from
from booking.values.money import Money
from booking.values.wall import today
from booking.web.api import Asked, Call, Room
from booking.web.dto import Between, Read, Text, answer_schema, page_schema

room = Room("resources", N_("Les ressources"))


@dataclass(frozen=True)
class ResourcesAsked(Asked):
    """A part of a list of resources, and what it is narrowed to."""

    lieu: Annotated[str | None, Text(80)] = None
    kind: ResourceKind | None = None
    q: Annotated[str, Text(100), N_("Des mots du nom.")] = ""
    feature: Annotated[tuple[Feature, ...], N_("Chacun de ces équipements ; à répéter.")] = ()
    capacity: Annotated[int, Between(1, 10_000), N_("Combien de personnes au moins.")] = 1
    near: Annotated[
        Position | None, Read(read_position, POSITION, "48.11,-1.68"), N_("Latitude et longitude : du plus proche.")
    ] = None
    within_km: Annotated[float | None, Between(0, 20_100), N_("Au plus si loin de « near ».")] = None


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource in a list."""

    id: str
    name: str
    kind: ResourceKind
    summary: str
    capacity: Annotated[int, N_("Combien de personnes une unité accueille.")]
    quantity: Annotated[int, N_("Combien d’unités se réservent à la fois.")]
    features: tuple[Feature, ...]
    lieu: str
    lieu_name: str
    commune: str
    timezone: str
    latitude: float
    longitude: float
    distance_km: float | None
    price_from: Annotated[Money | None, N_("Pour qui demande ; null si gratuit ou sans tarif.")]
    price_period: Annotated[Period | None, N_("Ce que « price_from » paie.")]
    url: Annotated[str, N_("Sa page.")]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a resource."""

    url: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of use of a resource; lengths of time in minutes."""

    take: Annotated[Take, N_("« any » : une quantité de ses unités ; « all » : toutes ensemble.")]
    step: Annotated[int, N_("Les débuts et les durées sont des multiples de ce pas, compté depuis minuit.")]
    shortest: int
    longest: int
    notice: Annotated[int, N_("Combien de temps avant le début, au plus tard.")]
    horizon_days: Annotated[int, N_("Combien de jours à l’avance, au plus tôt.")]
    buffer_before: Annotated[int, N_("Temps de préparation, pris avant.")]
    buffer_after: Annotated[int, N_("Temps de remise en état, pris après.")]
    booked_by: Audience
    free_cancel_hours: Annotated[int, N_("Annuler ne coûte rien jusqu’à tant d’heures avant le début.")]
    kept_percent: Annotated[int, N_("La part du prix gardée ensuite.")]


@dataclass(frozen=True, slots=True)
class Tariff:
    """The price of one period, for who asks."""

    period: Period
    price: Money


@dataclass(frozen=True, slots=True)
class ResourceWhole:
    """A resource with its rules, hours and prices."""

    id: str
    name: str
    kind: ResourceKind
    summary: str
    text: str
    capacity: int
    quantity: int
    units: Annotated[tuple[str, ...], N_("Les noms des choses dont elle est faite.")]
    features: tuple[Feature, ...]
    photos: tuple[Picture, ...]
    lieu: str
    lieu_name: str
    timezone: str
    rules: Rules
    opening_hours: tuple[WeekdayHours, ...]
    free_of_charge: bool
    tariffs: Annotated[tuple[Tariff, ...], N_("Ce que paie qui demande ; la combinaison la moins chère est retenue.")]
    price_from: Money | None
    price_period: Period | None
    feed: Annotated[str | None, N_("Son calendrier public (iCalendar), si le lieu le permet.")]
    url: str


@room.call(
    Call(
        "GET",
        "/resources",
        bounded,
        N_("Ce qui se réserve, par lieu, ou du lieu le plus proche au plus lointain."),
        page_schema(Resource, "ResourceList"),
        reads=ResourcesAsked,
        refuses=(400,),
    )
)
def list_resources(asked: ResourcesAsked) -> Page[Resource]:
    """A page of resources, with what each costs who asks."""
    within = None if asked.within_km is None else max(asked.within_km, 0.001)
    wish = ResourceFilter(asked.q, asked.lieu, asked.kind, frozenset(asked.feature), asked.capacity, asked.near, within)
    page = read(search_resources, asker(), wish, after=asked.cursor, limit=asked.limit)
    sheets = read(rate_sheets, asker(), [card.id for card in page.items])
    return Page(tuple(_in_list(card, sheets.get(card.id)) for card in page.items), page.next)


@room.call(
    Call(
        "GET",
        "/resources/<id>",
        bounded,
        N_("Une ressource, avec ses règles, ses horaires et ses tarifs."),
        answer_schema(ResourceWhole),
    )
)
def get_resource(id: str) -> ResourceWhole:  # noqa: A002 - the parameter's name in the document
    """One resource."""
    seen = read(resource_by_slug, asker(), id)
    sheet = read(rate_sheets, asker(), [seen.id]).get(seen.id)
    day = today(clock.now(), seen.timezone)
    week = read(hours_of, seen.lieu_id, day, day).by_weekday
    return _whole(seen, sheet, week)


def _from(sheet: RateSheet | None) -> tuple[Money | None, Period | None]:
    rate = None if sheet is None else price_from(sheet)
    return (None, None) if rate is None else (rate.amount, rate.period)


def _page_of(slug: str) -> str:
    return f"{settings().base_url}/resources/{slug}"


def _in_list(card: ResourceCard, sheet: RateSheet | None) -> Resource:
    price, period = _from(sheet)
    return Resource(
        id=card.slug,
        name=card.name,
        kind=card.kind,
        summary=card.summary,
        capacity=card.capacity,
        quantity=card.quantity,
        features=card.features,
        lieu=card.lieu,
        lieu_name=card.lieu_name,
        commune=card.commune,
        timezone=card.timezone,
        latitude=card.latitude,
        longitude=card.longitude,
        distance_km=card.distance_km,
        price_from=price,
        price_period=period,
        url=_page_of(card.slug),
    )


def _whole(seen: ResourceSeen, sheet: RateSheet | None, week: tuple[WeekdayHours, ...]) -> ResourceWhole:
    price, period = _from(sheet)
    shown = seen.public_feeds and seen.seen_by is Audience.EVERYONE
    return ResourceWhole(
        id=seen.slug,
        name=seen.name,
        kind=seen.kind,
        summary=seen.summary,
        text=seen.text,
        capacity=seen.capacity,
        quantity=seen.quantity,
        units=seen.units,
        features=seen.features,
        photos=tuple(_picture(photo) for photo in seen.photos),
        lieu=seen.lieu,
        lieu_name=seen.lieu_name,
        timezone=seen.timezone,
        rules=Rules(
            take=seen.take,
            step=seen.step,
            shortest=seen.shortest,
            longest=seen.longest,
            notice=seen.notice,
            horizon_days=seen.horizon_days,
            buffer_before=seen.buffer_before,
            buffer_after=seen.buffer_after,
            booked_by=seen.booked_by,
            free_cancel_hours=seen.free_cancel_hours,
            kept_percent=seen.kept_percent,
        ),
        opening_hours=week,
        free_of_charge=sheet is not None and sheet.free,
        tariffs=() if sheet is None or sheet.free else tuple(Tariff(r.period, r.amount) for r in sheet.ascending),
        price_from=price,
        price_period=period,
        feed=f"{settings().base_url}/calendars/resources/{seen.slug}.ics" if shown else None,
        url=_page_of(seen.slug),
    )


def _picture(photo: PhotoSeen) -> Picture:
    return Picture(f"{settings().base_url}/photos/{photo.digest}", photo.alt, photo.width, photo.height)
