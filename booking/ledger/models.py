"""Accounts and transfers.

Invariants, each kept by the database:
- a transfer debits one account and credits another, of the same book and the same unit of account (composite foreign
  keys), by a positive amount; it is never changed nor deleted;
- a transfer is reversed at most once, by the exact opposite (`reverses_id` is unique; a trigger compares the rows);
- a `key` is used once for ever.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import triggers
from booking.db.base import Amount, Base, BigId, Instant, Json, Line, Uid, word
from booking.ledger.rules import AccountKind, Cause
from booking.values.money import Unit

OPPOSITE = "tr_transfer_exact_opposite"


class Book(Base):
    """The accounts of one lieu."""

    __tablename__ = "book"
    __table_args__ = (sa.UniqueConstraint("id", "lieu_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    lieu_id: Mapped[int] = mapped_column(sa.ForeignKey("lieu.id"), unique=True)


class Account(Base):
    """One account of a book in one unit. `floor` is the least balance allowed (a debt's ceiling, negative), if any."""

    __tablename__ = "account"
    __table_args__ = (
        sa.UniqueConstraint("id", "unit", "book_id"),
        sa.ForeignKeyConstraint(["book_id", "lieu_id"], ["book.id", "book.lieu_id"]),
        sa.CheckConstraint("owner_id IS NULL OR kind = 'receivable'", "owner"),
        sa.CheckConstraint("floor IS NULL OR floor <= 0", "floor"),
        sa.Index(
            "uq_account_shared",
            "book_id",
            "unit",
            "kind",
            unique=True,
            sqlite_where=sa.text("owner_id IS NULL"),
            postgresql_where=sa.text("owner_id IS NULL"),
        ),
        sa.Index(
            "uq_account_owned",
            "book_id",
            "unit",
            "kind",
            "owner_id",
            unique=True,
            sqlite_where=sa.text("owner_id IS NOT NULL"),
            postgresql_where=sa.text("owner_id IS NOT NULL"),
        ),
        sa.Index("ix_account_owner", "owner_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    book_id: Mapped[int] = mapped_column(BigId)
    lieu_id: Mapped[int] = mapped_column(BigId)
    unit: Mapped[Unit] = mapped_column(word(Unit, "unit", 12))
    kind: Mapped[AccountKind] = mapped_column(word(AccountKind, "kind"))
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"))
    floor: Mapped[int | None] = mapped_column(Amount)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)


class RuleVersion(Base):
    """What a rule that moved money said at the time: a tariff as it stood, for one."""

    __tablename__ = "rule_version"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    lieu_id: Mapped[int] = mapped_column(sa.ForeignKey("lieu.id"), index=True)
    subject: Mapped[str] = mapped_column(sa.String(60))
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"))
    created_at: Mapped[dt.datetime] = mapped_column(Instant)


class Transfer(Base):
    """One movement between two accounts. Rows of one `group_uid` are one business transaction."""

    __tablename__ = "transfer"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["debit_id", "unit", "book_id"], ["account.id", "account.unit", "account.book_id"], name="fk_transfer_debit"
        ),
        sa.ForeignKeyConstraint(
            ["credit_id", "unit", "book_id"],
            ["account.id", "account.unit", "account.book_id"],
            name="fk_transfer_credit",
        ),
        sa.ForeignKeyConstraint(["book_id", "lieu_id"], ["book.id", "book.lieu_id"]),
        sa.CheckConstraint("amount > 0", "amount"),
        sa.CheckConstraint("debit_id <> credit_id", "two_accounts"),
        sa.Index("ix_transfer_debit", "debit_id", "id"),
        sa.Index("ix_transfer_credit", "credit_id", "id"),
        sa.Index("ix_transfer_group", "group_uid"),
        sa.Index("ix_transfer_subject", "subject"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    group_uid: Mapped[str] = mapped_column(Uid)
    book_id: Mapped[int] = mapped_column(BigId)
    lieu_id: Mapped[int] = mapped_column(BigId)
    unit: Mapped[Unit] = mapped_column(word(Unit, "unit", 12))
    debit_id: Mapped[int] = mapped_column(BigId)
    credit_id: Mapped[int] = mapped_column(BigId)
    amount: Mapped[int] = mapped_column(Amount)
    cause: Mapped[Cause] = mapped_column(word(Cause, "cause"))
    subject: Mapped[str] = mapped_column(sa.String(60))
    detail: Mapped[str] = mapped_column(Line, default="")
    rule_version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("rule_version.id"))
    key: Mapped[str] = mapped_column(sa.String(120), unique=True)
    reverses_id: Mapped[int | None] = mapped_column(sa.ForeignKey("transfer.id"), unique=True)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"))
    at: Mapped[dt.datetime] = mapped_column(Instant)


triggers.refuse(Transfer.__table__, "UPDATE", "DELETE")
triggers.refuse(RuleVersion.__table__, "UPDATE", "DELETE")
_IS_NOT_OPPOSITE = """NEW.reverses_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM transfer AS t WHERE t.id = NEW.reverses_id AND t.debit_id = NEW.credit_id
      AND t.credit_id = NEW.debit_id AND t.amount = NEW.amount AND t.reverses_id IS NULL)"""
triggers.add(
    Transfer.__table__,
    sqlite=[triggers.sqlite_refusal(OPPOSITE, "BEFORE INSERT", "transfer", _IS_NOT_OPPOSITE)],
    postgresql=[
        f"""
CREATE FUNCTION archipel_exact_opposite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {_IS_NOT_OPPOSITE} THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = '{OPPOSITE}',
      CONSTRAINT = '{OPPOSITE}', TABLE = 'transfer';
  END IF;
  RETURN NEW;
END $$""",
        f"CREATE TRIGGER {OPPOSITE} BEFORE INSERT ON transfer FOR EACH ROW EXECUTE FUNCTION archipel_exact_opposite()",
    ],
)
