"""Secret addresses: made, told once, changed, taken back; and what becomes of them when people leave."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from booking.calendars.models import FeedToken
from booking.calendars.queries import feed_of_owner
from booking.calendars.rules import Scope, What
from booking.errors import N_, Conflict, Forbidden, Gone, Invalid, NotFound, Refusal, Unauthenticated
from booking.people.models import Member, Membership
from booking.people.schemas import Asker
from booking.places.models import Lieu
from booking.resources.models import Resource
from booking.values.codes import new_token, token_hash, uuid7
from booking.values.ids import MemberId

NOTED_AT_MOST_EVERY = dt.timedelta(hours=1)
"""The last use of an address is written no oftener: reading stays without writes."""


class AlreadyMade(Conflict):
    """One living address for each calendar and person."""

    code = "already_made"
    message = N_("Ce calendrier a déjà une adresse secrète. Changez-la si elle s’est perdue.")


def create(session: Session, asker: Asker, scope: Scope, now: dt.datetime) -> str:
    """The secret of a new address, told only here.

    Raises NotFound for what the asker may not see, Invalid when names are asked for by who is not staff, AlreadyMade.
    """
    if asker.member_id is None:
        raise Unauthenticated
    if not asker.writes:
        raise Forbidden
    if scope.what is not What.BOOKINGS:
        try:
            feed = feed_of_owner(session, asker, scope, now)
        except Gone as error:
            raise NotFound from error
        if scope.names and not feed.named:
            sentence = N_("Seule l’équipe d’un lieu y lit les noms.")
            raise Invalid(Refusal("not_staff", sentence, field="names"))
    token = new_token()
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    made = session.execute(
        insert(FeedToken)
        .values(
            uid=uuid7(now), member_id=asker.member_id, scope=str(scope), token_hash=token_hash(token), created_at=now
        )
        .on_conflict_do_nothing(index_elements=["member_id", "scope"], index_where=sa.text("revoked_at IS NULL"))
        .returning(FeedToken.id)
    ).first()
    if made is None:
        raise AlreadyMade
    return token


def rotate(session: Session, asker: Asker, uid: str, now: dt.datetime) -> tuple[Scope, str]:
    """Take one of one's own addresses back and make another for the same calendar. Raises NotFound, as `create`."""
    scope = revoke(session, asker, uid, now)
    return scope, create(session, asker, scope, now)


def revoke(session: Session, asker: Asker, uid: str, now: dt.datetime) -> Scope:
    """Take one of one's own addresses back; it answers 410 for ever after. Raises NotFound."""
    scope = session.execute(
        sa.update(FeedToken)
        .where(FeedToken.member_id == asker.member_id, FeedToken.uid == uid, FeedToken.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(FeedToken.scope)
    ).scalar()
    if scope is None:
        raise NotFound
    return Scope.parse(scope)


def note_use(session: Session, token_id: int, now: dt.datetime) -> None:
    """Write down that an address was read, unless that was done within the hour."""
    long_ago = sa.or_(FeedToken.last_used_at.is_(None), FeedToken.last_used_at <= now - NOTED_AT_MOST_EVERY)
    session.execute(sa.update(FeedToken).where(FeedToken.id == token_id, long_ago).values(last_used_at=now))


def revoke_departed(session: Session, now: dt.datetime) -> int:
    """Take back, for good, the addresses of those who have left the lieu that theirs is about; how many.

    They have answered nothing since the person left; so they stay, should the person return.
    """
    owner = FeedToken.member_id
    at_home = sa.select(Membership.member_id).where(Membership.member_id == owner)
    of_lieu = at_home.join(Lieu, Lieu.id == Membership.lieu_id).where(_path(What.LIEUX, Lieu.slug))
    of_resource = at_home.join(Resource, Resource.lieu_id == Membership.lieu_id).where(
        _path(What.RESOURCES, Resource.slug)
    )
    still = sa.or_(
        FeedToken.scope == str(What.BOOKINGS),
        sa.and_(FeedToken.scope.startswith(f"{What.KINDS}/"), at_home.exists()),
        of_lieu.exists(),
        of_resource.exists(),
        sa.select(Member.id).where(Member.id == owner, Member.steward.is_(True)).exists(),
    )
    ended = session.execute(
        sa.update(FeedToken)
        .where(FeedToken.revoked_at.is_(None), sa.not_(still))
        .values(revoked_at=now)
        .returning(FeedToken.id)
        .execution_options(synchronize_session=False)
    )
    return len(ended.all())


def forget_member(session: Session, member_id: MemberId, now: dt.datetime) -> None:  # noqa: ARG001 - as every eraser
    """Delete the addresses of who deletes the account; nobody ever knew them."""
    session.execute(sa.delete(FeedToken).where(FeedToken.member_id == member_id))


def _path(what: What, slug: sa.ColumnElement[str] | sa.orm.InstrumentedAttribute[str]) -> sa.ColumnElement[bool]:
    path = sa.literal(f"{what}/").concat(slug)
    return sa.or_(FeedToken.scope == path, FeedToken.scope == path.concat("+names"))
