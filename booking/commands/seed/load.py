"""What the load consists of, drawn from its seed: batches of rows in the order of their tables."""
# ruff: noqa: FBT003, S311 - rows are positional; the load is drawn at random, repeatably, and holds no secret

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from booking.bookings.actions.texts import TextFacts, owner_text, public_text
from booking.resources.rules import ResourceKind
from booking.tariffs.rules import Period, Rate, RateSheet, Vat, price_lines
from booking.values.codes import ALPHABET, fold
from booking.values.interval import Interval
from booking.values.money import Money
from booking.values.wall import at_minute, today, wall_of

ZONE = "Europe/Paris"
BATCH = 10_000
AHEAD = 30
SLOTS = ((9 * 60, 11 * 60), (11 * 60 + 30, 13 * 60), (14 * 60, 17 * 60))
"""Bookings of each unit on an open day, in wall minutes: 6.5 of 12 open hours."""

CODE_LENGTH = 9
_CODES = len(ALPHABET) ** CODE_LENGTH
_STRIDE = 7_368_787_001
"""Coprime with the number of codes, so that counting by it meets every code once."""

KINDS = (
    (ResourceKind.DESK, "Bureau", 1, 1, 60),
    (ResourceKind.ROOM, "Salle", 1, 8, 15),
    (ResourceKind.MACHINE, "Machine", 1, 1, 15),
    (ResourceKind.DESK, "Grande table", 4, 1, 10),
)
"""Kind, name, units, capacity, and how many in a hundred resources."""


@dataclass(frozen=True)
class Load:
    """How much of what."""

    lieux: int
    resources: int
    bookings: int
    members: int
    seed: int

    def mistakes(self) -> list[str]:
        """Why this cannot be made, a sentence each."""
        found = [
            f"--{name}: a number from {least} on"
            for name, least in (("lieux", 1), ("resources", 1), ("members", 1), ("bookings", 0), ("seed", 0))
            if getattr(self, name) < least
        ]
        if not found and self.resources < self.lieux:
            found.append("--resources: at least one for each lieu")
        return found


@dataclass
class Batch:
    """Rows to write together, and how many bookings are among them."""

    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    bookings: int = 0

    def add(self, table: str, *row: Any) -> None:
        """One more row."""
        self.rows.setdefault(table, []).append(row)


@dataclass(frozen=True, slots=True)
class _Lieu:
    id: int
    name: str
    book: int
    revenue: int
    vat: int
    version: int
    tariff: int


@dataclass(frozen=True, slots=True)
class _Unit:
    id: int
    resource: int
    name: str
    kind: ResourceKind
    lieu: _Lieu


def plan(load: Load, last: Mapping[str, int], now: dt.datetime) -> Iterator[Batch]:
    """First the archipelago in one batch, then its bookings in batches."""
    dice = random.Random(load.seed)
    ids = {table: start + 1 for table, start in last.items()}
    first = Batch()
    units, members = _archipelago(load, first, ids, dice, now)
    receivables = _receivables(first, ids, units, members, now)
    yield first
    yield from _bookings(load, ids, units, receivables, dice, now)


def _next(ids: dict[str, int], table: str) -> int:
    ids[table] += 1
    return ids[table] - 1


