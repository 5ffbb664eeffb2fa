"""Whatever people do, in whatever order: a small model of quarter hours and debts, kept beside the real tables.

The model knows nothing of SQL, intervals or transfers. It holds who has which unit in which quarter of an hour, and
what each member was asked to pay; after each step the tables say the same, and at the end every invariant holds.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from booking.bookings.actions import book, cancel, move, restore
from booking.bookings.actions.ends import complete_ended
from booking.bookings.models import Booking
from booking.bookings.rules import Status, TooLate
from booking.bookings.rules.policy import TooLateToMove, TooLateToRestore
from booking.bookings.schemas import BookingRequest
from booking.commands.check import INVARIANTS
from booking.db import db, read, survey, write
from booking.db.invariants import broken
from booking.errors import Invalid, Problem
from booking.ledger.actions import take_payment
from booking.ledger.queries import balances_of_member
from booking.ledger.rules import DebtCeiling, Means, Payment
from booking.occupancy.actions import give_back, take_off
from booking.occupancy.models import Block, Occupancy
from booking.occupancy.rules import BlockKind, SlotTaken
from booking.people.schemas import Asker
from booking.values.interval import Interval
from booking.values.money import Money
from tests.support.world import NOW, World

QUARTER = dt.timedelta(minutes=15)
ORIGIN = dt.datetime(2026, 6, 11, 22, tzinfo=dt.UTC)
"""Midnight in Rennes before Friday 12 June 2026: quarter 0 of the model."""
DAY, OPENS = 96, 32
HOURLY = 300
CEILING = 4_000
KEPT = 50
FREE_UNTIL = dt.timedelta(hours=24)
UNDO = dt.timedelta(seconds=30)


@dataclass(frozen=True)
class Thing:
    """Something to book: how many of its units a booking takes (0: all), its step and buffers in quarters."""

    slug: str
    units: tuple[int, ...]
    pool: bool = False
    step: int = 2
    buffer: int = 0


@dataclass(frozen=True)
class Kept:
    """A booking as the model knows it; times are quarters."""

    thing: Thing
    member: int
    start: int
    end: int
    quantity: int
    status: str = "confirmed"
    cancelled_at: dt.datetime | None = None
    kept: int = 0

    @property
    def price(self) -> int:
        """Whole hours begun, for each."""
        return HOURLY * ceil((self.end - self.start) / 4) * self.quantity

    @property
    def taken(self) -> range:
        """The quarters that it takes, its buffers among them."""
        return range(self.start - self.thing.buffer, self.end + self.thing.buffer)

    @property
    def due(self) -> int:
        """What it costs by now."""
        return self.kept if self.status == "cancelled" else self.price


@dataclass
class Model:
    """Who holds what, and who owes what."""

    things: list[Thing]
    every_unit: tuple[int, ...]
    now: dt.datetime = NOW
    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    bookings: dict[str, Kept] = field(default_factory=dict)
    blocks: dict[str, tuple[tuple[int, ...], range]] = field(default_factory=dict)
    paid: Counter[int] = field(default_factory=Counter)

    def owed(self, member: int) -> int:
        """What a member owes the lieu."""
        return sum(each.due for each in self.bookings.values() if each.member == member) - self.paid[member]

    def begun(self, each: Kept) -> bool:
        """Whether it is too late to change it at all."""
        return at(each.start) <= self.now

    def late(self, each: Kept) -> bool:
        """Whether giving it up costs something."""
        return self.now > at(each.start) - FREE_UNTIL

    def past(self, wanted: Kept) -> bool:
        """Whether it would begin before the step that is running."""
        return at(wanted.start) < self.now - wanted.thing.step * QUARTER + dt.timedelta(seconds=1)

    def free_units(self, wanted: Kept) -> list[int] | None:
        """The units that it would take, or None when it is taken."""
        free = [u for u in wanted.thing.units if all((u, q) not in self.cells for q in wanted.taken)]
        needed = wanted.quantity if wanted.thing.pool else len(wanted.thing.units)
        return free[:needed] if len(free) >= needed else None

    def take(self, who: str, units: list[int], quarters: range) -> None:
        """Give whatever is free of these quarters to somebody."""
        for unit in units:
            for quarter in quarters:
                self.cells.setdefault((unit, quarter), who)

    def leave(self, who: str) -> None:
        """Free all that somebody holds; blocks over it take it at once, the oldest first."""
        freed = [cell for cell, holder in self.cells.items() if holder == who]
        for cell in freed:
            del self.cells[cell]
        for uid, (units, quarters) in self.blocks.items():
            for cell in freed:
                if cell[0] in units and cell[1] in quarters:
                    self.cells.setdefault(cell, uid)

    def too_much(self, member: int, price: int, before: int = 0) -> bool:
        """Whether the ceiling of debt forbids a price that replaces what it cost `before`."""
        return price > before and self.owed(member) - before + price > CEILING


def at(quarter: int) -> dt.datetime:
    """The instant at which a quarter begins."""
    return ORIGIN + quarter * QUARTER


def quarter_of(instant: dt.datetime) -> int:
    """The quarter that begins then; nothing in the tables lies between two."""
    number, rest = divmod(instant - ORIGIN, QUARTER)
    assert not rest
    return number


class Life(RuleBasedStateMachine):
    """A lieu with a desk, a pool of three, a room made of all these, and a machine with buffers; three members."""

    def __init__(self) -> None:
        super().__init__()
        self.number = Life.made = getattr(Life, "made", 0) + 1
        name = f"Lieu {self.number}"
        world = World()
        self.lieu = world.lieu(name, debt_ceiling=CEILING)
        self.slug = f"lieu-{self.number}"
        desk = world.resource("Bureau", self.slug)
        pool = world.resource("Tables", self.slug, units=3)
        room = world.resource("Salle", self.slug, over=(desk, pool))
        machine = world.resource("Laser", self.slug, step=15, shortest=15, buffer_before=15, buffer_after=15)
        units = {slug: tuple(int(u) for u in world.units[slug]) for slug in (desk, pool, room, machine)}
        self.model = Model(
            [
                Thing(desk, units[desk]),
                Thing(pool, units[pool], pool=True),
                Thing(room, units[room]),
                Thing(machine, units[machine], step=1, buffer=1),
            ],
            units[room] + units[machine],
        )
        self.members: list[Asker] = [world.joined(world.member(), self.slug) for _ in range(3)]
        self.manager = world.staff(self.slug)
        self.payments = 0

    def expect(self, refusal: type[Problem] | None, action: Any, *args: Any) -> Any:
        """Do it, and be refused as the model says, if it does."""
        if refusal is None:
            return write(action, *args)
        with pytest.raises(refusal) as told:
            write(action, *args)
        assert told.type is refusal
        return None

    @rule(
        thing=st.integers(0, 3),
        member=st.integers(0, 2),
        day=st.integers(0, 2),
        first=st.integers(0, 23),
        length=st.integers(1, 8),
        quantity=st.integers(1, 3),
    )
    def books(self, thing: int, member: int, day: int, first: int, length: int, quantity: int) -> None:
        wanted = self.wish(self.model.things[thing], member, day, first, length, quantity)
        units = self.model.free_units(wanted)
        refusal: type[Problem] | None = None
        if self.model.past(wanted):
            refusal = Invalid
        elif units is None:
            refusal = SlotTaken
        elif self.model.too_much(member, wanted.price):
            refusal = DebtCeiling
        request = BookingRequest(wanted.thing.slug, Interval(at(wanted.start), at(wanted.end)), wanted.quantity)
        made = self.expect(refusal, book, self.members[member], request, self.model.now)
        if made is not None:
            assert units is not None
            self.model.bookings[made.code] = wanted
            self.model.take(made.code, units, wanted.taken)

    @precondition(lambda self: self.model.bookings)
    @rule(
        which=st.integers(0, 99),
        day=st.integers(0, 2),
        first=st.integers(0, 23),
        length=st.integers(1, 8),
        quantity=st.integers(1, 3),
    )
    def moves(self, which: int, day: int, first: int, length: int, quantity: int) -> None:
        code, old = self.one(which)
        wanted = self.wish(old.thing, old.member, day, first, length, quantity)
        refusal: type[Problem] | None = None
        if old.status != "confirmed" or self.model.begun(old):
            refusal = TooLate
        elif self.model.late(old):
            refusal = TooLateToMove
        elif wanted == old:
            pass
        elif self.model.past(wanted):
            refusal = Invalid
        else:
            before = dict(self.model.cells)
            self.model.leave(code)
            units = self.model.free_units(wanted)
            if units is None:
                refusal = SlotTaken
            elif self.model.too_much(old.member, wanted.price, old.price):
                refusal = DebtCeiling
            if refusal is None and units is not None:
                self.model.take(code, units, wanted.taken)
                self.model.bookings[code] = wanted
            else:
                self.model.cells = before
        stretch = Interval(at(wanted.start), at(wanted.end))
        self.expect(refusal, move, self.members[old.member], code, stretch, self.model.now, wanted.quantity)

    @precondition(lambda self: self.model.bookings)
    @rule(which=st.integers(0, 99))
    def cancels(self, which: int) -> None:
        code, old = self.one(which)
        if old.status != "confirmed" or self.model.begun(old):
            self.expect(TooLate, cancel, self.members[old.member], code, self.model.now)
            return
        kept = old.price * KEPT // 100 if self.model.late(old) else 0
        assert self.expect(None, cancel, self.members[old.member], code, self.model.now) == Money(kept)
        self.model.leave(code)
        self.model.bookings[code] = replace(old, status="cancelled", cancelled_at=self.model.now, kept=kept)

    @precondition(lambda self: any(each.status == "cancelled" for each in self.model.bookings.values()))
    @rule(which=st.integers(0, 99))
    def restores(self, which: int) -> None:
        code, old = self.one(which, "cancelled")
        assert old.cancelled_at is not None
        units = self.model.free_units(old)
        refusal: type[Problem] | None = None
        if self.model.now > old.cancelled_at + UNDO or self.model.begun(old):
            refusal = TooLateToRestore
        elif units is None:
            refusal = SlotTaken
        elif self.model.too_much(old.member, old.price, old.kept):
            refusal = DebtCeiling
        self.expect(refusal, restore, self.members[old.member], code, self.model.now)
        if refusal is None and units is not None:
            self.model.take(code, units, old.taken)
            self.model.bookings[code] = replace(old, status="confirmed", cancelled_at=None, kept=0)

    @rule(
        thing=st.none() | st.integers(0, 3), day=st.integers(0, 2), first=st.integers(0, 90), length=st.integers(1, 60)
    )
    def blocks(self, thing: int | None, day: int, first: int, length: int) -> None:
        start = day * DAY + first
        which = None if thing is None else self.model.things[thing]
        units = self.model.every_unit if which is None else which.units
        slug = None if which is None else which.slug
        stretch = Interval(at(start), at(start + length))
        refusal = Invalid if stretch.end <= self.model.now else None
        made = self.expect(
            refusal, take_off, self.manager, self.lieu, slug, BlockKind.MAINTENANCE, stretch, "Peinture", self.model.now
        )
        if made is not None:
            self.model.blocks[made.uid] = units, range(start, start + length)
            self.model.take(made.uid, list(units), range(start, start + length))

    @precondition(lambda self: self.model.blocks)
    @rule(which=st.integers(0, 99))
    def lifts(self, which: int) -> None:
        uid = list(self.model.blocks)[which % len(self.model.blocks)]
        write(give_back, self.manager, self.lieu, uid, self.model.now)
        del self.model.blocks[uid]
        self.model.leave(uid)

    @rule(member=st.integers(0, 2), amount=st.integers(1, 3_000))
    def pays(self, member: int, amount: int) -> None:
        self.payments += 1
        assert self.manager.member_id is not None
        payment = Payment(Means.CASH, "", f"{self.number}-{self.payments}", self.manager.member_id)
        for first in (True, False):  # The second press of the button is no second payment.
            taken = write(
                take_payment,
                self.manager,
                self.lieu,
                self.members[member].uid,
                Money(amount),
                payment,
                self.model.now,
            )
            assert taken is first
        self.model.paid[member] += amount

    @rule(seconds=st.sampled_from((1, 10, 31, 1_800, 7_200, 18_000, 43_200)))
    def time_passes(self, seconds: int) -> None:
        self.model.now += dt.timedelta(seconds=seconds)
        write(complete_ended, self.model.now)
        for code, each in self.model.bookings.items():
            if each.status == "confirmed" and at(each.end) <= self.model.now:
                self.model.bookings[code] = replace(each, status="completed")

    @invariant()
    def the_tables_hold_what_the_model_holds(self) -> None:
        assert self.stored_cells() == self.model.cells

    @invariant()
    def everybody_owes_what_the_model_says(self) -> None:
        for number, member in enumerate(self.members):
            found = [b.balance for b in read(balances_of_member, member) if b.lieu_slug == self.slug]
            assert found in ([], [Money(-self.model.owed(number))]), number
            assert found or not self.model.owed(number)

    @invariant()
    def every_booking_stands_where_the_model_says(self) -> None:
        rows = read(
            lambda session: session.execute(
                sa.select(Booking.code, Booking.starts_at, Booking.ends_at, Booking.quantity, Booking.status).where(
                    Booking.lieu_id == self.lieu
                )
            ).all()
        )
        assert {
            (r.code, quarter_of(r.starts_at), quarter_of(r.ends_at), r.quantity, Status(r.status)) for r in rows
        } == {
            (code, each.start, each.end, each.quantity, Status(each.status))
            for code, each in self.model.bookings.items()
        }

    def teardown(self) -> None:
        db.session.rollback()
        assert survey(broken, INVARIANTS) == []

    def wish(self, thing: Thing, member: int, day: int, first: int, length: int, quantity: int) -> Kept:
        """Something that could be booked if it is free, open and not past."""
        start = day * DAY + OPENS + first * 2
        end = min(start + length * thing.step, day * DAY + OPENS + 48)
        return Kept(thing, member, start, end, quantity if thing.pool else 1)

    def one(self, which: int, status: str = "") -> tuple[str, Kept]:
        """A booking of the model."""
        these = [(code, each) for code, each in self.model.bookings.items() if status in ("", each.status)]
        return these[which % len(these)]

    def stored_cells(self) -> dict[tuple[int, int], str]:
        """The occupancy table, in quarters."""
        held = sa.func.coalesce(Booking.code, Block.uid)
        rows = read(
            lambda session: session.execute(
                sa.select(Occupancy.unit_id, Occupancy.starts_at, Occupancy.ends_at, held.label("holder"))
                .outerjoin(Booking, Booking.claim_id == Occupancy.claim_id)
                .outerjoin(Block, Block.claim_id == Occupancy.claim_id)
                .where(Occupancy.lieu_id == self.lieu)
            ).all()
        )
        found: dict[tuple[int, int], str] = {}
        for row in rows:
            for quarter in range(quarter_of(row.starts_at), quarter_of(row.ends_at)):
                assert (row.unit_id, quarter) not in found
                found[row.unit_id, quarter] = row.holder
        return found


def live(examples: int, steps: int) -> None:
    """Many lives of a lieu in one database."""
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            phases=(Phase.explicit, Phase.generate, Phase.target, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_lieu_stays_what_a_simple_model_says_it_is(app: Flask) -> None:
    assert app
    live(examples=25, steps=30)


@pytest.mark.long
def test_a_lieu_stays_what_a_simple_model_says_it_is_for_long(app: Flask) -> None:
    assert app
    live(examples=150, steps=60)
