"""What is sent, read into dataclasses or refused with every mistake at once; what is answered, as JSON holds it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

import marshmallow as ma
import pytest

from booking.values.interval import Interval
from booking.values.money import Money
from booking.web.dto import Between, Named, Read, Text, body_schema, plain, query_schema, reasons_of


class Kind(StrEnum):
    DESK = "desk"
    ROOM = "room"


@dataclass(frozen=True, slots=True)
class Wish:
    not_yet: ClassVar[Mapping[str, tuple[str, ...]]] = {"repeat": (), "on_conflict": ("refuse",)}

    resource: Annotated[str, Text(8, least=1)]
    stretch: Interval
    kind: Kind = Kind.DESK
    quantity: Annotated[int, Between(1, 5)] = 1
    share: Annotated[float | None, Between(0, 1)] = None
    kinds: tuple[Kind, ...] = ()
    note: Annotated[str, Text(20, lines=True)] = ""
    quiet: bool = False
    since: Annotated[dt.datetime | None, Named("from")] = None
    day: dt.date | None = None
    pair: Annotated[tuple[int, ...] | None, Read(lambda t: tuple(int(n) for n in t.split(",")), r"^\d,\d$", "1,2")] = (
        None
    )


START, END = "2026-06-12T14:00:00+02:00", "2026-06-12T16:00:00+02:00"
LEAST: dict[str, Any] = {"resource": "quai-6", "start": START, "end": END}
STRETCH = Interval(dt.datetime(2026, 6, 12, 12, tzinfo=dt.UTC), dt.datetime(2026, 6, 12, 14, tzinfo=dt.UTC))


def refused(sent: Any, *, query: bool = False) -> set[tuple[str, str | None]]:
    with pytest.raises(ma.ValidationError) as error:
        (query_schema if query else body_schema)(Wish)().load(sent)
    return {(reason.code, reason.field) for reason in reasons_of(error.value.messages)}


def test_the_least_that_can_be_sent() -> None:
    assert body_schema(Wish)().load(LEAST) == Wish("quai-6", STRETCH)


def test_all_that_can_be_sent_at_its_bounds() -> None:
    sent = LEAST | {
        "resource": "x" * 8,
        "kind": "room",
        "quantity": 5,
        "share": 1,
        "kinds": ["room", "desk"],
        "note": "l'entrée\nà gauche\t🛶",
        "quiet": True,
        "from": "2026-06-12T12:00:00.000Z",
        "day": "2026-06-12",
        "pair": "3,4",
        "on_conflict": "refuse",
        "repeat": None,
    }
    read = body_schema(Wish)().load(sent)
    assert read == Wish(
        resource="x" * 8,
        stretch=STRETCH,
        kind=Kind.ROOM,
        quantity=5,
        share=1.0,
        kinds=(Kind.ROOM, Kind.DESK),
        note="l'entrée\nà gauche\t🛶",
        quiet=True,
        since=STRETCH.start,
        day=dt.date(2026, 6, 12),
        pair=(3, 4),
    )
    assert isinstance(read.share, float)


@pytest.mark.parametrize(
    "text",
    [
        "2026-06-12T12:00:00Z",
        "2026-06-12t12:00:00z",
        "2026-06-12 12:00:00+00:00",
        "2026-06-12T12:00:00-00:00",
        "2026-06-12T14:00:00+02:00",
        "2026-06-12T08:00:00-04:00",
        "2026-06-12T17:45:00+05:45",
        "2026-06-12T12:00:00.000000000000Z",
    ],
)
def test_an_instant_is_the_same_whatever_its_offset(text: str) -> None:
    assert body_schema(Wish)().load(LEAST | {"from": text}).since == STRETCH.start


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-06-12T14:00:00", "no_offset"),
        ("2026-06-12T14:00:00.5Z", "too_fine"),
        ("2026-06-12T14:00:00.000001+02:00", "too_fine"),
        ("2026-06-12", "instant"),
        ("2026-06-12T14:00Z", "instant"),
        ("2026-02-30T14:00:00Z", "instant"),
        ("2026-06-12T25:00:00Z", "instant"),
        ("2026-06-12T14:00:60Z", "instant"),
        ("2026-06-12T14:00:00+25:00", "instant"),
        ("2026-06-12T14:00:00+0200", "instant"),
        ("\uff12\uff10\uff12\uff16-06-12T14:00:00Z", "instant"),
        ("12026-06-12T14:00:00Z", "instant"),
        ("", "instant"),
        (1781266800, "instant"),
        (True, "instant"),
        ("0001-01-01T00:00:00+14:00", "far"),
        ("9999-12-31T23:59:59-14:00", "far"),
        ("1999-12-31T23:59:59Z", "far"),
    ],
)
def test_what_is_no_instant_is_told_why(text: Any, code: str) -> None:
    assert refused(LEAST | {"from": text}) == {(code, "from")}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("resource", "", "too_short"),
        ("resource", "   ", "too_short"),
        ("resource", "x" * 9, "too_long"),
        ("resource", None, "missing"),
        ("resource", 6, "type"),
        ("resource", ["quai-6"], "type"),
        ("resource", "qu\nai", "control_characters"),
        ("resource", "qu\x00ai", "control_characters"),
        ("resource", "qu\ud800i", "control_characters"),
        ("note", "a\x00b", "control_characters"),
        ("note", "a\u2028b", "control_characters"),
        ("kind", "boat", "choice"),
        ("kind", "Desk", "choice"),
        ("kind", 0, "choice"),
        ("quantity", 0, "range"),
        ("quantity", -3, "range"),
        ("quantity", 10**30, "range"),
        ("quantity", 1.5, "type"),
        ("quantity", "1", "type"),
        ("quantity", True, "type"),
        ("quantity", None, "missing"),
        ("share", 1.01, "range"),
        ("share", float("nan"), "type"),
        ("share", float("inf"), "type"),
        ("kinds", "desk", "type"),
        ("kinds", {"desk": 1}, "type"),
        ("quiet", "true", "type"),
        ("quiet", 1, "type"),
        ("day", "2026-6-1", "date"),
        ("day", "2026-02-30", "date"),
        ("day", "20260612", "date"),
        ("day", "1000-01-01", "far"),
        ("pair", "a,b", "format"),
        ("pair", [1, 2], "format"),
        ("price", 100, "unknown_field"),
        ("stretch", "x", "unknown_field"),
        ("end", START, "order"),
        ("end", "2026-06-12T13:59:59+02:00", "order"),
        ("repeat", "FREQ=DAILY", "not_available"),
        ("on_conflict", "skip", "not_available"),
    ],
)
def test_each_mistake_has_its_code_and_field(field: str, value: Any, code: str) -> None:
    assert refused(LEAST | {field: value}) == {(code, field)}


def test_every_mistake_is_told_at_once() -> None:
    sent = {"start": END, "end": START, "kind": "boat", "quantity": 0, "kinds": ["desk", "boat"], "member_id": 1}
    assert refused(sent) == {
        ("missing", "resource"),
        ("order", "end"),
        ("choice", "kind"),
        ("range", "quantity"),
        ("choice", "kinds.1"),
        ("unknown_field", "member_id"),
    }


def test_what_is_not_built_is_told_alone_since_the_rest_may_hang_on_it() -> None:
    assert refused({"repeat": "FREQ=DAILY", "nonsense": 1}) == {("not_available", "repeat")}


@pytest.mark.parametrize("sent", [None, [], "x", 3, True])
def test_only_an_object_is_read(sent: Any) -> None:
    assert refused(sent) == {("type", None)}


def test_an_address_holds_texts() -> None:
    sent = LEAST | {
        "start": "2026-06-12T14:00:00 02:00",  # a + that nobody encoded
        "quantity": "3",
        "share": "0.25",
        "kinds": ["room", "desk"],
        "quiet": "1",
        "day": "2026-06-12",
    }
    read = query_schema(Wish)().load(sent)
    assert (read.stretch, read.quantity, read.share, read.quiet) == (STRETCH, 3, 0.25, True)
    assert read.kinds == (Kind.ROOM, Kind.DESK)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("quantity", "", "type"),
        ("quantity", "1.0", "type"),
        ("quantity", "1e0", "type"),
        ("quantity", " 1", "type"),
        ("quantity", "1_0", "type"),
        ("quantity", "\u0661", "type"),
        ("quantity", "9" * 5000, "type"),
        ("share", "nan", "type"),
        ("share", "1e400", "type"),
        ("quiet", "yes", "type"),
        ("kind", "", "choice"),
        ("start", "2026-06-12T14:00:00", "no_offset"),
    ],
)
def test_texts_that_mean_nothing_are_refused(field: str, value: str, code: str) -> None:
    assert refused(LEAST | {field: value}, query=True) == {(code, field)}


@dataclass(frozen=True, slots=True)
class Free:
    stretch: Interval
    quantity: int


@dataclass(frozen=True, slots=True)
class Offer:
    id: str
    kind: Kind
    free: tuple[Free, ...]
    price: Money | None
    since: Annotated[dt.datetime, Named("from")]
    day: dt.date
    status: Literal["busy"] = "busy"


def test_an_answer_is_what_json_holds() -> None:
    half_hour = dt.datetime(2026, 6, 12, 14, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    offer = Offer("quai-6", Kind.DESK, (Free(STRETCH, 2),), Money(1250), half_hour, dt.date(2026, 6, 12))
    assert plain(offer) == {
        "id": "quai-6",
        "kind": "desk",
        "free": [{"start": "2026-06-12T12:00:00Z", "end": "2026-06-12T14:00:00Z", "quantity": 2}],
        "price": {"amount": 1250, "unit": "EUR"},
        "from": "2026-06-12T12:00:00Z",
        "day": "2026-06-12",
        "status": "busy",
    }


@pytest.mark.parametrize("value", [b"x", object(), {1, 2}])
def test_what_has_no_form_in_json_is_never_answered(value: Any) -> None:
    with pytest.raises(TypeError):
        plain(value)
