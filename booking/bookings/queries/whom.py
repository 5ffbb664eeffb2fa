"""Whom a lieu's staff may book for, found by name or address."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.bookings.queries.verdict import known_to
from booking.errors import NotFound
from booking.ledger.queries import owed_by
from booking.people.models import Member
from booking.people.queries import asker_of_member
from booking.people.rules.finding import answers_to
from booking.people.schemas import Asker
from booking.values.ids import LieuId, MemberId
from booking.values.money import Money

MOST = 20


@dataclass(frozen=True, slots=True)
class PersonFound:
    """Somebody whom the lieu knows; `owes` is nothing or more."""

    uid: str
    name: str
    email: str
    owes: Money


def people_to_book_for(session: Session, asker: Asker, lieu_id: LieuId, words: str) -> list[PersonFound]:
    """The first people of the lieu, or who have booked there before, who answer to these words, by name.

    Raises NotFound unless the asker is of its staff. Accents are folded here, since neither database does it alike; a
    lieu knows some thousands of people at most.
    """
    if not asker.staffs(lieu_id):
        raise NotFound
    rows = session.execute(
        sa.select(Member.id, Member.uid, Member.name, Member.email)
        .where(known_to(lieu_id))
        .order_by(Member.name, Member.id)
    )
    found = [row for row in rows if answers_to(words, row.name, row.email)][:MOST]
    owed = owed_by(session, asker, lieu_id, [MemberId(row.id) for row in found])
    return [PersonFound(r.uid, r.name, r.email, owed.get(MemberId(r.id), Money(0))) for r in found]


def person_of(session: Session, asker: Asker, lieu_id: LieuId, uid: str) -> Asker:
    """The same for one person by uid. Raises NotFound for whom the lieu does not know."""
    if not asker.staffs(lieu_id):
        raise NotFound
    member_id = session.execute(sa.select(Member.id).where(Member.uid == uid, known_to(lieu_id))).scalar()
    person = None if member_id is None else asker_of_member(session, MemberId(member_id))
    if person is None:
        raise NotFound
    return person
