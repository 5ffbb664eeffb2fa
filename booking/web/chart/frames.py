"""Windows on the earth, in Mercator's projection, as navigators use it.

Parallels and meridians are straight, directions are true, and shapes keep their form.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from booking.errors import N_

_KM_PER_DEGREE = 111.195
_POLE = 85.0


@dataclass(frozen=True, slots=True)
class Territory:
    """A rectangle of the earth that has a frame of its own, in degrees."""

    key: str
    name: str
    west: float
    south: float
    east: float
    north: float

    def holds(self, lat: float, lon: float) -> bool:
        """Whether the place lies in it."""
        return self.south <= lat <= self.north and self.west <= lon <= self.east


METROPOLE = Territory("metropole", N_("France métropolitaine"), -5.8, 41.0, 10.2, 51.4)
OVERSEAS = (
    Territory("guadeloupe", N_("Guadeloupe"), -61.9, 15.78, -60.92, 16.58),
    Territory("martinique", N_("Martinique"), -61.35, 14.32, -60.7, 14.96),
    Territory("guyane", N_("Guyane"), -55.0, 2.0, -51.3, 6.0),
    Territory("reunion", N_("La Réunion"), 55.12, -21.46, 55.95, -20.8),
    Territory("mayotte", N_("Mayotte"), 44.9, -13.08, 45.4, -12.58),
    Territory("saint-pierre-et-miquelon", N_("Saint-Pierre-et-Miquelon"), -56.55, 46.68, -56.0, 47.2),
    Territory("iles-du-nord", N_("Saint-Martin, Saint-Barthélemy"), -63.25, 17.8, -62.7, 18.2),
    Territory("nouvelle-caledonie", N_("Nouvelle-Calédonie"), 163.3, -23.0, 168.4, -19.4),
    Territory("polynesie", N_("Polynésie française, îles de la Société"), -152.1, -18.1, -148.9, -16.2),
    Territory("wallis", N_("Wallis"), -176.4, -13.5, -176.0, -13.1),
    Territory("futuna", N_("Futuna"), -178.3, -14.45, -177.95, -14.15),
)


@dataclass(frozen=True, slots=True)
class Frame:
    """A window on the earth: its size in units of the drawing and its north-west corner.

    `west` is the corner's longitude, `top` its Mercator height in degrees, `scale` the units per degree of longitude.
    """

    width: float
    height: float
    west: float
    top: float
    scale: float

    def project(self, lat: float, lon: float) -> tuple[float, float]:
        """The place in the frame's own units, x to the east and y to the south; outside it when it lies outside."""
        return (lon - self.west) * self.scale, (self.top - mercator(lat)) * self.scale

    def shows(self, lat: float, lon: float) -> bool:
        """Whether the place falls inside the frame."""
        x, y = self.project(lat, lon)
        return 0 <= x <= self.width and 0 <= y <= self.height

    @property
    def units_per_km(self) -> float:
        """At the frame's middle parallel; Mercator's scale grows towards the poles."""
        middle = unmercator(self.top - self.height / self.scale / 2)
        return self.scale / (_KM_PER_DEGREE * math.cos(math.radians(middle)))


def mercator(lat: float) -> float:
    """The Mercator height of a latitude, in degrees of longitude at the equator. Latitudes past 85° count as 85°."""
    held = math.radians(max(-_POLE, min(_POLE, lat)))
    return math.degrees(math.asinh(math.tan(held)))


def unmercator(height: float) -> float:
    """The latitude of a Mercator height."""
    return math.degrees(math.atan(math.sinh(math.radians(height))))


def fitted(territory: Territory, width: float, height: float, head: float = 0.0) -> Frame:
    """The frame of that size that shows the whole territory, in its middle, as large as it can be.

    `head` units at its top are left free, for a title.
    """
    across, high = territory.east - territory.west, mercator(territory.north) - mercator(territory.south)
    body = height - head
    scale = min(width / across, body / high)
    return Frame(
        width,
        height,
        west=(territory.west + territory.east) / 2 - width / scale / 2,
        top=(mercator(territory.north) + mercator(territory.south)) / 2 + (body / 2 + head) / scale,
        scale=scale,
    )


def around(lat: float, lon: float, km: float, width: float, height: float) -> Frame:
    """The frame of that size around a place that shows at least `km` in every direction."""
    half = km / (_KM_PER_DEGREE * math.cos(math.radians(lat)))
    scale = min(width, height) / (2 * half)
    return Frame(width, height, lon - width / scale / 2, mercator(lat) + height / scale / 2, scale)