def _uid(dice: random.Random, now: dt.datetime) -> str:
    bits = dice.getrandbits(74)
    text = f"{int(now.timestamp() * 1000):012x}7{bits >> 62:03x}{0x8 | bits >> 60 & 3:x}{bits & (1 << 60) - 1:015x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _archipelago(
    load: Load, batch: Batch, ids: dict[str, int], dice: random.Random, now: dt.datetime
) -> tuple[list[_Unit], list[int]]:
    lieux = [_lieu(batch, ids, dice, now) for _ in range(load.lieux)]
    units: list[_Unit] = []
    weights = [share for *_, share in KINDS]
    for number in range(load.resources):
        lieu = lieux[number % load.lieux]
        kind, word, how_many, capacity, _share = dice.choices(KINDS, weights)[0]
        resource = _next(ids, "resource")
        name = f"{word} {resource}"
        batch.add(
            "resource", resource, lieu.id, f"charge-{resource}", kind.value, name, fold(name), "", "", capacity,
            "any" if how_many > 1 else "all", 30, 30, 20160, 0, 90, 0, 0, "everyone", "everyone", 24, 50, number,
            now, now,
        )  # fmt: skip
        batch.add("resource_tariff", resource, lieu.tariff, lieu.id)
        batch.add("feed_counter", f"resource:{resource}", 1, now)
        for _ in range(how_many):
            unit = _next(ids, "unit")
            batch.add("unit", unit, lieu.id, f"{name}, {unit}")
            batch.add("resource_unit", resource, unit, lieu.id)
            units.append(_Unit(unit, resource, name, kind, lieu))
    members = []
    for _ in range(load.members):
        member = _next(ids, "member")
        members.append(member)
        batch.add(
            "member", member, _uid(dice, now), f"charge{member}@exemple.fr", f"Membre {member}", "fr", False, False,
            False, now, now,
        )  # fmt: skip
        batch.add("feed_counter", f"member:{member}", 1, now)
    return units, members


def _lieu(batch: Batch, ids: dict[str, int], dice: random.Random, now: dt.datetime) -> _Lieu:
    lieu = _next(ids, "lieu")
    name = f"Lieu de charge {lieu}"
    batch.add(
        "lieu", lieu, f"charge-{lieu}", name, fold(name), "coworking", "open", True, True, "", "", "",
        "Clermont-Ferrand", "", "63", "", round(dice.uniform(43.5, 50.5), 5), round(dice.uniform(-1.5, 6.5), 5), ZONE,
        False, 780, True, "", "", "included", 2000, 0, now, now,
    )  # fmt: skip
    for weekday in range(7):
        batch.add("opening", lieu, weekday, 480, 1200)
    book, rule = _next(ids, "book"), _next(ids, "rule_version")
    batch.add("book", book, lieu)
    accounts = {}
    for kind in ("revenue", "vat", "cash", "receivable"):
        accounts[kind] = _next(ids, "account")
        batch.add("account", accounts[kind], book, lieu, "EUR", kind, None, now)
    tariff = _next(ids, "tariff")
    batch.add("rule_version", rule, lieu, f"tariff:{tariff}", {"public": {"hour": 400, "day": 2400}}, now)
    batch.add("tariff", tariff, _uid(dice, now), lieu, "Tarif d’usage", False, rule, now)
    for period, amount in (("hour", 400), ("day", 2400)):
        batch.add("rate", tariff, "public", period, lieu, amount, "EUR")
    return _Lieu(lieu, name, book, accounts["revenue"], accounts["vat"], rule, tariff)


def _receivables(
    batch: Batch, ids: dict[str, int], units: list[_Unit], members: list[int], now: dt.datetime
) -> dict[tuple[int, int], int]:
    """An account for each member in each of the few lieux that the member books in; each lieu has somebody."""
    lieux = sorted({u.lieu for u in units}, key=lambda each: each.id)
    pairs = {
        (members[n % len(members)], lieu.id): lieu
        for n in range(max(len(members), len(lieux)))
        for lieu in _frequented(lieux, n)
    }
    found = {}
    for (member, _), lieu in pairs.items():
        account = _next(ids, "account")
        found[member, lieu.id] = account
        batch.add("account", account, lieu.book, lieu.id, "EUR", "receivable", member, now)
    return found


def _frequented(lieux: list[_Lieu], member: int) -> list[_Lieu]:
    return list({lieux[(member + k) % len(lieux)].id: lieux[(member + k) % len(lieux)] for k in range(3)}.values())


def _slots(now: dt.datetime) -> Iterator[tuple[Interval, dt.datetime]]:
    """The stretches that every unit is booked for, latest first, each with the instant at which it was booked."""
    day = today(now, ZONE) + dt.timedelta(days=AHEAD)
    while True:
        if day.weekday() < 6:  # noqa: PLR2004 - Sunday is quiet
            for start, end in reversed(SLOTS):
                stretch = Interval(at_minute(day, start, ZONE), at_minute(day, end, ZONE))
                yield stretch, min(now, stretch.start - dt.timedelta(days=2))
        day -= dt.timedelta(days=1)


