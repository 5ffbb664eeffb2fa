"""The words of places, and what is decided about them: when a lieu is open, where it is, who it is before the law."""

from __future__ import annotations

from booking.places.rules.distance import (
    EARTH_RADIUS_KM,
    POSITION,
    Box,
    Position,
    box_around,
    kilometres,
    read_position,
)
from booking.places.rules.drafts import (
    FARTHEST_DAYS,
    LieuIdentity,
    LieuLegal,
    LieuPractice,
    days_refusals,
    line_refusals,
    text_refusals,
)
from booking.places.rules.hours import (
    CLOSED,
    DAY,
    MOST_STRETCHES,
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
from booking.places.rules.words import KIND_NAMES, STATUS_NAMES, LieuKind, LieuStatus, VatRegime

__all__ = [
    "CLOSED",
    "DAY",
    "EARTH_RADIUS_KM",
    "FARTHEST_DAYS",
    "KIND_NAMES",
    "MOST_STRETCHES",
    "POSITION",
    "STATUS_NAMES",
    "Box",
    "HolidayTerritory",
    "Hours",
    "LieuIdentity",
    "LieuKind",
    "LieuLegal",
    "LieuPractice",
    "LieuStatus",
    "OpenState",
    "Position",
    "SpecialDays",
    "VatRegime",
    "Week",
    "box_around",
    "days_refusals",
    "holiday_territory",
    "hours_refusals",
    "kilometres",
    "line_refusals",
    "open_stretches",
    "read_position",
    "siret_is_valid",
    "state_at",
    "text_refusals",
    "tidy_siret",
    "web_address",
    "week_in_short",
    "week_refusals",
]
