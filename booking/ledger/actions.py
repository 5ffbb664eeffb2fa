"""Writing transfers. Nothing here updates or deletes one; the database would refuse it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from booking.db.rows import add, run
from booking.errors import NotFound, Refusal
from booking.ledger.models import Account, Book, RuleVersion, Transfer
from booking.ledger.queries import account_of, balance_of, lieu_accounts
from booking.ledger.rules import (
    LARGEST_PAYMENT,
    AccountKind,
    AlreadyOwed,
    Cause,
    CeilingInTheWay,
    DebtCeiling,
    Deed,
    Entry,
    FormUsed,
    NotAnAmount,
    Payment,
    sale,
)
from booking.ledger.schemas import LieuAccounts
from booking.people.models import Member
from booking.people.schemas import Asker
from booking.places.models import Lieu
from booking.values.codes import uuid7
from booking.values.ids import AccountId, LieuId, MemberId
from booking.values.money import Money, Unit


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


def charge(
    session: Session,
    lieu_id: LieuId,
    member_id: MemberId | None,
    gross: Money,
    vat: Money,
    deed: Deed,
    *,
    undo: bool = False,
) -> None:
    """Put a sale (VAT contained in `gross`) on the member's account; with `undo`, first reverse what it cost so far.

    Raises DebtCeiling when the member would owe more than allowed; walk-ins (None) have no ceiling.
    """
    accounts = lieu_accounts(session, lieu_id) or open_book(session, lieu_id, deed.now)
    account_id, floor = receivable(session, accounts, member_id, deed.now)
    entries = reversals(session, deed.subject) if undo else []
    before = sum(e.amount.amount if e.credit == account_id else -e.amount.amount for e in entries)
    entries += sale(account_id, accounts.revenue, accounts.vat, gross, vat, deed.key)
    if not entries:
        return
    if floor is not None and gross and gross.amount > before:
        after = balance_of(session, account_id) + before - gross.amount
        if after < floor:
            raise DebtCeiling(owed=Money(-after), ceiling=Money(-floor))
    post(session, accounts, entries, deed)


def reversals(session: Session, subject: str) -> list[Entry]:
    """The exact opposites of the transfers of `subject` that are not reversed yet."""
    undone = sa.select(Transfer.reverses_id).where(Transfer.subject == subject, Transfer.reverses_id.is_not(None))
    rows = session.execute(
        sa.select(Transfer.id, Transfer.debit_id, Transfer.credit_id, Transfer.amount, Transfer.unit)
        .where(
            Transfer.subject == subject,
            Transfer.reverses_id.is_(None),
            Transfer.id.not_in(undone),
        )
        .order_by(Transfer.id)
    )
    return [
        Entry(
            debit=AccountId(r.credit_id),
            credit=AccountId(r.debit_id),
            amount=Money(r.amount, Unit(r.unit)),
            key=f"reverse:{r.id}",
            reverses=r.id,
        )
        for r in rows
    ]


def post(session: Session, accounts: LieuAccounts, entries: Sequence[Entry], deed: Deed) -> None:
    """Write the entries as one group, by one statement."""
    group = uuid7(deed.now)
    add(
        session,
        Transfer,
        *(
            {
                "group_uid": group,
                "book_id": accounts.book_id,
                "lieu_id": accounts.lieu_id,
                "unit": e.amount.unit,
                "debit_id": e.debit,
                "credit_id": e.credit,
                "amount": e.amount.amount,
                "cause": deed.cause,
                "subject": deed.subject,
                "detail": e.detail,
                "rule_version_id": deed.rule_version_id,
                "key": e.key,
                "reverses_id": e.reverses,
                "by_id": deed.by,
                "at": deed.now,
            }
            for e in entries
        ),
    )


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


def rule_version(
    session: Session, lieu_id: LieuId, subject: str, content: dict[str, Any], by: MemberId | None, now: dt.datetime
) -> int:
    """Remember what a rule that moves money says from now on; transfers and quotes point at it."""
    return session.execute(
        sa.insert(RuleVersion)
        .values(lieu_id=lieu_id, subject=subject, content=content, created_by_id=by, created_at=now)
        .returning(RuleVersion.id)
    ).scalar_one()


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