def _bookings(
    load: Load,
    ids: dict[str, int],
    units: list[_Unit],
    receivables: Mapping[tuple[int, int], int],
    dice: random.Random,
    now: dt.datetime,
) -> Iterator[Batch]:
    by_lieu: dict[int, list[int]] = {}
    for member, lieu in receivables:
        by_lieu.setdefault(lieu, []).append(member)
    tzdata = version("tzdata")
    sheet = RateSheet((Rate(Period.HOUR, Money(400)), Rate(Period.DAY, Money(2400))), 30, 780, ZONE)
    batch = Batch()
    left = load.bookings
    for stretch, at in _slots(now):
        price = price_lines(stretch, 1, sheet, Vat(2000))
        walls = str(wall_of(stretch.start, ZONE)), str(wall_of(stretch.end, ZONE))
        status = "completed" if stretch.end <= now else "confirmed"
        for unit in units:
            if not left:
                break
            left -= 1
            member = dice.choice(by_lieu[unit.lieu.id])
            _booking(batch, ids, unit, member, receivables, stretch, price, walls, status, at, tzdata, dice)
            batch.bookings += 1
            if batch.bookings == BATCH:
                yield batch
                batch = Batch()
        if not left:
            break
    if batch.bookings:
        yield batch


def _booking(  # noqa: PLR0913, PLR0917 - one row's facts, drawn by the loop above
    batch: Batch,
    ids: dict[str, int],
    unit: _Unit,
    member: int,
    receivables: Mapping[tuple[int, int], int],
    stretch: Interval,
    price: Any,
    walls: tuple[str, str],
    status: str,
    at: dt.datetime,
    tzdata: str,
    dice: random.Random,
) -> None:
    lieu = unit.lieu
    booking, claim, quote = _next(ids, "booking"), _next(ids, "claim"), _next(ids, "quote")
    uid = _uid(dice, at)
    code = _code(booking)
    total, vat = price.total.amount, price.vat.amount
    batch.add("claim", claim, lieu.id, "booking")
    batch.add("occupancy", unit.id, stretch.start, stretch.end, claim, lieu.id)
    batch.add(
        "quote", quote, _uid(dice, at), lieu.id, unit.resource, member, stretch.start, stretch.end, 1, "EUR", total,
        vat, 2000, lieu.version, at, at + dt.timedelta(minutes=30),
    )  # fmt: skip
    for position, line in enumerate(price.lines):
        batch.add("quote_line", quote, position, line.code, dict(line.params), line.amount.amount)
    batch.add("quote_part", quote, 0, "member", "EUR", total)
    batch.add(
        "booking", booking, uid, code, lieu.id, unit.resource, claim, "booking", member, member, 1, status,
        stretch.start, stretch.end, *walls, ZONE, tzdata, 0, 0, 24, 50, "", quote, 0, 0, at, at,
    )  # fmt: skip
    batch.add(
        "booking_event", _next(ids, "booking_event"), booking, lieu.id, "booked", member, at, {"price": str(total)}
    )
    facts = TextFacts(
        uid=uid,
        code=code,
        sequence=0,
        created_at=at,
        updated_at=at,
        stretch=stretch,
        timezone=ZONE,
        resource_name=unit.name,
        resource_kind=unit.kind,
        lieu_name=lieu.name,
        lieu_address="",
        position=(45.0, 3.0),
        language="fr",
    )
    batch.add("booking_text", booking, public_text(facts), owner_text(facts))
    group = _uid(dice, at)
    owed = receivables[member, lieu.id]
    for credit, amount, what in ((lieu.revenue, total - vat, "revenue"), (lieu.vat, vat, "vat")):
        batch.add(
            "transfer", _next(ids, "transfer"), group, lieu.book, lieu.id, "EUR", owed, credit, amount, "booking",
            code, "", lieu.version, f"booking:{uid}:0:{what}", member, at,
        )  # fmt: skip


def _code(number: int) -> str:
    value = number * _STRIDE % _CODES
    letters = []
    for _ in range(CODE_LENGTH):
        value, rest = divmod(value, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return "R-" + "".join(letters)
