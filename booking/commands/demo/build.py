"""Building the demonstration: the census, eight invented lieux, their people, and four weeks of their life.

Who books what when follows from the seed and the date alone. Everything goes through the actions that pages use, at
the instants at which it would have been done.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.bookings.actions import book, cancel
from booking.bookings.actions.ends import complete_ended
from booking.bookings.queries.search import Wanted, availability
from booking.bookings.schemas import BookingRequest, Offer
from booking.commands.demo import people
from booking.commands.demo.lieux import EXAMPLES, Example, Offered
from booking.db import attempt
from booking.errors import Problem
from booking.jobs.models import Job
from booking.ledger.actions import open_book, record_payment
from booking.ledger.queries import balances_of_lieu
from booking.ledger.rules import Means, Payment
from booking.occupancy.actions import block
from booking.occupancy.rules import BlockKind
from booking.people.actions.members import create_member
from booking.people.actions.roles import grant
from booking.people.models import Member
from booking.people.queries import asker_of_member
from booking.people.rules import Role
from booking.people.schemas import Asker
from booking.places.actions.hours import set_week
from booking.places.actions.lieux import create_lieu, edit_legal, edit_practice
from booking.places.models import Lieu
from booking.places.rules import LieuLegal, LieuPractice, VatRegime
from booking.resources.models import Resource
from booking.resources.rules import ResourceKind
from booking.tariffs.actions.sheets import offer, save_tariff
from booking.tariffs.schemas import TariffDraft
from booking.tariffs.words import RateAudience
from booking.values.codes import slug
from booking.values.ids import LieuId, MemberId, ResourceId
from booking.values.interval import Interval
from booking.values.money import Money
from booking.values.wall import at_minute, today

SEED = 63
WEEKS = dt.timedelta(days=14)
"""How far the bookings reach before and after today."""

DAY = dt.timedelta(days=1)
CEILING = Money(40_000)
SHARE = {ResourceKind.DESK: 0.55, ResourceKind.ROOM: 0.4, ResourceKind.MACHINE: 0.45, ResourceKind.EQUIPMENT: 0.15}
"""How likely somebody comes for a kind of resource on a day it is open."""

LENGTHS = {
    ResourceKind.DESK: (240, 480, 480, 540),
    ResourceKind.ROOM: (60, 90, 120, 180),
    ResourceKind.MACHINE: (60, 90, 120, 180),
    ResourceKind.EQUIPMENT: (240, 480),
}
"""Usual lengths of a booking, in minutes."""


@dataclass(frozen=True)
class Cast:
    """Who there is, once they are made."""

    steward: Asker
    member: Asker
    members: tuple[Asker, ...]
    staff: dict[str, Asker]


def built(session: Session) -> bool:
    """Whether the demonstration is in the database already."""
    name = EXAMPLES[-1].identity.name
    return session.execute(sa.select(Lieu.id).where(Lieu.name == name, Lieu.example.is_(True))).first() is not None


def build_people(session: Session, password_hash: str, now: dt.datetime) -> Cast:
    """The accounts, all confirmed, with one password."""
    began = now - 10 * WEEKS

    def make(name: str, email: str, *, steward: bool = False) -> Asker:
        made = create_member(session, email=email, name=name, password_hash=password_hash, steward=steward, now=began)
        return _asker(session, made)

    dice = random.Random(SEED)  # noqa: S311 - a story, not a secret
    names = {f"{dice.choice(people.FIRST_NAMES)} {dice.choice(people.LAST_NAMES)}": None for _ in range(90)}
    others = list(names)[: people.MEMBERS + 2 * len(EXAMPLES)]
    staff = {role: make(*who) for role, who in _FIRST_STAFF.items()}
    crowd = [make(name, f"{slug(name).replace('-', '.')}@exemple.fr") for name in others]
    for n, example in enumerate(EXAMPLES[1:]):
        staff[f"manager {example.identity.name}"], staff[f"host {example.identity.name}"] = crowd[2 * n : 2 * n + 2]
    return Cast(
        steward=make(*people.STEWARD, steward=True),
        member=make(*people.MEMBER),
        members=tuple(crowd[2 * len(EXAMPLES) :]),
        staff=staff,
    )


def build_lieu(session: Session, cast: Cast, number: int, now: dt.datetime) -> int:
    """One lieu with all it offers and its life around today; gives how many bookings were made."""
    example = EXAMPLES[number]
    name = example.identity.name
    began = now - 10 * WEEKS
    lieu_slug = create_lieu(session, cast.steward, example.identity, began, example=True)
    lieu_id = LieuId(session.execute(sa.select(Lieu.id).where(Lieu.slug == lieu_slug)).scalar_one())
    open_book(session, lieu_id, began)
    first = number == 0
    places = {
        Role.MANAGER: cast.staff["manager" if first else f"manager {name}"],
        Role.HOST: cast.staff["host" if first else f"host {name}"],
        Role.TREASURER: cast.staff["treasurer"],
    }
    for role, who in places.items():
        grant(session, _id(who), lieu_id, role, by=cast.steward.member_id, now=began)
    manager = _asker(session, _id(places[Role.MANAGER]))
    _furnish(session, manager, lieu_id, example, began)
    dice = random.Random(f"{SEED}:{number}:{today(now, example.identity.timezone)}")  # noqa: S311 - as above
    regulars = [_asker(session, _id(m)) for m in dice.sample(cast.members, 14)]
    for regular in regulars[:8]:
        grant(session, _id(regular), lieu_id, Role.MEMBER, by=manager.member_id, now=began)
    regulars = [_asker(session, _id(m)) for m in (*regulars, *([cast.member] if number in (0, 1, 5) else []))]
    _maintain(session, manager, lieu_id, example, now)
    made = _live(session, regulars, example, lieu_slug, dice, now)
    _pay(session, _asker(session, _id(places[Role.TREASURER])), lieu_id, dice, now)
    return made


def settle(session: Session, now: dt.datetime) -> None:
    """Mark what has ended, and drop the mails about what was done before today: nobody waits for them any more."""
    while complete_ended(session, now):
        pass
    session.execute(sa.delete(Job).where(Job.kind.in_(["bookings.tell", "bookings.remind"]), Job.due_at <= now))


_FIRST_STAFF = {"manager": people.MANAGER, "host": people.HOST, "treasurer": people.TREASURER}


def _id(who: Asker) -> MemberId:
    assert who.member_id is not None  # noqa: S101 - the people of the demonstration are members
    return who.member_id


def _asker(session: Session, member_id: MemberId) -> Asker:
    found = asker_of_member(session, member_id)
    assert found is not None  # noqa: S101 - just made
    return found


def _furnish(session: Session, manager: Asker, lieu_id: LieuId, example: Example, now: dt.datetime) -> None:
    set_week(session, manager, lieu_id, example.week, now)
    edit_practice(session, manager, lieu_id, LieuPractice(example.access, 13 * 60, public_feeds=True), now)
    regime = VatRegime.INCLUDED if example.vat else VatRegime.NONE
    legal = LieuLegal(f"Association {example.identity.name}", None, regime, example.vat, CEILING)
    edit_legal(session, manager, lieu_id, legal, now)
    tariffs: dict[int, str] = {}
    for each in example.offered:
        key = id(each.prices)
        if key not in tariffs:
            tariffs[key] = save_tariff(session, manager, lieu_id, _tariff(each), now)
        offer(session, manager, lieu_id, each.draft, tariffs[key], now)


def _tariff(offered: Offered) -> TariffDraft:
    names = {
        ResourceKind.DESK: "Bureaux",
        ResourceKind.ROOM: "Salles",
        ResourceKind.MACHINE: "Machines",
        ResourceKind.EQUIPMENT: "Équipement",
    }
    name = names[offered.draft.kind] if offered.prices else "Gratuit"
    if offered.draft.capacity > 15 and offered.draft.kind is ResourceKind.ROOM and not offered.member_prices:  # noqa: PLR2004 - a hall
        name = "Grande salle"
    rates = {
        (audience, period): Money(amount)
        for audience, prices in ((RateAudience.PUBLIC, offered.prices), (RateAudience.MEMBER, offered.member_prices))
        for period, amount in prices.items()
    }
    return TariffDraft(name, free=not rates, rates=rates)


def _maintain(session: Session, manager: Asker, lieu_id: LieuId, example: Example, now: dt.datetime) -> None:
    """The lieu's first machine is looked after one morning next week."""
    machine = next((o.draft.name for o in example.offered if o.draft.kind is ResourceKind.MACHINE), None)
    if machine is None:
        return
    resource_id = session.execute(
        sa.select(Resource.id).where(Resource.lieu_id == lieu_id, Resource.name == machine)
    ).scalar_one()
    zone = example.identity.timezone
    day = today(now, zone) + 5 * DAY
    stretch = Interval(at_minute(day, 8 * 60, zone), at_minute(day, 12 * 60, zone))
    block(session, manager, lieu_id, ResourceId(resource_id), BlockKind.MAINTENANCE, stretch, "Entretien", now)


