"""Where: the towns of France by name or position, from the gazetteer that the package carries (`data/README.md`)."""

from __future__ import annotations

import csv
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from heapq import nsmallest
from itertools import islice
from math import inf, radians
from pathlib import Path
from typing import NamedTuple

from booking.places.rules import EARTH_RADIUS_KM, Box, Position, kilometres
from booking.places.territories import DEPARTMENTS, department_of_postcode
from booking.values.codes import fold

_FAR_FROM_ANY_TOWN_KM = 100
_TEXT_LIMIT = 100
_WORDS_LIMIT = 12
_KM_OF_LATITUDE = EARTH_RADIUS_KM * radians(1)
_POSITION = re.compile(r"\s*([+-]?[0-9]{1,2}(?:\.[0-9]{1,15})?)\s*[,; ]\s*([+-]?[0-9]{1,3}(?:\.[0-9]{1,15})?)\s*")
_POSTCODE = re.compile(r"(?<!\w)[0-9]{5}(?!\w)")
_BEFORE = re.compile(r"(?:(?:autour|(?:aux )?alentours|(?:aux )?environs|pres) d(?:e|u|es)?|around|near) ")
_AFTER = re.compile(r"(?:^| )(?:(?:et|and) )?(?:(?:ses|les|its) )?(?:alentours|environs|surroundings|around|nearby)$")
_IN_FULL = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_FOLDED_DEPARTMENTS = {code: fold(name) for code, name in DEPARTMENTS.items()}
_AFTER_ALL = "\U0010ffff"


class Town(NamedTuple):
    """A town or a part of one: its centre in degrees, its people, its zone, its department's code (empty: unknown)."""

    name: str
    latitude: float
    longitude: float
    population: int
    timezone: str
    department: str

    @property
    def position(self) -> Position:
        """Its centre."""
        return Position(self.latitude, self.longitude)

    @property
    def department_name(self) -> str:
        """`Loire`, `La Réunion`; empty when the department is unknown."""
        return DEPARTMENTS.get(self.department, "")


class Towns:
    """An index of towns. Names are compared without accents, case or punctuation, `St` as `Saint`."""

    def __init__(self, towns: Iterable[Town]) -> None:
        # A town's rank is its place by population; a name is found by bisection among pairs of a key and a rank.
        self._towns = sorted(towns, key=lambda town: -town.population)
        names = [_in_full(fold(town.name)) for town in self._towns]
        self._names = sorted((name, rank) for rank, name in enumerate(names))
        self._tails = sorted((tail, rank) for rank, name in enumerate(names) for tail in _tails(name))
        self._by_latitude = sorted((town.latitude, rank) for rank, town in enumerate(self._towns))
        self._times = Counter(names)

    def __len__(self) -> int:
        return len(self._towns)

    def find(self, text: str, limit: int = 8) -> list[Town]:
        """The towns that a person may mean, best first: the very name, then its beginning, then that of a later word.

        Among equals the bigger comes first, but a department told with the name (`Saint-Denis (93)`, `Saint-Denis,
        La Réunion`, `93200 Saint-Denis`) brings its own to the front. `Rennes et alentours` is Rennes. A position
        (`48.11,-1.68`) gives the nearest town, moved to that very position, if there is one within a hundred
        kilometres. A postcode alone gives nothing: the gazetteer knows none.
        """
        text = text[:_TEXT_LIMIT]
        position = _POSITION.fullmatch(text)
        if position:
            return self._around(float(position[1]), float(position[2]))[:limit]
        postcode = _POSTCODE.search(text)
        words = _AFTER.sub("", _BEFORE.sub("", fold(_POSTCODE.sub(" ", text)), count=1)).split()[:_WORDS_LIMIT]
        for name, told in _readings(words):
            departments = {department_of_postcode(postcode[0])} if postcode else told
            ranks = self._ranks(name, len(self._towns) if departments else limit)
            if ranks:
                ranks.sort(key=lambda rank: self._towns[rank].department not in departments)
                return [self._towns[rank] for rank in ranks[:limit]]
        return []

    def nearest(self, latitude: float, longitude: float) -> Town:
        """The town whose centre is nearest to a position in degrees.

        Raises ValueError off the globe and LookupError when there is no town.
        """
        here = Position(latitude, longitude)
        start = bisect_left(self._by_latitude, (latitude, 0))
        best = (inf, -1)
        for places in (range(start, len(self._by_latitude)), range(start - 1, -1, -1)):
            for place in places:
                north, rank = self._by_latitude[place]
                if abs(north - latitude) * _KM_OF_LATITUDE > best[0]:
                    break
                best = min(best, (kilometres(here, self._towns[rank].position), rank))
        if best[1] < 0:
            raise LookupError("there is no town")
        return self._towns[best[1]]

    def biggest(self, within: Box, limit: int) -> list[Town]:
        """The biggest towns inside a box that does not cross the date line, the biggest first."""
        inside = (
            town
            for town in self._towns
            if within.south <= town.latitude <= within.north and within.west <= town.longitude <= within.east
        )
        return list(islice(inside, limit))

    def label(self, town: Town) -> str:
        """The name to show and to find it again by: with the department where several towns share the name."""
        shared = self._times[_in_full(fold(town.name))] > 1
        return f"{town.name} ({town.department_name})" if shared and town.department else town.name

    def _around(self, latitude: float, longitude: float) -> list[Town]:
        try:
            town = self.nearest(latitude, longitude)
        except (LookupError, ValueError):
            return []
        if kilometres(Position(latitude, longitude), town.position) > _FAR_FROM_ANY_TOWN_KM:
            return []
        return [town._replace(latitude=latitude, longitude=longitude)]

    def _ranks(self, words: list[str], limit: int) -> list[int]:
        """The best `limit` towns of a name whose last word may be unfinished: `st` begins Strasbourg too."""
        typed = " ".join(words)
        full = _in_full(typed)
        for name in (f"{full.rpartition(' ')[0]} {words[-1]}".strip(), full):
            beginning = name + _AFTER_ALL
            ranks = dict.fromkeys(_between(self._names, name, name + " ")[:limit])
            ranks |= dict.fromkeys(nsmallest(limit, _between(self._names, name + " ", beginning)))
            ranks |= dict.fromkeys(nsmallest(limit, _between(self._tails, name, beginning)))
            if ranks:
                return list(ranks)
        return []


