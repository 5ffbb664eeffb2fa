"""Statements: what moved an account, one line a business transaction, newest first, page by page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from booking.db.pages import Page, cursor, read_cursor
from booking.errors import NotFound
from booking.ledger.models import Account, Transfer
from booking.ledger.queries.accounts import PAGE, balances, receivable_of
from booking.ledger.rules import Cause
from booking.ledger.schemas import Movement, Statement, StatementLine
from booking.people.models import Member
from booking.people.schemas import Asker
from booking.places.models import Lieu
from booking.values.ids import LieuId, MemberId
from booking.values.money import Money, Unit

MOST_OF_ONE = 4
"""Transfers of one account in one group, at most: a change undoes revenue and VAT, and writes both anew."""


def statement(
    session: Session,
    asker: Asker,
    lieu_id: LieuId,
    member_id: MemberId | None,
    *,
    after: str | None = None,
    limit: int = PAGE,
) -> Statement:
    """One page of a member's (None: the walk-ins') account with a lieu, newest first.

    `after` is the `next` of the page before; Malformed when it is not. Raises NotFound unless it is the asker's own or
    the asker keeps the lieu's books; only they are told who wrote each line.
    """
    own = member_id is not None and member_id == asker.member_id
    keeps = asker.keeps_books(lieu_id) or asker.steward
    if not (own or keeps):
        raise NotFound
    mine = receivable_of(lieu_id, member_id)
    found = balances(session, mine, Lieu.name)
    if not found:
        raise NotFound
    accounts = session.scalars(sa.select(Account.id).where(mine)).all()
    groups = _groups(session, accounts, after, limit + 1)
    return Statement(found[0], tuple(_line(g, told=keeps) for g in groups[:limit]), _next(groups, limit))


def movements_of_member(
    session: Session, asker: Asker, unit: Unit, *, after: str | None = None, limit: int = PAGE
) -> Page[Movement]:
    """One page of the asker's own account with every lieu in that unit, newest first.

    `after` is the `next` of the page before; Malformed when it is not.
    """
    accounts = session.scalars(
        sa.select(Account.id).where(Account.owner_id == asker.member_id, Account.unit == unit)
    ).all()
    groups = _groups(session, accounts, after, limit + 1)
    ids = {group[0].lieu_id for group in groups}
    lieux = {r.id: r for r in session.execute(sa.select(Lieu.id, Lieu.slug, Lieu.name).where(Lieu.id.in_(ids)))}
    items = []
    for group in groups[:limit]:
        lieu = lieux[group[0].lieu_id]
        items.append(Movement(lieu.slug, lieu.name, _line(group, told=False)))
    return Page(tuple(items), _next(groups, limit))


def _groups(session: Session, accounts: Sequence[int], after: str | None, count: int) -> list[list[Any]]:
    """The newest `count` groups of transfers that moved these accounts of one owner.

    The transfers of one account are written under its lock, so those of a group lie together.
    """
    before = int(read_cursor(after, int)[0]) if after else None
    groups: dict[str, list[Any]] = {}
    for row in _movements(session, accounts, before, MOST_OF_ONE * count):
        groups.setdefault(row.group_uid, []).append(row)
    return list(groups.values())[:count]


def _next(groups: Sequence[list[Any]], limit: int) -> str | None:
    return cursor(min(row.id for row in groups[limit - 1])) if len(groups) > limit else None


def _movements(session: Session, accounts: Sequence[int], before: int | None, limit: int) -> Iterable[Any]:
    """The newest transfers of some accounts of one owner: each account is read by its two indexes, no further."""
    if not accounts:
        return ()
    either = [
        sa.select(Transfer.id, sign.label("sign"))
        .where(column == account, *([] if before is None else [Transfer.id < before]))
        .order_by(Transfer.id.desc())
        .limit(limit)
        .subquery()
        .select()
        for account in accounts
        for column, sign in ((Transfer.credit_id, sa.literal(1)), (Transfer.debit_id, sa.literal(-1)))
    ]
    mine = sa.union_all(*either).subquery()
    undoing = aliased(Transfer)
    return session.execute(
        sa.select(
            Transfer.id,
            Transfer.group_uid,
            Transfer.at,
            Transfer.cause,
            Transfer.subject,
            Transfer.detail,
            Transfer.amount,
            Transfer.unit,
            Transfer.lieu_id,
            Member.name.label("by"),
            undoing.id.label("undone_by"),
            mine.c.sign,
        )
        .join(mine, mine.c.id == Transfer.id)
        .outerjoin(Member, Member.id == Transfer.by_id)
        .outerjoin(undoing, undoing.reverses_id == Transfer.id)
        .order_by(Transfer.id.desc())
        .limit(limit)
    )


def _line(group: Sequence[Any], *, told: bool) -> StatementLine:
    newest = group[0]
    return StatementLine(
        uid=newest.group_uid,
        at=newest.at,
        cause=Cause(newest.cause),
        subject=newest.subject,
        detail=newest.detail,
        amount=Money(sum(row.sign * row.amount for row in group), Unit(newest.unit)),
        by=(newest.by or "") if told else "",
        undone=all(row.undone_by is not None for row in group),
    )