def _live(
    session: Session, regulars: list[Asker], example: Example, lieu_slug: str, dice: random.Random, now: dt.datetime
) -> int:
    """Two weeks before and after today: each open day, regulars take what is free for their usual length."""
    zone = example.identity.timezone
    made = 0
    day = today(now, zone) - WEEKS
    while day <= today(now, zone) + WEEKS:
        span = Interval(at_minute(day, 0, zone), at_minute(day, 1440, zone))
        decided = min(now, span.start - dt.timedelta(days=dice.randint(1, 6), hours=dice.randint(1, 12)))
        for found in availability(session, regulars[0], Wanted(span, lieu=lieu_slug), decided):
            for _ in range(found.quantity):
                if dice.random() < SHARE[found.kind]:
                    made += _come(session, dice.choice(regulars), found, dice, decided)
        day += DAY
    return made


def _come(session: Session, who: Asker, found: Offer, dice: random.Random, now: dt.datetime) -> int:
    """One person books one stretch of what is free, at a usual hour; 1 when it worked."""
    length = dt.timedelta(minutes=dice.choice(LENGTHS[found.kind]))
    starts = [
        each.stretch.start + n * dt.timedelta(minutes=60)
        for each in found.free
        for n in range(12)
        if each.stretch.start + n * dt.timedelta(minutes=60) + length <= each.stretch.end
    ]
    if not starts:
        return 0
    start = dice.choice(starts)
    asked = BookingRequest(found.resource, Interval(start, start + length), note=dice.choice(people.PURPOSES))
    try:
        with attempt(session):
            code = book(session, who, asked, now).code
            if dice.random() < 0.06:  # noqa: PLR2004 - one in sixteen plans changes
                cancel(session, who, code, now + dt.timedelta(hours=1))
    except Problem:
        return 0  # Somebody took it first, or owes too much: life goes on.
    return 1


def _pay(session: Session, treasurer: Asker, lieu_id: LieuId, dice: random.Random, now: dt.datetime) -> None:
    """Most people settle what they owed at the end of last week."""
    for balance in balances_of_lieu(session, treasurer, lieu_id):
        if balance.member_uid is None or balance.balance.amount >= 0 or dice.random() < 0.3:  # noqa: PLR2004 - three in ten wait
            continue
        member_id = MemberId(session.execute(sa.select(Member.id).where(Member.uid == balance.member_uid)).scalar_one())
        payment = Payment(dice.choice(list(Means)), "", f"demo:{lieu_id}:{balance.member_uid}", _id(treasurer))
        record_payment(
            session, lieu_id, member_id, Money(-balance.balance.amount // 100 * 100 or 100), payment, now - DAY
        )
