"""The demonstration as an application, and everybody who may look at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from booking.app import create_app
from booking.db import db, read
from booking.people.models import Member, Membership
from booking.people.queries import asker_of_member
from booking.people.rules import Role
from booking.people.schemas import VISITOR, Asker
from booking.places.models import Lieu
from booking.values.ids import MemberId
from tests.support.demonstration import LIEU, demonstration, settings_of

__all__ = ["demonstration"]

EMAILS = {
    "member": "ines@exemple.fr",
    "manager": "mael@exemple.fr",
    "host": "nolwenn@exemple.fr",
    "treasurer": "baptiste@exemple.fr",
    "steward": "solene@exemple.fr",
}


@pytest.fixture(scope="module")
def shown(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demonstration, its own copy for this module. No context stays pushed: each request must have its own."""
    path = tmp_path_factory.mktemp("shown") / "archipel.db"
    path.write_bytes(demonstration.read_bytes())
    app = create_app(settings_of(path))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def manager_of(session: Session, lieu: str) -> MemberId:
    """Somebody who manages that lieu."""
    return MemberId(
        session.scalars(
            sa.select(Membership.member_id)
            .join(Lieu, Lieu.id == Membership.lieu_id)
            .where(Lieu.slug == lieu, Membership.role == Role.MANAGER)
        ).one()
    )


def member_of(session: Session, email: str) -> MemberId:
    return MemberId(session.scalars(sa.select(Member.id).where(Member.email == email)).one())


@pytest.fixture(scope="module")
def cast(shown: Flask) -> dict[str, Asker]:
    """Everybody by role, and a visitor."""
    found = {"visitor": VISITOR}
    with shown.app_context():
        for role, email in EMAILS.items():
            asker = read(asker_of_member, read(member_of, email))
            assert asker is not None
            found[role] = asker
        neighbour = read(asker_of_member, read(manager_of, LIEU))
        assert neighbour is not None
        found["neighbour"] = neighbour
    return found
