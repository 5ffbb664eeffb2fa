"""Payments that a lieu received, and how much people may owe it."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.errors import NotFound, Refusal
from booking.ledger.actions.accounts import open_book, receivable
from booking.ledger.actions.transfers import post
from booking.ledger.models import Account, Transfer
from booking.ledger.queries import account_of, balance_of, lieu_accounts
from booking.ledger.rules import (
    LARGEST_PAYMENT,
    AlreadyOwed,
    Cause,
    CeilingInTheWay,
    Deed,
    Entry,
    FormUsed,
    NotAnAmount,
    Payment,
)
from booking.people.models import Member
from booking.people.schemas import Asker
from booking.values.ids import LieuId, MemberId
from booking.values.money import Money, Unit


def record_payment(
    session: Session,
    lieu_id: LieuId,
    member_id: MemberId | None,
    amount: Money,
    payment: Payment,
    now: dt.datetime,
) -> None:
    """A payment that the lieu received outside Archipel: it lowers what the member owes. The caller may record it."""
    accounts = lieu_accounts(session, lieu_id) or open_book(session, lieu_id, now)
    account_id, _floor = receivable(session, accounts, member_id, now)
    deed = Deed(Cause.PAYMENT, payment.means, f"payment:{payment.key}", payment.by, now)
    post(session, accounts, [Entry(accounts.cash, account_id, amount, deed.key, detail=payment.note)], deed)


def take_payment(
    session: Session,
    asker: Asker,
    lieu_id: LieuId,
    uid: str | None,
    amount: Money,
    payment: Payment,
    now: dt.datetime,
) -> bool:
    """Record a payment of one person (None: a walk-in); False when this very payment was recorded before.

    The payment's key is its form's own. Raises NotFound unless the asker keeps the lieu's books and knows the person
    there, NotAnAmount, FormUsed when the key came with another payment before.
    """
    holder = _kept(session, asker, lieu_id, uid)
    if not 0 < amount.amount <= LARGEST_PAYMENT.amount:
        values = {"most": LARGEST_PAYMENT}
        raise NotAnAmount(Refusal(NotAnAmount.code, NotAnAmount.message, values, "amount"))
    accounts = lieu_accounts(session, lieu_id) or open_book(session, lieu_id, now)
    account_id, _floor = receivable(session, accounts, holder, now)
    deed = Deed(Cause.PAYMENT, payment.means, f"payment:{lieu_id}:{payment.key}", payment.by, now)
    # Whoever pressed the button twice waits for the account's lock, and then finds the first one's work.
    known = session.execute(
        sa.select(Transfer.credit_id, Transfer.amount, Transfer.subject, Transfer.detail).where(
            Transfer.key == deed.key
        )
    ).one_or_none()
    if known is not None:
        if tuple(known) != (account_id, amount.amount, payment.means, payment.note):
            raise FormUsed
        return False
    post(session, accounts, [Entry(accounts.cash, account_id, amount, deed.key, detail=payment.note)], deed)
    return True


def undo_payment(
    session: Session, asker: Asker, lieu_id: LieuId, uid: str | None, group: str, now: dt.datetime
) -> None:
    """Take a recorded payment back by its exact opposite, once; again does nothing.

    Raises NotFound unless the asker keeps the lieu's books and `group` is a payment on that person's account there,
    CeilingInTheWay when they would then owe more than they may.
    """
    holder = _kept(session, asker, lieu_id, uid)
    accounts = lieu_accounts(session, lieu_id)
    if accounts is None:
        raise NotFound
    account_id, floor = receivable(session, accounts, holder, now)
    paid = session.execute(
        sa.select(Transfer.id, Transfer.amount, Transfer.unit, Transfer.subject, Transfer.detail).where(
            Transfer.group_uid == group, Transfer.credit_id == account_id, Transfer.cause == Cause.PAYMENT
        )
    ).one_or_none()
    if paid is None:
        raise NotFound
    if session.execute(sa.select(Transfer.id).where(Transfer.reverses_id == paid.id)).one_or_none() is not None:
        return
    amount = Money(paid.amount, Unit(paid.unit))
    after = balance_of(session, account_id) - amount.amount
    if floor is not None and after < floor:
        raise CeilingInTheWay(owed=Money(-after), ceiling=Money(-floor))
    deed = Deed(Cause.CORRECTION, paid.subject, f"reverse:{paid.id}", asker.member_id, now)
    entry = Entry(account_id, accounts.cash, amount, deed.key, detail=paid.detail, reverses=paid.id)
    post(session, accounts, [entry], deed)


def change_ceiling(
    session: Session, asker: Asker, lieu_id: LieuId, uid: str, ceiling: Money | None, now: dt.datetime
) -> None:
    """How much one person may owe the lieu, None without limit.

    Raises NotFound unless the asker keeps the lieu's books and knows the person there, AlreadyOwed.
    """
    holder = _kept(session, asker, lieu_id, uid)
    assert holder is not None  # noqa: S101 - a uid names a person
    set_ceiling(session, lieu_id, holder, ceiling, now)


def _kept(session: Session, asker: Asker, lieu_id: LieuId, uid: str | None) -> MemberId | None:
    """Whose account the asker is to change. Stewards read the books of every lieu and write in none."""
    if not asker.keeps_books(lieu_id):
        raise NotFound
    return account_of(session, asker, lieu_id, uid).member_id


def set_ceiling(
    session: Session, lieu_id: LieuId, member_id: MemberId, ceiling: Money | None, now: dt.datetime
) -> None:
    """How much one member may owe the lieu; None lifts the limit. Raises AlreadyOwed below what is owed today."""
    if session.execute(sa.select(Member.id).where(Member.id == member_id)).one_or_none() is None:
        raise NotFound
    accounts = lieu_accounts(session, lieu_id) or open_book(session, lieu_id, now)
    account_id, _floor = receivable(session, accounts, member_id, now)
    balance = balance_of(session, account_id)
    if ceiling is not None and balance < -ceiling.amount:
        raise AlreadyOwed(Refusal(AlreadyOwed.code, AlreadyOwed.message, {"owed": Money(-balance)}, "ceiling"))
    floor = None if ceiling is None else -ceiling.amount
    session.execute(sa.update(Account).where(Account.id == account_id).values(floor=floor))
