"""Lieux for programs: the list, one of them, and the map."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, Any

from flask import Response, request

from booking import clock
from booking.db import read
from booking.db.pages import Page
from booking.errors import N_
from booking.people.asking import asker, bounded, settings
from booking.places.queries.hours import hours_of, special_days_ahead
from booking.places.queries.lieux import lieu_by_slug, map_points, search_lieux
from booking.places.rules import POSITION, LieuKind, LieuStatus, Position, read_position
from booking.places.schemas import ClockHours, LieuCard, LieuFilter, LieuSeen, WeekdayHours
from booking.values.wall import today
from booking.web.api import Asked, Call, Room, json_answer
from booking.web.dto import Between, Read, Text, answer_schema, page_schema, plain

room = Room("lieux", N_("Les lieux"))


@dataclass(frozen=True)
class LieuxNarrowed:
    """What a list of lieux is narrowed to."""

    q: Annotated[str, Text(100), N_("Des mots du nom ou de la commune.")] = ""
    kind: LieuKind | None = None
    status: LieuStatus | None = None
    bookable: Annotated[bool | None, N_("Sur Archipel, ou seulement recensé.")] = None
    near: Annotated[
        Position | None, Read(read_position, POSITION, "48.11,-1.68"), N_("Latitude et longitude : du plus proche.")
    ] = None
    within_km: Annotated[float | None, Between(0, 20_100), N_("Au plus si loin de « near ».")] = None

    def wish(self) -> LieuFilter:
        """The same for the core; a circle without extent holds its centre alone."""
        within = None if self.within_km is None else max(self.within_km, 0.001)
        return LieuFilter(self.q, self.kind, self.status, self.bookable, self.near, within)


@dataclass(frozen=True)
class LieuxAsked(Asked, LieuxNarrowed):
    """A part of such a list."""


@dataclass(frozen=True, slots=True)
class Lieu:
    """A lieu in a list."""

    slug: str
    name: str
    kind: LieuKind
    status: LieuStatus
    bookable: Annotated[bool, N_("Faux pour un lieu recensé qui n’est pas encore sur Archipel.")]
    example: Annotated[bool, N_("Vrai pour un lieu inventé, de démonstration.")]
    summary: str
    commune: str
    department: str
    latitude: float
    longitude: float
    timezone: str
    distance_km: float | None
    url: Annotated[str, N_("Sa page.")]


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day to come that does not follow the week."""

    day: dt.date
    label: str
    hours: Annotated[tuple[ClockHours, ...], N_("Fermé quand la liste est vide.")]


@dataclass(frozen=True, slots=True)
class LieuWhole:
    """A lieu with its address and hours."""

    slug: str
    name: str
    kind: LieuKind
    status: LieuStatus
    bookable: bool
    example: bool
    summary: str
    address: str
    postcode: str
    commune: str
    department: str
    region: str
    website: str | None
    latitude: float
    longitude: float
    timezone: str
    opening_hours: tuple[WeekdayHours, ...]
    special_days: tuple[SpecialDay, ...]
    url: str


@room.call(
    Call(
        "GET",
        "/lieux",
        bounded,
        N_("Les lieux, par nom, ou du plus proche au plus lointain."),
        page_schema(Lieu, "LieuList"),
        reads=LieuxAsked,
        refuses=(400,),
    )
)
def list_lieux(asked: LieuxAsked) -> Page[Lieu]:
    """A page of lieux."""
    page = read(search_lieux, asker(), asked.wish(), after=asked.cursor, limit=asked.limit)
    return Page(tuple(_in_list(card) for card in page.items), page.next)


@room.call(
    Call("GET", "/lieux/<slug>", bounded, N_("Un lieu, avec son adresse et ses horaires."), answer_schema(LieuWhole))
)
def get_lieu(slug: str) -> LieuWhole:
    """One lieu."""
    seen = read(lieu_by_slug, asker(), slug)
    day = today(clock.now(), seen.timezone)
    week = read(hours_of, seen.id, day, day).by_weekday
    special = read(special_days_ahead, seen.id, day)
    days = (SpecialDay(each.day, each.label, tuple(ClockHours.of(hours) for hours in each.hours)) for each in special)
    return _whole(seen, week, tuple(days))


@room.call(
    Call(
        "GET",
        "/lieux.geojson",
        bounded,
        N_("Les mêmes lieux, tous à la fois, pour une carte (GeoJSON, RFC 7946)."),
        {"type": "object", "required": ["type", "features"]},
        reads=LieuxNarrowed,
        media_type="application/geo+json",
    )
)
def map_lieux(asked: LieuxNarrowed) -> Response:
    """The points of the map."""
    features = [_feature(card) for card in read(map_points, asker(), asked.wish())]
    response = json_answer({"type": "FeatureCollection", "features": features})
    response.mimetype = "application/geo+json"
    response.add_etag()
    response.make_conditional(request)
    return response


def _page_of(slug: str) -> str:
    return f"{settings().base_url}/lieux/{slug}"


def _in_list(card: LieuCard) -> Lieu:
    return Lieu(
        slug=card.slug,
        name=card.name,
        kind=card.kind,
        status=card.status,
        bookable=card.bookable,
        example=card.example,
        summary=card.summary,
        commune=card.commune,
        department=card.department,
        latitude=card.latitude,
        longitude=card.longitude,
        timezone=card.timezone,
        distance_km=card.distance_km,
        url=_page_of(card.slug),
    )


def _whole(seen: LieuSeen, week: tuple[WeekdayHours, ...], special: tuple[SpecialDay, ...]) -> LieuWhole:
    return LieuWhole(
        slug=seen.slug,
        name=seen.name,
        kind=seen.kind,
        status=seen.status,
        bookable=seen.bookable,
        example=seen.example,
        summary=seen.summary,
        address=seen.address,
        postcode=seen.postcode,
        commune=seen.commune,
        department=seen.department,
        region=seen.region,
        website=seen.website,
        latitude=seen.latitude,
        longitude=seen.longitude,
        timezone=seen.timezone,
        opening_hours=week,
        special_days=special,
        url=_page_of(seen.slug),
    )


def _feature(card: LieuCard) -> dict[str, Any]:
    facts = plain(_in_list(card))
    position = [facts.pop("longitude"), facts.pop("latitude")]
    return {
        "type": "Feature",
        "id": card.slug,
        "geometry": {"type": "Point", "coordinates": position},
        "properties": facts,
    }
