"""The words of places, and what is decided about them: when a lieu is open, where it is, who it is before the law."""

from __future__ import annotations

from booking.places.rules.distance import EARTH_RADIUS_KM, Box, Position, box_around, kilometres
from booking.places.rules.hours import (
    CLOSED,
    DAY,
    Hours,
    OpenState,
    SpecialDays,
    Week,
    hours_refusals,
    open_stretches,
    state_at,
    week_in_short,
    week_refusals,
)
from booking.places.rules.identity import (
    HolidayTerritory,
    holiday_territory,
    siret_is_valid,
    tidy_siret,
    web_address,
)
from booking.places.rules.words import LieuKind, LieuStatus, VatRegime

__all__ = [
    "CLOSED",
    "DAY",
    "EARTH_RADIUS_KM",
    "Box",
    "HolidayTerritory",
    "Hours",
    "LieuKind",
    "LieuStatus",
    "OpenState",
    "Position",
    "SpecialDays",
    "VatRegime",
    "Week",
    "box_around",
    "holiday_territory",
    "hours_refusals",
    "kilometres",
    "open_stretches",
    "siret_is_valid",
    "state_at",
    "tidy_siret",
    "web_address",
    "week_in_short",
    "week_refusals",
]
