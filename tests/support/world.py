"""Factories: an archipelago of two lieux with people and things to book, made through bare inserts of valid rows.

`now` in tests is Thursday 11 June 2026, 10:40 in Paris, unless a test says otherwise.
"""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.db import write
from booking.ledger.actions import open_book, rule_version
from booking.people.models import Member, Membership
from booking.people.queries import asker_of_member
from booking.people.rules import Role
from booking.people.schemas import Asker
from booking.places.models import Lieu, Opening
from booking.places.rules import LieuKind, LieuStatus, VatRegime
from booking.resources.models import Resource, ResourceUnit, UnitRow
from booking.resources.rules import ResourceKind, Take
from booking.tariffs.models import RateRow, ResourceTariff, Tariff
from booking.tariffs.rules import Period
from booking.tariffs.words import RateAudience
from booking.values.codes import fold, slug, uuid7
from booking.values.ids import LieuId, MemberId, ResourceId, UnitId
from booking.values.interval import Interval
from booking.values.wall import Wall, instant

NOW = dt.datetime(2026, 6, 11, 8, 40, tzinfo=dt.UTC)
PARIS = "Europe/Paris"
_numbers = itertools.count(1)


def at(text: str, zone: str = PARIS) -> dt.datetime:
    """`2026-06-12 14:00` on a lieu's wall."""
    day, clock = text.split()
    hour, minute = clock.split(":")
    return instant(Wall(dt.date.fromisoformat(day), int(hour) * 60 + int(minute)), zone)


def stretch(day: str, start: str, end: str, zone: str = PARIS) -> Interval:
    """A stretch of one day: `stretch("2026-06-12", "14:00", "16:00")`."""
    return Interval(at(f"{day} {start}", zone), at(f"{day} {end}", zone))


def id_of(who: Asker) -> MemberId:
    """The row number of somebody who is signed in."""
    assert who.member_id is not None
    return who.member_id


@dataclass
class World:
    """What a test stands on; `session` writes at once through `booking.db.write`."""

    lieux: dict[str, LieuId] = field(default_factory=dict)
    resources: dict[str, ResourceId] = field(default_factory=dict)
    units: dict[str, list[UnitId]] = field(default_factory=dict)

    def member(self, name: str = "Inès Le Goff", *, confirmed: bool = True, **values: Any) -> Asker:
        """A member of no lieu."""
        number = next(_numbers)

        def make(session: Session) -> Asker:
            member_id = session.execute(
                sa.insert(Member)
                .values(
                    uid=uuid7(NOW),
                    email=f"{slug(name)}.{number}@exemple.fr",
                    name=name,
                    language="fr",
                    created_at=NOW,
                    confirmed_at=NOW if confirmed else None,
                    **values,
                )
                .returning(Member.id)
            ).scalar_one()
            found = asker_of_member(session, MemberId(member_id))
            assert found is not None
            return found

        return write(make)

    def steward(self) -> Asker:
        """Somebody who answers for the archipelago."""
        return self.member("Soazig Stewart", steward=True)

    def staff(self, lieu: str, role: Role = Role.MANAGER) -> Asker:
        """Somebody with a role in that lieu."""
        return self.joined(self.member(f"{role.value} {lieu}"), lieu, role)

    def joined(self, asker: Asker, lieu: str, role: Role = Role.MEMBER) -> Asker:
        """The same person with a role there."""

        def make(session: Session) -> Asker:
            session.execute(
                sa.insert(Membership).values(
                    member_id=asker.member_id, lieu_id=self.lieux[lieu], role=role, granted_at=NOW
                )
            )
            assert asker.member_id is not None
            found = asker_of_member(session, asker.member_id)
            assert found is not None
            return found

        return write(make)

    def lieu(
        self, name: str = "La Grande Écluse", *, zone: str = PARIS, hours: tuple[int, int] = (480, 1200), **values: Any
    ) -> LieuId:
        """A bookable lieu, open every day from 8 h to 20 h unless said otherwise; its slug is `slug(name)`."""

        def make(session: Session) -> LieuId:
            facts = {
                "slug": slug(name), "name": name, "folded": fold(name), "kind": LieuKind.COWORKING,
                "status": LieuStatus.OPEN, "bookable": True, "latitude": 48.11, "longitude": -1.68,
                "timezone": zone, "vat_regime": VatRegime.INCLUDED, "vat_basis_points": 2000,
                "commune": "Rennes", "address": "14, quai Saint-Cyr", "access": "Porte 41 73",
                "created_at": NOW, "updated_at": NOW,
            } | values  # fmt: skip
            lieu_id = LieuId(session.execute(sa.insert(Lieu).values(**facts).returning(Lieu.id)).scalar_one())
            session.execute(
                sa.insert(Opening).values(
                    [{"lieu_id": lieu_id, "weekday": d, "opens": hours[0], "closes": hours[1]} for d in range(7)]
                )
            )
            open_book(session, lieu_id, NOW)
            return lieu_id

        self.lieux[slug(name)] = write(make)
        return self.lieux[slug(name)]

    def resource(
        self,
        name: str = "Quai 6",
        lieu: str = "la-grande-ecluse",
        *,
        units: int = 1,
        over: tuple[str, ...] = (),
        rates: dict[Period, int] | None = None,
        member_rates: dict[Period, int] | None = None,
        free: bool = False,
        **values: Any,
    ) -> str:
        """A resource with a tariff (3 € the hour by default); gives its slug. `over`: it is made of others' units."""

        def make(session: Session) -> str:
            lieu_id = self.lieux[lieu]
            public = slug(f"{lieu} {name}")
            facts = {
                "lieu_id": lieu_id, "slug": public, "kind": ResourceKind.DESK, "name": name, "folded": fold(name),
                "take": Take.ANY if units > 1 else Take.ALL, "created_at": NOW, "updated_at": NOW,
            } | values  # fmt: skip
            resource_id = session.execute(sa.insert(Resource).values(**facts).returning(Resource.id)).scalar_one()
            ids = [u for other in over for u in self.units[other]] or [
                UnitId(
                    session.execute(
                        sa.insert(UnitRow).values(lieu_id=lieu_id, name=f"{name} {n + 1}").returning(UnitRow.id)
                    ).scalar_one()
                )
                for n in range(units)
            ]
            session.execute(
                sa.insert(ResourceUnit).values(
                    [{"resource_id": resource_id, "unit_id": u, "lieu_id": lieu_id} for u in ids]
                )
            )
            self.resources[public] = ResourceId(resource_id)
            self.units[public] = ids
            version = rule_version(session, lieu_id, f"tariff:{public}", {}, None, NOW)
            tariff_id = session.execute(
                sa.insert(Tariff)
                .values(uid=uuid7(NOW), lieu_id=lieu_id, name=name, free=free, rule_version_id=version, updated_at=NOW)
                .returning(Tariff.id)
            ).scalar_one()
            prices = {} if free else rates or {Period.HOUR: 300}
            both = ((RateAudience.PUBLIC, prices), (RateAudience.MEMBER, member_rates or {}))
            rows = [
                {"tariff_id": tariff_id, "lieu_id": lieu_id, "audience": a, "period": p, "amount": n}
                for a, ps in both
                for p, n in ps.items()
            ]
            if rows:
                session.execute(sa.insert(RateRow).values(rows))
            session.execute(
                sa.insert(ResourceTariff).values(resource_id=resource_id, tariff_id=tariff_id, lieu_id=lieu_id)
            )
            return public

        return write(make)
