"""Writing transfers. Nothing here updates or deletes one; the database would refuse it."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.db.rows import add
from booking.ledger.actions.accounts import standing
from booking.ledger.models import Transfer
from booking.ledger.queries import balance_of
from booking.ledger.rules import (
    DebtCeiling,
    Deed,
    Entry,
    sale,
)
from booking.ledger.schemas import LieuAccounts
from booking.values.codes import uuid7
from booking.values.ids import AccountId, LieuId, MemberId
from booking.values.money import Money, Unit


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
    accounts, account_id, floor = standing(session, lieu_id, member_id, deed.now)
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