def read_towns(lines: Iterable[str]) -> Iterator[Town]:
    """The towns of the gazetteer's CSV (lines of text, header first). Raises ValueError for any other file."""
    rows = csv.reader(lines)
    if next(rows, None) != ["geonameid", "name", "country", "lat", "lon", "population", "timezone", "department"]:
        raise ValueError("this is not the gazetteer of towns")
    for _, name, _, latitude, longitude, population, timezone, department in rows:
        yield Town(name, float(latitude), float(longitude), int(population), timezone, department)


@lru_cache(maxsize=2)
def towns(path: Path) -> Towns:
    """The index of the gazetteer in a file, read once in a process."""
    with path.open(encoding="utf-8", newline="") as lines:
        return Towns(read_towns(lines))


def _between(pairs: list[tuple[str, int]], first: str, beyond: str) -> list[int]:
    """The ranks of the keys from `first` to before `beyond`."""
    return [rank for _, rank in pairs[bisect_left(pairs, (first, -1)) : bisect_left(pairs, (beyond, -1))]]


def _tails(name: str) -> Iterator[str]:
    """`le puy en velay` -> `puy en velay`, `en velay`, `velay`."""
    while " " in name:
        name = name.partition(" ")[2]
        yield name


def _in_full(folded: str) -> str:
    """`chalon s saone` -> `chalon sur saone`, `st lo` -> `saint lo`."""
    if " s " in folded:
        folded = folded.replace(" s ", " sur ")
    return " ".join([_IN_FULL.get(word, word) for word in folded.split(" ")])


def _readings(words: list[str]) -> Iterator[tuple[list[str], set[str]]]:
    """The ways to take the words for a town's name followed by departments' codes, the most likely first."""
    if words:
        yield words, set()
    ends = [(words[:end], " ".join(words[end:])) for end in range(len(words) - 1, 0, -1)]
    yield from ((name, set()) for name, rest in ends if rest == "france")
    exact = ((name, {c for c, d in _FOLDED_DEPARTMENTS.items() if rest in {c.casefold(), d}}) for name, rest in ends)
    yield from (reading for reading in exact if reading[1])
    begun = ((name, {c for c, d in _FOLDED_DEPARTMENTS.items() if f" {rest}" in f" {d}"}) for name, rest in ends)
    yield from (reading for reading in begun if reading[1])
