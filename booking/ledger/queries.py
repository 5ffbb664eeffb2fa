"""Reading accounts: balances are sums of transfers, statements are pages of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.db.pages import Page, cursor, read_cursor
from booking.errors import NotFound
from booking.ledger.models import Account, Book, Transfer
from booking.ledger.rules import AccountKind, Cause
from booking.ledger.schemas import Balance, LieuAccounts, Movement, Statement, StatementLine
from booking.people.models import Member
from booking.people.schemas import Asker
from booking.places.models import Lieu
from booking.values.ids import AccountId, BookId, LieuId, MemberId
from booking.values.money import Money, Unit

PAGE = 50


def lieu_accounts(session: Session, lieu_id: LieuId) -> LieuAccounts | None:
    """The shared accounts of a lieu's book in euros; None when the book is not open yet."""
    rows = session.execute(
        sa.select(Account.kind, Account.id, Account.book_id)
        .join(Book, Book.id == Account.book_id)
        .where(Book.lieu_id == lieu_id, Account.unit == Unit.EUR, Account.owner_id.is_(None))
    ).all()
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
    return int(session.execute(sa.select(_balance(sa.literal(account_id)))).scalar_one())


def balances_of_member(session: Session, asker: Asker) -> list[Balance]:
    """Where the asker stands with each lieu."""
    return _balances(session, Account.owner_id == asker.member_id, Lieu.name)


def balances_of_lieu(session: Session, asker: Asker, lieu_id: LieuId) -> list[Balance]:
    """Who owes the lieu, deepest debt first. Raises NotFound unless the asker keeps its books."""
    if not (asker.keeps_books(lieu_id) or asker.steward):
        raise NotFound
    found = _balances(session, sa.and_(Account.lieu_id == lieu_id, Account.kind == AccountKind.RECEIVABLE), Member.name)
    return sorted(found, key=lambda b: b.balance.amount)


def statement(
    session: Session, asker: Asker, lieu_id: LieuId, member_id: MemberId | None, *, before: int | None = None
) -> Statement:
    """One page of a member's (None: the walk-ins') account with a lieu, newest first.

    Raises NotFound unless it is the asker's own or the asker keeps the lieu's books.
    """
    own = member_id is not None and member_id == asker.member_id
    if not (own or asker.keeps_books(lieu_id) or asker.steward):
        raise NotFound
    condition = sa.and_(
        Account.lieu_id == lieu_id,
        Account.kind == AccountKind.RECEIVABLE,
        Account.owner_id.is_(None) if member_id is None else Account.owner_id == member_id,
    )
    found = _balances(session, condition, Lieu.name)
    if not found:
        raise NotFound
    accounts = session.scalars(sa.select(Account.id).where(condition)).all()
    rows = _movements(session, accounts, before, PAGE + 1)
    return Statement(
        found[0], tuple(_line(r) for r in rows[:PAGE]), str(rows[PAGE - 1].id) if len(rows) > PAGE else None
    )


def movements_of_member(
    session: Session, asker: Asker, unit: Unit, *, after: str | None = None, limit: int = PAGE
) -> Page[Movement]:
    """One page of the asker's own account with every lieu in that unit, newest first.

    `after` is the `next` of the page before; Malformed when it is not.
    """
    before = int(read_cursor(after, int)[0]) if after else None
    accounts = session.scalars(
        sa.select(Account.id).where(Account.owner_id == asker.member_id, Account.unit == unit)
    ).all()
    rows = _movements(session, accounts, before, limit + 1) if accounts else []
    lieux = {
        r.id: r
        for r in session.execute(sa.select(Lieu.id, Lieu.slug, Lieu.name).where(Lieu.id.in_({r.lieu_id for r in rows})))
    }
    items = tuple(Movement(lieux[r.lieu_id].slug, lieux[r.lieu_id].name, _line(r)) for r in rows[:limit])
    return Page(items, cursor(rows[limit - 1].id) if len(rows) > limit else None)


def _movements(session: Session, accounts: Sequence[int], before: int | None, limit: int) -> Sequence[Any]:
    """The newest transfers of some accounts of one owner: each account is read by its two indexes, no further."""
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
    return session.execute(
        sa.select(
            Transfer.id,
            Transfer.at,
            Transfer.cause,
            Transfer.subject,
            Transfer.detail,
            Transfer.amount,
            Transfer.unit,
            Transfer.lieu_id,
            mine.c.sign,
        )
        .join(mine, mine.c.id == Transfer.id)
        .order_by(Transfer.id.desc())
        .limit(limit)
    ).all()


def _line(row: Any) -> StatementLine:
    amount = Money(row.sign * row.amount, Unit(row.unit))
    return StatementLine(row.at, Cause(row.cause), row.subject, row.detail, amount)


def _balance(account_id: Any) -> Any:
    """The expression of a balance: two sums through two indexes."""
    credited = sa.select(sa.func.coalesce(sa.func.sum(Transfer.amount), 0)).where(Transfer.credit_id == account_id)
    debited = sa.select(sa.func.coalesce(sa.func.sum(Transfer.amount), 0)).where(Transfer.debit_id == account_id)
    return sa.cast(credited.scalar_subquery() - debited.scalar_subquery(), sa.BigInteger)


def _balances(session: Session, condition: Any, order: Any) -> list[Balance]:
    rows = session.execute(
        sa.select(
            Lieu.slug,
            Lieu.name.label("lieu"),
            Member.uid,
            Member.name,
            Account.unit,
            Account.floor,
            _balance(Account.id).label("balance"),
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
