"""Where people stand with lieux: every balance is a sum of transfers, taken when it is asked for."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.db.base import BigId
from booking.db.pages import cursor, read_cursor
from booking.db.rows import run
from booking.errors import NotFound
from booking.ledger.models import Account, Book, Transfer
from booking.ledger.rules import AccountKind
from booking.ledger.schemas import AccountsPage, Balance, Holder, LieuAccounts
from booking.people.models import Member, Membership
from booking.people.rules.finding import answers_to
from booking.people.schemas import Asker
from booking.places.models import Lieu
from booking.values.ids import AccountId, BookId, LieuId, MemberId
from booking.values.money import Money, Unit

PAGE = 50
FEW = 20
"""People without an account here whom a search shows beside those who have one."""


def balance_expression(account_id: Any) -> Any:
    """The expression of a balance: two sums through two indexes."""
    credited = sa.select(sa.func.coalesce(sa.func.sum(Transfer.amount), 0)).where(Transfer.credit_id == account_id)
    debited = sa.select(sa.func.coalesce(sa.func.sum(Transfer.amount), 0)).where(Transfer.debit_id == account_id)
    return sa.cast(credited.scalar_subquery() - debited.scalar_subquery(), sa.BigInteger)


# What every booking asks; made once, they are quick to run.
_SHARED = (
    sa.select(Account.kind, Account.id, Account.book_id)
    .join(Book, Book.id == Account.book_id)
    .where(Book.lieu_id == sa.bindparam("lieu"), Account.unit == Unit.EUR, Account.owner_id.is_(None))
)
_BALANCE = sa.select(balance_expression(sa.bindparam("account", type_=BigId)))


def lieu_accounts(session: Session, lieu_id: LieuId) -> LieuAccounts | None:
    """The shared accounts of a lieu's book in euros; None when the book is not open yet."""
    rows = run(session, _SHARED, {"lieu": lieu_id}).all()
    ids = {AccountKind(r.kind): AccountId(r.id) for r in rows}
    if not ids:
        return None
    return LieuAccounts(
        book_id=BookId(rows[0].book_id),
        lieu_id=lieu_id,
        revenue=ids[AccountKind.REVENUE],
        vat=ids[AccountKind.VAT],
        cash=ids[AccountKind.CASH],
    )


def balance_of(session: Session, account_id: AccountId) -> int:
    """Credited minus debited, in minor units."""
    return int(run(session, _BALANCE, {"account": account_id}).scalar_one())


def receivable_of(lieu_id: LieuId, member_id: MemberId | None) -> sa.ColumnElement[bool]:
    """The condition (over Account) for what one member, or walk-ins together, owe a lieu."""
    owner = Account.owner_id.is_(None) if member_id is None else Account.owner_id == member_id
    return sa.and_(Account.lieu_id == lieu_id, Account.kind == AccountKind.RECEIVABLE, owner)


def balances_of_member(session: Session, asker: Asker) -> list[Balance]:
    """Where the asker stands with each lieu."""
    return balances(session, Account.owner_id == asker.member_id, Lieu.name)


def balances_of_lieu(session: Session, asker: Asker, lieu_id: LieuId) -> list[Balance]:
    """Who owes the lieu, deepest debt first. Raises NotFound unless the asker keeps its books."""
    _keeps(asker, lieu_id)
    found = balances(session, sa.and_(Account.lieu_id == lieu_id, Account.kind == AccountKind.RECEIVABLE), Member.name)
    return sorted(found, key=lambda b: b.balance.amount)


def accounts_of_lieu(
    session: Session,
    asker: Asker,
    lieu_id: LieuId,
    *,
    matching: str = "",
    after: str | None = None,
    limit: int = PAGE,
) -> AccountsPage:
    """A page of the accounts that people have with a lieu, deepest debt first, and what all of them owe together.

    `matching` narrows it to people whose name or address has these words, those of the lieu without an account among
    them. `after` is the `next` of the page before; Malformed when it is not. Raises NotFound unless the asker keeps
    the lieu's books.
    """
    _keeps(asker, lieu_id)
    held = (
        sa.select(
            Account.id, Account.owner_id, Account.unit, Account.floor, balance_expression(Account.id).label("balance")
        )
        .where(Account.lieu_id == lieu_id, Account.kind == AccountKind.RECEIVABLE, Account.unit == Unit.EUR)
        .subquery()
    )
    total = session.execute(
        sa.select(
            sa.func.coalesce(sa.func.sum(sa.case((held.c.balance < 0, -held.c.balance), else_=0)), 0).label("owed"),
            sa.func.coalesce(sa.func.sum(sa.case((held.c.balance > 0, held.c.balance), else_=0)), 0).label("ahead"),
            sa.func.count(sa.case((held.c.balance < 0, 1))).label("debtors"),
        )
    ).one()
    wanted = sa.select(*held.c, Member.uid, Member.name, Member.email).outerjoin(Member, Member.id == held.c.owner_id)
    others: tuple[Holder, ...] = ()
    if matching:
        ids = _found(session, lieu_id, matching)
        wanted = wanted.where(held.c.owner_id.in_(ids))
        others = _without_account(session, lieu_id, ids)
    if after:
        balance, number = read_cursor(after, int, int)
        wanted = wanted.where(sa.tuple_(held.c.balance, held.c.id) > sa.tuple_(sa.literal(balance), sa.literal(number)))
    rows = session.execute(wanted.order_by(held.c.balance, held.c.id).limit(limit + 1)).all()
    more = cursor(int(rows[limit - 1].balance), rows[limit - 1].id) if len(rows) > limit else None
    items = tuple(_holder(r, Money(int(r.balance), Unit(r.unit)), r.floor) for r in rows[:limit])
    owed, ahead = Money(int(total.owed)), Money(int(total.ahead))
    return AccountsPage(items, () if after else others, owed, ahead, total.debtors, more)


