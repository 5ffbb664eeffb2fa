"""How one value that was sent is read, and what JSON Schema says of it."""

from __future__ import annotations

import datetime as dt
import functools
import math
import re
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from booking.errors import N_, Refusal
from booking.values.money import Money
from booking.web.dto.members import Between, Member, Read, Text

FIRST_YEAR, LAST_YEAR = 2000, 2199
LARGEST_NUMBER = 2**53 - 1
"""Whole numbers beyond it are not the same in every JSON reader (RFC 8259, section 6)."""

INSTANT = "2026-06-12T14:00:00+02:00"
"""How an instant looks, in documents and refusals."""

Way = Literal["answer", "body", "query"]
"""What a value is part of: an answer is never read, all that stands in an address is text."""


class Unreadable(Exception):
    """Not what was asked for, and why."""

    def __init__(self, code: str, message: str, **params: Any) -> None:
        super().__init__(code)
        self.reason = Refusal(code, message, params)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a value is read (raising Unreadable), and its JSON Schema."""

    read: Callable[[Any], Any]
    schema: dict[str, Any]


def reading_of(member: Member, way: Way) -> Reading:
    """How the member is read, by its type and its marks. Raises TypeError for a type that has no form in JSON."""
    parsed = member.mark(Read)
    if parsed is not None:
        return Reading(
            functools.partial(_read_parsed, parsed),
            {"type": "string", "pattern": parsed.pattern, "example": parsed.example},
        )
    if typing.get_origin(member.kind) is Literal:
        return _word({word: word for word in typing.get_args(member.kind)})
    if issubclass(member.kind, StrEnum):
        return _word({each.value: each for each in member.kind})
    if member.kind in _KINDS:
        return _KINDS[member.kind](member, way)
    msg = f"{member.name}: {member.kind} has no form in JSON"
    raise TypeError(msg)


def read_instant(value: Any, *, query: bool = False) -> dt.datetime:
    """The UTC instant of an RFC 3339 text, whatever its offset; a fraction of zeros is taken, as JavaScript writes it.

    Refused: text without offset (a lieu's wall clock is not the sender's), what is finer than a second, years outside
    2000..2199. In an address, a `+` that nobody encoded arrives as a space and is taken for what was meant.
    """
    text = re.sub(r" (\d\d:\d\d)$", r"+\1", value) if query and isinstance(value, str) else value
    match = _RFC3339.fullmatch(text) if isinstance(text, str) else None
    unreadable = Unreadable("instant", N_("Un instant est attendu, par exemple %(example)s."), example=INSTANT)
    if match is None:
        raise unreadable
    day, clock, fraction, offset = match.groups()
    if offset is None:
        message = N_("Il manque le décalage horaire : par exemple %(example)s, ou Z pour le temps universel.")
        raise Unreadable("no_offset", message, example=INSTANT)
    if (fraction or "").strip("0"):
        raise Unreadable("too_fine", N_("Un instant se donne à la seconde, pas plus finement."))
    try:
        at = dt.datetime.fromisoformat(f"{day}T{clock}{'+00:00' if offset in 'Zz' else offset}")
    except ValueError:
        raise unreadable from None
    _in_range(at)
    return at.astimezone(dt.UTC)


_RFC3339 = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,20}))?([Zz]|[+-]\d\d:\d\d)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)
_DECIMAL = re.compile(r"-?\d{1,18}(?:\.\d{1,18})?", re.ASCII)
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
_CONTROLS_BUT_BREAKS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
_TRUTHS = {"true": True, "1": True, "false": False, "0": False}


def _in_range(day: dt.date) -> None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Unreadable("far", N_("Les années vont de %(first)s à %(last)s."), first=FIRST_YEAR, last=LAST_YEAR)


def _read_parsed(parsed: Read, value: Any) -> Any:
    try:
        if isinstance(value, str):
            return parsed.read(value)
    except ValueError:
        pass
    raise Unreadable("format", N_("La forme attendue est %(example)s."), example=parsed.example)


def _word(words: Mapping[str, Any]) -> Reading:
    def read(value: Any) -> Any:
        if isinstance(value, str) and value in words:
            return words[value]
        raise Unreadable("choice", N_("Les valeurs possibles sont : %(choices)s."), choices=", ".join(words))

    return Reading(read, {"type": "string", "enum": list(words)})


def _text(member: Member, way: Way) -> Reading:
    limits: Text = member.mark(Text) or Text()

    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise Unreadable("type", N_("Un texte est attendu."))
        if (_CONTROLS_BUT_BREAKS if limits.lines else _CONTROLS).search(value):
            raise Unreadable("control_characters", N_("Les caractères de contrôle n’ont pas leur place ici."))
        if len(value) > limits.most:
            raise Unreadable("too_long", N_("Au plus %(limit)s caractères."), limit=limits.most)
        if len(value.strip()) < limits.least:
            raise Unreadable("too_short", N_("Au moins %(limit)s caractères."), limit=limits.least)
        return value

    bounds = {} if way == "answer" else {"minLength": limits.least, "maxLength": limits.most}
    return Reading(read, {"type": "string"} | bounds)


def _truth(_: Member, way: Way) -> Reading:
    def read(value: Any) -> bool:
        found = _TRUTHS.get(str(value)) if way == "query" else value
        if isinstance(found, bool):
            return found
        raise Unreadable("type", N_("true ou false est attendu."))

    return Reading(read, {"type": "boolean"})


def _number(member: Member, way: Way) -> Reading:
    whole = member.kind is int
    bounds: Between = member.mark(Between) or Between(-LARGEST_NUMBER, LARGEST_NUMBER)

    def read(value: Any) -> float:
        if way == "query" and (_WHOLE if whole else _DECIMAL).fullmatch(str(value)):
            value = int(value) if whole else float(value)
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float) or not math.isfinite(value):
            raise Unreadable("type", N_("Un nombre entier est attendu.") if whole else N_("Un nombre est attendu."))
        if not bounds.least <= value <= bounds.most:
            raise Unreadable("range", N_("De %(least)s à %(most)s."), least=bounds.least, most=bounds.most)
        return value if whole else float(value)

    limits = {} if way == "answer" else {"minimum": bounds.least, "maximum": bounds.most}
    return Reading(read, {"type": "integer" if whole else "number"} | limits)


def _instant(_: Member, way: Way) -> Reading:
    read = functools.partial(read_instant, query=way == "query")
    return Reading(read, {"type": "string", "format": "date-time", "example": INSTANT})


def _day(*_: Any) -> Reading:
    def read(value: Any) -> dt.date:
        unreadable = Unreadable("date", N_("Une date est attendue, par exemple %(example)s."), example="2026-06-12")
        if not isinstance(value, str) or not _DATE.fullmatch(value):
            raise unreadable
        try:
            day = dt.date.fromisoformat(value)
        except ValueError:
            raise unreadable from None
        _in_range(day)
        return day

    return Reading(read, {"type": "string", "format": "date"})


def _money(*_: Any) -> Reading:
    """Amounts go out; nobody sends one, since prices are the server's."""

    def read(value: Any) -> Any:
        msg = f"an amount was sent: {value!r}"
        raise TypeError(msg)

    amount = {"type": "integer", "description": N_("En unités mineures : des centimes pour EUR.")}
    members = {"amount": amount, "unit": {"type": "string", "example": "EUR"}}
    return Reading(read, {"type": "object", "required": ["amount", "unit"], "properties": members})


_KINDS: dict[Any, Callable[[Member, Way], Reading]] = {
    str: _text,
    bool: _truth,
    int: _number,
    float: _number,
    dt.datetime: _instant,
    dt.date: _day,
    Money: _money,
}
