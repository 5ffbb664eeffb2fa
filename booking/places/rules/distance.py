"""How far apart two positions are, and the rectangle that holds everything within a distance."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import asin, cos, degrees, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088
"""The mean radius of the Earth (IUGG)."""

_POLE = 90.0
_HALF_TURN = 180.0


@dataclass(frozen=True, slots=True)
class Position:
    """Degrees north and east. Raises ValueError off the globe, `nan` among it."""

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        if not (-_POLE <= self.latitude <= _POLE and -_HALF_TURN <= self.longitude <= _HALF_TURN):
            raise ValueError(f"no such position: {self.latitude}, {self.longitude}")


POSITION = r"^-?[0-9]{1,2}(\.[0-9]{1,9})?,-?[0-9]{1,3}(\.[0-9]{1,9})?$"
"""How a position is written in an address: degrees north, degrees east."""


def read_position(text: str) -> Position:
    """The position that `48.11,-1.68` means. Raises ValueError for anything else."""
    if not re.fullmatch(POSITION, text):
        raise ValueError(f"not a position: {text!r}")
    north, east = text.split(",")
    return Position(float(north), float(east))


@dataclass(frozen=True, slots=True)
class Box:
    """Everything between two latitudes and between two longitudes; where `west` > `east` it crosses the date line."""

    south: float
    west: float
    north: float
    east: float


def kilometres(a: Position, b: Position) -> float:
    """The length of the great circle between two positions (haversine formula, exact to 0.5 % on the real Earth)."""
    north, east = radians(b.latitude - a.latitude), radians(b.longitude - a.longitude)
    chord = sin(north / 2) ** 2 + cos(radians(a.latitude)) * cos(radians(b.latitude)) * sin(east / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(chord)))


def box_around(centre: Position, within_km: float) -> Box:
    """A rectangle that holds every position at most `within_km` from the centre; the whole width near a pole.

    Raises ValueError for a distance that is not positive.
    """
    if not within_km > 0:
        raise ValueError(f"no such distance: {within_km}")
    reach = degrees(within_km / EARTH_RADIUS_KM)
    south, north = centre.latitude - reach, centre.latitude + reach
    if south <= -_POLE or north >= _POLE:
        return Box(max(south, -_POLE), -_HALF_TURN, min(north, _POLE), _HALF_TURN)
    # The circle is widest where the meridian touches it, a little nearer to the pole than its centre.
    width = degrees(asin(sin(radians(reach)) / cos(radians(centre.latitude))))
    west, east = centre.longitude - width, centre.longitude + width
    return Box(south, west + 360 if west < -_HALF_TURN else west, north, east - 360 if east > _HALF_TURN else east)