def account_of(session: Session, asker: Asker, lieu_id: LieuId, uid: str | None) -> Holder:
    """Where one person (None: the walk-ins together) stands with a lieu, be it that nothing was ever owed.

    Raises NotFound unless the asker keeps the lieu's books and the person has an account there or is of the lieu.
    """
    _keeps(asker, lieu_id)
    if uid is None:
        account = sa.select(Account.floor, balance_expression(Account.id).label("balance"))
        walk_ins = session.execute(account.where(receivable_of(lieu_id, None))).one_or_none()
        return Holder(None, None, "", None, Money(0 if walk_ins is None else int(walk_ins.balance)), None)
    row = session.execute(
        sa.select(
            Member.id.label("owner_id"),
            Member.uid,
            Member.name,
            Member.email,
            Account.id,
            Account.floor,
            balance_expression(Account.id).label("balance"),
            Lieu.debt_ceiling,
        )
        .select_from(Member)
        .join(Lieu, Lieu.id == lieu_id)
        .outerjoin(
            Account,
            sa.and_(Account.owner_id == Member.id, Account.lieu_id == lieu_id, Account.kind == AccountKind.RECEIVABLE),
        )
        .where(Member.uid == uid, sa.or_(Account.id.is_not(None), _of_the_lieu(lieu_id)))
    ).one_or_none()
    if row is None:
        raise NotFound
    return _holder(row, Money(int(row.balance)), -row.debt_ceiling if row.id is None else row.floor)


def owed_by(session: Session, asker: Asker, lieu_id: LieuId, members: Collection[MemberId]) -> dict[MemberId, Money]:
    """What each of these people owes the lieu, for its staff; those who owe nothing are left out."""
    if not (asker.staffs(lieu_id) or asker.steward):
        raise NotFound
    rows = session.execute(
        sa.select(Account.owner_id, Account.unit, balance_expression(Account.id).label("balance")).where(
            Account.lieu_id == lieu_id, Account.kind == AccountKind.RECEIVABLE, Account.owner_id.in_(members)
        )
    )
    return {MemberId(r.owner_id): Money(-int(r.balance), Unit(r.unit)) for r in rows if r.balance < 0}


def _keeps(asker: Asker, lieu_id: LieuId) -> None:
    if not (asker.keeps_books(lieu_id) or asker.steward):
        raise NotFound


def _of_the_lieu(lieu_id: LieuId) -> sa.ColumnElement[bool]:
    return sa.exists().where(Membership.member_id == Member.id, Membership.lieu_id == lieu_id)


def _found(session: Session, lieu_id: LieuId, matching: str) -> list[int]:
    """The people of the lieu, or with an account there, who answer to these words.

    Accents are folded here, since neither database does it alike; a lieu has some thousands of people at most.
    """
    has_account = sa.exists().where(Account.owner_id == Member.id, Account.lieu_id == lieu_id)
    people = session.execute(
        sa.select(Member.id, Member.name, Member.email).where(
            Member.erased_at.is_(None), sa.or_(has_account, _of_the_lieu(lieu_id))
        )
    )
    return [row.id for row in people if answers_to(matching, row.name, row.email)]


def _without_account(session: Session, lieu_id: LieuId, ids: Collection[int]) -> tuple[Holder, ...]:
    has_account = sa.exists().where(Account.owner_id == Member.id, Account.lieu_id == lieu_id)
    rows = session.execute(
        sa.select(Member.id.label("owner_id"), Member.uid, Member.name, Member.email, Lieu.debt_ceiling)
        .select_from(Member)
        .join(Lieu, Lieu.id == lieu_id)
        .where(Member.id.in_(ids), sa.not_(has_account))
        .order_by(Member.name, Member.id)
        .limit(FEW)
    )
    return tuple(_holder(row, Money(0), -row.debt_ceiling) for row in rows)


def _holder(row: Any, balance: Money, floor: int | None) -> Holder:
    return Holder(
        None if row.owner_id is None else MemberId(row.owner_id),
        row.uid,
        row.name or "",
        row.email,
        balance,
        None if floor is None else Money(-floor, balance.unit),
    )


def balances(session: Session, condition: Any, order: Any) -> list[Balance]:
    """The balances of the accounts that meet the condition (over Account, Lieu and Member)."""
    rows = session.execute(
        sa.select(
            Lieu.slug,
            Lieu.name.label("lieu"),
            Member.uid,
            Member.name,
            Account.unit,
            Account.floor,
            balance_expression(Account.id).label("balance"),
        )
        .join(Lieu, Lieu.id == Account.lieu_id)
        .outerjoin(Member, Member.id == Account.owner_id)
        .where(condition)
        .order_by(order)
    )
    return [
        Balance(
            r.slug,
            r.lieu,
            r.uid,
            r.name or "",
            Money(r.balance, Unit(r.unit)),
            None if r.floor is None else Money(-r.floor, Unit(r.unit)),
        )
        for r in rows
    ]
