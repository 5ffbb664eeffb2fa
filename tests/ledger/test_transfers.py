"""A transfer is balanced, of one unit and book, positive, final, reversed once: bare SQL tries otherwise."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from booking.db import violated, write
from booking.errors import NotFound
from booking.ledger.actions import charge, open_book, record_payment, set_ceiling
from booking.ledger.models import Account, Book, Transfer
from booking.ledger.queries import balances_of_lieu, balances_of_member, statement
from booking.ledger.rules import AccountKind, AlreadyOwed, Cause, DebtCeiling, Deed, Means, Payment
from booking.ledger.schemas import LieuAccounts, StatementLine
from booking.people.rules import Role
from booking.people.schemas import Asker
from booking.values.money import Money
from tests.support.world import NOW, World, id_of

LIEU = "la-grande-ecluse"


@pytest.fixture
def world(session: Session) -> World:
    assert session
    made = World()
    made.lieu()
    made.lieu("La Cale sèche")
    return made


@pytest.fixture
def accounts(world: World) -> LieuAccounts:
    return write(open_book, world.lieux[LIEU], NOW)


def transfer(accounts: LieuAccounts, **changed: Any) -> int:
    values = {
        "group_uid": "0" * 36,
        "book_id": accounts.book_id,
        "lieu_id": accounts.lieu_id,
        "unit": "EUR",
        "debit_id": accounts.cash,
        "credit_id": accounts.revenue,
        "amount": 100,
        "cause": Cause.PAYMENT,
        "subject": "test",
        "key": "one",
        "at": NOW,
    } | changed
    return write(lambda s: s.execute(sa.insert(Transfer).values(**values).returning(Transfer.id)).scalar_one())


@pytest.mark.parametrize(
    ("changed", "by"),
    [
        ({"amount": 0}, "ck_transfer_amount"),
        ({"amount": -100}, "ck_transfer_amount"),
        ({"credit_id": "cash"}, "ck_transfer_two_accounts"),
    ],
)
def test_an_amount_moves_between_two_accounts(accounts: LieuAccounts, changed: dict[str, Any], by: str) -> None:
    if changed.get("credit_id") == "cash":
        changed = {"credit_id": accounts.cash}
    with pytest.raises(DBAPIError) as refused:
        transfer(accounts, **changed)
    assert violated(refused.value) == by


def test_two_books_cannot_mix(world: World, accounts: LieuAccounts) -> None:
    other = write(open_book, world.lieux["la-cale-seche"], NOW)
    for changed in ({"credit_id": other.revenue}, {"debit_id": other.cash}, {"book_id": other.book_id}):
        with pytest.raises(DBAPIError):
            transfer(accounts, **changed)


def test_two_units_cannot_mix(accounts: LieuAccounts) -> None:
    with pytest.raises(DBAPIError):
        write(lambda s: s.execute(sa.text("UPDATE account SET unit = 'XXX'")))
    with pytest.raises((DBAPIError, LookupError, sa.exc.StatementError)):
        transfer(accounts, unit="XXX")


@pytest.mark.parametrize("sql", ["UPDATE transfer SET amount = 1", "DELETE FROM transfer"])
def test_a_transfer_is_final(accounts: LieuAccounts, sql: str) -> None:
    transfer(accounts)
    with pytest.raises(DBAPIError) as refused:
        write(lambda s: s.execute(sa.text(sql)))
    assert violated(refused.value) == f"tr_transfer_no_{sql.split(maxsplit=1)[0].lower()}"


def test_a_key_is_used_once(accounts: LieuAccounts) -> None:
    transfer(accounts)
    with pytest.raises(DBAPIError) as refused:
        transfer(accounts)
    assert violated(refused.value) == "uq_transfer_key"


@pytest.mark.parametrize("wrong", ["amount", "sides", "twice", "reversal"])
def test_a_reversal_is_the_exact_opposite_once(accounts: LieuAccounts, wrong: str) -> None:
    first = transfer(accounts)
    opposite: dict[str, Any] = {"debit_id": accounts.revenue, "credit_id": accounts.cash, "reverses_id": first}
    if wrong in ("twice", "reversal"):
        second = transfer(accounts, key="two", **opposite)
        if wrong == "reversal":
            opposite = {"reverses_id": second}
    changed: dict[str, dict[str, Any]] = {
        "amount": {"amount": 99},
        "sides": {"debit_id": accounts.cash, "credit_id": accounts.revenue},
    }
    with pytest.raises(DBAPIError) as refused:
        transfer(accounts, key="three", **opposite | changed.get(wrong, {}))
    expected = "uq_transfer_reverses_id" if wrong == "twice" else "tr_transfer_exact_opposite"
    assert violated(refused.value) == expected


def test_without_its_triggers_a_transfer_could_be_changed(accounts: LieuAccounts) -> None:
    """The twin of the tests above."""
    transfer(accounts)
    on = "" if write(lambda s: s.get_bind().dialect.name) == "sqlite" else " ON transfer"
    write(lambda s: s.execute(sa.text(f"DROP TRIGGER tr_transfer_no_update{on}")))
    write(lambda s: s.execute(sa.text("UPDATE transfer SET amount = 1")))


def buy(world: World, member: Asker, amount: int, key: str, *, undo: bool = False) -> None:
    deed = Deed(Cause.BOOKING, "R-234567", key, member.member_id, NOW)
    write(charge, world.lieux[LIEU], member.member_id, Money(amount), Money(amount // 6), deed, undo=undo)


def owed(member: Asker) -> int:
    return write(balances_of_member, member)[0].balance.amount


def test_a_sale_on_account_is_owed_and_reversed_whole(world: World) -> None:
    member = world.member()
    buy(world, member, 1200, "a")
    assert owed(member) == -1200
    buy(world, member, 600, "b", undo=True)
    assert owed(member) == -600
    buy(world, member, 0, "c", undo=True)
    assert owed(member) == 0
    sums = write(
        lambda s: s.execute(
            sa.select(
                Account.kind,
                sa.func.sum(sa.case((Transfer.credit_id == Account.id, Transfer.amount), else_=-Transfer.amount)),
            )
            .join(Transfer, sa.or_(Transfer.credit_id == Account.id, Transfer.debit_id == Account.id))
            .group_by(Account.kind)
        ).all()
    )
    assert {AccountKind(kind): int(total) for kind, total in sums} == {
        AccountKind.RECEIVABLE: 0,
        AccountKind.REVENUE: 0,
        AccountKind.VAT: 0,
    }


def test_the_ceiling_of_debt_holds_to_the_cent(world: World) -> None:
    member = world.member()
    write(set_ceiling, world.lieux[LIEU], id_of(member), Money(1000), NOW)
    buy(world, member, 1000, "a")
    with pytest.raises(DebtCeiling) as refused:
        buy(world, member, 1, "b")
    assert refused.value.params == {"owed": Money(1001), "ceiling": Money(1000)}
    assert owed(member) == -1000
    with pytest.raises(AlreadyOwed):
        write(set_ceiling, world.lieux[LIEU], id_of(member), Money(999), NOW)
    write(set_ceiling, world.lieux[LIEU], id_of(member), None, NOW)
    buy(world, member, 1, "b")


def test_a_cheaper_change_passes_at_the_ceiling(world: World) -> None:
    member = world.member()
    write(set_ceiling, world.lieux[LIEU], id_of(member), Money(1000), NOW)
    buy(world, member, 1000, "a")
    buy(world, member, 900, "b", undo=True)
    assert owed(member) == -900


def test_a_payment_lowers_what_is_owed(world: World) -> None:
    member, treasurer = world.member(), world.staff(LIEU, Role.TREASURER)
    buy(world, member, 1200, "a")
    assert treasurer.member_id is not None
    paid = Payment(Means.CASH, "au comptoir", "k", treasurer.member_id)
    write(record_payment, world.lieux[LIEU], member.member_id, Money(700), paid, NOW)
    seen = write(statement, member, world.lieux[LIEU], member.member_id)
    assert seen.balance.balance == Money(-500)
    assert [(x.cause, x.amount.amount) for x in seen.lines] == [(Cause.PAYMENT, 700), (Cause.BOOKING, -1200)]
    assert next(b.member_uid for b in write(balances_of_lieu, treasurer, world.lieux[LIEU])) == member.uid


def test_accounts_are_for_their_owner_and_the_bookkeepers(world: World) -> None:
    member, stranger = world.member(), world.member("Autre")
    buy(world, member, 1200, "a")
    host, other = world.staff(LIEU, Role.HOST), world.staff("la-cale-seche", Role.MANAGER)
    for asker in (stranger, host, other):
        with pytest.raises(NotFound):
            write(statement, asker, world.lieux[LIEU], member.member_id)
        with pytest.raises(NotFound):
            write(balances_of_lieu, asker, world.lieux[LIEU])


def test_a_statement_is_paged(world: World) -> None:
    member = world.member()
    write(set_ceiling, world.lieux[LIEU], id_of(member), None, NOW)
    for n in range(60):
        buy(world, member, 6, f"k{n}")
    first = write(statement, member, world.lieux[LIEU], member.member_id)
    assert first.next is not None
    rest: list[StatementLine] = []
    cursor: str | None = first.next
    while cursor:
        page = write(statement, member, world.lieux[LIEU], member.member_id, after=cursor)
        rest += page.lines
        cursor = page.next
    assert len({x.uid for x in (*first.lines, *rest)}) == len(first.lines) + len(rest) == 60
    assert {x.amount for x in (*first.lines, *rest)} == {Money(-6)}


def test_a_lieu_has_one_book_whoever_opens_it(world: World, accounts: LieuAccounts) -> None:
    assert write(open_book, world.lieux[LIEU], NOW) == accounts
    assert write(lambda s: s.scalar(sa.select(sa.func.count()).select_from(Book))) == 2
