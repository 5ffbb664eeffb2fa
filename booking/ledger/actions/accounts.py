"""Accounts: made on first use, locked while what is owed changes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from booking.db.rows import run
from booking.ledger.models import Account, Book
from booking.ledger.queries import lieu_accounts
from booking.ledger.rules import (
    AccountKind,
)
from booking.ledger.schemas import LieuAccounts
from booking.places.models import Lieu
from booking.values.ids import AccountId, BookId, LieuId, MemberId
from booking.values.money import Unit


def insert_once(session: Session, table: Any, values: dict[str, Any]) -> None:
    """Insert a row unless one with the same unique key is there, whoever was first."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(table).values(**values).on_conflict_do_nothing())


def open_book(session: Session, lieu_id: LieuId, now: dt.datetime) -> LieuAccounts:
    """The lieu's book with its shared accounts, made on first use."""
    insert_once(session, Book, {"lieu_id": lieu_id})
    book_id = session.execute(sa.select(Book.id).where(Book.lieu_id == lieu_id)).scalar_one()
    for kind in AccountKind:
        insert_once(session, Account, _account(book_id, lieu_id, kind, None, None, now))
    accounts = lieu_accounts(session, lieu_id)
    assert accounts is not None  # noqa: S101 - just made
    return accounts


_RECEIVABLE = {
    owned: sa.select(Account.id, Account.floor)
    .where(
        Account.book_id == sa.bindparam("book"),
        Account.unit == Unit.EUR,
        Account.kind == AccountKind.RECEIVABLE,
        Account.owner_id == sa.bindparam("member") if owned else Account.owner_id.is_(None),
    )
    .with_for_update(key_share=True)
    for owned in (True, False)
}


def receivable(
    session: Session, accounts: LieuAccounts, member_id: MemberId | None, now: dt.datetime
) -> tuple[AccountId, int | None]:
    """What `member_id` (None: walk-ins together) owes the lieu: its account, locked, with its floor in minor units.

    The account is made on first use with the lieu's ceiling of debt.
    """
    found, whose = _RECEIVABLE[member_id is not None], {"book": accounts.book_id, "member": member_id}
    row = run(session, found, whose).one_or_none()
    if row is None:
        ceiling = session.execute(sa.select(Lieu.debt_ceiling).where(Lieu.id == accounts.lieu_id)).scalar_one()
        values = _account(accounts.book_id, accounts.lieu_id, AccountKind.RECEIVABLE, member_id, -ceiling, now)
        insert_once(session, Account, values)
        row = run(session, found, whose).one()
    return AccountId(row.id), row.floor


def _shared(kind: AccountKind) -> tuple[type[Account], sa.ColumnElement[bool]]:
    """The lieu's account of that kind beside somebody's own, and how the two belong together."""
    found = aliased(Account, name=kind.value)
    together = (found.book_id == Account.book_id, found.unit == Account.unit, found.kind == kind)
    return found, sa.and_(*together, found.owner_id.is_(None))


_REVENUE, _VAT, _CASH = (_shared(kind) for kind in (AccountKind.REVENUE, AccountKind.VAT, AccountKind.CASH))
_STANDING = (
    sa.select(
        Account.id,
        Account.floor,
        Account.book_id,
        _REVENUE[0].id.label("revenue"),
        _VAT[0].id.label("vat"),
        _CASH[0].id.label("cash"),
    )
    .join(*_REVENUE)
    .join(*_VAT)
    .join(*_CASH)
    .where(
        Account.lieu_id == sa.bindparam("lieu"),
        Account.unit == Unit.EUR,
        Account.kind == AccountKind.RECEIVABLE,
        Account.owner_id == sa.bindparam("member"),
    )
    .with_for_update(key_share=True, of=Account)
)


def standing(
    session: Session, lieu_id: LieuId, member_id: MemberId | None, now: dt.datetime
) -> tuple[LieuAccounts, AccountId, int | None]:
    """The lieu's accounts and what somebody owes it, as `receivable` gives it: by one statement once all are there."""
    row = run(session, _STANDING, {"lieu": lieu_id, "member": member_id}).one_or_none()
    if row is None:
        accounts = lieu_accounts(session, lieu_id) or open_book(session, lieu_id, now)
        return accounts, *receivable(session, accounts, member_id, now)
    accounts = LieuAccounts(
        book_id=BookId(row.book_id),
        lieu_id=lieu_id,
        revenue=AccountId(row.revenue),
        vat=AccountId(row.vat),
        cash=AccountId(row.cash),
    )
    return accounts, AccountId(row.id), row.floor


def _account(
    book_id: int, lieu_id: LieuId, kind: AccountKind, owner: MemberId | None, floor: int | None, now: dt.datetime
) -> dict[str, Any]:
    return {
        "book_id": book_id,
        "lieu_id": lieu_id,
        "unit": Unit.EUR,
        "kind": kind,
        "owner_id": owner,
        "floor": None if owner is None else floor,
        "created_at": now,
    }
